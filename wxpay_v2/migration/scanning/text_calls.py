"""Places that speak v2 in the text of any language: endpoint paths, calls of well-known SDKs, names of settings."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from wxpay_v2.migration.scanning import endpoints
from wxpay_v2.migration.scanning.languages import without_comments
from wxpay_v2.migration.scanning.sdks import SDKS
from wxpay_v2.migration.scanning.site import CONFIGURATION, ENDPOINT, HAND_WRITTEN, Site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.scanning.languages import Language, Literal
    from wxpay_v2.migration.scanning.sdks import Sdk

__all__ = ["LONGEST_LINE", "Lines", "configuration", "find", "is_no_call"]

_MOST_CLIENTS = 50  # names of one library's clients in one file
LONGEST_LINE = 2000  # characters; what is longer was written by a program

_ARROW = r"\s*(?:\(\s*\))?\s*(?:->|\?->|\?\.|!\.|::|\.)\s*"
_ARGUMENTS = r"(?:\((?:[^()]|\((?:[^()]|\([^()]{0,200}\)){0,400}\)){0,400}\))"
_ROUTE = re.compile(
    r"(?:@\w*(?:Mapping|Route|Path|Post|Get|Put|RequestLine)\w*\s*\(|\bRoute::\w+\(|\[Route\w*\(|\[Http\w+\("
    r"|\b(?:path|re_path|url|add_url_rule|add_route|route|HandleFunc|Handle|MapPost|MapGet)\("
    r"|\b(?:router|app|fastify|server|engine|group|bp|blueprint|urlpatterns)\.(?:get|post|put|all|any|use|route|GET|POST|Any)\()"
)
_COMPARED = re.compile(r"(?:[=!]==?|\bcase|\bin|\bindexOf\(|\bendsWith\(|\bequals\()\s*[(\[]?\s*[brufBRUF$@]*['\"`]$")
_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,24}[_.-]){0,4}(?:wx|wechat|weixin)?[_-]?"
    r"(?:mch|merchant|part(?:n|e)r?n?er|pay_?sign)(?:[_-]?(?:api|secret|sign|pay|v2))*[_-]?(?:key|secret)"
    r"(?=['\"]?\s*(?:=(?!=)|:|=>|,|\)|\]|$))",
    re.I | re.M,
)
_P12 = re.compile(r"apiclient_cert\.p12")
_CHAIN = re.compile(
    r"(?:\.|->)\s*(?P<what>v2(?P<path>(?:\s*(?:\.|->)\s*\w+)+?))\s*(?:\.|->)\s*(?:post|postAsync|get)\s*\("
)


class Lines:
    """Where the characters of a text stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, position: int) -> tuple[int, int]:
        """Return line and column, from 1, of the character at *position*."""
        line = bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r")

    def site(
        self, path: str, start: int, end: int, kind: str, library: str, operation: str, certain: bool = True
    ) -> Site:
        line, column = self.at(start)
        whole = self.line(line)
        last = min(column + end - start, len(whole) + 1)
        return Site(path, line, column, last, kind, library, operation, whole[column - 1 : last - 1], certain)


def find(path: str, text: str, language: Language) -> Iterator[Site]:
    """Yield the places of *text* that speak v2."""
    seen: set[tuple[int, int]] = set()
    for site in _all(path, text, language):
        if (site.line, site.column) not in seen:  # libraries that share their names: the first of the table
            seen.add((site.line, site.column))
            yield site


def _all(path: str, text: str, language: Language) -> Iterator[Site]:
    clean, literals = without_comments(text, language)
    lines = Lines(text)
    yield from _endpoints(path, clean, literals, lines)
    for sdk in SDKS:
        if language.name in sdk.languages and sdk.mark.search(text):
            yield from _calls(path, clean, sdk, lines)
    for match in _CHAIN.finditer(clean):
        operation = endpoints.operation_of("/".join(re.findall(r"\w+", match["path"])).lower())
        if operation:
            yield lines.site(path, match.start("what"), match.end("what"), ENDPOINT, HAND_WRITTEN, operation)
    yield from configuration(path, clean, lines)


def _endpoints(path: str, clean: str, literals: list[Literal], lines: Lines) -> Iterator[Site]:
    evident = endpoints.EVIDENCE.search(lines.text) is not None
    own = endpoints.bases(clean)
    for literal in literals:
        if "/" not in literal.content and not own:
            continue
        for one in endpoints.find(literal.content, own=own, evident=evident):
            start = literal.start + one.start
            absolute = "weixin.qq.com" in literal.content
            if not absolute and is_no_call(clean[clean.rfind("\n", 0, start) + 1 : start]):
                continue
            kind = ENDPOINT if one.path else CONFIGURATION
            yield lines.site(path, start, literal.start + one.end, kind, HAND_WRITTEN, one.operation)


