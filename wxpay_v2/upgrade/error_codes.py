"""What API v3's status and code are in v2: return_code, result_code, err_code.

v2 tells a fault of the message by return_code FAIL and a fault of the business by err_code; v3 has one form for both.
An outcome that is unknown there stays unknown here (threats: M11).
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay2_1.shtml
"""

from __future__ import annotations

from wxpay_v2.operation import UNKNOWN
from wxpay_v2.requirement import Row
from wxpay_v2.upgrade.rules import INFERRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import ErrorCode
    from wxpay_v2.v3.operation import V3Operation

__all__ = ["ALIASES", "CODES", "ErrorRule", "is_listed", "is_unknown", "may_repeat", "normal", "rendered", "unpaid"]

# One fault in several spellings.
ALIASES = {
    "ORDERNOTEXIST": "ORDER_NOT_EXIST", "SYSTEMERROR": "SYSTEM_ERROR", "NOAUTH": "NO_AUTH", "NOTENOUGH": "NOT_ENOUGH",
    "BANKERROR": "BANK_ERROR", "RULELIMIT": "RULE_LIMIT", "ACCOUNTERROR": "ACCOUNT_ERROR", "ORDERPAID": "ORDER_PAID",
    "RATELIMIT_EXCEEDED": "RATE_LIMITED", "RATELIMIT_EXCEED": "RATE_LIMITED", "FREQUENCY_LIMITED": "RATE_LIMITED",
    "FREQUENCY_LIMIT_EXCEED": "RATE_LIMITED", "ORDERCLOSED": "ORDER_CLOSED", "INVALID_TRANSACTION_ID":
    "INVALID_TRANSACTIONID",
}  # fmt: skip


class ErrorRule(Row):
    """code: v3's, in its one spelling. err_code: v2's. families: where it holds, () for all others.

    fault: a fault of the message, told by return_code FAIL. return_msg, more: what else v2 says then.
    """

    __slots__ = ("basis", "code", "err_code", "families", "fault", "more", "return_msg")
    code: str
    err_code: str
    families: tuple[str, ...]
    fault: bool
    return_msg: str
    more: dict[str, str]
    basis: str

    def __init__(
        self, code: str, err_code: str, *families: str, fault: bool = False, return_msg: str = "",
        basis: str = INFERRED, **more: str,
    ) -> None:  # fmt: skip
        self._fill(
            code=code, err_code=err_code, families=families, fault=fault, return_msg=return_msg, basis=basis, more=more
        )


_SHARED = ("profit sharing", "profit sharing query")
_CUSTOMS = ("customs", "customs query")
CODES: tuple[ErrorRule, ...] = (
    ErrorRule("PARAM_ERROR", "", "statement", fault=True, return_msg="data format error"),
    ErrorRule("PARAM_ERROR", "PARAM_ERROR"),
    ErrorRule("INVALID_REQUEST", "INVALID_REQUEST"),
    ErrorRule("SIGN_ERROR", "", "statement", fault=True, return_msg="SIGN ERROR"),
    ErrorRule("SIGN_ERROR", "SIGN_ERROR", *_SHARED, *_CUSTOMS, fault=True),
    ErrorRule("SIGN_ERROR", "SIGNERROR", fault=True),
    ErrorRule("APPID_MCHID_NOT_MATCH", "APPID_MCHID_NOT_MATCH"),
    ErrorRule("MCH_NOT_EXISTS", "MCHID_NOT_EXIST"),
    ErrorRule("ORDER_PAID", "ORDERPAID"),
    ErrorRule("ORDER_CLOSED", "ORDERCLOSED"),
    ErrorRule("NO_AUTH", "NOAUTH"),
    ErrorRule("NOT_ENOUGH", "NOTENOUGH"),
    ErrorRule("OUT_TRADE_NO_USED", "OUT_TRADE_NO_USED"),
    ErrorRule("OUT_REFUND_NO_USED", "ERROR", "refund"),
    ErrorRule("ACCOUNT_ERROR", "ACCOUNTERROR"),
    ErrorRule("RULE_LIMIT", "RULE_LIMIT", *_SHARED),
    ErrorRule("RULE_LIMIT", "RULELIMIT"),
    ErrorRule("TRADE_ERROR", "TRADE_ERROR"),
    ErrorRule("USER_ACCOUNT_ABNORMAL", "USER_ACCOUNT_ABNORMAL"),
    ErrorRule("ORDER_NOT_EXIST", "ORDERNOTEXIST"),
    ErrorRule("RESOURCE_NOT_EXISTS", "REFUNDNOTEXIST", "refund query"),
    ErrorRule("RESOURCE_NOT_EXISTS", "ORDERNOTEXIST", "order", "query", "close", "reverse", "refund", "quick pay"),
    ErrorRule("RESOURCE_NOT_EXISTS", "RESOURCE_NOT_EXISTS"),
    ErrorRule("AUTH_CODE_EXPIRED", "AUTHCODEEXPIRE"),
    ErrorRule("AUTH_CODE_INVALID", "AUTH_CODE_INVALID"),
    ErrorRule("BIZERR_NEED_RETRY", "BIZERR_NEED_RETRY"),
    ErrorRule("TRADE_OVERDUE", "TRADE_OVERDUE"),
    ErrorRule("RATE_LIMITED", "FREQUENCY_LIMITED"),
    ErrorRule("BANK_ERROR", "BANKERROR"),
    ErrorRule("INVALID_TRANSACTIONID", "INVALID_TRANSACTIONID"),
    ErrorRule("OPENID_MISMATCH", "OPENID_MISMATCH", *_SHARED),
    ErrorRule("OPENID_MISMATCH", "PARAM_ERROR"),
    ErrorRule("SYSTEM_ERROR", "SYSTEMERROR"),
    ErrorRule("SERVICE_UNAVAILABLE", "SYSTEMERROR"),
    ErrorRule("USERPAYING", "USERPAYING"),
    ErrorRule("NO_STATEMENT_EXIST", "", "statement", fault=True, return_msg="No Bill Exist", error_code="20002"),
    ErrorRule("NO_STATEMENT_EXIST", "NO_BILL_EXIST", "fund flow"),
    ErrorRule("STATEMENT_CREATING", "", "statement", fault=True, return_msg="Bill Creating"),
    ErrorRule("STATEMENT_CREATING", "BILL_CREATING", "fund flow"),
)

