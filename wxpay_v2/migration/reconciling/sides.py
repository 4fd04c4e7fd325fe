"""Both sides of a comparison as one kind of table, in SQL that DuckDB and Spark both know.

A side's columns: kind (see `KINDS`; -1 of a line that is no row), number, transaction_id, currency, amount and fee
(DECIMAL(18, 8) of the main unit, so whole numbers to the machine), status, moment. Of what is given back amount and fee
have no sign: what a minus means there, every book has its own opinion.
"""

# ruff: noqa: S608 - names in a query are ours, and texts from outside pass through Engine.literal.
from __future__ import annotations

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.migration.reconciling.columns import DIRECTIONS, PAYMENT_STATES, REFUND_STATES
from wxpay_v2.money import decimals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wxpay_v2.migration.reconciling.engine import Engine

__all__ = [
    "BOOKING",
    "KINDS",
    "NOT_OWED",
    "PAYMENT",
    "REFUND",
    "REVERSAL",
    "amounts",
    "in_main",
    "of_records",
    "of_statement",
    "summed",
    "valued",
]

PAYMENT, REFUND, REVERSAL, BOOKING = 0, 1, 2, 3
KINDS = {PAYMENT: "payment", REFUND: "refund", BOOKING: "booking"}  # a reversal is folded into its payment
NOT_OWED = ("NOTPAY", "USERPAYING", "FAIL", "CHANGE", "REVOKED")  # a record so may be in no statement

_MONEY = "DECIMAL(18, 8)"
_NO_TEXT = "CAST(NULL AS STRING)"
_UNIT = {0: "1", 2: "0.01", 3: "0.001"}  # of the main unit, by decimals
_WHOLE, _FRACTION = "-?[0-9]{1,10}", "([.][0-9]{1,5})?"
_AMOUNTS = ("total_fee", "refund_fee", "fee", "returned_fee", "amount")


def of_statement(
    engine: Engine, raw: str, names: Sequence[str], payment_by: str, refund_by: str, sums: Iterable[str]
) -> str:
    """Return the query for the side that the statement *raw* is, but with t_NAME for its amounts: see `amounts`.

    names: ours of c0, c1, ...; payment_by, refund_by: the columns that are the number; sums: amounts that the summary
    adds up. An amount that is none is NULL.
    """
    cells = {name: f"c{place}" for place, name in enumerate(names)}
    cells[names[0]] = "substr(c0, 2)"  # without its back-tick
    row = f"c{len(names) - 1} IS NOT NULL AND c0 LIKE '`%'"  # a cell that is not there is NULL, an empty one is ""
    values = {name: _decimal(engine, cells[name]) for name in summed(names, sums)}
    totals = "".join(f", {value} AS t_{name}" for name, value in values.items())
    if "flow_no" in cells:
        columns = {
            "number": cells["flow_no"], "transaction_id": cells["business_no"], "currency": "'CNY'",
            "status": _words(engine, cells["direction"], DIRECTIONS, cells["direction"]),
            "moment": cells["booking_time"], "direction": cells["direction"],
        }  # fmt: skip
        kind = f"CASE WHEN {row} THEN {BOOKING} ELSE -1 END"
        return f"SELECT {_small(kind)} AS kind, {_as(columns)}{totals} FROM {raw}"
    nothing = "''"
    state, currency = cells["trade_state"], cells["fee_type"]
    refund_no, refund_id = cells.get("out_refund_no", nothing), cells.get("refund_id", nothing)
    back_status = cells.get("refund_status", nothing)
    # Each branch of a CASE is worked out for its own rows only.
    columns = {
        "number": _by_kind(
            f"nullif({cells[payment_by]}, '')",
            f"coalesce(nullif(nullif({cells.get(refund_by, nothing)}, ''), '0'), {refund_id})",
        ),
        "transaction_id": cells["transaction_id"],
        "currency": _by_kind(currency, f"coalesce(nullif({cells.get('refund_fee_type', nothing)}, ''), {currency})"),
        "status": _by_kind(state, f"nullif({_words(engine, back_status, REFUND_STATES, back_status)}, '')"),
        "moment": cells["trade_time"],
    }
    kind = (
        f"CASE WHEN NOT ({row}) THEN -1 WHEN {state} = 'REVOKED' THEN {REVERSAL}"
        f" WHEN {state} = 'REFUND' OR {refund_no} NOT IN ('', '0') THEN {REFUND} ELSE {PAYMENT} END"
    )
    return f"SELECT kind, {_as(columns)}{totals} FROM (SELECT *, {_small(kind)} AS kind FROM {raw}) AS cells"


