"""Hypothesis strategies made from the catalogue's rows: a new operation is tested the day its row is written.

`examples` draws the fields a caller gives, `messages` the whole message that is signed, `replies` what a gateway
answers to it. All values are text as on the wire, valid by the row; `text` alone draws the odd ones too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st

from wxpay_v2.documentation import sent_by_caller
from wxpay_v2.operation import (
    ABSENT,
    AMOUNT,
    BOOL,
    DATE,
    DIRECT,
    ENUM,
    GLOBAL,
    INSTITUTION,
    INT,
    JSON,
    LIST,
    OBJECT,
    SERVICE_PROVIDER,
    TIME,
    Field,
    Operation,
)

__all__ = ["IDS", "MODES", "examples", "messages", "replies", "text", "value"]

MODES = (DIRECT, INSTITUTION, SERVICE_PROVIDER)

IDS = {
    "appid": "wx8888888888888888",
    "mch_id": "1900000109",
    "sub_appid": "wx9999999999999999",
    "sub_mch_id": "1900000110",
}
"""The ids that examples carry, by the merchant's attribute."""

_TAKES_TROUBLE = ("]]>", "<![CDATA[", "&amp;", "&", "<", ">", "=", "%s", "%%", "{}", " ", "\t", "\n", "中", "\u00a0")
_LETTERS = st.characters(
    min_codepoint=0x20,
    max_codepoint=0xFFFD,
    exclude_categories=("Cs", "Cc"),
    exclude_characters=[chr(code) for code in range(0xFDD0, 0xFDF0)],
    include_characters="\t\n",
)
_LONGEST = 24
_FAMILY = 3
_FIRST, _LAST = datetime(2015, 1, 1), datetime(2037, 12, 31)  # noqa: DTZ001 - Hypothesis adds the zone itself


def text(max_size: int = _LONGEST, min_size: int = 1) -> st.SearchStrategy[str]:
    """Text that v2's XML can carry: no control characters but TAB and LF, nothing beyond the BMP, all else."""
    plain = st.text(_LETTERS, min_size=min_size, max_size=max_size)
    return st.one_of(plain, st.builds(_mixed, plain, st.sampled_from(_TAKES_TROUBLE), st.just(max_size)))


def _mixed(plain: str, trouble: str, max_size: int) -> str:
    half = len(plain) // 2
    return (plain[:half] + trouble + plain[half:])[:max_size]


def _number(row: Field, largest: int) -> st.SearchStrategy[str]:
    least = row.min if row.min is not None else 0
    most = row.max if row.max is not None and row.kind == INT else largest
    return st.integers(least, max(most, least)).map(str)


def _moment(row: Field) -> st.SearchStrategy[str]:
    form = "%Y-%m-%d %H:%M:%S" if "-" in row.format else "%Y%m%d%H%M%S"
    return st.datetimes(_FIRST, _LAST).map(lambda moment: moment.strftime(form))


def _json(row: Field) -> st.SearchStrategy[str]:
    """A JSON text of the row's inner fields, few enough of them for the row's length."""
    inner = _object(row.fields) if row.fields else st.dictionaries(st.sampled_from("abc"), text(8), max_size=2)
    longest = row.max or 6000
    return (
        inner.map(lambda found: json.dumps(found, ensure_ascii=False, separators=(",", ":")))
        .map(lambda found: found if len(found) <= longest else "{}")
        .filter(lambda found: len(found) <= longest)
    )


