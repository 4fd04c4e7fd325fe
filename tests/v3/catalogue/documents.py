"""Hypothesis strategies made from API v3's rows: documents that a caller in a mode might send."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.examples import text
from wxpay_v2.operation import AMOUNT, BOOL, DATE, ENUM, FILE, INT, LIST, OBJECT, TIME, Field
from wxpay_v2.v3.document import _mode
from wxpay_v2.v3.operation import V3Operation

__all__ = ["documents", "least", "needed", "value"]

_NUMBER = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-|*@", min_size=1, max_size=24)
_ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_LARGEST = 9_999_999_999


def value(row: Field, mode: str) -> st.SearchStrategy[Any]:
    """Values that fit *row* for a caller in *mode*."""
    if row.kind == OBJECT:
        return objects(row.fields, mode)
    if row.kind == LIST:
        item = objects(row.fields, mode) if row.fields else value(Field(row.name, row.item, values=row.values), mode)
        return st.lists(item, min_size=1, max_size=min(2, row.max or 2))
    if row.kind == ENUM:
        return st.sampled_from(row.values)
    if row.kind in (INT, AMOUNT):
        return st.integers(row.min or 0, row.max if row.max is not None and row.kind == INT else _LARGEST)
    if row.kind == BOOL:
        return st.booleans()
    if row.kind == TIME:
        return st.datetimes(timezones=_ZONES).map(lambda moment: moment.isoformat(timespec="seconds"))
    if row.kind == DATE:
        return st.dates().map(lambda day: day.isoformat().replace("-", "" if "-" not in row.format else "-"))
    if row.kind == FILE:
        return st.binary(min_size=1, max_size=16)
    least, most = row.min or 1, min(row.max or 24, 24)
    if row.place == "path" or "number" in row.means or row.pattern:
        plain = _NUMBER if not row.pattern.endswith("z]+") else st.text("09AZaz", min_size=1, max_size=24)
        return plain.map(lambda found: (found * least)[: max(most, least)])
    if row.place == "header":
        return st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=least, max_size=most)
    return text(max_size=max(most, least), min_size=least)


def objects(rows: tuple[Field, ...], mode: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have every field that *rows* always need, and any of the others."""
    own = [row for row in rows if not row.modes or mode in row.modes]
    always = {row.name: value(row, mode) for row in own if row.required.kind in ("always", "modes", "when", "one of")}
    others = {row.name: value(row, mode) for row in own if row.name not in always}
    return st.fixed_dictionaries(always, optional=others)


def documents(row: V3Operation, mode: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents for *row* that a caller in *mode* might send."""
    return objects(row.request, _mode(row, mode))


def needed(rows: tuple[Field, ...], mode: str) -> list[Field]:
    """The fields that a caller in *mode* must always send."""
    return [
        row
        for row in rows
        if (not row.modes or mode in row.modes)
        and (row.required.kind == "always" or (row.required.kind == "modes" and mode in row.required.names))
    ]


def least(rows: tuple[Field, ...], mode: str) -> dict[str, Any]:
    """The smallest object that has no fault: what is always needed, and the first of each choice."""
    own = {row.name: row for row in rows if not row.modes or mode in row.modes}
    chosen = {row.name: row for row in needed(rows, mode)}
    for row in own.values():
        if row.required.kind == "one of" and not chosen.keys() & set(row.required.names):
            chosen[row.name] = row
    found = {name: _first(row, mode) for name, row in chosen.items()}
    for row in own.values():
        if row.required.kind == "when" and found.get(row.required.names[0]) in row.required.values:
            found[row.name] = _first(row, mode)
    return found


def _first(row: Field, mode: str) -> Any:
    if row.kind == OBJECT:
        return least(row.fields, mode)
    if row.kind == LIST:
        inner = least(row.fields, mode) if row.fields else _first(Field(row.name, row.item, values=row.values), mode)
        return [inner]
    simple = {INT: row.min or 1, AMOUNT: row.min or 1, BOOL: True, FILE: b"file", TIME: "2026-02-28T12:00:00+08:00"}
    if row.kind in simple:
        return simple[row.kind]
    if row.kind == DATE:
        return "20260228" if row.format == "yyyyMMdd" else "2026-02-28"
    return row.values[0] if row.values else "A1" * 4 if (row.max or 8) >= 8 else "1" * (row.min or row.max or 1)
