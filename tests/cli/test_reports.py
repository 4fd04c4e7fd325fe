from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.migration.test_report import FULL, HOSTILE, hostile
from wxpay_v2.cli.reports import SHOWN, report_options, show
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.finding import BLOCKER, NOTE, Finding
from wxpay_v2.migration.report import Report, Table, plain


def run(report: Report, *arguments: str) -> Result:
    @click.command()
    @report_options
    def command(**options: Any) -> None:
        show(report, **options)
        sys.exit(report.exit_status)

    return CliRunner().invoke(command, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("text", HOSTILE)
def test_s8_hostile_texts_are_shown_and_not_obeyed_on_a_terminal(text: str) -> None:
    shown = run(hostile(text)).stdout
    assert shown.count(plain(text)) >= 9
    assert all(letter.isprintable() or letter == "\n" for letter in shown)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no/r\.html.*cannot be written"):
        run(FULL, "--html", str(tmp_path / "no" / "r.html"))


def test_a_folder_is_no_html_file(tmp_path: Path) -> None:
    assert run(FULL, "--html", str(tmp_path)).exit_code == 2


def test_a_person_reads_figures_findings_and_tables() -> None:
    result = run(FULL)
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert lines[0] == "Readiness for API v3 merchant 1900000109"
    assert "1,234,567  requests" in lines
    assert lines.index("blocker  certificate  a.blocker") < lines.index("note  key  a.note")
    assert "do: apply for one" in lines
    assert "refund  1,000  yes" in lines
    assert lines[-1] == "1 blocker, 1 note"


def test_a_line_is_not_broken_where_it_is_piped() -> None:
    place = "shop/" * 60
    assert place in run(Report("t", findings=[Finding("a", NOTE, place, "m " * 200, "h " * 200)])).stdout


def test_a_program_reads_json() -> None:
    result = run(FULL, "--json")
    assert json.loads(result.stdout) == FULL.as_dict()
    assert result.exit_code == 1


def test_the_html_file_is_written_and_the_verdict_told(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    result = run(FULL, "--html", str(path))
    assert result.stdout == f"{path}: 1 blocker, 1 note\n"
    assert "Beijing time" in path.read_text(encoding="utf-8")


def test_a_dash_writes_the_page_to_standard_output() -> None:
    assert run(FULL, "--html", "-").stdout.startswith("<!doctype html>")


def test_json_and_html_go_together(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert json.loads(run(FULL, "--html", str(path), "--json").stdout)["exit_status"] == 1
    assert path.exists()


def test_what_a_terminal_cannot_show_is_counted() -> None:
    many = Report(
        "t",
        findings=[Finding("a", BLOCKER, f"{n}", "m") for n in range(SHOWN + 7)],
        tables=[Table("t", ["n"], [[n] for n in range(SHOWN + 9)])],
    )
    shown = run(many).stdout
    assert "7 more: --json or --html" in shown
    assert "9 more rows" in shown
