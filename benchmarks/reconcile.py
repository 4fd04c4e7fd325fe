"""A statement held against the merchant's records: from the two files to the counts by class, in three ways.

Every way gets the statement as it was downloaded and the records as CSV, and must answer the same, planted differences
included. pandas and polars have no reader for the statement's two-character separator, and split commas in product
names at their own; they get the quickest right way that was found by hand: the separator replaced by one that no cell
has. "The join" begins when both sides are in memory, amounts as whole numbers. Ours also proves the statement's
summary, compares fees and keeps every difference as a row. Each run has a process of its own; peak memory is the
process's.
Alone: ``PYTHONPATH=. python benchmarks/reconcile.py --rows 1000000``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import statement
from race import Laps
from report import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MEMORY = "1GB"  # what DuckDB may take
BOUND = 1_200 << 20  # of the whole process: DuckDB's, Python, and what both allocate beside
HEADER = "out_trade_no,transaction_id,out_refund_no,amount,currency,status,fee\n"
# The cells of a statement that a reconciliation needs: transaction, number, state, currency, refund's number, fee,
# amount paid and given back.
_TAKEN = (5, 6, 9, 11, 15, 22, 24, 25)
_NAMES = ("transaction_id", "out_trade_no", "state", "currency", "out_refund_no", "fee", "paid", "back")


def make(rows: int, folder: Path) -> Counter[str]:
    """Write statement.csv and records.csv of *rows* rows to *folder*; return the planted differences by class."""
    planted: Counter[str] = Counter()
    with (
        open(folder / "statement.csv", "w", encoding="utf-8", newline="") as out,
        open(folder / "records.csv", "w", encoding="utf-8") as records,
    ):
        records.write(HEADER)
        for place, line in enumerate(statement.lines(rows)):
            out.write(line)
            if 0 < place <= rows:
                records.writelines(_records(place - 1, line[1:].split(",`"), planted))
    return planted


def _records(n: int, cells: list[str], planted: Counter[str]) -> Iterator[str]:
    back = cells[9] == "REFUND"
    amount = int(cells[25 if back else 24].replace(".", ""))
    currency, state = cells[11], "SUCCESS"
    if n % 10007 == 1:
        planted["missing_in_records"] += 1
        return
    if n % 20011 == 3:
        amount, _ = amount + 1, planted.update(["amount"])
    elif n % 30011 == 5:
        currency, _ = "HKD", planted.update(["currency"])
    elif n % 40009 == 7:
        state, _ = "PROCESSING" if back else "NOTPAY", planted.update(["status"])
    refund_no = cells[15] if back else ""
    fee = abs(int(cells[22].replace(".", ""))) // 1000
    row = f"{cells[5]},{refund_no},{amount},{currency},{state},{fee}\n"
    yield f"{cells[6]},{row}"
    if n % 50021 == 9:
        planted["duplicate_in_records"] += 1
        yield f"{cells[6]},{row}"
    if n % 60013 == 11:
        planted["missing_in_statement"] += 1
        yield f"X-{n},{cells[5]},{'X-' + refund_no if back else ''},{amount},{currency},SUCCESS,{fee}\n"


def ours(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Return the counts by class as the package finds them. loaded: called once both sides are in memory."""
    from wxpay_v2.migration.reconciliation import Reconciliation

    def stage(name: str) -> None:
        if name == "comparing":
            loaded()

    with Reconciliation(
        folder / "statement.csv", folder / "records.csv", memory=MEMORY, temporary=folder, stage=stage
    ) as found:
        counts: Counter[str] = Counter()
        for total in found.totals:
            counts[total.difference] += total.count
    return dict(counts)


