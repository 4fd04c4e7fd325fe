"""``wxpay-v2 statement``: a downloaded statement as CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import islice
from pathlib import Path

import click
from rich.console import Console

from wxpay_v2.errors import MissingExtra
from wxpay_v2.v2.statement import Statement, read, safe_cell
from wxpay_v2.v2.statement_layout import AMOUNT, DAY, MINOR, NUMBER, TEXT, TIME
from wxpay_v2.v2.statement_records import comments, settlements
from wxpay_v2.v2.xml import MAX_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

__all__ = ["statement"]

FORMATS = ("csv", "jsonl", "parquet")
READERS: dict[str, Callable[[BinaryIO], Statement]] = {
    "statement": read,
    "settlements": lambda source: settlements(source.read(MAX_BYTES + 1)),
    "comments": comments,
}
_BATCH, _ROW_GROUP = 1 << 12, 1 << 15  # rows in memory at a time, rows of a Parquet row group


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--kind",
    type=click.Choice(list(READERS)),
    default="statement",
    help="What FILE is: a statement of download_bill or download_fund_flow (default), or a reply of settlement_query"
    " or batch_query_comment.",
)
@click.option("--to", "form", type=click.Choice(FORMATS), help="Default: as OUTPUT ends, else csv.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Replaced only by a whole statement."
)
@click.option(
    "--typed/--text",
    help="Values or the texts as they stand (default). Typed: ISO 8601 times with zone, empty cells as null, and in"
    " Parquet DECIMAL(20, 8) of the main unit, TIMESTAMP in Asia/Shanghai, DATE and BIGINT. Amounts stay decimal texts"
    " in CSV and JSON: a float would round them.",
)
@click.option("--summary", is_flag=True, help="Only read and prove it, and show its totals on standard output.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Totals as one JSON object; on standard output if rows go to OUTPUT, or with --summary.",
)
def statement(
    file: str, kind: str, form: str | None, output: Path | None, typed: bool, summary: bool, as_json: bool
) -> None:
    """Write the rows of the downloaded statement FILE (plain or gzip, - for standard input) as CSV, JSON lines or
    Parquet, and its totals to standard error.

    Exits 1 when the statement is refused: it is cut, not a statement, or its rows do not make its totals. Rows already
    on standard output must then not be used. In CSV a text that a spreadsheet would run as a formula gets an
    apostrophe before it.

    \b
    Example: wxpay-v2 statement 20260301.csv.gz --to jsonl > rows.jsonl
    """
    if summary and (form or output or typed):
        raise click.UsageError("--summary writes no rows: leave out --to, --output and --typed")
    form = form or (output.suffix[1:].lower() if output and output.suffix[1:].lower() in FORMATS else "csv")
    if form == "parquet":
        if output is None:
            raise click.UsageError("Parquet is written to a file: give --output")
        _pyarrow()
    with _opened(file, bar=summary or output is not None or not sys.stdout.isatty()) as source:
        rows = READERS[kind](source)
        if summary:
            rows.verify()
        elif output is None:
            _WRITERS[form](rows, sys.stdout.buffer, typed)
            sys.stdout.buffer.flush()
        else:
            _write(rows, output, form, typed)
    _tell(rows, output, as_json, to_stderr=output is None and not summary)


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
        with open(written, "wb") as out:
            _WRITERS[form](rows, out, typed)
            out.flush()
            os.fsync(out.fileno())
        os.replace(written, output)


def _csv(rows: Statement, out: BinaryIO, typed: bool) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    # Before 3.11 no escape character means NUL, which a cell may hold; a lone surrogate is in no cell.
    writer = csv.writer(text, escapechar="\udc80")
    writer.writerow(rows.names)
    for row in rows.select(*rows.names, typed=typed):
        writer.writerow([safe_cell(_plain(value) or "") for value in row] if typed else list(map(safe_cell, row)))
    text.detach()


def _jsonl(rows: Statement, out: BinaryIO, typed: bool) -> None:
    write = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
    for row in rows.select(*rows.names, typed=typed):
        out.write(write(dict(zip(rows.names, row, strict=True))).encode() + b"\n")


def _parquet(rows: Statement, out: BinaryIO, typed: bool) -> None:
    arrow = _pyarrow()
    kinds = {
        TEXT: arrow.string(), AMOUNT: arrow.decimal128(20, 8), MINOR: arrow.int64(), NUMBER: arrow.int64(),
        TIME: arrow.timestamp("ms", tz="Asia/Shanghai"), DAY: arrow.date32(),
    }  # fmt: skip
    schema = arrow.schema([(name, kinds[rows.holds.get(name, TEXT) if typed else TEXT]) for name in rows.names])
    values = rows.select(*rows.names, typed=typed)

    def batches() -> Iterator[Any]:
        while batch := list(islice(values, _BATCH)):
            cells = zip(zip(*batch, strict=True), schema.types, strict=True)
            yield arrow.record_batch([arrow.array(column, kind) for column, kind in cells], schema=schema)

    with import_module("pyarrow.parquet").ParquetWriter(out, schema, compression="zstd") as writer:
        left = batches()
        while group := list(islice(left, _ROW_GROUP // _BATCH)):
            writer.write_table(arrow.Table.from_batches(group), row_group_size=_ROW_GROUP)


def _pyarrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError:
        raise MissingExtra("Parquet needs pyarrow", remedy="pip install 'wxpay-v2[parquet]'") from None


def _plain(value: object) -> str | None:
    """Return *value* as text that loses nothing; None for None."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


_WRITERS: dict[str, Callable[[Statement, BinaryIO, bool], None]] = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}


def _tell(rows: Statement, output: Path | None, as_json: bool, *, to_stderr: bool) -> None:
    totals = rows.totals
    if as_json:
        told = {name: value if isinstance(value, int) else _plain(value) for name, value in totals.items()}
        where = str(output) if output else None
        answer = {
            "kind": rows.kind, "columns": rows.names, "totals": told, "unproven": rows.unproven, "output": where,
        }  # fmt: skip
        click.echo(json.dumps(answer, ensure_ascii=False), err=to_stderr)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("total", "value", title=f"statement: {rows.kind}")
    table.columns[1].justify = "right"
    for name, value in totals.items():
        table.add_row(Text(_word(name)), _plain(value))
    console = Console(stderr=to_stderr or output is not None)
    console.print(table)
    if rows.unproven:
        console.print(Text(f"not held by the summary: {', '.join(map(_word, rows.unproven))}"))


def _word(name: str) -> str:
    """A global statement's own word for a total comes from outside: nothing a terminal obeys."""
    return name if name.isprintable() else ascii(name)
