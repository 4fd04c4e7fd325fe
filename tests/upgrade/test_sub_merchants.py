"""Sub-merchants and pictures over API v3 Global."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.upgrade.cases import APPID, GLOBAL, MAINLAND, MCH_ID, SUB_MCH_ID, case, plan, sent, told
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.primitives import load_private_key, load_public_key
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3 import cipher

COMMON = {
    "merchant_name": "Corner Shop Limited", "merchant_shortname": "Corner", "merchant_country_code": "344",
    "merchant_type": "ENTERPRISE", "business_category": "155", "mcc": "1011", "registration_certificate_number": "R1",
    "registration_certificate_date": "2035-01-01", "registration_certificate_copy": "m1", "business_type": "BOTH",
    "app_download": "https://app.example", "business_website": "https://shop.example", "office_account": "wxa",
    "mini_program": "wxb", "store_address": "1 Road", "store_photos": '["m2","m3"]', "director_name": "D",
    "director_id_number": "D1", "principal_name": "P", "principal_id_number": "P1", "office_phone": "12",
    "contact_name": "C", "contact_phone": "34", "contact_email": "c@example.com", "settlement_bank_number": "B1",
    "apply_h5_payment": "YES", "h5_website_url": "https://pay.example", "h5_domains": '["pay.example"]',
    "channel_id": "7",
}  # fmt: skip
ADDED = {**COMMON, "merchant_remark": "shop17", "attach": "ours"}
DESCRIBED: dict[str, Any] = {
    "sp_appid": APPID, "sp_mchid": MCH_ID, "name": "Corner Shop Limited", "shortname": "Corner",
    "merchant_country_code": "344", "merchant_type": "ENTERPRISE", "business_category": 155, "channel_id": "7",
    "registration_certificate_number": "R1", "registration_certificate_date": "2035-01-01",
    "registration_certificate_copy": "m1", "office_phone": "12", "settlement_bank_number": "B1",
    "contact": {"name": "C", "phone": "34", "email": "c@example.com"},
    "business": {
        "business_type": "BOTH", "app_download": "https://app.example", "website": "https://shop.example",
        "office_account": "wxa", "mini_program": "wxb", "store_address": "1 Road", "store_photos": '["m2","m3"]',
        "mcc": "1011",
    },
    "director": {"name": "D", "number": "D1"}, "principal": {"name": "P", "number": "P1"}, "apply_h5_payment": True,
}  # fmt: skip


def test_an_onboarding_becomes_nested_objects() -> None:
    target, document = sent("add_institution_sub", ADDED, region=GLOBAL, sub=True)
    assert target == "merchant_add"
    assert document == {
        **DESCRIBED, "attach": "ours", "Idempotency-Key": "shop17",
        "h5_payment_apply_info": {"h5_website_url": "https://pay.example", "domains": ["pay.example"]},
    }  # fmt: skip


def test_a_modification_names_the_site_by_another_word() -> None:
    target, document = sent("modify_institution_sub", COMMON, region=GLOBAL, sub=True)
    assert target == "merchant_modify"
    assert document == {
        **DESCRIBED, "sub_mchid": SUB_MCH_ID,
        "h5_payment_apply_info": {"website_url": "https://pay.example", "domains": ["pay.example"]},
    }  # fmt: skip


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20))
def test_a_remark_is_the_same_key_every_time_of_letters_and_digits(remark: str) -> None:
    call = case("add_institution_sub", {**ADDED, "merchant_remark": "x"}, region=GLOBAL, sub=True)
    fields = {**call.fields, "merchant_remark": remark}
    call.fields = fields
    key = plan(call).document(call)["Idempotency-Key"]
    assert key == plan(call).document(call)["Idempotency-Key"]
    assert key.isascii()
    assert key.isalnum()
    assert len(key) <= 64
    assert key == remark or len(key) == 64


def test_two_remarks_are_two_keys() -> None:
    keys = {
        sent("add_institution_sub", {**ADDED, "merchant_remark": remark}, region=GLOBAL, sub=True)[1]["Idempotency-Key"]
        for remark in ("a-b", "a_b", "ab")
    }
    assert len(keys) == 3


def test_s4_8_contacts_travel_encrypted() -> None:
    for name in ("merchant_add", "merchant_modify"):
        assert set(v3_catalogue.find(GLOBAL, name).sensitive) == {"contact.name", "contact.phone", "contact.email"}


def test_the_key_travels_in_a_header() -> None:
    assert "Idempotency-Key" in v3_catalogue.find(GLOBAL, "merchant_add").in_header


@pytest.mark.parametrize(
    ("name", "value"), [("business_category", "shop"), ("h5_domains", "{}"), ("h5_domains", "[1]"), ("h5_domains", "[")]
)
def test_what_cannot_be_converted_is_refused_before_anything_is_sent(name: str, value: str) -> None:
    call = case("add_institution_sub", ADDED, region=GLOBAL, sub=True)
    call.fields = {**call.fields, name: value}
    with pytest.raises(InvalidRequest, match=name):
        plan(call).document(call)


@pytest.mark.parametrize(("region", "sub"), [(GLOBAL, False), (MAINLAND, True), (MAINLAND, False)])
def test_only_institutions_abroad_onboard_this_way(region: str, sub: bool) -> None:
    assert not case("add_institution_sub", ADDED, region=region, sub=sub).target


@pytest.mark.parametrize(("v3", "v2"), [("Under Review", "Under review"), ("Approved", "Approved")])
def test_an_onboarding_is_answered_in_v2s_words(v3: str, v2: str) -> None:
    document = {
        "sub_mchid": "1900009193", "verification_status": v3, "description": "goods",
        "h5_authorization_state": "REJECTED",
    }  # fmt: skip
    answer = told("add_institution_sub", ADDED, document, region=GLOBAL, sub=True)
    assert answer["verification_status"] == v2
    assert (answer["sub_mch_id"], answer["description"]) == ("1900009193", "goods")
    assert answer["h5_authorization_state"] == "REJECTED"


@cache
def _pair() -> tuple[Any, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return load_private_key(pem), load_public_key(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def _queried(**more: object) -> dict[str, str]:
    document = {
        **{name: value for name, value in DESCRIBED.items() if not name.startswith("sp_")}, "sub_mchid": SUB_MCH_ID,
        "h5_payment": {"audit_reject_detail": "no", "h5_authorization_state": "REJECTED"},
        "sub_merchant_state": {
            "sub_merchant_status": "PENDING", "application_status": "REJECTED",
            "application_reject_detail": {"field": "name", "reason": "wrong"},
        },
        "attach": "ours", "contact": {name: cipher.encrypt(name, _pair()[1]) for name in ("name", "email")},
        **more,
    }  # fmt: skip
    return told("query_institution_sub", {}, document, region=GLOBAL, sub=True, private_key=_pair()[0])


def test_a_query_asks_by_number() -> None:
    target, document = sent("query_institution_sub", {}, region=GLOBAL, sub=True)
    assert (target, document) == (
        "merchant_query", {"sp_appid": APPID, "sp_mchid": MCH_ID, "sub_mchid": SUB_MCH_ID}
    )  # fmt: skip


def test_a_query_is_answered_flat_and_its_contacts_are_opened() -> None:
    answer = _queried()
    for name in ("merchant_name", "mcc", "director_id_number", "business_website", "office_phone", "mini_program"):
        assert answer[name] == COMMON[name]
    assert answer["business_category"] == "155"
    assert (answer["contact_name"], answer["contact_email"]) == ("name", "email")
    assert (answer["sub_mch_status"], answer["application_status"]) == ("PENDING", "REJECTED")
    assert json.loads(answer["application_reject_detail"]) == {"field": "name", "reason": "wrong"}
    assert (answer["h5_authorization_state"], answer["h5_audit_reject_detail"]) == ("REJECTED", "no")
    assert answer["attach"] == "ours"


def test_without_a_key_a_contact_stays_as_it_was_told() -> None:
    document = {"sub_mchid": SUB_MCH_ID, "contact": {"name": "AAAA"}}
    answer = told("query_institution_sub", {}, document, region=GLOBAL, sub=True)
    assert answer["contact_name"] == "AAAA"


def test_what_v3_forgets_is_told_as_lost() -> None:
    call = case("query_institution_sub", {}, region=GLOBAL, sub=True)
    assert {"merchant_remark", "channel_id"} <= plan(call).losses(call).keys()


@pytest.mark.parametrize("contact", ["not base64!", "AAAA"])
def test_s4_8_a_contact_that_does_not_open_is_refused(contact: str) -> None:
    with pytest.raises(Malformed):
        _queried(contact={"name": contact})


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_a_picture_is_answered_by_its_id(region: str) -> None:
    call = case("upload_media", {"media_hash": "0" * 32}, region=region)
    assert call.target == "media_upload"
    assert plan(call).document(call) == {}
    assert told("upload_media", {}, {"media_id": "m1"}, region=region)["media_id"] == "m1"
