"""One difference, a total of many, and the file that holds them all."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from wxpay_v2.errors import ConfigurationError, InvalidRequest, MissingExtra, quoted
from wxpay_v2.migration.reconciling.sides import KINDS
from wxpay_v2.migration.reconciling.statement_file import in_units
from wxpay_v2.money import decimals
from wxpay_v2.v2.statement import safe_cell
from wxpay_v2.v2.statement_values import DECIMALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal
    from typing import Any, BinaryIO

__all__ = ["CLASSES", "FORMATS", "Difference", "Total", "write"]

# In the order of every list. What a class says.
CLASSES = {
    "missing_in_statement": "in the records, not in the statement",
    "missing_in_records": "in the statement, not in the records",
    "amount": "another amount",
    "currency": "another currency",
    "status": "another status",
    "fee": "another fee",
    "transaction_id": "another transaction of WeChat Pay",
    "duplicate_in_statement": "once more in the statement",
    "duplicate_in_records": "once more in the records",
}
_NAMES = tuple(CLASSES)
_BATCH = 1 << 14  # rows of a Parquet row group


class Difference(NamedTuple):
    """One number in one class, with what both sides say of it; None where a side says nothing.

    kind: "payment", "refund" or "booking" (of a fund flow). number: the merchant's, or WeChat Pay's where the records
    have no other. Amounts are ints in the smallest unit of their currency; fees are decimal texts of the main unit,
    since they may be finer. time: as it stands.
    """

    kind: str
    number: str | None
    difference: str
    statement_amount: int | None
    records_amount: int | None
    statement_currency: str | None
    records_currency: str | None
    statement_status: str | None
    records_status: str | None
    statement_fee: str | None
    records_fee: str | None
    statement_transaction_id: str | None
    records_transaction_id: str | None
    time: str | None


@dataclass(frozen=True)
class Total:
    """How many differences of one class, kind and pair of currencies there are, and what both sides' amounts make.

    Amounts are ints in the smallest unit; fees decimal texts of the main unit. None where no row of a side is in it.
    """

    difference: str
    kind: str
    statement_currency: str | None
    records_currency: str | None
    count: int
    statement_amount: int | None
    records_amount: int | None
    statement_fee: str | None
    records_fee: str | None


def difference(row: tuple[Any, ...]) -> Difference:
    """Return the row of the engine as one difference."""
    place, kind, number, s_amount, r_amount, s_currency, r_currency, s_status, r_status, s_fee, r_fee, *rest = row
    return Difference(
        KINDS[kind], number, _NAMES[place], _minor(s_amount, s_currency), _minor(r_amount, r_currency), s_currency,
        r_currency, s_status, r_status, _plain(s_fee), _plain(r_fee), *rest,
    )  # fmt: skip


def total(row: tuple[Any, ...]) -> Total:
    """Return the row of the engine as one total."""
    place, kind, s_currency, r_currency, count, s_amount, r_amount, s_fee, r_fee = row
    return Total(
        _NAMES[place], KINDS[kind], s_currency, r_currency, count, _minor(s_amount, s_currency),
        _minor(r_amount, r_currency), _plain(s_fee), _plain(r_fee),
    )  # fmt: skip


def _minor(value: Decimal | None, currency: str | None) -> int | None:
    if value is None or currency is None:
        return None
    unit: int = 10 ** (DECIMALS - decimals(currency))
    return in_units(value) // unit


def _plain(value: Decimal | None) -> str | None:
    """Return *value* without the zeros behind its second decimal."""
    if value is None:
        return None
    whole, _, fraction = f"{value:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def write(found: Iterable[Difference], path: Path) -> int:
    """Write *found* to *path*, as CSV, JSON lines or Parquet as it ends; return how many. Memory stays bounded.

    The file is replaced only by a whole one. In CSV a text that a spreadsheet would run gets an apostrophe before it.
    Raises InvalidRequest for another ending, ConfigurationError where it cannot be written, MissingExtra for Parquet
    without pyarrow.
    """
    form = path.suffix[1:].lower()
    if form not in FORMATS:
        raise InvalidRequest(f"{quoted(path.name)} ends in none of .{', .'.join(FORMATS)}")
    counted = _Counted(found)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".wxpay-v2-") as folder:
            place = Path(folder) / f"differences.{form}"
            with open(place, "wb") as out:
                FORMATS[form](counted, out)
                out.flush()
                os.fsync(out.fileno())
            os.replace(place, path)
    except OSError as error:
        raise ConfigurationError(f"{quoted(str(path))} cannot be written: {error.strerror}") from None
    return counted.count


class _Counted:
    def __init__(self, found: Iterable[Difference]) -> None:
        self.count = 0
        self._found = found

    def __iter__(self) -> Iterator[Difference]:
        for one in self._found:
            self.count += 1
            yield one


def _csv(found: Iterable[Difference], out: BinaryIO) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, escapechar="\udc80")  # before 3.11 no escape character means NUL, which a cell may hold
    writer.writerow(Difference._fields)
    for one in found:
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in one])
    text.detach()


def _jsonl(found: Iterable[Difference], out: BinaryIO) -> None:
    for one in found:
        out.write(json.dumps(one._asdict(), ensure_ascii=False).encode() + b"\n")


def _parquet(found: Iterable[Difference], out: BinaryIO) -> None:
    try:
        arrow = import_module("pyarrow")
    except ImportError:
        raise MissingExtra("Parquet needs pyarrow", remedy="pip install 'wxpay-v2[parquet]'") from None
    schema = arrow.schema(
        [(name, arrow.int64() if name.endswith("_amount") else arrow.string()) for name in Difference._fields]
    )
    left = iter(found)
    with import_module("pyarrow.parquet").ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(left, _BATCH)):
            writer.write_table(arrow.Table.from_pylist([one._asdict() for one in batch], schema=schema))


FORMATS: dict[str, Callable[[Iterable[Difference], BinaryIO], None]] = {
    "csv": _csv, "jsonl": _jsonl, "parquet": _parquet,
}  # fmt: skip
