"""The shadow of an AsyncClient: every call awaited is answered by API v2, and watched over API v3 in tasks of the loop.

What is asked, compared and written is what `wxpay_v2.migration.shadow` asks, compares and writes.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from wxpay_v2.aio import AsyncClient
from wxpay_v2.errors import ConfigurationError, NotSent
from wxpay_v2.migration.shadowing import FAILED, PATIENCE, SKIPPED, Outcome, Record, Watch, since
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import catalogue

__all__ = ["AsyncShadow"]

Ask = Callable[[AsyncClient], Awaitable[Result]]


class AsyncShadow(Watch):
    """An AsyncClient in every call, answered by *control* alone, while *candidate* is watched behind it.

    As `wxpay_v2.migration.shadow.Shadow`, in one event loop: *tasks* calls are worked on at a time, *waiting* more may
    wait. A call that is cancelled is not watched. record: a file, or a plain function of an entry, which must not take
    long. Use it with ``async with``, or await `close`. Raises ConfigurationError.
    """

    _kind = AsyncClient

    def __init__(
        self,
        control: AsyncClient,
        candidate: AsyncClient,
        *,
        record: str | os.PathLike[str] | Record,
        sample: float = 1.0,
        tasks: int = 1,
        waiting: int = 100,
        dice: Callable[[], float] = random.random,
    ) -> None:
        if inspect.iscoroutinefunction(record):
            raise ConfigurationError("record must be a file or a plain function: nobody awaits what it returns")
        super().__init__(control, candidate, record, sample, dice, tasks=tasks, waiting=waiting)
        self.control = control
        self.candidate = candidate
        self._turns = asyncio.Semaphore(tasks)
        self._tasks: set[asyncio.Task[None]] = set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "control":
            raise AttributeError(name)
        return getattr(self.control, name)

    @without_frames
    async def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result:
        """Make the call at *path* as `AsyncClient.call` does; one that the catalogue does not know is not watched."""
        row = catalogue.by_path(path.strip("/")) if isinstance(path, str) else None
        return await self._watched(row, fields, lambda client: client.call(path, fields, certificate=certificate))

    async def _watched(self, row: Operation | None, fields: Mapping[str, Any], ask: Ask) -> Result:
        started = time.perf_counter()
        try:
            told = await ask(self.control)
        except Exception as error:
            if not isinstance(error, NotSent):
                self._submit(row, fields, ask, since(started, error))
            raise
        self._submit(row, fields, ask, since(started, told))
        return told

    def _submit(self, row: Operation | None, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        if row is None or not self._takes(row):
            return
        task = asyncio.get_running_loop().create_task(self._work(row, dict(fields), ask, told))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._left()

    async def _work(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> None:
        try:
            async with self._turns:
                found = await self._found(row, fields, ask, told)
        except asyncio.CancelledError:
            self._count(row, SKIPPED)
            raise
        self._note(row, fields, found)

    async def _found(self, row: Operation, fields: Mapping[str, Any], ask: Ask, told: Outcome) -> dict[str, Any]:
        steps = self._asking(row, fields, told)
        try:
            client = next(steps)
            while True:
                client = steps.send(await _asked(ask, client))
        except StopIteration as done:
            found: dict[str, Any] = done.value
            return found
        except Exception as error:
            return {"verdict": FAILED, "reason": type(error).__name__}

    async def close(self, seconds: float = PATIENCE) -> None:
        """Wait for what is watched, write down how much was left out, and stop; calls are still answered by v2.

        seconds: to wait at most; what is not done by then is left out.
        """
        if self._closed:
            return
        self._closed = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        self._end()

    async def __aenter__(self) -> AsyncShadow:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


async def _asked(ask: Ask, client: Any) -> Outcome:
    started = time.perf_counter()
    try:
        answer: object = await ask(client)
    except Exception as error:
        answer = error
    return since(started, answer)


def _method(name: str) -> Callable[..., Awaitable[Result]]:
    @without_frames
    async def method(self: AsyncShadow, **fields: Any) -> Result:
        return await self._watched(catalogue.find(name), fields, lambda client: getattr(client, name)(**fields))

    method.__name__, method.__qualname__ = name, f"AsyncShadow.{name}"
    return method


for _name in catalogue.NAMES:
    setattr(AsyncShadow, _name, _method(_name))
