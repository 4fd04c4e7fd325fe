"""The headers of the request that is being handled, for faces whose callers hand over bodies alone."""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["current", "seen"]

seen: ContextVar[Mapping[str, str] | None] = ContextVar("wxpay_v2_headers", default=None)


def current() -> Mapping[str, str] | None:
    """Return the headers of this request, None outside of `wxpay_v2.compat.middleware`."""
    return seen.get()
