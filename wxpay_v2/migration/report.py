"""What a migration tool found, in one style for all of them: JSON for programs, one HTML file to mail.

The terminal's face of it is in ``wxpay_v2.cli.reports``. Texts may come from anybody's code, records or requests: they
are shown as plain text everywhere, whatever they hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from wxpay_v2.errors import InvalidRequest, MissingExtra, quoted
from wxpay_v2.migration.finding import BLOCKER, GOOD, LEVELS, WARNING, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

__all__ = ["Cell", "Figure", "Report", "Table", "in_digits", "plain"]

Cell = str | int | None

_PARTS = re.compile(r"(?<=[/_.:])(?=.)")


@dataclass(frozen=True)
class Figure:
    """One number (or word) that the reader should see first. level: BLOCKER, WARNING, NOTE, GOOD or "".

    A count of 0 has no level, whatever is said.
    """

    label: str
    value: Cell
    level: str = ""

    def __post_init__(self) -> None:
        if self.level not in ("", GOOD, *LEVELS):
            raise InvalidRequest(f"no such level of a figure: {quoted(self.level)}")
        if self.value in (0, "", None) and self.level != GOOD:
            object.__setattr__(self, "level", "")


@dataclass(frozen=True)
class Table:
    """Rows under columns; integers are set at the right in groups of three digits. note: what to know to read it.

    bars: the name of a column of integers that HTML also draws. Raises InvalidRequest when a row has other cells than
    there are columns, or no column has the name *bars*.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    bars: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise InvalidRequest(f"each row of {quoted(self.title)} must have {len(self.columns)} cells")
        if self.bars and self.bars not in self.columns:
            raise InvalidRequest(f"{quoted(self.title)} has no column {quoted(self.bars)}")

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold integers alone."""
        cells = ([row[index] for row in self.rows if row[index] is not None] for index in range(len(self.columns)))
        return tuple(bool(column) and all(isinstance(cell, int) for cell in column) for column in cells)

    @property
    def largest(self) -> int:
        """The largest number of the column that is drawn, at least 1."""
        index = self.columns.index(self.bars) if self.bars else None
        cells = (row[index] for row in self.rows) if index is not None else iter(())
        return max((1, *(cell for cell in cells if isinstance(cell, int))))

    def share(self, cell: int) -> float:
        """Return *cell* as a percentage of `largest`: 0, or at least 0.7 so that what there is shows."""
        return max(0.7, 100 * cell / self.largest) if cell > 0 else 0.0


@dataclass(frozen=True)
class Report:
    """title: what was done. subject: what it was done to. facts: JSON-able, for programs only."""

    title: str
    subject: str = field(default="", kw_only=True)
    figures: Sequence[Figure] = field(default=(), kw_only=True)
    findings: Sequence[Finding] = field(default=(), kw_only=True)
    tables: Sequence[Table] = field(default=(), kw_only=True)
    facts: Mapping[str, Any] | None = field(default=None, kw_only=True)

    def of(self, level: str) -> list[Finding]:
        """Return the findings of *level*, in the order in which they were given."""
        return [finding for finding in self.findings if finding.level == level]

    @property
    def exit_status(self) -> int:
        """1 when a finding is a blocker, or a figure's level is one; else 0."""
        levels = {finding.level for finding in self.findings} | {figure.level for figure in self.figures}
        return int(BLOCKER in levels)

    @property
    def level(self) -> str:
        """BLOCKER, WARNING or GOOD: how the whole of it is to be taken."""
        return BLOCKER if self.exit_status else WARNING if self.of(WARNING) else GOOD

    @property
    def verdict(self) -> str:
        """How many findings there are of each level, in words."""
        counts = [(len(self.of(level)), level) for level in LEVELS]
        told = [f"{count} {level}{'s' if count > 1 else ''}" for count, level in counts if count]
        return ", ".join(told) or "nothing found that stands in the way"

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "title": self.title,
            "subject": self.subject,
            "exit_status": self.exit_status,
            "figures": [asdict(figure) for figure in self.figures],
            "findings": [finding.as_dict() for finding in self.findings],
            "tables": [
                {"title": table.title, "columns": [*table.columns], "rows": [[*row] for row in table.rows],
                 "note": table.note}
                for table in self.tables
            ],
            "facts": dict(self.facts or {}),
        }  # fmt: skip

    def json(self) -> str:
        """Return all of it as JSON in ASCII."""
        return json.dumps(self.as_dict(), indent=2)

    def html(self, *, made: str = "") -> str:
        """Return one page that needs nothing else. made: when, in words. Raises MissingExtra without Jinja2."""
        groups = [(level, self.of(level)) for level in LEVELS]
        return _environment().get_template("report.html").render(report=self, groups=groups, made=made)


def plain(value: object) -> str:
    """Return *value* as text that shows what it holds: what does not print (controls, turned writing) is escaped."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else " " if letter in "\r\n\t" else f"\\u{{{ord(letter):x}}}" for letter in text
    )


def in_digits(cell: Cell) -> str:
    """Return a cell as it is shown: integers in groups of three digits, "-" for None."""
    if cell is None:
        return "-"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else plain(cell)


def _breakable(text: str) -> Markup:
    """Return *text* with places where a line may end: in a path or a name, after what parts it."""
    from markupsafe import Markup

    return Markup("<wbr>").join(_PARTS.split(plain(text)))


@cache
def _environment() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError:
        raise MissingExtra("an HTML report needs Jinja2", remedy="pip install 'wxpay-v2[migration]'") from None
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wxpay_v2.migration"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
    )
    environment.filters["digits"] = in_digits
    environment.filters["breakable"] = _breakable
    return environment
