"""Genuine messages, mutated: no exception but ours comes out, and what is accepted is what was signed.

A few thousand inputs by default; ``WXPAY_V2_FUZZ=2000000`` tries that many and prints the counts,
``WXPAY_V2_FUZZ_SEED`` takes other dice. A failure shows the input.
"""

from __future__ import annotations

import base64
import os
import random
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.corpus import messages as m
from tests.corpus import statements
from wxpay_v2.call import Request, Response
from wxpay_v2.errors import Malformed, Mismatch, OutcomeUnknown, Refused, SignatureInvalid, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.v2 import catalogue, statement, xml
from wxpay_v2.v2.notification import open_notification
from wxpay_v2.v2.protocol import Protocol

TOLD = os.environ.get("WXPAY_V2_FUZZ", "")
INPUTS = int(TOLD or 6000)
SEED = int(os.environ.get("WXPAY_V2_FUZZ_SEED", "0"))

ME = Merchant(m.APPID, m.MCH_ID, m.KEY)
PROTOCOL = Protocol(ME, "global")

# Messages that the gateway really signed.
PAYMENTS = [
    m.PAYMENT,
    {
        **m.PAYMENT,
        "attach": "a=b;c",
        "coupon_fee": "13",
        "coupon_count": "1",
        "coupon_id_0": "10000",
        "coupon_fee_0": "13",
    },
    {**m.without(m.PAYMENT, "device_info", "rate"), "transaction_id": "4200000002", "bank_type": "CMB_DEBIT"},
    {**m.PAYMENT, "total_fee": "1", "cash_fee": "100", "out_trade_no": "T-20261121-2"},
]
PAID = {**m.PAYMENT, "trade_state": "SUCCESS", "trade_state_desc": "支付成功"}
FAILED = {**m.without(m.PAYMENT, "transaction_id", "time_end"), "result_code": "FAIL", "err_code": "AUTHCODEEXPIRE"}
SYSTEM = {**FAILED, "err_code": "SYSTEMERROR", "err_code_des": "system error"}

Dice = random.Random
Mutation = Callable[[bytes, Dice], bytes]


def filled(fields: dict[str, str]) -> dict[str, str]:
    """What of a message is signed: an empty field says nothing, wherever it comes from."""
    return {name: value for name, value in fields.items() if value and name != "sign"}


# Mutations of bytes.


def flip(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << dice.randrange(8))]) + body[place + 1 :]


TOKENS = [
    b"<", b">", b"&", b";", b"]]>", b"<![CDATA[", b"<!--x-->", b"<?p x?>", b"<!DOCTYPE xml>", b"<!ENTITY a 'b'>",
    b"&a;", b"&#0;", b"&#x41;", b"&#xD800;", b"&lt;", b"&amp;total_fee=1", b"\0", b"\r", b"\r\n", b"\t", b" ",
    b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"<total_fee>1</total_fee>",
    b"<sign/>", b"<sign></sign>", b"<sign_type>MD5</sign_type>", b"<sign_type>HMAC-SHA256</sign_type>",
    b"<req_info>AAAA</req_info>", b"<return_code>FAIL</return_code>", b"<xml>", b"</xml>", b"<root>", b"FAIL",
    b"SUCCESS", b"0", b"1", b"-1", b"\xe4\xb8\xad", b'<?xml version="1.0" encoding="GBK"?>', b" a='1'", b"`", b",`",
    b"\n", b"\x1f\x8b",
]  # fmt: skip


def insert(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body) + 1)
    return body[:place] + dice.choice(TOKENS) + body[place:]


def put_in_front(body: bytes, dice: Dice) -> bytes:
    return dice.choice(TOKENS) + body


def put_behind(body: bytes, dice: Dice) -> bytes:
    return body + dice.choice(TOKENS)


def delete(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body))
    return body[:place] + body[place + dice.choice((1, 1, 2, 8, 64)) :]


def double(body: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(body))
    end = min(len(body), start + dice.choice((1, 4, 16, 64, 1024)))
    return body[:end] + body[start:end] + body[end:]


def cut(body: bytes, dice: Dice) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def change_case(body: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(body))
    end = start + dice.choice((1, 4, 32))
    return body[:start] + body[start:end].swapcase() + body[end:]


# Mutations of XML.

FIELD = re.compile(rb"<([A-Za-z_0-9]+)>([^<]*)</\1>")


