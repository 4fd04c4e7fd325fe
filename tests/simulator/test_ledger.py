"""States and transitions, one transaction per operation, and the proof that money is conserved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, update

from tests.simulator.shop import NOON, ORDER, Shop, outcome
from wxpay_v2 import money
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.simulator import rates, tables
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.gateway import Gateway
from wxpay_v2.simulator.ledger import IllegalTransition, Ledger, NotPayable, Unbalanced
from wxpay_v2.simulator.states import EVENTS, TRANSITIONS

STATES = ("NOTPAY", "USERPAYING", "SUCCESS", "REFUND", "CLOSED", "REVOKED", "PAYERROR")


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


def test_an_event_leads_to_one_state_so_that_a_transition_is_one_update() -> None:
    for event, before, after in TRANSITIONS:
        assert EVENTS[event][1] == after
        assert before in EVENTS[event][0]
    assert {state for _, before, after in TRANSITIONS for state in (before, after)} == set(STATES)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_what_the_table_does_not_list_raises_and_changes_nothing(shop: Shop, event: str, state: str) -> None:
    def work(book: Book) -> str:
        order = book.place({**ORDER, "mch_id": "1", "appid": "a"}, trade_type="NATIVE", expires_at=NOON + 60)
        book.connection.execute(update(tables.orders).where(tables.orders.c.id == order.id).values(state=state))
        try:
            after = book.change(order, event).state
        except IllegalTransition:
            after = ""
        book.connection.execute(delete(tables.orders))
        return after

    expected = next((after for name, before, after in TRANSITIONS if (name, before) == (event, state)), "")
    assert shop.gateway.ledger.run(work, NOON) == expected


def test_an_order_seen_before_another_worker_changed_it_is_not_changed_again(shop: Shop) -> None:
    shop.place()
    seen = shop.gateway.order(shop.account.mch_id, "T-1")
    shop.ask("close_order", out_trade_no="T-1")
    with pytest.raises(IllegalTransition):
        shop.gateway.ledger.run(lambda book: book.change(seen, "pay"), NOON)
    assert shop.state() == "CLOSED"


def test_what_another_worker_may_have_done_meanwhile_is_decided_by_the_database(shop: Shop) -> None:
    """The conditions stand in the UPDATE itself; what an effect checked before is only good for its err_code."""
    shop.paid("T-1")
    shop.place("T-2")
    code = shop.gateway.new_payment_code()
    paid, unpaid = (shop.gateway.order(shop.account.mch_id, number) for number in ("T-1", "T-2"))
    refund = {"out_refund_no": "R-1", "refund_fee": "1001"}
    run = shop.gateway.ledger.run
    with pytest.raises(IllegalTransition):
        run(lambda book: book.take_refund(paid, refund, due_at=NOON), NOON)
    with pytest.raises(IllegalTransition):
        run(lambda book: book.pay(unpaid, openid="o", sub_openid="", wallet="mainland"), unpaid.expires_at)
    run(lambda book: book.use_code(code), NOON)
    with pytest.raises(IllegalTransition):
        run(lambda book: book.use_code(code), NOON)
    taken = run(lambda book: book.take_refund(paid, {**refund, "refund_fee": "1000"}, due_at=NOON), NOON)
    assert run(lambda book: book.finish_refund(taken, paid), NOON).status == "SUCCESS"
    with pytest.raises(IllegalTransition):
        run(lambda book: book.finish_refund(taken, paid), NOON)


def test_refunds_of_one_order_that_are_due_together_each_find_it_as_the_one_before_left_it() -> None:
    shop = Shop(delay=60.0)
    shop.paid()
    for number in ("R-1", "R-2", "R-3"):
        shop.refund(number, fee=300)
    shop.gateway.faults.add("refund_closed", times=2)
    shop.clock.advance(60)
    shop.gateway.tick()
    order = shop.gateway.order(shop.account.mch_id, "T-1")
    assert order.refunded == 300
    assert [one.status for one in shop.gateway.refunds()] == ["REFUNDCLOSE", "REFUNDCLOSE", "SUCCESS"]
    shop.close()


def test_nothing_of_an_operation_that_fails_half_way_stays(shop: Shop) -> None:
    shop.place()

    def work(book: Book) -> None:
        order = book.order(shop.account.mch_id, "T-1")
        assert order is not None
        book.pay(order, openid="o1", sub_openid="", wallet="mainland")
        raise RuntimeError("the power went out")

    with pytest.raises(RuntimeError):
        shop.gateway.ledger.run(work, NOON)
    assert shop.state() == "NOTPAY"


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_of_many_workers_that_pay_one_order_exactly_one_does(kind: str, tmp_path: Path) -> None:
    shop = Shop(url="sqlite://" if kind == "memory" else f"sqlite:///{tmp_path}/ledger.db")
    shop.place()
    results = together(8, lambda _: shop.gateway.pay("T-1"))
    assert sum(not isinstance(result, NotPayable) for result in results) == 1
    assert len(shop.gateway.notifications()) == 1
    shop.close()


def test_of_many_refunds_that_exceed_the_order_together_none_too_many_is_taken_in(tmp_path: Path) -> None:
    shop = Shop(url=f"sqlite:///{tmp_path}/ledger.db")
    shop.paid()
    results = together(8, lambda index: outcome(shop.refund(f"R-{index}", fee=300)))
    assert sorted(results) == ["ERROR"] * 5 + ["SUCCESS"] * 3
    shop.close()


def test_the_same_refund_sent_by_many_workers_is_one_refund(tmp_path: Path) -> None:
    shop = Shop(url=f"sqlite:///{tmp_path}/ledger.db")
    shop.paid()
    numbers = {told["refund_id"] for told in together(8, lambda _: shop.refund("R-1", fee=400))}
    assert len(numbers) == 1
    assert len(shop.gateway.refunds()) == 1
    shop.close()


def test_two_gateways_on_one_file_see_the_same_orders(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    first, second = Shop(url=url), Shop(url=url)
    first.place()
    second.gateway.pay("T-1")
    assert first.state() == "SUCCESS"
    second.close()
    first.close()


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    shop = Shop(url=url)
    shop.paid()
    shop.close()
    again = Shop(url=url)
    assert again.state() == "SUCCESS"
    assert [one.out_trade_no for one in again.gateway.due_notifications()] == ["T-1"]
    again.close()


def test_an_order_of_a_merchant_that_is_not_known_any_more_cannot_be_paid(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    shop = Shop(url=url)
    shop.place()
    shop.close()
    gateway = Gateway(url, clock=ManualClock(NOON))
    with pytest.raises(NotPayable, match="not known"):
        gateway.pay("T-1")
    gateway.close()


def posting(number: int) -> Any:
    return update(tables.postings).where(tables.postings.c.id == number)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (posting(1).values(amount=-999), "posting 1 moves -999 from payer"),
        (posting(1).values(amount=0), "posting 1 moves 0"),
        (posting(1).values(target=tables.postings.c.source), "posting 1 moves 920 from payer"),
        (posting(1).values(currency="USD"), "posting 1 moves USD"),
        (posting(1).values(amount=919), "payer of order T-1 .* holds -643, should hold -644"),
        (posting(2).values(amount=999), "merchant of order T-1 .* holds 699, should hold 700"),
        (delete(tables.postings).where(tables.postings.c.kind == "payment"), "merchant of order T-1 .* holds -300"),
        (posting(3).values(kind="profit_sharing"), "merchant of order T-1 .* holds 1000"),
        (update(tables.balances).values(amount=5), "fund:1900000109:basic has 5 CNY, its postings make 100"),
        (delete(tables.balances), "fund:1900000109:basic has 0 CNY"),
        (update(tables.orders).values(state="NOTPAY"), "is paid"),
        (update(tables.orders).values(refunded=200), "says 200 refunded"),
        (update(tables.orders).values(state="SUCCESS"), "has 300 refunded"),
        (update(tables.orders).values(total_fee=300), "gave 276 of 920"),
        (update(tables.refunds).values(status="PROCESSING"), "payer of order T-1 .* holds -644, should hold -920"),
        (delete(tables.payments), "is not paid"),
    ],
)
def test_books_that_were_tampered_with_do_not_pass_the_check(sql: Any, said: str) -> None:
    shop = Shop()
    shop.paid()
    shop.refund()
    shop.gateway.tick()
    shop.gateway.ledger.run(lambda book: book.funds.open(shop.account.mch_id, amount=100), NOON)
    shop.gateway.ledger.check()
    shop.gateway.ledger.run(lambda book: book.connection.execute(sql), NOON)
    with pytest.raises(Unbalanced, match=said):
        shop.gateway.ledger.check()
    shop.gateway.close()


def test_a_payment_in_another_currency_is_two_movements_and_a_full_refund_gives_every_cent_back(shop: Shop) -> None:
    shop.paid(total_fee="999", fee_type="USD")
    for number in range(3):
        shop.refund(f"R-{number}", fee=333, total_fee=999)
    shop.gateway.tick()
    order = shop.gateway.order(shop.account.mch_id, "T-1")
    assert (order.cash_fee, order.cash_refunded) == (7193, 7193)
    assert [one.cash_refund_fee for one in shop.gateway.refunds()] == [2397, 2398, 2398]


@given(
    amount=st.integers(1, 9_999_999_999),
    price=st.sampled_from(sorted(rates.CNY_PER_UNIT)),
    paid=st.sampled_from(sorted(set(rates.WALLETS.values()))),
)
def test_a_price_converts_to_within_half_of_the_smallest_unit(amount: int, price: str, paid: str) -> None:
    exact = Decimal(amount).scaleb(-money.decimals(price)) * rates.rate(price, paid) / 10**8
    converted = rates.convert(amount, price, paid)
    assert converted == 1 or abs(Decimal(converted).scaleb(-money.decimals(paid)) - exact) <= Decimal("0.005")


def test_the_rate_of_the_example_of_the_reference_has_its_scale() -> None:
    assert rates.rate("USD", "CNY") == 720000000
    assert rates.convert(100, "USD", "CNY") == 720
    assert rates.convert(199, "JPY", "CNY") == 955
    assert rates.convert(0, "USD", "CNY") == 0
    assert rates.convert(1, "VND", "CNY") == 1


@pytest.mark.parametrize("url", ["nonsense", "nosuch://here", "sqlite:////nowhere/at/all/ledger.db"])
def test_a_database_that_cannot_be_opened_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Ledger(url)


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingExtra, match="needs"):
        Ledger("oracle+oracledb://here")


def test_a_real_postgresql_serves_as_well(request: pytest.FixtureRequest) -> None:
    try:
        url: str = request.getfixturevalue("postgres_url")
    except pytest.FixtureLookupError:
        pytest.skip("no PostgreSQL: tests/conftest.py defines no postgres_url")
    empty(url)
    shop = Shop(url=url, delay=60.0, refund_notify_url="https://shop.example/refund")
    shop.paid(fee_type="USD", total_fee="1000")
    results = together(8, lambda index: outcome(shop.refund(f"R-{index}", fee=300)))
    assert sorted(results) == ["ERROR"] * 5 + ["SUCCESS"] * 3
    assert len({told["refund_id"] for told in together(8, lambda _: shop.refund("R-8", fee=100))}) == 1
    shop.place("T-2")
    paid = together(8, lambda _: shop.gateway.pay("T-2"))
    assert sum(not isinstance(result, NotPayable) for result in paid) == 1
    shops = [shop, *(Shop(url=url, refund_notify_url="https://shop.example/refund") for _ in range(3))]
    for one in shops:
        one.clock.advance(60)
    together(4, lambda index: shops[index].gateway.tick())
    assert shop.ask("refund_query", out_trade_no="T-1")["refund_status_0"] == "SUCCESS"
    told = [one.out_refund_no for one in shop.gateway.notifications() if one.kind == "refund"]
    assert len(told) == len(set(told)) == 4, "each refund is finished once, and notified once"
    for other in shops[1:]:
        other.gateway.close()
    shop.clock.advance(86400)
    assert b"T-2" in shop.send("download_bill", bill_date="20260922").body
    shop.close()
    empty(url)


def test_the_codes_are_used_once_whoever_is_first(shop: Shop) -> None:
    code = shop.gateway.new_payment_code()
    results = together(4, lambda index: outcome(shop.charge(f"Q-{index}", auth_code=code)))
    assert sorted(results) == ["AUTH_CODE_ERROR"] * 3 + ["SUCCESS"]


def empty(url: str) -> None:
    engine = create_engine(url)
    tables.metadata.drop_all(engine)
    engine.dispose()


def together(count: int, work: Any) -> list[Any]:
    """What *work*, called with 0, 1, ... at the same moment in as many threads, returned or raised as NotPayable."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = work(index)
        except NotPayable as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
