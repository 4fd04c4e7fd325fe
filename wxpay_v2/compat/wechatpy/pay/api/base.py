"""What every group of calls has: the client it belongs to, and its ids."""

from __future__ import annotations

import os
from secrets import randbelow

from wxpay_v2.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["BaseWeChatPayAPI"]

_LONGEST = 32


class BaseWeChatPayAPI:
    """A group of calls. API_BASE_URL: where a subclass has one, its calls go there. client: None on the class."""

    def __init__(self, client: Any = None) -> None:
        self._client = client

    def _get(self, url: str, **kwargs: Any) -> Any:
        return self._client.get(url, **self._based(kwargs))

    def _post(self, url: str, **kwargs: Any) -> Any:
        return self._client.post(url, **self._based(kwargs))

    def _based(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        base = getattr(self, "API_BASE_URL", None)
        if base:
            kwargs["api_base_url"] = base
        return kwargs

    @property
    def appid(self) -> Any:
        return self._client.appid

    @property
    def sub_appid(self) -> Any:
        return self._client.sub_appid

    @property
    def mch_id(self) -> Any:
        return self._client.mch_id

    @property
    def sub_mch_id(self) -> Any:
        return self._client.sub_mch_id


def new_number(mch_id: Any, longest: int = _LONGEST) -> str:
    """Return a new order number: mch_id, the time to the second, and as many random digits as *longest* leaves.

    At least four of them, as wechatpy has; four alone repeat themselves at a hundred orders a second.
    """
    start = f"{mch_id}{Clock().now():%Y%m%d%H%M%S}"
    digits = max(longest - len(start), 4)
    return f"{start}{randbelow(10**digits):0{digits}}"


def new_nonce() -> str:
    """Return 32 random hex digits."""
    return os.urandom(16).hex()
