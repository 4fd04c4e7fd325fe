"""Transfers to a balance and to a card: paid once, out of what the merchant has, and told of by the queries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.errors import OutcomeUnknown
from wxpay_v2.result import Result
from wxpay_v2.simulator.effects import payouts, transfers
from wxpay_v2.simulator.effects.people import set_person
from wxpay_v2.simulator.effects.transfers import fail_bank_transfer
from wxpay_v2.simulator.states import NotPayable
from wxpay_v2.v2.cipher import encrypt_field

DAY = 86400.0
TRANSFER: dict[str, Any] = {
    "partner_trade_no": "W-1", "openid": "oPayee", "check_name": "NO_CHECK", "amount": 500, "desc": "refund of a bet",
    "spbill_create_ip": "203.0.113.7",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=100_000)
    yield caller
    caller.close()


def test_a_person_is_paid_out_of_the_balance_and_the_query_tells_it(caller: Caller) -> None:
    told = caller.transfers(**TRANSFER)
    assert told["payment_time"] == "2026-09-22 12:00:00"
    assert caller.balance() == 99_500
    found = caller.get_transfer_info(partner_trade_no="W-1")
    assert (found["status"], found.typed["payment_amount"], found["detail_id"]) == ("SUCCESS", 500, told["payment_no"])
    assert (found["openid"], found["desc"]) == ("oPayee", "refund of a bet")


def test_the_same_transfer_once_more_is_answered_the_same_and_paid_once(caller: Caller) -> None:
    first = caller.transfers(**TRANSFER)
    caller.pass_time(60)
    assert caller.transfers(**TRANSFER) | {"nonce_str": ""} == first | {"nonce_str": ""}
    assert caller.balance() == 99_500


def test_other_parameters_under_the_number_are_refused(caller: Caller) -> None:
    caller.transfers(**TRANSFER)
    again = caller.again()  # the client itself would refuse it, too
    assert again.refused("transfers", **{**TRANSFER, "amount": 501}) == "FATAL_ERROR"
    assert caller.balance() == 99_500


def test_what_the_merchant_does_not_have_is_not_paid_and_the_number_stays_free(caller: Caller) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=499)
    assert caller.refused("transfers", **TRANSFER) == "NOTENOUGH"
    assert caller.refused("get_transfer_info", partner_trade_no="W-1") == "NOT_FOUND"
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=500)
    caller.transfers(**TRANSFER)
    assert caller.balance() == 0


def test_sales_top_the_balance_up_but_for_money_that_waits_to_be_shared(caller: Caller) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=0)
    caller.paid("T-1", 300, profit_sharing="Y")
    assert caller.refused("transfers", **{**TRANSFER, "amount": 200}) == "NOTENOUGH"
    caller.paid("T-2", 300)
    caller.transfers(**{**TRANSFER, "amount": 200, "partner_trade_no": "W-2"})
    assert caller.balance() == 100


def test_a_new_merchant_has_something_to_pay_from() -> None:
    caller = Caller()
    caller.transfers(**TRANSFER)
    assert caller.balance() == payouts.OPENING - 500
    caller.close()


@pytest.mark.parametrize("amount", [29, transfers.MOST + 1])
def test_an_amount_out_of_range_is_refused(caller: Caller, amount: int) -> None:
    assert caller.refused("transfers", **{**TRANSFER, "amount": amount}) == "AMOUNT_LIMIT"


def test_a_person_gets_ten_transfers_a_day(caller: Caller) -> None:
    for number in range(10):
        caller.transfers(**{**TRANSFER, "partner_trade_no": f"W-{number}", "amount": 30})
    more = {**TRANSFER, "partner_trade_no": "W-10", "amount": 30}
    assert caller.refused("transfers", **more) == "SENDNUM_LIMIT"
    caller.transfers(**{**more, "openid": "oAnother", "partner_trade_no": "W-11"})
    caller.pass_time(DAY)
    caller.transfers(**{**more, "partner_trade_no": "W-12"})


def test_a_person_gets_a_limited_amount_a_day(caller: Caller) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=10 * transfers.MOST)
    caller.transfers(**{**TRANSFER, "amount": transfers.MOST_PER_DAY})
    assert caller.refused("transfers", **{**TRANSFER, "partner_trade_no": "W-2"}) == "MONEY_LIMIT"


@pytest.mark.parametrize(
    ("fact", "asked", "code"),
    [
        ({"appid": "wx3333333333333333"}, {}, "OPENID_ERROR"),
        ({"verified": False}, {}, "V2_ACCOUNT_SIMPLE_BAN"),
        ({"real_name": "Li"}, {"check_name": "FORCE_CHECK", "re_user_name": "Wang"}, "NAME_MISMATCH"),
        ({}, {"check_name": "FORCE_CHECK"}, "PARAM_ERROR"),
    ],
)
def test_a_payee_who_is_another_is_refused(
    caller: Caller, fact: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    caller.act(set_person, openid="oPayee", **fact)
    assert caller.refused("transfers", **{**TRANSFER, **asked}) == code
    assert caller.balance() == 100_000


def test_a_name_that_matches_is_paid(caller: Caller) -> None:
    caller.act(set_person, openid="oPayee", real_name="Li", appid=caller.appid)
    caller.transfers(**TRANSFER, re_user_name="Li")
    assert caller.get_transfer_info(partner_trade_no="W-1")["transfer_name"] == "Li"


def test_a_transfer_that_fails_stays_failed_and_the_query_says_so(caller: Caller) -> None:
    caller.act(set_person, openid="oPayee", accepts_transfers=False)
    assert caller.refused("transfers", **TRANSFER) == "SEND_FAILED"
    found = caller.get_transfer_info(partner_trade_no="W-1")
    assert (found["status"], bool(found["reason"]), caller.balance()) == ("FAILED", True, 100_000)
    caller.act(set_person, openid="oPayee", accepts_transfers=True)
    assert caller.again().refused("transfers", **TRANSFER) == "SEND_FAILED"
    caller.transfers(**{**TRANSFER, "partner_trade_no": "W-2"})


def test_failed_transfers_do_not_count_towards_the_day(caller: Caller) -> None:
    caller.act(set_person, openid="oPayee", accepts_transfers=False)
    for number in range(10):
        assert caller.refused("transfers", **{**TRANSFER, "partner_trade_no": f"W-{number}"}) == "SEND_FAILED"
    caller.act(set_person, openid="oPayee", accepts_transfers=True)
    caller.transfers(**{**TRANSFER, "partner_trade_no": "W-10"})


def test_m3_an_unknown_outcome_is_resolved_by_the_query(caller: Caller) -> None:
    caller.gateway.faults.add("system_error_after", operation="transfers")
    with pytest.raises(OutcomeUnknown) as unknown:
        caller.client.transfers(**TRANSFER)
    assert (unknown.value.err_code, unknown.value.query) == ("SYSTEMERROR", "get_transfer_info")
    assert caller.get_transfer_info(**unknown.value.numbers)["status"] == "SUCCESS"
    assert caller.transfers(**TRANSFER)["payment_no"]
    assert caller.balance() == 99_500


def test_a_transfer_whose_answer_was_lost_survives_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    before = Caller(url=url)
    before.gateway.faults.add("lost_reply", operation="transfers")
    answer = before.shop.send("transfers", **TRANSFER)
    assert answer.action == "reset"
    before.close()
    after = Caller(url=url)
    assert after.get_transfer_info(partner_trade_no="W-1")["status"] == "SUCCESS"
    assert after.transfers(**TRANSFER)["payment_no"]
    assert after.balance() == payouts.OPENING - 500
    after.close()


def test_a_transfer_is_told_of_for_thirty_days(caller: Caller) -> None:
    caller.transfers(**TRANSFER)
    caller.pass_time(30 * DAY)
    caller.get_transfer_info(partner_trade_no="W-1")
    caller.pass_time(1)
    assert caller.refused("get_transfer_info", partner_trade_no="W-1") == "NOT_FOUND"


# To a card


def to_bank(caller: Caller, number: str = "B-1", card: str = "6214830100000000", **changes: Any) -> dict[str, Any]:
    key = caller.get_public_key()["pub_key"].encode()
    return {
        "partner_trade_no": number, "enc_bank_no": encrypt_field(card, key), "bank_code": "1001", "amount": 500_00,
        "enc_true_name": encrypt_field("Li", key), **changes,
    }  # fmt: skip


def query(caller: Caller, number: str = "B-1") -> Result:
    return caller.query_bank(partner_trade_no=number)


def test_a_card_is_paid_when_the_bank_has_taken_it_and_the_fee_goes_with_it(caller: Caller) -> None:
    told = caller.pay_bank(**to_bank(caller))
    assert (told.typed["amount"], told.typed["cmms_amt"]) == (500_00, 100)
    assert caller.balance() == 100_000 - 500_00 - 100
    assert query(caller)["status"] == "PROCESSING"
    caller.pass_time(transfers.BANK_SECONDS)
    found = query(caller)
    assert (found["status"], found["pay_succ_time"]) == ("SUCCESS", "2026-09-22 12:01:00")
    assert found["bank_no_md5"] == hashlib.md5(b"6214830100000000", usedforsecurity=False).hexdigest()
    assert found["true_name_md5"] == hashlib.md5(b"Li", usedforsecurity=False).hexdigest()
    assert caller.balance("bank_transfer") == 0


@pytest.mark.parametrize(("amount", "fee"), [(1, 100), (1_000_00, 100), (10_004_50, 1000), (50_000_00, 2500)])
def test_the_fee_is_a_thousandth_within_bounds(caller: Caller, amount: int, fee: int) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=100_000_00)
    assert caller.pay_bank(**to_bank(caller, amount=amount)).typed["cmms_amt"] == fee


def test_a_transfer_that_the_bank_refuses_comes_back_with_its_fee(caller: Caller) -> None:
    caller.pay_bank(**to_bank(caller))
    caller.act(fail_bank_transfer, mch_id=caller.mch_id, partner_trade_no="B-1")
    found = query(caller)
    assert (found["status"], bool(found["reason"]), caller.balance()) == ("BANK_FAIL", True, 100_000)
    caller.pass_time(DAY)
    assert query(caller)["status"] == "BANK_FAIL"
    with pytest.raises(NotPayable):
        caller.act(fail_bank_transfer, mch_id=caller.mch_id, partner_trade_no="B-1")


def test_the_same_card_encrypted_anew_is_the_same_transfer_another_card_is_not(caller: Caller) -> None:
    first = caller.pay_bank(**to_bank(caller))
    again = caller.again()
    assert again.pay_bank(**to_bank(caller))["payment_no"] == first["payment_no"]
    other = caller.again()
    assert other.refused("pay_bank", **to_bank(caller, card="6214830100000001")) == "FATAL_ERROR"
    more = caller.again()
    assert more.refused("pay_bank", **to_bank(caller, amount=1)) == "FATAL_ERROR"
    assert caller.balance() == 100_000 - 500_00 - 100


def test_what_cannot_be_paid_to_a_card_is_refused(caller: Caller) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=60_000_00)
    assert caller.refused("pay_bank", **to_bank(caller, amount=50_000_01)) == "AMOUNT_LIMIT"
    assert caller.refused("pay_bank", **to_bank(caller, "B-2", enc_bank_no="bm90IGVuY3J5cHRlZA==")) == "PARAM_ERROR"
    caller.pay_bank(**to_bank(caller, "B-3", amount=50_000_00))
    assert caller.refused("pay_bank", **to_bank(caller, "B-4", amount=1)) == "MONEY_LIMIT"
    assert caller.refused("pay_bank", **to_bank(caller, "B-5", card="1", amount=10_000_00)) == "NOTENOUGH"
    assert caller.refused("query_bank", partner_trade_no="B-5") == "NOT_FOUND"
