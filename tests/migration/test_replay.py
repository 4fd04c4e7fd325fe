"""Each recorded request gets a verdict; 0 of those that are carried are refused by the simulator for their form."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.migration import traffic
from tests.pages import commands, page
from wxpay_v2 import ConfigurationError
from wxpay_v2.cli.replay import replay as command
from wxpay_v2.cli.replay import simulated
from wxpay_v2.migration.recordings import Recorded
from wxpay_v2.migration.replay import VERDICTS, Summary, Work, judge, replay
from wxpay_v2.operation import Operation
from wxpay_v2.simulator import Simulator

IDS = {"appid": "wx8888888888888888", "mch_id": "1900000109"}


def recorded(path: str, **fields: str) -> Recorded:
    return Recorded(f"{path}:1", path, {**IDS, **fields})


def verdict(one: Recorded, region: str = "mainland", **settings: Any) -> str:
    return judge(one, None, region, None, **settings).verdict


def test_each_kind_of_verdict() -> None:
    order = {
        "body": "Tea", "out_trade_no": "T-123456", "total_fee": "100", "trade_type": "JSAPI", "openid": "o1",
        "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
    }  # fmt: skip
    assert verdict(recorded("/pay/orderquery", out_trade_no="T-123456")) == "exact"
    assert verdict(recorded("/pay/unifiedorder", **order, fee_type="CNY")) == "derived"
    assert verdict(recorded("/pay/unifiedorder", **order)) == "defaulted"
    assert verdict(recorded("/pay/unifiedorder", **order, product_id="tea")) == "lost"
    assert verdict(recorded("/pay/unifiedorder", **order), "global") == "refused"
    assert verdict(recorded("/tools/shorturl", long_url="weixin://x")) == "refused"
    assert verdict(recorded("/pay/orderquery", mch_id="not a number", out_trade_no="T-1")) == "refused"
    assert verdict(recorded("", out_trade_no="T-1")) == "undecided"
    assert verdict(recorded("/pay/nothing", out_trade_no="T-1")) == "undecided"
    assert verdict(Recorded("x:1", "", {}, "not well-formed")) == "unreadable"
    assert verdict(recorded("/pay/orderquery", out_trade_no="T-123456"), check=lambda row, fields: "no") == "rejected"


def test_a_refusal_says_why_and_no_value_is_repeated() -> None:
    told = judge(recorded("/tools/shorturl", long_url="weixin://secret"), None, "global", None)
    assert "shortens no links" in told.reasons[0]
    assert told.remedy
    assert "secret" not in json.dumps(told.as_dict())


def test_several_processes_say_the_same_in_the_same_order() -> None:
    asked = [Recorded(f"log:{n}", path, fields) for n, (path, fields) in enumerate(traffic.requests(1200), 1)]
    work = Work(None, "global")
    alone = list(replay(asked, work))
    assert list(replay(asked, work, jobs=2)) == alone
    assert [one.place for one in alone] == [one.place for one in asked]


def test_answers_are_passed_over() -> None:
    answer = Recorded("x:1", "/pay/orderquery", {"return_code": "SUCCESS"})
    assert list(replay([answer, recorded("/pay/orderquery", out_trade_no="T-1")], Work(None, "mainland"))) != []
    assert list(replay([answer], Work(None, "mainland"))) == []


def test_what_the_v3_table_supplies_counts_before_there_are_keys(tmp_path: Path) -> None:
    config = tmp_path / "merchant.toml"
    ids = f'appid = "{IDS["appid"]}"\nmch_id = "{IDS["mch_id"]}"\napi_key = "{"0" * 32}"\n'
    order = recorded(
        "/pay/unifiedorder", body="Tea", out_trade_no="T-123456", total_fee="100", fee_type="HKD", trade_type="JSAPI",
        openid="o1", spbill_create_ip="203.0.113.7", notify_url="https://shop.example/pay",
    )  # fmt: skip
    verdicts = []
    for table in ("", "[v3]\n", '[v3]\nmerchant_category_code = "5812"\n'):
        config.write_text(f"[merchant]\n{ids}{table}")
        verdicts += [one.verdict for one in replay([order], Work(str(config), "global"))]
    assert verdicts == ["refused", "refused", "defaulted"]
    config.write_text(f'[merchant]\n{ids}[v3]\nmerchant_category_code = "none"\n')
    with pytest.raises(ConfigurationError, match="merchant_category_code has four digits"):
        list(replay([order], Work(str(config), "global")))


def test_settings_that_are_wrong_are_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[merchant]\nappid = 'x'\n")
    with pytest.raises(ConfigurationError):
        list(replay([], Work(str(tmp_path / "bad.toml"), "global"), jobs=2))


@pytest.mark.parametrize("region", ["global", "mainland"])
def test_nothing_that_is_carried_is_refused_for_its_form(region: str) -> None:
    asked = (
        Recorded(f"log:{n}", path, fields) for n, (path, fields) in enumerate(traffic.requests(300, region=region))
    )
    told = list(replay(asked, Work(None, region, simulated)))
    assert Counter(one.verdict for one in told).keys() <= {"exact", "derived", "defaulted", "lost"}
    assert [one for one in told if one.reasons] == []


def test_what_the_simulator_would_refuse_is_found() -> None:
    taker = simulated("mainland")
    row = recorded("/pay/orderquery")

    def check(operation: Operation, fields: Any) -> str:
        return taker.check(operation, {**fields, "out_trade_no": "T-1\n"})

    told = judge(row._replace(fields={**row.fields, "out_trade_no": "T-123456"}), None, "mainland", None, check)
    assert told.verdict == "rejected"


def test_a_summary_counts_by_operation_and_by_reason() -> None:
    summary = Summary()
    for one in replay(
        [recorded("/tools/shorturl", long_url=f"weixin://{n}") for n in range(3)]
        + [recorded("/pay/orderquery", out_trade_no="T-123456"), recorded("")],
        Work(None, "mainland"),
    ):
        summary.add(one)
    report = summary.report("a log", 0.5)
    assert (summary.total, summary.carried) == (5, 1)
    assert report.exit_status == 1
    assert [finding.id for finding in report.findings] == ["replay.refused", "replay.undecided"]
    assert report.findings[0].place == "short_url, 3 requests, first at /tools/shorturl:1"
    assert report.facts is not None
    assert report.facts["a_minute"] == 600


def test_a_log_without_a_request_is_no_good_news() -> None:
    report = Summary().report("a log")
    assert [finding.id for finding in report.findings] == ["replay.nothing"]
    assert (report.level, report.exit_status) == ("warning", 0)


# The command.


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command, list(arguments))


def test_a_log_is_replayed_and_each_verdict_written(wxpay_gateway: Simulator, tmp_path: Path) -> None:
    (tmp_path / "requests.log").write_bytes(b"".join(traffic.log(50)))
    wxpay_gateway.write_settings(tmp_path / "merchant.toml")
    out = tmp_path / "verdicts.jsonl"
    told = run(str(tmp_path / "requests.log"), "--config", str(tmp_path / "merchant.toml"), "--out", str(out), "--json")
    facts = json.loads(told.stdout)["facts"]
    assert facts["total"] == 50 == len(out.read_text().splitlines())
    assert {"place", "operation", "verdict", "call"} <= json.loads(out.read_text().splitlines()[0]).keys()


def test_a_refused_request_ends_with_1_and_wrong_use_with_2(tmp_path: Path) -> None:
    (tmp_path / "requests.log").write_text('{"path": "tools/shorturl", "request": {"long_url": "weixin://x"}}\n')
    assert run(str(tmp_path / "requests.log")).exit_code == 1
    assert run(str(tmp_path / "nowhere.log")).exit_code == 2
    assert "Examples" in run("--help").output


def test_verdicts_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "requests.log").write_bytes(b"".join(traffic.log(2)))
    result = run(str(tmp_path / "requests.log"), "--out", "/dev/full")
    assert isinstance(result.exception, ConfigurationError)


def test_the_page_names_every_verdict_and_its_commands_run() -> None:
    text = page("docs/howto/replay.rst")
    for word in VERDICTS:
        assert re.search(rf"^{word} +\S", text, re.MULTILINE), word
    shown = commands("docs/howto/replay.rst")
    assert [arguments[0] for arguments in shown] == ["replay"] * 3
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for arguments in shown for word in arguments if word.startswith("--")} <= known
