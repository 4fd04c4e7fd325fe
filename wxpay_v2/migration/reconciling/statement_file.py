"""A statement on the disk: its kind, its columns, its end, and the proof that its rows make its summary.

An engine reads the rows where they lie, many times quicker than `wxpay_v2.v2.statement`, and must then prove that it
read what stands there: every line but the summary is a row, and count and sums are the summary's. What it cannot prove
is left to that reader, which explains what is wrong, or reads right what an engine does not (a carriage return in a
product's name).
"""

from __future__ import annotations

import csv

from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.statement_stream import INFLATED_PER_READ, LINE_LIMIT, RATIO, plain
from wxpay_v2.upgrade.statement_columns import COLUMNS, HEADINGS, Rendering
from wxpay_v2.v2 import statement
from wxpay_v2.v2.statement_layout import EXPENSE, INCOME, Layout, recognise
from wxpay_v2.v2.statement_totals import Tally, summary
from wxpay_v2.v2.statement_values import DECIMALS, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from wxpay_v2.v2.statement import Statement

__all__ = ["V3_GLOBAL", "Proof", "StatementFile", "in_units", "inflated", "opened"]

V3_GLOBAL = "v3 global"
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_HALF_WIDTH = str.maketrans("\uff08\uff09", "()")
_END = 2 * LINE_LIMIT
_PATTERN = set("*?[]{}\\")


def _v3_names() -> dict[str, str]:
    """Return our name of each heading of API v3 Global that v2 has a column for."""
    names: dict[str, str] = {}
    ours = recognise([column.heading for column in COLUMNS]).names
    for column, name in zip(COLUMNS, ours, strict=True):
        if len(column.sources) == 1:
            names.setdefault(column.sources[0], name)
    return names


class StatementFile:
    """One statement. path: the plain text; kind: as `wxpay_v2.v2.statement.Statement` has it, or `V3_GLOBAL`.

    header: the first line as it stands; names: our name of each column, in the file's order. has_summary: whether the
    file ends in one; a statement of API v3 Global may have none, and nothing in it then proves that it is whole.
    read_by: "engine", or "package" where the package's own reader had to.
    """

    def __init__(self, path: Path, header: str, layout: Layout) -> None:
        self.path = path
        self.header = header.removeprefix("\ufeff")
        self.kind = layout.kind
        self.names = layout.names
        self.read_by = "engine"
        self._layout = layout
        self._end = _end_of(path)
        self.has_summary = bool(self._end)

    def proof(self) -> Proof | None:
        """Return what rows counted elsewhere are held against; None if the end is none, which `written` explains."""
        return Proof(self._layout, self._end) if self.has_summary or self.kind == V3_GLOBAL else None

    def written(self, path: Path) -> None:
        """Write the rows to *path* as CSV, read and proved by the package's own reader. Raises Malformed.

        c0 has its back-tick, and the last cell is never empty, as where an engine reads the statement itself.
        """
        with open(self.path, "rb") as source, open(path, "w", encoding="utf-8", newline="") as out:
            rows: Statement = statement.read(Rendering(source).chunks() if self.kind == V3_GLOBAL else source)
            writer = csv.writer(out)
            writer.writerow((*rows.names, "end"))
            for first, *cells in rows.select(*rows.names):
                writer.writerow(("`" + first, *cells, "end"))
        self.names = (*rows.names, "end")
        self.read_by = "package"


class Proof(Tally):
    """The summary of a statement, for rows that an engine counted and added up.

    lines: how many lines the summary takes. columns: names of the columns to add up. directions: what to add them up
    by, (name of the column, its values); ("", ("",)) for one sum of all.
    """

    def __init__(self, layout: Layout, end: bytes) -> None:
        super().__init__(layout)
        self.lines = 2 if end else 0
        self.columns = () if layout.kind == V3_GLOBAL else tuple(name for name, _ in self._places)
        self.directions = ("direction", (INCOME, EXPENSE)) if layout.kind == "fundflow" else ("", ("",))
        self._end = end
        self._by_count_only = layout.kind == V3_GLOBAL

    def hold(self, count: int, found: Mapping[str, tuple[int, Sequence[int]]]) -> None:
        """Raise Malformed unless the summary says *count* rows, and per direction the count and the sums in 10^-8."""
        self.count = count
        if self._by_count_only:
            if self.lines:
                stated = next(iter(summary(self._end, count + 2).values()))
                if units(stated.encode()) != count * 10**DECIMALS:
                    raise Malformed(f"the statement's summary tells another number of rows than its {count}")
            return
        for direction, (rows, sums) in found.items():
            self._counts[direction] = rows
            self._sums[direction] = dict(zip(self.columns, sums, strict=True))
        self.compared(summary(self._end, count + 2))


def in_units(value: Decimal) -> int:
    """Return *value*, of at most 8 decimals, in units of 10^-8: exact whatever the decimal context says."""
    sign, digits, exponent = value.as_tuple()
    size: int = int("".join(map(str, digits))) * 10 ** (DECIMALS + int(exponent))
    return -size if sign else size


def inflated(path: Path, folder: Path, name: str) -> Path:
    """Return *path*, or where it is gzip its plain text as *name* in *folder*.

    Raises Malformed for gzip that is broken or over a limit.
    A name in which an engine would see a pattern, or a hidden file, is given another one in *folder*.
    """
    path, place = path.resolve(), folder / name
    with open(path, "rb") as source:
        if source.read(2) == _GZIP:
            source.seek(0)
            with open(place, "wb") as out:
                for piece in plain(source, INFLATED_PER_READ, RATIO):
                    out.write(piece)
            return place
    if _PATTERN & set(str(path)) or path.name.startswith(("_", ".")):
        place.symlink_to(path)
        return place
    return path


def opened(path: Path, *, must: bool) -> StatementFile | None:
    """Return the statement that the plain text at *path* is; None, or if it *must* be one Malformed, if it is none."""
    with open(path, "rb") as source:
        line = source.readline(LINE_LIMIT)
    try:
        header = line.removeprefix(_BOM).decode()
        texts = [text.strip(" `").translate(_HALF_WIDTH) for text in header.strip("\r\n").split(",")]
        if set(HEADINGS) <= set(texts) and len(texts) == len(set(texts)):
            known = _v3_names()
            layout = Layout(V3_GLOBAL, tuple(known.get(text, text) for text in texts), tuple(texts))
        else:
            layout = recognise(header.strip("\r\n").split(","))
    except (Malformed, UnicodeDecodeError):
        if must:
            with open(path, "rb") as source:
                statement.read(source)  # it says what is wrong
            raise Malformed(f"no statement: {quoted(path.name)}") from None
        return None
    return StatementFile(path, line.decode().rstrip("\r\n"), layout)


def _end_of(path: Path) -> bytes:
    """Return the two lines of the summary; b"" where the file does not end in them."""
    with open(path, "rb") as source:
        size = source.seek(0, 2)
        source.seek(max(0, size - _END))
        lines = source.read().split(b"\n")
        whole = size <= _END
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) < 2 + whole or not lines[-1].startswith(b"`") or lines[-2].startswith(b"`"):
        return b""
    return b"\n".join(lines[-2:])
