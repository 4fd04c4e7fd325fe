"""Time as the wire spells it: Beijing, two spellings, never a guessed zone."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2 import clock
from wxpay_v2.clock import BEIJING, Clock, ManualClock
from wxpay_v2.errors import InvalidRequest, Malformed

NOON = datetime(2024, 2, 29, 4, 0, 0, tzinfo=timezone.utc)


class Nowhere(tzinfo):
    """A zone that does not know its offset: such a datetime is naive, whatever its tzinfo."""

    def utcoffset(self, moment: datetime | None) -> None:
        return None


def test_a_time_is_written_in_beijing() -> None:
    assert clock.wire_time(NOON) == "20240229120000"
    assert clock.wire_time(NOON.astimezone(timezone(timedelta(hours=-5)))) == "20240229120000"
    assert clock.wire_day(date(2024, 2, 29)) == "20240229"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 2, 29),  # noqa: DTZ001
        datetime(2024, 2, 29, tzinfo=Nowhere()),
        date(2024, 2, 29),
        1_700_000_000,
        "20240229120000",
        None,
    ],
)
def test_a_time_without_a_zone_is_refused(moment: Any) -> None:
    with pytest.raises(InvalidRequest, match="aware datetime"):
        clock.wire_time(moment)


@pytest.mark.parametrize("moment", [datetime.max, datetime.min])  # noqa: DTZ901
def test_a_time_at_the_end_of_the_calendar_is_refused_or_written(moment: datetime) -> None:
    for hours in (-14, 0, 8, 14):
        zone = timezone(timedelta(hours=hours))
        try:
            assert len(clock.wire_time(moment.replace(tzinfo=zone))) == 14
        except InvalidRequest as error:
            assert "datetime" in str(error)


@pytest.mark.parametrize("day", ["20240229", 20240229, None, NOON])
def test_a_day_is_a_date_and_nothing_else(day: Any) -> None:
    with pytest.raises(InvalidRequest, match="date"):
        clock.wire_day(day)


def test_an_early_year_keeps_its_four_digits() -> None:
    assert clock.wire_day(date(1, 2, 3)) == "00010203"
    assert clock.wire_time(datetime(900, 1, 1, tzinfo=BEIJING)) == "09000101000000"


@pytest.mark.parametrize("text", ["20240229120000", "2024-02-29 12:00:00"])
def test_both_spellings_are_read(text: str) -> None:
    assert clock.parse_time(text) == NOON
    assert clock.parse_time(text).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("text", ["20240229", "2024-02-29"])
def test_both_spellings_of_a_day_are_read(text: str) -> None:
    assert clock.parse_day(text) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "", "20240230120000", "20241329120000", "20240229240000", "20240229126000", "2024022912000", "202402291200000",
        "2024-02-29T12:00:00", "2024-02-29 12:00", " 20240229120000", "20240229120000\n", "２０２４０２２９１２０",
        "00000000000000", "20240229120060", None, 20240229120000, b"20240229120000",
    ],
)  # fmt: skip
def test_what_is_no_time_is_malformed(text: Any) -> None:
    with pytest.raises(Malformed, match="not a time"):
        clock.parse_time(text)


@pytest.mark.parametrize("text", ["", "20240230", "2024-0229", "2024022-9", "20240229\n", "00000000", None, 20240229])
def test_what_is_no_day_is_malformed(text: Any) -> None:
    with pytest.raises(Malformed, match="not a day"):
        clock.parse_day(text)


@given(st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_written_time_reads_back_to_the_second(moment: datetime) -> None:
    assert clock.parse_time(clock.wire_time(moment)) == moment.astimezone(timezone.utc).replace(microsecond=0)


@given(st.dates())
def test_a_written_day_reads_back(day: date) -> None:
    assert clock.parse_day(clock.wire_day(day)) == day


@given(st.text(max_size=24) | st.from_regex(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2} ?[0-9:]{6,8}", fullmatch=True))
def test_any_text_is_a_time_or_malformed(text: str) -> None:
    for read in (clock.parse_time, clock.parse_day):
        try:
            read(text)  # type: ignore[operator]
        except Malformed as error:
            assert len(error.message) < 140


def test_the_machines_clock_is_the_machines() -> None:
    assert abs(Clock().time() - time.time()) < 5
    first = Clock().monotonic()
    assert Clock().monotonic() >= first
    Clock().sleep(0)
    now = Clock().now()
    assert (now.utcoffset(), now.microsecond) == (timedelta(hours=8), 0)
    assert abs(now.timestamp() - time.time()) < 5


def test_a_manual_clock_moves_only_when_told() -> None:
    manual = ManualClock(1_700_000_000.0)
    assert (manual.time(), manual.monotonic()) == (1_700_000_000.0, 1_700_000_000.0)
    manual.sleep(2.5)
    manual.advance(10)
    assert manual.time() == manual.monotonic() == 1_700_000_012.5
    assert manual.slept == [2.5]
    assert manual.now() == datetime(2023, 11, 15, 6, 13, 32, tzinfo=BEIJING)
