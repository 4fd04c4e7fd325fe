"""Print catalogue rows of API v3, as Python source, from reference files in YAML.

    python tools/v3_rows_from_reference.py REFERENCE_DIR/global micropay reverse_by_id > rows.py

REFERENCE_DIR/global holds one file per operation. What the YAML cannot say (repeat, moves_money, numbers, query, waits)
keeps the safe defaults of `V3Operation`: never repeated, moves money. What a row cannot say is listed on standard
error. Both are for a person to settle before the rows go into the catalogue.
Needs PyYAML and ruff, and wxpay_v2 importable.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from wxpay_v2 import operation as vocabulary
from wxpay_v2.operation import ALWAYS, HOSTS, NEVER, ErrorCode, Field, Required, in_modes, one_of, stated, when
from wxpay_v2.v3.operation import V3Operation

KINDS = {
    "string": "text", "enum": "enum", "int": "int", "bool": "bool", "datetime": "time", "json": "object",
    "array": "list", "object": "object", "binary": "file",
}  # fmt: skip
MODES = ("direct", "institution", "service_provider")
DAYS = ("yyyyMMdd", "yyyy-MM-dd")
UNITS = {"smallest currency unit": "SMALLEST", "fen": "FEN"}
NUMBER = r"[0-9A-Za-z_\-|*@]+"
# The caller's numbers: what an order is placed with has to be asked for in a path later.
NUMBERS = ("out_trade_no", "out_refund_no", "out_order_no", "out_return_no", "combine_out_trade_no")
# Codes that say something else than "nothing was done".
UNKNOWN = ("SYSTEM_ERROR", "SERVICE_UNAVAILABLE", "BANK_ERROR", "USERPAYING", "BIZERR_NEED_RETRY")
DECIDED = (
    "ORDER_PAID", "ORDERPAID", "ORDER_CLOSED", "ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND",
    "NO_STATEMENT_EXIST",
)  # fmt: skip
# A payer who is typing is asked about, and not charged again.
ASK_INSTEAD = ("USERPAYING",)
CARRIED_OVER = "carried over from API v3 of the mainland"
ERROR_DOUBTS = {"documented": "", "secondary": "told by other public code only"}
STATUS_DOUBT = "its status is a guess"
LENGTH_DOUBT = "its length is known from API v3 of the mainland only"
# What common.py has a name for.
TEXTS = {NUMBER: "NUMBER", "RFC 3339": "RFC_3339", LENGTH_DOUBT: "LENGTH_DOUBT", CARRIED_OVER: "CARRIED_OVER"}
FIELD_COLUMNS = (
    "max", "min", "required", "values", "pattern", "unit", "format", "modes", "encrypted", "place", "item", "when",
    "means", "doubt", "fields",
)  # fmt: skip
ERROR_COLUMNS = ("status", "means", "remedy", "repeat", "outcome", "doubt")
OPERATION_COLUMNS = (
    "name", "title", "chinese", "method", "path", "hosts", "regions", "modes", "success", "request_format",
    "response_format", "signed_response", "repeat", "moves_money", "numbers", "query", "query_after", "reverse_after",
    "read_timeout", "request", "response", "errors", "limits", "notes", "sources", "confidence", "errors_confidence",
    "limits_confidence",
)  # fmt: skip
Row = dict[str, Any]


class Converter:
    """One reference file as a `V3Operation`. by_hand: columns the YAML has no key for. unsaid: what no column says."""

    def __init__(self, reference: Row, by_hand: Row | None = None) -> None:
        self.reference = reference
        self.by_hand = by_hand or {}
        self.unsaid: list[str] = []

    def operation(self) -> V3Operation:
        told = self.reference
        if not self.by_hand:
            self.unsaid.append("set by hand: repeat, moves_money, numbers, query, waits")
        hosts = tuple(f"https://{host}" for host in told["hosts"])
        usual = tuple(host for region in told["regions"] for host in HOSTS[region])
        # The body of a statement is no field, and headers of an answer are the protocol's.
        response = [row for row in told["response"] if row["name"] != "(body)" and row.get("in") != "header"]
        errors = tuple(map(self._error, told["errors"]))
        sure = told["confidence"] == "documented" and not any(error.doubt for error in errors)
        return V3Operation(
            **{
                "name": told["operation"],
                "title": told["title"],
                "chinese": told["chinese"],
                "method": told["method"],
                "path": told["path"],
                "hosts": () if hosts == usual else hosts,
                "regions": tuple(told["regions"]),
                "modes": tuple(told["modes"]),
                "success": (told["success_status"],),
                "request_format": told["request_format"],
                "response_format": told["response_format"],
                "request": self._fields(told["request"]),
                "response": self._fields(response),
                "errors": errors,
                "limits": tuple(map(str, told["limits"])),
                "notes": tuple(map(str, told["notes"])),
                "sources": tuple(map(str, told["sources"])),
                "confidence": told["confidence"],
                "errors_confidence": "none" if not errors else "documented" if sure else "secondary",
                "limits_confidence": told["confidence"],
                **self.by_hand,
            }
        )

    def _fields(self, rows: list[Row] | None) -> tuple[Field, ...]:
        return tuple(self._field(row, rows or []) for row in rows or [])

    def _field(self, row: Row, siblings: list[Row]) -> Field:
        name, kind, answer = row["name"], KINDS.get(row["type"], "text"), "when" in row
        if row["type"] not in KINDS:
            self.unsaid.append(f"{name} is of type {row['type']}")
        format = row.get("format", "")
        if kind == "int" and row.get("unit") in UNITS:
            kind = "amount"
        elif kind == "text" and format in DAYS:
            kind = "date"
        day = kind == "date"
        # In an answer, "success" is no news; only what it says beyond that is kept.
        return Field(
            name,
            kind,
            max=None if day or kind == "time" else row.get("max", row.get("max_value", row.get("max_items"))),
            min=None if day else row.get("min", row.get("min_length")),
            required=self._answered(row) if answer else self._required(row, siblings),
            values=tuple(map(str, row.get("values", ()))),
            pattern=row.get("pattern", NUMBER if name in NUMBERS and not answer else ""),
            unit=row.get("unit", ""),
            format="RFC 3339" if kind == "time" else format,
            means=row["means"],
            modes=tuple(row.get("modes", ())),
            when=row.get("when", "").replace("success", ""),
            fields=self._fields(row.get("fields")),
            doubt=row.get("doubt", LENGTH_DOUBT if "max_from" in row and kind != "time" else ""),
            item=row.get("items", "").replace("string", "text"),
            place=row.get("in", "").replace("multipart", ""),
            encrypted=row.get("encrypted", ""),
        )

    @staticmethod
    def _answered(row: Row) -> Required:
        always = row.get("always", False)
        return in_modes(always) if isinstance(always, str) else ALWAYS if always else NEVER

    @staticmethod
    def _required(row: Row, siblings: list[Row]) -> Required:
        """Return when the field is needed; what cannot be decided by its neighbours is only stated."""
        words = row["required"]
        if row["name"] == "Wechatpay-Serial":  # told by who encrypts, and so never by the caller
            return stated("when a field is encrypted")
        if isinstance(words, bool):
            return ALWAYS if words else NEVER
        if words in MODES:
            return in_modes(words)
        if words == "when scene_info is sent":  # it stands in scene_info
            return ALWAYS
        names = {sibling["name"] for sibling in siblings}
        if "one of" in words:
            group = [name for name in re.split(r" and ", words.rpartition("one of ")[2]) if name in names]
            return one_of(*group or [sibling["name"] for sibling in siblings if sibling["required"] == words])
        match = re.fullmatch(r"when (\w+) is (\w+)", words)
        if match and match[1] in names:
            return when(match[1], match[2])
        match = re.fullmatch(r"when a receiver is (\w+)", words)
        if match and any(match[1] in sibling.get("values", ()) for sibling in siblings):
            return when("type", match[1])
        return stated(words)

    def _error(self, row: Row) -> ErrorCode:
        code = row["code"]
        doubts = [ERROR_DOUBTS.get(row["basis"], CARRIED_OVER)]
        if self.reference["api"] == "v3-mainland" and row["basis"] == "inferred":
            doubts = ["carried over from a similar call"]
        if row.get("status_basis") == "guessed":
            doubts.append(STATUS_DOUBT)
        once = self.by_hand.get("repeat") == vocabulary.ONCE and self.by_hand.get("moves_money", True)
        return ErrorCode(
            code,
            status=row["status"],
            means=row["means"],
            remedy=row["remedy"],
            repeat=row["retry"] and code not in ASK_INSTEAD and not once,
            outcome=vocabulary.UNKNOWN if code in UNKNOWN else vocabulary.DECIDED if code in DECIDED else "not done",
            doubt="; ".join(filter(None, doubts)),
        )


def facts(row: Any) -> tuple[Any, ...]:
    """Return what a field or an error says, but for its words."""
    if isinstance(row, ErrorCode):
        return (row.code, row.status, row.repeat, row.outcome, row.doubt)
    columns = (column for column in FIELD_COLUMNS if column not in ("means", "required", "fields"))
    required = (row.required.kind, row.required.names, row.required.values)
    return (row.name, row.kind, *(getattr(row, name) for name in columns), required, tuple(map(facts, row.fields)))


class Printer:
    """Prints rows. known: constants (name -> row, or tuple of rows) to be named instead of told again."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.singles = {facts(value): name for name, value in known.items() if isinstance(value, (Field, ErrorCode))}
        groups = {
            name: tuple(map(facts, value))
            for name, value in known.items()
            if isinstance(value, tuple) and value and isinstance(value[0], (Field, ErrorCode))
        }
        self.groups = sorted(groups.items(), key=lambda pair: -len(pair[1]))
        self.texts = {value: name for name, value in known.items() if isinstance(value, str) and " " in value}

    def source(self, value: Any) -> str:
        """Return the Python source of a row or of a column's value."""
        if isinstance(value, V3Operation):
            usual = V3Operation("", path="", title="")
            return f"{value.name.upper()} = V3Operation({self._columns(value, usual, OPERATION_COLUMNS)})"
        if isinstance(value, (Field, ErrorCode)):
            return self.singles.get(facts(value)) or self.told(value)
        if isinstance(value, Required):
            return _required_source(value)
        if isinstance(value, tuple):
            return bracketed(self._items(value))
        if isinstance(value, str):
            return self.texts.get(value) or long_text(value)
        return repr(value)

    def told(self, value: Field | ErrorCode) -> str:
        """Return the whole source of *value*, itself no constant."""
        if isinstance(value, ErrorCode):
            return f"ErrorCode({self.source(value.code)}{self._columns(value, ErrorCode(''), ERROR_COLUMNS, ', ')})"
        kind = f", {value.kind.upper()}" if value.kind != "text" else ""
        return f"Field({self.source(value.name)}{kind}{self._columns(value, Field(''), FIELD_COLUMNS, ', ')})"

    def _items(self, values: tuple[Any, ...]) -> list[str]:
        if not values or not isinstance(values[0], (Field, ErrorCode)):
            return [self.source(value) for value in values]
        said, items, at = tuple(map(facts, values)), [], 0
        while at < len(values):
            name, group = next(
                ((name, group) for name, group in self.groups if said[at : at + len(group)] == group), ("", ())
            )
            items.append(f"*{name}" if name else self.source(values[at]))
            at += len(group) or 1
        return items

    def _columns(self, row: Any, usual: Any, columns: tuple[str, ...], lead: str = "") -> str:
        told = []
        for column in columns:
            value = getattr(row, column)
            if value == getattr(usual, column) or value is NEVER:
                continue
            if column in ("modes", "regions"):
                text = bracketed(list(map(_constant, value)))
            elif column == "unit":
                text = UNITS[value]
            elif column in ("outcome", "repeat") and isinstance(value, str):
                text = _constant(value)
            elif column == "item":
                text = value.upper()
            elif value in TEXTS:
                text = TEXTS[value]
            else:
                text = self.source(value)
            told.append(f"{column}={text}")
        return lead * bool(told) + ", ".join(told)


