"""The public faces of the libraries that v2 integrations stand on, on this library's core, over v2 or API v3.

`wxpay_v2.compat.wechatpy`, `.wxpay` (the official-style WXPay), `.weixin` and `.wechat_pay_sdk`. A team changes one
import, or none: see `install`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Tolerance", "ToleranceWarning", "install"]

_HOME = {"Tolerance": "tolerance", "ToleranceWarning": "tolerance"}


def install(name: str = "wechatpy") -> Any:
    """Make ``import wechatpy.pay`` find ours, with no line changed, in this process. Returns what undoes it.

    name: "wechatpy", "weixin", "wechatpay", "wxpay" or "pywxpay": as the old package is imported. Call it before
    anything imports that package; its other parts stay as they are. Raises ConfigurationError when the real one is
    loaded already.
    """
    from wxpay_v2.compat.aliases import install as made

    return made(name)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
