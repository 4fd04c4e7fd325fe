"""A column at a time gives what cell by cell would give, sums included, and refuses the same cells."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import Malformed
from wxpay_v2.money import parse_decimal
from wxpay_v2.v2.statement_layout import AMOUNT, DAY, MINOR, NUMBER, TEXT, TIME
from wxpay_v2.v2.statement_values import CONVERT, column, total, units

AMOUNTS = st.from_regex(r"-?[0-9]{1,12}(\.[0-9]{1,8})?", fullmatch=True).filter(str.isascii)
TWO_DECIMALS = st.integers(-(10**6), 10**6).map(lambda fen: f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02d}")
NO_AMOUNTS = st.sampled_from(
    ["1e2", "1,00", " 1.00", "1.00 ", ".50", "1.", "--1.00", "1-.00", "+1.00", "1_0.00", "１.00", "NaN", "1.123456789",
     "1234567890123.00", "1.2.3", "-", ".", "-.50", "0x1", "1.0-", "\x00", "1\r"]
)  # fmt: skip
COLUMNS = st.one_of(
    st.lists(AMOUNTS | st.just(""), max_size=30),
    st.lists(TWO_DECIMALS, max_size=30),
    st.lists(st.just("0.00") | TWO_DECIMALS, max_size=30),
)


def cells(texts: list[str]) -> list[bytes]:
    return [text.encode() for text in texts]


@given(COLUMNS)
@example(["1.0", "2.00", "3", ""])
@example(["1.10", "-2.20", "3.30"])
def test_m2_a_column_of_amounts_is_summed_and_converted_exactly(texts: list[str]) -> None:
    exact = [parse_decimal(text) if text else None for text in texts]
    found = column("fee", AMOUNT, cells(texts), 2)
    assert found == exact and list(map(str, found)) == list(map(str, exact))
    with localcontext() as context:
        context.prec = 60
        assert total("fee", cells(texts), 2, {}) == sum(amount or 0 for amount in exact) * 10**8


@given(COLUMNS, NO_AMOUNTS, st.data())
def test_m2_one_cell_that_is_no_amount_is_found_with_its_line(
    texts: list[str], wrong: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(texts)))
    texts.insert(place, wrong)
    for read in (lambda: total("fee", cells(texts), 7, {}), lambda: column("fee", AMOUNT, cells(texts), 7)):
        with pytest.raises(Malformed, match=f"line {7 + place} of the statement, fee: .*not a decimal amount"):
            read()


@pytest.mark.parametrize("wrong", ["-2.2-0", "2-.20", ".50", "1234567890123.00", "1.1.0", "x"])
@pytest.mark.parametrize("others", [["1.10", "2.20", "3.30"], ["0.00", "0.00", "0.00"]])
def test_m2_a_wrong_cell_does_not_hide_in_a_column(others: list[str], wrong: str) -> None:
    for place in range(4):
        found = cells([*others[:place], wrong, *others[place:]])
        with pytest.raises(Malformed, match=f"line {2 + place} "):
            total("fee", found, 2, {})
        with pytest.raises(Malformed, match=f"line {2 + place} "):
            column("fee", AMOUNT, found, 2)


@given(st.lists(st.datetimes().map(lambda moment: moment.replace(microsecond=0))))
def test_a_column_of_times_is_aware_and_in_beijing(moments: list[datetime]) -> None:
    texts = [moment.isoformat(" ") for moment in moments]
    found = column("trade_time", TIME, cells(texts), 2)
    assert found == [moment.replace(tzinfo=BEIJING) for moment in moments]
    assert all(moment.tzinfo is BEIJING for moment in found)
    if texts:
        assert column("trade_time", TIME, cells([*texts, ""]), 2) == [*found, None]


@pytest.mark.parametrize(
    "wrong", ["2026-02-30 10:00:00", "2026-03-01T10:00:00", "2026-03-01 24:00:00", "20260301", "1"]
)
def test_a_time_that_is_none_is_found_with_its_line(wrong: str) -> None:
    with pytest.raises(Malformed, match="line 4 of the statement, trade_time: not a time"):
        column("trade_time", TIME, cells(["2026-03-01 10:00:00", "", wrong]), 2)


@pytest.mark.parametrize(
    ("holds", "good", "bad"),
    [
        (NUMBER, ("92000000", 92000000), ("-1", "0.92", "１", "1" * 19)),
        (MINOR, ("-11", -11), ("1.0", "+1", "--1", "1" * 19)),
        (AMOUNT, ("-0.01", Decimal("-0.01")), ("-", "1e5")),
    ],
)
def test_other_columns_go_cell_by_cell(holds: str, good: tuple[str, object], bad: tuple[str, ...]) -> None:
    text, value = good
    assert column("name", holds, cells([text, "", text]), 2) == [value, None, value]
    for wrong in bad:
        with pytest.raises(Malformed, match="line 3 of the statement, name: "):
            column("name", holds, cells([text, wrong]), 2)


def test_days_are_dates_and_texts_are_texts() -> None:
    assert column("date_start", DAY, [b"2026-03-01", b"20260301"], 2) == [date(2026, 3, 1)] * 2
    assert column("body", TEXT, ["茶".encode(), b""], 2) == ["茶", ""]
    with pytest.raises(Malformed, match="not a day"):
        CONVERT[DAY](b"2026-13-01")


def test_units_are_hundred_millionths() -> None:
    assert (units(b"1.00"), units(b"-0.00000001"), units(b"")) == (10**8, -1, 0)
