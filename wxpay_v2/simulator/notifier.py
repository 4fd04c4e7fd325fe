"""Delivery of the gateway's notifications, to nowhere but this machine and the networks it was told.

A notification address is the caller's text: it is read by one parser, resolved once, and connected to exactly where
it resolved, and never leads to link-local or cloud metadata addresses, not even when a listed network holds them.
A connection is kept for the next notification to the same host and port: it stays where it was allowed to go, and a
name that means another address by then is checked when a connection is opened again.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from wxpay_v2.errors import ConfigurationError, quoted

if TYPE_CHECKING:
    from wxpay_v2.simulator.gateway import Gateway, PendingNotification

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address
    Network = ipaddress.IPv4Network | ipaddress.IPv6Network

__all__ = ["Blocked", "Notifier", "check_address", "check_url", "networks"]

log = logging.getLogger("wxpay_v2.simulator")

TIMEOUT = 5.0
"""Seconds for one delivery, connecting included."""
ANSWER_LIMIT = 4096
"""Bytes of an answer that are read."""
POLL = 1.0
"""Seconds (real ones) after which the clock is looked at again: a virtual clock tells nobody that it moved."""
PAUSE = 0.05
"""Seconds between two looks while deliveries are under way."""
MOST = 128
"""Deliveries under way at a time."""
KEPT = 2.0
"""Seconds for which an idle connection is kept: less than servers keep it, so that few end in the moment of use."""

_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "224.0.0.0/4",
        "240.0.0.0/4", "::/128", "fe80::/10", "fd00:ec2::/32", "ff00::/8",
        # IPv4 addresses in IPv6 clothes, which would pass a rule written for the other family
        "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16",
    )
)  # fmt: skip
_NUMERIC_END = re.compile(r"(^|\.)([0-9]+|0[xX][0-9a-fA-F]*)\.?$", re.ASCII)


_XML = {"Content-Type": "text/xml; charset=utf-8", "User-Agent": "Mozilla/4.0"}


class Blocked(Exception):
    """A notification address that is not delivered to; the text says why. Stays inside the simulator."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return *texts*, such as ``10.1.0.0/16``, as networks. Raises ConfigurationError."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError:
        raise ConfigurationError(f"not a network: {quoted(list(texts))}", remedy="write it like 10.1.0.0/16") from None


def check_url(text: str) -> URL:
    """Return *text* as the address to post to. Raises Blocked unless it is plain http or https."""
    try:
        url = URL(text)
        host, _port = url.host, url.port
    except ValueError:
        raise Blocked("not an address") from None
    if url.scheme not in ("http", "https") or not host:
        raise Blocked("neither http nor https")
    if url.user is not None or url.password is not None:
        raise Blocked("user information in the address")
    if _NUMERIC_END.search(host) or ":" in host:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise Blocked("an IP address in an unusual spelling") from None
    return url


@lru_cache(maxsize=256)
def check_address(text: str, allowed: tuple[Network, ...] = ()) -> None:
    """Raise Blocked unless the IP address *text* is of this machine or in one of the networks *allowed*."""
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        raise Blocked("not an IP address") from None
    if any(address in network for network in _NEVER):
        raise Blocked(f"{address} is link-local, a metadata service or no host")
    if not any(address in network for network in (*_LOOPBACK, *allowed)):
        raise Blocked(f"{address} is neither of this machine nor in a listed network")


