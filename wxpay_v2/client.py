"""Client: one method per operation of the catalogue, keyword arguments named as on the wire.

The methods are made from the rows on first use (`help(client.refund)` prints one); client.pyi is their static face.
"""

from __future__ import annotations

import os
import random
import re
from collections import OrderedDict

from wxpay_v2 import address, telemetry
from wxpay_v2 import call as calls
from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, Refused, quoted
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import HOSTS, ONCE, READ
from wxpay_v2.result import Result
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.protocol import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar
    from typing import Protocol as Shape

    from wxpay_v2.call import Call, Request, Response, Send
    from wxpay_v2.errors import WXPayError
    from wxpay_v2.operation import Operation
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.upgrade.protocol import Protocol as Upgraded
    from wxpay_v2.v2.notification import Event, Reply
    from wxpay_v2.v2.signature import Signer
    from wxpay_v2.v3.account import V3Account
    from wxpay_v2.v3.cashier import Cashier as V3Cashier

    T = TypeVar("T")

    class Carrier(Shape):
        """How calls are made: `wxpay_v2.v2.protocol`, `wxpay_v2.upgrade.protocol`, or one of the two by turns."""

        @property
        def signer(self) -> Signer: ...
        def prepare(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Any: ...
        def check_certificate(self, operation: Operation) -> None: ...
        def carry(self, prepared: Any, retry: Retry, routes: Routes) -> Call[Result]: ...
        def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event: ...
        def refusal(self, body: bytes, message: str) -> Reply: ...


__all__ = ["Client"]

_NUMBERS_KEPT = 10_000
_NEW_EVERY_TIME = ("nonce_str", "workwx_sign")


class Core:
    """What the blocking and the awaiting client share: everything but the way a call is carried out."""

    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
    ) -> None:
        if not isinstance(merchant, Merchant):
            raise ConfigurationError(f"merchant must be a Merchant, got {type(merchant).__name__}")
        if not isinstance(region, str) or region not in HOSTS:
            raise ConfigurationError(f"region must be global or mainland, got {quoted(region)}")
        self.merchant = merchant
        self.region = region
        self.clock = clock or Clock()
        base = "" if base_url is None else _base(base_url)
        self.protocol: Carrier = Protocol(merchant, region, self.clock.now, loopback=_is_loopback(base))
        self.retry = Retry(
            self.clock.monotonic, random.random, attempts=retry, region=region, failed=self._failed, **_limits(timeout)
        )
        self.routes = Routes(region, self.clock.monotonic, base)
        self.cashier: Cashier | V3Cashier = Cashier(
            lambda: self.merchant, lambda: self.protocol.signer, self.clock, _nonce
        )
        self._upgraded: Upgraded | None = None
        if upgrade is not None:
            from wxpay_v2.upgrade import joining

            self._upgraded = joining.join(self, upgrade, _nonce)
        self._numbers: OrderedDict[tuple[str, str], int] = OrderedDict()

    def steps(self, operation: Operation, fields: Mapping[str, Any]) -> Call[Result]:
        """Return the call of *operation* as a generator; flows put several of them in sequence."""
        prepared = self.protocol.prepare(operation, fields, _nonce())
        key = self._remember(operation, prepared.fields)
        try:
            return (yield from self.protocol.carry(prepared, self.retry, self.routes))
        except (Refused, NotSent) as error:
            # Nothing was done: the number may be used with mended fields. A refused quick pay may have been paid.
            if operation.repeat != ONCE or isinstance(error, NotSent):
                self._numbers.pop(key, None)
            raise

    @property
    def upgraded(self) -> Upgraded | None:
        """How this client speaks API v3, None when it does not; with a Gradual, the one of its two protocols."""
        return self._upgraded

    def _failed(self, request: Request, error: WXPayError) -> None:
        if request.certificate and self.merchant.certificates is not None:
            self.merchant.certificates.judge(error)

    def _remember(self, operation: Operation, fields: Mapping[str, str]) -> tuple[str, str]:
        """Refuse the number of an earlier call with other parameters: it would be another order (threats: M5).

        Returns what to forget when this call turns out to have done nothing; an earlier one is never forgotten.
        """
        number = fields.get(operation.numbers[0], "") if operation.numbers else ""
        key = (operation.name, number)
        if operation.repeat == READ or not number or operation.response_format == "page":
            return key
        # Only this process compares them, so a hash of it suffices; the fields themselves are not kept.
        told = dict(fields)
        for name in _NEW_EVERY_TIME:
            told.pop(name, None)
        digest = hash(frozenset(told.items()))
        kept = self._numbers.setdefault(key, digest)  # in one step: two threads may bring the same number
        if kept is digest:
            if len(self._numbers) > _NUMBERS_KEPT:
                self._numbers.popitem(last=False)
            return key
        if kept != digest:
            raise InvalidRequest(
                f"{operation.numbers[0]} {quoted(number)} was used with other parameters",
                operation=operation.name,
                remedy="repeat it unchanged, or take a new number once the first call's outcome is known",
            )
        if operation.repeat == ONCE:
            raise InvalidRequest(
                f"{operation.numbers[0]} {quoted(number)} was sent before, and this call is never sent twice",
                operation=operation.name,
                remedy=f"call {operation.query} with this number" if operation.query else "take a new number",
            )
        return (operation.name, "")

    def open_notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> Event:
        """Return the verified Event in *body*, the raw bytes that were posted to the notify_url.

        headers: of the request; v2's messages need none, API v3's do. With ``upgrade=`` either is understood, answered
        by `Event.reply` in its own form, and has v2's fields. Raises Malformed, SignatureInvalid or Mismatch; answer
        those with `refusal` and book nothing.
        """
        return telemetry.opened(self.protocol.open_notification, body, headers)

    def refusal(self, body: bytes, message: str = "FAIL") -> Reply:
        """Return the answer to a notification that is not believed, in the form that *body* has (see `Event.reply`).

        message: why, without secrets. The gateway will notify again.
        """
        return self.protocol.refusal(body, message)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.merchant!r} {self.region}>"


