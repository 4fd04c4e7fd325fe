"""Signatures: missing, wrong, by another algorithm than the configured one, or of something else."""

from __future__ import annotations

from tests.corpus import messages as m
from tests.corpus.case import note
from tests.corpus.messages import PAYMENT, payment, signed, without, xml
from tests.corpus.reading import GOOD, around, with_value

HMAC = {"sign_type": "HMAC-SHA256"}

# Signatures.

SIGN = m.sign(PAYMENT)


def resigned(sign: str) -> bytes:
    return xml({**PAYMENT, "sign": sign})


for name, body in {
    "missing": xml(PAYMENT),
    "empty": resigned(""),
    "a blank": resigned(" "),
    "in lower case": resigned(SIGN.lower()),
    "one digit short": resigned(SIGN[:-1]),
    "one digit long": resigned(SIGN + "0"),
    "a line end behind it": resigned(SIGN + "\n"),
    "a blank in front": resigned(" " + SIGN),
    "not hexadecimal": resigned("G" * 32),
    "not ASCII": resigned("签名" * 16),
    "full-width digits": resigned(SIGN.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})),
    "an emoji": resigned("😀"),
    "a megabyte of it": resigned("A" * 900_000),
    "base64 of the digest": resigned("x5gR4bGJ0m1x0D1r0n0wqA=="),
    "under the key of somebody else": payment(m.OTHER_KEY),
    "by HMAC-SHA256, configured is MD5": payment(sign_type="HMAC-SHA256"),
    "by HMAC-SHA256, and sign_type says so": xml(signed({**PAYMENT, **HMAC}, sign_type="HMAC-SHA256")),
    "by MD5, sign_type says HMAC-SHA256": xml(signed({**PAYMENT, **HMAC})),
    "by MD5, sign_type in lower case": xml(signed({**PAYMENT, "sign_type": "md5"})),
    "by MD5, sign_type NONE": xml(signed({**PAYMENT, "sign_type": "NONE"})),
    "of the amount before it was changed": xml({**signed(PAYMENT), "total_fee": "1"}),
    "of the order before it was changed": xml({**signed(PAYMENT), "out_trade_no": "T-2"}),
    "of one field less": xml({**signed(PAYMENT), "coupon_fee": "5"}),
    "of one field more": xml(without(signed(PAYMENT), "fee_type")),
    "of two values the other way round": xml({**signed(PAYMENT), "cash_fee": "100", "total_fee": "87"}),
    "of a value with a blank less": GOOD.replace(b"<total_fee>100", b"<total_fee>100 "),
    "of a name in other case": GOOD.replace(b"total_fee>", b"Total_fee>"),
    "called Sign": GOOD.replace(b"sign>", b"Sign>"),
    "as an attribute": around(attributes=f' sign="{SIGN}"'.encode()).replace(f"<sign>{SIGN}</sign>".encode(), b""),
    "of a text without the key": resigned(m.sign(PAYMENT, "")),
    "missing on a FAIL": xml({"return_code": "FAIL", "return_msg": "签名失败"}),
    "empty on a FAIL": xml({"return_code": "FAIL", "return_msg": "x", "sign": ""}),
    "wrong on a FAIL": xml({"return_code": "FAIL", "return_msg": "x", "sign": SIGN}),
    "of CRLF that a reader makes LF": with_value("a\r\nb", "a\r\nb"),
    "of blanks that were stripped": with_value(" a ", "a"),
    "of escaped values": with_value("&lt;", "&lt;"),
    "of an empty field": xml(
        {**PAYMENT, "device_info": "", "sign": m.sign({**without(PAYMENT, "device_info"), "device_info_": "x"})}
    ),
    "missing everything": b"<xml></xml>",
    "missing everything, short": b"<xml/>",
}.items():
    note(f"sign {name}", body, "signature", "section 4: missing, wrong, or by another algorithm than configured")

note("sign_type empty", xml(signed({**PAYMENT, "sign_type": ""})), "accept", "an empty field names nothing")
note("sign_type MD5, as configured", xml(signed({**PAYMENT, "sign_type": "MD5"})), "accept", "section 4.1")
note("HMAC-SHA256 without sign_type", payment(sign_type="HMAC-SHA256"), "accept", "section 4.1: often absent", **HMAC)
note(
    "HMAC-SHA256 with sign_type",
    xml(signed({**PAYMENT, **HMAC}, sign_type="HMAC-SHA256")),
    "accept",
    "section 4.1",
    **HMAC,
)
note("MD5 while HMAC-SHA256 is configured", GOOD, "signature", "section 4.1: no way down", **HMAC)
note(
    "sign_type MD5 while HMAC-SHA256 is configured",
    xml(signed({**PAYMENT, "sign_type": "MD5"})),
    "signature",
    "section 4.1: the message does not choose",
    **HMAC,
)
note(
    "HMAC-SHA256 that says MD5",
    xml(signed({**PAYMENT, "sign_type": "MD5"}, sign_type="HMAC-SHA256")),
    "signature",
    "section 4.1",
    **HMAC,
)
note(
    "HMAC-SHA256 cut to the length of MD5",
    resigned(m.sign(PAYMENT, sign_type="HMAC-SHA256")[:32]),
    "signature",
    "section 4.4",
    **HMAC,
)

# Found by mutation: two neighbours in the signed text become one, so the signature holds and the message is another.


def melted(fields: dict[str, str], name: str, gone: str) -> bytes:
    """Return *fields* signed as they are, then *gone* hidden in the value of *name*, its neighbour."""
    whole = signed(fields)
    return xml({**m.without(whole, gone), name: f"{whole[name]}&{gone}={whole[gone]}"})


DEDUCTION = {**PAYMENT, "trade_state": "SUCCESS", "contract_id": "Wx15463511252015071056489715"}
CONTRACT = {
    **m.without(m.REFUND_OUTER, "nonce_str"), "result_code": "SUCCESS", "change_type": "ADD", "contract_code": "C-1",
    "contract_id": "Wx15463511252015071056489715", "openid": PAYMENT["openid"], "operate_time": "2026-11-21 10:30:00",
    "plan_id": "123", "request_serial": "1695",
}  # fmt: skip
RISK = {
    "return_code": "SUCCESS", "mch_id": m.MCH_ID, "nonce_str": "TeqClE3i0mvn3DrK", "risk_level": "1",
    "transaction_id_list": "1004400740201409030005092168", "event_code": "1",
}  # fmt: skip
note(
    "a deduction that hides its contract and looks like a payment",
    melted(DEDUCTION, "cash_fee_type", "contract_id"), "unknown", "section 4.10: it never proves a payment",
)  # fmt: skip
note(
    "a contract that hides the operation's time", melted(CONTRACT, "openid", "operate_time"), "signature",
    "section 4.10: an accepted message is the signed one, field by field",
)  # fmt: skip
note(
    "risk transactions of no sub-merchant",
    xml(signed(RISK, sign_type="HMAC-SHA256")),
    "unknown",
    "section 2: nothing foreign comes out",
)
