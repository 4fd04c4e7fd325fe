"""API v3 on the pages for people: the merchant's log, the payer's cashier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.fixtures import APPID
from tests.simulator.v3.client import Merchant, sign, text
from wxpay_v2.simulator import exchanges
from wxpay_v2.simulator.cashier_check import NotOpened, check_cashier
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.exchanges import Exchanges, Kept
from wxpay_v2.simulator.views import ExchangeView, MessageView, OrderView

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def kept(merchant: Merchant, exchange: Exchange) -> Kept:
    log = Exchanges()
    log.add(exchange, merchant.gateway.handle(exchange), at=merchant.clock.time(), seconds=0.01)
    return log.newest(1)[0]


def seen(merchant: Merchant, exchange: Exchange) -> tuple[ExchangeView, MessageView, MessageView]:
    found, accounts = kept(merchant, exchange), merchant.gateway.accounts
    return (exchanges.summary(found, accounts), *exchanges.look(found, accounts, platform=merchant.gateway.platform))


def posted(merchant: Merchant, told: Mapping[str, Any], target: str = "native", **headers: str | None) -> Exchange:
    return merchant.exchange("POST", f"/v3/global/transactions/{target}", json.dumps(told).encode(), headers)


def test_a_call_is_told_in_a_line(abroad: Merchant) -> None:
    line, request, reply = seen(abroad, posted(abroad, abroad.order()))
    assert (line.operation, line.mch_id, line.number) == ("transactions_native", abroad.account.mch_id, "T-00001")
    assert (line.status, line.outcome, line.good, line.verdict) == (200, "SUCCESS", True, "right")
    assert request.signed_text.startswith("POST\n/v3/global/transactions/native\n1790049600\n***\n{")
    assert (request.verdict, reply.verdict) == ("right", "right")
    assert '"description": "Tea"' in request.text and "code_url" in reply.text


def test_a_number_in_the_path_is_the_calls_number(abroad: Merchant) -> None:
    target = "/v3/global/transactions/out-trade-no/T-00009?sp_mchid=1900000109&sub_mchid=1900000110"
    line, request, _ = seen(abroad, abroad.exchange("GET", target))
    assert (line.operation, line.number) == ("order_query_by_out_trade_no", "T-00009")
    assert (line.status, line.outcome, line.good) == (404, "ORDER_NOT_EXIST", False)
    assert target in request.text


def test_a_wrong_signature_is_explained(abroad: Merchant) -> None:
    line, request, reply = seen(abroad, posted(abroad, abroad.order(), Authorization=abroad.authorization("GET", "/")))
    assert (line.outcome, line.verdict, request.verdict) == ("SIGN_ERROR", "wrong", "wrong")
    assert "signature" in request.why[0] and reply.verdict == "right"


def test_a_stale_request_is_explained(abroad: Merchant) -> None:
    stamp = str(int(abroad.clock.time()) - 301)
    told = abroad.authorization("GET", "/v3/global/certificates", timestamp=stamp)
    exchange = abroad.exchange("GET", "/v3/global/certificates", headers={"Authorization": told})
    assert "5 minutes" in seen(abroad, exchange)[1].why[0]


def test_a_request_without_authorization_is_not_signed(abroad: Merchant) -> None:
    line, request, _ = seen(abroad, posted(abroad, {}, Authorization=None))
    assert (line.mch_id, line.verdict, request.verdict) == ("", "not signed", "not signed")


def test_a_probe_is_a_wrong_reply(abroad: Merchant) -> None:
    abroad.gateway.faults.add("probe")
    assert seen(abroad, posted(abroad, abroad.order()))[2].verdict == "wrong"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b"{}" * 40_000])
@pytest.mark.parametrize("target", ["/v3/global/transactions/native", "/v3/nothing", "/v3/merchant/media/upload"])
def test_no_request_is_too_odd_to_be_told_of(abroad: Merchant, target: str, body: bytes) -> None:
    line, request, _ = seen(abroad, abroad.exchange("POST", target, body))
    assert line.status >= 400 and request.text


def test_s7_payment_codes_payers_and_signatures_are_masked(abroad: Merchant) -> None:
    told = abroad.charge()
    code = told["payer"]["auth_code"]
    target = "/v3/global/micropay/transactions/pay"
    exchange = abroad.exchange("POST", target, json.dumps(told).encode())
    _, request, reply = seen(abroad, exchange)
    (order,) = abroad.gateway.orders()
    shown = f"{request} {reply}"
    assert code not in shown and order.openid not in shown
    signature = exchange.header("Authorization").partition('signature="')[2][:40]
    nonce = exchange.header("Authorization").partition('nonce_str="')[2].partition('"')[0]
    assert signature not in shown and f'"{nonce}"' not in shown
    assert order.openid[:4] + "***" in reply.text


def test_a_notification_is_shown_without_its_content(abroad: Merchant) -> None:
    abroad.paid()
    (one,) = abroad.gateway.notifications()
    view = exchanges.message(one.body, exchanges.Signing(abroad.account, "MD5"))
    assert view.verdict == "encrypted" and "TRANSACTION.SUCCESS" in view.text
    assert json.loads(one.body)["resource"]["ciphertext"] not in view.text


# The cashier


def call(merchant: Merchant, **changes: Any) -> dict[str, Any]:
    """The parameters of a page for a new order, signed by the tests' own hand after *changes*."""
    kind = {"trade_type": "JSAPI"} if merchant.region == "global" else {}
    payer = {"openid" if merchant.mode == "direct" else "sp_openid": OPENID}
    prepay_id = merchant.place(kind="jsapi", payer=payer, **kind).told["prepay_id"]
    told = {
        "appId": APPID, "timeStamp": "1790049600", "nonceStr": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
        "package": f"prepay_id={prepay_id}", **changes,
    }  # fmt: skip
    lines = [str(told[name]) for name in ("appId", "timeStamp", "nonceStr", "package")]
    signed = "".join(f"{line}\n" for line in lines).encode()
    return {"signType": "RSA", "paySign": sign(merchant.key, signed), **told}


def check(merchant: Merchant, told: dict[str, Any]) -> OrderView:
    return check_cashier(
        merchant.gateway, merchant.gateway.accounts, told, page_url="http://127.0.0.1:5000/", openid=OPENID
    )


def test_a_page_opens_the_cashier_of_its_order(merchant: Merchant) -> None:
    assert check(merchant, call(merchant)).out_trade_no == "T-00001"


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256", "rsa", ""])
def test_another_sign_type_does_not_open_it(abroad: Merchant, sign_type: str) -> None:
    with pytest.raises(NotOpened):
        check(abroad, call(abroad, signType=sign_type))


@pytest.mark.parametrize("change", [{"nonceStr": "other"}, {"timeStamp": "1790049601"}, {"paySign": "QUJD"}])
def test_a_signature_of_something_else_does_not_open_it(abroad: Merchant, change: dict[str, str]) -> None:
    with pytest.raises(NotOpened, match="paySign"):
        check(abroad, {**call(abroad), **change})


def test_the_words_of_a_signature_are_those_of_the_merchants_certificate(abroad: Merchant) -> None:
    assert text("a", body=b"b") == b"a\nb\n"
    told = call(abroad)
    stranger = Merchant(gateway=abroad.gateway, certificates=())
    with pytest.raises(NotOpened, match="paySign"):
        check(stranger, told)
