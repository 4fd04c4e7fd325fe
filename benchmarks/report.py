"""Rows of the comparison, and the three ways they are shown: a table on the terminal, JSON, and the docs' table."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any

from race import Laps
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

PACKAGES = (
    "wechatpy", "weixin-python", "wechatpayv3", "requests", "urllib3", "httpx", "aiohttp", "lxml", "xmltodict",
    "cryptography", "pandas", "polars", "duckdb",
)  # fmt: skip


class Row:
    """One line: a job, what a peer, ours and the limit take for it, and whether the aim is reached.

    peer_takes, ours_takes, limit_takes: seconds, or bytes where unit is "B"; None where there is no limit.
    ratio: how many times ours goes into the peer's. of_limit: how much of the limit's speed ours has, 1 is all.
    aim: the least ratio that is good enough, None for a row that only informs.
    """

    def __init__(
        self, area: str, peer: str, peer_takes: float, ours_takes: float, limit_takes: float | None = None, *,
        ratio: float | None = None, of_limit: float | None = None, aim: float | None = None, unit: str = "s",
    ) -> None:  # fmt: skip
        self.area = area
        self.peer = peer
        self.peer_takes = peer_takes
        self.ours_takes = ours_takes
        self.limit_takes = limit_takes
        self.ratio = ratio if ratio is not None else peer_takes / ours_takes
        self.of_limit = of_limit if of_limit is not None or limit_takes is None else limit_takes / ours_takes
        self.aim = aim
        self.unit = unit

    @classmethod
    def of(
        cls, area: str, peer: str, laps: Laps, *, ours: str = "ours", clock: str = "cpu", aim: float | None = None
    ) -> Row:
        """Return the row that *laps* show for *peer* and the runner *ours* by *clock*."""
        has_limit = "limit" in laps.cpu
        return cls(
            area, peer, laps.seconds(peer, clock), laps.seconds(ours, clock),
            laps.seconds("limit", clock) if has_limit else None, ratio=laps.ratio(peer, ours, clock),
            of_limit=laps.ratio("limit", ours, clock) if has_limit else None, aim=aim,
        )  # fmt: skip

    @property
    def reached(self) -> bool | None:
        """Whether the ratio is at least the aim; None without an aim."""
        return None if self.aim is None else self.ratio >= self.aim

    def cells(self) -> list[str]:
        """Return the row as text: area, peer, its time, ours, the limit, ratio, of the limit, aim, reached."""
        ratio = f"{self.ratio:.2f} x" if self.ratio < 9.995 else f"{self.ratio:.1f} x"
        return [
            self.area, self.peer, _amount(self.peer_takes, self.unit), _amount(self.ours_takes, self.unit),
            _amount(self.limit_takes, self.unit), ratio,
            "" if self.of_limit is None else f"{self.of_limit:.2f}", "" if self.aim is None else f"{self.aim:g} x",
            {None: "", True: "yes", False: "no"}[self.reached],
        ]  # fmt: skip


HEAD = ["job", "peer", "peer's", "ours", "limit", "ratio", "of limit", "aim", "reached"]


def machine() -> str:
    """Return the machine and the versions in one sentence, without a name."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, {python}; {versions}."


def show(rows: list[Row], console: Console) -> None:
    """Print *rows* as a table."""
    table = Table(box=SIMPLE_HEAD, caption=machine(), caption_justify="left")
    for number, name in enumerate(HEAD):
        table.add_column(name, justify="left" if number < 2 else "right", no_wrap=number > 0)
    for row in rows:
        style = {None: "dim", True: "", False: "bold red"}[row.reached]
        table.add_row(*row.cells(), style=style)
    console.print(table)


def as_data(rows: list[Row]) -> dict[str, Any]:
    """Return *rows* and the machine as what JSON can carry."""
    return {"machine": machine(), "rows": [{**vars(row), "reached": row.reached} for row in rows]}


def as_rst(rows: list[Row]) -> str:
    """Return *rows* as the table that docs/performance.rst includes."""
    lines = [
        ".. Written by `make bench ARGS=--write`.", "", machine(), "",
        "Times are medians of CPU seconds a call unless the row says otherwise; a row without an aim only informs.",
        "*ratio*: how often ours goes into the peer's; *of limit*: ours beside the fastest right way by hand.", "",
        ".. list-table::", "   :header-rows: 1", "",
    ]  # fmt: skip
    for cells in [HEAD, *(row.cells() for row in rows)]:
        lines += [f"   {'* -' if number == 0 else '  -'} {cell}".rstrip() for number, cell in enumerate(cells)]
    return "\n".join(lines) + "\n"


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "B":
        return f"{value / (1 << 20):.1f} MiB"
    for factor, name in ((1e6, "us"), (1e3, "ms")):
        if value * factor < 1000:
            return f"{value * factor:.1f} {name}"
    return f"{value:.2f} s"
