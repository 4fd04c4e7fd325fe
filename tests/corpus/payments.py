"""Authentic payment notifications that are not the one expected, or prove nothing."""

from __future__ import annotations

from tests.corpus import messages as m
from tests.corpus.case import note
from tests.corpus.messages import PAYMENT, payment, signed, without, xml
from tests.corpus.reading import GOOD

# Payments that are authentic and not the one.

SUB = {"sub_mch_id": m.SUB_MCH_ID}
for name, changes in {
    "another merchant": {"mch_id": "10000101"},
    "another app": {"appid": "wx0000000000000000"},
    "an app in other case": {"appid": m.APPID.upper()},
    "a sub-merchant we do not have": SUB,
    "another order": {"out_trade_no": "T-20261121-2"},
    "an order with a blank behind": {"out_trade_no": "T-20261121-1 "},
    "an order in other case": {"out_trade_no": "t-20261121-1"},
    "a cent more": {"total_fee": "101"},
    "a cent less": {"total_fee": "99"},
    "an amount of nothing": {"total_fee": "0"},
    "the amount in cash_fee only": {"total_fee": "1", "cash_fee": "100"},
    "the amount in settlement_total_fee only": {"total_fee": "1", "settlement_total_fee": "100"},
    "another currency": {"fee_type": "JPY"},
    "a currency in lower case": {"fee_type": "hkd"},
    "an empty currency, which is CNY": {"fee_type": ""},
    "the currency in cash_fee_type only": {"fee_type": "CNY", "cash_fee_type": "HKD"},
}.items():
    note(name, payment(**changes), "mismatch", "M1: authentic, and not what was expected")
note("no currency, which is CNY", xml(signed(without(PAYMENT, "fee_type"))), "mismatch", "M1: absent is CNY, not HKD")
note(
    "no currency, and CNY is expected",
    xml(signed(without(PAYMENT, "fee_type"))),
    "accept",
    "M1: absent is CNY",
    order={**m.ORDER, "fee_type": "CNY"},
)
note("our sub-merchant", payment(**SUB), "accept", "M1", **SUB)
note("another sub-merchant", payment(sub_mch_id="10000201"), "mismatch", "M1", **SUB)
note("a sub-merchant's id with a blank", payment(sub_mch_id=m.SUB_MCH_ID + " "), "mismatch", "M1", **SUB)

# Payments that are authentic and prove nothing.

for name, fields in {
    "no mch_id": without(PAYMENT, "mch_id"),
    "no appid": without(PAYMENT, "appid"),
    "no out_trade_no": without(PAYMENT, "out_trade_no"),
    "no transaction_id": without(PAYMENT, "transaction_id"),
    "no total_fee": without(PAYMENT, "total_fee"),
    "no time_end": without(PAYMENT, "time_end"),
    "an empty total_fee": {**PAYMENT, "total_fee": ""},
    "no return_code": without(PAYMENT, "return_code"),
    "no result_code": without(PAYMENT, "result_code"),
    "result_code FAIL": {**PAYMENT, "result_code": "FAIL"},
    "return_code FAIL, signed": {**PAYMENT, "return_code": "FAIL"},
    "result_code in lower case": {**PAYMENT, "result_code": "success"},
    "result_code with a blank": {**PAYMENT, "result_code": "SUCCESS "},
    "trade_state NOTPAY": {**PAYMENT, "trade_state": "NOTPAY"},
    "trade_state REFUND": {**PAYMENT, "trade_state": "REFUND"},
    "trade_state PAY_FAIL, as of a deduction": {**PAYMENT, "trade_state": "PAY_FAIL"},
    "an empty trade_state": {**PAYMENT, "trade_state": ""},
    "our own order, sent back": {
        **without(PAYMENT, "return_code", "return_msg", "result_code", "transaction_id", "time_end"), "body": "x",
    },
    "the reply of a refund": {
        **without(PAYMENT, "time_end", "trade_type"), "refund_id": "5", "out_refund_no": "R", "refund_fee": "1",
    },
    "the reply of a unified order": {
        **without(PAYMENT, "time_end", "transaction_id", "out_trade_no", "total_fee"), "prepay_id": "wx1",
    },
}.items():  # fmt: skip
    note(name, xml(signed(fields)), "unknown", "M1, M3 and 4.10: proves no payment; query")
note("no sub_mch_id where there is one", GOOD, "unknown", "4.10: a mandatory field is missing", **SUB)
note(
    "the reply of an order query",
    payment(trade_state="SUCCESS", trade_state_desc="支付成功"),
    "accept",
    "authentic, and says the same",
)

for name, attach in {
    "total_fee": "1&total_fee=1",
    "out_trade_no": "x&out_trade_no=T-20261121-1",
    "the key": "x&key=1",
    "sign": "x&sign=0",
    "an indexed coupon": "x&coupon_fee_0=100",
    "behind other fields": "x&y=1&z&fee_type=HKD",
    "in an address": "https://shop.example/?a=1&body=2",
}.items():
    note(f"ambiguous: {name} inside attach", payment(attach=attach), "unknown", "4.10: the text could be another's")
note(
    "ambiguous: a field melted into its neighbour",
    xml({**without(signed(PAYMENT), "cash_fee"), "bank_type": "CFT&cash_fee=87"}),
    "unknown",
    "4.10: the signature holds, the fields are not those that were signed",
)
note(
    "ambiguous: a field cut out of attach",
    xml({**signed({**PAYMENT, "attach": "a&attach_b=c&bank_type=x"}), "attach": "a", "attach_b": "c&bank_type=x"}),
    "unknown",
    "4.10: the rest of it still holds a known name",
)
note("not ambiguous: an ampersand", payment(attach="a&b=&c"), "accept", "4.10: no known name behind it")
note("not ambiguous: a name without an ampersand", payment(attach="total_fee=1"), "accept", "4.10")

for amount in (
    "1.0", "100.0", "+100", "-100", "１００", "٣٠٠", "1e2", " 100", "100 ", "100\n", "0x64", "1_00", "1,00", "100.",
    "00000000100", "99999999999", "NaN", "Infinity", "True", "一百", "100\u200b",
):  # fmt: skip
    note(f"amount {amount!a}", payment(total_fee=amount), "malformed", "M2: [0-9]{1,10} in ASCII")
note("amount with zeros in front", payment(total_fee="0000000100"), "accept", "M2: ten digits, the same number")
