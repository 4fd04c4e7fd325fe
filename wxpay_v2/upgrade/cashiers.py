"""Cashiers: the payer's side opened under v2's key or v3's, whichever the order was made with."""

from __future__ import annotations

from wxpay_v2.result import Result
from wxpay_v2.upgrade.answer import UpgradedResult
from wxpay_v2.upgrade.origins import V2, V3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from wxpay_v2.cashier import Order
    from wxpay_v2.v2.cashier import Cashier

__all__ = ["Cashiers"]


class Cashiers:
    """A cashier that signs each order by the protocol that made it; the methods of `wxpay_v2.v2.cashier.Cashier`.

    The Result of unified_order says it by itself; of a prepay_id alone *known* tells the protocol, or raises.
    """

    def __init__(self, v2: Cashier, v3: Any, known: Callable[[str], str]) -> None:
        self._by: dict[str, Any] = {V2: v2, V3: v3}
        self._known = known

    def saying(self, timestamp: int | None = None, nonce: str | None = None) -> Cashiers:
        return Cashiers(self._by[V2].saying(timestamp, nonce), self._by[V3].saying(timestamp, nonce), self._known)

    def jsapi(self, order: Order, *, appid: str | None = None, jssdk: bool = False) -> dict[str, str]:
        fields: dict[str, str] = self._of(order).jsapi(order, appid=appid, jssdk=jssdk)
        return fields

    def mini_program(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        fields: dict[str, str] = self._of(order).mini_program(order, appid=appid)
        return fields

    def app(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        fields: dict[str, str] = self._of(order).app(order, appid=appid)
        return fields

    def __getattr__(self, name: str) -> Any:
        return getattr(self._by[V2], name)  # links, and what exists in v2 alone

    def _of(self, order: Order) -> Any:
        if isinstance(order, UpgradedResult):
            return self._by[V3]
        if isinstance(order, Result) and order.operation is not None:
            return self._by[V2]
        prepay_id = order if isinstance(order, str) else getattr(order, "get", _nothing)("prepay_id")
        if not isinstance(prepay_id, str) or not prepay_id:
            return self._by[V2]  # which says what is wrong with it
        return self._by[self._known(prepay_id)]


def _nothing(name: str) -> None:
    return None
