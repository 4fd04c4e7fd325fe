from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from wxpay_v2 import Client, Merchant, Refused
from wxpay_v2.cli.simulator import simulator
from wxpay_v2.errors import ConfigurationError

ROOT = Path(__file__).parents[2]


@contextmanager
def running(
    *arguments: str, ends_by: signal.Signals = signal.SIGTERM
) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """The command as a process of its own: what its JSON line says, and after the block how it ended."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-X", "dev", "-m", "wxpay_v2", "simulator", "--json", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    end: dict[str, Any] = {}
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        yield json.loads(line), end
        process.send_signal(ends_by)
        end["output"], end["errors"] = process.communicate(timeout=30)
        end["status"] = process.returncode
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def order(facts: dict[str, str], out_trade_no: str = "T-1") -> None:
    merchant = Merchant.from_config(facts["settings"])
    with Client(merchant, base_url=facts["base_url"], verify=facts["ca"]) as client:
        client.unified_order(
            body="Tea", out_trade_no=out_trade_no, total_fee=100, fee_type="HKD", trade_type="NATIVE",
            spbill_create_ip="203.0.113.7", notify_url="http://127.0.0.1:9/paid",
        )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_a_signal_and_ends_cleanly(ends_by: signal.Signals) -> None:
    with running(ends_by=ends_by) as (facts, end):
        order(facts)
        assert stat.S_IMODE(Path(facts["settings"]).stat().st_mode) == 0o600
        key = Merchant.from_config(facts["settings"]).api_key.reveal()
    assert end["status"] == 0
    assert end["errors"] == ""
    assert key not in json.dumps(facts)
    assert not Path(facts["directory"]).exists()


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_orders_merchant_and_certificates_are_kept_where_asked(tmp_path: Path) -> None:
    arguments = ("--data", str(tmp_path / "gateway.sqlite"), "--directory", str(tmp_path / "kept"))
    with running(*arguments) as (facts, _end):
        order(facts)
        first = Merchant.from_config(facts["settings"])
    with running(*arguments) as (facts, _end):
        again = Merchant.from_config(facts["settings"])
        assert again.api_key.reveal() == first.api_key.reveal()
        with Client(again, base_url=facts["base_url"], verify=facts["ca"]) as client:
            assert client.order_query(out_trade_no="T-1")["trade_state"] == "NOTPAY"
    with running("--config", str(tmp_path / "kept" / "simulator.toml"), "--show-key") as (facts, _end):
        assert facts["api_key"] == first.api_key.reveal()
        assert facts["directory"] == str(tmp_path / "kept")


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_region_mode_and_algorithm_are_options() -> None:
    with running("--region", "mainland", "--mode", "direct", "--sign-type", "MD5") as (facts, _end):
        merchant = Merchant.from_config(facts["settings"])
        assert (merchant.mode, merchant.sign_type) == ("direct", "MD5")
        assert 'region = "mainland"' in Path(facts["settings"]).read_text()


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_a_shops_own_configuration_means_what_merchant_reads_in_it(tmp_path: Path) -> None:
    settings = {"appid": "wx1", "mch_id": "1900007777", "api_key": "k" * 32}
    written = config(tmp_path, "[merchant]\n" + "".join(f'{name} = "{value}"\n' for name, value in settings.items()))
    with running("--config", written) as (facts, _end):
        assert (facts["mch_id"], facts["mode"], facts["sign_type"]) == ("1900007777", "direct", "MD5")
        with Client(Merchant.from_config(written), base_url=facts["base_url"], verify=facts["ca"]) as client:
            with pytest.raises(Refused) as refusal:
                client.order_query(out_trade_no="none")
            assert refusal.value.err_code == "ORDERNOTEXIST"


def config(path: Path, text: str) -> str:
    (path / "shop.toml").write_text(text)
    return str(path / "shop.toml")


def test_s8_a_configuration_with_a_real_certificate_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.simulator.test_certificates import issued_by

    (tmp_path / "apiclient_cert.pem").write_bytes(issued_by("Tenpay.com")[0].public_bytes(Encoding.PEM))
    written = config(tmp_path, '[merchant]\nmch_id = "1900000109"\ncertificate = "apiclient_cert.pem"\n')
    with pytest.raises(ConfigurationError, match="real merchant"):
        CliRunner().invoke(simulator, ["--config", written], catch_exceptions=False)


def test_s8_the_environment_is_not_asked_for_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from wxpay_v2.simulator import Simulator

    monkeypatch.setenv("WXPAY_V2_API_KEY", "p" * 32)
    with Simulator(directory=tmp_path / "new") as gateway:
        assert gateway.merchant.api_key.reveal() != "p" * 32


def test_a_configuration_that_names_a_missing_directory_is_refused(tmp_path: Path) -> None:
    written = config(tmp_path, '[merchant]\ncertificate = "gone/apiclient_cert.pem"\n')
    with pytest.raises(ConfigurationError, match="does not exist"):
        CliRunner().invoke(simulator, ["--config", written], catch_exceptions=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "70000"),
        ("--region", "moon"),
        ("--mode", "agent"),
        ("--config", "/nonexistent.toml"),
        ("--frobnicate",),
    ],
)
def test_wrong_use_exits_2(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(simulator, list(arguments)).exit_code == 2


def test_help_has_an_example() -> None:
    assert re.search(r"Example: wxpay-v2 simulator", CliRunner().invoke(simulator, ["--help"]).output)
