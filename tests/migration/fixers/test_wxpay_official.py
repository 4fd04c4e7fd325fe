from __future__ import annotations

import pytest

from tests.migration.fixers.cases import becomes, each, stays
from wxpay_v2.migration.fixers.wxpay_official import FIXER
from wxpay_v2.migration.rewriting.code import Example

NOT_OURS = (
    "",
    "import wxpay\nfrom wxpay import WXpay, QRWXpay\nfrom wxpayv3 import WXPay\n",
    "from .pywxpay import WXPay, WXPayUtil\n",
    "# pywxpay\n",
)


# What it leaves alone.


@each(FIXER.stops)
def test_it_stops(example: Example) -> None:
    stays(FIXER, example.before, example.finding)


@pytest.mark.parametrize("source", NOT_OURS)
def test_another_package_stays(source: str) -> None:
    stays(FIXER, source)


def test_a_code_base_with_a_module_of_that_name_stays() -> None:
    package = FIXER.examples[0].before.split()[1].split(".")[0]
    stays(FIXER, {f"lib/{package}.py": "", "shop/pay.py": FIXER.examples[0].before}, "upgrade-code.pywxpay.own_module")


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after) == []


def test_the_other_name_that_it_is_imported_by_moves_too() -> None:
    after = "from wxpay_v2.compat.wxpay import WXPay\nfrom wxpay_v2.compat.wxpay import WXPayUtil as util\n"
    assert becomes(FIXER, "from wxpay import WXPay\nfrom pywxpay import WXPayUtil as util\n", after) == []
