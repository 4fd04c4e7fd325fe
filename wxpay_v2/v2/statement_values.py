"""Cells of a statement -> values, one by one or a column at a time.

A column of a block is mostly of one shape: ``2026-11-20 10:00:00``, or amounts of two decimals. One look at the whole
column proves the shape; what then converts it runs in C. What has no such shape goes cell by cell, and there it is
refused with a reason.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat

from wxpay_v2.clock import BEIJING, parse_day, parse_time
from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.money import parse_decimal
from wxpay_v2.v2.statement_layout import AMOUNT, DAY, MINOR, NUMBER, TEXT, TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from typing import Any

    Value = str | int | Decimal | datetime | date | None

__all__ = ["CONVERT", "DECIMALS", "column", "of_row", "texts", "total", "units"]

DECIMALS = 8  # as many as money.parse_decimal lets pass
_KEPT = 1 << 14  # amounts that were met last
_MET = 1 << 9  # amounts of one column: few enough for the processor's cache
_AS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_TIME = b"0000-00-00 00:00:00\n"
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_SIGNED = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def texts(cells: Sequence[bytes]) -> list[str]:
    """Return *cells* decoded: one decoding for all, since no cell holds a line's end."""
    return b"\n".join(cells).decode().split("\n")


def column(name: str, kind: str, cells: Sequence[bytes], line: int) -> list[Any]:
    """Return the values of *cells*, the column *name* from *line* on. Raises Malformed by name and line."""
    if kind == TEXT:
        return texts(cells)
    found = _times(cells) if kind == TIME else _amounts(cells) if kind == AMOUNT else None
    return _one_by_one(name, CONVERT[kind], cells, line) if found is None else found


def total(name: str, cells: Sequence[bytes], line: int, met: dict[bytes, int]) -> int:
    """Return the exact sum of *cells*, a column of amounts from *line* on, in units of 10^-8; an empty cell is 0.

    met: amounts of this column met before; filled up to a bound, for fees and prices are often the same few.
    Raises Malformed by name and line for a cell that is no amount.
    """
    first = cells[0] if cells else b""
    same = cells.count(first)
    if same * 2 >= len(cells):  # refunds are mostly 0.00
        try:
            return units(first) * same + sum(map(units, [cell for cell in cells if cell != first]))
        except Malformed:
            pass  # told below with its line
    try:
        return sum(map(met.__getitem__, cells))
    except KeyError:
        pass
    joined = b"\n".join(cells)
    decimals = _decimals(joined, len(cells))
    if decimals:
        if len(met) < _MET:
            met.update((cell, units(cell)) for cell in cells)
        return sum(map(int, joined.translate(None, b".").split(b"\n"))) * int("1".ljust(DECIMALS - decimals + 1, "0"))
    found: list[int] = _one_by_one(name, units, cells, line)
    return sum(found)


@lru_cache(_KEPT)
def units(cell: bytes) -> int:
    """Return an amount in units of 10^-8, an empty cell as 0: exact whatever the caller's decimal context says."""
    text = cell.decode()
    if text:
        parse_decimal(text)
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(DECIMALS, "0"))


def of_row(name: str, error: Malformed, line: int = 0) -> Malformed:
    """Return *error*, met in the column *name*, told with its place. line: 0 where it is not known."""
    where = f"line {line} of the statement, {name}" if line else f"{name} of a statement's row"
    return Malformed(f"{where}: {error.message}", remedy=error.remedy)


def _one_by_one(name: str, convert: Callable[[bytes], Any], cells: Sequence[bytes], line: int) -> list[Any]:
    found: list[Any] = []
    try:
        for cell in cells:
            found.append(convert(cell))
    except Malformed as error:
        raise of_row(name, error, line + len(found)) from None
    return found


def _amounts(cells: Sequence[bytes]) -> list[Decimal | None] | None:
    first = cells[0] if cells else b""
    if cells.count(first) * 2 >= len(cells):
        try:
            mostly = _amount(first)
            return [mostly if cell == first else _amount(cell) for cell in cells]
        except Malformed:
            return None
    joined = b"\n".join(cells)
    return list(map(Decimal, joined.decode().split("\n"))) if _decimals(joined, len(cells)) else None


def _decimals(joined: bytes, count: int) -> int:
    """Return how many decimals all of *count* amounts have that stand in *joined*, one a line; 0 if they differ.

    0 too for what is no amount, or one without decimals. The rule is that of `wxpay_v2.money.parse_decimal`.
    """
    shape = b"\n" + joined.translate(_AS_ZERO) + b"\n"
    decimals = len(shape) - 2 - shape.rfind(b".")
    minus = shape.count(b"-")
    if minus:
        if shape.count(b"\n-") != minus:
            return 0
        shape = shape.translate(None, b"-")
    same = (
        0 < decimals <= DECIMALS
        and shape.translate(None, b"0") == b"\n" + b".\n" * count
        and shape.count(b"." + b"0" * decimals + b"\n") == count
        and b"\n." not in shape
        and b"0" * 13 not in shape
    )
    return decimals if same else 0


def _times(cells: Sequence[bytes]) -> list[datetime] | None:
    joined = b"\n".join(cells)
    if joined.translate(_AS_ZERO) + b"\n" != _TIME * len(cells):
        return None
    try:
        moments = list(map(datetime.fromisoformat, joined.decode().split("\n")))
    except ValueError:  # the 30th of February
        return None
    return list(map(datetime.combine, moments, map(datetime.time, moments), repeat(BEIJING)))


@lru_cache(_KEPT)
def _amount(cell: bytes) -> Decimal | None:
    return parse_decimal(cell.decode()) if cell else None


def _time(cell: bytes) -> datetime | None:
    text = cell.decode()
    if len(text) == 19 and text[4::3] == "-- ::":  # the quick way; what it refuses, parse_time explains
        try:
            moment = datetime.fromisoformat(text)
            return datetime.combine(moment, moment.time(), BEIJING)
        except ValueError:
            pass
    return parse_time(text) if text else None


def _whole(cell: bytes) -> int | None:
    text = cell.decode()
    if text and not _WHOLE.fullmatch(text):
        raise Malformed(f"not a whole number: {quoted(text)}")
    return int(text) if text else None


def _minor(cell: bytes) -> int | None:
    text = cell.decode()
    if text and not _SIGNED.fullmatch(text):
        raise Malformed(f"not an amount in the smallest unit: {quoted(text)}")
    return int(text) if text else None


def _day(cell: bytes) -> date | None:
    return parse_day(cell.decode()) if cell else None


# What a column holds -> one cell's value; an empty cell, unless a text, is None. They raise Malformed.
CONVERT: dict[str, Callable[[bytes], Value]] = {
    TEXT: bytes.decode, AMOUNT: _amount, TIME: _time, NUMBER: _whole, MINOR: _minor, DAY: _day,
}  # fmt: skip
