"""Document -> signed request -> verified answer: API v3 as one merchant speaks it.

An answer is believed only under a signature that holds. What it then says is one of three: done, refused, or unknown
(threats: M3), judged by the row of the call.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay2_1.shtml
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial

from wxpay_v2 import call
from wxpay_v2.call import Pause, Request
from wxpay_v2.errors import ConfigurationError, Malformed, NotSent, OutcomeUnknown, Refused, SignatureInvalid
from wxpay_v2.json_reader import read_object
from wxpay_v2.operation import UNKNOWN
from wxpay_v2.secret import without_frames
from wxpay_v2.v3 import catalogue, cipher, document, signature
from wxpay_v2.v3.platform_keys import UnknownSerial, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from wxpay_v2.call import Call, Response
    from wxpay_v2.operation import BaseOperation
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.v3.account import V3Account
    from wxpay_v2.v3.operation import V3Operation
    from wxpay_v2.v3.platform_keys import PlatformKeys

    T = TypeVar("T")

__all__ = ["Answer", "Protocol"]

_SHA1_HEADER = "wechatpay-statement-sha1"
# How long a call waits for the list that another one fetches.
_TURNS, _TURN_SECONDS = 400, 0.05
_ACCEPT = "application/json"
_NO_CERTIFICATES = "RESOURCE_NOT_EXISTS"


class Answer:
    """What came back. status: of HTTP. document: its JSON, None without a body or for a download. raw: its bytes.

    verified: the signature holds; an error may come without one.
    """

    __slots__ = ("document", "raw", "status", "verified")

    def __init__(self, status: int, document: dict[str, Any] | None, raw: bytes, verified: bool) -> None:
        self.status = status
        self.document = document
        self.raw = raw
        self.verified = verified

    def __repr__(self) -> str:
        return f"<Answer {self.status} {len(self.raw)} bytes>"


class Protocol:
    """How one merchant makes calls of API v3. mch_id: whose key signs. mode: the access mode. time: Unix seconds."""

    def __init__(self, account: V3Account, mch_id: str, region: str, mode: str, time: Callable[[], float]) -> None:
        self.account = account
        self.region = region
        self.mode = mode
        self._time = time
        self._signer = account.signer(mch_id)

    @without_frames
    def request(
        self,
        row: V3Operation,
        told: Mapping[str, Any],
        *,
        operation: BaseOperation | None = None,
        fields: Mapping[str, str] | None = None,
        checked: bool = False,
    ) -> Request:
        """Return the signed request of *row* with the document *told*.

        operation, fields: what the request is known by to whoever repeats, logs or reports it; the row and the
        document's own texts by default. checked: it has passed `document.check`. Raises InvalidRequest,
        ConfigurationError when a field must be encrypted and no platform key is there.
        """
        if not checked:
            document.check(row, told, self.mode)
        headers = {"Accept": _ACCEPT, "User-Agent": "wxpay-v2"}
        if row.sensitive and any(_holds(told, place.split(".")) for place in row.sensitive):
            key = self.account.keys.newest(self._time())
            told = _encrypted(told, row, key.public)
            headers["Wechatpay-Serial"] = key.serial
        elif serial := self._serial():
            headers["Wechatpay-Serial"] = serial  # whose signature we can check
        parts = document.parts(row, told)
        headers.update(parts.headers)
        body = signed = b""
        if row.request_format == "multipart":
            from wxpay_v2.v3 import media

            body, headers["Content-Type"], signed = media.form(parts.body)
        elif row.request_format == "json" and (parts.body or row.method != "GET"):
            body = signed = json.dumps(parts.body, ensure_ascii=False, separators=(",", ":"), default=dict).encode()
            headers["Content-Type"] = "application/json"
        return self.signed(
            Request(
                row.method, parts.path, body, headers=headers, operation=operation or row,
                fields=_flat(told) if fields is None else fields, query=parts.query,
            ),
            signed,
        )  # fmt: skip

    def _serial(self) -> str:
        """Return the serial number of the newest key; "" when none is valid: the list must still be asked for then."""
        try:
            return self.account.keys.newest(self._time()).serial if len(self.account.keys) else ""
        except ConfigurationError:
            return ""

    def signed(self, request: Request, body: bytes) -> Request:
        """Return *request* with its Authorization. body: what is signed for it; of an upload its meta part."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        nonce = os.urandom(16).hex()
        request.headers = {
            **request.headers,
            "Authorization": self._signer.authorization(request.method, target, body, int(self._time()), nonce),
        }
        return request

    def read(self, row: V3Operation, response: Response, keys: PlatformKeys | None = None) -> Answer:
        """Return what *response* says. keys: other ones than the account's to verify it with.

        Raises SignatureInvalid (UnknownSerial) for a success whose signature does not hold, Malformed for one that
        cannot be read. An error whose signature does not hold is returned unverified.
        """
        status, body = response.status, response.body
        done = 200 <= status < 300
        verified = True
        if row.signed_response or not done:
            digest = response.headers.get(_SHA1_HEADER, "") if done and row.response_format == "csv" else ""
            try:
                signature.check(response.headers, body, keys or self.account.keys, self._time(), digest=digest)
            except SignatureInvalid:
                if done:
                    raise
                verified = False
            if digest and _digest_of(body) != digest.lower():
                raise SignatureInvalid(
                    "the statement is not the one whose digest is signed", remedy="download it again"
                )
        else:
            verified = False
        if done and row.response_format in ("csv", "binary"):
            return Answer(status, None, body, verified)
        if not body:
            if done and row.response_format == "json" and status != 204:
                raise Malformed("the answer is empty")
            return Answer(status, None, body, verified)
        try:
            return Answer(status, read_object(body), body, verified)
        except Malformed:
            if done:
                raise
            return Answer(status, None, body, verified)

    def open_reply(self, row: V3Operation, request: Request, response: Response) -> Answer:
        """Return the Answer of a success, or raise Refused or OutcomeUnknown."""
        unknown = partial(call.unknown, request, response=response)
        try:
            answer = self.read(row, response)
        except (SignatureInvalid, Malformed) as error:
            raise unknown(f"the answer cannot be trusted: {error.message}") from error
        told = answer.document or {}
        code, message = told.get("code"), told.get("message", "")
        # Quick pay's 202 may have the body of an error: the payer is typing the password.
        if answer.status in row.success and not (isinstance(code, str) and "message" in told):
            return answer
        if not isinstance(code, str) or not isinstance(message, str) or not code:
            raise unknown(f"the gateway answered HTTP {answer.status} without a code", phase="status")
        listed = row.error(code)
        said = f"{code:.64}: {message:.64}"
        if answer.status >= 500 or listed is None or listed.outcome == UNKNOWN:
            again = listed is not None and listed.repeat
            raise unknown(said, err_code=code, may_repeat=again, phase="status" if answer.status >= 500 else "reply")
        if not answer.verified and row.moves_money:
            raise unknown(f"the gateway refused without a signature that holds: {said}", err_code=code)
        raise Refused(
            said, return_code="FAIL", return_msg=message, err_code=code, err_code_des=message,
            fields={name: str(value) for name, value in told.items() if isinstance(value, (str, int))},
            authenticated=answer.verified, may_repeat=listed.repeat, remedy=listed.remedy, operation=row.name,
            request=request, response=response,
        )  # fmt: skip

    def make_call(
        self, row: V3Operation, told: Mapping[str, Any], retry: Retry, routes: Routes, *, checked: bool = False
    ) -> Call[Answer]:
        """Return a whole call of API v3 as a generator of requests and pauses; see `wxpay_v2.call`."""
        yield from self.ready(retry, routes)
        request = self.request(row, told, checked=checked)
        return (yield from self.ask(row, request, partial(self.open_reply, row), retry, routes))

    def ask(
        self, row: V3Operation, request: Request, open_reply: Callable[[Request, Response], T], retry: Retry,
        routes: Routes,
    ) -> Call[T]:  # fmt: skip
        """Send *request* and return what *open_reply* makes of the answer."""
        try:
            return (yield from retry.carry(request, open_reply, routes.hosts(row)))
        except OutcomeUnknown as error:
            # The bytes are here; only the key to judge them is not. Nothing is sent again but the question for keys.
            if not isinstance(error.__cause__, UnknownSerial) or error.response is None:
                raise
            if not (yield from self.renew(retry, routes)):
                raise
            return open_reply(request, error.response)

    def ready(self, retry: Retry, routes: Routes) -> Call[None]:
        """Fetch the platform certificates when there are none yet, or they were not asked for in 12 hours."""
        keys = self.account.keys
        if not keys.due(self._time()):
            return
        for _ in range(_TURNS):
            if keys.fetching.acquire(blocking=False):
                break
            yield Pause(_TURN_SECONDS)  # another call is at it; one list serves all
            if not keys.due(self._time()):
                return
        else:
            raise NotSent("the platform certificates are being fetched, and do not come", remedy="call again")
        try:
            yield from self._fetched(retry, routes)
        finally:
            keys.fetching.release()

    def _fetched(self, retry: Retry, routes: Routes) -> Call[None]:
        """Fetch them; a failure is one of the whole call only when no key is valid."""
        try:
            yield from self.fetch_keys(retry, routes)
        except NotSent as error:
            # Of its kinds only these: what cancelled a call is one, too, and nothing is to follow it.
            if type(error) not in (NotSent, ConfigurationError) or self.account.keys.due(self._time()):
                raise
        except (OutcomeUnknown, Refused) as error:
            if self.account.keys.due(self._time()):  # no key is valid; else those we have go on serving
                raise NotSent(
                    f"no answer could be verified, the platform certificates cannot be had: {error.message}",
                    remedy="nothing was sent; call again, or give V3Account(platform_keys=...)",
                ) from error

    def renew(self, retry: Retry, routes: Routes) -> Call[bool]:
        """Fetch them because of a serial nobody knows; return whether that was done (at most once per 10 minutes)."""
        if not self.account.keys.wanted(self._time()):
            return False
        try:
            yield from self.fetch_keys(retry, routes)
        except (OutcomeUnknown, Refused, NotSent):  # NotSent is of this question; the call it is asked for was sent
            return False
        return True

    def fetch_keys(self, retry: Retry, routes: Routes) -> Call[None]:
        """Fetch the platform certificates, and use them once they are verified.

        Raises ConfigurationError where there are none (a public key must be given), else as any read does.
        """
        row = catalogue.find(self.region, "certificates")
        request = self.request(row, {})
        account = self.account

        def open_list(sent: Request, response: Response) -> None:
            unknown = partial(call.unknown, sent, response=response)
            if response.status == 404 and (self.read(row, response).document or {}).get("code") == _NO_CERTIFICATES:
                raise ConfigurationError(
                    "this merchant has no platform certificates: it has a WeChat Pay public key instead",
                    remedy='give V3Account(platform_keys={"PUB_KEY_ID_...": "pub_key.pem"})',
                    response=response,
                )
            if response.status != 200:
                self.open_reply(row, sent, response)
                raise unknown(f"the gateway answered HTTP {response.status}", phase="status")
            try:
                # The first list is signed by one of itself; what it is worth rests on the API v3 key that opens it.
                keys = opened(read_object(response.body), account.api_v3_key)
                signature.check(response.headers, response.body, account.keys.joined(keys), self._time())
            except (SignatureInvalid, Malformed) as error:
                raise unknown(f"the list of platform certificates cannot be trusted: {error.message}") from error
            account.keys.install(keys, self._time())

        yield from retry.carry(request, open_list, routes.hosts(row))


