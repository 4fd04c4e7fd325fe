"""Origins: which protocol made an order, a refund, a prepay_id; durable, and agreed on by every worker.

A record belongs to a key: (mch_id, the wire's name of the number, the number). It is written before anything leaves,
never changes once a second call relied on it, and wins over whatever percentage holds later.
"""

from __future__ import annotations

import threading

from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, MissingExtra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from sqlalchemy import Table

    Key = tuple[str, str, str]
    Record = tuple[Key, str, float]

    class Store(Protocol):
        """Where records are kept. Bring your own by writing these four methods; each is one atomic step.

        Whatever they raise means that the store cannot be asked: nothing is sent then.
        """

        def claim(self, key: Key, protocol: str) -> tuple[str, int]:
            """Record *protocol* unless the key has a record; return what stands, and how often it was claimed by now.

            1 is for the caller that made the record, and for nobody else, ever.
            """

        def find(self, keys: Sequence[Key]) -> dict[Key, str]:
            """Return the protocols of those *keys* that have a record which is not over."""

        def move(self, key: Key, before: str, after: str) -> bool:
            """Change a record that says *before* and was claimed once; return False, and do nothing, otherwise."""

        def note(self, records: Sequence[Record]) -> None:
            """Record each (key, protocol, lasts) whose key has no record; lasts: seconds, 0 for ever."""


__all__ = ["V2", "V3", "MemoryOrigins", "Origins", "metadata"]

V2, V3 = "v2", "v3"

_RUNS = 20  # of one claim that another worker undid; nobody deletes that often
_SWEEP_SECONDS = 3600.0


class MemoryOrigins:
    """A `Store` for one process: gone with it, unknown to every other worker. Safe for threads."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self._records: dict[Key, list[Any]] = {}  # protocol, claims, until
        self._clock = clock or Clock()
        self._turn = threading.Lock()
        self._swept = 0.0

    def claim(self, key: Key, protocol: str) -> tuple[str, int]:
        with self._turn:
            record = self._records.setdefault(key, [protocol, 0, 0.0])
            record[1] += 1
            return record[0], record[1]

    def find(self, keys: Sequence[Key]) -> dict[Key, str]:
        now = self._clock.time()
        found = {key: record for key in keys if (record := self._records.get(key)) is not None}
        return {key: record[0] for key, record in found.items() if not 0 < record[2] <= now}

    def move(self, key: Key, before: str, after: str) -> bool:
        with self._turn:
            record = self._records.get(key)
            if record is None or record[:2] != [before, 1]:
                return False
            record[0] = after
            return True

    def note(self, records: Sequence[Record]) -> None:
        now = self._clock.time()
        with self._turn:
            for key, protocol, lasts in records:
                self._records.setdefault(key, [protocol, 1, now + lasts if lasts else 0.0])
            if now - self._swept >= _SWEEP_SECONDS:
                self._swept = now
                for key in [key for key, record in self._records.items() if 0 < record[2] <= now]:
                    del self._records[key]

    def __repr__(self) -> str:
        return f"<MemoryOrigins {len(self._records)}>"


_tables: tuple[Any, Any] | None = None


def metadata() -> Any:
    """Return SQLAlchemy's description of the table, for migrations. Raises MissingExtra without SQLAlchemy."""
    return _described()[0]


def _described() -> tuple[Any, Table]:
    global _tables
    if _tables is None:
        try:
            from sqlalchemy import Column, Float, Integer, MetaData, String, Table
        except ModuleNotFoundError:
            raise MissingExtra(
                "a store of origins in a database needs SQLAlchemy", remedy="pip install 'wxpay-v2[booking]'"
            ) from None
        described = MetaData()
        table = Table(
            "wxpay_origins",
            described,
            Column("mch_id", String(32), primary_key=True),
            Column("kind", String(32), primary_key=True),
            Column("number", String(128), primary_key=True),
            Column("protocol", String(8), nullable=False),
            Column("claims", Integer, nullable=False),
            Column("made_at", Float(53), nullable=False),
            Column("until", Float(53), nullable=False, index=True),
        )
        _tables = described, table
    return _tables


