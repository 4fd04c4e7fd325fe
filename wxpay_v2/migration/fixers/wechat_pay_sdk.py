"""wechat-pay-sdk: its imports come from `wxpay_v2.compat.wechat_pay_sdk`."""

from __future__ import annotations

from wxpay_v2.migration.rewriting.code import FACE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.face import UNKNOWN, Face
from wxpay_v2.migration.rewriting.relocation import move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.finding import Finding

__all__ = ["FIXER", "WECHAT_PAY_SDK"]

WECHAT_PAY_SDK = Face(
    library="wechat-pay-sdk",
    package="wechatpay",
    home="wxpay_v2.compat.wechat_pay_sdk",
    moves=frozenset(("wechatpay.WeChatPay",)),
    mixed=frozenset(("wechatpay",)),
    rest=UNKNOWN,
    # wechatpay 1.1.5, which is imported by the same name
    markers=frozenset(
        (
            "UnifiedOrderPay", "NativeOrderPay", "JsAPIOrderPay", "OrderQuery", "Refund", "RefundQuery",
            "DownloadBill",
        )
    ),
    keywords={"WeChatPay": frozenset(("appid", "mch_id", "notify_url", "pay_secret", "cert", "key"))},
)  # fmt: skip


def _fix(code: CodeBase) -> Iterator[Finding]:
    return move(code, WECHAT_PAY_SDK)


FIXER = Fixer(
    name="wechat_pay_sdk",
    level=FACE,
    title="wechat-pay-sdk: imports",
    fix=_fix,
    examples=(
        Example(
            "The class is imported from its face",
            "from wechatpay import WeChatPay\n",
            "from wxpay_v2.compat.wechat_pay_sdk import WeChatPay\n",
        ),
    ),
    stops=(
        Example(
            "wechatpay is imported by the same name",
            "from wechatpay import UnifiedOrderPay, WeChatPay\n",
            "",
            "upgrade-code.wechat-pay-sdk.other_library",
        ),
    ),
)
