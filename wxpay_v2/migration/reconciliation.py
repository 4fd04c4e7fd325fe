"""A statement against the merchant's records, or against another statement: every difference, by class.

The statement's rows are first held against its own summary; one that does not hold is refused. Money is whole numbers
and exact decimals, or refused.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from wxpay_v2.errors import ConfigurationError, InvalidRequest, quoted
from wxpay_v2.migration.finding import BLOCKER, GOOD, NOTE, WARNING, Finding
from wxpay_v2.migration.reconciling import columns, loading, records, sides, statement_file
from wxpay_v2.migration.reconciling.comparison import Comparison
from wxpay_v2.migration.reconciling.differences import CLASSES, FORMATS, Difference, Total, write
from wxpay_v2.migration.report import Figure, Report, Table
from wxpay_v2.money import decimals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from wxpay_v2.migration.reconciling.engine import Engine
    from wxpay_v2.migration.reconciling.records import Records
    from wxpay_v2.migration.reconciling.statement_file import StatementFile
    from wxpay_v2.migration.report import Cell

__all__ = ["CLASSES", "ENGINES", "FORMATS", "ONLY", "Difference", "Reconciliation", "Total"]

ENGINES = ("duckdb", "spark")
ONLY = {"payments": sides.PAYMENT, "refunds": sides.REFUND}
_SAMPLES = 10  # differences of a class in a report


class Reconciliation:
    """A comparison that is made; a context manager, whose end removes what was kept on the disk.

    statement: path of a statement, of API v2 or v3, any type, plain or gzip. records: path of CSV, Parquet or another
    statement; or None, with *database*, a URL of SQLAlchemy, and *query*, a SELECT.
    mapping: our name -> the records' column, where its name does not say it: see `reconciling.columns`. amounts:
    "minor" for whole numbers of the smallest unit, "major" for decimals of the main unit. currency: of records that
    name none; "" is CNY. statuses: a word of the records -> ours. only: "payments", "refunds", "" for all that both
    sides can have. engine: of `ENGINES`; memory: the most that it takes; master: of Spark; temporary: a folder for what
    does not fit into memory; None for the system's. stage: is told what is done now.

    statement, records: what they are, in words. rows: how many "statement" and "records" have; compared: how many of
    them took part. pairs: numbers on both sides; not_owed: records that were never paid and are in no statement.
    totals: by class, kind and currency. findings: what to know of the input.
    Raises Malformed for a statement or file that cannot be read exactly, InvalidRequest for columns, words and amounts
    that are unclear, ConfigurationError for a database, an engine or a size of memory that there is not.
    """

    def __init__(
        self, statement: str | Path, records: str | Path | None = None, *, database: str = "", query: str = "",
        mapping: Mapping[str, str] | None = None, amounts: str = "minor", currency: str = "",
        statuses: Mapping[str, str] | None = None, only: str = "", engine: str = "duckdb", memory: str = "1GB",
        master: str = "local[*]", temporary: str | Path | None = None, stage: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        if amounts not in ("minor", "major") or only not in ("", *ONLY):
            raise InvalidRequest("amounts are minor or major; only is payments or refunds")
        if (records is None) != bool(database and query) or (records is not None and (database or query)):
            raise InvalidRequest("records are a file, or a database with a query")
        if currency:
            decimals(currency)
        self.findings: list[Finding] = []
        self._minor, self._currency, self._only = amounts == "minor", currency, only
        self._mapping, self._statuses = dict(mapping or {}), dict(statuses or {})
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(_folder(temporary)))
            self._engine = _engine(engine, memory, master, self._folder)
            stack.callback(self._engine.close)
            stage("reading the statement")
            left = _statement(Path(statement), self._folder)
            right = self._records(records, database, query)
            self._load(left, right, stage)
            stage("comparing")
            self._compare(left, right)
            self._stack = stack.pop_all()

    def _records(self, path: str | Path | None, database: str, query: str) -> Records:
        if path is None:
            return records.from_database(database, query, self._folder)
        return records.from_file(_file(Path(path)), self._folder, self._engine)

    def _load(self, left: StatementFile, right: Records, stage: Callable[[str], None]) -> None:
        other = right.statement
        flow = left.kind == "fundflow"
        if other is not None and (other.kind == "fundflow") != flow:
            raise InvalidRequest("a fund flow and a statement of transactions have no rows in common")
        places = columns.chosen(right.columns, self._mapping, flow=flow) if other is None else {}
        numbers = loading.Numbers(places) if other is None else loading.Numbers()
        self._numbers = numbers
        by = loading.Numbers() if not numbers.payment else numbers
        found = loading.load_statement(self._engine, left, "statement", by, self._folder)
        stage("reading the records")
        if other is not None:
            others = loading.load_statement(self._engine, other, "records", numbers, self._folder)
        else:
            currencies = {currency for _, currency in found}
            if "currency" not in places and not self._currency and currencies - {"CNY"}:
                raise InvalidRequest(
                    f"the records name no currency, the statement has {', '.join(sorted(currencies))}",
                    remedy="map the column, --map currency=COLUMN, or say --currency HKD for all of them",
                )
            others = loading.load_records(
                self._engine, right, places, numbers, minor=self._minor, currency=self._currency or "CNY",
                states=self._statuses,
            )  # fmt: skip
        self._by_kind = {side: _kinds(counted) for side, counted in (("statement", found), ("records", others))}
        self._currencies = sorted({currency for _, currency in (*found, *others)})
        self.rows = {side: sum(counted.values()) for side, counted in self._by_kind.items()}
        self.statement, self._read_by = _described(left), left.read_by
        self.records = "records" if other is None else _described(other)
        for file in filter(None, (left, other)):
            self._note_unproven(file)

    def _compare(self, left: StatementFile, right: Records) -> None:
        kinds = set(loading.kinds_of(left))
        if right.statement is not None:
            kinds &= set(loading.kinds_of(right.statement))
        elif sides.BOOKING not in kinds:
            kinds -= {sides.PAYMENT} if not self._numbers.payment else set()
            kinds -= {sides.REFUND} if not self._numbers.refund else set()
        if self._only:
            kinds &= {ONLY[self._only]}
        if not kinds:
            raise InvalidRequest(f"a statement of kind {left.kind} and these records have no rows in common")
        either = left.kind in ("global", statement_file.V3_GLOBAL)
        self._made = made = Comparison(self._engine, self._by_kind, sorted(kinds), self._currencies, either=either)
        self.compared, self.pairs, self.not_owed, self.totals = made.compared, made.pairs, made.not_owed, made.totals
        for side, count in made.compared.items():
            aside = self.rows[side] - count
            if aside:
                self.findings.append(Finding(
                    f"reconcile.{side}.set_aside", NOTE if self._only else WARNING, f"the {side}",
                    f"{aside} rows of the {side} were not compared: the other side has no {_other(kinds)}",
                    "map the column of their numbers: --map out_refund_no=COLUMN" if side == "statement" else "",
                ))  # fmt: skip

    def _note_unproven(self, file: StatementFile) -> None:
        if not file.has_summary:
            self.findings.append(Finding(
                "reconcile.statement.no_summary", WARNING, file.path.name,
                "the statement has no summary: nothing in it shows that no row is missing",
                "compare the file's SHA-1 with the header Wechatpay-Statement-Sha1 of its download",
            ))  # fmt: skip
        elif file.kind in ("global", statement_file.V3_GLOBAL):
            self.findings.append(Finding(
                "reconcile.statement.count_only", NOTE, file.path.name,
                "the summary of a global statement holds the number of rows, and no sums",
            ))  # fmt: skip

    def __enter__(self) -> Reconciliation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what is kept; afterwards only what was asked for is there."""
        self._stack.close()

    @property
    def count(self) -> int:
        """How many differences there are; a number may be in several classes."""
        return sum(total.count for total in self.totals)

    def differences(self, of_class: str = "", limit: int = 0) -> Iterator[Difference]:
        """Yield the differences in a fixed order. of_class: of `CLASSES`, "" for all; limit: 0 for all."""
        return self._made.differences(of_class, limit)

    def write(self, path: str | Path) -> int:
        """Write every difference to *path*, .csv, .jsonl or .parquet; return how many. See `differences.write`."""
        return write(self.differences(), Path(path))

    def report(self, subject: str = "") -> Report:
        """Return counts and totals by class, and the first differences of each."""
        by_class = {name: sum(total.count for total in self.totals if total.difference == name) for name in CLASSES}
        figures = [
            Figure("differences", self.count, BLOCKER if self.count else GOOD),
            Figure("numbers on both sides", self.pairs),
            Figure("rows of the statement", self.rows["statement"]),
            Figure("rows of the records", self.rows["records"]),
        ]
        if self.not_owed:
            figures.append(Figure("records that were not paid, and are in no statement", self.not_owed))
        tables = [Table(
            "Differences by class", ("class", "what it is", "count"),
            [(name, CLASSES[name], count) for name, count in by_class.items()], bars="count",
        )]  # fmt: skip
        if self.totals:
            tables.append(_totals(self.totals))
        samples = self._made.samples(_SAMPLES)
        for name, count in by_class.items():
            if count:
                first = [_sample(one) for one in samples if one.difference == name]
                note = f"the first {_SAMPLES} of {count:,}" if count > _SAMPLES else ""
                tables.append(Table(f"{name}: {CLASSES[name]}", _SAMPLE_COLUMNS, first, note=note))
        facts = {
            "statement": self.statement, "records": self.records, "read_by": self._read_by, "rows": self.rows,
            "compared": self.compared, "pairs": self.pairs, "not_owed": self.not_owed, "differences": by_class,
            "totals": [asdict(total) for total in self.totals],
        }  # fmt: skip
        return Report(
            "Reconciliation", subject=subject or f"{self.statement} against {self.records}", figures=figures,
            findings=[*_findings(by_class), *self.findings], tables=tables, facts=facts,
        )  # fmt: skip


