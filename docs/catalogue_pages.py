"""Sphinx extension: reference pages of operations, notifications, payer-side calls and error codes, from their rows.

Those of API v3 have names that begin with ``v3_``.

The pages are written to docs/_generated before Sphinx looks for its sources; nothing there is kept in the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx

from wxpay_v2 import generate
from wxpay_v2.documentation import sent_by_caller
from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    ENUM,
    GLOBAL,
    HOSTS,
    INT,
    LIST,
    MAINLAND,
    ONCE,
    READ,
    SAME_NUMBER,
    TEXT,
    BaseOperation,
    ErrorCode,
    Field,
    Notification,
    Operation,
)
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.catalogue.invocations import INVOCATIONS, Invocation
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3.catalogue import notifications as v3_notifications
from wxpay_v2.v3.operation import V3Operation

__all__ = ["families", "pages", "setup"]

FOLDER = "_generated"

_MARKUP = re.compile(r"[\\*`|_<>]")
_ADDRESS = re.compile(r"https?://[^\s()]+[^\s().,;:]")
_REPOSITORY = re.compile(r"([\w.-]+/[\w.-]+):(\S+)")
_REPEAT = {
    READ: "a read: the client repeats it by itself after a failure that time may heal",
    SAME_NUMBER: "with the same number and the same bytes only; the client does so by itself",
    ONCE: "never, once it may have left",
}
_OUTCOMES = {
    "not done": "nothing was done",
    "unknown": "nobody knows; raises ``OutcomeUnknown``",
    "decided": "the order is in the state that the code names",
}
_V3_REQUESTS = {"json": "JSON", "query": "no body", "multipart": "a multipart form, whose ``meta`` is signed"}
_V3_ANSWERS = {"json": "JSON", "none": "no body", "csv": "a statement as text", "binary": "the bytes of a picture"}
_REQUESTS = {"xml": "XML", "query": "the fields in the query", "multipart": "a multipart form"}
_ANSWERS = {
    "xml": "XML",
    "json": "JSON",
    "csv": "a statement as text; only a failure is XML",
    "page": "none: the payer's browser opens the address, which the method returns as ``url``",
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}


def write(app: Sphinx) -> None:
    """Write every page that is new or different, and remove those that no row makes any more."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.rst"):
        if path.stem not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of every page by its name."""
    found = {family: _family_page(rows) for family, rows in families().items()}
    kinds = [notifications.find(kind) for kind in notifications.KINDS]
    return {
        "operations": _operations_page(found),
        **found,
        "notifications": _page("Notifications", _NOTIFICATIONS, map(_notification, kinds)),
        "invocations": _page("Calls on the payer's side", _INVOCATIONS, map(_invocation, INVOCATIONS)),
        "error_codes": _codes_page(),
        **_v3_pages(),
    }


def families() -> dict[str, list[Operation]]:
    """Return the operations of each family's module, in the catalogue's order."""
    found: dict[str, list[Operation]] = {}
    for row in catalogue.operations():
        found.setdefault(catalogue.family(row.name), []).append(row)
    return found


# Pages


def _page(title: str, words: str, sections: Iterable[str]) -> str:
    return "\n".join([title, "=" * _width(title), "", words, "", *sections])


def _operations_page(names: Iterable[str]) -> str:
    words = (
        "Every operation of the catalogue, by family. Each is a method of :class:`~wxpay_v2.Client`, and of\n"
        "``AsyncClient``, where it is awaited; ``help(client.refund)`` prints the same.\n\n"
        ".. toctree::\n   :maxdepth: 2\n\n" + "\n".join(f"   {name}" for name in names) + "\n"
    )
    return _page("Operations", words, ())


def _family_page(rows: list[Operation]) -> str:
    return _page(generate._family(rows[0]), _listed(rows), map(_operation, rows))


def _listed(rows: list[Operation]) -> str:
    return "\n".join(f"* :meth:`~wxpay_v2.Client.{row.name}`: {text(row.title)}" for row in rows)


_NOTIFICATIONS = """\
What the gateway posts to the merchant's server. :doc:`/howto/notifications` receives them. The kind is told by the
names of the fields, for nothing else in the message tells it."""

_INVOCATIONS = """\
What is called on the payer's phone, with parameters that the merchant's server signs.
:class:`client.cashier <wxpay_v2.v2.cashier.Cashier>` makes them; :doc:`/howto/checkout` uses them."""

_CODES = """\
Every ``err_code`` of the catalogue, with the operations that name it. What it means and what to do may differ between
them; ``error.remedy`` is that of the operation called. A code that is not here is an ``OutcomeUnknown``. Where all you
have is a sentence, see :doc:`/howto/errors_by_text`."""


def _codes_page() -> str:
    told: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for operation in catalogue.operations():
        for row in operation.errors:
            facts = (row.means, row.remedy, _outcome(row), "yes" if row.repeat else "", row.number)
            told.setdefault(row.code, {}).setdefault(facts, []).append(operation.name)
    sections = []
    for code in sorted(told, key=lambda code: (code.lower(), code)):
        sections += [f".. index:: single: {code}; err_code", "", _heading(code, "-")]
        for (means, remedy, outcome, repeat, number), names in told[code].items():
            links = ", ".join(f":meth:`~wxpay_v2.Client.{name}`" for name in names)
            sections += [f"{text(_sentence(means))} **Do:** {text(remedy)}.", ""]
            sections += _facts(
                ("Money", outcome),
                ("The same call again", "allowed, unchanged" if repeat else ""),
                ("As a number", number and f"``{number}``"),
                ("Named by", links),
            )
    return _page("Error codes", _CODES, sections)


# One row


def _operation(row: Operation) -> str:
    needed = [
        field.name for field in sent_by_caller(row) if field.required is ALWAYS and field.name not in row.supplied
    ]
    signature = ", ".join([*(["*", *needed] if needed else []), "**optional"])
    hosts = row.hosts or [host for region in row.regions for host in HOSTS[region]]
    lines = [
        _heading(f"{row.title} ({row.chinese})" if row.chinese else row.title, "-"),
        f".. py:method:: wxpay_v2.Client.{row.name}({signature})",
        "",
    ]
    body = _facts(
        ("Call", f"``{row.method} {row.path}``"),
        ("Hosts", ", ".join(f"``{host.removeprefix('https://')}``" for host in hosts)),
        ("Regions", ", ".join(row.regions)),
        ("Access modes", ", ".join(row.modes).replace("_", " ")),
        ("Request", _request(row)),
        ("Signature", _signature(row)),
        ("Certificate", "the merchant's" if row.certificate else "none"),
        ("Answer", _answer(row)),
        ("Repeat", _REPEAT[row.repeat]),
        ("Moves money", "yes" if row.moves_money else "no"),
        ("Numbers", _literals(row.numbers)),
        ("Settled by", _settled(row)),
        ("Proves a payment with", _literals(row.proof)),
        ("Waits", f"{row.read_timeout:g} seconds for an answer" if row.read_timeout else ""),
    )
    body += [_added(row), ""]
    body += _titled("Fields", _fields_table(sent_by_caller(row), answer=False))
    body += _titled("Answer", _fields_table(row.response, answer=True))
    body += _titled("Error codes", _errors_table(row.errors))
    body += _facts_lists(row.limits, row.notes, _unsure(row), row.sources)
    return "\n".join([*lines, *_indented(body)])


def _notification(row: Notification) -> str:
    lines = [f".. _notification-{row.kind}:", "", _heading(row.title, "-")]
    signed = " or ".join(row.sign_types) if row.sign_types else "the merchant's algorithm"
    lines += _facts(
        ("Kind", f"``{row.kind}``"),
        ("Regions", ", ".join(row.regions)),
        ("Trusted by", f"its signature: {signed}" if row.signed else f"decrypting ``{row.encrypted}``"),
        ("Told by", _literals(row.marks) or "what fits no other kind"),
        ("One event is told from another by", _literals(row.key)),
        ("Proves a payment with", _literals(row.proof) if row.signed else ""),
        ("Sent again after", f"{', '.join(map(str, row.retry))} seconds" if row.retry else "never"),
    )
    lines += _titled("Fields", _fields_table(row.fields, answer=True))
    lines += _titled("The decrypted part", _fields_table(row.decrypted, answer=True))
    lines += _facts_lists((), row.notes, _unsure_of(row.confidence, (*row.fields, *row.decrypted)), row.sources)
    return "\n".join(lines)


def _invocation(row: Invocation) -> str:
    signature = f"``{row.signature}``, {' or '.join(row.sign_types)}" if row.signature else "none"
    lines = [f".. _invocation-{row.name}:", "", _heading(row.title, "-")]
    lines += _facts(
        ("Name", f"``{row.name}``"),
        ("Call", text(row.call)),
        ("Regions", ", ".join(row.regions)),
        ("Signed, in this order", _literals(row.signed)),
        ("Signature", signature),
        ("Passed to the call", _literals(row.passed)),
        ("Text", f"``{row.template}``" if row.template else ""),
    )
    told = [
        (f"``{name}``", str(row.limits.get(name, "")), text(row.values.get(name, "")))
        for name in dict.fromkeys((*row.passed, *row.signed, *row.values, *row.limits))
        if name in row.values or name in row.limits
    ]
    lines += _titled("Parameters", _table(("parameter", "characters", "what it holds"), told))
    results = [(f"``{name}``", text(words)) for name, words in row.results.items()]
    lines += _titled("What the call reports back", _table(("result", "as"), results))
    lines += _facts_lists((), row.notes, _unsure_of(row.confidence, ()), row.sources)
    return "\n".join(lines)


def _request(row: Operation) -> str:
    in_query = f"; {_literals(row.in_query)} in the query" if row.in_query else ""
    return _REQUESTS[row.request_format] + in_query


def _signature(row: Operation) -> str:
    if not row.sign_name:
        return "none"
    told = " or ".join(row.sign_types)
    if row.sign_name != "sign":
        told += f", named ``{row.sign_name}``"
    if row.second_sign:
        told += f"; and WeCom's own over {_literals(row.second_sign)}"
    return told + ("; with the sandbox's key only" if row.sandbox else "")


def _answer(row: Operation) -> str:
    if row.response_format == "page":
        return _ANSWERS["page"]
    told = _ANSWERS[row.response_format] + (", signed" if row.signed_response else ", not signed: a hint")
    if not row.result_code:
        told += "; no ``result_code``, ``return_code`` is the whole outcome"
    return told + (f"; elements inside {_literals(row.nested)}" if row.nested else "")


def _settled(row: Operation) -> str:
    return _waited(row, f":meth:`~wxpay_v2.Client.{row.query}`") if row.query else ""


def _waited(row: BaseOperation, told: str) -> str:
    """Return *told*, the query that settles a call, and how long to wait for it."""
    if row.query_after:
        told += f", {row.query_after:g} seconds after the call"
    if row.reverse_after is not None:
        told += f"; can be reversed after {row.reverse_after:g} seconds"
    return told


def _added(row: Operation) -> str:
    """Say what the client sends by itself: what the merchant has of the ids, and what every message carries."""
    theirs = {field.name for field in row.request} - {field.name for field in sent_by_caller(row)}
    ids = [
        f"``{name}``" if name == attribute else f"``{name}`` (the merchant's {attribute})"
        for attribute, name in row.ids.items()
        if name in theirs
    ]
    others = [f"``{name}``" for name in ("nonce_str", "sign_type", "sign") if name in theirs]
    fixed = [f"``{name}`` ({value})" for name, value in row.supplied.items()]
    told = [f"what the merchant has of {', '.join(ids)}" if ids else "", ", ".join([*others, *fixed])]
    return f"The client adds {'; '.join(filter(None, told)) or 'nothing'}."


def _unsure(row: BaseOperation) -> Iterator[str]:
    if row.errors_confidence == "none":
        yield "no page lists its error codes"
    elif row.errors_confidence != "documented":
        yield f"the error codes: {row.errors_confidence} sources"
    if row.limits_confidence != "documented":
        yield f"the limits: {row.limits_confidence} sources"
    yield from _unsure_of(row.confidence, (*row.request, *row.response))


def _unsure_of(confidence: str, rows: Iterable[Field]) -> Iterator[str]:
    if confidence != "documented":
        yield f"all of this: {confidence} sources"
    for name, row in _flat(rows):
        if row.doubt:
            yield f"{name}: {row.doubt}"


# API v3


_V3_OPERATIONS = """\
Every call of API v3 that the library knows, by region and family. A v2 call that goes over API v3 becomes one of these;
they are not methods of the client."""

_V3_NOTIFICATIONS = """\
What API v3 posts to the merchant's server: JSON, signed, with an encrypted resource. ``event_type`` tells the kind.
"""


def _v3_pages() -> dict[str, str]:
    families: dict[tuple[str, str], list[V3Operation]] = {}
    for region in (GLOBAL, MAINLAND):
        for row in v3_catalogue.every(region):
            families.setdefault((region, v3_catalogue.family(region, row.name)), []).append(row)
    found = {
        f"v3_{region}_{family}": _page(
            f"{family.replace('_', ' ').capitalize()}, {region}",
            "\n".join(f"* ``{row.name}``: {text(row.title)}" for row in rows),
            map(_v3_operation, rows),
        )
        for (region, family), rows in families.items()
    }
    toctree = ".. toctree::\n   :maxdepth: 1\n\n" + "\n".join(f"   {name}" for name in found) + "\n"
    kinds = [row for region in (GLOBAL, MAINLAND) for row in v3_notifications.every(region)]
    return {
        "v3_operations": _page("Operations of API v3", f"{_V3_OPERATIONS}\n\n{toctree}", ()),
        **found,
        "v3_notifications": _page("Notifications of API v3", _V3_NOTIFICATIONS, map(_v3_notification, kinds)),
    }


def _v3_operation(row: V3Operation) -> str:
    (region,) = row.regions
    signed = "" if row.signed_response else ", not signed: its digest vouches for it"
    status = " or ".join(map(str, row.success))
    lines = [f".. _v3-{region}-{row.name}:", "", _heading(f"{row.title} ({row.chinese})", "-")]
    lines += _facts(
        ("Name", f"``{row.name}``"),
        ("Call", f"``{row.method} {row.path}``"),
        ("Hosts", ", ".join(f"``{host.removeprefix('https://')}``" for host in row.hosts or HOSTS[region])),
        ("Access modes", ", ".join(row.modes).replace("_", " ")),
        ("Request", _V3_REQUESTS[row.request_format]),
        ("Encrypted on the way", _literals(row.sensitive)),
        ("Answer", f"{status}, {_V3_ANSWERS[row.response_format]}{signed}"),
        ("Repeat", _REPEAT[row.repeat]),
        ("Moves money", "yes" if row.moves_money else "no"),
        ("Numbers", _literals(row.numbers)),
        ("Settled by", _waited(row, f":ref:`{row.query} <v3-{region}-{row.query}>`") if row.query else ""),
        ("Waits", f"{row.read_timeout:g} seconds for an answer" if row.read_timeout else ""),
    )
    lines += _titled("Fields", _fields_table(row.request, answer=False))
    lines += _titled("Answer", _fields_table(row.response, answer=True))
    cells = [
        (
            f"``{error.code}``", str(error.status), text(error.means), text(error.remedy), _outcome(error),
            "yes" if error.repeat else "",
        )
        for error in row.errors
    ]  # fmt: skip
    head = ("code", "status", "what it says", "what to do", "money", "same call again")
    lines += _titled("Error codes", _table(head, cells))
    unsure = [*_unsure(row), *(f"{error.code}: {error.doubt}" for error in row.errors if error.doubt)]
    lines += _facts_lists(row.limits, row.notes, unsure, row.sources)
    return "\n".join(lines)


def _v3_notification(row: Notification) -> str:
    (region,) = row.regions
    events = [name for name, kind in v3_notifications.EVENT_TYPES.items() if kind == row.kind]
    lines = [f".. _v3-{region}-notification-{row.kind}:", "", _heading(f"{row.title}, {region}", "-")]
    lines += _facts(
        ("Kind", f"``{row.kind}``"),
        ("Told by", _literals(events or row.marks)),
        ("One event is told from another by", _literals(row.key)),
        ("Proves it with", _literals(row.proof)),
        ("Sent again after", f"{', '.join(map(str, row.retry))} seconds"),
    )
    lines += _titled("Fields", _fields_table(row.fields, answer=True))
    lines += _titled("The decrypted part", _fields_table(row.decrypted, answer=True))
    lines += _facts_lists((), row.notes, _unsure_of(row.confidence, (*row.fields, *row.decrypted)), row.sources)
    return "\n".join(lines)


# Tables


def _fields_table(rows: Iterable[Field], *, answer: bool) -> list[str]:
    cells = [
        (f"``{name}``", _when(row) if answer else _need(row), _shape(row), _meaning(row)) for name, row in _flat(rows)
    ]
    return _table(("field", "comes" if answer else "needed", "value", "what it is"), cells, widths="22 17 26 35")


def _flat(rows: Iterable[Field], where: str = "") -> Iterator[tuple[str, Field]]:
    """Yield each field, those inside JSON and elements too, under its whole name."""
    for row in rows:
        yield where + row.name, row
        yield from _flat(row.fields, f"{where}{row.name}{'[]' if row.kind == 'list' else ''}.")


def _need(row: Field) -> str:
    return "" if row.required.kind == "never" else text(row.required.words)


def _when(row: Field) -> str:
    return text("; ".join(filter(None, (row.when, _need(row) if row.required is not ALWAYS else ""))))


def _shape(row: Field) -> str:
    number, counted = row.kind in (INT, AMOUNT), "items" if row.kind == LIST else "characters"
    limits = [row.kind + (f" of {row.item}" if row.item else "")] if row.kind not in (TEXT, ENUM) else []
    if row.values:
        limits.append(" | ".join(f"``{value}``" for value in row.values))
    if row.pattern:
        limits.append(f"``{row.pattern}``")
    if row.max is not None:
        limits.append(f"at most {row.max}" + ("" if number else f" {counted}"))
    if row.min is not None:
        limits.append(f"at least {row.min}" + ("" if number else f" {counted}"))
    limits += [text(told) for told in (row.unit, row.format) if told]
    if row.default:
        limits.append(f"``{row.default}`` by default")
    return ", ".join(limits).replace(" | ", " \\| ")


def _meaning(row: Field) -> str:
    told = [text(row.means)]
    if row.modes:
        told.append(f"{' and '.join(row.modes).replace('_', ' ')} only")
    if row.regions:
        told.append(f"{' and '.join(row.regions)} only")
    if row.place:
        told.append(f"in the {row.place}")
    if row.encrypted:
        told.append(f"encrypted: {row.encrypted}")
    if row.sensitive:
        told.append("masked wherever it is shown")
    if row.rule:
        told.append("checked by a :doc:`rule of access </howto/access>`")
    return "; ".join(filter(None, told))


def _errors_table(rows: Iterable[ErrorCode]) -> list[str]:
    cells = [
        (f"``{row.code}``", text(row.means), text(row.remedy), _outcome(row), "yes" if row.repeat else "")
        for row in rows
    ]
    return _table(("err_code", "what it says", "what to do", "money", "same call again"), cells)


def _outcome(row: ErrorCode) -> str:
    return _OUTCOMES[row.outcome]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]], widths: str = "auto") -> list[str]:
    if not rows:
        return []
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in (head, *rows):
        for mark, cell in zip(("*", *" " * len(row)), row, strict=False):
            lines.append(f"   {mark} - {cell}".rstrip())
    return [*lines, ""]


# Words


def text(words: str) -> str:
    """Return *words* as plain reStructuredText: markup escaped, addresses left to become links."""
    parts, begin = [], 0
    for match in _ADDRESS.finditer(words):
        parts += [_MARKUP.sub(r"\\\g<0>", words[begin : match.start()]), match.group()]
        begin = match.end()
    return "".join(parts) + _MARKUP.sub(r"\\\g<0>", words[begin:])


def _source(source: str) -> str:
    """Return a link to *source*: an address, or a file of a repository on GitHub as owner/name:path."""
    repository = _REPOSITORY.fullmatch(source)
    if repository and not source.startswith("http"):
        return f"`{source} <https://github.com/{repository[1]}/blob/HEAD/{repository[2]}>`__"
    return text(source)


def _facts(*facts: tuple[str, str]) -> list[str]:
    return [*(f"* {name}: {told}" for name, told in facts if told), ""]


def _facts_lists(
    limits: Iterable[str], notes: Iterable[str], unsure: Iterable[str], sources: Iterable[str]
) -> list[str]:
    lines: list[str] = []
    for title, facts in (("Limits", limits), ("Notes", notes), ("Not sure", unsure)):
        lines += _titled(title, [f"* {text(fact)}" for fact in facts])
    return lines + _titled("Sources", [f"* {_source(source)}" for source in sources])


def _titled(title: str, lines: list[str]) -> list[str]:
    return [f".. rubric:: {title}", "", *lines, ""] if lines else []


def _heading(title: str, line: str) -> str:
    shown = text(title)
    return f"{shown}\n{line * _width(shown)}\n"


def _width(title: str) -> int:
    """Chinese letters are two columns wide, and a heading's line is to be as long."""
    return sum(1 + (letter > "\u2e80") for letter in title)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def _literals(names: Iterable[str]) -> str:
    return ", ".join(f"``{name}``" for name in names)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"   {line}" if line else ""
