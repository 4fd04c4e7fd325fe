"""Customs over API v3 Global: declared, accepted or refused, changed, pushed again; and whose order it is."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fixtures import APPID, MCH_ID
from tests.simulator.v3.client import Merchant, Reply, encrypted
from tests.simulator.v3.conftest import EVERY

OFFICE = {"customs": "SHENZHEN", "merchant_customs_no": "C-1"}
OWN = {"appid": APPID, "mchid": MCH_ID}


@pytest.fixture(params=EVERY[:2], ids="-".join)
def shop(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    """Each of the two merchants abroad, settled in CNY: only orders in CNY are declared."""
    one = Merchant(*request.param, currency="CNY")
    yield one
    one.close()


def ids(number: str) -> dict[str, str]:
    return {**OWN, "out_trade_no": "T-00001", "transaction_id": number}


def declare(merchant: Merchant, number: str, *, name: str = "customs_declare", **more: Any) -> Reply:
    return merchant.ask(name, {**ids(number), **OFFICE, **more})


def part(no: str = "P-1", fee: int = 600, **more: Any) -> dict[str, Any]:
    amounts = {"order_fee": fee, "transport_fee": 100, "product_fee": fee - 100}
    return {"sub_order_no": no, "fee_type": "CNY", **amounts, **more}


def query(merchant: Merchant, kind: str = "out_trade_no", number: str = "T-00001", **more: Any) -> Reply:
    told = {**OWN, "order_type": kind, "order_no": number, "customs": "SHENZHEN", **more}
    return merchant.ask("customs_query", told)


def test_a_paid_order_is_declared_and_accepted_a_minute_later(shop: Merchant) -> None:
    number = shop.paid()
    told = declare(shop, number, duty=5).told
    assert (told["state"], told["transaction_id"], told["verify_department"]) == ("SUBMITTED", number, "OTHERS")
    assert declare(shop, number, duty=5).told == told
    shop.clock.advance(60)
    seen = query(shop).told
    (row,) = seen["data"]
    assert (row["state"], row["order_fee"], row["duty"]) == ("SUCCESS", 1000, 5)
    assert (row["mch_customs_no"], row["customs"], seen["total_count"]) == ("C-1", "SHENZHEN", 1)
    assert query(shop, "transaction_id", number).told == seen


def test_an_order_is_declared_in_parts_and_told_page_by_page(shop: Merchant) -> None:
    number = shop.paid()
    one = declare(shop, number, **part()).told
    assert declare(shop, number, **part("P-2", 400)).status == 200
    whole = query(shop).told
    assert (whole["total_count"], [row["sub_order_no"] for row in whole["data"]]) == (2, ["P-1", "P-2"])
    assert query(shop, offset=1, limit=1).told["data"] == whole["data"][1:]
    assert query(shop, "sub_order_no", "P-1").told["data"] == whole["data"][:1]
    assert query(shop, "sub_order_id", one["sub_order_id"]).told["data"] == whole["data"][:1]


@pytest.mark.parametrize("changes", [
    {"out_trade_no": "T-00009"}, {"transaction_id": "4200000000202609220000000099"},
    part(fee=1001), {**part(), "order_fee": 601},
])  # fmt: skip
def test_what_cannot_be_declared_is_refused(shop: Merchant, changes: dict[str, Any]) -> None:
    reply = declare(shop, shop.paid(), **changes)
    assert reply.status == 400 and reply.code in ("INVALID_REQUEST", "PARAM_ERROR")
    assert query(shop).code == "INVALID_REQUEST"


def test_an_order_that_is_not_paid_is_not_declared(shop: Merchant) -> None:
    shop.place()
    assert declare(shop, shop.query()["id"]).code == "INVALID_REQUEST"


def test_what_was_declared_is_changed_and_declared_again(shop: Merchant) -> None:
    number = shop.paid()
    assert declare(shop, number, name="customs_modify", duty=7).code == "PARAM_ERROR"
    declare(shop, number, duty=5)
    shop.clock.advance(60)
    told = declare(shop, number, name="customs_modify", duty=7).told
    assert (told["state"], told["modify_time"]) == ("SUBMITTED", "2026-09-22T12:01:00+08:00")
    assert query(shop).told["data"][0]["duty"] == 7


def test_a_part_is_changed_without_its_currency(shop: Merchant) -> None:
    number = shop.paid()
    declare(shop, number, **part())
    changed = {name: value for name, value in part(fee=700).items() if name != "fee_type"}
    assert declare(shop, number, name="customs_modify", **changed).status == 200
    assert query(shop).told["data"][0]["order_fee"] == 700


def test_a_refused_declaration_is_pushed_again(shop: Merchant) -> None:
    declare(shop, shop.paid())
    shop.gateway.act("refuse_declaration", mch_id=MCH_ID, out_trade_no="T-00001", explanation="wrong number")
    assert (query(shop).told["data"][0]["state"], query(shop).told["data"][0]["explanation"]) == (
        "FAIL",
        "wrong number",
    )
    reply = shop.ask("customs_redeclare", {**OWN, **OFFICE, "out_trade_no": "T-00001"})
    assert (reply.status, reply.told["state"]) == (200, "SUBMITTED")
    shop.clock.advance(60)
    assert query(shop).told["data"][0]["state"] == "SUCCESS"


def identity(merchant: Merchant, number: str, who: str = "310101199001010014", *, oaep: bool = False) -> Reply:
    platform = merchant.gateway.platform.signing()
    public = x509.load_pem_x509_certificate(platform.pem).public_key()
    assert isinstance(public, rsa.RSAPublicKey)

    def seal(plain: str) -> str:
        if oaep:
            return encrypted(plain, platform.pem)
        return base64.b64encode(public.encrypt(plain.encode(), padding.PKCS1v15())).decode()

    told = {
        **ids(number), **OFFICE, "certificate_type": "IDCARD", "certificate_id": seal(who),
        "certificate_name": seal("张三"),
    }  # fmt: skip
    return merchant.ask("customs_verify_certificate", told, Wechatpay_Serial=platform.serial)


def test_the_identity_is_that_of_the_first_one_told(shop: Merchant) -> None:
    number = shop.paid()
    assert identity(shop, number).code == "INVALID_REQUEST"
    declare(shop, number)
    assert [identity(shop, number).told["certificate_check_result"] for _ in range(2)] == ["SAME", "SAME"]
    assert identity(shop, number, "310101199001010022").told["certificate_check_result"] == "DIFFERENT"
    assert declare(shop, number).status == 200  # the same declaration still


def test_an_identity_encrypted_with_oaep_does_not_open(shop: Merchant) -> None:
    number = shop.paid()
    declare(shop, number)
    reply = identity(shop, number, oaep=True)
    assert (reply.status, reply.code) == (400, "PARAM_ERROR")


def test_an_order_in_another_currency_is_not_declared(abroad: Merchant) -> None:
    assert declare(abroad, abroad.paid()).code == "PARAM_ERROR"
