"""`_http`: a requests.Session that takes the quick path while it is as it was made, and else behaves as requests does.

The quick path is `wxpay_v2.session.Session`: kept connections and TLS contexts, certificates and names verified, no
redirects. Whatever changes how requests would send (a header, a hook, a mounted adapter, a proxy of the environment, a
patched `requests.Session.send`) is seen at each request and obeyed by requests itself.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cached_property

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import default_user_agent
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from wxpay_v2.call import Request, Response
from wxpay_v2.certificate import Certificate
from wxpay_v2.compat.wechatpy import environment
from wxpay_v2.compat.wechatpy.exceptions import both
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, WXPayError
from wxpay_v2.session import Session, judged
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.compat.settings import Settings

__all__ = ["CONNECT", "Connection", "answered", "check_verified", "limited", "told"]

CONNECT = 3.0  # seconds
LONGEST = 1e6
_SESSIONS_KEPT = 16
_SCHEME = "https://"
_UNMEASURED = timedelta(0)
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_KNOWN = frozenset(("data", "cert", "timeout"))
# What tests of a shop replace to keep requests from the network.
_PATCHED = ("request", "send", "get_adapter", "prepare_request")
_AS_MADE = [vars(requests.Session)[name] for name in _PATCHED]


class Connection(requests.Session):
    """See above. *cert* may be a pair of paths, as with requests, or a `Certificate`."""

    def __init__(self) -> None:
        super().__init__()
        self._remember()

    def _remember(self) -> None:
        self._adapters_made = dict(self.adapters)
        self._headers_made = {name: value.copy() for name, value in vars(self.headers).items()}
        self._sent = {"User-Agent": default_user_agent(), "Accept": "*/*"}
        self._sessions: dict[tuple[str | None, str], Session | None] = {}
        self._certificates: dict[tuple[Any, ...], Certificate] = {}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        self._remember()

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Send as requests does, but follow redirects only where that is asked for.

        Raises requests' exceptions, which are NotSent or OutcomeUnknown as well, and ConfigurationError.
        """
        given = kwargs.get("cert")
        check_verified(self, kwargs)
        if not args and self._as_made() and _is_plain(url, kwargs):
            certificate = self.certificate(given) if given else None
            session = self._session(certificate)
            if session is not None:
                return self._quick(session, method.upper(), url, certificate, kwargs)
        if isinstance(given, Certificate):
            kwargs["cert"] = None
            self.mount(_SCHEME, _WithCertificate(given))
        kwargs.setdefault("allow_redirects", False)
        try:
            return super().request(method, url, *args, **kwargs)
        except requests.RequestException as error:
            raise told(error) from error

    def close(self) -> None:
        """Close the kept connections; a later call opens new ones."""
        super().close()
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            if session is not None:
                session.close()

    def _as_made(self) -> bool:
        """Return whether requests would do nothing but send: nothing here or in its class was changed."""
        return (
            self.adapters == self._adapters_made
            and vars(self.headers) == self._headers_made
            and not (self.auth or self.params or self.cert or self.proxies or self.hooks.get("response"))
            and not self.cookies._cookies  # type: ignore[attr-defined]
            and (self.verify is True or isinstance(self.verify, str))
            and [vars(requests.Session).get(name) for name in _PATCHED] == _AS_MADE
            and HTTPSConnectionPool.ConnectionCls is HTTPSConnection
            and not (self.trust_env and environment.has(_PROXIES))
        )

    def _session(self, certificate: Certificate | None) -> Session | None:
        """Return what sends with *certificate*, None where only requests can: CAs in a directory."""
        bundle = self.verify if isinstance(self.verify, str) else None
        if self.trust_env and environment.has(_BUNDLES):  # which win over a session's, in requests as well
            bundle = next(filter(None, map(os.environ.get, _BUNDLES)), bundle)
        key = (bundle, certificate.fingerprint if certificate is not None else "")
        if key not in self._sessions:
            if len(self._sessions) >= _SESSIONS_KEPT:
                self._sessions.clear()
            unusual = bundle is not None and os.path.isdir(bundle)
            self._sessions[key] = None if unusual else Session(lambda: certificate, verify=bundle)
        return self._sessions[key]

    def certificate(self, given: Any, password: str | None = None) -> Certificate:
        """Return the certificate of *given*, one path or a pair; they are read again when the first changes.

        password: of a PKCS#12 file. Raises ConfigurationError.
        """
        if isinstance(given, Certificate):
            return given
        paths = (given,) if isinstance(given, (str, bytes)) else tuple(given)
        try:
            key = (*paths, os.stat(paths[0]).st_mtime_ns)
        except (OSError, TypeError, ValueError):
            return Certificate.load(*paths, password=password)  # which says what is wrong
        kept = self._certificates.get(key)
        if kept is None:
            if len(self._certificates) >= _SESSIONS_KEPT:
                self._certificates.clear()
            kept = self._certificates[key] = Certificate.load(*paths, password=password)
        return kept

    def _quick(
        self, session: Session, method: str, url: str, certificate: Certificate | None, kwargs: dict[str, Any]
    ) -> requests.Response:
        host, _, rest = url[len(_SCHEME) :].partition("/")
        path, _, query = rest.partition("?")
        limit = kwargs["timeout"]
        body = kwargs.get("data") or b""
        request = Request(
            method, f"/{path}", body, host=_SCHEME + host, headers=self._sent, certificate=certificate is not None,
            timeout=limit if isinstance(limit, tuple) else (limit, limit), operation=catalogue.by_path(path),
            query=query,
        )  # fmt: skip
        try:
            return _Answer(session(request), method, url, self._sent, body)
        except WXPayError as error:
            cause = error.__cause__
            if cause is None:
                raise
            old = type(cause) if isinstance(cause, requests.RequestException) else requests.ConnectionError
            raise both(old, error, request=_prepared(method, url, self._sent, body), response=None) from cause


