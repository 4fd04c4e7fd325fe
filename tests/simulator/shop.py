"""A shop at the gateway: it signs, verifies and reads with the tests' own hand, and holds every answer against its row.

`Shop.ask` asserts what is true of every answer: the signature (by the request's algorithm), no err_code and no field
that the row does not list, and every field that the row requires. `Shop.close` asserts that no money came or went.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import Encoding

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID, certificate, sign, signed
from wxpay_v2.clock import ManualClock
from wxpay_v2.operation import Field, Operation
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.gateway import Account, Answer, Exchange, Gateway
from wxpay_v2.v2 import catalogue

NOON = 1_790_049_600.0  # 2026-09-22 12:00 in Beijing
SUB_APPID = "wx2222222222222222"
OTHER_SUB_MCH_ID = "1900000111"
DER = certificate().public_bytes(Encoding.DER)

ORDER = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": "1000", "fee_type": "HKD", "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
}  # fmt: skip
CHARGE = {
    "body": "Tea", "out_trade_no": "Q-1", "total_fee": "1000", "fee_type": "HKD", "spbill_create_ip": "203.0.113.7",
}  # fmt: skip


def account(mode: str = "institution", **changes: Any) -> Account:
    subs = () if mode == "direct" else (SUB_MCH_ID, OTHER_SUB_MCH_ID)
    arguments = {
        "appid": APPID, "mch_id": MCH_ID, "api_key": Secret(KEY), "sub_merchants": subs,
        "sub_appids": (SUB_APPID,) if subs else (), "currency": "HKD", "mode": mode, **changes,
    }  # fmt: skip
    return Account(**arguments)


class Shop:
    """A merchant with its own gateway, an institution of the global region unless told otherwise."""

    def __init__(
        self, mode: str = "institution", *, sign_type: str = "MD5", url: str = "sqlite://", delay: float = 0.0,
        gateway: Gateway | None = None, **changes: Any,
    ) -> None:  # fmt: skip
        self.account = account(mode, **changes)
        self.sign_type = sign_type
        self.clock = gateway.clock if gateway is not None else ManualClock(NOON)
        self.gateway = gateway or Gateway(url, clock=self.clock, refund_delay=delay)
        self.gateway.add_account(self.account)
        self.nonces = 0

    def close(self) -> None:
        self.gateway.ledger.check()
        self.gateway.close()

    def fields(self, operation: Operation, fields: Mapping[str, Any]) -> dict[str, str]:
        """The request's fields: ids, nonce and sign_type as the row wants them, then *fields*; None takes one away."""
        self.nonces += 1
        own = {"appid": self.account.appid, "mch_id": self.account.mch_id}
        head = {operation.ids[name]: value for name, value in own.items() if name in operation.ids}
        head["nonce_str"] = f"nonce{self.nonces}"
        if self.account.mode != "direct" and operation.field("sub_mch_id") is not None:
            head["sub_mch_id"] = SUB_MCH_ID
        row = operation.field("sign_type")
        if self.algorithm(operation) != "MD5" or (row is not None and row.required.kind == "always"):
            head["sign_type"] = self.algorithm(operation)
        if not operation.nonce:
            del head["nonce_str"]
        return {name: str(value) for name, value in {**head, **fields}.items() if value is not None}

    def algorithm(self, operation: Operation) -> str:
        return self.sign_type if self.sign_type in operation.sign_types else operation.sign_types[0]

    def send(
        self, name: str, /, *, key: str = KEY, peer: bytes | None = DER, method: str | None = None,
        raw: bytes | None = None, **fields: Any,
    ) -> Answer:  # fmt: skip
        operation = catalogue.find(name)
        query = ""
        if raw is None:
            sent = self.fields(operation, fields)
            if operation.request_format == "query":
                raw, query = b"", urlencode({**sent, "sign": sign(sent, key, self.algorithm(operation))})
            else:
                query = urlencode({one: sent.pop(one) for one in operation.in_query if one in sent})
                raw = signed(sent, key, self.algorithm(operation))
        exchange = Exchange(method if method is not None else operation.method, operation.path, {}, raw, peer, query)
        return self.gateway.handle(exchange)

    def ask(self, name: str, /, **fields: Any) -> dict[str, str]:
        """The fields of the answer, which was held against the row."""
        answer = self.send(name, **fields)
        assert (answer.status, answer.action) == (200, "send")
        return self.read(name, answer)

    def read(self, name: str, answer: Answer) -> dict[str, str]:
        operation = catalogue.find(name)
        told = fields_in(answer.body)
        if operation.signed_response and told["return_code"] == "SUCCESS":
            assert told["sign"] == sign(told, KEY, self.algorithm(operation))
        else:
            assert "sign" not in told
        self.hold_against_row(operation, told)
        return told

    def hold_against_row(self, operation: Operation, told: Mapping[str, str]) -> None:
        rows = {row.name: row for row in operation.response}
        code = told.get("err_code")
        known = not operation.errors or operation.error(code or "")
        assert code in (None, "SYSTEMERROR") or known, f"{operation.name} has no {code}"
        families = (lambda name: re.sub(r"_\d+$", "_$n", name), lambda name: re.sub(r"_\d+_\d+$", "_$n_$m", name))
        strange = [name for name in told if name not in rows and not any(of(name) in rows for of in families)]
        assert not strange or told["return_code"] == "FAIL", f"{operation.name} answers {strange}"
        for row in rows.values():
            here = not row.regions or self.account.region in row.regions
            if here and self._required(row, told) and self._comes(row.when, told):
                assert told.get(row.name.replace("$n", "0")), f"{operation.name} answers without {row.name}: {told}"

    def _required(self, row: Field, told: Mapping[str, str]) -> bool:
        condition = row.required
        return (
            condition.kind == "always"
            or (condition.kind == "modes" and self.account.mode in condition.names)
            or (condition.kind == "when" and told.get(condition.names[0]) in condition.values)
        )

    def _comes(self, when: str, told: Mapping[str, str]) -> bool:
        understood = told["return_code"] == "SUCCESS"
        success = understood and told.get("result_code", "SUCCESS") == "SUCCESS"
        paid = success and told.get("trade_state", "SUCCESS") in ("SUCCESS", "REFUND")
        return {
            "always": True, "transport success": understood, "success": success, "paid": paid,
            "success, per record": success and told.get("record_num") == "1",
        }.get(when, False)  # fmt: skip

    # What a shop does all day.

    def place(self, number: str = "T-1", **changes: Any) -> dict[str, str]:
        return self.ask("unified_order", **{**ORDER, "out_trade_no": number, **changes})

    def paid(self, number: str = "T-1", *, wallet: str = "mainland", **changes: Any) -> dict[str, str]:
        """Place an order and have it paid; what a query then says."""
        self.place(number, **changes)
        self.gateway.pay(number, wallet=wallet)
        return self.ask("order_query", out_trade_no=number)

    def charge(self, number: str = "Q-1", **changes: Any) -> dict[str, str]:
        """Charge a payment code, a new one unless auth_code is given."""
        code = changes.pop("auth_code", None) or self.gateway.new_payment_code()
        return self.ask("micropay", **{**CHARGE, "out_trade_no": number, "auth_code": code, **changes})

    def refund(self, number: str = "R-1", *, of: str = "T-1", fee: int = 300, **changes: Any) -> dict[str, str]:
        asked = {"out_trade_no": of, "out_refund_no": number, "total_fee": 1000, "refund_fee": fee, **changes}
        return self.ask("refund", **asked)

    def state(self, number: str = "T-1") -> str:
        return self.ask("order_query", out_trade_no=number)["trade_state"]


def fields_in(body: bytes) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(body)}  # noqa: S314 - our own


def outcome(told: Mapping[str, str]) -> str:
    """What an answer comes down to: SUCCESS, its err_code, or the return_msg of what was not understood."""
    if told["return_code"] == "FAIL":
        return told["return_msg"]
    return told.get("err_code") or told.get("result_code", "SUCCESS")
