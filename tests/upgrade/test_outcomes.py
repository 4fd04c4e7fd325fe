"""What an answer of API v3 means for the money, in v2's words; each exploit that was found stays here."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from tests import fixtures
from tests.adapters.shop import Shop
from tests.corpus import v3_targets as v3
from tests.v3 import keys
from tests.v3.gateway import account, answer
from wxpay_v2 import Client, InvalidRequest, Malformed, Merchant, Mismatch, OutcomeUnknown, Refused, flows, upgrade
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import Rejected
from wxpay_v2.flows import Paid

IDS = {"appid": "wx8888888888888888", "mch_id": keys.MCH_ID}
DIRECT = Merchant(**IDS, api_key=fixtures.KEY)
INSTITUTION = Merchant(**IDS, api_key=fixtures.KEY, sub_mch_id="1900000110")
OURS = {"mchid": keys.MCH_ID, "appid": "wx8888888888888888"}
THEIRS = {"sp_mchid": keys.MCH_ID, "sp_appid": "wx8888888888888888", "sub_mchid": "1900000110"}
PAID = {
    "id": "42", "out_trade_no": "T-1", "trade_type": "MICROPAY", "trade_state": "SUCCESS", "trade_state_desc": "paid",
    "bank_type": "CMB", "success_time": "2026-09-21T23:00:00+08:00",
    "amount": {"total": 1000, "currency": "HKD", "payer_total": 1000, "payer_currency": "HKD"},
}  # fmt: skip
CODE = "134567890123456789"
QUICK = {"body": "Tea", "out_trade_no": "T-1", "total_fee": 1000, "fee_type": "HKD", "auth_code": CODE,
         "spbill_create_ip": "203.0.113.7"}  # fmt: skip
REFUND = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": 1000, "refund_fee": 40, "refund_fee_type": "HKD"}
ONE = {
    "id": "50", "out_refund_no": "R-1", "transaction_id": "42", "out_trade_no": "T-1", "status": "SUCCESS",
    "create_time": "2026-09-21T23:00:00+08:00", "success_time": "2026-09-21T23:00:00+08:00",
    "amount": {"refund": 40, "currency": "HKD", "payer_refund": 40, "payer_currency": "HKD"},
}  # fmt: skip


class Wire:
    """A transport that answers by the path, and counts."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def client(*answers: Response, merchant: Merchant = DIRECT, region: str = "global", **more: Any) -> tuple[Client, Wire]:
    wire = Wire(*answers)
    who = account(merchant_category_code="5812", codepay=True, store_id="S", **more)
    return Client(merchant, region=region, upgrade=who, transport=wire, clock=ManualClock(keys.NOW)), wire


FOREIGN = [
    {"mchid": "1999999999", "appid": "wxOTHER"},
    {**THEIRS, "sp_mchid": "1999999999"},
    {**THEIRS, "sub_mchid": "1900000199"},
    {**THEIRS, "mchid": "1999999999"},
    {"sp_mchid": keys.MCH_ID},
    {},
]


@pytest.mark.parametrize("ids", FOREIGN)
def test_m1_an_institution_is_not_paid_by_an_answer_about_another_merchant(ids: dict[str, str]) -> None:
    for ask in (lambda made: made.micropay(**QUICK), lambda made: made.order_query(out_trade_no="T-1")):
        made, _ = client(answer({**PAID, **ids}), merchant=INSTITUTION)
        with pytest.raises(OutcomeUnknown) as caught:
            ask(made)
        assert "something else" in caught.value.message or isinstance(caught.value.__cause__, Mismatch)


@pytest.mark.parametrize("ids", [{**OURS, "sub_mchid": "1900000110"}, THEIRS, {**OURS, "mchid": "1999999999"}, {}])
def test_m1_a_direct_merchant_is_not_paid_by_an_answer_for_a_sub_merchant(ids: dict[str, str]) -> None:
    made, _ = client(answer({**PAID, **ids}))
    with pytest.raises(OutcomeUnknown):
        made.order_query(out_trade_no="T-1")