def is_no_call(before: str) -> bool:
    """Return whether what stands *before* a path on its line makes it this program's own address, or a comparison."""
    return _ROUTE.search(before) is not None or _COMPARED.search(before) is not None


def _calls(path: str, clean: str, sdk: Sdk, lines: Lines) -> Iterator[Site]:
    for pattern, row in _patterns(sdk):
        for match in pattern.finditer(clean):
            kind, operation = row or sdk.telling[_plain(match["what"])]
            yield lines.site(path, _last(match), match.end("what"), kind, sdk.library, operation)
    if not sdk.calls:
        return
    names = _clients(clean, sdk)
    direct = [rf"{maker}\s*{_ARGUMENTS}" for maker in sdk.makers if not maker.endswith(")")]
    direct += [maker for maker in sdk.makers if maker.endswith(r"\)")]
    receivers = [*(re.escape(name) for name in sorted(names, key=len, reverse=True)), *sdk.receivers]
    if receivers:
        direct.append(rf"(?<![\w$])\$?@?(?:{'|'.join(receivers)})(?:\s*{_ARGUMENTS})?")
    if not direct:
        return
    methods = "|".join(_dotted(name) for name in sorted(sdk.calls, key=len, reverse=True))
    pattern = re.compile(rf"(?:{'|'.join(direct)}){_ARROW}(?P<what>{methods})(?=\s*\()")
    for match in pattern.finditer(clean):
        kind, operation = sdk.calls[_plain(match["what"])]
        yield lines.site(path, _last(match), match.end("what"), kind, sdk.library, operation)


def _last(match: re.Match[str]) -> int:
    """Return where the method's own name starts, after the parts before it."""
    found = re.search(r"\w+$", match["what"])
    return match.start("what") + (found.start() if found else 0)


@cache
def _patterns(sdk: Sdk) -> list[tuple[re.Pattern[str], tuple[str, str] | None]]:
    """Return patterns with the group "what", each with what it stands for; None: that is told by the match."""
    made: list[tuple[re.Pattern[str], tuple[str, str] | None]] = []
    made += [(re.compile(f"(?P<what>{source})"), row) for source, row in sdk.patterns.items()]
    if sdk.telling:
        methods = "|".join(_dotted(name) for name in sorted(sdk.telling, key=len, reverse=True))
        made.append((re.compile(rf"(?:->|\.|::)\s*(?P<what>{methods})(?=\s*\()"), None))
    return made


def _dotted(name: str) -> str:
    return _ARROW.join(re.escape(part) for part in name.split("."))


def _plain(found: str) -> str:
    return ".".join(re.findall(r"\w+", found))


def _clients(clean: str, sdk: Sdk) -> set[str]:
    """Return the names that hold a client of *sdk* in the text."""
    found: set[str] = set()
    for kind in sdk.types:
        found.update(re.findall(rf"\b{kind}\s+[*&$]?(\w+)", clean))  # Java, C#, PHP: Type name
        found.update(re.findall(rf"\b(\w+)\s*:\s*[*&]?{kind}\b", clean))  # Kotlin, TypeScript: name: Type
        found.update(re.findall(rf"\b(\w+)\s+\*?{kind}\b", clean))  # Go: name Type
    for maker in (*sdk.makers, *(rf"new\s+(?:[\w.]+\.)?{kind}" for kind in sdk.types)):
        found.update(
            re.findall(
                rf"\b(\w+)\s*(?:,\s*\w+\s*)?(?::=|=|:)\s*(?:await\s+)?(?:new\s+)?&?\\?(?:\w+(?:\.|\\|::))*{maker}\b",
                clean,
            )
        )
    if len(found) > _MOST_CLIENTS:
        found = set(sorted(found)[:_MOST_CLIENTS])
    if found:  # this.client = client
        names = "|".join(map(re.escape, sorted(found)))
        found.update(re.findall(rf"\b(\w+)\s*(?::=|=)\s*\$?(?:this\.|this->)?(?:{names})\s*[;\n,)]", clean))
    return found - {"return", "new", "class", "extends", "implements", "import", "public", "private", "final", "static"}


def configuration(path: str, clean: str, lines: Lines) -> Iterator[Site]:
    """Yield the first place of every setting that only v2 has."""
    told: set[str] = set()
    if endpoints.EVIDENCE.search(clean) is None:
        return
    for pattern in (_KEYS, _P12):
        for match in pattern.finditer(clean):
            whole = match.group().lower()
            name = whole.rpartition(".")[2] if pattern is _KEYS else whole  # pay.mch_key: an attribute, or a section
            if name in told or any(word in whole for word in ("v3", "public", "private")):
                continue
            told.add(name)
            yield lines.site(path, match.end() - len(name), match.end(), CONFIGURATION, HAND_WRITTEN, "")