def by_pandas(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Return the same counts by pandas."""
    import pandas

    data = (folder / "statement.csv").read_bytes().replace(b",`", b"\x1f")
    left = pandas.read_csv(
        io.BytesIO(data), sep="\x1f", header=None, skiprows=1, names=range(statement.WIDTH), usecols=_TAKEN, dtype=str,
        keep_default_na=False, quoting=3,
    )  # fmt: skip
    del data
    left.columns = _NAMES
    left = left[left["back"] != ""]  # the summary has fewer cells
    right = pandas.read_csv(folder / "records.csv", dtype=str, keep_default_na=False)
    refund = left["state"] == "REFUND"
    left["number"] = left["out_trade_no"].where(~refund, left["out_refund_no"])
    left["amount"] = left["paid"].where(~refund, left["back"]).str.replace(".", "", regex=False).astype("int64")
    right["number"] = right["out_trade_no"].where(right["out_refund_no"] == "", right["out_refund_no"])
    right["amount"] = right["amount"].astype("int64")
    loaded()
    again = {"duplicate_in_statement": left.duplicated("number"), "duplicate_in_records": right.duplicated("number")}
    counts = {name: int(rows.sum()) for name, rows in again.items()}
    columns = ["number", "amount", "currency", "transaction_id"]
    joined = left.loc[~again["duplicate_in_statement"], columns].merge(
        right.loc[~again["duplicate_in_records"], [*columns, "status"]], on="number", how="outer", indicator=True
    )
    both = joined["_merge"] == "both"
    same = both & (joined["currency_x"] == joined["currency_y"])
    counts |= {
        "missing_in_statement": int((joined["_merge"] == "right_only").sum()),
        "missing_in_records": int((joined["_merge"] == "left_only").sum()),
        "amount": int((same & (joined["amount_x"] != joined["amount_y"])).sum()),
        "currency": int((both & (joined["currency_x"] != joined["currency_y"])).sum()),
        "status": int((both & (joined["status"] != "SUCCESS")).sum()),
        "transaction_id": int((both & (joined["transaction_id_x"] != joined["transaction_id_y"])).sum()),
    }
    return counts


def by_polars(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Return the same counts by polars."""
    import polars
    from polars import col

    data = (folder / "statement.csv").read_bytes().replace(b",`", b"\x1f")
    left = polars.read_csv(
        data, separator="\x1f", has_header=False, skip_rows=1, columns=list(_TAKEN), quote_char=None,
        schema={f"column_{n + 1}": polars.String for n in range(statement.WIDTH)}, truncate_ragged_lines=True,
    )  # fmt: skip
    del data
    left.columns = list(_NAMES)
    refund = col("state") == "REFUND"
    left = left.filter(col("back").is_not_null()).select(
        polars.when(refund).then(col("out_refund_no")).otherwise(col("out_trade_no")).alias("number"),
        polars.when(refund).then(col("back")).otherwise(col("paid")).str.replace(".", "", literal=True)
        .cast(polars.Int64).alias("amount"),
        "currency", "transaction_id",
    )  # fmt: skip
    right = polars.read_csv(folder / "records.csv", infer_schema=False).select(
        polars.coalesce("out_refund_no", "out_trade_no").alias("number"), col("amount").cast(polars.Int64), "currency",
        "transaction_id", "status",
    )  # fmt: skip
    loaded()
    once, other = left.unique("number"), right.unique("number")
    counts = {
        "duplicate_in_statement": len(left) - len(once),
        "duplicate_in_records": len(right) - len(other),
        "missing_in_records": len(once.join(other, on="number", how="anti")),
        "missing_in_statement": len(other.join(once, on="number", how="anti")),
    }
    same = col("currency") == col("currency_right")
    found = once.join(other, on="number").select(
        (same & (col("amount") != col("amount_right"))).sum().alias("amount"),
        (~same).sum().alias("currency"),
        (col("status") != "SUCCESS").sum().alias("status"),
        (col("transaction_id") != col("transaction_id_right")).sum().alias("transaction_id"),
    )
    return counts | {name: int(value) for name, value in found.row(0, named=True).items()}


WAYS: dict[str, Callable[[Path, Callable[[], None]], dict[str, int]]] = {
    "pandas": by_pandas,
    "polars": by_polars,
    "ours": ours,
}


JOIN = " join"
"""Behind a name in the laps: from both sides in memory to the answer."""


def laps(folder: Path, rounds: int, names: Sequence[str] = tuple(WAYS)) -> tuple[Laps, dict[str, int], dict[str, Any]]:
    """Return times and peak bytes of *names*, each in a fresh process in every round, and what they answered."""
    found, peaks, answers = Laps([*names, *(name + JOIN for name in names)]), dict.fromkeys(names, 0), {}
    for turn in range(rounds):
        for name in list(names)[:: -1 if turn % 2 else 1]:
            told = subprocess.run(
                [sys.executable, __file__, "--one", name, str(folder)],
                check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
            (cpu, join_cpu), (wall, join_wall), peak, answers[name] = json.loads(told.stdout)
            found.cpu[name].append(cpu)
            found.wall[name].append(wall)
            found.cpu[name + JOIN].append(join_cpu)
            found.wall[name + JOIN].append(join_wall)
            peaks[name] = max(peaks[name], peak)
    return found, peaks, answers


def rows(count: int, rounds: int) -> list[Row]:
    """Return the rows for *count* rows on both sides, by the wall clock, since all three use every core."""
    with tempfile.TemporaryDirectory() as folder:
        planted = make(count, Path(folder))
        times, peaks, answers = laps(Path(folder), rounds)
    for name, answer in answers.items():
        told = Counter({kind: number for kind, number in answer.items() if number})
        assert told == planted, f"{name} found {dict(told)}, planted were {dict(planted)}"
    assert peaks["ours"] <= BOUND, f"ours took {peaks['ours'] >> 20} MiB"
    area = f"reconcile, {count:,} x {count:,} rows"
    aim = 10.0 if count >= 10_000_000 else 8.0
    return [
        Row.of(f"{area}, the join", "pandas" + JOIN, times, ours="ours" + JOIN, clock="wall", aim=aim),
        Row.of(f"{area}, the join", "polars" + JOIN, times, ours="ours" + JOIN, clock="wall"),
        Row.of(f"{area}, from the files", "pandas", times, clock="wall"),
        Row.of(f"{area}, from the files", "polars", times, clock="wall"),
        Row(f"{area}, peak memory", "pandas", peaks["pandas"], peaks["ours"], unit="B"),
        Row(f"{area}, peak memory", "polars", peaks["polars"], peaks["ours"], unit="B"),
    ]


def _one(name: str, folder: Path) -> None:
    """Print what one run took, and what it answered."""
    moments = [(time.process_time(), time.perf_counter())]

    def mark() -> None:
        moments.append((time.process_time(), time.perf_counter()))

    answer = WAYS[name](folder, mark)
    mark()
    begin, loaded, end = moments
    taken = [[end[clock] - since[clock] for since in (begin, loaded)] for clock in (0, 1)]
    print(json.dumps([*taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10, answer]))


def main() -> None:
    """Race the three, and show times, memory and what they answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _one(options.one[0], Path(options.one[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        planted = make(options.rows, Path(folder))
        times, peaks, answers = laps(Path(folder), options.rounds)
    for name in WAYS:
        right = Counter({kind: number for kind, number in answers[name].items() if number}) == planted
        verdict = "right" if right else "WRONG"
        print(
            f"{name:8} {times.seconds(name, 'wall'):8.2f} s  {times.seconds(name):8.2f} s of CPU"
            f" {times.ratio('pandas', name, 'wall'):7.2f} x, join {times.seconds(name + JOIN, 'wall'):6.2f} s"
            f" {times.ratio('pandas' + JOIN, name + JOIN, 'wall'):7.2f} x {peaks[name] >> 20:>7,} MiB  {verdict}"
        )


if __name__ == "__main__":
    main()
