"""Holes are re-opened by name, for a while, and never in silence."""

from __future__ import annotations

import warnings
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from wxpay_v2 import ConfigurationError
from wxpay_v2.clock import BEIJING, ManualClock
from wxpay_v2.compat import Tolerance, ToleranceWarning
from wxpay_v2.compat.tolerance import HOLES

NOON = datetime(2026, 3, 1, 12, tzinfo=BEIJING)


def tolerance(**given: Any) -> tuple[Tolerance, ManualClock]:
    clock = ManualClock(NOON.timestamp())
    return Tolerance(**{"until": date(2026, 3, 31), "clock": clock, **given}), clock


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"until": date(2027, 3, 3)}, "more than a year"),
        ({"until": "next week"}, "until must be a date"),
        ({"until": 20260331}, "until must be a date"),
        ({"unsigned_replies": "yes"}, "unsigned_replies must be True or False"),
        ({"unsigned_replies": 1}, "unsigned_replies must be True or False"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        tolerance(**given)


def test_there_is_no_way_to_have_keys_in_logs_again() -> None:
    with pytest.raises(TypeError):
        Tolerance(until=date(2026, 3, 31), keys_in_logs=True)  # type: ignore[call-arg]
    with pytest.raises(ConfigurationError, match="keys_in_logs"):
        Tolerance.from_table({"until": "2026-03-31", "keys_in_logs": True})


def test_nothing_is_open_by_itself() -> None:
    closed, _ = tolerance()
    assert not [hole for hole in HOLES if closed.allows(hole)]


@pytest.mark.parametrize("hole", sorted(HOLES))
def test_an_open_hole_is_told_once_with_its_risk(hole: str) -> None:
    opened, _ = tolerance(**{hole: True})
    with pytest.warns(ToleranceWarning, match="2026-03-31") as told:
        assert opened.allows(hole)
    assert HOLES[hole] in str(told[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert opened.allows(hole)
        assert not [other for other in HOLES if other != hole and opened.allows(other)]


def test_it_closes_after_the_last_day_in_beijing_and_says_so() -> None:
    opened, clock = tolerance(raw_markup=True)
    clock.advance(timedelta(days=30, hours=11, minutes=59).total_seconds())
    with pytest.warns(ToleranceWarning, match="is open"):
        assert opened.allows("raw_markup")
    clock.advance(61)
    with pytest.warns(ToleranceWarning, match="closed since 2026-03-31"):
        assert not opened.allows("raw_markup")
    assert not opened.allows("raw_markup")


def test_a_table_needs_its_last_day() -> None:
    with pytest.raises(ConfigurationError, match="until"):
        Tolerance.from_table({"raw_markup": True})


def test_a_date_with_a_time_is_that_day() -> None:
    assert tolerance(until=NOON)[0].until == date(2026, 3, 1)
    assert repr(tolerance(raw_markup=True)[0]) == "Tolerance(until=2026-03-31, raw_markup)"
