"""The engine for one machine: DuckDB, in memory up to a bound, beyond it on the disk."""

# ruff: noqa: S608 - names in a query are ours, and texts from outside pass through Engine.literal.
from __future__ import annotations

import re
from contextlib import contextmanager

from wxpay_v2.errors import ConfigurationError, Malformed, MissingExtra, quoted
from wxpay_v2.statement_stream import LINE_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

__all__ = ["DuckDB"]

_MEMORY = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})? ?[KMGT]i?B", re.ASCII)
_BUFFER = 16_000_000  # bytes of a statement that a thread reads at a time: less memory than by default, and quicker
_FETCHED = 4096  # rows
_NEVER = "\x01none\x02"  # what stands for NULL in a statement: nothing, for an empty cell is a text


class DuckDB:
    """A database of its own for one comparison.

    memory: the most that DuckDB takes, such as "1GB"; what does not fit goes to *folder*. threads: 0 for all cores.
    Raises MissingExtra without duckdb, ConfigurationError for a memory that is none.
    """

    narrow = True

    def __init__(self, memory: str, folder: Path, threads: int = 0) -> None:
        if not _MEMORY.fullmatch(memory):
            raise ConfigurationError(f"memory is a size such as 512MB or 2GB, got {quoted(memory)}")
        try:
            import duckdb
        except ImportError:
            raise MissingExtra("reconcile needs duckdb", remedy="pip install 'wxpay-v2[migration]'") from None
        self._error: type[Exception] = duckdb.Error
        settings: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": str(folder),
            "preserve_insertion_order": "false",
            "allocator_flush_threshold": "4GB",
            "allocator_bulk_deallocation_flush_threshold": "4GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if threads:
            settings["threads"] = threads
        with self._ours("DuckDB does not start"):
            self._database = duckdb.connect(config=settings)

    def open_statement(self, name: str, path: Path, header: str, width: int) -> None:
        # No quotes and no escapes: a cell is all that stands between two separators.
        self._view_of_csv(
            name, path, [f"c{place}" for place in range(width)],
            f"delim = ',`', quote = '', escape = '', nullstr = '{_NEVER}', null_padding = true, skip = 1,"
            f" header = false, max_line_size = {LINE_LIMIT}, buffer_size = {_BUFFER}",
        )  # fmt: skip

    def open_csv(self, name: str, path: Path, delimiter: str, width: int, *, empty: bool = False) -> None:
        none = f", nullstr = '{_NEVER}'" if empty else ""
        self._view_of_csv(
            name, path, [f"c{place}" for place in range(width)],
            f"delim = {self.literal(delimiter)}, quote = '\"', escape = '\"', header = true{none}",
        )  # fmt: skip

    def _view_of_csv(self, name: str, path: Path, columns: Sequence[str], options: str) -> None:
        types = ", ".join(f"{column}: 'VARCHAR'" for column in columns)
        self.view(
            name,
            f"SELECT * FROM read_csv({self.literal(str(path))}, auto_detect = false, columns = {{{types}}}, {options})",
        )

    def parquet_columns(self, path: Path) -> list[tuple[str, str]]:
        found = self.rows(f"DESCRIBE SELECT * FROM read_parquet({self.literal(str(path))})")
        return [(str(name), str(kind).lower()) for name, kind, *_ in found]

    def open_parquet(self, name: str, path: Path, columns: Sequence[str]) -> None:
        quoted_names = ['"' + column.replace('"', '""') + '"' for column in columns]
        texts = ", ".join(f"CAST({column} AS VARCHAR) AS c{place}" for place, column in enumerate(quoted_names))
        self.view(name, f"SELECT {texts} FROM read_parquet({self.literal(str(path))})")

    def view(self, name: str, query: str) -> None:
        with self._ours(name):
            self._database.execute(f"CREATE OR REPLACE VIEW {name} AS {query}").fetchall()

    def keep(self, name: str, query: str) -> None:
        with self._ours(name):
            self._database.execute(f"CREATE OR REPLACE TABLE {name} AS {query}").fetchall()

    def forget(self, name: str, columns: Sequence[str]) -> None:
        with self._ours(name):
            for column in columns:
                self._database.execute(f"ALTER TABLE {name} DROP COLUMN {column}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._ours("the comparison"):
            return list(self._database.execute(query).fetchall())

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._ours("the comparison"):
            cursor = self._database.cursor().execute(query)  # its own, so that one query may follow while this is read
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows

    def matches(self, expression: str, pattern: str) -> str:
        return f"regexp_full_match({expression}, '{pattern}')"

    def literal(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _ours(self, what: str) -> Iterator[None]:
        """DuckDB's errors as ours. They quote cells and paths: the first line, cut."""
        try:
            yield
        except self._error as error:
            told = str(error).partition("\n")[0]
            if type(error).__name__ in ("OutOfMemoryException", "IOException"):
                raise ConfigurationError(
                    f"DuckDB has not enough memory or disk: {quoted(told)}", remedy="give more by --memory or --temp"
                ) from None
            raise Malformed(f"{what} cannot be read: {quoted(told)}") from None
