"""The catalogue of API v3 by itself: it finds its rows, and every row is sound."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    BOOL,
    DATE,
    DECIDED,
    ENUM,
    FILE,
    GLOBAL,
    INT,
    LIST,
    MAINLAND,
    NOT_DONE,
    OBJECT,
    ONCE,
    READ,
    SAME_NUMBER,
    TEXT,
    TIME,
    UNKNOWN,
    Field,
    Notification,
)
from wxpay_v2.v3 import catalogue
from wxpay_v2.v3.catalogue import mainland, notifications
from wxpay_v2.v3.operation import V3Operation

ROWS = tuple((region, row) for region in (GLOBAL, MAINLAND) for row in catalogue.every(region))
every_row = pytest.mark.parametrize(("region", "row"), ROWS, ids=[f"{region}-{row.name}" for region, row in ROWS])
NOTIFICATIONS = tuple((region, row) for region in (GLOBAL, MAINLAND) for row in notifications.every(region))
every_notification = pytest.mark.parametrize(
    ("region", "row"), NOTIFICATIONS, ids=[f"{region}-{row.kind}" for region, row in NOTIFICATIONS]
)
KINDS = {TEXT, ENUM, INT, AMOUNT, BOOL, TIME, DATE, LIST, OBJECT, FILE}
QUICK_PAY = {(GLOBAL, "micropay"), (MAINLAND, "codepay"), (MAINLAND, "partner_codepay")}


def levels(where: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, tuple[Field, ...]]]:
    yield where, fields
    for field in fields:
        if field.fields:
            yield from levels(f"{where}.{field.name}", field.fields)


# Finding


@every_row
def test_an_operation_is_found_by_name_and_by_path(region: str, row: V3Operation) -> None:
    assert catalogue.find(region, row.name) is row
    values = {name: f"A_{at}" for at, name in enumerate(row.in_path)}
    path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], row.path)
    assert catalogue.match(region, row.method, path) == (row, values)


@pytest.mark.parametrize(("region", "package"), [(GLOBAL, catalogue), (MAINLAND, mainland)])
def test_the_index_and_the_modules_hold_the_same_rows(region: str, package: object) -> None:
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]
    written = {
        (module.name, constant.lower(), value.method, value.path)
        for module in iter_modules(path)
        if not module.ispkg
        for constant, value in vars(import_module(f"{name}.{module.name}")).items()
        if isinstance(value, V3Operation)
    }
    assert written == {(family, name, *call) for name, (family, *call) in catalogue._INDEX[region].items()}
    assert tuple(row.name for row in catalogue.every(region)) == catalogue.NAMES[region]


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_no_two_operations_share_a_call(region: str) -> None:
    calls = [(row.method, re.sub(r"\{\w+\}", "{}", row.path)) for row in catalogue.every(region)]
    assert len(set(calls)) == len(calls)


def test_a_path_parameter_is_decoded_once() -> None:
    found = catalogue.match(GLOBAL, "GET", "/v3/global/transactions/out-trade-no/a%7C%2540")
    assert found is not None
    assert found[1] == {"out_trade_no": "a|%40"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/v3/global/transactions/native"),
        ("post", "/v3/global/transactions/native"),
        ("POST", "/v3/global/transactions/native/"),
        ("POST", "/v3/global/transactions/native?x=1"),
        ("POST", "/v3/pay/transactions/native"),
        ("GET", "/v3/global/transactions/out-trade-no/"),
        ("GET", "/v3/global/transactions/out-trade-no/a/b"),
        ("GET", "/v3/global/transactions/out-trade-no/%FF"),
        ("GET", None),
        (None, "/v3/global/certificates"),
    ],
)
def test_a_call_that_no_operation_has_is_none(method: object, path: object) -> None:
    assert catalogue.match(GLOBAL, method, path) is None  # type: ignore[arg-type]


def test_an_unknown_name_is_refused_with_the_close_ones() -> None:
    with pytest.raises(InvalidRequest, match="API v3 global has no operation 'refund_creat'") as caught:
        catalogue.find(GLOBAL, "refund_creat")
    assert "refund_create" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "common", "__init__", "MICROPAY", None, 7, ["micropay"]])
def test_what_is_no_operation_is_refused(name: object) -> None:
    with pytest.raises(InvalidRequest, match="has no operation"):
        catalogue.find(GLOBAL, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("region", ["", "GLOBAL", None, 7, ["global"]])
def test_what_is_no_region_is_refused(region: object) -> None:
    for call in (
        lambda: catalogue.find(region, "micropay"),  # type: ignore[arg-type]
        lambda: catalogue.every(region),  # type: ignore[arg-type]
        lambda: catalogue.match(region, "GET", "/"),  # type: ignore[arg-type]
    ):
        with pytest.raises(InvalidRequest, match="there is no region"):
            call()


def test_a_family_is_imported_when_it_is_asked_for() -> None:
    program = """
