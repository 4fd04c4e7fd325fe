"""The simulator's database: one transaction per operation, whatever the engine.

SQLite in memory or in a file, or any other URL of SQLAlchemy. What an operation does is done in one transaction, and
every change of state is one conditional UPDATE, so of two workers one wins; the other is run again and finds what the
first one did.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.simulator.audit import Unbalanced, audit
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.states import IllegalTransition, NotPayable
from wxpay_v2.simulator.tables import metadata

__all__ = ["IllegalTransition", "Ledger", "NotPayable", "Unbalanced"]

T = TypeVar("T")

_RUNS = 5  # of one operation that other workers got ahead of
_BUSY_SECONDS = 30.0


class Ledger:
    """Orders, payments, refunds, balances, payment codes and notifications. Safe for threads and processes.

    database_url: of SQLAlchemy; "sqlite://" is in memory and gone with its ledger. Missing tables are made.
    Raises ConfigurationError for a database that cannot be opened, MissingExtra for a driver that is not installed.
    """

    def __init__(self, database_url: str = "sqlite://") -> None:
        self._engine = _engine(database_url)
        # One connection is all there is of a database in memory, and only one thread may use it at a time.
        self._turn = threading.RLock() if isinstance(self._engine.pool, StaticPool) else nullcontext()
        try:
            with self._turn:
                metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise ConfigurationError(f"the database cannot be opened: {type(error).__name__}") from None

    def run(self, work: Callable[[Book], T], now: float) -> T:
        """Return what *work* returns; all it writes is committed, or nothing when it raises. now: Unix seconds."""
        for left in reversed(range(_RUNS)):
            try:
                with self._turn, self._engine.begin() as connection:
                    return work(Book(connection, now))
            except (IllegalTransition, IntegrityError):
                if not left:
                    raise
        raise AssertionError("not reached")

    def check(self) -> None:
        """Raise Unbalanced unless money is conserved and every order agrees with its payment and refunds."""
        with self._turn, self._engine.begin() as connection:
            audit(connection)

    def close(self) -> None:
        """Close every connection."""
        with self._turn:
            self._engine.dispose()


def _engine(url: str) -> Engine:
    options: dict[str, Any] = {}
    try:
        parsed = make_url(url)
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite:
            options["connect_args"] = {"check_same_thread": False, "timeout": _BUSY_SECONDS}
            if parsed.database in (None, "", ":memory:"):
                options["poolclass"] = StaticPool
        engine = create_engine(url, **options)
    except (ArgumentError, NoSuchModuleError):
        raise ConfigurationError("not a database URL of SQLAlchemy", remedy="write sqlite:///orders.db") from None
    except ModuleNotFoundError as error:
        raise MissingExtra(f"the database needs {error.name}", remedy=f"pip install {error.name}") from None
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin says
    for pragma in ("journal_mode = WAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then wants to write would lose to another writer; this one waits instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
