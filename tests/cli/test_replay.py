"""wxpay-v2 replay"""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tests.fixtures import AUTH_CODE, KEY, signed
from tests.migration import traffic
from wxpay_v2.cli.replay import replay

IDS = {"appid": traffic.APPID, "mch_id": traffic.MCH_ID, "nonce_str": "n" * 32}
QUERY = b"POST /pay/orderquery " + signed({**IDS, "out_trade_no": "T-123456"}, KEY) + b"\n"
PAY = b"POST /pay/micropay " + signed(
    {**IDS, "body": "Tea", "out_trade_no": "T-123456", "total_fee": "1", "fee_type": "HKD", "auth_code": AUTH_CODE,
     "spbill_create_ip": "203.0.113.7"}, KEY,
) + b"\n"  # fmt: skip


def run(folder: Path, log: bytes, *arguments: str) -> Result:
    path = folder / "requests.log"
    path.write_bytes(log)
    return CliRunner().invoke(replay, [str(path), *arguments], catch_exceptions=False)


def test_what_is_carried_ends_with_0(tmp_path: Path) -> None:
    result = run(tmp_path, QUERY)
    assert result.exit_code == 0, result.output
    assert "nothing found that stands in the way" in result.output


def test_what_is_refused_ends_with_1_and_the_setting_that_is_missing(tmp_path: Path) -> None:
    result = run(tmp_path, QUERY + PAY)
    assert result.exit_code == 1
    assert "do: set V3Account(merchant_category_code=...)" in result.output


def test_no_value_of_a_request_is_printed_or_written(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.jsonl"
    shown = run(
        tmp_path, QUERY + PAY.replace(b"<total_fee>1<", f"<total_fee>{AUTH_CODE}x<".encode()), "--out", str(out)
    )
    for text in (shown.output, out.read_text(encoding="utf-8")):
        assert AUTH_CODE not in text
        assert "T-123456" not in text
        assert KEY not in text
    verdicts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["operation"], one["verdict"]) for one in verdicts] == [
        ("order_query", "exact"),
        ("micropay", "refused"),
    ]


def test_the_simulator_takes_the_form_of_what_is_translated(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, b"".join(traffic.log(60)), "--simulator", "--json").output)["facts"]
    assert told["total"] == 60
    assert "rejected" not in told["verdicts"]
    assert "refused" not in told["verdicts"]


def test_two_processes_give_the_verdicts_in_the_order_of_the_log(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.jsonl"
    run(tmp_path, (QUERY + PAY) * 2, "--jobs", "2", "--out", str(out))
    verdicts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [one["operation"] for one in verdicts] == ["order_query", "micropay"] * 2
    assert [one["place"].rpartition(":")[2] for one in verdicts] == ["1", "2", "3", "4"]
