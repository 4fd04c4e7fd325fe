"""Now, waiting, and the time spellings of the wire.

Everything that needs the time takes a `Clock`, so that tests, the simulator and a 45-second quick pay run without
waiting. v2 writes Beijing time as ``yyyyMMddHHmmss`` (and ``yyyy-MM-dd HH:mm:ss`` in refunds and statements), v3 writes
RFC 3339 with an offset.
"""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta, timezone

from wxpay_v2.errors import InvalidRequest, Malformed, quoted

__all__ = [
    "BEIJING", "Clock", "ManualClock", "parse_day", "parse_rfc3339", "parse_time", "rfc3339", "wire_day", "wire_time",
]  # fmt: skip

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_COMPACT = re.compile(r"[0-9]{14}", re.ASCII)
_SPACED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_NO_MARKS = str.maketrans("", "", "-: ")
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_DAY = re.compile(r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Clock:
    """The machine's clock. `time` is Unix seconds, `monotonic` counts seconds for deadlines, `sleep` waits."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def now(self) -> datetime:
        """Return the time as an aware datetime in Beijing, whole seconds."""
        return datetime.fromtimestamp(int(self.time()), BEIJING)


class ManualClock(Clock):
    """A clock that only moves when told to: `advance`, or `sleep`, which returns at once.

    start: Unix seconds at which it stands first. Public, because a shop's tests want it too.
    """

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._time = start
        self.slept: list[float] = []

    def time(self) -> float:
        return self._time

    def monotonic(self) -> float:
        return self._time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._time += seconds


def wire_time(moment: datetime) -> str:
    """Return *moment* as ``yyyyMMddHHmmss`` in Beijing. A naive datetime is refused: its zone would be a guess."""
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InvalidRequest(
            f"a time must be an aware datetime, got {quoted(moment)}",
            remedy="give it a time zone, e.g. datetime.now(timezone.utc)",
        )
    try:
        there = moment.astimezone(BEIJING)
    except OverflowError:
        raise InvalidRequest(f"a datetime outside the calendar of Beijing: {quoted(moment)}") from None
    return f"{there.year:04}{there:%m%d%H%M%S}"


def wire_day(day: date) -> str:
    """Return *day*, a Beijing day, as ``yyyyMMdd``. A datetime is refused: its day depends on where one asks."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise InvalidRequest(f"a day must be a date, got {quoted(day)}")
    return day.isoformat().replace("-", "")


def parse_time(text: str) -> datetime:
    """Return the aware datetime that *text* names in either of v2's spellings. Raises Malformed."""
    if isinstance(text, str):
        digits = text if _COMPACT.fullmatch(text) else text.translate(_NO_MARKS) if _SPACED.fullmatch(text) else ""
        if digits:
            parts = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
            try:
                return datetime(*map(int, parts), tzinfo=BEIJING)  # type: ignore[arg-type,misc]
            except ValueError:
                pass
    raise Malformed(f"not a time (yyyyMMddHHmmss or yyyy-MM-dd HH:mm:ss): {quoted(text)}")


def parse_day(text: str) -> date:
    """Return the day that *text* names: ``yyyyMMdd`` or ``yyyy-MM-dd``. Raises Malformed."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return datetime.strptime(text.replace("-", ""), "%Y%m%d").date()
        except ValueError:
            pass
    raise Malformed(f"not a day (yyyyMMdd): {quoted(text)}")


def rfc3339(moment: datetime) -> str:
    """Return the aware *moment* as API v3 writes it: ``2026-02-28T12:00:00+08:00``, in Beijing, whole seconds."""
    digits = wire_time(moment)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}+08:00"


def parse_rfc3339(text: str) -> datetime:
    """Return the aware datetime that *text* names; its offset may be any, fractions are cut. Raises Malformed."""
    found = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if found is not None:
        day, hours, offset = found.groups()
        try:
            return datetime.fromisoformat(f"{day}T{hours}{'+00:00' if offset in 'Zz' else offset}")
        except ValueError:
            pass
    raise Malformed(f"not a time with an offset (yyyy-MM-ddTHH:mm:ss+08:00): {quoted(text)}")
