"""Reconciliation: what is planted is found, nothing else is, and what is not exact is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import sqlite3
from collections import Counter
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from tests.migration.reconciliation_cases import (
    CHANGES,
    FIELDS,
    Trade,
    cells,
    expected,
    records_of,
    spoilt,
    statement_of,
    trades,
)
from tests.pages import blocks, run
from tests.v2.test_statement import FUND_FLOW, SUMMARIES
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Malformed, WXPayError
from wxpay_v2.migration.reconciliation import CLASSES, Reconciliation
from wxpay_v2.migration.reconciling import narrowing
from wxpay_v2.migration.reconciling.engine_duckdb import DuckDB

ONE = Trade("payment", "T-1", "4200000000000000000000000001", 1068, "CNY", "SUCCESS", "0.06")
BACK = Trade("refund", "R-1", "4200000000000000000000000002", 500, "CNY", "SUCCESS", "0.03", order="T-2")


@pytest.fixture
def put(tmp_path: Path):
    def put(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return put


def told(found: Reconciliation) -> Counter[tuple[str, str, str]]:
    return Counter((one.difference, one.kind, one.number) for one in found.differences())


def differences(*arguments: object, **settings: object) -> Counter[tuple[str, str, str]]:
    with Reconciliation(*arguments, **settings) as found:  # type: ignore[arg-type]
        return told(found)


@pytest.mark.parametrize(
    ("kind", "currencies", "major"),
    [
        ("ALL", ("CNY",), False),
        ("ALL", ("CNY",), True),
        ("older ALL", ("CNY",), False),
        ("global", ("HKD", "JPY", "KWD"), False),
        ("global", ("HKD", "JPY", "KWD"), True),
        ("v3", ("HKD", "JPY", "CNY"), False),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_planted_difference_is_found_and_none_is_invented(put, kind, currencies, major, seed):
    rows = trades(80, seed, currencies)
    rows += rows[:2]  # in the statement twice
    records = spoilt(trades(80, seed, currencies), seed)
    statement = statement_of(rows, kind)
    wanted = expected(statement, records)
    with Reconciliation(
        put("s.csv", statement), put("r.csv", records_of(records, major=major)), amounts="major" if major else "minor"
    ) as found:
        assert told(found) == wanted
        assert found.count == wanted.total()
        assert found.rows == {"statement": len(rows), "records": len(records)}
        facts = found.report().facts
        assert facts and facts["read_by"] == "engine", "the quick way proves what it reads"
        by_class = Counter(total.difference for total in found.totals for _ in range(total.count))
    assert by_class == Counter(name for name, _, _ in wanted.elements())


def test_the_planted_differences_are_of_every_class():
    planted: set[str] = set()
    for seed in (1, 2):
        rows = trades(80, seed)
        planted |= {name for name, _, _ in expected(statement_of(rows + rows[:2]), spoilt(rows, seed))}
    assert planted == CLASSES.keys() and len(CHANGES) == 7


@pytest.mark.parametrize("kind", ["SUCCESS", "older SUCCESS", "REFUND", "RECHARGE_REFUND", "older REFUND"])
def test_a_statement_of_one_kind_is_held_against_the_records_of_that_kind(put, kind):
    only = "refund" if "REFUND" in kind else "payment"
    rows = trades(60, 7)
    statement = statement_of([row for row in rows if row.kind == only], kind)
    records = spoilt(rows, 8)
    with Reconciliation(put("s.csv", statement), put("r.csv", records_of(records))) as found:
        assert told(found) == expected(statement, records, of=[only])
        assert found.compared["records"] == sum(row.kind == only for row in records)
        assert [finding.id for finding in found.findings] == ["reconcile.records.set_aside"]


def test_amounts_and_totals_are_whole_numbers_of_the_smallest_unit(put):
    rows = [replace(ONE, currency="JPY", amount=199), replace(ONE, number="T-2", currency="HKD", amount=199)]
    records = [replace(rows[0], amount=200), replace(rows[1], amount=9_999_999_999)]
    with (
        localcontext(prec=3),
        Reconciliation(put("s.csv", statement_of(rows, "global")), put("r.csv", records_of(records))) as found,
    ):
        amounts = [(one.statement_amount, one.records_amount, one.statement_currency) for one in found.differences()]
        totals = {one.statement_currency: (one.statement_amount, one.records_amount) for one in found.totals}
    assert amounts == [(199, 200, "JPY"), (199, 9_999_999_999, "HKD")]
    assert totals == {"JPY": (199, 200), "HKD": (199, 9_999_999_999)}


def test_a_fee_finer_than_the_smallest_unit_is_compared_exactly(put):
    fine = replace(ONE, fee="0.01200")
    statement = put("s.csv", statement_of([fine], "global").replace(b"0.01200000", b"0.01200"))
    assert not differences(statement, put("a.csv", records_of([fine])))
    assert differences(statement, put("b.csv", records_of([replace(fine, fee="0.01")]))) == {
        ("fee", "payment", "T-1"): 1
    }


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("packed", [True, False])
def test_the_statement_may_be_gzip_with_any_line_end_and_without_bom(put, end, bom, packed):
    rows = trades(20, 3)
    data = statement_of(rows, end=end, bom=bom)
    assert not differences(put("s", gzip.compress(data) if packed else data), put("r.csv", records_of(rows)))


def test_what_an_engine_reads_otherwise_is_left_to_the_packages_reader(put):
    odd = replace(ONE, body="green\rtea")
    for kind in ("ALL", "v3"):
        statement = put("s.csv", statement_of([odd, BACK], kind))
        with Reconciliation(statement, put("r.csv", records_of([odd, BACK]))) as found:
            facts = found.report().facts
            assert facts and (found.count, facts["read_by"]) == (0, "package")


@pytest.mark.parametrize("name", ["s[1]*.csv", "_s.csv", "it's.csv", "{a,b}?.csv"])
def test_the_name_of_a_file_is_no_pattern(put, name):
    for decoy in ("s1.csv", "rs1.csv"):
        put(decoy, statement_of(trades(9, 1)))
    with Reconciliation(put(name, statement_of([ONE, BACK])), put(f"r{name}", records_of([ONE, BACK]))) as found:
        facts = found.report().facts
        assert facts and (found.count, facts["read_by"]) == (0, "engine")


def _whole() -> bytes:
    return statement_of([ONE, BACK])


REFUSED = {
    "cut behind a row": (lambda data: b"\r\n".join(data.split(b"\r\n")[:2]) + b"\r\n", "summary"),
    "cut within the summary": (lambda data: data[: data.rindex(b"`") - 20], "summary"),
    "a row is gone": (lambda data: b"\r\n".join(data.split(b"\r\n")[:2] + data.split(b"\r\n")[3:]), "summary says"),
    "an amount is another": (lambda data: data.replace(b",`10.68", b",`10.69", 1), "summary says"),
    "a fee is another": (lambda data: data.replace(b",`0.06000", b",`0.07000"), "summary says"),
    "an amount is none": (lambda data: data.replace(b",`10.68", b",`1O.68", 1), "not a decimal"),
    "a separator too many": (lambda data: data.replace(b"NATIVE", b"NATIVE,`", 1), "cells"),
    "a separator too few": (lambda data: data.replace(b"NATIVE,`", b"NATIVE,", 1), "cells"),
    "two summaries": (lambda data: data + b"\r\n".join(data.split(b"\r\n")[-3:]), "neither a row nor the end"),
    "a line of another shape": (lambda data: data.replace(b"\r\n`", b"\r\nhello\r\n`", 1), "neither a row nor the end"),
    "an error reply": (lambda data: b"<xml><return_code>FAIL</return_code></xml>", "error reply"),
    "nothing": (lambda data: b"", "empty"),
    "another header": (lambda data: data.replace("交易时间".encode(), b"when", 1), "unknown columns"),
    "no UTF-8 in the number": (lambda data: data.replace(b"T-1", b"T-\xff", 1), "UTF-8"),
    "no UTF-8 in the header": (lambda data: b"\xff" + data, "UTF-8"),
    "broken gzip": (lambda data: gzip.compress(data)[:-9], "gzip"),
    "a bomb": (lambda data: gzip.compress(data + b"\n" * (40 << 20)), "inflates"),
    "a long line": (lambda data: data.replace(b"NATIVE", b"N" * (70 << 10), 1), "longer"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_statement_that_does_not_hold_is_refused(put, name):
    spoil, why = REFUSED[name]
    with pytest.raises(Malformed, match=why):
        Reconciliation(put("s.csv", spoil(_whole())), put("r.csv", records_of([ONE, BACK])))


def test_an_amount_that_the_currency_does_not_have_is_refused(put):
    statement = statement_of([replace(ONE, currency="JPY", amount=199)], "global").replace(b"199.00", b"199.50")
    with pytest.raises(Malformed, match="JPY of more than 0 decimals"):
        Reconciliation(put("s.csv", statement), put("r.csv", records_of([ONE])))


def test_a_reversal_is_a_word_about_its_payment(put):
    reversed_ = replace(ONE, kind="reversal", fee="0.06")
    statement = put("s.csv", statement_of([ONE, reversed_, BACK]))
    assert not differences(statement, put("one.csv", records_of([reversed_, BACK])))
    assert not differences(statement, put("two.csv", records_of([ONE, reversed_, BACK])))
    assert differences(statement, put("paid.csv", records_of([ONE, BACK]))) == {("status", "payment", "T-1"): 1}
    plain = put("plain.csv", statement_of([ONE, BACK]))
    assert differences(plain, put("one.csv", records_of([reversed_, BACK]))) == {("status", "payment", "T-1"): 1}
    alone = put("alone.csv", statement_of([reversed_, BACK]))
    assert not differences(alone, put("one.csv", records_of([reversed_, BACK])))


@pytest.mark.parametrize("copies", [(2, 1), (1, 2), (2, 2), (2, 0), (0, 2), (3, 2)])
def test_what_stands_twice_is_found_where_nothing_else_differs(put, copies):
    ours, theirs = copies
    statement = put("s.csv", statement_of([replace(ONE, number="T-2")] + [ONE] * ours))
    records = put("r.csv", records_of([replace(ONE, number="T-2")] + [ONE] * theirs))
    wanted = Counter({
        ("duplicate_in_statement", "payment", "T-1"): max(ours - 1, 0),
        ("duplicate_in_records", "payment", "T-1"): max(theirs - 1, 0),
        ("missing_in_statement", "payment", "T-1"): not ours, ("missing_in_records", "payment", "T-1"): not theirs,
    })  # fmt: skip
    with Reconciliation(statement, records) as found:
        assert told(found) == +wanted and found.pairs == 1 + bool(ours and theirs)


@pytest.mark.parametrize("seed", range(2))
def test_only_rows_that_need_no_look_are_left_out_of_the_comparison(put, monkeypatch, seed):
    """Whole rows give the same answer as the few, however many buckets there are and however much differs."""
    dice = random.Random(seed)

    def side() -> list[Trade]:
        return [
            replace(
                dice.choice((ONE, ONE, BACK, replace(ONE, kind="reversal"))), number=f"N-{dice.randint(1, 9)}",
                amount=dice.choice((100, 100, 100, 200)), fee=dice.choice(("0.03", "0.03", "0.04")),
                transaction_id=dice.choice(("42", "42", "43")), currency=dice.choice(("CNY", "CNY", "CNY", "USD")),
            )
            for _ in range(dice.randint(1, 9))
        ]  # fmt: skip

    def answers(statement: Path, records: Path) -> list[object]:
        with Reconciliation(statement, records) as found:
            return [found.pairs, found.not_owed, found.totals, list(found.differences())]

    for _ in range(3):
        statement, records = put("s.csv", statement_of(side())), put("r.csv", records_of(side()))
        with monkeypatch.context() as patch:
            patch.setattr(DuckDB, "narrow", False)
            whole = answers(statement, records)
        for buckets, most, uneven in ((4096, 64, 1024), (1, 64, 1024), (4, 64, 1024), (1, 2, 1024), (4096, 64, -3)):
            monkeypatch.setattr(narrowing, "_BUCKETS", buckets)
            monkeypatch.setattr(narrowing, "_MOST", most)
            monkeypatch.setattr(narrowing, "_UNEVEN", uneven)
            assert answers(statement, records) == whole


def test_where_the_few_cannot_be_found_in_memory_whole_rows_are_compared(put, monkeypatch):
    keep = DuckDB.keep

    def full(self: DuckDB, name: str, query: str) -> None:
        if name == "met":
            raise ConfigurationError("DuckDB has not enough memory or disk: ...")
        keep(self, name, query)

    monkeypatch.setattr(DuckDB, "keep", full)
    statement = put("s.csv", statement_of([ONE, BACK]))
    assert differences(statement, put("r.csv", records_of([ONE]))) == {("missing_in_records", "refund", "R-1"): 1}


def test_texts_that_differ_are_told_apart_whatever_their_shape(put):
    """DuckDB gives each of these pairs one hash: only their 8th and 16th, or 24th, characters differ."""
    one, other = "2026030000000004", "2026030900000009"
    paid = replace(ONE, number=one)
    records = f"out_trade_no,amount,status,fee\n{other},1068,SUCCESS,6\n".encode()
    assert differences(put("s.csv", statement_of([paid])), put("r.csv", records)) == {
        ("missing_in_records", "payment", one): 1, ("missing_in_statement", "payment", other): 1,
    }  # fmt: skip
    statement = put("s.csv", statement_of([replace(ONE, transaction_id="4200001220260301000000041234")]))
    wrong = put("r.csv", records_of([replace(ONE, transaction_id="4200001920260301000000091234")]))
    assert differences(statement, wrong) == {("transaction_id", "payment", "T-1"): 1}


def test_a_payment_and_a_refund_may_have_one_number(put):
    paid, back = replace(ONE, number="N-1"), replace(BACK, number="N-1", order="N-1")
    statement = put("s.csv", statement_of([paid, back]))
    assert not differences(statement, put("r.csv", records_of([back, paid])))
    assert differences(statement, put("r.csv", records_of([back]))) == {("missing_in_records", "payment", "N-1"): 1}


def test_what_was_not_paid_need_not_be_in_the_statement(put):
    open_orders = [replace(ONE, number=f"T-{n}", state=state) for n, state in enumerate(("NOTPAY", "CLOSED"), 10)]
    reversed_ = replace(ONE, number="T-12", kind="reversal")
    records = put("r.csv", records_of([ONE, *open_orders, reversed_]))
    with Reconciliation(put("s.csv", statement_of([ONE])), records) as found:
        assert (found.count, found.not_owed, found.pairs) == (0, 3, 1)
    paid = put("p.csv", statement_of([replace(row, state="SUCCESS") for row in open_orders[:1]] + [ONE]))
    assert differences(paid, records) == {("status", "payment", "T-10"): 1}


def test_a_global_refund_in_processing_may_be_done(put):
    statement = statement_of([replace(BACK, currency="HKD", state="PROCESSING")], "global")
    for state in ("SUCCESS", "PROCESSING"):
        record = replace(BACK, currency="HKD", state=state)
        assert not differences(put("s.csv", statement), put("r.csv", records_of([record])))
    mainland = put("m.csv", statement_of([replace(BACK, state="PROCESSING")]))
    assert differences(mainland, put("r.csv", records_of([BACK]))) == {("status", "refund", "R-1"): 1}


def test_v2s_statement_is_held_against_v3s_of_the_same_day(put):
    rows = trades(60, 5, ("HKD", "JPY"))
    others = [row for row in spoilt(rows, 6) if row.state != "NOTPAY"]
    v3 = statement_of(others, "v3")
    with Reconciliation(put("v2.csv", statement_of(rows, "global")), put("v3.csv", v3)) as found:
        assert told(found) == expected(statement_of(rows, "global"), others)
        assert {finding.id for finding in found.findings} == {
            "reconcile.statement.count_only", "reconcile.statement.no_summary",
        }  # fmt: skip
    assert not differences(put("a.csv", statement_of(rows, "global")), put("b.csv", statement_of(rows, "v3")))
    assert not differences(put("c.csv", statement_of(rows, "v3")), put("d.csv", statement_of(rows, "global")))


def _flow(rows: list[tuple[str, str, str]]) -> bytes:
    lines = [
        f"`2026-03-01 10:00:00,`42{number},`{number},`交易,`交易,`{way},`{amount},`1.00,`system,`茶, 大杯,`V-{number}"
        for number, way, amount in rows
    ]
    sums = []
    for way in ("收入", "支出"):
        chosen = [Decimal(amount) for _, found, amount in rows if found == way]
        sums += [f"{len(chosen)}.0", str(sum(chosen, Decimal("0.00")))]
    total = "`" + ",`".join([f"{len(rows)}.0", *sums])
    return ("\ufeff" + "\r\n".join([FUND_FLOW, *lines, SUMMARIES["fundflow"], total, ""])).encode()


def test_a_fund_flow_is_held_against_bookings(put):
    flow = put("f.csv", _flow([("F1", "收入", "0.35"), ("F2", "支出", "0.02"), ("F3", "收入", "1.00")]))
    bookings = put("b.csv", b"flow_no,amount,direction\nF1,35,income\nF2,3,expense\nF4,100,income\n")
    assert differences(flow, bookings) == {
        ("amount", "booking", "F2"): 1, ("missing_in_records", "booking", "F3"): 1,
        ("missing_in_statement", "booking", "F4"): 1,
    }  # fmt: skip
    assert differences(flow, put("w.csv", b"flow_no,amount,direction\nF1,35,OUT\nF2,2,OUT\nF3,100,IN\n")) == {
        ("status", "booking", "F1"): 1
    }
    with pytest.raises(Malformed, match="summary says income"):
        Reconciliation(put("x.csv", _flow([("F1", "收入", "0.35")]).replace(b"0.35,`1.00", b"0.36,`1.00")), bookings)
    with pytest.raises(InvalidRequest, match="no rows in common"):
        Reconciliation(flow, put("s.csv", statement_of([ONE])))
    with pytest.raises(InvalidRequest, match="flow_no"):
        Reconciliation(flow, put("r.csv", records_of([ONE])))


UNCLEAR = {
    "no number": (b"order,amount\nT-1,1068\n", "no column of the records is the out_trade_no.*'order', 'amount'"),
    "no amount": (b"out_trade_no,price\nT-1,1068\n", "no column of the records is the amount.*'price'"),
    "two amounts": (b"out_trade_no,amount,total_fee\nT-1,1068,1\n", "may be the amount: 'amount', 'total_fee'"),
    "decimals": (b"out_trade_no,amount\nT-1,10.68\n", "not exact: '10.68'.*--amounts major"),
    "exponents": (b"out_trade_no,amount\nT-1,1e3\n", "not exact: '1e3'"),
    "blanks": (b"out_trade_no,amount\nT-1, 5\n", "not exact: ' 5'"),
    "no value": (b"out_trade_no,amount\nT-1,\n", "1 amounts that are not exact"),
    "other digits": ("out_trade_no,amount\nT-1,１０６８\n".encode(), "not exact"),
    "below zero": (b"out_trade_no,amount\nT-1,-1068\n", "payments below 0: '-1068'"),
    "a fee that is none": (b"out_trade_no,amount,fee\nT-1,1068,free\n", "1 fees that are not exact: 'free'"),
    "no number in a row": (b"out_trade_no,amount\n,1068\n", "1 rows without a number"),
    "a status of their own": (
        b"out_trade_no,amount,status\nT-1,1,done\nT-2,2,odd\n",
        "2 rows with a status.*'done', 'odd'",
    ),
    "a currency that is none": (b"out_trade_no,amount,currency\nT-1,1068,yuan\n", "currency that is none: 'YUAN'"),
    "too few cells": (b"out_trade_no,amount,status\nT-1,1068\n", "cannot be read"),
    "too many cells": (b"out_trade_no,amount\nT-1,1068,5\n", "cannot be read"),
    "no UTF-8": (b"out_trade_no,amount\nT-\xff,1068\n", "cannot be read"),
    "no CSV": (b"\0\1\2", "neither CSV"),
    "nothing": (b"", "neither CSV"),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_records_that_are_unclear_are_refused_and_say_what_was_found(put, name):
    data, why = UNCLEAR[name]
    with pytest.raises(WXPayError, match=why):
        Reconciliation(put("s.csv", statement_of([ONE])), put("r.csv", data))


@pytest.mark.parametrize(
    "amount", ["1e1", "10.680000001", "10.", ".5", "+1", "1_0", "NaN", "１０", "10,68", "0x1", "12345678901"]
)
def test_a_decimal_that_is_not_exact_is_refused(put, amount):
    records = put("r.csv", f'out_trade_no,amount\nT-1,"{amount}"\n'.encode())
    with pytest.raises(InvalidRequest, match="1 amounts that are not exact"):
        Reconciliation(put("s.csv", statement_of([ONE])), records, amounts="major")


def test_a_row_with_a_refunds_number_is_a_refund(put):
    statement = statement_of([BACK], "REFUND").replace(b",`REFUND,`", b",`SUCCESS,`", 1)
    assert b",`NATIVE,`SUCCESS,`" in statement
    assert not differences(put("s.csv", statement), put("r.csv", records_of([BACK])))


def test_columns_and_words_of_ones_own_are_mapped(put):
    records = put("r.csv", b"order;gross;state;wx\nT-1;10.68;Paid out;4200000000000000000000000001\n")
    mapping = {"out_trade_no": "order", "amount": "gross", "status": "state", "transaction_id": "wx"}
    statement = put("s.csv", statement_of([ONE]))
    settings = {"mapping": mapping, "amounts": "major", "statuses": {"paid out": "SUCCESS"}}
    assert not differences(statement, records, **settings)
    for wrong in ({"out_trade_no": "nowhere"}, {"price": "gross"}):
        with pytest.raises(InvalidRequest, match="unclear"):
            Reconciliation(statement, records, mapping=wrong)
    with pytest.raises(InvalidRequest, match="no status of ours"):
        Reconciliation(statement, records, **{**settings, "statuses": {"x": "GREAT"}})


def test_records_may_have_the_transactions_number_alone(put):
    records = put("r.csv", b"transaction_id,amount\n4200000000000000000000000001,1067\n")
    with Reconciliation(put("s.csv", statement_of([ONE, BACK])), records) as found:
        assert told(found) == {("amount", "payment", ONE.transaction_id): 1}
        assert [finding.id for finding in found.findings] == ["reconcile.statement.set_aside"]


def test_an_exported_statement_is_records(put):
    rows = trades(20, 4)
    lines = [
        "trade_time,transaction_id,out_trade_no,trade_state,fee_type,total_fee,out_refund_no,refund_fee,refund_status,"
        "fee"
    ]
    for row in rows:
        back = row.kind == "refund"
        lines.append(",".join([
            row.time, row.transaction_id, row.order, "REFUND" if back else "SUCCESS", "CNY",
            "0.00" if back else row.main,
            row.number if back else "0", row.main if back else "0.00", "SUCCESS" if back else "",
            f"-{row.fee}" if back else row.fee,
        ]))  # fmt: skip
    records = put("r.csv", "\n".join(lines).encode())
    assert not differences(put("s.csv", statement_of(rows)), records, amounts="major")


def test_a_currency_that_nobody_names_is_not_guessed(put):
    statement = put("s.csv", statement_of([replace(ONE, currency="HKD")], "global"))
    records = put("r.csv", b"out_trade_no,amount\nT-1,1068\n")
    with pytest.raises(InvalidRequest, match="the statement has HKD"):
        Reconciliation(statement, records)
    assert not differences(statement, records, currency="HKD")
    assert differences(statement, records, currency="USD") == {("currency", "payment", "T-1"): 1}


def _table(rows: list[Trade], amount: pyarrow.Array) -> pyarrow.Table:
    columns = {name: [cells(row)[place] or None for row in rows] for place, name in enumerate(FIELDS)}
    return pyarrow.table({**columns, "amount": amount})


def test_parquet_is_read_exactly_and_floats_are_refused(put, tmp_path):
    rows = trades(30, 9)
    statement, path = put("s.csv", statement_of(rows)), tmp_path / "r.parquet"
    parquet.write_table(_table(rows, pyarrow.array([row.amount for row in rows], pyarrow.int64())), path)
    assert not differences(statement, path)
    decimals = [Decimal(row.amount).scaleb(-2) for row in rows]
    parquet.write_table(_table(rows, pyarrow.array(decimals, pyarrow.decimal128(12, 2))), path)
    columns = {"fee": "out_refund_no"}
    with pytest.raises(WXPayError, match="fees that are not exact"):
        Reconciliation(statement, path, amounts="major", mapping=columns)
    parquet.write_table(_table(rows, pyarrow.array([float(row.amount) for row in rows])), path)
    with pytest.raises(InvalidRequest, match="'amount' is double: not exact"):
        Reconciliation(statement, path)


def test_records_come_from_a_database(put, tmp_path):
    rows = trades(30, 10)
    records = spoilt(rows, 11)
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute(f"CREATE TABLE orders ({', '.join(FIELDS)}, weight REAL DEFAULT 0.5)")
        database.executemany(
            f"INSERT INTO orders ({', '.join(FIELDS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            [[cell or None for cell in cells(row)] for row in records],
        )
    database.close()
    url, statement = f"sqlite:///{tmp_path / 'shop.db'}", statement_of(rows)
    query = "SELECT * FROM orders"
    assert differences(put("s.csv", statement), database=url, query=query) == expected(statement, records)
    with pytest.raises(InvalidRequest, match="'fee' is float: not exact"):
        Reconciliation(
            put("s.csv", statement), database=url, query="SELECT out_trade_no, 1 AS amount, 0.5 AS fee FROM orders"
        )
    with pytest.raises(InvalidRequest, match="gives no rows"):
        Reconciliation(put("s.csv", statement), database=url, query="DELETE FROM orders")
    for wrong in (
        "sqlite:////nowhere/hunter2.db",
        "nonsense://u:hunter2@h/x",
        "postgresql+nodriver://u:hunter2@h/d",
        "",
    ):
        with pytest.raises(WXPayError) as caught:
            Reconciliation(put("s.csv", statement), database=wrong, query="SELECT 1")
        assert "hunter2" not in str(caught.value)


def test_the_query_cannot_change_the_database(put, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("CREATE TABLE orders (out_trade_no, amount)")
        database.execute("INSERT INTO orders VALUES ('T-1', 1068)")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with pytest.raises(WXPayError):
        Reconciliation(put("s.csv", statement_of([ONE])), database=url, query="DELETE FROM orders")
    assert not differences(put("s.csv", statement_of([ONE])), database=url, query="DELETE FROM orders RETURNING *")
    assert database.execute("SELECT count(*) FROM orders").fetchone() == (1,)
    database.close()


def test_differences_are_written_in_three_forms(put, tmp_path):
    odd = replace(ONE, number="=cmd()", order="=cmd()")
    with Reconciliation(put("s.csv", statement_of([odd, BACK])), put("r.csv", records_of([BACK]))) as found:
        assert [found.write(tmp_path / f"d.{form}") for form in ("csv", "jsonl", "parquet")] == [1, 1, 1]
        with pytest.raises(InvalidRequest, match="ends in none of"):
            found.write(tmp_path / "d.xlsx")
        with pytest.raises(ConfigurationError, match="cannot be written"):
            found.write(tmp_path / "nowhere" / "d.csv")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "d.csv").read_text(encoding="utf-8")))
    assert row["number"] == "'=cmd()", "a spreadsheet takes it as text"
    line = json.loads((tmp_path / "d.jsonl").read_text(encoding="utf-8"))
    (table,) = parquet.read_table(tmp_path / "d.parquet").to_pylist()
    assert line == table and line["number"] == "=cmd()"
    assert (line["difference"], line["statement_amount"], line["records_amount"]) == ("missing_in_records", 1068, None)


def test_the_report_has_counts_money_and_samples(put):
    rows = trades(60, 12)
    with Reconciliation(put("s.csv", statement_of(rows)), put("r.csv", records_of(spoilt(rows, 13)))) as found:
        report = found.report()
        count = found.count
    facts = json.loads(report.json())["facts"]
    assert report.exit_status == 1 and sum(facts["differences"].values()) == count
    assert sum(total["count"] for total in facts["totals"]) == count
    assert "missing_in_records" in report.html() and report.tables[0].bars == "count"
    with Reconciliation(put("s.csv", statement_of(rows)), put("r.csv", records_of(rows))) as found:
        assert found.report().exit_status == 0


def test_little_memory_is_enough_and_nonsense_is_refused(put, tmp_path):
    rows = trades(20_000, 14)
    statement, records = put("s.csv", statement_of(rows)), put("r.csv", records_of(rows[1:]))
    with Reconciliation(statement, records, memory="48MB", temporary=tmp_path) as found:
        assert found.count == 1
    assert {path.name for path in tmp_path.iterdir()} == {"s.csv", "r.csv"}, "nothing is left behind"
    for wrong in ({"memory": "much"}, {"temporary": tmp_path / "nowhere"}):
        with pytest.raises(ConfigurationError):
            Reconciliation(statement, records, **wrong)
    for unclear in (
        {"engine": "abacus"},
        {"amounts": "float"},
        {"only": "x"},
        {"currency": "yuan"},
        {"query": "SELECT 1"},
    ):
        with pytest.raises(InvalidRequest):
            Reconciliation(statement, records, **unclear)
    with pytest.raises(ConfigurationError, match="no such file"):
        Reconciliation(tmp_path / "none.csv", records)


def test_only_what_is_asked_for_is_compared(put):
    rows = trades(40, 15)
    statement, records = statement_of(rows), spoilt(rows, 16)
    for only, kind in (("payments", "payment"), ("refunds", "refund")):
        found = differences(put("s.csv", statement), put("r.csv", records_of(records)), only=only)
        assert found == expected(statement, records, of=[kind])


def test_the_pages_program_runs_as_it_stands(put, monkeypatch):
    rows = trades(10, 17, refunds=False)
    statement = put("20260301.csv.gz", gzip.compress(statement_of(rows)))
    records = [replace(rows[0], amount=rows[0].amount + 1), *rows[1:]]
    put("orders.csv", records_of(records, major=True))
    monkeypatch.chdir(statement.parent)
    names = run(blocks("docs/howto/reconcile.rst", "python")[0], {})
    assert names["one"].records_amount == rows[0].amount + 1
    assert (statement.parent / "differences.parquet").exists()
