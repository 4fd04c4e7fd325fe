"""What the blocking and the awaiting shadow share: what is asked, what becomes of the answers, and what is written."""

from __future__ import annotations

import json
import os
import random
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from typing import Any

from wxpay_v2.client import Core
from wxpay_v2.errors import ConfigurationError, OutcomeUnknown, Refused, quoted
from wxpay_v2.migration.comparison import DIFFERENT, KNOWN, Difference, compare, verdict_of
from wxpay_v2.migration.replay import REFUSED as NOT_CARRIED
from wxpay_v2.migration.replay import judged
from wxpay_v2.operation import READ, Operation
from wxpay_v2.secret import redacted
from wxpay_v2.upgrade.translation import losses
from wxpay_v2.v2 import catalogue

__all__ = [
    "FAILED", "NOT_COMPARED", "ONLY_V2", "ONLY_V3", "PATIENCE", "REFUSED", "SKIPPED", "TRANSLATED", "Outcome", "Record",
    "Watch", "since",
]  # fmt: skip

PATIENCE = 30.0
"""Seconds that closing waits for what is still watched."""

TRANSLATED, REFUSED, SKIPPED = "translated", "not carried", "skipped"
ONLY_V2, ONLY_V3, FAILED = "only v2 failed", "only v3 failed", "failed"
NOT_COMPARED, _NOT_WRITTEN = "not compared", "not written"

Record = Callable[[dict[str, Any]], object]
Asking = Generator[Core, "Outcome", dict[str, Any]]
"""Yields whom to ask the same again, is sent what came of it, and returns an entry."""


class Outcome:
    """What one side answered. kind: "done", "refused", "unknown", or the name of another error. seconds: it took."""

    __slots__ = ("code", "fields", "kind", "losses", "seconds")

    def __init__(self, answer: object, seconds: float) -> None:
        self.seconds = seconds
        self.code = ""
        self.fields: dict[str, str] = {}
        self.losses: Mapping[str, str] | None = getattr(answer, "losses", None)
        if isinstance(answer, Mapping):
            self.kind, self.fields = "done", dict(answer)
        elif isinstance(answer, Refused):
            self.kind, self.code = "refused", answer.err_code or answer.return_code
        else:
            self.kind = "unknown" if isinstance(answer, OutcomeUnknown) else type(answer).__name__
            self.code = answer.err_code if isinstance(answer, OutcomeUnknown) else ""

    @property
    def told(self) -> bool:
        """True when the gateway gave an answer that can be compared."""
        return self.kind in ("done", "refused")

    @property
    def words(self) -> str:
        return f"{self.kind} {self.code}".rstrip()

    def of(self, name: str) -> str | None:
        """Return the field *name*, or in words how the call ended."""
        return self.words if name == "outcome" else self.fields.get(name)


