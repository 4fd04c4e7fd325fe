"""The simulator's database: one transaction per operation, whatever the engine.

SQLite in memory or in a file, or any other URL of SQLAlchemy. What an operation does is done in one transaction, and
every change of state is one conditional UPDATE, so of two workers one wins; the other is run again and finds what the
first one did. Operations that come at the same time may share a transaction (`together`): each is still done or undone
by itself, and the disk is waited for once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.simulator.audit import Unbalanced, audit
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.queries import Access
from wxpay_v2.simulator.states import IllegalTransition, NotPayable
from wxpay_v2.simulator.tables import metadata

__all__ = ["IllegalTransition", "Ledger", "NotPayable", "Unbalanced"]

T = TypeVar("T")

_RUNS = 20  # of one operation that other workers got ahead of
_BUSY_SECONDS = 30.0


class Ledger:
    """Orders, payments, refunds, balances, payment codes and notifications. Safe for threads and processes.

    database_url: of SQLAlchemy; "sqlite://" is in memory and gone with its ledger. Missing tables are made.
    Raises ConfigurationError for a database that cannot be opened, MissingExtra for a driver that is not installed.
    """

    def __init__(self, database_url: str = "sqlite://") -> None:
        self._engine = _engine(database_url)
        driver: Any = self._engine.dialect.loaded_dbapi
        self._failures: tuple[type[Exception], ...] = (SQLAlchemyError, driver.Error)
        self._refusals: tuple[type[Exception], ...] = (IntegrityError, driver.IntegrityError)
        # SQLite has one writer; its threads wait for each other here, where nobody has to sleep and try again.
        self._turn = threading.RLock() if self._engine.dialect.name == "sqlite" else nullcontext()
        self._shared = threading.local()  # .transaction: the one that this thread's work shares
        try:
            with self._turn:
                metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise ConfigurationError(f"the database cannot be opened: {type(error).__name__}") from None

    def run(self, work: Callable[[Book], T], now: float) -> T:
        """Return what *work* returns; all it writes is committed, or nothing when it raises. now: Unix seconds.

        Inside `together` it is committed with the rest; when it raises, nothing of it will be.
        """
        shared: _Shared | None = getattr(self._shared, "transaction", None)
        for left in reversed(range(_RUNS)):
            try:
                if shared is not None:
                    return shared.run(work, now)
                with self._turn, self._engine.begin() as connection:
                    return work(Book(Access(connection), now))
            except Exception as error:
                late = isinstance(error, (IllegalTransition, *self._refusals))
                if not left or (shared is not None and shared.failure) or not (late or _was_in_the_way(error)):
                    raise
        raise AssertionError("not reached")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commit what this thread runs within the block together, at its end: one wait for the disk instead of many.

        Nobody may be told of any of it before the block has ended. When it raises, nothing was committed.
        """
        with self._turn, ExitStack() as stack:
            transaction = _Shared(self, stack)
            self._shared.transaction = transaction
            try:
                yield
            finally:
                self._shared.transaction = None
            transaction.end()

    def check(self) -> None:
        """Raise Unbalanced unless money is conserved and every order agrees with its payment and refunds."""
        with self._turn, self._engine.begin() as connection:
            audit(connection)

    def close(self) -> None:
        """Close every connection."""
        with self._turn:
            self._engine.dispose()


class _Shared:
    """A transaction of several pieces of work, begun by the first. Each is undone alone when it raises.

    failure: of the database itself, after which none of it can be committed.
    """

    def __init__(self, ledger: Ledger, stack: ExitStack) -> None:
        self._ledger = ledger
        self._stack = stack
        self._access: Access | None = None
        self.failure: Exception | None = None

    def run(self, work: Callable[[Book], T], now: float) -> T:
        if self.failure is not None:
            raise self.failure
        try:
            access = self._access = self._access or self._open()
            access.begin()
            try:
                return work(Book(access, now))
            except BaseException as error:
                if not self._fatal(error):
                    access.undo()
                raise
        except Exception as error:
            if self._fatal(error):
                self.failure = error
            raise

    def _open(self) -> Access:
        access = Access(self._stack.enter_context(self._ledger._engine.begin()), ahead=True)
        self._stack.callback(access.close)
        return access

    def _fatal(self, error: BaseException) -> bool:
        """Say whether the database has failed, and not just refused what one piece of work wanted."""
        refused = self._access is not None and self._access.undoable and isinstance(error, self._ledger._refusals)
        return isinstance(error, self._ledger._failures) and not refused

    def end(self) -> None:
        """Wait until all of it is written. Raises when it cannot be committed."""
        if self.failure is not None:  # a database may call it a commit and do nothing of the kind
            raise self.failure
        if self._access is not None:
            self._access.settle()


def _was_in_the_way(error: Exception) -> bool:
    """Say whether PostgreSQL gave this transaction up for another one: a deadlock, or it could not be serialized."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) in ("40P01", "40001")


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
