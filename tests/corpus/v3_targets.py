"""What the fuzzer aims at in API v3: callbacks with their headers, opened events, answers.

The key is made of two fixed primes, so that an input is the same in every process.
"""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.corpus import messages as m
from tests.corpus.mutations import BYTES, Dice, Mutation, mutated
from tests.v3.keys import sealed
from wxpay_v2 import Merchant, V3Account, upgrade
from wxpay_v2.client import Client
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import Malformed, Mismatch, OutcomeUnknown, SignatureInvalid
from wxpay_v2.json_reader import read_object

__all__ = ["ANSWERS", "CALLBACKS", "EVENTS", "answer_door", "callback_door", "event_door", "mutated_json"]

NOW = 1_790_000_000.0
KEY_ID = "PUB_KEY_ID_0119000001092026"
P = int(
    "ded00c00dfee251ef8eee0d824cbb53ed589d47b32b12b71d40924f0dd880e9a"
    "c8f7b866ab2524b0c05f557c0c087fe2ec7f4f8a192a371a43ca8141f85c34a2"
    "1ffb108c57bb73c839930bc7992ec552396a7a9ef1af22d2eaa4e4d6b12a4fd5"
    "b1ebaf9fc473799990baea98836d92ba329fd86c7f4c7e51bd79ac63737a1ff7",
    16,
)
Q = int(
    "c0881c6256488b58ec7e5134650968daaee67d6b4e8e76e7edf1b6b869d313ae"
    "4829e686710c084af39a32cd18ff3305bfbbeb3d72fecfa485ac0ad1356ab309"
    "1b9619706247110729158a50b1563d77ea71a6c88ba8531dd9412c3a5c0b0c50"
    "fc38eda0ce16205e7e07129d6357e69da5d0b95abe4b4663ab6515fd74e9de7b",
    16,
)


def _private() -> rsa.RSAPrivateKey:
    d = pow(65537, -1, (P - 1) * (Q - 1))
    public = rsa.RSAPublicNumbers(65537, P * Q)
    numbers = rsa.RSAPrivateNumbers(P, Q, d, d % (P - 1), d % (Q - 1), pow(Q, -1, P), public)
    return numbers.private_key()


_KEY = _private()
_V3_KEY = "CanaryV3KeyThatNobodyMaySee12345"
MERCHANT = Merchant(m.APPID, m.MCH_ID, m.KEY)
ACCOUNT = V3Account(
    "7A" * 20,
    _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    _V3_KEY,
    {KEY_ID: _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)},
)
CLIENT = Client(MERCHANT, upgrade=ACCOUNT, clock=ManualClock(NOW), transport=lambda request: None)  # type: ignore[arg-type,return-value]

