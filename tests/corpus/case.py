"""What a case is, and the list they all go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["CASES", "Case", "add", "note"]


class Case(NamedTuple):
    """One input. expected: accept, malformed, signature, mismatch, unknown, refused, invalid or configuration.

    door: "notification" (bytes posted to the notify_url, then `messages.ORDER` asked about), "reply" (bytes answered
    to a call), "write" (fields to be sealed), "request" (fields of an operation), "merchant" (what a Merchant is made
    of), "statement", "settlements" or "comments" (bytes of one). setting: the merchant's appid, sub_mch_id and
    sign_type, the order, the operation with its fields, the status of the reply.
    """

    name: str
    door: str
    given: Any
    expected: str
    why: str
    setting: Mapping[str, Any]


CASES: list[Case] = []


def add(door: str, name: str, given: Any, expected: str, why: str, **setting: Any) -> None:
    CASES.append(Case(f"{door}: {name}", door, given, expected, why, setting))


def note(name: str, body: bytes, expected: str, why: str, **setting: Any) -> None:
    """Add bytes that are posted to the notify_url."""
    add("notification", name, body, expected, why, **setting)
