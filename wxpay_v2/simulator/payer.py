"""The payer's side, for people: a page per order to pay or refuse it, and an overview of the gateway.

Rendered on the server, plain forms, no script. What merchants and payers wrote (body, attach, addresses) is hostile
and leaves escaped; the policy that goes with every page allows its one style sheet and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
import segno
from aiohttp import web
from markupsafe import Markup

from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import InvalidRequest, WXPayError
from wxpay_v2.money import main_units
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.controls import Controls, advance
from wxpay_v2.simulator.faults import NAMES as FAULTS
from wxpay_v2.simulator.guard import guard
from wxpay_v2.simulator.ledger import NotPayable

if TYPE_CHECKING:
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.views import NotificationView, OrderView, RefundView

__all__ = ["people"]

SHOWN = 100
"""Rows of each table on the overview, newest first."""

_TEMPLATES = files("wxpay_v2.simulator") / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_ICON = (_TEMPLATES / "icon.svg").read_bytes()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_SAYS = {
    "NOTPAY": "waits for the payer",
    "USERPAYING": "waits for the password",
    "SUCCESS": "",
    "REFUND": "paid, then refunded",
    "CLOSED": "closed, nobody can pay it",
    "REVOKED": "reversed by the shop",
    "PAYERROR": "the payment failed",
}
_TONES = {"SUCCESS": "good", "NOTPAY": "wait", "USERPAYING": "wait", "delivered": "good", "waiting": "wait"}
_PAY = ("pay", "Pay", "go")
_ACTIONS = {
    "NOTPAY": (_PAY, ("password", "Ask for password", ""), ("cancel", "Cancel", "stop")),
    "USERPAYING": (("pay", "Enter password", "go"), ("cancel", "Refuse", "stop")),
}
_WALLETS = {rates.MAINLAND: "Mainland", rates.HONGKONG: "Hong Kong"}


def people(
    gateway: Gateway, act: Callable[..., Awaitable[Any]], deliver: Callable[[], Awaitable[int]], *, host: str
) -> web.Application:
    """Return the people's site: pages, and the JSON controls of controls.py.

    act: awaits a blocking function of the gateway, after which the notifier looks. deliver: awaits deliver_now.
    host: what the site is bound to.
    """
    app = web.Application(middlewares=[guard(host, POLICY)], client_max_size=1 << 16)
    pages = Pages(gateway, act)
    controls = Controls(gateway, act, deliver)
    app.add_routes(
        [
            web.get("/", pages.overview),
            web.get("/icon.svg", pages.icon),
            web.get("/scan", pages.scan),
            web.get("/cgi-bin/mmpayweb-bin/checkmweb", pages.mweb),
            web.get("/pay/{id}", pages.by_id),
            web.get("/pay/{mch_id}/{out_trade_no}", pages.order),
            web.post("/pay/{mch_id}/{out_trade_no}", pages.act_on_order),
            web.post("/codes", pages.new_code),
            web.post("/clock", pages.move_clock),
            web.post("/faults", pages.set_fault),
            web.post("/control/{name}", controls.handle),
        ]
    )
    return app


class Pages:
    """The handlers. One instance per site; it remembers the payment codes it showed, the database does not."""

    def __init__(self, gateway: Gateway, act: Callable[..., Awaitable[Any]]) -> None:
        self._gateway = gateway
        self._act = act
        self._codes: deque[dict[str, str]] = deque(maxlen=5)
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("wxpay_v2.simulator"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["style"] = Markup(_STYLE)  # noqa: S704 - a file of this package

    async def overview(self, request: web.Request, problem: str = "") -> web.Response:
        """Everything the gateway knows, and the tools."""
        orders = await self._act(self._gateway.orders)
        of_order = {order.id: order for order in orders}
        refunds = await self._act(self._gateway.refunds)
        notifications = await self._act(self._gateway.notifications)
        return self._page(
            "overview.html",
            problem=problem,
            orders=[shown(order) for order in newest(orders)],
            refunds=[shown_refund(refund, of_order.get(refund.order_id)) for refund in newest(refunds)],
            notifications=[shown_notification(one) for one in newest(notifications)],
            codes=list(self._codes),
            faults=self._gateway.faults.active(),
            fault_names=FAULTS,
            can_advance=hasattr(self._gateway.clock, "advance"),
            now=moment(self._gateway.clock.time()),
        )

    async def icon(self, request: web.Request) -> web.Response:
        return web.Response(body=_ICON, content_type="image/svg+xml")

    async def order(self, request: web.Request) -> web.Response:
        """One order, as the payer sees it."""
        found = await self._order(request.match_info["mch_id"], request.match_info["out_trade_no"])
        return self._order_page(found) if found is not None else self._nothing()

    async def by_id(self, request: web.Request) -> web.Response:
        """The order behind a prepay_id or behind the id in a code's link."""
        return await self._find(request.match_info["id"])

    async def mweb(self, request: web.Request) -> web.Response:
        """The order behind an mweb_url whose host was replaced by this one."""
        return await self._find(request.query.get("prepay_id", ""))

    async def scan(self, request: web.Request) -> web.Response:
        """What a payer's app does with the text of a QR code."""
        try:
            order = await self._act(self._gateway.scan, request.query.get("code", "").strip())
        except NotPayable as refusal:
            return await self.overview(request, str(refusal))
        raise web.HTTPSeeOther(path(order))

    async def act_on_order(self, request: web.Request) -> web.Response:
        """Pay, cancel, or have the password asked for."""
        mch_id, out_trade_no = request.match_info["mch_id"], request.match_info["out_trade_no"]
        found = await self._order(mch_id, out_trade_no)
        if found is None:
            return self._nothing()
        form = await request.post()
        action, wallet = form.get("action"), form.get("wallet", rates.MAINLAND)
        try:
            if action == "pay" and wallet in rates.WALLETS:
                await self._act(self._gateway.pay, out_trade_no, mch_id=mch_id, wallet=wallet)
            elif action == "cancel":
                await self._act(self._gateway.cancel, out_trade_no, mch_id=mch_id)
            elif action == "password":
                await self._act(self._gateway.ask_password, out_trade_no, mch_id=mch_id)
            else:
                return self._order_page(found, "That is not something a payer can do.", 400)
        except NotPayable as refusal:
            return self._order_page(await self._order(mch_id, out_trade_no) or found, str(refusal), 409)
        raise web.HTTPSeeOther(path(found))

    async def new_code(self, request: web.Request) -> web.Response:
        """Show another payment code."""
        form = await request.post()
        wallet, asks = str(form.get("wallet", rates.MAINLAND)), "needs_password" in form
        if wallet not in _WALLETS:
            return await self.overview(request, "There is no such wallet.")
        code = await self._act(self._gateway.new_payment_code, wallet=wallet, needs_password=asks)
        says = f"{_WALLETS[wallet]} wallet" + (", asks for the password" if asks else "")
        self._codes.appendleft({"auth_code": code, "says": says})
        raise web.HTTPSeeOther("/")

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the gateway's clock on."""
        try:
            await self._act(advance, self._gateway, int(str((await request.post()).get("seconds", ""))))
        except (ValueError, NotPayable) as refusal:
            return await self.overview(request, str(refusal))
        raise web.HTTPSeeOther("/")

    async def set_fault(self, request: web.Request) -> web.Response:
        """Let something go wrong once, or forget all faults."""
        form = await request.post()
        name = str(form.get("name", ""))
        try:
            if name:
                self._gateway.faults.add(name, seconds=int(str(form.get("seconds") or 0)))
            else:
                self._gateway.faults.clear()
        except (ValueError, WXPayError) as refusal:
            return await self.overview(request, str(refusal))
        raise web.HTTPSeeOther("/")

    async def _find(self, wanted: str) -> web.Response:
        for order in await self._act(self._gateway.orders):
            if wanted and wanted in (order.prepay_id, order.code_url.rpartition("=")[2]):
                raise web.HTTPSeeOther(path(order))
        return self._nothing()

    async def _order(self, mch_id: str, out_trade_no: str) -> OrderView | None:
        try:
            order: OrderView = await self._act(self._gateway.order, mch_id, out_trade_no)
        except NotPayable:
            return None
        return order

    def _order_page(self, order: OrderView, problem: str = "", status: int = 200) -> web.Response:
        return self._page("order.html", status, order=shown(order), qr=code_svg(order.code_url), problem=problem)

    def _nothing(self) -> web.Response:
        return self._page("error.html", 404, title="There is no such order", problem="")

    def _page(self, name: str, status: int = 200, **facts: Any) -> web.Response:
        text = self._templates.get_template(name).render(**facts)
        return web.Response(text=text, status=status, content_type="text/html")


