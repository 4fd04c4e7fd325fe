"""The stand-in for the login of an official account: codes, openids, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from wxpay_v2 import ManualClock
from wxpay_v2.simulator import Simulator, certificates
from wxpay_v2.simulator.guard import CONTROL_HEADER

SHOP = "http://127.0.0.1:5000"
AUTHORIZE = "/connect/oauth2/authorize"
TOKEN = "/sns/oauth2/access_token"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    directory = tmp_path_factory.mktemp("login") / "certificates"
    certificates.write(directory)
    with Simulator(directory=directory, clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


def get(gateway: Simulator, path: str, **more: Any) -> requests.Response:
    with requests.get(gateway.payer_url + path, timeout=10, allow_redirects=False, **more) as reply:
        return reply


def control(gateway: Simulator, name: str, /, **arguments: Any) -> tuple[int, dict[str, Any]]:
    with requests.post(
        f"{gateway.payer_url}/control/{name}", json=arguments, headers={CONTROL_HEADER: "1"}, timeout=10
    ) as reply:
        return reply.status_code, reply.json()


def login(gateway: Simulator, **changes: str) -> requests.Response:
    query = {
        "appid": gateway.merchant.appid, "redirect_uri": f"{SHOP}/login/back?next=1", "response_type": "code",
        "scope": "snsapi_base", "state": "s t&", **changes,
    }  # fmt: skip
    return get(gateway, AUTHORIZE, params=query)


def token(gateway: Simulator, code: str, **changes: str) -> dict[str, Any]:
    query = {
        "appid": gateway.merchant.appid, "secret": "any", "code": code, "grant_type": "authorization_code", **changes,
    }  # fmt: skip
    answer: dict[str, Any] = get(gateway, TOKEN, params=query).json()
    return answer


def code_of(reply: requests.Response) -> str:
    assert reply.status_code == 302
    return parse_qs(urlsplit(reply.headers["Location"]).query)["code"][0]


def test_a_login_brings_a_code_back_and_the_code_an_openid(gateway: Simulator) -> None:
    reply = login(gateway)
    back = urlsplit(reply.headers["Location"])
    assert (back.netloc, back.path) == ("127.0.0.1:5000", "/login/back")
    assert parse_qs(back.query)["state"] == ["s t&"] and parse_qs(back.query)["next"] == ["1"]
    openid = token(gateway, code_of(reply))["openid"]
    assert re.fullmatch("o[0-9a-f]{27}", openid)
    assert token(gateway, code_of(login(gateway)))["openid"] == openid
    assert control(gateway, "payer", name="ann") == (200, {})
    assert token(gateway, code_of(login(gateway)))["openid"] != openid


def test_a_code_is_good_once_and_for_its_appid(gateway: Simulator) -> None:
    code = code_of(login(gateway))
    assert "openid" in token(gateway, code)
    assert token(gateway, code)["errcode"] == 40029
    assert token(gateway, "none")["errcode"] == 40029


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [({"grant_type": "x"}, 40002), ({"appid": "wx0"}, 40013), ({"secret": ""}, 41004)],
)
def test_a_token_is_refused_with_the_real_codes(gateway: Simulator, changes: dict[str, str], errcode: int) -> None:
    assert token(gateway, code_of(login(gateway)), **changes)["errcode"] == errcode


@pytest.mark.parametrize(
    "changes",
    [
        {"appid": "wx0"}, {"response_type": "token"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": ""},
        {"redirect_uri": "javascript:alert(1)"}, {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "http://["}, {"redirect_uri": "//evil.example"},
    ],
)  # fmt: skip
def test_s8_a_login_leads_to_pages_of_this_machine_only(gateway: Simulator, changes: dict[str, str]) -> None:
    reply = login(gateway, **changes)
    assert reply.status_code == 400 and "Location" not in reply.headers


@pytest.mark.parametrize("name", ["", 7, "x" * 65, None])
def test_a_payer_without_a_name_is_refused(gateway: Simulator, name: object) -> None:
    assert control(gateway, "payer", name=name)[0] == 400
