"""The gateway without a socket, as a transport: ``Client(merchant, transport=transport(gateway, certificate))``."""

from __future__ import annotations

from collections.abc import Callable

from wxpay_v2.call import Request, Response, unknown
from wxpay_v2.simulator.gateway import Exchange, Gateway

__all__ = ["transport"]


def transport(gateway: Gateway, certificate: bytes | None = None) -> Callable[[Request], Response]:
    """Return a ``send(Request) -> Response``. certificate: the merchant's, as DER; sent where a request says so.

    A connection that breaks, and an answer later than the request's read timeout, raise OutcomeUnknown as the session
    does. Nobody sleeps.
    """

    def send(request: Request) -> Response:
        answer = gateway.handle(
            Exchange(
                request.method,
                request.path,
                request.headers,
                request.body,
                certificate if request.certificate else None,
                request.query,
            )
        )
        if answer.action == "reset":
            raise unknown(request, "the answer was lost: the connection broke", phase="read")
        if answer.action == "hang" or answer.delay > request.timeout[1]:
            raise unknown(request, "the request was sent and no answer came", phase="read")
        return Response(answer.status, answer.body, {name.lower(): text for name, text in answer.headers.items()})

    return send
