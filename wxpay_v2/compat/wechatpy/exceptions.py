"""wechatpy's exceptions, and those that are at once one of theirs and one of `wxpay_v2.errors`.

Whoever catches the old kind catches ours; whoever asks whether money may have moved asks for NotSent, Refused or
OutcomeUnknown. Pickles leave out the client, which holds the key, and what was sent and received.
"""

from __future__ import annotations

from wxpay_v2.errors import WXPayError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "APILimitedException",
    "InvalidAppIdException",
    "InvalidMchIdException",
    "InvalidSignatureException",
    "WeChatClientException",
    "WeChatComponentOAuthException",
    "WeChatException",
    "WeChatOAuthException",
    "WeChatPayException",
    "both",
]

_LEFT_OUT = ("client", "request", "response")


class WeChatException(Exception):
    """The base of wechatpy's exceptions. errcode: a number or the gateway's word. errmsg: for people."""

    def __init__(self, errcode: Any, errmsg: Any) -> None:
        super().__init__(errcode, errmsg)
        self.errcode = errcode
        self.errmsg = errmsg

    def __str__(self) -> str:
        return f"Error code: {self.errcode}, message: {self.errmsg}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.errcode}, {self.errmsg})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_revive, (type(self), self.args, _kept(self)))


class WeChatClientException(WeChatException):
    """What a call came to. client: who made it. request, response: of requests."""

    def __init__(
        self, errcode: Any, errmsg: Any, client: Any = None, request: Any = None, response: Any = None
    ) -> None:
        super().__init__(errcode, errmsg)
        self.client = client
        self.request = request
        self.response = response


class InvalidSignatureException(WeChatException):
    """A message that cannot be believed. Ours are Rejected as well, or OutcomeUnknown where nothing is proven."""

    def __init__(self, errcode: Any = -40001, errmsg: Any = "Invalid signature") -> None:
        super().__init__(errcode, errmsg)


class APILimitedException(WeChatClientException):
    """Too many calls; of wechatpy's other parts."""


class InvalidAppIdException(WeChatException):
    """A message for another app."""

    def __init__(self, errcode: Any = -40005, errmsg: Any = "Invalid AppId") -> None:
        super().__init__(errcode, errmsg)


class InvalidMchIdException(WeChatException):
    """A message for another merchant."""

    def __init__(self, errcode: Any = -40006, errmsg: Any = "Invalid MchId") -> None:
        super().__init__(errcode, errmsg)


class WeChatOAuthException(WeChatClientException):
    """Of wechatpy's other parts."""


class WeChatComponentOAuthException(WeChatClientException):
    """Of wechatpy's other parts."""


class WeChatPayException(WeChatClientException):
    """A call that did not succeed. return_code, result_code, return_msg, errcode (err_code) and errmsg (err_code_des).

    None where the gateway told nothing, or nothing that could be believed.
    """

    def __init__(
        self,
        return_code: Any,
        result_code: Any = None,
        return_msg: Any = None,
        errcode: Any = None,
        errmsg: Any = None,
        client: Any = None,
        request: Any = None,
        response: Any = None,
    ) -> None:
        super().__init__(errcode, errmsg, client, request, response)
        self.return_code = return_code
        self.result_code = result_code
        self.return_msg = return_msg

    def __str__(self) -> str:
        return (
            f"Error code: {self.return_code}, message: {self.return_msg}. "
            f"Pay Error code: {self.errcode}, message: {self.errmsg}"
        )

    def __repr__(self) -> str:
        name = type(self).__name__
        return f"{name}({self.return_code}, {self.return_msg}). Pay({self.errcode}, {self.errmsg})"


def both(old: type[Exception], error: WXPayError, **told: Any) -> Exception:
    """Return *error* as an exception that is one of *old* too. told: the attributes that *old*'s users read."""
    made = _made(_kind(old, type(error)), error.args, {**vars(error), **told})
    made.__cause__ = error.__cause__
    return made


_kinds: dict[tuple[type, type], type[Exception]] = {}


def _kind(old: type[Exception], ours: type[WXPayError]) -> type[Exception]:
    """Return the class of both, named as *old*. It prints as ours, which says what happened and what to do."""
    kept = _kinds.get((old, ours))
    if kept is not None:
        return kept

    def reduce(self: Any) -> tuple[Any, ...]:
        return (_revive_both, (old, ours, self.args, _kept(self)))

    told = {
        "__module__": old.__module__, "__doc__": ours.__doc__, "__str__": ours.__str__, "__repr__": ours.__repr__,
        "__reduce__": reduce,
    }  # fmt: skip
    return _kinds.setdefault((old, ours), type(old.__name__, (old, ours), told))


def _made(kind: type[Exception], args: tuple[Any, ...], attributes: dict[str, Any]) -> Exception:
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(attributes)
    return error


def _kept(error: BaseException) -> dict[str, Any]:
    return {name: None if name in _LEFT_OUT else value for name, value in vars(error).items()}


def _revive(kind: type[Exception], args: tuple[Any, ...], kept: dict[str, Any]) -> Exception:
    return _made(kind, args, kept)


def _revive_both(
    old: type[Exception], ours: type[WXPayError], args: tuple[Any, ...], kept: dict[str, Any]
) -> Exception:
    return _made(_kind(old, ours), args, kept)