def summed(names: Iterable[str], sums: Iterable[str]) -> list[str]:
    """Return which of *names* `of_statement` has as t_NAME, until the rows are proved."""
    return [name for name in names if name in _AMOUNTS or name in sums]


def amounts(query: str, names: Sequence[str]) -> str:
    """Return *query*, of `of_statement`, with amount and fee of each row's kind."""
    if "flow_no" in names:
        return f"SELECT *, t_amount AS amount, CAST(NULL AS {_MONEY}) AS fee FROM ({query}) AS valued"
    back = "t_refund_fee" if "refund_fee" in names else f"CAST(0 AS {_MONEY})"
    fee = "t_fee" if "fee" in names else "t_returned_fee"
    return (
        f"SELECT *, CASE WHEN kind = {PAYMENT} THEN t_total_fee WHEN {back} = 0 THEN abs(t_total_fee)"
        f" ELSE abs({back}) END AS amount, CASE WHEN kind = {PAYMENT} THEN {fee} ELSE abs({fee}) END AS fee"
        f" FROM ({query}) AS valued"
    )


def of_records(
    engine: Engine, raw: str, places: Mapping[str, int], payment_by: str, refund_by: str, currency: str,
    states: Mapping[str, str],
) -> str:  # fmt: skip
    """Return the query for what the records *raw* tell: a side with told and told_fee, texts, for its amounts.

    places: our name -> column; currency: where none is told; states: words of the merchant's own -> ours. A status
    that nobody knows begins with "?". Raises InvalidRequest for a status of ours that there is not.
    """
    cells = {name: f"nullif(c{place}, '')" for name, place in places.items()}
    own = {word.upper(): state.upper() for word, state in states.items()}
    absent = [state for state in own.values() if state not in PAYMENT_STATES]
    if absent:
        raise InvalidRequest(f"no status of ours: {quoted(absent[0])}", remedy=f"ours are {', '.join(PAYMENT_STATES)}")
    status = cells.get("status", _NO_TEXT)
    amount = cells.get("amount", cells.get("refund_amount", ""))
    columns = {
        "transaction_id": cells.get("transaction_id", _NO_TEXT),
        "moment": cells.get("time", _NO_TEXT),
        "currency": f"coalesce(upper(trim({cells['currency']})), '{currency}')"
        if "currency" in cells
        else f"'{currency}'",
        "told_fee": cells.get("fee", _NO_TEXT),
        "paid_told": amount,
        "back_told": cells.get("refund_amount", amount),
    }
    if "flow_no" in cells:
        direction = cells.get("direction", _NO_TEXT)
        columns |= {
            "kind": str(BOOKING), "paid_number": cells["flow_no"], "back_number": "''",
            "transaction_id": cells.get("business_no", _NO_TEXT),
            "paid_status": _words(engine, direction, DIRECTIONS, f"'?' || {direction}"), "back_status": "''",
        }  # fmt: skip
    else:
        refund_no = cells.get(refund_by, _NO_TEXT)
        back_status = cells.get("refund_status", status)
        paid_words = {**PAYMENT_STATES, **{word: PAYMENT_STATES[state] for word, state in own.items()}}
        back_words = {**REFUND_STATES, **{word: REFUND_STATES[state] for word, state in own.items()}}
        columns |= {
            "kind": f"CASE WHEN {refund_no} IS NULL OR {refund_no} = '0' THEN {PAYMENT} ELSE {REFUND} END",
            "paid_number": cells.get(payment_by, _NO_TEXT), "back_number": refund_no,
            "paid_status": _words(engine, status, paid_words, f"'?' || {status}"),
            "back_status": _words(engine, back_status, back_words, f"'?' || {back_status}"),
        }  # fmt: skip
    kind = f"CASE WHEN kind = {PAYMENT} AND paid_status = 'REVOKED' THEN {REVERSAL} ELSE kind END"
    return (
        f"SELECT {_small(kind)} AS kind,"
        f" {_by_kind('paid_number', 'back_number')} AS number, transaction_id, currency,"
        f" {_by_kind('paid_told', 'back_told')} AS told, told_fee, {_by_kind('paid_status', 'back_status')} AS status,"
        f" moment FROM (SELECT {_as(columns)} FROM {raw}) AS cells"
    )


