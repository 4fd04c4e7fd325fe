"""What a reply comes to, for wechatpy's users: a dict, a text, or an exception that is theirs and ours."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

import requests

from wxpay_v2 import call
from wxpay_v2.call import Request, Response
from wxpay_v2.compat import messages
from wxpay_v2.compat.wechatpy.exceptions import WeChatException, WeChatPayException, both
from wxpay_v2.compat.wechatpy.shapes import shaped
from wxpay_v2.errors import Malformed, NotSent, Refused, Rejected, WXPayError
from wxpay_v2.v2 import verdict, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.operation import Operation
    from wxpay_v2.v2.protocol import Protocol

__all__ = ["asked", "failed", "opened", "remember"]

_SENT = "_wxpay_v2_sent"
_SYSTEMERROR = "SYSTEMERROR"


def remember(response: Any, path: str, sent: Mapping[str, str]) -> None:
    """Note on *response* what it answers; where it takes no notes, `asked` finds it out."""
    with suppress(AttributeError, TypeError):
        setattr(response, _SENT, (path, sent))


def asked(response: Any) -> tuple[str, Mapping[str, str]]:
    """Return the path and the fields that *response* answers."""
    noted: tuple[str, Mapping[str, str]] | None = getattr(response, _SENT, None)
    if noted is not None:
        return noted
    request = getattr(response, "request", None)
    path = urlsplit(str(getattr(request, "url", None) or getattr(response, "url", None) or "")).path
    body: Any = getattr(request, "body", None)
    try:
        return path, xml.read(body.encode() if isinstance(body, str) else body)
    except (Malformed, UnicodeEncodeError):
        return path, {}


def opened(response: Any, operation: Operation, sent: Mapping[str, str], protocol: Protocol | None) -> Any:
    """Return what *response* tells: a dict, or the text of what is no XML. protocol: None to believe it unsigned.

    Raises Refused or OutcomeUnknown.
    """
    body = _bytes_of(response)
    told = Response(response.status_code, body, {})
    request = Request("POST", operation.path, b"", operation=operation, fields=sent)
    if operation.response_format in ("csv", "json") and not body.lstrip(messages.BLANK).startswith(b"<"):
        if protocol is not None:
            protocol.open_reply(request, told)
        return body.decode("utf-8-sig", "replace")
    if protocol is not None:
        return shaped(messages.believed(protocol, request, told), operation.nested)
    unknown = partial(call.unknown, request, response=told)
    try:
        fields = xml.read(body, nested=operation.nested)
    except Malformed as error:
        raise unknown(f"the reply cannot be read: {error.message}") from error
    verdict.judge(operation, fields, True, unknown)
    return shaped(fields, operation.nested)


def refused_by_http(pay: Any, operation: Operation, sent: Mapping[str, str], response: Any) -> Exception:
    """Return the exception of an HTTP status that is an error: nobody knows what came of the call."""
    told = Response(response.status_code, _bytes_of(response), {})
    request = Request("POST", operation.path, b"", operation=operation, fields=sent)
    error = call.unknown(request, f"the gateway answered HTTP {told.status}", response=told, phase="status")
    return _theirs(error, pay, response, {})


def sandbox_key(response: Any) -> Any:
    """Return the sandbox's key in *response*, None where it has none."""
    try:
        return shaped(xml.read(_bytes_of(response))).get("sandbox_signkey")
    except Malformed:
        return None


def _bytes_of(response: Any) -> bytes:
    body = getattr(response, "content", None)
    return body if isinstance(body, bytes) else str(response.text).encode("utf-8", "surrogatepass")


def failed(error: WXPayError, pay: Any, response: Any = None) -> Exception:
    """Return *error* as a WeChatPayException. Its attributes repeat what could be believed and nothing else.

    What broke on the way stays what requests calls it: a WeChatPayException would be taken for an answer.
    """
    if isinstance(error, (WeChatException, requests.RequestException)):
        return error
    return _theirs(error, pay, response, _told(error, response) if response is not None else {})


def _theirs(error: WXPayError, pay: Any, response: Any, told: Mapping[str, Any]) -> Exception:
    return both(
        WeChatPayException, error, client=pay, request=getattr(response, "request", None), response=response,
        return_code=told.get("return_code"), result_code=told.get("result_code"), return_msg=told.get("return_msg"),
        errcode=told.get("err_code"), errmsg=told.get("err_code_des"),
    )  # fmt: skip


def _told(error: WXPayError, response: Any) -> dict[str, Any]:
    """Return the codes of the reply behind *error*. One that settles nothing is a SYSTEMERROR: users query then."""
    if isinstance(error, NotSent):
        return {}
    try:
        fields = shaped(xml.read(_bytes_of(response)))
    except Malformed:
        fields = {}
    believed = bool(fields.get("sign")) and not isinstance(error.__cause__, Rejected)
    told_no = fields.get("return_code") == "FAIL" or (fields.get("result_code") == "FAIL" and fields.get("err_code"))
    if isinstance(error, Refused) or (believed and told_no):
        return fields
    if fields.get("return_code") == "FAIL":
        return {name: fields.get(name) for name in ("return_code", "return_msg")}
    return {"err_code": _SYSTEMERROR, "err_code_des": error.message}
