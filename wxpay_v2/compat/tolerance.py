"""Holes of the replaced libraries, re-opened one by one, by name, until a day."""

from __future__ import annotations

import warnings
from datetime import date, datetime, timedelta

from wxpay_v2.clock import BEIJING, Clock
from wxpay_v2.errors import ConfigurationError, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["HOLES", "Tolerance", "ToleranceWarning"]

LONGEST = timedelta(days=366)
HOLES = {
    "unsigned_replies": "whoever stands between you and the gateway can answer in its name",
    "md5_notifications": "a notification signed by the weaker algorithm is believed",
    "raw_markup": "a value that holds ]]> adds fields of its own to the message",
    "dropped_zeros": "a field that is 0 is sent, but not signed",
    "spliced_refunds": "a refund notification put together from pieces of others is believed",
    "no_timeout": "a call may wait for ever, and nobody learns its outcome",
}


class ToleranceWarning(UserWarning):
    """A hole is open. Once per hole and `Tolerance`."""


class Tolerance:
    """What an old library let pass, and you still need: every hole is closed but those named, after *until* all are.

    until: the last day, in Beijing, at most a year away. unsigned_replies: answers are not verified. md5_notifications:
    MD5 is taken where the merchant signs with HMAC-SHA256. raw_markup: texts are written without escaping.
    dropped_zeros: 0 is left out of the signature. spliced_refunds: a refund notification is not confirmed by a query.
    no_timeout: calls without a timeout wait without end. Keys in logs, prints and pickles cannot be had back.

    Raises ConfigurationError.
    """

    def __init__(
        self,
        *,
        until: date | str,
        unsigned_replies: bool = False,
        md5_notifications: bool = False,
        raw_markup: bool = False,
        dropped_zeros: bool = False,
        spliced_refunds: bool = False,
        no_timeout: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or Clock()
        self._until = _day(until)
        if self.until > self._clock.now().date() + LONGEST:
            raise ConfigurationError("until is more than a year away", remedy="mend the cause within the year")
        given = {
            "unsigned_replies": unsigned_replies, "md5_notifications": md5_notifications, "raw_markup": raw_markup,
            "dropped_zeros": dropped_zeros, "spliced_refunds": spliced_refunds, "no_timeout": no_timeout,
        }  # fmt: skip
        for name, value in given.items():
            if type(value) is not bool:
                raise ConfigurationError(f"{name} must be True or False, got {quoted(value)}")
        self._open = {name for name, value in given.items() if value}
        self._told: set[str] = set()

    @property
    def until(self) -> date:
        """The last day, in Beijing."""
        return self._until

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Tolerance:
        """Return the tolerance of a configuration's ``[tolerance]`` table. Raises ConfigurationError."""
        unknown = sorted(set(table) - set(HOLES) - {"until"})
        if unknown:
            raise ConfigurationError(f"unknown in [tolerance]: {', '.join(unknown)}", remedy=", ".join(HOLES))
        if "until" not in table:
            raise ConfigurationError("[tolerance] needs until, the last day", remedy='until = "2027-03-31"')
        return cls(**table)

    def allows(self, hole: str) -> bool:
        """Return True while *hole*, a name in HOLES, is open; warn the first time."""
        if hole not in self._open:
            return False
        if self._clock.now().date() > self.until:
            self._warn(f"over:{hole}", f"{hole} is closed since {self.until}: the tolerance is over")
            return False
        self._warn(hole, f"{hole} is open until {self.until}: {HOLES[hole]}")
        return True

    def _warn(self, key: str, message: str) -> None:
        if key not in self._told:
            self._told.add(key)
            warnings.warn(message, ToleranceWarning, stacklevel=3)

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), "_told": set()}  # who opens it in another process is warned there

    def __repr__(self) -> str:
        return f"Tolerance(until={self.until}, {', '.join(sorted(self._open)) or 'nothing'})"


def _day(until: object) -> date:
    if isinstance(until, datetime):
        # A moment told with its zone is that moment; one without is told as it stands on the wall in Beijing.
        until = until.astimezone(BEIJING) if until.tzinfo is not None else until
    if isinstance(until, date):
        return date(until.year, until.month, until.day)
    try:
        return date.fromisoformat(until)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ConfigurationError(f"until must be a date such as 2027-03-31, got {quoted(until)}") from None
