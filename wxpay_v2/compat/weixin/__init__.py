"""weixin-python 0.5.7's payment part, and its master's additions: ``from wxpay_v2.compat.weixin import WeixinPay``.

What is no payment (log-in, messages, official accounts) is weixin-python's own: where it is installed,
``compat.install("weixin")`` puts this payment part under it.
"""

from __future__ import annotations

from wxpay_v2.compat.weixin.base import Map, WeixinError
from wxpay_v2.compat.weixin.pay import WeixinPay, WeixinPayError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from wxpay_v2.compat.tolerance import Tolerance
    from wxpay_v2.compat.transport import Upgrade

__all__ = ["Map", "Weixin", "WeixinError", "WeixinPay", "WeixinPayError"]

__version__ = "0.5.7"  # the face's

# Beside the real package, whose other parts stay; and where it is not installed.
ALIASES = {"weixin.pay": f"{__name__}.pay", "weixin.base": f"{__name__}.base"}
ALONE = {"weixin": __name__}

_SETTINGS = (
    "WEIXIN_APP_ID", "WEIXIN_MCH_ID", "WEIXIN_MCH_KEY", "WEIXIN_NOTIFY_URL", "WEIXIN_MCH_KEY_FILE",
    "WEIXIN_MCH_CERT_FILE",
)  # fmt: skip


class _Application:
    """What has settings as ``config``, and does not print them: the key is among them."""

    __slots__ = ("config",)

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    def __reduce__(self) -> NoReturn:
        raise TypeError("settings hold a key and do not leave their process")


class Weixin(WeixinPay):
    """A `WeixinPay` from a dict or a Flask app: WEIXIN_APP_ID, WEIXIN_MCH_ID, WEIXIN_MCH_KEY, WEIXIN_NOTIFY_URL,
    WEIXIN_MCH_KEY_FILE, WEIXIN_MCH_CERT_FILE.

    Without an app, or with one that lacks the first four, it is not ready; `init_app` makes it so.
    """

    def __init__(self, app: Any = None, *, upgrade: Upgrade | None = None, tolerance: Tolerance | None = None) -> None:
        self._given = (upgrade, tolerance)
        if app is not None:
            self.app = _Application(app) if isinstance(app, dict) else app
            self.init_app(app)

    def init_app(self, app: Any) -> None:
        """Take the settings of *app*, a dict or what has one as ``config``."""
        config = app if isinstance(app, dict) else app.config
        told: list[Any] = [config.get(name) for name in _SETTINGS]
        if not all(told[:4]):
            return
        upgrade, tolerance = self._given
        WeixinPay.__init__(self, *told, upgrade=upgrade, tolerance=tolerance)
        self.pay = WeixinPay(*told, upgrade=upgrade, tolerance=tolerance)
