"""fields -> sealed request -> unsealed reply, and what a reply says about the money.

A reply is believed only under a valid signature. What it then says is one of three: done (a Result), refused (a code
of the catalogue that says so), or unknown. Whatever is unsigned where money moves, unreadable, or names a code nobody
has heard of, is unknown (threats: M3).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from wxpay_v2 import access, call, validation
from wxpay_v2.call import Request
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Malformed, Rejected
from wxpay_v2.operation import ALWAYS, HMAC_SHA256, Operation
from wxpay_v2.result import Result
from wxpay_v2.v2 import envelope, payment, verdict, xml
from wxpay_v2.v2.signature import Signer, second_sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from wxpay_v2.call import Call, Response
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.v2.notification import Event, Reply
    from wxpay_v2.v2.verdict import Unknown

__all__ = ["Protocol"]

_XML = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml, text/plain, */*", "User-Agent": "wxpay-v2"}
_BLANK = b"\xef\xbb\xbf \t\r\n"


class Protocol:
    """How one merchant makes calls: the ids it sends, the key and algorithm it signs with.

    The algorithm is the operation's row where it admits one only, else the merchant's. now: the time, aware.
    loopback: the gateway is on this machine, and may notify it.
    """

    def __init__(self, merchant: Merchant, region: str, now: Callable[[], datetime], *, loopback: bool = False) -> None:
        self.merchant = merchant
        self.region = region
        self._mode = merchant.mode_in(region)
        self._now = now
        self._loopback = loopback
        self._signers: dict[str, Signer] = {}
        self.signer = self._signer(merchant.sign_type)

    def _signer(self, sign_type: str) -> Signer:
        signer = self._signers.get(sign_type)
        if signer is None:
            signer = self._signers[sign_type] = Signer(self.merchant.api_key, sign_type)
        return signer

    def signer_for(self, operation: Operation) -> Signer:
        """Return the signer whose algorithm *operation* takes from this merchant."""
        wanted = self.merchant.sign_type
        return self._signer(wanted if wanted in operation.sign_types else operation.sign_types[0])

    def wire(
        self, operation: Operation, fields: Mapping[str, Any], nonce: str
    ) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
        """Return the checked fields of *operation* as text, and its files by name. ids, nonce, sign_type are added.

        fields: the caller's. Raises InvalidRequest with every fault.
        """
        if not isinstance(fields, Mapping):
            raise InvalidRequest(f"fields must be a mapping of names to values, got {type(fields).__name__}")
        merchant = self.merchant
        if operation.sandbox != merchant.sandbox:
            raise _wrong_key(operation, merchant)
        signer = self.signer_for(operation)
        wire: dict[str, str] = operation.supplied.copy()
        files: dict[str, tuple[str, bytes]] = {}
        if operation.request_format == "multipart":
            from wxpay_v2.v2 import forms

            fields, files = forms.take_file(operation, fields)
        for attribute, name in _ids(operation, self._mode):
            value = getattr(merchant, attribute)
            if value:
                wire[name] = value
        given, found = validation.wire_fields(operation, fields)
        wire.update(given)
        for name in operation.ids.values():
            if name in fields and name not in given and name not in found:
                wire.pop(name, None)  # given as None or "": left out on purpose
        if operation.nonce and "nonce_str" not in wire:
            wire["nonce_str"] = nonce
        wire.pop("sign", None)
        if operation.sign_type_field and (signer.sign_type == HMAC_SHA256 or _always(operation, "sign_type")):
            wire["sign_type"] = signer.sign_type
        else:
            wire.pop("sign_type", None)
        if operation.second_sign and "workwx_sign" not in wire:
            wire["workwx_sign"] = self._second_sign(operation, wire)
        fault = payment.spoilt(wire)
        if fault:
            found["attach"] = fault
        access.check(
            operation, wire, merchant=merchant, region=self.region, now=self._now, found=found, loopback=self._loopback
        )
        return wire, files

    def check_certificate(self, operation: Operation) -> None:
        """Raise ConfigurationError when *operation* needs the merchant certificate and there is none."""
        if operation.certificate and self.merchant.certificate is None:
            raise ConfigurationError(
                "this call needs the merchant certificate",
                operation=operation.name,
                remedy="give Merchant(certificate=..., private_key=...)",
            )

    def request(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Request:
        """Return the sealed request for *operation*; see `wire`.

        Raises InvalidRequest with every fault, ConfigurationError when a certificate is needed and absent.
        """
        wire, files = self.wire(operation, fields, nonce)
        self.check_certificate(operation)
        signer = self.signer_for(operation)
        if operation.request_format != "xml" or operation.in_query:
            return self._unusual(operation, wire, signer, files)
        body = envelope.seal(wire, signer)
        return Request(
            "POST", operation.path, body, headers=_XML, certificate=operation.certificate, operation=operation,
            fields=wire,
        )  # fmt: skip

    prepare = request

    @staticmethod
    def _unusual(
        operation: Operation, wire: dict[str, str], signer: Signer, files: dict[str, tuple[str, bytes]]
    ) -> Request:
        """Return the request whose fields travel, all or some, in the query or in a multipart form."""
        from wxpay_v2.v2 import forms

        for name, text in wire.items():
            xml.check_text(name, text)
        headers, body, query = dict(_XML), b"", ""
        if operation.request_format == "xml":
            query = forms.query({name: wire[name] for name in operation.in_query if name in wire})
            body = envelope.seal({name: wire[name] for name in wire if name not in operation.in_query}, signer)
        else:
            signed = {**wire, operation.sign_name: signer.sign(wire)} if operation.sign_name else wire
            if operation.request_format == "multipart":
                body, headers["Content-Type"] = forms.multipart(signed, files)
            else:
                query = forms.query(signed)
                del headers["Content-Type"]
        return Request(
            operation.method, operation.path, body, headers=headers, certificate=operation.certificate,
            operation=operation, fields=wire, query=query,
        )  # fmt: skip

    def _second_sign(self, operation: Operation, wire: dict[str, str]) -> str:
        secret = self.merchant.wecom_secret
        if secret is None:
            raise ConfigurationError(
                "this call carries WeCom's signature too",
                operation=operation.name,
                remedy="give Merchant(wecom_secret=...), or workwx_sign with the call",
            )
        return second_sign(wire, operation.second_sign, secret)

    def carry(self, prepared: Request, retry: Retry, routes: Routes) -> Call[Result]:
        """Return the call of a prepared request as a generator of requests and pauses; see `wxpay_v2.call`.

        An address that the payer's browser opens is not called: the Result holds it, signed, as ``url``.
        """
        operation = prepared.operation
        assert isinstance(operation, Operation)  # noqa: S101 - request() sets it
        hosts = routes.hosts(operation)
        if operation.response_format == "page":
            linked = prepared.sent_to(hosts.current(), prepared.timeout)
            return Result({"url": linked.url}, operation, verified=False)
        return (yield from retry.carry(prepared, self.open_reply, hosts))

    def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event:
        """Return the verified Event in *body*. Raises Malformed, SignatureInvalid or Mismatch."""
        from wxpay_v2.v2 import notification  # a client that only calls never needs it

        return notification.open_notification(body, self.merchant, self.signer)

    def refusal(self, body: bytes, message: str) -> Reply:
        """Return the answer to a notification that is not believed."""
        from wxpay_v2.v2 import notification

        return notification.reply(success=False, message=message)

    def open_reply(self, request: Request, response: Response) -> Result:
        """Return the Result of *response*, or raise Refused or OutcomeUnknown."""
        operation = request.operation
        assert isinstance(operation, Operation)  # noqa: S101 - request() sets it
        unknown = partial(call.unknown, request, response=response)
        if response.status != 200:
            raise unknown(f"the gateway answered HTTP {response.status}", phase="status")
        if operation.response_format == "csv" and not response.body.lstrip(_BLANK).startswith(b"<"):
            if not response.body.strip(_BLANK):
                raise unknown("the reply is empty")
            return Result({}, operation, response.body, verified=False)
        try:
            if operation.response_format == "json":
                from wxpay_v2.v2 import forms

                return self._open_json(operation, forms.read_json(response.body), response, unknown)
            fields = xml.read(response.body, nested=operation.nested)
        except Malformed as error:
            raise unknown(f"the reply cannot be read: {error.message}") from error
        signed = bool(fields.get("sign"))
        # How elements inside elements would be signed is nowhere told; such replies come without a signature.
        must = operation.signed_response and not (operation.nested and _nests(operation, fields))
        if signed or (must and fields.get("return_code") == "SUCCESS"):
            signer = self.signer_for(operation)
            try:
                signer.check(fields)
            except Rejected as error:
                from wxpay_v2.v2 import doctor

                told = doctor.explain_reply(fields, self.merchant.api_key, signer.sign_type)
                raise unknown(f"the reply's signature does not hold: {error.message}", explanation=told) from error
        if signed and payment.ambiguous(fields, links=not operation.proof):
            raise unknown("a value of the reply could be several fields of the signed text")
        verdict.compare(request, fields, unknown)
        if "FAIL" in (fields.get("return_code"), fields.get("result_code")):
            unknown = self._explained(request, fields, unknown)
        verdict.judge(operation, fields, signed, unknown)
        return Result(fields, operation, response.body, verified=signed)

    def _explained(self, request: Request, fields: Mapping[str, str], unknown: Unknown) -> Unknown:
        """Return *unknown* with what can be told where the gateway refused the request's signature."""
        from wxpay_v2.v2 import doctor  # seldom needed, so loaded then

        operation = request.operation
        if not isinstance(operation, Operation) or not doctor.is_about_signature(fields):
            return unknown
        sign_type = self.signer_for(operation).sign_type
        told = doctor.explain(request.fields, fields, self.merchant.api_key, sign_type, sandbox=operation.sandbox)
        return partial(unknown, explanation=told)

    def _open_json(self, operation: Operation, fields: dict[str, str], response: Response, unknown: Unknown) -> Result:
        """Return the Result of a reply in JSON, which is never signed: ``retcode`` 0 is success."""
        if fields.get("retcode") == "0":
            return Result(fields, operation, response.body, verified=False)
        if not fields.get("retcode"):
            raise unknown("the reply names no retcode")
        told = {**fields, "return_msg": fields.get("retmsg", "")}
        raise verdict.refused(operation, told, fields["retcode"], False, unknown)


def _wrong_key(operation: Operation, merchant: Merchant) -> ConfigurationError:
    if merchant.sandbox:
        return ConfigurationError(
            "this merchant has the sandbox's key, which reaches nothing but the sandbox",
            operation=operation.name,
            remedy="make another Merchant and Client with the real key",
        )
    return ConfigurationError(
        "the sandbox takes the sandbox's key only",
        operation=operation.name,
        remedy="call sandbox_get_sign_key, then make Merchant(api_key=<sandbox_signkey>, sandbox=True)",
    )


@lru_cache(maxsize=512)
def _ids(operation: Operation, mode: str) -> tuple[tuple[str, str], ...]:
    """Return the merchant's attributes that *operation* carries in that access mode, and their wire names."""
    rows = ((item, operation.field(item[1])) for item in operation.ids.items())
    return tuple(item for item, row in rows if row is None or not row.modes or mode in row.modes)


def _always(operation: Operation, name: str) -> bool:
    row = operation.field(name)
    return row is not None and row.required is ALWAYS


def _nests(operation: Operation, fields: Mapping[str, str]) -> bool:
    names = {name.partition("_$")[0].removesuffix("[]") for name in operation.nested}
    return any(name.rstrip("0123456789").rstrip("_") in names for name in fields)
