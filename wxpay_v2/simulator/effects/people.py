"""The people behind openids. Nothing is known of them, and all is well with them, until the act `set_person` says more.

A person is a record of kind "person" under the openid, the same for all merchants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = ["ACTS", "charge", "facts", "set_person"]

KIND = "person"
_FACTS = ("appid", "real_name", "cred_id", "verified", "balance", "accepts_transfers")


def facts(book: Book, openid: str) -> Mapping[str, Any]:
    """Return what is known of the person: names of `set_person`, without those that nobody has said."""
    known = _record(book, openid)
    return {} if known is None else known.data


def charge(book: Book, openid: str, amount: int) -> bool:
    """Take *amount* of what the person has, and say whether it was enough. Whose balance nobody knows has enough."""
    known = _record(book, openid)
    if known is None or known.data.get("balance") is None:
        return True
    rest = known.data["balance"] - amount
    if rest >= 0:
        book.records.change(known, balance=rest)
    return bool(rest >= 0)


def set_person(book: Book, setting: Setting, *, openid: str, **known: Any) -> dict[str, Any]:
    """Say what is true of a person, and return all that is known.

    appid: the only one that the openid is of. real_name, cred_id: as in the document. verified: False without a
    verified name. balance: what deductions can take, in fen; None for enough. accepts_transfers: False makes them fail.
    """
    strange = sorted(known.keys() - set(_FACTS))
    if strange or not openid:
        raise NotPayable(f"a person has an openid and {', '.join(_FACTS)}, not {', '.join(strange)}")
    record = _record(book, openid)
    if record is None:
        return dict(book.records.put(KIND, "", openid, "KNOWN", known).data)
    return dict(book.records.change(record, **known).data)


def _record(book: Book, openid: str) -> Record | None:
    return book.records.get(KIND, "", openid) if openid else None


ACTS = {"set_person": set_person}