class Origins:
    """A `Store` in SQLite or PostgreSQL, by SQLAlchemy. Safe for threads, processes and forks.

    database_url: ``sqlite:///shop.db``, ``postgresql+psycopg://user@host/shop``; "sqlite://" is in memory. wait: most
    seconds to wait for a lock. create: make the table ``wxpay_origins`` where it is missing.
    Raises ConfigurationError for another kind of database or one that cannot be opened, MissingExtra for what is not
    installed. The methods raise SQLAlchemyError while the database cannot be reached.
    """

    def __init__(
        self, database_url: str, *, wait: float = 3.0, create: bool = True, clock: Clock | None = None
    ) -> None:
        tables, self._table = _described()
        from wxpay_v2.database import Database

        self._database = Database(database_url, wait, tables if create else None)
        self._engine = self._database.engine
        self._begin = self._database.begin
        self._clock = clock or Clock()
        self._swept = 0.0

    def claim(self, key: Key, protocol: str) -> tuple[str, int]:
        for _ in range(_RUNS):
            if self._insert(key, protocol):
                return protocol, 1
            again = self._claim_again(key)
            if again is not None:
                return again
        raise ConfigurationError("a record of the store of origins comes and goes", remedy="find out who deletes them")

    def _claim_again(self, key: Key) -> tuple[str, int] | None:
        from sqlalchemy import select, update

        table = self._table
        with self._begin() as connection:
            connection.execute(update(table).where(self._is(key)).values(claims=table.c.claims + 1))
            row = connection.execute(select(table.c.protocol, table.c.claims).where(self._is(key))).first()
        return (row.protocol, row.claims) if row is not None else None

    def _insert(self, key: Key, protocol: str, lasts: float = 0.0) -> bool:
        """Write a record; False when there is one. The primary key decides, so that two workers agree."""
        from sqlalchemy import insert
        from sqlalchemy.exc import IntegrityError

        mch_id, kind, number = key
        now = self._clock.time()
        values = {"mch_id": mch_id, "kind": kind, "number": number, "protocol": protocol, "claims": 1, "made_at": now}
        try:
            with self._begin() as connection:
                connection.execute(insert(self._table).values(**values, until=now + lasts if lasts else 0.0))
        except IntegrityError:
            return False
        return True

    def find(self, keys: Sequence[Key]) -> dict[Key, str]:
        if not keys:
            return {}
        from sqlalchemy import or_, select

        table = self._table
        with self._begin() as connection:
            rows = connection.execute(
                select(table.c.mch_id, table.c.kind, table.c.number, table.c.protocol)
                .where(or_(*map(self._is, keys)))
                .where((table.c.until == 0) | (table.c.until > self._clock.time()))
            ).all()
        return {(row.mch_id, row.kind, row.number): row.protocol for row in rows}

    def move(self, key: Key, before: str, after: str) -> bool:
        from sqlalchemy import update

        table = self._table
        with self._begin() as connection:
            done = connection.execute(
                update(table)
                .where(self._is(key), table.c.protocol == before, table.c.claims == 1)
                .values(protocol=after)
            )
        return bool(done.rowcount == 1)

    def note(self, records: Sequence[Record]) -> None:
        known = self.find([key for key, _, _ in records])
        for key, protocol, lasts in records:
            if key not in known:
                self._insert(key, protocol, lasts)
        self._sweep()

    def _sweep(self) -> None:
        """Delete what is over, now and then."""
        from sqlalchemy import delete

        now = self._clock.time()
        if now - self._swept >= _SWEEP_SECONDS:
            self._swept = now
            with self._begin() as connection:
                until = self._table.c.until
                connection.execute(delete(self._table).where(until > 0, until <= now))

    def forget(self, before: float) -> int:
        """Delete the records made before *before*, in Unix seconds, and return how many.

        What is forgotten counts as made over v2: forget no order that may still be closed, reversed or refunded.
        """
        from sqlalchemy import delete

        with self._begin() as connection:
            return connection.execute(delete(self._table).where(self._table.c.made_at < before)).rowcount

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _is(self, key: Key) -> Any:
        from sqlalchemy import and_

        columns = self._table.c
        return and_(columns.mch_id == key[0], columns.kind == key[1], columns.number == key[2])

    def __repr__(self) -> str:
        return f"<Origins {self._database!r}>"
