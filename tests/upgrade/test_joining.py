"""Client(upgrade=...): what it takes, what it refuses before the first call, and that both clients speak alike."""

from __future__ import annotations

import asyncio
import json
import pickle
import warnings
from typing import Any

import pytest

from tests import fixtures
from tests.v3 import keys
from tests.v3.gateway import account, answer, authorized
from wxpay_v2 import AsyncClient, Client, ConfigurationError, InvalidRequest, Merchant, OutcomeUnknown, Secret
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.upgrade import LostField, LostFieldWarning
from wxpay_v2.upgrade.answer import UpgradedResult
from wxpay_v2.v2.notification import reply

DIRECT = Merchant(appid="wx8888888888888888", mch_id=keys.MCH_ID, api_key=fixtures.KEY)
PAID = {
    "mchid": keys.MCH_ID, "appid": "wx8888888888888888", "id": "42", "out_trade_no": "T-1", "trade_type": "NATIVE",
    "trade_state": "SUCCESS", "trade_state_desc": "paid", "success_time": "2026-03-01T12:00:00+08:00",
    "amount": {"total": 5, "currency": "HKD", "payer_total": 5, "payer_currency": "HKD"},
}  # fmt: skip


def client(
    *answers: Response, who: Any = None, merchant: Merchant = DIRECT, **more: Any
) -> tuple[Client, list[Request]]:
    sent: list[Request] = []
    left = list(answers)

    def send(request: Request) -> Response:
        sent.append(request)
        return left.pop(0)

    made = Client(merchant, upgrade=who or account(), transport=send, clock=ManualClock(keys.NOW), **more)
    return made, sent


def test_a_call_goes_over_v3_and_is_answered_in_v2s_shape() -> None:
    made, sent = client(answer(PAID))
    result = made.order_query(out_trade_no="T-1")
    (request,) = sent
    assert request.url == f"https://apihk.mch.weixin.qq.com/v3/global/transactions/out-trade-no/T-1?mchid={keys.MCH_ID}"
    authorized(request)
    assert (result["trade_state"], result["total_fee"], result.typed["total_fee"]) == ("SUCCESS", "5", 5)
    assert result.operation is not None
    assert result.operation.name == "order_query"
    assert json.loads(result.raw) == PAID


def test_the_awaiting_client_does_the_same() -> None:
    async def send(request: Request) -> Response:
        return answer(PAID)

    async def asked() -> Any:
        made = AsyncClient(DIRECT, upgrade=account(), transport=send, clock=ManualClock(keys.NOW))
        async with made:
            return await made.order_query(out_trade_no="T-1")

    assert asyncio.run(asked())["trade_state"] == "SUCCESS"


def test_a_path_is_carried_as_the_method_is() -> None:
    made, sent = client(answer(PAID))
    assert made.call("pay/orderquery", {"out_trade_no": "T-1"})["trade_state"] == "SUCCESS"
    assert sent[0].path.startswith("/v3/global/")


def test_v2s_own_rules_hold_before_v3s() -> None:
    made, sent = client()
    with pytest.raises(InvalidRequest, match="total_fee"):
        made.refund(out_trade_no="T-1", out_refund_no="R-1", refund_fee=1)
    assert sent == []


def test_what_has_no_equivalent_is_refused_with_what_to_do_unless_it_stays_on_v2() -> None:
    made, sent = client()
    with pytest.raises(InvalidRequest, match="rates inside orders") as caught:
        made.query_exchange_rate(fee_type="USD", date="20260301")
    assert caught.value.rules == ("upgrade.no_equivalent",)
    assert "over_v2" in caught.value.remedy
    assert sent == []
    body = fixtures.signed(fixtures.success(rate="650000000", mch_id=keys.MCH_ID))
    made, sent = client(Response(200, body), who=account(over_v2=("query_exchange_rate",)))
    assert made.query_exchange_rate(fee_type="USD", date="20260301")["rate"] == "650000000"
    assert sent[0].path == "/pay/queryexchagerate"


