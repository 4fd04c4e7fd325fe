"""Many life cycles at once, and random ones with faults, refusals and kills: nothing lost, nothing doubled.

WXPAY_V2_SOAK=3600 lets the random ones run for an hour; by default they take two seconds. The dice are thrown anew each
time, and the seed is in what a failure prints.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from tests.simulator import traffic
from tests.simulator.test_kill import directory as directory  # a fixture
from tests.simulator.test_kill import empty
from tests.simulator.traffic import RIGHT, WRONG, Process, Shop
from wxpay_v2.errors import Malformed, SignatureInvalid
from wxpay_v2.simulator import notices
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.ledger import Ledger
from wxpay_v2.simulator.tables import notifications
from wxpay_v2.v2 import envelope
from wxpay_v2.v2.signature import Signer

SECONDS = float(os.environ.get("WXPAY_V2_SOAK") or 2)
BETWEEN_KILLS = 20.0
AT_A_TIME = 16

FAULTS = {
    "unified_order": ("reset", "html", "system_error", "lost_reply", "system_error_after", "unsigned", "wrong_sign"),
    "refund": ("reset", "html", "system_error", "lost_reply", "system_error_after", "truncated", "wrong_sign"),
    "micropay": ("lost_reply", "system_error_after", "truncated", "user_paying"),
    "reverse": ("lost_reply", "system_error_after", "html"),
    "payment": ("duplicate_notification", "forged_notification", "late_notification"),
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_life_cycles_at_once_all_come_to_their_end(
    kind: str, directory: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = f"sqlite:///{tmp_path}/ledger.db" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    empty(database)

    async def load(process: Process) -> None:
        async with traffic.shop(process) as shop:
            await traffic.life_cycles(shop, 40, at_a_time=20)

    with traffic.running(database, directory) as process:
        asyncio.run(load(process))
    ledger = Ledger(database)
    ledger.check()
    states = [one.state for one in ledger.run(lambda book: book.orders(), 0)]
    told = [(one.state, len(one.attempts)) for one in ledger.run(notices.views, 0)]
    ledger.close()
    empty(database)
    assert states == ["REFUND"] * 40
    assert told == [("delivered", 1)] * 80


class Life:
    """One order with what is to become of it. done: how many of its steps are answered for.

    number: of the order. refunds: amounts, in their order.
    """

    def __init__(self, number: str, dice: random.Random) -> None:
        self.number = number
        self.kind = dice.choice(["sale", "sale", "sale", "closed", "quick pay", "reversed"])
        self.refunds = (
            dice.sample([100, 250, 300, 350], dice.randint(0, 4)) if self.kind in ("sale", "quick pay") else []
        )
        self.done = 0
        self.code = ""

    @property
    def end(self) -> tuple[str, int]:
        """State and refunded amount at the end."""
        state = {"closed": "CLOSED", "reversed": "REVOKED"}.get(self.kind, "REFUND" if self.refunds else "SUCCESS")
        return state, sum(self.refunds)

    async def go_on(self, shop: Shop) -> None:
        """Do the steps that are left. Raises aiohttp.ClientConnectorError when the simulator is gone."""
        first: list[Callable[[Shop], Awaitable[None]]] = {
            "sale": [self.place, self.pay],
            "closed": [self.place, self.close],
            "quick pay": [self.charge],
            "reversed": [self.charge, self.reverse],
        }[self.kind]
        steps = [*first, *(lambda shop, place=place: self.refund(shop, place) for place in range(len(self.refunds)))]
        for step in steps[self.done :]:
            await step(shop)
            self.done += 1

    async def place(self, shop: Shop) -> None:
        fields = traffic.order(self.number, shop.address)
        answer = await insist(shop, "/pay/unifiedorder", **fields)
        assert answer.get("err_code") in (None, "ORDERPAID", "ORDERCLOSED"), answer

    async def pay(self, shop: Shop) -> None:
        answer = await shop.control("pay", out_trade_no=self.number)
        assert "order" in answer or "paid" in answer["error"], answer

    async def close(self, shop: Shop) -> None:
        answer = await insist(shop, "/pay/closeorder", out_trade_no=self.number)
        assert answer.get("err_code") in (None, "ORDERCLOSED"), answer

    async def charge(self, shop: Shop) -> None:
        while True:
            self.code = self.code or (await shop.control("payment_code"))["auth_code"]
            answer = await insist(
                shop, "/pay/micropay", body="Tea", out_trade_no=self.number, total_fee="1000", fee_type="HKD",
                spbill_create_ip="203.0.113.7", auth_code=self.code,
            )  # fmt: skip
            if answer["result_code"] == "SUCCESS" or answer["err_code"] == "ORDERPAID":
                return
            if answer["err_code"] == "USERPAYING":
                await shop.control("pay", out_trade_no=self.number)
                return
            assert answer["err_code"] in ("AUTHCODEEXPIRE", "AUTH_CODE_ERROR"), answer
            self.code = ""

    async def reverse(self, shop: Shop) -> None:
        answer = await insist(shop, "/secapi/pay/reverse", out_trade_no=self.number)
        assert (answer["result_code"], answer["recall"]) == ("SUCCESS", "N"), answer

    async def refund(self, shop: Shop, place: int) -> None:
        number = f"R-{self.number}-{place}"
        answer = await insist(
            shop, "/secapi/pay/refund", out_trade_no=self.number, out_refund_no=number, total_fee="1000",
            refund_fee=str(self.refunds[place]), notify_url=f"{shop.address}/refunded/{number}",
        )  # fmt: skip
        assert answer["result_code"] == "SUCCESS", answer


async def insist(shop: Shop, path: str, **fields: str) -> dict[str, str]:
    """Ask the same again until the answer is one to believe."""
    for _ in range(60):
        try:
            answer = await shop.call(path, **fields)
        except aiohttp.ClientConnectorError:
            raise
        except (Malformed, SignatureInvalid, aiohttp.ClientError):
            continue
        if answer.get("err_code") != "SYSTEMERROR":
            return answer
    raise AssertionError(f"no answer to believe from {path}")


class Soak:
    """The shop's side of it: which orders it has, and what it was notified of."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.lives: list[Life] = []
        self.booked: dict[str, set[str]] = defaultdict(set)
        self.forged = 0
        self.signer: Signer | None = None

    def notified(self, path: str, body: bytes) -> bytes:
        if self.dice.random() < 0.05:
            return self.dice.choice([WRONG, b""])
        if path.startswith("/paid/"):
            try:
                fields = envelope.unseal(body, self.signer)  # type: ignore[arg-type]
            except SignatureInvalid:
                self.forged += 1
                return WRONG
            self.booked[fields["out_trade_no"]].add(fields["transaction_id"])
        return RIGHT

    async def run(self, process: Process, seconds: float, port: int, *, kill: bool) -> int:
        """Go on with what was cut off, then with new orders, until *seconds* are over. Return the address's port."""
        end = time.monotonic() + seconds
        async with traffic.shop(process, answer=self.notified, port=port) as shop:
            self.signer = Signer(process.merchant.api_key, process.merchant.sign_type)
            waiting = list(self.lives)  # of those that have come to their end no step is left

            async def work() -> None:
                try:
                    while waiting:
                        await waiting.pop().go_on(shop)
                    while time.monotonic() < end:
                        life = Life(f"S-{len(self.lives)}", self.dice)
                        self.lives.append(life)
                        await life.go_on(shop)
                except aiohttp.ClientError:
                    assert kill

            async def trouble() -> None:
                while time.monotonic() < end:
                    operation = self.dice.choice(list(FAULTS))
                    name = self.dice.choice(FAULTS[operation])
                    await shop.control("fault", name=name, operation=operation, seconds=self.dice.choice([0, 1, 5]))
                    await asyncio.sleep(0.02)
                if kill:
                    process.kill()

            await asyncio.gather(trouble(), *(work() for _ in range(AT_A_TIME)))
            if not kill:
                await self.finish(process, shop)
            return int(shop.address.rpartition(":")[2])

    async def finish(self, process: Process, shop: Shop) -> None:
        """Clear the faults, and move the clock on until nothing genuine waits."""
        await shop.control("clear_faults")
        for _ in range(40):
            await shop.control("advance", seconds=20)
            await shop.control("deliver")
            told = (await shop.control("notifications"))["notifications"]
            if not any(one["state"] == "waiting" and not one["forged"] for one in told):
                return
        raise AssertionError("notifications wait in vain")


