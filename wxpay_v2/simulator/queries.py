"""Statements that are made thousands of times: built with SQLAlchemy, compiled once, run on the driver's own cursor.

SQLAlchemy takes ten times as long for a small statement as the database does. What is asked seldom, or built for one
call, goes through `Access.connection` and costs nothing to write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Table, bindparam, insert

from wxpay_v2.simulator.states import IllegalTransition

__all__ = ["Access", "Insertion", "Query", "given"]

_Parameters = Callable[[Mapping[str, Any]], Any]


def given(name: str, type_: Any = None) -> BindParameter[Any]:
    """Return the place of a value that each call gives. In an UPDATE, not the name of a column.

    type_: where no column says it.
    """
    return bindparam(name, None, type_)


class Query:
    """A statement; what it takes from the call is `given`, anything else in it is a constant."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, _Parameters]] = {}

    def for_(self, dialect: Dialect) -> tuple[str, _Parameters]:
        """Return the text for *dialect*, and what makes the driver's parameters of named values."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> tuple[str, _Parameters]:
        compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        if not compiled.positional:
            return compiled.string, lambda values: {**constants, **values}
        pick = _picker(compiled.positiontup)
        return compiled.string, (lambda values: pick({**constants, **values})) if constants else pick


class Insertion(Query):
    """The INSERT of one row into *table*: what a call does not name has the column's default, or is NULL."""

    def __init__(self, table: Table) -> None:
        super().__init__(insert(table))
        self._table = table
        self._key = table.autoincrement_column
        self.defaults = {
            column.name: getattr(column.default, "arg", None) for column in table.c if column is not self._key
        }

    def _compile(self, dialect: Dialect) -> tuple[str, _Parameters]:
        statement = self._statement
        if self._key is not None and not _by_lastrowid(dialect):
            statement = statement.returning(self._key)
        compiled = statement.compile(dialect=dialect, column_keys=list(self.defaults))
        if not compiled.positional:
            return compiled.string, self._row
        pick = _picker(compiled.positiontup)
        return compiled.string, lambda values: pick(self._row(values))

    def _row(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if not values.keys() <= self.defaults.keys():
            raise AssertionError(f"{self._table.name} has no {', '.join(values.keys() - self.defaults.keys())}")
        return {**self.defaults, **values}


def _by_lastrowid(dialect: Dialect) -> bool:
    """Say whether the driver tells the key of a new row; where it does not, RETURNING does."""
    by: bool = getattr(dialect, "postfetch_lastrowid", True)
    return by


def _picker(names: list[str]) -> _Parameters:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


class Access:
    """The way to the database within one transaction, which several pieces of work may share.

    ahead: where the driver can (psycopg), send what needs no answer without waiting for one: a wait takes as long as
    five statements. What is wrong with it shows at some later answer, or at `settle`, and nobody knows whose it was, so
    that no error of the database can be undone (`undoable`) but with the whole transaction. memo: what is known about
    the database while the transaction lasts.
    """

    def __init__(self, connection: Connection, *, ahead: bool = False) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._lastrowid = _by_lastrowid(connection.dialect)
        self._cursor: Any = connection.connection.cursor()
        self._sent: Any = connection.connection.cursor()  # for what nobody asks about: its answers come at any time
        self._saved = True
        self._modes = ExitStack()
        self._pipeline: Any = None
        self._unseen: list[tuple[Any, str]] = []  # cursors of `carry`, and what to say of them
        self._earlier = 0  # of them, those of earlier pieces of work
        driver: Any = connection.connection.driver_connection
        if ahead and connection.dialect.driver == "psycopg":
            self._pipeline = self._modes.enter_context(driver.pipeline())
        self.undoable = self._pipeline is None
        self.memo: dict[str, Any] = {}

    # Pieces of work

    def begin(self) -> None:
        """Begin a piece of work that `undo` can undo alone: a savepoint is set as soon as it may write."""
        self._saved = False
        self._earlier = len(self._unseen)

    def undo(self) -> None:
        """Undo what was written since `begin`.

        Raises what the database has to say of anything sent before, or IllegalTransition for a `carry` since `begin`
        that met nothing: what was undone for another reason went by what was no longer so.
        """
        if self._saved:
            self._wait()
            self._sent.execute("ROLLBACK TO SAVEPOINT work")
        own = self._unseen[self._earlier :]
        del self._unseen[self._earlier :]
        _check(own)

    def settle(self) -> None:
        """Wait until the database has done all it was sent. Raises what it has to say of it, or IllegalTransition."""
        self._wait()
        _check(self._unseen)

    def close(self) -> None:
        """Wait for what was sent; nothing is sent ahead from now on."""
        self._pipeline = None
        self._modes.close()

    def _wait(self) -> None:
        if self._pipeline is not None:
            self._pipeline.sync()

    # Statements

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection, for whatever is not a Query."""
        self._save()
        self.close()  # SQLAlchemy counts on answers
        return self._connection

    def rows(self, query: Query, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT, columns in its order."""
        self._execute(query, values)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def row(self, query: Query, **values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a SELECT, or None."""
        found = self.rows(query, **values)
        return found[0] if found else None

    def change(self, query: Query, **values: Any) -> int:
        """Carry an UPDATE out; return how many rows it met."""
        self._save()
        self._execute(query, values)
        self._wait()
        count: int = self._cursor.rowcount
        return count

    def carry(self, query: Query, refusal: str, **values: Any) -> None:
        """Carry an UPDATE out that is to meet a row.

        Raises IllegalTransition, which says *refusal*, when it meets none: at once, or from `settle`.
        """
        if self._pipeline is None:
            if not self.change(query, **values):
                raise IllegalTransition(refusal)
            return
        self._save()
        cursor: Any = self._connection.connection.cursor()  # of its own, to be asked later
        self._execute(query, values, cursor)
        self._unseen.append((cursor, refusal))

    def send(self, statement: Query, **values: Any) -> None:
        """Carry an INSERT or an UPDATE out, of which nobody asks what it did."""
        self._save()
        self._execute(statement, values, self._sent)

    def insert(self, insertion: Insertion, **values: Any) -> int:
        """Insert a row and return its id."""
        self._save()
        self._execute(insertion, values)
        return int(self._cursor.lastrowid if self._lastrowid else self._cursor.fetchone()[0])

    def _execute(self, query: Query, values: Mapping[str, Any], cursor: Any = None) -> None:
        text, parameters = query.for_(self._dialect)
        (cursor or self._cursor).execute(text, parameters(values))

    def _save(self) -> None:
        # Savepoints of one name lie on each other until the commit; the newest is the one that is meant.
        if not self._saved:
            self._sent.execute("SAVEPOINT work")
            self._saved = True


def _check(unseen: Sequence[tuple[Any, str]]) -> None:
    """Raise IllegalTransition when one of the UPDATEs met nothing."""
    for cursor, refusal in unseen:
        if not cursor.rowcount:
            raise IllegalTransition(refusal)
