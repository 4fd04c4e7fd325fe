"""A shop of two workers moves to API v3 as it trades: 0, 5, 50, 100 %, over a wire that loses and breaks things.

Some seconds by default. ``WXPAY_V2_GRADUAL=20000`` trades that many orders and prints what happened;
``WXPAY_V2_GRADUAL_SEED`` takes other dice. In the middle the shop is restarted: all it has left is the store on disk
and its own books. What is held against it is the simulator's record of every request, and the simulator's books.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.fixtures import APPID, KEY, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import NOON, V3_KEY, pair
from wxpay_v2 import Client, Merchant, flows
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import NotSent, OutcomeUnknown, Refused, Rejected
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.gateway import Account, Gateway
from wxpay_v2.simulator.transport import transport
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.upgrade.origins import V2, V3, Origins
from wxpay_v2.v2 import xml
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3.account import V3Account

TOLD = os.environ.get("WXPAY_V2_GRADUAL", "")
ORDERS = int(TOLD or 300)
SEED = int(os.environ.get("WXPAY_V2_GRADUAL_SEED", "0"))
PHASES = (0, 5, 50, 100)
FAULTS = ("reset", "html", "system_error", "lost_reply", "hang", "system_error_after", "truncated", "wrong_sign")
V3_FAULTS = ("probe", "unknown_serial", "stale_answer")
PRICE = 1000


class Wire:
    """The simulator without a socket, the connections that do not come about, and a record of what arrived."""

    def __init__(self, gateway: Gateway, dice: random.Random) -> None:
        self._send = transport(gateway, pair().der)
        self._gateway = gateway
        self._dice = dice
        self.arrived: dict[str, set[str]] = defaultdict(set)  # a number: the protocols of the requests about it
        self.faults: Counter[str] = Counter()

    def __call__(self, request: Request) -> Response:
        v3 = request.path.startswith("/v3/")
        rolled = self._dice.random()
        if rolled < 0.04 or self.faults["down until"] > self._gateway.clock.time():
            self.faults["no connection"] += 1
            raise NotSent("no connection", request=request)
        if rolled < 0.16:
            name = self._dice.choice(FAULTS + (V3_FAULTS if v3 else ()))
            self._gateway.faults.add(name)
            self.faults[name] += 1
        if rolled > 0.99:
            # For a while nobody can be reached: all attempts of a call fail, and a new order falls back.
            self.faults["outages"] += 1
            self.faults["down until"] = int(self._gateway.clock.time()) + 6
        for number in _numbers(request):
            self.arrived[number].add(V3 if v3 else V2)
        try:
            return self._send(request)
        finally:
            for fault in self._gateway.faults.active():
                if fault.name in FAULTS + V3_FAULTS:
                    self._gateway.faults._set.remove(fault)


def _numbers(request: Request) -> list[str]:
    """The order's and the refund's number in the bytes of a request, of either protocol."""
    if not request.path.startswith("/v3/"):
        told: dict[str, Any] = dict(xml.read(request.body))
    else:
        told = dict(parse_qsl(request.query)) | (json.loads(request.body) if request.body else {})
        found = v3_catalogue.match("global", request.method, request.path)
        assert found is not None, request.path
        told |= found[1]
    return [told[name] for name in ("out_trade_no", "out_refund_no") if told.get(name)]


class Books:
    """What the shop knows of its own orders; its database, which a restart leaves alone."""

    def __init__(self) -> None:
        self.open: list[str] = []  # placed, not paid, as far as the shop knows
        self.unclear: dict[str, str] = {}  # of which an answer is outstanding: the call that asked
        self.paid: dict[str, str] = {}  # by the transaction that paid
        self.refunds: dict[str, str] = {}  # the order of each
        self.unclear_refunds: set[str] = set()
        self.notified: Counter[str] = Counter()
        self.closed: set[str] = set()


class Shop:
    def __init__(self, gateway: Gateway, clock: ManualClock, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.gateway, self.clock = gateway, clock
        self.wire = Wire(gateway, self.dice)
        self.books = Books()
        self.percent: dict[str, float] = {"orders": 0, "reads": 0}
        self.thrown = False
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Begin with nothing but the store on disk and the books."""
        issued = pair()
        who = Merchant(
            APPID, MCH_ID, KEY, sub_mch_id=SUB_MCH_ID, certificate=issued.pem, private_key=issued.key_pem(),
            sign_type="HMAC-SHA256",
        )  # fmt: skip
        account = V3Account(issued.serial, issued.key_pem(), V3_KEY, merchant_category_code="4111")
        self.workers: list[tuple[Client, Gradual, Origins]] = []
        for _ in range(2):
            store = Origins(f"sqlite:///{self._folder}/origins.db", clock=self.clock)
            gradual = Gradual(account, percent=self.percent, store=store, switch=lambda: self.thrown)
            client = Client(who, transport=self.wire, clock=self.clock, upgrade=gradual)
            self.workers.append((client, gradual, store))

    @property
    def client(self) -> Client:
        """One of the workers; the next attempt of a call may be another's."""
        return self.dice.choice(self.workers)[0]

    def stop(self) -> None:
        for client, gradual, store in self.workers:
            self.counts.update(gradual.counts())
            client.close()
            store.close()

    def tried(self, call: Callable[[], Any]) -> Any:
        """Make a call as a shop does: again with the same number while nobody knows. None when it stays unknown."""
        for _ in range(4):
            try:
                return call()
            except (OutcomeUnknown, NotSent):
                self.clock.sleep(3.0)
            except Refused as error:
                return error
        return None

    # What the shop does.

    def place(self, number: str) -> None:
        trade_type = self.dice.choice(("NATIVE", "JSAPI"))
        more = {"product_id": "tea"} if trade_type == "NATIVE" else {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
        told = self.tried(
            lambda: self.client.unified_order(
                body="Tea", out_trade_no=number, total_fee=PRICE, fee_type="HKD", trade_type=trade_type,
                spbill_create_ip="203.0.113.7", notify_url="https://shop.example/pay", **more,
            )
        )  # fmt: skip
        if told is None or isinstance(told, Refused):
            self.books.unclear[number] = "unified_order"
            return
        self.books.open.append(number)
        if trade_type == "JSAPI":
            signed = self.client.cashier.jsapi(str(told["prepay_id"]))["signType"]
            assert signed == ("RSA" if "document" in self.gateway.order(MCH_ID, number).fields else "HMAC-SHA256")

    def charge(self, number: str) -> None:
        code = self.gateway.new_payment_code(needs_password=self.dice.random() < 0.1)
        try:
            told = flows.quick_pay(
                self.client, body="Tea", out_trade_no=number, total_fee=PRICE, fee_type="HKD", auth_code=code,
                spbill_create_ip="203.0.113.7", patience=10,
            )  # fmt: skip
        except (OutcomeUnknown, NotSent):
            self.books.unclear[number] = "micropay"
            return
        if isinstance(told, flows.Paid):
            self.book(number, told.payment.transaction_id)
        else:
            self.books.closed.add(number)

    def pay(self) -> None:
        """Payers pay what is open, most of them."""
        for number in self.books.open:
            if self.dice.random() < 0.8:
                if self.dice.random() < 0.2:
                    self.gateway.faults.add("duplicate_notification")
                if self.dice.random() < 0.1:
                    self.gateway.faults.add("late_notification", seconds=30)
                if self.dice.random() < 0.05:
                    self.gateway.faults.add("forged_notification")
                self.gateway.pay(number)
                self.gateway.faults.clear()
            else:
                self.books.unclear[number] = "close_order"
        self.books.open.clear()

    def listen(self) -> None:
        """Take what is notified; now and then the shop is too busy, and is asked again."""
        for one in self.gateway.due_notifications():
            headers = dict(one.headers()) if one.headers is not None else {}
            try:
                event = self.client.open_notification(one.body, headers)
            except Rejected:
                assert one.forged
                reply = self.client.refusal(one.body)
            else:
                assert not one.forged
                assert event.reply()[0][:1] == (b"<" if one.protocol == V2 else b"{") or not event.reply()[0]
                reply = event.reply(success=self.dice.random() < 0.9)
                if event.kind == "payment":
                    number = event.fields["out_trade_no"]
                    payment = event.paid(out_trade_no=number, total_fee=PRICE, fee_type="HKD")
                    self.books.notified[number] += 1
                    self.book(number, payment.transaction_id)
            self.gateway.notification_delivered(one.id, status=reply[2], body=reply[0])

    def book(self, number: str, transaction_id: str) -> None:
        assert self.books.paid.setdefault(number, transaction_id) == transaction_id, f"{number} was paid twice"

    def settle(self) -> None:
        """Find out what is unclear: by a query, then by closing what is not paid."""
        for number, call in list(self.books.unclear.items()):
            if self.thrown and self.wire.arrived[number] == {V3}:
                with pytest.raises(NotSent, match="switch"):
                    self.client.close_order(out_trade_no=number)
                continue
            undo = self.client.reverse if call == "micropay" else self.client.close_order
            told = self.tried(lambda number=number: self.client.order_query(out_trade_no=number))
            if isinstance(told, dict) and told["trade_state"] in ("SUCCESS", "REFUND"):
                self.book(number, told["transaction_id"])
                del self.books.unclear[number]
            elif isinstance(told, dict) and told["trade_state"] in ("CLOSED", "REVOKED", "PAYERROR"):
                self.books.closed.add(number)
                del self.books.unclear[number]
            elif told is not None:
                self.clock.sleep(15.0)
                self.tried(lambda undo=undo, number=number: undo(out_trade_no=number))
                if isinstance(told, Refused) and told.err_code == "ORDERNOTEXIST":
                    # It never arrived, and nobody will bring it now: the shop takes it off its list.
                    del self.books.unclear[number]

    def refund(self, number: str, *, again: str = "") -> None:
        refund_number = again or f"R{len(self.books.refunds):07}"
        self.books.refunds[refund_number] = number
        by = {"transaction_id": self.books.paid[number]} if int(refund_number[1:]) % 3 else {"out_trade_no": number}
        told = self.tried(
            lambda: self.client.refund(
                **by, out_refund_no=refund_number, total_fee=PRICE, refund_fee=PRICE // 4, refund_fee_type="HKD",
                notify_url="https://shop.example/refund",
            )
        )  # fmt: skip
        settled = isinstance(told, dict) or (isinstance(told, Refused) and not told.may_repeat)
        (self.books.unclear_refunds.discard if settled else self.books.unclear_refunds.add)(refund_number)
        if self.dice.random() < 0.3:
            self.tried(lambda: self.client.refund_query(out_refund_no=refund_number))

    def trade(self, numbers: list[str]) -> None:
        """A quarter of an hour: orders of either kind, payers, notifications, refunds of older ones too."""
        for number in numbers:
            if self.dice.random() < 0.7:
                self.place(number)
            else:
                self.charge(number)
            self.clock.advance(0.5)
        self.pay()
        self.listen()
        refundable = sorted(set(self.books.paid) - set(self.books.refunds.values()))
        refundable = refundable[-3 * len(numbers) :]  # of this phase and the one before
        for number in self.dice.sample(refundable, min(len(refundable), len(numbers) // 4)):
            self.refund(number)
        for again in sorted(self.books.unclear_refunds):
            self.refund(self.books.refunds[again], again=again)
        self.settle()
        self.clock.advance(60.0)
        self.listen()

    def close(self) -> None:
        """The end of the day: nothing stays unclear."""
        for _ in range(30):
            self.pay()
            self.settle()
            for again in sorted(self.books.unclear_refunds):
                self.refund(self.books.refunds[again], again=again)
            for _ in range(4):
                self.listen()
                self.clock.advance(60.0)
            waiting = [one for one in self.gateway.notifications() if one.state == "waiting" and not one.forged]
            if not (self.books.unclear or self.books.unclear_refunds or waiting):
                return
            self.clock.advance(900.0)
        raise AssertionError(f"left over: {self.books.unclear} {self.books.unclear_refunds} {len(waiting)} waiting")


@pytest.mark.filterwarnings("ignore::wxpay_v2.upgrade.answer.LostFieldWarning")
def test_no_order_is_on_two_protocols_while_a_shop_moves_to_api_v3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if TOLD:
        faulthandler.cancel_dump_traceback_later()  # a long run is no hang
    began = time.monotonic()
    clock = ManualClock(NOON)
    gateway = Gateway(clock=clock, accounts=[_account()])
    shop = Shop(gateway, clock, tmp_path, SEED)
    batches = [[f"T{number:07}" for number in range(start, start + 25)] for start in range(0, ORDERS, 25)]
    for place, batch in enumerate(batches):
        shop.percent["orders"] = shop.percent["reads"] = PHASES[place * len(PHASES) // len(batches)]
        shop.thrown = place * 20 // len(batches) == 13  # for a while, at 50 %
        if place == len(batches) // 2:
            shop.stop()
            shop.start()
        shop.trade(batch)
    shop.thrown = False
    shop.close()
    shop.stop()
    _hold_against(shop, gateway)
    if TOLD:
        with capsys.disabled():
            print(_told(shop, gateway, time.monotonic() - began))
    gateway.close()


def _account() -> Account:
    return Account(
        appid=APPID, mch_id=MCH_ID, api_key=Secret(KEY), sign_type="HMAC-SHA256", sub_merchants=(SUB_MCH_ID,),
        currency="HKD", mode="institution", api_v3_key=Secret(V3_KEY), certificates=(pair().pem,),
    )  # fmt: skip


def _protocol(one: Any) -> str:
    return V3 if "document" in one.fields else V2


def _hold_against(shop: Shop, gateway: Gateway) -> None:
    orders = {one.out_trade_no: one for one in gateway.orders()}
    by_id = {one.id: one for one in orders.values()}
    # No order on two protocols: nothing about it ever came over the other one, nor any refund of it.
    ways = {number: protocols for number, protocols in shop.wire.arrived.items() if len(protocols) != 1}
    assert not ways
    for number, order in orders.items():
        assert shop.wire.arrived[number] == {_protocol(order)}
    for refund in gateway.refunds():
        assert _protocol(refund) == _protocol(by_id[refund.order_id])
    # No double payment, none lost: what payers paid is what the shop has booked, each once.
    paid = {number: one.transaction_id for number, one in orders.items() if one.transaction_id and not one.reversed_at}
    assert paid == {number: booked for number, booked in shop.books.paid.items() if not orders[number].reversed_at}
    assert len(set(paid.values())) == len(paid)
    # No lost notification: each payment that is notified was, and was believed.
    assert {number for number in paid if orders[number].notify_url} <= set(shop.books.notified)
    # Every refund that the shop asked for is there once, for its order.
    made = {one.out_refund_no: by_id[one.order_id].out_trade_no for one in gateway.refunds()}
    assert made.items() <= shop.books.refunds.items()
    assert sum(one.refunded for one in orders.values()) == len(made) * (PRICE // 4)
    # No money came or went.
    gateway.ledger.check()
    # And all of this was about something.
    protocols = Counter(_protocol(one) for one in orders.values())
    assert min(protocols[V2], protocols[V3]) > len(orders) / 4
    assert len(paid) > len(orders) / 2
    assert made
    assert shop.wire.faults["lost_reply"] and shop.wire.faults["no connection"]


def _told(shop: Shop, gateway: Gateway, seconds: float) -> str:
    orders = gateway.orders()
    fallen = sum(number for (_, _, outcome), number in shop.counts.items() if outcome == "fell_back")
    held = sum(number for (_, _, outcome), number in shop.counts.items() if outcome == "held")
    notes = Counter(one.protocol for one in gateway.notifications())
    outcomes = Counter()  # type: Counter[str]
    for (_, protocol, outcome), number in shop.counts.items():
        outcomes[f"{protocol} {outcome}"] += number
    faults = {name: number for name, number in shop.wire.faults.items() if name != "down until"}
    return "\n".join(
        [
            "",
            f"{ORDERS} orders tried, seed {SEED}, {seconds:.0f} s",
            f"orders {dict(Counter(map(_protocol, orders)))}, states {dict(Counter(one.state for one in orders))}",
            f"refunds {dict(Counter(map(_protocol, gateway.refunds())))}, notifications {dict(notes)}, "
            f"received {sum(shop.books.notified.values())}",
            f"calls {dict(outcomes)}, fell back {fallen}, held {held}",
            f"faults {faults}",
        ]
    )
