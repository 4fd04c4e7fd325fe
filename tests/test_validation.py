"""Fields against their rows: every fault in one report, nothing foreign out, nothing sensitive quoted."""

from __future__ import annotations

import enum
import gc
import math
import pickle
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import IDS, messages, replies, text
from tests.fixtures import AUTH_CODE
from wxpay_v2 import validation
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    BOOL,
    DATE,
    DIRECT,
    ENUM,
    GLOBAL,
    INSTITUTION,
    INT,
    JSON,
    MAINLAND,
    SERVICE_PROVIDER,
    TIME,
    Field,
    Operation,
    in_modes,
    one_of,
    stated,
    when,
)
from wxpay_v2.result import typed
from wxpay_v2.v2 import catalogue

OPERATIONS = catalogue.operations()


def row(*fields: Field, name: str = "thing") -> Operation:
    return Operation(name, path="/thing", title="A thing", request=fields)


def faults(*fields: Field, mode: str = DIRECT, region: str = GLOBAL, **given: str) -> list[str]:
    return validation.faults(row(*fields), given, mode=mode, region=region)


# The rows make the examples, and the examples fit the rows.


def place(data: st.DataObject, operation: Operation) -> tuple[str, str]:
    """One of the access modes and regions that have *operation*."""
    return data.draw(st.sampled_from(operation.modes)), data.draw(st.sampled_from(operation.regions))


def whole(data: st.DataObject, operation: Operation, mode: str, region: str) -> dict[str, str]:
    """A message with all that is always sent: also sign_type, hashes of files, ids that the caller names."""
    ids = {wire: IDS[attribute] for attribute, wire in operation.ids.items()}
    others = {**ids, "sign_type": operation.sign_types[0], "workwx_sign": "0", "media_hash": "0"}
    needed = [field.name for field in operation.request if field.required is ALWAYS and field.name in others]
    return {**{name: others[name] for name in needed}, **data.draw(messages(operation, mode=mode, region=region))}


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
@settings(max_examples=6)
@given(st.data())
def test_what_the_examples_draw_has_no_fault(operation: Operation, data: st.DataObject) -> None:
    mode, region = place(data, operation)
    fields = whole(data, operation, mode, region)
    assert validation.faults(operation, fields, mode=mode, region=region) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
@settings(max_examples=4)
@given(st.data())
def test_what_is_required_is_missed_by_name(operation: Operation, data: st.DataObject) -> None:
    mode, region = place(data, operation)
    fields = whole(data, operation, mode, region)
    needed = [field.name for field in operation.request if field.required is ALWAYS and field.name in fields]
    if not needed:  # no page tells its fields
        return
    name = data.draw(st.sampled_from(needed))
    del fields[name]
    told = validation.faults(operation, fields, mode=mode, region=region)
    (fault,) = (fault for fault in told if fault.field == name)
    assert (fault, fault.rule) == (f"{name} is missing", validation.MISSING)


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
@settings(max_examples=4)
@given(st.data())
def test_the_examples_of_replies_can_be_typed(operation: Operation, data: st.DataObject) -> None:
    reply = data.draw(replies(operation))
    told = typed(reply, operation.response)
    for field in operation.response:
        if field.name in told and field.kind in (INT, AMOUNT):
            assert type(told[field.name]) is int or field.indexed


# Values become the wire's text, or are refused by name.


class Kind(enum.IntEnum):
    ONE = 1


