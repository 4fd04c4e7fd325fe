"""Documents of API v3: the JSON values of a call, checked against its row and put where they travel.

A document holds everything the caller says, path, query, headers and body together, nested as JSON is: text is `str`,
amounts and counts are `int`, truths are `bool`, times are RFC 3339 with an offset, days are in the row's format. None
stands for a field that is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from wxpay_v2.clock import parse_day, parse_rfc3339
from wxpay_v2.errors import WXPayError, quoted
from wxpay_v2.money import MAX_AMOUNT
from wxpay_v2.operation import (
    AMOUNT,
    BOOL,
    DATE,
    DIRECT,
    ENUM,
    FILE,
    GLOBAL,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    SERVICE_PROVIDER,
    TEXT,
    TIME,
    Field,
)
from wxpay_v2.validation import CHARACTERS, MISSING, TYPE, VALUE, Fault, _checker, _needed, invalid, plain, unwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from wxpay_v2.operation import Required
    from wxpay_v2.v3.operation import V3Operation

__all__ = ["MAX_DEPTH", "Parts", "check", "parts"]

MAX_DEPTH = 32
_MAX_INT = 2**63 - 1
# What may stand in a path (threats: section 6). A row's own pattern takes its place, but never lets a segment climb.
_SEGMENT = re.compile(r"[0-9A-Za-z_\-|*@]+", re.ASCII)
# Times that need no calendar; the others are looked at more closely.
_USUAL_TIME = re.compile(
    "2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-](0[0-9]|1[0-4]):[0-5]0",
    re.ASCII,
)
_DAYS = {
    "yyyyMMdd": re.compile("[0-9]{8}", re.ASCII),
    "yyyy-MM-dd": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII),
}
# kind -> the type of its values, and what they are called
_TYPES: dict[str, tuple[Any, str]] = {
    TEXT: (str, "text"),
    ENUM: (str, "text"),
    TIME: (str, "text"),
    DATE: (str, "text"),
    INT: (int, "a whole number"),
    AMOUNT: (int, "a whole number"),
    BOOL: (bool, "true or false"),
    LIST: (list, "a list"),
    OBJECT: (Mapping, "an object"),
    FILE: (bytes, "bytes"),
}


class Parts:
    """Where a document's fields travel. path, query: percent-encoded. headers: name -> text. body: the other fields."""

    __slots__ = ("body", "headers", "path", "query")

    def __init__(self, path: str, query: str, headers: dict[str, str], body: dict[str, Any]) -> None:
        self.path, self.query, self.headers, self.body = path, query, headers, body

    @property
    def target(self) -> str:
        """The path, and the query behind it when there is one: what a signature covers."""
        return f"{self.path}?{self.query}" if self.query else self.path


def check(row: V3Operation, document: Mapping[str, object], mode: str) -> None:
    """Raise InvalidRequest with every fault of *document* against *row*, or return when there is none.

    mode: the caller's access mode. A fault names its field by the way to it: ``detail.goods_detail[0].goods_id``.
    Fields the row does not have pass when JSON can carry them: the gateway adds fields faster than any catalogue.
    """
    shape = _compiled(row, mode)
    if not shape.fits(document) and (told := shape.faults(document)):
        raise invalid(row, told)


def parts(row: V3Operation, document: Mapping[str, Any]) -> Parts:
    """Return where the fields of *document* travel. Fields that the row does not have go where those of its kind go.

    Raises InvalidRequest for a path parameter that is missing or may not stand in a path.
    """
    body = {name: value for name, value in document.items() if value is not None}
    path = row.path
    for name in row.in_path:
        text = _text(body.get(name, ""))
        if not any(field.name == name and not field.place for field in row.request):  # one call repeats it in the body
            body.pop(name, None)
        if fault := _segment_fault(row.field(name), text):
            raise invalid(row, [Fault(VALUE if text else MISSING, name, f"{name} {fault}")])
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    headers = {name: _text(body.pop(name)) for name in row.in_header if name in body}
    names = list(body) if row.request_format == "query" else [name for name in row.in_query if name in body]
    query = "&".join(f"{quote(name, safe='')}={quote(_text(body.pop(name)), safe='')}" for name in names)
    return Parts(path, query, headers, body)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _segment_fault(row: Field | None, text: str) -> str:
    """Return what is wrong with *text* as a part of a path, "" when nothing is."""
    if not text:
        return "is missing"
    pattern = re.compile(row.pattern, re.ASCII) if row is not None and row.pattern else _SEGMENT
    if not pattern.fullmatch(text) or text == "." or ".." in text or not text.isascii():
        return "holds what may not stand in a path"
    return ""


