"""Which rows may differ, for an engine that joins a few small columns much quicker than whole rows: DuckDB.

Nearly every row of a statement has one partner in the records, equal to the last digit. A row's number, kind, amounts
and three marks of the rest say so; what is left are few rows, and only those are compared in earnest. Nothing but what
is proved equal is left out: the number and the amounts are compared as they are; currency and status as numbers that
stand for them; the transaction by 64 bits of its hash, so of 10^19 wrong ones one would be taken for right.
"""

# ruff: noqa: S608 - names in a query are ours.
from __future__ import annotations

from wxpay_v2.migration.reconciling.columns import DIRECTIONS, PAYMENT_STATES, REFUND_STATES
from wxpay_v2.migration.reconciling.sides import REVERSAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxpay_v2.migration.reconciling.engine import Engine

__all__ = ["columns", "marked", "narrow"]

_MARKS = ("bucket", "mark", "state")  # a few bits of the number's hash, the transaction, the status

_BUCKETS = 4096
_MOST = 256  # numbers of a bucket that are named; of sides that differ as much, whole rows are compared
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
        f"SELECT *, CAST(hash(number, kind) & {_BUCKETS - 1} AS USMALLINT) AS bucket,"
        " CASE WHEN transaction_id IS NOT NULL THEN hash(transaction_id) END AS mark,"
        f" CAST({state} AS TINYINT) AS state"
        f" FROM ({query}) AS unmarked"
    )


def columns(engine: Engine, *, kept: bool = False) -> list[str]:
    """Return what `marked` has added. kept: to the table itself, which has the place of each row beside."""
    return [*_MARKS, "rowid AS entry" if kept else "entry"] if engine.narrow else []


def narrow(engine: Engine, currencies: Sequence[str]) -> bool:
    """Make {side}_few of {side}_all: all rows but those of numbers that both sides have once, and alike.

    currencies: all that there are. Return False, and make nothing, when so much differs that it would not pay.
    """
    for side in _SIDES:
        engine.view(
            f"{side}_narrow",
            f"SELECT number, kind, amount, fee, {_coin(currencies)} AS coin, {', '.join(_MARKS)} FROM {side}_all"
            f" WHERE kind <> {REVERSAL}",
        )
    differ = " OR ".join(f"s.{name} <> r.{name}" for name in ("amount", "state", "fee", "mark", "coin"))
    engine.keep(
        "met",
        "SELECT coalesce(s.bucket, r.bucket) AS bucket, count(s.kind) AS s_rows, count(r.kind) AS r_rows,"
        f" min(coalesce(s.number, r.number), {_MOST}) FILTER (WHERE s.kind IS NULL OR r.kind IS NULL OR {differ})"
        " AS numbers FROM statement_narrow AS s FULL OUTER JOIN records_narrow AS r"
        " ON s.number = r.number AND s.kind = r.kind GROUP BY 1",
    )
    if engine.rows(f"SELECT 1 FROM met WHERE len(numbers) = {_MOST} LIMIT 1"):
        return False
    # A number that stands twice, and has a partner, makes more rows of the join than there are: that is seen where
    # rows are counted by bucket, and looked for in those buckets alone.
    engine.keep(
        "doubtful",
        "SELECT bucket FROM (SELECT bucket, s_rows, r_rows FROM met"
        " UNION ALL SELECT bucket, -count(*), 0 FROM statement_narrow GROUP BY bucket"
        " UNION ALL SELECT bucket, 0, -count(*) FROM records_narrow GROUP BY bucket) AS counted"
        " GROUP BY bucket HAVING sum(s_rows) <> 0 OR sum(r_rows) <> 0",
    )
    parts = ["SELECT unnest(numbers) AS number FROM met"]
    for side in _SIDES:
        parts.append(
            f"SELECT number FROM {side}_narrow WHERE bucket IN (SELECT bucket FROM doubtful)"
            " GROUP BY number, kind HAVING count(*) > 1"
        )
        parts.append(f"SELECT number FROM {side}_all WHERE kind = {REVERSAL}")
    engine.keep("numbers", f"SELECT number FROM ({' UNION '.join(parts)}) AS named WHERE number IS NOT NULL")
    for side in _SIDES:
        engine.keep(
            f"{side}_few",
            f"SELECT * FROM {side}_all WHERE entry IN (SELECT entry FROM {side}_all"
            " WHERE number IS NULL OR number IN (SELECT number FROM numbers))",
        )
    return True


def _coin(currencies: Sequence[str]) -> str:
    """Return the SQL for the currency as one small number."""
    if len(currencies) < 2:
        return "CAST(0 AS TINYINT)"
    cases = " ".join(f"WHEN '{currency}' THEN {at}" for at, currency in enumerate(currencies))
    return f"CAST(CASE currency {cases} END AS SMALLINT)"
