"""Every name that an import is moved to is there."""

from __future__ import annotations

from importlib import import_module

import pytest

from wxpay_v2.migration.fixers.wechat_pay_sdk import WECHAT_PAY_SDK
from wxpay_v2.migration.fixers.wechatpy_imports import WECHATPY
from wxpay_v2.migration.fixers.weixin_python import WEIXIN_PYTHON
from wxpay_v2.migration.fixers.wxpay_official import FACES
from wxpay_v2.migration.rewriting.face import MIXED, MOVES, NEUTRAL, OTHER, SHARED, UNKNOWN, Face

KNOWN = (WECHATPY, WEIXIN_PYTHON, WECHAT_PAY_SDK, *FACES)


@pytest.mark.parametrize("face", KNOWN, ids=lambda face: face.package)
def test_a_face_has_what_its_row_promises(face: Face) -> None:
    for name in face.names():
        try:
            import_module(name)
        except ModuleNotFoundError:
            module, _, attribute = name.rpartition(".")
            assert hasattr(import_module(module), attribute), name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wechatpy", MIXED),
        ("wechatpy.pay", MOVES),
        ("wechatpy.pay.api.order.WeChatOrder", MOVES),
        ("wechatpy.WeChatPay.API_BASE_URL", MOVES),
        ("wechatpy.exceptions", MIXED),
        ("wechatpy.exceptions.WeChatPayException", MOVES),
        ("wechatpy.exceptions.InvalidSignatureException", SHARED),
        ("wechatpy.exceptions.WeChatOAuthException", OTHER),
        ("wechatpy.utils.random_string", NEUTRAL),
        ("wechatpy.utils.check_signature", OTHER),
        ("wechatpy.payment", OTHER),
    ],
)
def test_which_half_of_wechatpy_a_name_belongs_to(name: str, kind: str) -> None:
    assert WECHATPY.kind(name) == kind


def test_a_library_of_one_half_has_no_other() -> None:
    assert [face.kind(f"{face.package}.something") for face in KNOWN[1:]] == [UNKNOWN] * 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("module", ["pay", "pay.api", "pay.utils", "pay.base"])
def test_wechatpys_payment_half_is_there_name_for_name(module: str) -> None:
    theirs = pytest.importorskip(f"wechatpy.{module}")
    ours = import_module(f"wxpay_v2.compat.wechatpy.{module}")
    public = {
        name for name, value in vars(theirs).items()
        if not name.startswith("__") and str(getattr(value, "__module__", "")).startswith("wechatpy.pay")
    }  # fmt: skip
    assert {name for name in public if not hasattr(ours, name)} == set()
