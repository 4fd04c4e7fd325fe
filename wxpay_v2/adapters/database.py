"""The booking store in a database: SQLite for one machine, PostgreSQL for many workers. One table, no other state.

The primary key (mch_id, kind, subject, number) is the arbiter: of two workers that append to a subject one wins, and
the other, run again, finds what the first one did. A handler inside the transaction sees the entry and its own writes
become durable in one commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from wxpay_v2.adapters.booking import (
    ALARM,
    BOOKED,
    BUSY,
    DONE,
    PENDING,
    RESOLVED,
    Entry,
    as_alarm,
    checked_number,
    decide,
)
from wxpay_v2.clock import Clock
from wxpay_v2.database import Database
from wxpay_v2.errors import ConfigurationError, quoted

__all__ = ["Bookings", "metadata", "table"]

metadata = MetaData()
table = Table(
    "wxpay_bookings",
    metadata,
    Column("mch_id", String(32), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("identity", String(64), nullable=False),
    Column("final", Boolean, nullable=False),
    Column("out_trade_no", String(64), nullable=False, index=True),
    Column("total_fee", BigInteger),
    Column("fee_type", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reason", String(256), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("busy_until", Float(53), nullable=False),
    Column("booked_at", Float(53), nullable=False),
)

_RUNS = 20  # of one booking that other workers got ahead of


class _Overtaken(Exception):
    """Another worker changed the subject between our look and our write."""


class Bookings:
    """A `Store` in SQLite or PostgreSQL, by SQLAlchemy. Safe for threads, processes and forks.

    database_url: ``sqlite:///bookings.db``, ``postgresql+psycopg://user@host/shop``; "sqlite://" is in memory.
    lease: seconds after which a pending effect outside the database counts as cut off; longer than the slowest handler.
    wait: most seconds to wait for a lock, well below the gateway's 5. create: make the table where it is missing.
    Raises ConfigurationError for another kind of database or one that cannot be opened, MissingExtra for a driver that
    is not installed.
    `book`, `find`, `unresolved` and `resolve` raise SQLAlchemyError while the database cannot be reached.
    """

    def __init__(
        self,
        database_url: str,
        *,
        lease: float = 60.0,
        wait: float = 3.0,
        create: bool = True,
        clock: Clock | None = None,
    ) -> None:
        if isinstance(lease, bool) or not isinstance(lease, (int, float)) or not 0 < lease <= 86400:
            raise ConfigurationError(f"lease must be seconds above 0, got {quoted(lease)}")
        self._database = Database(database_url, wait, metadata if create else None)
        self._engine = self._database.engine
        self._begin = self._database.begin
        self._lease = lease
        self._clock = clock or Clock()

    def book(self, entry: Entry, effect: Callable[[Any, int], object], *, outside: bool = False) -> str:
        for _ in range(_RUNS):
            try:
                return self._outside(entry, effect) if outside else self._inside(entry, effect)
            except _Overtaken:
                continue
        return BUSY

    def _inside(self, entry: Entry, effect: Callable[[Any, int], object]) -> str:
        with self._begin() as connection:
            verdict, claimed = self._claim(connection, replace(entry, state=DONE))
            if verdict == BOOKED:
                effect(connection, claimed.attempts)
                # A handler that swallowed a database error, or ended the transaction, must not pass for durable.
                mine = select(table.c.state).where(_subject(claimed), table.c.number == claimed.number)
                if connection.execute(mine).scalar() != DONE:
                    raise ConfigurationError(
                        "the handler ended the transaction it was given", remedy="use begin_nested() for a savepoint"
                    )
        return verdict

    def _outside(self, entry: Entry, effect: Callable[[Any, int], object]) -> str:
        with self._begin() as connection:
            verdict, claimed = self._claim(connection, replace(entry, state=PENDING))
        if verdict == BOOKED:
            try:
                effect(None, claimed.attempts)
            except BaseException:
                self._leave(claimed, PENDING)
                raise
            self._leave(claimed, DONE)
        return verdict

    def _claim(self, connection: Connection, entry: Entry) -> tuple[str, Entry]:
        """Write what `decide` says of *entry*, and return it with the entry as it now stands."""
        rows = connection.execute(select(table).where(_subject(entry)).order_by(table.c.number))
        entries = [Entry(**row._mapping) for row in rows]
        now = self._clock.time()
        verdict, kept = decide(entries, entry, now)
        if verdict == BOOKED and kept is not None:
            entry = replace(kept, state=entry.state, attempts=kept.attempts + 1, busy_until=now + self._lease)
            self._change(connection, kept, entry)
        elif kept is None:
            if verdict == ALARM:
                entry = as_alarm(entry, entries)
            busy_until = now + self._lease if entry.state == PENDING else 0.0
            entry = replace(entry, number=len(entries) + 1, attempts=1, busy_until=busy_until, booked_at=now)
            try:
                connection.execute(insert(table).values(asdict(entry)))
            except IntegrityError:
                raise _Overtaken from None
        return verdict, entry

    def _change(self, connection: Connection, kept: Entry, entry: Entry) -> None:
        """Write *entry* over *kept*, if that is what still stands there."""
        done = connection.execute(
            update(table)
            .where(_subject(kept), table.c.number == kept.number)
            .where(table.c.state == kept.state, table.c.attempts == kept.attempts)
            .values(state=entry.state, attempts=entry.attempts, busy_until=entry.busy_until)
        )
        if done.rowcount != 1:
            raise _Overtaken

    def _leave(self, claimed: Entry, state: str) -> None:
        """Note how an effect outside ended, unless another worker took it over meanwhile."""
        try:
            with self._begin() as connection:
                self._change(connection, claimed, replace(claimed, state=state, busy_until=0.0))
        except _Overtaken:
            pass

    def find(self, out_trade_no: str, mch_id: str = "") -> list[Entry]:
        wanted = table.c.out_trade_no == checked_number("out_trade_no", out_trade_no)
        return self._read(and_(wanted, table.c.mch_id == checked_number("mch_id", mch_id)) if mch_id else wanted)

    def unresolved(self) -> list[Entry]:
        late = and_(table.c.state == PENDING, table.c.busy_until <= self._clock.time())
        return self._read(or_(table.c.state == ALARM, late))

    def resolve(self, entry: Entry) -> None:
        with self._begin() as connection:
            connection.execute(
                update(table)
                .where(_subject(entry), table.c.number == entry.number, table.c.state.in_((PENDING, ALARM)))
                .values(state=RESOLVED)
            )

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _read(self, wanted: ColumnElement[bool]) -> list[Entry]:
        with self._begin() as connection:
            rows = connection.execute(select(table).where(wanted).order_by(table.c.booked_at, table.c.number))
            return [Entry(**row._mapping) for row in rows]

    def __repr__(self) -> str:
        return f"<Bookings {self._database!r}>"


def _subject(entry: Entry) -> ColumnElement[bool]:
    return and_(table.c.mch_id == entry.mch_id, table.c.kind == entry.kind, table.c.subject == entry.subject)
