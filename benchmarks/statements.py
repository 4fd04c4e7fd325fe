"""A statement read: every row's texts, and every row's values; each reading in a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import statement
from report import Row


def rows(count: int, rounds: int) -> list[Row]:
    """Return the rows for a statement of *count* rows; the limit is not measured here."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        path.write_bytes(statement.make_statement(count))
        laps, answers = statement.laps(path, rounds, ["wechatpy", "ours", "typed"])
    assert answers["ours"][0] == answers["typed"][0] == count
    return [
        Row.of(f"statement, {count:,} rows, texts", "wechatpy", laps, aim=6.0),
        Row.of(f"statement, {count:,} rows, values", "wechatpy", laps, ours="typed", aim=3.5),
    ]
