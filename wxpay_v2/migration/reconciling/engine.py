"""What a reconciliation asks of an engine: DuckDB on one machine, Apache Spark beyond. Both run the same SQL."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any, Protocol

    class Engine(Protocol):
        """Relations by name. Columns of what is opened are c0, c1, ... and hold texts.

        narrow: whether it speaks, and gains by, what narrowing.py asks.
        """

        narrow: bool

        def open_statement(self, name: str, path: Path, header: str, width: int) -> None:
            """Let *name* be the lines of the statement behind its *header*: texts split at comma and back-tick.

            c0 keeps its back-tick; a line of fewer than *width* cells has NULL in the last. An empty cell is "".
            """

        def open_csv(self, name: str, path: Path, delimiter: str, width: int, *, empty: bool = False) -> None:
            """Let *name* be the rows behind the header of a CSV file; an empty cell is NULL, or if *empty* ""."""

        def parquet_columns(self, path: Path) -> list[tuple[str, str]]:
            """Return the names of a Parquet file's columns, each with its type in lower case."""

        def open_parquet(self, name: str, path: Path, columns: Sequence[str]) -> None:
            """Let *name* be the rows of a Parquet file; its columns are *columns*, as texts."""

        def view(self, name: str, query: str) -> None:
            """Let *name* be what *query* says, worked out when it is asked for."""

        def keep(self, name: str, query: str) -> None:
            """Work *query* out now and let *name* be its rows."""

        def forget(self, name: str, columns: Sequence[str]) -> None:
            """Let *columns* of what was kept as *name* go, if that frees memory: nobody asks for them any more."""

        def rows(self, query: str) -> list[tuple[Any, ...]]:
            """Return the rows of *query*, which are few. Amounts are Decimals."""

        def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
            """Yield the rows of *query*, a bounded number of them in memory."""

        def matches(self, expression: str, pattern: str) -> str:
            """Return the SQL for: the text *expression* is *pattern*, a regular expression without quotes."""

        def literal(self, text: str) -> str:
            """Return *text* as an SQL literal."""

        def close(self) -> None:
            """Let everything go."""


__all__ = ["Engine"]
