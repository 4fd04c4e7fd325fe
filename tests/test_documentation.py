"""A row told to a reader: every fact of the row stands in the text behind help()."""

from __future__ import annotations

import inspect
import pydoc
from operator import attrgetter

import pytest

from tests.fixtures import Script, client
from wxpay_v2.client import Client
from wxpay_v2.documentation import docstring, sent_by_caller
from wxpay_v2.operation import Field, Operation, one_of, stated
from wxpay_v2.v2 import catalogue

OPERATIONS = catalogue.operations()


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
def test_the_manual_page_tells_every_fact_of_the_row(operation: Operation) -> None:
    page = docstring(operation)
    words = " ".join(page.split())
    first = page.splitlines()[0]
    assert operation.title in first
    assert operation.path in first
    for field in sent_by_caller(operation):
        assert f" {field.name}" in page
        assert " ".join(field.means.split()) in words
        for value in field.values:
            assert value in words
    for field in operation.response:
        assert field.name in words or field.when == "always"
    for row in operation.errors:
        assert f"{row.code}: {row.means}; {row.remedy}" in words
    for fact in (*operation.limits, *operation.notes):
        assert " ".join(fact.split()) in words
    for field in (*operation.request, *operation.response):
        assert " ".join(field.doubt.split()) in words
    assert operation.sources[0] in page


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
def test_the_manual_page_fits_a_screen_and_a_docstring(operation: Operation) -> None:
    page = docstring(operation)
    assert max(map(len, page.splitlines())) <= 112 or "https://" in max(page.splitlines(), key=len)
    assert page == inspect.cleandoc(page)
    assert "\t" not in page
    assert not page.endswith("\n")


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
def test_ids_nonce_and_signature_are_not_the_callers_to_give(operation: Operation) -> None:
    names = {field.name for field in sent_by_caller(operation)}
    assert not names & {"appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str", "sign", "sign_type"}
    assert names | {*operation.ids.values(), "nonce_str", "sign", "sign_type"} >= {
        row.name for row in operation.request
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
def test_a_certificate_and_a_missing_signature_are_told(operation: Operation) -> None:
    words = " ".join(docstring(operation).split())
    assert ("Needs the merchant certificate." in words) is operation.certificate
    assert ("The reply carries no signature." in words) is not operation.signed_response


def test_a_field_is_told_with_need_unit_and_range() -> None:
    row = Operation(
        "thing", path="/thing", title="A thing", request=(
            Field("fee", "amount", min=1, unit="cent", means="what it costs", required=stated("when asked")),
            Field("a", max=8, means="one way", required=one_of("a", "b")),
            Field("b", "enum", values=("Y", "N"), means="another", required=one_of("a", "b")),
            Field("c", means="plain"),
        ),
    )  # fmt: skip
    page = docstring(row)
    assert page.startswith("A thing")
    assert "POST /thing" in page.splitlines()[0]
    assert "    fee [when asked]: what it costs (at least 1, cent)\n" in page
    assert "    a [one of a, b]: one way (at most 8 characters)\n" in page
    assert "    b [one of a, b]: another (Y | N)\n" in page
    assert page.endswith("    c: plain")


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_help_of_a_method_is_its_manual_page(name: str) -> None:
    method = getattr(client(Script([])), name)
    assert method.__doc__ == docstring(catalogue.find(name))
    assert method.__name__ == name
    assert method.__qualname__ == f"Client.{name}"
    assert method.__module__ == "wxpay_v2.client"
    text = pydoc.plain(pydoc.render_doc(method))
    assert catalogue.find(name).title in text
    assert getattr(Client, name).__doc__ == method.__doc__


def test_help_of_the_client_lists_every_method() -> None:
    text = pydoc.plain(pydoc.render_doc(Client))
    for name in catalogue.NAMES:
        assert f"\n |  {name}(" in text
