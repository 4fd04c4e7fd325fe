"""Who calls: checked when it is made, prints without secrets, reads its settings from three places in a fixed order."""

from __future__ import annotations

import copy
import inspect
import json
import logging
import pickle
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import (
    APPID,
    KEY,
    MCH_ID,
    OTHER_KEY,
    SUB_MCH_ID,
    certificate,
    client_certificate,
    crash_report,
    key_pem,
    merchant,
    p12,
    pem,
)
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.merchant import Merchant
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import catalogue


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("WXPAY_V2_")]:
        monkeypatch.delenv(name)


def made(**changes: Any) -> Merchant:
    return Merchant(**{"appid": APPID, "mch_id": MCH_ID, "api_key": KEY, **changes})


# Access modes.


@pytest.mark.parametrize(
    ("changes", "mode"),
    [
        ({}, "direct"),
        ({"sub_mch_id": SUB_MCH_ID}, "institution"),
        ({"sub_mch_id": SUB_MCH_ID, "mode": "service_provider"}, "service_provider"),
        ({"sub_mch_id": SUB_MCH_ID, "sub_appid": "wx9"}, "institution"),
        ({"mode": "institution"}, "institution"),
        ({"sub_mch_id": None, "sub_appid": "", "mode": "direct"}, "direct"),
    ],
)
def test_the_access_mode_follows_from_the_ids_unless_told(changes: dict[str, Any], mode: str) -> None:
    assert made(**changes).mode == mode


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"appid": ""}, "appid is not well-formed: 0 characters"),
        ({"appid": "wx 88"}, "appid"),
        ({"appid": "wx88\n"}, "appid"),
        ({"appid": "w" * 33}, "appid"),
        ({"appid": None}, "appid"),
        ({"appid": "x" * 10_000}, "appid"),
        ({"mch_id": "19000001O9"}, "mch_id"),
        ({"mch_id": 1900000109}, "mch_id"),
        ({"mch_id": "１９００"}, "mch_id"),
        ({"mch_id": ""}, "mch_id"),
        ({"sub_mch_id": "abc"}, "sub_mch_id"),
        ({"sub_mch_id": 0}, "sub_mch_id"),
        ({"sub_mch_id": 1900000110}, "sub_mch_id"),
        ({"sub_appid": "a b", "sub_mch_id": "1"}, "sub_appid"),
        ({"sub_appid": "wx9"}, "direct merchant has no sub_mch_id"),
        ({"sub_mch_id": "1", "mode": "direct"}, "direct merchant has no sub_mch_id"),
        ({"mode": "agent"}, "mode must be"),
        ({"mode": 5}, "mode must be"),
        ({"mode": ["direct"]}, "mode must be"),
        ({"sign_type": "SHA256"}, "sign_type must be MD5 or HMAC-SHA256"),
        ({"sign_type": "md5"}, "sign_type"),
        ({"sign_type": None}, "sign_type"),
        ({"sign_type": []}, "sign_type"),
        ({"api_key": ""}, "empty"),
        ({"api_key": KEY + " "}, "blanks"),
        ({"api_key": KEY[:-1]}, "32 characters"),
        ({"api_key": None}, "api_key must be a str or a Secret, got NoneType"),
        ({"api_key": KEY.encode()}, "api_key must be a str or a Secret, got bytes"),
        ({"api_key": Secret(KEY + "x")}, "32 characters"),
        ({"private_key": key_pem()}, "without its certificate"),
        ({"certificate": pem(certificate())}, "no private key"),
        ({"certificate": b"junk"}, "neither PEM nor"),
        ({"certificate": "/nowhere", "private_key": "/nowhere"}, "cannot be read"),
        ({"certificate": p12(certificate()), "password": "wrong"}, "password"),
        (
            {"certificate": pem(certificate(common_name="1900000999")), "private_key": key_pem()},
            "of merchant 1900000999",
        ),
        ({"certificate": pem(certificate(days=-0.1)), "private_key": key_pem()}, "expired"),
        ({"certificate": pem(certificate(begins=0.1)), "private_key": key_pem()}, "not valid before"),
    ],
)
def test_s2_what_cannot_be_used_is_refused_when_it_is_given(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        made(**changes)
    text = str(caught.value)
    assert KEY[:16] not in text
    assert len(text) < 300


def test_the_key_may_be_a_secret_already() -> None:
    assert made(api_key=Secret(KEY)).api_key.reveal() == KEY


def test_the_certificate_may_be_a_pair_or_a_pkcs12_under_the_mch_id() -> None:
    one = made(certificate=pem(certificate()), private_key=key_pem())
    other = made(certificate=p12(certificate()))
    assert one.certificate is not None and other.certificate is not None
    assert one.certificate.fingerprint and other.certificate.mch_id == MCH_ID


# Ids on the wire.


def test_ids_stand_under_the_names_a_row_gives_and_empty_ones_are_left_out() -> None:
    row = catalogue.find("refund")
    assert made().ids(row.ids) == {"appid": APPID, "mch_id": MCH_ID}
    assert made(sub_mch_id=SUB_MCH_ID).ids(row.ids) == {"appid": APPID, "mch_id": MCH_ID, "sub_mch_id": SUB_MCH_ID}
    assert made().ids({"mch_id": "mchid"}) == {"mchid": MCH_ID}


# Another certificate, without a restart.


def test_s7_the_certificate_changes_without_a_restart() -> None:
    who = made(certificate=pem(certificate()), private_key=key_pem())
    who.use_certificate(pem(certificate("next", serial=2)), key_pem("next"))
    assert who.certificate is not None
    assert who.certificate.serial.endswith("2")


@pytest.mark.parametrize(
    "bad",
    [
        (b"junk", None),
        (pem(certificate("next", days=-1, begins=-9)), key_pem("next")),
        (pem(certificate("next", common_name="1900000999")), key_pem("next")),
        (pem(certificate("next")), key_pem()),
    ],
    ids=["junk", "expired", "another merchant's", "another key"],
)
def test_s7_a_change_that_fails_keeps_the_old_certificate(bad: tuple[Any, Any]) -> None:
    who = made(certificate=pem(certificate()), private_key=key_pem())
    before = who.certificate
    with pytest.raises(ConfigurationError):
        who.use_certificate(*bad)
    assert who.certificate is before


@pytest.mark.parametrize(("days", "warned"), [(31.5, False), (29.5, True), (13.5, True), (0.5, True)])
def test_s7_a_certificate_about_to_expire_is_warned_of(
    caplog: pytest.LogCaptureFixture, days: float, warned: bool
) -> None:
    with caplog.at_level(logging.WARNING, "wxpay_v2"):
        made(certificate=pem(certificate(days=days)), private_key=key_pem())
    assert (f"days={int(days)}" in caplog.text) is warned


# Secrets.


@pytest.mark.parametrize("show", [repr, str, lambda who: repr(vars(who)), lambda who: f"{who}", lambda who: f"{[who]}"])
def test_s7_a_merchant_prints_without_its_keys(show: Any) -> None:
    shown = show(merchant())
    assert KEY not in shown
    assert "PRIVATE" not in shown
    assert MCH_ID in shown


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_s7_a_merchant_does_not_leave_its_process(leave: Any) -> None:
    with pytest.raises(TypeError):
        leave(merchant())


@pytest.mark.parametrize(
    "act",
    [
        lambda: made(appid="not an appid"),
        lambda: made(api_key=KEY + "\n"),
        lambda: made(mode="agent"),
        lambda: made(certificate=pem(certificate("somebody")), private_key=key_pem()),
        lambda: made(certificate=b"junk", private_key=key_pem(), password=OTHER_KEY),
        lambda: made(no_such_argument=5),
        lambda: Merchant.from_config(appid=APPID, mch_id="no", api_key=KEY),
        lambda: Merchant.from_config(appid=APPID, mch_id=MCH_ID, api_key=KEY, no_such_setting="x"),
        lambda: Merchant.from_config(api_key=KEY),
        lambda: merchant(certificate=False).use_certificate(key_pem(), key_pem(), password=OTHER_KEY),
    ],
)
def test_s7_the_traceback_of_a_refusal_shows_no_key_in_its_locals(act: Any) -> None:
    report = crash_report(act)
    for secret in (KEY, OTHER_KEY, "PRIVATE KEY-----", "MIGHAg"):
        assert secret not in report


# Settings from a file, the environment, and arguments.


FILE = f"""
[merchant]
appid = "{APPID}"
mch_id = "{MCH_ID}"
api_key = "{KEY}"
sub_mch_id = "{SUB_MCH_ID}"
sign_type = "HMAC-SHA256"
"""


def toml(folder: Path, text: str) -> Path:
    path = folder / "wxpay.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    who = Merchant.from_config(toml(tmp_path, FILE))
    assert (who.appid, who.mch_id, who.sub_mch_id, who.sign_type) == (APPID, MCH_ID, SUB_MCH_ID, "HMAC-SHA256")
    assert who.api_key.reveal() == KEY
    assert Merchant.from_config(str(tmp_path / "wxpay.toml")).mode == "institution"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("APPID", APPID), ("MCH_ID", MCH_ID), ("API_KEY", KEY), ("SUB_MCH_ID", "")):
        monkeypatch.setenv(f"WXPAY_V2_{name}", value)
    who = Merchant.from_config()
    assert (who.appid, who.mode, who.sign_type) == (APPID, "direct", "MD5")


