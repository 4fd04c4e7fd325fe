"""The awaiting transport: aiohttp with a client certificate, where an operation needs one.

As `wxpay_v2.session`, over its SSL contexts: TLS 1.2 or newer, names and certificates verified, no redirects, no
proxies from the environment, no call without a time limit. What failed before the request had its connection is
NotSent, a kind of its own where the client's connections were all in use; everything after is OutcomeUnknown, also when
the waiting task was cancelled.
"""

from __future__ import annotations

import asyncio
import io
import re
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar

from wxpay_v2.call import Response, unknown
from wxpay_v2.errors import ConfigurationError, MissingExtra, NotSent, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import Any

    import aiohttp
    from yarl import URL

    from wxpay_v2.call import Request
    from wxpay_v2.certificate import Certificate
    from wxpay_v2.errors import OutcomeUnknown

__all__ = ["AsyncSession", "ConnectionsInUse", "Wire"]

CONNECTIONS = 100
_MOST_CONNECTIONS = 10_000
_LARGE_BODY = 1 << 20
_FAREWELL = 10  # turns of the loop until it has let go of a socket that was shut down
_SKIPPED = ("Accept", "User-Agent", "Content-Type")  # ours, or none: not those of aiohttp
_VISIBLE = re.compile(r'[!"$-~]+')  # no blank, no fragment


class ConnectionsInUse(NotSent):
    """Every connection that this client may have was in use for too long. It says nothing about the gateway."""


class AsyncSession:
    """Connections that the clients of many merchants share, within one event loop.

    connections: at most so many at once; who has to wait longer than the connect timeout gets ConnectionsInUse.
    per_host: at most so many to one host, counted for each merchant certificate by itself; None for no such limit.
    Calls without a certificate share connections. A connection made with one certificate serves no other.
    Raises ConfigurationError, or MissingExtra without aiohttp.
    """

    def __init__(self, *, connections: int = CONNECTIONS, per_host: int | None = None) -> None:
        try:
            import aiohttp  # noqa: F401 - now rather than at the first call
        except ModuleNotFoundError:
            raise MissingExtra("AsyncClient needs aiohttp", remedy="pip install 'wxpay-v2[async]'") from None
        for name, number in (("connections", connections), ("per_host", 1 if per_host is None else per_host)):
            if type(number) is not int or not 1 <= number <= _MOST_CONNECTIONS:
                raise ConfigurationError(f"{name} must be 1 to {_MOST_CONNECTIONS}, got {quoted(number)}")
        self._limits = (connections, per_host or 0)
        self._http: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def send(self, request: Request, context: ssl.SSLContext, proxy: str | None = None) -> Response:
        """Send *request* over TLS as *context* says. Raises NotSent or OutcomeUnknown.

        A CancelledError that leaves here has as its `__cause__` what a failure would have been: NotSent or
        OutcomeUnknown.
        """
        import aiohttp

        http, address = self._session(), _address(request)
        connect, read = request.timeout
        timeout = aiohttp.ClientTimeout(total=connect + read, connect=connect, sock_read=read)
        body = request.body if len(request.body) <= _LARGE_BODY else io.BytesIO(request.body)
        exchange = _Exchange()
        _exchange.set(exchange)
        reply: aiohttp.ClientResponse | None = None
        try:
            reply = await http.request(
                request.method, address, data=body or None, headers=request.headers, allow_redirects=False,
                ssl=context, proxy=proxy, timeout=timeout,
            )  # fmt: skip
            content = await _read(reply.content, _limit(request))
        except BaseException as error:
            if reply is None or reply.connection is not None:  # else somebody else may have it by now
                exchange.abort()
            if reply is not None:
                reply.close()
            judged = _judged(error, request, exchange)
            if isinstance(error, Exception) or not _from_outside(error):
                raise judged from error
            error.__cause__ = judged
            raise
        finally:
            exchange.connection = None
        return Response(reply.status, content, {name.lower(): value for name, value in reply.headers.items()})

    def _session(self) -> aiohttp.ClientSession:
        """Return aiohttp's session, made in the event loop of the first call and used in no other."""
        if self._closed:
            raise ConfigurationError("the session is closed")
        loop = asyncio.get_running_loop()
        if self._http is None:
            import aiohttp

            self._loop = loop
            self._http = aiohttp.ClientSession(
                connector=_connector(*self._limits), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
                headers={"Accept-Encoding": "identity"}, skip_auto_headers=_SKIPPED, trust_env=False,
            )  # fmt: skip
        elif self._loop is not loop:
            raise ConfigurationError(
                "the connections belong to another event loop",
                remedy="make the client in the loop that uses it: async with AsyncClient(...) as client",
            )
        return self._http

    async def close(self) -> None:
        """Close the connections; calls under way and later ones fail."""
        self._closed = True
        if self._http is not None:
            await self._http.close()
            for _ in range(_FAREWELL):
                await asyncio.sleep(0)

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


