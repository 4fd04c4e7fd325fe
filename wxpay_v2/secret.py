"""Values that never print, and the redaction of what may be logged.

A `Secret` opens only where a digest is made (`reveal`). `redacted` is what logs, errors and reports show of fields.
"""

from __future__ import annotations

from functools import wraps

from wxpay_v2.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn, ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

__all__ = ["API_KEY_LENGTH", "SENSITIVE", "Secret", "check_api_key", "redacted", "without_frames"]

API_KEY_LENGTH = 32

# Characters left standing at the front of a sensitive field; the wire names are the same in every operation.
# The catalogue marks these fields too (Field.sensitive); a test holds the two together.
SENSITIVE: dict[str, int] = {
    "auth_code": 0,
    "bank_no": 0,
    "cert_no": 0,
    "enc_bank_no": 0,
    "enc_true_name": 0,
    "key": 0,
    "mobile": 0,
    "noncestr": 0,
    "nonceStr": 0,
    "nonce_str": 0,
    "openid": 4,
    "paySign": 6,
    "re_user_name": 0,
    "refund_recv_accout": 0,
    "req_info": 0,
    "sandbox_signkey": 0,
    "sign": 6,
    "sub_openid": 4,
    "user_creid": 0,
    "user_name": 0,
    "user_truename": 0,
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
    """Return *fields* as text that may be logged: sensitive values cut to their first characters and ``***``."""
    shown: dict[str, str] = {}
    for name, value in fields.items():
        visible = SENSITIVE.get(name)
        if visible is None and isinstance(name, str):
            visible = SENSITIVE.get(name.rstrip("0123456789").rstrip("_"))  # of an indexed family
        shown[name] = str(value) if visible is None else str(value)[:visible] + "***"
    return shown


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


def without_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Let errors leave *function* without the frames below: crash reports print their locals, and these hold keys."""

    @wraps(function)
    def guarded(*args: P.args, **named: P.kwargs) -> R:
        try:
            return function(*args, **named)
        except BaseException as error:
            fault = error
        del args, named
        fault.__context__ = None
        try:
            raise fault.with_traceback(None)
        finally:
            del fault

    return guarded
