"""The payer's side, for people: a page per order to pay or refuse it, and an overview of the gateway.

Rendered on the server, plain forms, no script. The site's other parts are the merchant's page (merchant_page.py) and
the stand-in for WeChat's browser (wechat_browser.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web

from wxpay_v2.errors import WXPayError
from wxpay_v2.simulator import presentation, rates
from wxpay_v2.simulator.controls import Controls, move
from wxpay_v2.simulator.faults import NAMES as FAULTS
from wxpay_v2.simulator.guard import guard
from wxpay_v2.simulator.ledger import NotPayable
from wxpay_v2.simulator.merchant_page import MerchantPages
from wxpay_v2.simulator.presentation import WALLETS, code_svg, moment, newest, page, path, shown
from wxpay_v2.simulator.wechat_browser import WeChatBrowser
from wxpay_v2.simulator.wechat_login import WeChatLogin

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.exchanges import Exchanges
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.views import OrderView

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["people"]

_ICON = presentation.resource("icon.svg").encode()


def people(
    gateway: Gateway,
    act: Callable[..., Awaitable[Any]],
    deliver: Callable[[], Awaitable[int]],
    send_again: Callable[[int], Awaitable[bool]],
    kept: Exchanges,
    *,
    host: str,
    directories: Sequence[str] = (),
) -> web.Application:
    """Return the people's site: pages, the stand-in for WeChat's browser, and the JSON controls of controls.py.

    act: awaits a blocking function of the gateway, after which the notifier looks. deliver: awaits deliver_now.
    send_again: awaits one more delivery of a notification. kept: the exchanges to show. host: what it is bound to.
    directories: the payment directories to begin with.
    """

    def accounts() -> Mapping[str, Account]:
        return gateway.accounts

    app = web.Application(middlewares=[unseal, guard(host, presentation.POLICY)], client_max_size=1 << 16)
    pages = Pages(gateway, act)
    browser, login = WeChatBrowser(gateway, act, accounts, directories), WeChatLogin(accounts)
    controls = Controls(gateway, act, deliver, browser, login)
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
            *MerchantPages(gateway, kept, act, send_again, accounts).routes(),
            *browser.routes(),
            *login.routes(),
        ]
    )
    return app


@web.middleware
async def unseal(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Loosen the seal of guard.py for an answer that asks for it: see presentation.Page."""
    response = await handler(request)
    if isinstance(response, presentation.Page):
        if response.policy:
            response.headers["Content-Security-Policy"] = response.policy
        if response.framed:
            del response.headers["X-Frame-Options"]
        if response.framed or response.shared:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


class Pages:
    """The payer's handlers. One per site; it remembers the payment codes it showed, the database does not."""

    def __init__(self, gateway: Gateway, act: Callable[..., Awaitable[Any]]) -> None:
        self._gateway = gateway
        self._act = act
        self._codes: deque[dict[str, str]] = deque(maxlen=5)

    async def overview(self, request: web.Request, problem: str = "") -> web.Response:
        """Everything the gateway knows, and the tools."""
        orders = await self._act(self._gateway.orders)
        of_order = {order.id: order for order in orders}
        refunds = await self._act(self._gateway.refunds)
        notifications = await self._act(self._gateway.notifications)
        return page(
            "overview.html",
            problem=problem,
            orders=[shown(order) for order in newest(orders)],
            refunds=[presentation.shown_refund(refund, of_order.get(refund.order_id)) for refund in newest(refunds)],
            notifications=[presentation.shown_notification(one) for one in newest(notifications)],
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
        if wallet not in WALLETS:
            return await self.overview(request, "There is no such wallet.")
        code = await self._act(self._gateway.new_payment_code, wallet=wallet, needs_password=asks)
        says = f"{WALLETS[wallet]} wallet" + (", asks for the password" if asks else "")
        self._codes.appendleft({"auth_code": code, "says": says})
        raise web.HTTPSeeOther("/")

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the gateway's clock on."""
        try:
            move(self._gateway, int(str((await request.post()).get("seconds", ""))))
            await self._act(self._gateway.tick)
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
        return page("order.html", status, order=shown(order), qr=code_svg(order.code_url), problem=problem)

    def _nothing(self) -> web.Response:
        return page("error.html", 404, title="There is no such order")
