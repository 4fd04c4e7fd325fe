"""v2 messages carried by API v3: what the faces send over it, and the notifications it sends back."""

from __future__ import annotations

import os
import threading

from wxpay_v2.client import Client
from wxpay_v2.compat import headers as seen
from wxpay_v2.compat import messages
from wxpay_v2.errors import ConfigurationError, Malformed, OutcomeUnknown, Refused
from wxpay_v2.operation import UNKNOWN
from wxpay_v2.upgrade.resealing import resealed
from wxpay_v2.v2 import catalogue, cipher, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from wxpay_v2.compat.settings import Settings
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation
    from wxpay_v2.result import Result
    from wxpay_v2.v2.notification import Event

__all__ = ["Bridge"]

_ENVELOPE = ("sign", "nonce_str")
_OUTER = ("return_code", "appid", "mch_id", "sub_appid", "sub_mch_id")


class Bridge:
    """Makes an old library's calls over API v3. merchant: asked at each call, since its users assign late.

    settings: with an upgrade, see `wxpay_v2.compat.settings`. Safe for threads.
    """

    def __init__(self, merchant: Callable[[], Merchant], settings: Settings) -> None:
        if settings.upgrade is None:
            raise ConfigurationError("a bridge needs a V3Account", remedy="give upgrade=, or set WXPAY_V2_UPGRADE")
        self._merchant = merchant
        self._settings = settings
        self._made: tuple[Merchant, Client] | None = None
        self._turn = threading.Lock()

    @property
    def client(self) -> Client:
        """The Client of the merchant as it is now."""
        merchant = self._merchant()
        made = self._made
        if made is None or made[0] is not merchant:
            with self._turn:
                made = self._made
                if made is None or made[0] is not merchant:
                    told = self._settings
                    client = Client(
                        merchant, region=told.region, base_url=told.base_url, verify=told.verify, clock=told.clock,
                        upgrade=told.upgrade,
                    )  # fmt: skip
                    made = self._made = (merchant, client)  # a call under way may still use the one before
        return made[1]

    @property
    def cashier(self) -> Any:
        """What opens the payer's cashier, signed as the order's protocol wants it."""
        return self.client.cashier

    def answer(self, path: str, fields: Mapping[str, Any]) -> bytes:
        """Return v2's answer to the call at *path* (``pay/unifiedorder``): signed XML, or the text of a statement.

        A refusal is a FAIL with v2's err_code; an outcome that is unknown is SYSTEMERROR, or the code that the gateway
        named, after which v2's callers query. Raises NotSent for what API v3 cannot carry.
        """
        client = self.client
        operation = catalogue.at(path)
        given = {name: value for name, value in fields.items() if name not in _ENVELOPE}
        given.pop("sign_type", None)
        try:
            # Not `client.call`, which remembers numbers: an old library's caller may place an order again, with another
            # time_expire, and the gateway decides.
            prepared = client.protocol.prepare(operation, given, os.urandom(16).hex())
            result = client.carry(client.protocol.carry(prepared, client.retry, client.routes))
        except Refused as error:
            return self._told(operation, _refusal(error))
        except OutcomeUnknown as error:
            return self._told(operation, _unknown(operation, error))
        if operation.response_format == "csv":
            return result.raw
        return self._told(operation, result, _taken_for_granted(operation, result))

    def _told(self, operation: Operation, fields: Mapping[str, str], without_value: Iterable[str] = ()) -> bytes:
        return resealed(fields, self._merchant(), operation=operation, without_value=without_value)

    def notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the v2 message that a notification stands for: *body* itself where it is v2's.

        headers: of the request; by default those that `wxpay_v2.compat.middleware` saw. Without any the signature of
        API v3 cannot be checked: the content, which only the API v3 key opens, is then a hint that a query confirms.
        Raises Malformed, SignatureInvalid, Mismatch; and what a query raises.
        """
        if not isinstance(body, bytes):
            raise Malformed(f"a notification is bytes, got {type(body).__name__}")
        if messages.is_xml(body):
            return body
        client = self.client
        given = headers if headers is not None else seen.current()
        event = client.open_notification(body, given) if given else self._hint(client, body)
        return self._as_v2(event)

    def _hint(self, client: Client, body: bytes) -> Event:
        from wxpay_v2.upgrade import notifications
        from wxpay_v2.v3.notification import unsigned

        upgraded = client.upgraded
        if upgraded is None:  # pragma: no cover - it was made with an upgrade
            raise ConfigurationError("the client speaks v2 only")
        event = notifications.open_notification(unsigned(body, upgraded.account), body, upgraded)

        def ask(name: str, fields: Mapping[str, str]) -> Mapping[str, str]:
            return client.carry(client.steps(catalogue.find(name), fields))

        messages.confirm(event, ask)
        return event

    def _as_v2(self, event: Event) -> bytes:
        merchant = self._merchant()
        if event.kind != "refund":
            return resealed(event.fields, merchant)
        fields = dict(event.fields)
        outer = {name: fields.pop(name) for name in _OUTER if name in fields}
        outer.setdefault("return_code", "SUCCESS")
        fields.pop("nonce_str", None)
        inner = xml.write({name: text for name, text in fields.items() if text}, root="root")
        outer["req_info"] = cipher.encrypt(inner, merchant.api_key)
        outer["nonce_str"] = event.fields.get("nonce_str") or "0" * 32
        return xml.write(outer)


def _taken_for_granted(operation: Operation, result: Result) -> list[str]:
    """Return the lost fields that v2 tells with every success: their readers ask for them without looking."""
    lost = getattr(result, "losses", {})
    return [
        row.name
        for row in operation.response
        if row.name in lost and row.required.kind == "always" and row.name not in _ENVELOPE
    ]


def _refusal(error: Refused) -> dict[str, str]:
    told = {**error.fields}
    told.setdefault("return_code", error.return_code or "SUCCESS")
    if error.return_msg:
        told.setdefault("return_msg", error.return_msg)
    if told["return_code"] == "SUCCESS":
        told["result_code"] = "FAIL"
        told.setdefault("err_code", error.err_code or "ERROR")
        told.setdefault("err_code_des", error.err_code_des or error.message)
    return told


def _unknown(operation: Operation, error: OutcomeUnknown) -> dict[str, str]:
    row = operation.error(error.err_code)
    known = row is not None and row.outcome == UNKNOWN
    return {
        "return_code": "SUCCESS",
        "result_code": "FAIL",
        "err_code": error.err_code if known else "SYSTEMERROR",
        "err_code_des": f"{error.message:.120}",
    }
