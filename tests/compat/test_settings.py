"""Which protocol carries a face's calls: an argument, a file named by the environment, or v2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.v3.gateway import account
from wxpay_v2 import ConfigurationError
from wxpay_v2.compat import Tolerance
from wxpay_v2.compat.settings import VARIABLE, Settings, settings_for
from wxpay_v2.simulator import Simulator
from wxpay_v2.upgrade import Gradual
from wxpay_v2.v3.account import V3Account

MCH_ID = "1900000109"


@pytest.fixture
def v3_table(wxpay_certificates: Path, tmp_path: Path) -> str:
    with Simulator(directory=wxpay_certificates) as simulator:
        simulator.write_settings(tmp_path / "merchant.toml")
    text = (tmp_path / "merchant.toml").read_text(encoding="utf-8")
    return text[text.index("[v3]") : text.index("[upgrade]")]


def file(tmp_path: Path, text: str, name: str = "upgrade.toml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_anything_calls_stay_on_v2() -> None:
    told = settings_for(MCH_ID)
    assert (told.upgrade, told.region, told.tolerance) == (None, "mainland", None)
    assert not told.allows("unsigned_replies")


def test_an_argument_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere.toml")
    mine = account()
    assert settings_for(MCH_ID, mine).upgrade is mine
    whole = Settings(mine, region="global")
    assert settings_for(MCH_ID, whole) is whole


def test_a_file_says_it_all_and_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, v3_table: str) -> None:
    (tmp_path / "ca.pem").write_text("")
    path = file(
        tmp_path,
        '[upgrade]\nregion = "global"\nbase_url = "https://localhost:8443"\nverify = "ca.pem"\n'
        f'{v3_table}\n[tolerance]\nuntil = "2026-12-31"\n',
    )
    monkeypatch.setenv(VARIABLE, path)
    told = settings_for(MCH_ID)
    assert isinstance(told.upgrade, V3Account)
    assert (told.region, told.base_url, told.verify) == ("global", "https://localhost:8443", str(tmp_path / "ca.pem"))
    assert told.tolerance is not None
    assert settings_for("1900000110").upgrade is told.upgrade
    own = Tolerance(until="2026-12-01")
    assert settings_for(MCH_ID, tolerance=own).tolerance is own
    key = told.upgrade.api_v3_key.reveal()
    assert key not in repr(told)


def test_a_file_is_read_again_when_it_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, v3_table: str) -> None:
    path = file(tmp_path, "")
    monkeypatch.setenv(VARIABLE, path)
    assert settings_for(MCH_ID).upgrade is None
    file(tmp_path, v3_table)
    assert settings_for(MCH_ID).upgrade is not None


def test_percentages_make_it_gradual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, v3_table: str) -> None:
    path = file(tmp_path, f'[upgrade]\nswitch = "stop"\nstore = "sqlite://"\n{v3_table}\n[gradual]\norders = 5\n')
    monkeypatch.setenv(VARIABLE, path)
    told = settings_for(MCH_ID).upgrade
    assert isinstance(told, Gradual)
    assert not told.thrown()
    (tmp_path / "stop").touch()
    assert told.thrown()


def test_several_merchants_have_a_file_each(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, v3_table: str) -> None:
    one = file(tmp_path, f'[upgrade]\nmch_id = "{MCH_ID}"\n{v3_table}', "one.toml")
    other = file(tmp_path, '[upgrade]\nmch_id = "1900000110"\n', "other.toml")
    monkeypatch.setenv(VARIABLE, os.pathsep.join((other, one)))
    assert settings_for(MCH_ID).upgrade is not None
    assert settings_for("1900000110").upgrade is None
    assert settings_for("1900000111").upgrade is None
    nobodys = file(tmp_path, v3_table, "nobodys.toml")
    monkeypatch.setenv(VARIABLE, os.pathsep.join((nobodys, one)))
    with pytest.raises(ConfigurationError, match="does not say whose it is"):
        settings_for(MCH_ID)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[upgrade]\nregoin = 'global'", "regoin"),
        ("[upgrade]\nregion = 'mars'", "region"),
        ("upgrade = 1", r"\[upgrade\] must be a table"),
        ("[tolerance]\nraw_markup = true", "until"),
        ("[v3]\nserial_no = 'CanaryKeyThatMustNeverBeSeen0123'", "not configured"),
        ("nonsense", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str) -> None:
    monkeypatch.setenv(VARIABLE, file(tmp_path, text))
    with pytest.raises(ConfigurationError, match=said) as told:
        settings_for(MCH_ID)
    assert "CanaryKey" not in str(told.value)


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/upgrade.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        settings_for(MCH_ID)


@pytest.mark.parametrize("given", [True, {"unsigned_replies": True}, "2027-03-31"])
def test_what_is_no_tolerance_opens_nothing(given: object) -> None:
    with pytest.raises(ConfigurationError, match="tolerance must be a Tolerance"):
        Settings(tolerance=given)  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["verify = 5", "region = []", "base_url = 1.5", "store = {}", "switch = true"])
def test_what_is_no_text_in_the_table_is_told(tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, file(tmp_path, f"[upgrade]\n{line}\n"))
    with pytest.raises(ConfigurationError, match=f"{line.split()[0]} must be text"):
        settings_for(MCH_ID)