def shown(order: OrderView) -> dict[str, Any]:
    """Return what the pages say about *order*."""
    currency, figure = _money(order.total_fee, order.fee_type)
    actions = _ACTIONS.get(order.state, ())
    return {
        "amount": f"{currency} {figure}",
        "currency": currency,
        "figure": figure,
        "wallets": _wallets(order) if actions else [],
        "cash": " ".join(_money(order.cash_fee, order.cash_fee_type)) if order.cash_fee_type else "",
        "state": order.state,
        "says": _SAYS.get(order.state, ""),
        "tone": _TONES.get(order.state, ""),
        "actions": actions,
        "path": path(order),
        "expires": moment(order.expires_at) if actions else "",
        "mch_id": order.mch_id,
        "sub_mch_id": order.sub_mch_id,
        "appid": order.appid,
        "body": order.body,
        "attach": order.attach,
        "out_trade_no": order.out_trade_no,
        "transaction_id": order.transaction_id,
        "trade_type": order.trade_type,
        "code_url": order.code_url,
    }


def shown_refund(refund: RefundView, order: OrderView | None) -> dict[str, str]:
    """Return what the overview says about *refund*, which is of *order*."""
    currency = order.fee_type if order is not None else "CNY"
    return {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": order.out_trade_no if order is not None else "",
        "amount": " ".join(_money(refund.refund_fee, currency)),
        "status": refund.status,
        "tone": "good" if refund.status == "SUCCESS" else "wait",
    }