class Wire:
    """The transport of one client: which certificate and which CAs go with a request of its merchant."""

    def __init__(
        self,
        session: AsyncSession,
        certificate: Callable[[], Certificate | None],
        verify: str | os.PathLike[str] | None,
        proxy: str | None,
    ) -> None:
        from wxpay_v2.session import _bundle, _context, _proxy

        self._session = session
        self._certificate = certificate
        self._bundle = _bundle(verify)
        self._proxy = _proxy(proxy) if proxy is not None else None
        if self._proxy is not None and not self._proxy.startswith("http://"):
            raise ConfigurationError("proxy must be an http:// address; TLS goes through it, end to end")
        # What is no bundle is told now and not at the first call; the public one is read when it is needed.
        self._plain = _context(self._bundle, None) if verify is not None else None
        self._with: tuple[Certificate, ssl.SSLContext] | None = None

    async def __call__(self, request: Request) -> Response:
        return await self._session.send(request, self._context(request), self._proxy)

    def _context(self, request: Request) -> ssl.SSLContext:
        from wxpay_v2.session import _context

        if not request.certificate:
            if self._plain is None:
                self._plain = _context(self._bundle, None)
            return self._plain
        certificate = self._certificate()
        if certificate is None:
            raise ConfigurationError("this call needs the merchant certificate", request=request)
        if self._with is None or self._with[0] is not certificate:
            self._with = (certificate, _context(self._bundle, certificate))
        return self._with[1]


class _Exchange:
    """One request on its way.

    dialled: it was its turn, and a connection was begun for it. connected: it was given one; before that nothing of it
    can have left.
    """

    __slots__ = ("connected", "connection", "dialled")

    def __init__(self) -> None:
        self.dialled = False
        self.connected = False
        self.connection: asyncio.Transport | None = None

    def abort(self) -> None:
        """Drop the connection at once: a TLS farewell to who does not answer would hold the socket for long."""
        if self.connection is None:
            return
        with suppress(Exception):  # it is closed already, or its loop is
            # A TLS transport that aiohttp has closed twice no longer heeds abort(); the end of its socket it does.
            self.connection.abort()
            self.connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


_exchange: ContextVar[_Exchange] = ContextVar("wxpay_v2_exchange")


def _connector(connections: int, per_host: int) -> aiohttp.BaseConnector:
    """Return a pool of connections that notes on the exchange when it begins one and when it hands one over."""
    import aiohttp

    class Connector(aiohttp.TCPConnector):
        async def connect(self, *args: Any, **kwargs: Any) -> Any:
            exchange = _exchange.get()
            if exchange.connected:  # aiohttp repeats a GET by itself; whether to repeat is decided above
                raise aiohttp.ClientConnectionError("the connection was lost")
            found = await super().connect(*args, **kwargs)
            exchange.connected, exchange.connection = True, found.transport
            return found

        async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:  # what a connector of aiohttp has to have
            _exchange.get().dialled = True
            return await super()._create_connection(*args, **kwargs)

    return Connector(limit=connections, limit_per_host=per_host)


def _address(request: Request) -> URL:
    """Return where *request* goes, every byte as it was signed. Raises ConfigurationError."""
    from yarl import URL

    if any(set(f"{name}{value}") & set("\r\n\0") for name, value in request.headers.items()):
        raise ConfigurationError("a header holds a line end or a NUL")
    if not request.url.startswith("https://"):
        raise ConfigurationError(f"the gateway is called over https only, not {quoted(request.host)}")
    try:
        address = URL(request.url, encoded=True)
        if address.raw_host and address.port and _VISIBLE.fullmatch(request.url):
            return address
    except ValueError:
        pass
    raise ConfigurationError(f"not an address: {quoted(request.host + request.path)}")


def _limit(request: Request) -> int:
    from wxpay_v2.session import MAX_REPLY, MAX_STATEMENT

    row = request.operation
    return MAX_REPLY if row is None or row.response_format == "xml" else MAX_STATEMENT


async def _read(content: aiohttp.StreamReader, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            raise ValueError("the reply is too long")
    return b"".join(chunks)


def _from_outside(error: BaseException) -> bool:
    """Whether somebody cancelled the task; closing a session cancels what its calls wait for, and not the calls."""
    if not isinstance(error, asyncio.CancelledError):
        return True
    cancelling = getattr(asyncio.current_task(), "cancelling", None)  # Python 3.10 does not count
    return cancelling is None or cancelling() > 0


def _judged(error: BaseException, request: Request, exchange: _Exchange) -> NotSent | OutcomeUnknown:
    """Return what *error* means for the money: nothing was sent, or nobody knows."""
    timeout = isinstance(error, asyncio.TimeoutError)
    if not exchange.connected and not exchange.dialled and timeout:
        return ConnectionsInUse(
            "no connection in time: all that this client may have are in use", request=request,
            remedy="call again, or give the client more connections=",
        )  # fmt: skip
    if not exchange.connected:
        reason = "no connection in time" if timeout else _reason(error)
        return NotSent(f"the gateway could not be reached: {reason}", request=request, remedy="call again")
    message = "the request was sent and no answer came" if timeout else f"the answer was lost: {_reason(error)}"
    return unknown(request, message, phase="read")


def _reason(error: BaseException) -> str:
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of the gateway is not trusted ({getattr(error, 'verify_message', '') or error})"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{text:.64}"
