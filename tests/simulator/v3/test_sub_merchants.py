"""Sub-merchants taken on over API v3 Global: once under their key, looked at, and seen by API v2."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.fixtures import APPID, MCH_ID, SUB_MCH_ID, sign, to_xml
from tests.simulator.v3.client import Merchant, Reply, encrypted
from tests.simulator.v3.test_media import upload
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.v2 import catalogue, xml

CONTACT = {"name": "Li Lei", "phone": "+85212345678", "email": "li@shop.example"}
SHOP: dict[str, Any] = {
    "sp_appid": APPID, "sp_mchid": MCH_ID, "name": "Tea Shop Limited", "shortname": "Tea", "office_phone": "12345678",
    "business_category": 153, "merchant_country_code": "344", "merchant_type": "ENTERPRISE",
    "business": {"business_type": "ONLINE", "website": "https://tea.example", "mcc": "5499"},
    "director": {"name": "Han Meimei", "number": "D-1"}, "apply_h5_payment": True, "attach": "north",
}  # fmt: skip

V2_SHOP = {
    "merchant_name": "Tea", "merchant_shortname": "Tea", "merchant_remark": "K9", "merchant_country_code": "344",
    "merchant_type": "ENTERPRISE", "business_category": "153", "mcc": "5499", "business_type": "OFFLINE",
    "app_download": "none", "business_website": "https://tea.example", "office_account": "none", "mini_program": "none",
    "store_address": "1 Road", "registration_certificate_number": "1", "registration_certificate_date": "2030-01-01",
    "director_name": "Li", "director_id_number": "1", "principal_name": "Li", "principal_id_number": "1",
    "office_phone": "1", "contact_name": "Li", "contact_phone": "1", "contact_email": "li@tea.example",
    "settlement_bank_number": "1", "apply_h5_payment": "YES",
}  # fmt: skip


def sealed(merchant: Merchant) -> dict[str, str]:
    pem = merchant.gateway.platform.signing().pem
    return {name: encrypted(plain, pem) for name, plain in CONTACT.items()}


def opened(merchant: Merchant, text: str) -> str:
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    return merchant.key.decrypt(base64.b64decode(text), scheme).decode()


def add(merchant: Merchant, key: str = "K1", **more: Any) -> Reply:
    told = {**SHOP, "contact": sealed(merchant), **more}
    serial = merchant.gateway.platform.signing().serial
    return merchant.ask("merchant_add", told, Idempotency_Key=key, Wechatpay_Serial=serial)


def query(merchant: Merchant, number: str) -> Reply:
    return merchant.ask("merchant_query", {"sp_appid": APPID, "sp_mchid": MCH_ID, "sub_mchid": number})


def v2(merchant: Merchant, name: str, **fields: str) -> dict[str, str]:
    told = {"app_id": APPID, "mch_id": MCH_ID, **fields}
    body = to_xml({**told, "sign": sign(told)})
    answer = merchant.gateway.handle(Exchange("POST", catalogue.find(name).path, {}, body, merchant.issued.der))
    found: dict[str, str] = xml.read(answer.body)
    return found


def test_a_sub_merchant_is_taken_on_and_looked_at(abroad: Merchant) -> None:
    reply = add(abroad)
    assert reply.status == 200, reply.told
    assert (reply.told["verification_status"], reply.told["h5_authorization_state"]) == ("Under Review", "UNDER_REVIEW")
    number = reply.told["sub_mchid"]
    told = query(abroad, number).told
    assert {name: told[name] for name in ("name", "business_category", "business", "director", "attach")} == {
        "name": "Tea Shop Limited", "business_category": 153, "business": SHOP["business"],
        "director": SHOP["director"], "attach": "north",
    }  # fmt: skip
    assert told["sub_merchant_state"] == {"sub_merchant_status": "PENDING", "application_status": "UNDER_REVIEW"}
    abroad.clock.advance(3600)
    told = query(abroad, number).told
    assert told["sub_merchant_state"] == {"sub_merchant_status": "OPERATING"}
    assert told["h5_payment"] == {"h5_authorization_state": "APPROVED"}


def test_a_contact_travels_encrypted_both_ways(abroad: Merchant) -> None:
    told = query(abroad, add(abroad).told["sub_mchid"]).told
    assert {name: opened(abroad, text) for name, text in told["contact"].items()} == CONTACT


def test_the_length_of_a_contact_is_that_of_the_plain_text(abroad: Merchant) -> None:
    contact = {**sealed(abroad), "phone": encrypted("1" * 33, abroad.gateway.platform.signing().pem)}
    reply = add(abroad, contact=contact)
    assert (reply.status, reply.code, reply.field) == (400, "PARAM_ERROR", "/contact/phone")


def test_a_contact_in_plain_text_is_refused(abroad: Merchant) -> None:
    assert add(abroad, contact=CONTACT).code == "PARAM_ERROR"


def test_m5_one_key_takes_one_sub_merchant_on(abroad: Merchant) -> None:
    first = add(abroad).told
    assert add(abroad).told == first
    other = add(abroad, shortname="Coffee")
    assert (other.status, other.code) == (400, "INVALID_REQUEST")
    assert add(abroad, "K2").told["sub_mchid"] != first["sub_mchid"]


def test_whoever_took_it_on_acts_for_it_at_once(abroad: Merchant) -> None:
    number = add(abroad).told["sub_mchid"]
    assert abroad.place(sub_mchid=number).status == 200


def test_a_sub_merchant_is_changed_and_looked_at_again(abroad: Merchant) -> None:
    number = add(abroad).told["sub_mchid"]
    abroad.clock.advance(3600)
    serial = abroad.gateway.platform.signing().serial
    told = {
        **{name: value for name, value in SHOP.items() if name != "attach"}, "contact": sealed(abroad),
        "sub_mchid": number, "shortname": "Coffee", "registration_certificate_number": "R-1",
        "registration_certificate_date": "2030-01-01",
    }  # fmt: skip
    reply = abroad.ask("merchant_modify", told, Wechatpay_Serial=serial)
    assert (reply.status, reply.told["sub_mchid"]) == (200, number)
    seen = query(abroad, number).told
    assert (seen["shortname"], seen["attach"]) == ("Coffee", "north")
    assert seen["sub_merchant_state"]["sub_merchant_status"] == "PENDING"


def test_the_body_of_a_change_repeats_the_number_of_its_path(abroad: Merchant) -> None:
    number = add(abroad).told["sub_mchid"]
    told = {
        **{name: value for name, value in SHOP.items() if name != "attach"}, "contact": sealed(abroad),
        "sub_mchid": number, "registration_certificate_number": "R-1", "registration_certificate_date": "2030-01-01",
    }  # fmt: skip
    own = {"Wechatpay-Serial": abroad.gateway.platform.signing().serial}
    for body, status in ((told, 200), ({**told, "sub_mchid": SUB_MCH_ID}, 400)):
        target = f"/v3/global/merchants/{number}"
        assert abroad.send(abroad.exchange("PATCH", target, json.dumps(body).encode(), own)).status == status


def test_a_rejection_says_why(abroad: Merchant) -> None:
    number = add(abroad).told["sub_mchid"]
    abroad.gateway.act("reject_sub_merchant", sub_mch_id=number, reason="no such street")
    state = query(abroad, number).told["sub_merchant_state"]
    assert state["application_status"] == "REJECTED"
    assert state["application_reject_detail"]["reason"] == "no such street"


def test_nothing_is_known_of_others(abroad: Merchant) -> None:
    assert (query(abroad, SUB_MCH_ID).status, query(abroad, SUB_MCH_ID).code) == (404, "RESOURCE_NOT_EXISTS")
    assert query(abroad, "1900000999").code == "NO_AUTH"


@pytest.mark.parametrize("missing", ["name", "contact", "business"])
def test_what_is_missing_is_refused_by_pointer(abroad: Merchant, missing: str) -> None:
    reply = add(abroad, **{missing: None})
    assert (reply.status, reply.field) == (400, f"/{missing}")


def test_pictures_are_those_that_were_uploaded_in_either_version(abroad: Merchant) -> None:
    assert add(abroad, registration_certificate_copy="unknown").code == "PARAM_ERROR"
    media_id = upload(abroad).told["media_id"]
    assert upload(abroad).told["media_id"] == media_id
    assert add(abroad, registration_certificate_copy=media_id).status == 200
    told = {**V2_SHOP, "registration_certificate_copy": media_id, "store_photos": json.dumps([media_id])}
    answer = v2(abroad, "add_institution_sub", **told)
    assert answer.get("result_code") == "SUCCESS", answer
    assert query(abroad, answer["sub_mch_id"]).told["name"] == "Tea"


def test_v2_sees_what_v3_took_on(abroad: Merchant) -> None:
    number = add(abroad).told["sub_mchid"]
    told = v2(abroad, "query_institution_sub", sub_mch_id=number)
    assert (told["merchant_name"], told["contact_email"], told["director_name"]) == (
        "Tea Shop Limited", "li@shop.example", "Han Meimei",
    )  # fmt: skip
