"""Rows of a statement held against its summary: the count, and exact sums.

Which columns sum into which: `TOTALS`. A summary column whose row column the kind does not have (the refunds of a
SUCCESS statement) has nothing to be held against and is taken as stated. Global statements: the count alone, because
their summary's header was never seen and their amounts are in several currencies.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import compress

from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.money import parse_decimal
from wxpay_v2.v2.statement_layout import EXPENSE, INCOME, TOTALS
from wxpay_v2.v2.statement_stream import prove_utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

    from wxpay_v2.v2.statement_layout import Layout

__all__ = ["AMOUNTS_KEPT", "Tally", "of_row", "summary"]

AMOUNTS_KEPT = 1 << 15
_DECIMALS = 8  # as many as money.parse_decimal lets pass


def of_row(name: str, error: Malformed) -> Malformed:
    """Return *error*, met in the column *name*, told with its place."""
    return Malformed(f"{name} of a statement's row: {error.message}")


class _Units(dict[bytes, int]):
    """Amount cell -> units of 10^-8, an empty one 0. Bounded; a plain lookup for the amounts that repeat."""

    def __missing__(self, cell: bytes) -> int:
        text = cell.decode()
        if text:
            parse_decimal(text)
        whole, _, fraction = text.partition(".")
        if len(self) >= AMOUNTS_KEPT:
            self.clear()
        units = self[cell] = int(whole + fraction.ljust(_DECIMALS, "0"))
        return units


class Tally:
    """Count and exact sums of the rows of one statement.

    Sums are ints in units of 10^-8: exact whatever the caller's decimal context says.
    """

    def __init__(self, layout: Layout) -> None:
        self.count = 0
        self._kind = layout.kind
        self._stride = len(layout.names) + 1
        self._units = _Units()
        self._direction = layout.position.get("direction")
        columns = dict.fromkeys(column for _, column, _ in TOTALS.values() if column in layout.position)
        self._places = [(column, layout.position[column]) for column in columns if layout.kind != "global"]
        directions = ("",) if self._direction is None else (INCOME, EXPENSE)
        self._counts = dict.fromkeys(directions, 0)
        self._sums = {direction: {column: 0 for column, _ in self._places} for direction in directions}

    def add(self, table: list[bytes]) -> None:
        """Count a table of rows in. Raises Malformed for an amount that is none."""
        self.count += (len(table) + 1) // self._stride
        columns = {column: table[place :: self._stride] for column, place in self._places}
        if self._direction is None:
            self._add(columns, "")
            return
        directions = table[self._direction :: self._stride]
        for direction in self._counts:
            chosen = [found == direction.encode() for found in directions]
            self._counts[direction] += sum(chosen)
            self._add({column: list(compress(cells, chosen)) for column, cells in columns.items()}, direction)

    def _add(self, columns: dict[str, list[bytes]], direction: str) -> None:
        units = self._units.__getitem__
        sums = self._sums[direction]
        last: list[bytes] = []
        total = 0
        for column, cells in columns.items():
            if cells != last:  # comparing is cheaper than adding up once more
                try:
                    total = sum(map(units, cells))
                except Malformed as error:
                    raise of_row(column, error) from None
                last = cells
            sums[column] += total

    def compared(self, stated: dict[str, str]) -> dict[str, int | Decimal]:
        """Return the totals that *stated*, a `summary`, gives. Raises Malformed where the rows say otherwise."""
        totals: dict[str, int | Decimal] = {}
        known = {column for column, _ in self._places}
        for place, (text, cell) in enumerate(stated.items()):
            name, column, direction = TOTALS.get(text, (text, text, ""))
            if self._kind == "global":
                name, column = (name, column) if place else ("count", "")
            elif text not in TOTALS or (direction and direction not in self._counts) or (not place and column):
                raise Malformed(f"the statement's summary has a column that does not belong there: {quoted(text)}")
            if name in totals:
                raise Malformed(f"the statement's summary states {quoted(name)} twice")
            if not column:
                totals[name] = found = self._counts[direction] if direction else self.count
                self._compare(name, cell, found * 10**_DECIMALS)
            elif column in known:
                totals[name] = self._compare(name, cell, self._sums[direction][column])
            elif self._kind == "global":
                with suppress(Malformed):
                    totals[name] = parse_decimal(cell)
            else:
                totals[name] = parse_decimal(cell, f"{name} of the statement's summary")
        return totals

    def _compare(self, name: str, cell: str, found: int) -> Decimal:
        stated = parse_decimal(cell, f"{name} of the statement's summary")
        if self._units[cell.encode()] != found:
            digits = str(abs(found)).rjust(_DECIMALS + 1, "0")
            amount = f"{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}".rstrip("0").rstrip(".")
            raise Malformed(
                f"the statement's summary says {name} {cell}, its rows make {'-' if found < 0 else ''}{amount}",
                remedy="download it again; book nothing of it",
            )
        return stated


def summary(tail: bytes, line: int) -> dict[str, str]:
    """Return the summary that *tail*, all from *line* on, is: column text -> cell text.

    Raises Malformed unless it is two lines and no more, the second with as many cells as the first has columns.
    """
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
    if len(texts) != len(cells) or len(set(texts)) != len(texts):
        raise Malformed(f"the statement's summary has {len(cells)} cells for {len(set(texts))} columns")
    return dict(zip(texts, cells, strict=True))