class Word(str, enum.Enum):
    YES = "Y"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("T-1", "T-1"),
        ("  kept  ", "  kept  "),
        (0, "0"),
        (-5, "-5"),
        (10**30, "1" + "0" * 30),
        (Kind.ONE, "1"),
        (Word.YES, "Y"),
        (datetime(2024, 2, 29, 4, tzinfo=timezone.utc), "20240229120000"),
        (date(2024, 2, 29), "20240229"),
        ({"id": "茶", "n": [1, None, True]}, '{"id":"茶","n":[1,null,true]}'),
        ([], "[]"),
    ],
)
def test_a_value_becomes_text(value: object, wire: str) -> None:
    found = validation.to_text("field", value)
    assert found == wire
    assert type(found) is str


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "must not be a bool"),
        (False, "must not be a bool"),
        (1.0, "must not be a float"),
        (math.nan, "must not be a float"),
        (None, "must be text or a number, got NoneType"),
        (b"T-1", "got bytes"),
        (Decimal("1"), "got Decimal"),
        (object(), "got object"),
        ((1, 2), "got tuple"),
        ({1, 2}, "got set"),
        (1j, "got complex"),
        (datetime(2024, 2, 29), "aware datetime"),  # noqa: DTZ001
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), "datetime"),
        ({"a": math.nan}, "cannot be written as JSON"),
        ({"a": object()}, "cannot be written as JSON"),
        ({(1, 2): 3}, "cannot be written as JSON"),
        pytest.param(10**5000, "field", id="huge int"),
        pytest.param([10**5000], "cannot be written as JSON", id="huge int in JSON"),
    ],
)
def test_s2_a_value_that_is_no_text_is_refused_by_the_fields_name(value: object, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        validation.to_text("field", value)
    assert str(caught.value).startswith("field ")
    assert len(str(caught.value)) < 250


def test_s2_a_structure_without_an_end_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (endless, deep):
        with pytest.raises(InvalidRequest, match="cannot be written as JSON"):
            validation.to_text("detail", value)
    while deep:
        deep = deep.pop()


def test_a_dict_is_for_fields_of_json_or_unknown_ones() -> None:
    with pytest.raises(InvalidRequest, match="body must be text or a number, got dict"):
        validation.to_text("body", {"a": 1}, Field("body"))
    assert validation.to_text("detail", {"a": 1}, Field("detail", JSON)) == '{"a":1}'


def test_none_and_empty_text_are_left_out_and_nought_is_not() -> None:
    wire, found = validation.wire_fields(row(), {"a": None, "b": "", "c": 0, "d": "0", "e": " "})
    assert wire == {"c": "0", "d": "0", "e": " "}
    assert found == {}


def test_every_value_without_a_text_is_told() -> None:
    wire, found = validation.wire_fields(row(), {"a": True, "b": 1.5, "c": "fine"})
    assert wire == {"c": "fine"}
    assert list(found) == ["a", "b"]


def test_s7_a_sensitive_value_is_not_quoted() -> None:
    micropay = catalogue.find("micropay")
    _, found = validation.wire_fields(micropay, {"auth_code": 134567890123456789.0})
    assert "1345678" not in found["auth_code"]
    for value in (AUTH_CODE + "0", "99" + AUTH_CODE[2:], AUTH_CODE * 20):
        told = validation.faults(micropay, {"auth_code": value}, mode=DIRECT, region=GLOBAL)
        assert any(fault.startswith("auth_code ") for fault in told)
        assert AUTH_CODE[3:] not in " ".join(told)


# What XML cannot carry.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a\rb", "U+000D at position 1"),
        ("\0", "U+0000 at position 0"),
        ("\x1b[31m", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("ab\ud800", "U+D800 at position 2"),
        ("\udfff", "U+DFFF"),
        ("\ufffe", "U+FFFE"),
        ("\uffff", "U+FFFF"),
        ("\ufdd0", "U+FDD0"),
        ("tea 🍵", "beyond the BMP, such as an emoji (U+1F375 at position 4)"),
        ("\U0010ffff", "beyond the BMP"),
    ],
)
def test_s6_what_xml_cannot_carry_is_refused_by_name(value: str, words: str) -> None:
    told = faults(Field("body"), body=value)
    assert len(told) == 1
    assert told[0].startswith("body holds")
    assert words in told[0]
    assert words in validation.unwritable(value)


@pytest.mark.parametrize("value", ["", "\t\n", "]]>", "<&>'\"", "茶", "\u00a0", "\ufffd", "\ue000", "é", "e\u0301"])
def test_s6_everything_else_is_carried(value: str) -> None:
    assert validation.unwritable(value) == ""
    assert faults(Field("body"), body=value) == []


@given(text())
def test_s6_the_examples_text_is_carried(value: str) -> None:
    assert validation.unwritable(value) == ""


def test_s6_unknown_fields_pass_but_not_with_what_xml_cannot_carry() -> None:
    assert faults(new_field="anything") == []
    assert faults(new_field="a\0") == ["new_field holds a character XML cannot carry (U+0000 at position 1)"]