def on_fields(change: Callable[[list[bytes], Dice], list[bytes]]) -> Mutation:
    def mutated(body: bytes, dice: Dice) -> bytes:
        fields = [match.group() for match in FIELD.finditer(body)]
        if len(fields) < 3:
            return flip(body, dice)
        root = b"root" if body.startswith(b"<root>") else b"xml"
        return b"<%s>%s</%s>" % (root, b"".join(change(fields, dice)), root)

    mutated.__name__ = change.__name__
    return mutated


@on_fields
def shuffle(fields: list[bytes], dice: Dice) -> list[bytes]:
    dice.shuffle(fields)
    return fields


@on_fields
def drop_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    del fields[dice.randrange(len(fields))]
    return fields


@on_fields
def double_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    fields.insert(dice.randrange(len(fields) + 1), dice.choice(fields))
    return fields


@on_fields
def swap_values(fields: list[bytes], dice: Dice) -> list[bytes]:
    one, other = dice.sample(range(len(fields)), 2)
    (name, value), (other_name, other_value) = (FIELD.fullmatch(fields[place]).groups() for place in (one, other))  # type: ignore[union-attr]
    fields[one] = b"<%s>%s</%s>" % (name, other_value, name)
    fields[other] = b"<%s>%s</%s>" % (other_name, value, other_name)
    return fields


@on_fields
def melt_neighbours(fields: list[bytes], dice: Dice) -> list[bytes]:
    """Two fields that are neighbours in the signed text become one: the signature still holds."""
    pairs = sorted(FIELD.fullmatch(field).groups() for field in fields)  # type: ignore[union-attr]
    pairs = [pair for pair in pairs if pair[0] != b"sign"]
    place = dice.randrange(len(pairs) - 1)
    (name, value), (gone, more) = pairs[place], pairs[place + 1]
    pairs[place : place + 2] = [(name, value + b"&amp;" + gone + b"=" + more)]
    signs = [field for field in fields if field.startswith(b"<sign>")]
    return [b"<%s>%s</%s>" % (name, value, name) for name, value in pairs] + signs


