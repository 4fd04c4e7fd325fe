"""Access modes and regions: what is refused where, and what to use instead."""

from __future__ import annotations

import pytest

from tests.access.cases import QUERY, faults, merchant, operation, row
from wxpay_v2.access import modes
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER, Field, Operation
from wxpay_v2.v2 import catalogue

MODES = (DIRECT, INSTITUTION, SERVICE_PROVIDER)


def either() -> Merchant:
    """An institution in the global region, a service provider in the mainland: which of them nobody said."""
    who = merchant("institution")
    return Merchant(who.appid, who.mch_id, who.api_key, sub_mch_id=who.sub_mch_id)


@pytest.mark.parametrize("call", catalogue.operations(), ids=lambda call: call.name)
def test_an_operation_is_refused_exactly_where_its_row_lacks_it(call: Operation) -> None:
    for mode in MODES:
        for region in (GLOBAL, MAINLAND):
            told = list(modes.unavailable(call, mode, region))
            assert [fault.rule for fault in told] == [
                *(["mode.region"] if region not in call.regions else []),
                *(["mode.operation"] if mode not in call.modes else []),
            ]
            assert all(fault.remedy for fault in told)


def test_what_serves_instead_exists() -> None:
    names = {call.name for call in catalogue.operations()}
    for region, rows in modes._INSTEAD.items():
        for start, words in rows:
            assert any(name.startswith(start) for name in names), start
            for word in words.replace(",", " ").split():
                if "_" in word:
                    assert region in operation(word).regions


@pytest.mark.parametrize(
    ("name", "mode", "region", "remedy"),
    [
        ("refund_v2", DIRECT, GLOBAL, "use refund"),
        ("refund_query_v2", DIRECT, GLOBAL, "use refund_query"),
        ("customs_declare", DIRECT, GLOBAL, "use customs declaration of API v3 (/global/v3/customs/orders)"),
        ("sandbox_micropay", DIRECT, GLOBAL, "use the simulator: the global gateway has no sandbox"),
        ("settlement_query", DIRECT, MAINLAND, "use download_fund_flow"),
        ("transfers", DIRECT, GLOBAL, 'make the Client with region="mainland"'),
        ("partner_delete_contract", DIRECT, MAINLAND, "use delete_contract"),
        ("transit_partner_pay_apply", DIRECT, MAINLAND, "use transit_pay_apply"),
        ("add_institution_sub", DIRECT, GLOBAL, 'make the Merchant with mode="institution", if it is one'),
    ],
)
def test_the_remedy_names_what_to_use(name: str, mode: str, region: str, remedy: str) -> None:
    (told,) = modes.unavailable(operation(name), mode, region)
    assert told.remedy == remedy


def test_an_app_order_of_a_mainland_service_provider_needs_no_sub_appid() -> None:
    who = either()
    given = {"fee_type": "CNY", "trade_type": "APP"}
    assert [fault.rule for fault in faults("unified_order", who=who, **given)] == ["trade_type.sub_appid"]
    assert faults("unified_order", who=who, region=MAINLAND, **given) == ()


def test_a_field_that_a_mode_does_not_send_is_refused_in_the_name_of_the_mode_in_that_region() -> None:
    call = row(Field("x", modes=(DIRECT,)), regions=(GLOBAL, MAINLAND), modes=MODES)
    for region, mode in ((GLOBAL, "institution"), (MAINLAND, "service provider")):
        (told,) = faults(call, {"x": "1"}, who=either(), region=region)
        assert told == f"x is not sent in {mode} mode, only in direct mode"


def test_every_partner_form_has_the_direct_form_its_remedy_names() -> None:
    names = {call.name for call in catalogue.operations()}
    for call in catalogue.operations():
        if DIRECT not in call.modes and MAINLAND in call.regions:
            (told,) = modes.unavailable(call, DIRECT, MAINLAND)
            assert told.remedy.removeprefix("use ") in names


@pytest.mark.parametrize("name", ["sub_mch_id", "sub_appid"])
def test_a_direct_merchant_sends_no_ids_of_sub_merchants(name: str) -> None:
    (fault,) = faults("order_query", **{name: "1900000110"})
    assert (fault.rule, fault.field) == ("mode.field", name)


def test_an_institution_may_name_another_sub_merchant_with_the_call() -> None:
    who = merchant(INSTITUTION, sub_mch_id=None)
    assert faults("order_query", who=who, sub_mch_id="1900000111") == ()
    (fault,) = faults("order_query", who=who)
    assert fault == "sub_mch_id is missing"


def test_a_sub_merchants_id_as_mch_id_is_refused_because_the_institutions_key_signs() -> None:
    (fault,) = faults("order_query", QUERY, mode=INSTITUTION, mch_id="1900000110")
    assert fault.rule == "mode.mch_id"
    assert faults("order_query", QUERY, mode=INSTITUTION, mch_id="1900000109") == ()
