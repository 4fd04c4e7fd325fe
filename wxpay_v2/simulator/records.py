"""What families beside orders and refunds keep in the books: records with a state, under numbers that are used once.

An effect has one transaction, its `Book`; ``book.records`` and ``book.funds`` (see funds.py) write in it. So a record,
the money it moves and the order it belongs to change together, or not at all::

    def transfer(call, book, setting):
        fields, mch_id = call.fields, call.account.mch_id
        known = book.records.get("transfer", mch_id, fields["partner_trade_no"])
        if known is None:
            known = book.records.put(
                "transfer", mch_id, fields["partner_trade_no"], "PROCESSING",
                {"request": parameters(fields), "amount": int(fields["amount"])},
                reference=new_payment_no(), due_at=book.now + 10,
            )
            try:
                book.funds.move("transfer", fund(mch_id), payer_account(openid), amount, "CNY", record=known)
            except NotEnough:
                raise Refusal("NOTENOUGH") from None        # and nothing of the above was done
        elif known.data["request"] != parameters(fields):
            raise Refusal("...")                            # same number, other parameters
        return {"partner_trade_no": known.number, "payment_no": known.reference}

kind
    A noun, the same in every module: "contract", "deduction", "transfer", "red_pack", "coupon", "customs",
    "sub_merchant", "deposit", "profit_sharing", "receiver", "combined_order". A family that has several kinds of things
    (stocks and coupons) has several kinds.
number
    The merchant's number, up to 128 characters, once per (kind, mch_id). What has no number of its own is filed under
    what names it: a receiver under ``"PERSONAL_OPENID:o123"``.
reference
    The gateway's own number (payment_no, contract_id, send_listid), once per kind; "" where there is none.
parent
    What many records have in common and are listed by: the transaction_id, the stock, the plan; "" where nothing is.
state
    Of the kind's own life, in the words of its pages. `Records.transition` says from which states to which one.
data
    Anything JSON can carry; amounts are int in the smallest unit. It comes back equal, tuples as lists.
due_at
    When the gateway does something by itself (a red pack goes back after 24 hours): `Records.due` lists what is due,
    and whoever carries it out sets another moment, or None.

Two workers: `put` of a number that another worker has put meanwhile, and `transition` or `change` of a record that
another worker has changed meanwhile, make `Ledger.run` run the whole effect again, which then finds what the other did.
So look first (`get`), and do not catch these errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update

from wxpay_v2.simulator.deadlines import RECORD, is_due
from wxpay_v2.simulator.queries import Access, Insertion, Query, given
from wxpay_v2.simulator.states import IllegalTransition
from wxpay_v2.simulator.tables import records

__all__ = ["KEEP", "Record", "Records"]

KEEP: Any = object()
"""For `due_at`: as it is."""


_OF_KIND = select(records).where(records.c.kind == given("kind"))
_BY_NUMBER = Query(_OF_KIND.where(records.c.mch_id == given("whose"), records.c.number == given("number")))
_BY_REFERENCE = Query(_OF_KIND.where(records.c.reference == given("reference")))
_PUT = Insertion(records)
_CHANGE = Query(
    update(records)
    .where(records.c.id == given("which"), records.c.revision == given("seen"))
    .values(
        {name: given(f"new_{name}") for name in ("state", "data", "changed", "revision", "due_at", "reference")},
    )
)


@lru_cache(maxsize=64)
def _due_of(kinds: tuple[str, ...]) -> Query:
    due = select(records).where(records.c.kind.in_(kinds), records.c.due_at <= given("now"))
    return Query(due.order_by(records.c.due_at, records.c.id))


_NAMES = tuple(column.name for column in records.c)


@dataclass(frozen=True)
class Record:
    """A record as it was read. created, changed, due_at: Unix seconds. revision: how often it was changed."""

    id: int
    kind: str
    mch_id: str
    number: str
    reference: str
    parent: str
    state: str
    data: Mapping[str, Any] = field(repr=False)
    created: float
    changed: float
    due_at: float | None
    revision: int


Listing = list[Record]


class Records:
    """The records of one transaction. now: Unix seconds of everything written in it."""

    def __init__(self, access: Access, now: float) -> None:
        self._access = access
        self._now = now

    def get(self, kind: str, mch_id: str, number: str) -> Record | None:
        """Return the record under the merchant's number, None when there is none."""
        row = self._access.row(_BY_NUMBER, kind=kind, whose=mch_id, number=number)
        return None if row is None else _record(row)

    def referred(self, kind: str, reference: str, *, mch_id: str | None = None) -> Record | None:
        """Return the record with the gateway's number *reference*; with mch_id only that merchant's."""
        row = self._access.row(_BY_REFERENCE, kind=kind, reference=reference) if reference else None
        found = None if row is None else _record(row)
        return found if found is not None and mch_id in (None, found.mch_id) else None

    def list(
        self,
        kind: str,
        *,
        mch_id: str | None = None,
        parent: str | None = None,
        states: tuple[str, ...] = (),
        since: float | None = None,
        until: float | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> Listing:
        """Return the records of *kind* that meet every condition given, oldest first.

        since, until: `created` from *since* on, before *until*. offset, limit: of the list.
        """
        conditions: list[Any] = [records.c.kind == kind]
        for name, value in (("mch_id", mch_id), ("parent", parent)):
            if value is not None:
                conditions.append(records.c[name] == value)
        if states:
            conditions.append(records.c.state.in_(states))
        if since is not None:
            conditions.append(records.c.created >= since)
        if until is not None:
            conditions.append(records.c.created < until)
        return self._read(*conditions, offset=offset, limit=limit)

    def due(self, *kinds: str) -> Listing:
        """Return the records of *kinds* whose time has come, longest due first."""
        if not is_due(self._access, RECORD, self._now):
            return []
        return [_record(row) for row in self._access.rows(_due_of(kinds), now=self._now)]

    def put(
        self,
        kind: str,
        mch_id: str,
        number: str,
        state: str,
        data: Mapping[str, Any] | None = None,
        *,
        reference: str = "",
        parent: str = "",
        due_at: float | None = None,
    ) -> Record:
        """Write a new record and return it. Raises sqlalchemy's IntegrityError when the number is taken."""
        text = json.dumps(dict(data or {}))
        columns = {
            "kind": kind, "mch_id": mch_id, "number": number, "reference": reference or None, "parent": parent,
            "state": state, "data": text, "created": self._now, "changed": self._now, "due_at": due_at, "revision": 0,
        }  # fmt: skip
        key = self._access.insert(_PUT, **columns)
        return Record(**{**columns, "id": key, "reference": reference, "data": json.loads(text)})

    def transition(
        self,
        record: Record,
        before: str | tuple[str, ...],
        after: str,
        *,
        due_at: float | None = KEEP,
        reference: str = "",
        **data: Any,
    ) -> Record:
        """Take *record* from a state of *before* to *after*, and return it as it is then.

        data: names of `data` that change with it. due_at: KEEP leaves it. reference: given once it is known.
        Raises IllegalTransition when *record* is in another state, or is not any more what it was when it was read.
        """
        if record.state not in ((before,) if isinstance(before, str) else before):
            raise IllegalTransition(f"{record.kind} {record.number} is {record.state}, and cannot become {after}")
        text = json.dumps({**record.data, **data})
        columns: dict[str, Any] = {
            "state": after, "data": text, "changed": self._now, "revision": record.revision + 1,
            "due_at": record.due_at if due_at is KEEP else due_at, "reference": reference or record.reference or None,
        }  # fmt: skip
        new = {f"new_{name}": value for name, value in columns.items()}
        refusal = f"{record.kind} {record.number} was changed by another worker"
        self._access.carry(_CHANGE, refusal, which=record.id, seen=record.revision, **new)
        unchanged = {name: getattr(record, name) for name in ("id", "kind", "mch_id", "number", "parent", "created")}
        return Record(**{**unchanged, **columns, "reference": columns["reference"] or "", "data": json.loads(text)})

    def change(self, record: Record, *, due_at: float | None = KEEP, **data: Any) -> Record:
        """Change names of `data` and when it is due, not the state. Raises IllegalTransition as `transition` does."""
        return self.transition(record, record.state, record.state, due_at=due_at, **data)

    def _read(self, *conditions: Any, offset: int = 0, limit: int | None = None) -> Listing:
        query = select(records).where(*conditions).order_by(records.c.id)
        if offset:
            query = query.offset(offset)
        if limit is not None:
            query = query.limit(limit)
        return [_record(row) for row in self._access.connection.execute(query)]


def _record(row: Any) -> Record:
    told = dict(zip(_NAMES, row, strict=True))
    return Record(**{**told, "reference": told["reference"] or "", "data": json.loads(told["data"])})
