"""The demo's notify_url: a real HTTP endpoint on loopback, as a shop would run one."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

from aiohttp import web

from wxpay_v2.errors import Rejected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.client import Client
    from wxpay_v2.v2.notification import Event

__all__ = ["Endpoint"]


class Endpoint:
    """Verifies what is posted to it and answers in the gateway's format. Runs in a thread with a loop of its own.

    url: the notify_url to give. events: what was verified. refused: why the others were turned away.
    """

    def __init__(self) -> None:
        self.client: Client | None = None
        self.events: list[Event] = []
        self.refused: list[Rejected] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo-endpoint", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Endpoint:
        self._thread.start()
        self._wait(asyncio.run_coroutine_threadsafe(self._start(), self._loop))
        return self

    def __exit__(self, *exception: object) -> None:
        if self._runner is not None:
            self._wait(asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @staticmethod
    def _wait(future: Future[None]) -> None:
        future.result(10)

    async def _start(self) -> None:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/notify", self._notified)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/notify"

    async def _notified(self, request: web.Request) -> web.Response:
        assert self.client is not None  # noqa: S101 - set before the first order
        try:
            posted = await request.read()
            event = self.client.open_notification(posted, request.headers)
        except Rejected as error:
            self.refused.append(error)
            body, content_type, status = self.client.refusal(posted, "not trusted")
        else:
            self.events.append(event)  # a shop books it here, durably, before it answers
            body, content_type, status = event.reply()
        return web.Response(body=body, status=status, headers={"Content-Type": content_type})
