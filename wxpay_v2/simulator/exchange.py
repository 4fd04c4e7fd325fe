"""One request and its answer, as HTTP has them: what every protocol of the gateway reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Answer", "Exchange"]


@dataclass(frozen=True)
class Exchange:
    """One HTTP request as the gateway sees it. path: without the query. query: raw, without "?".

    peer_certificate: of TLS, as DER, or None. raw: path and query byte for byte as on the wire, which API v3 signs; "":
    as `path` and `query` say.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    peer_certificate: bytes | None = field(default=None, repr=False)
    query: str = field(default="", repr=False)
    raw: str = field(default="", repr=False)

    @property
    def target(self) -> str:
        """Path and query, percent-encoded as they came."""
        return self.raw or (f"{self.path}?{self.query}" if self.query else self.path)

    def header(self, name: str) -> str:
        """Return the header *name*, however its letters are written, "" without one."""
        return next((text for key, text in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Answer:
    """What to send back. delay: seconds to wait before. action: "send", "reset" (break the connection) or "hang".

    canned: the operation has no effect of its own; the answer was made from its row.
    """

    status: int
    body: bytes = field(repr=False)
    headers: dict[str, str]
    delay: float = 0.0
    action: str = "send"
    canned: bool = False
