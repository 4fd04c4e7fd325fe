"""The shop of 2018 after ``wxpay-v2 upgrade-code --write``: it imports our face, and nothing stands in for wechatpy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.example_shops import test_legacy_shop as legacy
from tests.example_shops.test_legacy_shop import Mall, books
from wxpay_v2.cli.upgrade_code import upgrade_code
from wxpay_v2.migration.codemod import FACE, NATIVE, upgrade
from wxpay_v2.migration.finding import NOTE

__all__ = ["books"]  # a fixture of the other file's


def rewritten(directory: Path) -> Path:
    """A copy of the shop, rewritten; a second run finds nothing to do."""
    shop = directory / "legacy_shop"
    shutil.copytree(legacy.SHOP, shop, ignore=shutil.ignore_patterns("__pycache__"))
    for action in ("--write", "--check"):
        told = CliRunner().invoke(upgrade_code, [str(shop), action], catch_exceptions=False)
        assert told.exit_code == 0, told.output
    return shop


@pytest.fixture(scope="module", params=[legacy.OVER_V2, legacy.OVER_V3])
def mall(request: pytest.FixtureRequest, books: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mall]:
    """The rewritten shop, started without ``-m wxpay_v2.compat``."""
    directory = tmp_path_factory.mktemp(f"rewritten-{request.param}")
    with legacy.running(request.param, directory, books, shop=rewritten(directory)) as shop:
        yield shop


def test_what_no_key_has_signed_is_refused(mall: Mall) -> None:
    """The clause catches the face's InvalidSignatureException, beside the one of wechatpy's other half."""
    legacy.test_what_no_key_has_signed_is_refused_on_all_three(mall)


def test_a_code_without_money_is_told_as_such(mall: Mall) -> None:
    """The clause catches the face's WeChatPayException, with its code and its words."""
    legacy.test_a_code_without_money_is_told_as_such(mall)


def test_the_list_asks_about_those_that_nobody_told_of(mall: Mall) -> None:
    legacy.test_the_list_asks_about_those_that_nobody_told_of(mall)


def test_a_customer_pays_by_code_and_the_shop_refunds(mall: Mall, chrome: Any) -> None:
    legacy.test_a_customer_pays_by_code_and_the_shop_refunds(mall, chrome)


def test_native_leaves_a_subclassed_client_at_the_face() -> None:
    face, native = (upgrade([legacy.SHOP], level) for level in (FACE, NATIVE))
    assert [change.path.name for change in face.changes] == ["views.py", "wxpay.py"]
    assert native.changes == face.changes
    assert {finding.level for finding in native.findings} == {NOTE}
