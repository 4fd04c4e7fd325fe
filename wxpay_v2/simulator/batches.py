"""One thread does all that the gateway does, what comes at the same time together.

While one batch waits for the disk the next one gathers; alone, a call is a batch of one and waits for nobody. No answer
leaves before its batch is committed.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wxpay_v2.simulator.faults import Faults
    from wxpay_v2.simulator.ledger import Ledger

    T = TypeVar("T")
    Job = tuple[Callable[[], Any], asyncio.Future[Any]]
    Outcome = tuple[asyncio.Future[Any], Any, BaseException | None]

__all__ = ["Batches"]

log = logging.getLogger("wxpay_v2.simulator")

MOST = 64
"""Calls in a batch."""


class Batches:
    """Calls of blocking functions of a gateway whose books are *ledger*. Lives in one event loop."""

    def __init__(self, ledger: Ledger, faults: Faults | None = None) -> None:
        self._ledger = ledger
        self._tentatively = faults.tentatively if faults is not None else nullcontext
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="wxpay_v2-gateway", daemon=True)

    async def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Return what *function* returns, once everything it did is committed; or raise what it raised."""
        if self._closed:
            raise RuntimeError("the gateway has been closed")
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._thread.start()
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((lambda: function(*arguments, **named), future))
        return await future

    def close(self) -> None:
        """Wait until all that was called has been done, and end the thread."""
        self._closed = True
        self._jobs.put(None)
        if self._loop is not None:
            self._thread.join()

    def _work(self) -> None:
        ended = False
        while not ended:
            batch: list[Job] = []
            while not batch or (len(batch) < MOST and not self._jobs.empty()):
                job = self._jobs.get()
                if job is None:
                    ended = True
                    break
                batch.append(job)
            if batch and self._loop is not None:
                self._loop.call_soon_threadsafe(_tell, self._done(batch))

    def _done(self, batch: list[Job]) -> list[Outcome]:
        """Return what became of each job, now that it is committed."""
        try:
            with self._tentatively(), self._ledger.together():
                outcomes = [_outcome(job) for job in batch]
        except Exception:  # of this nothing was committed; each is made again, and gets an outcome of its own
            log.info("%d calls could not be committed together", len(batch), exc_info=True)
            outcomes = [_outcome(job) for job in batch]
        return outcomes


def _outcome(job: Job) -> Outcome:
    function, future = job
    try:
        return future, function(), None
    except BaseException as error:
        return future, None, error


def _tell(outcomes: list[Outcome]) -> None:
    for future, result, error in outcomes:
        if future.cancelled():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
