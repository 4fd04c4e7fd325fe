"""wxpay-v2 readiness"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fixtures import to_xml
from tests.migration.merchants import ORDER, Prepared, careless, endpoint
from wxpay_v2.cli.readiness import readiness
from wxpay_v2.simulator import Simulator


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return Prepared(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(readiness, list(arguments), catch_exceptions=False)


def test_a_merchant_who_is_ready_ends_with_0(prepared: Prepared) -> None:
    result = run("--config", prepared.write())
    assert result.exit_code == 0, result.output
    assert "nothing found that stands in the way" in result.output


def test_a_blocker_ends_with_1_its_place_and_what_to_do(prepared: Prepared) -> None:
    prepared.certified(issuer="")
    result = run("--config", prepared.write())
    assert result.exit_code == 1
    assert "blocker  [merchant] certificate  readiness.certificate.self_signed" in result.output
    assert "do: merchant platform, Account Settings > API Security" in result.output


def test_a_program_reads_json(prepared: Prepared) -> None:
    told = json.loads(run("--config", prepared.write(), "--json").output)
    assert told["facts"]["checks"]["Certificate"] == "passed"


def test_an_html_file_is_written(prepared: Prepared, tmp_path: Path) -> None:
    page = tmp_path / "readiness.html"
    assert run("--config", prepared.write(), "--html", str(page)).exit_code == 0
    assert "Readiness for API v3" in page.read_text(encoding="utf-8")


def test_recorded_requests_are_read_from_files_and_folders(prepared: Prepared, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "order.log").write_bytes(b"POST /pay/unifiedorder " + to_xml(ORDER) + b"\n")
    lines = tmp_path / "lines.json"
    lines.write_text(json.dumps({"path": "/pay/unifiedorder", "request": ORDER}))
    result = run("--config", prepared.write(), "--logs", str(folder), "--logs", str(lines), "--json")
    told = json.loads(result.stdout)["facts"]
    assert (told["requests"], told["carried"]) == (2, 2)


def test_the_gateway_and_the_endpoint_are_asked_online(wxpay_gateway: Simulator, tmp_path: Path) -> None:
    config = tmp_path / "merchant.toml"
    wxpay_gateway.write_settings(config)
    gateway = ("--online", "--base-url", wxpay_gateway.base_url, "--ca", str(wxpay_gateway.ca))
    with endpoint(careless) as url:
        result = run("--config", str(config), *gateway, "--endpoint", url)
    assert result.exit_code == 1
    assert "1 platform certificate fetched and verified" in result.output
    assert "readiness.endpoint.accepts_v2_forgery" in result.output


@pytest.mark.parametrize("option", ["--endpoint", "--base-url"])
def test_what_needs_the_network_is_wrong_use_without_online(prepared: Prepared, option: str) -> None:
    result = run("--config", prepared.write(), option, "https://localhost:1/x")
    assert result.exit_code == 2
    assert "--online" in result.output


def test_without_a_configuration_it_is_wrong_use() -> None:
    assert run().exit_code == 2


def test_the_help_has_an_example() -> None:
    assert "wxpay-v2 readiness --config merchant.toml" in run("--help").output