import sys
from wxpay_v2.v3 import catalogue
ROOT = "wxpay_v2.v3.catalogue."
def families(): return {name.removeprefix(ROOT) for name in sys.modules if name.startswith(ROOT)}
assert not families(), families()
catalogue.match("global", "POST", "/v3/global/refunds")
assert families() == {"refunds", "common"}, families()
catalogue.find("mainland", "codepay")
assert families() == {"refunds", "common", "mainland", "mainland.common", "mainland.quick_pay"}, families()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


# Each row


@every_row
def test_the_parameters_of_the_path_are_the_fields_that_travel_there(region: str, row: V3Operation) -> None:
    assert sorted(re.findall(r"\{(\w+)\}", row.path)) == sorted(row.in_path)
    assert all(field.required is ALWAYS for field in row.request if field.place == "path")
    assert row.path.startswith("/v3/")


@every_row
def test_every_field_is_sound(region: str, row: V3Operation) -> None:
    for side in (row.request, row.response):
        for where, fields in levels(row.name, side):
            names = [field.name for field in fields]
            told = {(field.name, field.place == "path") for field in fields}  # one call repeats a number in its body
            assert len(told) == len(names), f"{where} has a field twice"
            for field in fields:
                place = f"{where}.{field.name}"
                assert field.kind in KINDS, place
                assert field.means, place
                assert not field.required.names or field.required.kind in ("modes", "one of", "when"), place
                if field.required.kind in ("one of", "when"):
                    assert set(field.required.names) <= set(names), place
                assert set(field.modes) <= set(row.modes), place
                assert bool(field.values) == (field.kind == ENUM or field.item == ENUM), place
                assert (field.kind == DATE) == (field.format in ("yyyyMMdd", "yyyy-MM-dd")), place
                assert (field.kind == TIME) == (field.format == "RFC 3339"), place
                assert (field.kind == AMOUNT) == bool(field.unit), place
                assert not field.place or where == row.name, f"{place}: only a field of the call itself has a place"
                assert not field.fields or field.kind in (LIST, OBJECT), place
                assert field.kind != LIST or bool(field.item) != bool(field.fields), place
                assert not field.pattern or re.compile(field.pattern, re.ASCII), place


@every_row
def test_an_operation_names_its_numbers_and_what_answers_for_it(region: str, row: V3Operation) -> None:
    assert row.regions == (region,)
    assert row.repeat in (READ, SAME_NUMBER, ONCE)
    assert set(row.numbers) <= {field.name for field in row.request}
    if row.query:
        query = catalogue.find(region, row.query)
        assert query.repeat == READ
        assert set(row.modes) <= set(query.modes)
    if row.method == "GET":
        assert row.repeat == READ
        assert not row.moves_money
        assert row.request_format == "query"
        assert all(field.place for field in row.request)
    assert row.query or not row.moves_money, "who moves money must be able to ask what became of it"


@every_row
def test_a_lost_call_can_be_asked_for_with_what_it_was_sent_with(region: str, row: V3Operation) -> None:
    if not row.moves_money:
        return
    asked = catalogue.find(region, row.query)
    sent = {field.name for field in row.request}
    # In the query the caller's numbers stand under the same names, and nothing else is needed that was not sent.
    needed = {field.name for field in asked.request if field.required.kind in ("always", "modes")}
    assert needed <= sent | {"mchid", "sp_mchid", "sub_mchid"}
    assert set(row.numbers) & needed


