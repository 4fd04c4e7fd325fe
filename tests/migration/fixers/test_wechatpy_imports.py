from __future__ import annotations

import pytest

from tests.migration.fixers.cases import becomes, each, fixed, stays
from wxpay_v2.migration.fixers.wechatpy_imports import FIXER
from wxpay_v2.migration.rewriting.code import Example

PAY = "from wechatpy.pay import WeChatPay\n"
FACE = "from wxpay_v2.compat.wechatpy.pay import WeChatPay\n"


# What it leaves alone.


@each(FIXER.stops)
def test_it_stops(example: Example) -> None:
    stays(FIXER, example.before, example.finding)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# wechatpy\n",
        "x = 'wechatpy'\n",
        "from wechatpy import WeChatClient\nfrom wechatpy.exceptions import WeChatClientException\n",
        "from wechatpy.utils import check_signature, random_string\n",
        "import wechatpy\n\nwechatpy.parse_message(body)\n",
        "import wechatpy.client\n",
        "from wechatpy.client import *\n",
        "from .wechatpy.pay import WeChatPay\n",
        "from shop.wechatpy.pay import WeChatPay\n",
        "import wechatpy_pay\nfrom wechatpyx.pay import WeChatPay\n",
        "from wxpay_v2.compat.wechatpy.pay import WeChatPay  # not wechatpy\n",
        'LOGGING = {"loggers": {"wechatpy.pay": {"level": "INFO"}}}\nlogging.getLogger("wechatpy.pay")\n',
    ],
)
def test_what_is_not_the_payment_half_stays(source: str) -> None:
    stays(FIXER, source)


def test_a_code_base_with_a_module_of_that_name_stays() -> None:
    stays(FIXER, {"wechatpy/__init__.py": "", "shop/pay.py": PAY}, "upgrade-code.wechatpy.own_module")


def test_one_place_that_is_not_understood_holds_every_file_back() -> None:
    files = {"a.py": PAY, "b.py": "from wechatpy.pay import *\n", "c.py": "from wechatpy import WeChatPay\n"}
    after, found = fixed(FIXER, files)
    assert after == files
    assert found == ["upgrade-code.wechatpy.star", "upgrade-code.wechatpy.held"]


def test_exceptions_of_calls_that_were_not_given_stay() -> None:
    source = "from wechatpy.exceptions import WeChatPayException, WeChatException\n"
    stays(FIXER, source, "upgrade-code.wechatpy.alone")


@pytest.mark.parametrize(
    "use",
    ["handle(wechatpy)", "f(wechatpy.exceptions)", "x = wechatpy.exceptions.WeChatException", "wechatpy = 1"],
)
def test_a_name_for_the_whole_library_that_is_used_otherwise_stays(use: str) -> None:
    stays(FIXER, f"import wechatpy\n\npay = wechatpy.WeChatPay(1, 2, 3)\n{use}\n", "upgrade-code.wechatpy.held")


def test_a_module_of_exceptions_that_both_halves_raise_stays() -> None:
    source = f"{PAY}from wechatpy import exceptions\n\ntry:\n    f()\nexcept exceptions.WeChatException:\n    pass\n"
    stays(FIXER, source, "upgrade-code.wechatpy.whole")


def test_one_name_for_both_halves_stays() -> None:
    source = "import wechatpy\n\npay = wechatpy.WeChatPay(1, 2, 3)\nclient = wechatpy.WeChatClient(1, 2)\n"
    stays(FIXER, source, "upgrade-code.wechatpy.both")


@pytest.mark.parametrize(
    "use",
    [
        "KNOWN = {InvalidSignatureException: 403}",
        "class Ours(InvalidSignatureException):\n    pass",
        "x: 'InvalidSignatureException'",
    ],
)
def test_an_exception_of_both_halves_that_is_not_only_caught_stays(use: str) -> None:
    source = (
        "from wechatpy import WeChatClient, WeChatPay\nfrom wechatpy.exceptions import InvalidSignatureException\n\n"
        + use
    )
    stays(FIXER, f"{source}\n", "upgrade-code.wechatpy.shared")


def test_every_way_to_catch_what_both_halves_raise() -> None:
    head = (
        "from wechatpy import WeChatClient, WeChatPay\n"
        "from wechatpy.exceptions import InvalidSignatureException as Wrong, WeChatException\n"
    )
    uses = (
        "try:\n    f()\nexcept (KeyError, Wrong) as e:\n    raise\n"
        "except (WeChatException, ValueError):\n    raise Wrong\n"
        "if isinstance(e, Wrong) or isinstance(e, (Wrong, KeyError)):\n    raise Wrong('sign') from e\n"
    )
    after, found = fixed(FIXER, head + uses)
    assert found == []
    ours = "pay_exceptions.InvalidSignatureException"
    assert after.partition("try:")[2] == uses.partition("try:")[2].replace(
        "(KeyError, Wrong)", f"(KeyError, Wrong, {ours})"
    ).replace("(WeChatException, ", "(WeChatException, pay_exceptions.WeChatException, ").replace(
        "isinstance(e, Wrong)", f"isinstance(e, (Wrong, {ours}))"
    ).replace("(Wrong, KeyError)", f"(Wrong, {ours}, KeyError)")


