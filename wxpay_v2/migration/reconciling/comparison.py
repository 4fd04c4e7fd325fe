"""The comparison: two sides in, every difference out, by class. One SQL for both engines.

What stands twice is put aside first; a reversal becomes a word about its payment; then both sides are joined by number,
and what is kept of the join is pairs that differ and rows without a partner. Where an engine can tell quickly which
rows need no look at all, that comes before: see narrowing.py.
"""

# ruff: noqa: S608 - names in a query are ours, and texts from outside pass through Engine.literal.
from __future__ import annotations

from wxpay_v2.migration.reconciling import narrowing
from wxpay_v2.migration.reconciling.differences import CLASSES, difference, total
from wxpay_v2.migration.reconciling.sides import NOT_OWED, PAYMENT, REVERSAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wxpay_v2.migration.reconciling.differences import Difference, Total
    from wxpay_v2.migration.reconciling.engine import Engine

__all__ = ["Comparison"]

_SIDE = ("number", "transaction_id", "currency", "amount", "fee", "status", "moment")
_PAIRS = {
    "amount": "s_amount <> r_amount AND s_currency = r_currency",  # two currencies' amounts cannot be compared
    "currency": "s_currency <> r_currency",
    "status": "s_status <> r_status",
    "fee": "s_fee <> r_fee AND s_currency = r_currency",
    "transaction_id": "s_transaction_id <> r_transaction_id",
}
_REPEATED = "SELECT kind, number FROM {} WHERE number IS NOT NULL GROUP BY kind, number HAVING count(*) > 1"
_NOT_OWED = ", ".join(f"'{state}'" for state in NOT_OWED)
_MAY_LACK = f"coalesce(r_status, '') IN ({_NOT_OWED})"  # needs no row of the statement: nothing was paid
# A global statement is made before the news of a refund has come.
_STATUS_OF_EITHER = "s_status <> r_status AND NOT (s_status = 'PROCESSING' AND r_status = 'SUCCESS')"


