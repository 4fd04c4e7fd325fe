"""The catalogue by itself: it finds its rows, and every row is sound."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.operation import (
    AMOUNT,
    DATE,
    DECIDED,
    ENUM,
    GLOBAL,
    JSON,
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
    Operation,
)
from wxpay_v2.secret import SENSITIVE
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.validation import faults

OPERATIONS = catalogue.operations()
NOTIFICATIONS = tuple(map(notifications.find, notifications.KINDS))
IDS = {
    "appid", "mch_id", "sub_appid", "sub_mch_id", "mch_appid", "mchid", "wxappid", "app_id", "combine_appid",
    "combine_mch_id",
}  # fmt: skip
# No query finds it by its number: the same number may be sent again instead.
NO_QUERY = {"send_coupon"}
ORDER = {
    "appid": "wx8888888888888888",
    "mch_id": "1900000109",
    "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
    "body": "Tea",
    "out_trade_no": "T-1",
    "total_fee": "100",
    "fee_type": "HKD",
    "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/pay",
    "trade_type": "NATIVE",
}


def of_all(cases: Iterable[tuple[str, Any]]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """One test that makes a small check of every case and names the case that fails: a test for each takes longer."""

    def decorate(check: Callable[[Any], None]) -> Callable[[], None]:
        def test() -> None:
            for name, case in cases:
                try:
                    check(case)
                except Exception as error:
                    raise AssertionError(f"{name}: {error}") from error

        test.__name__ = check.__name__
        return test

    return decorate


by_name = of_all([(row.name, row) for row in OPERATIONS])


def levels() -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Every list of fields, nested ones too, each with a name for the failure."""
    for operation in OPERATIONS:
        yield from nested(f"{operation.name} request", operation.request)
        yield from nested(f"{operation.name} response", operation.response)
    for notification in NOTIFICATIONS:
        yield from nested(notification.name, notification.fields)
        yield from nested(f"{notification.name} decrypted", notification.decrypted)


def nested(where: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, tuple[Field, ...]]]:
    if fields:
        yield where, fields
    for field in fields:
        yield from nested(f"{where} {field.name}", field.fields)


LEVELS = tuple(levels())
on_every_level = of_all(LEVELS)


# Finding


@by_name
def test_an_operation_is_found_by_name_and_by_path(operation: Operation) -> None:
    assert catalogue.find(operation.name) is operation
    assert catalogue.by_path(operation.path) is operation
    assert catalogue.by_path(operation.path.removeprefix("/")) is operation


def test_the_index_and_the_modules_hold_the_same_rows() -> None:
    written = {
        (module.name, constant, value.name, value.path)
        for module in iter_modules(catalogue.__path__)
        for constant, value in vars(import_module(f"{catalogue.__name__}.{module.name}")).items()
        if isinstance(value, Operation)
    }
    indexed = {(module, name.upper(), name, path) for name, (module, path) in catalogue._INDEX.items()}
    assert written == indexed
    assert tuple(row.name for row in OPERATIONS) == catalogue.NAMES


def test_no_two_operations_share_a_path() -> None:
    assert len({row.path for row in OPERATIONS}) == len(OPERATIONS)


def test_an_unknown_name_is_refused_with_the_close_ones() -> None:
    with pytest.raises(InvalidRequest, match="no operation 'orderquery'") as caught:
        catalogue.find("orderquery")
    assert "order_query" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "no such thing at all", "__init__", "common", None, 7, ["refund"]])
def test_what_is_no_operation_is_refused(name: object) -> None:
    with pytest.raises(InvalidRequest, match="there is no operation"):
        catalogue.find(name)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["", "/", "//pay/orderquery", "pay/orderquery/", "PAY/ORDERQUERY", "pay", None, 7])
def test_a_path_that_no_operation_has_is_none(path: object) -> None:
    assert catalogue.by_path(path) is None  # type: ignore[arg-type]


