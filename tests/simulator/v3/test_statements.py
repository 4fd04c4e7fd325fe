"""Statements: of API v3 Global in the answer, of the mainland by an address; the rows, the digests, and the times."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.fixtures import SUB_MCH_ID
from tests.simulator.v3.client import Merchant, Reply, holds, text
from tests.simulator.v3.conftest import EVERY
from tests.simulator.v3.test_across import v2_order
from wxpay_v2.clock import ManualClock
from wxpay_v2.operation import HOSTS
from wxpay_v2.simulator.gateway import Gateway

DAY = 86400.0
HEADINGS = (
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,充值券币种,"
    "充值券金额,优惠券币种,优惠券金额,微信退款单号,商户退款单号,退款类型,退款状态,商品名称,商户数据包,手续费,费率,标价币种,"
    "订单金额(标价币种),用户支付币种,用户支付金额,结算币种,应结订单金额,支付汇率,退款汇率,申请退款金额,用户退款币种,"
    "用户退款金额,退款结算币种,退款应结订单金额,充值券退款金额,优惠券退款金额"
)


@pytest.fixture(params=EVERY[:2], ids="-".join)
def shop(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    """Each of the two merchants abroad."""
    one = Merchant(*request.param)
    yield one
    one.close()


@pytest.fixture(params=EVERY[2:], ids="-".join)
def store(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    """Each of the two merchants of the mainland."""
    one = Merchant(*request.param)
    yield one
    one.close()


def ask(merchant: Merchant, day: str = "20260922", headers: dict[str, str] | None = None, query: str = "") -> Reply:
    own = "sp_mchid" if merchant.mode != "direct" else "mchid"
    target = f"/v3/global/statements?date={day}&{own}={merchant.account.mch_id}{query}"
    return merchant.send(merchant.exchange("GET", target, headers=headers))


def plain(reply: Reply) -> bytes:
    return gzip.decompress(reply.body) if reply.headers.get("Content-Encoding") == "gzip" else reply.body


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.told
    heading, *lines = plain(reply).decode().removesuffix("\r\n").split("\r\n")
    assert heading == HEADINGS and all(line.startswith("`") for line in lines)
    names = heading.split(",")
    return [dict(zip(names, line[1:].split(",`"), strict=True)) for line in lines]


def held(merchant: Merchant, reply: Reply) -> None:
    """Hold the digest against the text, and the signature against the digest."""
    sha1 = hashlib.sha1(plain(reply), usedforsecurity=False).hexdigest()
    assert reply.headers["Wechatpay-Statement-Sha1"] == sha1
    stamp, nonce = reply.headers["Wechatpay-Timestamp"], reply.headers["Wechatpay-Nonce"]
    signed = text(stamp, nonce, body=f'{{"sha1":"{sha1}"}}'.encode())
    pem = merchant.platform_pem(reply.headers["Wechatpay-Serial"])
    assert holds(pem, reply.headers["Wechatpay-Signature"], signed)
    assert not holds(pem, reply.headers["Wechatpay-Signature"], text(stamp, nonce, body=reply.body))


def traded(merchant: Merchant) -> None:
    """A payment in each version, and a refund; the statement of the day is there."""
    merchant.paid("T-00001", attach="table 4")
    v2_order(merchant, "T-00002")
    merchant.gateway.pay("T-00002", wallet="hongkong")
    merchant.take_refund()
    merchant.clock.advance(DAY)


def test_the_statement_has_its_38_columns_and_the_trades_of_both_versions(shop: Merchant) -> None:
    traded(shop)
    first, second, refund = rows(ask(shop))
    assert len(first) == 38
    assert (first["商户订单号"], first["商户数据包"], first["交易状态"]) == ("T-00001", "table 4", "SUCCESS")
    assert (first["订单金额(标价币种)"], first["标价币种"], first["结算币种"]) == ("10.00", "HKD", "HKD")
    assert (first["用户支付币种"], second["用户支付币种"]) == ("CNY", "HKD")
    assert second["商户订单号"] == "T-00002"
    assert (refund["交易状态"], refund["商户退款单号"], refund["申请退款金额"]) == ("REFUND", "R-1", "3.00")
    assert (refund["订单金额(标价币种)"], refund["退款结算币种"]) == ("0.00", "HKD")
    assert first["子商户号"] == (SUB_MCH_ID if shop.mode != "direct" else "0")


def test_s4_6_the_signature_is_of_the_digest_of_the_text(shop: Merchant) -> None:
    traded(shop)
    held(shop, ask(shop))


def test_s4_6_the_digest_of_a_compressed_statement_is_of_what_is_in_it(shop: Merchant) -> None:
    traded(shop)
    reply = ask(shop, headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip" and rows(reply) == rows(ask(shop))
    held(shop, reply)


def test_the_gateway_compresses_for_whoever_takes_it(shop: Merchant) -> None:
    traded(shop)
    taken = ask(shop, headers={"Accept-Encoding": "br, gzip;q=0.5, deflate"})
    assert taken.headers["Content-Encoding"] == "gzip"
    for other in ("deflate, br", "identity"):
        assert "Content-Encoding" not in ask(shop, headers={"Accept-Encoding": other}).headers


def test_a_statement_of_one_sub_merchant_has_its_trades_only(abroad: Merchant) -> None:
    abroad.paid()
    abroad.clock.advance(DAY)
    assert len(rows(ask(abroad, query=f"&sub_mchid={SUB_MCH_ID}"))) == 1
    assert ask(abroad, query="&sub_mchid=1900000999").code == "NO_AUTH"


def test_line_ends_in_texts_do_not_break_a_row(shop: Merchant) -> None:
    shop.paid(attach="two\nlines, and a comma")
    shop.clock.advance(DAY)
    assert rows(ask(shop))[0]["商户数据包"] == "two lines, and a comma"


def test_a_statement_is_there_from_ten_on_if_anything_was_traded(shop: Merchant) -> None:
    shop.paid()
    assert ask(shop).code == "STATEMENT_CREATING"
    shop.clock.advance(22 * 3600 - 1)
    assert ask(shop).code == "STATEMENT_CREATING"
    shop.clock.advance(1)
    assert ask(shop).status == 200
    nothing = ask(shop, "20260921")
    assert (nothing.status, nothing.code) == (400, "NO_STATEMENT_EXIST")
    shop.verify(nothing)
    future = ask(shop, "20260924")
    assert (future.code, future.field) == ("PARAM_ERROR", "date")


# The mainland


def offered(merchant: Merchant, name: str = "bill_trade", **more: str) -> Reply:
    return merchant.ask(name, {"bill_date": "2026-09-22", **more})


def fetch(merchant: Merchant, url: str) -> Reply:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" in HOSTS["mainland"]
    return merchant.send(merchant.exchange("GET", f"{parts.path}?{parts.query}"))


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(("kind", "columns", "trades"), [("ALL", 27, 3), ("SUCCESS", 20, 2), ("REFUND", 29, 1)])
def test_a_bill_is_offered_and_its_file_is_not_signed(store: Merchant, kind: str, columns: int, trades: int) -> None:
    traded(store)
    told = offered(store, bill_type=kind).told
    file = fetch(store, told["download_url"])
    assert file.status == 200 and not any(name.startswith("Wechatpay-") for name in file.headers)
    assert (told["hash_type"], told["hash_value"]) == ("SHA1", sha1(file.body))
    heading, *lines = file.body.decode("utf-8-sig").split("\r\n")
    assert len(heading.split(",")) == columns
    assert len([line for line in lines if line.startswith("`2026")]) == trades


def test_the_digest_of_a_compressed_bill_is_of_what_is_in_it(store: Merchant) -> None:
    traded(store)
    told = offered(store, tar_type="GZIP").told
    file = fetch(store, told["download_url"])
    assert sha1(gzip.decompress(file.body)) == told["hash_value"] == offered(store).told["hash_value"]
    assert "Content-Encoding" not in file.headers


def test_a_fund_flow_is_offered_of_the_account_where_money_moved(store: Merchant) -> None:
    traded(store)
    told = offered(store, "bill_fund_flow").told
    file = fetch(store, told["download_url"])
    assert sha1(file.body) == told["hash_value"] and "账户结余(元)" in file.body.decode()
    assert offered(store, "bill_fund_flow", account_type="FEES").code == "NO_STATEMENT_EXIST"


def test_an_address_lives_for_five_minutes(store: Merchant) -> None:
    traded(store)
    url = offered(store).told["download_url"]
    store.clock.advance(300)
    assert fetch(store, url).status == 200
    store.clock.advance(1)
    dead = fetch(store, url)
    assert (dead.status, dead.code) == (400, "INVALID_REQUEST")
    store.verify(dead)
    assert fetch(store, f"{url[:-4]}AAAA").code == "INVALID_REQUEST"


def test_s8_an_address_is_of_the_merchant_that_asked_for_it() -> None:
    gateway = Gateway(clock=ManualClock(1_790_049_600.0))
    store = Merchant("direct", "mainland", gateway=gateway)
    traded(store)
    url = offered(store).told["download_url"]
    other = Merchant("direct", "mainland", gateway=gateway, mch_id="1900000777")
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}"
    own = {"Authorization": other.authorization("GET", target, mchid="1900000777")}
    reply = other.send(other.exchange("GET", target, headers=own))
    assert (reply.status, reply.code) == (403, "NO_AUTH")
    store.close()


def test_a_bill_is_there_from_ten_on_if_anything_was_traded(store: Merchant) -> None:
    store.paid()
    for name in ("bill_trade", "bill_fund_flow"):
        assert offered(store, name).code == "STATEMENT_CREATING"
        assert offered(store, name, bill_date="2026-09-23").field == "bill_date"
        assert offered(store, name, bill_date="2026-09-21").code == "NO_STATEMENT_EXIST"


def test_the_fund_flow_of_a_sub_merchant_is_encrypted_for_the_merchant() -> None:
    store = Merchant("service_provider", "mainland")
    traded(store)
    told = {"sub_mchid": SUB_MCH_ID, "account_type": "BASIC", "algorithm": "AEAD_AES_256_GCM"}
    reply = offered(store, "bill_sub_merchant_fund_flow", **told).told
    (part,) = reply["download_bill_list"]
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    key = store.key.decrypt(base64.b64decode(part["encrypt_key"]), scheme)
    data = fetch(store, part["download_url"]).body
    opened = AESGCM(key).decrypt(part["nonce"].encode(), data, b"")
    assert sha1(opened) == part["hash_value"] and reply["download_bill_count"] == 1
    refused = offered(store, "bill_sub_merchant_fund_flow", **{**told, "algorithm": "SM4_GCM"})
    assert refused.code == "INVALID_REQUEST"
    store.close()
