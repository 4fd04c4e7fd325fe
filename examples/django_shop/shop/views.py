"""What people see: the shop, an order on its way to paid, and the office."""

from __future__ import annotations

import base64
import logging
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from shop import payments
from shop.models import JSAPI, NATIVE, PRODUCTS, Order
from wxpay_v2 import WXPayError

log = logging.getLogger("shop")


@require_GET
def shop(request: HttpRequest) -> HttpResponse:
    return render(request, "shop.html", {"products": PRODUCTS.values()})


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Take an order: inside WeChat by JSAPI, elsewhere by a QR code."""
    product = PRODUCTS.get(request.POST.get("product", ""))
    if product is None:
        raise Http404
    inside = request.POST.get("way") == JSAPI
    if inside and "openid" not in request.session:
        return redirect("login")
    order = Order.place(product, JSAPI if inside else NATIVE, request.session.get("openid", ""))
    return redirect("order", number=order.number)


@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Order, number=number)
    problem, status = "", 200
    if found.state == Order.State.WAITING:
        try:
            payments.open_order(found, request.META.get("REMOTE_ADDR", "127.0.0.1"))
        except WXPayError as error:
            log.warning("order %s cannot be opened: %s", number, error)
            problem, status = "WeChat Pay cannot be reached right now. Please load this page again.", 503
    facts = {"order": found, "qr": _qr(found.code_url), "problem": problem}
    return render(request, "order.html", facts, status=status)


@require_POST
def cashier(request: HttpRequest, number: str) -> HttpResponse:
    """What the page's script hands to WeixinJSBridge."""
    found = get_object_or_404(Order, number=number, state=Order.State.WAITING, trade_type=JSAPI)
    if not found.prepay_id:
        raise Http404
    return JsonResponse(payments.client.cashier.jsapi(found.prepay_id))


@require_GET
def state(request: HttpRequest, number: str) -> HttpResponse:
    """How it stands; ``ask=1`` asks the gateway as well, when its notification does not come."""
    found = get_object_or_404(Order, number=number)
    if request.GET.get("ask"):
        payments.ask(found)
        found.refresh_from_db()
    return JsonResponse({"state": found.state})


@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """For the people of the shop: every order, and what a person should look at."""
    refused = _staff(request)
    if refused is not None:
        return refused
    facts = {"orders": Order.objects.all()[:50], "alarms": payments.bookings.unresolved()}
    return render(request, "office.html", facts)


@require_POST
def refund(request: HttpRequest, number: str) -> HttpResponse:
    refused = _staff(request)
    if refused is not None:
        return refused
    try:
        payments.refund(get_object_or_404(Order, number=number))
    except WXPayError as error:
        log.warning("the refund of %s: %s", number, error)
        return render(request, "message.html", {"title": "Not refunded yet", "text": error.message}, status=502)
    return redirect("office")


def common(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: in development, the stand-in for WeChat's browser."""
    return {"simulator": settings.SIMULATOR.get("payer_url", ""), "openid": request.session.get("openid", "")}


def _staff(request: HttpRequest) -> HttpResponse | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        password = base64.b64decode(given).decode().partition(":")[2] if scheme.lower() == "basic" else ""
    except ValueError:
        password = ""
    if settings.SHOP_OFFICE_PASSWORD and constant_time_compare(password, settings.SHOP_OFFICE_PASSWORD):
        return None
    answer = HttpResponse("Set SHOP_OFFICE_PASSWORD, then log in with it.\n", status=401)
    answer["WWW-Authenticate"] = 'Basic realm="office", charset="UTF-8"'
    return answer


def _qr(link: str) -> SafeString | None:
    if not link:
        return None
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=0, omitsize=True, title="QR code")
    return mark_safe(drawn)  # noqa: S308 - drawn by segno, the link is only dots
