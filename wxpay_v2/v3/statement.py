"""Statements of API v3: bytes whose digest holds.

Global answers with the statement itself and signs its SHA-1 (see `wxpay_v2.v3.protocol`). The mainland answers with a
digest, signed, and an address, from which the file comes unsigned.
Source: https://pay.weixin.qq.com/doc/v3/merchant/4013071227; threats: section 8
"""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import partial
from urllib.parse import urlsplit

from wxpay_v2 import call
from wxpay_v2.call import Request
from wxpay_v2.errors import Malformed, SignatureInvalid, quoted
from wxpay_v2.operation import HOSTS
from wxpay_v2.statement_stream import INFLATED_PER_READ, RATIO, plain
from wxpay_v2.v3 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.call import Call, Response
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.v3.protocol import Protocol

__all__ = ["digest_of", "fetch"]

_SHA1 = re.compile("[0-9A-Fa-f]{40}", re.ASCII)


def digest_of(data: bytes) -> str:
    """Return the SHA-1, in hex, of *data*, inflated where it is gzip; bounded. Raises Malformed for broken gzip."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in plain(data, INFLATED_PER_READ, RATIO):
        digest.update(piece)
    return digest.hexdigest()


def fetch(protocol: Protocol, told: Mapping[str, Any] | None, retry: Retry, routes: Routes) -> Call[bytes]:
    """Return the file that *told* names: hash_type, hash_value and download_url of a verified answer.

    The address is called as it stands, on the gateway's own hosts only, at once: it lives for 30 seconds to 5 minutes.
    Raises OutcomeUnknown when the file cannot be had or is not the one of the digest.
    """
    row = catalogue.find("mainland", "bill_download")
    path, query, wanted = _place(told or {}, routes)
    request = protocol.signed(
        Request("GET", path, b"", headers={"Accept": "*/*", "User-Agent": "wxpay-v2"}, operation=row, query=query), b""
    )

    def open_file(sent: Request, response: Response) -> bytes:
        unknown = partial(call.unknown, sent, response=response)
        if response.status != 200:
            protocol.open_reply(row, sent, response)
            raise unknown(f"the gateway answered HTTP {response.status}", phase="status")
        try:
            found = digest_of(response.body)
        except Malformed as error:
            raise unknown(f"the file cannot be read: {error.message}") from error
        if not hmac.compare_digest(found, wanted):
            why = SignatureInvalid("the file is not the one whose digest is signed", remedy="ask for it again")
            raise unknown(why.message) from why
        return response.body

    return (yield from retry.carry(request, open_file, routes.hosts(row)))


def _place(told: Mapping[str, Any], routes: Routes) -> tuple[str, str, str]:
    """Return path, query and digest. Raises Malformed for an address elsewhere, or another kind of digest."""
    kind, wanted, url = told.get("hash_type"), told.get("hash_value"), told.get("download_url")
    if kind != "SHA1" or not isinstance(wanted, str) or not _SHA1.fullmatch(wanted):
        raise Malformed(f"the file's digest is {quoted(kind)}, not a SHA-1")
    if not isinstance(url, str) or not url.isascii() or any(mark in url for mark in " \r\n\t#\\@"):
        raise Malformed("the file's address is not one")
    try:
        parts = urlsplit(url)
        host = f"https://{parts.netloc}"
    except ValueError:
        raise Malformed("the file's address is not one") from None
    ours = {one for hosts in HOSTS.values() for one in hosts} | set(routes.addresses)
    if parts.scheme != "https" or host not in ours or not parts.path.startswith("/"):
        raise Malformed(f"the file is not on the gateway: {quoted(host)}", remedy="raise an alarm; nothing was fetched")
    return parts.path, parts.query, wanted.lower()
