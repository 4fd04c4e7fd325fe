"""A call of API v3 that is refused: its code, its status, and what the answer's detail says.

The books refuse in the err_codes of API v2; `as_v3` says the same in the codes that the operation's row documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wxpay_v2.simulator import protocol as v2
from wxpay_v2.v3.operation import V3Operation

__all__ = ["Refusal", "documented", "in_v3"]

# err_code of API v2 -> what API v3 calls it, the first that the row documents.
_CODES: dict[str, tuple[str, ...]] = {
    "ACCOUNTERROR": ("ACCOUNT_ERROR",),
    "AUTHCODEEXPIRE": ("AUTH_CODE_EXPIRED", "AUTH_CODE_INVALID"),
    "AUTH_CODE_ERROR": ("AUTH_CODE_INVALID",),
    "AUTH_CODE_INVALID": ("AUTH_CODE_INVALID",),
    "BANKERROR": ("BANK_ERROR", "SYSTEM_ERROR"),
    "BUYER_MISMATCH": ("OPENID_MISMATCH", "TRADE_ERROR"),
    "NOAUTH": ("NO_AUTH",),
    "NOTENOUGH": ("NOT_ENOUGH",),
    "ORDERCLOSED": ("ORDER_CLOSED",),
    "ORDERNOTEXIST": ("ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"),
    "INVALID_TRANSACTIONID": ("ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"),
    "ORDERPAID": ("ORDER_PAID", "ORDERPAID"),
    "ORDERREVERSED": ("ORDER_CLOSED",),
    "REFUNDNOTEXIST": ("RESOURCE_NOT_EXISTS",),
    "REFUND_FEE_MISMATCH": ("OUT_REFUND_NO_USED",),
    "REVERSE_EXPIRE": ("TRADE_STATE_ERROR", "TRADE_ERROR"),
    "RULELIMIT": ("RULE_LIMIT",),
    "SYSTEMERROR": ("SYSTEM_ERROR",),
    "TRADE_ERROR": ("TRADE_STATE_ERROR", "TRADE_ERROR"),
}
# The statuses of codes whose row says none, or that every operation may answer.
STATUSES = {
    "PARAM_ERROR": 400, "INVALID_REQUEST": 400, "SIGN_ERROR": 401, "NO_AUTH": 403, "RESOURCE_NOT_EXISTS": 404,
    "ORDER_NOT_EXIST": 404, "RATE_LIMITED": 429, "FREQUENCY_LIMITED": 429, "SYSTEM_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}  # fmt: skip
# What the part of Request-ID after the last hyphen says, where it is known.
_NUMBERS = {
    "PARAM_ERROR": "268435461", "ORDER_NOT_EXIST": "268512771", "RULE_LIMIT": "268449304", "NOT_ENOUGH": "88430113",
    "AUTH_CODE_INVALID": "268501784", "AUTH_CODE_EXPIRED": "268501011", "USERPAYING": "268501834",
    "TRADE_STATE_ERROR": "268449386",
}  # fmt: skip


class Refusal(Exception):
    """A call that is refused. code: of the operation's row, or one of `STATUSES`. message: "" for the row's words.

    status: 0 for the row's. detail: of the answer. number: the internal one at the end of Request-ID.
    """

    def __init__(
        self, code: str, message: str = "", *, status: int = 0, detail: dict[str, Any] | None = None, number: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.detail = detail
        self.number = number or _NUMBERS.get(code, "0")

    @classmethod
    def of_field(cls, operation: V3Operation, way: str, issue: str, location: str = "") -> Refusal:
        """Return the PARAM_ERROR of a field. way: as a JSON pointer. location: by default where its row has it."""
        top = way.strip("/").partition("/")[0]
        if not location:
            location = "url" if top in operation.in_path else "query" if _in_query(operation, top) else "body"
        name = top if location == "query" else way
        detail = {"field": name[:256], "value": "", "issue": issue[:256], "location": location}
        return cls("PARAM_ERROR", issue, status=400, detail=detail)


def _in_query(operation: V3Operation, name: str) -> bool:
    return name in operation.in_query or operation.request_format == "query"


def documented(operation: V3Operation, *codes: str) -> str:
    """Return the first of *codes* that the row lists, else INVALID_REQUEST, else PARAM_ERROR."""
    return next((code for code in (*codes, "INVALID_REQUEST") if operation.error(code) is not None), "PARAM_ERROR")


def status(operation: V3Operation | None, refused: Refusal) -> int:
    """Return the HTTP status of *refused*."""
    row = operation.error(refused.code) if operation is not None else None
    return refused.status or (row.status if row is not None else 0) or STATUSES.get(refused.code, 400)


@contextmanager
def in_v3(operation: V3Operation) -> Iterator[None]:
    """Let what the books refuse in API v2's codes be refused in those of *operation*."""
    try:
        yield
    except v2.Refusal as refused:
        raise Refusal(documented(operation, *_CODES.get(refused.code, (refused.code,))), refused.des) from None
