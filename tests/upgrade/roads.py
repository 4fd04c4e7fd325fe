"""A merchant on both protocols, over a wire that answers for either and notes which one every call took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

from tests.fixtures import ORDER, QUICK, REFUND, fields_of, key_pem, merchant, ok
from wxpay_v2 import Client
from wxpay_v2.call import Request, Response, unknown
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown
from wxpay_v2.upgrade.answer import UpgradedFields, UpgradedResult
from wxpay_v2.upgrade.gradual import Gradual, Turns
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import Event
from wxpay_v2.v3.account import V3Account

SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
SENT = {"unified_order": ORDER, "micropay": QUICK, "refund": REFUND}
TOLD: dict[str, dict[str, str]] = {
    "unified_order": {"prepay_id": "wx{out_trade_no}", "code_url": "weixin://wxpay/s/x", "trade_type": "NATIVE"},
    "micropay": {
        "transaction_id": "42{out_trade_no}", "out_trade_no": "{out_trade_no}", "total_fee": "100", "cash_fee": "100",
        "fee_type": "HKD", "time_end": "20231115061320", "trade_type": "MICROPAY", "bank_type": "CFT",
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "is_subscribe": "N", "cash_fee_type": "HKD",
    },
    "refund": {"refund_id": "50{out_refund_no}", "out_refund_no": "{out_refund_no}", "refund_fee": "40"},
    "order_query": {"trade_state": "NOTPAY", "out_trade_no": "{out_trade_no}"},
    "refund_query": {"refund_count": "0"},
}  # fmt: skip


@cache
def account(**settings: Any) -> V3Account:
    return V3Account(SERIAL, key_pem(kind="rsa"), "0123456789abcdef0123456789abcdef", **settings)


class Wire:
    """Answers every call with a success; `next` holds errors (or answers) for the next calls of a protocol."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.next: dict[str, list[Any]] = {"v2": [], "v3": []}

    def __call__(self, request: Request) -> Response:
        protocol = "v3" if request.path.startswith("/v3/") else "v2"
        operation: Any = request.operation
        fields = json.loads(request.body) if protocol == "v3" else fields_of(request)
        told = {name: text.format_map(_Blank(fields)) for name, text in TOLD.get(operation.name, {}).items()}
        told = {name: text for name, text in told.items() if text}
        named = next((fields[name] for name in operation.numbers if fields.get(name)), "")
        self.calls.append((protocol, operation.name, named))
        if self.next[protocol]:
            planned = self.next[protocol].pop(0)
            if planned == "lost":
                raise unknown(request, "no answer came", phase="read")
            if isinstance(planned, BaseException):
                raise planned
            return planned
        return Response(200, json.dumps(told).encode()) if protocol == "v3" else ok(**told)

    def took(self, number: str) -> list[str]:
        return [protocol for protocol, _, named in self.calls if named == number]


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


class StandIn:
    """`wxpay_v2.upgrade.protocol.Protocol` as far as a choice can see it. cannot: operations it does not carry."""

    def __init__(self) -> None:
        self.cannot: set[str] = set()
        self.broken = False
        self.before: list[Request] = []

    def prepare(self, operation: Any, fields: Any, nonce: str) -> Any:
        if operation.name in self.cannot:
            raise InvalidRequest(f"API v3 does not carry {operation.name}", operation=operation.name)
        return SimpleNamespace(operation=operation, fields={name: str(value) for name, value in fields.items()})

    def carry(self, made: Any, retry: Any, routes: Any) -> Iterator[Any]:
        if self.broken:
            raise ConfigurationError("the private key cannot be used")
        for request in self.before:
            yield request
        body = json.dumps(made.fields).encode()
        request = Request("POST", f"/v3/{made.operation.name}", body, operation=made.operation, fields=made.fields)

        def open_reply(request: Request, response: Response) -> UpgradedResult:
            return UpgradedResult(json.loads(response.body), made.operation, response.body)

        return (yield from retry.carry(request, open_reply, routes.hosts(made.operation)))

    def open_notification(self, body: bytes, headers: Any) -> Event:
        told = json.loads(body)
        if headers:  # of v3 alone
            told = UpgradedFields(told)
        return Event(notifications.find("payment"), told, body, merchant(), hint=False)

    def refusal(self, body: bytes, message: str) -> Any:
        return (body, message)


class Shop:
    """A client on both protocols; several may share a Gradual or a store."""

    def __init__(
        self, gradual: Gradual, wire: Wire | None = None, clock: ManualClock | None = None, **settings: Any
    ) -> None:
        self.gradual = gradual
        self.wire = wire or Wire()
        self.clock = clock or ManualClock()
        self.v3 = StandIn()
        who = settings.pop("who", None) or merchant()
        self.client = Client(who, transport=self.wire, clock=self.clock, **settings)
        join(self.client, gradual, self.v3)

    def call(self, name: str, **fields: Any) -> Any:
        """Make the call of that name with usual fields."""
        usual = SENT.get(name, {})
        return getattr(self.client, name)(**{k: v for k, v in {**usual, **fields}.items() if v is not None})

    def took(self, name: str, **fields: Any) -> str:
        """Make the call, and return the protocol it took."""
        self.call(name, **fields)
        return self.wire.calls[-1][0]


def join(client: Any, gradual: Gradual, v3: StandIn) -> Turns:
    turns = Turns(gradual, client.protocol, v3, client.clock)  # type: ignore[arg-type]
    client.protocol = turns
    client.cashier = turns.cashier(client.cashier, _Named("v3"))
    return turns


class _Named:
    """A cashier that says whose it is."""

    def __init__(self, name: str) -> None:
        self.name = name

    def jsapi(self, order: Any, **settings: Any) -> dict[str, str]:
        return {"signType": "RSA"}

    mini_program = app = jsapi


__all__ = ["NotSent", "OutcomeUnknown", "Shop", "StandIn", "Wire", "account", "catalogue", "join"]
