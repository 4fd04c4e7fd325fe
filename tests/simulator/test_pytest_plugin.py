from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from wxpay_v2 import Client
from wxpay_v2.simulator import pytest_plugin

PLUGIN = pytest_plugin.__name__


def test_the_fixture_hands_over_a_gateway_that_can_be_paid_against(wxpay_gateway: Any) -> None:
    with Client(wxpay_gateway.merchant, base_url=wxpay_gateway.base_url, verify=wxpay_gateway.ca) as client:
        client.unified_order(
            body="Tea", out_trade_no="T-1", total_fee=100, fee_type="HKD", trade_type="NATIVE",
            spbill_create_ip="203.0.113.7", notify_url="http://127.0.0.1:9/paid",
        )  # fmt: skip
        wxpay_gateway.pay("T-1")
        assert client.order_query(out_trade_no="T-1")["trade_state"] == "SUCCESS"


def test_importing_the_plugin_loads_nothing_heavy() -> None:
    code = (
        f"import sys, {PLUGIN}\n"
        "heavy = {'aiohttp', 'sqlalchemy', 'jinja2', 'segno', 'cryptography', 'requests', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_each_test_has_a_gateway_of_its_own_and_the_certificates_are_shared(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "seen = {}\n"
        "def test_one(wxpay_gateway):\n"
        "    seen['one'] = wxpay_gateway\n"
        "    assert wxpay_gateway.gateway.orders() == []\n"
        "def test_two(wxpay_gateway, wxpay_certificates):\n"
        "    assert wxpay_gateway is not seen['one']\n"
        "    assert wxpay_gateway.merchant.api_key.reveal() != seen['one'].merchant.api_key.reveal()\n"
        "    assert wxpay_gateway.directory == seen['one'].directory == wxpay_certificates\n"
    )
    command = [
        sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:randomly", "-p", "no:cacheprovider",
        "-p", "no:xdist", "--rootdir", str(tmp_path), str(tmp_path),
    ]  # fmt: skip
    if not _installed():
        command[3:3] = ["-p", PLUGIN]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path, env=_environment()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def _installed() -> bool:
    from importlib.metadata import entry_points

    return any(point.value == PLUGIN for point in entry_points(group="pytest11"))


def _environment() -> dict[str, str]:
    import os

    root = str(Path(pytest_plugin.__file__).parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return {**kept, "PYTHONPATH": root}
