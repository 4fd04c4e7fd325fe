"""One shop in two worlds: over API v2 and over API v3, each with a gateway of its own that started at the same moment.

A `World` calls through the library and notes what came of it: fields, the kind of error and its code, or an event.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import SUB_APPID, V3_KEY
from tests.simulator.v3.client import Merchant as Issued
from wxpay_v2 import Client, Merchant, OutcomeUnknown, Refused, V3Account, flows
from wxpay_v2.errors import NotSent, Rejected
from wxpay_v2.flows import Paid
from wxpay_v2.operation import DIRECT, GLOBAL, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.simulator.transport import transport
from wxpay_v2.upgrade import LostFieldWarning
from wxpay_v2.upgrade.answer import Losses

__all__ = ["PLACES", "Noted", "World", "order"]

# Region and access mode, in the words of either version.
PLACES = [(GLOBAL, DIRECT), (GLOBAL, "institution"), (MAINLAND, DIRECT), (MAINLAND, SERVICE_PROVIDER)]
PAYER_IP = "203.0.113.7"


class Noted:
    """What came of one call. kind: "done", or an error's name. fields: as v2 tells them. losses: v3's, with why."""

    def __init__(self, what: str, kind: str, fields: dict[str, str], losses: Losses | None = None) -> None:
        self.what = what
        self.kind = kind
        self.fields = fields
        self.losses = losses if losses is not None else Losses({})

    def __repr__(self) -> str:
        return f"<{self.what}: {self.kind} {self.fields}>"


class World:
    """A merchant, its gateway and a client. version: 2 or 3. notes: what was noted, in order."""

    def __init__(self, version: int, region: str, mode: str, *, delay: float = 0.0) -> None:
        self.region, self.mode = region, mode
        self.issued = Issued(mode, region, delay=delay)
        self.gateway, self.clock = self.issued.gateway, self.issued.clock
        subs = {} if mode == DIRECT else {"sub_mch_id": SUB_MCH_ID, "sub_appid": SUB_APPID}
        merchant = Merchant(
            APPID, MCH_ID, KEY, mode=mode, certificate=self.issued.issued.pem,
            private_key=self.issued.issued.key_pem(), **subs,
        )  # fmt: skip
        self.account = V3Account(
            self.issued.serial, self.issued.issued.key_pem(), V3_KEY, merchant_category_code="5812", store_id="S-1",
            store_name="Tea House", store_address="1 Nathan Road", codepay=True, over_v2=("refund_query",)
            if region == MAINLAND else (),
        )  # fmt: skip
        send = transport(self.gateway, self.issued.issued.der)
        self.client = Client(
            merchant, region=region, transport=send, clock=self.clock, retry=1,
            upgrade=self.account if version == 3 else None,
        )  # fmt: skip
        self.currency = "HKD" if region == GLOBAL else "CNY"
        self.notes: list[Noted] = []

    def close(self) -> None:
        self.issued.close()  # and no money came or went

    def call(self, name: str, /, **fields: Any) -> dict[str, str]:
        """Make a call; note what came of it, and return its fields."""
        return self._noted(name, lambda: getattr(self.client, name)(**fields))

    def _noted(self, what: str, act: Callable[[], Any]) -> dict[str, str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LostFieldWarning)
            try:
                told = act()
                note = Noted(what, "done", dict(told), getattr(told, "losses", None))
            except (Refused, OutcomeUnknown) as error:
                note = Noted(what, type(error).__name__, {"err_code": error.err_code})
                if isinstance(error, Refused):
                    note.fields["recall"] = error.fields.get("recall", "")
            except NotSent as error:
                note = Noted(what, type(error).__name__, {})
        self.notes.append(note)
        return note.fields

    def order(self, trade_type: str = "NATIVE", number: str = "T-100001", **changes: Any) -> dict[str, str]:
        return self.call("unified_order", **{**order(self, trade_type, number), **changes})

    def charge(self, number: str = "T-100001", total_fee: int = 1000, **code: Any) -> dict[str, str]:
        """Quick pay, once."""
        auth_code = code.pop("auth_code", None) or self.gateway.new_payment_code(**code)
        return self.call(
            "micropay", body="Tea", out_trade_no=number, total_fee=total_fee, fee_type=self.currency,
            auth_code=auth_code, spbill_create_ip=PAYER_IP, device_info="POS-1", attach="table=7",
        )  # fmt: skip

    def quick_pay(
        self, number: str = "T-100001", *, then: Callable[[World], object] | None = None, **code: Any
    ) -> None:
        """The whole flow of quick pay; note its states and its end."""
        states: list[str] = []

        def on_state(state: str) -> None:
            states.append(state)
            if then is not None and states.count("USERPAYING") == 2:
                then(self)

        def act() -> dict[str, str]:
            outcome = flows.quick_pay(
                self.client, body="Tea", out_trade_no=number, total_fee=1000, fee_type=self.currency,
                auth_code=self.gateway.new_payment_code(**code), spbill_create_ip=PAYER_IP, on_state=on_state,
            )  # fmt: skip
            ended = "paid" if isinstance(outcome, Paid) else f"not paid {outcome.err_code}"
            return {"states": " ".join(states), "ended": ended}

        self._noted("quick_pay", act)

    def refund(
        self, number: str = "R-100001", fee: int = 400, order: str = "T-100001", **changes: Any
    ) -> dict[str, str]:
        money = {"total_fee": 1000, "refund_fee": fee, "refund_fee_type": self.currency}
        url = "https://shop.example/refund"
        return self.call(
            "refund", **{"out_trade_no": order, "out_refund_no": number, "notify_url": url, **money, **changes}
        )

    def events(self, *, total_fee: int = 1000) -> None:
        """Deliver what is due: open each, note it, prove the payments, and answer."""
        self.gateway.tick()
        for due in self.gateway.due_notifications():
            pending = self.gateway.pending_notification(due.id)  # signed for this moment
            assert pending is not None
            headers = pending.headers() if pending.headers is not None else {}
            try:
                event = self.client.open_notification(pending.body, headers)
            except Rejected as error:
                told = self.client.refusal(pending.body, "no")
                self.notes.append(Noted("forged", type(error).__name__, {}))
            else:
                told = event.reply()
                losses = getattr(event.fields, "losses", None)
                self.notes.append(Noted(f"{event.kind} event", "done", dict(event.fields), losses))
                if event.kind == "payment":
                    number = event.fields["out_trade_no"]
                    paid = event.paid(out_trade_no=number, total_fee=total_fee, fee_type=self.currency)
                    self.notes.append(
                        Noted("proof", "done", {"total_fee": str(paid.total_fee), "of": paid.out_trade_no})
                    )
            self.gateway.notification_delivered(pending.id, status=told.status, body=told.body)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.gateway.tick()


def order(world: World, trade_type: str, number: str) -> dict[str, Any]:
    """The fields of an order of *trade_type*."""
    told: dict[str, Any] = {
        "body": "Milk tea & cake", "out_trade_no": number, "total_fee": 1000, "fee_type": world.currency,
        "trade_type": trade_type, "notify_url": "https://shop.example/pay", "spbill_create_ip": PAYER_IP,
        "device_info": "POS-1", "attach": "table=7",
    }  # fmt: skip
    if trade_type == "JSAPI":
        told["openid" if world.mode == DIRECT else "sub_openid"] = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
    if trade_type == "NATIVE":
        told["product_id"] = "tea"
    if trade_type == "MWEB":
        told["scene_info"] = {"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Tea House"}}
    return told
