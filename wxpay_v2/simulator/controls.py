"""The simulator's controls as JSON, for programs on this machine: ``POST /control/pay {"out_trade_no": "T-1"}``.

Every answer is an object; a refusal is ``{"error": "why"}`` with status 400 or 409. See guard.py for who may post.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

from wxpay_v2.errors import WXPayError
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.guard import is_loopback
from wxpay_v2.simulator.ledger import NotPayable
from wxpay_v2.simulator.v3.keys import NOTICE

if TYPE_CHECKING:
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.wechat_browser import WeChatBrowser
    from wxpay_v2.simulator.wechat_login import WeChatLogin

__all__ = ["Controls"]

BODY_LIMIT = 1 << 16
_PROPERTIES = ("appid", "attach", "body", "notify_url")


class Controls:
    """One method per control; its keyword arguments are the JSON object's names.

    act: awaits a blocking function of the gateway, after which the notifier looks. deliver: awaits deliver_now.
    browser, login: the stand-ins for WeChat's.
    """

    def __init__(
        self,
        gateway: Gateway,
        act: Callable[..., Awaitable[Any]],
        deliver: Callable[[], Awaitable[int]],
        browser: WeChatBrowser,
        login: WeChatLogin,
    ) -> None:
        self._gateway = gateway
        self._browser = browser
        self._login = login
        self._act = act
        self._deliver = deliver
        self._named: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
            "pay": self._pay,
            "cancel": self._cancel,
            "ask_password": self._ask_password,
            "payment_code": self._payment_code,
            "fault": self._fault,
            "clear_faults": self._clear_faults,
            "advance": self._advance,
            "deliver": self._deliver_now,
            "payment_directories": self._payment_directories,
            "payer": self._payer,
            "act": self._act_by_name,
            "rotate_platform_certificate": self._rotate,
            "orders": self._orders,
            "refunds": self._refunds,
            "notifications": self._notifications,
        }

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one posted control."""
        control = self._named.get(request.match_info["name"])
        if control is None:
            return _answer({"error": f"the controls are {', '.join(self._named)}"}, 404)
        if not is_loopback(request.remote or ""):
            return _answer({"error": "the controls answer this machine only"}, 403)
        try:
            arguments = _arguments(await request.content.read(BODY_LIMIT))
            return _answer(await control(**arguments))
        except NotPayable as error:
            return _answer({"error": str(error)}, 409)
        except (TypeError, ValueError, WXPayError) as error:
            return _answer({"error": str(error)}, 400)

    async def _pay(self, out_trade_no: str, mch_id: str | None = None, wallet: str = rates.MAINLAND) -> dict[str, Any]:
        return {"order": plain(await self._act(self._gateway.pay, out_trade_no, mch_id=mch_id, wallet=wallet))}

    async def _cancel(self, out_trade_no: str, mch_id: str | None = None) -> dict[str, Any]:
        return {"order": plain(await self._act(self._gateway.cancel, out_trade_no, mch_id=mch_id))}

    async def _ask_password(self, out_trade_no: str, mch_id: str | None = None) -> dict[str, Any]:
        return {"order": plain(await self._act(self._gateway.ask_password, out_trade_no, mch_id=mch_id))}

    async def _payment_code(self, wallet: str = "mainland", needs_password: bool = False) -> dict[str, Any]:
        code = await self._act(self._gateway.new_payment_code, wallet=wallet, needs_password=needs_password)
        return {"auth_code": code}

    async def _fault(self, name: str, **settings: Any) -> dict[str, Any]:
        self._gateway.faults.add(name, **settings)
        return {}

    async def _clear_faults(self) -> dict[str, Any]:
        self._gateway.faults.clear()
        return {}

    async def _advance(self, seconds: float) -> dict[str, Any]:
        move(self._gateway, seconds)  # at once: a batch that is undone is made again
        await self._act(self._gateway.tick)
        return {"time": self._gateway.clock.time()}

    async def _deliver_now(self) -> dict[str, Any]:
        return {"attempts": await self._deliver()}

    async def _payment_directories(self, directories: list[str]) -> dict[str, Any]:
        self._browser.set_directories(directories)
        return {}

    async def _payer(self, name: str) -> dict[str, Any]:
        self._login.set_payer(name)
        return {}

    async def _act_by_name(self, name: str, **arguments: Any) -> dict[str, Any]:
        return {"told": await self._act(self._gateway.act, name, **arguments)}

    async def _rotate(self, after: float = NOTICE) -> dict[str, Any]:
        if isinstance(after, bool) or not isinstance(after, (int, float)) or not 0 <= after <= 31_536_000:
            raise ValueError("after must be a number from 0 to 31536000")
        return {"serial_no": await asyncio.to_thread(self._gateway.rotate_platform_certificate, after)}

    async def _orders(self) -> dict[str, Any]:
        return {"orders": [plain(order) for order in await self._act(self._gateway.orders)]}

    async def _refunds(self) -> dict[str, Any]:
        return {"refunds": [plain(refund) for refund in await self._act(self._gateway.refunds)]}

    async def _notifications(self) -> dict[str, Any]:
        return {"notifications": [plain(one) for one in await self._act(self._gateway.notifications)]}


def move(gateway: Gateway, seconds: float) -> None:
    """Move *gateway*'s clock on by 0 to a year of *seconds*. Raises NotPayable when it cannot be moved."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= 31_536_000:
        raise ValueError("seconds must be a number from 0 to 31536000")
    advance = getattr(gateway.clock, "advance", None)
    if advance is None:
        raise NotPayable("this clock cannot be moved")
    advance(seconds)


def plain(view: Any) -> Any:
    """Return *view*, as the gateway shows things, as JSON takes it; what its repr leaves out stays out."""
    if view is None or isinstance(view, (str, int, float, bool)):
        return view
    if isinstance(view, (list, tuple)):
        return [plain(one) for one in view]
    names = _shown(view.__class__)
    return {name: plain(getattr(view, name)) for name in names} if names else str(view)


@cache
def _shown(kind: type) -> tuple[str, ...]:
    """Return the names of a dataclass that its repr shows, () for any other type."""
    if not dataclasses.is_dataclass(kind):
        return ()
    names = [field.name for field in dataclasses.fields(kind) if field.repr]
    return (*names, *(name for name in _PROPERTIES if isinstance(getattr(kind, name, None), property)))


def _arguments(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode() or "{}")
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("the body must be a JSON object")
    return found


def _answer(facts: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(facts, status=status)