def _digest_of(body: bytes) -> str:
    from wxpay_v2.v3 import statement  # a client without statements never needs it

    return statement.digest_of(body)


def _holds(value: Any, parts: list[str]) -> bool:
    if not parts:
        return value is not None
    name = parts[0].removesuffix("[]")
    inner = value.get(name) if isinstance(value, Mapping) else None
    if parts[0].endswith("[]"):
        return isinstance(inner, list) and any(_holds(one, parts[1:]) for one in inner)
    return inner is not None and _holds(inner, parts[1:])


def _encrypted(told: Mapping[str, Any], row: V3Operation, public: Any) -> dict[str, Any]:
    """Return *told* with its sensitive fields encrypted for *public*; what came in stays as it is."""
    return _sealed(told, row.request, public)


def _sealed(told: Mapping[str, Any], rows: Any, public: Any) -> dict[str, Any]:
    by_name = {field.name: field for field in rows}
    sealed: dict[str, Any] = {}
    for name, value in told.items():
        field = by_name.get(name)
        if field is None or value is None:
            sealed[name] = value
        elif field.encrypted:
            sealed[name] = cipher.encrypt(value, public, field.encrypted)
        elif field.fields and isinstance(value, Mapping):
            sealed[name] = _sealed(value, field.fields, public)
        elif field.fields and isinstance(value, list):
            sealed[name] = [_sealed(one, field.fields, public) for one in value]
        else:
            sealed[name] = value
    return sealed


def _flat(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the document's plain values by their own names, for logs, where names decide what is masked."""
    flat: dict[str, str] = {}
    left: list[tuple[str, Any]] = list(told.items())
    while left:
        name, value = left.pop()
        if isinstance(value, Mapping):
            left += value.items()
        elif isinstance(value, list):
            left += [(name, one) for one in value]
        elif value is not None:
            flat[name] = f"({len(value)} bytes)" if isinstance(value, bytes) else str(value)
    return flat
