"""Where an H5 order is paid from: the page or the app that scene_info names.

Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/H5Payment/chapter8_1.shtml
"""

from __future__ import annotations

import re

from wxpay_v2 import address
from wxpay_v2.access.rule import Rule
from wxpay_v2.errors import quoted
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.access.rule import Case
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation

__all__ = ["SCENE_INFO"]

_TYPES = ("IOS", "Android", "Wap")
_EXAMPLE = '{"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Shop"}}'
# A package or bundle id is a name in reverse domain order.
_APP_ID = re.compile(r"[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)+", re.ASCII)


def _fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    return not text or wire.get("trade_type") != "MWEB"


def _explain(case: Case, name: str, text: str) -> Iterator[Fault]:
    import json

    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return  # the row says so
    page = told.get("h5_info") if isinstance(told, dict) else None
    if not isinstance(page, dict):
        yield Fault("scene_info.h5_info", name, f"{name} has no h5_info, which trade_type MWEB needs", _EXAMPLE)
        return
    kind = page.get("type")
    if kind not in _TYPES:
        yield Fault(
            "scene_info.type",
            name,
            f"{name} must have the h5_info.type IOS, Android or Wap, got {quoted(kind)}",
            "they are case sensitive; a page in any browser is Wap",
        )
    for key in ("package_name", "bundle_id"):
        if key in page and not (isinstance(page[key], str) and _APP_ID.fullmatch(page[key])):
            yield Fault(
                f"scene_info.{key}",
                name,
                f"{name} has an h5_info.{key} that names no app: {quoted(page[key])}",
                "give the app's id as its store has it, such as com.shop.app",
            )
    if "wap_url" in page and not _is_site(page["wap_url"]):
        yield Fault(
            "scene_info.wap_url",
            name,
            f"{name} has an h5_info.wap_url that is no address: {quoted(page['wap_url'])}",
            "give the site's address, such as https://shop.example; its domain must be registered for H5 payment",
        )


def _is_site(text: object) -> bool:
    url = address.split(text) if isinstance(text, str) else None
    if url is None or url.scheme not in ("http", "https"):
        return False
    return address.kind_of(address.in_ascii(url.host)) != address.MALFORMED


def _has_h5_info(operation: Operation, mode: str) -> bool:
    return any(inner.name == "h5_info" for row in operation.request for inner in row.fields)


SCENE_INFO = Rule(_fits, _explain, _has_h5_info)
