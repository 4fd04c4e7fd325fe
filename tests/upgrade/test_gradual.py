"""Which protocol a call takes, and that nothing but a proof moves an order from one to the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import ORDER, QUICK, SUB_MCH_ID, fail, merchant
from tests.pages import blocks, run
from tests.simulator.v3.client import V3_KEY, pair
from tests.upgrade.roads import Shop, StandIn, Wire, account, join
from wxpay_v2 import AsyncClient, flows
from wxpay_v2.call import Request, Response, Work, unknown
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown, Refused
from wxpay_v2.operation import ONCE, READ
from wxpay_v2.result import Result
from wxpay_v2.upgrade.catalogue import CARRIED
from wxpay_v2.upgrade.gradual import Gradual, Turns
from wxpay_v2.upgrade.origins import V2, V3, MemoryOrigins, Origins
from wxpay_v2.upgrade.shares import place_of
from wxpay_v2.v2 import catalogue
from wxpay_v2.v3.account import V3Account

KEY = ("1900000109", "out_trade_no", "T-1")
PAID = ("1900000109", "transaction_id", "420001")
SIGNED = {"Wechatpay-Signature": "of v3"}
SETTLED = {"usetag": 1, "offset": 0, "limit": 10, "date_start": "20230901", "date_end": "20230901"}


def shop(percent: Any = 100, **settings: Any) -> Shop:
    return Shop(Gradual(account(), percent=percent, **settings))


class Broken(MemoryOrigins):
    """A store whose database is down."""

    def __init__(self, *methods: str) -> None:
        super().__init__()
        for method in methods or ("claim", "find", "move", "note"):
            setattr(self, method, self._fail)

    def _fail(self, *arguments: Any) -> Any:
        raise ConnectionError("the database is down")


# New orders: by percentage, recorded before anything leaves.


def test_a_percentage_sends_that_share_and_the_same_orders_every_time() -> None:
    one, other = shop(30), shop(30)
    ways = [one.took("unified_order", out_trade_no=f"T-{number}") for number in range(500)]
    assert 100 < ways.count(V3) < 200
    assert ways == [other.took("unified_order", out_trade_no=f"T-{number}") for number in range(500)]


def test_a_percentage_that_grows_takes_nothing_back() -> None:
    numbers = [f"T-{number}" for number in range(1000)]
    below = [{one for one in numbers if place_of("orders", "1900000109", one) < percent} for percent in (5, 50, 100)]
    assert below[0] < below[1] < below[2] == set(numbers)
    assert 25 < len(below[0]) < 80
    assert place_of("orders", "1900000109", "T-1") != place_of("orders", "1900000209", "T-1")
    assert place_of("orders", "1900000109", "T-1") != place_of("reads", "1900000109", "T-1")


def test_m5_the_choice_is_recorded_before_the_first_byte_leaves() -> None:
    store = MemoryOrigins()
    seen = []

    class Looking(Wire):
        def __call__(self, request: Request) -> Response:
            seen.append(store.find([KEY]))
            return super().__call__(request)

    for percent, expected in ((0, V2), (100, V3)):
        store.__init__()  # type: ignore[misc]
        Shop(Gradual(account(), percent=percent, store=store), Looking()).call("unified_order")
        assert seen.pop() == {KEY: expected}


@pytest.mark.parametrize(("first", "later"), [(0, 100), (100, 0)])
@pytest.mark.parametrize("name", ["unified_order", "micropay"])
def test_a_record_wins_over_every_later_percentage(first: int, later: int, name: str) -> None:
    store = MemoryOrigins()
    before = Shop(Gradual(account(), percent=first, store=store))
    after = Shop(Gradual(account(), percent=later, store=store))
    assert before.took(name) == after.took(name) == (V3 if first else V2)


def test_two_workers_that_come_at_once_agree(tmp_path: Path) -> None:
    store = Origins(f"sqlite:///{tmp_path}/shop.db")
    shops = [Shop(Gradual(account(), percent=percent, store=store)) for percent in (0, 100, 0, 100)]
    barrier = threading.Barrier(len(shops))

    def place(one: Shop) -> None:
        for number in range(10):
            barrier.wait()
            one.call("unified_order", out_trade_no=f"T-{number}")

    threads = [threading.Thread(target=place, args=(one,)) for one in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(10):
        assert len({way for one in shops for way in one.wire.took(f"T-{number}")}) == 1
    store.close()


def test_an_allowed_order_takes_v3_whatever_the_percentage() -> None:
    one = shop(0, allow=("TEST-",))
    assert [one.took("unified_order", out_trade_no=number) for number in ("TEST-1", "T-1", "XTEST-1")] == [V3, V2, V2]
    assert one.took("order_query", out_trade_no="TEST-9") == V3
    assert shop(0, allow_sub_mch_ids=(SUB_MCH_ID,)).took("unified_order") == V3
    assert shop(0, allow_sub_mch_ids=("1900000999",)).took("unified_order") == V2


def test_what_api_v3_does_not_carry_stays_on_v2() -> None:
    one = shop(100)
    one.call("short_url", long_url="weixin://wxpay/bizpayurl?pr=1")
    assert one.wire.calls == [(V2, "short_url", "")]
    assert one.gradual.counts() == {("short_url", V2, "done"): 1}
    kept = Shop(Gradual(account(over_v2=("order_query",)), percent=100))
    assert kept.took("order_query", out_trade_no="T-1") == V2


def test_v2s_own_rules_are_asked_first() -> None:
    one = shop(100)
    with pytest.raises(InvalidRequest, match="total_fee"):
        one.call("unified_order", total_fee=1.5)
    assert one.wire.calls == []
    assert one.gradual.store.find([KEY]) == {}


# What belongs to an order follows it.


@pytest.mark.parametrize("origin", [0, 100])
def test_what_is_about_an_order_follows_it(origin: int) -> None:
    store = MemoryOrigins()
    Shop(Gradual(account(), percent=origin, store=store)).call("unified_order")
    way = V3 if origin else V2
    one = Shop(Gradual(account(), percent={"orders": 100 - origin, "reads": 100 - origin}, store=store))
    assert one.took("order_query", out_trade_no="T-1") == way
    assert one.took("close_order", out_trade_no="T-1") == way
    assert one.took("reverse", out_trade_no="T-1") == way
    assert one.took("refund") == way
    assert one.took("refund") == way
    assert one.took("refund_query", out_refund_no="R-1") == way
    assert one.took("refund_query", out_trade_no="T-1") == way


def test_an_order_that_nobody_recorded_is_changed_over_v2_and_read_by_percentage() -> None:
    one = shop({"orders": 100, "reads": 100})
    assert one.took("close_order", out_trade_no="OLD") == V2
    assert one.took("reverse", out_trade_no="OLD") == V2
    assert one.took("refund", out_trade_no="OLD") == V2
    assert one.took("refund", out_trade_no=None, transaction_id="420000OLD", out_refund_no="R-2") == V2
    assert one.took("order_query", out_trade_no="OLD") == V3
    assert shop({"orders": 100}).took("order_query", out_trade_no="OLD") == V2
    assert one.took("refund_query", out_refund_no="R-1") == V2  # which was recorded with its refund
    one.v3.cannot.add("refund_query")
    assert one.took("refund_query", refund_id="50OLD") == V2  # which v3 cannot carry


def test_numbers_that_an_answer_told_lead_to_the_order() -> None:
    one = shop({"orders": 100})
    one.call("micropay")
    assert one.took("reverse", out_trade_no=None, transaction_id="42Q-1") == V3
    refund = {"out_trade_no": None, "transaction_id": "42Q-1", "out_refund_no": "R-7"}
    assert one.took("refund", **refund) == V3
    assert one.took("refund_query", refund_id="50R-7") == V3


def test_another_worker_knows_what_an_answer_told(tmp_path: Path) -> None:
    store = Origins(f"sqlite:///{tmp_path}/shop.db")
    Shop(Gradual(account(), percent=100, store=store)).call("micropay")
    again = Origins(f"sqlite:///{tmp_path}/shop.db")
    assert Shop(Gradual(account(), store=again)).took("reverse", out_trade_no=None, transaction_id="42Q-1") == V3
    store.close()
    again.close()


def test_a_payments_notification_tells_where_its_order_was_made() -> None:
    store = MemoryOrigins()
    one = Shop(Gradual(account(), store=store))
    told = {"transaction_id": "420001", "out_trade_no": "ELSEWHERE"}
    for _ in range(2):
        assert one.client.open_notification(json.dumps(told).encode(), SIGNED).fields == told
    other = Shop(Gradual(account(), store=store))
    assert other.took("refund", out_trade_no=None, transaction_id="420001") == V3
    assert other.took("close_order", out_trade_no="ELSEWHERE") == V3
    assert other.client.refusal(b"{", "no") == (b"{", "no")


def test_a_notification_of_v2_tells_nothing_that_is_not_known() -> None:
    one = shop(0)
    one.client.open_notification(json.dumps({"transaction_id": "420001", "out_trade_no": "T-1"}).encode())
    assert one.gradual.store.find([KEY, PAID]) == {}


def test_a_notification_never_moves_an_order() -> None:
    one = shop(0)
    one.call("unified_order")
    one.client.open_notification(json.dumps({"transaction_id": "420001", "out_trade_no": "T-1"}).encode(), SIGNED)
    assert one.gradual.store.find([KEY]) == {KEY: V2}


def test_an_event_loop_is_not_kept_waiting_by_what_a_notification_tells() -> None:
    store = MemoryOrigins()
    one = Shop(Gradual(account(), store=store))

    async def listen() -> None:
        one.client.open_notification(json.dumps({"transaction_id": "420001", "out_trade_no": "T-1"}).encode(), SIGNED)
        assert store.find([KEY, PAID]) == {}
        assert one.gradual.find([KEY, PAID], 0.0) == {PAID: V3}

    asyncio.run(listen())
    one.call("order_query", out_trade_no="T-2")
    assert store.find([KEY, PAID]) == {KEY: V3, PAID: V3}


def test_an_order_that_a_notification_told_of_is_repeated_where_it_was_made() -> None:
    one = shop(0)

    async def listen() -> None:
        one.client.open_notification(json.dumps({"transaction_id": "420001", "out_trade_no": "T-1"}).encode(), SIGNED)

    asyncio.run(listen())
    assert one.took("unified_order") == V3


def test_what_no_database_would_take_is_not_kept() -> None:
    one = shop(0)
    for number in ("4" * 129, "42\0"):
        one.client.open_notification(json.dumps({"transaction_id": number, "out_trade_no": number}).encode(), SIGNED)
    assert one.client.open_notification(b"{}", SIGNED).fields == {}
    assert repr(one.gradual.store) == "<MemoryOrigins 0>"


def test_refunds_of_v2_payments_take_v3_only_when_told_to() -> None:
    store = MemoryOrigins()
    Shop(Gradual(account(), store=store)).call("unified_order")
    one = Shop(Gradual(account(), percent={"refunds": 100}, store=store))
    assert one.took("refund") == V3
    assert Shop(Gradual(account(), store=store)).took("refund") == V3  # the same number stays
    assert Shop(Gradual(account(), store=store)).took("refund_query", out_refund_no="R-1") == V3
    one.v3.cannot.add("refund")
    assert one.took("refund", out_refund_no="R-2") == V2
    assert one.took("close_order", out_trade_no="T-1") == V2


def test_an_order_of_v3_is_not_refunded_by_what_v3_does_not_carry() -> None:
    goods = {"total_fee": 100, "refund_fee": 40, "fee_type": "CNY", "version": "1.0"}
    store = MemoryOrigins()
    store.claim(KEY, V3)
    one = Shop(Gradual(account(), store=store), who=merchant(mode="service_provider"), region="mainland")
    one.v3.cannot.add("refund_v2")
    with pytest.raises(InvalidRequest, match="does not carry"):
        one.call("refund_v2", out_trade_no="T-1", out_refund_no="R-1", **goods)
    assert one.wire.calls == []
    assert store.find([("1900000109", "out_refund_no", "R-1")]).values()


def test_two_workers_never_send_one_refund_number_over_both() -> None:
    """Another worker records the number between this one's look and its claim."""

    class Overtaken(MemoryOrigins):
        def claim(self, key: Any, protocol: str) -> tuple[str, int]:
            super().claim(key, V3)
            return super().claim(key, protocol)

    one = Shop(Gradual(account(), store=Overtaken()))
    assert one.took("refund", out_trade_no="OLD") == V3
    held = Shop(Gradual(account(), store=Overtaken(), switch=lambda: True))
    with pytest.raises(NotSent, match="switch"):
        held.call("refund", out_trade_no="OLD")
    assert held.wire.calls == []


