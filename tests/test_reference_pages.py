"""The reference pages that the documentation makes from the rows: every fact of a row stands on its page."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.pages import ROOT, page
from wxpay_v2.documentation import sent_by_caller
from wxpay_v2.operation import Field, Notification, Operation
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.catalogue.invocations import INVOCATIONS, Invocation

OPERATIONS = catalogue.operations()
NOTIFICATIONS = [notifications.find(kind) for kind in notifications.KINDS]


@cache
def extension() -> ModuleType:
    """The extension of docs/conf.py; docs is no package."""
    spec = importlib.util.spec_from_file_location("catalogue_pages", ROOT / "docs" / "catalogue_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def written() -> dict[str, str]:
    pages: dict[str, str] = extension().pages()
    return pages


def plain(text: str) -> str:
    """The words of *text*, without its escapes."""
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


@cache
def section(name: str, heading: str) -> str:
    """The part of page *name* that begins with *heading*."""
    text = written()[name]
    begin = text.index(heading)
    end = text.find("\n.. py:method::", begin + 1) if heading.startswith(".. py:method") else text.find("\n.. _", begin)
    return plain(text[begin : end if end > 0 else None])


def of(row: Operation) -> str:
    return section(catalogue.family(row.name), f".. py:method:: wxpay_v2.Client.{row.name}(")


def flat(rows: Iterable[Field]) -> Iterator[Field]:
    for row in rows:
        yield row
        yield from flat(row.fields)


def assert_tells_the_fields(text: str, rows: Iterable[Field]) -> None:
    for row in flat(rows):
        facts = [row.name, plain(row.means), row.unit, row.format, row.doubt, *row.values]
        facts += [f"at most {row.max}"] if row.max is not None else []
        facts += [f"at least {row.min}"] if row.min is not None else []
        assert [fact for fact in facts if plain(fact) not in text] == [], row.name


@pytest.mark.parametrize("row", OPERATIONS, ids=attrgetter("name"))
def test_the_page_tells_every_fact_of_an_operation(row: Operation) -> None:
    text = of(row)
    assert f"``{row.method} {row.path}``" in text
    assert f"* Regions: {', '.join(row.regions)} *" in text
    assert f"* Access modes: {', '.join(row.modes).replace('_', ' ')} *" in text
    assert ("* Certificate: the merchant's" in text) is row.certificate
    assert ("* Moves money: yes" in text) is row.moves_money
    assert ("* Repeat: never" in text) is (row.repeat == "once")
    assert ("* Repeat: a read" in text) is (row.repeat == "read")
    assert not row.sign_name or f"* Signature: {' or '.join(row.sign_types)}" in text
    assert not row.query or f"* Settled by: :meth:`~wxpay_v2.Client.{row.query}`" in text
    assert_tells_the_fields(text, (*sent_by_caller(row), *row.response))
    for field in sent_by_caller(row):
        assert field.required.kind == "never" or plain(field.required.words) in text
    for error in row.errors:
        assert plain(f"``{error.code}`` - {error.means} - {error.remedy}") in text
    facts = [*row.limits, *row.notes, *row.sources, *row.supplied.values()]
    assert [fact for fact in facts if plain(fact) not in text] == []
    for told in (row.confidence, row.errors_confidence, row.limits_confidence):
        assert told in ("documented", "none") or f"{told} sources" in text
    assert (row.errors_confidence == "none") is ("no page lists its error codes" in text)


@pytest.mark.parametrize("row", OPERATIONS, ids=attrgetter("name"))
def test_what_the_client_adds_is_named_and_not_asked_for(row: Operation) -> None:
    (added,) = re.findall(r"The client adds (.+?)\. (?:\.\. rubric|$)", of(row) + " ")
    theirs = {field.name for field in row.request} - {field.name for field in sent_by_caller(row)}
    assert theirs <= set(re.findall(r"``(\w+)``", added)) <= theirs | row.supplied.keys()
    (signature,) = re.findall(rf"Client\.{row.name}\((.*?)\)", of(row))
    assert not theirs & set(signature.split(", "))


def test_every_family_has_a_page_and_every_page_a_place() -> None:
    families = {catalogue.family(name) for name in catalogue.NAMES}
    others = {"operations", "notifications", "invocations", "error_codes"}
    v3 = {name for name in written() if name.startswith("v3_")}
    named = {"v3_operations", "v3_notifications"}
    assert written().keys() - v3 == families | others
    assert set(re.findall(r"^   (\w+)$", written()["operations"], re.MULTILINE)) == families
    assert set(re.findall(r"^   (\w+)$", written()["v3_operations"], re.MULTILINE)) == v3 - named
    assert set(re.findall(r"_generated/(\w+)$", page("docs/reference.rst"), re.MULTILINE)) == others | named


@pytest.mark.parametrize("row", NOTIFICATIONS, ids=attrgetter("kind"))
def test_the_page_tells_every_fact_of_a_notification(row: Notification) -> None:
    text = section("notifications", f".. _notification-{row.kind}:")
    assert plain(row.title) in text and f"* Kind: ``{row.kind}``" in text
    assert ("* Trusted by: its signature" in text) is row.signed
    assert_tells_the_fields(text, (*row.fields, *row.decrypted))
    facts = [*row.key, *row.marks, *row.proof, *row.notes, *row.sources, ", ".join(map(str, row.retry))]
    assert [fact for fact in facts if plain(fact) not in text] == []


@pytest.mark.parametrize("row", INVOCATIONS, ids=attrgetter("name"))
def test_the_page_tells_every_fact_of_a_call_on_the_payers_side(row: Invocation) -> None:
    text = section("invocations", f".. _invocation-{row.name}:")
    facts: list[Any] = [row.title, row.call, row.template, *row.signed, *row.passed, *row.notes, *row.sources]
    facts += [*row.values, *row.values.values(), *row.results, *row.results.values(), *row.limits.values()]
    assert [fact for fact in facts if plain(str(fact)) not in text] == []


def test_every_error_code_has_its_place_with_what_each_operation_makes_of_it() -> None:
    text = written()["error_codes"]
    for row in OPERATIONS:
        for error in row.errors:
            begin = text.index(f".. index:: single: {error.code}; err_code\n")
            end = text.find(".. index::", begin + 1)
            entry = plain(text[begin : end if end > 0 else None])
            assert plain(error.remedy) in entry
            assert f":meth:`~wxpay_v2.Client.{row.name}`" in entry


def test_markup_in_a_row_is_shown_as_it_is() -> None:
    assert extension().text("a_b * `c` |d| <e>") == r"a\_b \* \`c\` \|d\| \<e\>"
    assert extension().text("(see https://shop.example/a_b)") == "(see https://shop.example/a_b)"


def test_pages_are_written_once_and_old_ones_removed(tmp_path: Path) -> None:
    folder = tmp_path / "_generated"
    folder.mkdir()
    (folder / "an_old_family.rst").write_text("old", encoding="utf-8")
    extension().write(SimpleNamespace(srcdir=tmp_path))
    assert {path.stem for path in folder.glob("*.rst")} == written().keys()
    (folder / "orders.rst").write_text("stale", encoding="utf-8")
    kept = (folder / "refunds.rst").stat().st_mtime_ns
    extension().write(SimpleNamespace(srcdir=tmp_path))
    assert (folder / "orders.rst").read_text(encoding="utf-8") == written()["orders"]
    assert (folder / "refunds.rst").stat().st_mtime_ns == kept, "what has not changed is not read by Sphinx again"
