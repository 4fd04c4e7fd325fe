"""A place that speaks API v2, as the finders tell it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CALL", "CASHIER", "CLIENT", "CONFIGURATION", "CONSULTED", "ENDPOINT", "HAND_WRITTEN", "KINDS", "NOTIFICATION",
    "Site", "Unread",
]  # fmt: skip

CALL = "call"  # a library's method that makes a v2 call
ENDPOINT = "endpoint"  # the path of a v2 call, written out
NOTIFICATION = "notification"  # a notification of the gateway, read or checked
CASHIER = "cashier"  # what the payer's side needs, signed with the v2 key
CLIENT = "client"  # where a library's client is made, or made a subclass of
CONFIGURATION = "configuration"  # the name of a setting that only v2 has, or the gateway's host alone
KINDS = (CALL, ENDPOINT, NOTIFICATION, CASHIER, CLIENT, CONFIGURATION)

# Kinds that something becomes of under API v3; the others go with them.
CONSULTED = frozenset((CALL, ENDPOINT, NOTIFICATION, CASHIER))

HAND_WRITTEN = ""  # in the place of a library


@dataclass(frozen=True, order=True)
class Site:
    """line, column: from 1, in characters. end: the column after it, on that line.

    text: what stands there, and no more of the line, for keys may stand beside it.

    library: as on its package index, HAND_WRITTEN for none. operation: v2's name of it; "payment" or "refund" of a
    notification; "" where it cannot be told. certain: False where only names and arguments speak for it.
    """

    path: str
    line: int
    column: int
    end: int
    kind: str
    library: str
    operation: str
    text: str
    certain: bool = True


@dataclass(frozen=True)
class Unread:
    """A file, or a part of one, that was not read as it should be. severe: it may hold calls that are not told."""

    path: str
    line: int
    reason: str
    severe: bool = True
