"""A database that keeps what it was told: SQLite for one machine, PostgreSQL for many workers, by SQLAlchemy."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, nullcontext

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from wxpay_v2.errors import ConfigurationError, MissingExtra, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sqlalchemy import Connection, Engine, MetaData

__all__ = ["Database"]

# Others compare texts without regard to case or final blanks unless told otherwise, so that two orders would be one.
_BACKENDS = ("sqlite", "postgresql")
_OPENINGS = 3  # of a database in which another process makes the table at the same moment


class Database:
    """Transactions in the database at *url*. Safe for threads, processes and forks; a commit survives a power cut.

    url: ``sqlite:///shop.db``, ``postgresql+psycopg://user@host/shop``; "sqlite://" is in memory. wait: most seconds to
    wait for a lock. tables: made where they are missing; None leaves that to migrations. Raises ConfigurationError for
    another kind of database and for one that cannot be opened, MissingExtra for a driver that is not installed.
    """

    def __init__(self, url: str, wait: float, tables: MetaData | None) -> None:
        if isinstance(wait, bool) or not isinstance(wait, (int, float)) or not 0 < wait <= 86400:
            raise ConfigurationError(f"wait must be seconds above 0, got {quoted(wait)}")
        self.engine = _engine(url, wait)
        self._process = os.getpid()
        # One connection is all there is of a database in memory, and only one thread may use it at a time.
        self._in_memory = isinstance(self.engine.pool, StaticPool)
        self._turn = threading.RLock() if self._in_memory else nullcontext()
        if tables is not None:
            self._create(tables)
        if not self._in_memory:  # a server that forks after this hands no open connection down
            self.engine.dispose()

    def _create(self, tables: MetaData) -> None:
        for left in reversed(range(_OPENINGS)):
            try:
                with self.begin() as connection:
                    tables.create_all(connection)
                return
            except SQLAlchemyError as error:
                if not left:
                    self.engine.dispose()
                    raise ConfigurationError(f"the database cannot be opened: {type(error).__name__}") from None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction of its own, committed at the end of the block."""
        if self._process != os.getpid():  # a server forked: its children must not share a connection
            self._process = os.getpid()
            if not self._in_memory:
                self.engine.dispose(close=False)
        with self._turn, self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        with self._turn:
            self.engine.dispose()

    def __repr__(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)


def _engine(url: str, wait: float) -> Engine:
    options: dict[str, Any] = {}
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend not in _BACKENDS:
            raise ConfigurationError(
                f"the database must be SQLite or PostgreSQL, got {quoted(backend)}",
                remedy="write sqlite:///shop.db or postgresql+psycopg://user@host/shop, or bring a store of your own",
            )
        if backend == "sqlite":
            options["connect_args"] = {"check_same_thread": False, "timeout": wait}
        if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
            options["poolclass"] = StaticPool
        else:
            options.update(pool_timeout=wait, pool_pre_ping=backend != "sqlite")
        engine = create_engine(parsed, **options)
    except (ArgumentError, NoSuchModuleError):
        raise ConfigurationError("not a database URL of SQLAlchemy", remedy="write sqlite:///shop.db") from None
    except ModuleNotFoundError as error:
        raise MissingExtra(f"the database needs {error.name}", remedy=f"pip install {error.name}") from None
    if backend == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif backend == "postgresql":
        milliseconds = int(wait * 1000)

        def begin(connection: Connection) -> None:
            # What was promised must survive a power cut, whatever the server's default is.
            connection.exec_driver_sql(
                f"SELECT set_config('lock_timeout', '{milliseconds}', true), CASE current_setting('synchronous_commit')"
                " WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"
            )

        event.listen(engine, "begin", begin)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    # FULL: a commit that was reported survives a power cut, in WAL mode too.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then wants to write would lose to another writer; this one waits instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
