"""The merchant's records: a CSV or Parquet file, or what a query says in a database."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from decimal import Decimal

from wxpay_v2.errors import ConfigurationError, InvalidRequest, MissingExtra, quoted
from wxpay_v2.migration.reconciling.statement_file import inflated, opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wxpay_v2.migration.reconciling.engine import Engine
    from wxpay_v2.migration.reconciling.statement_file import StatementFile

__all__ = ["Records", "from_database", "from_file"]

_PARQUET = b"PAR1"
_HEADER = 1 << 20  # bytes of a CSV's first line
_FETCHED = 10_000  # rows of a query in memory
_EXACT = re.compile(r"(u?(tiny|small|big|huge)?int(eger)?|long|short|byte|decimal.*|varchar|string|date|timestamp.*)")


class Records:
    """Where the rows are: *columns* as they are called, and how an engine opens them. statement: if they are one."""

    def __init__(
        self, path: Path, columns: Sequence[str], *, delimiter: str = ",", parquet: bool = False,
        statement: StatementFile | None = None, inexact: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self.columns = list(columns)
        self.statement = statement
        self._delimiter = delimiter
        self._parquet = parquet
        self._inexact = dict(inexact or {})

    def open(self, engine: Engine, name: str, places: Sequence[int]) -> None:
        """Let *name* be the rows in *engine*. places: the columns that are looked at; a float there is refused."""
        for place in places:
            if place in self._inexact:
                raise InvalidRequest(
                    f"the records' column {quoted(self.columns[place])} is {self._inexact[place]}: not exact",
                    remedy="give amounts as DECIMAL or as whole numbers of the smallest unit, and numbers as texts",
                )
        if self._parquet:
            engine.open_parquet(name, self.path, self.columns)
        else:
            engine.open_csv(name, self.path, self._delimiter, len(self.columns))


def from_file(path: Path, folder: Path, engine: Engine) -> Records:
    """Return the records at *path*: a statement, Parquet or CSV, told by its content; plain or gzip.

    Raises InvalidRequest for a CSV without a header line, Malformed for broken gzip.
    """
    plain = inflated(path, folder, "records")
    with open(plain, "rb") as source:
        start = source.read(len(_PARQUET))
    if start == _PARQUET:
        columns = engine.parquet_columns(plain)
        inexact = {at: kind for at, (_, kind) in enumerate(columns) if not _EXACT.fullmatch(kind)}
        return Records(plain, [name for name, _ in columns], parquet=True, inexact=inexact)
    statement = opened(plain, must=False)
    if statement is not None:
        return Records(plain, statement.names, statement=statement)
    with open(plain, "rb") as source:
        line = source.readline(_HEADER)
    try:
        header = line.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError:
        raise InvalidRequest("the records are no UTF-8", remedy="save them as CSV in UTF-8") from None
    if not header.strip() or "\0" in header or len(line) == _HEADER:
        raise InvalidRequest("the records are neither CSV with a header line, nor Parquet, nor a statement")
    delimiter = max(",;\t|", key=header.count)
    header_cells = next(csv.reader([header], delimiter=delimiter))
    return Records(plain, [column.strip() for column in header_cells], delimiter=delimiter)


def from_database(url: str, query: str, folder: Path) -> Records:
    """Return what *query* says in the database at *url*, a URL of SQLAlchemy; its rows pass through a file in *folder*.

    Raises ConfigurationError for a database that cannot be asked, InvalidRequest for a query that is none, MissingExtra
    without SQLAlchemy. No error quotes the URL, which may hold a password.
    """
    try:
        import sqlalchemy
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:
        raise MissingExtra("--database needs SQLAlchemy", remedy="pip install 'wxpay-v2[booking]'") from None
    path = folder / "records.csv"
    try:
        engine = sqlalchemy.create_engine(url, hide_parameters=True)
        try:
            with engine.connect() as connection, open(path, "w", encoding="utf-8", newline="") as out:
                streaming = connection.execution_options(stream_results=True, yield_per=_FETCHED)
                found = streaming.execute(sqlalchemy.text(query))
                if not found.returns_rows:
                    raise InvalidRequest("the query gives no rows", remedy='write --query "SELECT ..."')
                columns = list(found.keys())
                inexact: dict[int, str] = {}
                writer = csv.writer(out)
                writer.writerow(columns)
                for rows in found.partitions():
                    writer.writerows([[_text(value, at, inexact) for at, value in enumerate(row)] for row in rows])
                connection.rollback()
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        told = getattr(error, "orig", None)
        raise ConfigurationError(
            f"the database cannot be asked: {type(told or error).__name__}",
            remedy="try the query in the database's own client; the URL is as SQLAlchemy has it: sqlite:///shop.db",
        ) from None
    return Records(path, columns, inexact=inexact)


def _text(value: object, at: int, inexact: dict[int, str]) -> str | None:
    """Return *value* as text that loses nothing; None, and a word in *inexact*, for what is not exact."""
    if value is None:
        return None
    if type(value) in (str, int):
        return str(value)
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    inexact[at] = type(value).__name__
    return None