_BY_CODE: dict[str, list[ErrorRule]] = {}
for _rule in CODES:
    _BY_CODE.setdefault(_rule.code, []).append(_rule)

# The payer is typing the password: the reverse is to be called again.
_AGAIN = ("USERPAYING", "SYSTEM_ERROR", "SERVICE_UNAVAILABLE")


def normal(code: str) -> str:
    """Return *code* in its one spelling."""
    upper = code.upper()
    return ALIASES.get(upper, upper)


def _listed(row: V3Operation, code: str) -> ErrorCode | None:
    wanted = normal(code)
    return next((error for error in row.errors if normal(error.code) == wanted), None)


def is_listed(row: V3Operation, code: str) -> bool:
    """Return True when the row of the v3 call names *code*, in whichever spelling."""
    return _listed(row, code) is not None


def may_repeat(row: V3Operation, code: str) -> bool:
    """Return True when *row* says that the same call may be sent again after *code*."""
    found = _listed(row, code)
    return found is not None and found.repeat


def is_unknown(row: V3Operation, status: int, code: str) -> bool:
    """Return True when an error of that *status* and *code* leaves open what happened (threats: M3)."""
    found = _listed(row, code)
    return status >= 500 or found is None or found.outcome == UNKNOWN


def rendered(family: str, code: str, message: str) -> dict[str, str]:
    """Return v2's fields of a v3 error. A code nobody has heard of is SYSTEMERROR, which v2's callers query after."""
    rules = _BY_CODE.get(normal(code), [])
    rule = next((one for one in rules if family in one.families), None) or next(
        (one for one in rules if not one.families), None
    )
    if rule is None:
        told = {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "FAIL", "err_code": "SYSTEMERROR"}
        return {**told, "err_code_des": f"{code}: {message}"}
    if rule.fault or (family == "statement"):
        told = {"return_code": "FAIL", "return_msg": rule.return_msg or message, **rule.more}
        return {**told, "err_code": rule.err_code} if rule.err_code else told
    told = {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "FAIL", "err_code": rule.err_code}
    if family == "reverse" and normal(code) in _AGAIN:
        told["recall"] = "Y"
    return {**told, "err_code_des": message, **rule.more}


# A quick pay that API v3 answers with another state than SUCCESS, as v2 answers it.
_UNPAID = {
    "USERPAYING": "USERPAYING",
    "ACCEPT": "USERPAYING",
    "PAYERROR": "TRADE_ERROR",
    "CLOSED": "ORDERCLOSED",
    "REVOKED": "ORDERREVERSED",
}


def unpaid(state: str, words: str) -> dict[str, str]:
    """Return v2's failure for a quick pay whose trade_state is *state*; one that settles nothing is SYSTEMERROR."""
    code = _UNPAID.get(state, "SYSTEMERROR")
    return {"result_code": "FAIL", "err_code": code, "err_code_des": words or state}
