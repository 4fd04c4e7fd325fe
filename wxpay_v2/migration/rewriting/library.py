"""What a library's client takes, calls and raises, and what our Client calls it."""

from __future__ import annotations

from dataclasses import dataclass, field

from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.migration.rewriting.face import Face

__all__ = ["Library", "Method"]


@dataclass(frozen=True)
class Method:
    """A method of the library's client and its twin.

    target: of our Client (``unified_order``, ``cashier.jsapi``). parameters: in their order. wire: what our Client
    calls those that it calls otherwise. needed: the library makes one up where none is given, and we must not.
    refused: given, it has no twin. supplied: what the library sends where none is given, as source text. any_field:
    takes other wire fields by keyword. without: arguments of the client that change what the method does.
    body: its argument is a notification, its result the fields of one.
    """

    target: str
    parameters: tuple[str, ...]
    wire: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    supplied: Mapping[str, str] = field(default_factory=dict)
    any_field: bool = False
    without: frozenset[str] = frozenset()
    body: bool = False

    def name_of(self, given: str) -> str:
        """Return our name of a keyword argument, "" where there is none."""
        if given in self.refused:
            return ""
        if given in self.parameters:
            return self.wire.get(given, given)
        known = {row.name for row in catalogue.find(self.target).request} if self.any_field else set()
        return given if given in known else ""


@dataclass(frozen=True)
class Library:
    """What a Face cannot tell: how the client is made and called, and what it raises.

    makers: dotted names of the client's class. parameters: of the class. merchant: what Merchant calls them. client:
    arguments of Client. off: must be absent or say no. pair: certificate and
    key, given together or not at all. errors: exception -> what takes its place in an except clause.
    with_notifications: the same in files that open notifications, whose rejection is another error.
    """

    face: Face
    makers: frozenset[str]
    parameters: tuple[str, ...]
    merchant: Mapping[str, str]
    client: frozenset[str]
    off: frozenset[str]
    pair: frozenset[str]
    methods: Mapping[str, Method]
    errors: Mapping[str, tuple[str, ...]]
    with_notifications: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, str]]
