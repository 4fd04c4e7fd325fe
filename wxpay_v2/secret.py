"""Values that never print, and the redaction of what may be logged.

A `Secret` opens only where a digest is made (`reveal`). `redacted` is what logs, errors and reports show of fields.
"""

from __future__ import annotations

import sys
from functools import wraps

from wxpay_v2.errors import ConfigurationError, WXPayError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType
    from typing import Any, NoReturn, ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

__all__ = ["API_KEY_LENGTH", "SENSITIVE", "Secret", "check_api_key", "redacted", "without_frames"]

API_KEY_LENGTH = 32

# Characters left standing at the front of a sensitive field; the wire names are the same in every operation.
# The catalogue marks these fields too (Field.sensitive); a test holds the two together.
SENSITIVE: dict[str, int] = {
    "access_token": 0,
    "account": 4,
    "account_name": 0,
    "account_number": 0,
    "auth_code": 0,
    "authinfo": 0,
    "bank_account": 0,
    "bank_no": 0,
    "bank_no_md5": 0,
    "cert_id": 0,
    "cert_no": 0,
    "certificate_id": 0,
    "certificate_name": 0,
    "certificates_name": 0,
    "certificates_number": 0,
    "combine_openid": 4,
    "contact": 0,
    "contact_email": 0,
    "contact_name": 0,
    "contact_phone": 0,
    "contract_display_account": 0,
    "cred_id": 0,
    "creid": 0,
    "destination_account_name": 0,
    "destination_account_number": 0,
    "director_id_number": 0,
    "director_name": 0,
    "email": 0,
    "enc_bank_no": 0,
    "enc_true_name": 0,
    "encrypted_credential_id": 0,
    "encrypted_echo_message": 0,
    "encrypted_real_name": 0,
    "face_code": 0,
    "id_card_copy": 0,
    "id_card_name": 0,
    "id_card_national": 0,
    "id_card_number": 0,
    "individual_name": 0,
    "key": 0,
    "mobile": 0,
    "mobile_phone": 0,
    "name": 0,
    "nonce_str": 0,
    "noncestr": 0,
    "nonceStr": 0,
    "office_phone": 0,
    "openid": 4,
    "payer_phone": 0,
    "paySign": 6,
    "phone": 0,
    "plate_number": 0,
    "principal_id_number": 0,
    "principal_name": 0,
    "qq": 0,
    "rawdata": 0,
    "re_openid": 4,
    "re_user_name": 0,
    "real_name": 0,
    "receiver": 0,
    "receiver_account": 4,
    "receivers": 0,
    "recv_account": 0,
    "refresh_token": 0,
    "refund_recv_accout": 0,
    "req_info": 0,
    "risk_info": 0,
    "sandbox_signkey": 0,
    "settlement_bank_number": 0,
    "settlement_card_name": 0,
    "settlement_card_no": 0,
    "sign": 6,
    "sp_openid": 4,
    "sub_openid": 4,
    "transfer_name": 0,
    "true_name_md5": 0,
    "user_creid": 0,
    "user_display_name": 0,
    "user_name": 0,
    "user_received_account": 0,
    "user_truename": 0,
    "userid": 0,
    "verify_openid": 4,
    "workwx_sign": 6,
}


class Secret:
    """A value that does not print, pickle, copy or compare. ``Secret("...").reveal()`` is the only way in."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the value. Keep it in a local for as long as a digest takes, never in an attribute."""
        return self.__value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret does not leave its process")

    __getstate__ = __reduce__  # object's own would hand the slots out

    def __copy__(self) -> NoReturn:
        raise TypeError("a Secret is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a Secret is not copied")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a Secret is not compared with ==")

    __hash__ = None  # type: ignore[assignment]


def redacted(fields: Mapping[str, object]) -> dict[str, str]:
    """Return *fields* as text that may be logged: sensitive values cut to their first characters and ``***``.

    A sensitive name inside a value that is JSON is covered as well.
    """
    shown: dict[str, str] = {}
    for name, value in fields.items():
        text, visible = str(value), _visible(name)
        if visible is None:
            shown[name] = _inside(text) if '"' in text else text
        else:
            shown[name] = text[:visible] + "***"
    return shown


def _visible(name: object) -> int | None:
    """Return how many characters of the field *name* may be seen, None for all of them."""
    if not isinstance(name, str):
        return None
    visible = SENSITIVE.get(name)
    return SENSITIVE.get(name.rstrip("0123456789").rstrip("_")) if visible is None else visible  # of an indexed family


