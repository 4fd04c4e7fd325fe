"""What is booked once, what is an alarm, and what is begun anew: the same of every store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus import messages as m
from wxpay_v2.adapters import Booking, Entry, MemoryBookings, Store
from wxpay_v2.adapters.booking import closed_entry, event_entry, payment_entry
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import InvalidRequest, OutcomeUnknown
from wxpay_v2.merchant import Merchant
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import Event, open_notification
from wxpay_v2.v2.payment import Payment
from wxpay_v2.v2.signature import Signer

MERCHANT = Merchant(m.APPID, m.MCH_ID, m.KEY)
CONTRACT = {
    "return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": m.MCH_ID, "contract_code": "mine", "plan_id": "1",
    "openid": "o1", "change_type": "ADD", "operate_time": "2026-11-21 10:31:00", "contract_id": "C-1",
}  # fmt: skip
PAID = payment_entry(Payment("T-1", "4200001", 100, "HKD"), MERCHANT)
AGAIN = payment_entry(Payment("T-1", "4200002", 100, "HKD"), MERCHANT)
SIGNED = Entry(m.MCH_ID, "papay_contract", "C-1", "signed")
ENDED = Entry(m.MCH_ID, "papay_contract", "C-1", "ended", final=True)


class Effects(list[str]):
    """What was done, in order; each call of `of` is one effect under its own name."""

    def of(self, name: str, failure: BaseException | None = None) -> Any:
        def effect(connection: Any, attempt: int) -> None:
            self.append(f"{name} {attempt}")
            if failure is not None:
                raise failure

        return effect


def states(store: Store, number: str = "T-1") -> list[tuple[str, str]]:
    return [(entry.identity, entry.state) for entry in store.find(number)]


@pytest.mark.parametrize("outside", [False, True])
def test_m7_the_first_books_and_the_same_again_is_a_duplicate(store: Store, outside: bool) -> None:
    done = Effects()
    verdicts = [store.book(PAID, done.of("ship"), outside=outside) for _ in range(3)]
    assert verdicts == ["booked", "duplicate", "duplicate"]
    assert done == ["ship 1"]
    (entry,) = store.find("T-1")
    assert (entry.identity, entry.total_fee, entry.fee_type, entry.state) == ("4200001", 100, "HKD", "done")
    assert store.unresolved() == []


@pytest.mark.parametrize("outside", [False, True])
def test_m7_another_transaction_of_a_paid_order_is_an_alarm_and_no_booking(store: Store, outside: bool) -> None:
    done = Effects()
    store.book(PAID, done.of("ship"), outside=outside)
    assert [store.book(AGAIN, done.of("ship"), outside=outside) for _ in range(2)] == ["alarm", "alarm"]
    assert done == ["ship 1"]
    (alarm,) = store.unresolved()
    assert (alarm.identity, alarm.reason) == ("4200002", "double payment: paid before by 4200001")
    assert states(store) == [("4200001", "done"), ("4200002", "alarm")]
    store.resolve(alarm)
    assert store.unresolved() == []
    assert store.book(AGAIN, done.of("ship")) == "duplicate"
    assert store.book(PAID, done.of("ship")) == "duplicate"
    assert done == ["ship 1"]


def test_m7_the_same_numbers_of_another_merchant_are_another_payment(store: Store) -> None:
    done = Effects()
    assert store.book(PAID, done.of("a")) == "booked"
    assert store.book(replace(PAID, mch_id="10000101"), done.of("b")) == "booked"
    assert done == ["a 1", "b 1"]
    assert [entry.mch_id for entry in store.find("T-1", "10000101")] == ["10000101"]
    assert len(store.find("T-1")) == 2


def test_m9_a_payment_after_the_order_was_closed_is_recorded_and_reported(store: Store) -> None:
    done = Effects()
    closed = closed_entry("T-1", MERCHANT)
    assert [store.book(closed, done.of("close")) for _ in range(2)] == ["booked", "duplicate"]
    assert store.book(PAID, done.of("ship")) == "alarm"
    assert [entry.reason for entry in store.unresolved()] == ["a payment of an order that was closed"]
    assert done == ["close 1"]


def test_m9_a_paid_order_is_not_closed(store: Store) -> None:
    store.book(PAID, Effects().of("ship"))
    assert store.book(closed_entry("T-1", MERCHANT), Effects().of("close")) == "alarm"
    assert [entry.reason for entry in store.unresolved()] == ["closed, and paid before that"]


def test_m9_late_news_does_not_move_what_has_ended(store: Store) -> None:
    done = Effects()
    assert store.book(ENDED, done.of("end")) == "booked"
    assert store.book(SIGNED, done.of("sign")) == "alarm"
    assert store.book(ENDED, done.of("end")) == "duplicate"
    assert done == ["end 1"]
    assert [entry.reason for entry in store.unresolved()] == ["late news: the subject has come to its end"]


def test_m9_news_in_order_takes_effect_and_its_repetition_does_not(store: Store) -> None:
    done = Effects()
    verdicts = [store.book(entry, done.of(entry.identity)) for entry in (SIGNED, SIGNED, ENDED, SIGNED, ENDED)]
    assert verdicts == ["booked", "duplicate", "booked", "duplicate", "duplicate"]
    assert done == ["signed 1", "ended 1"]


@pytest.mark.parametrize("failure", [KeyError(), SystemExit(), OutcomeUnknown("neither true nor false")], ids=repr)
def test_m8_an_effect_that_raises_leaves_nothing_booked(store: Store, failure: BaseException) -> None:
    done = Effects()
    with pytest.raises(type(failure)):
        store.book(PAID, done.of("ship", failure))
    assert store.find("T-1") == []
    assert store.book(PAID, done.of("ship")) == "booked"
    assert done == ["ship 1", "ship 1"]


@pytest.mark.parametrize("failure", [KeyError(), SystemExit(), OutcomeUnknown("neither true nor false")], ids=repr)
def test_m8_an_effect_outside_that_raises_is_begun_anew_at_once(store: Store, failure: BaseException) -> None:
    done = Effects()
    with pytest.raises(type(failure)):
        store.book(PAID, done.of("ship", failure), outside=True)
    assert [entry.state for entry in store.unresolved()] == ["pending"]
    assert store.book(PAID, done.of("ship"), outside=True) == "booked"
    assert store.book(PAID, done.of("ship"), outside=True) == "duplicate"
    assert done == ["ship 1", "ship 2"]
    assert store.unresolved() == []


def test_an_effect_under_way_keeps_others_away_until_its_lease_is_over(store: Store, clock: ManualClock) -> None:
    seen: list[Any] = []

    def slow(connection: Any, attempt: int) -> None:
        clock.advance(59)
        seen.append(store.book(PAID, Effects().of("never"), outside=True))
        seen.append(store.unresolved())
        clock.advance(1)
        seen.append([entry.attempts for entry in store.unresolved()])
        seen.append(store.book(PAID, done.of("second"), outside=True))

    done = Effects()
    assert store.book(PAID, slow, outside=True) == "booked"
    assert seen == ["busy", [], [1], "booked"]
    assert done == ["second 2"]
    (entry,) = store.find("T-1")
    assert (entry.state, entry.attempts) == ("done", 2)


def test_a_worker_that_lost_its_lease_does_not_undo_who_took_over(store: Store, clock: ManualClock) -> None:
    def slow(connection: Any, attempt: int) -> None:
        clock.advance(61)
        store.book(PAID, Effects().of("second"), outside=True)
        raise KeyError

    with pytest.raises(KeyError):
        store.book(PAID, slow, outside=True)
    assert states(store) == [("4200001", "done")]


def test_what_was_left_pending_is_taken_over_inside_as_well(store: Store, clock: ManualClock) -> None:
    done = Effects()
    with pytest.raises(KeyError):
        store.book(PAID, done.of("out", KeyError()), outside=True)
    with pytest.raises(KeyError):
        store.book(PAID, done.of("in", KeyError()))
    assert states(store) == [("4200001", "pending")]
    assert store.book(PAID, done.of("in")) == "booked"
    assert done == ["out 1", "in 2", "in 2"]
    assert states(store) == [("4200001", "done")]


def test_what_somebody_resolved_is_not_begun_anew(store: Store) -> None:
    with pytest.raises(KeyError):
        store.book(PAID, Effects().of("ship", KeyError()), outside=True)
    (left,) = store.unresolved()
    store.resolve(left)
    store.resolve(replace(left, subject="nobody knows it"))
    assert store.unresolved() == []
    assert store.book(PAID, Effects().of("ship", KeyError()), outside=True) == "duplicate"


def test_a_resolved_entry_that_is_done_stays_done(store: Store) -> None:
    store.book(PAID, Effects().of("ship"))
    store.resolve(store.find("T-1")[0])
    assert states(store) == [("4200001", "done")]


@pytest.mark.parametrize("number", [1, None, b"T-1", "T\0", "T\n"])
def test_what_cannot_be_a_number_is_refused(store: Store, number: Any) -> None:
    with pytest.raises(InvalidRequest, match="out_trade_no"):
        store.find(number)
    assert store.find("nobody knows it") == []


# How an event becomes an entry.


def opened(body: bytes) -> Event:
    return open_notification(body, MERCHANT, Signer(MERCHANT.api_key, "MD5"))


def entry_of(event: Event) -> Entry:
    return event_entry(event, MERCHANT)


def test_m6_a_hint_is_its_whole_content_so_that_a_false_one_is_in_nobodys_way() -> None:
    genuine, same = opened(m.refund()), opened(m.refund(outer={"nonce_str": "another"}))
    forged = opened(m.refund(success_time="2026-11-21 10:31:01"))
    assert entry_of(genuine) == entry_of(same)
    assert entry_of(genuine).identity != entry_of(forged).identity
    assert entry_of(genuine).subject != entry_of(forged).subject
    assert not entry_of(genuine).final
    assert entry_of(genuine).out_trade_no == "T-20261121-1"


def contract(**changes: str) -> Event:
    return opened(m.xml(m.signed({**CONTRACT, **changes})))


def without_key(**changes: str) -> Event:
    row = notifications.Notification("of a kind to come", title="")
    return Event(row, {**CONTRACT, **changes}, b"", MERCHANT, hint=False)


def test_an_event_with_a_key_is_told_by_it() -> None:
    assert entry_of(contract()) == entry_of(contract(openid="other", operate_time="other"))
    assert entry_of(contract()).identity != entry_of(contract(change_type="DELETE")).identity


def test_an_event_without_a_key_is_told_by_its_fields_but_not_by_how_it_was_delivered() -> None:
    assert entry_of(without_key()) == entry_of(without_key(sign="other", nonce_str="other"))
    assert entry_of(without_key()).identity != entry_of(without_key(openid="other")).identity


def test_m6_what_is_only_a_hint_ends_nothing() -> None:
    ended = contract(change_type="DELETE")
    assert not entry_of(Event(ended.row, ended.fields, b"", MERCHANT, hint=True)).final


def test_m9_the_end_of_a_contract_is_final_and_its_beginning_is_not() -> None:
    begun, ended = entry_of(contract()), entry_of(contract(change_type="DELETE"))
    assert (begun.subject, begun.final) == ("C-1", False)
    assert (ended.subject, ended.final) == ("C-1", True)


def test_m9_a_deduction_that_failed_does_not_undo_the_one_that_was_paid() -> None:
    def failure(transaction: str) -> Entry:
        return entry_of(opened(m.payment(contract_id="C-1", trade_state="PAY_FAIL", transaction_id=transaction)))

    store, done = MemoryBookings(), Effects()
    assert [store.book(failure("4200000"), done.of("fail")) for _ in range(2)] == ["booked", "duplicate"]
    paid = payment_entry(Payment(m.PAYMENT["out_trade_no"], "4200001", 100, "HKD"), MERCHANT)
    assert store.book(paid, done.of("ship")) == "booked"
    assert store.book(failure("4200002"), done.of("fail")) == "alarm"
    assert done == ["fail 1", "ship 1"]
    assert store.unresolved()[0].reason.startswith("late news")


@pytest.mark.parametrize("kind", notifications.KINDS)
def test_every_kind_of_the_catalogue_has_an_identity(kind: str) -> None:
    row = notifications.find(kind)
    names = [field.name for field in (*row.fields, *row.decrypted)]
    one, other = (
        entry_of(Event(row, {name: f"{name} {end}" for name in names}, b"", MERCHANT, hint=not row.signed))
        for end in ("a", "b")
    )
    assert one.identity != other.identity
    assert max(map(len, (one.kind, one.subject, one.identity))) <= 64


def test_numbers_longer_than_the_column_are_kept_apart() -> None:
    long = [payment_entry(Payment("T-1", "4" * 64 + end, 100, "HKD"), MERCHANT) for end in ("1", "2")]
    assert long[0].identity != long[1].identity
    assert len(long[0].identity) == 64


def test_a_booking_prints_without_what_is_personal() -> None:
    shown = repr(Booking("payment", m.PAYMENT, MERCHANT))
    assert m.PAYMENT["openid"] not in shown
    assert m.PAYMENT["out_trade_no"] in shown


# Any history: of each order at most one payment, and every effect once.


@given(st.lists(st.tuples(st.sampled_from("12"), st.sampled_from("ABC"), st.booleans(), st.booleans()), max_size=20))
def test_m7_m9_after_any_history_an_order_has_one_payment_and_one_effect(
    history: list[tuple[str, str, bool, bool]],
) -> None:
    clock = ManualClock()
    store = MemoryBookings(clock=clock)
    done: dict[str, list[str]] = {"1": [], "2": []}
    for number, transaction, outside, fails in history:
        entry = payment_entry(Payment(f"T-{number}", transaction, 100, "HKD"), MERCHANT)

        def effect(connection: Any, attempt: int) -> None:
            if fails:  # noqa: B023 - called before the next round
                raise KeyError
            done[number].append(transaction)  # noqa: B023

        before = list(done[number])
        try:
            verdict = store.book(entry, effect, outside=outside)
        except KeyError:
            verdict = "failed"
        assert (verdict == "booked") == (done[number] != before)
    assert all(len(payments) <= 1 for payments in done.values())
