"""Control and candidate side by side: every call is answered by API v2 as without this, and watched over API v3.

A read is made over both, and the answers are compared. What is no read is never sent twice: what would become of it
over API v3 is told by translation. The caller waits for the control and for nothing else.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from wxpay_v2.client import Client
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, quoted
from wxpay_v2.migration.comparison import DIFFERENT, KNOWN, Difference, compare, verdict_of
from wxpay_v2.migration.replay import REFUSED as NOT_CARRIED
from wxpay_v2.migration.replay import judged
from wxpay_v2.operation import READ, Operation
from wxpay_v2.result import Result
from wxpay_v2.secret import redacted, without_frames
from wxpay_v2.upgrade.translation import losses
from wxpay_v2.v2 import catalogue

__all__ = ["FAILED", "NOT_COMPARED", "ONLY_V2", "ONLY_V3", "REFUSED", "SKIPPED", "TRANSLATED", "Shadow"]

TRANSLATED, REFUSED, SKIPPED = "translated", "not carried", "skipped"
ONLY_V2, ONLY_V3, FAILED = "only v2 failed", "only v3 failed", "failed"
NOT_COMPARED, _NOT_WRITTEN = "not compared", "not written"

Ask = Callable[[Client], Result]


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


class Shadow:
    """A Client in every call, answered by *control* alone, while *candidate* is watched behind it. Safe for threads.

    control: a Client of API v2. candidate: one of the same merchant with ``upgrade=``. record: a file, to which lines
    of JSON are added that only its owner may read, or a function of an entry. sample: the part of all calls, 0 to 1,
    that is watched. threads, waiting: calls that are worked on, and that wait for it; what comes beyond them is left
    out and counted, so that a caller never waits. `close` ends the watching, not the clients.

    Flows and whatever else is no single call of the catalogue are the control's, unwatched. Raises ConfigurationError.
    """

    def __init__(
        self,
        control: Client,
        candidate: Client,
        *,
        record: str | os.PathLike[str] | Callable[[dict[str, Any]], object],
        sample: float = 1.0,
        threads: int = 1,
        waiting: int = 100,
        dice: Callable[[], float] = random.random,
    ) -> None:
        if not isinstance(control, Client) or not isinstance(candidate, Client):
            raise ConfigurationError("control and candidate must be Clients")
        if control.upgraded is not None or candidate.upgraded is None:
            raise ConfigurationError("the control is a Client of API v2, the candidate one with upgrade=")
        if control.merchant.mch_id != candidate.merchant.mch_id or control.region != candidate.region:
            raise ConfigurationError("control and candidate must be of one merchant in one region")
        if isinstance(sample, bool) or not isinstance(sample, (int, float)) or not 0 <= sample <= 1:
            raise ConfigurationError(f"sample must be a part of all calls, 0 to 1, got {quoted(sample)}")
        for name, count, most in (("threads", threads, 64), ("waiting", waiting, 1_000_000)):
            if type(count) is not int or not 1 <= count <= most:
                raise ConfigurationError(f"{name} must be 1 to {most}, got {quoted(count)}")
        self.control = control
        self.candidate = candidate
        self._file = None if callable(record) else _File(record)
        self._record: Callable[[dict[str, Any]], object] = record if callable(record) else self._line
        self._sample, self._threads, self._room, self._dice = sample, threads, threads + waiting, dice
        self._turn = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._open = 0
        self._pool: ThreadPoolExecutor | None = None
        self._process = os.getpid()
        self._closed = False

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many calls of this process had each verdict, by (operation, verdict)."""
        with self._turn:
            return dict(self._counts)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "control":
            raise AttributeError(name)
        return getattr(self.control, name)

    @without_frames
    def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result:
        """Make the call at *path* as `Client.call` does; one that the catalogue does not know is not watched."""
        row = catalogue.by_path(path.strip("/")) if isinstance(path, str) else None
        return self._watched(row, fields, lambda client: client.call(path, fields, certificate=certificate))

    def _watched(self, row: Operation | None, fields: Mapping[str, Any], ask: Ask) -> Result:
        started = time.perf_counter()
        try:
            told = ask(self.control)
        except Exception as error:
            if not isinstance(error, NotSent):
                self._submit(row, fields, ask, Outcome(error, time.perf_counter() - started))
            raise
        self._submit(row, fields, ask, Outcome(told, time.perf_counter() - started))
        return told

    def _submit(self, row: Operation | None, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        """Leave the rest to a thread, where there is room; raises nothing."""
        if row is None or self._closed:
            return
        try:
            if self._sample < 1 and self._dice() >= self._sample:
                return
            with self._turn:
                if self._open >= self._room:
                    self._counts[row.name, SKIPPED] += 1
                    return
                self._open += 1
                pool = self._executor()
        except Exception:  # the caller's dice, or no thread to be had: his answer is none the worse for it
            self._count(row, FAILED)
            return
        try:
            pool.submit(self._work, row, dict(fields), ask, told).add_done_callback(self._ended)
        except Exception:  # closed meanwhile
            self._count(row, SKIPPED)
            self._ended(None)

    def _executor(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():  # threads do not survive a fork
            self._pool, self._process = ThreadPoolExecutor(self._threads, "wxpay-shadow"), os.getpid()
        return self._pool

    def _ended(self, future: Future[None] | None) -> None:
        with self._turn:
            self._open -= 1

    def _count(self, row: Operation, verdict: str) -> None:
        with self._turn:
            self._counts[row.name, verdict] += 1

    def _work(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        entry: dict[str, Any] = {"at": int(self.control.clock.time()), "operation": row.name}
        try:
            entry |= self._found(row, fields, ask, told)
        except Exception as error:
            entry |= {"verdict": FAILED, "reason": type(error).__name__}
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

    def _found(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> dict[str, Any]:
        """Return what became of the call over API v3: the entry but for its head."""
        v2 = {"v2": told.kind, "v2_us": int(told.seconds * 1e6)}
        if row.repeat != READ:
            return v2 | self._translated(row, fields)
        if row.response_format != "xml":  # a statement: wxpay-v2 reconcile compares those
            return v2 | {"verdict": NOT_COMPARED}
        there = self._asked(ask, self.candidate)
        if there.kind not in ("done", "refused", "unknown"):  # nothing left: perhaps API v3 has no such call
            carried = self._translated(row, fields)
            if carried["verdict"] == REFUSED:
                return v2 | carried
        verdict, differences = self._compared(row, told, there)
        entry = v2 | {"v3": there.kind, "v3_us": int(there.seconds * 1e6)}
        if verdict == DIFFERENT:  # the order may have moved on between the two
            again = self._compared(row, self._asked(ask, self.control), self._asked(ask, self.candidate))
            entry["again"] = [_shown(one) for one in again[1]]
            if again[0] not in (DIFFERENT, ONLY_V2, ONLY_V3, NOT_COMPARED):
                verdict = KNOWN
                entry["reason"] = "a difference of time: it was gone when both were asked again"
        return entry | {"verdict": verdict, "differences": [_shown(one) for one in differences]}

    def _compared(self, row: Operation, v2: Outcome, v3: Outcome) -> tuple[str, list[Difference]]:
        if not v2.told and not v3.told:
            return NOT_COMPARED, []
        if not v2.told or not v3.told:
            return ONLY_V3 if v2.told else ONLY_V2, [Difference("outcome", v2.words, v3.words)]
        if v2.words != v3.words:
            return DIFFERENT, [Difference("outcome", v2.words, v3.words)]
        lost = losses(row.name, region=self.candidate.region) if v3.losses is None else v3.losses
        differences = compare(v2.fields, v3.fields, lost)
        return verdict_of(differences), differences

    def _asked(self, ask: Ask, client: Client) -> Outcome:
        started = time.perf_counter()
        try:
            answer: object = ask(client)
        except Exception as error:
            answer = error
        return Outcome(answer, time.perf_counter() - started)

    def _translated(self, row: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
        upgraded = self.candidate.upgraded
        account = upgraded.account if upgraded is not None else None
        told = judged("", row, fields, self.candidate.merchant, self.candidate.region, account)
        if told.verdict == NOT_CARRIED:
            return {"verdict": REFUSED, "reason": "; ".join(told.hidden), "remedy": told.remedy}
        return {"verdict": TRANSLATED, "call": told.call, "lost": list(told.lost)}

    def close(self) -> None:
        """Wait for what is watched, write down how much was left out, and stop; calls are still answered by v2."""
        with self._turn:
            closed, self._closed = self._closed, True
            pool, self._pool = self._pool, None
        if closed:
            return
        if pool is not None and self._process == os.getpid():
            pool.shutdown()
        for (name, verdict), number in sorted(self.counts().items()):
            if verdict == SKIPPED:
                self._write(catalogue.find(name), {"operation": name, "verdict": SKIPPED, "number": number})
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Shadow:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Shadow of {self.control!r}>"


class _File:
    """Lines of JSON at the end of a file; each is written at once, so that processes may share it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except (OSError, TypeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ConfigurationError(f"{quoted(path)} cannot be written: {reason}") from None

    def add(self, entry: dict[str, Any]) -> None:
        line = (json.dumps(entry, separators=(",", ":")) + "\n").encode()
        if os.write(self._file, line) != len(line):
            raise OSError("written in part")

    def close(self) -> None:
        os.close(self._file)


def _shown(one: Difference) -> dict[str, str]:
    values = redacted({one.name: one.v2}), redacted({one.name: one.v3})
    told = {"name": one.name, "reason": one.reason}
    return told | {
        side: shown[one.name][:80]
        for side, value, shown in zip(("v2", "v3"), (one.v2, one.v3), values, strict=True)
        if value is not None
    }


def _method(name: str) -> Callable[..., Result]:
    @without_frames
    def method(self: Shadow, **fields: Any) -> Result:
        return self._watched(catalogue.find(name), fields, lambda client: getattr(client, name)(**fields))

    method.__name__, method.__qualname__ = name, f"Shadow.{name}"
    return method


for _name in catalogue.NAMES:
    setattr(Shadow, _name, _method(_name))