def test_calls_without_a_number_go_one_way_all_of_them() -> None:
    receiver = '{"type":"MERCHANT_ID","account":"1900000109","name":"X","relation_type":"STORE"}'
    provider = merchant(mode="service_provider", sign_type="HMAC-SHA256")
    for percent, way in (({"orders": 100}, V2), ({"others": 100}, V3), (100, V3), (99, V2)):
        one = Shop(Gradual(account(), percent=percent), who=provider, region="mainland")
        with contextlib.suppress(OutcomeUnknown):  # of v2, whose answer is signed otherwise
            one.call("profit_sharing_add_receiver", receiver=receiver)
        assert one.wire.calls[-1][0] == way


def test_the_same_statement_is_asked_for_the_same_way() -> None:
    one = shop({"reads": 50})
    days = [f"202309{day:02}" for day in range(1, 29)]
    for percent in (50, 50):
        again = [
            one.took("settlement_query", usetag=1, offset=0, limit=10, date_start=day, date_end=day) for day in days
        ]
        assert again.count(V3) in range(5, 24), percent
    assert one.wire.calls[:28] == one.wire.calls[28:]


# Orders that are combined.

COMBINED = {
    "combine_out_trade_no": "C-1", "trade_type": "NATIVE", "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/paid", "scene_info": '{"device_id":"1","payer_client_ip":"203.0.113.7"}',
    "sub_order_list": json.dumps({
        "order_num": 2,
        "order_list": [
            {"mch_id": mch_id, "out_trade_no": number, "body": "Tea", "total_fee": 10, "attach": "x"}
            for mch_id, number in (("1900000109", "S-1"), ("1900000110", "S-2"))
        ],
    }),
}  # fmt: skip
PARTS = [
    ("1900000109", "combine_out_trade_no", "C-1"), ("1900000109", "out_trade_no", "S-1"),
    ("1900000110", "out_trade_no", "S-2"),
]  # fmt: skip


