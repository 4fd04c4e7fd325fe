"""Control and candidate side by side: every call is answered by API v2 as without this, and watched over API v3.

A read is made over both, and the answers are compared. What is no read is never sent twice: what would become of it
over API v3 is told by translation. The caller waits for the control and for nothing else.
"""

from __future__ import annotations

import atexit
import os
import queue
import random
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from wxpay_v2.client import Client
from wxpay_v2.errors import NotSent
from wxpay_v2.migration.shadowing import FAILED, PATIENCE, SKIPPED, Outcome, Record, Watch, since
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import catalogue

__all__ = ["Shadow"]

_AT_EXIT = 10.0  # seconds that the end of the process waits for what is still watched

Ask = Callable[[Client], Result]
Job = Callable[[], None]


class Shadow(Watch):
    """A Client in every call, answered by *control* alone, while *candidate* is watched behind it. Safe for threads.

    control: a Client of API v2. candidate: one of the same merchant with ``upgrade=``. record: a file, to which lines
    of JSON are added that only its owner may read, or a function of an entry. sample: the part of all calls, 0 to 1,
    that is watched. threads, waiting: calls that are worked on, and that wait for it; what comes beyond them is left
    out and counted, so that a caller never waits. `close` ends the watching, not the clients.

    Flows and whatever else is no single call of the catalogue are the control's, unwatched. Raises ConfigurationError.
    """

    _kind = Client

    def __init__(
        self,
        control: Client,
        candidate: Client,
        *,
        record: str | os.PathLike[str] | Record,
        sample: float = 1.0,
        threads: int = 1,
        waiting: int = 100,
        dice: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(control, candidate, record, sample, dice, threads=threads, waiting=waiting)
        self.control = control
        self.candidate = candidate
        self._most = threads
        _SHADOWS.add(self)

    def _begin(self) -> None:
        super()._begin()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []  # they do not survive a fork
        self._over = False

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
                self._submit(row, fields, ask, since(started, error))
            raise
        self._submit(row, fields, ask, since(started, told))
        return told

    def _submit(self, row: Operation | None, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        """Leave the rest to a thread, where there is room; raises nothing."""
        if row is None or not self._takes(row):
            return
        with self._turn:
            try:
                if self._closed:
                    raise RuntimeError("closed meanwhile")
                self._grow()
                self._jobs.put(partial(self._work, row, dict(fields), ask, told))
            except Exception:  # no thread to be had: the caller's answer is none the worse for it
                self._left()
                self._count(row, SKIPPED if self._closed else FAILED)

    def _grow(self) -> None:
        """Start one more thread where there is work for it."""
        if len(self._threads) >= min(self._most, self._open):
            return
        # A daemon: the end of the process waits for no gateway that does not answer; see _close_all.
        thread = threading.Thread(target=_run, args=(self._jobs,), name="wxpay-shadow", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
        else:
            self._threads.append(thread)
            weakref.finalize(self, self._jobs.put, None).atexit = False

    def _work(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        try:
            if self._over:
                self._count(row, SKIPPED)
            else:
                self._note(row, fields, self._found(row, fields, ask, told))
        finally:
            self._left()

    def _found(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> dict[str, Any]:
        steps = self._asking(row, fields, told)
        try:
            client = next(steps)
            while True:
                client = steps.send(_asked(ask, client))
        except StopIteration as done:
            found: dict[str, Any] = done.value
            return found
        except Exception as error:
            return {"verdict": FAILED, "reason": type(error).__name__}

    def close(self, seconds: float = PATIENCE) -> None:
        """Wait for what is watched, write down how much was left out, and stop; calls are still answered by v2.

        seconds: to wait at most; what had no turn by then is left out, and what is on its way is given up.
        """
        with self._turn:
            closed, self._closed = self._closed, True
        if closed:
            return
        end = time.monotonic() + seconds
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))
        self._over = True
        while not self._jobs.empty():
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:  # a thread was faster
                break
            if job is not None:
                job()
        for _ in self._threads:  # those that are late
            self._jobs.put(None)
        self._end()

    def __enter__(self) -> Shadow:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _run(jobs: queue.SimpleQueue[Job | None]) -> None:
    while (job := jobs.get()) is not None:
        job()
        del job  # which holds the shadow, for as long as there is nothing to do


def _asked(ask: Ask, client: Any) -> Outcome:
    started = time.perf_counter()
    try:
        answer: object = ask(client)
    except Exception as error:
        answer = error
    return since(started, answer)


_SHADOWS: weakref.WeakSet[Shadow] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    end = time.monotonic() + _AT_EXIT
    for shadow in list(_SHADOWS):
        shadow.close(max(0.0, end - time.monotonic()))


def _method(name: str) -> Callable[..., Result]:
    @without_frames
    def method(self: Shadow, **fields: Any) -> Result:
        return self._watched(catalogue.find(name), fields, lambda client: getattr(client, name)(**fields))

    method.__name__, method.__qualname__ = name, f"Shadow.{name}"
    return method


for _name in catalogue.NAMES:
    setattr(Shadow, _name, _method(_name))