# Kinds.


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (Field("x", max=3), ["a", "abc", "茶茶茶"], ["abcd"]),
        (Field("x", pattern="[0-9]{3}"), ["123"], ["12", "1234", "123\n", "１２３", " 123"]),
        (Field("x", ENUM, values=("Y", "N")), ["Y", "N"], ["y", "YN", "Y ", "yes"]),
        (Field("x", INT), ["0", "-5", "007", "9" * 18], ["1.0", "1e3", "+1", " 1", "１", "9" * 19, "--1"]),
        (Field("x", INT, min=1, max=2), ["1", "2", "02"], ["0", "3", "-1"]),
        (Field("x", AMOUNT, min=1, unit="cent"), ["1", "9999999999"], ["0", "-1", "1.5", "10000000000", "١"]),
        (Field("x", BOOL), ["true", "false"], ["True", "1", "yes", "TRUE"]),
        (Field("x", TIME, max=14), ["20240229120000"], ["20240230120000", "2024022912000", "2024-02-29 12:00:00"]),
        (Field("x", TIME), ["2024-02-29 12:00:00"], ["2024-02-29T12:00:00"]),
        (Field("x", DATE, max=8), ["20240229"], ["20240230", "2024-02-29", "20240229120000"]),
        (Field("x", DATE), ["2024-02-29"], ["29.02.2024"]),
        (Field("x", JSON), ["{}", "[1]", '"a"', "null"], ["{", "", "{'a':1}", "[" * 100_000]),
    ],
    ids=lambda value: value.kind if isinstance(value, Field) else "",
)
def test_a_kind_takes_what_fits_and_names_what_does_not(field: Field, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert faults(field, x=value) == [], value
    for value in bad:
        told = faults(field, x=value)
        assert value == "" or len(told) == 1, value
        assert all(fault.startswith("x ") and len(fault) < 200 for fault in told)


def test_s2_a_long_value_is_quoted_short() -> None:
    for field in (Field("x", pattern="[0-9]"), Field("x", ENUM, values=("Y",)), Field("x", INT), Field("x", TIME)):
        (fault,) = faults(field, x="v" * 100_000)
        assert len(fault) < 160


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
@settings(max_examples=4)
@given(st.data())
def test_s2_any_text_in_any_field_is_a_fault_or_none_and_nothing_foreign(
    operation: Operation, data: st.DataObject
) -> None:
    names = [field.name for field in operation.request] or ["x"]
    fields = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=30), max_size=5))
    for told in validation.faults(operation, fields, mode=INSTITUTION, region=GLOBAL):
        assert len(told) < 250


# Requirements.


@pytest.mark.parametrize(
    ("required", "mode", "given", "missing"),
    [
        (ALWAYS, DIRECT, {}, "x is missing"),
        (ALWAYS, DIRECT, {"x": ""}, "x is missing"),
        (in_modes(INSTITUTION), DIRECT, {}, ""),
        (in_modes(INSTITUTION), INSTITUTION, {}, "x is missing"),
        (in_modes(INSTITUTION, SERVICE_PROVIDER), SERVICE_PROVIDER, {}, "x is missing"),
        (when("kind", "A", "B"), DIRECT, {"kind": "B"}, "x is missing (required when kind is A or B)"),
        (when("kind", "A"), DIRECT, {"kind": "C"}, ""),
        (when("kind", "A"), DIRECT, {}, ""),
        (when("kind", "\0absent"), DIRECT, {}, "x is missing (required when kind is absent)"),
        (when("kind", "\0absent"), DIRECT, {"kind": "A"}, ""),
        (stated("in the mainland"), DIRECT, {}, ""),
        (one_of("x", "y"), DIRECT, {}, "x or y is missing"),
        (one_of("x", "y"), DIRECT, {"y": "1"}, ""),
        (one_of("x", "y", condition=("kind", "A")), DIRECT, {}, ""),
        (one_of("x", "y", condition=("kind", "A")), DIRECT, {"kind": "A"}, "x or y is missing"),
    ],
)
def test_a_requirement_is_told_once(required: Any, mode: str, given: dict[str, str], missing: str) -> None:
    fields = [Field("x", required=required), Field("kind")]
    if required.kind == "one of":
        fields.append(Field("y", required=required))
    assert faults(*fields, mode=mode, **given) == ([missing] if missing else [])


