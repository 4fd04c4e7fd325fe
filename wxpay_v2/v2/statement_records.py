"""Two relatives of statements, read into the same rows: settlement records (XML), and comments on orders (text).

Sources: https://pay.weixin.qq.com/doc/global/v2/zh/4013634968 (settlement query: one flat, signed record),
public code of a US institution (records nested in ``setteinfo_0``, ``setteinfo_1``, ..., without a signature),
https://pay.weixin.qq.com/doc/v2/merchant/4014326528 (comments: the next offset, then a line each).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import chain

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.statement_stream import INFLATED_PER_READ, RATIO, blocks, prove_utf8
from wxpay_v2.v2 import xml
from wxpay_v2.v2.statement import Statement
from wxpay_v2.v2.statement_layout import DAY, MINOR, NUMBER, TIME, Layout
from wxpay_v2.v2.statement_totals import Totals
from wxpay_v2.v2.statement_values import CONVERT, of_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.statement_stream import Source
    from wxpay_v2.v2.statement import Tables

__all__ = ["comments", "settlements"]

_FEES = ("settlement_fee", "unsettlement_fee", "pay_fee", "refund_fee", "pay_net_fee", "poundage_fee")
_SPLIT = ("split_settlement_fee", "split_unsettlement_fee")
_DAYS = ("date_settlement", "date_start", "date_end")
_SETTLEMENT = Layout(
    "settlement",
    ("fbatchno", *_DAYS, "settlementfee_type", *_FEES, *_SPLIT),
    ("fbatchno", *_DAYS, "settlementfee_type", *_FEES, *_SPLIT),
    {**dict.fromkeys((*_FEES, *_SPLIT), MINOR), **dict.fromkeys(_DAYS, DAY)},
)
_RECORD = "setteinfo_"
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)

_COMMENTS = Layout(
    "comments",
    ("comment_time", "transaction_id", "stars", "comment"),
    ("comment_time", "transaction_id", "stars", "comment"),
    {"comment_time": TIME, "stars": NUMBER},
)
_OFFSET = re.compile(rb"`?([0-9]{1,18})", re.ASCII)
_MOST_COMMENTS = 10_000  # a call gives 200


def settlements(reply: Mapping[str, str] | bytes) -> Statement:
    """Return the settlement records of a reply of settlement_query as rows.

    reply: its fields (a Result), or its bytes; one flat record, or nested ones. Whether a Result is verified it says
    itself; bytes are read, not verified.
    Typed amounts are ints in the smallest unit of settlementfee_type, refunds negative as on the wire; days are dates.
    The totals are a count. Raises Malformed unless there are record_num records, each with its batch, its days and its
    currency, and pay_net_fee is pay_fee less the refunds; InvalidRequest for what is neither fields nor bytes.
    """
    if isinstance(reply, Mapping):
        head = dict(reply)
    elif isinstance(reply, (bytes, bytearray)):
        head = xml.read(bytes(reply), nested=(f"{_RECORD}$n",))
    else:
        raise InvalidRequest(f"a settlement reply is fields or bytes, got {type(reply).__name__}")
    if not all(isinstance(value, str) for value in head.values()):
        raise InvalidRequest("the fields of a settlement reply are texts, as on the wire")
    if head.get("return_code") != "SUCCESS" or head.get("result_code", "SUCCESS") != "SUCCESS":
        raise Malformed("no settlements: the reply is a failure", remedy="read it as the reply of the operation")
    stated = head.get("record_num", "")
    if not _NUMBER.fullmatch(stated):
        raise Malformed(f"record_num is not a number of records: {quoted(stated)}")
    records = _nested(head) or ([head] if head.get("fbatchno") else [])
    if int(stated) != len(records):
        raise Malformed(f"record_num is {stated}, the reply has {len(records)} records")
    rows = [_checked(number, record) for number, record in enumerate(records, 1)]
    return Statement(_SETTLEMENT, _table(rows, Totals(count=len(rows))))


def _nested(head: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the nested records of a reply, whose values the reader of messages left as JSON."""
    names = [name for name in head if name.startswith(_RECORD)]
    if names != [f"{_RECORD}{number}" for number in range(len(names))]:
        raise Malformed(f"the records of the reply are not numbered from 0: {quoted(', '.join(names))}")
    records: list[dict[str, str]] = []
    for name in names:
        try:
            record = json.loads(head[name])
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not all(isinstance(text, str) for text in record.values()):
            raise Malformed(f"{name} is no record: {quoted(head[name])}")
        records.append(record)
    return records


