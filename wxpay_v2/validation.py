"""Fields against an operation's rows: every fault in one report, and values turned into the text of the wire.

Values may be given as Python has them: int for amounts and counts, aware datetime for times, date for days, dict or
list for JSON. bool and float are refused: `True` and `1.0` are bugs, not amounts.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from wxpay_v2 import clock, money
from wxpay_v2.errors import QUOTE_LIMIT, InvalidRequest, WXPayError, quoted
from wxpay_v2.operation import ABSENT, AMOUNT, BOOL, DATE, ENUM, FILE, INT, JSON, TEXT, TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wxpay_v2.operation import BaseOperation, Field, Operation, Required

__all__ = [
    "CHARACTERS", "MISSING", "TYPE", "VALUE", "Fault", "Rows", "check", "faults", "invalid", "plain", "to_text",
    "unwritable", "wire_fields", "with_types",
]  # fmt: skip

_INT = re.compile(r"-?[0-9]{1,18}", re.ASCII)
# What a value must not hold: controls (CR included: a reader turns it into LF and the signature breaks), lone
# surrogates, non-characters, and everything beyond the BMP (the gateway takes UTF-8 of one to three bytes).
# Alternatives of one or two ranges each: as one class it takes 5 ms to compile.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f]|[\x7f-\x9f]|[\ud800-\udfff]|[\ufdd0-\ufdef]|[\ufffe-\U0010ffff]")

# Bytes of UTF-8 that need no second look; a lone surrogate turns into "?" below, so "?" is looked at as well.
_PLAIN = bytes({*range(0x20, 0x7F), *range(0x80, 0xC0), *range(0xC3, 0xEF), 0x09, 0x0A} - {0x3F})


# Rule ids of the faults that rows find; those of the rules of access are in `wxpay_v2.access`.
CHARACTERS, MISSING, TYPE, VALUE = "row.characters", "row.missing", "row.type", "row.value"


class Fault(str):
    """What is wrong with a request, as a sentence that knows which rule it broke.

    rule: its id, such as "row.missing" or "notify_url.loopback". field: the wire name, "" for the whole call.
    remedy: what to do, "" where the sentence says it.
    """

    __slots__ = ("field", "remedy", "rule")
    rule: str
    field: str
    remedy: str

    def __new__(cls, rule: str, field: str, message: str, remedy: str = "") -> Fault:
        fault = super().__new__(cls, message)
        fault.rule = rule
        fault.field = field
        fault.remedy = remedy
        return fault

    def __reduce__(self) -> tuple[type[Fault], tuple[str, str, str, str]]:
        return (Fault, (self.rule, self.field, str(self), self.remedy))


def to_text(name: str, value: object, row: Field | None = None) -> str:
    """Return *value* as the text that field *name* carries on the wire. Raises InvalidRequest, naming the field."""
    if type(value) is str:
        return value
    if type(value) is int:
        try:
            return str(value)
        except ValueError:
            raise InvalidRequest(f"{name} is a number of too many digits") from None
    if isinstance(value, (bool, float)):
        shown = "***" if row is not None and row.sensitive else quoted(value)
        raise InvalidRequest(f"{name} must not be a {type(value).__name__}, got {shown}")
    if isinstance(value, datetime):
        try:
            return clock.wire_time(value)
        except InvalidRequest as error:
            raise InvalidRequest(f"{name} cannot be written: {error.message}", remedy=error.remedy) from None
    if isinstance(value, date):
        return clock.wire_day(value)
    if isinstance(value, (dict, list)) and (row is None or row.kind == JSON):
        import json

        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise InvalidRequest(f"{name} cannot be written as JSON") from None
    if isinstance(value, (str, int)):
        return str.__str__(value) if isinstance(value, str) else to_text(name, int(value))
    raise InvalidRequest(f"{name} must be text or a number, got {type(value).__name__}")


def wire_fields(operation: Operation, fields: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """Return *fields* as text for the wire, and a fault per field that has no text; None and "" are left out."""
    wire: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, value in fields.items():
        if type(value) is str:
            if value:
                wire[name] = value
        elif value is not None:
            try:
                wire[name] = to_text(name, value, operation.field(name))
            except InvalidRequest as error:
                usual = isinstance(name, str) and len(name) <= QUOTE_LIMIT
                found[name] = error.message if usual else f"{quoted(name)} is not the name of a field"
    return wire, found


def plain(text: str) -> bool:
    """Return True when *text* surely is writable; False asks for a second look by `unwritable`."""
    return (text.isascii() and text.isprintable()) or not text.encode(errors="replace").translate(None, _PLAIN)


def unwritable(text: str) -> str:
    """Return what is wrong with *text* as a value in XML, "" when it can be sent unchanged."""
    bad = _UNWRITABLE.search(text)
    if bad is None:
        return ""
    what = ord(bad.group())
    kind = "a character beyond the BMP, such as an emoji" if what > 0xFFFF else "a character XML cannot carry"
    return f"holds {kind} (U+{what:04X} at position {bad.start()})"


def check(
    operation: Operation, fields: Mapping[str, str], *, mode: str, region: str, found: Mapping[str, str] | None = None
) -> None:
    """Raise InvalidRequest with every fault of *fields* against the rows, or return when there is none.

    found: faults of `wire_fields`, by field; such a field is not called missing as well. The rules of access are
    checked by `wxpay_v2.access.check`, which checks the rows too.
    """
    told = with_types(found, faults(operation, fields, mode=mode, region=region))
    if told:
        raise invalid(operation, told)


def with_types(found: Mapping[str, str] | None, told: list[Fault]) -> list[Fault]:
    """Return the faults of `wire_fields` before those of *told* that are not about the same fields."""
    if not found:
        return told
    others = (fault for fault in told if found.keys().isdisjoint(fault.field.split(" or ")))
    return [*(Fault(TYPE, name, sentence) for name, sentence in found.items()), *others]


def invalid(operation: BaseOperation, told: Sequence[Fault]) -> InvalidRequest:
    """Return the error that reports *told*: four faults in its message, all of them in `faults`."""
    return InvalidRequest(
        "; ".join(told[:4]) + (f"; and {len(told) - 4} more" if len(told) > 4 else ""),
        faults=told,
        operation=operation.name,
        remedy=(told[0].remedy if len(told) == 1 else "") or "mend the fields; nothing was sent",
    )


def faults(operation: Operation, fields: Mapping[str, str], *, mode: str, region: str) -> list[Fault]:
    """Return every fault of *fields* (text as on the wire, without ``sign``) as a sentence; empty when they fit.

    Unknown fields pass: the gateway adds fields faster than any catalogue. mode, region: the caller's, for
    requirements that depend on them.
    """
    rows = _compiled(operation, mode, region)
    return [] if rows.fit(fields) else rows.faults(fields)


def _needed(condition: Required, fields: Mapping[str, str]) -> bool:
    if condition.kind in ("always", "modes"):
        return True
    other = getattr(condition, "condition", None)
    if other and fields.get(other[0]) not in other[1:]:
        return False
    if condition.kind == "one of":
        return not any(fields.get(name) for name in condition.names)
    return (fields.get(condition.names[0]) or ABSENT) in condition.values


class Rows:
    """An operation's rows for one access mode and region.

    Checkers tell a value's fault; fitting tells no more than whether there is one, at C speed for most kinds.
    """

    def __init__(self, operation: Operation, mode: str, region: str) -> None:
        self._checkers = {row.name: _checker(row) for row in operation.request}
        self._required = list(_required(operation, mode, region))
        self._fitting = {row.name: _fitting(row, self._checkers[row.name]) for row in operation.request}
        self._always = frozenset(row.name for row, needed in self._required if needed.kind in ("always", "modes"))
        self._sometimes = [(row.name, needed) for row, needed in self._required if row.name not in self._always]

    def fit(self, fields: Mapping[str, str]) -> bool:
        """Return True when *fields* surely have no fault; False asks for a closer look."""
        if not self._always <= fields.keys() or not plain("".join(fields.values())):
            return False
        fitting = self._fitting
        for name, text in fields.items():
            fits = fitting.get(name)
            if not text or (fits is not None and not fits(text)):
                return False
        for name, condition in self._sometimes:  # noqa: SIM110 - any() and its generator take as long again
            if name not in fields and _needed(condition, fields):
                return False
        return True

    def faults(self, fields: Mapping[str, str]) -> list[Fault]:
        """Return every fault of *fields*."""
        found = [
            Fault(CHARACTERS, f"{name!s:.64}", f"{name!s:.64} {fault}")
            for name, text in fields.items()
            if (fault := unwritable(text))
        ]
        for name, text in fields.items():
            checker = self._checkers.get(name)
            if text and checker is not None and (fault := checker(text)):
                found.append(Fault(VALUE, name, f"{name} {fault}"))
        for field, condition in self._required:
            if not fields.get(field.name) and _needed(condition, fields):
                missing = " or ".join(condition.names) if condition.kind == "one of" else field.name
                sentence = f"{missing} is missing"
                if condition.kind == "when":
                    sentence += f" (required {condition.words})"
                if sentence not in found:
                    found.append(Fault(MISSING, missing, sentence))
        return found


_compiled = lru_cache(maxsize=512)(Rows)


def _fitting(row: Field, checker: Callable[[str], str]) -> Callable[[str], object]:
    """Return a quick test that is true only for values without a fault."""
    if row.kind == ENUM and not row.pattern and all(len(value) <= (row.max or 64) for value in row.values):
        return frozenset(row.values).__contains__
    if row.kind == AMOUNT and row.min in (None, 0, 1) and not row.pattern:
        return re.compile("[1-9][0-9]{0,9}", re.ASCII).fullmatch
    if row.kind == TEXT and row.max is not None:
        length = rf"(?=[\s\S]{{1,{row.max}}}\Z)"
        return re.compile(
            f"{length}(?:{row.pattern})" if row.pattern else rf"[\s\S]{{1,{row.max}}}", re.ASCII
        ).fullmatch
    return lambda text: not checker(text)


def _required(operation: Operation, mode: str, region: str) -> Iterator[tuple[Field, Required]]:
    for row in operation.request:
        condition = row.required
        if row.name == "sign" or row.kind == FILE or condition.kind in ("never", "stated"):
            continue
        if row.regions and region not in row.regions:
            continue
        if condition.kind == "modes":
            if mode not in condition.names:
                continue
        elif row.modes and mode not in row.modes and condition.kind != "one of":
            continue
        yield row, condition


def _checker(row: Field) -> Callable[[str], str]:
    """Return a function from a value to its fault, "" when it has none."""
    pattern = re.compile(row.pattern, re.ASCII) if row.pattern else None
    shown: Callable[[str], str] = (lambda text: "") if row.sensitive else (lambda text: f", got {quoted(text)}")
    limit = row.max if row.max is not None and row.kind not in (INT, AMOUNT) else None
    by_kind = _KINDS.get(row.kind)

    def checker(text: str) -> str:
        if limit is not None and len(text) > limit:
            return f"is longer than {limit} characters ({len(text)})"
        if pattern is not None and not pattern.fullmatch(text):
            return f"does not match {row.pattern}{shown(text)}"
        return by_kind(row, text, shown) if by_kind is not None else ""

    return checker


def _number(row: Field, text: str, shown: Callable[[str], str]) -> str:
    pattern = money._AMOUNT if row.kind == AMOUNT else _INT
    if not pattern.fullmatch(text):
        unit = f" of the {row.unit}" if row.unit else ""
        return f"must be a whole number{unit}{shown(text)}"
    if row.min is not None and int(text) < row.min:
        return f"must be at least {row.min}{shown(text)}"
    if row.max is not None and row.kind == INT and int(text) > row.max:
        return f"must be at most {row.max}{shown(text)}"
    return ""


def _choice(row: Field, text: str, shown: Callable[[str], str]) -> str:
    return "" if text in row.values else f"must be one of {', '.join(row.values)}{shown(text)}"


def _moment(row: Field, text: str, shown: Callable[[str], str]) -> str:
    try:
        if row.kind == TIME:
            clock.parse_time(text)
        else:
            clock.parse_day(text)
    except WXPayError:
        return f"must be {row.format or 'a time'} in Beijing time{shown(text)}"
    return ""


def _truth(row: Field, text: str, shown: Callable[[str], str]) -> str:
    return "" if text in ("true", "false") else f"must be true or false{shown(text)}"


def _json(row: Field, text: str, shown: Callable[[str], str]) -> str:
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "is not JSON"
    return ""


_KINDS = {INT: _number, AMOUNT: _number, ENUM: _choice, TIME: _moment, DATE: _moment, BOOL: _truth, JSON: _json}
