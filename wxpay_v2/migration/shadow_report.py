"""What a shadow run wrote down, added up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from typing import Any

from wxpay_v2 import json_reader
from wxpay_v2.errors import ConfigurationError, Malformed, quoted
from wxpay_v2.migration.comparison import DIFFERENT, EQUAL, KNOWN
from wxpay_v2.migration.finding import BLOCKER, GOOD, NOTE, WARNING, Finding
from wxpay_v2.migration.report import Cell, Figure, Report, Table
from wxpay_v2.migration.shadowing import FAILED, NOT_COMPARED, ONLY_V2, ONLY_V3, REFUSED, SKIPPED, TRANSLATED

__all__ = ["entries", "report"]

_LONGEST = 1 << 20
_KEPT = 10_000  # times of an operation, for their median
_MOST = 200  # findings that are told apart
_WORDS = (EQUAL, KNOWN, DIFFERENT, ONLY_V3, ONLY_V2, NOT_COMPARED, TRANSLATED, REFUSED, FAILED, SKIPPED)
_COMPARED = (EQUAL, KNOWN, DIFFERENT, ONLY_V3, ONLY_V2)
_LEVELS = {DIFFERENT: BLOCKER, ONLY_V3: BLOCKER, KNOWN: NOTE}

_Key = tuple[str, str, str]


def entries(path: str | os.PathLike[str]) -> Iterator[Mapping[str, Any]]:
    """Return what the file *path* of a `Shadow` holds. A last line that is cut off, by a crash, is passed over.

    Raises ConfigurationError for a file that cannot be read, Malformed for one that no shadow run wrote.
    """
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
                if not line.endswith(b"\n") and len(line) < _LONGEST:
                    return
                try:
                    told = json_reader.read_object(line)
                except Malformed as error:
                    raise Malformed(f"line {number} of {quoted(str(path))}: {error.message}") from None
                if not isinstance(told.get("operation"), str) or told.get("verdict") not in _WORDS:
                    raise Malformed(f"line {number} of {quoted(str(path))} was written by no shadow run")
                yield told
    except OSError as error:
        raise ConfigurationError(f"{quoted(str(path))} cannot be read: {error.strerror}") from None


def report(told: Iterable[Mapping[str, Any]], subject: str = "") -> Report:
    """Return the report of *told*, the entries of one or more runs. A difference without a reason is a blocker."""
    counts: dict[str, Counter[str]] = {}
    times: dict[str, tuple[list[int], list[int]]] = {}
    found: Counter[_Key] = Counter()
    first: dict[_Key, str] = {}
    for one in told:
        operation, verdict = one["operation"], one["verdict"]
        number = one.get("number", 1)
        counts.setdefault(operation, Counter())[verdict] += number if type(number) is int else 1
        kept = times.setdefault(operation, ([], []))
        for side, name in enumerate(("v2_us", "v3_us")):
            if type(one.get(name)) is int and len(kept[side]) < _KEPT:
                kept[side].append(one[name])
        for key, words in _reasons(one, operation, verdict):
            key = key if key in first or len(first) < _MOST else (operation, verdict, "other fields, or reasons")
            found[key] += 1
            first.setdefault(key, words)
    total: Counter[str] = sum(counts.values(), Counter())
    tables = [
        _operations(counts, [word for word in _WORDS if total[word]]),
        Table(
            "Times", ["Operation", "Over v2, microseconds", "Over v3, microseconds"],
            [[name, *(int(median(kept)) for kept in both)] for name, both in times.items() if all(both)],
            note="medians of what was asked over both",
        ),
    ]  # fmt: skip
    facts = {"counts": {name: dict(counter) for name, counter in counts.items()}}
    return Report(
        "Shadow run", subject=subject, figures=_figures(total), findings=_findings(found, first, total),
        tables=[table for table in tables if table.rows], facts=facts,
    )  # fmt: skip


def _figures(total: Counter[str]) -> list[Figure]:
    compared = sum(total[name] for name in _COMPARED)
    return [
        Figure("reads compared", compared),
        Figure("equal", total[EQUAL], GOOD if compared and total[EQUAL] == compared else ""),
        Figure("different for a known reason", total[KNOWN]),
        Figure("different", total[DIFFERENT], BLOCKER),
        Figure("only v3 failed", total[ONLY_V3], BLOCKER),
        Figure("only v2 failed", total[ONLY_V2], WARNING),
        Figure("that API v3 cannot carry", total[REFUSED], WARNING),
        Figure("left out, for the shadow was busy", total[SKIPPED], NOTE),
    ]


def _operations(counts: Mapping[str, Counter[str]], words: list[str]) -> Table:
    rows: list[list[Cell]] = [
        [name, counter.total(), *(counter[word] for word in words)]
        for name, counter in sorted(counts.items(), key=lambda item: -item[1].total())
    ]
    return Table("Operations", ["Operation", "Calls", *words], rows, bars="Calls")


def _reasons(one: Mapping[str, Any], operation: str, verdict: str) -> Iterator[tuple[_Key, str]]:
    if verdict in (REFUSED, FAILED):
        yield (operation, verdict, str(one.get("reason", ""))), str(one.get("remedy", ""))
    lost = one.get("lost")
    for name in lost if verdict == TRANSLATED and isinstance(lost, list) else ():
        yield (operation, TRANSLATED, f"{name!s:.64} is sent, and lost over API v3"), ""
    differences = one.get("differences")
    if verdict == KNOWN and one.get("reason"):  # of time: the fields themselves had no reason
        yield (operation, KNOWN, str(one["reason"])), ""
    for difference in differences if isinstance(differences, list) else ():
        name, reason = str(difference.get("name")), str(difference.get("reason", ""))
        if verdict == KNOWN and reason:
            yield (operation, KNOWN, f"{name}: {reason}"), ""
        elif verdict in (DIFFERENT, ONLY_V3, ONLY_V2) and not reason:
            words = f"v2 {difference.get('v2')!s:.64}, v3 {difference.get('v3')!s:.64}"
            numbers = one.get("numbers")
            asked = ", ".join(map(str, numbers.values())) if isinstance(numbers, dict) else ""
            yield (operation, verdict, name), f"{words}{f' (asked about {asked})' if asked else ''}"


def _findings(found: Counter[_Key], first: Mapping[_Key, str], total: Counter[str]) -> list[Finding]:
    told = []
    for key, count in found.most_common():
        operation, verdict, what = key
        words = {
            DIFFERENT: f"{what} differs: {first[key]}",
            ONLY_V3: f"over API v3 it failed, over v2 it did not: {first[key]}",
            ONLY_V2: f"over v2 it failed, over API v3 it did not: {first[key]}",
        }.get(verdict, what)
        hint = first[key] if verdict == REFUSED else ""
        place = f"{operation}, {count:,} time{'s' if count > 1 else ''}"
        told.append(Finding(f"shadow.{verdict.replace(' ', '_')}", _LEVELS.get(verdict, WARNING), place, words, hint))
    if not any(total[name] for name in (*_COMPARED, TRANSLATED, REFUSED)):
        hint = "see that the program calls the shadow in place of the client, and that sample is not 0"
        told.append(Finding("shadow.nothing", WARNING, "the run", "no call was compared, and none translated", hint))
    return told
