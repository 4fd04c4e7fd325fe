"""A scan as a report: how many places there are, what becomes of them, where they are."""

from __future__ import annotations

from collections import Counter

from wxpay_v2.migration.finding import BLOCKER, GOOD, NOTE, WARNING, Finding
from wxpay_v2.migration.report import Figure, Report, Table
from wxpay_v2.migration.scanning.fates import CARRIED, EFFORTS, FATES, REFUSED, UNKNOWN, WITH_LOSSES
from wxpay_v2.migration.scanning.site import CLIENT, CONFIGURATION, CONSULTED, NOTIFICATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wxpay_v2.migration.scanner import Call, Scan

__all__ = ["BY_FILE", "BY_OPERATION", "report"]

BY_OPERATION, BY_FILE = "operation", "file"

_LEVELS = {REFUSED: BLOCKER, UNKNOWN: WARNING, WITH_LOSSES: WARNING, CARRIED: GOOD}
_PLACES = 3  # that a finding names


def report(scan: Scan, *, subject: str = "", by: str = BY_OPERATION) -> Report:
    """Return what *scan* found. by: how the places are grouped, BY_OPERATION or BY_FILE."""
    calls = [call for call in scan.calls if call.site.kind in CONSULTED]
    fates = Counter(call.fate.verdict for call in calls)
    efforts = Counter(call.effort for call in calls)
    return Report(
        "Places that speak API v2",
        subject=subject,
        figures=(
            Figure("places", len(calls)),
            *(Figure(fate, fates[fate], _LEVELS[fate]) for fate in FATES),
            *(Figure(f"of effort {size}", efforts[size]) for size in EFFORTS),
            Figure("files looked at", scan.files),
            Figure("lines looked at", scan.lines),
        ),
        findings=tuple(_findings(scan, calls)),
        tables=tuple(table for table in _tables(scan, calls, by) if table.rows),
        facts={
            "calls": [call.as_dict() for call in scan.calls],
            "unread": [
                {"file": one.path, "line": one.line, "reason": one.reason, "severe": one.severe} for one in scan.unread
            ],
            "efforts": EFFORTS,
            "files": scan.files,
            "lines": scan.lines,
            "seconds": round(scan.seconds, 3),
        },
    )


def name_of(call: Call) -> str:
    """Return what a place does, for people: an operation, a notification, the cashier."""
    if call.site.kind == NOTIFICATION:
        return f"{call.site.operation} notification"
    return call.site.operation or (call.site.kind if call.fate.verdict != UNKNOWN else f"unknown: {call.site.text}")


def _findings(scan: Scan, calls: Sequence[Call]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((call.fate.verdict, call.site.operation), []).append(call)
    for verdict in (REFUSED, UNKNOWN, WITH_LOSSES):
        for (fate, operation), found in sorted(groups.items()):
            if fate == verdict:
                yield _finding(verdict, operation, found)
    for one in scan.unread:
        place = f"{one.path}:{one.line}" if one.line else one.path
        hint = "what it calls is not in this list" if one.severe else ""
        yield Finding("scan.unread", WARNING if one.severe else NOTE, place, one.reason, hint)


def _finding(verdict: str, operation: str, found: Sequence[Call]) -> Finding:
    fate = found[0].fate
    places = ", ".join(f"{call.site.path}:{call.site.line}" for call in found[:_PLACES])
    more = f" and {len(found) - _PLACES} more" if len(found) > _PLACES else ""
    if verdict == REFUSED:
        message, hint = f"API v3 does not carry {operation}: {fate.reason}", fate.remedy
    elif verdict == UNKNOWN:
        message, hint = fate.reason, "look at the place: which call is it?"
    else:
        names = ", ".join(name for name, _ in fate.lost)
        message = f"the answer of {operation} loses fields under API v3: {names}"
        hint = f"{fate.reason}: {fate.remedy}" if fate.reason else "see whether anything reads them"
    slug = {REFUSED: "refused", UNKNOWN: "unknown", WITH_LOSSES: "losses"}[verdict]
    identity = f"scan.{slug}.{operation}" if operation else f"scan.{slug}"
    return Finding(identity, BLOCKER if verdict == REFUSED else WARNING, places + more, message, hint)


def _tables(scan: Scan, calls: Sequence[Call], by: str) -> Iterator[Table]:
    groups: dict[tuple[int, str], list[Call]] = {}
    for call in calls:
        groups.setdefault((FATES.index(call.fate.verdict), name_of(call)), []).append(call)
    yield Table(
        "By operation",
        ("operation", "places", "fate", "fields lost", "effort"),
        [
            (name, len(found), found[0].fate.verdict, len(found[0].fate.lost), _sizes(found))
            for (_, name), found in sorted(groups.items())
        ],
        note="; ".join(f"{size}: {rule}" for size, rule in EFFORTS.items()),
        bars="places",
    )
    ordered = sorted(calls, key=(lambda call: call.site) if by == BY_FILE else _by_operation)
    yield Table(
        "Places",
        ("place", "operation", "through", "fate", "effort", "by"),
        [
            (
                f"{call.site.path}:{call.site.line}:{call.site.column}", name_of(call),
                call.site.library or "a path written out", call.fate.verdict, call.effort,
                "" if call.site.certain else "names alone",
            )
            for call in ordered
        ],
        note="by: what tells the call, where nothing leads from the place to the library",
    )  # fmt: skip
    yield Table(
        "Clients and settings",
        ("place", "what", "name"),
        [
            (f"{call.site.path}:{call.site.line}", call.site.kind, call.site.library or call.site.text)
            for call in scan.calls
            if call.site.kind in (CLIENT, CONFIGURATION)
        ],
        note="they go with the calls; API v3 has keys of its own beside them",
    )


def _by_operation(call: Call) -> tuple[int, str, object]:
    return FATES.index(call.fate.verdict), name_of(call), call.site


def _sizes(found: Sequence[Call]) -> str:
    counts = Counter(call.effort for call in found)
    return ", ".join(f"{counts[size]} {size}" for size in EFFORTS if counts[size])
