"""A statement read: every row's texts, and every row's values."""

from __future__ import annotations

import statement
from race import Runner, race
from report import Row


def rows(count: int, rounds: int) -> list[Row]:
    """Return the rows for a statement of *count* rows; the limit is not measured here."""
    data = statement.make_statement(count)
    assert statement.ours_text(data)[0] == statement.ours_typed(data)[0] == count
    runners: dict[str, Runner] = {
        "ours": lambda: statement.ours_text(data),
        "typed": lambda: statement.ours_typed(data),
        "wechatpy": lambda: statement.peer_text(data),
    }
    laps = race(runners, rounds=rounds, calls=1)
    return [
        Row.of(f"statement, {count:,} rows, texts", "wechatpy", laps, aim=6.0),
        Row.of(f"statement, {count:,} rows, values", "wechatpy", laps, ours="typed", aim=3.5),
    ]
