from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyarrow.parquet import ParquetFile, read_table

from wxpay_v2.cli.statement import statement
from wxpay_v2.errors import Malformed, MissingExtra

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注"
)
BODIES = ('=HYPERLINK("http://x")', "茶, 大\r杯", "@\0", "\\N")
FORMULAS = ("'" + BODIES[0], BODIES[1], "'" + BODIES[2], BODIES[3])


def row(number: str, body: str) -> str:
    cells = [
        "2026-11-20 10:00:01", "wx8888888888888888", "1900000109", "0", "", "42000000", number, "oUpF8uMEb4qRXf22",
        "NATIVE", "SUCCESS", "CFT", "CNY", "1.00", "", body, "", "-0.01000", "0.60%", "1.00", "",
    ]  # fmt: skip
    return "`" + ",`".join(cells)


def body_of(total: str = "4.00", bodies: Sequence[str] = BODIES, fee: str = "-0.04") -> bytes:
    rows = [row(f"T-{n}", body) for n, body in enumerate(bodies)]
    summary = ("总交易单数,应结订单总金额,手续费总金额,订单总金额", f"`{len(rows)}.0,`{total},`{fee},`{total}")
    return ("\ufeff" + "\r\n".join([HEADER, *rows, *summary, ""])).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "20261120.csv.gz"
    path.write_bytes(gzip.compress(body_of()))
    return path


