"""``kill -9`` in the middle of load, and a restart on the same data: what was answered stands, nothing waits in vain.

The client writes down each answer it got. What it got no answer to may have happened or not; asked again under the same
number, it has happened once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import create_engine

from tests.simulator import traffic
from tests.simulator.traffic import RIGHT, Process, Shop
from wxpay_v2.simulator import certificates, tables
from wxpay_v2.simulator.ledger import Ledger

AT_A_TIME = 12
MOMENTS = (7, 45, 130)
"""Answers after which the process is killed, run by run: among the first orders, among payments, among refunds."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kill") / "certificates"
    certificates.write(path)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ledger.db"
        return
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    yield url
    empty(url)


def empty(url: str) -> None:
    engine = create_engine(url)
    tables.metadata.drop_all(engine)
    engine.dispose()


class Customer:
    """Does life cycles and writes down what was answered: (what, number), in the order of the answers."""

    def __init__(self) -> None:
        self.answered: list[tuple[str, str]] = []
        self.moment = 0
        self.victim: Process | None = None
        self.heard: Counter[str] = Counter()

    def note(self, what: str, number: str) -> None:
        self.answered.append((what, number))
        self.moment -= 1
        if self.victim is not None and self.moment <= 0:
            self.victim.kill()
            self.victim = None

    def notified(self, path: str, body: bytes) -> bytes:
        """Every third address answers only when it is asked again."""
        self.heard[path] += 1
        refuses = self.heard[path] == 1 and sum(path.encode()) % 3 == 0
        return traffic.WRONG if refuses else RIGHT

    async def buy(self, shop: Shop, number: str) -> None:
        """Order, payment, refund; each may have been made before."""
        placed = await shop.place(number)
        if placed["result_code"] == "SUCCESS":
            self.note("placed", number)
            paid = await shop.control("pay", out_trade_no=number)
            assert "order" in paid, paid
            self.note("paid", number)
        else:
            assert placed["err_code"] == "ORDERPAID"
        refunded = await shop.refund(number, f"R-{number}")
        assert refunded["result_code"] == "SUCCESS", refunded
        self.note("refunded", number)

    async def buys(self, shop: Shop, prefix: str) -> None:
        """Do life cycles until the simulator is gone."""

        async def work(worker: int) -> None:
            with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
                for count in range(1000):
                    await self.buy(shop, f"{prefix}-{worker}-{count}")

        await asyncio.gather(*(work(worker) for worker in range(AT_A_TIME)))


def test_what_was_answered_outlives_any_kill(database: str, directory: Path) -> None:
    customer = Customer()
    port = asyncio.run(_load_and_kill(customer, database, directory))
    with traffic.running(database, directory) as process:
        asyncio.run(_look(customer, process, port))
    ledger = Ledger(database)
    ledger.check()
    ledger.close()


async def _load_and_kill(customer: Customer, database: str, directory: Path) -> int:
    """Run into each of MOMENTS. Return the port of the notification address, which the last run must have, too."""
    port = 0
    for run, moment in enumerate(MOMENTS):
        with traffic.running(database, directory) as process:
            customer.moment, customer.victim = moment, process
            async with traffic.shop(process, answer=customer.notified, port=port) as shop:
                port = int(shop.address.rpartition(":")[2])
                await customer.buys(shop, f"K{run}")
    return port


async def _look(customer: Customer, process: Process, port: int) -> None:
    """Hold what the simulator says now against every answer that was given before."""
    async with traffic.shop(process, answer=customer.notified, port=port) as shop:
        states = {one["out_trade_no"]: one["state"] for one in (await shop.control("orders"))["orders"]}
        refunds = {one["out_refund_no"]: one["status"] for one in (await shop.control("refunds"))["refunds"]}
        reached = {
            "placed": ("NOTPAY", "SUCCESS", "REFUND"), "paid": ("SUCCESS", "REFUND"), "refunded": ("REFUND",),
        }  # fmt: skip
        for what, number in customer.answered:
            assert states[number] in reached[what], f"{number} was answered as {what}, is {states[number]}"
            assert what != "refunded" or refunds[f"R-{number}"] in ("PROCESSING", "SUCCESS")
        assert {what for what, _ in customer.answered} == reached.keys()

        for number, state in states.items():  # what was cut off goes on under its own numbers
            if state != "REFUND":
                await customer.buy(shop, number)
        told = await _all_notified(shop, len(states))
        for number in states:
            assert told["payment", number] == told["refund", number] == 1
            assert customer.heard[f"/paid/{number}"]
            assert customer.heard[f"/refunded/R-{number}"]
        assert set(told.values()) == {1}


async def _all_notified(shop: Shop, orders: int) -> Counter[tuple[str, str]]:
    """Move the clock on until nothing waits; return how often each (kind, out_trade_no) was queued."""
    for _ in range(6):
        await shop.control("deliver")
        notifications = (await shop.control("notifications"))["notifications"]
        if len(notifications) == 2 * orders and all(one["state"] == "delivered" for one in notifications):
            break
        await shop.control("advance", seconds=31)
    assert {one["state"] for one in notifications} == {"delivered"}
    for one in notifications:
        assert not one["attempts"][-1]["reason"]
        assert one["next_at"] is None
    return Counter((one["kind"], one["out_trade_no"]) for one in notifications)


def test_a_refused_notification_keeps_its_place_in_the_schedule_across_a_kill(directory: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/ledger.db"
    asyncio.run(_schedule(database, directory))


async def _schedule(database: str, directory: Path) -> None:
    with traffic.running(database, directory) as process:
        async with traffic.shop(process, answer=lambda path, body: traffic.WRONG) as shop:
            port = int(shop.address.rpartition(":")[2])
            await shop.place("S-1")
            await shop.control("pay", out_trade_no="S-1")
            await shop.control("deliver")
            process.kill()
    with traffic.running(database, directory) as process:
        async with traffic.shop(process, port=port) as shop:
            (before,) = (await shop.control("notifications"))["notifications"]
            (attempt,) = before["attempts"]
            assert before["state"] == "waiting"
            assert before["next_at"] == attempt["made_at"] + 15
            assert await shop.control("deliver") == {"attempts": 0}
            await shop.control("advance", seconds=15)
            await asyncio.wait_for(shop.notification("/paid/S-1"), 10)
            await shop.control("deliver")
            (after,) = (await shop.control("notifications"))["notifications"]
            assert (after["state"], len(after["attempts"])) == ("delivered", 2)