def test_a_requirement_of_another_region_or_mode_does_not_apply() -> None:
    here = Field("x", required=ALWAYS, regions=(MAINLAND,))
    assert faults(here, region=GLOBAL) == []
    assert faults(here, region=MAINLAND) == ["x is missing"]
    sub = Field("x", required=ALWAYS, modes=(INSTITUTION,))
    assert faults(sub, mode=DIRECT) == []
    assert faults(sub, mode=INSTITUTION) == ["x is missing"]


def test_the_signature_is_not_the_callers_to_give() -> None:
    assert faults(Field("sign", required=ALWAYS)) == []


# One report.


def test_every_fault_stands_in_one_report() -> None:
    order = catalogue.find("unified_order")
    wire, found = validation.wire_fields(order, {"body": 1.5, "total_fee": "0", "trade_type": "CARRIER_PIGEON"})
    with pytest.raises(InvalidRequest) as caught:
        validation.check(order, wire, mode=DIRECT, region=GLOBAL, found=found)
    error = caught.value
    assert error.operation == "unified_order"
    assert len(error.faults) > 4
    assert sum(fault.startswith("body ") for fault in error.faults) == 1, "a faulty field is not called missing as well"
    told = " ".join(error.faults)
    for name in ("total_fee must be at least 1", "trade_type must be one of", "out_trade_no is missing", "notify_url"):
        assert name in told
    assert f"and {len(error.faults) - 4} more" in error.message


def test_a_faulty_number_is_not_called_missing_as_well() -> None:
    query = catalogue.find("order_query")
    wire, found = validation.wire_fields(query, {"out_trade_no": 1.5, "mch_id": "1", "appid": "1", "nonce_str": "1"})
    with pytest.raises(InvalidRequest) as caught:
        validation.check(query, wire, mode=DIRECT, region=GLOBAL, found=found)
    assert caught.value.faults == ("out_trade_no must not be a float, got 1.5",)


def test_a_fault_knows_its_field_and_its_rule() -> None:
    fields = [Field("x", max=1), Field("y"), Field("z", required=ALWAYS)]
    told = validation.faults(row(*fields), {"x": "ab", "y": "\r"}, mode=DIRECT, region=GLOBAL)
    assert [(fault.rule, fault.field) for fault in told] == [
        (validation.CHARACTERS, "y"), (validation.VALUE, "x"), (validation.MISSING, "z"),
    ]  # fmt: skip
    copied = pickle.loads(pickle.dumps(told[1]))  # noqa: S301 - our own bytes
    assert (copied, copied.rule, copied.field) == ("x is longer than 1 characters (2)", "row.value", "x")
    assert copied.remedy == ""


def test_the_only_fault_brings_its_own_remedy() -> None:
    one, two = (validation.Fault("a.b", "x", f"x {index}", "do this") for index in (1, 2))
    assert validation.invalid(row(), [one]).remedy == "do this"
    assert validation.invalid(row(), [one, two]).remedy == "mend the fields; nothing was sent"
    assert validation.invalid(row(), [validation.Fault("a.b", "x", "x")]).remedy == "mend the fields; nothing was sent"


def test_fields_that_fit_pass_in_silence() -> None:
    validation.check(row(Field("x", required=ALWAYS)), {"x": "1"}, mode=DIRECT, region=GLOBAL)


@pytest.mark.parametrize("value", [True, 1.5, object()], ids=["bool", "float", "object"])
def test_s2_an_absurd_name_is_not_quoted_whole(value: object) -> None:
    _, found = validation.wire_fields(row(), {"n" * 5000: value})
    assert all(len(fault) < 200 for fault in found.values())


def test_rows_of_the_same_name_are_not_taken_for_each_other() -> None:
    """Rows outside the catalogue are made and forgotten; another one may come to lie at the same address."""
    for index in range(50):
        operation = row(Field(f"field_{index}", required=ALWAYS))
        told = validation.faults(operation, {}, mode=DIRECT, region=GLOBAL)
        assert told == [f"field_{index} is missing"]
        del operation
        gc.collect(0)


def test_rows_that_are_made_and_forgotten_do_not_pile_up() -> None:
    import tracemalloc

    def use(times: int) -> None:
        for index in range(times):
            validation.faults(row(name=f"some/path/{index % 3}"), {"x": "1"}, mode=DIRECT, region=GLOBAL)

    use(2000)
    tracemalloc.start()
    use(100)
    before = tracemalloc.get_traced_memory()[0]
    use(3000)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 1_000_000
