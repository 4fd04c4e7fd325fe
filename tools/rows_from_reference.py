"""Print catalogue rows, as Python source, from reference files in YAML.

    python tools/rows_from_reference.py REFERENCE_DIR unified_order refund > rows.py

REFERENCE_DIR holds one file per operation and errors.yaml. What the YAML cannot say (repeat, moves_money, numbers,
query, proof, waits) keeps the safe defaults of `Operation`: never repeated, moves money. What a row cannot say is
listed on standard error. Both are for a person to settle before the rows go into the catalogue.
Needs PyYAML and ruff, and wxpay_v2 importable.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from wxpay_v2 import operation as vocabulary
from wxpay_v2.operation import (
    ALWAYS,
    HOSTS,
    NEVER,
    ErrorCode,
    Field,
    Operation,
    Required,
    in_modes,
    one_of,
    stated,
    when,
)
from wxpay_v2.v2.catalogue import common

KINDS = {
    "string": "text",
    "enum": "enum",
    "int": "int",
    "bool": "bool",
    "datetime": "time",
    "date": "date",
    "json": "json",
    "list": "list",
    "object": "object",
    "file": "file",
}
RULES = {
    "notify_url": "notify_url", "contract_notify_url": "notify_url", "auth_code": "auth_code", "openid": "openid",
    "sub_openid": "sub_openid", "time_expire": "time_expire", "time_start": "time_start", "fee_type": "currency",
    "refund_fee_type": "currency", "spbill_create_ip": "ip", "scene_info": "scene_info",
}  # fmt: skip
MODES = ("direct", "institution", "service_provider")
OUTCOMES = {"not done": "NOT_DONE", "unknown": "UNKNOWN", "decided": "DECIDED"}
# What the wire calls the merchant's attributes, besides the attributes' own names.
ID_NAMES = {
    "appid": ("appid", "mch_appid", "wxappid", "app_id", "combine_appid"),
    "mch_id": ("mch_id", "mchid", "combine_mch_id"),
    "sub_appid": ("sub_appid",),
    "sub_mch_id": ("sub_mch_id",),
}
FIELD_COLUMNS = (
    "max", "min", "required", "values", "default", "pattern", "unit", "format", "modes", "regions", "cdata",
    "encrypted", "place", "item", "rule", "when", "means", "doubt", "fields",
)  # fmt: skip
OPERATION_COLUMNS = (
    "name", "title", "chinese", "method", "path", "hosts", "regions", "modes", "sign_types", "certificate", "nonce",
    "sign_name", "sign_type_field", "second_sign", "sandbox", "request_format", "signed_response", "response_format",
    "result_code", "ids", "repeat", "moves_money", "numbers", "query", "query_after", "reverse_after", "proof",
    "read_timeout", "request", "response", "errors", "limits", "notes", "sources", "confidence", "errors_confidence",
    "limits_confidence",
)  # fmt: skip
Row = dict[str, Any]
_fields_told: list[str] = []  # every field printed so far, to find those that several rows share


class Converter:
    """One reference file as an `Operation`. by_hand: columns the YAML has no key for. unsaid: what no column says."""

    def __init__(self, reference: Row, outcomes: dict[str, str], by_hand: Row | None = None) -> None:
        self.reference = reference
        self.outcomes = outcomes
        self.by_hand = by_hand or {}
        self.unsaid: list[str] = []

    def operation(self) -> Operation:
        told = self.reference
        self._note_unsaid()
        request = self._fields(told["request"])
        response = self._fields(told["response"])
        sent = {row.name for row in request}
        hosts = tuple(f"https://{host}" for host in told["hosts"])
        usual = tuple(host for region in told["regions"] for host in HOSTS[region])
        errors = told["errors"]
        return Operation(
            name=told["operation"],
            title=told["title"],
            chinese=told["chinese"],
            path=told["path"],
            hosts=() if hosts == usual else hosts,
            regions=tuple(told["regions"]),
            modes=tuple(told["modes"]),
            sign_types=tuple(told["sign_types"]),
            certificate=told["certificate"] == "required",
            method=told["method"],
            request_format=told["request_format"],
            nonce="nonce_str" in sent,
            sign_name="sign" if "sign" in sent or not sent else "",
            sign_type_field="sign_type" in sent,
            signed_response=told["signed_response"],
            response_format=told["response_format"].replace("text", "page"),
            result_code=any(row.name == "result_code" for row in response),
            ids={
                attribute: wire
                for attribute, names in ID_NAMES.items()
                if (wire := next((name for name in names if name in sent), ""))
            },
            request=request,
            response=response,
            errors=tuple(self._error(row) for row in errors),
            limits=tuple(told["limits"]),
            notes=tuple(told["notes"]),
            sources=tuple(told["sources"]),
            confidence=told["confidence"],
            errors_confidence=str(told.get("errors_confidence", told["confidence"] if errors else "none")),
            limits_confidence=str(told.get("limits_confidence", "documented")),
            **self.by_hand,
        )

    def _note_unsaid(self) -> None:
        if not self.by_hand:
            self.unsaid.append("set by hand: repeat, moves_money, numbers, query, proof, waits, doubts")

    def _fields(self, rows: list[Row] | None) -> tuple[Field, ...]:
        return tuple(self._field(row, rows or []) for row in rows or [])

    def _field(self, row: Row, siblings: list[Row]) -> Field:
        name, kind = row["name"], KINDS.get(row["type"], "text")
        if row["type"] not in KINDS:
            self.unsaid.append(f"{name} is of type {row['type']}")
        number = kind == "int"
        if number and "max" in row:
            self.unsaid.append(f"{name}: max {row['max']} of a number, of digits or of value?")
        unit = row.get("unit", "")
        if unit == common.SMALLEST:
            kind = "amount"
        pattern, _, doubt = row.get("pattern", "").partition(" (")
        # An unquoted comma in a flow mapping makes the rest of the sentence a key of its own.
        means = ", ".join([row["means"], *(str(key) for key, value in row.items() if value is None)])
        return Field(
            name,
            kind,
            max=row.get("maximum") if number else row.get("max"),
            min=row.get("minimum", row.get("min")),
            required=self._required(row, siblings),
            values=tuple(map(str, row.get("values", ()))),
            pattern=pattern,
            unit=unit,
            format=row.get("format", ""),
            default=row.get("default", ""),
            means=means,
            modes=tuple(row.get("modes", ())),
            regions=tuple(row.get("regions", ())),
            when=row.get("when", ""),
            cdata=row.get("cdata", False),
            fields=self._fields(row.get("fields")),
            doubt=row.get("doubt", doubt.rstrip(")")),
            rule=RULES.get(name, "") if not row.get("when") else "",
            item=row.get("item", "").replace("string", "text"),
            place="query" if row.get("in") == "query" and self.reference["request_format"] == "xml" else "",
            encrypted=row.get("encrypted", ""),
        )

    def _required(self, row: Row, siblings: list[Row]) -> Required:
        words = row["required"]
        if isinstance(words, bool):
            return ALWAYS if words else NEVER
        named = words.split(" or ")
        if set(named) <= set(MODES):
            return in_modes(*named)
        names = {sibling["name"] for sibling in siblings}
        if words.startswith("one of"):
            group = [name for name in re.split(r", | and ", words.removeprefix("one of ")) if name in names]
            if not group:  # "one of four": the fields that say the same
                group = [sibling["name"] for sibling in siblings if sibling["required"] == words]
            return one_of(*group)
        condition, _, other = words.partition(", or ")
        match = re.fullmatch(r"(\w+) (\w+)", condition)
        if match and match[1] in names:
            if other in names:
                pair = [sibling["name"] for sibling in siblings if sibling["name"] in (row["name"], other)]
                return one_of(*pair, condition=(match[1], match[2]))
            return when(match[1], match[2])
        deciders = [sibling["name"] for sibling in siblings if set(named) <= set(sibling.get("values", ()))]
        if len(deciders) == 1:
            return when(deciders[0], *named)
        return stated(words)

    def _error(self, row: Row) -> ErrorCode:
        code = row["code"]
        if code not in self.outcomes:
            self.unsaid.append(f"no outcome known for {code}")
        return ErrorCode(
            code,
            means=row["means"],
            remedy=row["remedy"],
            repeat=row["retry"],
            outcome=self.outcomes.get(code, "unknown"),
            number=row.get("error_code", ""),
        )


def same_field(one: Field, other: Field) -> bool:
    """True when the two rows say the same but for texts and for what the YAML has no key for."""
    plain = ("name", "kind", "max", "min", "values", "modes", "regions", "cdata", "sensitive")
    return (
        all(getattr(one, column) == getattr(other, column) for column in plain)
        and (one.required.kind, one.required.values) == (other.required.kind, other.required.values)
        and set(one.required.names) == set(other.required.names)
        and bool(one.when) == bool(other.when)
        and len(one.fields) == len(other.fields)
        and all(map(same_field, one.fields, other.fields))
    )


def same_error(one: ErrorCode, other: ErrorCode) -> bool:
    return all(getattr(one, column) == getattr(other, column) for column in ("code", "repeat", "outcome", "number"))


def shared(rows: tuple[Any, ...], same: Any) -> list[str]:
    """Return the source of *rows*, with the names of common.py for those it has: tuples first, the longest first."""
    constants = vars(common)
    groups = [(name, value) for name, value in constants.items() if isinstance(value, tuple) and value]
    groups = [(name, value) for name, value in groups if isinstance(value[0], type(rows[0]) if rows else ())]
    items: list[Any] = list(rows)
    for name, group in sorted(groups, key=lambda pair: -len(pair[1])):
        found = [next((row for row in items if not isinstance(row, str) and same(row, one)), None) for one in group]
        if None not in found:
            items[items.index(found[0])] = f"*{name}"
            items = [item for item in items if not any(item is row for row in found)]
    singles = [(name, value) for name, value in constants.items() if rows and isinstance(value, type(rows[0]))]
    return [
        item if isinstance(item, str) else next((name for name, value in singles if same(item, value)), source(item))
        for item in items
    ]


def source(value: Any) -> str:
    """Return the Python source of a row or of a column's value."""
    if isinstance(value, Operation):
        usual = Operation("", path="", title="")
        return f"{value.name.upper()} = Operation({_columns(value, usual, OPERATION_COLUMNS)})"
    if isinstance(value, Field):
        kind = f", {value.kind.upper()}" if value.kind != "text" else ""
        text = f"Field({source(value.name)}{kind}{_columns(value, Field(value.name), FIELD_COLUMNS, ', ')})"
        _fields_told.append(text)
        return text
    if isinstance(value, ErrorCode):
        columns = _columns(value, ErrorCode(value.code), ("means", "remedy", "repeat", "outcome", "number"), ", ")
        return f"ErrorCode({source(value.code)}{columns})"
    if isinstance(value, Required):
        return _required_source(value)
    if isinstance(value, tuple):
        return _tuple_source(value)
    if isinstance(value, (str, dict)):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _tuple_source(values: tuple[Any, ...]) -> str:
    if values and isinstance(values[0], Field):
        items = shared(values, same_field)
    elif values and isinstance(values[0], ErrorCode):
        items = shared(values, same_error)
    else:
        items = list(map(source, values))
    return _bracketed(items)


