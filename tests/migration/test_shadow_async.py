"""The awaiting shadow: the same promises as the blocking one's, in one event loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.migration.test_shadow import NUMBER, ORDER
from wxpay_v2 import ConfigurationError, OutcomeUnknown, Refused
from wxpay_v2.aio import AsyncClient
from wxpay_v2.call import Request, Response
from wxpay_v2.migration.shadow import Shadow
from wxpay_v2.migration.shadow_async import AsyncShadow
from wxpay_v2.migration.shadow_report import entries
from wxpay_v2.operation import READ
from wxpay_v2.result import Result
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.transport import transport
from wxpay_v2.v2 import catalogue


class World:
    """A gateway without sockets, what each of the two clients sent to it, and what the shadow told."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.sent: dict[str, list[str]] = {"v2": [], "v3": []}
        self.before: dict[str, Callable[[Request], Awaitable[object]]] = {}
        self.entries: list[dict[str, Any]] = []

    def client(self, side: str) -> AsyncClient:
        send = transport(self.simulator.gateway)

        async def noted(request: Request) -> Response:
            self.sent[side].append(request.path)
            if side in self.before:
                await self.before[side](request)
            return send(request)

        upgrade = self.simulator.v3_account if side == "v3" else None
        return AsyncClient(
            self.simulator.merchant, transport=noted, upgrade=upgrade, clock=self.simulator.clock, retry=1
        )

    def shadow(self, **settings: Any) -> AsyncShadow:
        return AsyncShadow(self.client("v2"), self.client("v3"), **{"record": self.entries.append, **settings})


@pytest.fixture
def world(wxpay_certificates: Path) -> Iterator[World]:
    with Simulator(directory=wxpay_certificates, deliver=False) as simulator:
        yield World(simulator)


@pytest.fixture
def placed(world: World) -> World:
    asyncio.run(world.client("v2").unified_order(**ORDER))
    world.sent["v2"].clear()
    return world


def test_reads_are_made_twice_and_found_equal(placed: World) -> None:
    async def main() -> Result:
        async with placed.shadow() as shadow:
            await shadow.call("pay/orderquery", {"out_trade_no": NUMBER})
            return await shadow.order_query(out_trade_no=NUMBER)

    assert asyncio.run(main())["trade_state"] == "NOTPAY"
    assert [(one["verdict"], one["numbers"]) for one in placed.entries] == [("equal", {"out_trade_no": NUMBER})] * 2


def test_what_is_no_read_is_never_sent_twice(world: World) -> None:
    async def main() -> set[str]:
        async with world.shadow(waiting=1000) as shadow:
            await shadow.unified_order(**ORDER)
            await shadow.close_order(out_trade_no=NUMBER)
            doubled = set()
            for row in catalogue.operations():

                async def ask(client: AsyncClient, name: str = row.name) -> Result:
                    if client is shadow.candidate:
                        doubled.add(name)
                    return Result({})

                await shadow._watched(row, {}, ask)
            await shadow.close()
            return doubled

    doubled = asyncio.run(main())
    assert world.sent == {"v2": ["/pay/unifiedorder", "/pay/closeorder"], "v3": []}
    assert [entry["verdict"] for entry in world.entries[:2]] == ["translated", "translated"]
    assert doubled
    assert [row.name for row in map(catalogue.find, sorted(doubled)) if row.repeat != READ or row.moves_money] == []


def test_the_callers_error_is_v2s_own(world: World) -> None:
    async def main() -> None:
        async with world.shadow() as shadow:
            with pytest.raises(Refused) as error:
                await shadow.order_query(out_trade_no="NONE-1")
            assert error.value.err_code == "ORDERNOTEXIST"

    asyncio.run(main())
    assert [(entry["verdict"], entry["v2"], entry["v3"]) for entry in world.entries] == [
        ("equal", "refused", "refused")
    ]


def test_a_caller_never_waits_for_the_shadow_and_closing_ends_in_time(placed: World, tmp_path: Path) -> None:
    async def main() -> dict[tuple[str, str], int]:
        stuck = asyncio.Event()
        placed.before["v3"] = lambda request: stuck.wait()  # which nobody sets
        shadow = placed.shadow(tasks=1, waiting=2, record=tmp_path / "shadow.jsonl")
        for _ in range(10):
            await shadow.order_query(out_trade_no=NUMBER)
        assert len(shadow._tasks) == 3
        await shadow.close(0.0)
        await shadow.close()
        assert (await shadow.order_query(out_trade_no=NUMBER))["trade_state"] == "NOTPAY"
        assert not shadow._tasks
        return shadow.counts()

    assert asyncio.run(main()) == {("order_query", "skipped"): 10}
    assert [one["number"] for one in entries(tmp_path / "shadow.jsonl")] == [10]


def test_a_cancelled_call_is_the_callers_and_not_watched(placed: World) -> None:
    async def main() -> None:
        stuck = asyncio.Event()
        placed.before["v2"] = lambda request: stuck.wait()
        async with placed.shadow() as shadow:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(shadow.order_query(out_trade_no=NUMBER), 0)

    asyncio.run(main())
    assert (placed.entries, placed.sent["v3"]) == ([], [])


def test_when_v3_alone_fails_the_caller_does_not_notice(placed: World) -> None:
    async def down(request: Request) -> None:
        if "transactions" in request.path:
            raise OutcomeUnknown("no answer")

    async def main() -> str:
        placed.before["v3"] = down
        async with placed.shadow() as shadow:
            return (await shadow.order_query(out_trade_no=NUMBER))["trade_state"]

    assert asyncio.run(main()) == "NOTPAY"
    assert [entry["verdict"] for entry in placed.entries] == ["only v3 failed"]


def test_it_has_what_the_blocking_one_has(world: World) -> None:
    def public(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert public(AsyncShadow) == public(Shadow)
    assert inspect.iscoroutinefunction(AsyncShadow.refund)
    assert world.shadow().merchant is world.simulator.merchant


def test_what_cannot_be_is_refused(world: World) -> None:
    async def record(entry: dict[str, Any]) -> None:
        """Never awaited."""

    for wrong in ({"record": record}, {"tasks": 0}, {"waiting": True}):
        with pytest.raises(ConfigurationError):
            world.shadow(**wrong)
    with pytest.raises(ConfigurationError, match="must be Clients"):
        Shadow(world.client("v2"), world.client("v3"), record=print)  # type: ignore[arg-type]