def test_a_quick_pay_of_ones_own_is_paid() -> None:
    for merchant, ids in ((DIRECT, OURS), (INSTITUTION, THEIRS)):
        made, wire = client(answer({**PAID, **ids}), merchant=merchant)
        assert isinstance(flows.quick_pay(made, **QUICK), Paid)
        assert len(wire.sent) == 1


@pytest.mark.parametrize("asked", [{"out_refund_no": "R-1"}, {"refund_id": "50"}])
def test_a_refund_that_was_not_asked_about_tells_nothing(asked: dict[str, str]) -> None:
    made, _ = client(answer(ONE))
    assert made.refund_query(**asked)["refund_status_0"] == "SUCCESS"
    made, _ = client(answer({**ONE, "out_refund_no": "R-2", "id": "51"}))
    with pytest.raises(OutcomeUnknown, match="something else"):
        made.refund_query(**asked)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(200, b'{"id": "50"}'), OutcomeUnknown),
        (answer({"id": "50"}, name=keys.NEXT), OutcomeUnknown),
        (answer({"id": "50"}, signature="WECHATPAY/SIGNTEST/a"), OutcomeUnknown),
        (answer(body=b"<html>"), OutcomeUnknown),
        (answer({"id": "50", "out_refund_no": "R-2"}), OutcomeUnknown),
        (answer({"code": "SYSTEM_ERROR", "message": "?"}, 500), OutcomeUnknown),
        (Response(503, b""), OutcomeUnknown),
        (answer({"code": "NEVER_HEARD", "message": "?"}, 400), OutcomeUnknown),
        (Response(403, b'{"code": "NOT_ENOUGH", "message": "?"}'), OutcomeUnknown),
        (answer({"code": "NOT_ENOUGH", "message": "?"}, 200), OutcomeUnknown),
        (answer(status=204), OutcomeUnknown),
        (answer({"code": "NOT_ENOUGH", "message": "?"}, 403), Refused),
    ],
)
def test_m3_a_refund_is_refused_only_by_a_signed_code_that_says_so(response: Response, kind: type[Exception]) -> None:
    made, _ = client(response)
    with pytest.raises(kind) as caught:
        made.refund(**REFUND)
    if kind is OutcomeUnknown:
        assert caught.value.numbers == {"out_refund_no": "R-1"}  # type: ignore[attr-defined]
        assert caught.value.query == "refund_query"  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", ["USERPAYING", "ACCEPT", "NOTPAY", "REFUND", "NEVER_HEARD", None, 7, []])
def test_m4_a_quick_pay_in_any_other_state_is_unknown_and_never_sent_again(state: Any) -> None:
    for status in (200, 202):
        made, wire = client(answer({**PAID, **OURS, "trade_state": state}, status))
        with pytest.raises(OutcomeUnknown):
            made.micropay(**QUICK)
        assert len(wire.sent) == 1


def test_m11_what_is_unknown_over_v3_is_systemerror_to_a_caller_of_v2() -> None:
    made, _ = client(answer({"code": "NEVER_HEARD", "message": "?"}, 400))
    with pytest.raises(OutcomeUnknown) as caught:
        made.micropay(**QUICK)
    assert caught.value.err_code == "SYSTEMERROR"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "yesterday", 5])
def test_a_time_outside_the_calendar_is_unknown_and_no_error_of_somebody_else(moment: Any) -> None:
    made, _ = client(answer({**ONE, "success_time": moment}))
    with pytest.raises(OutcomeUnknown):
        made.refund_query(out_refund_no="R-1")
    for document, event in ((v3.PAID, "TRANSACTION.SUCCESS"), (v3.REFUNDED, "REFUND.SUCCESS")):
        head, _, body = v3.callback(
            {**document, "success_time": moment}, event, "refund" if "REFUND" in event else "transaction"
        ).partition(b"\n\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\n"))
        with pytest.raises(Rejected):
            v3.CLIENT.open_notification(body, headers)
        assert Shop().endpoint(v3.CLIENT).handle("POST", body, headers).status == 500


