"""What only the gateway can say, said by the simulator over real TLS, or by nobody."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import fixtures
from tests.migration.merchants import V3_KEY, Prepared, certificate
from wxpay_v2.clock import ManualClock
from wxpay_v2.migration.finding import BLOCKER, WARNING
from wxpay_v2.migration.readiness import readiness
from wxpay_v2.migration.report import Report
from wxpay_v2.simulator import Simulator


@pytest.fixture
def gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    with Simulator(directory=wxpay_certificates, deliver=False) as running:
        yield running


@pytest.fixture
def config(gateway: Simulator, tmp_path: Path) -> Path:
    gateway.write_settings(tmp_path / "merchant.toml")
    return tmp_path / "merchant.toml"


def online(gateway: Simulator, config: Path, skew: float = 0.0, **more: Any) -> Report:
    how = {"base_url": gateway.base_url, "verify": str(gateway.ca), **more}
    return readiness(config, online=True, clock=ManualClock(gateway.clock.time() + skew), **how)


def found(report: Report, level: str = BLOCKER) -> set[str]:
    return {one.id.removeprefix("readiness.") for one in report.findings if one.level == level}


def seen(report: Report) -> dict[object, tuple[object, object]]:
    return {row[0]: (row[1], row[2]) for row in report.tables[0].rows}


def replace(config: Path, old: str, new: str) -> None:
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


def test_a_gateway_that_is_reached_on_time_and_takes_the_keys_is_well(gateway: Simulator, config: Path) -> None:
    report = online(gateway, config)
    assert found(report) == set()
    checks = seen(report)
    assert checks["Keys at the gateway"] == ("passed", "1 platform certificate fetched and verified")
    assert checks["Hosts"] == ("passed", f"1 of 1 reached over TLS: {gateway.base_url}")


def test_a_gateway_whose_certificate_nobody_trusts_is_not_reached(gateway: Simulator, config: Path) -> None:
    report = online(gateway, config, verify=None)
    assert found(report) == {"host.unreachable"}
    assert "not trusted" in report.findings[0].message
    assert seen(report)["Clock"][0] == seen(report)["Keys at the gateway"][0] == "not tried"


def test_a_gateway_that_is_not_there_is_told(gateway: Simulator, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert found(online(gateway, config, base_url=f"https://localhost:{port}")) == {"host.unreachable"}


@pytest.mark.parametrize(("skew", "level"), [(30, ""), (90, WARNING), (-90, WARNING), (310, BLOCKER), (-310, BLOCKER)])
def test_a_clock_is_held_against_the_gateways(gateway: Simulator, config: Path, skew: float, level: str) -> None:
    report = online(gateway, config, skew)
    found_levels = {one.level for one in report.findings if one.id == "readiness.clock.skew"}
    assert found_levels == ({level} if level else set())
    away = " ".join(one.message for one in report.findings)
    assert not level or ("ahead of" if skew > 0 else "behind") in away


def test_an_api_v3_key_that_is_not_the_platforms_is_found_by_its_first_answer(gateway: Simulator, config: Path) -> None:
    account = gateway.gateway.accounts[gateway.merchant.mch_id]
    assert account.api_v3_key is not None
    replace(config, account.api_v3_key.reveal(), V3_KEY)
    report = online(gateway, config)
    assert found(report) == {"gateway.untrusted"}
    assert V3_KEY not in report.json()


def test_a_certificate_the_gateway_does_not_know_is_refused(gateway: Simulator, tmp_path: Path) -> None:
    report = online(gateway, Path(Prepared(tmp_path).write()))
    assert found(report) == {"gateway.refused"}
    assert "SIGN_ERROR" in report.findings[0].message


def test_broken_settings_are_not_shown_to_the_gateway(gateway: Simulator, config: Path) -> None:
    replace(config, "serial_no = ", 'serial_no = "1"\n# ')
    report = online(gateway, config)
    assert found(report) == {"serial_no.shape"}
    assert seen(report)["Keys at the gateway"] == ("not tried", "the settings must be mended first")


def test_a_merchant_with_a_public_key_needs_no_certificates(wxpay_certificates: Path, tmp_path: Path) -> None:
    with Simulator(directory=wxpay_certificates, deliver=False, v3_keys="public_key") as gateway:
        config = tmp_path / "merchant.toml"
        gateway.write_settings(config)
        report = online(gateway, config)
        assert found(report) == set()
        assert seen(report)["Keys at the gateway"] == (
            "passed",
            "a signed call was made, and its answer verified with the public key",
        )
        told = dict(line.split(" = ") for line in config.read_text().splitlines() if line.startswith("PUB_KEY_ID_"))
        (place,) = told.values()
        good = Path(place.strip('"')).read_bytes()
        Path(place.strip('"')).write_bytes(fixtures.pem(certificate("another")))
        assert found(online(gateway, config)) == {"gateway.untrusted"}
        Path(place.strip('"')).write_bytes(good)
        text = config.read_text()
        config.write_text(text[: text.index("[v3.platform_keys]")])
        report = online(gateway, config)
    assert found(report) == {"platform_keys.public_key"}
    assert "PUB_KEY_ID_" in report.findings[0].hint
