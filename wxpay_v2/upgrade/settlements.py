"""Settlement query.

Source: https://pay.weixin.qq.com/doc/global/v3/zh/4014096541,
https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_1_10.shtml
"""

from __future__ import annotations

from wxpay_v2.errors import Malformed
from wxpay_v2.operation import GLOBAL
from wxpay_v2.upgrade.conversions import COMPACT_DAY, INTEGER, as_json, as_text, choices
from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE
from wxpay_v2.upgrade.rules import (
    INFERRED,
    Conversion,
    NoEquivalent,
    Target,
    Upgrade,
    convert,
    drop,
    move,
    spread,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = ["SETTLEMENT_QUERY"]

_STATE = choices("usetag", {"1": "SETTLED", "2": "UNSETTLE"})
# v2's name in a record -> where v3 tells it.
_RECORD = {
    "fbatchno": ("batch_id",),
    "date_settlement": ("settlement_date",),
    "date_start": ("trade_start_date",),
    "date_end": ("trade_end_date",),
    "settlement_fee": ("amount", "settled"),
    "unsettlement_fee": ("amount", "unsettle"),
    "settlementfee_type": ("amount", "currency"),
    "pay_fee": ("amount", "pay"),
    "refund_fee": ("amount", "refund"),
    "pay_net_fee": ("amount", "net"),
    "poundage_fee": ("amount", "fee"),
    "split_settlement_fee": ("split_amount", "settled"),
    "split_unsettlement_fee": ("split_amount", "unsettle"),
}


def _record(row: Mapping[str, Any], case: Case) -> dict[str, str]:
    """Return one settlement under v2's names."""
    told: dict[str, str] = {}
    for ours, place in _RECORD.items():
        value: Any = row
        for part in place:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            told[ours] = as_text(value, case)
    if all(name in told for name in ("pay_fee", "refund_fee", "pay_net_fee")):
        told["refund_fee"] = _negative(int(told["pay_fee"]), int(told["refund_fee"]), int(told["pay_net_fee"]))
    return told


def _negative(paid: int, refunded: int, net: int) -> str:
    """Return the refunds so that, as in v2, payments and refunds make the net; API v3's sign is told nowhere."""
    return str(-refunded if refunded and paid - refunded == net else refunded)


def _records(value: Any, case: Case) -> dict[str, str]:
    """Return the rows as v2 sends them, each an element of its own, and the first flat as v2's pages print it."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Malformed("the settlements in the answer are no list of objects")
    rows = [_record(row, case) for row in value]
    told = dict(rows[0]) if rows else {}
    told.update((f"setteinfo_{number}", as_json(row, case)) for number, row in enumerate(rows))
    told["record_num"] = str(len(rows))
    return told


def _none(value: Any, case: Case) -> str | None:
    return "0" if "data" not in case.document else None


def _never(text: str, case: Case) -> None:
    raise AssertionError("settlements are never sent")


_ROWS = Conversion("settlements", _never, _records)
_EMPTY = Conversion("no settlements", _never, _none)
_SIGNER = "the merchant who signs is the one whose money it is"

SETTLEMENT_QUERY = Upgrade(
    "settlement_query",
    family="settlement",
    targets=(Target("settlements", regions=(GLOBAL,)),),
    otherwise=NoEquivalent("", "mainland API v3 has no settlements to ask for", "call download_fund_flow"),
    request=(
        *ENVELOPE,
        drop("appid", _SIGNER, harmless=True),
        drop("mch_id", _SIGNER, harmless=True),
        move("sub_mch_id", "sub_mchid"),
        convert("usetag", "settle_state", _STATE),
        convert("offset", "offset", INTEGER),
        convert("limit", "limit", INTEGER),
        convert("date_start", "settle_start_date", COMPACT_DAY),
        convert("date_end", "settle_end_date", COMPACT_DAY),
        drop("query_split", "API v3 tells the shared amounts wherever there are any", harmless=True, basis=INFERRED),
    ),
    answer=(
        *ECHOED,
        spread(("record_num", "setteinfo_$n", *_RECORD), "data", _ROWS),
        convert("record_num", "total_count", _EMPTY, basis=INFERRED),
    ),
)  # fmt: skip
