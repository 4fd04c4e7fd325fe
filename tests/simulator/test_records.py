"""Records with a state, and money between accounts: what other families keep in the books."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.shop import NOON, Shop
from tests.simulator.test_ledger import empty, together
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.funds import BANK, NotEnough, fund, merchant_account, payer_account, place
from wxpay_v2.simulator.ledger import Ledger, Unbalanced
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import IllegalTransition

MCH = "1900000109"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    empty(url)
    ledger = Ledger(url)
    yield ledger
    ledger.check()
    ledger.close()
    empty(url)


def transfer(book: Book, number: str = "P-1", amount: int = 300, **more: Any) -> Record:
    """What an effect of another family does: a record and its money, once."""
    known = book.records.get("transfer", MCH, number)
    if known is None:
        known = book.records.put("transfer", MCH, number, "PROCESSING", {"amount": amount}, **more)
        book.funds.move("transfer", fund(MCH), payer_account("o1"), amount, "CNY", record=known)
    return known


# Records


def test_a_record_comes_back_as_it_was_put(ledger: Ledger) -> None:
    data = {"request": {"a": "1"}, "amount": 300, "names": ["x", "茶"], "none": None}

    def put(book: Book) -> Record:
        return book.records.put(
            "red_pack", MCH, "B-1", "SENT", data, reference="1000", parent="stock-1", due_at=NOON + 60
        )

    record = ledger.run(put, NOON)
    assert record == ledger.run(lambda book: book.records.get("red_pack", MCH, "B-1"), NOON + 1)
    assert record == ledger.run(lambda book: book.records.referred("red_pack", "1000"), NOON)
    assert (record.data, record.state, record.reference, record.parent) == (data, "SENT", "1000", "stock-1")
    assert (record.created, record.changed, record.due_at, record.revision) == (NOON, NOON, NOON + 60, 0)
    assert "茶" not in repr(record)


def test_a_number_is_used_once_per_kind_and_merchant(ledger: Ledger) -> None:
    def put(kind: str, mch_id: str, **more: Any) -> Any:
        return ledger.run(lambda book: book.records.put(kind, mch_id, "N-1", "NEW", **more), NOON)

    put("contract", MCH, reference="7")
    put("contract", "1900000209")
    put("deduction", MCH, reference="7")
    with pytest.raises(ledger._refusals):
        put("contract", MCH)
    with pytest.raises(ledger._refusals):
        put("contract", "1900000309", reference="7")


def test_what_is_not_there_is_none(ledger: Ledger) -> None:
    def read(book: Book) -> list[Any]:
        book.records.put("contract", MCH, "N-1", "NEW", reference="7")
        records = book.records
        return [
            records.get("contract", MCH, "N-2"), records.get("contract", "1900000209", "N-1"),
            records.get("deduction", MCH, "N-1"), records.referred("contract", ""), records.referred("contract", "8"),
            records.referred("contract", "7", mch_id="1900000209"),
        ]  # fmt: skip

    assert ledger.run(read, NOON) == [None] * 6


def test_a_transition_leads_from_the_states_it_names_and_keeps_what_it_does_not(ledger: Ledger) -> None:
    record = ledger.run(
        lambda book: book.records.put("coupon", MCH, "C-1", "NEW", {"a": 1, "b": 2}, due_at=NOON + 9), NOON
    )
    sent = ledger.run(
        lambda book: book.records.transition(record, ("NEW", "FAILED"), "SENT", reference="77", b=3), NOON + 1
    )
    assert (sent.state, sent.data, sent.reference, sent.due_at) == ("SENT", {"a": 1, "b": 3}, "77", NOON + 9)
    assert (sent.created, sent.changed, sent.revision) == (NOON, NOON + 1, 1)
    assert sent == ledger.run(lambda book: book.records.get("coupon", MCH, "C-1"), NOON)
    changed = ledger.run(lambda book: book.records.change(sent, due_at=None, c=4), NOON + 2)
    assert (changed.state, changed.data, changed.reference, changed.due_at) == (
        "SENT", {"a": 1, "b": 3, "c": 4}, "77", None,
    )  # fmt: skip
    with pytest.raises(IllegalTransition, match="is SENT, and cannot become USED"):
        ledger.run(lambda book: book.records.transition(changed, "NEW", "USED"), NOON)


def test_a_record_seen_before_another_worker_changed_it_is_not_changed_again(ledger: Ledger) -> None:
    seen = ledger.run(lambda book: book.records.put("coupon", MCH, "C-1", "NEW", {"used": 0}), NOON)
    ledger.run(lambda book: book.records.change(seen, used=1), NOON)
    with pytest.raises(IllegalTransition, match="another worker"):
        ledger.run(lambda book: book.records.change(seen, used=1), NOON)
    assert ledger.run(lambda book: book.records.get("coupon", MCH, "C-1"), NOON).data == {"used": 1}


def test_records_are_listed_by_what_they_have_in_common(ledger: Ledger) -> None:
    def fill(book: Book) -> None:
        for place_, (mch_id, parent, state) in enumerate(
            [(MCH, "s1", "SENT"), (MCH, "s1", "USED"), (MCH, "s2", "SENT"), ("1900000209", "s1", "SENT")]
        ):
            later = Book(book.access, NOON + place_)
            later.records.put("coupon", mch_id, f"C-{place_}", state, parent=parent, due_at=NOON + 10 - place_)
        book.records.put("stock", MCH, "C-9", "SENT", parent="s1")

    ledger.run(fill, NOON)

    def numbers(**which: Any) -> list[str]:
        return [one.number for one in ledger.run(lambda book: book.records.list("coupon", **which), NOON)]

    assert numbers() == ["C-0", "C-1", "C-2", "C-3"]
    assert numbers(mch_id=MCH, parent="s1") == ["C-0", "C-1"]
    assert numbers(parent="s1", states=("SENT",)) == ["C-0", "C-3"]
    assert numbers(since=NOON + 1, until=NOON + 3) == ["C-1", "C-2"]
    assert numbers(offset=1, limit=2) == ["C-1", "C-2"]
    due = ledger.run(lambda book: [one.number for one in book.records.due("coupon", "stock")], NOON + 8)
    assert due == ["C-3", "C-2"]


def test_the_same_number_sent_by_many_workers_is_one_record_and_one_movement(ledger: Ledger) -> None:
    ledger.run(lambda book: book.funds.open(MCH, amount=1000), NOON)
    results = together(6, lambda _: ledger.run(transfer, NOON))
    assert len({one.id for one in results}) == 1
    assert ledger.run(lambda book: book.funds.balance(MCH), NOON) == 700


# Money


def test_an_account_is_opened_once(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.run(lambda book: book.funds.open(MCH, amount=500), NOON)
    ledger.run(lambda book: book.funds.open(MCH, "operation", currency="HKD", amount=70), NOON)

    def read(book: Book) -> list[int]:
        funds = book.funds
        return [
            funds.balance(MCH), funds.balance(MCH, "operation", currency="HKD"), funds.balance(MCH, "operation"),
            funds.balance("1900000209"),
        ]  # fmt: skip

    assert ledger.run(read, NOON) == [500, 70, 0, 0]


def test_what_is_not_there_cannot_be_moved(ledger: Ledger) -> None:
    ledger.run(lambda book: book.funds.open(MCH, amount=300), NOON)
    for source, currency in ((fund(MCH), "HKD"), (fund("1900000209"), "CNY"), (fund(MCH, "fees"), "CNY")):
        with pytest.raises(NotEnough):
            ledger.run(lambda book, at=source, of=currency: book.funds.move("x", at, BANK, 1, of), NOON)
    ledger.run(lambda book: book.funds.move("x", fund(MCH), fund(MCH, "red_packs"), 300, "CNY"), NOON)
    with pytest.raises(NotEnough):
        ledger.run(transfer, NOON)
    assert ledger.run(lambda book: book.records.get("transfer", MCH, "P-1"), NOON) is None
    assert ledger.run(lambda book: book.funds.balance(MCH, "red_packs"), NOON) == 300


def test_of_many_transfers_that_exceed_the_balance_together_none_too_many_is_made(ledger: Ledger) -> None:
    ledger.run(lambda book: book.funds.open(MCH, amount=1000), NOON)

    def pay(index: int) -> str:
        try:
            ledger.run(lambda book: transfer(book, f"P-{index}"), NOON)
        except NotEnough:
            return "NOTENOUGH"
        return "SUCCESS"

    assert sorted(together(6, pay)) == ["NOTENOUGH"] * 3 + ["SUCCESS"] * 3
    assert len(ledger.run(lambda book: book.records.list("transfer"), NOON)) == 3


def test_two_workers_that_pay_each_other_both_come_to_an_end(ledger: Ledger) -> None:
    ends = (fund(MCH), fund("1900000209"))
    ledger.run(lambda book: book.funds.open(MCH, amount=100), NOON)
    ledger.run(lambda book: book.funds.open("1900000209", amount=100), NOON)

    def pay(index: int) -> int:
        source, target = ends if index % 2 else ends[::-1]
        for _ in range(10):
            ledger.run(lambda book: book.funds.move("transfer", source, target, 1, "CNY"), NOON)
        return index

    assert together(4, pay) == [0, 1, 2, 3]
    assert ledger.run(lambda book: book.funds.balance(MCH), NOON) == 100


def test_of_two_workers_that_wait_for_each_other_one_is_run_again(postgres_url: str) -> None:
    empty(postgres_url)
    ledger = Ledger(postgres_url)
    for name in ("a", "b"):
        ledger.run(lambda book, name=name: book.funds.open(MCH, name, amount=100), NOON)
    both_hold_one, runs = threading.Barrier(2), []

    def pay(index: int) -> None:
        def work(book: Book) -> None:
            runs.append(index)
            for turn, name in enumerate("ab" if index else "ba"):
                book.funds.move("x", fund(MCH, name), BANK, 1, "CNY")
                if not turn and runs.count(index) == 1:
                    both_hold_one.wait(10)

        ledger.run(work, NOON)

    together(2, pay)
    assert len(runs) > 2
    assert [ledger.run(lambda book, name=name: book.funds.balance(MCH, name), NOON) for name in "ab"] == [98, 98]
    ledger.close()
    empty(postgres_url)


@pytest.mark.parametrize("amount", [-1, True, 1.0, "1"])
def test_only_whole_amounts_move(amount: Any) -> None:
    ledger = Ledger()
    with pytest.raises(AssertionError, match="cannot move"):
        ledger.run(lambda book: book.funds.move("x", BANK, fund(MCH), amount, "CNY"), NOON)
    ledger.run(lambda book: book.funds.move("x", BANK, fund(MCH), 0, "CNY"), NOON)
    assert ledger.run(lambda book: book.funds.balance(MCH), NOON) == 0
    ledger.close()


def test_an_account_tells_whose_it_is() -> None:
    assert place(fund(MCH, "red_packs")) == (MCH, "red_packs")
    assert [place(one) for one in (BANK, payer_account("fund:"), merchant_account(MCH, ""))] == [None] * 3


def test_money_drawn_on_an_order_is_accounted_for_and_never_more_than_the_order_has() -> None:
    shop = Shop()
    shop.paid()
    order = shop.gateway.order(shop.account.mch_id, "T-1")
    held = merchant_account(order.mch_id, order.sub_mch_id)
    run, check = shop.gateway.ledger.run, shop.gateway.ledger.check
    run(lambda book: book.funds.move("profit_sharing", held, fund("1900000209"), 600, "HKD", order=order), NOON)
    check()
    run(lambda book: book.funds.move("profit_sharing", fund("1900000209"), held, 100, "HKD", order=order), NOON)
    check()
    run(lambda book: book.funds.move("profit_sharing", held, fund("1900000209"), 501, "HKD", order=order), NOON)
    with pytest.raises(Unbalanced, match="1001 was drawn on order T-1"):
        check()
    shop.gateway.close()
