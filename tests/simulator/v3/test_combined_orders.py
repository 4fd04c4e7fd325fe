"""Combined orders of the mainland: several merchants' orders, one payment, one notification; and API v2 beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import APPID, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import Merchant, Reply, holds, opened, text
from tests.simulator.v3.conftest import EVERY
from tests.simulator.v3.old import hmac_call
from wxpay_v2.secret import Secret
from wxpay_v2.simulator.accounts import Account

OTHER, OTHER_APP = "1900000301", "wx3333333333333333"
COMBINE = {"combine_appid": APPID, "combine_mchid": MCH_ID, "combine_out_trade_no": "C-00001"}
H5 = {"payer_client_ip": "203.0.113.7", "device_id": "D1", "h5_info": {"type": "Wap"}}


@pytest.fixture(params=EVERY[2:], ids="-".join)
def store(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    """Each of the two merchants of the mainland, beside another merchant."""
    one = Merchant(*request.param)
    subs = {} if one.mode == "direct" else {"sub_merchants": ("1900000302",), "mode": one.mode}
    one.gateway.add_account(Account(OTHER_APP, OTHER, Secret("k" * 32), region="mainland", **subs))
    yield one
    one.close()


def sub_order(merchant: Merchant, mchid: str = MCH_ID, number: str = "T-00001", total: int = 300) -> dict[str, Any]:
    subs = {MCH_ID: SUB_MCH_ID, OTHER: "1900000302"}
    return {
        "mchid": mchid, "attach": f"for {mchid}", "out_trade_no": number, "description": "Tea",
        "amount": {"total_amount": total, "currency": "CNY"},
        **({} if merchant.mode == "direct" else {"sub_mchid": subs.get(mchid, "1")}),
    }  # fmt: skip


def document(merchant: Merchant, kind: str = "native", **changes: Any) -> dict[str, Any]:
    told = {
        **COMBINE, "sub_orders": [sub_order(merchant), sub_order(merchant, OTHER, "T-00002", 700)],
        "notify_url": "https://shop.example/pay", **changes,
    }  # fmt: skip
    if kind == "jsapi":
        told.setdefault("combine_payer_info", {"openid": "oPayer"})
    if kind == "h5":
        told.setdefault("scene_info", H5)
    return told


def place(merchant: Merchant, kind: str = "native", **changes: Any) -> Reply:
    return merchant.ask(f"combine_{kind}", document(merchant, kind, **changes))


def query(merchant: Merchant) -> Reply:
    return merchant.ask("combine_query", {"combine_out_trade_no": "C-00001"})


def close(merchant: Merchant, *numbers: tuple[str, str]) -> Reply:
    subs = {MCH_ID: SUB_MCH_ID, OTHER: "1900000302"}
    named = [
        {"mchid": mchid, "out_trade_no": one, **({} if merchant.mode == "direct" else {"sub_mchid": subs[mchid]})}
        for mchid, one in numbers
    ]
    told = {"combine_out_trade_no": "C-00001", "combine_appid": APPID, "sub_orders": named}
    return merchant.ask("combine_close", told)


@pytest.mark.parametrize(("kind", "name"), [
    ("jsapi", "prepay_id"), ("app", "prepay_id"), ("native", "code_url"), ("h5", "h5_url"),
])  # fmt: skip
def test_combined_orders_are_placed_in_every_way_and_once(store: Merchant, kind: str, name: str) -> None:
    reply = place(store, kind)
    assert reply.status == 200, reply.told
    assert reply.told.keys() == {name} and place(store, kind).told == reply.told
    assert len(store.gateway.orders()) == 2


def test_they_are_paid_together_and_each_merchant_has_its_part(store: Merchant) -> None:
    place(store)
    told = query(store).told
    assert [one["trade_state"] for one in told["sub_orders"]] == ["NOTPAY", "NOTPAY"]
    assert told["combine_transaction_id"] and told["combine_out_trade_no"] == "C-00001"
    assert not {"transaction_id", "bank_type", "success_time"} & told["sub_orders"][0].keys()
    store.gateway.pay("C-00001")
    paid = query(store).told
    assert paid["combine_transaction_id"] == told["combine_transaction_id"]
    one, other = paid["sub_orders"]
    assert (one["trade_state"], one["mchid"], one["attach"]) == ("SUCCESS", MCH_ID, f"for {MCH_ID}")
    assert (one["amount"]["total_amount"], other["amount"]["payer_amount"]) == (300, 700)
    assert one["transaction_id"] and one["success_time"] == "2026-09-22T12:00:00+08:00"


def test_the_notification_is_one_sealed_and_signed_and_names_the_sub_orders(store: Merchant) -> None:
    place(store, "jsapi", scene_info={"payer_client_ip": "203.0.113.7", "device_id": "D1"})
    store.gateway.pay("C-00001")
    (pending,) = store.gateway.due_notifications()
    assert pending.kind == "combined" and pending.headers is not None
    headers = pending.headers()
    signed = text(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body=pending.body)
    assert holds(store.platform_pem(headers["Wechatpay-Serial"]), headers["Wechatpay-Signature"], signed)
    told = json.loads(pending.body)
    assert (told["event_type"], told["resource"]["original_type"]) == ("TRANSACTION.SUCCESS", "transaction")
    assert json.loads(opened(told["resource"])) == query(store).told


def test_a_combined_order_of_v2_is_notified_in_v2(store: Merchant) -> None:
    placed_in_v2(store)
    store.gateway.pay("C-00001")
    (pending,) = store.gateway.due_notifications()
    assert pending.body.startswith(b"<xml>") and pending.protocol == "v2"


def test_all_are_closed_by_naming_all(store: Merchant) -> None:
    place(store)
    assert close(store, (MCH_ID, "T-00001")).code == "PARAM_ERROR"
    assert close(store, (MCH_ID, "T-00001"), (OTHER, "T-00002")).status == 204
    assert close(store, (MCH_ID, "T-00001"), (OTHER, "T-00002")).status == 204
    assert [one["trade_state"] for one in query(store).told["sub_orders"]] == ["CLOSED", "CLOSED"]
    assert place(store).code == "INVALID_REQUEST"


def test_what_is_paid_is_not_closed(store: Merchant) -> None:
    place(store)
    store.gateway.pay("C-00001")
    assert close(store, (MCH_ID, "T-00001"), (OTHER, "T-00002")).code == "INVALID_REQUEST"


def test_what_is_not_there_is_not_found(store: Merchant) -> None:
    assert (query(store).status, query(store).code) == (404, "ORDER_NOT_EXIST")
    assert close(store, (MCH_ID, "T-00001")).code == "ORDER_NOT_EXIST"


def test_what_cannot_be_placed_is_refused_and_nothing_is_kept(store: Merchant) -> None:
    one = sub_order(store)
    reply = place(store, sub_orders=[one, {**sub_order(store, number="T-00002"), "mchid": "1900000999"}])
    assert (reply.code, reply.field) == ("PARAM_ERROR", "/sub_orders/1/mchid")
    assert place(store, sub_orders=[one, one]).code == "PARAM_ERROR"
    assert place(store, "jsapi", combine_payer_info={}).code == "PARAM_ERROR"
    assert place(store, time_expire="2026-09-22T12:04:00+08:00").code == "PARAM_ERROR"
    assert store.gateway.orders() == []


def test_m5_a_number_that_was_used_is_refused(store: Merchant) -> None:
    place(store)
    assert place(store, notify_url="https://shop.example/other").code == "INVALID_REQUEST"
    assert place(store, limit_pay=["no_debit"]).code == "INVALID_REQUEST"
    assert place(store, combine_out_trade_no="C-00002").code == "INVALID_REQUEST"
    assert len(store.gateway.orders()) == 2


def test_they_end_when_the_request_says(store: Merchant) -> None:
    place(store, time_expire="2026-09-22T06:00:00+00:00")
    store.clock.advance(7199)
    assert query(store).told["sub_orders"][0]["trade_state"] == "NOTPAY"
    store.clock.advance(1)
    assert query(store).told["sub_orders"][0]["trade_state"] == "CLOSED"


def placed_in_v2(merchant: Merchant) -> dict[str, str]:
    listed = [
        {
            "mch_id": mchid, "appid": appid, "body": "Tea", "attach": "a", "out_trade_no": number, "fee_type": "CNY",
            "total_fee": 500, **({} if merchant.mode == "direct" else {"sub_mch_id": sub}),
        }
        for mchid, appid, number, sub in (
            (MCH_ID, APPID, "T-00001", SUB_MCH_ID), (OTHER, OTHER_APP, "T-00002", "1900000302"),
        )
    ]  # fmt: skip
    return hmac_call(
        merchant, "combined_order", combine_appid=APPID, combine_mch_id=MCH_ID, combine_out_trade_no="C-00001",
        spbill_create_ip="203.0.113.7", notify_url="https://shop.example/v2", trade_type="NATIVE",
        scene_info='{"payer_client_ip":"203.0.113.7"}',
        sub_order_list=json.dumps({"order_num": 2, "order_list": listed}),
    )  # fmt: skip


def test_m5_each_version_sees_and_closes_the_others(store: Merchant) -> None:
    assert placed_in_v2(store).get("result_code") == "SUCCESS"
    assert [one["amount"]["total_amount"] for one in query(store).told["sub_orders"]] == [500, 500]
    assert place(store).code == "INVALID_REQUEST"
    assert close(store, (MCH_ID, "T-00001"), (OTHER, "T-00002")).status == 204


def test_a_sub_order_is_refunded_like_any_other(store: Merchant) -> None:
    place(store)
    store.gateway.pay("C-00001")
    amount = {"refund": 100, "total": 300, "currency": "CNY"}
    assert store.take_refund("T-00001", amount=amount).status == 200
    assert query(store).told["sub_orders"][0]["trade_state"] == "REFUND"


def test_a_sub_order_says_whether_it_will_be_shared(store: Merchant) -> None:
    one = {**sub_order(store), "settle_info": {"profit_sharing": True}}
    place(store, sub_orders=[one, sub_order(store, OTHER, "T-00002")])
    assert [order.fields.get("profit_sharing") for order in store.gateway.orders()] == ["Y", None]
