"""Customs: declaration, modification, query, repeated push, and the check of the buyer's identity.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_1.shtml to chapter4_3_5.shtml
"""

from __future__ import annotations

from wxpay_v2.errors import Malformed
from wxpay_v2.operation import GLOBAL
from wxpay_v2.upgrade.conversions import INTEGER, TIME, as_text
from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE, echo
from wxpay_v2.upgrade.rules import (
    INFERRED,
    Conversion,
    NoEquivalent,
    Step,
    Target,
    Upgrade,
    convert,
    drop,
    move,
    refuse,
    spread,
    supply,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["CUSTOMS_DECLARE", "CUSTOMS_DECLARE_QUERY", "CUSTOMS_REDECLARE"]

_REGIONS = (GLOBAL,)
_ELSEWHERE = NoEquivalent(
    "",
    "mainland merchants declare over API v3 at the gateway in Hong Kong, under an older path that is not carried here",
    "keep this call on v2",
)
_MODIFY = ("customs_modify",)
_DECLARE = ("customs_declare",)
_NUMBERS = ("sub_order_id", "sub_order_no", "transaction_id", "out_trade_no")  # in the order of v2's priority
_OFFICES = "API v3 lists no such customs office; keep this call on v2"
# In a row of the query's answer, beside the numbers of the sub-order.
_ROW = (
    "sub_order_no", "sub_order_id", "mch_customs_no", "customs", "fee_type", "order_fee", "duty", "transport_fee",
    "product_fee", "state", "explanation", "modify_time",
)  # fmt: skip

# In every access mode the caller's own.
_CALLER: tuple[Rule, ...] = (*ENVELOPE, move("appid"), move("mch_id", "mchid"))
_OFFICE: tuple[Rule, ...] = (
    refuse("customs", _OFFICES, when=("customs", "NO", "ZONGSHU")),
    move("customs"),
)
_TOLD: tuple[Rule, ...] = (
    *ECHOED,
    drop("sign_type", "part of v2's own envelope; the answer's RSA signature was verified instead", harmless=True),
    move("appid"),
    move("mch_id", "mchid"),
)
_DECLARATION: tuple[Rule, ...] = (
    move("state"),
    move("transaction_id"),
    move("out_trade_no"),
    move("sub_order_no"),
    move("sub_order_id"),
)


def _rows(value: Any, case: Case) -> dict[str, str]:
    """Return the declarations as v2's numbered families."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed("the declarations in the answer are no list of objects")
    told: dict[str, str] = {}
    for number, row in enumerate(value):
        for name in _ROW:
            if row.get(name) is not None:
                text = TIME.back(row[name], case) if name == "modify_time" else as_text(row[name], case)
                told[f"{name}_{number}"] = text
    return told


def _never(text: str, case: Case) -> None:
    raise AssertionError("what is told of declarations is never sent")


def _kind(case: Case) -> str:
    return next((name for name in _NUMBERS if case.fields.get(name)), "")


def _unchecked(case: Case) -> str | None:
    return "UNCHECKED" if case.fields.get("cert_id") else None


_ROWS = Conversion("declarations", _never, _rows)
_CHECKED = "a call of its own checks it, once the order is declared"

_IDENTITY = Step(
    Target("customs_verify_certificate", regions=_REGIONS, when=("cert_id",)),
    request=(
        move("appid"),
        move("mch_id", "mchid"),
        move("out_trade_no"),
        move("transaction_id"),
        move("sub_order_no"),
        move("customs"),
        move("mch_customs_no", "merchant_customs_no"),
        move("cert_type", "certificate_type"),
        supply("certificate_type", lambda case: "IDCARD", "the only kind there is; v2 may leave it out",
               basis=INFERRED),
        move("cert_id", "certificate_id"),
        move("name", "certificate_name"),
    ),
    answer=(move("cert_check_result", "certificate_check_result", basis=INFERRED),),
    reason="API v3 checks the buyer's identity in a call of its own, after the declaration",
)  # fmt: skip

CUSTOMS_DECLARE = Upgrade(
    "customs_declare",
    family="customs",
    targets=(
        Target("customs_modify", regions=_REGIONS, when=("action_type", "MODIFY")),
        Target("customs_declare", regions=_REGIONS),
    ),
    otherwise=_ELSEWHERE,
    after=(_IDENTITY,),
    request=(
        *_CALLER,
        *_OFFICE,
        move("out_trade_no"),
        move("transaction_id"),
        move("mch_customs_no", "merchant_customs_no"),
        convert("duty", "duty", INTEGER),
        drop("action_type", "the HTTP method says it: POST adds, PATCH modifies", harmless=True, basis=INFERRED),
        move("sub_order_no"),
        move("fee_type", targets=_DECLARE),
        drop("fee_type", "a modification of API v3 names no currency; there is CNY only", targets=_MODIFY,
             harmless=True),
        convert("order_fee", "order_fee", INTEGER),
        convert("transport_fee", "transport_fee", INTEGER),
        convert("product_fee", "product_fee", INTEGER),
        drop("cert_type", _CHECKED, harmless=True),
        drop("cert_id", _CHECKED, harmless=True),
        drop("name", _CHECKED, harmless=True),
    ),
    answer=(
        *_TOLD,
        *_DECLARATION,
        convert("modify_time", "modify_time", TIME, targets=_MODIFY),
        drop("modify_time", "API v3 tells it in answers to a modification or a query", targets=_DECLARE),
        move("verify_department"),
        move("verify_department_trade_id"),
        supply("cert_check_result", _unchecked, "until the call that checks it has answered", basis=INFERRED),
    ),
)  # fmt: skip


def _asked_by() -> tuple[Rule, ...]:
    """Return the rules for the numbers: the first of v2's order is asked by."""
    rules: list[Rule] = []
    for place, name in enumerate(_NUMBERS):
        why = f"one number is asked by: {', '.join(_NUMBERS)}, in this order, as in v2"
        rules += [drop(name, why, when=(better,), harmless=True) for better in _NUMBERS[:place]]
        rules.append(move(name, "order_no"))
    return tuple(rules)


CUSTOMS_DECLARE_QUERY = Upgrade(
    "customs_declare_query",
    family="customs query",
    targets=(Target("customs_query", regions=_REGIONS),),
    otherwise=_ELSEWHERE,
    request=(
        *_CALLER,
        *_OFFICE,
        *_asked_by(),
        supply("order_type", _kind, "API v3 wants to know which number it is"),
    ),
    answer=(
        *_TOLD,
        move("transaction_id"),
        echo("out_trade_no"),
        move("verify_department"),
        move("verify_department_trade_id"),
        convert("count", "total_count", INTEGER),
        spread(tuple(f"{name}_$n" for name in _ROW), "data", _ROWS),
        drop("cert_check_result_$n", "API v3 tells it only in the answer to the check itself"),
    ),
)

CUSTOMS_REDECLARE = Upgrade(
    "customs_redeclare",
    family="customs",
    targets=(Target("customs_redeclare", regions=_REGIONS),),
    otherwise=_ELSEWHERE,
    request=(
        *_CALLER,
        *_OFFICE,
        *(move(name) for name in _NUMBERS),
        move("mch_customs_no", "merchant_customs_no"),
    ),
    answer=(*_TOLD, *_DECLARATION, convert("modify_time", "modify_time", TIME), move("explanation")),
)
