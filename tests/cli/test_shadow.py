"""wxpay-v2 shadow report"""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from wxpay_v2.cli.shadow import shadow

EQUAL = {"operation": "order_query", "verdict": "equal", "v2": "done", "v3": "done", "v2_us": 900, "v3_us": 1500}
DIFFERENT = {
    **EQUAL, "verdict": "different", "numbers": {"out_trade_no": "T-1"},
    "differences": [{"name": "total_fee", "reason": "", "v2": "1", "v3": "2"}],
}  # fmt: skip


def run(folder: Path, entries: list[dict[str, object]], *arguments: str) -> Result:
    path = folder / "shadow.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in entries))
    return CliRunner().invoke(shadow, ["report", str(path), *arguments], catch_exceptions=False)


def test_equal_answers_end_with_0(tmp_path: Path) -> None:
    result = run(tmp_path, [EQUAL, EQUAL])
    assert result.exit_code == 0, result.output
    assert "nothing found that stands in the way" in result.output


def test_a_difference_ends_with_1_both_values_and_whom_to_ask_about(tmp_path: Path) -> None:
    result = run(tmp_path, [EQUAL, DIFFERENT])
    assert result.exit_code == 1
    assert "total_fee differs: v2 1, v3 2 (asked about T-1)" in result.output


def test_a_program_reads_json(tmp_path: Path) -> None:
    told = json.loads(
        run(tmp_path, [EQUAL, {"operation": "refund", "verdict": "skipped", "number": 7}], "--json").output
    )
    assert told["facts"]["counts"] == {"order_query": {"equal": 1}, "refund": {"skipped": 7}}


def test_several_files_are_added_up(tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(EQUAL) + "\n")
    told = json.loads(run(tmp_path, [EQUAL], str(other), "--json").output)
    assert told["facts"]["counts"] == {"order_query": {"equal": 2}}