class Watch:
    """Two clients, a dice, counts and a record; how the asking is carried out is left to its kinds."""

    _kind: type[Core]

    def __init__(
        self, control: Any, candidate: Any, record: str | os.PathLike[str] | Record, sample: float,
        dice: Callable[[], float] = random.random, **counts: int,
    ) -> None:  # fmt: skip
        if not isinstance(control, self._kind) or not isinstance(candidate, self._kind):
            raise ConfigurationError(f"control and candidate must be {self._kind.__name__}s")
        if control.upgraded is not None or candidate.upgraded is None:
            raise ConfigurationError("the control is a Client of API v2, the candidate one with upgrade=")
        if control.merchant.mch_id != candidate.merchant.mch_id or control.region != candidate.region:
            raise ConfigurationError("control and candidate must be of one merchant in one region")
        if isinstance(sample, bool) or not isinstance(sample, (int, float)) or not 0 <= sample <= 1:
            raise ConfigurationError(f"sample must be a part of all calls, 0 to 1, got {quoted(sample)}")
        for name, count in counts.items():
            most = 1_000_000 if name == "waiting" else 64
            if type(count) is not int or not 1 <= count <= most:
                raise ConfigurationError(f"{name} must be 1 to {most}, got {quoted(count)}")
        self._both = control, candidate
        self._file = None if callable(record) else _File(record)
        self._record: Record = record if callable(record) else self._line
        self._sample, self._room, self._dice = sample, sum(counts.values()), dice
        self._closed = False
        self._begin()
        _WATCHES.add(self)

    def _begin(self) -> None:
        """Begin to count; once more in a process that was forked off, whose parent's calls are not its own."""
        self._turn = threading.RLock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._open = 0

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many calls of this process had each verdict, by (operation, verdict)."""
        with self._turn:
            return dict(self._counts)

    def _takes(self, row: Operation | None) -> bool:
        """Return whether a call is watched, and keep a place for it; raises nothing."""
        if row is None or self._closed:
            return False
        try:
            if self._sample < 1 and self._dice() >= self._sample:
                return False
        except Exception:  # the caller's own dice: his answer is none the worse for it
            self._count(row, FAILED)
            return False
        with self._turn:
            taken = self._open < self._room
            if taken:
                self._open += 1
            else:
                self._counts[row.name, SKIPPED] += 1
        return taken

    def _left(self) -> None:
        with self._turn:
            self._open -= 1

    def _count(self, row: Operation, verdict: str) -> None:
        with self._turn:
            self._counts[row.name, verdict] += 1

    def _note(self, row: Operation, fields: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        entry = {"at": int(self._both[0].clock.time()), "operation": row.name, **found}
        numbers = {name: str(fields[name])[:64] for name in row.numbers if fields.get(name)}
        if numbers:
            entry["numbers"] = numbers
        self._count(row, entry["verdict"])
        self._write(row, entry)

    def _write(self, row: Operation, entry: dict[str, Any]) -> None:
        try:
            self._record(entry)
        except Exception:  # a full disk; the count is all that is left to tell it by
            self._count(row, _NOT_WRITTEN)

    def _line(self, entry: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.add(entry)

    def _end(self) -> None:
        """Write down how much was left out."""
        for (name, verdict), number in sorted(self.counts().items()):
            if verdict == SKIPPED:
                self._write(catalogue.find(name), {"operation": name, "verdict": SKIPPED, "number": number})
        if self._file is not None:
            self._file.close()

    def _asking(self, row: Operation, fields: Mapping[str, Any], told: Outcome) -> Asking:
        """Return what became of the call over API v3: the entry but for its head."""
        control, candidate = self._both
        v2 = {"v2": told.kind, "v2_us": int(told.seconds * 1e6)}
        if row.repeat != READ:
            return v2 | self._translated(row, fields)
        if row.response_format != "xml":  # a statement: wxpay-v2 reconcile compares those
            return v2 | {"verdict": NOT_COMPARED}
        there = yield candidate
        if there.kind not in ("done", "refused", "unknown"):  # nothing left: perhaps API v3 has no such call
            carried = self._translated(row, fields)
            if carried["verdict"] == REFUSED:
                return v2 | carried
        verdict, differences = self._compared(row, told, there)
        entry = v2 | {"v3": there.kind, "v3_us": int(there.seconds * 1e6)}
        if verdict == DIFFERENT:  # the order may have moved on between the two
            here = yield control
            there = yield candidate
            again = self._compared(row, here, there)
            entry["again"] = [_shown(one) for one in again[1]]
            strange = [one.name for one in differences if not one.reason]
            if again[0] not in (DIFFERENT, ONLY_V2, ONLY_V3, NOT_COMPARED):
                if all(here.of(name) != told.of(name) for name in strange):
                    verdict = KNOWN
                    entry["reason"] = "a difference of time: it was gone when both were asked again"
                else:  # v2 tells what it told before: it is v3 that was wrong for a while
                    entry["reason"] = "it was gone when both were asked again, and v2's answer had not moved"
        return entry | {"verdict": verdict, "differences": [_shown(one) for one in differences]}

    def _compared(self, row: Operation, v2: Outcome, v3: Outcome) -> tuple[str, list[Difference]]:
        if not v2.told and not v3.told:
            return NOT_COMPARED, []
        if not v2.told or not v3.told:
            return ONLY_V3 if v2.told else ONLY_V2, [Difference("outcome", v2.words, v3.words)]
        if v2.words != v3.words:
            return DIFFERENT, [Difference("outcome", v2.words, v3.words)]
        lost = losses(row.name, region=self._both[1].region) if v3.losses is None else v3.losses
        differences = compare(v2.fields, v3.fields, lost)
        return verdict_of(differences), differences

    def _translated(self, row: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
        candidate = self._both[1]
        account = candidate.upgraded.account if candidate.upgraded is not None else None
        told = judged("", row, fields, candidate.merchant, candidate.region, account)
        if told.verdict == NOT_CARRIED:
            return {"verdict": REFUSED, "reason": "; ".join(told.hidden), "remedy": told.remedy}
        return {"verdict": TRANSLATED, "call": told.call, "lost": list(told.lost)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._both[0]!r}>"


_WATCHES: weakref.WeakSet[Watch] = weakref.WeakSet()


def _begin_again() -> None:
    for watch in list(_WATCHES):
        watch._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_again)


def since(started: float, answer: object) -> Outcome:
    """Return the outcome *answer* of what began at *started*."""
    return Outcome(answer, time.perf_counter() - started)


class _File:
    """Lines of JSON at the end of a file; each is written at once, so that processes may share it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except (OSError, TypeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ConfigurationError(f"{quoted(path)} cannot be written: {reason}") from None
        self._turn = threading.Lock()

    def add(self, entry: dict[str, Any]) -> None:
        line = (json.dumps(entry, separators=(",", ":")) + "\n").encode()
        with self._turn:  # its number may be another file's once it is closed
            if self._file < 0:
                raise OSError("closed")
            if os.write(self._file, line) != len(line):
                raise OSError("written in part")

    def close(self) -> None:
        with self._turn:
            file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def _shown(one: Difference) -> dict[str, str]:
    values = redacted({one.name: one.v2}), redacted({one.name: one.v3})
    told = {"name": one.name, "reason": one.reason}
    return told | {
        side: shown[one.name][:80]
        for side, value, shown in zip(("v2", "v3"), (one.v2, one.v3), values, strict=True)
        if value is not None
    }
