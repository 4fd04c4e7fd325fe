"""Profit sharing: who receives, how much, when no more, and what comes back. The books balance after every test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fixtures import MCH_ID, SUB_MCH_ID
from tests.simulator.shop import OTHER_SUB_MCH_ID, Shop, outcome

DAY = 86400.0
MERCHANT = {"type": "MERCHANT_ID", "account": "1900000777"}
PERSON = {"type": "PERSONAL_OPENID", "account": "o" + "7" * 27}


def add(shop: Shop, receiver: Any = MERCHANT, **changes: Any) -> str:
    given = receiver if isinstance(receiver, str) else json.dumps({**receiver, "relation_type": "PARTNER"})
    return outcome(shop.ask("profit_sharing_add_receiver", receiver=given, **changes))


def part(amount: Any, receiver: dict[str, str] = MERCHANT, **changes: Any) -> dict[str, Any]:
    return {**receiver, "amount": amount, "description": "their part", **changes}


def share(shop: Shop, *parts: Any, number: str = "P-1", once: bool = False, **changes: Any) -> dict[str, str]:
    name = "profit_sharing" if once else "multi_profit_sharing"
    asked = {"transaction_id": transaction(shop), "out_order_no": number, "receivers": json.dumps(parts), **changes}
    return shop.ask(name, **asked)


def transaction(shop: Shop) -> str:
    return shop.gateway.orders()[-1].transaction_id


def finish(shop: Shop, number: str = "F-1", **changes: Any) -> dict[str, str]:
    asked = {"transaction_id": transaction(shop), "out_order_no": number, "description": "the end", **changes}
    return shop.ask("profit_sharing_finish", **asked)


def give_back(shop: Shop, amount: int, number: str = "B-1", **changes: Any) -> dict[str, str]:
    asked = {
        "out_order_no": "P-1", "out_return_no": number, "return_account_type": "MERCHANT_ID",
        "return_account": MERCHANT["account"], "return_amount": amount, "description": "back",
    }  # fmt: skip
    return shop.ask("profit_sharing_return", **{**asked, **changes})


def left(shop: Shop) -> str:
    told = shop.ask("profit_sharing_order_amount_query", transaction_id=transaction(shop), sub_mch_id=None)
    return told["unsplit_amount"]


def query(shop: Shop, number: str = "P-1") -> dict[str, str]:
    return shop.ask("profit_sharing_query", transaction_id=transaction(shop), out_order_no=number)


def sold(shop: Shop, **changes: Any) -> Shop:
    shop.paid(fee_type="CNY", **{"profit_sharing": "Y", **changes})
    shop.clock.advance(60)
    assert add(shop) == add(shop, PERSON) == "SUCCESS"
    return shop


@pytest.fixture
def paid(shop: Shop) -> Shop:
    return sold(shop)


def test_money_is_shared_several_times_until_it_is_finished(paid: Shop) -> None:
    assert left(paid) == "1000"
    told = share(paid, part(100), part("50", PERSON))
    assert told["out_order_no"] == "P-1"
    assert share(paid, part(150), number="P-2")["order_id"] != told["order_id"]
    assert left(paid) == "700"
    assert outcome(finish(paid)) == "SUCCESS"
    assert left(paid) == "0"
    found = query(paid, "F-1")
    assert (found["amount"], found["description"], found["status"]) == ("700", "the end", "FINISHED")
    assert outcome(share(paid, part(1), number="P-3")) == "INVALID_REQUEST"
    assert outcome(finish(paid, "F-2")) == "INVALID_REQUEST"


def test_sharing_once_sets_the_rest_free(paid: Shop) -> None:
    told = share(paid, part(100), once=True)
    assert told["status"] == "FINISHED"
    (one,) = json.loads(told["receivers"])
    assert (one["receiver_account"], one["amount"], one["result"]) == (MERCHANT["account"], 100, "SUCCESS")
    assert left(paid) == "0"
    assert outcome(share(paid, part(1), number="P-2", once=True)) == "INVALID_REQUEST"


def test_a_sharing_is_told_by_its_number_and_transaction(paid: Shop) -> None:
    share(paid, part(100), part(50, PERSON))
    first, second = json.loads(query(paid)["receivers"])
    assert (first["type"], first["account"], first["amount"], first["description"]) == (
        *MERCHANT.values(),
        100,
        "their part",
    )
    assert second["account"] == PERSON["account"]
    assert outcome(query(paid, "P-2")) == "PARAM_ERROR"


def test_the_same_sharing_sent_again_is_done_once_and_another_under_its_number_refused(paid: Shop) -> None:
    assert share(paid, part(100))["order_id"] == share(paid, part(100))["order_id"]
    assert left(paid) == "900"
    assert outcome(share(paid, part(101))) == "INVALID_REQUEST"
    assert outcome(share(paid, part(100), once=True)) == "INVALID_REQUEST"
    assert finish(paid)["order_id"] == finish(paid)["order_id"]
    assert outcome(finish(paid, description="another end")) == "INVALID_REQUEST"


def test_no_more_than_the_ratio_is_shared(paid: Shop) -> None:
    told = paid.ask("profit_sharing_merchant_ratio_query")
    assert told["max_ratio"] == "3000"
    assert outcome(share(paid, part(301))) == "RULE_LIMIT"
    assert outcome(share(paid, part(300))) == "SUCCESS"
    assert outcome(share(paid, part(1), number="P-2")) == "RULE_LIMIT"


def test_no_more_than_the_order_has_is_shared() -> None:
    shop = sold(Shop("direct", region="mainland", currency="CNY", sign_type="HMAC-SHA256", sharing_ratio=10000))
    assert outcome(share(shop, part(1001))) == "NOTENOUGH"
    shop.refund(fee=300)
    assert outcome(share(shop, part(701))) == "NOTENOUGH"
    assert outcome(share(shop, part(700))) == "SUCCESS"
    shop.close()


def test_what_was_shared_must_be_returned_before_it_is_refunded(paid: Shop) -> None:
    share(paid, part(100), part(50, PERSON))
    assert outcome(paid.refund(fee=851)) == "NOTENOUGH"
    assert outcome(give_back(paid, 100)) == "SUCCESS"
    assert outcome(paid.refund(fee=951)) == "NOTENOUGH"
    assert outcome(paid.refund(fee=950)) == "SUCCESS"
    assert left(paid) == "0"


def test_a_quick_pay_that_was_shared_is_not_reversed(shop: Shop) -> None:
    shop.charge("Q-1", fee_type="CNY", profit_sharing="Y")
    shop.clock.advance(60)
    add(shop)
    share(shop, part(100))
    assert outcome(shop.ask("reverse", out_trade_no="Q-1")) == "TRADE_ERROR"


def test_an_order_is_not_shared_in_its_first_minute(shop: Shop) -> None:
    shop.paid(fee_type="CNY", profit_sharing="Y")
    add(shop)
    shop.clock.advance(59)
    assert outcome(share(shop, part(100))) == "ORDER_NOT_READY"
    assert outcome(finish(shop)) == "ORDER_NOT_READY"
    shop.clock.advance(1)
    assert outcome(share(shop, part(100))) == "SUCCESS"


@pytest.mark.parametrize("mark", ["N", None])
def test_an_order_placed_without_sharing_is_not_shared(shop: Shop, mark: str | None) -> None:
    sold(shop, profit_sharing=mark)
    assert outcome(share(shop, part(100))) == "INVALID_REQUEST"
    assert outcome(finish(shop)) == "INVALID_REQUEST"
    told = shop.ask("profit_sharing_order_amount_query", transaction_id=transaction(shop))
    assert told["return_code"] == "FAIL"


def test_an_order_that_was_refunded_or_is_unknown_is_not_shared(paid: Shop) -> None:
    assert outcome(share(paid, part(1), transaction_id="42")) == "PARAM_ERROR"
    paid.refund(fee=1000)
    assert outcome(share(paid, part(1))) == "INVALID_REQUEST"
    assert left(paid) == "0"


def test_only_receivers_that_were_added_and_not_removed_receive(paid: Shop) -> None:
    other = {"type": "MERCHANT_ID", "account": "1900000778"}
    assert outcome(share(paid, part(100, other))) == "INVALID_REQUEST"
    told = paid.ask("profit_sharing_remove_receiver", receiver=json.dumps(MERCHANT))
    assert json.loads(told["receiver"]) == MERCHANT
    assert outcome(share(paid, part(100))) == "INVALID_REQUEST"
    assert add(paid) == "SUCCESS"
    assert outcome(share(paid, part(100))) == "SUCCESS"
    assert outcome(paid.ask("profit_sharing_remove_receiver", receiver=json.dumps(other))) == "SUCCESS"


def test_a_receiver_is_known_by_the_name_it_was_added_with(paid: Shop) -> None:
    named = {"type": "MERCHANT_ID", "account": "1900000779", "name": "a name, encrypted"}
    assert add(paid, named) == "SUCCESS"
    assert outcome(share(paid, part(100, named, name="another"))) == "PARAM_ERROR"
    assert outcome(share(paid, part(100, named))) == "SUCCESS"


@pytest.mark.parametrize(
    "wrong",
    [
        "[]", "{}", '{"type":"MERCHANT_ID"}', '{"type":"FRIEND","account":"1"}', '{"type":"MERCHANT_ID","account":"x"}',
        '{"type":"PERSONAL_SUB_OPENID","account":"o7"}', json.dumps({**PERSON, "account": "o" * 65}),
    ],
)  # fmt: skip
def test_a_receiver_that_cannot_be_is_refused(shop: Shop, wrong: str) -> None:
    assert add(shop, wrong) == "PARAM_ERROR"


@pytest.mark.parametrize(
    "wrong",
    [
        [], ["x"], [part(0)], [part("1.0")], [part(-1)], [part(True)], [part("１")], [part(10**10)],
        [part(1, description="")], [part(1)] * 51, [part(1, description="\U0001f375")], [part(float("nan"))],
    ],
)  # fmt: skip
def test_parts_that_cannot_be_are_refused_and_nothing_moves(paid: Shop, wrong: list[Any]) -> None:
    assert outcome(share(paid, *wrong)) == "PARAM_ERROR"
    assert outcome(share(paid, receivers="{}")) == "PARAM_ERROR"
    assert left(paid) == "1000"


def test_a_merchant_gives_back_what_it_received_in_parts(paid: Shop) -> None:
    order_id = share(paid, part(100), part(50, PERSON))["order_id"]
    told = give_back(paid, 60)
    assert (told["return_amount"], told["result"], told["return_account"]) == ("60", "SUCCESS", MERCHANT["account"])
    assert told["return_no"] == give_back(paid, 60)["return_no"]
    assert outcome(give_back(paid, 61)) == "INVALID_REQUEST"
    assert outcome(give_back(paid, 41, "B-2")) == "INVALID_REQUEST"
    assert outcome(give_back(paid, 40, "B-2", out_order_no=None, order_id=order_id)) == "SUCCESS"
    found = paid.ask("profit_sharing_return_query", out_return_no="B-1", out_order_no="P-1")
    assert (found["return_no"], found["return_amount"], found["description"]) == (told["return_no"], "60", "back")


def test_a_merchant_that_has_spent_it_cannot_give_it_back(paid: Shop) -> None:
    share(paid, part(100))
    spend = lambda book: book.funds.move("spent", "fund:1900000777:basic", "bank", 50, "CNY")  # noqa: E731
    paid.gateway.ledger.run(spend, paid.clock.time())
    assert outcome(give_back(paid, 51)) == "NOTENOUGH"
    assert outcome(paid.ask("profit_sharing_return_query", out_return_no="B-1")) == "PARAM_ERROR"
    assert outcome(give_back(paid, 50)) == "SUCCESS"


def test_a_return_must_fit_its_sharing(paid: Shop) -> None:
    assert outcome(give_back(paid, 1)) == "PARAM_ERROR"
    share(paid, part(100))
    assert outcome(give_back(paid, 0)) == "INVALID_REQUEST"
    assert outcome(give_back(paid, 1, return_account="1900000778")) == "INVALID_REQUEST"
    assert outcome(give_back(paid, 1, out_order_no=None)) == "PARAM_ERROR"
    finish(paid)
    assert outcome(give_back(paid, 1, out_order_no="F-1")) == "PARAM_ERROR"
    paid.clock.advance(180 * DAY + 1)
    assert outcome(give_back(paid, 1)) == "INVALID_REQUEST"


def test_a_service_provider_shares_the_orders_of_its_sub_merchants_apart(provider: Shop) -> None:
    sold(provider)
    assert outcome(share(provider, part(100), sub_mch_id="1900000111")) == "PARAM_ERROR"
    told = share(provider, part(100))
    assert (told["mch_id"], told["sub_mch_id"]) == (MCH_ID, SUB_MCH_ID)
    assert left(provider) == "900"
    assert give_back(provider, 100)["sub_mch_id"] == SUB_MCH_ID
    assert provider.ask("profit_sharing_merchant_ratio_query")["sub_mch_id"] == SUB_MCH_ID


def test_the_receivers_of_one_sub_merchant_are_not_anothers(provider: Shop) -> None:
    sold(provider)
    other = {"sub_mch_id": OTHER_SUB_MCH_ID}
    provider.place("T-3", fee_type="CNY", profit_sharing="Y", **other)
    provider.gateway.pay("T-3")
    provider.clock.advance(60)
    assert outcome(share(provider, part(100), **other)) == "INVALID_REQUEST"
    assert add(provider, **other) == "SUCCESS"
    assert outcome(share(provider, part(100), **other)) == "SUCCESS"