def test_arguments_win_over_the_file_and_the_file_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WXPAY_V2_SIGN_TYPE", "nonsense")
    monkeypatch.setenv("WXPAY_V2_SUB_APPID", "wxenvironment")
    monkeypatch.setenv("WXPAY_V2_MCH_ID", "1")
    who = Merchant.from_config(toml(tmp_path, FILE), sub_mch_id="1900000111")
    assert (who.sign_type, who.sub_appid, who.mch_id) == ("HMAC-SHA256", "wxenvironment", MCH_ID)
    assert who.sub_mch_id == "1900000111"


def test_paths_in_the_file_are_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "certs").mkdir()
    for name, data in (("cert.pem", pem(certificate())), ("key.pem", key_pem())):
        (tmp_path / "certs" / name).write_bytes(data)
        (tmp_path / "certs" / name).chmod(0o600)
    path = toml(tmp_path, FILE + 'certificate = "certs/cert.pem"\nprivate_key = "certs/key.pem"\n')
    monkeypatch.chdir("/")
    who = Merchant.from_config(path)
    assert who.certificate is not None
    assert who.certificate.mch_id == MCH_ID


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not configured: appid, mch_id, api_key"),
        ("[merchant]\nappid = 'wx1'\n", "not configured: mch_id, api_key"),
        ("[merchant]\nmch_id = 1900000109\n", "table of strings"),
        ("merchant = 5\n", "table of strings"),
        ("[[merchant]]\nappid = 'x'\n", "table of strings"),
        (FILE + 'apikey = "typo"\n', "unknown settings: apikey"),
        ("[merchant\n", "cannot be read"),
        ("\ufeff" + FILE, "cannot be read"),
        ("a = " + "[" * 5000, "cannot be read"),
    ],
)
def test_s2_a_file_that_cannot_be_used_is_a_configuration_error(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Merchant.from_config(toml(tmp_path, text))


def test_s2_a_file_in_another_encoding_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"[merchant]\nappid = 'caf\xe9'\n")
    for path in (tmp_path / "latin.toml", tmp_path / "nowhere.toml", tmp_path, "no\0path", 5.5):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            Merchant.from_config(path)  # type: ignore[arg-type]


def test_a_merchant_tells_its_arguments_to_readers() -> None:
    names = list(inspect.signature(Merchant).parameters)
    assert names[:3] == ["appid", "mch_id", "api_key"]
    assert "certificate" in names
    assert client_certificate().mch_id == MCH_ID
