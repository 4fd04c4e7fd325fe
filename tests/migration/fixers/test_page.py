"""The how-to page shows what the fixers do, and its commands run."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.migration.fixers.page import PAGE, written
from tests.pages import commands
from wxpay_v2.cli.upgrade_code import upgrade_code


def test_the_page_shows_every_example_as_it_is_rewritten_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "python -m tests.migration.fixers.page"


def test_its_commands_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop").mkdir()
    Path("shop/pay.py").write_text("from wechatpy.pay import WeChatPay\n")
    codes = []
    for name, *arguments in commands("docs/howto/upgrade_code.rst"):
        assert name == "upgrade-code"
        codes.append(CliRunner().invoke(upgrade_code, arguments, catch_exceptions=False).exit_code)
    assert codes == [0, 1, 0]
    assert "wxpay_v2" in Path("shop/pay.py").read_text()
