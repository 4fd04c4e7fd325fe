"""The endpoint for an event loop."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

from wxpay_v2.adapters.endpoint import Answer, Desk, answered, drop, note
from wxpay_v2.client import Core
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.merchant import Merchant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.v2.payment import Payment

__all__ = ["AsyncEndpoint"]

T = TypeVar("T")

_THREADS = 16
_LOOK_SECONDS = 1.0  # how often who waits for the loop looks whether it is still there


class AsyncEndpoint(Desk):
    """`Endpoint` for an event loop: handlers and order may be coroutine functions; blocking ones run in a thread.

    A coroutine function cannot share the store's transaction, so as a handler it is always `outside` of it; another
    function that returns an awaitable is to be marked so, or it books nothing. What is not durable after `deadline`
    seconds is answered FAIL while it goes on; the gateway asks again and finds it done.
    """

    def __init__(self, merchants: Merchant | Core | Iterable[Merchant | Core], **settings: Any) -> None:
        super().__init__(merchants, **settings)
        self._here = threading.local()
        self._threads: ThreadPoolExecutor | None = None

    async def handle(self, method: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a request, as `Endpoint.handle` does."""
        began = self._clock.monotonic()
        opened = self._open(method, body, headers)
        if isinstance(opened, Answer):
            return opened
        work = self._start(lambda: self._decide(opened, began))
        await asyncio.wait((work,), timeout=max(0.0, self._deadline - (self._clock.monotonic() - began)))
        if work.done():
            return work.result()
        note("notification.late", "not booked yet", opened.event.kind, opened.event.fields)
        return answered(opened.event, "late")

    async def settle(self, merchant: Merchant, payment: Payment, fields: Mapping[str, str]) -> str:
        """As `Endpoint.settle`."""
        return await self._start(lambda: self._settle(merchant, payment, fields))

    async def settle_closed(self, merchant: Merchant, out_trade_no: str) -> str:
        """As `Endpoint.settle_closed`."""
        return await self._start(lambda: self._settle_closed(merchant, out_trade_no))

    async def alarm(self, reason: str, kind: str, fields: Mapping[str, str]) -> None:
        """As `Endpoint.alarm`."""
        await self._start(lambda: self._alarm(reason, kind, fields))

    def _start(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Begin *work* in a thread that knows this loop and these context variables."""
        # Threads of its own: handlers that themselves wait for the loop's threads would otherwise wait for each other.
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="wxpay-notification")
        loop = asyncio.get_running_loop()

        def run() -> T:
            self._here.loop = loop
            return work()

        return loop.run_in_executor(self._threads, contextvars.copy_context().run, run)

    def _result(self, value: Any, *, inside: bool = False) -> Any:
        if not inspect.isawaitable(value):
            return value
        if inside:  # the store's lock is held: what is awaited may wait for it, and the loop with it
            drop(value)
            raise ConfigurationError(
                "a handler inside the transaction returned an awaitable",
                remedy="use outside(...), or make it a coroutine function",
            )
        loop = self._here.loop
        if loop.is_closed():
            drop(value)
            raise ConfigurationError("the event loop was closed before the handler began")
        found = asyncio.run_coroutine_threadsafe(_awaited(value), loop)
        while not wait((found,), _LOOK_SECONDS).done:
            if loop.is_closed():
                raise ConfigurationError("the event loop was closed before the handler had ended")
        return found.result()


async def _awaited(value: Awaitable[Any]) -> Any:
    return await value
