"""Orders of API v3: placing, query, closing, in both regions and modes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import APPID, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import SUB_APPID, Merchant
from wxpay_v2.simulator.ledger import NotPayable

KINDS = {"native": "NATIVE", "app": "APP", "h5": "MWEB", "jsapi": "JSAPI"}
LINKS = {"native": "code_url", "app": "prepay_id", "jsapi": "prepay_id"}


def order(merchant: Merchant, kind: str) -> dict[str, Any]:
    """What an order of *kind* says beside the others."""
    changes: dict[str, Any] = {}
    if merchant.region == "global":
        changes["trade_type"] = KINDS[kind]
    if kind == "jsapi":
        changes["payer"] = {"openid" if merchant.mode == "direct" else "sp_openid": "o" * 28}
    if kind == "h5":
        shop = {"id": "S1", "name": "Tea House", "address": "1 Tea Road"}
        where = {"store_info": shop} if merchant.region == "global" else {"h5_info": {"type": "Wap"}}
        changes["scene_info"] = {"payer_client_ip": "203.0.113.7", **where}
    return changes


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_is_placed_paid_and_queried(merchant: Merchant, kind: str) -> None:
    told = merchant.place(kind=kind, **order(merchant, kind))
    assert told.status == 200, told.told
    h5 = "mweb_url" if merchant.region == "global" else "h5_url"
    assert list(told.told) == [LINKS.get(kind, h5)]
    before = merchant.query()
    assert before["trade_state"] == "NOTPAY"
    assert not before.keys() & {"bank_type", "success_time", "payer", "transaction_id"}
    assert before["amount"] == {"total": 1000, "currency": merchant.account.currency}
    paid = merchant.gateway.pay("T-00001")
    after = merchant.query()
    assert after["trade_state"] == "SUCCESS" and after["trade_type"] == KINDS[kind]
    number = "id" if merchant.region == "global" else "transaction_id"
    assert after[number] == paid.transaction_id
    assert after["success_time"] == "2026-09-22T12:00:00+08:00"
    assert after["amount"]["payer_total"] == paid.cash_fee and after["amount"]["payer_currency"] == "CNY"
    if kind == "jsapi":
        assert "o" * 28 in after["payer"].values()


def test_each_mode_is_told_its_own_numbers(merchant: Merchant) -> None:
    merchant.place()
    told = merchant.query()
    if merchant.mode == "direct":
        expected = {"mchid": MCH_ID, "appid": APPID}
    else:
        expected = {"sp_mchid": MCH_ID, "sp_appid": APPID, "sub_mchid": SUB_MCH_ID}
    assert {name: text for name, text in told.items() if name.endswith(("mchid", "appid"))} == expected


def test_global_tells_the_number_of_an_unpaid_order_and_it_stays_the_same(abroad: Merchant) -> None:
    abroad.place()
    number = abroad.query()["id"]
    by_id = abroad.ask("order_query_by_id", {"transaction_id": number, **abroad.numbers})
    assert by_id.told["out_trade_no"] == "T-00001"
    assert abroad.gateway.pay("T-00001").transaction_id == number


def test_an_order_is_found_by_both_numbers(merchant: Merchant) -> None:
    number = merchant.paid()
    told = merchant.ask(merchant.named("order_query_by_id"), {"transaction_id": number, **merchant.numbers})
    assert told.told == merchant.query()


@pytest.mark.parametrize("number", ["4200000000202609220000000001", "4200000000202609220000000099", "1", "x" * 28])
def test_a_number_that_is_nobodys_is_not_found(abroad: Merchant, number: str) -> None:
    abroad.place()
    reply = abroad.ask("order_query_by_id", {"transaction_id": number, **abroad.numbers})
    assert (reply.status, reply.code) == (404, "ORDER_NOT_EXIST")


def test_the_sub_merchants_app_and_payer_are_told(abroad: Merchant) -> None:
    abroad.place(kind="jsapi", trade_type="JSAPI", sub_appid=SUB_APPID, payer={"sub_openid": "s" * 28})
    abroad.gateway.pay("T-00001")
    told = abroad.query()
    assert told["sub_appid"] == SUB_APPID and told["payer"]["sub_openid"] == "s" * 28


def test_a_page_order_names_its_payer(home: Merchant) -> None:
    assert home.place(kind="jsapi").field == "/payer"


def test_the_same_call_again_gives_the_same_order(merchant: Merchant) -> None:
    first = merchant.place()
    assert merchant.place().told == first.told
    assert len(merchant.gateway.orders()) == 1


def test_the_same_number_with_other_content_is_refused(merchant: Merchant) -> None:
    merchant.place()
    reply = merchant.place(description="Coffee")
    assert (reply.status, reply.code) == (403, "OUT_TRADE_NO_USED")


def test_a_paid_order_is_not_placed_again(abroad: Merchant) -> None:
    abroad.paid()
    assert abroad.place().code == "ORDER_PAID"


def test_a_closed_order_is_not_placed_again(merchant: Merchant) -> None:
    merchant.place()
    merchant.close_order()
    assert merchant.place().code == "ORDER_CLOSED"


def test_an_order_is_closed_without_a_word(merchant: Merchant) -> None:
    merchant.place()
    reply = merchant.close_order()
    assert (reply.status, reply.body) == (204, b"")
    assert merchant.query()["trade_state"] == "CLOSED"
    with pytest.raises(NotPayable):
        merchant.gateway.pay("T-00001")
    assert merchant.close_order().code == "ORDER_CLOSED"


def test_an_order_is_closed_by_its_number_at_wechat_pay(abroad: Merchant) -> None:
    abroad.place()
    number = abroad.query()["id"]
    assert abroad.ask("close_by_id", {"transaction_id": number, **abroad.numbers}).status == 204
    assert abroad.query()["trade_state"] == "CLOSED"


def test_a_paid_order_is_not_closed(abroad: Merchant) -> None:
    abroad.paid()
    reply = abroad.close_order()
    assert (reply.status, reply.code) == (400, "ORDERPAID")


def test_an_order_that_is_not_there_is_not_closed(merchant: Merchant) -> None:
    assert merchant.close_order().code == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(("region", "seconds"), [("global", 7200), ("mainland", 7 * 86400)])
def test_an_order_ends_by_itself(region: str, seconds: int) -> None:
    merchant = Merchant("direct", region)
    merchant.place()
    merchant.clock.advance(seconds - 1)
    assert merchant.query()["trade_state"] == "NOTPAY"
    merchant.clock.advance(1)
    assert merchant.query()["trade_state"] == "CLOSED"
    merchant.close()


def test_an_order_ends_when_it_says(merchant: Merchant) -> None:
    merchant.place(time_expire="2026-09-22T04:01:00Z")
    merchant.clock.advance(60)
    assert merchant.query()["trade_state"] == "CLOSED"


def test_the_rate_of_a_payment_is_that_of_settlement(abroad: Merchant) -> None:
    abroad.paid(amount={"total": 1000, "currency": "CNY"})
    assert abroad.query()["amount"]["exchange_rate"] == {"type": "SETTLEMENT_RATE", "rate": 108695652}


def test_the_fault_user_paying_ends_with_the_payment(merchant: Merchant) -> None:
    merchant.gateway.faults.add("user_paying", queries=2)
    merchant.pay_code()
    states = [merchant.query("Q-00001")["trade_state"] for _ in range(3)]
    assert states == ["USERPAYING", "USERPAYING", "SUCCESS"]
