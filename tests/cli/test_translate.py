"""wxpay-v2 translate"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.fixtures import signed
from tests.v3 import keys
from wxpay_v2.cli.translate import translate

ORDER = {
    "appid": "wx8888888888888888", "mch_id": "1900000109", "body": "Tea", "out_trade_no": "T-123456",
    "total_fee": "100", "fee_type": "HKD", "trade_type": "NATIVE", "product_id": "9",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "nonce_str": "n",
    "detail": '{"mcc":"5812"}',
}  # fmt: skip


def run(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(translate, list(arguments), catch_exceptions=False, **more)


@pytest.fixture
def order(tmp_path: Path) -> str:
    path = tmp_path / "order.xml"
    path.write_bytes(signed(ORDER))
    return str(path)


@pytest.fixture
def config(tmp_path: Path) -> str:
    key = tmp_path / "apiclient_key.pem"
    key.write_bytes(keys.private_pem(keys.MERCHANT))
    key.chmod(0o600)
    path = tmp_path / "merchant.toml"
    path.write_text(
        f'[merchant]\nappid = "wx8888888888888888"\nmch_id = "1900000109"\napi_key = "{"k" * 32}"\n'
        f'[v3]\nserial_no = "{keys.SERIAL}"\nprivate_key = "apiclient_key.pem"\napi_v3_key = "{keys.V3_KEY}"\n'
        'merchant_category_code = "5812"\n'
    )
    return str(path)


def test_a_recorded_request_is_shown_as_what_it_becomes(order: str) -> None:
    result = run("unified_order", order)
    assert result.exit_code == 0, result.output
    assert "POST /v3/global/transactions/native" in result.output
    assert '"merchant_category_code": "5812"' in result.output
    assert "no product number" in result.output


def test_a_path_names_the_operation_too(order: str) -> None:
    assert "/v3/global/transactions/native" in run("pay/unifiedorder", order).output


def test_a_program_reads_json(order: str) -> None:
    told = json.loads(run("unified_order", order, "--json").output)
    verdicts = {one["name"] or one["v3"]: one["verdict"] for one in told["fields"]}
    assert (told["carried"], told["method"], told["target"]) == (True, "POST", "/v3/global/transactions/native")
    assert verdicts["body"] == "exact"
    assert verdicts["total_fee"] == "derived"
    assert verdicts["merchant_category_code"] == "defaulted"
    assert verdicts["product_id"] == "lost"
    assert verdicts["nonce_str"] == "envelope"


def test_what_cannot_be_carried_ends_with_1_the_reason_and_what_to_do() -> None:
    result = run("short_url", "long_url=weixin://x")
    assert result.exit_code == 1
    assert "shortens no links" in result.output
    assert "do: use the code's link" in result.output


def test_the_configuration_supplies_what_v2_never_had(config: str) -> None:
    arguments = [f"{name}={text}" for name, text in ORDER.items() if name != "detail"]
    assert run("unified_order", *arguments).exit_code == 1
    result = run("unified_order", *arguments, "--config", config)
    assert result.exit_code == 0, result.output
    assert '"merchant_category_code": "5812"' in result.output


def test_a_call_before_it_that_cannot_be_made_is_told(order: str) -> None:
    arguments = [f"{name}={text}" for name, text in {**ORDER, "profit_sharing": "Y"}.items()]
    result = run("unified_order", *arguments)
    assert result.exit_code == 1
    assert "profit_sharing_mark" in result.output


def test_s7_a_payment_code_is_masked() -> None:
    fields = ("body=Tea", "out_trade_no=T-123456", "total_fee=1", "auth_code=134567890123456789",
              "spbill_create_ip=203.0.113.7", 'detail={"mcc":"5812"}')  # fmt: skip
    for more in ((), ("--json",)):
        result = run("micropay", *fields, *more)
        assert result.exit_code == 0, result.output
        assert "134567890123456789" not in result.output


def test_a_mainland_request_of_a_sub_merchant_goes_to_the_partners_call(order: str) -> None:
    arguments = [f"{name}={text}" for name, text in {**ORDER, "fee_type": "CNY", "sub_mch_id": "1900000110"}.items()]
    result = run("unified_order", *arguments, "--region", "mainland")
    assert "/v3/pay/partner/transactions/native" in result.output


PAID = {
    "mchid": "1900000109", "appid": "wx8888888888888888", "id": "42", "out_trade_no": "T-1", "trade_state": "SUCCESS",
    "amount": {"total": 5, "currency": "HKD"}, "payer": {"openid": "oUpF8uMuAJO"},
    "success_time": "2026-03-01T12:00:00+08:00",
}  # fmt: skip


def test_an_answer_is_shown_in_v2s_fields(tmp_path: Path) -> None:
    answer, request = tmp_path / "answer.json", tmp_path / "query.json"
    answer.write_text(json.dumps(PAID))
    request.write_text(json.dumps({"out_trade_no": "T-1"}))
    result = run("--reverse", "order_query", str(answer), "--request", str(request))
    assert result.exit_code == 0, result.output
    assert "transaction_id = 42" in result.output
    assert "time_end = 20260301120000" in result.output
    assert "oUpF8uMuAJO" not in result.output


def test_an_encrypted_notification_is_opened_with_the_configurations_key(tmp_path: Path, config: str) -> None:
    path = tmp_path / "callback.json"
    path.write_text(
        json.dumps({"event_type": "TRANSACTION.SUCCESS", "resource": keys.sealed(json.dumps(PAID).encode())})
    )
    result = run("--reverse", "payment", str(path), "--config", config, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["transaction_id"] == "42"


def test_an_answer_that_only_its_request_explains_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text('{"prepay_id": "wx1"}')
    result = CliRunner().invoke(translate, ["--reverse", "unified_order", str(path)])
    assert result.exit_code == 1
    assert "trade_type is needed" in str(result.exception)
