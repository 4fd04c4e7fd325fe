"""Refunds of API v3 and their queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.v3.client import Merchant


def amount(merchant: Merchant, refund: int = 300, total: int = 1000, currency: str = "") -> dict[str, Any]:
    return {"refund": refund, "total": total, "currency": currency or merchant.account.currency}


def test_a_refund_is_taken_in_and_arrives() -> None:
    for region in ("global", "mainland"):
        merchant = Merchant("direct", region, delay=60.0)
        merchant.paid()
        told = merchant.take_refund().told
        assert told["amount"]["refund"] == 300
        assert told["create_time"] == "2026-09-22T12:00:00+08:00"
        before = merchant.query_refund().told
        assert before["status"] == "PROCESSING" and "success_time" not in before
        merchant.clock.advance(60)
        after = merchant.query_refund().told
        assert (after["status"], after["success_time"]) == ("SUCCESS", "2026-09-22T12:01:00+08:00")
        assert merchant.query()["trade_state"] == "REFUND"
        merchant.close()


def test_global_answers_no_state(abroad: Merchant) -> None:
    abroad.paid()
    told = abroad.take_refund().told
    assert told.keys() == {"id", "out_refund_no", "create_time", "amount"}
    assert told["amount"]["exchange_rate"] == {"type": "USERPAYMENT_RATE", "rate": 92000000}
    assert told["amount"]["payer_refund"] == 276


def test_the_rate_of_a_foreign_price_is_that_of_settlement(abroad: Merchant) -> None:
    abroad.paid(amount={"total": 1000, "currency": "CNY"})
    told = abroad.take_refund(amount=amount(abroad, currency="CNY")).told
    assert told["amount"]["exchange_rate"] == {"type": "SETTLEMENT_RATE", "rate": 108695652}


def test_the_same_number_is_refunded_once(merchant: Merchant) -> None:
    merchant.paid()
    first = merchant.take_refund().told
    merchant.clock.advance(1)
    again = merchant.take_refund().told
    assert again.get("id", again.get("refund_id")) == first.get("id", first.get("refund_id"))
    assert len(merchant.gateway.refunds()) == 1


@pytest.mark.parametrize("change", [{"amount": None}, {"reason": "broken"}])
def test_the_same_number_with_other_content_is_refused(merchant: Merchant, change: dict[str, Any]) -> None:
    merchant.paid()
    merchant.take_refund()
    told = {name: value if value is not None else amount(merchant, 299) for name, value in change.items()}
    reply = merchant.take_refund(**told)
    assert reply.code == ("OUT_REFUND_NO_USED" if merchant.region == "global" else "INVALID_REQUEST")


def test_an_unpaid_order_is_not_refunded(merchant: Merchant) -> None:
    merchant.place()
    reply = merchant.take_refund()
    assert (reply.status, reply.code) == (404, "RESOURCE_NOT_EXISTS")


def test_an_order_that_is_not_there_is_not_refunded(merchant: Merchant) -> None:
    assert merchant.take_refund().code == "RESOURCE_NOT_EXISTS"


@pytest.mark.parametrize(
    ("changes", "field"), [({"total": 999}, "/amount/total"), ({"currency": "USD"}, "/amount/currency")]
)
def test_amount_and_currency_are_the_orders(abroad: Merchant, changes: dict[str, Any], field: str) -> None:
    abroad.paid()
    assert abroad.take_refund(amount=amount(abroad, **changes)).field == field


def test_no_more_than_the_rest_is_refunded(merchant: Merchant) -> None:
    merchant.paid()
    merchant.take_refund(amount=amount(merchant, 800))
    reply = merchant.take_refund(refund_no="R-2", amount=amount(merchant, 201))
    assert reply.code == "INVALID_REQUEST"
    assert merchant.take_refund(refund_no="R-2", amount=amount(merchant, 200)).status == 200


def test_an_order_may_be_named_by_its_number_at_wechat_pay(merchant: Merchant) -> None:
    number = merchant.paid()
    first = merchant.take_refund()
    assert merchant.take_refund(out_trade_no=None, transaction_id=number).status == first.status


def test_an_old_order_is_not_refunded(abroad: Merchant) -> None:
    abroad.paid()
    abroad.clock.advance(366 * 86400)
    reply = abroad.take_refund()
    assert (reply.status, reply.code) == (403, "TRADE_OVERDUE")


def test_the_source_of_the_money_is_told(merchant: Merchant) -> None:
    merchant.paid()
    if merchant.region == "global":
        merchant.take_refund(source="REFUND_SOURCE_RECHARGE_FUNDS")
        assert merchant.query_refund().told["fund_source"] == "REFUND_SOURCE_RECHARGE_FUNDS"
    else:
        merchant.take_refund(funds_account="AVAILABLE")
        assert merchant.query_refund().told["funds_account"] == "AVAILABLE"


def test_a_refund_is_found_by_its_number_at_wechat_pay(abroad: Merchant) -> None:
    abroad.paid()
    number = abroad.take_refund().told["id"]
    told = abroad.ask("refund_query_by_id", {"refund_id": number, **abroad.numbers}).told
    assert told == abroad.query_refund().told


def test_a_refund_that_is_not_there_is_not_found(merchant: Merchant) -> None:
    reply = merchant.query_refund()
    assert (reply.status, reply.code) == (404, "RESOURCE_NOT_EXISTS")


def test_all_refunds_of_an_order_are_listed_in_pages(abroad: Merchant) -> None:
    abroad.paid()
    for number in range(3):
        abroad.take_refund(refund_no=f"R-{number}", amount=amount(abroad, 100))

    def listed(offset: int, count: int) -> dict[str, Any]:
        asked = {"out_trade_no": "T-00001", **abroad.numbers, "offset": offset, "count": count}
        return abroad.ask("refund_query_all", asked).told

    told = listed(1, 5)
    assert (told["total_num"], told["current_total_num"]) == (3, 2)
    assert [one["out_refund_no"] for one in told["data"]] == ["R-1", "R-2"]
    assert told["amount"]["total"] == 1000
    assert listed(0, 1)["current_total_num"] == 1
    assert listed(0, 0)["detail"]["field"] == "count"


def test_an_order_without_refunds_has_no_list(abroad: Merchant) -> None:
    abroad.paid()
    asked = {"out_trade_no": "T-00001", **abroad.numbers, "offset": 0, "count": 1}
    assert abroad.ask("refund_query_all", asked).code == "RESOURCE_NOT_EXISTS"


def test_a_refund_may_be_abnormal_and_is_sent_again(home: Merchant) -> None:
    home.paid()
    home.gateway.faults.add("refund_abnormal")
    number = home.take_refund().told["refund_id"]
    assert home.query_refund().told["status"] == "ABNORMAL"
    home.gateway.ledger.check()
    asked = {"refund_id": number, "out_refund_no": "R-1", "type": "MERCHANT_BANK_CARD"}
    assert home.ask("refund_apply_abnormal", asked).told["status"] == "PROCESSING"
    assert home.query_refund().told["status"] == "SUCCESS"
    assert home.ask("refund_apply_abnormal", asked).code == "INVALID_REQUEST"


def test_a_closed_refund_leaves_the_order_as_if_it_had_not_been(merchant: Merchant) -> None:
    merchant.paid()
    merchant.gateway.faults.add("refund_closed")
    merchant.take_refund()
    assert merchant.query_refund().told["status"] == ("REFUNDCLOSE" if merchant.region == "global" else "CLOSED")
    assert merchant.query()["trade_state"] == "SUCCESS"
    assert merchant.take_refund(refund_no="R-2", amount=amount(merchant, 1000)).status == 200


def test_one_of_several_refunds_is_closed_and_the_rest_adds_up(abroad: Merchant) -> None:
    abroad.paid(amount={"total": 1000, "currency": "JPY"})
    for number, refund in (("R-1", 1), ("R-2", 333)):
        abroad.take_refund(refund_no=number, amount=amount(abroad, refund, currency="JPY"))
    abroad.gateway.faults.add("refund_closed")
    abroad.take_refund(refund_no="R-3", amount=amount(abroad, 333, currency="JPY"))
    assert abroad.query()["trade_state"] == "REFUND"
    abroad.gateway.ledger.check()
    assert abroad.take_refund(refund_no="R-4", amount=amount(abroad, 666, currency="JPY")).status == 200
