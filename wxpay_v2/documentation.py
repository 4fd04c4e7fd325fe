"""A row told to a reader: the text behind ``help(client.refund)`` and the stub's docstrings."""

from __future__ import annotations

import textwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.operation import Field, Operation

__all__ = ["docstring", "sent_by_caller"]

_FROM_US = ("nonce_str", "sign", "sign_type")


def sent_by_caller(operation: Operation) -> list[Field]:
    """Return the request fields that a caller gives: all but the ids, the nonce and the signature."""
    ours = {*operation.ids.values(), *_FROM_US}
    return [row for row in operation.request if row.name not in ours]


def docstring(operation: Operation) -> str:
    """Return the manual page of *operation*: what it does, its fields with units and ranges, errors and doubts."""
    lines = [
        operation.title
        + (f" ({operation.chinese})" if operation.chinese else "")
        + f": {operation.method} {operation.path}.",
        "",
        _paragraph(
            f"Regions: {', '.join(operation.regions)}. Modes: {', '.join(operation.modes).replace('_', ' ')}. "
            f"Signed with {' or '.join(operation.sign_types)}."
            + (" Needs the merchant certificate." if operation.certificate else "")
            + ("" if operation.signed_response else " The reply carries no signature.")
        ),
        "",
        "Fields:",
        *(line for row in sent_by_caller(operation) for line in _field(row)),
    ]
    answers = [row.name for row in operation.response if row.when != "always"]
    if answers:
        lines += ["", _paragraph("Answers: " + ", ".join(answers) + ".")]
    if operation.errors:
        lines += ["", "Raises Refused or OutcomeUnknown with err_code:"]
        lines += [_paragraph(f"{row.code}: {row.means}; {row.remedy}", "    ") for row in operation.errors]
    for heading, facts in (("Limits:", operation.limits), ("Notes:", operation.notes)):
        if facts:
            lines += ["", heading, *(_paragraph(fact, "    ") for fact in facts)]
    doubts = list(_doubts((*operation.request, *operation.response)))
    sure = (operation.confidence, operation.errors_confidence, operation.limits_confidence)
    if set(sure) != {"documented"} or doubts:
        lines += ["", "Not sure:"]
        if operation.confidence != "documented":
            lines.append(f"    this page: {operation.confidence} sources")
        if operation.errors_confidence != "documented":
            told = operation.errors_confidence
            lines.append(
                "    no page lists its error codes" if told == "none" else f"    the error codes: {told} sources"
            )
        if operation.limits_confidence != "documented":
            lines.append(f"    the limits: {operation.limits_confidence} sources")
        lines += [_paragraph(doubt, "    ") for doubt in doubts]
    if operation.sources:
        lines += ["", f"Source: {operation.sources[0]}"]
    return "\n".join(lines)


def _doubts(rows: tuple[Field, ...], where: str = "") -> Iterator[str]:
    for row in rows:
        if row.doubt:
            yield f"{where}{row.name}: {row.doubt}"
        yield from _doubts(row.fields, f"{where}{row.name}.")


def _field(row: Field) -> Iterator[str]:
    limits = []
    if row.values:
        limits.append(" | ".join(row.values))
    if row.max is not None:
        limits.append(f"at most {row.max}" + (" characters" if row.kind not in ("int", "amount") else ""))
    if row.min is not None:
        limits.append(f"at least {row.min}")
    if row.unit:
        limits.append(row.unit)
    if row.format:
        limits.append(row.format)
    need = "" if row.required.kind == "never" else f" [{row.required.words}]"
    told = f"{row.name}{need}: {row.means}" + (f" ({', '.join(limits)})" if limits else "")
    yield _paragraph(told, "    ")


def _paragraph(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, 112, initial_indent=indent, subsequent_indent=indent + ("    " if indent else ""), break_on_hyphens=False
    )
