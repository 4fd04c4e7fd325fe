"""What an expression of Python code can hold, as far as API v2 is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from wxpay_v2.migration.scanning.libraries import FUNCTIONS, LibraryClass, classes_at
from wxpay_v2.migration.scanning.python_modules import Class, Function, Module

__all__ = [
    "NOTHING", "Client", "File", "Giver", "Items", "Method", "Name", "Own", "Routine", "Type", "Values", "made_of",
    "of_library",
]  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A dotted name of a library."""

    dotted: str


@dataclass(frozen=True)
class Type:
    """A library's class."""

    row: LibraryClass


@dataclass(frozen=True)
class Client:
    """What a library's class makes."""

    row: LibraryClass


@dataclass(frozen=True)
class Method:
    row: LibraryClass
    name: str


@dataclass(frozen=True)
class Own:
    """A class that is read, or what it makes."""

    of: Class
    made: bool


@dataclass(frozen=True)
class Routine:
    of: Function
    bound: bool


@dataclass(frozen=True)
class File:
    of: Module


@dataclass(frozen=True)
class Items:
    """What holds *value* among others."""

    value: object


@dataclass(frozen=True)
class Giver:
    """Called, it gives *value*: a dict's get, a partial."""

    value: object


Values = frozenset[object]
NOTHING: Values = frozenset()


def of_library(dotted: str) -> Values:
    """Return what a dotted name of one of the libraries stands for."""
    found = classes_at(dotted)
    if found:
        return frozenset(Type(row) for row in found)
    alone = FUNCTIONS.get((dotted.partition(".")[0], dotted.rpartition(".")[2]))
    if alone is not None:
        row = LibraryClass("", alone[0], dotted.partition(".")[0], {dotted.rpartition(".")[2]: alone[1:]})
        return frozenset((Method(row, dotted.rpartition(".")[2]),))
    return frozenset((Name(dotted),))


def made_of(value: object) -> tuple[object, ...]:
    """Return what the class *value* makes, nothing for what is no class."""
    if isinstance(value, Type):
        return (Client(value.row),)
    return (Own(value.of, True),) if isinstance(value, Own) else ()
