"""Statement bytes -> rows and totals, streamed.

A cell is unquoted and may hold commas and back-ticks; what separates two cells is a comma and a back-tick. Cells stay
bytes until they are asked for. At the end the count and the sums of the rows are held against the summary.
Format: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_6; limits: threats, section 8.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from itertools import chain, repeat

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.secret import redacted
from wxpay_v2.statement_stream import INFLATED_PER_READ, LINE_LIMIT, RATIO, blocks, prove_utf8
from wxpay_v2.v2.statement_layout import TEXT, Layout, recognise
from wxpay_v2.v2.statement_totals import Tally, Totals, summary
from wxpay_v2.v2.statement_values import CONVERT, column, of_row, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from decimal import Decimal
    from typing import Any

    from wxpay_v2.statement_stream import Source
    from wxpay_v2.v2.statement_values import Value

    Tables = Generator[list[bytes], None, Totals]

__all__ = ["Row", "Statement", "TypedRow", "read", "safe_cell"]

_SEPARATOR = b",`"
_NOT_A_ROW = re.compile(rb"^[^`]", re.MULTILINE)
_FORMULA = re.compile(r"[=+\-@\t\r\0]")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def read(source: Source, *, inflated_per_read: int = INFLATED_PER_READ, ratio: int = RATIO) -> Statement:
    """Return the statement that *source* holds; its header is read now, its rows when they are iterated.

    source: bytes, a binary file, or an iterable of chunks of bytes; plain or gzip, with or without BOM, CRLF or LF.
    inflated_per_read: bytes that 32 KiB of gzip may become; ratio: bytes inflated per byte of gzip.
    Raises Malformed for an unknown header, an error reply (XML), or a broken stream; InvalidRequest for a source that
    does not give bytes. What the source itself raises passes through.
    """
    text = blocks(source, inflated_per_read, ratio)
    first = next(text, b"")
    if not first.strip():
        raise Malformed(
            "no statement: the body is empty", remedy='a day without trades is "No Bill Exist": Statement.empty()'
        )
    if first.lstrip().startswith(b"<"):
        kind = "an error reply" if first.lstrip().startswith(b"<xml") else "a page of some proxy"
        raise Malformed(
            f"no statement: the body is {kind}, beginning {quoted(first.lstrip()[:24].decode(errors='replace'))}",
            remedy="read it as the reply of the operation: it names the error",
        )
    prove_utf8(first, 1)
    header, _, rest = first.partition(b"\n")
    if header.startswith(b"`"):
        raise Malformed("no statement: it begins with a row, its header is missing", remedy="download it again")
    layout = recognise(header.removesuffix(b"\r").decode().split(","))
    return Statement(layout, _tables(layout, chain((rest,), text)))


class Row(Mapping[str, str]):
    """One row: name -> text, as it stands without its leading back-tick. `typed` has the same names, converted."""

    __slots__ = ("_cells", "_layout")

    def __init__(self, cells: list[bytes], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout

    def __getitem__(self, name: str) -> str:
        return self._cells[self._layout.position[name]].decode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.names)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return f"<Row {redacted(self)}>"

    @property
    def typed(self) -> TypedRow:
        """The same row with amounts, times and rates converted when they are asked for."""
        return TypedRow(self._cells, self._layout)

    def as_dict(self) -> dict[str, str]:
        """Return all texts by name; one decoding for all, so cheaper than asking for each."""
        return dict(zip(self._layout.names, texts(self._cells), strict=True))


class TypedRow(Mapping[str, "Value"]):
    """One row: name -> value.

    Amounts are exact Decimals in the main unit of their currency (of a settlement: ints in the smallest unit), times
    are aware datetimes in Beijing, exchange rates are ints (times 10^8), an empty one of these is None. Everything else
    is text, the fee's rate ("0.60%") included.
    Asking for a value that does not fit its kind raises Malformed.
    """

    __slots__ = ("_cells", "_layout")

    def __init__(self, cells: list[bytes], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout

    def __getitem__(self, name: str) -> Value:
        cell = self._cells[self._layout.position[name]]
        try:
            return CONVERT[self._layout.holds.get(name, TEXT)](cell)
        except Malformed as error:
            raise of_row(name, error) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.names)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return f"<TypedRow {redacted(Row(self._cells, self._layout))}>"

    def as_dict(self) -> dict[str, Value]:
        """Return all values by name."""
        values: dict[str, Value] = dict(zip(self._layout.names, texts(self._cells), strict=True))
        for name in self._layout.holds:
            values[name] = self[name]
        return values


class Statement:
    """A statement: iterate it once for its rows, in the order of the file.

    kind: "ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND", "older ALL" and so on, "global", "fundflow"; "settlement",
    "comments"; "empty". columns: the header's texts. names: the same columns in the library's words, equal for all
    kinds and regions. holds: name -> "amount", "minor", "time", "day" or "number", for columns that are no texts.

    Rows come before the end is seen. Only when the iteration has ended by itself, or `verify` has returned, is it
    proved that none is missing: then count and sums of the rows equal the summary, and `totals` has it. A statement
    that is cut, or whose summary differs, raises Malformed at its end, after its rows. Of a global statement the count
    alone is compared: its summary's header is not known, and its amounts are in several currencies.
    """

    def __init__(self, layout: Layout, tables: Tables) -> None:
        self.kind = layout.kind
        self.columns = layout.texts
        self.names = layout.names
        self.holds = layout.holds
        self._layout = layout
        self._totals: Totals | None = None
        self._tables = self._read(tables)
        self._taken = False

    @classmethod
    def empty(cls) -> Statement:
        """Return the statement of a day without trades, which the gateway reports as the error "No Bill Exist"."""
        statement = cls(Layout("empty", (), ()), _no_tables())
        statement.verify()
        return statement

    def __iter__(self) -> Iterator[Row]:
        return chain.from_iterable(self._rows(self._take()))  # no generator between the rows

    def select(self, *names: str, typed: bool = False) -> Iterator[tuple[Any, ...]]:
        """Return the rows as tuples of these columns only, as texts or, *typed*, as values: the quick way through.

        Like iterating, it is done once. Raises InvalidRequest for a column that the statement does not have (an empty
        one has them all).
        """
        absent = [name for name in names if name not in self._layout.position]
        if not names or (absent and self.names):
            raise InvalidRequest(
                f"a statement ({self.kind}) without the columns asked for: {quoted(', '.join(absent))}",
                remedy=f"choose among {', '.join(self.names)}",
            )
        return chain.from_iterable(self._columns(self._take(), names, typed))

    def _take(self) -> Iterator[list[bytes]]:
        if self._taken:
            raise InvalidRequest("a statement is read once, and this one was", remedy="read its source again")
        self._taken = True
        return self._tables

    def _rows(self, tables: Iterator[list[bytes]]) -> Iterator[Iterator[Row]]:
        width = len(self.names)
        for table in tables:
            rows = [table[start : start + width] for start in range(0, len(table), width + 1)]
            yield map(Row, rows, repeat(self._layout))

    def _columns(
        self, tables: Iterator[list[bytes]], names: tuple[str, ...], typed: bool
    ) -> Iterator[Iterator[tuple[Any, ...]]]:
        stride = len(self._layout.names) + 1
        places = [self._layout.position.get(name, 0) for name in names]  # an empty statement has no tables
        holds = [self._layout.holds.get(name, TEXT) if typed else TEXT for name in names]
        line = 2
        for table in tables:
            columns = [
                column(name, kind, table[place::stride], line)
                for name, kind, place in zip(names, holds, places, strict=True)
            ]
            line += len(columns[0])
            del table
            yield zip(*columns, strict=True)

    def __repr__(self) -> str:
        return f"<Statement {self.kind} of {len(self.names)} columns>"

    @property
    def totals(self) -> dict[str, int | Decimal]:
        """The summary: counts as int, sums as exact Decimal. There once every row was read; InvalidRequest before.

        Names are those of the summed columns, and count; of a fund flow: count, income_count, income, expense_count,
        expense. A summary column of a global statement that is not known stands under its own text.
        """
        if self._totals is None:
            raise InvalidRequest(
                "the totals stand at the end: this statement was not read to its end, or was refused",
                remedy="iterate it to its end, or call verify()",
            )
        return dict(self._totals)

    @property
    def unproven(self) -> tuple[str, ...]:
        """Amounts that the summary does not hold, and totals that no column makes. There with the `totals`."""
        return self._totals.unproven if self.totals and self._totals is not None else ()

    def verify(self) -> dict[str, int | Decimal]:
        """Read the remaining rows, and return the totals. Raises Malformed as the iteration does."""
        deque(self._tables, maxlen=0)
        return self.totals

    def _read(self, tables: Tables) -> Iterator[list[bytes]]:
        self._totals = yield from tables


def _tables(layout: Layout, lines: Iterable[bytes]) -> Tables:
    """Yield tables of rows; then compare the summary, and return it."""
    tally = Tally(layout)
    width = len(layout.names)
    tail = b""
    for block in lines:
        line = tally.count + 2
        if tail:
            tail += block
            if len(tail) > 2 * LINE_LIMIT:
                raise Malformed(f"line {line} of the statement is neither a row nor the end")
            continue
        prove_utf8(block, line)
        cells = _table(block, width)
        if cells is None:
            other = _NOT_A_ROW.search(block)
            end = other.start() if other else len(block)
            rows, tail = block[:end], block[end:]
            cells = _table(rows, width) if rows else []
            if cells is None:
                raise _wrong_width(rows, width, line)
        if cells:
            tally.add(cells)
            yield cells
        cells = None  # its memory, still in the processor's cache, is the next table's
    return tally.compared(summary(tail, tally.count + 2))


def _no_tables() -> Tables:
    yield from ()
    return Totals(count=0)


def _table(block: bytes, width: int) -> list[bytes] | None:
    """Return the cells of *block*'s rows in one flat list, a b"\\n" between two rows; None if a line is no such row.

    One split for all rows is cheaper than one a row, and a column is then a slice with the stride width + 1. For that
    each line's end becomes a cell of its own: the table is right when those cells, and only those, stand in its gaps.
    """
    marked = block[1:-1].replace(b"\n", b",`\n,")
    gaps = (len(marked) - len(block) + 2) // 3
    cells = marked.split(_SEPARATOR)
    if not block.startswith(b"`") or len(cells) != gaps + (gaps + 1) * width:
        return None
    if cells[width :: width + 1] != [b"\n"] * gaps:
        return None
    if b"\r" in block:
        cells[width - 1 :: width + 1] = [cell.removesuffix(b"\r") for cell in cells[width - 1 :: width + 1]]
    return cells


def _wrong_width(rows: bytes, width: int, line: int) -> Malformed:
    """Return the error for the first of *rows* that has not *width* cells. line: number of the first.

    A text that holds the separator itself makes too many: where it begins and ends is anybody's guess, and a payer
    may have written it, so it is not made.
    """
    widths = [row.count(_SEPARATOR) + 1 for row in rows[:-1].split(b"\n")]
    place = next(place for place, found in enumerate(widths) if found != width)
    return Malformed(
        f"line {line + place} of the statement has {widths[place]} cells, its header {width} columns",
        remedy="a text with a comma and a back-tick in it cannot be told from two cells: look at that line"
        if widths[place] > width
        else "download it again",
    )


def safe_cell(text: str) -> str:
    """Return *text* so that a spreadsheet takes it as text: with an apostrophe before =, +, -, @, TAB, CR or NUL.

    A cell that is nothing but a decimal number (-0.01) stays as it is: an amount must remain one.
    """
    return "'" + text if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text
