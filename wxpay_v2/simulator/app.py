"""The gateway's doors: https for merchants, plain http for people, and the notifier behind both.

The merchants' door asks for a TLS client certificate and works without one, as the real host does; which operation
needs it is the gateway's to judge. Blocking work runs in a thread of its own (batches.py), never in the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import ssl
import struct
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from aiohttp import web

from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.payment_directory import verdict
from wxpay_v2.simulator.batches import Batches
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.exchanges import Exchanges
from wxpay_v2.simulator.notifier import Notifier
from wxpay_v2.simulator.payer import people

if TYPE_CHECKING:
    from wxpay_v2.simulator.exchange import Answer
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.notifier import Network
    from wxpay_v2.simulator.views import PendingNotification

    T = TypeVar("T")

__all__ = ["Server", "server_context"]

log = logging.getLogger("wxpay_v2.simulator")

BODY_LIMIT = 6 << 20
"""Bytes of a request body; a longer one is cut one byte further, and the gateway refuses it in its own words."""
HANG = 60.0
"""Seconds after which a hanging answer ends in a reset."""


class Server:
    """A gateway behind sockets. Lives in one event loop: `start`, then `stop`.

    directory: with the files that certificates.write puts there. host: to bind to. port, payer_port: 0 for a free
    one; what they became stands in `port` and `payer_port` after `start`. deliver: send notifications as they fall
    due; otherwise only `deliver_now` does. allowed: networks beside loopback that may be notified. payment_directories:
    from which pages the stand-in for WeChat's browser pays; without any, from all of this machine.
    """

    def __init__(
        self,
        gateway: Gateway,
        directory: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        payer_port: int = 0,
        deliver: bool = True,
        allowed: Sequence[Network] = (),
        payment_directories: Sequence[str] = (),
    ) -> None:
        self.gateway = gateway
        self.host = host
        self.port = port
        self.payer_port = payer_port
        self.context = server_context(directory)
        self._deliver = deliver
        self._payment_directories = tuple(payment_directories)
        verdict(self._payment_directories, "https://localhost/")  # refuses what cannot be registered
        self._batches = Batches(gateway.ledger, gateway.faults)
        self._stopping = asyncio.Event()
        self._runners: list[web.AppRunner] = []
        self.exchanges = Exchanges()
        ca = str(directory / "rootca.pem")
        self.notifier = Notifier(gateway, self.call, ca=ca, allowed=allowed)
        self._again = partial(Notifier, call=self.call, ca=ca, allowed=allowed)

    async def start(self) -> None:
        """Listen. Raises ConfigurationError when a port is taken or the host is not ours."""
        merchants = web.Application(client_max_size=BODY_LIMIT + 1)
        merchants.router.add_route("*", "/{path:.*}", self._merchant_call)
        pages = people(
            self.gateway, self.act, self.notifier.deliver_now, self.send_again, self.exchanges, host=self.host,
            directories=self._payment_directories,
        )  # fmt: skip
        self.port = await self._listen(merchants, self.port, self.context)
        self.payer_port = await self._listen(pages, self.payer_port, None)
        if self._deliver:
            self.notifier.start()

    async def stop(self) -> None:
        """Let running calls end, close every socket and thread."""
        self._stopping.set()
        await self.notifier.close()
        open_ = [one.transport for runner in self._runners if runner.server for one in runner.server.connections]
        for runner in reversed(self._runners):
            await runner.cleanup()
        for transport in open_:
            if transport is not None:
                transport.abort()  # a TLS farewell would wait for a client that has gone already
        for _ in range(3):
            await asyncio.sleep(0)  # what was aborted is closed by the loop's next turns
        self._batches.close()

    async def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Return what blocking *function* of the gateway returns, once everything it did is committed."""
        return await self._batches.call(function, *arguments, **named)

    async def act(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """`call`, after which a notification may be due."""
        try:
            return await self.call(function, *arguments, **named)
        finally:
            self.notifier.wake()

    async def send_again(self, number: int) -> bool:
        """Send the notification of that id once more, whatever became of it; the attempt is recorded. False: none."""
        pending = await self.call(self.gateway.pending_notification, number)
        if pending is None:
            return False
        once = self._again(cast("Gateway", _Only(self.gateway, pending)))
        try:
            await once.deliver_now()
        finally:
            await once.close()
        return True

    async def _listen(self, app: web.Application, port: int, context: ssl.SSLContext | None) -> int:
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0, auto_decompress=False)
        await runner.setup()
        self._runners.append(runner)
        try:
            await web.TCPSite(runner, self.host, port, ssl_context=context).start()
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {self.host}, port {port}: {error.strerror or error}",
                remedy="choose another port, or 0 for a free one",
            ) from None
        bound: int = runner.addresses[0][1]
        return bound

    async def _merchant_call(self, request: web.Request) -> web.StreamResponse:
        started, at = time.monotonic(), self.gateway.clock.time()
        secured = request.transport.get_extra_info("ssl_object") if request.transport is not None else None
        exchange = Exchange(
            method=request.method,
            path=request.path,
            headers=dict(request.headers),
            body=await _read(request),
            peer_certificate=secured.getpeercert(binary_form=True) if secured is not None else None,
            query=request.rel_url.raw_query_string,
            raw=request.raw_path,
        )
        try:
            answer = await self.act(self.gateway.handle, exchange)
        except Exception:
            log.exception("the gateway failed at %s", quoted(request.rel_url.raw_path))
            return web.Response(status=500)
        if answer.delay > 0:
            await self._wait(answer.delay)
        if answer.action == "hang":
            await self._hang(request)
        seconds = time.monotonic() - started
        self.exchanges.add(exchange, answer, at=at, seconds=seconds)
        log.info(  # path only: bodies, queries and headers carry what must not be kept
            "%s %s: %s, %d bytes, %.1f ms%s",
            request.method,
            quoted(request.rel_url.raw_path),
            answer.status if answer.action == "send" else answer.action,
            len(answer.body),
            seconds * 1e3,
            ", with a client certificate" if exchange.peer_certificate else "",
        )
        return _response(answer) if answer.action == "send" else _reset(request)

    async def _wait(self, seconds: float) -> None:
        """Wait, but not longer than the server runs."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _hang(self, request: web.Request) -> None:
        """Say nothing until the client leaves, a minute is over or the server stops."""
        end = time.monotonic() + HANG
        while request.transport is not None and not self._stopping.is_set() and time.monotonic() < end:
            await self._wait(0.05)


class _Only:
    """The gateway, as a notifier sees it that is to deliver one notification now."""

    def __init__(self, gateway: Gateway, pending: PendingNotification) -> None:
        self._gateway = gateway
        self._pending = pending

    def due_notifications(self) -> list[PendingNotification]:
        return [self._pending]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)


def server_context(directory: Path) -> ssl.SSLContext:
    """Return the merchants' TLS: 1.2 at least, a client certificate welcome and not demanded.

    A certificate of another CA breaks the handshake. A self-signed one in *directory* is trusted as it stands.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(directory / "gateway_cert.pem", directory / "gateway_key.pem")
        context.load_verify_locations(directory / "rootca.pem")
        context.load_verify_locations(directory / "apiclient_cert.pem")
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"the certificates in {quoted(os.fspath(directory))} cannot be used ({type(error).__name__})",
            remedy="write new ones: wxpay-v2 certs DIR --force",
        ) from None
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


async def _read(request: web.Request) -> bytes:
    """Return the body, cut one byte after the limit."""
    body = bytearray()
    while len(body) <= BODY_LIMIT:
        chunk = await request.content.readany()
        if not chunk:
            break
        body += chunk
    return bytes(body[: BODY_LIMIT + 1])


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


def _reset(request: web.Request) -> web.StreamResponse:
    """Break the connection off the way a dead host does: a reset, no farewell."""
    transport = request.transport
    if transport is not None:
        peer = transport.get_extra_info("socket")
        if peer is not None:
            with contextlib.suppress(OSError):
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()  # nobody gets it: aiohttp finds the connection closed, and says nothing