def mainland(**settings: Any) -> Shop:
    provider = merchant(mode="service_provider", sign_type="HMAC-SHA256")
    return Shop(Gradual(account(), percent=100, **settings), who=provider, region="mainland")


def test_the_orders_of_a_combined_one_are_recorded_with_it() -> None:
    one = mainland()
    assert one.took("combined_order", **COMBINED) == V3
    assert one.gradual.store.find(PARTS) == dict.fromkeys(PARTS, V3)
    assert one.took("close_order", out_trade_no="S-1") == V3
    one.call("combined_order", **COMBINED)
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}


def test_a_combined_order_falls_back_with_all_its_orders_or_not_at_all() -> None:
    one = mainland()
    one.wire.next[V3] = [NotSent("no connection")] * 3
    with pytest.raises(OutcomeUnknown):  # of v2: this wire signs with another algorithm
        one.call("combined_order", **COMBINED)
    assert one.gradual.store.find(PARTS) == dict.fromkeys(PARTS, V2)
    store = MemoryOrigins()

    def meanwhile(request: Request) -> Response:
        if store.find(PARTS[2:]):
            store.claim(PARTS[2], V3)
        raise NotSent("no connection")

    two = mainland(store=store)
    two.client._send = meanwhile
    with pytest.raises(NotSent, match="no connection"):
        two.call("combined_order", **COMBINED)
    assert store.find(PARTS) == dict.fromkeys(PARTS, V3)


