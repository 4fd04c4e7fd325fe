"""The manual names the operations of API v3 that are answered without state."""

from __future__ import annotations

import re
from textwrap import fill

from tests.simulator.test_canned import MANUAL
from wxpay_v2.simulator.v3 import canned
from wxpay_v2.simulator.v3.effects import effects
from wxpay_v2.v3 import catalogue


def test_the_manual_names_the_operations_that_are_answered_without_state() -> None:
    names = {name for region in catalogue.NAMES for name, effect in effects(region).items() if effect is canned.answer}
    text = MANUAL.read_text(encoding="utf-8")
    section = text.partition("Answered without state, as some")[2].partition("\n.. end of API v3's list\n")[0]
    listed = ", ".join(f"``{name}``" for name in sorted(names))
    assert re.findall(r"``([a-z0-9_]+)``", section) == sorted(names), f"the list must be\n\n{fill(listed, 120)}\n"
