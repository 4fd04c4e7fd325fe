"""``wxpay-v2 statement``: a downloaded statement as CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console

from wxpay_v2.errors import Malformed, MissingExtra
from wxpay_v2.v2.statement import Statement, read, safe_cell
from wxpay_v2.v2.statement_layout import AMOUNTS, NUMBERS, TIMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

__all__ = ["statement"]

FORMATS = ("csv", "jsonl", "parquet")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--to", "form", type=click.Choice(FORMATS), help="Default: as OUTPUT ends, else csv.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Replaced only by a whole statement."
)
@click.option(
    "--typed/--text",
    help="Values or the texts as they stand (default). Typed: ISO 8601 times with zone, empty cells as null, and in"
    " Parquet DECIMAL and TIMESTAMPTZ columns. Amounts stay decimal texts in CSV and JSON: a float would round them.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Totals as one JSON object; on standard output if rows go to OUTPUT."
)
def statement(file: str, form: str | None, output: Path | None, typed: bool, as_json: bool) -> None:
    """Write the rows of the downloaded statement FILE (plain or gzip, - for standard input) as CSV, JSON lines or
    Parquet, and its totals to standard error.

    Exits 1 when the statement is refused: it is cut, not a statement, or its rows do not make its totals. Rows already
    on standard output must then not be used. In CSV a text that a spreadsheet would run as a formula gets an
    apostrophe before it.

    \b
    Example: wxpay-v2 statement 20260301.csv.gz --to jsonl > rows.jsonl
    """
    form = form or (output.suffix[1:].lower() if output and output.suffix[1:].lower() in FORMATS else "csv")
    if form == "parquet":
        if output is None:
            raise click.UsageError("Parquet is written to a file: give --output")
        _duckdb()
    with _opened(file, bar=output is not None or not sys.stdout.isatty()) as source:
        rows = read(source)
        if output is None:
            _WRITERS[form](rows, sys.stdout.buffer, typed)
            sys.stdout.buffer.flush()
        else:
            _write(rows, output, form, typed)
    _tell(rows, output, as_json)


@contextmanager
def _opened(file: str, *, bar: bool) -> Iterator[BinaryIO]:
    """Yield the bytes of *file*, behind a progress bar if *bar* and standard error is a terminal."""
    if file == "-":
        yield sys.stdin.buffer
        return
    console = Console(stderr=True)
    with open(file, "rb") as source:
        if not (bar and console.is_terminal):
            yield source
            return
        from rich.markup import escape
        from rich.progress import Progress

        with Progress(console=console, transient=True) as progress:
            yield progress.wrap_file(source, total=os.path.getsize(file), description=escape(Path(file).name))


def _write(rows: Statement, output: Path, form: str, typed: bool) -> None:
    """Write *rows* beside *output* and put them in its place when all were right."""
    try:
        folder = tempfile.TemporaryDirectory(dir=output.parent, prefix=".wxpay-v2-")
    except OSError as error:
        raise click.BadParameter(f"{output} cannot be written: {error.strerror}", param_hint="--output") from None
    with folder as name:
        written = Path(name) / f"rows.{form}"
        if form == "parquet":
            _parquet(rows, written, typed)
        else:
            with open(written, "wb") as out:
                _WRITERS[form](rows, out, typed)
        os.replace(written, output)


def _csv(rows: Statement, out: BinaryIO, typed: bool, cell: Callable[[str], str] = safe_cell) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    # Before 3.11 no escape character means NUL, which a cell may hold; a lone surrogate is in no cell.
    writer = csv.writer(text, escapechar="\udc80")
    writer.writerow(rows.names)
    for row in rows.select(*rows.names, typed=typed):
        writer.writerow([cell(_plain(value) or "") for value in row] if typed else list(map(cell, row)))
    text.detach()


def _jsonl(rows: Statement, out: BinaryIO, typed: bool) -> None:
    write = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
    for row in rows.select(*rows.names, typed=typed):
        out.write(write(dict(zip(rows.names, row, strict=True))).encode() + b"\n")


def _parquet(rows: Statement, written: Path, typed: bool) -> None:
    duckdb = _duckdb()
    between = written.with_suffix(".csv")
    with open(between, "wb") as out:
        _csv(rows, out, typed, cell=str)
    kinds = {name: _column_type(name) if typed else "VARCHAR" for name in rows.names}
    texts = [name for name, kind in kinds.items() if kind == "VARCHAR"]
    # Nothing is guessed, and nothing is fetched: not even an extension of DuckDB's.
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as database:
        query = (
            "SELECT * FROM read_csv($path, auto_detect = false, header = true, delim = ',', new_line = '\\r\\n',"
            " quote = '\"', escape = '\"', columns = $columns, force_not_null = $texts)"
        )
        try:
            values = {"path": str(between), "columns": kinds, "texts": texts}
            database.sql(query, params=values).write_parquet(str(written), compression="zstd")
        except duckdb.Error as error:
            raise Malformed(f"this statement cannot be written as Parquet: {str(error).splitlines()[0]:.120}") from None


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError:
        raise MissingExtra("Parquet needs duckdb", remedy="pip install 'wxpay-v2[migration]'") from None


def _column_type(name: str) -> str:
    if name in AMOUNTS:
        return "DECIMAL(20, 8)"
    return "TIMESTAMPTZ" if name in TIMES else "BIGINT" if name in NUMBERS else "VARCHAR"


def _plain(value: object) -> str | None:
    """Return *value* as text that loses nothing; None for None."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


_WRITERS: dict[str, Callable[[Statement, BinaryIO, bool], None]] = {"csv": _csv, "jsonl": _jsonl}


def _tell(rows: Statement, output: Path | None, as_json: bool) -> None:
    totals = rows.totals
    if as_json:
        told = {name: value if isinstance(value, int) else _plain(value) for name, value in totals.items()}
        where = str(output) if output else None
        answer = {"kind": rows.kind, "columns": rows.names, "totals": told, "output": where}
        click.echo(json.dumps(answer, ensure_ascii=False), err=output is None)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("total", "value", title=f"statement: {rows.kind}")
    table.columns[1].justify = "right"
    for name, value in totals.items():
        # A global statement's own word for a total comes from outside: no markup, nothing a terminal obeys.
        table.add_row(Text(name if name.isprintable() else ascii(name)), _plain(value))
    Console(stderr=True).print(table)