class _Resolver(AbstractResolver):
    """Names to those of their addresses that may be connected to."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        results: list[ResolveResult] = []
        for kind, _type, protocol, _name, where in found:
            check_address(str(where[0]), self._allowed)
            results.append(
                ResolveResult(
                    hostname=host, host=str(where[0]), port=port, family=kind, proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )  # fmt: skip
        return results

    async def close(self) -> None:
        """Nothing is kept."""


class Notifier:
    """Delivers a gateway's notifications. Lives in one event loop.

    gateway: whose. call: awaits a blocking function of the gateway (a thread runs it). ca: PEM file trusted for
    https addresses beside the system's. allowed: networks beside loopback that may be posted to.
    """

    def __init__(
        self,
        gateway: Gateway,
        call: Callable[..., Awaitable[Any]],
        *,
        ca: str | None = None,
        allowed: Sequence[Network] = (),
    ) -> None:
        self._gateway = gateway
        self._call = call
        self._ca = ca
        self._allowed = tuple(allowed)
        self._wake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._reading = asyncio.Lock()  # one at a time, so that nothing is found due twice before it is under way
        self._context: ssl.SSLContext | None = None
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.Task[None] | None = None
        self._closing = False

    def wake(self) -> None:
        """Look for due notifications now: something was queued, or the clock moved."""
        self._wake.set()

    def start(self) -> None:
        """Deliver what becomes due, by the gateway's clock, until `close`."""
        self._loop = asyncio.create_task(self._run())

    async def deliver_now(self) -> int:
        """Deliver everything that is due by the gateway's clock. Return the number of attempts made."""
        made = 0
        while True:
            started, _ = await self._start_due()
            made += started
            full = len(self._under_way) >= MOST
            if self._under_way:
                await asyncio.wait(list(self._under_way.values()))
            if not full:
                return made

    async def close(self) -> None:
        """Break off what is under way (it stays due) and close the sockets."""
        self._closing = True
        self._wake.set()
        if self._loop is not None:
            await self._loop
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _run(self) -> None:
        # Ended by a flag: before Python 3.12, wait_for loses a cancellation that comes together with its event.
        while not self._closing:
            self._wake.clear()
            try:
                _, due = await self._start_due()
            except Exception:
                log.exception("the notifications cannot be read")
                due = None
            wait = POLL if due is None else min(POLL, max(0.0, due - self._gateway.clock.time()))
            if self._under_way:  # they stay due until they end, and their end wakes this
                wait = max(wait, PAUSE)
            if not self._closing:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait)

    async def _start_due(self) -> tuple[int, float | None]:
        """Begin to deliver what is due, MOST at a time. Return how many, and when the next attempt is due."""

        def read() -> tuple[list[PendingNotification], float | None]:
            self._gateway.tick()
            return self._gateway.due_notifications(), self._gateway.next_notification_at()

        async with self._reading:
            known = set(self._under_way)  # one that ends meanwhile may still be read as due
            pending, following = await self._call(read)
            fresh = [one for one in pending if one.id not in known][: MOST - len(self._under_way)]
            for one in fresh:
                self._begin(one)
        return len(fresh), following

    def _begin(self, pending: PendingNotification) -> None:
        task = asyncio.create_task(self._deliver(pending))
        self._under_way[pending.id] = task
        task.add_done_callback(partial(self._ended, pending.id))

    def _ended(self, key: int, task: asyncio.Task[None]) -> None:
        del self._under_way[key]
        if not task.cancelled() and task.exception() is not None:
            log.error("what became of a notification cannot be written down", exc_info=task.exception())
        self._wake.set()

    async def _deliver(self, pending: PendingNotification) -> None:
        what = f"{pending.kind} notification of {pending.out_trade_no}, attempt {pending.attempt}"
        try:
            url = check_url(pending.url)
            status, body = await self._post(pending, url)
        except Exception as error:
            reason = _reason(error)
            log.info("%s: not delivered: %s", what, reason)
            note = partial(self._gateway.notification_failed, pending.id, reason)
        else:
            log.info("%s: %s://%s%s answered %d", what, url.scheme, url.authority, url.raw_path, status)
            note = partial(self._gateway.notification_delivered, pending.id, status=status, body=body)
        await self._call(note)

    async def _post(self, pending: PendingNotification, url: URL) -> tuple[int, bytes]:
        host = url.host or ""
        if _NUMERIC_END.search(host) or ":" in host:  # addresses do not pass the resolver
            check_address(host, self._allowed)
        headers = _XML if pending.headers is None else await self._call(pending.headers)
        trust = await self._trust() if url.scheme == "https" else True
        kept = _Kept()
        try:
            return await self._send(url, pending.body, headers, trust, kept)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if not kept.used:
                raise
        return await self._send(url, pending.body, headers, trust, _Kept())  # the kept connection had ended meanwhile

    async def _send(
        self, url: URL, body: bytes, headers: Mapping[str, str], trust: ssl.SSLContext | bool, kept: _Kept
    ) -> tuple[int, bytes]:
        async with self._open().post(
            url, data=body, headers=headers, allow_redirects=False, ssl=trust, trace_request_ctx=kept
        ) as answer:
            return answer.status, await _read(answer.content)

    async def _trust(self) -> ssl.SSLContext:
        if self._context is None:

            def build() -> ssl.SSLContext:
                context = ssl.create_default_context()
                context.minimum_version = ssl.TLSVersion.TLSv1_2
                if self._ca is not None:
                    context.load_verify_locations(self._ca)
                return context

            self._context = await self._call(build)
        return self._context

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            traces = aiohttp.TraceConfig()
            traces.on_connection_reuseconn.append(_note_reuse)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_Resolver(self._allowed), use_dns_cache=False, keepalive_timeout=KEPT, limit=MOST
                ),
                trace_configs=[traces],
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


class _Kept:
    """Whether a request went over a connection that an earlier one had opened."""

    used = False


async def _note_reuse(session: aiohttp.ClientSession, context: Any, parameters: Any) -> None:
    context.trace_request_ctx.used = True


async def _read(stream: aiohttp.StreamReader) -> bytes:
    body = b""
    while len(body) < ANSWER_LIMIT:
        chunk = await stream.read(ANSWER_LIMIT - len(body))
        if not chunk:
            break
        body += chunk
    return body


def _reason(error: BaseException) -> str:
    """Return why a delivery failed, in a few words; aiohttp wraps what the resolver said."""
    if isinstance(error, Blocked):
        return f"refused: {error}"
    if isinstance(error, asyncio.TimeoutError):
        return f"no answer within {TIMEOUT:g} s"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "the certificate of the address is not trusted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection ({error.os_error.strerror or 'failed'})"
    return type(error).__name__
