"""Refund and refund query.

Source: https://pay.weixin.qq.com/doc/global/v3/en (refunds), https://pay.weixin.qq.com/doc/v3/merchant/4012791862
"""

from __future__ import annotations

from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.upgrade import refund_lists
from wxpay_v2.upgrade.conversions import INTEGER, choices
from wxpay_v2.upgrade.identity import BODY, ECHOED, ENVELOPE, NUMBERS_ONLY, SUBJECT, echo
from wxpay_v2.upgrade.rules import INFERRED, NoEquivalent, Target, Upgrade, convert, drop, move, spread, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["REFUND", "REFUND_QUERY"]

_ONE_NUMBER = "API v3 Global does not name the order again; the number that was sent is told from the request"
_NOT_TOLD = "API v3 Global answers with the refund alone; ask order_query for the payment"
_SETTLED = "API v3 Global does not tell the settlement amount of an order"
_MAINLAND_FUNDS = choices(
    "refund_account", {"REFUND_SOURCE_UNSETTLED_FUNDS": "UNSETTLED", "REFUND_SOURCE_RECHARGE_FUNDS": "AVAILABLE"}
)


def _currency(case: Case) -> str:
    return case.fields.get("refund_fee_type") or "CNY"


def in_region(rules: tuple[Rule, ...], region: str) -> tuple[Rule, ...]:
    """Return *rules* limited to *region*."""
    return tuple(rule.limited(regions=(region,)) for rule in rules)


REFUND = Upgrade(
    "refund",
    family="refund",
    targets=(Target("refund_create"),),
    request=(
        *ENVELOPE,
        *in_region(BODY, GLOBAL),
        *in_region(SUBJECT, MAINLAND),
        move("transaction_id"),
        drop("out_trade_no", "one number names the order; transaction_id wins, as in v2", when=("transaction_id",),
             harmless=True),
        move("out_trade_no"),
        move("out_refund_no"),
        convert("total_fee", "amount.total", INTEGER),
        convert("refund_fee", "amount.refund", INTEGER),
        move("refund_fee_type", "amount.currency"),
        supply("amount.currency", _currency, "v2 means CNY when refund_fee_type is absent; API v3 wants it said"),
        move("refund_desc", "reason"),
        move("refund_account", "source", regions=(GLOBAL,)),
        convert("refund_account", "funds_account", _MAINLAND_FUNDS, regions=(MAINLAND,), basis=INFERRED),
        move("notify_url"),
        drop("op_user_id", "API v3 does not keep who asked for a refund"),
    ),
    answer=(
        *ECHOED,
        move("refund_id", "id|refund_id", regions=(GLOBAL,)),
        move("refund_id", regions=(MAINLAND,)),
        move("out_refund_no"),
        echo("transaction_id"),
        echo("out_trade_no"),
        move("transaction_id"),
        move("out_trade_no"),
        drop("transaction_id", _ONE_NUMBER, regions=(GLOBAL,), basis=INFERRED),
        drop("out_trade_no", _ONE_NUMBER, regions=(GLOBAL,), basis=INFERRED),
        convert("refund_fee", "amount.refund", INTEGER),
        move("refund_fee_type", "amount.currency", basis=INFERRED),
        move("fee_type", "amount.currency", basis=INFERRED),
        echo("total_fee"),
        convert("total_fee", "amount.total", INTEGER, basis=INFERRED),
        convert("cash_fee", "amount.payer_total", INTEGER, basis=INFERRED, regions=(MAINLAND,)),
        drop("cash_fee", _NOT_TOLD, regions=(GLOBAL,), basis=INFERRED),
        drop("cash_fee_type", "API v3 does not tell it in the answer to a refund", basis=INFERRED),
        convert("cash_refund_fee", "amount.payer_refund", INTEGER),
        move("cash_refund_fee_type", "amount.payer_currency"),
        drop("settlement_total_fee", _SETTLED, regions=(GLOBAL,)),
        convert("settlement_total_fee", "amount.settlement_total", INTEGER, regions=(MAINLAND,)),
        convert("settlement_refund_fee", "amount", refund_lists.SETTLED),
        spread(refund_lists.REFUND_COUPONS, "detail|promotion_detail", refund_lists.COUPONS, basis=INFERRED),
        convert("rate", "amount.exchange_rate", refund_lists.RATE, regions=(GLOBAL,)),
        drop("rate", "mainland API v3 knows no other currency", regions=(MAINLAND,)),
    ),
)  # fmt: skip

_LIST = ("refund_query_all",)
_ONE = ("refund_query_by_id", "refund_query_by_out_refund_no")
_WHICH = "one number is asked by: refund_id, out_refund_no, transaction_id, out_trade_no, in this order, as in v2"

REFUND_QUERY = Upgrade(
    "refund_query",
    family="refund query",
    targets=(
        Target("refund_query_by_id", regions=(GLOBAL,), when=("refund_id",)),
        Target("refund_query_by_out_refund_no", when=("out_refund_no",)),
        Target("refund_query_all", regions=(GLOBAL,), when=("transaction_id",)),
        Target("refund_query_all", regions=(GLOBAL,), when=("out_trade_no",)),
    ),
    otherwise=NoEquivalent(
        "",
        "mainland API v3 asks about refunds by out_refund_no only",
        "call refund_query with out_refund_no, or keep this read on v2: V3Account(over_v2=('refund_query',))",
    ),
    request=(
        *ENVELOPE,
        *in_region(NUMBERS_ONLY, GLOBAL),
        *in_region(SUBJECT, MAINLAND),
        move("refund_id", targets=("refund_query_by_id",)),
        drop("refund_id", _WHICH, harmless=True),
        move("out_refund_no", targets=("refund_query_by_out_refund_no",)),
        drop("out_refund_no", _WHICH, harmless=True),
        move("transaction_id", targets=_LIST),
        drop("transaction_id", _WHICH, harmless=True),
        drop("out_trade_no", _WHICH, when=("transaction_id",), harmless=True),
        move("out_trade_no", targets=_LIST),
        drop("out_trade_no", _WHICH, harmless=True),
        convert("offset", "offset", INTEGER, targets=_LIST),
        supply("offset", lambda case: 0, "API v3 wants it said", targets=_LIST, basis=INFERRED),
        supply("count", lambda case: refund_lists.PER_REPLY, "as many as v2 tells in one reply", targets=_LIST,
               basis=INFERRED),
        drop("offset", "there is one refund of a number", harmless=True, targets=_ONE),
    ),
    answer=(
        *ECHOED,
        *refund_lists.OF_AN_ORDER,
        *refund_lists.OF_ONE,
    ),
)  # fmt: skip