_SAMPLE_COLUMNS = ("number", "kind", "statement", "records", "status", "fee", "transaction", "time")


# What to do about a class.
_HINTS = {
    "missing_in_statement": "query each order; a payment near midnight may stand in the next day's statement",
    "missing_in_records": "query each order, then book it or give the money back",
    "amount": "query the order: what the gateway says was paid",
    "currency": "query the order: what the gateway says was paid",
    "status": "query the order or refund; the records may be older than the statement",
    "fee": "compare the rate that was agreed with the statement's",
    "transaction_id": "query both transactions: an order may have been paid twice",
    "duplicate_in_statement": "query each transaction: an order may have been paid twice",
    "duplicate_in_records": "look why it was booked twice",
}


def _findings(by_class: Mapping[str, int]) -> list[Finding]:
    return [
        Finding(f"reconcile.{name}", BLOCKER, name, f"{count:,} times: {CLASSES[name]}", _HINTS[name])
        for name, count in by_class.items()
        if count
    ]


def _totals(totals: list[Total]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.difference, one.kind, one.count, _money(one.statement_amount, one.statement_currency),
            _money(one.records_amount, one.records_currency),
            _pair(one.statement_fee, one.records_fee) if one.difference == "fee" else None,
        )
        for one in totals
    ]  # fmt: skip
    return Table(
        "Money by class", ("class", "kind", "count", "statement", "records", "fees"), rows,
        note="amounts of the rows in this class, added up on each side",
    )  # fmt: skip


