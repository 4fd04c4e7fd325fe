"""What every fixer is held to: it stops where it says, changes nothing else, and a second run changes nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

import pytest

from wxpay_v2.migration.rewriting.code import CodeBase, Example, Fixer

SHOP = "shop/pay.py"


def fixed(fixer: Fixer, sources: str | Mapping[str, str], path: str = SHOP) -> tuple[Any, list[str]]:
    """Return what *fixer* makes of *sources* (one file, or path -> file), and the ids of its findings."""
    files = {path: sources} if isinstance(sources, str) else sources
    code = CodeBase({PurePosixPath(name): text.encode() for name, text in files.items()})
    found = [finding.id for finding in fixer.fix(code)]
    assert not code.unread, code.unread
    results = {str(name): file.result.decode() for name, file in code.files.items()}
    after = {name: results.get(name, text) for name, text in files.items()}
    for text in after.values():
        ast.parse(text)
    return (after[path] if isinstance(sources, str) else after), found


def stays(fixer: Fixer, sources: str | Mapping[str, str], *findings: str, path: str = SHOP) -> None:
    """Require that *fixer* changes nothing and says *findings*, if any are given exactly those kinds."""
    after, found = fixed(fixer, sources, path)
    assert after == sources
    assert set(findings) <= set(found)
    if not findings:
        assert found == []


def becomes(fixer: Fixer, before: str, after: str, path: str = SHOP) -> list[str]:
    """Require that *before* becomes *after*, and *after* itself; return the findings."""
    result, found = fixed(fixer, before, path)
    assert result == after
    assert fixed(fixer, after, path) == (after, [])
    return [*found]


def each(examples: Iterable[Example]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", examples, ids=attrgetter("title"))
