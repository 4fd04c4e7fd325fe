"""Orders that went over API v3 are paid with its signature; here is who makes it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["opened"]


def opened(client: Any, timestamp: Any, nonce_str: str | None) -> Any:
    """Return the cashier of *client*'s upgrade with these given, None where calls go over v2."""
    bridge = None if client.sandbox else client._bridge()
    if bridge is None:
        return None
    return bridge.cashier.saying(None if timestamp is None else int(timestamp), nonce_str)
