"""The gateway's door (what it refuses before and as a call), its payer, and its notifications on their schedule."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.fixtures import (
    APPID,
    KEY,
    MCH_ID,
    OTHER_KEY,
    SUB_MCH_ID,
    certificate,
    client,
    merchant,
    sign,
    signed,
    to_xml,
)  # fmt: skip
from tests.simulator.shop import DER, NOON, ORDER, SUB_APPID, Shop, account, fields_in, outcome
from wxpay_v2.errors import ConfigurationError, InvalidRequest
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.gateway import Exchange
from wxpay_v2.simulator.ledger import NotPayable
from wxpay_v2.simulator.transport import transport
from wxpay_v2.v2 import catalogue, cipher, xml
from wxpay_v2.v2.catalogue.notifications import PAYMENT, REFUND, RETRY_SECONDS
from wxpay_v2.v2.notification import Event

FORM = "multipart/form-data; boundary=b"
ACKNOWLEDGED = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def door() -> Iterator[Shop]:
    """A shop for what never comes past the door, and so leaves nothing behind for the next test."""
    shop = Shop()
    yield shop
    shop.close()


def der(**changes: Any) -> bytes:
    return certificate(**changes).public_bytes(Encoding.DER)


# Before it is a call: return_code FAIL, unsigned, in the gateway's words


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "POST_DATA_EMPTY"),
        (b" \r\n", "POST_DATA_EMPTY"),
        (b"<xml><body>\xff</body></xml>", "NOT_UTF8"),
        (b"<xml><body>", "XML格式错误"),
        (b"out_trade_no=T-1", "XML格式错误"),
        (b"<xml><a><b>1</b></a></xml>", "XML格式错误"),
        (b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><body>&a;</body></xml>", "XML格式错误"),
        (b"<xml><body>" + b"x" * (1 << 20) + b"</body></xml>", "XML格式错误"),
        (to_xml({"appid": APPID}), "LACK_PARAMS"),
        (to_xml({"mch_id": "abc"}), "mch_id参数格式错误"),
        (to_xml({"mch_id": "1999999999"}), "MCHID_NOT_EXIST"),
        (to_xml({"mch_id": MCH_ID}), "签名错误"),
        (to_xml({"mch_id": MCH_ID, "sign": ""}), "签名错误"),
        (to_xml({"mch_id": MCH_ID, "sign": "中" * 32}), "签名错误"),
    ],
)
def test_what_is_no_message_of_a_known_merchant_is_refused_unsigned(door: Shop, raw: bytes, said: str) -> None:
    assert door.ask("unified_order", raw=raw) == {"return_code": "FAIL", "return_msg": said}


XML = [row.name for row in catalogue.operations() if row.request_format == "xml"]


@pytest.mark.parametrize("operation", XML)
def test_a_wrong_key_is_a_wrong_signature_everywhere(door: Shop, operation: str) -> None:
    expected = "SIGN ERROR" if operation in ("download_bill", "sandboxnew_download_bill") else "签名错误"
    assert door.ask(operation, key=OTHER_KEY) == {"return_code": "FAIL", "return_msg": expected}


@pytest.mark.parametrize("operation", XML)
def test_only_post_is_answered(door: Shop, operation: str) -> None:
    for method in ("GET", "PUT", "HEAD", ""):
        assert outcome(door.ask(operation, method=method)) == "REQUIRE_POST_METHOD"


@pytest.mark.parametrize("path", ["/", "/pay", "/pay/unifiedorder/", "/pay/\u4e2d"])
def test_an_unknown_path_is_not_found(shop: Shop, path: str) -> None:
    assert shop.gateway.handle(Exchange("POST", path, {}, b"<xml/>", None)).status == 404


def test_the_algorithm_is_the_one_the_request_names_and_md5_without_one(shop: Shop) -> None:
    fields = shop.fields(catalogue.find("unified_order"), ORDER)
    assert outcome(shop.ask("unified_order", raw=signed(fields, KEY, "HMAC-SHA256"))) == "签名错误"
    named = {**fields, "sign_type": "HMAC-SHA256"}
    assert outcome(shop.ask("unified_order", raw=signed(named, KEY, "MD5"))) == "签名错误"
    answer = fields_in(shop.send("unified_order", raw=signed(named, KEY, "HMAC-SHA256")).body)
    assert answer["sign"] == sign(answer, KEY, "HMAC-SHA256")


@pytest.mark.parametrize("operation", ["settlement_query", "query_exchange_rate"])
def test_an_operation_of_md5_only_refuses_hmac(shop: Shop, operation: str) -> None:
    row = catalogue.find(operation)
    fields = shop.fields(row, {"sign_type": "HMAC-SHA256"})
    assert outcome(shop.ask(operation, raw=signed(fields, KEY, "HMAC-SHA256"))) == "签名错误"
    fields = shop.fields(row, {"sign_type": "SHA1"})
    assert outcome(shop.ask(operation, raw=signed(fields, KEY, "MD5"))) == "签名错误"


def test_ids_must_belong_together(shop: Shop) -> None:
    shop.gateway.add_account(account("direct", appid="wx9999999999999999", mch_id="1900000999"))
    assert outcome(shop.place(appid="wx0000000000000000")) == "appid不存在"
    assert outcome(shop.place(appid="wx9999999999999999")) == "商户号mch_id与appid不匹配"
    assert outcome(shop.place(sub_appid="wx9999999999999999")) == "商户号mch_id与appid不匹配"
    assert outcome(shop.place(sub_appid="wx0000000000000000")) == "appid不存在"
    assert outcome(shop.place(sub_appid=SUB_APPID)) == "SUCCESS"


def test_a_sub_merchant_must_be_the_callers(shop: Shop) -> None:
    assert outcome(shop.place(sub_mch_id="1900000999")) == "NOAUTH"
    assert outcome(fields_in(shop.send("unified_order", **{**ORDER, "sub_mch_id": None}).body)) == "LACK_PARAMS"
    assert outcome(shop.ask("close_order", out_trade_no="T-1", sub_mch_id="1900000999")) == "参数格式校验错误"
    direct = Shop("direct")
    assert outcome(direct.place(sub_mch_id=SUB_MCH_ID)) == "NOAUTH"
    direct.close()


# As a call: signed


@pytest.mark.parametrize("missing", ["body", "out_trade_no", "total_fee", "trade_type", "notify_url", "nonce_str"])
def test_a_missing_field_is_named_in_a_signed_answer(shop: Shop, missing: str) -> None:
    told = shop.place(**{missing: None}) if missing != "out_trade_no" else shop.place(None)  # type: ignore[arg-type]
    assert (told["err_code"], told["err_code_des"]) == ("LACK_PARAMS", f"{missing} is missing")


def test_a_field_that_is_missing_under_a_condition_is_refused_too(shop: Shop) -> None:
    assert outcome(shop.place(trade_type="JSAPI")) == "LACK_PARAMS"
    assert outcome(shop.place(trade_type="MWEB")) == "LACK_PARAMS"
    assert outcome(shop.ask("order_query")) == "LACK_PARAMS"
    assert outcome(shop.ask("refund_query")) == "PARAM_ERROR"
    assert outcome(shop.ask("close_order")) == "参数格式校验错误"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("body", "x" * 129, "参数格式校验错误"),
        ("out_trade_no", "T 1", "参数格式校验错误"),
        ("out_trade_no", "T" * 33, "参数格式校验错误"),
        ("total_fee", "0", "参数格式校验错误"),
        ("total_fee", "1.00", "参数格式校验错误"),
        ("total_fee", "-1", "参数格式校验错误"),
        ("total_fee", "１００", "参数格式校验错误"),
        ("trade_type", "NATIV", "参数格式校验错误"),
        ("time_expire", "2026-09-23", "参数格式校验错误"),
        ("body", "\U0001f375", "参数格式校验错误"),
        ("sub_mch_id", "\U0001f375", "参数格式校验错误"),
        ("spbill_create_ip", "shop.example", "invalid spbill_create_ip"),
        ("spbill_create_ip", "999.1.1.1", "invalid spbill_create_ip"),
        ("spbill_create_ip", "1" * 65, "invalid spbill_create_ip"),
        ("body", "a is missing, got it", "SUCCESS"),
        ("fee_type", "is missing", "参数格式校验错误"),
    ],
)
def test_a_field_must_fit_its_row(shop: Shop, field: str, value: str, said: str) -> None:
    assert outcome(shop.ask("unified_order", **{**ORDER, field: value})) == said


@pytest.mark.parametrize("operation", ["refund", "reverse"])
@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (None, "请使用商户证书"),
        (b"not a certificate", "请使用商户证书"),
        (der(common_name="1900000999"), "请使用商户证书"),
        (der(begins=-30, days=-1), "证书已过期"),
    ],
)
def test_a_call_that_needs_the_merchants_certificate_is_refused_without_it(
    shop: Shop, operation: str, peer: bytes | None, said: str
) -> None:
    shop.charge()
    asked = {"out_trade_no": "Q-1", "out_refund_no": "R-1", "total_fee": 1000, "refund_fee": 300}
    if operation == "reverse":
        asked = {"out_trade_no": "Q-1"}
    assert shop.ask(operation, peer=peer, **asked) == {"return_code": "FAIL", "return_msg": said}
    assert shop.state("Q-1") == "SUCCESS"
    assert outcome(shop.ask(operation, peer=DER, **asked)) == "SUCCESS"


def test_a_certificate_of_another_serial_number_is_refused_where_it_is_known() -> None:
    for serial, expected in (("5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "SUCCESS"), ("1", "请使用商户证书")):
        shop = Shop(certificate_serial=serial)
        shop.paid()
        assert outcome(shop.refund()) == expected
        shop.close()


@given(
    path=st.sampled_from([row.path for row in catalogue.operations()]),
    body=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda junk: b'--b\r\nContent-Disposition: form-data; name="' + junk),
        st.dictionaries(
            st.from_regex(r"[A-Za-z_]{1,12}", fullmatch=True), st.text(st.characters(codec="utf-8"), max_size=20)
        ).map(lambda fields: to_xml(fields)),
    ),
    method=st.sampled_from(["POST", "GET"]),
    peer=st.sampled_from([None, b"", DER]),
    query=st.one_of(st.just("mch_id=" + MCH_ID), st.text(max_size=40)),
    kind=st.dictionaries(st.just("content-type"), st.one_of(st.just(FORM), st.text(max_size=40)), max_size=1),
)
def test_the_gateway_answers_whatever_it_is_sent(
    path: str, body: bytes, method: str, peer: bytes | None, query: str, kind: dict[str, str]
) -> None:
    answer = EMPTY.gateway.handle(Exchange(method, path, kind, body, peer, query))
    refused_as = catalogue.by_path(path).response_format  # type: ignore[union-attr]
    assert answer.status == (400 if refused_as == "page" else 200)
    if answer.body.startswith(b"<xml>"):
        assert xml.read(answer.body)["return_code"] == "FAIL"
    else:
        assert answer.body.startswith({"json": b'{"retcode": -1', "page": b"<!DOCTYPE html>"}[refused_as])


EMPTY = Shop()
SHOPS = (
    EMPTY,
    Shop("service_provider", region="mainland", currency="CNY", sign_type="HMAC-SHA256"),
    Shop("direct", region="mainland", currency="CNY"),
)
JUNK = ["1", "0", "-1", "20260922", "99991231", "T-1", "CNY", "MICROPAY", "9" * 18, "[]", "{}", '[{"type":1}]', "NaN"]


@given(data=st.data())
def test_the_gateway_answers_whatever_a_known_merchant_signs(data: st.DataObject) -> None:
    shop = data.draw(st.sampled_from(SHOPS))
    mine = [row for row in catalogue.operations() if shop.account.region in row.regions and row.request]
    row = data.draw(st.sampled_from([row for row in mine if shop.account.mode in row.modes]))
    values = st.one_of(
        st.sampled_from(JUNK),
        st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cs", "Cc"]), max_size=8),
    )
    own = (*row.ids.values(), "sign", "key", "peer", "method", "raw")
    names = [field.name for field in row.request if field.name not in own]
    good = data.draw(examples(row, mode=shop.account.mode, region=shop.account.region))
    junk = data.draw(st.dictionaries(st.sampled_from(names or ["attach"]), values, max_size=3))
    key = shop.account.sandbox_key.reveal() if row.sandbox else KEY
    fields = {name: text for name, text in {**good, **junk}.items() if isinstance(text, str) and name not in own}
    answer = shop.send(row.name, key=key, **fields)
    assert answer.status in (200, 400)
    shop.gateway.ledger.check()


# The payer


def test_a_code_is_scanned_and_paid(shop: Shop) -> None:
    order = shop.gateway.scan(shop.place()["code_url"])
    assert (order.out_trade_no, order.body, order.total_fee, order.state) == ("T-1", "Tea", 1000, "NOTPAY")
    paid = shop.gateway.pay(order.out_trade_no, mch_id=order.mch_id)
    assert (paid.state, paid.cash_fee, paid.paid_at) == ("SUCCESS", 920, NOON)
    for nothing in ("", "weixin://wxpay/bizpayurl?pr=nothing"):
        with pytest.raises(NotPayable, match="no order"):
            shop.gateway.scan(nothing)


@pytest.mark.parametrize("state", ["SUCCESS", "REFUND", "CLOSED", "REVOKED", "PAYERROR"])
def test_an_order_that_cannot_be_paid_says_why(shop: Shop, state: str) -> None:
    if state in ("SUCCESS", "REFUND", "CLOSED"):
        shop.place("T-1")
    if state == "CLOSED":
        shop.clock.advance(7200)
    elif state in ("SUCCESS", "REFUND"):
        shop.gateway.pay("T-1")
    else:
        shop.charge("T-1", auth_code=shop.gateway.new_payment_code(needs_password=True))
        shop.gateway.cancel("T-1")
    if state == "REFUND":
        shop.refund()
    if state == "REVOKED":
        shop.ask("reverse", out_trade_no="T-1")
    for act in (shop.gateway.pay, shop.gateway.cancel, shop.gateway.ask_password):
        with pytest.raises(NotPayable) as refused:
            act("T-1")
        assert refused.value.reason.startswith("order T-1 cannot be paid: ")
    assert shop.state() == state


def test_a_payer_may_cancel_and_come_back(shop: Shop) -> None:
    shop.place()
    assert shop.gateway.cancel("T-1").state == "NOTPAY"
    assert shop.gateway.ask_password("T-1").state == "USERPAYING"
    assert shop.gateway.ask_password("T-1").state == "USERPAYING"
    assert outcome(shop.ask("close_order", out_trade_no="T-1")) == "TRADE_STATE_ERROR"
    assert shop.gateway.cancel("T-1").state == "NOTPAY"
    shop.gateway.ask_password("T-1")
    assert shop.gateway.pay("T-1").state == "SUCCESS"
    shop.place("T-2")
    shop.gateway.ask_password("T-2")
    shop.clock.advance(7200)
    assert shop.state("T-2") == "CLOSED"


class Seller:
    """A merchant that is asked for an order whenever a product's code is scanned."""

    def __init__(self) -> None:
        self.shop = Shop("direct", region="mainland", currency="CNY", scan_url="https://shop.example/scan")
        self.client = client(transport(self.shop.gateway), who=merchant(sub_mch_id=None), region="mainland")
        self.asked: list[Event] = []

    def ask(self, url: str, body: bytes) -> bytes:
        event = self.client.open_notification(body)
        self.asked.append(event)
        assert url == "https://shop.example/scan" and event.kind == "native_scan"
        order = self.shop.place(fee_type="CNY", product_id=event.fields["product_id"])
        return event.reply(prepay_id=order["prepay_id"])[0]


