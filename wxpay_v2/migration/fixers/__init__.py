"""The rewrites, one per module, in the order in which they run: calls first, imports of what is left after them."""

from __future__ import annotations

from wxpay_v2.migration.fixers import (
    django_settings,
    handwritten_calls,
    wechat_pay_sdk,
    wechatpy_calls,
    wechatpy_imports,
    weixin_python,
    wxpay_official,
)

__all__ = ["FIXERS"]

FIXERS = tuple(
    module.FIXER
    for module in (
        wechatpy_calls,
        handwritten_calls,
        django_settings,
        wechatpy_imports,
        wxpay_official,
        weixin_python,
        wechat_pay_sdk,
    )
)
