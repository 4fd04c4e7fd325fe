"""Red packs: set aside when sent, received when opened, given back after 24 hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures import SUB_MCH_ID
from tests.simulator.effects.caller import Caller
from wxpay_v2.simulator.effects import payouts
from wxpay_v2.simulator.effects.people import set_person
from wxpay_v2.simulator.effects.red_packs import OPEN_SECONDS, open_red_pack
from wxpay_v2.simulator.states import NotPayable

DAY = 86400.0
PACK: dict[str, Any] = {
    "mch_billno": "H-1", "send_name": "Shop", "re_openid": "oPayee", "total_amount": 1000, "total_num": 1,
    "wishing": "Good luck", "client_ip": "203.0.113.7", "act_name": "Spring", "remark": "thanks",
}  # fmt: skip
GROUP = {**{name: PACK[name] for name in PACK if name != "client_ip"}, "total_num": 3, "amt_type": "ALL_RAND"}
MINI = {**{name: PACK[name] for name in PACK if name != "client_ip"}, "notify_way": "MINI_PROGRAM_JSAPI"}


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=100_000)
    yield caller
    caller.close()


def query(caller: Caller, number: str = "H-1") -> dict[str, Any]:
    return caller.get_red_pack_info(mch_billno=number, bill_type="MCHT").typed


def opened(caller: Caller, **changes: Any) -> Any:
    return caller.act(open_red_pack, **{"mch_id": caller.mch_id, "mch_billno": "H-1", **changes})


def test_a_red_pack_is_sent_opened_and_told_of(caller: Caller) -> None:
    told = caller.send_red_pack(**PACK)
    assert (told.typed["total_amount"], told["re_openid"], told["wxappid"]) == (1000, "oPayee", caller.appid)
    assert (caller.balance(), caller.balance("red_pack")) == (99_000, 1000)
    found = query(caller)
    assert (found["status"], found["hb_type"], found["total_num"]) == ("SENT", "NORMAL", 1)
    assert found["detail_id"] == told["send_listid"]
    caller.pass_time(60)
    assert opened(caller) == {"amount": 1000, "status": "RECEIVED"}
    found = query(caller)
    receiver = found["hblist"]["hbinfo"]
    assert found["status"] == "RECEIVED"
    assert (receiver["openid"], receiver["rcv_time"]) == ("oPayee", "2026-09-22 12:01:00")
    assert caller.balance("red_pack") == 0


def test_what_nobody_opens_within_a_day_goes_back(caller: Caller) -> None:
    caller.send_red_pack(**PACK)
    caller.pass_time(OPEN_SECONDS - 1)
    assert query(caller)["status"] == "SENT"
    caller.pass_time(1)
    found = query(caller)
    assert (found["status"], found["refund_amount"], found["refund_time"]) == ("REFUND", 1000, "2026-09-23 12:00:00")
    assert caller.balance() == 100_000
    with pytest.raises(NotPayable):
        opened(caller)


def test_a_group_shares_by_lot_and_the_rest_goes_back(caller: Caller) -> None:
    caller.send_group_red_pack(**GROUP)
    shares = [opened(caller, openid=one)["amount"] for one in ("oPayee", "oFriend")]
    with pytest.raises(NotPayable):
        opened(caller, openid="oFriend")
    found = query(caller)
    assert (found["status"], found["hb_type"], len(found["hblist"]["hbinfo"])) == ("SENT", "GROUP", 2)
    caller.pass_time(OPEN_SECONDS)
    found = query(caller)
    assert (found["status"], found["refund_amount"]) == ("REFUND", 1000 - sum(shares))
    assert min(*shares, found["refund_amount"]) > 0
    assert caller.balance() == 100_000 - sum(shares)


def test_a_group_that_all_have_opened_is_received(caller: Caller) -> None:
    caller.send_group_red_pack(**GROUP)
    assert sum(opened(caller, openid=one)["amount"] for one in ("o1", "o2", "o3")) == 1000
    assert query(caller)["status"] == "RECEIVED"
    caller.pass_time(OPEN_SECONDS)
    assert caller.balance() == 99_000


def test_a_mini_program_gets_a_package(caller: Caller) -> None:
    assert caller.send_mini_program_red_pack(**MINI)["package"].startswith("sendid=")
    assert opened(caller)["status"] == "RECEIVED"


def test_only_the_person_it_was_sent_to_opens_it(caller: Caller) -> None:
    caller.send_red_pack(**PACK)
    with pytest.raises(NotPayable):
        opened(caller, openid="oThief")
    with pytest.raises(NotPayable):
        opened(caller, mch_billno="H-2")


def test_the_same_red_pack_once_more_is_answered_the_same_and_others_are_refused(caller: Caller) -> None:
    first = caller.send_red_pack(**PACK)
    assert caller.send_red_pack(**PACK)["send_listid"] == first["send_listid"]
    again = caller.again()
    assert again.refused("send_red_pack", **{**PACK, "wishing": "Bad luck"}) == "FATAL_ERROR"
    assert caller.balance() == 99_000


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("send_red_pack", {**PACK, "total_num": 2}, "PARAM_ERROR"),
        ("send_red_pack", {**PACK, "total_amount": 99}, "MONEY_LIMIT"),
        ("send_red_pack", {**PACK, "total_amount": 200_01}, "MONEY_LIMIT"),
        ("send_red_pack", {**PACK, "consume_mch_id": "1900000999"}, "NO_AUTH"),
        ("send_group_red_pack", {**GROUP, "total_num": 2}, "PARAM_ERROR"),
        ("send_group_red_pack", {**GROUP, "total_num": 21}, "PARAM_ERROR"),
        ("send_group_red_pack", {**GROUP, "total_amount": 299}, "MONEY_LIMIT"),
    ],
)
def test_what_cannot_be_sent_is_refused(caller: Caller, name: str, fields: dict[str, Any], code: str) -> None:
    assert caller.refused(name, **fields) == code
    assert caller.balance() == 100_000


def test_a_scene_allows_other_amounts(caller: Caller) -> None:
    caller.send_red_pack(**{**PACK, "total_amount": 300_00, "scene_id": "PRODUCT_5"})
    caller.send_red_pack(**{**PACK, "mch_billno": "H-2", "total_amount": 1, "scene_id": "PRODUCT_5"})
    assert opened(caller, mch_billno="H-2")["amount"] == 1


def test_a_person_gets_ten_red_packs_a_day(caller: Caller) -> None:
    for number in range(10):
        caller.send_red_pack(**{**PACK, "mch_billno": f"H-{number}", "total_amount": 100})
    assert caller.refused("send_red_pack", **{**PACK, "mch_billno": "H-10"}) == "SENDNUM_LIMIT"
    caller.pass_time(DAY)
    caller.send_red_pack(**{**PACK, "mch_billno": "H-11"})


def test_without_money_or_with_another_apps_openid_nothing_is_sent(caller: Caller) -> None:
    caller.act(payouts.set_balance, mch_id=caller.mch_id, balance=999)
    assert caller.refused("send_red_pack", **PACK) == "NOTENOUGH"
    caller.act(set_person, openid="oPayee", appid="wx3333333333333333")
    assert caller.refused("send_red_pack", **{**PACK, "mch_billno": "H-2"}) == "OPENID_ERROR"
    assert caller.refused("get_red_pack_info", mch_billno="H-1", bill_type="MCHT") in ("NOT_FOUND", "PARAM_ERROR")


def test_a_provider_sends_a_sub_merchants_money_unless_another_pays() -> None:
    caller = Caller("service_provider")
    for mch_id in (caller.mch_id, SUB_MCH_ID):
        caller.act(payouts.set_balance, mch_id=mch_id, balance=2000)
    caller.send_red_pack(**PACK)
    assert (caller.balance(), caller.balance(of=SUB_MCH_ID)) == (2000, 1000)
    caller.send_red_pack(**{**PACK, "mch_billno": "H-2"}, consume_mch_id=caller.mch_id)
    assert (caller.balance(), caller.balance(of=SUB_MCH_ID)) == (1000, 1000)
    caller.pass_time(OPEN_SECONDS)
    assert (caller.balance(), caller.balance(of=SUB_MCH_ID)) == (2000, 2000)
    caller.close()
