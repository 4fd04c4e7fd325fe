"""A merchant of the mainland with the real client over the gateway, and what people and the platform do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures import KEY, client, merchant
from tests.simulator.shop import DER, SUB_APPID, Shop
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.errors import OutcomeUnknown, Refused
from wxpay_v2.result import Result
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.gateway import Exchange
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.notification import Event

WECOM = "the secret of WeCom's payments"
NOTIFY = "https://shop.example/notify"


class Caller:
    """One method per operation, as the client's: ``caller.transfers(...)``. Every answer is read as `Result.typed`."""

    def __init__(
        self, mode: str = "direct", *, region: str = "mainland", sandbox: bool = False, **changes: Any
    ) -> None:
        self.shop = Shop(mode, region=region, currency="CNY", wecom_secret=Secret(WECOM), **changes)
        self.gateway, self.clock = self.shop.gateway, self.shop.clock
        self.mch_id, self.appid = self.shop.account.mch_id, self.shop.account.appid
        self.region = region
        key = self.shop.account.sandbox_key.reveal() if sandbox else KEY
        who = merchant(
            mode=mode, api_key=key, sandbox=sandbox, wecom_secret=WECOM,
            **({"sub_mch_id": ""} if mode == "direct" else {}),
            **({"sub_appid": SUB_APPID} if mode == "service_provider" else {}),
        )  # fmt: skip
        self.client: Client = client(self.send, who=who, region=region, clock=self.clock, retry=1)

    def send(self, request: Request) -> Response:
        """What the transport does, with the query."""
        peer = DER if request.certificate else None
        answer = self.gateway.handle(
            Exchange(request.method, request.path, request.headers, request.body, peer, request.query)
        )
        assert (answer.action, answer.canned) == ("send", False)
        return Response(answer.status, answer.body, {name.lower(): text for name, text in answer.headers.items()})

    def __getattr__(self, name: str) -> Callable[..., Result]:
        operation = getattr(self.client, name)

        def ask(**fields: Any) -> Result:
            result: Result = operation(**fields)
            assert all(isinstance(value, (str, int, list, dict, bool)) or value for value in result.typed.values())
            return result

        return ask

    def refused(self, name: str, **fields: Any) -> str:
        """The err_code by which the gateway refuses a call, signed or not; of answers without one, in return_msg."""
        with pytest.raises((Refused, OutcomeUnknown)) as refused:
            getattr(self.client, name)(**fields)
        code: str = refused.value.err_code or refused.value.return_msg.partition(" ")[0]
        documented = [row.code for row in catalogue.find(name).errors]
        assert not documented or code in documented, f"{name} has no {code}"
        return code

    def again(self) -> Caller:
        """The same merchant with another client, which does not remember what this one has sent."""
        return Caller(self.shop.account.mode, region=self.region, gateway=self.gateway)

    def open_page(self, name: str, *, headers: dict[str, str] | None = None, **fields: Any) -> tuple[int, str]:
        """What the payer's browser gets at the address of a page."""
        url = getattr(self.client, name)(**fields)["url"]
        path, _, query = url.partition("?")
        answer = self.gateway.handle(Exchange("GET", "/" + path.split("/", 3)[3], headers or {}, b"", None, query))
        return answer.status, answer.body.decode()

    def act(self, work: Callable[..., Any], **arguments: Any) -> Any:
        """What a person or the platform does."""
        return self.gateway.act(work.__name__, **arguments)

    def balance(self, name: str = "basic", *, of: str | None = None) -> int:
        return self.gateway._run(lambda book: book.funds.balance(of or self.mch_id, name))

    def events(self) -> list[Event]:
        """Every notification that is due, opened, and acknowledged."""
        self.gateway.tick()
        opened = []
        for pending in self.gateway.due_notifications():
            event = self.client.open_notification(pending.body)
            reply = event.reply()
            self.gateway.notification_delivered(pending.id, status=reply.status, body=reply.body)
            required = {row.name for row in event.row.fields if row.required.kind == "always" and not row.modes}
            assert required <= event.fields.keys(), f"{event.kind} lacks {required - event.fields.keys()}"
            assert pending.kind == event.kind
            opened.append(event)
        return opened

    def paid(self, number: str = "T-1", total_fee: int = 1000, **changes: Any) -> str:
        """The transaction_id of a new paid order."""
        self.client.unified_order(
            body="Tea", out_trade_no=number, total_fee=total_fee, trade_type="NATIVE", product_id="P",
            spbill_create_ip="203.0.113.7", notify_url=NOTIFY, **changes,
        )  # fmt: skip
        return self.gateway.pay(number, mch_id=self.mch_id).transaction_id

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.gateway.tick()

    def close(self) -> None:
        self.shop.close()
