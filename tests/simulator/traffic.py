"""Life cycles of orders against a simulator in a process of its own, over real mutual TLS, as cheap as can be.

`running` starts ``wxpay-v2 simulator``; `Shop` is a merchant with kept connections and an address for notifications.
Tests of load and crashes drive it, and the benchmark does.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from wxpay_v2 import Merchant
from wxpay_v2.v2 import envelope
from wxpay_v2.v2.signature import Signer

ROOT = Path(__file__).resolve().parents[2]
RIGHT = b"<xml><return_code>SUCCESS</return_code><return_msg>OK</return_msg></xml>"
WRONG = b"<xml><return_code>FAIL</return_code><return_msg>busy</return_msg></xml>"

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


def order(number: str, address: str) -> dict[str, str]:
    """What a unified order of that number asks for; its notification goes to ADDRESS/paid/NUMBER."""
    return {
        "body": "Tea", "out_trade_no": number, "total_fee": "1000", "fee_type": "HKD", "trade_type": "NATIVE",
        "spbill_create_ip": "203.0.113.7", "notify_url": f"{address}/paid/{number}",
    }  # fmt: skip


class Process:
    """A running simulator. facts: what it printed, its addresses and ids. pid: of the process."""

    def __init__(self, process: subprocess.Popen[bytes], facts: Mapping[str, str]) -> None:
        self._process = process
        self.facts = facts
        self.pid = process.pid
        self.base_url = facts["base_url"]
        self.payer_url = facts["payer_url"]
        self.merchant = Merchant.from_config(facts["settings"])

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def cpu_seconds(self) -> float:
        """CPU seconds that the process has used, of the user and of the system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(database: str, directory: Path, *, port: int = 0) -> Iterator[Process]:
    """Run ``wxpay-v2 simulator`` on *database*, a file or a URL; at the end stop it, unless it is dead by then."""
    command = [
        sys.executable, "-m", "wxpay_v2", "simulator", "--json", "--data", database, "--directory", str(directory),
        "--port", str(port),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the simulator ended before it listened"
            yield Process(process, json.loads(line))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(30)


class Shop:
    """A merchant of the simulator *at*. Lives in one event loop: use `shop`.

    notified: called with path and body of every notification; what it returns is the answer.
    """

    def __init__(self, at: Process, session: aiohttp.ClientSession, address: str) -> None:
        self._at = at
        self._session = session
        self._signer = Signer(at.merchant.api_key, at.merchant.sign_type)
        merchant = at.merchant
        self._ids = {"appid": merchant.appid, "mch_id": merchant.mch_id, "sub_mch_id": merchant.sub_mch_id or ""}
        self._ids["sign_type"] = merchant.sign_type
        self.address = address
        self.waiting: dict[str, asyncio.Future[None]] = {}

    async def call(self, path: str, **fields: str) -> dict[str, str]:
        """Return the verified fields of the answer to one v2 call."""
        body = envelope.seal({**self._ids, "nonce_str": os.urandom(16).hex(), **fields}, self._signer)
        async with self._session.post(self._at.base_url + path, data=body) as answer:
            return envelope.unseal(await answer.read(), self._signer)

    async def control(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Return what one of the simulator's controls answers."""
        headers = {"X-WXPay-Simulator": "1"}
        async with self._session.post(
            f"{self._at.payer_url}/control/{name}", json=arguments, headers=headers
        ) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def place(self, number: str) -> dict[str, str]:
        return await self.call("/pay/unifiedorder", **order(number, self.address))

    async def query(self, number: str) -> dict[str, str]:
        return await self.call("/pay/orderquery", out_trade_no=number)

    async def refund(self, number: str, refund_number: str, fee: int = 300) -> dict[str, str]:
        return await self.call(
            "/secapi/pay/refund", out_trade_no=number, out_refund_no=refund_number, total_fee="1000",
            refund_fee=str(fee), notify_url=f"{self.address}/refunded/{refund_number}",
        )  # fmt: skip

    async def notification(self, path: str) -> None:
        """Wait until a notification came to *path*."""
        await self.waiting.setdefault(path, asyncio.get_running_loop().create_future())

    async def life_cycle(self, number: str) -> None:
        """Order, payment, its notification, query, refund, its notification."""
        assert (await self.place(number))["result_code"] == "SUCCESS"
        assert "error" not in await self.control("pay", out_trade_no=number)
        await self.notification(f"/paid/{number}")
        assert (await self.query(number))["trade_state"] == "SUCCESS"
        assert (await self.refund(number, f"R-{number}"))["result_code"] == "SUCCESS"
        await self.notification(f"/refunded/R-{number}")

    def arrived(self, path: str) -> None:
        """Take note that a notification came to *path*."""
        future = self.waiting.setdefault(path, asyncio.get_running_loop().create_future())
        if not future.done():
            future.set_result(None)


class _Receiver(asyncio.Protocol):
    """One connection of the notifier: hands every request over and answers it."""

    def __init__(self, answer: Callable[[str, bytes], bytes], open_: set[asyncio.BaseTransport]) -> None:
        self._answer = answer
        self._open = open_
        self._bytes = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._open.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        while True:
            head, found, rest = self._bytes.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if not found or len(rest) < size:
                return
            self._bytes = rest[size:]
            body = self._answer(head.split(b" ", 2)[1].decode(), rest[:size])
            if not body:
                self._transport.abort()
                return
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


@asynccontextmanager
async def shop(
    at: Process, *, answer: Callable[[str, bytes], bytes] | None = None, port: int = 0, connections: int = 64
) -> AsyncIterator[Shop]:
    """Yield a shop of the simulator *at*.

    answer: to the notification that came to a path, as bytes; b"" breaks the connection off. By default the right one.
    port: of the address for notifications; 0 for a free one.
    """
    context = ssl.create_default_context(cafile=at.facts["ca"])
    context.load_cert_chain(*(Path(at.facts["directory"], f"apiclient_{part}.pem") for part in ("cert", "key")))
    connector = aiohttp.TCPConnector(ssl=context, limit=connections)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        def notified(path: str, body: bytes) -> bytes:
            said = RIGHT if answer is None else answer(path, body)
            if said == RIGHT:
                one.arrived(path)
            return said

        open_: set[asyncio.BaseTransport] = set()
        server = await asyncio.get_running_loop().create_server(lambda: _Receiver(notified, open_), "127.0.0.1", port)
        one = Shop(at, session, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        try:
            yield one
        finally:
            server.close()
            for transport in tuple(open_):
                transport.close()
            while open_:
                await asyncio.sleep(0)


async def life_cycles(one: Shop, count: int, *, at_a_time: int, prefix: str = "L") -> None:
    """Do *count* life cycles, *at_a_time* of them at any moment."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await one.life_cycle(f"{prefix}-{number}")

    await asyncio.gather(*(work() for _ in range(at_a_time)))