@pytest.fixture
def seller() -> Iterator[Seller]:
    seller = Seller()
    yield seller
    seller.shop.close()


def test_the_code_of_a_product_makes_the_gateway_ask_for_an_order(seller: Seller) -> None:
    order = seller.shop.gateway.scan(seller.client.cashier.native_product("P-1"), ask=seller.ask)
    assert (order.out_trade_no, order.fields["product_id"], len(seller.asked)) == ("T-1", "P-1", 1)
    assert seller.shop.gateway.pay("T-1").state == "SUCCESS"


def test_a_product_code_that_is_not_the_merchants_is_not_asked_about(seller: Seller) -> None:
    good = seller.client.cashier.native_product("P-1")
    other = Shop("direct", gateway=seller.shop.gateway, mch_id="1900000999", region="mainland", scan_url="")
    unset = {"appid": APPID, "mch_id": "1900000999", "product_id": "P-1", "time_stamp": "1", "nonce_str": "n"}
    unset_code = "weixin://wxpay/bizpayurl?" + urlencode({**unset, "sign": sign(unset, KEY)})
    for wrong in (
        good.replace("P-1", "P-2"), good + "&more=1", good + "&product_id=P-1", good.replace(MCH_ID, "1999999999"),
        good.replace(APPID, "wx0000000000000000"), unset_code,
    ):  # fmt: skip
        with pytest.raises(NotPayable):
            seller.shop.gateway.scan(wrong, ask=seller.ask)
    with pytest.raises(NotPayable, match="nobody is here"):
        seller.shop.gateway.scan(good)
    assert seller.asked == []
    assert other.account.scan_url == ""


