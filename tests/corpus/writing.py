"""What we are asked to send, and who we are told to be."""

from __future__ import annotations

from tests.corpus import messages as m
from tests.corpus.case import add
from tests.corpus.payments import SUB

for name, fields in {
    "]]>": {"a": "]]>", "b": "]]]]>>", "c": "]]", "d": ">", "e": "]", "f": "]]>]]>"},
    "markup": {"a": '<a href="x">&amp;\'</a>', "b": "<!DOCTYPE x>", "c": "<![CDATA[x]]>"},
    "blanks": {"a": " a ", "b": "\ta\n", "c": " "},
    "Chinese": {"a": "微信支付", "b": "\uffe5\u00a5"},
    "percent signs": {"a": "%s %d %%", "b": "{}"},
    "an empty value": {"a": "", "b": "1"},
    "zero": {"a": "0"},
    "nothing at all": {},
}.items():
    add("write", name, fields, "accept", "section 6: what is signed is what is sent")
for name, fields in {
    "CR": {"a": "x\ry"},
    "CRLF": {"a": "x\r\ny"},
    "NUL": {"a": "\0"},
    "a control character": {"a": "\x0b"},
    "escape": {"a": "\x1b[31m"},
    "DEL": {"a": "\x7f"},
    "a C1 control character": {"a": "\x85"},
    "an emoji": {"a": "😀"},
    "a lone surrogate": {"a": "\ud83d"},
    "a low surrogate": {"a": "\udc80"},
    "a non-character": {"a": "\ufffe"},
    "another non-character": {"a": "\ufdd0"},
    "a lone surrogate in a name": {"\ud83d": "x"},
    "a name with a tag in it": {"a></a><b": "x"},
    "a name with a hyphen": {"a-b": "x"},
    "a name with a blank": {"a b": "x"},
    "a name with a line end": {"a\n": "x"},
    "a name of Chinese letters": {"费": "x"},
    "a name that begins with a digit": {"1a": "x"},
    "an empty name": {"": "x"},
    "a name that is a number": {1: "x"},
    "a name that is bytes": {b"a": "x", "b": "y"},
    "None": {"a": None},
    "bool": {"a": True},
    "float": {"a": 1.0},
    "int": {"a": 1},
    "bytes": {"a": b"x"},
    "a list": {"a": ["x"]},
}.items():
    add("write", name, fields, "invalid", "section 6: refused by name")

UNIFIED = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": 100, "trade_type": "NATIVE", "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/pay", "product_id": "P-1",
}  # fmt: skip
add("request", "a whole order", UNIFIED, "accept", "section 6", operation="unified_order")
for amount in (
    True, 1.0, 100.5, "1.0", "+1", "１", "-1", "1e3", " 1", "1 ", "1\n", "11111111111", -1, 10**10, None, "", [1],
    b"1", "0",
):  # fmt: skip
    add(
        "request", f"total_fee {amount!a}", {**UNIFIED, "total_fee": amount}, "invalid", "M2", operation="unified_order"
    )
for name, fields in {
    "out_trade_no with a slash": {**UNIFIED, "out_trade_no": "../T"},
    "out_trade_no of 33 characters": {**UNIFIED, "out_trade_no": "T" * 33},
    "out_trade_no in full-width digits": {**UNIFIED, "out_trade_no": "１２３"},
    "body with an emoji": {**UNIFIED, "body": "😀"},
    "body with CR": {**UNIFIED, "body": "a\rb"},
    "a field nobody has heard of, with NUL": {**UNIFIED, "new_field": "\0"},
    "a field whose name is a tag": {**UNIFIED, "a><b": "x"},
    "a name with a lone surrogate": {**UNIFIED, "\ud800": "x"},
    "a name that is a number": {**UNIFIED, 1: "x"},
    "no field at all": {},
    "a list instead of fields": [("body", "x")],
    "None instead of fields": None,
}.items():
    add("request", name, fields, "invalid", "section 6", operation="unified_order")
add(
    "request",
    "a refund without a certificate",
    {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 100, "refund_fee": 40},
    "configuration",
    "section 2: before anything is sent",
    operation="refund",
)

# What a merchant is made of.

ME = {"appid": m.APPID, "mch_id": m.MCH_ID, "api_key": m.KEY}
add("merchant", "as it should be", ME, "accept", "section 4.5")
for name, changes in {
    "an empty key": {"api_key": ""},
    "a key of blanks": {"api_key": " " * 32},
    "a key of 31": {"api_key": m.KEY[:-1]},
    "a key of 33": {"api_key": m.KEY + "0"},
    "a key with a line end": {"api_key": m.KEY + "\n"},
    "a key with a line end in place": {"api_key": m.KEY[:-1] + "\n"},
    "a key with a blank inside": {"api_key": m.KEY[:15] + " " + m.KEY[16:]},
    "a key that is not ASCII": {"api_key": "钥" * 32},
    "a key with a control character": {"api_key": m.KEY[:-1] + "\x00"},
    "no key": {"api_key": None},
    "a key of bytes": {"api_key": m.KEY.encode()},
    "another algorithm": {"sign_type": "SHA1"},
    "an algorithm in lower case": {"sign_type": "md5"},
    "no algorithm": {"sign_type": ""},
    "a merchant id of letters": {"mch_id": "merchant"},
    "a merchant id in full-width digits": {"mch_id": "１９０００００１０９"},
    "a merchant id that is a number": {"mch_id": 1900000109},
    "an appid with a line end": {"appid": m.APPID + "\n"},
    "no appid": {"appid": ""},
    "a sub-merchant of a direct merchant": {**SUB, "mode": "direct"},
}.items():
    add(
        "merchant", name, {**ME, **changes}, "configuration", "section 2 and 4.5: at start-up, not at the first payment"
    )
