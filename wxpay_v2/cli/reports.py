"""How every migration command shows its report: on the terminal, as JSON, or as one HTML file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.finding import BLOCKER, GOOD, LEVELS, NOTE, WARNING
from wxpay_v2.migration.report import in_digits, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from wxpay_v2.migration.finding import Finding
    from wxpay_v2.migration.report import Report, Table

    F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["report_options", "show"]

SHOWN = 200
"""Findings of a level, and rows of a table, on a terminal."""

_STYLES = {BLOCKER: "bold red", WARNING: "yellow", NOTE: "cyan", GOOD: "green", "": "bold"}


def report_options(command: F) -> F:
    """Give *command* ``--json`` (as_json) and ``--html FILE`` (html)."""
    command = click.option("--json", "as_json", is_flag=True, help="For programs: all of it as JSON.")(command)
    path = click.Path(dir_okay=False, writable=True, allow_dash=True)
    return click.option("--html", type=path, help="Write one HTML file to mail; - for standard output.")(command)


def show(report: Report, *, as_json: bool, html: str | None) -> None:
    """Print *report* as JSON or on the terminal; with *html*, write the file (and print the verdict alone).

    The command then ends with ``sys.exit(report.exit_status)``. Raises ConfigurationError when the file cannot be
    written.
    """
    if html:
        page = report.html(made=f"{Clock().now():%Y-%m-%d %H:%M} Beijing time")
        if html == "-":
            click.echo(page, nl=False)
            return
        try:
            with open(html, "w", encoding="utf-8") as file:
                file.write(page)
        except OSError as error:
            raise ConfigurationError(f"{plain(html)} cannot be written: {error.strerror}") from None
    if as_json:
        click.echo(report.json())
    elif html:
        click.echo(f"{plain(html)}: {report.verdict}")
    else:
        _print(report, Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160))


def _print(report: Report, console: Console) -> None:
    console.print(Text(plain(report.title), "bold"), Text(plain(report.subject), "dim"), soft_wrap=True)
    if report.figures:
        console.print()
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(justify="right")
        grid.add_column(overflow="fold")
        for figure in report.figures:
            grid.add_row(Text(in_digits(figure.value), _STYLES[figure.level]), Text(plain(figure.label)))
        console.print(grid)
    for level in LEVELS:
        _print_findings(level, report.of(level), console)
    for table in report.tables:
        _print_table(table, console)
    console.print()
    console.print(Text(report.verdict, _STYLES[report.level]))


def _print_findings(level: str, findings: list[Finding], console: Console) -> None:
    for finding in findings[:SHOWN]:
        console.print()
        head = Text.assemble(
            (level, _STYLES[level]), "  ", (plain(finding.place), "bold"), "  ", (plain(finding.id), "dim")
        )
        console.print(head, soft_wrap=True)
        console.print(Text(f"  {plain(finding.message)}"), soft_wrap=True)
        if finding.hint:
            console.print(Text(f"  do: {plain(finding.hint)}"), soft_wrap=True)
    if len(findings) > SHOWN:
        console.print(Text(f"\n{len(findings) - SHOWN:,} more: --json or --html shows all of them", "dim"))


def _print_table(table: Table, console: Console) -> None:
    console.print()
    console.print(Text(plain(table.title), "bold"), soft_wrap=True)
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column, numeric in zip(table.columns, table.numeric, strict=True):
        grid.add_column(Text(plain(column)), justify="right" if numeric else "left", overflow="fold")
    for row in table.rows[:SHOWN]:
        grid.add_row(*(Text(in_digits(cell)) for cell in row))
    console.print(grid)
    for told in (table.note, f"{len(table.rows) - SHOWN:,} more rows" if len(table.rows) > SHOWN else ""):
        if told:
            console.print(Text(plain(told), "dim"), soft_wrap=True)
