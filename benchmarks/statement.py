"""A transaction statement of a chain of shops: written, read by us, and read in other ways.

Readers of texts look at what a reconciliation needs and answer (rows, characters of it), so that right and wrong show:
half a percent of the product names hold a comma, and some hold a back-tick.
Alone: ``PYTHONPATH=. python benchmarks/statement.py --rows 1000000`` races all of them, and says which answer right.
DuckDB is shown where it is installed. Each reading has a process of its own, as a daily job has: the 3 GiB that a peer
asks for cost it more the first time.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from race import Laps

from wxpay_v2.v2 import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
ROW = (
    "`2026-03-01 %02d:%02d:%02d,`wx8888888888888888,`1900000109,`1900000110,`POS-%03d,`42000026%020d,`T-20260301-%010d,"
    "`oUpF8uMuAJO_M2pxb1Q%09d,`MICROPAY,`%s,`CMB_CREDIT,`CNY,`%s,`0.00,`%s,`%s,`%s,`0.00,`%s,`%s,`%s,`store=%04d,"
    "`%s,`0.60%%,`%s,`%s,`"
)

WIDTH, LOOKED_AT = 27, (6, 9, 24)  # columns; those that a reconciliation needs


def lines(rows: int) -> Iterator[str]:
    """Yield the lines of a statement of *rows* rows: 1 in 50 is a refund, amounts spread like a shop's, seeded."""
    dice = random.Random(20260301)
    paid = refunded = fees = 0
    yield "\ufeff" + HEADER + "\r\n"
    for n in range(rows):
        fen = max(1, int(dice.lognormvariate(math.log(2500), 0.8)))
        fee = (fen * 6 + 500) // 1000
        body = "桂花乌龙茶 大杯, 少冰" if n % 200 == 0 else "`秋` 桂花乌龙茶" if n % 1000 == 1 else "桂花乌龙茶 大杯"
        if n % 50 == 49:
            refunded, fees, fee = refunded + fen, fees - fee, -fee
            trade, money = "REFUND", "0.00"
            refund = (f"50000{n:023d}", f"R-{n:010d}", _yuan(fen), "ORIGINAL", "SUCCESS")
        else:
            paid, fees = paid + fen, fees + fee
            trade, money = "SUCCESS", _yuan(fen)
            refund = ("0", "0", "0.00", "", "")
        yield ROW % (
            n // 3600 % 24, n // 60 % 60, n % 60, n % 1000, n * 104729, n, n * 31 % 10**9, trade, money, *refund, body,
            n % 9999, _yuan(fee) + "000", money, refund[2],
        ) + "\r\n"  # fmt: skip
    sums = (_yuan(paid), _yuan(refunded), "0.00", _yuan(fees) + "000", _yuan(paid), _yuan(refunded))
    yield SUMMARY + "\r\n" + f"`{rows}.0,`" + ",`".join(sums) + "\r\n"


def make_statement(rows: int) -> bytes:
    """Return a statement (ALL, mainland) of *rows* rows as downloaded, about 300 bytes a row."""
    return "".join(lines(rows)).encode()


def ours_text(data: bytes | BinaryIO) -> tuple[int, int]:
    """Read *data* and look at three texts of every row."""
    rows = characters = 0
    for number, state, amount in statement.read(data).select("out_trade_no", "trade_state", "total_fee"):
        rows += 1
        characters += len(number) + len(state) + len(amount)
    return rows, characters


def ours_rows(data: bytes | BinaryIO) -> tuple[int, int]:
    """The same through `Row`s."""
    rows = characters = 0
    for row in statement.read(data):
        rows += 1
        characters += len(row["out_trade_no"]) + len(row["trade_state"]) + len(row["total_fee"])
    return rows, characters


def ours_typed(data: bytes | BinaryIO) -> tuple[int, Decimal]:
    """Read *data*, and take time, amounts and fee of every row as values; return rows and what is left to the shop."""
    rows, total = 0, Decimal(0)
    latest = None
    names = ("trade_time", "total_fee", "refund_fee", "fee")
    for moment, paid, refunded, fee in statement.read(data).select(*names, typed=True):
        rows += 1
        total += paid - refunded - fee
        latest = max(latest or moment, moment)
    return rows, total


def ours_typed_rows(data: bytes | BinaryIO) -> tuple[int, Decimal]:
    """The same through `Row`s."""
    rows, total = 0, Decimal(0)
    latest = None
    for row in statement.read(data):
        typed = row.typed
        rows += 1
        total += typed["total_fee"] - typed["refund_fee"] - typed["fee"]
        latest = max(latest or typed["trade_time"], typed["trade_time"])
    return rows, total