def _bracketed(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _columns(row: Any, usual: Any, columns: tuple[str, ...], lead: str = "") -> str:
    told = []
    for column in columns:
        value = getattr(row, column)
        if value == getattr(usual, column) or (isinstance(value, Required) and value is NEVER):
            continue
        if column == "outcome":
            text = OUTCOMES[value]
        elif column in ("modes", "regions", "sign_types"):
            text = "SUB_MODES" if value == common.SUB_MODES else _bracketed(list(map(_constant, value)))
        elif column == "unit" and value == common.SMALLEST:
            text = "SMALLEST"
        elif column == "repeat" and isinstance(value, str):
            text = _constant(value)
        else:
            text = source(value)
        told.append(f"{column}={text}")
    return lead * bool(told) + ", ".join(told)


def _required_source(required: Required) -> str:
    names, values = ", ".join(map(source, required.names)), ", ".join(map(source, required.values))
    if required.kind == "modes":
        return f"in_modes({', '.join(map(_constant, required.names))})"
    if required.kind == "one of":
        condition = f", condition={source(required.condition)}" if required.condition else ""
        return f"one_of({names}{condition})"
    if required.kind == "when":
        return f"when({names}, {values})"
    return f"stated({source(required.words)})" if required.kind == "stated" else required.kind.upper()


def _constant(value: str) -> str:
    """Return the name of the vocabulary's constant for *value*: "global" is GLOBAL, "HMAC-SHA256" HMAC_SHA256."""
    return value.upper().replace("-", "_")


def hoisted(rows: list[str]) -> list[str]:
    """Return *rows*, and before them as constants the fields that several places have in common."""
    waiting = sorted({text for text in _fields_told if len(text) >= 70}, key=len)  # what holds others comes later
    constants: dict[str, str] = {}
    while waiting:
        text = waiting.pop(0)
        if sum(other.count(text) for other in (*rows, *waiting)) < 2:
            continue
        side = "_REPLY_" if "when=" in text else "_"
        plain = side + re.sub(r"\W", "", re.match(r'Field\("([^"]+)"', text)[1]).upper()  # type: ignore[index]
        needed = [f"{plain}_REQUIRED"] if "required=ALWAYS" in text else []
        names = (plain, *needed, *(f"{plain}_{n}" for n in range(2, 30)))
        name = next(name for name in names if name not in constants)
        constants[name] = text
        rows = [row.replace(text, name) for row in rows]
        waiting = [other.replace(text, name) for other in waiting]
    return ["\n".join(f"{name} = {text}" for name, text in constants.items()), *rows]


def module(rows: list[str], title: str = "") -> str:
    """Return *rows* as a module, with its imports, formatted."""
    rows = hoisted(rows)
    body = "\n\n".join(rows)
    words = set(re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r'"(?:[^"\\]|\\.)*"', "", body)))
    lines = [f'"""{title}"""', ""] if title else []
    lines += ["from __future__ import annotations", ""]
    for home in (vocabulary, common):
        own = set(vocabulary.__all__) if home is vocabulary else set(vars(common)) - set(vocabulary.__all__)
        used = sorted(words & own, key=lambda name: (not name.isupper(), name.islower(), name.lower()))
        if used:
            lines.append(f"from {home.__name__} import {', '.join(used)}")
    text = "\n".join([*lines, "", body, ""])
    for command in (["check", "--select", "I", "--fix", "-q"], ["format"]):
        told = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--line-length", "120", "-"],
            input=text, capture_output=True, text=True, check=True,
        )  # fmt: skip
        text = told.stdout
    return text


def outcomes_of(folder: Path) -> dict[str, str]:
    """Return error code -> outcome, from errors.yaml."""
    rows = yaml.load((folder / "errors.yaml").read_bytes(), Loader=yaml.CSafeLoader)["errors"]
    return {row["code"]: row["outcome"] for row in rows}


def main(arguments: list[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    outcomes = outcomes_of(folder)
    rows = []
    for name in arguments[1:]:
        reference = yaml.load((folder / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        converter = Converter(reference, outcomes)
        rows.append(source(converter.operation()))
        for line in converter.unsaid:
            print(f"{name}: {line}", file=sys.stderr)
    print(module(rows), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