def long_text(text: str, width: int = 96) -> str:
    """Return the source of *text*: several literals, one after another, where one would be too long for a line."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    if len(lines) < 2 or " ".join(lines) != text:
        return json.dumps(text, ensure_ascii=False)
    return " ".join(json.dumps(line + " " * (line is not lines[-1]), ensure_ascii=False) for line in lines)


def bracketed(items: list[str]) -> str:
    if len(items) == 1 and items[0].startswith("*"):
        return items[0][1:]
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _required_source(required: Required) -> str:
    names, values = (", ".join(json.dumps(one) for one in told) for told in (required.names, required.values))
    if required.kind == "modes":
        return f"in_modes({', '.join(map(_constant, required.names))})"
    if required.kind == "one of":
        return f"one_of({names})"
    if required.kind == "when":
        return f"when({names}, {values})"
    return f"stated({json.dumps(required.words)})" if required.kind == "stated" else required.kind.upper()


def _constant(value: str) -> str:
    """Return the name of the vocabulary's constant for *value*: "global" is GLOBAL, "not done" NOT_DONE."""
    return value.upper().replace(" ", "_")


def module(title: str, body: str, homes: dict[str, Any]) -> str:
    """Return *body* as a module, with its imports, formatted. homes: module -> the names it has for others."""
    words = set(re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r'"(?:[^"\\]|\\.)*"', "", body)))
    lines = [f'"""{title}"""', "", "from __future__ import annotations", ""]
    for home, names in homes.items():
        used = sorted(words & set(names), key=lambda name: (not name.isupper(), name.islower(), name.lower()))
        if used:
            lines.append(f"from {home} import {', '.join(used)}")
    text = "\n".join([*lines, "", body, ""])
    for command in (["check", "--select", "I,F401", "--fix", "-q"], ["format"]):
        text = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--line-length", "120", "-"],
            input=text, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return text


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    known: dict[str, Any] = {}
    homes: dict[str, Any] = {"wxpay_v2.operation": vocabulary.__all__, "wxpay_v2.v3.operation": ("V3Operation",)}
    for name in ("wxpay_v2.v3.catalogue.common", "wxpay_v2.v3.catalogue.mainland.common"):
        own = {key: value for key, value in vars(import_module(name)).items() if key.isupper()}
        homes[name] = own.keys() - known.keys() - set(vocabulary.__all__)
        known.update(own)
        if folder.name == "global":
            break
    rows = []
    for name in arguments[1:]:
        reference = yaml.load((folder / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        converter = Converter(reference)
        rows.append(Printer(known).source(converter.operation()))
        for line in converter.unsaid:
            print(f"{name}: {line}", file=sys.stderr)
    print(module("", "\n\n".join(rows), homes), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