ORDER = {"body": "Tea", "out_trade_no": "T-1", "total_fee": 1, "trade_type": "APP", "spbill_create_ip": "203.0.113.7",
         "notify_url": "https://shop.example/pay"}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"detail": '{"goods_detail":5}'},
        {"detail": '{"goods_detail":true}'},
        {"detail": '{"goods_detail":[5]}'},
        {"detail": '{"goods_detail":[{"goods_id":"g","quantity":"' + "9" * 5000 + '","price":1}]}'},
        {"detail": '{"cost_price":-1,"goods_detail":[]}'},
        {"scene_info": '{"store_info":5}'},
        {"scene_info": '{"h5_info":5}'},
        {"scene_info": "[]"},
    ],
)
def test_a_request_that_cannot_be_carried_whole_is_refused_and_nothing_is_sent(fields: dict[str, str]) -> None:
    made, wire = client(answer({}))
    with pytest.raises(InvalidRequest):
        made.unified_order(**{**ORDER, **fields})
    assert wire.sent == []


@pytest.mark.parametrize(
    "receivers", ['[{"type":"MERCHANT_ID","account":"1","amount":' + "9" * 5000 + ',"description":"x"}]',
                  '[{"type":"MERCHANT_ID","account":"1","amount":1,"description":"x","surprise":"1"}]'],
)  # fmt: skip
def test_receivers_with_what_v3_does_not_take_are_refused(receivers: str) -> None:
    made, wire = client(answer({}), region="mainland")
    with pytest.raises(InvalidRequest):
        made.profit_sharing(transaction_id="42", out_order_no="S-1", receivers=receivers)
    assert wire.sent == []


@pytest.mark.parametrize(
    "odd",
    [
        lambda: upgrade.translate("refund", {"total_fee": "x", "refund_fee": "x"}, DIRECT),
        lambda: upgrade.translate("unified_order", {"detail": '{"goods_detail":5}'}, DIRECT),
        lambda: upgrade.translate("customs_declare_query", {}, DIRECT),
    ],
)
def test_a_translation_of_odd_fields_is_a_refusal(odd: Any) -> None:
    assert not odd().carried


@pytest.mark.parametrize(
    "odd",
    [
        lambda: upgrade.translate(None, {}, DIRECT),  # type: ignore[arg-type]
        lambda: upgrade.translate("refund", 5, DIRECT),  # type: ignore[arg-type]
        lambda: upgrade.translate("refund", {}, None),  # type: ignore[arg-type]
        lambda: upgrade.translate("nobody_knows", {}, DIRECT),
        lambda: upgrade.reverse(None, {}, DIRECT),  # type: ignore[arg-type]
        lambda: upgrade.reverse("order_query", {}, DIRECT, fields=5),  # type: ignore[arg-type]
        lambda: upgrade.reverse("order_query", 5, DIRECT, fields={"out_trade_no": "T"}),  # type: ignore[arg-type]
        lambda: upgrade.reverse("refund", {"success_time": "9999-12-31T23:59:59Z"}, DIRECT),
    ],
)
def test_arguments_that_cannot_be_ones_are_told_in_errors_of_ours(odd: Any) -> None:
    with pytest.raises((InvalidRequest, Malformed)):
        odd()


def test_s7_no_error_of_a_quick_pay_shows_the_code() -> None:
    for response in (answer({"code": "NOT_ENOUGH", "message": "?"}, 403), Response(500, CODE.encode())):
        made, _ = client(response)
        with pytest.raises((Refused, OutcomeUnknown)) as caught:
            made.micropay(**QUICK)
        shown = f"{caught.value!r} {caught.value} {caught.value.request!r} {pickle.dumps(caught.value)!r}"
        assert CODE not in shown
        assert "WECHATPAY2" not in shown
