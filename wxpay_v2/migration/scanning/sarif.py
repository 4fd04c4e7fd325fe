"""A scan as SARIF 2.1.0, which code hosts show beside the lines.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from wxpay_v2 import __version__
from wxpay_v2.migration.scanning.fates import CARRIED, REFUSED, UNKNOWN, WITH_LOSSES
from wxpay_v2.migration.scanning.site import CONSULTED
from wxpay_v2.migration.scanning.summary import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.migration.scanner import Call, Scan

__all__ = ["document"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# fate -> (rule, level, in short)
_RULES = {
    REFUSED: ("refused", "error", "A call of API v2 that API v3 does not carry"),
    UNKNOWN: ("unknown", "warning", "A call of API v2 that cannot be told"),
    WITH_LOSSES: ("carried-with-losses", "warning", "A call of API v2 whose answer loses fields under API v3"),
    CARRIED: ("carried", "note", "A call of API v2 that API v3 carries"),
}


def document(scan: Scan, *, root: str | os.PathLike[str] = ".") -> dict[str, Any]:
    """Return the log of one run. root: what the paths are told from; what lies outside of it keeps its full path."""
    base = Path(root).resolve()
    calls = [call for call in scan.calls if call.site.kind in CONSULTED]
    seen: Counter[str] = Counter()
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "results": [_result(call, base, seen) for call in calls],
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {
                                "level": "warning" if one.severe else "note",
                                "message": {"text": one.reason},
                                "locations": [_location(one.path, base, {"startLine": max(one.line, 1)})],
                            }
                            for one in scan.unread
                        ],
                    }
                ],
            }
        ],
    }


def _driver() -> dict[str, Any]:
    return {
        "name": "wxpay-v2 scan",
        "version": __version__,
        "rules": [
            {
                "id": rule,
                "name": "".join(word.capitalize() for word in rule.split("-")),
                "shortDescription": {"text": short},
                "defaultConfiguration": {"level": level},
            }
            for rule, level, short in _RULES.values()
        ],
    }


def _result(call: Call, base: Path, seen: Counter[str]) -> dict[str, Any]:
    site, fate = call.site, call.fate
    rule, level, _ = _RULES[fate.verdict]
    words = [f"{name_of(call)}: {fate.verdict} under API v3"]
    if fate.reason:
        words.append(f"{fate.reason}; {fate.remedy}" if fate.remedy else fate.reason)
    if fate.lost:
        words.append(f"lost: {', '.join(name for name, _ in fate.lost)}")
    location = _location(site.path, base, {"startLine": site.line, "startColumn": site.column, "endColumn": site.end})
    # The same call twice in a file is told apart by its place among them, not by its line, which moves.
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    key = "\0".join((uri, site.kind, site.library, site.operation, site.text))
    seen[key] += 1
    return {
        "ruleId": rule,
        "ruleIndex": [one[0] for one in _RULES.values()].index(rule),
        "level": level,
        "message": {"text": ". ".join(words) + "."},
        "locations": [location],
        "partialFingerprints": {"place/v1": hashlib.sha256(f"{key}\0{seen[key]}".encode()).hexdigest()[:32]},
        "properties": {
            "operation": site.operation, "library": site.library, "kind": site.kind, "effort": call.effort,
            "fieldsLost": [name for name, _ in fate.lost], "certain": site.certain,
        },
    }  # fmt: skip


def _location(path: str, base: Path, region: dict[str, int]) -> dict[str, Any]:
    whole = Path(os.path.abspath(path))
    try:
        told = {"uri": quote(whole.relative_to(base).as_posix()), "uriBaseId": "%SRCROOT%"}
    except ValueError:
        told = {"uri": whole.as_uri()}
    return {"physicalLocation": {"artifactLocation": told, "region": region}}
