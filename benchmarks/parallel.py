"""Many calls at once: AsyncClient beside aiohttp by hand, and Client beside requests by hand.

By hand means: the signed XML is put together and verified by limits.py, posted with the library as its manual shows it,
over the same TLS settings. The gateway runs in a process of its own: server.py, then the simulator.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import calls
import limits
import messages
import requests
from race import Laps, Runner, race
from report import Row

from wxpay_v2 import AsyncClient, Client, Merchant

BURST = 500
CONNECTIONS = 100
_QUERY = {"out_trade_no": "T-20260301-0000000042"}
_ORDER = {
    "body": "Tea", "total_fee": 1800, "fee_type": "HKD", "trade_type": "NATIVE", "spbill_create_ip": "203.0.113.7",
    "notify_url": "https://shop.example/pay", "product_id": "P-1",
}  # fmt: skip
_SIMULATOR = """
import json, sys
from wxpay_v2.simulator import Simulator
with Simulator(deliver=False) as gateway:
    who = gateway.merchant
    told = [str(gateway.ca), who.appid, who.mch_id, who.api_key.reveal(), who.sub_mch_id, gateway.base_url]
    print(json.dumps(told), flush=True)
    sys.stdin.read()
"""  # the key is a throwaway one, like all of a simulator's


def rows(rounds: int) -> list[Row]:
    """Return the rows of 500 calls at once, and of one call after the other beside requests."""
    found: list[Row] = []
    with calls.gateway() as where:
        context = ssl.create_default_context(cafile=where.ca)
        context.load_cert_chain(where.certificate, where.key)
        caller = calls.merchant(where)
        laps = _raced(
            caller, where.base_url, where.ca, context, "refund", calls._REFUND, messages.refund_reply(calls._NUMBER),
            max(rounds // 6, 3),
        )  # fmt: skip
        found += _rows(f"{BURST} refunds at once, a call", laps)
        laps = race(_one_by_one(where), rounds=rounds, calls=12)
        found += [
            Row.of("refund on a kept connection", "requests by hand", laps),
            Row.of("the same, by the wall clock", "requests by hand", laps, clock="wall"),
        ]
    with _simulator() as (base_url, ca, caller, context):
        with Client(caller, base_url=base_url, verify=ca) as client:
            client.unified_order(**{**_ORDER, **_QUERY})
            example = client.order_query(**_QUERY).raw
        laps = _raced(caller, base_url, ca, context, "order_query", _QUERY, example, max(rounds // 12, 3))
        return found + _rows(f"{BURST} queries of the simulator, a call", laps)


def _rows(area: str, laps: Laps) -> list[Row]:
    return [
        Row.of(area, "aiohttp by hand", laps),
        Row.of("the same, by the wall clock", "aiohttp by hand", laps, clock="wall"),
    ]


def _raced(
    caller: Merchant, base_url: str, ca: str, context: ssl.SSLContext, name: str, fields: dict[str, Any],
    example: bytes, rounds: int,
) -> Laps:  # fmt: skip
    """Return the laps of bursts of the call *name*, in seconds a call. example: an answer to it."""
    build, open_message = _codec(caller, fields, example)
    path = {"refund": "/secapi/pay/refund", "order_query": "/pay/orderquery"}[name]
    with asyncio.Runner() if sys.version_info >= (3, 11) else _Runner() as loop:

        async def started() -> tuple[AsyncClient, aiohttp.ClientSession]:
            client = AsyncClient(caller, base_url=base_url, verify=ca, connections=CONNECTIONS)
            return client, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context))

        client, session = loop.run(started())

        async def by_hand() -> dict[str, str]:
            timeout = aiohttp.ClientTimeout(total=13.0, connect=3.0)
            headers = {"Content-Type": "text/xml"}
            async with session.post(base_url + path, data=build(fields), headers=headers, timeout=timeout) as reply:
                return open_message(await reply.read())

        async def burst(call: Callable[[], Awaitable[dict[str, str]]]) -> list[dict[str, str]]:
            return await asyncio.gather(*(call() for _ in range(BURST)))

        async def ended() -> None:
            await client.close()
            await session.close()

        method = getattr(client, name)
        runners: dict[str, Runner] = {
            "ours": lambda: loop.run(burst(lambda: method(**fields))),
            "aiohttp by hand": lambda: loop.run(burst(by_hand)),
        }
        for runner in runners.values():  # once, so that everyone's connections stand
            answers: Any = runner()
            assert all(answer["return_code"] == "SUCCESS" for answer in answers)
        laps = race(runners, rounds=rounds, calls=1)
        loop.run(ended())
    for times in (*laps.cpu.values(), *laps.wall.values()):
        times[:] = [seconds / BURST for seconds in times]
    return laps


class _Runner:
    """asyncio.Runner for Python 3.10."""

    def __enter__(self) -> _Runner:
        self._loop = asyncio.new_event_loop()
        return self

    def run(self, act: Any) -> Any:
        return self._loop.run_until_complete(act)

    def __exit__(self, *exception: object) -> None:
        self._loop.close()


def _codec(
    caller: Merchant, fields: dict[str, Any], example: bytes
) -> tuple[Callable[[dict[str, str]], bytes], Callable[[bytes], dict[str, str]]]:
    key = caller.api_key.reveal()
    ids = caller.ids({"appid": "appid", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"})
    return limits.builder(ids, tuple(fields), "MD5", key), limits.opener(example, "MD5", key)


def _one_by_one(where: calls.Gateway) -> dict[str, Runner]:
    """Return the runners of one refund on a kept connection."""
    client = Client(calls.merchant(where), base_url=where.base_url, verify=where.ca)
    build, open_message = _codec(client.merchant, calls._REFUND, messages.refund_reply(calls._NUMBER))
    session = requests.Session()
    session.trust_env = False
    session.verify, session.cert = where.ca, (where.certificate, where.key)

    def by_hand() -> dict[str, str]:
        reply = session.post(
            where.base_url + "/secapi/pay/refund", data=build(calls._REFUND), headers={"Content-Type": "text/xml"},
            timeout=(3.0, 10.0), allow_redirects=False,
        )  # fmt: skip
        return open_message(reply.content)

    runners: dict[str, Runner] = {"ours": lambda: client.refund(**calls._REFUND), "requests by hand": by_hand}
    calls._agree(runners)
    return runners


@contextmanager
def _simulator() -> Iterator[tuple[str, str, Merchant, ssl.SSLContext]]:
    """Run the simulator in a process of its own: its address, its CA, its merchant, and a context that trusts it."""
    command = [sys.executable, "-c", _SIMULATOR]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            ca, appid, mch_id, key, sub_mch_id, base_url = json.loads(process.stdout.readline())
            caller = Merchant(appid, mch_id, key, sub_mch_id=sub_mch_id)
            yield base_url, ca, caller, ssl.create_default_context(cafile=ca)
        finally:
            process.stdin.close()
            process.wait(20)