def test_random_life_cycles_with_faults_lose_nothing_and_double_nothing(directory: Path, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    soak = Soak(random.Random(seed))
    database = f"sqlite:///{tmp_path}/ledger.db"
    left, port = SECONDS, 0
    while left > 0:
        slice_ = min(left, BETWEEN_KILLS)
        left -= slice_
        with traffic.running(database, directory) as process:
            port = asyncio.run(soak.run(process, slice_, port, kill=left > 0))
    try:
        examine(soak, database)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error


def examine(soak: Soak, database: str) -> None:
    """Raise unless every order ended as its life says, with its money, and with news of it."""
    ledger = Ledger(database)
    ledger.check()

    def read(book: Book) -> Any:
        waiting = select(func.count()).select_from(notifications).where(notifications.c.state == "waiting")
        genuine = waiting.where(notifications.c.forged.is_(False))
        return book.orders(), book.refunds(), book.connection.execute(genuine).scalar()

    orders, refunds, waiting = ledger.run(read, 0)
    ledger.close()
    assert waiting == 0
    assert len(orders) == len(soak.lives) > AT_A_TIME
    assert {one.out_trade_no: (one.state, one.refunded) for one in orders} == {
        life.number: life.end for life in soak.lives
    }
    assert len(refunds) == sum(len(life.refunds) for life in soak.lives)
    assert {one.status for one in refunds} == {"SUCCESS"}
    sales = {one.out_trade_no: {one.transaction_id} for one in orders if one.paid_at and one.trade_type == "NATIVE"}
    assert soak.booked == sales