def _checked(number: int, record: Mapping[str, str]) -> list[bytes]:
    """Return the cells of *record*. Raises Malformed for a field that is missing or does not fit."""
    missing = [name for name in ("fbatchno", *_DAYS, "settlementfee_type", *_FEES) if not record.get(name)]
    if missing:
        raise Malformed(f"record {number} of the reply lacks {', '.join(missing)}")
    values = [record.get(name, "") for name in _SETTLEMENT.names]
    if any(text and not text.isprintable() for text in values):
        raise Malformed(f"record {number} of the reply has a line end or the like in a value")
    cells = [text.encode() for text in values]
    for name, cell in zip(_SETTLEMENT.names, cells, strict=True):
        if name in _SETTLEMENT.holds:
            try:
                CONVERT[_SETTLEMENT.holds[name]](cell)
            except Malformed as error:
                raise Malformed(f"record {number} of the reply, {name}: {error.message}") from None
    paid, back, net = (int(record[name]) for name in ("pay_fee", "refund_fee", "pay_net_fee"))
    if net != paid - abs(back):
        raise Malformed(f"record {number} of the reply: pay_net_fee is {net}, pay_fee less refunds {paid - abs(back)}")
    return cells


def comments(source: Source, *, inflated_per_read: int = INFLATED_PER_READ, ratio: int = RATIO) -> Statement:
    """Return the comments of one reply of batch_query_comment as rows: comment_time, transaction_id, stars, comment.

    source: bytes, a binary file or chunks of bytes. The totals are count and offset, the one to ask from next.
    The comment is the rest of its line, whatever it holds: a payer wrote it.
    Raises Malformed for an error reply, a first line that is no offset, or a line that is no comment.
    """
    text = blocks(source, inflated_per_read, ratio)
    first = next(text, b"")
    if first.lstrip().startswith(b"<"):
        raise Malformed(
            "no comments: the body is an error reply",
            remedy="read it as the reply of the operation: it names the error",
        )
    offset, _, rest = first.partition(b"\n")
    found = _OFFSET.fullmatch(offset.strip())
    if not found:
        raise Malformed(f"no comments: the first line is no offset: {quoted(offset[:64].decode(errors='replace'))}")
    rows: list[list[bytes]] = []
    line = 2
    for block in chain((rest,), text):
        prove_utf8(block, line)
        texts = block.split(b"\n")[:-1]
        rows += [_comment(one, place) for place, one in enumerate(texts, line) if one.strip()]
        line += len(texts)
        if len(rows) > _MOST_COMMENTS:
            raise Malformed(f"more than {_MOST_COMMENTS} comments in one reply")
    return Statement(_COMMENTS, _table(rows, Totals(count=len(rows), offset=int(found[1]))))


def _comment(line: bytes, place: int) -> list[bytes]:
    cells = line.removesuffix(b"\r")[1:].split(b",`", 3)
    if not line.startswith(b"`") or len(cells) != 4 or not cells[1].isdigit():
        raise Malformed(f"line {place} is no comment: {quoted(line[:64].decode(errors='replace'))}")
    for name, cell in zip(_COMMENTS.names, cells, strict=True):
        if name in _COMMENTS.holds:
            try:
                CONVERT[_COMMENTS.holds[name]](cell)
            except Malformed as error:
                raise of_row(name, error, place) from None
    return cells


def _table(rows: list[list[bytes]], totals: Totals) -> Tables:
    if rows:
        yield [cell for row in rows for cell in (*row, b"\n")][:-1]
    return totals
