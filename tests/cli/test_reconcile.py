from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.migration.reconciliation_cases import records_of, statement_of, trades
from wxpay_v2.cli.reconcile import reconcile
from wxpay_v2.errors import InvalidRequest, Malformed

ROWS = trades(20, 31)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "statement.csv").write_bytes(statement_of(ROWS))
    (tmp_path / "orders.csv").write_bytes(records_of([replace(ROWS[0], amount=ROWS[0].amount + 1), *ROWS[2:]]))
    return tmp_path / "statement.csv", tmp_path / "orders.csv"


def run(*arguments: object, code: int = 0, env: dict[str, str] | None = None) -> Result:
    result = CliRunner().invoke(reconcile, [str(part) for part in arguments], env=env, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_differences_are_counted_and_shown_and_end_with_1(files):
    told = run(*files, code=1).output
    assert "missing_in_records" in told and "amount" in told and ROWS[1].number in told


def test_agreement_ends_with_0(files):
    assert "nothing found" in run(files[0], files[0]).output


def test_json_has_exact_totals(files):
    facts = json.loads(run(*files, "--json", code=1).output)["facts"]
    assert facts["differences"]["amount"] == facts["differences"]["missing_in_records"] == 1
    (total,) = (one for one in facts["totals"] if one["difference"] == "amount")
    assert (total["statement_amount"], total["records_amount"]) == (ROWS[0].amount, ROWS[0].amount + 1)


def test_a_page_and_every_difference_are_written(files, tmp_path):
    run(*files, "--html", tmp_path / "report.html", "--out", tmp_path / "all.csv", code=1)
    assert "missing_in_records" in (tmp_path / "report.html").read_text(encoding="utf-8")
    with open(tmp_path / "all.csv", encoding="utf-8", newline="") as file:
        assert [row["difference"] for row in csv.DictReader(file)] == ["missing_in_records", "amount"]


def test_the_database_may_come_from_the_environment(files, tmp_path):
    import sqlite3

    database = sqlite3.connect(tmp_path / "shop.db")
    database.execute("CREATE TABLE orders (number TEXT, paid INTEGER)")
    payments = [row for row in ROWS if row.kind == "payment"]
    database.executemany("INSERT INTO orders VALUES (?, ?)", [(row.number, row.amount) for row in payments])
    database.commit()
    database.close()
    url = {"WXPAY_V2_DATABASE": f"sqlite:///{tmp_path / 'shop.db'}"}
    names = ("--map", "out_trade_no=number", "--map", "amount=paid")
    assert run(files[0], "--query", "SELECT * FROM orders", *names, env=url).exit_code == 0
    assert run(*files, code=1, env=url).exit_code == 1, "a file is taken before the environment"


@pytest.mark.parametrize(
    "arguments",
    [(), ("--query", "SELECT 1"), ("--out", "d.xlsx", "r"), ("--map", "amount", "r"), ("--engine", "abacus", "r")],
)
def test_wrong_use_ends_with_2(files, arguments):
    told = [files[1] if part == "r" else part for part in arguments]
    run(files[0], *told, code=2, env={"WXPAY_V2_DATABASE": ""})


def test_refusals_are_errors_of_ours(files, tmp_path):
    files[1].write_text("order,price\nT-1,1\n")
    with pytest.raises(InvalidRequest, match="'order', 'price'"):
        run(*files)
    files[0].write_bytes(files[0].read_bytes()[:-30])
    (tmp_path / "all.csv").write_text("kept")
    with pytest.raises(Malformed):
        run(files[0], files[0], "--out", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_text() == "kept"


def test_help_has_an_example():
    assert "Example: wxpay-v2 reconcile" in run("--help").output
