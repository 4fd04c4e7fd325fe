from __future__ import annotations

import dataclasses

import pytest

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.migration.finding import BLOCKER, LEVELS, Finding


def test_another_level_is_refused() -> None:
    for level in ("error", "good", "", "BLOCKER"):
        with pytest.raises(InvalidRequest, match="a blocker, a warning, a note"):
            Finding("a.b", level, "here", "what")


def test_a_finding_does_not_change() -> None:
    found = Finding("a.b", BLOCKER, "here", "what")
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.level = "note"  # type: ignore[misc]


@pytest.mark.parametrize("level", LEVELS)
def test_a_program_reads_all_of_a_finding(level: str) -> None:
    told = Finding("a.b", level, "shop.py:3", "what", "do this").as_dict()
    assert told == {"id": "a.b", "level": level, "place": "shop.py:3", "message": "what", "hint": "do this"}