def test_reading_a_lost_field_warns_once_and_gives_nothing() -> None:
    made, _ = client(answer(PAID), answer(PAID))
    result = made.order_query(out_trade_no="T-1")
    assert isinstance(result, UpgradedResult)
    with pytest.warns(LostFieldWarning, match="order_query: is_subscribe is lost over API v3") as caught:
        assert result["is_subscribe"] == ""
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert result.get("is_subscribe", "N") == "N"  # told once
        assert "is_subscribe" not in result
        with pytest.raises(KeyError):
            result["nobody_knows"]


def test_strict_makes_reading_a_lost_field_an_error() -> None:
    made, _ = client(answer(PAID), who=account(strict=True))
    result = made.order_query(out_trade_no="T-1")
    for read in (lambda: result["rate"], lambda: result.get("rate")):
        with pytest.raises(LostField, match="settlement's rate"):
            read()
    with pytest.raises(KeyError):  # what v2's code expects
        result["rate"]


def test_a_result_can_be_pickled_with_its_losses() -> None:
    made, _ = client(answer(PAID))
    result = made.order_query(out_trade_no="T-1")
    again = pickle.loads(pickle.dumps(result))  # noqa: S301
    assert (again, again.losses) == (result, result.losses)  # type: ignore[attr-defined]


def test_a_request_field_that_is_lost_is_told() -> None:
    made, _ = client(answer({"code_url": "weixin://x"}), who=account(merchant_category_code="5812"))
    order = {"body": "Tea", "out_trade_no": "T-1", "total_fee": 1, "trade_type": "NATIVE", "product_id": "never-told",
             "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "receipt": "Y"}  # fmt: skip
    with pytest.warns(LostFieldWarning, match="lost over API v3"):
        assert made.unified_order(**order)["code_url"] == "weixin://x"


def test_the_cashier_signs_by_rsa() -> None:
    made, _ = client()
    told = made.cashier.jsapi("wx1")
    assert told["signType"] == "RSA"


def test_what_is_not_believed_is_refused_in_its_own_form() -> None:
    made, _ = client()
    assert made.refusal(b"<xml/>", "no") == reply(success=False, message="no")
    assert made.refusal(b"{}", "no").status == 500
    plain = Client(DIRECT, transport=lambda request: Response(500, b""))
    assert plain.refusal(b"{}", "no").status == 200


@pytest.mark.parametrize("upgrade", ["v3", 1, {}, DIRECT])
def test_an_upgrade_that_is_none_is_refused(upgrade: Any) -> None:
    with pytest.raises(ConfigurationError, match="V3Account"):
        Client(DIRECT, upgrade=upgrade)


def test_one_key_for_both_versions_is_refused() -> None:
    same = Merchant(appid="wx8888888888888888", mch_id=keys.MCH_ID, api_key=Secret(keys.V3_KEY))
    with pytest.raises(ConfigurationError, match="same as the API v2 key") as caught:
        Client(same, upgrade=account())
    assert keys.V3_KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["refund", "micropay", "nobody_knows"])
def test_only_reads_stay_on_v2_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match="over_v2 names reads"):
        client(who=account(over_v2=(name,)))


def test_m3_an_error_under_a_status_of_success_is_no_refusal() -> None:
    made, _ = client(answer({"code": "ORDER_CLOSED", "message": "closed"}, 200), who=account())
    with pytest.raises(OutcomeUnknown):
        made.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=1, refund_fee=1)


def test_another_certificates_serial_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="the merchant's certificate has"):
        Client(fixtures.merchant(), upgrade=account())


def test_a_client_without_upgrade_knows_nothing_of_v3() -> None:
    assert Client(DIRECT, transport=lambda request: Response(500, b"")).upgraded is None
    assert client()[0].upgraded is not None
