from __future__ import annotations

import pytest

from tests.migration.fixers.cases import becomes, each, stays
from wxpay_v2.migration.fixers.weixin_python import FIXER
from wxpay_v2.migration.rewriting.code import Example

NOT_OURS = (
    "",
    "import weixin_pay\n",
    "from .weixin import WeixinPay\n",
    "from shop.weixin.pay import WeixinPay\n",
    'URL = "https://api.weixin.qq.com"\n',
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
    stays(
        FIXER,
        {f"lib/{package}.py": "", "shop/pay.py": FIXER.examples[0].before},
        "upgrade-code.weixin-python.own_module",
    )


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from weixin import WeixinPay\n", "from wxpay_v2.compat.weixin import WeixinPay\n"),
        (
            "from weixin.pay import WeixinPay\n\n"
            "pay = WeixinPay(app_id=A, mch_id=B, mch_key=C, notify_url=D, key=E, cert=F)\n",
            "from wxpay_v2.compat.weixin.pay import WeixinPay\n\n"
            "pay = WeixinPay(app_id=A, mch_id=B, mch_key=C, notify_url=D, key=E, cert=F)\n",
        ),
    ],
)
def test_its_own_class_and_keywords_move(before: str, after: str) -> None:
    assert becomes(FIXER, before, after) == []
