"""Replies to calls: what nobody can read or trust is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.corpus import messages as m
from tests.corpus.case import add
from tests.corpus.messages import PAYMENT, signed, without, xml
from tests.corpus.reading import MIB

QUERY = {"operation": "order_query", "fields": {"out_trade_no": "T-20261121-1"}}
QUICK = {
    "operation": "micropay",
    "fields": {
        "body": "x", "out_trade_no": "T-20261121-1", "total_fee": "100", "fee_type": "HKD",
        "spbill_create_ip": "203.0.113.7", "auth_code": "134567890123456789",
    },
}  # fmt: skip
REPORT = {
    "operation": "report",
    "fields": {
        "interface_url": "https://x", "execute_time_": "1", "return_code": "SUCCESS", "result_code": "SUCCESS",
        "user_ip": "203.0.113.7",
    },
}  # fmt: skip
BILL = {"operation": "download_bill", "fields": {"bill_date": "20261120"}}
PAID = {**PAYMENT, "trade_state": "SUCCESS"}
FAILED = {**without(PAYMENT, "transaction_id"), "result_code": "FAIL"}


def answer(name: str, fields: Mapping[str, str] | bytes, expected: str, why: str, to: Mapping[str, Any] = QUERY,
           **setting: Any) -> None:  # fmt: skip
    add("reply", name, fields if isinstance(fields, bytes) else xml(fields), expected, why, **to, **setting)


answer("signed success", signed(PAID), "accept", "M1")
answer("success without a signature", PAID, "unknown", "M3 and 4.3")
answer("success with an empty signature", {**PAID, "sign": ""}, "unknown", "4.3")
answer("success under another key", signed(PAID, m.OTHER_KEY), "unknown", "M3")
answer("success by the other algorithm", signed(PAID, sign_type="HMAC-SHA256"), "unknown", "4.1")
answer("success with the amount changed", {**signed(PAID), "total_fee": "1"}, "unknown", "M3")
answer("no return_code", signed(without(PAID, "return_code")), "unknown", "M3")
answer("a return_code nobody has heard of", signed({**PAID, "return_code": "OK"}), "unknown", "M3")
answer("no result_code", signed(without(PAID, "result_code")), "unknown", "M3")
answer("a result_code nobody has heard of", signed({**PAID, "result_code": "DONE"}), "unknown", "M3")
answer("a failure nobody has heard of", signed({**FAILED, "err_code": "BRANDNEW"}), "unknown", "M3")
answer("a failure without a name", signed(FAILED), "unknown", "M3")
answer("SYSTEMERROR", signed({**FAILED, "err_code": "SYSTEMERROR"}), "unknown", "M3", QUICK)
answer("USERPAYING", signed({**FAILED, "err_code": "USERPAYING"}), "unknown", "M3", QUICK)
answer("BANKERROR", signed({**FAILED, "err_code": "BANKERROR"}), "unknown", "M3", QUICK)
answer("ORDERNOTEXIST", signed({**FAILED, "err_code": "ORDERNOTEXIST"}), "refused", "a definite answer")
answer(
    "a failure whose signature is wrong", {**signed({**FAILED, "err_code": "ORDERNOTEXIST"}), "x": "1"}, "unknown", "M3"
)
answer(
    "FAIL without a signature, a read",
    {"return_code": "FAIL", "return_msg": "签名失败"},
    "refused",
    "M3: not authenticated, and no money moves",
)
answer("FAIL without a signature, money", {"return_code": "FAIL", "return_msg": "签名失败"}, "unknown", "M3", QUICK)
answer(
    "FAIL with a wrong signature", {"return_code": "FAIL", "return_msg": "x", "sign": m.sign(PAYMENT)}, "unknown", "M3"
)
answer("about another order", signed({**PAID, "out_trade_no": "T-2"}), "unknown", "M1: an answer to another question")
answer("about another merchant", signed({**PAID, "mch_id": "10000101"}), "unknown", "M1")
answer(
    "a refusal about another order",
    signed({**FAILED, "out_trade_no": "T-2", "err_code": "ORDERNOTEXIST"}),
    "unknown",
    "M1: an answer to another question",
)
answer(
    "a field melted into its neighbour",
    {**without(signed(PAID), "transaction_id"), "trade_type": f"JSAPI&transaction_id={PAID['transaction_id']}"},
    "unknown",
    "4.10: the signature holds, the fields are not those that were signed",
)
answer("HTML", b"<html><body>502</body></html>", "unknown", "M3: a proxy in the gateway's name")
answer("nothing", b"", "unknown", "M3")
answer("JSON", b'{"code":"SUCCESS"}', "unknown", "M3")
answer("cut", xml(signed(PAID))[:-20], "unknown", "M3")
answer("a DOCTYPE", b"<!DOCTYPE xml>" + xml(signed(PAID)), "unknown", "3.2")
answer("over 1 MiB", b"<!--" + b"x" * MIB + b"-->" + xml(signed(PAID)), "unknown", "3.1")
answer("HTTP 500 with a signed success", signed(PAID), "unknown", "M3: 5xx", status=500)
answer("HTTP 302", b"", "unknown", "section 6: no redirects", status=302)
answer("HTTP 404 with a page", b"<html/>", "unknown", "M3", status=404)
answer(
    "a report without a signature", {"return_code": "SUCCESS"}, "accept", "4.3: a documented exception, a hint", REPORT
)
answer("a report with a wrong signature", {"return_code": "SUCCESS", "sign": "0" * 32}, "unknown", "4.3", REPORT)
answer(
    "a statement that is a signed success",
    signed({"return_code": "SUCCESS"}),
    "unknown",
    "M3: neither a statement nor a failure",
    BILL,
)
answer("a statement that is an unsigned success", {"return_code": "SUCCESS"}, "unknown", "M3", BILL)
answer("a statement that is HTML", b"\xef\xbb\xbf <html/>", "unknown", "M3", BILL)
answer(
    "no statement that day",
    {"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"},
    "refused",
    "section 8",
    BILL,
)
answer("no statement: SYSTEMERROR", {"return_code": "FAIL", "return_msg": "SYSTEMERROR"}, "unknown", "section 8", BILL)

# Found by mutation: total_fee is hidden in the value before it, and the signature holds.
TAKEN_IN = {
    **m.REFUND_OUTER, "result_code": "SUCCESS", "out_refund_no": "R-1", "out_trade_no": "T-1", "refund_fee": "40",
    "refund_id": "50000408942018111907145868882", "total_fee": "100", "transaction_id": "1004400740201409030005092168",
}  # fmt: skip
REFUND_QUERY = {"operation": "refund_query", "fields": {"out_refund_no": "R-1"}}
MELTED = {**without(signed(TAKEN_IN), "total_fee"), "refund_id": "50000408942018111907145868882&total_fee=100"}
answer("a refund as it is signed", signed(TAKEN_IN), "accept", "the base of the next", REFUND_QUERY)
answer(
    "a refund that hides its total",
    MELTED,
    "unknown",
    "section 4.10: an accepted reply is the signed one",
    REFUND_QUERY,
)
