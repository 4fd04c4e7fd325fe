"""Rows of a statement held against its summary: the count, and exact sums.

Which columns sum into which: `TOTALS`, `FLOW_TOTALS`. A summary column whose row column the kind does not have (the
refunds of a SUCCESS statement) has nothing to be held against and is taken as stated. Global statements: the count
alone, because their summary's header was never seen and their amounts are in several currencies. `Totals.unproven` says
what is left.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import compress

from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.money import parse_decimal
from wxpay_v2.statement_stream import prove_utf8
from wxpay_v2.v2.statement_layout import AMOUNT, EXPENSE, FLOW_TOTALS, INCOME, TOTALS
from wxpay_v2.v2.statement_values import DECIMALS, total, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

    from wxpay_v2.v2.statement_layout import Layout

__all__ = ["Tally", "Totals", "summary"]


class Totals(dict[str, "int | Decimal"]):
    """Totals by name. unproven: amounts of the rows, and stated totals, that nothing was held against."""

    unproven: tuple[str, ...] = ()


class Tally:
    """Count and exact sums of the rows of one statement. Sums are ints in units of 10^-8."""

    def __init__(self, layout: Layout) -> None:
        self.count = 0
        self._kind = layout.kind
        self._stride = len(layout.names) + 1
        self._direction = layout.position.get("direction")
        self._amounts = [name for name in layout.names if layout.holds.get(name) == AMOUNT]
        self._known = TOTALS if self._direction is None else FLOW_TOTALS
        columns = dict.fromkeys(column for _, column, _ in self._known.values() if column in layout.position)
        self._places = [(column, layout.position[column]) for column in columns if layout.kind != "global"]
        self._met: dict[str, dict[bytes, int]] = {column: {} for column, _ in self._places}
        directions = ("",) if self._direction is None else (INCOME, EXPENSE)
        self._counts = dict.fromkeys(directions, 0)
        self._sums = {direction: {column: 0 for column, _ in self._places} for direction in directions}

    def add(self, table: list[bytes]) -> None:
        """Count a table of rows in. Raises Malformed for an amount that is none."""
        line = self.count + 2
        self.count += (len(table) + 1) // self._stride
        columns = {column: table[place :: self._stride] for column, place in self._places}
        if self._direction is None:
            self._add(columns, "", line)
            return
        directions = table[self._direction :: self._stride]
        for column, cells in columns.items():
            total(column, cells, line, self._met[column])  # an amount of whatever direction is one
        for direction in self._counts:
            chosen = [found == direction.encode() for found in directions]
            self._counts[direction] += sum(chosen)
            self._add({column: list(compress(cells, chosen)) for column, cells in columns.items()}, direction, line)

    def _add(self, columns: dict[str, list[bytes]], direction: str, line: int) -> None:
        sums = self._sums[direction]
        last: list[bytes] = []
        found = 0
        for column, cells in columns.items():
            if cells != last:  # comparing is cheaper than adding up once more
                found = total(column, cells, line, self._met[column])
                last = cells
            sums[column] += found

    def compared(self, stated: dict[str, str]) -> Totals:
        """Return the totals that *stated*, a `summary`, gives. Raises Malformed where the rows say otherwise."""
        totals = Totals()
        unproven: list[str] = []
        known = {column for column, _ in self._places}
        held: set[str] = set()
        for place, (text, cell) in enumerate(stated.items()):
            name, column, direction = self._known.get(text, (text, text, ""))
            if self._kind == "global":
                name, column = (name, column) if place else ("count", "")
            elif text not in self._known or (not place and column):
                raise Malformed(f"the statement's summary has a column that does not belong there: {quoted(text)}")
            if name in totals:
                raise Malformed(f"the statement's summary states {quoted(name)} twice")
            if not column:
                totals[name] = found = self._counts[direction] if direction else self.count
                _compare(name, cell, found * 10**DECIMALS)
            elif column in known:
                totals[name] = _compare(name, cell, self._sums[direction][column])
                held.add(column)
            elif self._kind == "global":
                with suppress(Malformed):  # its texts may be words
                    totals[name] = parse_decimal(cell)
                    unproven.append(name)
            else:
                totals[name] = parse_decimal(cell, f"{name} of the statement's summary")
                unproven.append(name)
        totals.unproven = tuple(dict.fromkeys([*(name for name in self._amounts if name not in held), *unproven]))
        return totals


def _compare(name: str, cell: str, found: int) -> Decimal:
    stated = parse_decimal(cell, f"{name} of the statement's summary")
    if units(cell.encode()) != found:
        digits = str(abs(found)).rjust(DECIMALS + 1, "0")
        amount = f"{digits[:-DECIMALS]}.{digits[-DECIMALS:]}".rstrip("0").rstrip(".")
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
