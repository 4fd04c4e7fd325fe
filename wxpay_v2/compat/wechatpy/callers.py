"""The Merchant that a client stands for as its attributes are now: wechatpy's users assign them when they like."""

from __future__ import annotations

from wxpay_v2.clock import Clock
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import MAINLAND, SERVICE_PROVIDER
from wxpay_v2.v2.protocol import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Caller", "Callers"]


class Caller:
    """merchant: who calls, without a certificate. protocol: how their answers are opened."""

    __slots__ = ("ids", "merchant", "protocol")

    def __init__(self, ids: tuple[Any, ...], api_key: Any, sign_type: str) -> None:
        appid, mch_id, sub_mch_id, sub_appid = (None if one is None else str(one) for one in ids)
        self.ids = ids
        self.merchant = Merchant(
            appid or "", mch_id or "", api_key, sub_mch_id=sub_mch_id or None, sub_appid=sub_appid or None,
            sign_type=sign_type, mode=SERVICE_PROVIDER if sub_appid and not sub_mch_id else None,
        )  # fmt: skip
        self.protocol = Protocol(self.merchant, MAINLAND, Clock().now)


class Callers:
    """The callers of one client, by algorithm; each is made anew when an id or the key has changed."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], Caller] = {}

    def of(self, pay: Any, sign_type: str, sub_mch_id: str | None = None) -> Caller:
        """Return the caller that *pay* is now. sub_mch_id: of a message, where *pay* itself has none.

        Raises ConfigurationError for an id or a key that cannot be one.
        """
        ids = (pay.appid, pay.mch_id, pay.sub_mch_id or sub_mch_id, pay.sub_appid)
        key = pay.sandbox_api_key if pay.sandbox else pay.api_key
        which = (sign_type, bool(pay.sandbox))
        kept = self._made.get(which)
        if kept is None or kept.ids != ids or kept.merchant.api_key.reveal() != key:
            kept = self._made[which] = Caller(ids, key if key is not None else "", sign_type)
        return kept
