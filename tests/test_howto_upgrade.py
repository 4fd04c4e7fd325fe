"""The how-to page of the upgrade: its examples, run as they stand, but for the placeholders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pages import blocks, run
from tests.v3 import keys
from wxpay_v2 import Client, V3Account
from wxpay_v2.simulator import Simulator

PAGE = "docs/howto/upgrade.rst"


def test_the_account_is_made_and_upgrades_a_client(
    wxpay_gateway: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("certs").mkdir()
    shutil.copy(wxpay_gateway.directory / "apiclient_key.pem", "certs")
    Path("certs/pub_key.pem").write_bytes(keys.public_pem("platform"))
    code = blocks(PAGE, "python")[0].replace("32 letters and digits", "A" * 32)
    serial = wxpay_gateway.v3_account.serial_no
    code = code.replace("3E27849DB41B62B79B37FFF531A1D3C2EC62471F", serial).replace("_0110...", "_0110")
    names = run(code, {"merchant": wxpay_gateway.merchant})
    assert isinstance(names["account"], V3Account)
    assert names["client"].upgraded is not None


def test_a_request_is_translated_and_losses_are_listed(wxpay_gateway: Simulator) -> None:
    fields = {
        "body": "Tea", "out_trade_no": "T-100001", "total_fee": 100, "fee_type": "HKD", "trade_type": "NATIVE",
        "product_id": "tea", "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
    }  # fmt: skip
    names = run(
        blocks(PAGE, "python")[1],
        {"fields": fields, "merchant": wxpay_gateway.merchant, "account": wxpay_gateway.v3_account},
    )
    assert names["told"].carried, names["told"].faults
    assert names["told"].target == "/v3/global/transactions/native"


def test_an_endpoint_takes_the_upgraded_client(
    wxpay_gateway: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    client = Client(wxpay_gateway.merchant, upgrade=wxpay_gateway.v3_account)
    names = run(blocks(PAGE, "python")[2], {"client": client, "order": print, "on_paid": print})
    assert names["endpoint"].handle("POST", b"{}", {}).status >= 400


def test_a_shops_own_test_speaks_v3_to_the_fixture(wxpay_gateway: Simulator) -> None:
    code = blocks(PAGE, "python")[3].replace("def test_my_shop_over_v3(wxpay_gateway):\n", "if True:\n")
    names = run(code, {"Client": Client, "wxpay_gateway": wxpay_gateway})
    assert names["client"].upgraded is not None