def test_a_combined_order_takes_no_order_of_the_other_protocol_in() -> None:
    store = MemoryOrigins()
    store.claim(PARTS[1], V2)
    one = mainland(store=store)
    with pytest.raises(InvalidRequest, match="'S-1' belongs to an order that was made over v2"):
        one.call("combined_order", **COMBINED)
    nameless = {**COMBINED, "combine_out_trade_no": "C-2", "sub_order_list": '{"order_list": [{"mch_id": "1"}]}'}
    with pytest.raises(InvalidRequest, match="lacks its mch_id or out_trade_no"):
        one.call("combined_order", **nameless)
    assert one.wire.calls == []


# Falling back: a new order, nothing sent, the record first.


def test_a_new_order_that_v3_cannot_carry_takes_v2() -> None:
    one = shop(100)
    one.v3.cannot.add("unified_order")
    assert one.took("unified_order") == V2
    assert one.gradual.store.find([KEY]) == {KEY: V2}
    one.v3.cannot.clear()
    assert one.took("unified_order") == V2


@pytest.mark.parametrize("trouble", ["not sent", "configuration"])
def test_a_new_order_that_could_not_be_sent_takes_v2_after_its_record_says_so(trouble: str) -> None:
    store = MemoryOrigins()
    one = Shop(Gradual(account(), percent=100, store=store))
    one.v3.broken = trouble == "configuration"
    one.wire.next[V3] = [NotSent("no connection")] * 3
    told: list[Any] = []
    original = one.wire.__class__.__call__

    class Looking(Wire):
        def __call__(self, request: Request) -> Response:
            if not request.path.startswith("/v3/"):
                told.append(store.find([KEY]))
            return original(self, request)

    one.wire.__class__ = Looking
    assert one.took("unified_order") == V2
    assert told == [{KEY: V2}]
    assert one.wire.took("T-1") == ([V2] if one.v3.broken else [V3, V3, V3, V2])
    assert one.gradual.counts() == {("unified_order", V3, "fell_back"): 1, ("unified_order", V2, "done"): 1}
    one.v3.broken = False
    assert one.took("unified_order") == V2


def test_a_lost_answer_or_a_refusal_never_falls_back() -> None:
    one = shop(100)
    one.wire.next[V3] = ["lost"] * 3
    with pytest.raises(OutcomeUnknown):
        one.call("unified_order")
    one.wire.next[V3] = [Refused("ORDERPAID", err_code="ORDERPAID")]
    with pytest.raises(Refused):
        one.call("unified_order", out_trade_no="T-2")
    one.wire.next[V3] = ["lost", NotSent("no connection"), NotSent("no connection")]
    with pytest.raises(OutcomeUnknown):
        one.call("unified_order", out_trade_no="T-3")
    one.wire.next[V3] = ["lost"]
    with pytest.raises(OutcomeUnknown):
        one.call("micropay")
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}
    counts = one.gradual.counts()
    assert counts == {
        ("unified_order", V3, "unknown"): 2, ("unified_order", V3, "refused"): 1, ("micropay", V3, "unknown"): 1,
    }  # fmt: skip


def test_a_repetition_never_falls_back() -> None:
    moves: list[Any] = []

    class Watched(MemoryOrigins):
        def move(self, *arguments: Any) -> bool:
            moves.append(arguments)
            return super().move(*arguments)

    one = shop(100, store=Watched())
    one.wire.next[V3] = ["lost"] * 3 + [NotSent("no connection")] * 3
    with pytest.raises(OutcomeUnknown):
        one.call("unified_order")
    with pytest.raises(NotSent):
        one.call("unified_order")
    one.v3.cannot.add("unified_order")
    one.clock.advance(60)
    two = Shop(one.gradual)
    two.v3.cannot.add("unified_order")
    with pytest.raises(InvalidRequest, match="does not carry"):
        two.call("unified_order")
    assert {protocol for protocol, _, _ in one.wire.calls + two.wire.calls} == {V3}
    assert moves == []


def test_an_order_that_another_worker_relies_on_does_not_fall_back() -> None:
    store = MemoryOrigins()
    one = Shop(Gradual(account(), percent=100, store=store))

    def meanwhile(request: Request) -> Response:
        store.claim(KEY, V3)
        raise NotSent("no connection")

    one.wire.next[V3] = []
    wire, one.client._send = one.client._send, meanwhile
    with pytest.raises(NotSent, match="no connection"):
        one.call("unified_order")
    one.client._send = wire
    assert one.wire.calls == []
    assert one.gradual.counts() == {("unified_order", V3, "not_sent"): 1}


def test_what_was_sent_before_the_order_keeps_it_on_v3() -> None:
    """API v3 marks an order for profit sharing first; then nothing of it may go to v2."""
    one = shop(100)
    one.v3.before = [Request("POST", "/v3/mark", b"{}", operation=catalogue.find("close_order"))]
    one.wire.next[V3] = [Response(200, b"{}"), *[NotSent("no connection")] * 3]
    with pytest.raises(NotSent):
        one.call("unified_order")
    one.v3.before = [Request("GET", "/v3/keys", b"{}", operation=catalogue.find("order_query"))]
    one.wire.next[V3] = [Response(200, b"{}"), *[NotSent("no connection")] * 3]
    assert one.took("unified_order", out_trade_no="T-2") == V2


