"""WeChat Pay API v2 for Python: builders, signers and verifiers behind a mutual-TLS session.

Names are loaded on first use; what is not named here may change any day.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.aio import AsyncClient as AsyncClient
    from wxpay_v2.async_session import AsyncSession as AsyncSession
    from wxpay_v2.client import Client as Client
    from wxpay_v2.clock import Clock as Clock
    from wxpay_v2.clock import ManualClock as ManualClock
    from wxpay_v2.errors import ConfigurationError as ConfigurationError
    from wxpay_v2.errors import InvalidRequest as InvalidRequest
    from wxpay_v2.errors import Malformed as Malformed
    from wxpay_v2.errors import Mismatch as Mismatch
    from wxpay_v2.errors import MissingExtra as MissingExtra
    from wxpay_v2.errors import NotSent as NotSent
    from wxpay_v2.errors import OutcomeUnknown as OutcomeUnknown
    from wxpay_v2.errors import Refused as Refused
    from wxpay_v2.errors import Rejected as Rejected
    from wxpay_v2.errors import SignatureInvalid as SignatureInvalid
    from wxpay_v2.errors import WXPayError as WXPayError
    from wxpay_v2.merchant import Merchant as Merchant
    from wxpay_v2.result import Result as Result
    from wxpay_v2.secret import Secret as Secret
    from wxpay_v2.v2.notification import Event as Event
    from wxpay_v2.v3.account import V3Account as V3Account

__version__ = "0.1.0"

_HOME = {
    "AsyncClient": "aio",
    "AsyncSession": "async_session",
    "Client": "client",
    "Clock": "clock",
    "ConfigurationError": "errors",
    "Event": "v2.notification",
    "InvalidRequest": "errors",
    "Malformed": "errors",
    "ManualClock": "clock",
    "Merchant": "merchant",
    "Mismatch": "errors",
    "MissingExtra": "errors",
    "NotSent": "errors",
    "OutcomeUnknown": "errors",
    "Refused": "errors",
    "Rejected": "errors",
    "Result": "result",
    "Secret": "secret",
    "SignatureInvalid": "errors",
    "V3Account": "v3.account",
    "WXPayError": "errors",
}
_MODULES = ("flows", "upgrade")

__all__ = sorted([*_HOME, *_MODULES])


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
