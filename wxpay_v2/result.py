"""Result: a dict of str that remembers its operation and its raw bytes."""

from __future__ import annotations

from wxpay_v2.secret import redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.operation import Field, Operation

__all__ = ["Result", "typed"]


class Result(dict[str, str]):
    """The gateway's answer as it stood on the wire: every value is a str.

    operation: its row. raw: the body's bytes. verified: False for the few replies that carry no signature.
    typed: the same fields as ints, aware datetimes, dates, bools, parsed JSON, and lists for indexed families.
    Prints with openid, sign and nonce masked.
    """

    __slots__ = ("_typed", "operation", "raw", "verified")

    def __init__(
        self, fields: dict[str, str], operation: Operation | None = None, raw: bytes = b"", verified: bool = True
    ) -> None:
        super().__init__(fields)
        self.operation = operation
        self.raw = raw
        self.verified = verified
        self._typed: dict[str, Any] | None = None

    @property
    def typed(self) -> dict[str, Any]:
        """The fields converted by the operation's row; what does not fit its kind stays text.

        A family such as ``coupon_fee_$n`` stands under that very name as a list, ``$n_$m`` as a list of lists.
        """
        if self._typed is None:
            self._typed = typed(self, self.operation.response if self.operation is not None else ())
        return self._typed

    def __repr__(self) -> str:
        name = self.operation.name if self.operation is not None else "unknown"
        return f"<Result {name} {redacted(self)}>"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return (Result, (dict(self), self.operation, self.raw, self.verified))


def typed(fields: dict[str, str], rows: tuple[Field, ...]) -> dict[str, Any]:
    """Return *fields* converted by *rows*. Fields without a row, and values that do not fit theirs, stay text."""
    import re

    plain = {row.name: row for row in rows if not row.indexed}
    families = []
    for row in rows:
        if row.indexed:
            pattern = re.escape(row.name).replace(r"\$n", r"(\d{1,3})").replace(r"\$m", r"(\d{1,3})")
            families.append((re.compile(pattern, re.ASCII), row))
    result: dict[str, Any] = {}
    for name, text in fields.items():
        found = plain.get(name)
        if found is not None:
            result[name] = _convert(found, text)
            continue
        for pattern_, row in families:
            match = pattern_.fullmatch(name)
            if match:
                _place(result.setdefault(row.name, []), [int(index) for index in match.groups()], _convert(row, text))
                break
        else:
            result[name] = text
    return result


def _place(family: list[Any], indices: list[int], value: object) -> None:
    for index in indices[:-1]:
        family.extend([] for _ in range(index + 1 - len(family)))
        family = family[index]
    family.extend(None for _ in range(indices[-1] + 1 - len(family)))
    family[indices[-1]] = value


def _convert(row: Field, text: str) -> Any:
    from wxpay_v2 import clock, operation
    from wxpay_v2.errors import Malformed

    try:
        if row.kind in (operation.INT, operation.AMOUNT):
            return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else text
        if row.kind == operation.TIME:
            return clock.parse_time(text)
        if row.kind == operation.DATE:
            return clock.parse_day(text)
        if row.kind == operation.BOOL and text in ("true", "false"):
            return text == "true"
        if row.kind in (operation.JSON, operation.LIST, operation.OBJECT):
            import json

            return json.loads(text)
    except (Malformed, ValueError, RecursionError):
        pass
    return text
