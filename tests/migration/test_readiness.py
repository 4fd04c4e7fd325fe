"""Merchants on their way to API v3: each thing that stands in the way is found, and nothing is made up."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import fixtures
from tests.fixtures import KEY, MCH_ID
from tests.migration import merchants
from tests.migration.merchants import (
    ORDER,
    OTHER_SERIAL,
    QUERY,
    V3_KEY,
    Prepared,
    careful,
    careless,
    endpoint,
    recorded,
)
from tests.pages import ROOT
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.finding import BLOCKER, NOTE, WARNING
from wxpay_v2.migration.readiness import readiness
from wxpay_v2.migration.report import Report
from wxpay_v2.simulator import Simulator


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return Prepared(tmp_path)


@pytest.fixture
def gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    with Simulator(directory=wxpay_certificates, deliver=False) as running:
        yield running


def found(report: Report, level: str = BLOCKER) -> set[str]:
    return {finding.id.removeprefix("readiness.") for finding in report.of(level)}


def places(report: Report) -> dict[str, str]:
    return {finding.id.removeprefix("readiness."): finding.place for finding in report.findings}


def outcomes(report: Report) -> dict[str, Any]:
    return dict((report.facts or {})["checks"])


# Twelve merchants who are not ready, each for one reason, and one who is.


def _key_of_another(prepared: Prepared) -> None:
    prepared.file("apiclient_key.pem", merchants.key("another"))


def _readable(prepared: Prepared) -> None:
    (prepared.folder / "apiclient_key.pem").chmod(0o644)


def _short_link(prepared: Prepared) -> None:
    link = {**QUERY, "long_url": "weixin://wxpay/s/An4baqw"}
    prepared.logs = [recorded("/pay/unifiedorder", ORDER), recorded("/tools/shorturl", link, 7)]


BROKEN: dict[str, tuple[Callable[[Prepared], object], set[str]]] = {
    "ready": (lambda one: None, set()),
    "self-signed certificate": (lambda one: one.certified(issuer=""), {"certificate.self_signed"}),
    "expires in 3 days": (lambda one: one.certified(days=3.5), {"certificate.expires"}),
    "wrong merchant": (lambda one: one.certified(common_name="1900000999"), {"certificate.other_merchant"}),
    "v3 key of 31 characters": (lambda one: one.v3.update(api_v3_key=V3_KEY[1:]), {"api_v3_key.length"}),
    "v2 key reused": (lambda one: one.v3.update(api_v3_key=KEY), {"api_v3_key.reused"}),
    "key file readable by others": (_readable, {"key_file.exposed"}),
    "serial of another certificate": (
        lambda one: one.v3.update(serial_no=OTHER_SERIAL), {"serial_no.other_certificate"},
    ),
    "key of another certificate": (_key_of_another, {"certificate.key_mismatch"}),
    "no merchant category code": (
        lambda one: one.v3.pop("merchant_category_code"), {"supply.merchant_category_code"},
    ),
    "operation without equivalent": (_short_link, {"usage.no_equivalent"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_blocker_of_a_merchant_is_found_and_none_is_invented(prepared: Prepared, name: str) -> None:
    spoil, expected = BROKEN[name]
    spoil(prepared)
    report = readiness(prepared.write(), logs=prepared.logs)
    assert found(report) == expected
    assert found(report, WARNING) == set()
    assert report.exit_status == bool(expected)


ONLINE: dict[str, tuple[merchants.Handle, float, set[str]]] = {
    "ready": (careful, 0, set()),
    "endpoint that accepts forgeries": (
        careless, 0, {"endpoint.accepts_v2_forgery", "endpoint.accepts_v3_forgery"},
    ),
    "clock 6 minutes fast": (careful, 360, {"clock.skew"}),
    "clock 6 minutes slow": (careful, -360, {"clock.skew"}),
}  # fmt: skip


@pytest.mark.parametrize("name", ONLINE)
def test_each_blocker_that_only_the_network_shows_is_found_and_none_is_invented(
    gateway: Simulator, tmp_path: Path, name: str
) -> None:
    handle, skew, expected = ONLINE[name]
    gateway.write_settings(tmp_path / "merchant.toml")
    clock = ManualClock(gateway.clock.time() + skew)
    with endpoint(handle) as url:
        report = readiness(
            tmp_path / "merchant.toml", online=True, notify_url=url, base_url=gateway.base_url,
            verify=str(gateway.ca), clock=clock, logs=[recorded("/pay/unifiedorder", ORDER)],
        )  # fmt: skip
    assert found(report) == expected
    assert found(report, WARNING) == set()
    assert "not tried" not in outcomes(report).values() or skew


def test_the_page_about_it_names_each_of_these() -> None:
    page = (ROOT / "docs/howto/readiness.rst").read_text(encoding="utf-8")
    for name in {name for _, *_, names in (*BROKEN.values(), *ONLINE.values()) for name in names}:
        assert f"readiness.{name}" in page or f"``.{name.partition('.')[2]}``" in page, name


# What is told.


def test_everything_that_is_wrong_is_told_at_once(prepared: Prepared) -> None:
    prepared.certified(issuer="", common_name="1900000999", days=2)
    prepared.merchant |= {"appid": "wx 1", "api_key": "short", "sign_type": "SHA1", "currency": "hk"}
    prepared.v3 |= {
        "serial_no": "abc", "api_v3_key": "!" * 31, "merchant_category_code": "restaurant",
        "platform_keys": ["none.pem"],
    }  # fmt: skip
    assert found(readiness(prepared.write())) == {
        "certificate.self_signed", "certificate.other_merchant", "certificate.expires", "identity.appid",
        "api_key.shape", "identity.sign_type", "identity.currency", "serial_no.shape", "api_v3_key.length",
        "api_v3_key.alphabet", "merchant_category_code.shape", "platform_keys.unreadable",
    }  # fmt: skip


def test_s7_no_key_stands_in_a_report_or_a_crash(prepared: Prepared, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = (KEY, V3_KEY, V3_KEY[1:], "BEGIN PRIVATE KEY")
    prepared.v3["api_v3_key"] = V3_KEY[1:]
    path = prepared.write(0o644)
    report = readiness(path, logs=[recorded("/pay/unifiedorder", {**ORDER, "total_fee": "x"})])

    def crash() -> None:
        readiness(path, logs=(1 / 0 for _ in range(1)))  # type: ignore[misc]

    for text in (report.json(), report.html(), caplog.text, fixtures.crash_report(crash)):
        assert not any(secret in text for secret in secrets)


def test_a_configuration_that_cannot_be_read_is_the_only_finding(tmp_path: Path) -> None:
    path = tmp_path / "merchant.toml"
    path.write_text("[merchant\n")
    report = readiness(path)
    assert found(report) == {"settings.unreadable"}
    assert found(readiness(tmp_path / "absent.toml")) == {"settings.unreadable"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"region": "moon"},
        {"config": None},
        {"notify_url": "https://shop.example/pay"},
        {"base_url": "https://localhost:1"},
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(prepared: Prepared, arguments: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        readiness(**{"config": prepared.write(), **arguments})  # type: ignore[arg-type]


def test_nothing_is_sent_without_online(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    told = outcomes(readiness(prepared.write()))
    assert [name for name, outcome in told.items() if outcome == "not tried"] == [
        "Recorded requests", "Hosts", "Clock", "Keys at the gateway", "Notification endpoint",
    ]  # fmt: skip


def test_a_report_says_what_passed_and_what_was_not_looked_at(prepared: Prepared) -> None:
    prepared.certified(days=364.5)
    report = readiness(prepared.write())
    checks = {row[0]: (row[1], row[2]) for row in report.tables[0].rows}
    assert checks["Certificate"] == ("passed", f"issued by the CA, of merchant {MCH_ID}, 364 days left")
    assert checks["Hosts"] == ("not tried", "nothing is sent without --online")
    ids = {row[0]: row[2] for row in report.tables[1].rows}
    assert ids == {"appid": "sp_appid", "mch_id": "sp_mchid", "sub_mch_id": "sub_mchid"}
    assert json.loads(report.json())["facts"]["days_left"] == 364


@pytest.mark.parametrize(
    ("days", "level"), [(-1, BLOCKER), (13.5, BLOCKER), (14.5, WARNING), (30.5, WARNING), (31.5, "")]
)
def test_a_certificate_is_to_be_renewed_before_the_move(prepared: Prepared, days: float, level: str) -> None:
    prepared.certified(days=days)
    report = readiness(prepared.write())
    assert {finding.level for finding in report.findings} == ({level} if level else set())


def test_an_upgraded_certificate_beside_the_old_one_is_a_change_over(prepared: Prepared) -> None:
    prepared.certified(issuer="", serial=int(OTHER_SERIAL, 16), days=10)
    prepared.file("new_cert.pem", fixtures.pem(merchants.certificate("another", begins=-4)))
    prepared.file("new_key.pem", merchants.key("another"))
    prepared.merchant |= {"next_certificate": "new_cert.pem", "next_private_key": "new_key.pem"}
    prepared.v3["private_key"] = "new_key.pem"
    report = readiness(prepared.write())
    assert found(report) == set()
    assert found(report, NOTE) == {"certificate.change_over"}
    assert "14 days" in " ".join(finding.hint for finding in report.findings)


def test_a_fresh_certificate_reminds_of_the_machines_that_have_the_old_one(prepared: Prepared) -> None:
    prepared.certified(begins=-5)
    report = readiness(prepared.write())
    assert found(report, NOTE) == {"certificate.change_over"}
    assert report.exit_status == 0


def test_a_private_key_of_its_own_is_held_against_the_certificate(prepared: Prepared) -> None:
    prepared.file("other_key.pem", merchants.key("another"))
    prepared.v3["private_key"] = "other_key.pem"
    assert found(readiness(prepared.write())) == {"private_key.other_certificate"}


def test_a_certificate_with_an_elliptic_key_cannot_sign(prepared: Prepared) -> None:
    prepared.file("apiclient_cert.pem", fixtures.pem(fixtures.certificate(begins=-100)))
    prepared.file("apiclient_key.pem", fixtures.key_pem())
    assert found(readiness(prepared.write())) == {"certificate.kind", "private_key.unreadable"}


def test_a_p12_is_read_with_the_merchant_number_as_its_password(prepared: Prepared) -> None:
    prepared.file("apiclient_cert.p12", fixtures.p12(merchants.certificate(), "readiness", kind="rsa"))
    prepared.merchant |= {"certificate": "apiclient_cert.p12", "private_key": None}
    assert found(readiness(prepared.write())) == set()
    prepared.merchant["password"] = "another"
    assert found(readiness(prepared.write())) == {"certificate.unreadable"}


def test_without_a_certificate_what_cannot_be_seen_is_told(prepared: Prepared) -> None:
    prepared.merchant |= {"certificate": None, "private_key": None}
    report = readiness(prepared.write())
    assert (found(report), found(report, WARNING)) == (set(), {"certificate.missing"})


def test_a_missing_table_is_one_finding(prepared: Prepared) -> None:
    prepared.v3.clear()
    report = readiness(prepared.write())
    assert found(report) == {"settings.missing", "supply.merchant_category_code"}
    assert "serial_no, private_key, api_v3_key" in report.findings[0].message


def test_each_setting_that_is_missing_unknown_or_no_text_is_named(prepared: Prepared) -> None:
    prepared.merchant |= {"mch_id": 1900000109, "colour": "red"}
    prepared.v3["serial_no"] = None
    report = readiness(prepared.write())
    assert places(report) == {
        "settings.not_text": "[merchant] mch_id",
        "settings.unknown": "[merchant] colour",
        "settings.missing": "[v3] serial_no",
    }


def test_the_environment_fills_what_the_file_leaves_out(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WXPAY_V2_API_KEY", prepared.merchant.pop("api_key"))
    monkeypatch.setenv("WXPAY_V2_V3_API_V3_KEY", prepared.v3.pop("api_v3_key"))
    assert found(readiness(prepared.write())) == set()


def test_a_configuration_with_keys_that_others_can_read_is_warned_of(prepared: Prepared) -> None:
    report = readiness(prepared.write(0o640))
    assert (found(report), found(report, WARNING)) == (set(), {"settings.exposed"})


@pytest.mark.parametrize(
    ("merchant", "expected"),
    [
        ({"mode": "direct"}, {"identity.sub_mch_id"}),
        ({"mode": "direct", "sub_appid": "wx1"}, {"identity.sub_mch_id", "identity.sub_appid"}),
        ({"sub_mch_id": None, "sub_appid": "wx1"}, {"identity.sub_appid"}),
        ({"mode": "franchise"}, {"identity.mode"}),
        ({"sub_mch_id": "19x"}, {"identity.sub_mch_id"}),
        ({"sub_mch_id": None}, set()),
        ({"sandbox": "maybe"}, {"identity.sandbox"}),
    ],
)
def test_ids_that_do_not_fit_are_named(prepared: Prepared, merchant: dict[str, Any], expected: set[str]) -> None:
    prepared.merchant |= merchant
    assert found(readiness(prepared.write())) == expected


def test_whatever_else_the_library_refuses_is_told_too(prepared: Prepared) -> None:
    prepared.v3 |= {"strict": "perhaps", "over_v2": ["No Such Thing"]}
    report = readiness(prepared.write())
    assert found(report) == {"settings.refused"}


def test_platform_keys_say_how_they_come(prepared: Prepared) -> None:
    def told() -> object:
        return {row[0]: row[2] for row in readiness(prepared.write()).tables[0].rows}["Platform keys"]

    assert told() == "platform certificates are downloaded, with the API v3 key"
    prepared.file("platform.pem", fixtures.pem(merchants.certificate("another", common_name="Tenpay.com sign")))
    prepared.v3["platform_keys"] = ["platform.pem"]
    assert told() == "1 pinned platform certificate"
    prepared.v3["platform_keys"] = {"PUB_KEY_ID_0110000": "platform.pem"}
    assert told() == "a WeChat Pay public key"


def test_a_pinned_platform_certificate_that_ends_is_warned_of(prepared: Prepared) -> None:
    prepared.file("platform.pem", fixtures.pem(merchants.certificate("another", days=20)))
    prepared.v3["platform_keys"] = "platform.pem"
    assert found(readiness(prepared.write()), WARNING) == {"platform_keys.expires"}
