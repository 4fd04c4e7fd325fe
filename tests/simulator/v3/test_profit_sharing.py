"""Profit sharing over API v3: what is shared, set free and given back, on the books that API v2 shares."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.fixtures import APPID, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import Merchant, Reply, encrypted
from tests.simulator.v3.conftest import EVERY
from tests.simulator.v3.old import hmac_call

RECEIVER = "1900000201"


@pytest.fixture(params=EVERY, ids="-".join)
def merchant(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    mode, region = request.param
    one = Merchant(mode, region, currency="CNY")
    yield one
    one.close()


@pytest.fixture
def abroad() -> Iterator[Merchant]:
    """An institution of API v3 Global that settles in CNY: only orders in CNY are shared."""
    one = Merchant("institution", currency="CNY")
    yield one
    one.close()


def sub(merchant: Merchant) -> dict[str, str]:
    return {} if merchant.mode == "direct" else {"sub_mchid": SUB_MCH_ID}


def apps(merchant: Merchant) -> dict[str, str]:
    return {"appid": APPID} if merchant.region == "mainland" else {}


def mark(merchant: Merchant, number: str = "T-00001") -> Reply:
    return merchant.ask("profit_sharing_mark", {**sub(merchant), "out_trade_no": number, "currency": "CNY"})


def paid(merchant: Merchant, number: str = "T-00001", kind: str = "native") -> str:
    """Place an order to be shared, pay it, and wait until it may be; return its transaction_id."""
    if merchant.region == "global":
        assert mark(merchant, number).status == 204
    settle = {"settle_info": {"profit_sharing": True}} if merchant.region == "mainland" else {}
    transaction_id = merchant.paid(number, kind=kind, **settle)
    merchant.clock.advance(60)
    return transaction_id


def serial(merchant: Merchant) -> str:
    return merchant.gateway.platform.signing().serial


def sealed(merchant: Merchant, text: str) -> str:
    return encrypted(text, merchant.gateway.platform.signing().pem)


def add(merchant: Merchant, account: str = RECEIVER, name: str = "Tea Ltd", **more: Any) -> Reply:
    told = {
        **sub(merchant), **apps(merchant), "type": "MERCHANT_ID", "account": account,
        "name": sealed(merchant, name), "relation_type": "SUPPLIER", **more,
    }  # fmt: skip
    return merchant.ask("profit_sharing_receiver_add", told, Wechatpay_Serial=serial(merchant))


def receiver(merchant: Merchant, amount: int = 100, account: str = RECEIVER, **more: Any) -> dict[str, Any]:
    currency = {"currency": "CNY"} if merchant.region == "global" else {}
    return {**currency, "type": "MERCHANT_ID", "account": account, "amount": amount, "description": "share", **more}


def share(merchant: Merchant, transaction_id: str, number: str = "S-1", *, free: bool = False, **more: Any) -> Reply:
    told = {
        **sub(merchant), "transaction_id": transaction_id, "out_order_no": number,
        "receivers": [receiver(merchant)], "unfreeze_unsplit": free, **more,
    }  # fmt: skip
    return merchant.ask("profit_sharing_order", told, Wechatpay_Serial=serial(merchant))


def query(merchant: Merchant, transaction_id: str, number: str = "S-1") -> Reply:
    told = {**sub(merchant), "transaction_id": transaction_id, "out_order_no": number}
    return merchant.ask("profit_sharing_query", told)


def left(merchant: Merchant, transaction_id: str) -> int:
    ids = sub(merchant) if merchant.region == "global" else {}
    told = merchant.ask("profit_sharing_unsplit_amount", {**ids, "transaction_id": transaction_id})
    assert told.status == 200, told.told
    return int(told.told["unsplit_amount"])


def balance(merchant: Merchant, account: str = RECEIVER) -> int:
    return merchant.gateway.ledger.run(lambda book: book.funds.balance(account), merchant.clock.time())


def test_a_paid_order_is_shared_and_the_receiver_has_the_money(merchant: Merchant) -> None:
    number = paid(merchant)
    assert add(merchant).status == 200
    assert left(merchant, number) == 1000
    told = share(merchant, number).told
    assert (told["state"], told["transaction_id"], told["out_order_no"]) == ("FINISHED", number, "S-1")
    (one,) = told["receivers"]
    assert (one["account"], one["amount"], one["result"]) == (RECEIVER, 100, "SUCCESS")
    assert one["finish_time"] == "2026-09-22T12:01:00+08:00"
    assert query(merchant, number).told == told
    assert (balance(merchant), left(merchant, number)) == (100, 900)


def test_a_repeated_sharing_is_made_once_and_another_under_its_number_is_refused(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    assert share(merchant, number).told == share(merchant, number).told
    other = share(merchant, number, receivers=[receiver(merchant, 101)])
    assert (other.status, other.code, balance(merchant)) == (400, "INVALID_REQUEST", 100)


def test_with_unfreeze_unsplit_nothing_is_left_to_share(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    assert share(merchant, number, free=True).status == 200
    assert left(merchant, number) == 0
    assert share(merchant, number, "S-2").code == "INVALID_REQUEST"


def test_the_rest_is_set_free(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    share(merchant, number)
    told = {**sub(merchant), "transaction_id": number, "out_order_no": "S-2", "description": "rest"}
    reply = merchant.ask("profit_sharing_unfreeze", told)
    (own,) = reply.told["receivers"]
    assert (reply.status, own["amount"], own["description"]) == (200, 900, "rest")
    assert (left(merchant, number), query(merchant, number, "S-2").told) == (0, reply.told)


@pytest.mark.parametrize(("receivers", "code"), [
    ([{"amount": 301}], "INVALID_REQUEST"),
    ([{"amount": 1001}], "NOT_ENOUGH"),
    ([{"account": "1900000999"}], "INVALID_REQUEST"),
    ([{"account": "shop"}], "PARAM_ERROR"),
    ([{"amount": 0}], "PARAM_ERROR"),
    ([], "PARAM_ERROR"),
])  # fmt: skip
def test_what_cannot_be_shared_is_refused_and_nothing_moves(
    merchant: Merchant, receivers: list[dict[str, Any]], code: str
) -> None:
    number = paid(merchant)
    add(merchant)
    reply = share(merchant, number, receivers=[receiver(merchant, **one) for one in receivers])
    assert (reply.code, balance(merchant), left(merchant, number)) == (code, 0, 1000)


def test_an_order_that_was_not_placed_to_be_shared_is_refused(merchant: Merchant) -> None:
    number = merchant.paid()
    add(merchant)
    assert share(merchant, number).code == "INVALID_REQUEST"
    assert query(merchant, number).code == "INVALID_REQUEST"


def test_an_order_in_its_first_minute_is_not_ready(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    merchant.clock.advance(-1)
    assert share(merchant, number).code == "INVALID_REQUEST"


def test_what_is_not_there_is_not_found(merchant: Merchant) -> None:
    number = paid(merchant)
    assert query(merchant, number, "S-9").code == "RESOURCE_NOT_EXISTS"
    assert query(merchant, "4200000000202609220000000099").code == "RESOURCE_NOT_EXISTS"
    add(merchant)
    share(merchant, number)
    assert query(merchant, paid(merchant, "T-00002")).code == "RESOURCE_NOT_EXISTS"
    assert share(merchant, "4200000000202609220000000099").code == "RESOURCE_NOT_EXISTS"


def test_a_refund_takes_only_what_receivers_do_not_have(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    share(merchant, number)
    amount = {"refund": 901, "total": 1000, "currency": "CNY"}
    assert merchant.take_refund(amount=amount).status >= 400
    assert merchant.take_refund(amount={**amount, "refund": 900}).status == 200


def test_a_name_travels_encrypted_both_ways_and_must_be_the_one_it_was_added_with(merchant: Merchant) -> None:
    number = paid(merchant)
    told = add(merchant).told
    assert decrypted(merchant, told["name"]) == "Tea Ltd"
    wrong = receiver(merchant, name=sealed(merchant, "Coffee Ltd"))
    assert share(merchant, number, receivers=[wrong]).code == "PARAM_ERROR"
    assert share(merchant, number, receivers=[receiver(merchant, name=sealed(merchant, "Tea Ltd"))]).status == 200


def decrypted(merchant: Merchant, text: str) -> str:
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    return merchant.key.decrypt(base64.b64decode(text), scheme).decode()


def test_a_removed_receiver_gets_nothing_until_it_is_added_again(merchant: Merchant) -> None:
    number = paid(merchant)
    add(merchant)
    told = {**sub(merchant), **apps(merchant), "type": "MERCHANT_ID", "account": RECEIVER}
    assert merchant.ask("profit_sharing_receiver_delete", told).status in (200, 204)
    assert share(merchant, number).code == "INVALID_REQUEST"
    assert add(merchant).status == 200
    assert share(merchant, number).status == 200


# API v3 Global


def test_an_order_is_marked_before_it_is_placed_and_as_often_as_you_like(abroad: Merchant) -> None:
    assert [mark(abroad).status for _ in range(2)] == [204, 204]
    abroad.place()
    assert mark(abroad).status == 204
    abroad.place("T-00002")
    assert mark(abroad, "T-00002").code == "INVALID_REQUEST"
    assert [order.fields.get("profit_sharing") for order in abroad.gateway.orders()] == ["Y", None]


def test_a_mark_is_for_one_sub_merchant() -> None:
    merchant = Merchant("institution", currency="CNY", sub_merchants=(SUB_MCH_ID, "1900000888"))
    mark(merchant)
    merchant.place(sub_mchid="1900000888")
    assert [order.fields.get("profit_sharing") for order in merchant.gateway.orders()] == [None]
    merchant.close()


def test_a_quick_pay_that_was_marked_is_shared(abroad: Merchant) -> None:
    mark(abroad, "Q-00001")
    number = abroad.pay_code().told["id"]
    add(abroad)
    abroad.clock.advance(60)
    assert share(abroad, number).status == 200


def test_a_receiver_abroad_is_approved_and_cannot_be_added_twice(abroad: Merchant) -> None:
    told = {**sub(abroad), "type": "MERCHANT_ID", "account": RECEIVER}
    assert abroad.ask("profit_sharing_receiver_query", told).code == "RESOURCE_NOT_EXISTS"
    more = {"expected_ratio": 20, "application_file_id": "f" * 32}
    assert add(abroad, **more).told["state"] == "INIT"
    found = abroad.ask("profit_sharing_receiver_query", told).told
    assert (found["state"], found["relation_type"], found["expected_ratio"]) == ("EFFECTIVE", "SUPPLIER", 20)
    assert decrypted(abroad, found["name"]) == "Tea Ltd"
    assert add(abroad).code == "INVALID_REQUEST"


def test_a_currency_that_is_not_the_orders_is_refused_by_pointer() -> None:
    merchant = Merchant("institution")
    number = paid(merchant)
    add(merchant)
    reply = share(merchant, number)
    assert (reply.status, reply.field) == (400, "/receivers/0/currency")
    merchant.close()


def test_what_can_be_refunded_of_a_shared_order_is_told(abroad: Merchant) -> None:
    number = paid(abroad)
    add(abroad)
    share(abroad, number)
    told = abroad.ask("profit_sharing_refundable_amount", {**sub(abroad), "transaction_id": number}).told
    assert told == {"transaction_id": number, "refundable_amount": 900, "currency": "CNY"}
    assert abroad.ask("profit_sharing_refundable_balance").told["balance"] == 0


# The mainland: returns, and API v2


def give_back(merchant: Merchant, amount: int = 60, number: str = "B-1", **more: Any) -> Reply:
    told = {
        "out_order_no": "S-1", "out_return_no": number, "return_mchid": RECEIVER, "amount": amount,
        "description": "back", **more,
    }  # fmt: skip
    return merchant.ask("profit_sharing_return_order", {name: one for name, one in told.items() if one})


def test_a_receiver_gives_back_once_and_by_either_number(home: Merchant) -> None:
    number = paid(home)
    add(home)
    order_id = share(home, number).told["order_id"]
    reply = give_back(home)
    assert reply.status == 200 and reply.told["result"] == "SUCCESS"
    assert give_back(home).told == reply.told
    assert give_back(home, out_order_no="", order_id=order_id).told == reply.told
    assert home.ask("profit_sharing_return_query", {"out_return_no": "B-1", "out_order_no": "S-1"}).told == reply.told
    assert (balance(home), left(home, number)) == (40, 960)


@pytest.mark.parametrize(("changes", "code"), [
    ({"amount": 101}, "INVALID_REQUEST"), ({"return_mchid": "1900000999"}, "INVALID_REQUEST"),
    ({"out_order_no": "S-9"}, "RESOURCE_NOT_EXISTS"),
])  # fmt: skip
def test_a_return_of_what_nobody_has_is_refused(home: Merchant, changes: dict[str, Any], code: str) -> None:
    number = paid(home)
    add(home)
    share(home, number)
    assert give_back(home, **changes).code == code
    assert balance(home) == 100


def test_a_return_that_is_not_there_is_not_found(home: Merchant) -> None:
    number = paid(home)
    add(home)
    share(home, number)
    give_back(home)
    for told in ({"out_return_no": "B-9", "out_order_no": "S-1"}, {"out_return_no": "B-1", "out_order_no": "S-9"}):
        assert home.ask("profit_sharing_return_query", told).code == "RESOURCE_NOT_EXISTS"


def test_the_largest_part_is_told() -> None:
    merchant = Merchant("service_provider", "mainland")
    told = merchant.ask("profit_sharing_max_ratio", sub(merchant)).told
    assert told == {"sub_mchid": SUB_MCH_ID, "max_ratio": 3000}
    merchant.close()


def shared_in_v2(merchant: Merchant, transaction_id: str, number: str = "S-1", amount: int = 100) -> dict[str, str]:
    one = {"type": "MERCHANT_ID", "account": RECEIVER, "amount": amount, "description": "share"}
    return hmac_call(
        merchant, "multi_profit_sharing", appid=APPID, mch_id=MCH_ID, transaction_id=transaction_id,
        out_order_no=number, receivers=json.dumps([one]),
    )  # fmt: skip


def test_m5_a_sharing_of_v2_is_seen_and_given_back_over_v3(home: Merchant) -> None:
    number = paid(home)
    add(home)
    assert shared_in_v2(home, number)["result_code"] == "SUCCESS"
    told = query(home, number).told
    assert (told["receivers"][0]["amount"], left(home, number)) == (100, 900)
    assert give_back(home).status == 200


def test_m5_a_sharing_of_v3_is_seen_in_v2_and_its_number_is_used(home: Merchant) -> None:
    number = paid(home)
    add(home)
    told = share(home, number).told
    seen = hmac_call(home, "profit_sharing_query", mch_id=MCH_ID, transaction_id=number, out_order_no="S-1")
    assert (seen["order_id"], seen["status"]) == (told["order_id"], "FINISHED")
    assert shared_in_v2(home, number, amount=101)["err_code"] == "INVALID_REQUEST"
    assert balance(home) == 100


def move(merchant: Merchant, dice: random.Random, numbers: list[str], step: int) -> None:
    """Let one of the two versions do something with one of the paid orders."""
    at, amount, old = dice.randrange(len(numbers)), dice.choice((1, 100, 300)), f"S-{dice.randrange(step + 1)}"
    number, refund = numbers[at], {"refund": amount, "total": 1000, "currency": "CNY"}
    rest = {"transaction_id": number, "out_order_no": f"S-{step}", "description": "rest"}
    dice.choice(
        (
            lambda: share(merchant, number, f"S-{step}", receivers=[receiver(merchant, amount)]),
            lambda: shared_in_v2(merchant, number, f"S-{step}", amount),
            lambda: give_back(merchant, amount, f"B-{step}", out_order_no=old),
            lambda: merchant.take_refund(f"T-0000{at}", f"R-{step}", amount=refund),
            lambda: merchant.ask("profit_sharing_unfreeze", rest) if step > 40 else None,
        )
    )()


@pytest.mark.parametrize("seed", range(3))
def test_no_money_comes_or_goes_whatever_the_two_versions_share(home: Merchant, seed: int) -> None:
    dice = random.Random(seed)
    numbers = [paid(home, f"T-0000{at}") for at in range(3)]
    add(home)
    for step in range(60):
        move(home, dice, numbers, step)
        home.gateway.ledger.check()
    assert home.gateway.refunds() and balance(home) > 0
