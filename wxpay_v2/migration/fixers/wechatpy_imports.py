"""wechatpy: what is imported of its payment half comes from `wxpay_v2.compat.wechatpy`."""

from __future__ import annotations

from wxpay_v2.migration.rewriting.code import FACE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.face import Face
from wxpay_v2.migration.rewriting.relocation import move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.finding import Finding

__all__ = ["FIXER", "WECHATPY"]


def _names(module: str, names: str) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for name in names.split())


WECHATPY = Face(
    library="wechatpy",
    package="wechatpy",
    home="wxpay_v2.compat.wechatpy",
    whole=frozenset(("wechatpy.pay",)),
    moves=frozenset(("wechatpy.WeChatPay", "wechatpy.WeChatPayException", "wechatpy.crypto.WeChatRefundCrypto"))
    | _names("wechatpy.exceptions", "WeChatPayException InvalidMchIdException"),
    shared=_names("wechatpy", "WeChatException WeChatClientException")
    | _names("wechatpy.pay", "InvalidSignatureException")
    | _names(
        "wechatpy.exceptions",
        "WeChatException WeChatClientException InvalidSignatureException InvalidAppIdException",
    ),
    neutral=_names(
        "wechatpy.utils",
        "random_string to_text to_binary json timezone byte2int get_querystring NotNoneDict ObjectDict",
    )
    | _names("wechatpy", "__version__ __author__"),
    mixed=frozenset(("wechatpy", "wechatpy.exceptions", "wechatpy.crypto", "wechatpy.utils")),
    dependents=frozenset(("wechat_django",)),
)


def _fix(code: CodeBase) -> Iterator[Finding]:
    return move(code, WECHATPY)


FIXER = Fixer(
    name="wechatpy_imports",
    level=FACE,
    title="wechatpy: imports",
    fix=_fix,
    examples=(
        Example(
            "The payment half is imported from its face",
            "from wechatpy.pay import WeChatPay  # 微信支付\n"
            "from wechatpy.exceptions import WeChatPayException, InvalidSignatureException\n",
            "from wxpay_v2.compat.wechatpy.pay import WeChatPay  # 微信支付\n"
            "from wxpay_v2.compat.wechatpy.exceptions import WeChatPayException, InvalidSignatureException\n",
        ),
        Example(
            "The rest of wechatpy stays, and what both halves raise is caught from both",
            "from wechatpy import WeChatClient, WeChatPay\n"
            "from wechatpy.exceptions import InvalidSignatureException, WeChatPayException\n"
            "\n"
            "client = WeChatClient(APPID, SECRET)\n"
            "\n"
            "\n"
            "def notified(body):\n"
            "    try:\n"
            "        return pay.parse_payment_result(body)\n"
            "    except InvalidSignatureException:\n"
            "        return None\n",
            "from wechatpy import WeChatClient\n"
            "from wxpay_v2.compat.wechatpy import WeChatPay\n"
            "from wechatpy.exceptions import InvalidSignatureException\n"
            "from wxpay_v2.compat.wechatpy.exceptions import WeChatPayException\n"
            "from wxpay_v2.compat.wechatpy import exceptions as pay_exceptions\n"
            "\n"
            "client = WeChatClient(APPID, SECRET)\n"
            "\n"
            "\n"
            "def notified(body):\n"
            "    try:\n"
            "        return pay.parse_payment_result(body)\n"
            "    except (InvalidSignatureException, pay_exceptions.InvalidSignatureException):\n"
            "        return None\n",
        ),
        Example(
            "Names in full, and names that a test patches",
            "import wechatpy.pay\n"
            "\n"
            "pay = wechatpy.pay.WeChatPay(APPID, KEY, MCH_ID)\n"
            "\n"
            "\n"
            "def test_the_signature(mocker):\n"
            '    mocker.patch("wechatpy.pay.calculate_signature", return_value="A")\n',
            "import wxpay_v2.compat.wechatpy.pay\n"
            "\n"
            "pay = wxpay_v2.compat.wechatpy.pay.WeChatPay(APPID, KEY, MCH_ID)\n"
            "\n"
            "\n"
            "def test_the_signature(mocker):\n"
            '    mocker.patch("wxpay_v2.compat.wechatpy.pay.calculate_signature", return_value="A")\n',
        ),
    ),
    stops=(
        Example("Nothing says which names are used", "from wechatpy.pay import *\n", "", "upgrade-code.wechatpy.star"),
        Example(
            "A name for the whole library",
            "import wechatpy\n\nmodules = [wechatpy]\nclient = wechatpy.WeChatPay(APPID, KEY, MCH_ID)\n",
            "",
            "upgrade-code.wechatpy.whole",
        ),
        Example(
            "A class that is named in a setting",
            'PAY_BACKEND = "wechatpy.pay.WeChatPay"\n',
            "",
            "upgrade-code.wechatpy.by_name",
        ),
        Example(
            "A package that builds upon wechatpy, and raises its exceptions",
            "from wechat_django.models import WeChatApp\nfrom wechatpy.exceptions import WeChatPayException\n",
            "",
            "upgrade-code.wechatpy.dependent",
        ),
    ),
)
