"""wxpay-v2 demo: the main job as `make demo` runs it."""

from __future__ import annotations

import re

from click.testing import CliRunner

from wxpay_v2.cli.demo import demo


def test_the_main_job_runs_through_and_shows_each_step(tmp_path):
    picture = tmp_path / "demo.svg"
    result = CliRunner().invoke(demo, ["--svg", str(picture)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "WRONG" not in result.output
    assert "12 steps, all as they should be" in result.output
    for told in (
        "code_url=weixin://", "trade_state=SUCCESS", "refund_status=SUCCESS", "refund_status_0=SUCCESS",
        "<Paid <Payment", "reversed", "signed", "took",
    ):  # fmt: skip
        assert told in result.output
    assert re.search(r"refused\s+SignatureInvalid", result.output)
    assert picture.stat().st_size > 10_000


def test_nothing_secret_is_shown(monkeypatch):
    from wxpay_v2.simulator import running

    shown: list[str] = []
    original = running.Simulator.__enter__

    def entered(self):
        simulator = original(self)
        shown.append(simulator.merchant.api_key.reveal())
        return simulator

    monkeypatch.setattr(running.Simulator, "__enter__", entered)
    result = CliRunner().invoke(demo, [], catch_exceptions=False)
    assert shown
    assert not any(key in result.output for key in shown)
    assert not re.search(r"auth_code=[0-9]", result.output)


def test_the_same_job_over_v3_differs_in_nothing_but_what_is_named():
    result = CliRunner().invoke(demo, ["--upgrade"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "DIFFERENT" not in result.output
    assert "WRONG" not in result.output
    assert "over API v3 the same, but for what is named" in result.output
    assert "POST /v3/global/transactions/native" in result.output
    for told in ("lost:", "API v3", "tells rates inside orders"):
        assert told in result.output