def shown_notification(one: NotificationView) -> dict[str, Any]:
    """Return what the overview says about a notification and its attempts."""
    attempts = [
        f"{moment(attempt.made_at)}: {attempt.reason or 'accepted'}"
        + (f" (HTTP {attempt.status})" if attempt.status is not None else "")
        for attempt in one.attempts
    ]
    if one.next_at is not None:
        attempts.append(f"next at {moment(one.next_at)}")
    return {
        "kind": ("forged " if one.forged else "") + one.kind,
        "out_trade_no": one.out_refund_no or one.out_trade_no,
        "url": one.url,
        "state": one.state,
        "tone": _TONES.get(one.state, ""),
        "attempts": attempts,
    }


def code_svg(link: str) -> Markup | None:
    """Return the QR code of *link* as an inline SVG image; None without a link."""
    if not link:
        return None
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        border=0, omitsize=True, svgclass=None, lineclass=None, title="QR code of the order", dark="#111714"
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - drawn by segno, the link is only dots


def path(order: OrderView) -> str:
    """Return where the page of *order* is."""
    return f"/pay/{quote(order.mch_id, safe='')}/{quote(order.out_trade_no, safe='')}"


def newest(rows: list[Any]) -> list[Any]:
    """Return the rows the overview shows, newest first."""
    return sorted(rows, key=lambda row: row.id, reverse=True)[:SHOWN]


def moment(seconds: float) -> str:
    """Return Unix *seconds* as Beijing time for people."""
    return f"{datetime.fromtimestamp(int(seconds), BEIJING):%Y-%m-%d %H:%M:%S}"


def _wallets(order: OrderView) -> list[tuple[str, str, str]]:
    """Return the wallets *order* can be paid from: name, words, and the amount that would leave it."""
    found = []
    for wallet in (order.wallet,) if order.wallet else tuple(rates.WALLETS):
        currency = rates.WALLETS[wallet]
        try:
            amount = rates.convert(order.total_fee, order.fee_type, currency)
        except KeyError:
            continue
        found.append((wallet, f"{_WALLETS[wallet]} wallet", " ".join(_money(amount, currency))))
    return found


def _money(amount: int, currency: str) -> tuple[str, str]:
    try:
        return currency, f"{main_units(amount, currency):,f}"
    except InvalidRequest:
        return currency, str(amount)