def _sample(one: Difference) -> tuple[Cell, ...]:
    return (
        one.number, one.kind, _money(one.statement_amount, one.statement_currency),
        _money(one.records_amount, one.records_currency), _pair(one.statement_status, one.records_status),
        _pair(one.statement_fee, one.records_fee), _pair(one.statement_transaction_id, one.records_transaction_id),
        one.time,
    )  # fmt: skip


def _pair(ours: str | None, theirs: str | None) -> str | None:
    """Return what both sides say, once where they say the same."""
    return f"{ours} / {theirs}" if None not in (ours, theirs) and ours != theirs else ours or theirs


def _money(value: int | None, currency: str | None) -> str | None:
    if value is None or currency is None:
        return None
    places = decimals(currency)
    whole, rest = divmod(abs(value), 10**places)
    return f"{'-' if value < 0 else ''}{whole:,}{f'.{rest:0{places}d}' if places else ''} {currency}"


def _other(kinds: set[int]) -> str:
    return " or ".join(f"{name}s" for kind, name in sides.KINDS.items() if kind not in kinds and kind != sides.BOOKING)


def _kinds(found: Mapping[tuple[int, str], int]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for (kind, _), rows in found.items():
        counted[kind] = counted.get(kind, 0) + rows
    return counted


def _described(file: StatementFile) -> str:
    return f"statement ({file.kind})"


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ConfigurationError(f"no such file: {quoted(str(path))}")
    return path


def _statement(path: Path, folder: Path) -> StatementFile:
    found = statement_file.opened(statement_file.inflated(_file(path), folder, "statement"), must=True)
    assert found is not None  # noqa: S101
    return found


def _folder(inside: str | Path | None) -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="wxpay-v2-", dir=inside, ignore_cleanup_errors=True)
    except OSError as error:
        raise ConfigurationError(f"no folder for what does not fit into memory: {error.strerror}") from None


def _engine(name: str, memory: str, master: str, folder: Path) -> Engine:
    if name == "spark":
        from wxpay_v2.migration.reconciling.engine_spark import Spark

        return Spark(memory, master)
    if name != "duckdb":
        raise InvalidRequest(f"no such engine: {quoted(name)}", remedy=f"engines are {', '.join(ENGINES)}")
    from wxpay_v2.migration.reconciling.engine_duckdb import DuckDB

    return DuckDB(memory, folder)
