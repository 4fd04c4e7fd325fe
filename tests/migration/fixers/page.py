"""The how-to page's list of rewrites, made from the fixers' own examples.

``python -m tests.migration.fixers.page`` writes it anew.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from wxpay_v2.migration.fixers import FIXERS
from wxpay_v2.migration.rewriting.code import Example, Fixer

PAGE = Path(__file__).resolve().parents[3] / "docs" / "howto" / "upgrade_code.rst"
HEADING = "The rewrites\n------------\n\n"


def section(fixer: Fixer) -> str:
    """Return what the page says of *fixer*: what it does, each example as a diff, and where it stops."""
    parts = [f"{fixer.title}\n{'~' * len(fixer.title)}\n", f"``{fixer.name}``, at the {fixer.level} level.\n"]
    for example in fixer.examples:
        parts.append(f"{example.title}:\n")
        parts.append(".. code-block:: diff\n\n" + "".join(f"   {line}".rstrip() + "\n" for line in diff(example)))
    parts.append("It stops, and leaves alone:\n")
    for example in fixer.stops:
        parts.append(f"* {example.title} (``{example.finding}``):\n")
        lines = example.before.rstrip().splitlines()
        parts.append("  .. code-block:: python\n\n" + "".join(f"     {line}".rstrip() + "\n" for line in lines))
    return "\n".join(parts)


def diff(example: Example) -> list[str]:
    lines = difflib.unified_diff(example.before.splitlines(), example.after.splitlines(), lineterm="", n=2)
    return list(lines)[2:]


def written() -> str:
    """Return the page with its list as it must be."""
    head = PAGE.read_text(encoding="utf-8").partition(HEADING)[0]
    return head + HEADING + "\n".join(section(fixer) for fixer in FIXERS)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
