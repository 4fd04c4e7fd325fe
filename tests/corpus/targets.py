"""What the fuzzer aims at: genuine bytes, what is done to them, and a door that knows what may come out.

A door returns how an input was answered. An answer that must not be is an AssertionError, whatever is not ours any
other exception.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tests.corpus import messages as m
from tests.corpus import statements, v3_targets
from tests.corpus.mutations import BYTES, NUMBERS, PACKED, TABLES, XML, Dice, Mutation, mutated
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import Clock
from wxpay_v2.errors import Malformed, Mismatch, OutcomeUnknown, Refused, SignatureInvalid, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import AMOUNT, BOOL, DATE, INT, JSON, TIME, Notification
from wxpay_v2.v2 import catalogue, statement, statement_records, xml
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import open_notification
from wxpay_v2.v2.protocol import Protocol

__all__ = ["TARGETS", "Target"]

# -- messages that the gateway really signed ---------------------------------------------------------------------------

PAYMENTS = [
    m.PAYMENT,
    {
        **m.PAYMENT, "attach": "a=b;c", "coupon_fee": "13", "coupon_count": "1", "coupon_id_0": "10000",
        "coupon_fee_0": "13",
    },
    {**m.without(m.PAYMENT, "device_info", "rate"), "transaction_id": "4200000002", "bank_type": "CMB_DEBIT"},
    {**m.PAYMENT, "total_fee": "1", "cash_fee": "100", "out_trade_no": "T-20261121-2"},
]  # fmt: skip
PAID = {**m.PAYMENT, "trade_state": "SUCCESS", "trade_state_desc": "支付成功"}
FAILED = {**m.without(m.PAYMENT, "transaction_id", "time_end"), "result_code": "FAIL", "err_code": "AUTHCODEEXPIRE"}
SYSTEM = {**FAILED, "err_code": "SYSTEMERROR", "err_code_des": "system error"}
HEAD = {name: m.PAYMENT[name] for name in ("return_code", "return_msg", "appid", "mch_id", "nonce_str", "result_code")}
TAKEN_IN = {
    **HEAD, "transaction_id": "1004400740201409030005092168", "out_trade_no": "T-20261121-1", "out_refund_no": "R-1",
    "refund_id": "50000408942018111907145868882", "refund_fee": "40", "total_fee": "100", "cash_fee": "87",
}  # fmt: skip
REPLIES = [PAID, FAILED, SYSTEM, TAKEN_IN, m.PAYMENT]

ACCOUNTS = {sign_type: Merchant(m.APPID, m.MCH_ID, m.KEY, sign_type=sign_type) for sign_type in ("MD5", "HMAC-SHA256")}
PROTOCOLS = {name: Protocol(account, "global", Clock().now) for name, account in ACCOUNTS.items()}


IDS = {"appid": m.APPID, "mch_id": m.MCH_ID, "combine_appid": m.APPID, "combine_mch_id": m.MCH_ID, "fee_type": "CNY"}
SAMPLES = {AMOUNT: "1", INT: "1", TIME: "20261121103000", BOOL: "Y", JSON: "{}", DATE: "20261121"}


def told(row: Notification) -> dict[str, str]:
    """A notification of *row* with each field that is no family, signed."""
    fields = {}
    for one in row.fields:
        if "$" not in one.name and one.name not in ("sign", "sub_mch_id", "sub_appid"):
            sample = one.values[0] if one.values else SAMPLES.get(one.kind, f"{one.name[:6]}1")
            fields[one.name] = IDS.get(one.name, sample)
    sign_type = row.sign_types[0] if row.sign_types else "MD5"
    if "sign_type" in fields:
        fields["sign_type"] = sign_type
    return m.signed(fields, sign_type=sign_type)


EVENTS = [told(notifications.find(kind)) for kind in notifications.KINDS if notifications.find(kind).signed]


def filled(fields: dict[str, str]) -> dict[str, str]:
    """What of a message is signed: an empty field says nothing, wherever it comes from."""
    return {name: value for name, value in fields.items() if value and name != "sign"}


# -- doors -------------------------------------------------------------------------------------------------------------


def payment_door(sign_type: str) -> Callable[[bytes], str]:
    account, protocol = ACCOUNTS[sign_type], PROTOCOLS[sign_type]

    def door(body: bytes) -> str:
        try:
            event = open_notification(body, account, protocol.signer)
            paid = event.paid(**m.ORDER)  # type: ignore[arg-type]
        except (Malformed, SignatureInvalid, Mismatch, OutcomeUnknown) as error:
            return type(error).__name__
        assert event.kind == "payment"
        assert filled(event.fields) in PAYMENTS
        assert (paid.out_trade_no, paid.total_fee, paid.fee_type) == ("T-20261121-1", 100, "HKD")
        return "accepted"

    return door


def event_door(body: bytes) -> str:
    """Notifications of every signed kind. What may prove a payment is told apart once more when it is asked to."""
    try:
        event = open_notification(body, ACCOUNTS["MD5"], PROTOCOLS["MD5"].signer)
        if event.row.proof:
            event.paid(out_trade_no="out_tr1", total_fee=1, fee_type="CNY")
    except (Malformed, SignatureInvalid, Mismatch, OutcomeUnknown) as error:
        return type(error).__name__
    assert filled(event.fields) in [filled(one) for one in EVENTS]
    return f"accepted {event.kind}"


def refund_door(body: bytes) -> str:
    try:
        event = open_notification(body, ACCOUNTS["MD5"], PROTOCOLS["MD5"].signer)
    except (Malformed, SignatureInvalid, Mismatch) as error:
        return type(error).__name__
    assert event.kind == "refund"
    assert event.hint
    try:
        event.paid(**m.ORDER)  # type: ignore[arg-type]
    except OutcomeUnknown:
        return "accepted"
    raise AssertionError("a refund notification proved a payment")


def request(name: str) -> Request:
    operation = catalogue.find(name)
    fields = {"out_trade_no": "T-20261121-1", "out_refund_no": "R-1"}
    asked = {number: fields[number] for number in operation.numbers if number in fields}
    return Request("POST", operation.path, b"", operation=operation, fields=asked)


ASKED = [request(name) for name in ("order_query", "micropay", "refund", "order_query", "micropay")]


def reply_door(sign_type: str) -> Callable[[bytes], str]:
    protocol = PROTOCOLS[sign_type]

    def door(body: bytes) -> str:
        asked = ASKED[sum(body[-8:]) % len(ASKED)]
        operation = asked.operation
        assert operation is not None
        try:
            result = protocol.open_reply(asked, Response(200, body))
        except OutcomeUnknown:
            return "unknown"
        except Refused as error:
            assert not error.authenticated or filled(dict(error.fields)) in REPLIES
            assert error.authenticated or not operation.moves_money, "money may have moved"
            return "refused" if error.authenticated else "refused, not authenticated"
        assert result.verified
        assert filled(result) in REPLIES
        return "accepted"

    return door


def reader_door(body: bytes) -> str:
    """What was read can be written, unless by characters that we do not send, and is read back equal."""
    try:
        fields = xml.read(body)
    except Malformed:
        return "Malformed"
    try:
        again = xml.write(fields)
    except WXPayError:
        return "accepted, not to be written"
    assert xml.read(again) == fields
    return "accepted"


# Summary column -> the column of the rows it sums.
SUMMED = {
    "应结订单总金额": "应结订单金额", "退款总金额": "退款金额", "充值券退款总金额": "充值券退款金额",
    "手续费总金额": "手续费", "订单总金额": "订单金额", "申请退款总金额": "申请退款金额",
}  # fmt: skip


def statement_door(body: bytes) -> str:
    """What is accepted is held against a second reading: every cell, the count, and the sums."""
    try:
        read = statement.read(body)
        rows = list(read)
    except Malformed:
        return "Malformed"
    plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    lines = [line.removesuffix("\r") for line in plain.decode().removeprefix("\ufeff").split("\n")]
    while not lines[-1].strip():
        lines.pop()
    header, *told, names, sums = lines
    cells = [line[1:].split(",`") for line in told]
    assert [list(row.as_dict().values()) for row in rows] == cells
    columns = header.split(",")
    stated = dict(zip(names.split(","), sums[1:].split(",`"), strict=True))
    assert Decimal(next(iter(stated.values()))) == len(cells) == read.totals["count"]
    for text, amount in stated.items():
        if SUMMED.get(text) in columns and read.kind != "global":
            place = columns.index(SUMMED[text])
            assert sum(Decimal(row[place] or 0) for row in cells) == Decimal(amount), text
        for direction in ("收入", "支出"):
            if text == f"{direction}金额":
                amounts = [Decimal(row[6] or 0) for row in cells if row[5] == direction]
                assert sum(amounts) == Decimal(amount), text
    try:
        for row in rows:
            row.typed.as_dict()
    except Malformed:
        return "accepted, a value refused"
    return "accepted"


def record_door(body: bytes) -> str:
    """Settlement records and comments."""
    try:
        read = statement_records.settlements(body) if body.startswith(b"<") else statement_records.comments(body)
    except Malformed:
        return "Malformed"
    rows = [row.typed.as_dict() for row in read]
    assert len(rows) == read.totals["count"]
    for row in rows:
        if read.kind == "settlement":
            assert row["pay_net_fee"] == row["pay_fee"] - abs(row["refund_fee"])  # type: ignore[arg-type,operator]
    return f"accepted {read.kind}"


# -- what is done to them ----------------------------------------------------------------------------------------------


def mutated_refund(seeds: list[bytes], dice: Dice, changes: list[Mutation]) -> bytes:
    """As others, or mutated inside: plain text before it is encrypted, cipher text by bytes and by blocks."""
    where = dice.randrange(4)
    if where == 0:
        return mutated(seeds, dice, changes)
    if where == 1:
        return m.refund_around(m.encrypt(mutated([PLAIN_REFUND], dice, changes)))
    if where == 2:
        return m.refund_around(mutated([SEALED_REFUND], dice, BYTES[:-2]))
    blocks = [SEALED_REFUND[place : place + 16] for place in range(0, len(SEALED_REFUND), 16)]
    one, other = dice.randrange(len(blocks)), dice.randrange(len(blocks))
    blocks[one], blocks[other] = blocks[other], dice.choice((blocks[one], blocks[other], b""))
    return m.xml({**m.REFUND_OUTER, "req_info": base64.b64encode(b"".join(blocks)).decode()})


def mutated_table(seeds: list[bytes], dice: Dice, changes: list[Mutation]) -> bytes:
    """A statement mutated as text, then perhaps packed, then perhaps damaged as packed bytes."""
    body = mutated(seeds, dice, changes) if dice.randrange(8) else dice.choice(seeds)
    if dice.randrange(3):
        return body
    packed = gzip.compress(body, dice.choice((1, 9)), mtime=0)
    for _ in range(dice.choice((0, 1, 1, 2))):
        packed = dice.choice([*PACKED, *BYTES[:-1]])(packed, dice) if len(packed) > 18 else packed
    return packed


UNSIGNED = m.xml({"return_code": "FAIL", "return_msg": "签名错误"})
ANSWERS, ANSWERS_HMAC = (
    [*(m.xml(m.signed(one, sign_type=name)) for one in REPLIES), UNSIGNED] for name in ("MD5", "HMAC-SHA256")
)
PLAIN_REFUND = m.xml(m.REFUND_INNER, "root")
SEALED_REFUND = m.encrypt(PLAIN_REFUND)
SIGNED = [m.xml(m.signed(fields)) for fields in PAYMENTS]
SIGNED_HMAC = [m.xml(m.signed(fields, sign_type="HMAC-SHA256")) for fields in PAYMENTS]
REFUNDS = [
    m.refund(), m.refund(refund_status="CHANGE", refund_fee="99"), m.refund_around(m.encrypt(PLAIN_REFUND)),
]  # fmt: skip


class Target(NamedTuple):
    """share: of all inputs, in hundredths. outcomes: every one of which must come up in a long run."""

    door: Callable[[bytes], str]
    seeds: list[bytes]
    mutate: Callable[[list[bytes], Dice, list[Mutation]], bytes]
    changes: list[Mutation]
    share: int
    outcomes: frozenset[str]


OPENED = frozenset(("Malformed", "SignatureInvalid", "Mismatch", "accepted"))
PROVEN = OPENED | {"OutcomeUnknown"}
REPLIED = frozenset(("unknown", "refused", "refused, not authenticated", "accepted"))
READ = frozenset(("Malformed", "accepted"))
OPENED_V3 = frozenset(("SignatureInvalid",))
MESSAGE = [*BYTES, *NUMBERS, *XML]
TEXT = [*BYTES, *NUMBERS, *NUMBERS, *TABLES]
TARGETS: dict[str, Target] = {
    "payment": Target(
        payment_door("MD5"), [*SIGNED, xml.write(m.signed(m.PAYMENT))], mutated, MESSAGE, 10, PROVEN
    ),
    "payment, HMAC-SHA256": Target(
        payment_door("HMAC-SHA256"), [*SIGNED_HMAC, SIGNED[0]], mutated, MESSAGE, 6, PROVEN
    ),
    "events": Target(event_door, [m.xml(one) for one in EVENTS], mutated, MESSAGE, 8, OPENED - {"accepted"}),
    "refund": Target(refund_door, REFUNDS, mutated_refund, MESSAGE, 12, OPENED),
    "reply": Target(reply_door("MD5"), ANSWERS, mutated, MESSAGE, 10, REPLIED),
    "reply, HMAC-SHA256": Target(reply_door("HMAC-SHA256"), ANSWERS_HMAC, mutated, MESSAGE, 6, REPLIED),
    "reader": Target(reader_door, [*SIGNED, *REFUNDS, b"<xml><a/></xml>"], mutated, MESSAGE, 8, READ),
    "statement": Target(
        statement_door, [statements.PLAIN, statements.statement(end="\r\n").encode()], mutated_table, TEXT, 12, READ
    ),
    "other statements": Target(statement_door, list(statements.KINDS.values()), mutated_table, TEXT, 8, READ),
    "records": Target(
        record_door, [statements.SETTLEMENT, statements.NESTED, statements.COMMENTS], mutated_table,
        [*TEXT, *XML[:-1]], 4, frozenset(("Malformed", "accepted settlement", "accepted comments")),
    ),
    "v3 callback": Target(v3_targets.callback_door, v3_targets.CALLBACKS, mutated, BYTES, 6, OPENED_V3),
    "v3 event": Target(v3_targets.event_door, v3_targets.EVENTS, v3_targets.mutated_json, BYTES, 5, READ),
    "v3 answer": Target(v3_targets.answer_door, v3_targets.ANSWERS, v3_targets.mutated_json, BYTES, 5, READ),
}  # fmt: skip
assert sum(target.share for target in TARGETS.values()) == 100
