"""Combined orders: placed, paid and closed together, and told to the combining merchant alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fixtures import APPID, KEY, MCH_ID, client, merchant, sign
from tests.simulator.shop import Shop, account, fields_in, outcome
from wxpay_v2.errors import SignatureInvalid
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.states import NotPayable
from wxpay_v2.simulator.transport import transport

OTHER = {"appid": "wx3333333333333333", "mch_id": "1900000333"}
ORDER = {
    "combine_out_trade_no": "C-1", "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
    "trade_type": "NATIVE", "scene_info": '{"payer_client_ip":"203.0.113.7"}',
}  # fmt: skip


@pytest.fixture(autouse=True)
def other(shop: Shop) -> None:
    """Another merchant, whose orders can be combined with the shop's."""
    key = Secret("TheKeyOfTheOtherMerchant01234567")
    shop.gateway.add_account(account("direct", region="mainland", currency="CNY", api_key=key, **OTHER))


def one(number: str, fee: Any = 100, **changes: Any) -> dict[str, Any]:
    own = {"appid": APPID, "mch_id": MCH_ID, "body": "Tea", "attach": f"about {number}", "out_trade_no": number}
    return {**own, "fee_type": "CNY", "total_fee": fee, **changes}


def listed(*orders: Any, **changes: Any) -> str:
    return json.dumps({"order_num": len(orders), "order_list": orders, **changes})


TWO = listed(one("S-1"), one("S-2", "250", **OTHER))


def place(shop: Shop, **changes: Any) -> dict[str, str]:
    return shop.ask("combined_order", **{**ORDER, "sub_order_list": TWO, **changes})


def query(shop: Shop) -> dict[str, str]:
    return shop.ask("query_combined_order", combine_out_trade_no="C-1")


def close(shop: Shop, *numbers: tuple[str, str]) -> str:
    named = json.dumps([{"mchid": mch_id, "out_trade_no": number} for mch_id, number in numbers])
    return outcome(shop.ask("close_combined_order", combine_out_trade_no="C-1", sub_order_list=named))


BOTH = ((MCH_ID, "S-1"), (OTHER["mch_id"], "S-2"))


@pytest.mark.parametrize(
    ("trade_type", "link"), [("NATIVE", "code_url"), ("MWEB", "mweb_url"), ("APP", ""), ("JSAPI", "")]
)
def test_one_prepayment_stands_for_all_sub_orders(shop: Shop, trade_type: str, link: str) -> None:
    told = place(shop, trade_type=trade_type, combine_openid="o" * 28)
    assert (told["trade_type"], told["combine_appid"], told["combine_mch_id"]) == (trade_type, APPID, MCH_ID)
    assert {order.prepay_id for order in shop.gateway.orders()} == {told["prepay_id"]}
    assert {"code_url", "mweb_url"} & told.keys() == ({link} if link else set())


def test_the_same_combined_order_is_answered_the_same_and_another_under_its_number_refused(shop: Shop) -> None:
    assert place(shop)["prepay_id"] == place(shop)["prepay_id"]
    assert outcome(place(shop, trade_type="APP")) == "INVALID_REQUEST"
    assert len(shop.gateway.orders()) == 2


@pytest.mark.parametrize("number", ["C-1", "S-1"])
def test_all_sub_orders_are_paid_together_by_any_of_their_numbers(shop: Shop, number: str) -> None:
    code = place(shop)["code_url"]
    assert shop.gateway.scan(code).out_trade_no == "S-1"
    assert query(shop)["trade_state"] == "NOTPAY"
    shop.gateway.pay(number)
    told = query(shop)
    assert told["trade_state"] == "SUCCESS"
    first, second = json.loads(told["sub_order_list"])["order_list"]
    assert (first["mchid"], first["out_trade_no"], first["description"], first["attach"]) == (
        MCH_ID, "S-1", "Tea", "about S-1",
    )  # fmt: skip
    assert second["amount"] == {"total_amount": 250, "currency": "CNY"}
    assert first["transaction_id"] != second["transaction_id"]
    assert shop.state("S-1") == "SUCCESS"
    with pytest.raises(NotPayable):
        shop.gateway.pay(number)
    assert outcome(place(shop)) == "INVALID_REQUEST"


def test_one_notification_tells_the_combining_merchant_of_all(shop: Shop) -> None:
    place(shop, combine_openid="o" * 28, trade_type="JSAPI")
    shop.gateway.pay("C-1")
    (pending,) = shop.gateway.due_notifications()
    assert (pending.kind, pending.out_trade_no, pending.url) == ("combined", "C-1", ORDER["notify_url"])
    told = fields_in(pending.body)
    assert told["sign"] == sign(told, KEY, "HMAC-SHA256")
    assert (told["combine_out_trade_no"], told["combine_openid"], told["sign_type"]) == (
        "C-1", "o" * 28, "HMAC-SHA256",
    )  # fmt: skip
    first, second = json.loads(told["sub_order_list"])["order_list"]
    assert (first["mch_id"], first["total_fee"], first["openid"]) == (MCH_ID, 100, "o" * 28)
    assert (second["appid"], second["mch_id"], second["cash_fee"]) == (*OTHER.values(), 250)


