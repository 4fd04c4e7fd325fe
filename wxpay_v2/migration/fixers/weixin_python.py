"""weixin-python: what is imported of its payment half comes from `wxpay_v2.compat.weixin`."""

from __future__ import annotations

from wxpay_v2.migration.rewriting.code import FACE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.face import UNKNOWN, Face
from wxpay_v2.migration.rewriting.relocation import move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.finding import Finding

__all__ = ["FIXER", "WEIXIN_PYTHON"]

WEIXIN_PYTHON = Face(
    library="weixin-python",
    package="weixin",
    home="wxpay_v2.compat.weixin",
    whole=frozenset(("weixin.pay",)),
    moves=frozenset(("weixin.WeixinPay",)),
    shared=frozenset(("weixin.WeixinError", "weixin.base.WeixinError", "weixin.Map", "weixin.base.Map")),
    neutral=frozenset(("weixin.__version__",)),
    mixed=frozenset(("weixin", "weixin.base")),
    rest=UNKNOWN,
    # python-weixin, which is imported by the same name
    markers=frozenset(
        ("WeixinAppPay", "WXAppPay", "WeixinEnterprisePay", "WeixinEnterprisePayQuery", "wxpay_notify_verify")
    ),
    keywords={"WeixinPay": frozenset(("app_id", "mch_id", "mch_key", "notify_url", "key", "cert"))},
)


def _fix(code: CodeBase) -> Iterator[Finding]:
    return move(code, WEIXIN_PYTHON)


FIXER = Fixer(
    name="weixin_python",
    level=FACE,
    title="weixin-python: imports",
    fix=_fix,
    examples=(
        Example(
            "The payment half is imported from its face",
            "from weixin.pay import WeixinPay, WeixinPayError\n",
            "from wxpay_v2.compat.weixin.pay import WeixinPay, WeixinPayError\n",
        ),
    ),
    stops=(
        Example(
            "Weixin is log-in, messages and payments in one",
            "from weixin import Weixin, WeixinPay\n",
            "",
            "upgrade-code.weixin-python.missing",
        ),
        Example(
            "python-weixin is imported by the same name",
            "from weixin.pay import WeixinPay, wxpay_notify_verify\n",
            "",
            "upgrade-code.weixin-python.other_library",
        ),
        Example(
            "and so it is here, as its keyword shows",
            "from weixin.pay import WeixinPay\n\npay = WeixinPay(APPID, MCH_ID, partner_key=KEY)\n",
            "",
            "upgrade-code.weixin-python.other_library",
        ),
    ),
)