@on_fields
def rewrite_as_cdata(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    name, value = FIELD.fullmatch(fields[place]).groups()  # type: ignore[union-attr]
    fields[place] = b"<%s><![CDATA[%s]]></%s>" % (name, value, name)
    return fields


@on_fields
def nest_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    fields[place] = dice.choice((b"<a>%s</a>", b"<!--%s-->", b"<![CDATA[%s]]>", b"<?p %s?>")) % fields[place]
    return fields


@on_fields
def space_out(fields: list[bytes], dice: Dice) -> list[bytes]:
    return [field + dice.choice((b"", b"\n", b"<!-- c -->", b" \t")) for field in fields]


BYTES: list[Mutation] = [flip, insert, put_in_front, put_behind, delete, double, cut, change_case]
XML: list[Mutation] = [
    shuffle, drop_a_field, double_a_field, swap_values, melt_neighbours, rewrite_as_cdata, nest_a_field, space_out,
]  # fmt: skip


def spliced(seeds: list[bytes], dice: Dice) -> bytes:
    one, other = dice.choice(seeds), dice.choice(seeds)
    return one[: dice.randrange(len(one))] + other[dice.randrange(len(other)) :]


def mutated(seeds: list[bytes], dice: Dice, mutations: list[Mutation]) -> bytes:
    body = spliced(seeds, dice) if dice.random() < 0.1 else dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        body = dice.choice(mutations)(body, dice) if body else b"<xml/>"
    return body


# Doors: each returns what kind of answer an input got, and checks what was accepted.


def payment_door(body: bytes) -> str:
    try:
        event = open_notification(body, ME, PROTOCOL.signer)
        paid = event.paid(**m.ORDER)  # type: ignore[arg-type]
    except (Malformed, SignatureInvalid, Mismatch, OutcomeUnknown) as error:
        return type(error).__name__
    assert event.kind == "payment"
    assert filled(event.fields) in PAYMENTS
    assert (paid.out_trade_no, paid.total_fee, paid.fee_type) == ("T-20261121-1", 100, "HKD")
    return "accepted"


def refund_door(body: bytes) -> str:
    try:
        event = open_notification(body, ME, PROTOCOL.signer)
    except (Malformed, SignatureInvalid, Mismatch) as error:
        return type(error).__name__
    assert event.kind == "refund"
    assert event.hint
    with pytest.raises(OutcomeUnknown):
        event.paid(**m.ORDER)  # type: ignore[arg-type]
    return "accepted"


def request(name: str) -> Request:
    operation = catalogue.find(name)
    return Request("POST", operation.path, b"", operation=operation, fields={"out_trade_no": "T-20261121-1"})


QUERY, QUICK = request("order_query"), request("micropay")


def reply_door(body: bytes) -> str:
    kinds = []
    for asked in (QUERY, QUICK):
        try:
            result = PROTOCOL.open_reply(asked, Response(200, body))
        except OutcomeUnknown:
            kinds.append("unknown")
        except Refused as error:
            assert not error.authenticated or filled(error.fields) in (FAILED, PAID)
            assert error.authenticated or asked is QUERY, "money may have moved"
            kinds.append("refused" if error.authenticated else "refused, not authenticated")
        else:
            assert result.verified
            assert filled(result) in (PAID, m.PAYMENT)
            kinds.append("accepted")
    return " and ".join(sorted(set(kinds)))


def statement_door(body: bytes) -> str:
    try:
        statement.read(body).verify()
    except Malformed:
        return "Malformed"
    return "accepted"


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


def refunds() -> list[bytes]:
    inner = m.REFUND_INNER
    return [
        m.refund(),
        m.refund(refund_status="CHANGE", refund_fee="99"),
        m.refund_around(m.encrypt(m.xml(inner, "root"))),
    ]


def mutated_refund(seeds: list[bytes], dice: Dice, mutations: list[Mutation]) -> bytes:
    """As others, or mutated inside: plain text before it is encrypted, cipher text by bytes and by blocks."""
    where = dice.randrange(4)
    if where == 0:
        return mutated(seeds, dice, mutations)
    plain = mutated([m.xml(m.REFUND_INNER, "root")], dice, mutations)
    if where == 1:
        return m.refund_around(m.encrypt(plain))
    sealed = m.encrypt(m.xml(m.REFUND_INNER, "root"))
    if where == 2:
        return m.refund_around(mutated([sealed], dice, BYTES[:-1]))
    blocks = [sealed[place : place + 16] for place in range(0, len(sealed), 16)]
    one, other = dice.randrange(len(blocks)), dice.randrange(len(blocks))
    blocks[one], blocks[other] = blocks[other], dice.choice((blocks[one], blocks[other], b""))
    return m.xml({**m.REFUND_OUTER, "req_info": base64.b64encode(b"".join(blocks)).decode()})


Target = tuple[
    Callable[[bytes], str], list[bytes], Callable[[list[bytes], Dice, list[Mutation]], bytes], list[Mutation]
]
SIGNED = [m.xml(m.signed(fields)) for fields in PAYMENTS]
TARGETS: dict[str, Target] = {
    "payment": (payment_door, [*SIGNED, xml.write(m.signed(m.PAYMENT))], mutated, BYTES + XML),
    "refund": (refund_door, refunds(), mutated_refund, BYTES + XML),
    "reply": (reply_door, [m.xml(m.signed(fields)) for fields in (PAID, FAILED, SYSTEM)], mutated, BYTES + XML),
    "reader": (reader_door, [*SIGNED, *refunds(), b"<xml><a/></xml>"], mutated, BYTES + XML),
    "statement": (statement_door, [statements.PLAIN, statements.PACKED], mutated, BYTES),
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_mutated_message_is_refused_by_us_or_is_what_was_signed(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    door, seeds, mutate, mutations = TARGETS[target]
    dice = random.Random(f"{target} {SEED}")
    counts: Counter[str] = Counter()
    for number in range(INPUTS // len(TARGETS)):
        body = mutate(seeds, dice, mutations)
        try:
            counts[door(body)] += 1
        except Exception as error:
            raise AssertionError(f"input {number} of {target}, {type(error).__name__}: {body!r}") from error
    if TOLD:
        with capsys.disabled():
            print(f"\n{target}: {sum(counts.values())} inputs, {dict(counts.most_common())}")
    assert len(counts) > 1, "every input was answered alike: the dice reach nothing"


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_are_genuine(target: str) -> None:
    door, seeds, _, _ = TARGETS[target]
    for body in seeds:
        assert door(body) != "Malformed"


def test_the_mutations_reach_what_they_are_for() -> None:
    """A fuzzer that never melts, splits or accepts would prove nothing."""
    dice = random.Random(1)
    assert payment_door(melt_neighbours(SIGNED[0], dice)) == "OutcomeUnknown"
    assert payment_door(shuffle(SIGNED[0], dice)) == "accepted"
    assert payment_door(space_out(SIGNED[0], dice)) == "accepted"
    assert payment_door(drop_a_field(SIGNED[0], dice)) == "SignatureInvalid"
    assert payment_door(double_a_field(SIGNED[0], dice)) == "Malformed"
    assert payment_door(nest_a_field(SIGNED[0], dice)) in ("Malformed", "SignatureInvalid")
    assert payment_door(SIGNED[3]) == "Mismatch"
