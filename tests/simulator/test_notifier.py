"""The notifier alone, against a queue in memory; what the gateway queues and when is tested with the gateway."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.simulator import certificates, notifier
from wxpay_v2.simulator.notifier import Blocked, Notifier, check_address, check_url, networks
from wxpay_v2.simulator.views import PendingNotification

BODY = b"<xml><return_code>SUCCESS</return_code></xml>"


class Queue:
    """What the notifier sees of a gateway: rows that are due, and what became of them."""

    def __init__(self, *urls: str) -> None:
        self.clock = ManualClock()
        self.ticks = 0
        self.rows = {
            number: PendingNotification(
                id=number, url=url, body=BODY, attempt=1, kind="payment", out_trade_no=f"T-{number}"
            )
            for number, url in enumerate(urls)
        }
        self.delivered: dict[int, tuple[int, bytes]] = {}
        self.failed: dict[int, str] = {}
        self.due_at = self.clock.time()

    def tick(self) -> None:
        self.ticks += 1

    def due_notifications(self) -> list[PendingNotification]:
        return list(self.rows.values()) if self.clock.time() >= self.due_at else []

    def next_notification_at(self) -> float | None:
        return self.due_at if self.rows else None

    def notification_delivered(self, id: int, *, status: int, body: bytes) -> None:
        self.delivered[id] = (status, body)
        del self.rows[id]

    def notification_failed(self, id: int, reason: str) -> None:
        self.failed[id] = reason
        del self.rows[id]


async def threaded(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return await asyncio.to_thread(function, *arguments, **named)


@asynccontextmanager
async def endpoint(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]], context: ssl.SSLContext | None = None
):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"{'https' if context else 'http'}://localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


def deliver(queue: Queue, **settings: Any) -> int:
    async def once() -> int:
        subject = Notifier(queue, threaded, **settings)  # type: ignore[arg-type]
        try:
            return await subject.deliver_now()
        finally:
            await subject.close()

    return asyncio.run(once())


def deliver_to(handler: Any, path: str = "/paid", count: int = 1, **settings: Any) -> Queue:
    async def once() -> Queue:
        context = settings.pop("context", None)
        async with endpoint(handler, context) as address:
            queue = Queue(*[address + path] * count)
            subject = Notifier(queue, threaded, **settings)  # type: ignore[arg-type]
            assert await subject.deliver_now() == count
            await subject.close()
            return queue

    return asyncio.run(once())


def test_a_notification_is_posted_as_xml_and_its_answer_reported() -> None:
    seen: list[tuple[str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, request.headers["Content-Type"], await request.read()))
        return web.Response(body=b"<xml>thanks</xml>")

    queue = deliver_to(handler)
    assert seen == [("POST", "/paid", "text/xml; charset=utf-8", BODY)]
    assert queue.delivered == {0: (200, b"<xml>thanks</xml>")}
    assert queue.ticks == 1


def test_a_refusing_answer_is_reported_with_its_status() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=503, body=b"busy")

    assert deliver_to(handler).delivered == {0: (503, b"busy")}


def test_what_is_not_due_is_not_sent() -> None:
    queue = Queue("http://127.0.0.1:9/")
    queue.due_at += 15
    assert deliver(queue) == 0
    assert not queue.failed


def test_s8_redirects_are_not_followed() -> None:
    paths: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        paths.append(request.path)
        raise web.HTTPFound("/elsewhere")

    queue = deliver_to(handler)
    assert paths == ["/paid"]
    assert queue.delivered[0][0] == 302


def test_s8_four_kib_of_an_answer_are_read() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b"x" * 1000)
        return response

    assert deliver_to(handler).delivered == {0: (200, b"x" * 4096)}


def test_s8_compressed_answers_are_not_inflated() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"\x1f\x8b not really", headers={"Content-Encoding": "gzip"})

    assert deliver_to(handler).delivered == {0: (200, b"\x1f\x8b not really")}


def test_s8_a_silent_address_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert notifier.TIMEOUT == 5.0
    monkeypatch.setattr(notifier, "TIMEOUT", 0.05)

    async def handler(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    queue = deliver_to(handler)
    assert queue.failed == {0: "no answer within 0.05 s"}


def test_s8_environment_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    assert deliver_to(handler).delivered == {0: (200, b"")}


def test_a_refused_connection_is_a_failure_with_a_reason() -> None:
    queue = Queue("http://127.0.0.1:1/")
    assert deliver(queue) == 1
    assert "no connection" in queue.failed[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://10.0.0.1/",
        "http://8.8.8.8/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://user@127.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "127.0.0.1/paid",
        "http:///paid",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "weixin://wxpay/bizpayurl?pr=1",
        "",
    ],
)
def test_s8_an_address_that_leads_elsewhere_is_refused(url: str) -> None:
    queue = Queue(url)
    assert deliver(queue) == 1
    assert queue.failed[0].startswith("refused: ")
    assert "secret" not in queue.failed[0]


def test_s8_a_name_is_judged_by_every_address_it_resolves_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()

        async def lookup(*_arguments: Any, **_named: Any) -> Any:
            return [(2, 1, 6, "", ("127.0.0.1", 80)), (2, 1, 6, "", ("169.254.169.254", 80))]

        monkeypatch.setattr(loop, "getaddrinfo", lookup)
        queue = Queue("http://shop.example/paid")
        subject = Notifier(queue, threaded)  # type: ignore[arg-type]
        await subject.deliver_now()
        await subject.close()
        assert queue.failed[0].startswith("refused: 169.254.169.254")

    asyncio.run(run())


def test_s8_a_name_is_resolved_once_and_connected_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.host.startswith("shop.example")
        return web.Response()

    async def run() -> None:
        async with endpoint(handler) as address:
            port = int(address.rpartition(":")[2])
            lookups: list[str] = []
            real = asyncio.get_running_loop().getaddrinfo

            async def lookup(host: str, port_: int, **named: Any) -> Any:
                if host != "shop.example":
                    return await real(host, port_, **named)
                lookups.append(host)
                where = "127.0.0.1" if len(lookups) == 1 else "169.254.169.254"
                return [(2, 1, 6, "", (where, port))]

            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
            queue = Queue(f"http://shop.example:{port}/paid")
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            await subject.deliver_now()
            await subject.close()
            assert lookups == ["shop.example"]
            assert queue.delivered == {0: (200, b"")}

    asyncio.run(run())


@pytest.mark.parametrize("text", ["127.0.0.1", "127.8.9.10", "::1"])
def test_loopback_is_always_allowed(text: str) -> None:
    check_address(text)


def test_a_listed_network_is_allowed_and_its_neighbour_is_not() -> None:
    listed = networks(["10.1.0.0/16"])
    check_address("10.1.2.3", listed)
    with pytest.raises(Blocked):
        check_address("10.2.0.1", listed)


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "::", "255.255.255.255", "224.0.0.1", "0.0.0.1", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)  # fmt: skip
def test_s8_link_local_and_metadata_stay_closed_even_when_everything_is_listed(text: str) -> None:
    with pytest.raises(Blocked):
        check_address(text, networks(["0.0.0.0/0", "::/0"]))


@pytest.mark.parametrize("texts", [["10.1.0.0/33"], ["everything"], ["10.1.2.3/16"]])
def test_a_network_that_is_none_is_a_configuration_error(texts: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="network"):
        networks(texts)


def test_a_plain_address_passes() -> None:
    assert check_url("https://shop.example:8443/paid?x=1").port == 8443


def server(directory: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "gateway_cert.pem", directory / "gateway_key.pem")
    return context


def test_an_https_address_under_the_throwaway_ca_is_trusted_and_under_another_is_not(tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"ok")

    certificates.write(tmp_path / "ours")
    certificates.write(tmp_path / "theirs")
    ca = str(tmp_path / "ours" / "rootca.pem")
    assert deliver_to(handler, context=server(tmp_path / "ours"), ca=ca).delivered == {0: (200, b"ok")}
    assert deliver_to(handler, context=server(tmp_path / "theirs"), ca=ca).failed == {
        0: "the certificate of the address is not trusted"
    }


def test_one_silent_address_does_not_hold_up_the_others() -> None:
    async def run() -> None:
        release = asyncio.Event()

        async def handler(request: web.Request) -> web.Response:
            if request.path == "/slow":
                await release.wait()
            return web.Response()

        async with endpoint(handler) as address:
            queue = Queue(address + "/slow", address + "/quick")
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            both = asyncio.create_task(subject.deliver_now())
            await until(lambda: 1 in queue.delivered)
            assert 0 not in queue.delivered
            release.set()
            assert await both == 2
            assert 0 in queue.delivered
            await subject.close()

    asyncio.run(run())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10) if hasattr(asyncio, "timeout") else nothing():
        while not condition():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def nothing():
    yield


def running(scenario: Callable[[Queue, Notifier, list[int]], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        hits: list[int] = []

        async def handler(request: web.Request) -> web.Response:
            hits.append(1)
            return web.Response()

        async with endpoint(handler) as address:
            queue = Queue(address + "/paid")
            queue.due_at += 15
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            subject.start()
            await scenario(queue, subject, hits)
            await subject.close()

    asyncio.run(run())


def test_the_background_task_delivers_when_it_is_woken_after_the_clock_moved() -> None:
    async def scenario(queue: Queue, subject: Notifier, hits: list[int]) -> None:
        await until(lambda: queue.ticks > 0)
        assert not hits
        queue.clock.advance(15)
        subject.wake()
        await until(lambda: bool(queue.delivered))
        assert len(hits) == 1

    running(scenario)


def test_a_notification_under_way_is_not_sent_a_second_time() -> None:
    async def scenario(queue: Queue, subject: Notifier, hits: list[int]) -> None:
        queue.clock.advance(15)
        counts = await asyncio.gather(*(subject.deliver_now() for _ in range(5)))
        await until(lambda: bool(queue.delivered))
        assert len(hits) == 1
        assert sum(counts) <= 1

    running(scenario)


def test_the_background_task_survives_a_queue_that_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(queue: Queue, subject: Notifier, hits: list[int]) -> None:
        await until(lambda: queue.ticks > 0)
        rows, queue.rows = queue.rows, None  # type: ignore[assignment]
        queue.clock.advance(15)
        subject.wake()
        await until(lambda: "cannot be read" in caplog.text)
        queue.rows = rows
        subject.wake()
        await until(lambda: bool(queue.delivered))

    running(scenario)


def test_closing_breaks_off_what_is_under_way_and_leaves_it_due() -> None:
    async def run() -> None:
        arrived = asyncio.Event()

        async def handler(request: web.Request) -> web.Response:
            arrived.set()
            await asyncio.Event().wait()
            raise AssertionError

        async with endpoint(handler) as address:
            queue = Queue(address + "/paid")
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            task = asyncio.create_task(subject.deliver_now())
            await arrived.wait()
            await subject.close()
            await task
            assert not queue.delivered and not queue.failed and 0 in queue.rows

    asyncio.run(run())


def test_closing_ends_the_background_task_even_in_the_moment_it_is_woken() -> None:
    async def scenario(queue: Queue, subject: Notifier, hits: list[int]) -> None:
        await until(lambda: queue.ticks > 0)
        subject.wake()
        await asyncio.wait_for(subject.close(), 10)

    running(scenario)


def test_s8_a_kept_connection_is_used_again_and_a_name_is_not_resolved_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    peers: list[object] = []
    asked: list[str] = []
    resolve = notifier._Resolver.resolve

    async def counted(self: Any, host: str, *rest: Any, **named: Any) -> Any:
        asked.append(host)
        return await resolve(self, host, *rest, **named)

    async def handler(request: web.Request) -> web.Response:
        peers.append(request.transport.get_extra_info("peername") if request.transport else None)
        return web.Response(body=b"ok")

    async def run() -> None:
        async with endpoint(handler) as address:
            queue = Queue(address + "/paid")
            rows = dict(queue.rows)
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            for _ in range(3):
                queue.rows = dict(rows)
                await subject.deliver_now()
            await subject.close()
            assert len(queue.delivered) == 1

    monkeypatch.setattr(notifier._Resolver, "resolve", counted)
    asyncio.run(run())
    assert len(peers) == 3 and len(set(peers)) == 1
    assert asked == ["localhost"]


def test_s8_another_address_is_checked_although_a_connection_is_kept() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=b"ok")

    async def run() -> None:
        async with endpoint(handler) as address:
            queue = Queue(address + "/paid")
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            await subject.deliver_now()
            queue.rows = Queue("http://169.254.169.254/paid").rows
            await subject.deliver_now()
            await subject.close()
            assert "link-local" in queue.failed[0]

    asyncio.run(run())


def test_a_kept_connection_that_has_ended_is_opened_anew() -> None:
    hits: list[int] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        hits.append(1)
        if len(hits) == 2 and request.transport is not None:  # the first one on a kept connection: it breaks
            request.transport.abort()
        return web.Response(body=b"ok")

    async def run() -> None:
        async with endpoint(handler) as address:
            queue = Queue(address + "/paid")
            rows = dict(queue.rows)
            subject = Notifier(queue, threaded)  # type: ignore[arg-type]
            for _ in range(2):
                queue.rows = dict(rows)
                await subject.deliver_now()
            await subject.close()
            assert not queue.failed and len(hits) == 3

    asyncio.run(run())