def valued(engine: Engine, table: str, *, minor: bool, told: bool = False) -> str:
    """Return the query for *table*, of `of_records`, with amount and fee: as told, or NULL where they are not exact.

    minor: they are whole numbers of the smallest unit, a fee with up to 5 decimals. told: leave the texts there.
    """
    if minor:
        amount = f"CASE WHEN {engine.matches('told', _WHOLE)} THEN TRY_CAST(told AS DECIMAL(10, 0)) END"
        fee = (
            f"CASE WHEN {engine.matches('told_fee', _WHOLE + _FRACTION)} THEN TRY_CAST(told_fee AS DECIMAL(15, 5)) END"
        )
    else:
        amount, fee = _decimal(engine, "told"), _decimal(engine, "told_fee")
    texts = ", told, told_fee" if told else ""
    return (
        f"SELECT kind, number, transaction_id, currency, {_by_kind(amount, f'abs({amount})')} AS amount,"
        f" {_by_kind(fee, f'abs({fee})')} AS fee, status, moment,"
        f" told_fee IS NOT NULL AS has_fee{texts} FROM {table}"
    )


def in_main(table: str, more: Sequence[str], *, minor: bool, currencies: Iterable[str]) -> str:
    """Return the query for the side that *table*, of `valued`, is: amount and fee in the main unit. more: columns."""
    amount, fee = (_main("amount", currencies), _main("fee", currencies)) if minor else ("amount", "fee")
    return (
        f"SELECT {', '.join(('kind', 'number', 'transaction_id', 'currency', 'status', 'moment', *more))},"
        f" {amount} AS amount, {fee} AS fee FROM {table}"
    )


def _small(kind: str) -> str:
    return f"CAST({kind} AS TINYINT)"


def _as(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {name}" for name, expression in columns.items())


def _by_kind(paid: str, back: str) -> str:
    return f"CASE WHEN kind = {REFUND} THEN {back} ELSE {paid} END"


def _words(engine: Engine, text: str, words: Mapping[str, str], otherwise: str) -> str:
    """Return the SQL for *text* in our words, NULL where it is NULL."""
    known = " ".join(f"WHEN {engine.literal(word)} THEN {engine.literal(ours)}" for word, ours in words.items())
    return f"CASE upper({text}) {known} ELSE {otherwise} END"


def _decimal(engine: Engine, text: str) -> str:
    """Return the SQL for a decimal of the main unit; an empty text is 0, what is no such decimal NULL."""
    fits = engine.matches(text, "-?[0-9]{1,10}([.][0-9]{1,8})?")
    # Most refunds and coupons are "0.00", which is seen sooner than matched.
    zero, value = f"CAST(0 AS {_MONEY})", f"TRY_CAST({text} AS {_MONEY})"
    return f"CASE WHEN {text} = '0.00' THEN {zero} WHEN {fits} THEN {value} WHEN {text} = '' THEN {zero} END"


def _main(value: str, currencies: Iterable[str]) -> str:
    """Return the SQL for *value*, of the smallest unit of the row's currency, as a decimal of the main unit."""
    by_decimals: dict[int, list[str]] = {}
    for currency in sorted(currencies):
        by_decimals.setdefault(decimals(currency), []).append(f"'{currency}'")
    cases = " ".join(
        f"WHEN currency IN ({', '.join(found)}) THEN CAST({value} * {_UNIT[places]} AS {_MONEY})"
        for places, found in by_decimals.items()
    )
    if len(by_decimals) > 1:
        return f"CASE {cases} END"
    return f"CAST({value} * {_UNIT[next(iter(by_decimals), 0)]} AS {_MONEY})"