@every_row
def test_an_answer_has_a_body_unless_its_status_is_204(region: str, row: V3Operation) -> None:
    assert (row.success == (204,)) == (row.response_format == "none")
    assert row.response_format in ("json", "none", "csv", "binary")
    assert row.signed_response or row.response_format in ("csv", "binary"), "only downloads come unsigned"
    assert row.response or row.response_format != "json"


@every_row
def test_the_errors_tell_their_status_and_what_became_of_the_money(region: str, row: V3Operation) -> None:
    codes = [error.code for error in row.errors]
    assert len(set(codes)) == len(codes)
    for error in row.errors:
        assert 400 <= error.status < 600 or (error.status, error.code) == (202, "USERPAYING")
        assert error.outcome in (NOT_DONE, UNKNOWN, DECIDED)
        assert error.means
        assert error.remedy
        # Whatever the server could not say is not known, and is no refusal.
        if error.status >= 500:
            assert (error.outcome == UNKNOWN) == (error.code not in ("INVALID_TRANSACTIONID", "OPENID_MISMATCH"))


@every_row
def test_m4_no_error_of_a_payment_that_is_sent_once_says_repeat(region: str, row: V3Operation) -> None:
    if row.repeat == ONCE and row.moves_money:
        assert not any(error.repeat for error in row.errors)


@pytest.mark.parametrize(("region", "name"), sorted(QUICK_PAY))
def test_quick_pay_waits_longer_and_is_asked_about_and_reversed(region: str, name: str) -> None:
    row = catalogue.find(region, name)
    assert (row.repeat, row.moves_money, row.read_timeout) == (ONCE, True, 30.0)
    assert (row.query_after, row.reverse_after) == (5.0, 15.0)
    assert row.success == (200, 202)


def test_only_quick_pay_waits_longer() -> None:
    assert {(region, row.name) for region, row in ROWS if row.read_timeout is not None} == QUICK_PAY


def test_an_unsigned_answer_is_a_download() -> None:
    assert {(region, row.name) for region, row in ROWS if not row.signed_response} == {
        (MAINLAND, "bill_download"),
        (GLOBAL, "complaint_image_get"),
    }


def test_fields_that_travel_encrypted_are_known_by_their_way() -> None:
    assert catalogue.find(GLOBAL, "merchant_add").sensitive == ("contact.name", "contact.phone", "contact.email")
    assert catalogue.find(GLOBAL, "profit_sharing_order").sensitive == ("receivers[].name",)


def test_what_encrypts_is_never_asked_of_the_caller() -> None:
    for _, row in ROWS:
        serial = row.field("Wechatpay-Serial")
        assert serial is None or serial.required.kind == "stated"


def test_no_row_speaks_of_files_that_nobody_has() -> None:
    told = [text for _, row in ROWS for text in (*row.notes, *row.limits, row.title, *(f.means for f in row.response))]
    assert [text for text in told if re.search(r"\.(md|yaml)\b|see notes|skills", text)] == []


# Notifications


@every_notification
def test_a_notification_is_found_and_sound(region: str, row: Notification) -> None:
    assert notifications.find(region, row.kind) is row
    assert row.signed
    assert row.encrypted == "resource"
    names = {field.name for field in row.decrypted}
    assert set(row.proof) <= names
    assert set(row.key) <= names
    for where, fields in levels(row.kind, row.decrypted):
        assert len({field.name for field in fields}) == len(fields), where
        assert all((field.kind == AMOUNT) == bool(field.unit) for field in fields), where


def test_the_kind_is_told_by_the_event_type() -> None:
    assert notifications.kind_of("REFUND.ABNORMAL") == "refund"
    assert notifications.kind_of("SOMETHING.NEW") == ""
    assert set(notifications.EVENT_TYPES.values()) | {"combined"} == set(notifications.KINDS)


@pytest.mark.parametrize(("region", "kind"), [(MAINLAND, "contract"), (GLOBAL, "combined"), ("", ""), (None, ["x"])])
def test_what_is_no_notification_is_refused(region: object, kind: object) -> None:
    with pytest.raises(InvalidRequest, match="has no notification"):
        notifications.find(region, kind)  # type: ignore[arg-type]


def test_the_timetable_is_a_day_long() -> None:
    assert sum(notifications.find(GLOBAL, "transaction").retry) == 24 * 3600 + 4 * 60
