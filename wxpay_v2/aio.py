"""AsyncClient: the calls of `wxpay_v2.client`, awaited, over aiohttp. Needs ``wxpay-v2[async]``.

The same core, the same rules: TLS 1.2 or newer, names and certificates verified, no redirects, no proxies from the
environment, no call without a time limit. A failure before the request had its connection is NotSent, everything after
is OutcomeUnknown. A cancelled call ends in CancelledError, as asyncio wants it, and what it may have done is told to
`on_unknown`. aio.pyi is the static face.
"""

from __future__ import annotations

import asyncio
import inspect
from contextlib import suppress

from wxpay_v2 import call as calls
from wxpay_v2 import telemetry
from wxpay_v2.async_session import CONNECTIONS, AsyncSession, Wire
from wxpay_v2.call import unknown
from wxpay_v2.client import Core, Method, describe
from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, NotSent
from wxpay_v2.operation import READ
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any, TypeVar

    from wxpay_v2.call import Call, Request, Response
    from wxpay_v2.errors import OutcomeUnknown
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.result import Result
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.v3.account import V3Account

    T = TypeVar("T")
    AsyncSend = Callable[[Request], Awaitable[Response]]

__all__ = ["AsyncClient"]


class AsyncClient(Core):
    """Calls the gateway and awaits the answer: the methods of `Client`, awaited.

    Belongs to one event loop; use it with ``async with``, or await `close`. merchant, region, base_url, verify,
    timeout, retry, upgrade: as for `Client`. transport: an awaitable ``send(Request) -> Response`` instead of the
    network. proxy: ``http://host:port``. clock: for tests. connections: at most so many at once (default 100).
    session: an `AsyncSession` that several clients share; whoever made it closes it.
    on_unknown: called with an OutcomeUnknown for each call that was cancelled after it may have left; see `carry`.

    Raises ConfigurationError for what cannot work, MissingExtra without aiohttp, before the first call.
    """

    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        verify: str | os.PathLike[str] | None = None,
        transport: AsyncSend | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        proxy: str | None = None,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
        connections: int | None = None,
        session: AsyncSession | None = None,
        on_unknown: Callable[[OutcomeUnknown], object] | None = None,
    ) -> None:
        super().__init__(
            merchant, region=region, base_url=base_url, timeout=timeout, retry=retry, clock=clock, upgrade=upgrade
        )
        if on_unknown is not None and (not callable(on_unknown) or inspect.iscoroutinefunction(on_unknown)):
            raise ConfigurationError(
                "on_unknown must be a plain function: a call that is being cancelled awaits nothing"
            )
        self._on_unknown = on_unknown
        self._send: AsyncSend
        self._close: Callable[[], Awaitable[None] | None] = _nothing
        if transport is not None:
            if any(given is not None for given in (verify, proxy, connections, session)):
                raise ConfigurationError(
                    "verify, proxy, connections and session belong to the network; a transport was given instead"
                )
            self._send = transport
            self._close = getattr(transport, "close", _nothing)
        else:
            if session is None:
                session = AsyncSession(connections=CONNECTIONS if connections is None else connections)
                self._close = session.close
            elif connections is not None:
                raise ConfigurationError("connections belong to the session; give AsyncSession(connections=...)")
            elif not isinstance(session, AsyncSession):
                raise ConfigurationError(f"session must be an AsyncSession, got {type(session).__name__}")
            self._send = Wire(session, lambda: self.merchant.certificate, verify, proxy)
        self._closed = False

    @without_frames
    async def carry(self, steps: Call[T]) -> T:
        """Carry out *steps*, a generator of requests and pauses, and return its result.

        When it is cancelled, CancelledError goes on its way, so that timeouts and task groups work. What may have
        left by then and is no read is told as OutcomeUnknown, one per operation and number: to on_unknown, and as the
        `__cause__` of the CancelledError. When nothing left there is nothing to tell, and the number is free again.
        """
        left: list[Request] = []

        async def send(request: Request) -> Response:
            if self._closed:
                raise ConfigurationError("the client is closed", request=request)
            left.append(request)
            try:
                return await self._send(request)
            except NotSent:
                left.pop()
                raise
            except asyncio.CancelledError as error:
                if isinstance(error.__cause__, NotSent):
                    left.pop()
                raise

        try:
            return await calls.run_async(steps, send, self._sleep)
        except BaseException as error:
            if not isinstance(error, Exception):  # cancelled, or the loop is coming down
                self._abandon(steps, left, error)
            raise

    def _abandon(self, steps: Call[T], left: list[Request], error: BaseException) -> None:
        """Leave *steps* where they are, and tell what is open: the requests that *left* and may have changed something.

        An answered one is told as well: the steps after it, which would have made something of its answer, are not.
        """
        # The steps log their end by what they are thrown; of NotSent they also learn that the number is free again.
        thrown = error if left else _Cancelled("the call was cancelled before anything left")
        with suppress(Exception, type(error)):
            steps.throw(thrown)
        steps.close()
        told: dict[tuple[object, ...], OutcomeUnknown] = {}
        for request in left:
            if request.operation is None or request.operation.repeat != READ:
                outcome = unknown(request, "cancelled after the request may have left", phase="read")
                told.setdefault((outcome.operation, *sorted(outcome.numbers.items())), outcome)
        error.__cause__ = next(iter(told.values()), None)
        if self._on_unknown is None:
            return
        for outcome in told.values():
            try:
                self._on_unknown(outcome)
            except Exception:
                told = {"operation": outcome.operation, **outcome.numbers}
                telemetry.emit("call.callback_failed", told, exc_info=True)

    async def _sleep(self, seconds: float) -> None:
        if type(self.clock).sleep is Clock.sleep:
            await asyncio.sleep(seconds)
        else:  # a clock that waits in its own way, as ManualClock does
            self.clock.sleep(seconds)
            await asyncio.sleep(0)

    @without_frames
    async def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result:
        """Make the call at *path* (``pay/orderquery``) with a dict of wire fields; see `Client.call`."""
        return await self.carry(self.steps(catalogue.at(path, certificate), fields))

    async def close(self) -> None:
        """Close the kept connections, unless they are of a shared session; later calls raise ConfigurationError."""
        self._closed = True
        closing = self._close()
        if closing is not None:  # a transport's own close may be a plain function
            await closing

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


class _Cancelled(NotSent):
    """Of a kind of its own, so that the rules of repetition do not try again."""


class AsyncMethod(Method):
    """A method of the awaiting client, made from its row on first use."""

    def __get__(self, client: AsyncClient | None, owner: type[AsyncClient]) -> Any:
        row = catalogue.find(self.name)

        @without_frames
        async def method(self: AsyncClient, **fields: Any) -> Result:
            return await self.carry(self.steps(row, fields))

        home = next(kind for kind in owner.__mro__ if kind.__dict__.get(self.name) is self)
        describe(method, row, home)
        setattr(home, self.name, method)
        return method.__get__(client, owner)


for _name in catalogue.NAMES:
    setattr(AsyncClient, _name, AsyncMethod(_name))


def _nothing() -> None:
    pass
