"""The blocking transport: requests with a client certificate, where an operation needs one.

TLS 1.2 or newer, names and certificates verified, no redirects, no proxies from the environment, no call without a
time limit. An SSL context is made once per (CA bundle, certificate) and process; connections are kept. What failed
before the first byte left is NotSent; everything after is OutcomeUnknown.
"""

from __future__ import annotations

import os
import re
import ssl
import threading
import time

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from wxpay_v2.call import Response, unknown
from wxpay_v2.errors import ConfigurationError, NotSent, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from wxpay_v2.call import Request
    from wxpay_v2.certificate import Certificate
    from wxpay_v2.errors import OutcomeUnknown

__all__ = ["Session", "judged"]

MAX_REPLY = 1 << 20
MAX_STATEMENT = 1 << 28
_CONTEXTS_KEPT = 32
_contexts: dict[tuple[str, float, str], ssl.SSLContext] = {}
_contexts_lock = threading.Lock()
_HOSTS_KEPT = 256
_hosts: dict[str, str] = {}  # as requests spells them
_TARGET = re.compile(r"/[!-\"$-~]*", re.ASCII)  # goes out as it was signed


class Session:
    """Sends requests and keeps their connections. ``session(request)`` is a transport; safe for threads.

    certificate: returns the merchant's certificate at each request, so that it can change without a restart.
    verify: path of a PEM bundle of CAs to trust instead of the public ones. There is no way to turn it off.
    proxy: ``http://host:port`` to go through, None for none.
    Raises ConfigurationError for a bundle that cannot be read.
    """

    def __init__(
        self,
        certificate: Callable[[], Certificate | None] = lambda: None,
        *,
        verify: str | os.PathLike[str] | None = None,
        proxy: str | None = None,
    ) -> None:
        self._bundle = _bundle(verify)
        if verify is not None:
            _context(self._bundle, None)  # what is no bundle is told now and not at the first call
        self._proxies = {"https": _proxy(proxy)} if proxy is not None else {}
        self._certificate = certificate
        self._lock = threading.Lock()
        self._plain: HTTPAdapter | None = None
        self._with: tuple[Certificate, HTTPAdapter] | None = None
        self._closed = False

    def __call__(self, request: Request) -> Response:
        """Send *request* and return its response. Raises NotSent or OutcomeUnknown."""
        adapter = self._adapter(request)
        prepared = self._prepare(request)
        started = time.monotonic()
        try:
            reply = adapter.send(
                prepared, stream=True, timeout=request.timeout, verify=self._bundle, proxies=self._proxies
            )
            limit = MAX_REPLY if request.operation is None or _is_xml(request) else MAX_STATEMENT
            body = _read(reply, limit, started + sum(request.timeout))
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise judged(error, request) from error
        return Response(reply.status_code, body, {name.lower(): value for name, value in reply.headers.items()})

    def close(self) -> None:
        """Close the kept connections; a later call is refused with ConfigurationError."""
        self._closed = True
        for adapter in (self._plain, self._with and self._with[1]):
            if adapter is not None:
                adapter.close()

    def _adapter(self, request: Request) -> HTTPAdapter:
        if self._closed:
            raise ConfigurationError("the client is closed", request=request)
        if not request.certificate:
            if self._plain is None:
                with self._lock:
                    if self._plain is None:
                        self._plain = _Adapter(_context(self._bundle, None))
            return self._plain
        certificate = self._certificate()
        if certificate is None:
            raise ConfigurationError("this call needs the merchant certificate", request=request)
        kept = self._with
        if kept is None or kept[0] is not certificate:
            with self._lock:
                kept = self._with
                if kept is None or kept[0] is not certificate:
                    kept = self._with = (certificate, _Adapter(_context(self._bundle, certificate)))
        return kept[1]

    @staticmethod
    def _prepare(request: Request) -> requests.PreparedRequest:
        """Return a prepared request; parsing the same address again would cost more than sending."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        if not _TARGET.fullmatch(target):
            raise ConfigurationError(f"not an address: {quoted(request.host + request.path)}")
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = request.method, (_hosts.get(request.host) or _host(request.host)) + target
        prepared.headers = CaseInsensitiveDict(request.headers)
        told = "".join([*request.headers, *request.headers.values()])
        if "\r" in told or "\n" in told or "\0" in told:
            raise ConfigurationError("a header holds a line end or a NUL")
        prepared.body = request.body or None
        prepared.headers["Content-Length"] = str(len(request.body))
        return prepared


class _Connection(HTTPSConnection):
    """A connection that sends head and body in one write: one TLS record and one packet instead of two."""

    _held: list[bytes] | None = None

    def connect(self) -> None:
        try:
            super().connect()
        except Exception as error:  # of the handshake, say: no byte of a request has left
            error.unsent = True  # type: ignore[attr-defined]
            raise

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._held = []
        try:
            super().request(*args, **kwargs)
            data = b"".join(self._held)
        finally:
            self._held = None
        self.send(data)

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)

    def getresponse(self) -> Any:
        sock = self.sock
        if not isinstance(sock, _Socket):
            return super().getresponse()
        sock.deadline = time.monotonic() + float(self.timeout)  # type: ignore[arg-type]
        response = super().getresponse()
        if not sock.remembered and isinstance(sock.context, _Context):
            sock.remembered = True
            sock.context.remember(sock)
        return response


class _Socket(ssl.SSLSocket):
    """A socket whose read timeout covers the whole answer: by itself it begins anew with every byte that drips in."""

    deadline: float | None = None
    remembered = False

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is not None:
            self.settimeout(max(self.deadline - time.monotonic(), 0.001))
        return super().recv_into(*args, **kwargs)


class _Context(ssl.SSLContext):
    """A context that resumes TLS sessions: a new connection then costs a quarter of a whole handshake.

    A session belongs to this context, hence to its CAs and its client certificate, and to one server name.
    """

    sslsocket_class = _Socket
    _sessions: dict[str, ssl.SSLSession]

    def wrap_socket(self, sock: Any, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        kwargs["session"] = self.sessions().get(f"{kwargs.get('server_hostname')}")
        return super().wrap_socket(sock, *args, **kwargs)

    def remember(self, sock: ssl.SSLSocket) -> None:
        """Keep the session of *sock*, on which an answer has come: with TLS 1.3 the ticket comes with the answer."""
        session = sock.session
        sessions = self.sessions()
        if session is not None and session.has_ticket and len(sessions) < _CONTEXTS_KEPT:
            sessions[f"{sock.server_hostname}"] = session

    def sessions(self) -> dict[str, ssl.SSLSession]:
        kept: dict[str, ssl.SSLSession] = self.__dict__.setdefault("_sessions", {})
        return kept


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    """An adapter whose SSL context is given; requests would otherwise read the CA bundle at every connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._pools: dict[str, Any] = {}
        super().__init__(pool_connections=4, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """Finding the pool of a host again costs requests as much as the whole message costs us."""
        if proxies:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        host = request.url.split("/", 3)[2]
        pool = self._pools.get(host)
        if pool is None or pool.pool is None:  # closed
            pool = self._pools[host] = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return pool

    def close(self) -> None:
        """Close the kept connections: urllib3 does it when nobody holds their pool any more."""
        self._pools.clear()
        super().close()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, True, None)
        return host, {name: value for name, value in pool.items() if name not in ("ca_certs", "ca_cert_dir")}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context verifies; nothing is left to set."""


def _host(given: str) -> str:
    """Return ``https://host:port`` as requests spells it. Raises ConfigurationError."""
    try:
        address = requests.Request("POST", f"{given}/").prepare().url or ""
    except (requests.RequestException, ValueError) as error:
        raise ConfigurationError(f"not an address: {quoted(given)} ({type(error).__name__})") from None
    if not given.startswith("https://"):
        raise ConfigurationError(f"the gateway is called over https only, not {quoted(given)}")
    if len(_hosts) >= _HOSTS_KEPT:
        _hosts.clear()
    _hosts[given] = address.rstrip("/")
    return _hosts[given]