def test_the_client_opens_the_notification_of_a_combined_payment(shop: Shop) -> None:
    place(shop)
    shop.gateway.pay("C-1")
    (pending,) = shop.gateway.due_notifications()
    who = merchant(sub_mch_id=None, sign_type="HMAC-SHA256")
    event = client(transport(shop.gateway), who=who, region="mainland").open_notification(pending.body)
    assert (event.kind, event.fields["combine_out_trade_no"]) == ("combined", "C-1")
    answer = event.reply()
    shop.gateway.notification_delivered(pending.id, status=answer.status, body=answer.body)
    assert shop.gateway.due_notifications() == []


def test_a_forged_notification_of_a_combined_payment_is_not_opened(shop: Shop) -> None:
    shop.gateway.faults.add("forged_notification")
    place(shop)
    shop.gateway.pay("C-1")
    _, forged = shop.gateway.due_notifications()
    who = merchant(sub_mch_id=None, sign_type="HMAC-SHA256")
    with pytest.raises(SignatureInvalid):
        client(transport(shop.gateway), who=who, region="mainland").open_notification(forged.body)


def test_a_sub_order_is_refunded_like_any_order(shop: Shop) -> None:
    place(shop)
    shop.gateway.pay("C-1")
    assert outcome(shop.refund(of="S-1", fee=40, total_fee=100)) == "SUCCESS"
    assert query(shop)["trade_state"] == "REFUND"


def test_a_combined_order_is_closed_as_a_whole_while_it_is_unpaid(shop: Shop) -> None:
    place(shop)
    assert close(shop, BOTH[0]) == "PARAM_ERROR"
    assert outcome(shop.ask("close_order", out_trade_no="S-1")) == "TRADE_STATE_ERROR"
    assert close(shop, *BOTH) == "SUCCESS"
    assert close(shop, *BOTH) == "SUCCESS"
    assert query(shop)["trade_state"] == "CLOSED"
    with pytest.raises(NotPayable):
        shop.gateway.pay("C-1")


def test_a_paid_combined_order_is_not_closed(shop: Shop) -> None:
    place(shop)
    shop.gateway.pay("C-1")
    assert close(shop, *BOTH) == "INVALID_REQUEST"


def test_a_combined_order_ends_after_two_hours(shop: Shop) -> None:
    place(shop)
    shop.clock.advance(7200)
    assert query(shop)["trade_state"] == "CLOSED"


def test_a_number_that_was_never_used_is_refused(shop: Shop) -> None:
    assert outcome(query(shop)) == "INVALID_REQUEST"
    assert close(shop, *BOTH) == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "wrong",
    [
        "[]", "{}", listed(), listed(one("S-1"), order_num=2), listed("S-1"), listed(one("S-1"), one("S-1")),
        listed(one("S-1", body="")), listed(one("S-1", 0)), listed(one("S-1", "1.0")), listed(one("S-1", -1)),
        listed(one("S-1", "１")), listed(one("S-1", fee_type="XAU")), listed(one("S-1", mch_id="1900000999")),
        listed(one("S-1", appid=OTHER["appid"])), listed(one("S" * 33)), listed(one("S-1", sub_mch_id="1900000110")),
        listed(one("S-1", attach="\0")), listed(one("S-1", body="\U0001f375")), listed(one("S-1", attach="\ud800")),
        listed(one("S-1", {"of": ["tea"]})), "NaN",
    ],
)  # fmt: skip
def test_sub_orders_that_cannot_be_are_refused_and_none_is_placed(shop: Shop, wrong: str) -> None:
    assert outcome(place(shop, sub_order_list=wrong)) == "PARAM_ERROR"
    assert shop.gateway.orders() == []


def test_the_number_of_another_order_and_a_payer_that_is_missing_are_refused(shop: Shop) -> None:
    shop.place("S-2", fee_type="CNY")
    assert outcome(place(shop, sub_order_list=listed(one("S-1"), one("S-2")))) == "INVALID_REQUEST"
    assert [order.out_trade_no for order in shop.gateway.orders()] == ["S-2"]
    assert outcome(place(shop, trade_type="JSAPI")) == "PARAM_ERROR"
    assert outcome(place(shop, trade_type="FAX")) == "PARAM_ERROR"
