"""A statement held against the merchant's records: from the two files to the counts by class, in three ways.

Every way gets the statement as it was downloaded and the records as CSV, and must answer the same, planted differences
included. pandas and polars have no reader for the statement's two-character separator, and split commas in product
names at their own; they get the quickest right way that was found by hand: the separator replaced by one that no cell
has. All three hold the statement against its summary, compare amount, currency, status, fee and transaction of each
pair, look for what stands twice on either side, and keep every difference as a row and the totals by class. Only ours
looks at the shape of every amount: the others take it that there are two decimals, and five of a fee.
"The join" begins when both sides are in memory, amounts as whole numbers. Each run has a process of its own; peak
memory is the process's. "DuckDB" is the limit: its bare read and its bare join, without a check, a row or a total, and
without a bound of memory.
Alone: ``PYTHONPATH=. python benchmarks/reconcile.py --rows 1000000``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
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
_ALLOWED = "WXPAY_BENCH_MEMORY"
BOUND = 1_200 << 20  # of the whole process: DuckDB's, Python, and what both allocate beside
HEADER = "out_trade_no,transaction_id,out_refund_no,amount,currency,status,fee\n"
# The cells of a statement that a reconciliation, and the proof of the summary, need.
_TAKEN = (0, 5, 6, 9, 11, 12, 15, 16, 17, 19, 22, 24, 25)
_NAMES = (
    "time", "transaction_id", "out_trade_no", "state", "currency", "settled", "out_refund_no", "refund",
    "recharge_refund", "refund_status", "fee", "total", "requested",
)  # fmt: skip
_MONEY = ("settled", "refund", "recharge_refund", "fee", "total", "requested")  # in the order of the summary


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
        folder / "statement.csv",
        folder / "records.csv",
        memory=os.environ.get(_ALLOWED, MEMORY),
        temporary=folder,
        stage=stage,
    ) as found:
        counts: Counter[str] = Counter()
        for total in found.totals:
            counts[total.difference] += total.count
    return dict(counts)


def by_pandas(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Return the same counts by pandas."""
    import pandas

    data = (folder / "statement.csv").read_bytes().replace(b",`", b"\x1f")
    stated = _stated(data[-1000:])
    left = pandas.read_csv(
        io.BytesIO(data), sep="\x1f", header=None, skiprows=1, names=range(statement.WIDTH), usecols=_TAKEN, dtype=str,
        keep_default_na=False, quoting=3,
    )  # fmt: skip
    del data
    left.columns = _NAMES
    left = left[left["requested"] != ""].copy()  # the summary has fewer cells
    for name in _MONEY:
        left[name] = left[name].str.replace(".", "", regex=False).astype("int64")
    assert stated == [len(left), *(int(left[name].sum()) for name in _MONEY)], "the summary does not hold"
    refund = left["state"] == "REFUND"
    left["number"] = left["out_trade_no"].where(~refund, left["out_refund_no"])
    left["status"] = left["state"].where(~refund, left["refund_status"])
    left["amount"] = left["total"].where(~refund, left["requested"])
    left["fee"] = left["fee"].abs()
    left["time"] = left["time"].str[1:]
    left = left[["number", "transaction_id", "currency", "amount", "fee", "status", "time"]]
    right = pandas.read_csv(folder / "records.csv", dtype=str, keep_default_na=False)
    right["number"] = right["out_trade_no"].where(right["out_refund_no"] == "", right["out_refund_no"])
    right["amount"] = right["amount"].astype("int64")
    right["fee"] = right["fee"].astype("int64") * 1000
    right = right[["number", "transaction_id", "currency", "amount", "fee", "status"]]
    loaded()
    again = {"statement": left.duplicated("number"), "records": right.duplicated("number")}
    both = ("_s", "_r")
    joined = left[~again["statement"]].merge(
        right[~again["records"]], on="number", how="outer", indicator=True, suffixes=both
    )
    met = joined["_merge"] == "both"
    same = met & (joined["currency_s"] == joined["currency_r"])
    owed = ~joined["status_r"].isin(["NOTPAY", "USERPAYING", "FAIL", "CHANGE", "REVOKED"])
    classes = {
        "missing_in_statement": (joined["_merge"] == "right_only") & owed,
        "missing_in_records": joined["_merge"] == "left_only",
        "amount": same & (joined["amount_s"] != joined["amount_r"]),
        "currency": met & (joined["currency_s"] != joined["currency_r"]),
        "status": met & (joined["status_s"] != joined["status_r"]),
        "fee": same & (joined["fee_s"] != joined["fee_r"]),
        "transaction_id": met & (joined["transaction_id_s"] != joined["transaction_id_r"]),
    }
    rows = [joined[mask].assign(difference=name) for name, mask in classes.items()]
    for side, found in (("statement", left), ("records", right)):
        own = {name: name + both[side == "records"] for name in found.columns if name not in ("number", "time")}
        rows.append(found[again[side]].rename(columns=own).assign(difference=f"duplicate_in_{side}"))
    differences = pandas.concat(rows)
    groups = differences.groupby(["difference", "currency_s", "currency_r"], dropna=False)
    totals = groups.agg(
        count=("number", "size"), amount_s=("amount_s", "sum"), amount_r=("amount_r", "sum"), fee_s=("fee_s", "sum"),
        fee_r=("fee_r", "sum"),
    )  # fmt: skip
    return {str(name): int(count) for name, count in totals["count"].groupby(level=0).sum().items()}


