"""The merchant's page: orders, refunds, notifications with their attempts, and what was said on the wire.

Rendered on the server; one small script of this package fetches the same rows again and puts them in place, so that
the page is alive without being loaded again. Everything works without the script too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from wxpay_v2.simulator import exchanges, presentation
from wxpay_v2.simulator.presentation import moment, newest, page, resource

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.exchanges import Exchanges
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.views import ExchangeView, NotificationView

__all__ = ["MerchantPages"]

POLICY = presentation.POLICY + "; script-src 'self'; connect-src 'self'"
_SCRIPT = resource("merchant.js")
_SEARCH_LIMIT = 64


class MerchantPages:
    """The handlers.

    act: awaits a blocking function of the gateway. send_again: awaits one more delivery of a notification, False when
    there is none of that id. accounts: the merchants that the gateway knows, by mch_id.
    """

    def __init__(
        self,
        gateway: Gateway,
        kept: Exchanges,
        act: Callable[..., Awaitable[Any]],
        send_again: Callable[[int], Awaitable[bool]],
        accounts: Callable[[], Mapping[str, Account]],
    ) -> None:
        self._gateway = gateway
        self._kept = kept
        self._act = act
        self._send_again = send_again
        self._accounts = accounts
        self._lines: dict[int, ExchangeView] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the page."""
        return [
            web.get("/merchant", self.overview),
            web.get("/merchant/rows", self.rows),
            web.get("/merchant.js", self.script),
            web.get("/merchant/exchanges/{id}", self.exchange),
            web.get("/merchant/notifications/{id}", self.notification),
            web.post("/merchant/notifications/{id}/again", self.again),
        ]

    async def overview(self, request: web.Request) -> web.Response:
        """Everything, as far as the filter in the query lets it through."""
        return _sealed(page("merchant.html", states=presentation.STATES, **await self._rows(request)))

    async def rows(self, request: web.Request) -> web.Response:
        """The tables alone, for the script; 304 when they are what it has."""
        answer = page("merchant_rows.html", **await self._rows(request))
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"' if isinstance(answer.body, bytes) else '""'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        answer.headers["ETag"] = tag
        return _sealed(answer)

    async def script(self, request: web.Request) -> web.Response:
        return presentation.script(_SCRIPT)

    async def exchange(self, request: web.Request) -> web.Response:
        """One call: request and reply, the texts to sign, and the verdicts."""
        kept = self._kept.find(_number(request))
        if kept is None:
            return _gone("This exchange is not kept any more")

        def read() -> dict[str, Any]:
            accounts = self._accounts()
            sent, answered = exchanges.look(kept, accounts, platform=self._gateway.platform)
            return {
                "line": _line(exchanges.summary(kept, accounts)),
                "messages": [("Request", sent), ("Reply", answered)],
            }

        return _sealed(page("exchange.html", kept=kept, **await self._act(read)))

    async def notification(self, request: web.Request) -> web.Response:
        """One notification, its message and every attempt."""
        found = await self._notification(_number(request))
        if found is None:
            return _gone("There is no such notification")
        return _sealed(page("notification.html", **await self._act(self._shown, found)))

    async def again(self, request: web.Request) -> web.Response:
        """Send a notification once more, whatever became of it."""
        number = _number(request)
        if not await self._send_again(number):
            return _gone("There is no such notification")
        raise web.HTTPSeeOther(f"/merchant/notifications/{number}")

    def _shown(self, one: NotificationView) -> dict[str, Any]:
        account = self._accounts().get(one.mch_id)
        signing = exchanges.Signing(account, account.sign_type if account is not None else "")
        read = exchanges.message(one.body, signing)
        return {"one": presentation.shown_notification(one), "message_view": read}

    async def _notification(self, number: int) -> NotificationView | None:
        found: list[NotificationView] = await self._act(self._gateway.notifications)
        return next((one for one in found if one.id == number), None)

    async def _rows(self, request: web.Request) -> dict[str, Any]:
        wanted = request.query.get("q", "").strip()[:_SEARCH_LIMIT]
        state = request.query.get("state", "")
        return await self._act(self._read, wanted, state, self._kept.newest(exchanges.COUNT))  # type: ignore[no-any-return]

    def _read(self, wanted: str, state: str, kept: list[exchanges.Kept]) -> dict[str, Any]:
        """Read and shape every table; runs in a thread."""
        accounts = self._accounts()
        self._lines = {one.id: self._lines.get(one.id) or exchanges.summary(one, accounts) for one in kept}
        orders = self._gateway.orders()
        by_id = {order.id: order for order in orders}
        refunds = [
            presentation.shown_refund(refund, by_id.get(refund.order_id)) for refund in newest(self._gateway.refunds())
        ]
        told = [presentation.shown_notification(one) for one in newest(self._gateway.notifications())]
        lines = [_line(line) for line in self._lines.values()]

        def matches(*texts: str) -> bool:
            return not wanted or any(wanted.lower() in text.lower() for text in texts)

        chosen = [
            order
            for order in orders
            if state in ("", order.state)
            and matches(order.out_trade_no, order.transaction_id, order.mch_id, order.sub_mch_id, order.body)
        ]
        return {
            "wanted": wanted,
            "state": state,
            "count": len(orders),
            "found": len(chosen),
            "orders": [presentation.shown(order) for order in newest(chosen)],
            "refunds": [one for one in refunds if matches(one["out_refund_no"], one["out_trade_no"], one["mch_id"])],
            "notifications": [one for one in told if matches(one["number"], one["out_trade_no"], one["mch_id"])],
            "lines": [one for one in lines if matches(one["number"], one["operation"], one["mch_id"], one["outcome"])][
                : presentation.SHOWN
            ],
        }


def _line(view: ExchangeView) -> dict[str, Any]:
    return {
        "id": view.id,
        "at": moment(view.at),
        "operation": view.operation,
        "mch_id": view.mch_id,
        "number": view.number,
        "status": view.status,
        "outcome": view.outcome,
        "tone": "good" if view.good else "bad",
        "verdict": view.verdict,
        "verdict_tone": {"right": "good", "wrong": "bad"}.get(view.verdict, ""),
        "took": f"{view.milliseconds:.0f} ms",
        "certificate": view.certificate,
    }


def _number(request: web.Request) -> int:
    text = request.match_info["id"]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else -1


def _gone(title: str) -> web.Response:
    return page("error.html", 404, title=title)


def _sealed(answer: presentation.Page) -> presentation.Page:
    answer.policy = POLICY
    return answer
