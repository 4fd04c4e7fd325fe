"""Until when an order can be paid and refunded, and from when it can be reversed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.access.cases import NOW, faults
from wxpay_v2 import access, clock
from wxpay_v2.errors import InvalidRequest


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING)


@pytest.mark.parametrize(
    ("seconds", "rule"),
    [
        (-1, "time_expire.past"), (0, "time_expire.past"), (1, "time_expire.too_soon"), (59, "time_expire.too_soon"),
        (60, ""), (300, ""), (7 * 86400, ""), (365 * 86400, ""),
    ],
)  # fmt: skip
def test_an_order_must_be_payable_for_a_minute(seconds: int, rule: str) -> None:
    told = faults("unified_order", time_expire=clock.wire_time(NOW + timedelta(seconds=seconds)))
    assert [fault.rule for fault in told] == ([rule] if rule else [])


def test_one_second_is_told_in_the_singular() -> None:
    (fault,) = faults("unified_order", time_expire="20260301120001")
    assert fault == "time_expire is 1 second ahead; 1 minute is the least"


def test_an_order_does_not_end_before_it_starts() -> None:
    assert faults("unified_order", time_start="20260301120000", time_expire="20260301120500") == ()
    assert faults("unified_order", time_start="20260301120000") == ()
    (fault,) = faults("unified_order", time_start="20260301120500", time_expire="20260301120500")
    assert fault.rule == "time_start.after_end"


def test_a_time_that_is_none_is_the_rows_to_tell() -> None:
    told = faults("unified_order", time_start="20260230000000", time_expire="tomorrow")
    assert [fault.rule for fault in told] == ["row.value", "row.value"]


@pytest.mark.parametrize(
    ("paid", "until"),
    [
        ("2025-03-01 12:00:00", "2026-03-01 12:00:00"),
        ("2024-02-29 23:59:59", "2025-02-28 23:59:59"),
        ("2023-02-28 00:00:00", "2024-02-28 00:00:00"),
    ],
)
def test_a_payment_can_be_refunded_for_one_year(paid: str, until: str) -> None:
    assert access.refund_deadline(at(paid)) == at(until)
    access.check_refund_time(at(paid), at(until))
    with pytest.raises(InvalidRequest) as caught:
        access.check_refund_time(at(paid), at(until) + timedelta(seconds=1))
    assert caught.value.message == f"the payment of {paid} is more than one year old and cannot be refunded"
    assert caught.value.remedy == "pay it back another way"
    assert caught.value.faults[0].rule == "refund.too_late"  # type: ignore[attr-defined]


def test_an_order_can_be_reversed_after_15_seconds() -> None:
    sent = at("2026-03-01 12:00:00")
    access.check_reverse_time(sent, sent + timedelta(seconds=15))
    access.check_reverse_time(sent.astimezone(timezone.utc), sent + timedelta(days=1))
    with pytest.raises(InvalidRequest) as caught:
        access.check_reverse_time(sent, sent + timedelta(seconds=5.5))
    assert str(caught.value) == (
        "reverse: an order can be reversed 15 seconds after it was sent (wait 10 seconds more, and query it first)"
    )
    assert caught.value.faults[0].rule == "reverse.too_soon"  # type: ignore[attr-defined]


@pytest.mark.parametrize("moment", [datetime(2026, 3, 1), None, "20260301", 5], ids=repr)  # noqa: DTZ001
def test_a_time_without_a_zone_is_refused(moment: datetime) -> None:
    for ask in (
        lambda: access.refund_deadline(moment),
        lambda: access.check_refund_time(NOW, moment),
        lambda: access.check_reverse_time(moment, NOW),
    ):
        with pytest.raises(InvalidRequest, match="aware datetime"):
            ask()


@pytest.mark.parametrize("moment", [datetime.max, datetime.min])  # noqa: DTZ901
def test_s2_the_ends_of_the_calendar_are_refused_in_words(moment: datetime) -> None:
    for hours in (-12, 12):
        there = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
        try:
            access.refund_deadline(there)
        except InvalidRequest as error:
            assert "calendar" in error.message
