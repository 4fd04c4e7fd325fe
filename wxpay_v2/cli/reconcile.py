"""``wxpay-v2 reconcile``: every difference between a statement and the merchant's records."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from wxpay_v2.cli.inputs import pairs
from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.migration.reconciliation import ENGINES, FORMATS, ONLY, Reconciliation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["reconcile"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("statement", type=_FILE)
@click.argument("records", type=_FILE, required=False)
@click.option(
    "--database",
    metavar="URL",
    envvar="WXPAY_V2_DATABASE",
    show_envvar=True,
    help="Records from a database, as SQLAlchemy writes it. With a password in it, set the variable instead.",
)
@click.option("--query", metavar="SELECT", help="What to ask the database for.")
@click.option("--map", "mapping", metavar="NAME=COLUMN", multiple=True, help="Which column of the records is NAME.")
@click.option(
    "--amounts",
    type=click.Choice(["minor", "major"]),
    default="minor",
    show_default=True,
    help="The records' amounts: whole numbers of the smallest unit, or decimals of the main unit.",
)
@click.option("--currency", metavar="ABC", default="", help="Of records that name none. Default: CNY.")
@click.option("--status", "statuses", metavar="WORD=STATUS", multiple=True, help="What a status of your own means.")
@click.option("--only", type=click.Choice(list(ONLY)), help="Compare only these.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="All differences: .csv, .jsonl or .parquet."
)
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True)
@click.option(
    "--memory", default="1GB", show_default=True, help="The most that the engine takes; the rest on the disk."
)
@click.option("--temp", type=click.Path(file_okay=False, exists=True, path_type=Path), help="A folder for the rest.")
@click.option("--master", default="local[*]", show_default=True, help="Of Spark.")
@report_options
def reconcile(
    statement: Path, records: Path | None, database: str | None, query: str | None, mapping: tuple[str, ...],
    amounts: str, currency: str, statuses: tuple[str, ...], only: str | None, out: Path | None, engine: str,
    memory: str, temp: Path | None, master: str, as_json: bool, html: str | None,
) -> None:  # fmt: skip
    """Hold the downloaded STATEMENT (API v2 or v3, any type, plain or gzip) against its own summary, then against
    RECORDS: a CSV or Parquet file of yours, another statement, or what --query says in --database.

    Columns are known by name: out_trade_no, transaction_id, out_refund_no, amount or total_fee, refund_fee, currency,
    status, fee, time. Exits 1 when there is a difference, or when something is not exact and therefore refused.

    \b
    Example: wxpay-v2 reconcile 20260301.csv.gz orders.csv --map out_trade_no=order --out differences.csv
    Example: wxpay-v2 reconcile v2/20260301.csv v3/20260301.csv --html report.html
    """
    if records is not None and query:
        raise click.UsageError("RECORDS are a file or a --query, not both")
    if records is None and not (database and query):
        raise click.UsageError("give RECORDS, or --database with --query")
    if out is not None and out.suffix[1:].lower() not in FORMATS:
        raise click.BadParameter(f"{out.name} ends in none of .{', .'.join(FORMATS)}", param_hint="--out")
    with _progress() as stage, Reconciliation(
        statement, records, database=(database or "") if records is None else "", query=query or "",
        mapping=pairs(mapping), amounts=amounts, currency=currency, statuses=pairs(statuses), only=only or "",
        engine=engine, memory=memory, master=master, temporary=temp, stage=stage,
    ) as found:  # fmt: skip
        if out is not None:
            stage("writing the differences")
            found.write(out)
        stage("")
        against = records.name if records is not None else "the query"
        report = found.report(f"{statement.name} against {against}")
    show(report, as_json=as_json, html=html)
    sys.exit(report.exit_status)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Yield what is told of each stage: shown on a terminal, to standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda stage: status.update(stage)
