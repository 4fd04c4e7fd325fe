"""Immutable rows, and the row that says when a field must be there. The catalogue's other words are in `operation`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ABSENT", "ALWAYS", "NEVER", "Required", "Row", "in_modes", "one_of", "stated", "when"]


class Row:
    """An immutable row that prints as its name."""

    __slots__: tuple[str, ...] = ()

    def _fill(self, **columns: object) -> None:
        for column, value in columns.items():
            object.__setattr__(self, column, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} rows are constants")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')}>"

    def __copy__(self) -> Row:
        return self

    def __deepcopy__(self, memo: object) -> Row:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), {column: getattr(self, column) for column in self.columns()}))

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of all columns, the inherited ones first."""
        return tuple(column for kind in reversed(cls.__mro__) for column in kind.__dict__.get("__slots__", ()))


def _rebuild(kind: type[Row], columns: dict[str, object]) -> Row:
    row = kind.__new__(kind)
    row._fill(**columns)
    return row


class Required(Row):
    """When a field must be there.

    kind: "always", "never", "modes" (names are access modes), "one of" (names are the fields of which one is needed),
    "when" (another field, names[0], has one of `values`), "stated" (a condition in words that is not enforced).
    condition: of "one of", a field and the values with which it applies; () applies always.
    words: the condition for a reader.
    """

    __slots__ = ("condition", "kind", "names", "values", "words")
    kind: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    condition: tuple[str, ...]
    words: str

    def __init__(
        self, kind: str, names: tuple[str, ...] = (), values: tuple[str, ...] = (), words: str = "",
        condition: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self._fill(kind=kind, names=names, values=values, condition=condition, words=words or kind)

    def __repr__(self) -> str:
        return f"<Required {self.words}>"


ALWAYS = Required("always")
NEVER = Required("never", words="optional")


def in_modes(*modes: str) -> Required:
    """Required in these access modes."""
    return Required("modes", modes, words="in " + " or ".join(modes).replace("_", " ") + " mode")


def one_of(*names: str, condition: tuple[str, ...] = ()) -> Required:
    """At least one of the fields *names* is required; with a *condition*, a field and values, only when it has one."""
    told = f" when {condition[0]} is {' or '.join(condition[1:])}" if condition else ""
    return Required("one of", names, words="one of " + ", ".join(names) + told, condition=condition)


def when(name: str, *values: str) -> Required:
    """Required when the field *name* has one of *values*; ABSENT stands for a field that is not sent."""
    told = " or ".join("absent" if value == ABSENT else value for value in values)
    return Required("when", (name,), values, words=f"when {name} is {told}")


def stated(words: str) -> Required:
    """A condition the pages state in words, told to readers and not enforced: the pages disagree with the field."""
    return Required("stated", words=words)


ABSENT = "\0absent"
