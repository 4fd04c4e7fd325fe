"""Settlement records and comments: the same rows, and nothing that is not whole."""

from __future__ import annotations

import gzip
from datetime import date, datetime

import pytest

from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.result import Result
from wxpay_v2.v2.statement_records import comments, settlements

RECORD = {
    "fbatchno": "20260302000001", "date_settlement": "2026-03-02", "date_start": "2026-03-01", "date_end": "20260301",
    "settlement_fee": "1000", "unsettlement_fee": "0", "settlementfee_type": "USD", "pay_fee": "1021",
    "refund_fee": "-11", "pay_net_fee": "1010", "poundage_fee": "10",
}  # fmt: skip
HEAD = {"return_code": "SUCCESS", "result_code": "SUCCESS"}


def inner(fields: dict[str, str]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


def nested(*records: dict[str, str], count: str = "", head: dict[str, str] = HEAD, more: str = "") -> bytes:
    parts = [f"<setteinfo_{n}>{inner(record)}</setteinfo_{n}>\n" for n, record in enumerate(records)]
    body = {**head, "record_num": count or str(len(records))}
    return f"<xml>{inner(body)}{''.join(parts)}{more}</xml>".encode()


def flat(**changes: str) -> dict[str, str]:
    return {**HEAD, "record_num": "1", **RECORD, **changes}


def test_a_flat_record_of_a_verified_result_is_one_row() -> None:
    read = settlements(Result(flat(split_settlement_fee="7")))
    assert read.kind == "settlement" and read.names[:2] == ("fbatchno", "date_settlement")
    (row,) = read
    assert row["refund_fee"] == "-11" and row["split_settlement_fee"] == "7"
    typed = row.typed
    assert (typed["pay_net_fee"], typed["date_end"]) == (1010, date(2026, 3, 1))
    assert (typed["split_settlement_fee"], typed["split_unsettlement_fee"]) == (7, None)
    assert typed["settlementfee_type"] == "USD"
    assert read.totals == {"count": 1} and read.unproven == ()


def test_nested_records_are_rows_in_their_order() -> None:
    read = settlements(nested(RECORD, {**RECORD, "fbatchno": "2"}, {**RECORD, "fbatchno": "3", "refund_fee": "11"}))
    assert list(read.select("fbatchno", "pay_fee", typed=True)) == [("20260302000001", 1021), ("2", 1021), ("3", 1021)]
    assert read.totals == {"count": 3}
    assert [row["fbatchno"] for row in settlements(f"<xml>{inner(flat())}</xml>".encode())] == ["20260302000001"]


def test_no_records_are_an_empty_statement() -> None:
    for reply in ({**HEAD, "record_num": "0"}, nested()):
        read = settlements(reply)
        assert list(read) == [] and read.totals == {"count": 0}


NO_SETTLEMENTS: list[tuple[dict[str, str] | bytes, str]] = [
    (flat(record_num="2"), "record_num is 2, the reply has 1"),
    (nested(RECORD, count="2"), "record_num is 2, the reply has 1"),
    (nested(RECORD, RECORD, count="1"), "record_num is 1, the reply has 2"),
    ({**HEAD, "record_num": "1"}, "the reply has 0 records"),
    (HEAD, "record_num is not a number"),
    (flat(record_num="１"), "record_num is not a number"),
    (flat(pay_net_fee="1011"), "pay_net_fee is 1011, pay_fee less refunds 1010"),
    (flat(pay_fee="10.21"), "record 1 of the reply, pay_fee: not an amount in the smallest unit"),
    (flat(pay_fee="1e3"), "not an amount"),
    (flat(date_start="2026-02-30"), "record 1 of the reply, date_start: not a day"),
    (flat(fbatchno=""), "record 1 of the reply lacks fbatchno|the reply has 0 records"),
    (flat(settlementfee_type="U\nD"), "line end"),
    (flat(fbatchno="\ud800"), "line end or the like"),
    (flat(settlementfee_type=""), "lacks settlementfee_type"),
    ({**flat(), "return_code": "FAIL"}, "the reply is a failure"),
    ({**flat(), "result_code": "FAIL"}, "the reply is a failure"),
    (nested(RECORD, head={"return_code": "FAIL"}), "the reply is a failure"),
    (nested(RECORD, {**RECORD, "pay_fee": ""}), "record 2 of the reply lacks pay_fee"),
    (nested(RECORD, more="<setteinfo_2/>", count="1"), "not numbered from 0: 'setteinfo_0, setteinfo_2'"),
    (nested(RECORD).replace(b"setteinfo_0", b"setteinfo_1"), "not numbered from 0"),
    (nested(RECORD).replace(b"</setteinfo_0>", b""), "not well-formed"),
    (nested(RECORD, RECORD).replace(b"setteinfo_1", b"setteinfo_01"), "not numbered from 0"),
    (nested(RECORD).replace(b"setteinfo_0", b"setteinfo_x"), "holds more than text"),
    ({**HEAD, "record_num": "1", "setteinfo_0": "x"}, "setteinfo_0 is no record"),
    ({**HEAD, "record_num": "1", "setteinfo_0": "[" * 100_000}, "setteinfo_0 is no record"),
    ({**HEAD, "record_num": "1", "setteinfo_0": '{"pay_fee": 1}'}, "setteinfo_0 is no record"),
    (nested({**RECORD, "fbatchno": "1</fbatchno><fbatchno>2"}), "setteinfo_0 is no record"),
    (nested({**RECORD, "fbatchno": "<b>1</b>"}), "setteinfo_0 is no record"),
    (b"<!DOCTYPE xml>" + nested(RECORD), "DOCTYPE"),
    (nested(*[RECORD] * 501), "more than 500 fields"),
    (b"<setteinfo_0>" * 80_000, "not well-formed"),
    (b"", "not well-formed"),
    (b"x" * (1 << 21), "longer than"),
]


@pytest.mark.parametrize(("reply", "told"), NO_SETTLEMENTS, ids=[told for _, told in NO_SETTLEMENTS])
def test_a_settlement_reply_that_is_not_whole_is_refused(reply: dict[str, str] | bytes, told: str) -> None:
    with pytest.raises(Malformed, match=told) as caught:
        settlements(reply)
    assert len(str(caught.value)) < 300


def test_what_is_neither_fields_nor_bytes_is_the_callers_mistake() -> None:
    for wrong in ("<xml/>", None, 7, [RECORD]):
        with pytest.raises(InvalidRequest, match="fields or bytes"):
            settlements(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="are texts"):
        settlements({**flat(), "record_num": 1})  # type: ignore[dict-item]


# -- comments ----------------------------------------------------------------------------------------------------------

ROWS = "`2026-03-01 10:00:05,`42000000001,`5,`赞, `水果`,`很新鲜\r\n`2026-03-01 11:00:05,`42000000002,`1,`\r\n"


@pytest.mark.parametrize("offset", ["200\n", "`200\r\n", "\ufeff200\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_comments_are_rows_and_the_next_offset_is_among_the_totals(offset: str, packed: bool) -> None:
    body = (offset + ROWS).encode()
    read = comments(gzip.compress(body, mtime=0) if packed else body)
    rows = list(read)
    assert [row["comment"] for row in rows] == ["赞, `水果`,`很新鲜", ""]
    assert rows[0].typed["comment_time"] == datetime(2026, 3, 1, 10, 0, 5, tzinfo=BEIJING)
    assert [row.typed["stars"] for row in rows] == [5, 1]
    assert read.totals == {"count": 2, "offset": 200}


def test_comments_may_come_in_chunks_and_be_none() -> None:
    body = ("200\n" + ROWS).encode()
    assert comments([body[place : place + 1] for place in range(len(body))]).verify()["count"] == 2
    assert comments(b"0\n").verify() == {"count": 0, "offset": 0}


NO_COMMENTS = [
    (b"", "no offset"),
    (b"<xml><return_code>FAIL</return_code></xml>", "error reply"),
    (ROWS.encode(), "no offset"),
    ("２00\n".encode() + ROWS.encode(), "no offset"),
    (b"200\n2026-03-01 10:00:05,1,5,x\n", "line 2 is no comment"),
    (b"200\n" + ROWS.encode() + b"`2026-03-01 10:00:05,`1,`5\n", "line 4 is no comment"),
    (b"200\n\n`2026-03-01 10:00:05,`x,`5,`\n", "line 3 is no comment"),
    (b"200\n`2026-03-01,`1,`5,`\n", "line 2 of the statement, comment_time: not a time"),
    (b"200\n`2026-03-01 10:00:05,`1,`five,`\n", "line 2 of the statement, stars: not a whole number"),
    (b"200\n`2026-03-01 10:00:05,`1,`5,`\xff\n", "line 2 of the statement is not UTF-8"),
    (b"\xff\n", "no offset"),
    (b"200\n" + b"`2026-03-01 10:00:05,`1,`5,`\n" * 10_001, "more than 10000 comments"),
    (b"200\n`2026-03-01 10:00:05,`1,`5,`" + b"x" * 70_000, "longer than"),
    (gzip.compress(b"200\n", mtime=0)[:-1], "ends early"),
]


@pytest.mark.parametrize(("body", "told"), NO_COMMENTS, ids=[told for _, told in NO_COMMENTS])
def test_comments_that_are_none_are_refused(body: bytes, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        comments(body)