def _object(rows: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    def inner(row: Field) -> st.SearchStrategy[Any]:
        if row.kind == OBJECT:
            return _object(row.fields)
        if row.kind == LIST:
            return st.lists(_object(row.fields), min_size=1, max_size=2)
        return value(row, longest=8)

    needed = {row.name: inner(row) for row in rows if row.required.kind == "always"}
    others = {row.name: inner(row) for row in rows if row.required.kind != "always" and row.kind not in (OBJECT, LIST)}
    return st.fixed_dictionaries(needed, optional=others)


@cache
def value(row: Field, *, longest: int = _LONGEST) -> st.SearchStrategy[str]:
    """Valid texts for *row*, at most *longest* characters (whole where a pattern or an enumeration says so)."""
    if row.pattern:
        limit = row.max or longest
        return st.from_regex(re.compile(row.pattern, re.ASCII), fullmatch=True).filter(
            lambda found: len(found) <= limit
        )
    if row.kind == ENUM:
        return st.sampled_from(row.values)
    if row.kind == INT:
        return _number(row, 999_999)
    if row.kind == AMOUNT:
        return _number(row, 9_999_999_999)
    if row.kind == BOOL:
        return st.sampled_from(["true", "false"])
    if row.kind == TIME:
        return _moment(row)
    if row.kind == DATE:
        return st.dates(date(2015, 1, 1), date(2037, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
    if row.kind == JSON:
        return _json(row)
    return text(min(row.max or longest, longest))


def _applies(row: Field, mode: str, region: str) -> bool:
    return (not row.modes or mode in row.modes) and (not row.regions or region in row.regions)


def _missing(rows: list[Field], fields: Mapping[str, str], mode: str) -> list[str]:
    """Return the names of fields of which one must be added, for the first requirement that is not met."""
    for row in rows:
        need = row.required
        if fields.get(row.name):
            continue
        if need.kind == "always" or (need.kind == "modes" and mode in need.names):
            return [row.name]
        if need.kind == "when" and (fields.get(need.names[0]) or ABSENT) in need.values:
            return [row.name]
        if need.kind == "one of" and not any(fields.get(name) for name in need.names):
            if need.condition and fields.get(need.condition[0]) not in need.condition[1:]:
                continue
            return [name for name in need.names if any(other.name == name for other in rows)]
    return []


@st.composite
def _chosen(draw: st.DrawFn, rows: list[Field], mode: str) -> dict[str, str]:
    """Some of *rows* with values, and all that are required, in the order of the rows."""
    by_name = {row.name: row for row in rows}
    optional = [row.name for row in rows if row.required.kind != "always"]
    wanted = draw(st.lists(st.sampled_from(optional), unique=True, max_size=4)) if optional else []
    fields = {name: draw(value(by_name[name])) for name in wanted}
    while names := _missing(rows, fields, mode):
        name = names[0] if len(names) == 1 else draw(st.sampled_from(names))
        fields[name] = draw(value(by_name[name]))
    return {row.name: fields[row.name] for row in rows if row.name in fields}


def examples(
    operation: Operation, *, mode: str = INSTITUTION, region: str = GLOBAL
) -> st.SearchStrategy[dict[str, str]]:
    """Valid fields of a call as its caller gives them: without ids, nonce and signature."""
    return _chosen([row for row in sent_by_caller(operation) if _applies(row, mode, region)], mode)


def _ids(operation: Operation, mode: str) -> dict[str, str]:
    def sent(attribute: str, wire: str) -> bool:
        row = operation.field(wire)
        applies = row is None or not row.modes or mode in row.modes
        return applies and (mode != DIRECT or not attribute.startswith("sub_"))

    return {wire: IDS[attribute] for attribute, wire in operation.ids.items() if sent(attribute, wire)}


@st.composite
def messages(draw: st.DrawFn, operation: Operation, *, mode: str = INSTITUTION, region: str = GLOBAL) -> dict[str, str]:
    """The whole request as it is signed: ids and nonce_str, without ``sign`` and sign_type."""
    nonce = {"nonce_str": draw(st.from_regex("[0-9a-f]{32}", fullmatch=True))} if operation.nonce else {}
    return {**_ids(operation, mode), **nonce, **draw(examples(operation, mode=mode, region=region))}


@st.composite
def replies(
    draw: st.DrawFn,
    operation: Operation,
    *,
    about: Mapping[str, str] | None = None,
    mode: str = INSTITUTION,
    region: str = GLOBAL,
) -> dict[str, str]:
    """A reply that says SUCCESS, without ``sign``; {} where success is a statement and not XML.

    about: the request's fields; what the reply repeats of them is equal. Every row of a success is drawn or left out,
    the required ones are always there; families such as ``coupon_fee_$n`` come 0 to 3 times, without gaps.
    """
    if operation.response_format != "xml":
        return {}
    fields: dict[str, str] = {}
    repeated = {**(about or {}), "return_code": "SUCCESS", "result_code": "SUCCESS"}
    counts = {"$n": draw(st.integers(0, _FAMILY)), "$m": draw(st.integers(0, _FAMILY))}
    rows = [
        row
        for row in operation.response
        if row.name != "sign" and "failure" not in row.when and _applies(row, mode, region)
    ]
    optional = [row.name for row in rows if row.required.kind != "always" and row.name not in repeated]
    chosen = draw(st.sets(st.sampled_from(optional), max_size=6)) if optional else set()
    for row in rows:
        if row.name in optional and row.name not in chosen:
            continue
        for name in _indexed(row.name, counts):
            drawn = repeated.get(name)
            fields[name] = drawn if drawn is not None else draw(value(row))
    return fields


def _indexed(name: str, counts: Mapping[str, int]) -> list[str]:
    names = [name]
    for letter in ("$n", "$m"):
        if letter in name:
            names = [one.replace(letter, str(index)) for one in names for index in range(counts[letter])]
    return names