def test_refunds_and_closes_never_fall_back() -> None:
    one = shop(100)
    one.call("unified_order")
    one.wire.next[V3] = [NotSent("no connection")] * 6
    for name, fields in (("refund", {}), ("close_order", {"out_trade_no": "T-1"})):
        with pytest.raises(NotSent):
            one.call(name, **fields)
    one.v3.cannot |= {"refund", "order_query"}
    with pytest.raises(InvalidRequest):
        one.call("refund", out_refund_no="R-2")
    with pytest.raises(InvalidRequest):
        one.call("order_query", out_trade_no="T-1")
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}


def test_falling_back_can_be_switched_off() -> None:
    one = shop(100, fallback=False)
    one.wire.next[V3] = [NotSent("no connection")] * 3
    with pytest.raises(NotSent):
        one.call("unified_order")
    one.v3.cannot.add("unified_order")
    with pytest.raises(InvalidRequest):
        one.call("unified_order", out_trade_no="T-2")
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}
    assert one.gradual.counts()["unified_order", "neither", "not_sent"] == 1
    one.gradual.store.claim(("1900000109", "out_trade_no", "T-3"), V2)
    assert one.took("unified_order", out_trade_no="T-3") == V2


# The store fails: nothing is sent, nothing guessed.


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("unified_order", {}), ("micropay", {}), ("refund", {}), ("close_order", {"out_trade_no": "T-1"}),
        ("order_query", {"out_trade_no": "T-1"}),
    ],
)  # fmt: skip
def test_a_store_that_fails_sends_nothing(name: str, fields: dict[str, str]) -> None:
    one = shop(50, store=Broken())
    with pytest.raises(NotSent, match=r"store of origins failed \(ConnectionError\)") as caught:
        one.call(name, **fields)
    assert "same number" in caught.value.remedy
    assert one.wire.calls == []
    assert one.gradual.counts() == {(name, "neither", "not_sent"): 1}


def test_a_store_that_knows_nonsense_sends_nothing() -> None:
    store = MemoryOrigins()
    store.claim(KEY, "v4")
    one = shop(100, store=store)
    with pytest.raises(ConfigurationError, match="v4"):
        one.call("unified_order")
    with pytest.raises(ConfigurationError, match="v4"):
        one.call("close_order", out_trade_no="T-1")
    assert one.wire.calls == []


def test_a_store_that_fails_after_the_order_does_not_spoil_it(caplog: pytest.LogCaptureFixture) -> None:
    one = shop(100, store=Broken("note"))
    with caplog.at_level(logging.WARNING, "wxpay_v2"):
        assert one.call("unified_order")["prepay_id"] == "wxT-1"
    assert [record.event for record in caplog.records] == ["upgrade.not_recorded"]  # type: ignore[attr-defined]
    assert one.client.cashier.jsapi("wxT-1") == {"signType": "RSA"}
    del one.gradual.store.note  # type: ignore[misc]
    one.call("order_query", out_trade_no="T-1")
    assert one.gradual.store.find([("1900000109", "prepay_id", "wxT-1")]).values()


def test_a_store_that_fails_at_the_fallback_leaves_the_order_on_v3() -> None:
    one = shop(100, store=Broken("move"))
    one.wire.next[V3] = [NotSent("no connection")] * 3
    with pytest.raises(NotSent, match="no connection"):
        one.call("unified_order")
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}


def test_a_statement_needs_no_store() -> None:
    one = shop(100, store=Broken())
    assert one.took("settlement_query", **SETTLED) == V3


# The switch.


def test_the_switch_sends_new_orders_over_v2_and_holds_back_what_changes_those_of_v3() -> None:
    thrown = False
    one = shop(100, switch=lambda: thrown)
    one.call("unified_order")
    one.call("refund")
    thrown = True
    assert one.took("unified_order", out_trade_no="T-2") == V2
    assert one.took("refund", out_trade_no="T-2", out_refund_no="R-2") == V2
    assert one.took("settlement_query", **SETTLED) == V2
    before = len(one.wire.calls)
    for name, fields in (
        ("unified_order", {}), ("close_order", {"out_trade_no": "T-1"}), ("reverse", {"out_trade_no": "T-1"}),
        ("refund", {}), ("refund", {"out_refund_no": "R-3"}),
    ):  # fmt: skip
        with pytest.raises(NotSent, match="the switch holds such calls back") as caught:
            one.call(name, **fields)
        assert "query the order" in caught.value.remedy
    assert len(one.wire.calls) == before
    assert one.gradual.counts()["refund", V3, "held"] == 2
    assert one.took("order_query", out_trade_no="T-1") == V3
    assert one.took("refund_query", out_refund_no="R-1") == V3
    assert one.took("order_query", out_trade_no="OLD") == V2
    thrown = False
    assert one.took("unified_order") == V3
    assert one.took("refund", out_refund_no="R-3") == V3


def test_the_switch_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "stop-v3"
    one = shop(100, switch=path)
    assert one.took("unified_order") == V3
    path.touch()
    assert one.took("unified_order", out_trade_no="T-2") == V2
    path.unlink()
    assert one.took("unified_order", out_trade_no="T-3") == V3
    assert shop(100, switch=tmp_path / "nowhere" / "stop").took("unified_order") == V3


