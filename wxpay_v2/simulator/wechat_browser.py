"""A stand-in for the browser inside WeChat: a script for a shop's page in development, and the cashier that it opens.

The script gives the page WeixinJSBridge and wx, asks `check_cashier` whether WeChat would open, and lays the cashier
over the page in a frame. Only pages of this machine get an answer, and only they may frame the cashier.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import web

from wxpay_v2.payment_directory import verdict
from wxpay_v2.simulator import presentation, rates
from wxpay_v2.simulator.cashier_check import NotOpened, check_cashier
from wxpay_v2.simulator.guard import is_loopback
from wxpay_v2.simulator.ledger import NotPayable
from wxpay_v2.simulator.presentation import page, resource

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.views import OrderView

__all__ = ["WeChatBrowser", "loopback_origin"]

_BRIDGE = resource("wechat.js")
_CASHIER = resource("cashier.js")
_CALL_LIMIT = 4096


class WeChatBrowser:
    """The handlers. directories: the payment directories of every merchant; empty allows the pages of this machine.

    act: awaits a blocking function of the gateway, after which the notifier looks. accounts: the merchants, by mch_id.
    """

    def __init__(
        self,
        gateway: Gateway,
        act: Callable[..., Awaitable[Any]],
        accounts: Callable[[], Mapping[str, Account]],
        directories: Sequence[str] = (),
    ) -> None:
        self._gateway = gateway
        self._act = act
        self._accounts = accounts
        self.directories = tuple(directories)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the stand-in."""
        return [
            web.get("/wechat.js", self.script),
            web.get("/wechat/cashier.js", self.cashier_script),
            web.get("/wechat/check", self.check),
            web.get("/wechat/cashier/{mch_id}/{out_trade_no}", self.cashier),
            web.post("/wechat/cashier/{mch_id}/{out_trade_no}", self.pay),
        ]

    def set_directories(self, directories: object) -> None:
        """Take *directories*, a list of addresses, from now on. Raises ValueError or InvalidRequest."""
        if not isinstance(directories, list):
            raise ValueError("directories must be a list of addresses")
        verdict(directories, "https://localhost/")  # refuses what cannot be registered
        self.directories = tuple(directories)

    async def script(self, request: web.Request) -> web.Response:
        answer = presentation.script(_BRIDGE)
        answer.shared = True
        return answer

    async def cashier_script(self, request: web.Request) -> web.Response:
        return presentation.script(_CASHIER)

    async def check(self, request: web.Request) -> web.Response:
        """Say whether the cashier opens, and where it is. The query has the call as JSON; nothing is changed."""
        origin = request.headers.get("Origin", "")
        if not loopback_origin(origin):
            return web.json_response({"error": "only pages of this machine may ask"}, status=403)
        query = request.query
        try:
            call = json.loads(query.get("call", "")[:_CALL_LIMIT])
        except (ValueError, RecursionError):
            call = None
        kind, page_url = query.get("kind", "page"), query.get("page", "")
        if not isinstance(call, dict) or (kind == "page" and not page_url.startswith(origin + "/")):
            return _told(origin, {"error": "not a call of the stand-in's script"}, 400)
        try:
            order = await self._act(
                check_cashier, self._gateway, self._accounts(), call, openid=query.get("openid", ""),
                page_url=None if kind == "mini_program" else page_url, directories=self.directories,
            )  # fmt: skip
        except NotOpened as refusal:
            words = refusal.words(query.get("language", ""))
            return _told(origin, {"opens": False, "err_desc": words, "why": refusal.why})
        return _told(origin, {"opens": True, "cashier": _address(order, origin)})

    async def cashier(self, request: web.Request) -> web.Response:
        """The cashier, for the frame over the shop's page."""
        return await self._page(request)

    async def pay(self, request: web.Request) -> web.Response:
        """Pay from the frame; the page then says so, and its script tells the shop's page when it is closed."""
        form = await request.post()
        wallet = str(form.get("wallet", rates.MAINLAND))
        if wallet not in rates.WALLETS:
            return await self._page(request, "There is no such wallet.", 400)
        mch_id, out_trade_no = request.match_info["mch_id"], request.match_info["out_trade_no"]
        try:
            order = await self._act(self._gateway.pay, out_trade_no, mch_id=mch_id, wallet=wallet)
        except NotPayable as refusal:
            return await self._page(request, str(refusal), 409)
        raise web.HTTPSeeOther(_address(order, request.query.get("opener", "")))

    async def _page(self, request: web.Request, problem: str = "", status: int = 200) -> web.Response:
        opener = request.query.get("opener", "")
        if not loopback_origin(opener):
            return page("error.html", 403, title="Only a page of this machine opens the cashier")
        try:
            order = await self._act(
                self._gateway.order, request.match_info["mch_id"], request.match_info["out_trade_no"]
            )
        except NotPayable:
            return page("error.html", 404, title="There is no such order")
        answer = page(
            "cashier.html", status, order=presentation.shown(order), opener=opener, problem=problem,
            action=_address(order, opener),
        )  # fmt: skip
        answer.policy = (
            presentation.POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {opener}") + "; script-src 'self'"
        )
        answer.framed = True
        return answer


def loopback_origin(origin: str) -> bool:
    """Return whether *origin* is one of this machine: ``http://localhost:8000``."""
    try:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "") and origin == _origin(origin)
    except ValueError:
        return False


def _origin(address: str) -> str:
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port is not None else "")


def _address(order: OrderView, opener: str) -> str:
    where = f"{quote(order.mch_id, safe='')}/{quote(order.out_trade_no, safe='')}"
    return f"/wechat/cashier/{where}?{urlencode({'opener': opener})}"


def _told(origin: str, facts: dict[str, Any], status: int = 200) -> presentation.Page:
    """Return *facts* as JSON that the page at *origin* may read."""
    answer = presentation.Page(text=json.dumps(facts), status=status, content_type="application/json")
    answer.headers["Access-Control-Allow-Origin"] = origin
    answer.headers["Vary"] = "Origin"
    answer.shared = True
    return answer
