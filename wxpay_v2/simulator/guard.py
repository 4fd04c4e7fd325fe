"""Who may drive the simulator: people on its own pages and programs on this machine, not a foreign page in a browser.

A browser sends any page's forms to loopback addresses, and a name server can point a foreign name at one (DNS
rebinding). So the Host must be this machine, and a POST must come from the simulator's own pages or carry a header
that no foreign page can add.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

__all__ = ["CONTROL_HEADER", "guard", "is_loopback"]

CONTROL_HEADER = "X-WXPay-Simulator"
"""A program that sends no Origin adds this header, with any value, to what it posts."""

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?", re.ASCII)


def guard(host: str, policy: str) -> Any:
    """Return a middleware that refuses foreign hosts and pages, and seals every answer.

    host: what the server is bound to. policy: the Content-Security-Policy.
    """

    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _right_host(request, host):
            response: web.StreamResponse = web.Response(status=421, text="This host name is not served here.\n")
        elif request.method not in ("GET", "HEAD") and not _own_page(request):
            response = web.Response(
                status=403, text=f"Refused: not from the simulator's own pages, and no {CONTROL_HEADER} header.\n"
            )
        else:
            try:
                response = await handler(request)
            except web.HTTPException as answer:  # redirects, and what aiohttp itself answers
                answer.headers.update(headers)
                raise
        response.headers.update(headers)
        return response

    return checked


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Return whether *host*, a name or an address, is this machine and nothing else."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _right_host(request: web.Request, bound: str) -> bool:
    given = request.headers.getall("Host", [])
    match = _HOST.fullmatch(given[0]) if len(given) == 1 else None
    if match is None:
        return False
    name = (match[1] or match[2]).lower()
    if is_loopback(bound):
        return is_loopback(name)
    return name == bound.lower() or name == "localhost" or _is_address(name)


def _own_page(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.headers['Host']}"
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return CONTROL_HEADER in request.headers
