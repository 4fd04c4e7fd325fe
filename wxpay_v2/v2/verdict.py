"""What a reply that could be read says about the money: done, refused, or unknown (threats: M3)."""

from __future__ import annotations

from functools import lru_cache

from wxpay_v2.errors import Mismatch, OutcomeUnknown, Refused, quoted
from wxpay_v2.operation import AMOUNT, UNKNOWN
from wxpay_v2.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from functools import partial

    from wxpay_v2.call import Request
    from wxpay_v2.operation import Operation

    Unknown = partial[OutcomeUnknown]

__all__ = ["amounts", "compare", "compare_amounts", "judge", "refused"]

_ECHOED = ("appid", "mch_id", "sub_appid", "sub_mch_id")


def judge(operation: Operation, fields: dict[str, str], signed: bool, unknown: Unknown) -> None:
    """Raise Refused or OutcomeUnknown unless *fields* say that the call was done.

    signed: the fields are authentic. unknown: makes the OutcomeUnknown of the request and its response.
    """
    return_code, result_code = fields.get("return_code"), fields.get("result_code")
    if return_code == "FAIL":
        said = fields.get("return_msg", "")
        code = fields.get("err_code") or _code_in(operation, said)
        if not signed and operation.moves_money:
            raise unknown(f"the gateway refused without a signature: {quoted(said)}", err_code=code)
        if code:
            raise _refusal(operation, fields, code, signed, unknown)
        if operation.moves_money:
            raise unknown(f"the gateway failed and named no code: {quoted(said)}")
        raise refused(operation, fields, "", signed, unknown)
    if return_code != "SUCCESS":
        raise unknown(f"return_code is {quoted(return_code)}")
    if result_code == "FAIL" and not signed and operation.moves_money:
        code = fields.get("err_code", "")
        row = operation.error(code)
        raise unknown(
            f"the gateway refused without a signature: {quoted(code)}", err_code=code,
            may_repeat=row is not None and row.repeat, remedy=row.remedy if row is not None else "",
        )  # fmt: skip
    if result_code == "FAIL":
        raise _refusal(operation, fields, fields.get("err_code", ""), signed, unknown)
    if operation.response_format == "csv":
        raise unknown("the reply is neither a statement nor a failure")
    believed = operation.signed_response or operation.moves_money
    if result_code != "SUCCESS" and operation.result_code and believed:
        raise unknown(f"result_code is {quoted(result_code)}")
    if operation.proof and (operation.moves_money or fields.get("trade_state") == "SUCCESS"):
        missing = [name for name in operation.proof if not fields.get(name)]
        if missing:
            raise unknown(f"it says SUCCESS without {', '.join(missing)}, which proves no payment")


def _refusal(
    operation: Operation, fields: dict[str, str], code: str, signed: bool, unknown: Unknown
) -> Refused | OutcomeUnknown:
    row = operation.error(code)
    if row is not None and row.outcome != UNKNOWN:
        return refused(operation, fields, code, signed, unknown)
    if row is None:
        return unknown(f"a code nobody has heard of: {quoted(code)}", err_code=code)
    said = fields.get("err_code_des") or row.means
    return unknown(f"{code}: {said:.64}", err_code=code, may_repeat=row.repeat, remedy=row.remedy)


def refused(operation: Operation, fields: dict[str, str], code: str, signed: bool, unknown: Unknown) -> Refused:
    """Return the error of a definite refusal. code: err_code, "" where none is named."""
    row = operation.error(code)
    said = fields.get("err_code_des") or fields.get("return_msg", "")
    return Refused(
        f"{code}: {said:.64}" if code else f"{said:.64}",
        return_code=fields.get("return_code", ""),
        return_msg=fields.get("return_msg", ""),
        err_code=code,
        err_code_des=fields.get("err_code_des", ""),
        fields=Result(fields, operation, verified=signed),
        authenticated=signed,
        may_repeat=row.repeat if row is not None else False,
        remedy=row.remedy if row is not None else "",
        operation=operation.name,
        request=unknown.args[0],
        response=unknown.keywords["response"],
        explanation=unknown.keywords.get("explanation", ""),
    )


def compare(request: Request, fields: dict[str, str], unknown: Unknown) -> None:
    """Raise OutcomeUnknown, caused by Mismatch, when an authentic reply is about something else than was asked."""
    sent = request.fields
    operation = request.operation
    numbers = operation.numbers if operation is not None else ()
    for name in (*_ECHOED, *numbers):
        if name in fields and name in sent and fields[name] and fields[name] != sent[name]:
            mismatch = Mismatch(f"{name} is {quoted(fields[name])}, asked about {quoted(sent[name])}")
            raise unknown(f"the reply is about something else: {mismatch.message}") from mismatch


def compare_amounts(request: Request, fields: Mapping[str, str], unknown: Unknown) -> None:
    """Raise OutcomeUnknown, caused by Mismatch, when a success moved another amount than was asked for."""
    operation = request.operation
    if operation is None or not operation.moves_money:
        return
    for name in amounts(operation):
        asked, told = request.fields.get(name), fields.get(name)
        if asked and told and asked.lstrip("0") != told.lstrip("0"):
            mismatch = Mismatch(f"{name} is {quoted(told)}, asked was {quoted(asked)}")
            raise unknown(f"the reply is about something else: {mismatch.message}") from mismatch


@lru_cache(maxsize=256)
def amounts(operation: Operation) -> tuple[str, ...]:
    """Return the amounts that *operation* asks for and its answer tells again."""
    told = {row.name for row in operation.response}
    return tuple(row.name for row in operation.request if row.kind == AMOUNT and row.name in told)


def _code_in(operation: Operation, said: str) -> str:
    """Return the code that a failed download names in its return_msg, or ""."""
    if operation.response_format == "xml":
        return ""
    return next((row.code for row in operation.errors if row.code.lower() == said.strip().lower()), "")
