"""What a migration tool found: how grave it is, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from wxpay_v2.errors import InvalidRequest, quoted

__all__ = ["BLOCKER", "GOOD", "LEVELS", "NOTE", "WARNING", "Finding"]

BLOCKER = "blocker"
WARNING = "warning"
NOTE = "note"
LEVELS = (BLOCKER, WARNING, NOTE)
"""Of findings, gravest first: it fails as it is; it will fail, or costs something; good to know."""
GOOD = "good"
"""Of a figure in a report, never of a finding."""


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should know.

    id: stable, for programs and for lists of what is accepted: "readiness.certificate.self_signed". level: BLOCKER,
    WARNING or NOTE. place: a file and line, a setting, a merchant, an operation. message: one sentence, without a
    secret. hint: what to do. Raises InvalidRequest for another level.
    """

    id: str
    level: str
    place: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise InvalidRequest(f"a finding is a {', a '.join(LEVELS)}, not {quoted(self.level)}")

    def as_dict(self) -> dict[str, str]:
        """Return the finding for JSON."""
        return asdict(self)
