from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest
from click.testing import CliRunner

from wxpay_v2.cli.scan import scan


@pytest.fixture
def source(tmp_path):
    (tmp_path / "shop.py").write_text(
        "from wechatpy.pay import WeChatPay\npay = WeChatPay('a', 'b', 'c')\n"
        "pay.order.query('1')\npay.transfer.query('1')\n"
    )
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(scan, [str(one) for one in arguments], catch_exceptions=False)


def test_wrong_use_exits_2(tmp_path):
    for arguments in ([], [tmp_path / "nothing"], [tmp_path, "--by", "x"], [tmp_path, "--region", "x"]):
        assert run(*arguments).exit_code == 2


def test_a_call_that_is_not_carried_exits_1_and_names_its_place(source):
    result = run(source)
    assert result.exit_code == 1
    assert "scan.refused.get_transfer_info" in result.output and "shop.py:4" in result.output
    assert "shop.py:3" in result.output and "order_query" in result.output


def test_calls_that_are_carried_exit_0(source):
    (source / "shop.py").write_text("url = 'https://api.mch.weixin.qq.com/pay/orderquery'\n")
    assert run(source, "--by", "file").exit_code == 0


def test_json_html_and_sarif_tell_the_same_places(source, tmp_path):
    told = json.loads(run(source, "--json", "--sarif", tmp_path / "out.sarif").output)
    assert [call["line"] for call in told["facts"]["calls"]] == [2, 3, 4]
    log = json.loads((tmp_path / "out.sarif").read_text())
    assert [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in log["runs"][0]["results"]] == [
        3,
        4,
    ]
    assert run(source, "--html", tmp_path / "out.html").exit_code == 1
    assert "get_transfer_info" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_a_sarif_file_that_cannot_be_written_is_told(source):
    from wxpay_v2.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="cannot be written"):
        run(source, "--sarif", source / "no" / "out.sarif")


def test_region_and_mode_decide_the_fate(source):
    (source / "shop.py").write_text("url = 'https://api.mch.weixin.qq.com/pay/combinedorder'\n")
    assert run(source).exit_code == 1
    assert run(source, "--region", "mainland", "--jobs", "2").exit_code == 0


def test_the_bar_is_drawn_on_a_terminal_only(source):
    command = [sys.executable, "-m", "wxpay_v2", "scan", str(source)]
    silent = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert silent.stderr == b"" and silent.returncode == 1
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        shown = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}, check=False, timeout=60
        )
        os.close(theirs)
        assert b"files" in terminal.read(4096)
    assert shown.returncode == 1 and b"\x1b" not in shown.stdout


def test_help_has_an_example():
    assert "Example: wxpay-v2 scan" in run("--help").output