def test_a_switch_that_cannot_be_asked_is_thrown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def asked() -> bool:
        raise FileNotFoundError

    with caplog.at_level(logging.WARNING, "wxpay_v2"):
        assert shop(100, switch=asked).took("unified_order") == V2
        assert shop(100, switch="x" * 5000).took("unified_order") == V2  # longer than any path
    assert len(caplog.records) == 2


def test_a_quick_pay_whose_order_the_switch_holds_ends_unknown() -> None:
    one = shop(100)
    thrown = False
    one.gradual._switch._given = lambda: thrown

    def lost(request: Request) -> Response:
        nonlocal thrown
        thrown = True
        raise unknown(request, "no answer came", phase="read")

    one.wire.next[V3] = []
    wire = one.client._send
    first = True

    def send(request: Request) -> Response:
        nonlocal first
        if first:
            first = False
            return lost(request)
        return wire(request)

    one.client._send = send
    with pytest.raises(OutcomeUnknown):
        flows.quick_pay(one.client, **QUICK)
    assert {protocol for protocol, _, _ in one.wire.calls} == {V3}


# Percentages at run time.


def test_percentages_change_at_run_time() -> None:
    percent: dict[str, float] = {"orders": 0}
    one = shop(percent)
    assert one.took("unified_order") == V2
    percent["orders"] = 100
    assert one.took("unified_order", out_trade_no="T-2") == V3
    share = 100.0
    asked = shop(lambda: share)
    assert asked.took("unified_order") == V3
    share = 0.0
    assert asked.took("unified_order", out_trade_no="T-2") == V2


def test_a_file_of_percentages_is_read_when_it_changed_once_a_second_at_most(tmp_path: Path) -> None:
    path = tmp_path / "gradual.toml"

    def write(text: str, when: int) -> None:
        path.write_text(text, encoding="utf-8")
        os.utime(path, (when, when))

    write("[gradual]\norders = 0\nreads = 2.5\n", 1)
    one = shop(path)
    numbers = iter(range(1000))

    def took() -> str:
        return one.took("unified_order", out_trade_no=f"T-{next(numbers)}")

    assert took() == V2
    write("[gradual]\norders = 100\n", 2)
    assert took() == V2
    one.clock.advance(1)
    assert took() == V3
    one.clock.advance(1)
    assert took() == V3
    write("[gradual\n", 3)
    one.clock.advance(1)
    assert [took(), took()] == [V3, V3]
    path.unlink()
    one.clock.advance(1)
    assert took() == V3
    write("[gradual]\norders = 0\n", 4)
    one.clock.advance(1)
    assert took() == V2


def test_what_cannot_be_a_percentage_changes_nothing_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    percent: dict[str, Any] = {"orders": 100}
    one = shop(percent)
    with caplog.at_level(logging.WARNING, "wxpay_v2"):
        for wrong in (101, "all", True):
            percent["orders"] = wrong
            assert one.took("unified_order", out_trade_no=f"T-{wrong}") == V3
            assert one.took("unified_order", out_trade_no=f"T-{wrong}") == V3
    assert [record.event for record in caplog.records] == ["upgrade.settings_refused"] * 3  # type: ignore[attr-defined]
    percent["orders"] = 0
    assert one.took("unified_order") == V2


