"""The simulator under load: life cycles of orders over real mutual TLS, on a SQLite file and on PostgreSQL.

A life cycle is an order, its payment, the payment's notification, a query, a refund and the refund's notification: four
requests to the simulator and two from it. It runs in a process of its own; the shop that drives it, with kept
connections and messages made by hand, shares the machine with it, and so does the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from report import Row

from tests import postgresql
from tests.simulator import traffic
from wxpay_v2.simulator import certificates

A_SECOND = 150
"""Life cycles a second that are aimed at, on two cores."""
CPU_SECONDS = 0.010
"""CPU seconds of the simulator's process that a life cycle may take."""

_COUNT = 200
_AT_A_TIME = 32


def rows(rounds: int) -> list[Row]:
    """Return two rows per database: the time of a life cycle by the clock on the wall, and by the simulator's CPU."""
    wall: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    with databases() as (directory, urls), ExitStack() as stack:
        running = {name: stack.enter_context(traffic.running(url, directory)) for name, url in urls.items()}
        for turn in range(rounds + 1):
            for name, process in running.items():
                seconds, cpu_seconds = uvloop.run(_lap(process, turn))
                if turn:  # the first lap warms up
                    wall.setdefault(name, []).append(seconds)
                    cpu.setdefault(name, []).append(cpu_seconds)
    found = []
    for name in wall:
        found.append(
            Row(f"simulator, life cycle, {name}", f"{A_SECOND} a second", 1 / A_SECOND, median(wall[name]), aim=1)
        )
        found.append(Row("the same, its CPU", "10 ms", CPU_SECONDS, median(cpu[name]), aim=1))
    return found


@contextmanager
def databases() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a directory of certificates, and the databases there are by name: a file, and a server that syncs."""
    with TemporaryDirectory(prefix="wxpay-bench-") as name, ExitStack() as stack:
        directory = Path(name, "certificates")
        certificates.write(directory)
        urls = {"SQLite": str(Path(name, "ledger.db"))}
        if find_spec("psycopg") is not None and not postgresql.unavailable():
            urls["PostgreSQL"] = stack.enter_context(postgresql.server(durable=True))
        yield directory, urls


async def _lap(process: traffic.Process, turn: int) -> tuple[float, float]:
    """Return the seconds of a life cycle by the clock on the wall and by the process's CPU."""
    async with traffic.shop(process) as shop:
        await traffic.life_cycles(shop, _AT_A_TIME, at_a_time=_AT_A_TIME, prefix=f"C{turn}")  # connects
        started, cpu = time.perf_counter(), process.cpu_seconds()
        await traffic.life_cycles(shop, _COUNT, at_a_time=_AT_A_TIME, prefix=f"L{turn}")
        return (time.perf_counter() - started) / _COUNT, (process.cpu_seconds() - cpu) / _COUNT
