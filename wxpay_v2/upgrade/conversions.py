"""Values in v2's form and in v3's: amounts, times, flags, days, JSON.

v2's text has passed v2's rows before it comes here; v3's values have passed JSON's own kinds only, so whatever is not
what the pages promise is Malformed, never guessed.
"""

from __future__ import annotations

import json

from wxpay_v2 import clock
from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.upgrade.rules import Conversion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = [
    "COMPACT_DAY", "DASHED_DAY", "FLAG", "INTEGER", "JSON_TEXT", "LIST_OF_ONE", "SPACED_TIME", "TEXT", "TIME", "TRUTH",
    "UPPER", "as_json", "as_text", "choices", "read_json", "whole",
]  # fmt: skip


_DIGITS = 18


def as_text(value: Any, case: Case) -> str:
    """Return v3's text or whole number as v2's text."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    raise Malformed(f"neither text nor a whole number in the answer: {type(value).__name__}")


def whole(name: str, value: Any) -> int:
    """Return a whole number that v2 has as text or in JSON: not negative, 18 digits at most. Raises InvalidRequest."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        return int(value)
    if type(value) is not int or not 0 <= value < 10**_DIGITS:
        raise InvalidRequest(f"{name} must be a whole number, got {quoted(value)}")
    return value


def _whole(text: str, case: Case) -> int:
    return whole("the amount", text)


def _number(value: Any, case: Case) -> str:
    if type(value) is int:
        return str(value)
    raise Malformed(f"not a whole number in the answer: {quoted(value)}")


def _to_moment(text: str, case: Case) -> str:
    if len(text) == 14:
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}+08:00"
    return clock.rfc3339(clock.parse_time(text))


def _from_moment(value: Any, case: Case) -> str:
    try:
        return clock.wire_time(clock.parse_rfc3339(value))
    except InvalidRequest as error:  # the last hours of the calendar, elsewhere
        raise Malformed(error.message) from None


def _spaced(value: Any, case: Case) -> str:
    digits = _from_moment(value, case)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {digits[8:10]}:{digits[10:12]}:{digits[12:]}"


def _flag(text: str, case: Case) -> bool:
    return text == "Y"


def _letter(value: Any, case: Case) -> str:
    if type(value) is bool:
        return "Y" if value else "N"
    raise Malformed(f"not true or false in the answer: {quoted(value)}")


def _truth(text: str, case: Case) -> bool:
    return text.lower() == "true"


def _word(value: Any, case: Case) -> str:
    return {"Y": "True", "N": "False"}[_letter(value, case)]


def _dashed(text: str, case: Case) -> str:
    return clock.parse_day(text).isoformat()


def _compact(value: Any, case: Case) -> str:
    return clock.wire_day(clock.parse_day(value))


def read_json(name: str, text: str) -> Any:
    """Return what the JSON in v2's field *name* says. Raises InvalidRequest."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidRequest(f"{name} is not JSON, so it cannot become a part of API v3's request") from None


def as_json(value: Any, case: Case) -> str:
    """Return v3's value as JSON in a text, as v2 carries it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def choices(name: str, words: dict[str, str]) -> Conversion:
    """Return the conversion of v2's words to v3's; a word that is in no list is Malformed, not passed on."""
    back = {theirs: ours for ours, theirs in words.items()}

    def there(text: str, case: Case) -> str:
        if text not in words:
            raise InvalidRequest(f"API v3 has no {name} like {quoted(text)}; it has {', '.join(words)}")
        return words[text]

    def home(value: Any, case: Case) -> str:
        if not isinstance(value, str) or value not in back:
            raise Malformed(f"a {name} nobody has heard of: {quoted(value)}")
        return back[value]

    return Conversion(name, there, home)


TEXT = Conversion("text", lambda text, case: text, as_text)
INTEGER = Conversion("whole number", _whole, _number)
TIME = Conversion("time", _to_moment, _from_moment)
SPACED_TIME = Conversion("time", _to_moment, _spaced)
FLAG = Conversion("true or false", _flag, _letter)
TRUTH = Conversion("true or false", _truth, _word)
DASHED_DAY = Conversion("day", _dashed, _compact)
COMPACT_DAY = Conversion("day", _compact, _compact)
LIST_OF_ONE = Conversion("list of one", lambda text, case: [text], lambda value, case: as_text(value[0], case))
JSON_TEXT = Conversion("object", lambda text, case: read_json("the field", text), as_json)
UPPER = Conversion("upper case", lambda text, case: text.upper(), lambda value, case: as_text(value, case).title())