# Settings that cannot work.


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"percent": 101}, "percent must be a number from 0 to 100"),
        ({"percent": -1}, "from 0 to 100"),
        ({"percent": float("nan")}, "from 0 to 100"),
        ({"percent": True}, "from 0 to 100"),
        ({"percent": {"orders": "5"}}, "percent of orders must be"),
        ({"percent": {"order": 5}}, "no family 'order'"),
        ({"percent": {"others": 50}}, "others must be 0 or 100"),
        ({"percent": [5]}, "a number, a mapping, a callable or the path"),
        ({"percent": lambda: 101}, "from 0 to 100"),
        ({"percent": lambda: {}[0]}, "raised KeyError"),
        ({"percent": "/nowhere/at/all.toml"}, "cannot be read: FileNotFoundError"),
        ({"allow": "TEST-"}, "allow must be a list"),
        ({"allow": ("",)}, "not empty"),
        ({"allow": 5}, "allow must be a list"),
        ({"allow_sub_mch_ids": (5,)}, "allow_sub_mch_ids must hold texts"),
        ({"store": "sqlite:///shop.db"}, "store must be a store of origins, got str"),
        ({"switch": 5}, "switch must be a callable or a path"),
        ({"switch": ""}, "switch must be"),
        ({"fallback": 1}, "fallback must be True or False"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Gradual(account(), **settings)


def test_a_file_without_its_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gradual.toml"
    path.write_text("orders = 5\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"no table \[gradual\]"):
        Gradual(account(), percent=path)


def test_only_an_account_of_api_v3_will_do() -> None:
    with pytest.raises(ConfigurationError, match="account must be a V3Account, got Merchant"):
        Gradual(merchant())  # type: ignore[arg-type]


def test_s7_it_prints_no_key() -> None:
    shown = repr(Gradual(account(), percent=5))
    assert shown == "<Gradual <MemoryOrigins 0>>"


# Notes for those who watch.


def test_every_choice_is_told_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    one = shop(100)
    with caplog.at_level(logging.INFO, "wxpay_v2"):
        one.call("unified_order")
        one.call("close_order", out_trade_no="T-1")
        one.call("short_url", long_url="weixin://wxpay/bizpayurl?pr=1")
    told = [record.wxpay for record in caplog.records if record.event == "upgrade.route"]  # type: ignore[attr-defined]
    assert told == [
        {"operation": "unified_order", "protocol": "v3", "reason": "percent", "out_trade_no": "T-1"},
        {"operation": "close_order", "protocol": "v3", "reason": "recorded", "out_trade_no": "T-1"},
        {"operation": "short_url", "protocol": "v2", "reason": "not carried"},
    ]


def test_the_counts_of_v2_calls_are_kept_too() -> None:
    one = shop(0)
    one.call("unified_order")
    one.wire.next[V2] = [fail("ORDERPAID"), "lost", "lost", "lost", NotSent("no"), NotSent("no"), NotSent("no")]
    for number, error in (("A", Refused), ("B", OutcomeUnknown), ("C", NotSent)):
        with pytest.raises(error):
            one.call("unified_order", out_trade_no=number)
    outcomes = {outcome: count for (_, protocol, outcome), count in one.gradual.counts().items() if protocol == V2}
    assert outcomes == {"done": 1, "refused": 1, "unknown": 1, "not_sent": 1}
    no_certificate = Shop(Gradual(account()))
    no_certificate.client.protocol.v2.merchant.certificates = None  # type: ignore[attr-defined]
    with pytest.raises(ConfigurationError, match="certificate"):
        no_certificate.call("refund")
    assert no_certificate.gradual.counts() == {("refund", V2, "not_sent"): 1}


def test_counting_is_safe_for_threads() -> None:
    gradual = Gradual(account())
    threads = [threading.Thread(target=lambda: [gradual.count("x", V3, "done") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gradual.counts() == {("x", V3, "done"): 2000}


# The cashier.


def test_each_order_is_signed_by_the_protocol_that_made_it() -> None:
    one = shop(0, allow=("NEW-",))
    orders = [one.call("unified_order", out_trade_no=number) for number in ("T-1", "NEW-1")]
    for given in (orders, [dict(order) for order in orders], [order["prepay_id"] for order in orders]):
        assert [one.client.cashier.jsapi(order)["signType"] for order in given] == ["MD5", "RSA"]
        assert ["sign" in one.client.cashier.app(order) for order in given] == [True, False]
        assert ["paySign" in one.client.cashier.mini_program(order) for order in given] == [True, False]
    assert one.client.cashier.native(orders[1]) == "weixin://wxpay/s/x"


def test_a_result_says_by_itself_who_made_it() -> None:
    stranger = shop(50)
    for percent, signed in ((0, "MD5"), (100, "RSA")):
        assert stranger.client.cashier.jsapi(shop(percent).call("unified_order"))["signType"] == signed


def test_another_worker_signs_by_the_shared_store(tmp_path: Path) -> None:
    clock = ManualClock()
    store = Origins(f"sqlite:///{tmp_path}/shop.db", clock=clock)
    Shop(Gradual(account(), percent=100, store=store), clock=clock).call("unified_order")
    other = Shop(Gradual(account(), percent=0, store=store), clock=clock)
    assert other.client.cashier.jsapi("wxT-1")["signType"] == "RSA"
    clock.advance(7801)
    with pytest.raises(InvalidRequest, match="nobody knows"):
        other.client.cashier.jsapi("wxT-1")
    store.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"percent": 0}, "MD5"), ({"percent": 100}, "RSA"), ({"percent": 50}, ""), ({"percent": lambda: 0}, ""),
        ({"percent": {"orders": 0}}, ""), ({"percent": 0, "allow": ("T-",)}, ""),
        ({"percent": 100, "switch": lambda: False}, ""), ({"percent": 100, "store": MemoryOrigins()}, ""),
    ],
)  # fmt: skip
def test_an_unknown_prepay_id_is_refused_unless_one_protocol_made_all_there_is(
    settings: dict[str, Any], told: str
) -> None:
    one = shop(**settings)
    if told:
        assert one.client.cashier.jsapi("wxSTRANGE")["signType"] == told
        return
    with pytest.raises(InvalidRequest, match="nobody knows over which protocol") as caught:
        one.client.cashier.jsapi("wxSTRANGE")
    assert "unified_order" in caught.value.remedy


def test_a_store_that_fails_signs_nothing() -> None:
    one = shop(50, store=Broken("find"))
    with pytest.raises(NotSent, match="store of origins failed"):
        one.client.cashier.jsapi("wxSTRANGE")
    one.gradual.store.find = lambda keys: {keys[0]: "v4"}  # type: ignore[method-assign]
    with pytest.raises(InvalidRequest, match="nobody knows"):
        one.client.cashier.jsapi("wxSTRANGE")

    def misconfigured(keys: Any) -> Any:
        raise ConfigurationError("no such table")

    one.gradual.store.find = misconfigured  # type: ignore[method-assign]
    with pytest.raises(ConfigurationError, match="no such table"):
        one.client.cashier.jsapi("wxSTRANGE")


def test_a_call_that_is_given_up_is_closed_to_its_end() -> None:
    one = shop(100)
    steps = one.client.steps(catalogue.find("unified_order"), ORDER)
    step = next(steps)
    while not isinstance(step, Request):
        step = steps.send(step.do())
    steps.close()
    assert one.gradual.counts() == {("unified_order", V3, "unknown"): 1}


def test_what_an_answer_told_is_kept_for_later_when_no_thread_is_left() -> None:
    one = shop(100)
    steps = one.client.steps(catalogue.find("unified_order"), ORDER)
    step = next(steps)
    while not isinstance(step, Request):
        step = steps.send(step.do())
    learning = steps.send(one.wire(step))
    assert isinstance(learning, Work)
    with pytest.raises(StopIteration) as done:
        steps.throw(RuntimeError("cannot schedule new futures after shutdown"))
    assert done.value.value["prepay_id"] == "wxT-1"
    one.call("close_order", out_trade_no="T-1")
    assert one.gradual.store.find([("1900000109", "prepay_id", "wxT-1")])


@pytest.mark.parametrize("order", [None, 5, "", {}, Result({})])
def test_what_is_no_order_is_refused_like_everywhere(order: Any) -> None:
    with pytest.raises(InvalidRequest, match="not a prepay_id"):
        shop(50).client.cashier.jsapi(order)


def test_the_memory_in_front_of_the_store_is_bounded() -> None:
    gradual = Gradual(account())
    gradual.learn([(("1", "prepay_id", str(number)), V3, 0.0) for number in range(10_050)], 0.0)
    assert len(gradual._known) == 10_000
    assert gradual.find([("1", "prepay_id", "0")], 0.0) == {}
    assert gradual.find([("1", "prepay_id", "10049")], 0.0) == {("1", "prepay_id", "10049"): V3}


# The awaiting client.


def awaiting(gradual: Gradual, wire: Wire) -> AsyncClient:
    async def send(request: Request) -> Response:
        await asyncio.sleep(0)
        return wire(request)

    client = AsyncClient(merchant(), transport=send, clock=ManualClock())
    join(client, gradual, StandIn())
    return client


def test_the_awaiting_client_takes_the_same_ways(tmp_path: Path) -> None:
    store = Origins(f"sqlite:///{tmp_path}/shop.db")
    wire = Wire()

    async def trade() -> None:
        async with awaiting(Gradual(account(), percent=50, store=store), wire) as client:
            numbers = [f"T-{number}" for number in range(20)]
            await asyncio.gather(*(client.unified_order(**{**ORDER, "out_trade_no": number}) for number in numbers))
            await asyncio.gather(*(client.close_order(out_trade_no=number) for number in numbers))

    asyncio.run(trade())
    ways = [wire.took(f"T-{number}") for number in range(20)]
    assert all(len(way) == 2 and way[0] == way[1] for way in ways)
    assert {way[0] for way in ways} == {V2, V3}
    store.close()


def test_the_store_of_an_awaiting_client_works_in_a_thread() -> None:
    threads: list[str] = []

    class Watched(MemoryOrigins):
        def claim(self, key: Any, protocol: str) -> tuple[str, int]:
            threads.append(threading.current_thread().name)
            return super().claim(key, protocol)

    async def trade() -> None:
        async with awaiting(Gradual(account(), percent=100, store=Watched()), Wire()) as client:
            await client.unified_order(**ORDER)

    asyncio.run(trade())
    assert threads
    assert threading.main_thread().name not in threads


def test_a_cancelled_order_does_not_fall_back() -> None:
    wire = Wire()
    gradual = Gradual(account(), percent=100)

    async def trade() -> None:
        client = AsyncClient(merchant(), transport=hang, clock=ManualClock())
        join(client, gradual, StandIn())
        for _ in range(2):  # nothing left, so the number is free again, even of a call that is never sent twice
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.micropay(**QUICK), 0.05)

    async def hang(request: Request) -> Response:
        wire.calls.append(("v3", "micropay", ""))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            raise error from NotSent("no connection yet")
        raise AssertionError

    asyncio.run(trade())
    assert len(wire.calls) == 2
    key = ("1900000109", "out_trade_no", "Q-1")
    assert gradual.store.find([key]) == {key: V3}


