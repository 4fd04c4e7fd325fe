"""What people see: the shop, an order on its way to paid, and the office."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import segno
from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from markupsafe import Markup
from sqlalchemy import Row
from werkzeug.wrappers import Response

from wxpay_v2 import WXPayError
from wxpay_v2.money import main_units

from .orders import JSAPI, NATIVE, PRODUCTS, Orders
from .payments import Payments

pages = Blueprint("pages", __name__)


@pages.get("/")
def shop() -> str:
    return render_template("shop.html", products=PRODUCTS.values(), openid=session.get("openid", ""))


@pages.post("/orders")
def place() -> Response:
    """Take an order: inside WeChat by JSAPI, elsewhere by a QR code."""
    product = PRODUCTS.get(request.form.get("product", "")) or abort(404)
    inside = request.form.get("way") == JSAPI
    if inside and "openid" not in session:
        return redirect(url_for("login.begin"))
    number = _orders().place(product, JSAPI if inside else NATIVE, session.get("openid", ""))
    return redirect(url_for("pages.order", number=number))


@pages.get("/orders/<number>")
def order(number: str) -> str | tuple[str, int]:
    found = _find(number)
    problem, status = "", 200
    if found.state == "waiting":
        try:
            found = _payments().open(found, request.remote_addr or "127.0.0.1")
        except WXPayError as error:
            current_app.logger.warning("order %s cannot be opened: %s", number, error)
            problem, status = "WeChat Pay cannot be reached right now. Please load this page again.", 503
    page = render_template(
        "order.html", order=found, product=PRODUCTS[found.product], qr=_qr(found.code_url), problem=problem,
        openid=session.get("openid", ""),
    )  # fmt: skip
    return page, status


@pages.post("/orders/<number>/cashier")
def cashier(number: str) -> dict[str, str]:
    """What the page's script hands to WeixinJSBridge."""
    found = _find(number)
    if found.state != "waiting" or found.trade_type != JSAPI or not found.prepay_id:
        abort(409)
    return _payments().cashier(found)


@pages.get("/orders/<number>/state")
def state(number: str) -> dict[str, str]:
    """How it stands; ``ask=1`` asks the gateway as well, when its notification does not come."""
    found = _find(number)
    if request.args.get("ask"):
        _payments().ask(found)
        found = _find(number)
    return {"state": found.state}


@pages.get("/office")
def office() -> str | Response:
    """For the people of the shop: every order, and what a person should look at."""
    refused = _staff()
    if refused is not None:
        return refused
    alarms = _payments().bookings.unresolved()
    return render_template("office.html", orders=_orders().newest(), alarms=alarms, products=PRODUCTS)


@pages.post("/office/orders/<number>/refund")
def refund(number: str) -> Response | tuple[str, int]:
    refused = _staff()
    if refused is not None:
        return refused
    try:
        _payments().refund(_find(number))
    except WXPayError as error:
        current_app.logger.warning("the refund of %s: %s", number, error)
        return render_template("message.html", title="Not refunded yet", text=error.message), 502
    return redirect(url_for("pages.office"))


@pages.app_template_filter("money")
def money(order: Row) -> str:
    return f"{order.fee_type} {main_units(order.total_fee, order.fee_type):,f}"


@pages.app_template_filter("price")
def price(product: Any) -> str:
    return f"{product.currency} {main_units(product.price, product.currency):,f}"


@pages.app_context_processor
def common() -> dict[str, Any]:
    """The form token, and in development the stand-in for WeChat's browser."""
    session.setdefault("token", secrets.token_urlsafe(32))
    return {"token": session["token"], "simulator": current_app.extensions["settings"].simulator}


def check_token() -> None:
    """Refuse a form that another site sent. The gateway's notifications come without a session, and are signed."""
    if request.method == "POST" and request.endpoint != "wxpay_notify":
        given = request.form.get("token") or request.headers.get("X-Token", "")
        if not hmac.compare_digest(session.get("token", "").encode(), given.encode()) or not given:
            abort(403)


def _staff() -> Response | None:
    password = current_app.extensions["settings"].office_password
    given = (request.authorization.password or "") if request.authorization else ""
    if password and hmac.compare_digest(given.encode(), password.encode()):
        return None
    said = "Set SHOP_OFFICE_PASSWORD, then log in with it.\n"
    return Response(said, 401, {"WWW-Authenticate": 'Basic realm="office", charset="UTF-8"'})


def _find(number: str) -> Row:
    return _orders().find(number) or abort(404)


def _orders() -> Orders:
    return current_app.extensions["orders"]


def _payments() -> Payments:
    return current_app.extensions["payments"]


def _qr(link: str) -> Markup | None:
    if not link:
        return None
    return Markup(segno.make(link, error="m", micro=False).svg_inline(border=0, omitsize=True, title="QR code"))  # noqa: S704
