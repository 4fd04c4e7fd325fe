"""Both sides into an engine, and what must hold of them before they are compared."""

# ruff: noqa: S608 - names in a query are ours, and texts from outside pass through Engine.literal.
from __future__ import annotations

from collections import Counter

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.migration.reconciling import narrowing, sides
from wxpay_v2.migration.reconciling.columns import PAYMENT_STATES
from wxpay_v2.migration.reconciling.statement_file import in_units
from wxpay_v2.money import decimals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from wxpay_v2.migration.reconciling.engine import Engine
    from wxpay_v2.migration.reconciling.records import Records
    from wxpay_v2.migration.reconciling.statement_file import Proof, StatementFile

    Rows = Counter[tuple[int, str]]

__all__ = ["Numbers", "kinds_of", "load_records", "load_statement"]

_SHOWN = 10  # words in an error
_DECIMALS = (0, 2, 3)  # that a currency may have
_FINER = ", ".join(
    f"max(CASE WHEN amount <> CAST(amount AS DECIMAL(18, {places})) THEN 1 ELSE 0 END)" for places in _DECIMALS
)


class Numbers:
    """The columns that are the number of a payment, and of a refund; "" where the records have none."""

    def __init__(self, names: Iterable[str] = ("out_trade_no", "out_refund_no")) -> None:
        found = set(names)
        self.payment = next((name for name in ("out_trade_no", "transaction_id", "flow_no") if name in found), "")
        self.refund = next((name for name in ("out_refund_no", "refund_id") if name in found), "")


def kinds_of(statement: StatementFile) -> tuple[int, ...]:
    """Return which rows a statement can have, as of `sides.KINDS`."""
    if statement.kind == "fundflow":
        return (sides.BOOKING,)
    if statement.kind.endswith("REFUND"):
        return (sides.REFUND,)
    return (sides.PAYMENT, sides.REFUND) if "out_refund_no" in statement.names else (sides.PAYMENT,)


def load_statement(engine: Engine, statement: StatementFile, side: str, numbers: Numbers, folder: Path) -> Rows:
    """Make the table {side}_side of the rows of *statement*, proved; return how many there are by kind and currency.

    Raises Malformed for a statement whose rows do not make its summary, or that cannot be read exactly.
    """
    try:
        proof = statement.proof()
        if proof is None:
            raise Malformed("the statement ends without its summary")
        engine.open_statement(f"{side}_raw", statement.path, statement.header, len(statement.names))
        found = _kept(engine, statement, side, numbers, proof)
    except Malformed:
        place = folder / f"{side}.csv"
        statement.written(place)  # the package's own reader has the last word, and the words for it
        engine.open_csv(f"{side}_raw", place, ",", len(statement.names), empty=True)
        found = _kept(engine, statement, side, numbers, None)
    entry = narrowing.columns(engine, kept=True)[-1:]  # the other columns are among its own
    engine.view(f"{side}_side", f"SELECT {', '.join(('*', *entry))} FROM {side}_loaded")
    return found


def _kept(engine: Engine, statement: StatementFile, side: str, numbers: Numbers, proof: Proof | None) -> Rows:
    """Make {side}_loaded, hold it against *proof*, and count it."""
    names = proof.columns if proof else ()
    column, values = proof.directions if proof else ("", ())
    query = sides.of_statement(engine, f"{side}_raw", statement.names, numbers.payment, numbers.refund, names)
    engine.keep(f"{side}_loaded", narrowing.marked(engine, sides.amounts(query, statement.names), side))
    unread = [f"amount IS NULL OR (fee IS NULL AND kind <> {sides.BOOKING})", *(f"t_{name} IS NULL" for name in names)]
    direction = column or "''"
    found: Rows = Counter()
    counts = dict.fromkeys(values, 0)
    sums = {value: [0] * len(names) for value in values}
    for kind, currency, way, rows, wrong, *rest in engine.rows(
        f"SELECT kind, currency, {direction} AS way, count(*), count(CASE WHEN {' OR '.join(unread)} THEN 1 END),"
        f" {_FINER}{''.join(f', sum(t_{name})' for name in names)} FROM {side}_loaded"
        f" GROUP BY kind, currency, {direction}"
    ):
        if kind < 0:
            found[kind, ""] += rows
            continue
        if wrong:
            raise Malformed(f"the statement has {wrong} amounts that are none", remedy="download it again")
        _whole(currency, rest[: len(_DECIMALS)], "the statement")
        found[kind, currency] += rows
        if way in counts:
            counts[way] += rows
            sums[way] = [
                total + in_units(value) for total, value in zip(sums[way], rest[len(_DECIMALS) :], strict=True)
            ]
    others = found.pop((-1, ""), 0)
    if others != (proof.lines if proof else 0):
        raise Malformed("a line of the statement is neither a row nor the end", remedy="download it again")
    engine.forget(f"{side}_loaded", [f"t_{name}" for name in sides.summed(statement.names, names)])
    if proof:
        proof.hold(found.total(), {value: (counts[value], sums[value]) for value in values})
    return found


