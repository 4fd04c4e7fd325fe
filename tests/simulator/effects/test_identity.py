"""Real names: a code from the page, a token for it once, and whether the person is who it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.effects.caller import Caller
from wxpay_v2.errors import Refused
from wxpay_v2.simulator.effects.people import set_person

OPENID = "oPayer"
PERSON: dict[str, Any] = {
    "version": "1.0", "openid": OPENID, "real_name": "Li", "cred_type": "1", "cred_id": "110101190001011009",
}  # fmt: skip


@pytest.fixture
def caller() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


def code(caller: Caller, state: str = "x") -> str:
    status, page = caller.open_page(
        "auth_index", redirect_uri="https://shop.example/back", response_type="code", scope="pay_identity", state=state
    )
    (way,) = re.findall('href="([^"]+)"', page)
    told = parse_qs(urlsplit(unescape(way)).query)
    assert (status, told["state"]) == (200, [state])
    return told["code"][0]


def token(caller: Caller, code: str) -> str:
    return caller.get_access_token(
        openid=OPENID, code=code, grant_type="authorization_code", scope="pay_identity"
    )["access_token"]  # fmt: skip


def test_a_person_who_agreed_is_verified(caller: Caller) -> None:
    given = token(caller, code(caller))
    told = caller.real_name_auth(**PERSON, access_token=given)
    assert (told["verify_openid"], told["verify_real_name"], told["bind_bankcard"]) == (
        "V_OP_NM_MA", "V_NM_ID_MA", "YES",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "openid", "name", "card"),
    [
        ({"real_name": "Wang"}, "V_OP_NM_UM", "V_NM_ID_UM", "YES"),
        ({"cred_id": "1"}, "V_OP_NM_MA", "V_NM_ID_UM", "YES"),
        ({"verified": False}, "V_OP_NM_MA", "V_NM_ID_MA", "NO"),
    ],
)
def test_what_is_not_true_of_a_person_is_said(
    caller: Caller, fact: dict[str, Any], openid: str, name: str, card: str
) -> None:
    caller.act(set_person, openid=OPENID, **fact)
    told = caller.real_name_auth(**PERSON, access_token=token(caller, code(caller)))
    assert (told["verify_openid"], told["verify_real_name"], told["bind_bankcard"]) == (openid, name, card)


def test_a_code_is_good_once_and_for_five_minutes(caller: Caller) -> None:
    given = code(caller)
    token(caller, given)
    for bad in (given, "no code of ours"):
        with pytest.raises(Refused):
            token(caller.again(), bad)
    late = code(caller, "y")
    caller.pass_time(301)
    with pytest.raises(Refused):
        token(caller, late)
    assert token(caller, code(caller, "y"))


def test_without_the_payers_token_nothing_is_said(caller: Caller) -> None:
    given = token(caller, code(caller))
    assert caller.real_name_auth(**PERSON, access_token="none")["verify_openid"] == "V_OP_NA"
    other = caller.real_name_auth(**{**PERSON, "openid": "oAnother"}, access_token=given)
    assert other["verify_openid"] == "V_OP_NA"
    caller.pass_time(7201)
    assert "verify_real_name" not in caller.real_name_auth(**PERSON, access_token=given)
