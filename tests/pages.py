"""What the written pages show: their code, headings, links and words, for the tests that run and compare them."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def page(name: str) -> str:
    """Return the text of the file *name*, a path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the code blocks in *language* of the file *name*, as they stand there, without their indentation."""
    found = re.findall(rf"^\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)", page(name), re.MULTILINE)
    return [textwrap.dedent(block).strip() + "\n" for block in found]


def run(block: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run *block* with *names* at hand, and return what it leaves behind."""
    exec(compile(block, "a code block", "exec"), names)  # noqa: S102 - our own pages
    return names


def commands(name: str) -> list[list[str]]:
    """Return the arguments of every ``$ wxpay-v2 ...`` of the file *name*, comments left out."""
    lines = [line for block in blocks(name, "console") for line in block.splitlines()]
    return [shlex.split(line[2:], comments=True)[1:] for line in lines if line.startswith("$ wxpay-v2 ")]