def _inside(text: str) -> str:
    """Return *text*, a value that may be JSON (or a part of it), with the sensitive names in it covered."""
    import re

    values = r'("(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|\{[^{}]*\}?|[^\s,\]}]+)'
    names = "|".join(SENSITIVE)
    return re.sub(rf'"({names})(?:_\d+)*"\s*:\s*{values}', lambda found: f'"{found[1]}":"***"', text)


def check_api_key(key: Secret) -> None:
    """Raise ConfigurationError unless *key* has the shape of an API key: 32 printable ASCII characters, no blanks."""
    message, remedy = _fault(key.reveal())  # found elsewhere: the traceback's locals must not hold the key
    if message:
        raise ConfigurationError(message, remedy=remedy)


def _fault(text: object) -> tuple[str, str]:
    if not isinstance(text, str) or not text:
        return "the API key is empty", "set it: merchant platform, API security"
    if any(character.isspace() for character in text):
        return "the API key holds blanks or line ends", "remove them; copy it again"
    if len(text) != API_KEY_LENGTH:
        return (
            f"the API key must have {API_KEY_LENGTH} characters, this one has {len(text)}",
            "copy it whole from where you set it; the platform does not show it again",
        )
    if not (text.isascii() and text.isprintable()):
        return "the API key holds other characters than printable ASCII", ""
    return "", ""


# Whose frames hold what was sent: ours, and those of the libraries that carry it.
_CARRIERS = frozenset(
    ("wxpay_v2", "aiohttp", "asyncio", "cryptography", "http", "json", "lxml", "requests", "socket", "ssl", "urllib3")
)


def without_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Let errors leave *function* without our frames: crash reports print their locals, and these hold keys and codes.

    Frames of the caller's own functions (a callback, a transport) stay. Where an error is not one of ours, a note says
    which frames were taken. A coroutine function stays one.
    """
    if function.__code__.co_flags & _COROUTINE:

        @wraps(function)
        async def awaited(*args: P.args, **named: P.kwargs) -> Any:
            try:
                return await function(*args, **named)  # type: ignore[misc]
            except BaseException as error:
                fault = error
            outer = sys.exc_info()[1]
            del args, named
            try:
                raise _bare(fault, outer)
            finally:
                del fault, outer

        return awaited  # type: ignore[return-value]

    @wraps(function)
    def guarded(*args: P.args, **named: P.kwargs) -> R:
        try:
            return function(*args, **named)
        except BaseException as error:
            fault = error
        outer = sys.exc_info()[1]  # what the caller was handling
        del args, named
        try:
            raise _bare(fault, outer)
        finally:
            del fault, outer

    return guarded


_COROUTINE = 0x80  # inspect.CO_COROUTINE; importing inspect costs more than the rest of this module


def _bare(fault: BaseException, outer: BaseException | None) -> BaseException:
    """Return *fault* with the carriers' frames taken out of it and of all it chains to, up to *outer*, the caller's."""
    todo: list[BaseException | None] = [fault]
    seen: list[BaseException | None] = [None, outer]
    while todo:
        link = todo.pop()
        if any(link is one for one in seen):
            continue
        assert link is not None  # noqa: S101 - None is among the seen
        seen.append(link)
        if isinstance(link, WXPayError) or _top(type(link).__module__) in _CARRIERS:
            link.__context__ = None  # what it says is said; its context may quote the value it could not take
        elif link is fault and hasattr(link, "add_note") and _top(_module_of_last(link)) in _CARRIERS:
            link.add_note(f"raised in {_places(link.__traceback__)}")
        link.__traceback__ = _foreign(link.__traceback__)
        todo += [link.__cause__, link.__context__]
    return fault


def _top(module: object) -> str:
    return str(module).partition(".")[0]


def _steps(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _foreign(trace: TracebackType | None) -> TracebackType | None:
    """Return *trace* without the frames of the carriers."""
    kept: TracebackType | None = None
    for step in reversed([*_steps(trace)]):
        if _top(step.tb_frame.f_globals.get("__name__")) not in _CARRIERS:
            kept = type(step)(kept, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return kept


def _module_of_last(error: BaseException) -> object:
    last = [*_steps(error.__traceback__)][-1:]
    return last[0].tb_frame.f_globals.get("__name__") if last else ""


def _places(trace: TracebackType | None) -> str:
    """Return where *trace* went, as ``module:line``: all that a report of a fault in this library needs."""
    return " > ".join(f"{step.tb_frame.f_globals.get('__name__')}:{step.tb_lineno}" for step in _steps(trace))