def by_polars(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Return the same counts by polars."""
    import polars
    from polars import col, when

    data = (folder / "statement.csv").read_bytes().replace(b",`", b"\x1f")
    stated = _stated(data[-1000:])
    left = polars.read_csv(
        data, separator="\x1f", has_header=False, skip_rows=1, columns=list(_TAKEN), quote_char=None,
        schema={f"column_{n + 1}": polars.String for n in range(statement.WIDTH)}, truncate_ragged_lines=True,
    )  # fmt: skip
    del data
    left.columns = list(_NAMES)
    left = left.filter(col("requested").is_not_null()).with_columns(
        col(name).str.replace(".", "", literal=True).cast(polars.Int64) for name in _MONEY
    )
    assert stated == [len(left), *left.select(polars.sum(*_MONEY)).row(0)], "the summary does not hold"
    refund = col("state") == "REFUND"
    left = left.select(
        when(refund).then(col("out_refund_no")).otherwise(col("out_trade_no")).alias("number"), "transaction_id",
        "currency", when(refund).then(col("requested")).otherwise(col("total")).alias("amount"), col("fee").abs(),
        when(refund).then(col("refund_status")).otherwise(col("state")).alias("status"),
        col("time").str.slice(1),
    )  # fmt: skip
    right = polars.read_csv(folder / "records.csv", infer_schema=False).select(
        polars.coalesce("out_refund_no", "out_trade_no").alias("number"), "transaction_id", "currency",
        col("amount").cast(polars.Int64), col("fee").cast(polars.Int64) * 1000, "status",
    )  # fmt: skip
    loaded()
    first = {"statement": left["number"].is_first_distinct(), "records": right["number"].is_first_distinct()}
    joined = left.filter(first["statement"]).join(
        right.filter(first["records"]), on="number", how="full", suffix="_r", coalesce=False
    )
    lone, unmet = col("number_r").is_null(), col("number").is_null()
    same = col("currency") == col("currency_r")
    owed = ~col("status_r").is_in(["NOTPAY", "USERPAYING", "FAIL", "CHANGE", "REVOKED"])
    classes = {
        "missing_in_statement": unmet & owed,
        "missing_in_records": lone,
        "amount": same & (col("amount") != col("amount_r")),
        "currency": ~same,
        "status": col("status") != col("status_r"),
        "fee": same & (col("fee") != col("fee_r")),
        "transaction_id": col("transaction_id") != col("transaction_id_r"),
    }
    few = joined.filter(polars.any_horizontal(*classes.values()))
    rows = [few.filter(mask).with_columns(difference=polars.lit(name)) for name, mask in classes.items()]
    rows.append(left.filter(~first["statement"]).with_columns(difference=polars.lit("duplicate_in_statement")))
    again = right.filter(~first["records"]).rename({name: f"{name}_r" for name in right.columns})
    rows.append(again.with_columns(difference=polars.lit("duplicate_in_records")))
    totals = polars.concat(rows, how="diagonal").group_by("difference", "currency", "currency_r").agg(
        polars.len().alias("count"), polars.sum("amount", "amount_r", "fee", "fee_r")
    )  # fmt: skip
    return {str(name): int(count) for name, count in totals.group_by("difference").agg(polars.sum("count")).rows()}


def by_duckdb(folder: Path, loaded: Callable[[], None]) -> dict[str, int]:
    """Count by DuckDB alone what the join shows: no proof, no shape of an amount, no rows and no totals. The limit."""
    import duckdb

    columns = {f"c{place}": "VARCHAR" for place in range(statement.WIDTH)}
    with duckdb.connect(config={"preserve_insertion_order": "false", "temp_directory": str(folder)}) as database:
        database.execute(
            "CREATE TABLE s AS SELECT CASE c9 WHEN 'REFUND' THEN c15 ELSE c6 END AS number, c5 AS transaction_id,"
            " c11 AS currency, CASE c9 WHEN 'REFUND' THEN c25 ELSE c24 END::DECIMAL(18, 2) AS amount,"
            " abs(c22::DECIMAL(18, 5)) AS fee, CASE c9 WHEN 'REFUND' THEN c19 ELSE c9 END AS status FROM"
            " read_csv(?, delim = ',`', quote = '', escape = '', skip = 1, header = false, auto_detect = false,"
            " columns = ?, nullstr = 'none', null_padding = true, buffer_size = 16000000) WHERE c26 IS NOT NULL",
            [str(folder / "statement.csv"), columns],
        )
        database.execute(
            "CREATE TABLE r AS SELECT coalesce(out_refund_no, out_trade_no) AS number, transaction_id, currency,"
            " (amount::BIGINT / 100)::DECIMAL(18, 2) AS amount, (fee::BIGINT / 100)::DECIMAL(18, 5) AS fee, status"
            " FROM read_csv(?, header = true, all_varchar = true, buffer_size = 16000000)",
            [str(folder / "records.csv")],
        )
        loaded()
        found = database.execute(
            "SELECT sum((s.number IS NULL)::INT), sum((r.number IS NULL)::INT), sum((s.amount <> r.amount AND"
            " s.currency = r.currency)::INT), sum((s.currency <> r.currency)::INT), sum((s.status <> r.status)::INT),"
            " sum((s.fee <> r.fee)::INT), sum((s.transaction_id <> r.transaction_id)::INT)"
            " FROM s FULL JOIN r ON s.number = r.number"
        ).fetchone()
    names = ("missing_in_statement", "missing_in_records", "amount", "currency", "status", "fee", "transaction_id")
    return {name: int(count or 0) for name, count in zip(names, found or (), strict=True)}


def _stated(end: bytes) -> list[int]:
    """Return what the summary at the *end* says: rows, and sums in the units of `_MONEY`."""
    count, *sums = end.rstrip().rpartition(b"\n")[2][1:].split(b"\x1f")
    return [int(float(count)), *(int(cell.replace(b".", b"")) for cell in sums)]


WAYS: dict[str, Callable[[Path, Callable[[], None]], dict[str, int]]] = {
    "pandas": by_pandas,
    "polars": by_polars,
    "ours": ours,
    "DuckDB": by_duckdb,
}
RACED = ("pandas", "polars", "ours")


JOIN = " join"
"""Behind a name in the laps: from both sides in memory to the answer."""


def laps(
    folder: Path, rounds: int, names: Sequence[str] = RACED, memory: str = MEMORY
) -> tuple[Laps, dict[str, int], dict[str, Any]]:
    """Return times and peak bytes of *names*, each in a fresh process in every round, and what they answered.

    memory: what ours may take.
    """
    found, peaks, answers = Laps([*names, *(name + JOIN for name in names)]), dict.fromkeys(names, 0), {}
    for turn in range(rounds):
        for name in list(names)[:: -1 if turn % 2 else 1]:
            told = subprocess.run(
                [sys.executable, __file__, "--one", name, str(folder), "--memory", memory],
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
    assert peaks["ours"] <= BOUND, f"ours took {peaks['ours'] >> 20} MiB"  # the bound is part of the answer
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
    print(json.dumps([*taken, _peak(), answer]))


def _peak() -> int:
    """Return the most bytes this process has held: getrusage would count its parent's, from before exec, too."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) << 10


def main() -> None:
    """Race the three, and show times, memory and what they answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default=MEMORY, help="what ours may take (default: %(default)s)")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        os.environ[_ALLOWED] = options.memory
        _one(options.one[0], Path(options.one[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        planted = make(options.rows, Path(folder))
        times, peaks, answers = laps(Path(folder), options.rounds, options.ways, options.memory)
    for name in options.ways:
        right = Counter({kind: number for kind, number in answers[name].items() if number}) == planted
        verdict = "-" if name == "DuckDB" else "right" if right else "WRONG"
        print(
            f"{name:8} {times.seconds(name, 'wall'):8.2f} s  {times.seconds(name):8.2f} s of CPU"
            f" {times.ratio('pandas', name, 'wall'):7.2f} x, join {times.seconds(name + JOIN, 'wall'):6.2f} s"
            f" {times.ratio('pandas' + JOIN, name + JOIN, 'wall'):7.2f} x {peaks[name] >> 20:>7,} MiB  {verdict}"
        )


if __name__ == "__main__":
    main()