def _mode(row: V3Operation, mode: str) -> str:
    """Return the mode whose fields *mode* uses here: abroad a service provider sends what an institution sends."""
    if mode == DIRECT:
        return mode
    return INSTITUTION if GLOBAL in row.regions else SERVICE_PROVIDER


class _Shape:
    """The rows of one object of a document, for one mode.

    `fits` tells no more than whether the object surely has no fault, quickly; `faults` tells them all.
    """

    def __init__(self, rows: tuple[Field, ...], mode: str) -> None:
        self._values = {row.name: _Value(row, mode) for row in sorted(rows, key=lambda row: row.place == "path")}
        self._fits = {name: value.fits for name, value in self._values.items()}
        required = list(_required(rows, mode))
        self._always = frozenset(name for name, needed in required if needed.kind in ("always", "modes"))
        self._required = required
        self._sometimes = [(name, needed) for name, needed in required if name not in self._always]

    def fits(self, document: object) -> bool:
        if type(document) is not dict or not self._always <= document.keys():
            return False
        fits = self._fits
        for name, value in document.items():
            test = fits.get(name)
            if test is None or not test(value):
                return False
        for name, needed in self._sometimes:  # noqa: SIM110 - any() and its generator take as long again
            if name not in document and _needed(needed, document):
                return False
        return True

    def faults(self, document: object, where: str = "") -> list[Fault]:
        """Return every fault of *document*. where: the way to it, with the dot behind it."""
        if not isinstance(document, Mapping):
            name = where.rstrip(".")
            return [Fault(TYPE, name, f"{name or 'a document'} must be an object, got {type(document).__name__}")]
        found: list[Fault] = []
        missing = [
            (name, needed)
            for name, needed in self._required
            if document.get(name) in (None, "") and _needed(needed, document)
        ]
        not_there = {name for name, _ in missing}
        for name, value in document.items():
            if not isinstance(name, str) or not plain(name):
                found.append(Fault(TYPE, where.rstrip("."), f"{where}{quoted(name)} is not the name of a field"))
            elif value is not None and name not in not_there:
                known = self._values.get(name)
                way = f"{where}{name:.64}"
                found += known.faults(value, way) if known is not None else _foreign(value, way)
        for name, needed in missing:
            way = " or ".join(where + one for one in (needed.names if needed.kind == "one of" else (name,)))
            reason = f" (required {needed.words})" if needed.kind == "when" else ""
            sentence = f"{way} is missing{reason}"
            if sentence not in found:
                found.append(Fault(MISSING, way, sentence))
        return found


class _Value:
    """One field's row: whether a value fits it, and what is wrong with one that does not."""

    def __init__(self, row: Field, mode: str) -> None:
        self._row = row
        self._type, self._called = _TYPES[row.kind]
        self._checker = _moments(row) if row.kind in (TIME, DATE) else _checker(row)
        self._shape = _Shape(row.fields, mode) if row.fields or row.kind == OBJECT else None
        plain_item = Field(row.name, row.item or TEXT, values=row.values)
        self._item = _Value(plain_item, mode) if row.kind == LIST and not row.fields and row.item else None
        self.fits = self._fitting()

    def _fitting(self) -> Callable[[Any], object]:
        """Return a quick test that is true only for values without a fault."""
        row, shape = self._row, self._shape
        if row.place in ("path", "header"):
            return lambda value: not self.faults(value, row.name)
        low, high = 1 if row.min is None else row.min, row.max
        most = high if high is not None else 1 << 30
        if row.kind == TEXT:
            if not row.pattern:
                return lambda value: type(value) is str and low <= len(value) <= most and plain(value)
            matches = re.compile(row.pattern, re.ASCII).fullmatch
            return lambda value: type(value) is str and low <= len(value) <= most and matches(value) and plain(value)
        if row.kind == TIME:
            return lambda value: type(value) is str and _USUAL_TIME.fullmatch(value)
        if row.kind == ENUM:
            choices = frozenset(row.values)
            return lambda value: type(value) is str and value in choices
        if row.kind in (INT, AMOUNT):
            least = 0 if row.min is None and row.kind == AMOUNT else -_MAX_INT if row.min is None else row.min
            largest = high if high is not None and row.kind == INT else MAX_AMOUNT if row.kind == AMOUNT else _MAX_INT
            return lambda value: type(value) is int and least <= value <= largest
        if row.kind == OBJECT and shape is not None:
            return shape.fits
        if row.kind == LIST and shape is not None:
            fits = shape.fits
            return lambda value: type(value) is list and low <= len(value) <= most and all(map(fits, value))
        return lambda value: type(value) is self._type and not self.faults(value, row.name)

    def faults(self, value: Any, way: str) -> list[Fault]:
        """Return every fault of *value*. way: the way to it."""
        row = self._row
        if not isinstance(value, self._type) or (isinstance(value, bool) and row.kind != BOOL):
            return [Fault(TYPE, way, f"{way} must be {self._called}, got {type(value).__name__}")]
        if row.kind == OBJECT and self._shape is not None:
            return self._shape.faults(value, f"{way}.")
        if row.kind == LIST:
            return self._list_faults(value, way)
        if isinstance(value, str):
            return self._text_faults(value, way)
        if row.kind in (INT, AMOUNT):
            fault = self._checker(str(value)) if abs(value) <= _MAX_INT else "is a number of too many digits"
            return [Fault(VALUE, way, f"{way} {fault}")] if fault else []
        return []

    def _list_faults(self, value: list[Any], way: str) -> list[Fault]:
        row = self._row
        if not value:
            return [Fault(VALUE, way, f"{way} is an empty list; leave it out")]
        if row.max is not None and len(value) > row.max:
            return [Fault(VALUE, way, f"{way} has more than {row.max} items ({len(value)})")]
        found: list[Fault] = []
        for at, item in enumerate(value):
            place = f"{way}[{at}]"
            if self._shape is not None:
                found += self._shape.faults(item, f"{place}.")
            else:
                found += self._item.faults(item, place) if self._item is not None else _foreign(item, place)
        return found

    def _text_faults(self, text: str, way: str) -> list[Fault]:
        row = self._row
        if not text:
            return [Fault(VALUE, way, f"{way} is empty; leave it out")]
        if told := _unwritable(text):
            return [Fault(CHARACTERS, way, f"{way} {told}")]
        fault = self._checker(text)
        if not fault and row.kind == TEXT and row.min is not None and len(text) < row.min:
            fault = f"is shorter than {row.min} characters ({len(text)})"
        elif not fault and row.place == "path":
            fault = _segment_fault(row, text)
        elif not fault and row.place == "header" and not (text.isascii() and text.isprintable()):
            fault = "holds what may not stand in a header"
        return [Fault(VALUE, way, f"{way} {fault}")] if fault else []


