"""Mainland statements: the file whose digest is signed, from the gateway's own hosts, and from nowhere else."""

from __future__ import annotations

import gzip
import hashlib
from typing import Any

import pytest

from tests.v3.gateway import BASE, Gateway, answer, authorized, protocol, retry, routes
from wxpay_v2 import call
from wxpay_v2.call import Response
from wxpay_v2.errors import Malformed, OutcomeUnknown, Refused
from wxpay_v2.v3 import statement

TEXT = "交易时间\r\n`1\r\n".encode()
URL = f"{BASE}/v3/billdownload/file?token=a%2Fb&tartype=gzip"


def told(text: bytes = TEXT, **changes: Any) -> dict[str, Any]:
    return {"hash_type": "SHA1", "hash_value": hashlib.sha1(text).hexdigest(), "download_url": URL, **changes}


def fetched(document: dict[str, Any] | None, *answers: Any) -> tuple[bytes, Gateway]:
    gateway = Gateway(*answers)
    steps = statement.fetch(protocol(region="mainland"), document, retry(), routes("mainland"))
    return call.run(steps, gateway, lambda seconds: None), gateway


def test_the_address_is_called_as_it_stands_and_signed() -> None:
    found, gateway = fetched(told(), Response(200, TEXT))
    assert found == TEXT
    (request,) = gateway.sent
    assert request.url == URL
    assert (request.method, request.body) == ("GET", b"")
    authorized(request)


def test_the_digest_is_that_of_the_text_and_not_of_the_gzip() -> None:
    packed = gzip.compress(TEXT, mtime=0)
    assert fetched(told(), Response(200, packed))[0] == packed


@pytest.mark.parametrize("body", [TEXT + b"x", b"", gzip.compress(TEXT, mtime=0)[:-4], b"\x1f\x8bbroken"])
def test_s8_another_file_than_the_signed_one_is_not_given(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        fetched(told(), Response(200, body))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v3/billdownload/file?token=1", "http://gateway.example/v3/billdownload/file?token=1",
        "https://gateway.example@evil.example/x", "https://gateway.example\\@evil.example/x", "//gateway.example/x",
        "https://gateway.example:1/x", "https://[::1/x", "", None, 7, "https://gateway.example/x#y",
        "https://gateway.example/x\r\nHost: evil", "https://gatewäy.example/x", "https://gateway.example",
    ],
)  # fmt: skip
def test_an_address_elsewhere_is_refused_and_nothing_is_fetched(url: object) -> None:
    gateway = Gateway()
    with pytest.raises(Malformed):
        steps = statement.fetch(protocol(region="mainland"), told(download_url=url), retry(), routes("mainland"))
        call.run(steps, gateway, lambda seconds: None)
    assert gateway.sent == []


@pytest.mark.parametrize(
    "changes",
    [{"hash_type": "MD5"}, {"hash_value": None}, {"hash_value": "0"}, {"hash_type": None},
     {"hash_value": "\u0663" * 40}, {"hash_value": "g" * 40}],
)  # fmt: skip
def test_a_file_without_a_sha_1_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="not a SHA-1"):
        fetched(told(**changes))


def test_an_expired_address_is_said_to_be_one() -> None:
    with pytest.raises((Refused, OutcomeUnknown)):
        fetched(told(), answer({"code": "INVALID_REQUEST", "message": "expired"}, 400))
