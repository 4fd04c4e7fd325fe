"""Holes are re-opened by name, for a while, and never in silence."""

from __future__ import annotations

import pickle
import warnings
from datetime import date, datetime, timedelta, timezone
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


def test_a_moment_is_the_day_that_it_is_in_beijing() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    assert tolerance(until=datetime(2026, 4, 1, 0, tzinfo=east))[0].until == date(2026, 3, 31)
    assert tolerance(until=datetime(2026, 3, 31, 23, tzinfo=west))[0].until == date(2026, 4, 1)
    assert tolerance(until=datetime(2026, 3, 31, 23))[0].until == date(2026, 3, 31)  # noqa: DTZ001 - as written


def test_its_last_day_is_neither_moved_nor_made_to_compare_otherwise() -> None:
    opened, _ = tolerance(raw_markup=True)
    with pytest.raises(AttributeError):
        opened.until = date(2999, 1, 1)  # type: ignore[misc]

    class Never(date):
        def __gt__(self, other: object) -> bool:
            return False

    with pytest.raises(ConfigurationError, match="more than a year"):
        tolerance(until=Never(2999, 1, 1))


def test_another_process_is_warned_anew() -> None:
    opened, _ = tolerance(raw_markup=True, clock=None, until=datetime.now(BEIJING).date())
    with pytest.warns(ToleranceWarning):
        assert opened.allows("raw_markup")
    again = pickle.loads(pickle.dumps(opened))  # noqa: S301 - our own
    with pytest.warns(ToleranceWarning, match="raw_markup"):
        assert again.allows("raw_markup")
