"""Statement bytes -> rows and totals, streamed.

A cell is unquoted and may hold commas and back-ticks; what separates two cells is a comma and a back-tick. Cells stay
bytes until they are asked for. At the end the count and the sums of the rows are held against the summary.
Format: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_6; limits: threats, section 8.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import chain, repeat

from wxpay_v2.clock import BEIJING, parse_time
from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.money import parse_decimal
from wxpay_v2.secret import redacted
from wxpay_v2.v2.statement_layout import AMOUNTS, EXPENSE, INCOME, NUMBERS, TIMES, TOTALS, Layout, recognise
from wxpay_v2.v2.statement_stream import INFLATED_PER_READ, LINE_LIMIT, RATIO, blocks, prove_utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wxpay_v2.v2.statement_stream import Source

    Value = str | int | Decimal | datetime | None

__all__ = ["Row", "Statement", "TypedRow", "read", "safe_cell"]

_SEPARATOR = b",`"
_NOT_A_ROW = re.compile(rb"^[^`]", re.MULTILINE)
_FORMULA = re.compile(r"[=+\-@\t\r\0]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_DECIMALS = 8  # as many as money.parse_decimal lets pass
_AMOUNTS_KEPT = 1 << 15


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
    return Statement(recognise(header.removesuffix(b"\r").decode().split(",")), chain((rest,), text))


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
        return dict(zip(self._layout.names, _SEPARATOR.join(self._cells).decode().split(",`"), strict=True))


class TypedRow(Mapping[str, "Value"]):
    """One row: name -> value.

    Amounts are exact Decimals in the main unit of their currency, times are aware datetimes in Beijing, exchange rates
    are ints (times 10^8), an empty one of these is None. Everything else is text, the fee's rate ("0.60%") included.
    Asking for a value that does not fit its kind raises Malformed.
    """

    __slots__ = ("_cells", "_layout")

    def __init__(self, cells: list[bytes], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout

    def __getitem__(self, name: str) -> Value:
        convert = _CONVERT.get(name, bytes.decode)
        try:
            return convert(self._cells[self._layout.position[name]])
        except Malformed as error:
            raise Malformed(f"{name} of a statement's row: {error.message}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.names)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return f"<TypedRow {redacted(self)}>"

    def as_dict(self) -> dict[str, Value]:
        """Return all values by name."""
        return {name: self[name] for name in self._layout.names}


@lru_cache(maxsize=_AMOUNTS_KEPT >> 1)
def _decimal(cell: bytes) -> Decimal | None:
    return parse_decimal(cell.decode()) if cell else None


def _time(cell: bytes) -> datetime | None:
    text = cell.decode()
    if len(text) == 19 and text[4::3] == "-- ::":  # the quick way; what it refuses, parse_time explains
        try:
            return datetime.combine(date.fromisoformat(text[:10]), time.fromisoformat(text[11:]), BEIJING)
        except ValueError:
            pass
    return parse_time(text) if text else None


def _whole(cell: bytes) -> int | None:
    text = cell.decode()
    if text and not _WHOLE.fullmatch(text):
        raise Malformed(f"not a whole number: {quoted(text)}")
    return int(text) if text else None


_CONVERT: dict[str, Callable[[bytes], Value]] = {
    **dict.fromkeys(AMOUNTS, _decimal),
    **dict.fromkeys(TIMES, _time),
    **dict.fromkeys(NUMBERS, _whole),
}


class Statement:
    """A statement: iterate it once for its rows, in the order of the file.

    kind: "ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND", "older ALL" and so on, "global", "fundflow"; "empty".
    columns: the header's texts. names: the same columns in the library's words, equal for all kinds and regions.

    Rows come before the end is seen. Only when the iteration has ended by itself, or `verify` has returned, is it
    proved that none is missing: then count and sums of the rows equal the summary, and `totals` has it. A statement
    that is cut, or whose summary differs, raises Malformed at its end, after its rows. Of a global statement the count
    alone is compared: its summary's header is not known, and its amounts are in several currencies.
    """

    def __init__(self, layout: Layout, lines: Iterable[bytes]) -> None:
        self.kind = layout.kind
        self.columns = layout.texts
        self.names = layout.names
        self._totals: dict[str, int | Decimal] | None = None
        self._rows = self._read(layout, lines)
        self._handed_out = False

    @classmethod
    def empty(cls) -> Statement:
        """Return the statement of a day without trades, which the gateway reports as the error "No Bill Exist"."""
        statement = cls(Layout("empty", (), ()), ("总交易单数\n`0\n".encode(),))
        statement._totals = {"count": 0}
        return statement

    def __iter__(self) -> Iterator[Row]:
        if self._handed_out:
            raise InvalidRequest("a statement is iterated once, and this one was", remedy="read its source again")
        self._handed_out = True
        return self._rows

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

    def verify(self) -> dict[str, int | Decimal]:
        """Read the remaining rows, and return the totals. Raises Malformed as the iteration does."""
        deque(self._rows, maxlen=0)
        return self.totals

    def _read(self, layout: Layout, lines: Iterable[bytes]) -> Iterator[Row]:
        tally = _Tally(layout)
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
            rows, tail = _rows_and_tail(block)
            cells = [row.split(_SEPARATOR) for row in rows]
            if cells:
                if set(map(len, cells)) != {width}:
                    _refuse_width(cells, width, line)
                tally.add(cells)
                yield from map(Row, cells, repeat(layout))
        self._totals = tally.compared(_summary(tail, layout, tally.count + 2))


def _rows_and_tail(block: bytes) -> tuple[list[bytes], bytes]:
    """Return the block's rows without their first back-tick, and what follows them: b"", or the summary's begin."""
    for end in (b"\r\n", b"\n"):
        if block.startswith(b"`") and block.endswith(end):
            rows = block[1 : -len(end)].split(end + b"`")
            if len(rows) == block.count(b"\n") and (end == b"\r\n" or b"\r" not in block):
                return rows, b""
    block = block.replace(b"\r\n", b"\n")
    other = _NOT_A_ROW.search(block)
    start = other.start() if other else len(block)
    return block[1 : start - 1].split(b"\n`") if start else [], block[start:]


def _refuse_width(cells: list[list[bytes]], width: int, line: int) -> None:
    """Raise for the first row that has not *width* cells.

    A text that holds the separator itself makes too many: where it begins and ends is anybody's guess, and a payer
    may have written it, so it is not made.
    """
    place, row = next((place, row) for place, row in enumerate(cells) if len(row) != width)
    raise Malformed(
        f"line {line + place} of the statement has {len(row)} cells, its header {width} columns",
        remedy="a text with a comma and a back-tick in it cannot be told from two cells: look at that line"
        if len(row) > width
        else "download it again",
    )


class _Tally:
    """Count and exact sums of rows, in units of 10^-8."""

    def __init__(self, layout: Layout) -> None:
        self.count = 0
        self._sums: dict[tuple[str, str], int] = {}  # (column, direction)
        self._counts = {INCOME: 0, EXPENSE: 0}
        self._units = _Units()
        self._direction = layout.position.get("direction")
        self._places = []
        if layout.kind != "global":
            for column in dict.fromkeys(column for _, column, _ in TOTALS.values()):
                if column in layout.position:
                    self._places.append((column, layout.position[column]))

    def add(self, rows: list[list[bytes]]) -> None:
        self.count += len(rows)
        if self._direction is None:
            self._add(rows, "")
        else:
            for direction in self._counts:
                chosen = [row for row in rows if row[self._direction] == direction.encode()]
                self._counts[direction] += len(chosen)
                self._add(chosen, direction)

    def _add(self, rows: list[list[bytes]], direction: str) -> None:
        units = self._units.__getitem__
        added: list[tuple[list[bytes], int]] = []
        for column, place in self._places:
            cells = [row[place] for row in rows]
            for same, total in added:  # a settlement column mostly repeats the column it settles: comparing is cheap
                if cells == same:
                    break
            else:
                try:
                    total = sum(map(units, cells))
                except Malformed as error:
                    raise Malformed(f"{column} of a statement's row: {error.message}") from None
                added.append((cells, total))
            self._sums[column, direction] = self._sums.get((column, direction), 0) + total

    def compared(self, summary: dict[str, str]) -> dict[str, int | Decimal]:
        """Return the totals *summary* (column -> text) states. Raises Malformed where the rows say otherwise."""
        known = {column for column, _ in self._places}
        totals: dict[str, int | Decimal] = {}
        for place, (text, cell) in enumerate(summary.items()):
            name, column, direction = TOTALS.get(text, (text, "", "")) if place else ("count", "", "")
            stated = parse_decimal(cell, f"{name} of the statement's summary")
            if name in ("count", "income_count", "expense_count"):
                totals[name] = found = self._counts[direction] if direction else self.count
                found *= 10**_DECIMALS
            else:
                totals[name] = stated
                if column not in known:
                    continue
                found = self._sums.get((column, direction), 0)
            if found != self._units[cell.encode()]:
                raise Malformed(
                    f"the statement's summary says {name} {cell}, its rows make {_plain_text(found)}",
                    remedy="download it again; book nothing of it",
                )
        return totals


class _Units(dict[bytes, int]):
    """Amount cell -> units of 10^-8, an empty one 0. Bounded; a plain lookup for the amounts that repeat."""

    def __missing__(self, cell: bytes) -> int:
        text = cell.decode()
        if text:
            parse_decimal(text)
        whole, _, fraction = text.partition(".")
        if len(self) >= _AMOUNTS_KEPT:
            self.clear()
        units = self[cell] = int(whole + fraction.ljust(_DECIMALS, "0"))
        return units


def _plain_text(units: int) -> str:
    sign, digits = "-" if units < 0 else "", str(abs(units)).rjust(_DECIMALS + 1, "0")
    return f"{sign}{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}".rstrip("0").rstrip(".")


def _summary(tail: bytes, layout: Layout, line: int) -> dict[str, str]:
    """Return the summary, column text -> cell text. Raises Malformed unless *tail* is its two lines and no more."""
    prove_utf8(tail, line)
    lines = [text.removesuffix("\r") for text in tail.decode().split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) < 2:
        raise Malformed(
            f"the statement ends at line {line + len(lines) - 1} without its summary: it is cut",
            remedy="download it again; rows may be missing",
        )
    if len(lines) > 2 or not lines[1].startswith("`"):
        raise Malformed(f"line {line} of the statement is neither a row nor the end: {quoted(lines[0])}")
    texts, cells = lines[0].split(","), lines[1][1:].split(",`")
    strange = [] if layout.kind == "global" else [text for text in texts if text not in TOTALS]
    if strange:
        raise Malformed(f"the statement's summary has columns nobody knows: {quoted(', '.join(strange))}")
    if len(texts) != len(cells) or len(set(texts)) != len(texts):
        raise Malformed(f"the statement's summary has {len(cells)} cells for {len(set(texts))} columns")
    if layout.kind != "global" and TOTALS[texts[0]][0] != "count":
        raise Malformed(f"the statement's summary does not begin with a count: {quoted(texts[0])}")
    return dict(zip(texts, cells, strict=True))


def safe_cell(text: str) -> str:
    """Return *text* so that a spreadsheet takes it as text: with an apostrophe before =, +, -, @, TAB, CR or NUL.

    A cell that is nothing but a decimal number (-0.01) stays as it is: an amount must remain one.
    """
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