class Client(Core):
    """Calls the gateway and waits for the answer. Safe for threads; use it as a context manager or close it.

    merchant: who calls. region: "global" or "mainland", which decides the hosts and what is required.
    base_url: another gateway instead (``https://localhost:8443``). verify: path of the CA bundle to trust.
    timeout: seconds to wait for an answer (default 10, quick pay 30), or (connect, read); never unlimited. retry:
    attempts, 1 to 3, where a repetition is safe. transport: a ``send(Request) -> Response`` instead of the network.
    proxy: ``http://proxy.example:3128``; the environment's are not used. clock: for tests. upgrade: a V3Account makes
    the same calls over API v3, a `wxpay_v2.upgrade.gradual.Gradual` some of them.

    Raises ConfigurationError for what cannot work, before the first call.
    """

    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        verify: str | os.PathLike[str] | None = None,
        transport: Send | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        proxy: str | None = None,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
    ) -> None:
        super().__init__(
            merchant, region=region, base_url=base_url, timeout=timeout, retry=retry, clock=clock, upgrade=upgrade
        )
        self._send: Callable[[Request], Response]
        if transport is not None:
            if verify is not None or proxy is not None:
                raise ConfigurationError("verify and proxy belong to the network; a transport was given instead")
            self._send = transport
            self._close: Callable[[], None] = getattr(transport, "close", _nothing)
        else:
            from wxpay_v2.session import Session

            session = Session(lambda: self.merchant.certificate, verify=verify, proxy=proxy)
            self._send, self._close = session, session.close

    def carry(self, steps: Call[T]) -> T:
        """Carry out *steps*, a generator of requests and pauses, and return its result."""
        return calls.run(steps, self._send, self.clock.sleep)

    @without_frames
    def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result:
        """Make the call at *path* (``pay/orderquery``) with a dict of wire fields, as older SDKs do.

        A path of the catalogue follows its row. Any other is signed and verified like all of v2, never repeated, and
        its unsigned refusals are unknown outcomes; certificate: send the merchant's along.
        """
        return self.carry(self.steps(catalogue.at(path, certificate), fields))

    def close(self) -> None:
        """Close the kept connections."""
        self._close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Method:
    """A method of a client, made from its row on first use: the catalogue is not read before."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, client: Client | None, owner: type[Client]) -> Any:
        row = catalogue.find(self.name)

        @without_frames
        def method(self: Client, **fields: Any) -> Result:
            return self.carry(self.steps(row, fields))

        home = next(kind for kind in owner.__mro__ if kind.__dict__.get(self.name) is self)
        describe(method, row, home)
        setattr(home, self.name, method)
        return method.__get__(client, owner)


def describe(method: Any, row: Operation, owner: type) -> None:
    """Give *method* the name and the manual page of *row*."""
    from wxpay_v2.documentation import docstring

    method.__name__ = row.name
    method.__qualname__ = f"{owner.__name__}.{row.name}"
    method.__module__ = owner.__module__
    method.__doc__ = docstring(row)


for _name in catalogue.NAMES:
    setattr(Client, _name, Method(_name))


def _nonce() -> str:
    return os.urandom(16).hex()


def _nothing() -> None:
    pass


def _limits(timeout: object) -> dict[str, float]:
    if timeout is None:
        return {}
    pair = timeout if isinstance(timeout, tuple) else (3.0, timeout)
    if len(pair) != 2 or not all(type(seconds) in (int, float) and 0 < seconds <= 600 for seconds in pair):
        raise ConfigurationError(
            f"timeout must be seconds, above 0 and at most 600, or (connect, read), got {quoted(timeout)}"
        )
    connect, read = pair
    total = connect + read if isinstance(timeout, tuple) else read + 5.0
    return {"connect": connect, "read": read, "total": min(total, 600.0)}


def _base(url: str) -> str:
    if isinstance(url, str) and re.fullmatch(r"https://[!-~]+", url) and not set(url) & set("?#@\\"):
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
            if parts.hostname and parts.port != 0:
                return url.rstrip("/")
        except ValueError:
            pass
    shown = quoted(url.rpartition("@")[2] if isinstance(url, str) else url)  # what stands before it may be a password
    raise ConfigurationError(f"base_url must be an https address such as https://localhost:8443, got {shown}")


def _is_loopback(base: str) -> bool:
    from urllib.parse import urlsplit

    return bool(base) and address.is_loopback(urlsplit(base).hostname or "")
