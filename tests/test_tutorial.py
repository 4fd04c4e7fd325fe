"""The tutorial's program, as it stands on the page, runs and prints what the page says."""

from __future__ import annotations

import re
import socket
import textwrap
from pathlib import Path

import pytest

from wxpay_v2 import InvalidRequest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial.rst"


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^\.\. code-block:: {language}\n\n((?:   .*\n|\n)+)", PAGE.read_text(encoding="utf-8"), re.M)
    return [textwrap.dedent(block).strip() + "\n" for block in found]


def test_the_tutorial_runs_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    begin, mistake, payer, notification, refund, broken, _real_gateway = blocks("python")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    begin, notification = begin.replace("8000", port), notification.replace("8000", port)
    mistake = "import pytest\nwith pytest.raises(InvalidRequest) as caught:\n" + textwrap.indent(mistake, "    ")
    inside = "".join(textwrap.indent(block, "    ") for block in (mistake, payer, notification, refund, broken))
    names: dict[str, object] = {"InvalidRequest": InvalidRequest}
    exec(compile(begin + inside, str(PAGE), "exec"), names)  # noqa: S102
    link, unpaid, paid, time, booked, refund_state, unknown, resolved = capsys.readouterr().out.splitlines()
    assert link.startswith("weixin://")
    assert unpaid == "NOTPAY"
    assert re.fullmatch(r"SUCCESS 4\d+", paid)
    assert time.endswith("+08:00")
    assert re.fullmatch(r"paid: <Payment 4\d+ of T-1: 100 HKD>", booked)
    assert refund_state == "SUCCESS 30"
    assert "'out_refund_no': 'R-2'" in unknown
    assert resolved == "SUCCESS"
    (shown,) = blocks("text")
    told = f"wxpay_v2.errors.InvalidRequest: {names['caught'].value}"  # type: ignore[attr-defined]
    assert " ".join(shown.split()) == " ".join(told.split())
