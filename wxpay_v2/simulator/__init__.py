"""The WeChat Pay gateway on this machine: what a test, a demo or a curious developer pays against.

`Simulator` runs it behind real mutual TLS; `Gateway` is the same without a socket. Needs ``wxpay-v2[simulator]``.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import MissingExtra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.simulator.gateway import Account as Account
    from wxpay_v2.simulator.gateway import Gateway as Gateway
    from wxpay_v2.simulator.ledger import NotPayable as NotPayable
    from wxpay_v2.simulator.running import ShiftedClock as ShiftedClock
    from wxpay_v2.simulator.running import Simulator as Simulator

_HOME = {
    "Account": "gateway",
    "Gateway": "gateway",
    "NotPayable": "ledger",
    "ShiftedClock": "running",
    "Simulator": "running",
}
_EXTRA = ("aiohttp", "jinja2", "segno", "sqlalchemy", "yarl")

__all__ = ["Account", "Gateway", "NotPayable", "ShiftedClock", "Simulator"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        raise MissingExtra(f"the simulator needs {missing}", remedy="pip install 'wxpay-v2[simulator]'") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
