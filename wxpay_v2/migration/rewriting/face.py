"""A library and its face: which dotted names have a twin in `wxpay_v2.compat`."""

from __future__ import annotations

from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MIXED", "MOVES", "NEUTRAL", "OTHER", "SHARED", "UNKNOWN", "Face"]

# What a dotted name of a library is.
MOVES = "moves"  # its face has it
SHARED = "shared"  # an exception that both halves of the library raise
OTHER = "other"  # another half of the library, which stays
NEUTRAL = "neutral"  # of use to both, raises nothing
MIXED = "mixed"  # a module that holds several of these
UNKNOWN = "unknown"  # not in the face


@dataclass(frozen=True)
class Face:
    """A library and its face.

    library: its name on the package index. package: what is imported. home: the face. whole: modules (with what is
    under them) that the face has, name for name. moves, shared, neutral: single dotted names. mixed: modules of which
    only some names move. rest: what everything else is. dependents: packages that build upon the library, whose
    exceptions stay its own. markers: names that only another library of the same package name has. keywords: of a
    class, what may be given by keyword; with another one it is another library's.
    """

    library: str
    package: str
    home: str
    whole: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    neutral: frozenset[str] = frozenset()
    mixed: frozenset[str] = frozenset()
    rest: str = OTHER
    dependents: frozenset[str] = frozenset()
    markers: frozenset[str] = frozenset()
    keywords: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def kind(self, name: str) -> str:
        """Return what the dotted *name* is."""
        if name in self.mixed:
            return MIXED
        head = name
        while head:
            for kind, known in (
                (MOVES, self.moves), (SHARED, self.shared), (NEUTRAL, self.neutral), (MOVES, self.whole),
            ):  # fmt: skip
                if head in known:
                    return kind
            head = head.rpartition(".")[0]
        return self.rest

    def moved(self, name: str) -> str:
        """Return where the face has *name*."""
        return self.home + name[len(self.package) :]

    def original(self, name: str) -> str:
        """Return *name* as the library has it, whether it is the library's or the face's."""
        inside = name == self.home or name.startswith(f"{self.home}.")
        return self.package + name[len(self.home) :] if inside else name

    def names(self) -> list[str]:
        """Return every dotted name that the face must have."""
        return sorted(self.moved(name) for name in self.whole | self.moves | self.shared)
