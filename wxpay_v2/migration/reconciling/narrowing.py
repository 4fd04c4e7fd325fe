"""Which rows may differ, for an engine that joins a few small columns much quicker than whole rows: DuckDB.

Nearly every row of a statement has one partner in the records, equal to the last digit. Amounts and three marks of the
rest say so; what is left are few rows, and only those are compared in earnest.

A pair's amounts are compared as they are, its currency and status as numbers that stand for them, its transaction by 64
bits of its MD5 (DuckDB's own hash of a text is no even one: numbers of ordinary shapes share it). Which rows are a pair
is told by 64 bits of the MD5 of the number, and the kind: of n rows that only the statement has and m that only the
records have, n * m / 2^64 would be taken for pairs where no transaction tells them apart, and had to have the same
amounts. Everything else that a hash leaves open is looked at.
"""

# ruff: noqa: S608 - names in a query are ours.
from __future__ import annotations

from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.reconciling.columns import DIRECTIONS, PAYMENT_STATES, REFUND_STATES
from wxpay_v2.migration.reconciling.sides import PAYMENT, REVERSAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxpay_v2.migration.reconciling.engine import Engine

__all__ = ["columns", "marked", "narrow"]

_MARKS = ("pair", "mark", "state")  # number and kind, the transaction, the status

_BUCKETS = 4096
_MOST = 64  # pairs of a bucket that are named; of sides that differ as much, whole rows are compared
_UNEVEN = 1024  # rows of a bucket beyond what is usual: one number stands there many times
_STATES = dict.fromkeys((*PAYMENT_STATES.values(), *REFUND_STATES.values(), *DIRECTIONS.values()))
_UNKNOWN = {"statement": -1, "records": -2}  # of a word that is not ours
_SIDES = tuple(_UNKNOWN)


def marked(engine: Engine, query: str, side: str) -> str:
    """Return *query*, for the rows of *side*, with what `narrow` looks at where *engine* makes use of it."""
    if not engine.narrow:
        return query
    cases = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(_STATES))
    state = f"CASE status {cases} ELSE CASE WHEN status IS NOT NULL THEN {_UNKNOWN[side]} END END"
    return (
        "SELECT *, CASE WHEN number IS NOT NULL THEN hash(md5_number(number), kind) END AS pair,"
        " CASE WHEN transaction_id IS NOT NULL THEN hash(md5_number(transaction_id)) END AS mark,"
        f" CAST({state} AS TINYINT) AS state"
        f" FROM ({query}) AS unmarked"
    )


def columns(engine: Engine, *, kept: bool = False) -> list[str]:
    """Return what `marked` has added. kept: to the table itself, which has the place of each row beside."""
    return [*_MARKS, "rowid AS entry" if kept else "entry"] if engine.narrow else []


def narrow(engine: Engine, currencies: Sequence[str]) -> bool:
    """Make {side}_few of {side}_all: all rows but pairs that both sides have once, and alike.

    currencies: all that there are. Return False where whole rows are to be compared: so much differs, or stands there
    so many times, that it would not pay; or it does not fit into the memory, as whole rows may, by way of the disk.
    """
    try:
        return _narrowed(engine, currencies)
    except ConfigurationError:
        return False


def _narrowed(engine: Engine, currencies: Sequence[str]) -> bool:
    for side in _SIDES:
        engine.view(
            f"{side}_narrow",
            f"SELECT amount, fee, {_coin(currencies)} AS coin, {', '.join(_MARKS)} FROM {side}_all"
            f" WHERE kind <> {REVERSAL}",
        )
    # A number that stands n times here and m times there would make n * m rows of the join.
    for side in _SIDES:
        engine.keep(
            f"{side}_placed", f"SELECT {_bucket('pair')}, count(pair) AS rows FROM {side}_narrow GROUP BY bucket"
        )
    if engine.rows(
        "SELECT 1 FROM (SELECT s.rows AS s, r.rows AS r FROM statement_placed AS s JOIN records_placed AS r"
        " ON s.bucket = r.bucket) AS met_there"
        f" WHERE s > {_UNEVEN} + 4 * (SELECT avg(rows) FROM statement_placed)"
        f" AND r > {_UNEVEN} + 4 * (SELECT avg(rows) FROM records_placed) LIMIT 1"
    ):
        return False
    differ = " OR ".join(f"s.{name} <> r.{name}" for name in ("amount", "state", "fee", "mark", "coin"))
    engine.keep(
        "met",
        f"SELECT {_bucket('coalesce(s.pair, r.pair)')}, count(s.pair) AS s_rows, count(r.pair) AS r_rows,"
        f" min(coalesce(s.pair, r.pair), {_MOST}) FILTER (WHERE s.pair IS NULL OR r.pair IS NULL OR {differ}) AS pairs"
        " FROM statement_narrow AS s FULL OUTER JOIN records_narrow AS r ON s.pair = r.pair GROUP BY 1",
    )
    if engine.rows(f"SELECT 1 FROM met WHERE len(pairs) = {_MOST} LIMIT 1"):
        return False
    # What stands twice, and has a partner, makes more rows of the join than there are: that is seen where rows are
    # counted by bucket, and looked for in those buckets alone.
    engine.keep(
        "doubtful",
        "SELECT bucket FROM (SELECT bucket, s_rows, r_rows FROM met"
        " UNION ALL SELECT bucket, -rows, 0 FROM statement_placed"
        " UNION ALL SELECT bucket, 0, -rows FROM records_placed) AS counted"
        " GROUP BY bucket HAVING sum(s_rows) <> 0 OR sum(r_rows) <> 0",
    )
    parts = ["SELECT unnest(pairs) AS pair FROM met"]
    for side in _SIDES:
        parts.append(
            f"SELECT pair FROM (SELECT pair, {_bucket('pair')} FROM {side}_narrow) AS placed"
            " WHERE bucket IN (SELECT bucket FROM doubtful) GROUP BY pair HAVING count(*) > 1"
        )
        parts += [
            f"SELECT hash(md5_number(number), CAST({kind} AS TINYINT)) FROM {side}_all WHERE kind = {REVERSAL}"
            for kind in (REVERSAL, PAYMENT)
        ]
    engine.keep("suspected", " UNION ".join(parts))
    for side in _SIDES:
        engine.keep(
            f"{side}_few",
            f"SELECT * FROM {side}_all WHERE entry IN (SELECT entry FROM {side}_all"
            " WHERE number IS NULL OR pair IN (SELECT pair FROM suspected))",
        )
    return True


def _bucket(pair: str) -> str:
    return f"CAST({pair} & {_BUCKETS - 1} AS USMALLINT) AS bucket"


def _coin(currencies: Sequence[str]) -> str:
    """Return the SQL for the currency as one small number."""
    if len(currencies) < 2:
        return "CAST(0 AS TINYINT)"
    cases = " ".join(f"WHEN '{currency}' THEN {at}" for at, currency in enumerate(currencies))
    return f"CAST(CASE currency {cases} END AS SMALLINT)"