# The catalogue.


def test_every_call_that_is_carried_has_its_place() -> None:
    """A new row that makes an order must be told to choices.py, or its order would be on no record."""
    from wxpay_v2.upgrade import choices

    made = set(choices._MAKES)
    for name in CARRIED:
        row = catalogue.find(name)
        if row.repeat == READ or name in made:
            continue
        number = row.numbers[0] if row.numbers else ""
        about_another = name in (
            "close_order",
            "reverse",
            "close_combined_order",
            "customs_declare",
            "customs_redeclare",
        )
        assert about_another or number in (*choices._FOLLOWS, ""), f"{name} is named by {number}"
        assert number or row.repeat == ONCE, name
    assert made <= set(CARRIED)


# The page about it.


def test_the_examples_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = blocks("docs/howto/gradual.rst", "toml")[0]
    (tmp_path / "gradual.toml").write_text(settings, encoding="utf-8")
    first, second, watch = blocks("docs/howto/gradual.rst", "python")
    issued = pair()
    who = merchant(certificate=False)
    names = run(first, {"account": V3Account(issued.serial, issued.key_pem(), V3_KEY), "merchant": who})
    try:
        assert names["gradual"]._shares.at(0.0)["orders"] == 5
        assert isinstance(names["client"].protocol, Turns)
        names["gradual"].store.close()
        run(second, names)
        assert names["gradual"]._shares.at(0.0) == {"orders": 20, "reads": 50, "refunds": 0, "others": 0}
        names["gradual"].count("unified_order", V3, "done")
        run(watch, names)
        assert capsys.readouterr().out == "unified_order v3 done 1\n"
    finally:
        names["gradual"].store.close()
        names["client"].close()