@pytest.mark.parametrize(
    "changes",
    [{"result_code": "FAIL", "err_code_des": "sold out"}, {"prepay_id": "wx1"}, {"prepay_id": ""}, {"mch_id": "1"}],
)
def test_an_answer_that_names_no_order_of_the_product_is_not_payable(seller: Seller, changes: dict[str, str]) -> None:
    def answer(url: str, body: bytes) -> bytes:
        prepay_id = fields_in(seller.ask(url, body))["prepay_id"]
        told = {"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID}
        return signed({**told, "prepay_id": prepay_id, **changes}, KEY)

    code = seller.client.cashier.native_product("P-1")
    for ask in (answer, lambda url, body: b"<html>", lambda url, body: signed({"return_code": "SUCCESS"}, OTHER_KEY)):
        with pytest.raises(NotPayable):
            seller.shop.gateway.scan(code, ask=ask)
    seller.shop.place("T-2", fee_type="CNY", product_id="P-2")
    other = seller.shop.gateway.order(MCH_ID, "T-2").prepay_id
    with pytest.raises(NotPayable, match="for this product"):
        good = {"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID}
        seller.shop.gateway.scan(code, ask=lambda url, body: signed({**good, "prepay_id": other}, KEY))


def test_a_number_that_two_merchants_use_needs_the_merchant(shop: Shop) -> None:
    other = Shop("direct", gateway=shop.gateway, mch_id="1900000999")
    shop.place()
    other.ask("unified_order", **ORDER, mch_id="1900000999")
    with pytest.raises(NotPayable, match="several merchants"):
        shop.gateway.pay("T-1")
    shop.gateway.pay("T-1", mch_id="1900000999")
    assert shop.state() == "NOTPAY"
    with pytest.raises(NotPayable, match="no order"):
        shop.gateway.order(MCH_ID, "T-2")


def test_the_payer_of_a_jsapi_order_is_the_one_it_names(shop: Shop) -> None:
    assert shop.paid("T-1", trade_type="JSAPI", openid="oPayer")["openid"] == "oPayer"
    told = shop.paid("T-2", trade_type="JSAPI", sub_openid="oSub", sub_appid=SUB_APPID)
    assert told["sub_openid"] == "oSub" and told["openid"].startswith("o")


@pytest.mark.parametrize("wrong", [{"wallet": "moon"}, {"refuses": "NO_SUCH_CODE"}])
def test_a_payment_code_that_cannot_be_is_refused(shop: Shop, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        shop.gateway.new_payment_code(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest):
        shop.gateway.pay("T-1", wallet="moon")


def test_one_thread_calls_while_another_pays(shop: Shop) -> None:
    numbers = [f"T-{number}" for number in range(20)]

    def payer() -> None:
        waiting = set(numbers)
        while waiting:
            for order in shop.gateway.orders():
                if order.out_trade_no in waiting:
                    shop.gateway.pay(order.out_trade_no)
                    waiting.discard(order.out_trade_no)

    thread = threading.Thread(target=payer)
    thread.start()
    for number in numbers:
        shop.place(number)
    thread.join()
    assert {shop.state(number) for number in numbers} == {"SUCCESS"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": Secret("short")},
        {"region": "moon"},
        {"currency": "hk$"},
        {"sign_type": "SHA1"},
        {"mode": "direct", "sub_merchants": ("1900000110",)},
        {"mode": "institution", "sub_merchants": ()},
        {"mode": "other"},
    ],
)
def test_an_account_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        account(**{"mode": "institution", **wrong})


def test_an_account_prints_without_its_key(shop: Shop) -> None:
    assert KEY not in repr(shop.account) + repr(vars(shop.account))


# Notifications


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_a_payment_is_notified_in_the_algorithm_of_its_order(sign_type: str) -> None:
    shop = Shop(sign_type=sign_type)
    shop.paid(attach="a & b", device_info="till-1", sub_appid=SUB_APPID)
    (pending,) = shop.gateway.due_notifications()
    assert (pending.kind, pending.url, pending.attempt) == ("payment", ORDER["notify_url"], 1)
    told = fields_in(pending.body)
    assert told["sign"] == sign(told, KEY, sign_type)
    assert told.get("sign_type", "MD5") == sign_type
    assert set(told) <= {row.name for row in PAYMENT.fields}
    assert {row.name for row in PAYMENT.fields if row.required.kind == "always"} <= set(told)
    assert (told["attach"], told["device_info"], told["sub_mch_id"]) == ("a & b", "till-1", SUB_MCH_ID)
    assert (told["total_fee"], told["cash_fee"], told["rate"]) == ("1000", "920", "92000000")
    shop.close()


def test_a_mainland_notification_tells_no_rate() -> None:
    shop = Shop(region="mainland")
    shop.paid(fee_type="USD")
    assert b"<rate>" not in shop.gateway.due_notifications()[0].body
    shop.close()


def test_a_refund_is_notified_after_its_answer_encrypted_and_unsigned(shop: Shop) -> None:
    shop.paid()
    shop.refund(notify_url="https://shop.example/refund")
    assert [one.kind for one in shop.gateway.due_notifications()] == ["payment"]
    shop.gateway.tick()
    pending = shop.gateway.due_notifications()[1]
    assert (pending.kind, pending.url) == ("refund", "https://shop.example/refund")
    outer = fields_in(pending.body)
    assert set(outer) == {"return_code", "appid", "mch_id", "sub_mch_id", "nonce_str", "req_info"}
    inner = xml.read(cipher.decrypt(outer["req_info"], Secret(KEY)), root="root")
    assert set(inner) == {row.name for row in REFUND.decrypted}
    assert (inner["refund_fee"], inner["cash_refund_fee"], inner["refund_status"]) == ("300", "276", "SUCCESS")
    assert inner["success_time"] == "2026-09-22 12:00:00"


def test_a_refund_without_an_address_is_notified_where_the_platform_says_or_nowhere(shop: Shop) -> None:
    shop.paid()
    shop.refund()
    shop.gateway.tick()
    assert [one.kind for one in shop.gateway.notifications()] == ["payment"]
    shop.gateway.add_account(account(refund_notify_url="https://shop.example/set"))
    shop.refund("R-2")
    shop.gateway.tick()
    assert shop.gateway.notifications()[1].url == "https://shop.example/set"


def test_the_schedule_of_a_notification_is_exactly_the_documented_one(shop: Shop) -> None:
    shop.paid()
    made = []
    while (moment := shop.gateway.next_notification_at()) is not None:
        shop.clock.advance(moment - shop.clock.time() - 0.001)
        assert shop.gateway.due_notifications() == []
        shop.clock.advance(0.001)
        (pending,) = shop.gateway.due_notifications()
        made.append(shop.clock.time())
        assert pending.attempt == len(made)
        shop.gateway.notification_failed(pending.id, "nobody is there")
    intervals = [later - earlier for earlier, later in pairwise(made)]
    expected = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
    assert intervals == pytest.approx(expected, abs=0.01) and list(RETRY_SECONDS) == expected
    assert made[0] == pytest.approx(NOON, abs=0.01)
    (told,) = shop.gateway.notifications()
    assert (told.state, told.next_at, len(told.attempts)) == ("given up", None, 16)
    assert {attempt.reason for attempt in told.attempts} == {"nobody is there"}


def test_a_right_answer_ends_a_notification(shop: Shop) -> None:
    shop.paid()
    (pending,) = shop.gateway.due_notifications()
    shop.gateway.notification_delivered(pending.id, status=200, body=ACKNOWLEDGED)
    (told,) = shop.gateway.notifications()
    assert (told.state, told.next_at, shop.gateway.next_notification_at()) == ("delivered", None, None)
    assert told.attempts[0].answer == ACKNOWLEDGED.decode()
    shop.gateway.notification_failed(pending.id, "a second worker was slower")
    (told,) = shop.gateway.notifications()
    assert (told.state, len(told.attempts)) == ("delivered", 2)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, ACKNOWLEDGED, "HTTP 500"),
        (201, ACKNOWLEDGED, "HTTP 201"),
        (302, b"", "HTTP 302"),
        (200, b"", "not XML"),
        (200, b"SUCCESS", "not XML"),
        (200, b"<html>\xff\x00</html>", "not XML"),
        (200, b"<xml><return_code>FAIL</return_code></xml>", "return_code"),
        (200, b"<xml><return_code>success</return_code></xml>", "return_code"),
    ],
)
def test_any_other_answer_is_recorded_and_the_notification_comes_again(
    shop: Shop, status: int, body: bytes, reason: str
) -> None:
    shop.paid()
    (pending,) = shop.gateway.due_notifications()
    shop.gateway.notification_delivered(pending.id, status=status, body=body)
    (told,) = shop.gateway.notifications()
    assert (told.state, told.next_at) == ("waiting", NOON + 15)
    assert reason in told.attempts[0].reason
    assert told.attempts[0].status == status
    shop.clock.advance(15)
    assert shop.gateway.due_notifications()[0].attempt == 2


def test_a_notification_nobody_queued_cannot_be_answered(shop: Shop) -> None:
    shop.gateway.notification_delivered(7, status=200, body=ACKNOWLEDGED)
    assert shop.gateway.notifications() == []