def run(*arguments: object, code: int = 0, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(statement, [str(part) for part in arguments], input=stdin, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def table(text: bytes) -> list[dict[str, str]]:
    # Before Python 3.11 the csv module reads no NUL, so it is read under another name.
    rows = csv.DictReader(io.StringIO(text.decode().replace("\0", "\ue000"), newline=""))
    return [{name: cell.replace("\ue000", "\0") for name, cell in row.items()} for row in rows]


def test_rows_come_as_csv_and_formulas_as_text(file: Path) -> None:
    result = run(file)
    rows = table(result.stdout_bytes)
    assert [row["out_trade_no"] for row in rows] == ["T-0", "T-1", "T-2", "T-3"]
    assert tuple(row["body"] for row in rows) == FORMULAS
    assert rows[0]["trade_time"] == "2026-11-20 10:00:01"
    assert rows[0]["fee"] == "-0.01000", "an amount stays a number"
    assert "4.00" in result.stderr and "SUCCESS" in result.stderr


def test_typed_csv_has_times_with_a_zone(file: Path) -> None:
    rows = table(run(file, "--typed").stdout_bytes)
    assert rows[0]["trade_time"] == "2026-11-20T10:00:01+08:00"
    assert (rows[0]["coupon_fee"], rows[0]["fee"], rows[0]["body"]) == ("", "-0.01000", FORMULAS[0])


@pytest.mark.parametrize("typed", [False, True])
def test_json_lines_keep_every_text(file: Path, typed: bool) -> None:
    lines = run(file, "--to", "jsonl", *["--typed"] * typed).stdout_bytes.decode().splitlines(keepends=False)
    rows = [json.loads(line) for line in lines]
    assert tuple(row["body"] for row in rows) == BODIES
    assert rows[0]["total_fee"] == "1.00", "a JSON number would become a float"
    assert rows[0]["coupon_fee"] == (None if typed else "")
    assert rows[0]["trade_time"] == ("2026-11-20T10:00:01+08:00" if typed else "2026-11-20 10:00:01")


def test_small_amounts_are_written_without_an_exponent(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(body_of().replace(b"-0.01000", b"0.00000001").replace(b"-0.04", b"0.00000004"))
    rows = table(run(tmp_path / "in", "--typed").stdout_bytes)
    assert rows[0]["fee"] == "0.00000001"


def test_parquet_has_columns_of_the_right_type_and_every_text(file: Path, tmp_path: Path) -> None:
    output = tmp_path / "it's.parquet"
    run(file, "--typed", "-o", output)
    kept = read_table(output)
    kinds = {field.name: str(field.type) for field in kept.schema}
    assert kinds["trade_time"] == "timestamp[ms, tz=Asia/Shanghai]"
    assert kinds["total_fee"] == "decimal128(20, 8)"
    assert kinds["out_trade_no"] == "string"
    moment = datetime(2026, 11, 20, 10, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    for row, body in zip(kept.to_pylist(), BODIES, strict=True):
        assert (row["body"], row["device_info"], row["fee"]) == (body, "", Decimal("-0.01"))
        assert (row["coupon_fee"], row["trade_time"]) == (None, moment)


def test_parquet_of_texts_has_texts_only(file: Path, tmp_path: Path) -> None:
    run(file, "--to", "parquet", "--output", tmp_path / "rows")
    kept = read_table(tmp_path / "rows")
    assert {str(kind) for kind in kept.schema.types} == {"string"}
    assert [(row["body"], row["fee"], row["coupon_fee"]) for row in kept.to_pylist()] == [
        (body, "-0.01000", "") for body in BODIES
    ]


def test_parquet_of_many_rows_comes_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxpay_v2.cli.statement._BATCH", 4)
    monkeypatch.setattr("wxpay_v2.cli.statement._ROW_GROUP", 8)
    (tmp_path / "in").write_bytes(body_of("21.00", ["茶"] * 21, fee="-0.21"))
    run(tmp_path / "in", "-o", tmp_path / "rows.parquet")
    with ParquetFile(tmp_path / "rows.parquet") as kept:
        groups = [kept.metadata.row_group(number).num_rows for number in range(kept.num_row_groups)]
    assert groups == [8, 8, 5]


def test_parquet_of_an_empty_statement_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(body_of("0.00", [], fee="0"))
    run(tmp_path / "in", "-o", tmp_path / "rows.parquet")
    kept = read_table(tmp_path / "rows.parquet")
    assert (kept.num_rows, kept.num_columns) == (0, 20)


def test_parquet_without_pyarrow_names_the_extra(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"wxpay-v2\[parquet\]"):
        run(file, "-o", tmp_path / "rows.parquet")
    assert list(tmp_path.iterdir()) == [file]


def test_standard_input_is_read() -> None:
    assert len(table(run("-", stdin=body_of()).stdout_bytes)) == 4


def test_totals_are_one_json_object_for_programs(file: Path, tmp_path: Path) -> None:
    to_file = run(file, "--json", "-o", tmp_path / "rows.jsonl")
    answer = json.loads(to_file.stdout)
    assert answer["kind"] == "SUCCESS"
    assert answer["totals"] == {"count": 4, "settlement_total_fee": "4.00", "fee": "-0.04", "total_fee": "4.00"}
    assert answer["output"] == str(tmp_path / "rows.jsonl")
    assert len((tmp_path / "rows.jsonl").read_bytes().splitlines()) == 4
    assert json.loads(run(file, "--json").stderr)["output"] is None


@pytest.mark.parametrize("output", [(), ("-o", "rows.csv"), ("-o", "rows.parquet")])
def test_section_8_a_refused_statement_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_bytes(body_of(total="4.01"))
    if output:
        Path(output[1]).write_bytes(b"yesterday's")
    with pytest.raises(Malformed, match=r"4\.01, its rows make 4"):
        run("in.csv", *output)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["in.csv", *output[1:]])
    if output:
        assert Path(output[1]).read_bytes() == b"yesterday's"


def test_the_summary_alone_is_shown_on_standard_output(file: Path) -> None:
    shown = run(file, "--summary")
    assert "settlement_total_fee" in shown.stdout and "T-0" not in shown.stdout
    assert "not held by the summary: coupon_fee" in shown.stdout
    answer = json.loads(run(file, "--summary", "--json").stdout)
    assert answer["totals"]["count"] == 4 and answer["unproven"] == ["coupon_fee"] and answer["output"] is None
    for more in (["--typed"], ["--to", "csv"], ["-o", "rows.csv"]):
        assert "writes no rows" in run(file, "--summary", *more, code=2).stderr


def test_settlement_records_and_comments_are_read_by_their_kind(tmp_path: Path) -> None:
    record = (
        "<fbatchno>1</fbatchno><date_settlement>2026-11-21</date_settlement><date_start>20261120</date_start>"
        "<date_end>20261120</date_end><settlement_fee>-5</settlement_fee><unsettlement_fee>0</unsettlement_fee>"
        "<settlementfee_type>USD</settlementfee_type><pay_fee>10</pay_fee><refund_fee>-15</refund_fee>"
        "<pay_net_fee>-5</pay_net_fee><poundage_fee>0</poundage_fee>"
    )
    reply = f"<xml><return_code>SUCCESS</return_code><record_num>1</record_num>{record}</xml>"
    (tmp_path / "reply").write_bytes(reply.encode())
    (row,) = table(run(tmp_path / "reply", "--kind", "settlements", "--typed").stdout_bytes)
    assert (row["date_start"], row["settlement_fee"], row["split_settlement_fee"]) == ("2026-11-20", "-5", "")
    run(tmp_path / "reply", "--kind", "settlements", "--typed", "-o", tmp_path / "rows.parquet")
    (kept,) = read_table(tmp_path / "rows.parquet").to_pylist()
    assert (kept["date_settlement"], kept["pay_net_fee"]) == (date(2026, 11, 21), -5)
    comment = b"100\n`2026-11-20 10:00:01,`4200000001,`5,`=good, `very`,`x\n"
    (row,) = table(run("-", "--kind", "comments", stdin=comment).stdout_bytes)
    assert (row["stars"], row["comment"]) == ("5", "'=good, `very`,`x")


@pytest.mark.parametrize("to", ["csv", "jsonl"])
def test_a_wrong_value_is_told_with_its_line(file: Path, tmp_path: Path, to: str) -> None:
    (tmp_path / "in").write_bytes(body_of().replace(b"2026-11-20 10:00:01", b"2026-11-31 10:00:01", 3))
    with pytest.raises(Malformed, match="line 2 of the statement, trade_time: not a time"):
        run(tmp_path / "in", "--typed", "--to", to)


def test_an_error_reply_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reply").write_bytes(b"<xml><return_code>FAIL</return_code></xml>")
    with pytest.raises(Malformed, match="error reply"):
        run(tmp_path / "reply")


def test_wrong_use_exits_2(file: Path, tmp_path: Path) -> None:
    run(code=2)
    run(tmp_path / "absent", code=2)
    run(tmp_path, code=2)
    run(file, "--to", "xlsx", code=2)
    assert "give --output" in run(file, "--to", "parquet", code=2).stderr
    assert "cannot be written" in run(file, "-o", tmp_path / "absent" / "rows.csv", code=2).stderr


def test_words_of_a_global_summary_are_neither_markup_nor_commands_to_the_terminal(tmp_path: Path) -> None:
    from tests.v2.test_statement import one_row

    body = one_row("global").replace(b"In words", b"[/bold]\x1b[2J")
    (tmp_path / "in").write_bytes(body)
    told = run(tmp_path / "in").stderr
    assert "[/bold]\\x1b[2J" in told and "\x1b" not in told


def test_a_progress_bar_is_shown_on_a_terminal_only(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.name not in run(file, "-o", tmp_path / "rows.csv").stderr
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes standard error for a terminal then
    monkeypatch.setenv("COLUMNS", "100")
    shown = run(file, "-o", tmp_path / "rows.csv").stderr
    assert file.name in shown and len(table((tmp_path / "rows.csv").read_bytes())) == 4


def test_help_has_an_example() -> None:
    assert "Example: wxpay-v2 statement" in run("--help").output
