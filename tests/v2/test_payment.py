"""What proves a payment, and what does not: the one place that says "paid"."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.corpus.messages import APPID, KEY, MCH_ID, ORDER, PAYMENT, SUB_MCH_ID, text_to_sign, without
from wxpay_v2.errors import InvalidRequest, Malformed, Mismatch, OutcomeUnknown
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import Notification, Operation
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.payment import Payment, ambiguous, compare, proven

DIRECT = Merchant(APPID, MCH_ID, KEY)
INSTITUTION = Merchant(APPID, MCH_ID, KEY, sub_mch_id=SUB_MCH_ID)
QUERY, MICROPAY = catalogue.find("order_query"), catalogue.find("micropay")


def prove(
    fields: dict[str, str],
    row: Operation | Notification = notifications.PAYMENT,
    who: Merchant = DIRECT,
    **changes: Any,
) -> Payment:
    expected: dict[str, Any] = {**ORDER, **changes}
    return proven(fields, who, row, **expected)


def test_m1_a_payment_is_proven_for_the_order_as_the_shop_knows_it() -> None:
    payment = prove(PAYMENT)
    assert (payment.out_trade_no, payment.total_fee, payment.fee_type) == ("T-20261121-1", 100, "HKD")
    assert payment.transaction_id == "1004400740201409030005092168"
    assert repr(payment) == "<Payment 1004400740201409030005092168 of T-20261121-1: 100 HKD>"


def test_m1_there_is_no_short_form_without_the_order() -> None:
    for name in ORDER:
        with pytest.raises(TypeError):
            proven(PAYMENT, DIRECT, notifications.PAYMENT, **without(ORDER, name))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("mch_id", "10000101"),
        ("mch_id", MCH_ID + "0"),
        ("mch_id", " " + MCH_ID),
        ("appid", "wx0000000000000000"),
        ("appid", APPID.upper()),
        ("sub_mch_id", SUB_MCH_ID),
        ("out_trade_no", "T-20261121-10"),
        ("out_trade_no", "t-20261121-1"),
        ("total_fee", "99"),
        ("total_fee", "101"),
        ("total_fee", "10000"),
        ("total_fee", "0"),
        ("fee_type", "USD"),
        ("fee_type", "hkd"),
        ("fee_type", " HKD"),
    ],
)
def test_m1_another_merchant_app_order_amount_or_currency_is_a_mismatch(name: str, theirs: str) -> None:
    with pytest.raises(Mismatch, match=name) as told:
        prove({**PAYMENT, name: theirs})
    assert "alarm" in told.value.remedy


def test_m1_the_sub_merchant_is_compared_where_there_is_one() -> None:
    assert prove({**PAYMENT, "sub_mch_id": SUB_MCH_ID}, who=INSTITUTION)
    with pytest.raises(Mismatch, match="sub_mch_id"):
        prove({**PAYMENT, "sub_mch_id": "10000201"}, who=INSTITUTION)
    with pytest.raises(OutcomeUnknown, match="lacks sub_mch_id"):
        prove(PAYMENT, who=INSTITUTION)


def test_m1_an_absent_currency_is_cny() -> None:
    for fields in (without(PAYMENT, "fee_type"), {**PAYMENT, "fee_type": ""}):
        assert prove(fields, fee_type="CNY").fee_type == "CNY"
        with pytest.raises(Mismatch, match="fee_type is 'CNY', the order says 'HKD'"):
            prove(fields)


@pytest.mark.parametrize("name", ["cash_fee", "settlement_total_fee", "coupon_fee"])
def test_m1_total_fee_is_compared_and_no_other_amount(name: str) -> None:
    assert prove({**PAYMENT, name: "1"}).total_fee == 100
    with pytest.raises(Mismatch):
        prove({**PAYMENT, name: "100", "total_fee": "1"})


@pytest.mark.parametrize("name", ["return_code", "result_code"])
@pytest.mark.parametrize("said", [None, "", "FAIL", "success", "SUCCESS ", "OK"])
def test_m1_both_codes_must_say_success(name: str, said: str | None) -> None:
    with pytest.raises(OutcomeUnknown, match="does not say that the payment succeeded"):
        prove(without(PAYMENT, name) if said is None else {**PAYMENT, name: said})


@pytest.mark.parametrize("state", ["", "NOTPAY", "USERPAYING", "REFUND", "CLOSED", "REVOKED", "PAYERROR", "success"])
@pytest.mark.parametrize("row", [notifications.PAYMENT, QUERY, MICROPAY], ids=lambda row: row.name)
def test_m1_a_state_that_is_not_success_proves_nothing(row: Operation | Notification, state: str) -> None:
    with pytest.raises(OutcomeUnknown, match="trade_state is"):
        prove({**PAYMENT, "trade_state": state}, row)


def test_m1_a_query_that_tells_no_state_proves_nothing() -> None:
    with pytest.raises(OutcomeUnknown, match="trade_state is ''"):
        prove(PAYMENT, QUERY)
    assert prove({**PAYMENT, "trade_state": "SUCCESS"}, QUERY)
    assert prove(PAYMENT, MICROPAY)


@pytest.mark.parametrize("name", ["mch_id", "appid", "out_trade_no", "transaction_id", "total_fee", "time_end"])
@pytest.mark.parametrize("row", [notifications.PAYMENT, QUERY, MICROPAY], ids=lambda row: row.name)
def test_s4_10_a_message_without_a_mandatory_field_proves_nothing(row: Operation | Notification, name: str) -> None:
    for fields in (without(PAYMENT, name), {**PAYMENT, name: ""}):
        with pytest.raises(OutcomeUnknown, match=f"lacks {name}") as told:
            prove({**fields, "trade_state": "SUCCESS"}, row)
        error = told.value
        assert (error.query, error.numbers) == ("order_query", {"out_trade_no": "T-20261121-1"})
        assert error.operation == row.name


def test_s4_10_the_signed_reply_of_a_refund_is_no_payment() -> None:
    """It names the same order, transaction and amount, and whoever saw it could post it to the notify_url."""
    with pytest.raises(OutcomeUnknown, match="lacks time_end"):
        prove({**without(PAYMENT, "time_end", "trade_type", "bank_type"), "refund_id": "5", "refund_fee": "100"})


@pytest.mark.parametrize(
    "text",
    ["1.0", "+100", "-100", "１００", "1e2", " 100", "100 ", "100\n", "00000000100", "0x64", "1_00", "NaN", "一百"],
)
def test_m2_an_amount_is_one_to_ten_ascii_digits(text: str) -> None:
    with pytest.raises(Malformed, match="total_fee is not an amount"):
        prove({**PAYMENT, "total_fee": text})


def test_m2_zeros_in_front_do_not_change_a_number() -> None:
    assert prove({**PAYMENT, "total_fee": "0000000100"}).total_fee == 100


@pytest.mark.parametrize("expected", [True, 100.0, "1.0", None, -1, 10**10, "１００", b"100", [100]])
def test_m2_the_expected_amount_is_an_int_or_digits(expected: Any) -> None:
    with pytest.raises(InvalidRequest, match="total_fee"):
        prove(PAYMENT, total_fee=expected)
    assert prove(PAYMENT, total_fee="100").total_fee == 100


@pytest.mark.parametrize("expected", ["", None, 1, b"T-20261121-1", ["T"]])
def test_the_expected_order_is_a_text(expected: Any) -> None:
    with pytest.raises(InvalidRequest, match="out_trade_no"):
        prove(PAYMENT, out_trade_no=expected)


@pytest.mark.parametrize("expected", ["", "hkd", "HK", "HKDD", None, 344])
def test_the_expected_currency_is_three_capitals(expected: Any) -> None:
    with pytest.raises(InvalidRequest, match="currency"):
        prove(PAYMENT, fee_type=expected)


# The text that is signed is ambiguous.

KNOWN = [row.name for row in notifications.PAYMENT.fields]


@pytest.mark.parametrize("name", [*KNOWN, "key", "sign", "trade_state", "refund_fee"])
def test_s4_10_a_value_that_holds_a_known_field_is_ambiguous(name: str) -> None:
    name = name.replace("$n", "0").replace("$m", "1")
    for value in (f"x&{name}=", f"&{name}=1", f"a&b&{name}=c&d", f"x&y=1&{name}=2", f"{name}=1&{name}=2"):
        assert ambiguous({"attach": value})
        with pytest.raises(OutcomeUnknown, match="several fields"):
            prove({**PAYMENT, "attach": value})


def test_s4_10_a_field_that_is_there_need_not_be_known() -> None:
    assert ambiguous({"attach": "x&future=1", "future": "2"})
    assert not ambiguous({"attach": "x&future=1"})


@pytest.mark.parametrize(
    "value",
    ["", "&", "=", "a=b", "total_fee=1", "a & b", "&total_fee", "total_fee=1&x", "a&b=c", "& total_fee=1", "&a-b=1"],
)
def test_s4_10_an_ampersand_alone_is_not_ambiguous(value: str) -> None:
    assert not ambiguous({"attach": value})
    assert prove({**PAYMENT, "attach": value})


@given(st.data())
def test_s4_10_a_message_whose_fields_were_melted_together_proves_nothing(data: st.DataObject) -> None:
    """Two neighbours become one value, so that the signature holds and the fields are others."""
    names = sorted(PAYMENT)
    place = data.draw(st.integers(0, len(names) - 2))
    gone, kept = names[place + 1], names[place]
    melted = {**without(PAYMENT, gone), kept: f"{PAYMENT[kept]}&{gone}={PAYMENT[gone]}"}
    assert text_to_sign(melted) == text_to_sign(PAYMENT)
    assert ambiguous(melted)
    with pytest.raises((OutcomeUnknown, Mismatch)):
        prove(melted)


@given(st.dictionaries(st.sampled_from(KNOWN), examples.text().filter(lambda text: "&" not in text)))
def test_s4_10_without_an_ampersand_nothing_is_ambiguous(fields: dict[str, str]) -> None:
    assert not ambiguous(fields)


# Whose it is.


def test_m1_compare_names_what_is_not_ours() -> None:
    compare({}, DIRECT)
    compare({"mch_id": MCH_ID, "appid": APPID}, INSTITUTION)
    for fields in ({"mch_id": "1"}, {"appid": "x"}, {"sub_mch_id": "1"}):
        for who in (DIRECT, INSTITUTION):
            with pytest.raises(Mismatch, match=f"{next(iter(fields))} is '"):
                compare(fields, who)
    with pytest.raises(Mismatch, match="sub_mch_id is '10000200', ours is ''"):
        compare({"sub_mch_id": SUB_MCH_ID}, DIRECT)


def test_s4_10_every_field_of_every_notification_is_known() -> None:
    """A name that is not known could be hidden in the value beside it, and the message be taken for another kind."""
    for kind in notifications.KINDS:
        row = notifications.find(kind)
        for field in (*row.fields, *row.decrypted):
            name = field.name.partition("_$")[0]
            assert ambiguous({"attach": f"x&{name}=1"}), name
            assert ambiguous({"attach": f"x&{name}_0=1"}), name
