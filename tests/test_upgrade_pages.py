"""The page of every field's fate is made from the rules, whole."""

from __future__ import annotations

import importlib.util
import re
from functools import cache

from docutils.core import publish_doctree

from tests.pages import ROOT, page
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.error_codes import CODES
from wxpay_v2.upgrade.rules import NoEquivalent, Upgrade


@cache
def text() -> str:
    spec = importlib.util.spec_from_file_location("upgrade_pages", ROOT / "docs" / "upgrade_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    told: str = module.page()
    return told


def test_every_field_of_every_rule_is_on_it() -> None:
    for name in catalogue.CARRIED:
        upgrade = catalogue.find(name)
        assert isinstance(upgrade, Upgrade)
        section = text().partition(f"\n{name}\n")[2]
        for rule in (*upgrade.request, *upgrade.answer):
            for field in rule.names:
                assert f"``{field}``" in section, (name, field)
            assert rule.reason in section


def test_every_error_and_every_call_without_an_equivalent_is_on_it() -> None:
    for rule in CODES:
        assert f"``{rule.code}``" in text()
    for name, row in catalogue.ABSENT.items():
        assert isinstance(row, NoEquivalent)
        assert f"``{name}``" in text()
        assert row.reason in text()


def test_it_is_restructured_text_without_a_fault() -> None:
    plain = re.sub(r":doc:`([^`]*)`", r"\1", text())
    publish_doctree(plain, settings_overrides={"halt_level": 2, "report_level": 5})


def test_the_guide_leads_to_it() -> None:
    assert "/_generated/upgrade/fields" in page("docs/howto/upgrade.rst")
    assert "_generated/upgrade/fields" in page("docs/index.rst")