PAID: dict[str, Any] = {
    "mchid": m.MCH_ID, "appid": m.APPID, "id": "4200000001", "out_trade_no": "T-20261121-1", "trade_type": "NATIVE",
    "trade_state": "SUCCESS", "trade_state_desc": "paid", "bank_type": "CMB_DEBIT", "attach": "a=1",
    "success_time": "2026-11-21T10:30:00+08:00", "payer": {"openid": "o-1"},
    "amount": {"total": 100, "currency": "HKD", "payer_total": 87, "payer_currency": "CNY",
               "exchange_rate": {"type": "SETTLEMENT_RATE", "rate": 90000000}},
    "promotion_detail": [{"promotion_id": "p", "scope": "GLOBAL", "type": "DISCOUNT", "amount": 13,
                          "goods_detail": [{"goods_id": "g", "quantity": 1, "price": 13}]}],
}  # fmt: skip
REFUNDED: dict[str, Any] = {
    "mchid": m.MCH_ID, "transaction_id": "4200000001", "out_trade_no": "T-20261121-1", "refund_id": "50",
    "out_refund_no": "R-1", "refund_status": "SUCCESS", "success_time": "2026-11-21T10:30:00+08:00",
    "recv_account": "CMB 0403", "amount": {"total": 100, "currency": "HKD", "refund": 40, "payer_refund": 35},
}  # fmt: skip
ONE = {
    "id": "50", "out_refund_no": "R-1", "channel": "ORIGINAL", "status": "SUCCESS", "recv_account": "CMB 0403",
    "fund_source": "REFUND_SOURCE_UNSETTLED_FUNDS", "success_time": "2026-11-21T10:30:00+08:00",
    "amount": {"refund": 40, "currency": "HKD", "payer_refund": 35, "payer_currency": "CNY"},
    "detail": {"promotion_id": "p", "type": "COUPON", "refund_amount": 5, "amount": 13, "currency": "HKD"},
}  # fmt: skip
ALL = {
    "id": "4200000001", "mchid": m.MCH_ID, "out_trade_no": "T-20261121-1", "total_num": 2, "current_total_num": 2,
    "amount": {"total": 100, "currency": "HKD", "payer_total": 87, "payer_currency": "CNY"}, "data": [ONE, ONE],
}  # fmt: skip


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def callback(document: dict[str, Any], event_type: str, original: str) -> bytes:
    """A callback as bytes: its signed headers, an empty line, its body."""
    body = _json({"id": "e-1", "event_type": event_type, "resource_type": "encrypt-resource",
                  "resource": {"original_type": original, **sealed(_json(document), v3_key=_V3_KEY)}})  # fmt: skip
    signature = _KEY.sign(f"{int(NOW)}\nNONCE\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256())
    told = {"Timestamp": str(int(NOW)), "Nonce": "NONCE", "Serial": KEY_ID,
            "Signature": base64.b64encode(signature).decode()}  # fmt: skip
    return "".join(f"Wechatpay-{name}: {text}\n" for name, text in told.items()).encode() + b"\n" + body


CALLBACKS = [
    callback(PAID, "TRANSACTION.SUCCESS", "transaction"),
    callback(REFUNDED, "REFUND.SUCCESS", "refund"),
    callback({**PAID, "mchid": "1900000999"}, "TRANSACTION.SUCCESS", "transaction"),
]
EVENTS = [_json(PAID), _json(REFUNDED)]
ANSWERS = [_json(PAID), _json(ONE), _json(ALL)]


def callback_door(told: bytes) -> str:
    """Whatever is opened is one of the genuine ones, byte for byte."""
    head, _, body = told.partition(b"\n\n")
    pairs = (line.partition(": ") for line in head.decode("latin-1").split("\n"))
    headers = {name: text for name, _, text in pairs}
    try:
        event = CLIENT.open_notification(body, headers)
        if event.kind == "payment":
            event.paid(**m.ORDER)  # type: ignore[arg-type]
    except (Malformed, SignatureInvalid, Mismatch, OutcomeUnknown) as error:
        return type(error).__name__
    assert any(body == seed.partition(b"\n\n")[2] for seed in CALLBACKS)
    return f"accepted {event.kind}"


def _read(told: bytes, operations: dict[str, dict[str, str] | None]) -> str:
    answers = set()
    for operation, fields in operations.items():
        try:
            result = upgrade.reverse(operation, read_object(told), MERCHANT, fields=fields)
        except (Malformed, Mismatch):
            answers.add("Malformed")
        else:
            assert all(type(name) is str and type(text) is str and text for name, text in result.items()), result
            answers.add("accepted")
    return "accepted" if "accepted" in answers else "Malformed"


def event_door(told: bytes) -> str:
    """What was signed and opened, and still need not be as the pages say."""
    return _read(told, {"payment": None, "refund": None})


def answer_door(told: bytes) -> str:
    """Answers whose signature held."""
    asked: dict[str, dict[str, str] | None] = {
        "order_query": {"out_trade_no": "T-20261121-1"},
        "refund": {"out_refund_no": "R-1", "total_fee": "100", "out_trade_no": "T-20261121-1"},
        "refund_query": {"out_trade_no": "T-20261121-1", "offset": "0"},
    }
    if b'"data"' not in told:
        asked["refund_query"] = {"out_refund_no": "R-1"}
    return _read(told, asked)


_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**17, "", "0", "\u0000", "x" * 300, [], [1], {}, {"a": 1}, [[]], [{}], "SUCCESS",
    1.5,
)  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: its container and the key there."""
    found: list[tuple[Any, Any]] = []
    left = [value]
    while left:
        one = left.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], (dict, list)):
                left.append(one[key])
    return found


def _change(container: Any, key: Any, other: Any, dice: Dice) -> None:
    """Drop what stands there, or put something else in its place: odd, from elsewhere, wrapped, or as text."""
    act = dice.randrange(5)
    if act == 0:
        del container[key]
    else:
        # A copy: the odd values are every input's, and what held itself could not be written.
        odd = dice.choice(_ODD)
        container[key] = copy.deepcopy((odd, other, [container[key]], str(container[key]))[act - 1])


def mutated_json(seeds: list[bytes], dice: Dice, changes: list[Mutation]) -> bytes:
    """A document with values dropped, replaced, moved or wrapped; now and then mutated as bytes as well."""
    document = json.loads(dice.choice(seeds))
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        places = _places(document)
        if not places:
            break
        container, key = dice.choice(places)
        other, elsewhere = dice.choice(places)
        _change(container, key, other[elsewhere], dice)
    body = json.dumps(document).encode()
    return body if dice.randrange(4) else mutated([body], dice, BYTES)
