"""Documents of API v3 against their rows: what fits passes, every fault is named, and the parts arrive as they left."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import each
from tests.v3.catalogue.documents import documents, least, needed
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DATE,
    DIRECT,
    GLOBAL,
    INSTITUTION,
    INT,
    LIST,
    MAINLAND,
    OBJECT,
    SERVICE_PROVIDER,
    TEXT,
    TIME,
    Field,
)
from wxpay_v2.v3 import catalogue
from wxpay_v2.v3.catalogue.common import NUMBER
from wxpay_v2.v3.document import _SEGMENT, MAX_DEPTH, _mode, check, parts
from wxpay_v2.v3.operation import V3Operation
from wxpay_v2.validation import CHARACTERS, MISSING, TYPE, VALUE, Fault

CALLS = tuple(
    (region, row, mode) for region in (GLOBAL, MAINLAND) for row in catalogue.every(region) for mode in row.modes
)
every_call = pytest.mark.parametrize(
    ("row", "mode"),
    [(row, mode) for _, row, mode in CALLS],
    ids=[f"{region}-{row.name}-{mode}" for region, row, mode in CALLS],
)
JSAPI = catalogue.find(GLOBAL, "transactions_jsapi")
QUERY = catalogue.find(GLOBAL, "order_query_by_out_trade_no")
ORDER: dict[str, Any] = {
    "mchid": "1900000109",
    "appid": "wx8888888888888888",
    "description": "Tea",
    "notify_url": "https://shop.example/pay",
    "out_trade_no": "T-1",
    "trade_type": "JSAPI",
    "merchant_category_code": "1011",
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "amount": {"total": 100, "currency": "HKD"},
    "time_expire": "2026-02-28T12:00:00+08:00",
    "detail": {"goods_detail": [{"goods_id": "G1", "quantity": 1, "price": 100}]},
}


def faults(row: V3Operation, document: object, mode: str = DIRECT) -> tuple[Fault, ...]:
    """Every fault that `check` reports, none when it returns."""
    try:
        check(row, document, mode)  # type: ignore[arg-type]
    except InvalidRequest as error:
        assert error.operation == row.name
        return error.faults  # type: ignore[return-value]
    return ()


def order(**changes: object) -> dict[str, Any]:
    return {**copy.deepcopy(ORDER), **changes}


# Every row


@every_call
@each
@given(data=st.data())
def test_a_document_made_from_the_row_has_no_fault(row: V3Operation, mode: str, data: st.DataObject) -> None:
    document = data.draw(documents(row, mode))
    assert faults(row, document, mode) == ()


@every_call
@each
@given(data=st.data())
def test_the_parts_arrive_as_they_left(row: V3Operation, mode: str, data: st.DataObject) -> None:
    document = data.draw(documents(row, mode))
    found = parts(row, document)
    assert found.target.isascii()
    assert found.target.isprintable()
    told = urlsplit(f"https://gateway.example{found.target}")
    assert (told.path, told.query, told.fragment) == (found.path, found.query, "")
    matched = catalogue.match(row.regions[0], row.method, told.path)
    assert matched is not None
    assert matched[0] is row
    assert matched[1] == {name: str(document[name]) for name in row.in_path}
    in_query = dict(parse_qsl(told.query, keep_blank_values=True, strict_parsing=bool(told.query)))
    assert in_query == {name: wire(document[name]) for name in row.in_query if name in document}
    assert found.headers == {name: document[name] for name in row.in_header if name in document}
    in_body = {field.name for field in row.request if not field.place}
    assert found.body == {name: value for name, value in document.items() if name in in_body}


def wire(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@every_call
def test_each_missing_field_is_named(row: V3Operation, mode: str) -> None:
    document = least(row.request, _mode(row, mode))
    assert faults(row, document, mode) == ()
    found = list(_lacking(row.request, _mode(row, mode), document))
    for way, without in found:
        assert [(fault.rule, fault.field) for fault in faults(row, without, mode)] == [(MISSING, way)], way
    assert len(found) >= len(needed(row.request, _mode(row, mode)))


def _lacking(rows: tuple[Field, ...], mode: str, document: dict[str, Any], where: str = "") -> Any:
    """The document once for each field that it cannot do without, lacking it, and the way to that field."""
    for field in needed(rows, mode):
        kept = {name: value for name, value in document.items() if name != field.name}
        yield where + field.name, kept
        inner = document[field.name]
        if field.kind == OBJECT:
            for way, smaller in _lacking(field.fields, mode, inner, f"{where}{field.name}."):
                yield way, {**kept, field.name: smaller}
        if field.kind == LIST and field.fields:
            for way, smaller in _lacking(field.fields, mode, inner[0], f"{where}{field.name}[0]."):
                yield way, {**kept, field.name: [smaller]}


@every_call
def test_each_field_refuses_what_is_of_another_type(row: V3Operation, mode: str) -> None:
    document = least(row.request, _mode(row, mode))
    for field in row.request:
        if field.modes and _mode(row, mode) not in field.modes:
            continue
        for wrong in (1.5, b"x" if field.kind != "file" else "x", ("a",), True if field.kind != "bool" else 1):
            told = faults(row, {**document, field.name: wrong}, mode)
            assert (TYPE, field.name) in [(fault.rule, fault.field) for fault in told], (field.name, wrong)


# Values


def test_an_order_has_no_fault() -> None:
    assert faults(JSAPI, order()) == ()


@pytest.mark.parametrize(
    ("changes", "rule", "field", "words"),
    [
        ({"amount": {"total": 0}}, VALUE, "amount.total", "must be at least 1, got '0'"),
        ({"amount": {"total": 10**10}}, VALUE, "amount.total", "must be a whole number"),
        ({"amount": {"total": "100"}}, TYPE, "amount.total", "must be a whole number, got str"),
        ({"amount": {"total": True}}, TYPE, "amount.total", "must be a whole number, got bool"),
        ({"amount": {"total": 1.0}}, TYPE, "amount.total", "must be a whole number, got float"),
        ({"amount": {"total": -1}}, VALUE, "amount.total", "must be a whole number"),
        ({"amount": [100]}, TYPE, "amount", "must be an object, got list"),
        ({"trade_type": "APP"}, VALUE, "trade_type", "must be one of JSAPI, got 'APP'"),
        ({"description": 7}, TYPE, "description", "must be text, got int"),
        ({"description": "x" * 128}, VALUE, "description", "is longer than 127 characters (128)"),
        ({"description": "中" * 128}, VALUE, "description", "is longer than 127 characters (128)"),
        ({"attach": ""}, VALUE, "attach", "is empty; leave it out"),
        ({"attach": "a\0"}, CHARACTERS, "attach", "U+0000 at position 1"),
        ({"attach": "\U0001f600"}, CHARACTERS, "attach", "beyond the BMP, such as an emoji (U+1F600 at position 0)"),
        ({"attach": "\ud800"}, CHARACTERS, "attach", "U+D800 at position 0"),
        ({"out_trade_no": "a b"}, VALUE, "out_trade_no", "does not match"),
        ({"out_trade_no": "a/b"}, VALUE, "out_trade_no", "does not match"),
        ({"time_expire": "20260228120000"}, VALUE, "time_expire", "must be a time with an offset"),
        ({"time_expire": "2026-02-28T12:00:00"}, VALUE, "time_expire", "must be a time with an offset"),
        ({"time_expire": "2026-02-28T24:00:00+08:00"}, VALUE, "time_expire", "must be a time with an offset"),
        ({"time_expire": "2026-02-30T12:00:00+08:00"}, VALUE, "time_expire", "must be a time with an offset"),
        ({"detail": {"goods_detail": []}}, VALUE, "detail.goods_detail", "is an empty list; leave it out"),
        ({"detail": {"goods_detail": {}}}, TYPE, "detail.goods_detail", "must be a list, got dict"),
        ({"detail": {"goods_detail": ["G1"]}}, TYPE, "detail.goods_detail[0]", "must be an object, got str"),
        ({"new_field": 1.5}, TYPE, "new_field", "must not be a float"),
        ({"new_field": {"a": [{"b": b"x"}]}}, TYPE, "new_field.a[0].b", "must not be a bytes"),
        ({"new_field": {"a": "\U0001f600"}}, CHARACTERS, "new_field.a", "beyond the BMP"),
        ({"new_field": {1: "a"}}, TYPE, "new_field", "holds a name that is no text"),
        ({"new_field": 2**63}, VALUE, "new_field", "is a number of too many digits"),
        ({"new_field": {1, 2}}, TYPE, "new_field", "must not be a set"),
    ],
)
def test_a_fault_names_the_way_to_its_field(changes: dict[str, Any], rule: str, field: str, words: str) -> None:
    (fault,) = faults(JSAPI, order(**changes))
    assert (fault.rule, fault.field) == (rule, field)
    assert fault.startswith(f"{field} ")
    assert words in fault


@pytest.mark.parametrize(
    "changes",
    [
        {"attach": None},
        {"detail": None},
        {"detail": {"goods_detail": None}},
        {"attach": "茶\t&<>\n"},
        {"time_expire": "2026-02-28t12:00:00.123z"},
        {"time_expire": "2028-02-29T12:00:00-05:30"},
        {"new_field": {"deep": [1, "a", True, None, {"b": []}]}},
        {"amount": {"total": 9_999_999_999, "currency": "JPY"}},
    ],
)
def test_what_is_in_order_passes(changes: dict[str, Any]) -> None:
    assert faults(JSAPI, order(**changes)) == ()


def test_every_fault_is_in_one_report() -> None:
    document = order(
        amount={"total": True},
        payer={},
        detail={"goods_detail": [{"goods_id": "G1", "quantity": 1, "price": 1}, {"goods_id": 1, "quantity": 1.0}]},
        attach="\U0001f600",
    )
    del document["appid"]
    assert [fault.field for fault in faults(JSAPI, document)] == [
        "payer.openid",
        "amount.total",
        "detail.goods_detail[1].goods_id",
        "detail.goods_detail[1].quantity",
        "detail.goods_detail[1].price",
        "attach",
        "appid",
    ]
    with pytest.raises(InvalidRequest, match="and 3 more") as caught:
        check(JSAPI, document, DIRECT)
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults  # noqa: S301


@pytest.mark.parametrize("document", [None, [], "text", 7])
def test_what_is_no_document_is_refused(document: object) -> None:
    (fault,) = faults(JSAPI, document)
    assert fault == f"a document must be an object, got {type(document).__name__}"


@pytest.mark.parametrize("name", [7, None, "\U0001f600", "\ud800", "a\0"])
def test_what_is_no_name_of_a_field_is_refused(name: object) -> None:
    (fault,) = faults(JSAPI, {**order(), name: "x"})
    assert fault.rule == TYPE
    assert "is not the name of a field" in fault


@pytest.mark.parametrize("nothing", ["", None])
def test_a_needed_field_without_a_value_is_missing(nothing: object) -> None:
    assert faults(JSAPI, order(description=nothing)) == ("description is missing",)


def test_a_number_that_may_be_left_out_is_not_sent_empty() -> None:
    refund = catalogue.find(GLOBAL, "refund_create")
    document = {**least(refund.request, DIRECT), "transaction_id": "", "out_trade_no": "T-1"}
    assert faults(refund, document) == ("transaction_id is empty; leave it out",)
    assert faults(refund, {**document, "out_trade_no": ""}) == ("transaction_id or out_trade_no is missing",)


def test_s4_9_what_is_nested_too_deep_is_refused() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    (fault,) = faults(JSAPI, order(new_field=deep))
    assert f"nested deeper than {MAX_DEPTH}" in fault


def test_s7_no_fault_quotes_a_secret() -> None:
    micropay = catalogue.find(GLOBAL, "micropay")
    document = {**least(micropay.request, DIRECT), "payer": {"auth_code": "130000000000000000" * 2}}
    told = faults(micropay, document)
    assert [fault.field for fault in told] == ["payer.auth_code"]
    assert not any("13000" in fault for fault in told)
    for wrong in (13_000, ["13000"], {"13000": 1}):
        assert not any("13000" in fault for fault in faults(micropay, {**document, "payer": {"auth_code": wrong}}))


# Requirements


@pytest.mark.parametrize(
    ("mode", "missing"),
    [
        (DIRECT, {"mchid", "appid", "payer.openid"}),
        (INSTITUTION, {"sp_mchid", "sp_appid", "sub_mchid", "payer.sp_openid or payer.sub_openid"}),
        (SERVICE_PROVIDER, {"sp_mchid", "sp_appid", "sub_mchid", "payer.sp_openid or payer.sub_openid"}),
    ],
)
def test_each_mode_needs_its_own_fields(mode: str, missing: set[str]) -> None:
    document = order(payer={})
    del document["mchid"], document["appid"]
    assert {fault.field for fault in faults(JSAPI, document, mode)} == missing


def test_one_of_two_numbers_is_enough() -> None:
    refund = catalogue.find(GLOBAL, "refund_create")
    document = least(refund.request, DIRECT)
    del document["transaction_id"]
    assert [fault.field for fault in faults(refund, document)] == ["transaction_id or out_trade_no"]
    assert faults(refund, {**document, "out_trade_no": "T-1"}) == ()


def test_what_another_field_asks_for_is_missed_with_the_reason() -> None:
    settlements = catalogue.find(GLOBAL, "settlements")
    document = {**least(settlements.request, DIRECT), "settle_state": "SETTLED"}
    document.pop("settle_start_date", None)
    document.pop("settle_end_date", None)
    assert faults(settlements, document) == (
        "settle_start_date is missing (required when settle_state is SETTLED)",
        "settle_end_date is missing (required when settle_state is SETTLED)",
    )


@pytest.mark.parametrize(("region", "name"), [(GLOBAL, "statements"), (MAINLAND, "bill_trade")])
def test_a_day_is_in_the_format_of_its_row(region: str, name: str) -> None:
    row = catalogue.find(region, name)
    day = next(field.name for field in row.request if field.kind == DATE)
    right = {GLOBAL: "20260228", MAINLAND: "2026-02-28"}[region]
    other = {GLOBAL: "2026-02-28", MAINLAND: "20260228"}[region]
    document = least(row.request, DIRECT)
    assert faults(row, {**document, day: right}) == ()
    for wrong in (other, right.replace("28", "30"), f" {right}", "today"):
        assert [fault.field for fault in faults(row, {**document, day: wrong})] == [day]


def test_a_list_has_no_more_items_than_its_row_allows() -> None:
    sharing = catalogue.find(GLOBAL, "profit_sharing_order")
    document = least(sharing.request, DIRECT)
    receivers = sharing.field("receivers")
    assert receivers is not None
    receiver = least(receivers.fields, DIRECT)
    assert faults(sharing, {**document, "receivers": [receiver] * 50}) == ()
    (fault,) = faults(sharing, {**document, "receivers": [receiver] * 51})
    assert fault == "receivers has more than 50 items (51)"


def test_plain_items_of_a_list_are_checked_one_by_one() -> None:
    row = catalogue.find(MAINLAND, "transactions_native")
    document = least(row.request, DIRECT)
    assert faults(row, {**document, "limit_pay": ["no_credit"]}) == ()
    told = faults(row, {**document, "limit_pay": ["no_credit", "no_money", 7]})
    assert [fault.field for fault in told] == ["limit_pay[1]", "limit_pay[2]"]


def test_a_text_has_no_fewer_characters_than_its_row_asks() -> None:
    row = catalogue.find(MAINLAND, "transactions_native")
    (fault,) = faults(row, {**least(row.request, DIRECT), "out_trade_no": "T-1"})
    assert fault == "out_trade_no is shorter than 6 characters (3)"


# Where they travel


@pytest.mark.parametrize(
    "number", ["..", ".", "a/b", "a?b", "a#b", "a%2F", "a b", "a\n", "../../v3/refund", "é", "a;b"]
)
def test_s6_a_number_that_could_change_the_path_is_refused(number: str) -> None:
    document = {"out_trade_no": number, "mchid": "1900000109"}
    assert [fault.field for fault in faults(QUERY, document)] == ["out_trade_no"]
    with pytest.raises(InvalidRequest, match="out_trade_no holds what may not stand in a path"):
        parts(QUERY, document)


@pytest.mark.parametrize("media_id", ["..", ".", "a/..", "a..b", "a/b", "a%2E"])
def test_s6_no_pattern_of_a_row_lets_a_path_climb(media_id: str) -> None:
    row = catalogue.find(GLOBAL, "complaint_image_get")
    assert [fault.field for fault in faults(row, {"media_id": media_id, "complaint_id": "1"})] == ["media_id"]
    with pytest.raises(InvalidRequest, match="media_id"):
        parts(row, {"media_id": media_id, "complaint_id": "1"})


def test_an_order_is_not_placed_under_a_number_that_no_path_takes() -> None:
    assert _SEGMENT.pattern == NUMBER


def test_a_path_parameter_that_is_missing_is_refused() -> None:
    for document in ({}, {"out_trade_no": None}, {"out_trade_no": ""}):
        with pytest.raises(InvalidRequest, match="out_trade_no is missing") as caught:
            parts(QUERY, document)
        assert caught.value.rules == (MISSING,)


def test_the_path_and_the_query_are_encoded() -> None:
    found = parts(QUERY, {"out_trade_no": "a|b*@", "mchid": "19 &=ä"})
    assert found.path == "/v3/global/transactions/out-trade-no/a%7Cb%2A%40"
    assert found.query == "mchid=19%20%26%3D%C3%A4"
    assert found.target == f"{found.path}?{found.query}"
    assert unquote(found.path).endswith("/a|b*@")


def test_without_a_query_the_target_is_the_path() -> None:
    found = parts(JSAPI, ORDER)
    assert found.target == found.path == "/v3/global/transactions/jsapi"
    assert found.body == ORDER


def test_a_field_the_catalogue_does_not_have_travels_with_its_kind() -> None:
    assert parts(QUERY, {"out_trade_no": "T1", "new": "x", "flag": True}).query == "new=x&flag=true"
    assert parts(JSAPI, order(new={"a": 1})).body["new"] == {"a": 1}


def test_one_number_of_the_path_is_repeated_in_the_body() -> None:
    found = parts(catalogue.find(GLOBAL, "merchant_modify"), {"sub_mchid": "1900000110", "name": "Tea"})
    assert found.path == "/v3/global/merchants/1900000110"
    assert found.body == {"sub_mchid": "1900000110", "name": "Tea"}
    row = catalogue.find(GLOBAL, "merchant_modify")
    told = faults(row, {**least(row.request, INSTITUTION), "sub_mchid": "19/00"}, INSTITUTION)
    assert [fault.field for fault in told] == ["sub_mchid"]


def test_s6_a_header_cannot_carry_a_second_one() -> None:
    row = catalogue.find(GLOBAL, "merchant_add")
    document = least(row.request, INSTITUTION)
    for wrong in ("a\r\nX: 1", "a\nb", "ключ", "a b"):
        told = faults(row, {**document, "Idempotency-Key": wrong}, INSTITUTION)
        assert [fault.field for fault in told] == ["Idempotency-Key"]
    serial = {**document, "Wechatpay-Serial": "5A\tB"}
    assert [fault.field for fault in faults(row, serial, INSTITUTION)] == ["Wechatpay-Serial"]
    assert parts(row, document).headers == {"Idempotency-Key": document["Idempotency-Key"]}


def test_a_document_is_left_as_it_was() -> None:
    document = order()
    check(JSAPI, document, DIRECT)
    parts(JSAPI, document)
    assert document == ORDER


# A row of every kind, so that the quick look and the close one are seen to agree.

ROW = V3Operation(
    "sample",
    path="/v3/sample/{number}",
    title="Sample",
    request=(
        Field("number", INT, required=ALWAYS, place="path"),
        Field("count", INT, min=-5, max=5),
        Field("money", AMOUNT, min=2),
        Field("word", TEXT, min=2, max=4),
        Field("code", TEXT, max=4, pattern="[a-c]+"),
        Field("at", TIME),
        Field("day", DATE, format="yyyy-MM-dd"),
        Field("tags", LIST, item="text", max=2),
        Field("rows", LIST, max=2, fields=(Field("n", INT, required=ALWAYS),)),
    ),
)
_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**11), st.floats(), st.text(max_size=6), st.text("abc", max_size=6),
    st.sampled_from(["2026-02-28", "2026-02-29", "2026-02-28T12:00:00+08:00", "2026-02-29T00:00:00Z", "\ud800"]),
    st.lists(st.one_of(st.text(max_size=3), st.builds(dict, n=st.integers())), max_size=3),
)  # fmt: skip


def right(name: str, value: Any) -> bool:
    """Whether *value* is right for the field *name* of `ROW`, told once more and in other words."""
    text = isinstance(value, str) and not any(ord(c) > 0xFFFF or (ord(c) < 32 and c not in "\t\n") for c in value)
    rules: dict[str, Callable[[], bool]] = {
        "count": lambda: type(value) is int and -5 <= value <= 5,
        "money": lambda: type(value) is int and 2 <= value < 10**10,
        "word": lambda: text and 2 <= len(value) <= 4,
        "code": lambda: text and 1 <= len(value) <= 4 and set(value) <= set("abc"),
        "at": lambda: value in ("2026-02-28T12:00:00+08:00",),
        "day": lambda: value == "2026-02-28",
        "tags": lambda: isinstance(value, list) and 0 < len(value) < 3 and all(isinstance(v, str) and v for v in value),
        "rows": lambda: isinstance(value, list) and 0 < len(value) < 3 and all(isinstance(v, dict) for v in value),
    }
    return value is None or rules[name]()


@given(st.sampled_from([field.name for field in ROW.request[1:]]), _ODD)
def test_the_quick_look_lets_nothing_wrong_pass(name: str, value: Any) -> None:
    told = faults(ROW, {"number": 7, name: value})
    if not right(name, value):
        assert told
        assert all(fault.field.startswith(name) for fault in told)
    elif not any(isinstance(inner, str) and not inner.isascii() for inner in (value, *_items(value))):
        assert told == ()


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
