"""The picture of the house in the documentation is the one that the imports are held to."""

from __future__ import annotations

import re

from tests.pages import ROOT, page
from tests.test_layers import LAYERS, MODULES, part_of

PAGE = "docs/architecture.rst"


def drawn() -> list[set[str]]:
    """The parts of each row of the picture; a deeper line goes on with the row above."""
    picture = page(PAGE).partition("package to this picture::\n\n")[2].partition("\n\n")[0]
    rows: list[set[str]] = []
    for line in picture.splitlines():
        parts = set(re.findall(r"\w+", re.split(r"\s{3,}", line.strip())[0]))
        if line.startswith("      "):
            rows[-1] |= parts
        else:
            rows.append(parts)
    return rows


def test_the_picture_has_the_layers_that_the_tests_know() -> None:
    there = {part_of(module) for module in MODULES}
    assert drawn() == [row for layer in LAYERS if (row := set(layer.split()) & there)]


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"``([\w/]+\.(?:pyi?|py))``", page(PAGE)))
    assert len(named) > 15
    homes = ("wxpay_v2", "wxpay_v2/simulator", "wxpay_v2/adapters", "docs", ".")
    assert [name for name in named if not any((ROOT / home / name).is_file() for home in homes)] == []