def _bundle(verify: str | os.PathLike[str] | None) -> str:
    if verify is None:
        return DEFAULT_CA_BUNDLE_PATH
    if isinstance(verify, bool) or not isinstance(verify, (str, os.PathLike)):
        raise ConfigurationError(
            f"verify must be the path of a PEM bundle, got {quoted(verify)}",
            remedy="verification is never switched off; give the CA of your test gateway",
        )
    if not os.path.isfile(verify):
        raise ConfigurationError(f"there is no CA bundle at {quoted(os.fspath(verify))}")
    return os.fspath(verify)


def _proxy(proxy: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(proxy)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return proxy
    except (ValueError, TypeError, AttributeError):
        pass
    raise ConfigurationError("proxy must be an address such as http://proxy.example:3128")


def _context(bundle: str, certificate: Certificate | None) -> ssl.SSLContext:
    fingerprint = certificate.fingerprint if certificate is not None else ""
    try:
        key = (bundle, os.stat(bundle).st_mtime, fingerprint)
    except OSError:
        raise ConfigurationError(f"there is no CA bundle at {quoted(bundle)} any more") from None
    with _contexts_lock:
        context = _contexts.get(key)
        if context is None:
            try:
                context = _Context(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificates and names; logs no keys
                context.load_verify_locations(bundle)
            except (OSError, ValueError) as error:
                raise ConfigurationError(
                    f"{quoted(bundle)} is not a PEM bundle of CAs ({type(error).__name__})"
                ) from None
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if certificate is not None:
                certificate.load_into(context)
            if len(_contexts) >= _CONTEXTS_KEPT:
                _contexts.clear()
            _contexts[key] = context
        return context


def _is_xml(request: Request) -> bool:
    return request.operation is not None and request.operation.response_format == "xml"


def _read(reply: requests.Response, limit: int, deadline: float) -> bytes:
    """Return the whole body, refusing to read longer than *deadline* (monotonic seconds) or more than *limit*."""
    chunks: list[bytes] = []
    size = 0
    raw = reply.raw
    while True:
        chunk = raw.read1(65536, decode_content=False) if hasattr(raw, "read1") else raw.read(65536)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
        if size > limit or time.monotonic() > deadline:
            reply.close()
            raise requests.ReadTimeout("the reply is too long or too slow")
    expected = reply.headers.get("Content-Length", "")
    if expected.isascii() and expected.isdigit() and size < int(expected):
        raise requests.ConnectionError("the reply was cut short")
    return b"".join(chunks)


def judged(error: Exception, request: Request) -> NotSent | OutcomeUnknown:
    """Return what *error* means for the money: nothing was sent, or nobody knows."""
    if _before_sending(error):
        return NotSent(f"the gateway could not be reached: {_reason(error)}", request=request, remedy="call again")
    timeout = isinstance(error, requests.Timeout)
    message = "the request was sent and no answer came" if timeout else f"the answer was lost: {_reason(error)}"
    return unknown(request, message, phase="read")


def _chain(error: BaseException) -> list[BaseException]:
    """Return *error* and what it wraps: requests and urllib3 nest the real reason in args, reason and cause.

    Not in the context: that may be a failure the caller is just handling, of another call altogether.
    """
    found: list[BaseException] = []
    todo: list[object] = [error]
    while todo and len(found) < 20:
        item = todo.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            todo += [getattr(item, "reason", None), item.__cause__, *item.args]
    return found


def _before_sending(error: Exception) -> bool:
    from urllib3 import exceptions

    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    unsent = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, ssl.SSLCertVerificationError)
    return any(isinstance(item, unsent) or getattr(item, "unsent", False) for item in _chain(error))


def _reason(error: Exception) -> str:
    last = _chain(error)[-1]
    if isinstance(last, ssl.SSLCertVerificationError):
        return f"the certificate of the gateway is not trusted ({getattr(last, 'verify_message', '') or last})"
    text = getattr(last, "strerror", None) or str(last) or type(last).__name__
    return f"{text:.64}"
