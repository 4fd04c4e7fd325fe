"""Statements: of transactions and of the fund flow.

Abroad API v3's statement is written anew in v2's form, see `statement_columns`; the mainland's has v2's form already.
Source: https://pay.weixin.qq.com/doc/global/v3/en/4012356934, https://pay.weixin.qq.com/doc/v3/merchant/4013071227
"""

from __future__ import annotations

import gzip
from functools import partial

from wxpay_v2 import call
from wxpay_v2.call import Work
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade import error_codes
from wxpay_v2.upgrade.answer import UpgradedResult
from wxpay_v2.upgrade.conversions import COMPACT_DAY, DASHED_DAY, choices
from wxpay_v2.upgrade.identity import ENVELOPE
from wxpay_v2.upgrade.rules import (
    INFERRED,
    NoEquivalent,
    Target,
    Upgrade,
    convert,
    drop,
    move,
    refuse,
)
from wxpay_v2.upgrade.statement_columns import LOST, Rendering
from wxpay_v2.v2 import verdict
from wxpay_v2.v2.catalogue.statements import NO_BILL_EXIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from wxpay_v2.call import Call, Request
    from wxpay_v2.result import Result
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.upgrade.protocol import Prepared, Protocol
    from wxpay_v2.upgrade.rules import Rule
    from wxpay_v2.v3.protocol import Answer

__all__ = ["DOWNLOAD_BILL", "DOWNLOAD_FUND_FLOW", "STATES", "carry"]

# bill_type -> the trade states of its rows, where API v3 knows no such choice.
STATES = {"SUCCESS": ("SUCCESS",), "REFUND": ("REFUND",)}

_GZIP = b"\x1f\x8b"
_ACCOUNTS = choices("account_type", {"Basic": "BASIC", "Operation": "OPERATION", "Fees": "FEES"})
_SIGNER = "the Authorization header names the merchant"
_NO_FIELDS = "a statement is text and has no fields; a failure has them, see the error codes"


def _text(*names: str) -> tuple[Rule, ...]:
    """Return the rules for the fields *names* of a failure, which a statement does not have."""
    return tuple(drop(name, _NO_FIELDS, harmless=True) for name in ("return_code", "return_msg", *names))


DOWNLOAD_BILL = Upgrade(
    "download_bill",
    family="statement",
    targets=(
        Target("statements", regions=(GLOBAL,)),
        Target("bill_trade", regions=(MAINLAND,)),
    ),
    request=(
        *ENVELOPE,
        drop("appid", "this call takes no appid in API v3", harmless=True),
        drop("sub_appid", "this call takes no appid in API v3", harmless=True),
        move("mch_id", "mchid", regions=(GLOBAL,), modes=(DIRECT,)),
        move("mch_id", "sp_mchid", regions=(GLOBAL,), modes=(INSTITUTION,)),
        drop("mch_id", _SIGNER, regions=(MAINLAND,), harmless=True),
        move("sub_mch_id", "sub_mchid", modes=(INSTITUTION, SERVICE_PROVIDER)),
        refuse("device_info", "it has no statement of one terminal, and would tell of all of them"),
        convert("bill_date", "date", COMPACT_DAY, regions=(GLOBAL,)),
        convert("bill_date", "bill_date", DASHED_DAY, regions=(MAINLAND,)),
        refuse("bill_type", "it has no statement of refunds from recharged funds", when=("bill_type",
               "RECHARGE_REFUND")),
        drop("bill_type", "rows are chosen here, by their trade state", regions=(GLOBAL,), harmless=True,
             basis=INFERRED),
        move("bill_type", regions=(MAINLAND,)),
        drop("tar_type", "the statement is compressed here", regions=(GLOBAL,), harmless=True, basis=INFERRED),
        move("tar_type", regions=(MAINLAND,)),
    ),
    answer=(
        *_text("error_code"),
        *(drop(heading, reason, regions=(GLOBAL,), basis=INFERRED) for heading, reason in LOST.items()),
    ),
)  # fmt: skip

DOWNLOAD_FUND_FLOW = Upgrade(
    "download_fund_flow",
    family="fund flow",
    targets=(Target("bill_fund_flow", regions=(MAINLAND,)),),
    otherwise=NoEquivalent(
        "", "API v3 Global has no fund flow", "call settlement_query for what was settled, download_bill for the trades"
    ),
    request=(
        *ENVELOPE,
        drop("appid", "this call takes no appid in API v3", harmless=True),
        drop("mch_id", _SIGNER, harmless=True),
        convert("bill_date", "bill_date", DASHED_DAY),
        convert("account_type", "account_type", _ACCOUNTS),
        move("tar_type"),
    ),
    answer=_text("result_code", "err_code", "err_code_des"),
)


def carry(
    prepared: Prepared, ask: Callable[[Request], Call[Answer]], protocol: Protocol, retry: Retry, routes: Routes
) -> Call[Result]:
    """Return the call of a statement as a generator; its Result has no fields, and the text, in v2's form, as raw.

    ask: makes the call of the prepared request. Raises Refused, also where no row has the trade state asked for,
    OutcomeUnknown, and Malformed for a text that is no statement.
    """
    row = prepared.row
    v3 = protocol.v3
    request = v3.request(row, prepared.document, operation=prepared.operation, fields=prepared.fields, checked=True)
    answer = yield from ask(request)
    if row.response_format == "csv":
        text = answer.raw
    else:
        from wxpay_v2.v3 import statement

        text = yield from statement.fetch(v3, answer.document, retry, routes)
    # Minutes of rows are no work for a loop.
    text, lost = yield Work(partial(_written, prepared, text, request))
    losses = protocol.losses(prepared.operation.name, lost)
    return UpgradedResult({}, prepared.operation, text, True, losses)


def _written(prepared: Prepared, text: bytes, request: Request) -> tuple[bytes, dict[str, str]]:
    """Return v3's *text* as v2 has it, a Global one written anew, and what is lost of it."""
    operation, fields = prepared.operation, prepared.fields
    losses: dict[str, str] = {}
    if prepared.case.region == GLOBAL:
        rendering = Rendering(text, STATES.get(fields.get("bill_type", ""), ()))
        text = b"".join(rendering.chunks())
        if not rendering.count:
            told = error_codes.rendered(prepared.upgrade.family, "NO_STATEMENT_EXIST", "")
            unknown = partial(call.unknown, request, response=None)
            raise verdict.refused(operation, told, NO_BILL_EXIST.code, True, unknown)
        losses = rendering.lost
    if fields.get("tar_type") == "GZIP" and not text.startswith(_GZIP):
        text = gzip.compress(text, mtime=0)
    return text, losses