def test_an_exception_that_the_other_half_raises_is_not_taken_from_it_under_another_name() -> None:
    source = (
        "from wechatpy.pay import InvalidSignatureException, WeChatPay\nfrom wechatpy.utils import check_signature\n"
    )
    after, found = fixed(FIXER, source + "try:\n    f()\nexcept InvalidSignatureException:\n    pass\n")
    assert found == []
    assert "from wechatpy.pay import InvalidSignatureException\n" in after
    assert "except (InvalidSignatureException, pay_exceptions.InvalidSignatureException):\n" in after


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PAY, FACE),
        ("from wechatpy import WeChatPay\n", "from wxpay_v2.compat.wechatpy import WeChatPay\n"),
        ("from wechatpy import pay\n", "from wxpay_v2.compat.wechatpy import pay\n"),
        ("import wechatpy.pay as p\n", "import wxpay_v2.compat.wechatpy.pay as p\n"),
        (
            "import os, wechatpy.pay as p  # x\n",
            "import os, wxpay_v2.compat.wechatpy.pay as p  # x\n",
        ),
        (
            "from wechatpy.pay.api import (  # a\n    WeChatOrder,  # b\n)\n",
            "from wxpay_v2.compat.wechatpy.pay.api import (  # a\n    WeChatOrder,  # b\n)\n",
        ),
        (
            "from wechatpy.crypto import WeChatRefundCrypto\n",
            "from wxpay_v2.compat.wechatpy.crypto import WeChatRefundCrypto\n",
        ),
        (
            "if x:\n\tfrom wechatpy.pay import WeChatPay\n",
            "if x:\n\tfrom wxpay_v2.compat.wechatpy.pay import WeChatPay\n",
        ),
        (
            "import a; from wechatpy.pay import WeChatPay as P; b()\n",
            "import a; from wxpay_v2.compat.wechatpy.pay import WeChatPay as P; b()\n",
        ),
        (
            "import a; from wechatpy import WeChatClient, WeChatPay; b()\n",
            "import a; from wechatpy import WeChatClient; from wxpay_v2.compat.wechatpy import WeChatPay; b()\n",
        ),
        (
            "from wechatpy import (\n    WeChatClient,  # 公众号\n    WeChatPay,  # 支付\n)  # both\n",
            "from wechatpy import (\n    WeChatClient,  # 公众号\n)\n"
            "from wxpay_v2.compat.wechatpy import (\n    WeChatPay,  # 支付\n)  # both\n",
        ),
        (
            "from wechatpy import (WeChatPay,  # 支付\n    WeChatClient  # 公众号\n)\n",
            "from wechatpy import (WeChatClient  # 公众号\n)\n"
            "from wxpay_v2.compat.wechatpy import (WeChatPay,  # 支付\n)\n",
        ),
        (
            "from wechatpy import (\n    WeChatClient,\n    WeChatPay,  # 支付\n)\n",
            "from wechatpy import (\n    WeChatClient,\n)\n"
            "from wxpay_v2.compat.wechatpy import (\n    WeChatPay,  # 支付\n)\n",
        ),
        (
            f"{PAY}from wechatpy import exceptions as e\n\ntry:\n    f()\nexcept e.WeChatPayException:\n    pass\n",
            f"{FACE}from wxpay_v2.compat.wechatpy import exceptions as e\n\n"
            "try:\n    f()\nexcept e.WeChatPayException:\n    pass\n",
        ),
        (
            f"{PAY}import wechatpy.exceptions as e\n\nx = e.WeChatPayException\n",
            f"{FACE}import wxpay_v2.compat.wechatpy.exceptions as e\n\nx = e.WeChatPayException\n",
        ),
        (
            f"{PAY}from wechatpy import crypto, exceptions\n\nx = exceptions.WeChatPayException\n",
            f"{FACE}from wechatpy import crypto\nfrom wxpay_v2.compat.wechatpy import exceptions\n\n"
            "x = exceptions.WeChatPayException\n",
        ),
        (
            f"{PAY}try:\n    from wechatpy.pay.utils import dict_to_xml\nexcept ImportError:\n    pass\n",
            f"{FACE}try:\n    from wxpay_v2.compat.wechatpy.pay.utils import dict_to_xml\n"
            "except ImportError:\n    pass\n",
        ),
        (
            "import wechatpy\nimport wechatpy.pay\n\np = wechatpy.WeChatPay\nq = wechatpy.pay.utils.dict_to_xml({})\n",
            "import wxpay_v2.compat.wechatpy\nimport wxpay_v2.compat.wechatpy.pay\n\n"
            "p = wxpay_v2.compat.wechatpy.WeChatPay\nq = wxpay_v2.compat.wechatpy.pay.utils.dict_to_xml({})\n",
        ),
        (
            'patch("wechatpy.pay.utils.get_external_ip")\n',
            'patch("wxpay_v2.compat.wechatpy.pay.utils.get_external_ip")\n',
        ),
        ("import_module(r'wechatpy.pay')\n", "import_module(r'wxpay_v2.compat.wechatpy.pay')\n"),
    ],
)  # fmt: skip
def test_every_way_to_import(before: str, after: str) -> None:
    assert becomes(FIXER, before, after) == []
