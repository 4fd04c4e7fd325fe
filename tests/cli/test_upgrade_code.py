from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from wxpay_v2.cli.upgrade_code import upgrade_code

BEFORE = "from wechatpy.pay import WeChatPay  # 支付\n"
AFTER = "from wxpay_v2.compat.wechatpy.pay import WeChatPay  # 支付\n"
KEY = "192006250b4c09247ec02edce69f6a2d"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "pay.py").write_text(BEFORE, encoding="utf-8")
    (folder / "broken.py").write_text("import wechatpy\nprint 1\n")
    return folder


def run(*arguments: str, code: int = 0, color: bool = False) -> Result:
    result = CliRunner().invoke(upgrade_code, arguments, catch_exceptions=False, color=color)
    assert result.exit_code == code, result.output
    return result


def text(folder: Path) -> str:
    return (folder / "pay.py").read_text(encoding="utf-8")


# What it refuses.


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["shop"], "say --check, --diff or --write"),
        (["--check"], "Missing argument"),
        (["--check", "nowhere"], "does not exist"),
        (["--check", "--to", "v3", "shop"], "Invalid value"),
    ],
)
def test_wrong_use_exits_2(shop: Path, arguments: list[str], why: str) -> None:
    assert why in run(*arguments, code=2).output
    assert text(shop) == BEFORE


def test_a_file_that_cannot_be_written_is_told_and_exits_1(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run("shop", "--write", code=1)
    assert "cannot be written: No space left on device" in result.output
    assert text(shop) == BEFORE


def test_without_libcst_the_extra_is_named(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxpay_v2.errors import MissingExtra

    for name in [name for name in sys.modules if name.startswith("wxpay_v2.migration.") or name == "libcst"]:
        if name.split(".")[2:3] not in (["finding"], ["report"], ["sources"]):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "libcst", None)
    monkeypatch.delattr("wxpay_v2.migration.codemod", raising=False)
    monkeypatch.delattr("wxpay_v2.migration.fixers", raising=False)
    monkeypatch.delattr("wxpay_v2.migration.rewriting", raising=False)
    with pytest.raises(MissingExtra, match=r"needs libcst \(pip install 'wxpay-v2\[migration\]'\)"):
        run("shop", "--check")


# What it does.


def test_check_exits_1_when_something_would_change_and_0_after_a_write(shop: Path) -> None:
    result = run("shop", "--check", code=1)
    assert str(Path("shop", "pay.py")) in result.output
    assert "1  files to change" in result.output
    assert text(shop) == BEFORE
    assert "1  files changed" in run("shop", "--write").output
    assert text(shop) == AFTER
    assert "0  files to change" in run("shop", "--check").output


def test_a_diff_goes_to_standard_output_alone_and_what_was_left_alone_to_standard_error(shop: Path) -> None:
    result = run("shop", "--diff")
    name = "shop/pay.py"
    assert result.stdout == f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-{BEFORE}+{AFTER}"
    assert "broken.py: left alone: Python" in result.stderr
    assert text(shop) == BEFORE


def test_a_diff_has_colours_on_a_terminal(shop: Path) -> None:
    coloured = run("shop", "--diff", color=True).stdout
    assert "\x1b[31m-from wechatpy" in coloured
    assert "\x1b[32m+from wxpay_v2" in coloured


def test_programs_read_json(shop: Path) -> None:
    told = json.loads(run("shop", "--check", "--json", code=1).stdout)
    (change,) = told["facts"]["changes"]
    assert change["path"] == str(Path("shop", "pay.py"))
    assert "+from wxpay_v2" in change["diff"]
    assert [finding["id"] for finding in told["findings"]] == ["upgrade-code.unreadable"]
    assert json.loads(run("shop", "--diff", "--json").stdout) == {**told, "facts": {**told["facts"], "action": "diff"}}


def test_the_report_is_one_page(shop: Path) -> None:
    run("shop", "--check", "--html", "report.html", code=1)
    page = Path("report.html").read_text(encoding="utf-8")
    assert "pay.py" in page


def test_native_goes_further_and_tells_no_key(shop: Path) -> None:
    (shop / "pay.py").write_text(
        "from wechatpy.pay import WeChatPay\n\npay = WeChatPay(A, B, C)\npay.order.close('1')\n"
    )
    (shop / "settings.py").write_text(f'import os\nWECHAT_API_KEY = "{KEY}"\n')
    result = run("shop", "--write", "--to", "native")
    assert "pay.close_order(out_trade_no='1')" in text(shop)
    assert "WXPAY_V2_API_KEY" in result.output
    assert KEY not in result.output
    run("shop", "--check", "--to", "native")


def test_a_terminal_sees_which_file_is_read(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, width=80)
    monkeypatch.setattr("wxpay_v2.cli.upgrade_code.Console", lambda *, stderr: terminal)
    result = run("shop", "--diff")
    assert "files: " in shown.getvalue()
    assert "files: " not in result.stdout


def test_help_shows_an_example() -> None:
    assert "wxpay-v2 upgrade-code shop/ --diff" in run("--help").output