class _WithCertificate(HTTPAdapter):
    """An adapter that shows a certificate which is in no pair of files."""

    def __init__(self, certificate: Certificate) -> None:
        self._context = create_urllib3_context()
        certificate.load_into(self._context)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **kwargs)


def _is_plain(url: Any, kwargs: Mapping[str, Any]) -> bool:
    limit = kwargs.get("timeout")
    seconds: tuple[Any, ...] = limit if isinstance(limit, tuple) and len(limit) == 2 else (limit,)
    return (
        isinstance(url, str)
        and url.startswith(_SCHEME)
        and _KNOWN.issuperset(kwargs)
        and type(kwargs.get("data")) in (bytes, type(None))
        and all(type(one) in (int, float) and one > 0 for one in seconds)
    )


def check_verified(session: Any, kwargs: Mapping[str, Any]) -> None:
    """Raise ConfigurationError where *session* would send without verifying: for whatever requests takes for False.

    session: ours or what somebody put in its place. kwargs: of the call, None in which is the session's.
    """
    if getattr(session, "verify", True) and (kwargs.get("verify", True) or kwargs["verify"] is None):
        return
    raise ConfigurationError(
        "verification is never switched off", remedy="verify of the session takes the path of your gateway's CA"
    )


def limited(limit: Any, usual: float, settings: Settings) -> Any:
    """Return *limit*, a timeout as requests takes it, with an end to each of its parts; usual: seconds to read.

    None in a part is no limit to requests, and here that of a call without a timeout, unless *settings* allow that.
    Raises InvalidRequest for what no clock counts; what requests refuses it refuses itself, with its own ValueError.
    """
    if isinstance(limit, urllib3.Timeout):
        told = (limit.connect_timeout, limit.read_timeout)
        limit = tuple(one if isinstance(one, (int, float)) else None for one in told)
    parts = limit if isinstance(limit, tuple) else (limit,)
    if any(isinstance(one, float) and not -LONGEST < one < LONGEST for one in parts):  # NaN too
        raise InvalidRequest("a timeout must be seconds", remedy="leave it out for the usual one")
    if limit is None:
        return (CONNECT, usual)
    if len(parts) != 2 or None not in parts or settings.allows("no_timeout"):
        return limit
    return tuple(either if one is None else one for one, either in zip(parts, (CONNECT, usual), strict=True))


def answered(method: str, url: str, body: bytes) -> requests.Response:
    """Return the response of requests that holds *body*, which came by another way."""
    return _Answer(Response(200, body, {}), method.upper(), url, {}, b"")


class _Answer(requests.Response):
    """A response that came by another way than requests'. What few look at is made when they do."""

    def __init__(self, response: Response, method: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        self._told = response.headers
        self._asked = (method, url, headers, body)
        self._content = response.body
        self._content_consumed = True
        self._next = None
        self.status_code = response.status
        self.url = url
        self.raw = self.reason = self.encoding = None  # type: ignore[assignment]
        self.history = []
        self.elapsed = _UNMEASURED

    @cached_property
    def headers(self) -> Any:  # type: ignore[override]
        return CaseInsensitiveDict(self._told)

    @cached_property
    def request(self) -> Any:  # type: ignore[override]
        return _prepared(*self._asked)

    @cached_property
    def cookies(self) -> Any:  # type: ignore[override]
        return requests.cookies.RequestsCookieJar()


def _prepared(method: str, url: str, headers: Mapping[str, str], body: bytes) -> requests.PreparedRequest:
    made = requests.PreparedRequest()
    made.method, made.url, made.body = method, url, body
    made.headers = CaseInsensitiveDict(headers)
    return made


def told(error: requests.RequestException) -> Exception:
    """Return *error* as one that says whether anything was sent."""
    if isinstance(error, WXPayError):
        return error
    if isinstance(error, ValueError):  # an address or a header that cannot be one
        ours: WXPayError = NotSent(f"{error!s:.64}", remedy="mend the address")
    else:
        ours = judged(error, Request("POST", "/", b""))
    return both(type(error), ours, request=error.request, response=error.response)