class Comparison:
    """Compare the tables statement_side and records_side of *engine*.

    rows: how many rows of each kind "statement" and "records" have. kinds: those that both can have, as of
    `sides.KINDS`; rows of others are put aside. currencies: all that there are. either: a refund that the statement
    calls PROCESSING may be done.
    compared: how many rows of each side took part. pairs: numbers that both have; not_owed: rows of the records that
    lack a partner and need none, for they were not paid. totals: of the differences.
    """

    def __init__(
        self, engine: Engine, rows: Mapping[str, Mapping[int, int]], kinds: Sequence[int],
        currencies: Sequence[str], *, either: bool,
    ) -> None:  # fmt: skip
        self._engine = engine
        self._kinds = (*kinds, REVERSAL) if PAYMENT in kinds else tuple(kinds)
        self._pairs = {**_PAIRS, "status": _STATUS_OF_EITHER} if either else _PAIRS
        self.compared = {side: sum(found.get(kind, 0) for kind in self._kinds) for side, found in rows.items()}
        reversals = {side: found.get(REVERSAL, 0) if REVERSAL in self._kinds else 0 for side, found in rows.items()}
        shown = ", ".join(("kind", *_SIDE, *narrowing.columns(engine)))
        for side in rows:
            engine.view(f"{side}_all", f"SELECT {shown} FROM {side}_side WHERE kind IN ({self._listed()})")
        few = engine.narrow and narrowing.narrow(engine, currencies)
        folded = {}
        for side in rows:
            self._part(side, f"{side}_few" if few else f"{side}_all")
            folded[side] = self._fold(side, reversals[side])
        self._join()
        self._tell()
        self.totals, self.not_owed = self._totals()
        alone = sum(
            one.count for one in self.totals if one.difference in ("missing_in_records", "duplicate_in_statement")
        )
        self.pairs = self.compared["statement"] - folded["statement"] - alone

    def _listed(self) -> str:
        return ", ".join(map(str, self._kinds))

    def _part(self, side: str, rows: str) -> None:
        """Make {side}_single and {side}_twice of the table *rows*."""
        engine = self._engine
        engine.keep(f"{side}_repeated", _REPEATED.format(rows))
        if not engine.rows(f"SELECT 1 FROM {side}_repeated LIMIT 1"):
            engine.view(f"{side}_single", f"SELECT kind, {_columns()} FROM {rows}")
            engine.view(f"{side}_twice", f"SELECT * FROM {side}_single LIMIT 0")
            return
        # Whichever engine read the rows, and in whatever order, the same one of them stays.
        numbers = f"{side}_repeated AS b WHERE a.number = b.number AND a.kind = b.kind"
        order = "a.amount, a.currency, a.status, a.fee, a.transaction_id, a.moment"
        engine.keep(
            f"{side}_ranked",
            f"SELECT a.*, row_number() OVER (PARTITION BY a.kind, a.number ORDER BY {order}) AS place"
            f" FROM {rows} AS a WHERE EXISTS (SELECT 1 FROM {numbers})",
        )
        engine.view(
            f"{side}_single",
            f"SELECT kind, {_columns()} FROM {rows} AS a WHERE NOT EXISTS (SELECT 1 FROM {numbers})"
            f" UNION ALL SELECT kind, {_columns()} FROM {side}_ranked WHERE place = 1",
        )
        engine.view(f"{side}_twice", f"SELECT kind, {_columns()} FROM {side}_ranked WHERE place > 1")

    def _fold(self, side: str, reversals: int) -> int:
        """Make {side}_once of {side}_single; return how many reversals became a word of a payment.

        A payment with a reversal beside it is REVOKED; a reversal alone is a payment of another day, REVOKED.
        """
        if not reversals:
            self._engine.view(f"{side}_once", f"SELECT * FROM {side}_single")
            return 0
        self._engine.keep(f"{side}_reversals", f"SELECT * FROM {side}_single WHERE kind = {REVERSAL}")
        self._engine.keep(
            f"{side}_reversed",
            f"SELECT a.number FROM {side}_single AS a JOIN {side}_reversals AS b ON a.number = b.number"
            f" WHERE a.kind = {PAYMENT}",
        )
        is_reversed = f"EXISTS (SELECT 1 FROM {side}_reversed AS b WHERE a.number = b.number)"
        revoked = {"status": "'REVOKED'"}
        self._engine.view(
            f"{side}_once",
            f"SELECT * FROM {side}_single AS a WHERE kind NOT IN ({PAYMENT}, {REVERSAL})"
            f" UNION ALL SELECT * FROM {side}_single AS a WHERE kind = {PAYMENT} AND NOT {is_reversed}"
            f" UNION ALL SELECT kind, {_columns(revoked)} FROM {side}_single AS a"
            f" WHERE kind = {PAYMENT} AND {is_reversed}"
            f" UNION ALL SELECT {PAYMENT} AS kind, {_columns(revoked)} FROM {side}_reversals AS a"
            f" WHERE NOT {is_reversed}",
        )
        ((folded,),) = self._engine.rows(f"SELECT count(*) FROM {side}_reversed")
        return int(folded)

    def _join(self) -> None:
        """Make the table found: pairs that differ, and rows without a partner."""
        told = ", ".join(f"{side}.{name} AS {side}_{name}" for side in "sr" for name in ("kind", *_SIDE))
        differ = " OR ".join(f"({condition})" for condition in self._pairs.values())
        self._engine.keep(
            "found",
            f"SELECT * FROM (SELECT {told} FROM statement_once AS s FULL OUTER JOIN records_once AS r"
            f" ON s.number = r.number AND s.kind = r.kind) AS joined"
            f" WHERE s_kind IS NULL OR r_kind IS NULL OR {differ}",
        )

    def _tell(self) -> None:
        """Make the table differences: a row for each class that one of found is in, and for each that stood twice."""
        classes = {
            "missing_in_statement": f"s_kind IS NULL AND NOT {_MAY_LACK}",
            "missing_in_records": "r_kind IS NULL",
            **self._pairs,
            "": f"s_kind IS NULL AND {_MAY_LACK}",
        }
        values = ", ".join(f"({_place(name)})" for name in classes)
        cases = " ".join(f"WHEN {_place(name)} THEN {condition}" for name, condition in classes.items())
        parts = [
            f"SELECT class, {_SHOWN} FROM found CROSS JOIN (VALUES {values}) AS classes(class)"
            f" WHERE CASE class {cases} END"
        ]
        for side, mine, other in (("statement", "s", "r"), ("records", "r", "s")):
            own = ", ".join(f"{name} AS {mine}_{name}, NULL AS {other}_{name}" for name in _SIDE)
            kind = f"CASE kind WHEN {REVERSAL} THEN {PAYMENT} ELSE kind END"  # it is told of as the payment's
            own = f"{kind} AS {mine}_kind, NULL AS {other}_kind, {own}"
            place = _place(f"duplicate_in_{side}")
            parts.append(f"SELECT {place} AS class, {_SHOWN} FROM (SELECT {own} FROM {side}_twice) AS twice")
        self._engine.keep("differences", " UNION ALL ".join(parts))

    def _totals(self) -> tuple[list[Total], int]:
        group = "class, kind, s_currency, r_currency"
        rows = self._engine.rows(
            f"SELECT {group}, count(*), sum(s_amount), sum(r_amount), sum(s_fee), sum(r_fee)"
            f" FROM differences GROUP BY {group} ORDER BY {group}"
        )
        return [total(row) for row in rows if row[0] >= 0], sum(row[4] for row in rows if row[0] < 0)

    def differences(self, of_class: str = "", limit: int = 0) -> Iterator[Difference]:
        """Yield the differences by class, kind and number. of_class: "" for all; limit: 0 for all."""
        chosen = f"class = {_place(of_class)}" if of_class else "class >= 0"
        most = f" LIMIT {limit}" if limit else ""
        return map(
            difference, self._engine.stream(f"SELECT * FROM differences WHERE {chosen} ORDER BY class, {_ORDER}{most}")
        )

    def samples(self, each: int) -> list[Difference]:
        """Return the first differences of every class, at most *each*."""
        ranked = f"SELECT *, row_number() OVER (PARTITION BY class ORDER BY {_ORDER}) AS place FROM differences"
        rows = self._engine.rows(
            f"SELECT * FROM ({ranked}) AS ranked WHERE place <= {each} AND class >= 0 ORDER BY class, place"
        )
        return [difference(row[:-1]) for row in rows]


_ORDER = "kind, number, s_amount, r_amount, s_currency, r_currency, moment"
_SHOWN = (
    "coalesce(s_kind, r_kind) AS kind, coalesce(s_number, r_number) AS number, s_amount, r_amount, s_currency,"
    " r_currency, s_status, r_status, s_fee, r_fee, s_transaction_id, r_transaction_id,"
    " coalesce(s_moment, r_moment) AS moment"
)


def _place(name: str) -> int:
    """Return the number of a class; -1 for none: a row that is in no statement because nothing was paid."""
    return list(CLASSES).index(name) if name else -1


def _columns(instead: dict[str, str] | None = None) -> str:
    """Return the columns of a side. instead: name -> SQL."""
    return ", ".join(f"{instead[name]} AS {name}" if instead and name in instead else name for name in _SIDE)
