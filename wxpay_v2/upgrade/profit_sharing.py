"""Profit sharing: sharing, its end, its query, receivers, and what was shared given back.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_1.shtml to chapter4_1_8.shtml,
mainland: TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing
"""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.operation import GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade.conversions import INTEGER, TIME, as_json, as_text, read_json, whole
from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE, FOR_OTHERS
from wxpay_v2.upgrade.rules import (
    INFERRED,
    Conversion,
    NoEquivalent,
    Target,
    Upgrade,
    convert,
    drop,
    move,
    refuse,
    supply,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = [
    "MULTI_PROFIT_SHARING", "PROFIT_SHARING", "PROFIT_SHARING_ADD_RECEIVER", "PROFIT_SHARING_FINISH",
    "PROFIT_SHARING_MERCHANT_RATIO_QUERY", "PROFIT_SHARING_ORDER_AMOUNT_QUERY", "PROFIT_SHARING_QUERY",
    "PROFIT_SHARING_REMOVE_RECEIVER", "PROFIT_SHARING_RETURN", "PROFIT_SHARING_RETURN_QUERY",
]  # fmt: skip

_SIGNER = "the merchant who signs is the one who shares"
_BRAND = "sharing within a brand is another product of API v3 (/v3/brand/profitsharing)"
_NO_RETURN = NoEquivalent(
    "",
    "API v3 Global has no return of shared money, and the mainland's is asked about by out_order_no",
    "in the mainland name out_order_no; abroad refund the payer with API v3's own refund, from advance funds",
)
_SENT = ("type", "account", "amount", "description", "name")
_ADDED = ("type", "account", "name", "relation_type", "custom_relation")
_TOLD = ("type", "amount", "description", "detail_id", "result", "fail_reason")


def _listed(text: str) -> list[Mapping[str, Any]]:
    given = read_json("receivers", text)
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise InvalidRequest("receivers must be a JSON list of objects to become a part of API v3's request")
    return given


def _known(given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raise InvalidRequest for a name that API v3 does not take, rather than share without it."""
    strange = sorted(str(name) for name in given.keys() - set(names) if given[name] not in (None, ""))
    if strange:
        raise InvalidRequest(f"a receiver's {quoted(strange[0])} has no place in API v3")


def _amount(value: Any) -> int:
    return whole("receivers: amount", value)


def _receivers(text: str, case: Case) -> list[dict[str, Any]]:
    """Return v3's ``receivers``; abroad every amount names its currency, which is CNY."""
    told = []
    for given in _listed(text):
        _known(given, _SENT)
        one: dict[str, Any] = {"currency": "CNY"} if case.region == GLOBAL else {}
        for name in _SENT:
            if given.get(name) not in (None, ""):
                one[name] = _amount(given[name]) if name == "amount" else str(given[name])
        told.append(one)
    return told


def _shared(value: Any, case: Case) -> str:
    """Return v2's ``receivers``, JSON in a text. A merchant's account stands under each of v2's names for it."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed("the receivers in the answer are no list of objects")
    told = []
    for given in value:
        one: dict[str, Any] = {name: given[name] for name in _TOLD if given.get(name) is not None}
        if given.get("finish_time"):
            one["finish_time"] = TIME.back(given["finish_time"], case)
        if given.get("account") is not None:
            one["account"] = one["receiver_account"] = given["account"]
            if given.get("type") == "MERCHANT_ID":
                one["receiver_mchid"] = given["account"]
        told.append(one)
    return as_json(told, case)


def _receiver(text: str, case: Case) -> dict[str, str]:
    """Return the fields of v2's ``receiver``, which stand in v3's document itself."""
    given = read_json("receiver", text)
    if not isinstance(given, dict):
        raise InvalidRequest("receiver must be a JSON object to become a part of API v3's request")
    _known(given, _ADDED)
    return {name: str(given[name]) for name in _ADDED if given.get(name) not in (None, "")}


def _answered(value: Any, case: Case) -> str:
    """Return v2's ``receiver``: the answer's, or the request's where API v3 answers without a body."""
    told = value if value.get("account") is not None else _receiver(case.fields["receiver"], case)
    return as_json({name: as_text(told[name], case) for name in ("type", "account") if name in told}, case)


RECEIVERS = Conversion("receivers", _receivers, _shared)
RECEIVER = Conversion("receiver", _receiver, _answered)

_IDS: tuple[Rule, ...] = (
    *ENVELOPE,
    move("appid"),
    drop("mch_id", _SIGNER, harmless=True),
    move("sub_appid", modes=FOR_OTHERS),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)
_APPID = drop("appid", "this call takes no appid in API v3", harmless=True)
_SUB_APPID = drop("sub_appid", "this call takes no appid in API v3", harmless=True)
_MERCHANT_ONLY: tuple[Rule, ...] = (
    *ENVELOPE,
    drop("mch_id", _SIGNER, harmless=True),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)
_ANSWERED: tuple[Rule, ...] = (*ECHOED, move("sub_mch_id", "sub_mchid"))
_NUMBERS: tuple[Rule, ...] = (move("transaction_id"), move("out_order_no"), move("order_id"))
_ORDER: tuple[Rule, ...] = (*_IDS, move("transaction_id"), move("out_order_no"))


def _unfrozen(case: Case) -> bool:
    return case.operation.name == "profit_sharing"


_UNFREEZE = supply(
    "unfreeze_unsplit", _unfrozen, "v2 has two calls: one shares once and frees the rest, one shares several times",
    basis=INFERRED,
)  # fmt: skip

PROFIT_SHARING = Upgrade(
    "profit_sharing",
    family="profit sharing",
    targets=(Target("profit_sharing_order"),),
    request=(*_ORDER, refuse("brand_mch_id", _BRAND), convert("receivers", "receivers", RECEIVERS), _UNFREEZE),
    answer=(
        *_ANSWERED,
        *_NUMBERS,
        move("status", "state", basis=INFERRED),
        convert("receivers", "receivers", RECEIVERS, basis=INFERRED),
        drop("brand_mch_id", _BRAND),
    ),
)

MULTI_PROFIT_SHARING = Upgrade(
    "multi_profit_sharing",
    family="profit sharing",
    targets=(Target("profit_sharing_order"),),
    request=(*_ORDER, convert("receivers", "receivers", RECEIVERS), _UNFREEZE),
    answer=(*_ANSWERED, *_NUMBERS, convert("receivers", "receivers", RECEIVERS, basis=INFERRED)),
)

PROFIT_SHARING_FINISH = Upgrade(
    "profit_sharing_finish",
    family="profit sharing",
    targets=(Target("profit_sharing_unfreeze"),),
    request=(*_MERCHANT_ONLY, _APPID, move("transaction_id"), move("out_order_no"), move("description")),
    answer=(*_ANSWERED, *_NUMBERS),
)

PROFIT_SHARING_QUERY = Upgrade(
    "profit_sharing_query",
    family="profit sharing query",
    targets=(Target("profit_sharing_query"),),
    request=(*_MERCHANT_ONLY, move("transaction_id"), move("out_order_no")),
    answer=(
        *_ANSWERED,
        *_NUMBERS,
        move("status", "state", basis=INFERRED),
        convert("receivers", "receivers", RECEIVERS, basis=INFERRED),
        drop("close_reason", "API v3 tells why it failed for each receiver (fail_reason)", basis=INFERRED),
        drop("amount", "API v3 tells what was freed as a receiver's amount, if at all", basis=INFERRED),
        drop("description", "API v3 tells what was freed as a receiver's, if at all", basis=INFERRED),
    ),
)

PROFIT_SHARING_ADD_RECEIVER = Upgrade(
    "profit_sharing_add_receiver",
    family="profit sharing",
    targets=(Target("profit_sharing_receiver_add"),),
    request=(*_IDS, convert("receiver", ".", RECEIVER)),
    answer=(*_ANSWERED, convert("receiver", ".", RECEIVER)),
)

PROFIT_SHARING_REMOVE_RECEIVER = Upgrade(
    "profit_sharing_remove_receiver",
    family="profit sharing",
    targets=(Target("profit_sharing_receiver_delete"),),
    request=(*_IDS, convert("receiver", ".", RECEIVER)),
    answer=(*ECHOED, move("sub_mch_id", "sub_mchid", regions=(MAINLAND,)), convert("receiver", ".", RECEIVER)),
)

_RETURNED: tuple[Rule, ...] = (
    *_ANSWERED,
    drop("error_code", "an answer that succeeds has none", harmless=True),
    drop("error_msg", "an answer that succeeds has none", harmless=True),
    move("order_id"),
    move("out_order_no"),
    move("out_return_no"),
    move("return_no", "return_id", basis=INFERRED),
    supply("return_account_type", lambda case: "MERCHANT_ID", "only merchants give back", basis=INFERRED),
    move("return_account", "return_mchid", basis=INFERRED),
    convert("return_amount", "amount", INTEGER, basis=INFERRED),
    move("description"),
    move("result"),
    move("fail_reason"),
    convert("finish_time", "finish_time", TIME),
)

PROFIT_SHARING_RETURN = Upgrade(
    "profit_sharing_return",
    family="profit sharing",
    targets=(Target("profit_sharing_return_order", regions=(MAINLAND,)),),
    otherwise=_NO_RETURN,
    request=(
        *_MERCHANT_ONLY,
        _APPID,
        _SUB_APPID,
        move("order_id"),
        move("out_order_no"),
        move("out_return_no"),
        drop("return_account_type", "only merchants give back", harmless=True, basis=INFERRED),
        move("return_account", "return_mchid", basis=INFERRED),
        convert("return_amount", "amount", INTEGER, basis=INFERRED),
        move("description"),
    ),
    answer=(*_RETURNED, drop("sign_type", "part of v2's own envelope", harmless=True)),
)

PROFIT_SHARING_RETURN_QUERY = Upgrade(
    "profit_sharing_return_query",
    family="profit sharing query",
    targets=(Target("profit_sharing_return_query", regions=(MAINLAND,), when=("out_order_no",)),),
    otherwise=_NO_RETURN,
    request=(
        *_MERCHANT_ONLY,
        _APPID,
        _SUB_APPID,
        drop("order_id", "API v3 asks by out_order_no, which is there", harmless=True),
        move("out_order_no"),
        move("out_return_no"),
    ),
    answer=_RETURNED,
)

PROFIT_SHARING_ORDER_AMOUNT_QUERY = Upgrade(
    "profit_sharing_order_amount_query",
    family="profit sharing query",
    targets=(Target("profit_sharing_unsplit_amount"),),
    request=(
        *ENVELOPE,
        drop("mch_id", _SIGNER, harmless=True),
        move("transaction_id"),
        supply("sub_mchid", lambda case: case.merchant.sub_mch_id or None,
               "API v3 Global wants the sub-merchant; v2 asks without", regions=(GLOBAL,), modes=(INSTITUTION,)),
    ),
    answer=(*ECHOED, move("transaction_id"), convert("unsplit_amount", "unsplit_amount", INTEGER)),
)  # fmt: skip

PROFIT_SHARING_MERCHANT_RATIO_QUERY = Upgrade(
    "profit_sharing_merchant_ratio_query",
    family="profit sharing query",
    targets=(Target("profit_sharing_max_ratio", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,)),),
    otherwise=NoEquivalent("", "API v3 tells the largest share to mainland service providers only", "do without it"),
    request=(
        *ENVELOPE,
        drop("mch_id", _SIGNER, harmless=True),
        move("sub_mch_id", "sub_mchid"),
        refuse("brand_mch_id", _BRAND),
    ),
    answer=(
        *ECHOED,
        move("sub_mch_id", "sub_mchid"),
        convert("max_ratio", "max_ratio", INTEGER),
        drop("brand_mch_id", _BRAND),
    ),
)