def load_records(
    engine: Engine, records: Records, places: Mapping[str, int], numbers: Numbers, *, minor: bool, currency: str,
    states: Mapping[str, str],
) -> Rows:  # fmt: skip
    """Make the table records_side; return how many rows there are by kind and currency.

    Raises InvalidRequest for an amount that is not exact, a word that is no status, or a row without a number.
    """
    records.open(engine, "records_raw", list(places.values()))
    told = sides.of_records(engine, "records_raw", places, numbers.payment, numbers.refund, currency, states)
    engine.view("records_told", told)
    valued = sides.valued(engine, "records_told", minor=minor)
    engine.keep("records_loaded", narrowing.marked(engine, valued, "records"))
    found: Rows = Counter()
    wrong = ", ".join(f"count(CASE WHEN {condition} THEN 1 END)" for condition in _WRONG.values())
    # What is unclear is told before a currency that is none.
    counted = engine.rows(
        f"SELECT kind, currency, count(*), {_FINER}, {wrong} FROM records_loaded GROUP BY kind, currency"
    )
    for place, name in enumerate(_WRONG):
        count = sum(row[3 + len(_DECIMALS) + place] for row in counted)
        if count:
            raise _unclear(engine, name, count, minor=minor)
    for kind, name, rows, *rest in counted:
        _whole(name, [0] * len(_DECIMALS) if minor else rest[: len(_DECIMALS)], "the records")
        found[kind, name] += rows
    currencies = {name for _, name in found}
    more = narrowing.columns(engine, kept=True)
    engine.view("records_side", sides.in_main("records_loaded", more, minor=minor, currencies=currencies))
    return found


# What may be wrong with a row of the records: a condition on records_loaded.
_WRONG = {
    "number": "number IS NULL",
    "amount": "amount IS NULL",
    "sign": f"kind <> {sides.REFUND} AND amount < 0",
    "fee": "fee IS NULL AND has_fee",
    "status": "status LIKE '?%'",
}
# The same as a condition on records_told, and what to show of it.
_TOLD = {
    "number": "coalesce(transaction_id, told)", "amount": "coalesce(told, '')", "sign": "told", "fee": "told_fee",
    "status": "substr(status, 2)",
}  # fmt: skip


def _unclear(engine: Engine, name: str, count: int, *, minor: bool) -> InvalidRequest:
    found = engine.rows(
        f"SELECT DISTINCT {_TOLD[name]} FROM ({sides.valued(engine, 'records_told', minor=minor, told=True)}) AS loaded"
        f" WHERE {_WRONG[name]} LIMIT {_SHOWN}"
    )
    words = sorted(str(word) for (word,) in found)
    listed = ", ".join(map(quoted, words))
    exact = "whole numbers of the smallest unit; for decimals say --amounts major" if minor else "decimals"
    message, remedy = {
        "number": ("rows without a number", "leave them out, or map the column that has it: --map out_trade_no=COLUMN"),
        "amount": (f"amounts that are not exact: {listed}", f"give {exact}"),
        "sign": (f"payments below 0: {listed}", "map the column of the refunds' numbers: --map out_refund_no=COLUMN"),
        "fee": (f"fees that are not exact: {listed}", f"give {exact}"),
        "status": (
            f"rows with a status that is not known: {listed}",
            f"say what it means: --status {words[0]}=SUCCESS; ours are {', '.join(PAYMENT_STATES)}",
        ),
    }[name]
    return InvalidRequest(f"the records have {count} {message}", remedy=remedy)


def _whole(currency: str, finer: Sequence[int], what: str) -> None:
    """Raise Malformed unless amounts are whole in the smallest unit. finer: than 0, 2, 3 decimals there are some."""
    try:
        places = decimals(currency)
    except InvalidRequest:
        raise Malformed(f"{what} has a currency that is none: {quoted(currency)}") from None
    if dict(zip(_DECIMALS, finer, strict=True))[places]:
        raise Malformed(
            f"{what} has amounts in {currency} of more than {places} decimals: not exact",
            remedy="they are no amounts of money; look where they come from",
        )