def _required(rows: tuple[Field, ...], mode: str) -> Iterator[tuple[str, Required]]:
    for row in rows:
        needed = row.required
        if needed.kind in ("never", "stated") or (needed.kind == "modes" and mode not in needed.names):
            continue
        if not row.modes or mode in row.modes:
            yield row.name, needed


def _moments(row: Field) -> Callable[[str], str]:
    """Return a function from a time or a day to its fault, "" when it has none."""
    example = "2026-02-28T12:00:00+08:00" if row.kind == TIME else row.format
    digits = _DAYS.get(row.format)

    def checker(text: str) -> str:
        try:
            if row.kind == TIME:
                parse_rfc3339(text)
            else:
                parse_day(text)
        except WXPayError:
            pass
        else:
            if digits is None or digits.fullmatch(text):
                return ""
        return f"must be a {'time with an offset, as in' if row.kind == TIME else 'day,'} {example}, got {quoted(text)}"

    return checker


def _unwritable(text: str) -> str:
    return "" if plain(text) else unwritable(text).replace(" XML", " the gateway")


def _foreign(value: object, way: str, depth: int = 1) -> list[Fault]:
    """Return what keeps *value*, of a field that the catalogue does not have, from travelling in JSON."""
    way = way[:64]  # its names are the caller's
    if depth > MAX_DEPTH:
        return [Fault(TYPE, way, f"{way} is nested deeper than {MAX_DEPTH}")]
    if isinstance(value, str):
        return [Fault(CHARACTERS, way, f"{way} {told}")] if (told := _unwritable(value)) else []
    if isinstance(value, Mapping):
        found: list[Fault] = []
        for name, inner in value.items():
            if not isinstance(name, str) or not plain(name):
                found.append(Fault(TYPE, way, f"{way} holds a name that is no text"))
            else:
                found += _foreign(inner, f"{way}.{name:.64}", depth + 1)
        return found
    if isinstance(value, list):
        return [fault for at, item in enumerate(value) for fault in _foreign(item, f"{way}[{at}]", depth + 1)]
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [] if abs(value) <= _MAX_INT else [Fault(VALUE, way, f"{way} is a number of too many digits")]
    return [Fault(TYPE, way, f"{way} must not be a {type(value).__name__}")]


@lru_cache(maxsize=512)
def _compiled_for(row: V3Operation, mode: str) -> _Shape:
    return _Shape(row.request, mode)


def _compiled(row: V3Operation, mode: str) -> _Shape:
    return _compiled_for(row, _mode(row, mode))
