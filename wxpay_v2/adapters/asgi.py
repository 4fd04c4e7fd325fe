"""The endpoint as an ASGI application, for any ASGI server, and as a route of Starlette or FastAPI."""

from __future__ import annotations

import asyncio

from wxpay_v2.adapters.async_endpoint import AsyncEndpoint
from wxpay_v2.adapters.endpoint import MAX_BYTES, Answer, Endpoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["Application"]


class Application:
    """``Application(endpoint)`` is what an ASGI server calls; a blocking `Endpoint` runs in a thread.

    In Starlette and FastAPI: ``Route("/wxpay/notify", Application(endpoint))``.
    """

    def __init__(self, endpoint: AsyncEndpoint | Endpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope["method"], receive, _headers(scope))
            headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
            raw = [(name.lower().encode("ascii"), text.encode("ascii")) for name, text in headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": raw})
            await send({"type": "http.response.body", "body": answer.body})
        else:  # a websocket: nobody who may speak here opens one
            await send({"type": "websocket.close"})

    async def _answer(self, method: str, receive: Receive, told: dict[str, str]) -> Answer:
        body = await _body(receive) if method == "POST" else b""
        if body is None:
            return self._endpoint.refuse("the body cannot be read: the connection broke")
        if isinstance(self._endpoint, AsyncEndpoint):
            return await self._endpoint.handle(method, body, told)
        return await asyncio.to_thread(self._endpoint.handle, method, body, told)


def _headers(scope: Message) -> dict[str, str]:
    """Return the request's headers; one that comes twice has both values, which no signature has."""
    told: dict[str, str] = {}
    for name, text in scope.get("headers") or ():
        key = name.decode("latin-1")
        told[key] = f"{told[key]}, {text.decode('latin-1')}" if key in told else text.decode("latin-1")
    return told


async def _body(receive: Receive) -> bytes | None:
    """Return the body, or its beginning of more than MAX_BYTES; None when it broke off."""
    pieces: list[bytes] = []
    length = 0
    while length <= MAX_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        if not message.get("more_body", False):
            break
    return b"".join(pieces)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
