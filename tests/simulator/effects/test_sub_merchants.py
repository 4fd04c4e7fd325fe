"""Sub-merchants: taken on, looked at, changed, configured; and the pictures they need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects.sub_merchants import MOST_DIRECTORIES, REVIEW_SECONDS, reject_sub_merchant
from wxpay_v2.simulator.states import NotPayable

PICTURE = b"\x89PNG\r\n\x1a\n\x00\x01"
SHOP: dict[str, Any] = {
    "merchant_name": "Tea Ltd", "merchant_shortname": "Tea", "merchant_remark": "shop-1",
    "merchant_country_code": "344", "merchant_type": "ENTERPRISE", "business_category": "5", "mcc": "5812",
    "registration_certificate_number": "1", "registration_certificate_date": "2030-01-01", "business_type": "OFFLINE",
    "app_download": "none", "business_website": "https://tea.example", "office_account": "none", "mini_program": "none",
    "store_address": "1 Road", "director_name": "Li", "director_id_number": "1", "principal_name": "Li",
    "principal_id_number": "1", "office_phone": "1", "contact_name": "Li", "contact_phone": "1",
    "contact_email": "li@tea.example", "settlement_bank_number": "1", "apply_h5_payment": "YES",
}  # fmt: skip


@pytest.fixture
def institution() -> Iterator[Caller]:
    caller = Caller("institution", region="global")
    yield caller
    caller.close()


@pytest.fixture
def bank() -> Iterator[Caller]:
    caller = Caller("service_provider")
    yield caller
    caller.close()


def onboard(caller: Caller, **changes: Any) -> dict[str, Any]:
    photo = caller.upload_media(media=PICTURE)["media_id"]
    return caller.add_institution_sub(**{**SHOP, "store_photos": json.dumps([photo]), **changes}).typed


def test_a_sub_merchant_is_taken_on_looked_at_and_approved(institution: Caller) -> None:
    told = onboard(institution)
    sub = told["sub_mch_id"]
    assert (told["verification_status"], told["h5_authorization_state"]) == ("Under review", "UNDER_REVIEW")
    found = institution.query_institution_sub(sub_mch_id=sub)
    assert (found["merchant_name"], found["sub_mch_status"], found["application_status"]) == (
        "Tea Ltd", "PENDING", "UNDER_REVIEW",
    )  # fmt: skip
    institution.pass_time(REVIEW_SECONDS)
    found = institution.query_institution_sub(sub_mch_id=sub)
    assert (found["sub_mch_status"], found["h5_authorization_state"]) == ("OPERATING", "APPROVED")
    assert "application_status" not in found


def test_orders_are_placed_for_a_sub_merchant_that_was_taken_on(institution: Caller) -> None:
    sub = onboard(institution)["sub_mch_id"]
    institution.paid("T-1", sub_mch_id=sub, fee_type="USD")
    assert institution.order_query(out_trade_no="T-1", sub_mch_id=sub)["sub_mch_id"] == sub


def test_the_same_sub_merchant_is_taken_on_once(institution: Caller) -> None:
    sub = onboard(institution)["sub_mch_id"]
    again = institution.again()
    assert onboard(again)["sub_mch_id"] == sub
    photo = institution.upload_media(media=PICTURE)["media_id"]
    other = {**SHOP, "store_photos": json.dumps([photo]), "merchant_name": "Coffee Ltd"}
    assert again.refused("add_institution_sub", **other) == "PARAM_ERROR"
    assert onboard(again, merchant_remark="shop-2")["sub_mch_id"] != sub


def test_pictures_must_have_been_uploaded(institution: Caller) -> None:
    for photos in ('["no such picture"]', '"x"'):
        assert institution.again().refused("add_institution_sub", **SHOP, store_photos=photos) == "PARAM_ERROR"


def test_a_change_is_looked_at_again(institution: Caller) -> None:
    sub = onboard(institution)["sub_mch_id"]
    institution.pass_time(REVIEW_SECONDS)
    left_out = ("merchant_remark", "apply_h5_payment")
    changed = {**{name: SHOP[name] for name in SHOP if name not in left_out}, "merchant_shortname": "Tea House"}
    told = institution.modify_institution_sub(sub_mch_id=sub, **changed)
    assert (told["sub_mch_id"], told["verification_status"]) == (sub, "Under review")
    found = institution.query_institution_sub(sub_mch_id=sub)
    assert (found["merchant_shortname"], found["merchant_remark"]) == ("Tea House", "shop-1")
    institution.pass_time(REVIEW_SECONDS)
    assert institution.query_institution_sub(sub_mch_id=sub)["sub_mch_status"] == "OPERATING"


def test_who_is_rejected_reads_why(institution: Caller) -> None:
    sub = onboard(institution, apply_h5_payment="NO")["sub_mch_id"]
    institution.act(reject_sub_merchant, sub_mch_id=sub, reason="blurred picture")
    institution.pass_time(REVIEW_SECONDS)
    found = institution.query_institution_sub(sub_mch_id=sub)
    assert (found["application_status"], found["sub_mch_status"]) == ("REJECTED", "PENDING")
    assert found.typed["application_reject_detail"][0]["reason"] == "blurred picture"
    assert found["h5_authorization_state"] == "UNAUTHORIZED"
    with pytest.raises(NotPayable):
        institution.act(reject_sub_merchant, sub_mch_id=sub)


def test_nothing_is_known_of_a_sub_merchant_that_was_there_before(institution: Caller) -> None:
    assert institution.refused("query_institution_sub", sub_mch_id="1900000110") == "PARAM_ERROR"


@pytest.mark.parametrize("picture", [b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(2 << 20)])
def test_only_pictures_of_two_mebibytes_are_kept(institution: Caller, picture: bytes) -> None:
    assert institution.refused("upload_media", media=picture) == "PARAM_ERROR"


def test_the_same_picture_has_the_same_id(institution: Caller) -> None:
    first = institution.upload_media(media=PICTURE)["media_id"]
    assert institution.upload_media(media=PICTURE)["media_id"] == first
    assert institution.upload_media(media=PICTURE + b"\x00")["media_id"] != first


# Banks


def test_a_bank_adds_and_lists_sub_merchants(bank: Caller) -> None:
    for number in range(3):
        told = bank.sub_mch_manage(action="add", merchant_name=f"Shop {number}", page_index="1", sub_mch_id=None).typed
        assert told["total"] == "1"
    again = bank.again().sub_mch_manage(action="add", merchant_name="Shop 2", page_index="1", sub_mch_id=None).typed
    assert again["mchinfo"][0]["mch_id"] == told["mchinfo"][0]["mch_id"]

    def listed(**named: Any) -> Any:
        return bank.sub_mch_manage(**{"action": "query", "page_index": "1", "sub_mch_id": None, **named}).typed

    assert [listed(page_index=page, page_size="1")["mchinfo"][0]["merchant_name"] for page in "123"] == [
        "Shop 0", "Shop 1", "Shop 2",
    ]  # fmt: skip
    past = listed(page_index="4", page_size="1")
    assert (past["total"], "mchinfo" in past) == ("3", False)
    assert listed(page_index="2", page_size="2")["mchinfo"][0]["merchant_name"] == "Shop 2"
    sub = listed(merchant_name="Shop 1")["mchinfo"][0]["mch_id"]
    assert listed(sub_mch_id=sub)["mchinfo"][0]["merchant_name"] == "Shop 1"
    assert bank.modify_mch_info(sub_mch_id=sub, merchant_shortname="One")["result_msg"] == "OK"
    assert bank.channel_setting(sub_mch_id=sub, channel_id="9")["channel_id"] == "9"
    (info,) = listed(sub_mch_id=sub)["mchinfo"]
    assert (info["merchant_shortname"], info["channel_id"]) == ("One", "9")


def test_what_a_bank_cannot_do_is_refused(bank: Caller) -> None:
    assert bank.refused("sub_mch_manage", action="add", page_index="1", sub_mch_id=None) == "PARAM_ERROR"
    assert bank.refused("sub_mch_manage", action="query", page_index="0", sub_mch_id=None) == "PARAM_ERROR"
    assert bank.refused("modify_mch_info", sub_mch_id="1900000110", merchant_shortname="One") == "PARAM_ERROR"
    assert bank.refused("channel_setting", sub_mch_id="1900000110", channel_id="9") == "PARAM_ERROR"


def test_payment_directories_and_appids_are_kept(bank: Caller) -> None:
    bank.add_sub_dev_config(jsapi_path="https://shop.example/pay/", sub_appid=None)
    bank.add_sub_dev_config(jsapi_path="https://shop.example/pay/")
    bank.add_recommend_conf(subscribe_appid="wx4444444444444444")
    found = bank.query_sub_dev_config().typed
    assert found["jsapi_path_list"] == {"jsapi_path_list": ["https://shop.example/pay/"]}
    bound = {"sub_appid": "wx2222222222222222", "subscribe_appid": "wx4444444444444444"}
    assert found["appid_config_list"] == {"appid_config_list": [bound]}


def test_a_sub_merchant_has_so_many_payment_directories(bank: Caller) -> None:
    for number in range(MOST_DIRECTORIES):
        bank.add_sub_dev_config(jsapi_path=f"https://shop.example/{number}/")
    assert bank.refused("add_sub_dev_config", jsapi_path="https://shop.example/one-more/") == "PARAM_ERROR"