def peer_text(data: bytes) -> tuple[int, int]:
    """Read *data* as wechatpy's users do: it decodes the whole, tries it as XML, and hands over one str to split."""
    from xml.parsers.expat import ExpatError

    import xmltodict

    text = data.decode()
    with suppress(ExpatError):
        xmltodict.parse(text)
    rows = characters = 0
    table = [line.replace("`", "").split(",") for line in text.splitlines()[1:-2]]
    for cells in table:
        rows += 1
        characters += len(cells[6]) + len(cells[9]) + len(cells[24])
    return rows, characters


def csv_text(data: bytes) -> tuple[int, int]:
    """Read *data* with the csv module, its back-ticks stripped afterwards."""
    rows = characters = 0
    for cells in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""), quoting=csv.QUOTE_NONE):
        if cells[0].startswith("`") and len(cells) >= WIDTH:
            rows += 1
            characters += sum(len(cells[place].removeprefix("`")) for place in LOOKED_AT)
    return rows, characters


def duckdb_text(path: Path) -> tuple[int, int]:
    """Read the file at *path* with DuckDB, whose delimiter may have two characters. It must be told all columns."""
    import duckdb

    columns = {f"c{place}": "VARCHAR" for place in range(WIDTH)}
    looked_at = " + ".join(f"length(c{place})" for place in LOOKED_AT)
    with duckdb.connect(config={"threads": 1}) as database:
        found = database.execute(
            f"SELECT count(*), sum({looked_at}) FROM read_csv(?, delim = ',`', quote = '', escape = '', skip = 1,"  # noqa: S608
            " header = false, auto_detect = false, columns = ?, null_padding = true, parallel = false,"
            " new_line = '\\r\\n') WHERE c24 IS NOT NULL",  # the summary has 7 cells
            [str(path), columns],
        ).fetchall()
    return int(found[0][0]), int(found[0][1] or 0)


def read_bytes(path: Path) -> tuple[int, int]:
    """Read the file at *path* and nothing else: what no reader can be quicker than."""
    with open(path, "rb") as file:
        while file.read(1 << 18):
            pass
    return 0, 0


def truth(data: bytes) -> tuple[int, int]:
    """Return what a reader of texts must answer, by the plain rule and without care for time."""
    rows = [line[1:].split(",`") for line in data.decode("utf-8-sig").split("\r\n")[1:-3]]
    return len(rows), sum(len(cells[place]) for cells in rows for place in LOOKED_AT)


READERS: dict[str, Callable[[Path], tuple[int, object]]] = {
    "wechatpy": lambda path: peer_text(path.read_bytes()),
    "ours": lambda path: _streamed(ours_text, path),
    "ours by row": lambda path: _streamed(ours_rows, path),
    "typed": lambda path: _streamed(ours_typed, path),
    "typed by row": lambda path: _streamed(ours_typed_rows, path),
    "csv module": lambda path: csv_text(path.read_bytes()),
    "DuckDB, 1 thread": duckdb_text,
    "the bytes alone": read_bytes,
}


def _streamed(reader: Callable[[Any], tuple[int, object]], path: Path) -> tuple[int, object]:
    with open(path, "rb") as file:
        return reader(file)


def laps(path: Path, rounds: int, names: Sequence[str]) -> tuple[Laps, dict[str, tuple[int, object]]]:
    """Return the CPU and wall times of *names*, each in a fresh process in every round, and what they answered."""
    found = Laps(list(names))
    answers: dict[str, tuple[int, object]] = {}
    for turn in range(rounds):
        for name in list(names)[:: -1 if turn % 2 else 1]:
            told = subprocess.run(
                [sys.executable, __file__, "--one", name, str(path)],
                check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
            cpu, wall, rows, answer = json.loads(told.stdout)
            found.cpu[name].append(cpu)
            found.wall[name].append(wall)
            answers[name] = (rows, answer)
    return found, answers


def _one(name: str, path: Path) -> None:
    """Print what one reading took, and what it answered."""
    READERS[name]
    started, wall = time.process_time(), time.perf_counter()
    rows, answer = READERS[name](path)
    taken = (time.process_time() - started, time.perf_counter() - wall)
    print(json.dumps([*taken, rows, answer if isinstance(answer, int) else str(answer)]))


def main() -> None:
    """Race all readers by CPU time, and say which answer right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _one(options.one[0], Path(options.one[1]))
        return
    names = [name for name in READERS if not name.startswith("DuckDB") or find_spec("duckdb") is not None]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statement.csv"
        path.write_bytes(make_statement(options.rows))
        right = truth(path.read_bytes())
        times, answers = laps(path, options.rounds, names)
    for name in names:
        rows, told = answers[name]
        verdict = "" if isinstance(told, str) or not rows else "right" if (rows, told) == right else "WRONG"
        ratio = times.ratio("wechatpy", name)
        print(f"{name:20} {times.seconds(name):8.3f} s {ratio:7.2f} x  {rows:>9,} rows  {verdict}")


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


if __name__ == "__main__":
    main()
