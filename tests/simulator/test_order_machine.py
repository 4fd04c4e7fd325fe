"""Orders under any sequence of calls, payers and time, against a model that knows nothing of tables or transitions."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulator.shop import Shop, outcome
from wxpay_v2.simulator.ledger import NotPayable

NUMBERS = st.sampled_from(["A", "B", "C"])
REFUNDS = st.sampled_from(["R-1", "R-2", "R-3"])
OPEN, PAID = ("NOTPAY", "USERPAYING"), ("SUCCESS", "REFUND")


class OrderMachine(RuleBasedStateMachine):
    """Three numbers that orders and quick pays fight over; whatever happens, money is conserved."""

    @initialize(delay=st.sampled_from([0, 600]), fee_type=st.sampled_from(["HKD", "CNY", "USD", "KRW"]))
    def begin(self, delay: float, fee_type: str) -> None:
        self.shop = Shop(delay=delay)
        self.fee_type = fee_type
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.notified = 0

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            self.shop.close()

    def add(self, number: str, kind: str, state: str, seconds: float) -> None:
        end = self.shop.clock.time() + seconds
        self.orders[number] = {"kind": kind, "state": state, "end": end, "refunded": 0}

    @rule(number=NUMBERS)
    def place(self, number: str) -> None:
        order = self.orders.get(number)
        if order is None:
            expected = "SUCCESS"
            self.add(number, "NATIVE", "NOTPAY", 7200)
        elif order["kind"] == "MICROPAY":
            expected = "OUT_TRADE_NO_USED"
        else:
            expected = {"SUCCESS": "ORDERPAID", "REFUND": "ORDERPAID", "CLOSED": "ORDERCLOSED"}.get(
                order["state"], "SUCCESS"
            )
        assert outcome(self.shop.place(number, fee_type=self.fee_type)) == expected

    @rule(number=NUMBERS, password=st.booleans())
    def charge(self, number: str, password: bool) -> None:
        order = self.orders.get(number)
        if order is None:
            expected = "USERPAYING" if password else "SUCCESS"
            self.add(number, "MICROPAY", expected, 45)
        elif order["kind"] == "NATIVE":
            expected = "ORDERCLOSED" if order["state"] == "CLOSED" else "OUT_TRADE_NO_USED"
        else:
            expected = {"SUCCESS": "ORDERPAID", "REFUND": "ORDERPAID", "REVOKED": "ORDERREVERSED"}.get(
                order["state"], "OUT_TRADE_NO_USED"
            )
        code = self.shop.gateway.new_payment_code(needs_password=password)
        assert outcome(self.shop.charge(number, auth_code=code, fee_type=self.fee_type)) == expected

    @rule(number=NUMBERS, wallet=st.sampled_from(["mainland", "hongkong"]))
    def pay(self, number: str, wallet: str) -> None:
        order = self.orders.get(number)
        try:
            self.shop.gateway.pay(number, wallet=wallet)
        except NotPayable:
            assert order is None or order["state"] not in OPEN
        else:
            assert order is not None and order["state"] in OPEN
            order["state"] = "SUCCESS"
            self.notified += order["kind"] == "NATIVE"

    @rule(number=NUMBERS)
    def cancel(self, number: str) -> None:
        order = self.orders.get(number)
        try:
            self.shop.gateway.cancel(number)
        except NotPayable:
            assert order is None or order["state"] not in OPEN
        else:
            assert order is not None and order["state"] in OPEN
            order["state"] = "PAYERROR" if order["kind"] == "MICROPAY" else "NOTPAY"

    @rule(number=NUMBERS)
    def ask_password(self, number: str) -> None:
        order = self.orders.get(number)
        try:
            self.shop.gateway.ask_password(number)
        except NotPayable:
            assert order is None or order["state"] not in OPEN
        else:
            assert order is not None and order["state"] in OPEN
            order["state"] = "USERPAYING"

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def close(self, number: str) -> None:
        order = self.orders.get(number)
        if order is None:
            expected = "ORDERNOTEXIST"
        else:
            expected = {
                "SUCCESS": "ORDERPAID", "REFUND": "ORDERPAID", "CLOSED": "ORDERCLOSED", "NOTPAY": "SUCCESS",
            }.get(order["state"], "TRADE_STATE_ERROR")  # fmt: skip
        assert outcome(self.shop.ask("close_order", out_trade_no=number)) == expected
        if order is not None and expected == "SUCCESS":
            order["state"] = "CLOSED"

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS, refund=REFUNDS, fee=st.integers(1, 1000))
    def refund(self, number: str, refund: str, fee: int) -> None:
        order, taken = self.orders.get(number), self.refunds.get(refund)
        if order is None:
            expected = "ORDERNOTEXIST"
        elif taken is not None:
            expected = "INVALID_REQUEST" if taken[0] != number else "SUCCESS"
            if taken[0] == number and taken[1] != fee:
                expected = "REFUND_FEE_MISMATCH"
        elif order["state"] not in PAID:
            expected = "ORDER_NOT_READY" if order["state"] == "USERPAYING" else "INVALID_REQUEST"
        elif order["refunded"] + fee > 1000:
            expected = "ERROR"
        else:
            expected = "SUCCESS"
            self.refunds[refund] = (number, fee)
            order["state"] = "REFUND"
            order["refunded"] += fee
        assert outcome(self.shop.refund(refund, of=number, fee=fee)) == expected

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def reverse(self, number: str) -> None:
        order = self.orders.get(number)
        if order is None or order["kind"] == "NATIVE":
            expected = "INVALID_REQUEST"
        elif order["state"] == "REFUND":
            expected = "TRADE_ERROR"
        else:
            expected = "SUCCESS"
            order["state"] = "REVOKED"
        assert outcome(self.shop.ask("reverse", out_trade_no=number)) == expected

    @precondition(lambda self: self.orders)
    @rule(number=NUMBERS)
    def query(self, number: str) -> None:
        told = self.shop.ask("order_query", out_trade_no=number)
        expected = self.orders[number]["state"] if number in self.orders else None
        assert told.get("trade_state") == expected
        assert (told.get("transaction_id") is not None) == (expected in PAID)

    @rule(seconds=st.sampled_from([1, 44, 45, 600, 7200]))
    def advance(self, seconds: int) -> None:
        self.shop.clock.advance(seconds)
        for order in self.orders.values():
            if order["state"] in OPEN and order["end"] <= self.shop.clock.time():
                order["state"] = "REVOKED" if order["kind"] == "MICROPAY" else "CLOSED"

    @invariant()
    def money_is_conserved_and_the_model_agrees(self) -> None:
        if not hasattr(self, "shop"):
            return
        self.shop.gateway.ledger.check()
        found = {order.out_trade_no: (order.state, order.refunded) for order in self.shop.gateway.orders()}
        assert found == {number: (order["state"], order["refunded"]) for number, order in self.orders.items()}
        assert len(self.shop.gateway.notifications()) == self.notified


class TestOrderMachine(OrderMachine.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(stateful_step_count=30, max_examples=max(30, settings().max_examples // 10))