def test_a_family_is_imported_when_it_is_asked_for() -> None:
    program = """
import sys
from wxpay_v2.v2 import catalogue
def families(): return {name for name in sys.modules if name.startswith("wxpay_v2.v2.catalogue.")}
assert not families(), families()
assert "wxpay_v2.operation" not in sys.modules
catalogue.by_path("secapi/pay/refund")
assert families() == {"wxpay_v2.v2.catalogue.refunds", "wxpay_v2.v2.catalogue.common"}, families()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


# Fields


@on_every_level
def test_no_two_fields_share_a_name(fields: tuple[Field, ...]) -> None:
    assert len({field.name for field in fields}) == len(fields)


@on_every_level
def test_a_field_says_what_it_means(fields: tuple[Field, ...]) -> None:
    assert [field.name for field in fields if not field.means] == []


@on_every_level
def test_one_of_names_the_field_itself_and_others_that_say_the_same(fields: tuple[Field, ...]) -> None:
    rows = {field.name: field for field in fields}
    for field in fields:
        if field.required.kind == "one of":
            assert field.name in field.required.names
            assert len(field.required.names) > 1
            assert {rows[name].required.words for name in field.required.names} == {field.required.words}


@on_every_level
def test_a_condition_names_a_field_of_its_message_and_values_it_can_have(fields: tuple[Field, ...]) -> None:
    rows = {field.name: field for field in fields}
    for field in fields:
        required = field.required
        condition = (*required.names, *required.values) if required.kind == "when" else required.condition
        if condition:
            decider, *values = condition
            assert values
            assert set(values) <= set(rows[decider].values or values)


@on_every_level
def test_a_kind_has_the_columns_it_needs(fields: tuple[Field, ...]) -> None:
    for field in fields:
        assert bool(field.values) == (field.kind == ENUM), field.name
        assert bool(field.format) == (field.kind in (TIME, DATE)), field.name
        assert field.unit or field.kind != AMOUNT, field.name
        assert not field.fields or field.kind in (JSON, LIST, OBJECT), field.name
        assert not field.pattern or field.kind == TEXT, field.name
        assert field.default in ("", *field.values) or re.fullmatch(field.pattern, field.default), field.name
        re.compile(field.pattern)


@on_every_level
def test_a_field_is_marked_sensitive_when_logs_mask_it(fields: tuple[Field, ...]) -> None:
    names = {field.name.partition("_$")[0] for field in fields}
    assert {field.name.partition("_$")[0] for field in fields if field.sensitive} == names & set(SENSITIVE)


def test_indexed_families_are_told_by_their_names() -> None:
    indexed = {field.name for _, fields in LEVELS for field in fields if field.indexed}
    assert {"coupon_fee_$n", "coupon_refund_id_$n_$m", "refund_status_$n"} <= indexed
    assert all(re.fullmatch(r"[a-z_]+_\$n(_\$m)?", name) for name in indexed)


# Operations


@by_name
def test_the_columns_about_messages_agree_with_the_fields(operation: Operation) -> None:
    sent = {field.name for field in operation.request}
    answered = {field.name for field in operation.response}
    if not sent:  # no page tells its fields
        assert operation.name == "micro_applyment_sign_contract"
        return
    assert set(operation.ids.values()) == sent & IDS
    assert operation.nonce == ("nonce_str" in sent)
    assert operation.sign_type_field == (
        "sign_type" in sent and "h5_entrust_web" not in operation.name
    )  # see its notes
    assert operation.sign_name == ("sign" if "sign" in sent else "")
    assert operation.result_code == ("result_code" in answered)
    if operation.response_format == "xml":
        assert not operation.signed_response or "sign" in answered
        assert "return_code" in answered
    assert operation.response_format in ("xml", "csv", "json", "page")
    assert (operation.method == "GET") == (operation.request_format == "query")
    assert set(operation.second_sign) <= sent


@by_name
def test_an_unknown_outcome_can_be_queried_with_the_numbers_of_the_call(operation: Operation) -> None:
    assert {*operation.numbers} <= {field.name for field in operation.request}
    assert {*operation.proof} <= {field.name for field in operation.response}
    assert operation.query or operation.repeat == READ or not operation.numbers or operation.name in NO_QUERY
    if operation.query:
        query = catalogue.find(operation.query)
        assert query.repeat == READ
        assert not operation.numbers or {*operation.numbers} & {field.name for field in query.request}


@by_name
def test_a_row_says_how_sure_it_is(operation: Operation) -> None:
    assert operation.limits_confidence in ("documented", "secondary", "recollection")
    assert operation.confidence in ("documented", "secondary", "recollection")
    assert operation.errors_confidence in ("documented", "secondary", "recollection", "none")
    assert bool(operation.errors) == (operation.errors_confidence != "none")


@by_name
def test_every_error_has_a_remedy(operation: Operation) -> None:
    assert len({error.code for error in operation.errors}) == len(operation.errors)
    for error in operation.errors:
        assert error.means, error.code
        assert error.remedy, error.code
        assert error.outcome in (NOT_DONE, UNKNOWN, DECIDED)
        assert operation.error(error.code) is error


@by_name
def test_every_row_names_its_pages(operation: Operation) -> None:
    assert operation.title
    assert operation.chinese
    assert all(
        re.match(r"https://|[\w.-]+/[\w.-]+[: ]|public GitHub code |several public SDK|Weixin[.]Next", source)
        for source in operation.sources
    )
    assert len(set(operation.sources)) == len(operation.sources) > 0
    assert set(operation.regions) <= {GLOBAL, MAINLAND}
    assert all(host.startswith("https://") and not host.endswith("/") for host in operation.hosts)


# Rules about money


def test_s6_each_operation_is_repeated_as_its_class_allows() -> None:
    classes = {kind: {row.name for row in OPERATIONS if row.repeat == kind} for kind in (READ, SAME_NUMBER, ONCE)}
    assert classes[SAME_NUMBER] >= {"unified_order", "close_order", "reverse", "refund", "transfers", "send_red_pack"}
    assert classes[ONCE] >= {"micropay", "facepay", "deposit_micropay", "pap_pay_apply", "report"}
    assert all(row.numbers or row.name in ("close_order", "reverse") for row in OPERATIONS if row.repeat == SAME_NUMBER)
    assert sum(map(len, classes.values())) == len(OPERATIONS)


def test_what_moves_money_is_no_read_and_carries_a_number() -> None:
    moving = {row.name for row in OPERATIONS if row.moves_money}
    assert moving >= {"micropay", "reverse", "refund", "transfers", "pay_bank", "send_red_pack", "profit_sharing"}
    for row in OPERATIONS:
        if row.moves_money:
            assert row.repeat != READ, row.name
            assert row.numbers or row.name == "re_auto_withdraw_by_date", row.name


def test_only_production_operations_take_money_and_only_the_sandbox_takes_its_key() -> None:
    copies = {row.name for row in OPERATIONS if row.sandbox}
    assert all(name.startswith("sandbox") for name in copies)
    assert not any(row.moves_money for row in OPERATIONS if row.sandbox)
    assert len(copies) == 8


@by_name
def test_m3_a_system_error_leaves_the_outcome_unknown(operation: Operation) -> None:
    for code in ("SYSTEMERROR", "USERPAYING", "BANKERROR"):
        error = operation.error(code)
        assert error is None or error.outcome == UNKNOWN


def test_m3_a_code_the_catalogue_does_not_have_is_none() -> None:
    assert catalogue.find("refund").error("NEW_CODE") is None


def test_m4_quick_pay_is_never_sent_twice_and_has_a_timetable() -> None:
    micropay = catalogue.find("micropay")
    assert not any(error.repeat for error in micropay.errors)
    assert (micropay.query, micropay.query_after, micropay.reverse_after) == ("order_query", 5.0, 15.0)
    assert micropay.read_timeout == 30.0


@pytest.mark.parametrize(
    "row", [catalogue.find("micropay"), catalogue.find("order_query"), notifications.PAYMENT], ids=str
)
def test_s4_10_a_payment_is_proven_by_amount_and_numbers_together(row: Operation | Notification) -> None:
    assert row.proof == ("transaction_id", "out_trade_no", "total_fee")


# Requirements, as validation reads them


def told(name: str, mode: str = "direct", **fields: str) -> list[str]:
    return faults(catalogue.find(name), fields, mode=mode, region="global")


def test_the_first_payment_of_the_documentation_is_valid() -> None:
    assert told("unified_order", **ORDER) == []


def test_an_institution_needs_its_sub_merchant() -> None:
    assert told("unified_order", "institution", **ORDER) == ["sub_mch_id is missing"]


def test_a_jsapi_order_needs_one_of_the_payers_ids() -> None:
    order = {**ORDER, "trade_type": "JSAPI"}
    assert told("unified_order", **order) == ["openid or sub_openid is missing"]
    assert told("unified_order", **order, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o") == []
    assert told("unified_order", "institution", **order, sub_mch_id="1", sub_openid="oUpF8uMuAJO") == []


def test_an_h5_order_needs_its_scene() -> None:
    (fault,) = told("unified_order", **{**ORDER, "trade_type": "MWEB"})
    assert fault.startswith("scene_info is missing")


def test_settled_funds_need_their_days() -> None:
    query = {name: ORDER[name] for name in ("appid", "mch_id", "nonce_str")} | {"offset": "0", "limit": "10"}
    assert told("settlement_query", **query, usetag="2") == []
    assert len(told("settlement_query", **query, usetag="1")) == 2
    assert len(told("settlement_query", **query, usetag="3")) == 1


@pytest.mark.parametrize("name", ["order_query", "refund_query", "reverse"])
def test_an_order_is_named_by_one_of_its_numbers(name: str) -> None:
    ids = {field: ORDER[field] for field in ("appid", "mch_id", "nonce_str")}
    assert len(told(name, **ids)) == 1
    assert told(name, **ids, transaction_id="4200000202009010000000000001") == []


@pytest.mark.parametrize("number", ["T-1", "a_b|c*d", "order@shop", "0" * 32])
def test_an_order_number_may_use_these_characters(number: str) -> None:
    assert told("unified_order", **{**ORDER, "out_trade_no": number}) == []


@pytest.mark.parametrize("number", ["T 1", "T/1", "T\n", "订单", "0" * 33, "T.1"])
def test_an_order_number_may_not_use_these(number: str) -> None:
    assert len(told("unified_order", **{**ORDER, "out_trade_no": number})) == 1


@pytest.mark.parametrize("code", ["134567890123456789", "100000000000000000", "160000000000000000"])
def test_a_payment_code_is_accepted(code: str) -> None:
    assert re.fullmatch(payment_code().pattern, code)


@pytest.mark.parametrize(
    "code", ["1345678901234567", "1345678901234567890", "284567890123456789", "17000000000000000x"]
)
def test_what_is_no_payment_code_is_refused(code: str) -> None:
    assert not re.fullmatch(payment_code().pattern, code)


def payment_code() -> Field:
    row = catalogue.find("micropay").field("auth_code")
    assert row is not None
    return row


# Notifications


def test_notifications_are_repeated_for_a_day() -> None:
    assert len(notifications.RETRY_SECONDS) == 15
    assert sum(notifications.RETRY_SECONDS) == 24 * 3600 + 4 * 60
    assert {row.retry for row in NOTIFICATIONS if row.kind != "native_scan"} == {notifications.RETRY_SECONDS}


def test_m6_a_refund_notification_is_not_signed_and_a_payment_notification_is() -> None:
    payment, refund = NOTIFICATIONS[:2]
    assert (payment.kind, payment.signed, payment.encrypted) == ("payment", True, "")
    assert (refund.kind, refund.signed, refund.encrypted) == ("refund", False, "req_info")
    for row in NOTIFICATIONS:
        assert row.signed == ("sign" in {field.name for field in row.fields})


def test_a_kind_is_told_by_the_names_of_its_fields() -> None:
    for row in NOTIFICATIONS:
        names = {field.name for field in row.fields}
        assert row.marks == notifications.MARKS.get(row.kind, ())
        assert {*row.marks} <= names
        assert {*row.key} <= names | {field.name for field in row.decrypted}
        assert {*row.proof} <= names | {field.name for field in row.decrypted}
        told = dict.fromkeys(names, "1") | {"sign_type": "HMAC-SHA256"}
        assert notifications.kind_of(told) == row.kind
    with pytest.raises(InvalidRequest, match="no notification"):
        notifications.find("payments")


def test_the_answers_are_one_line_of_xml() -> None:
    for answer in (notifications.ACKNOWLEDGEMENT, notifications.REFUSAL.format(reason="later")):
        assert re.fullmatch(r"<xml><return_code><!\[CDATA\[(SUCCESS|FAIL)\]\]>.*\]\]></return_msg></xml>", answer)
