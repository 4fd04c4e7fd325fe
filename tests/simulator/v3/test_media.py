"""Uploads: the form, its digest, and what of it is signed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.simulator.v3.client import Merchant, Reply

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def form(meta: bytes, data: bytes, *, boundary: str = "b", more: bytes = b"") -> bytes:
    line = f"--{boundary}\r\n".encode()
    return (
        line + b'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n' + meta + b"\r\n"
        + line + b'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + data + b"\r\n" + more + f"--{boundary}--\r\n".encode()
    )  # fmt: skip


def upload(
    merchant: Merchant, *, signed: bytes | None = None, data: bytes = PICTURE,
    target: str = "/v3/merchant/media/upload", **meta: Any,
) -> Reply:  # fmt: skip
    told = {"filename": "a.png", "sha256": hashlib.sha256(PICTURE).hexdigest(), **meta}
    text = json.dumps({name: value for name, value in told.items() if value is not None}).encode()
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Authorization": merchant.authorization("POST", target, text if signed is None else signed),
    }
    return merchant.send(merchant.exchange("POST", target, form(text, data), headers))


def test_a_picture_is_taken_and_gets_an_id(merchant: Merchant) -> None:
    reply = upload(merchant)
    assert reply.status == 200 and reply.told.keys() == {"media_id"}
    merchant.verify(reply)


def test_a_file_is_taken_and_gets_an_id(abroad: Merchant) -> None:
    reply = upload(abroad, target="/v3/global/merchant-storage/file/upload", filename="a.pdf")
    assert reply.status == 200 and reply.told.keys() == {"file_id"}


def test_only_the_meta_part_is_signed(abroad: Merchant) -> None:
    assert upload(abroad, signed=form(b"{}", PICTURE)).status == 401


@pytest.mark.parametrize(("meta", "field"), [
    ({"sha256": "0" * 64}, "/meta/sha256"), ({"sha256": None}, "/meta/sha256"), ({"filename": None}, "/meta/filename"),
    ({"filename": "a.exe"}, "/meta/filename"), ({"more": 1}, "/meta/more"),
])  # fmt: skip
def test_a_form_that_is_wrong_is_refused_by_pointer(abroad: Merchant, meta: dict[str, Any], field: str) -> None:
    reply = upload(abroad, **meta)
    assert (reply.status, reply.field) == (400, field)


def test_another_file_than_the_digest_says_is_refused(abroad: Merchant) -> None:
    assert upload(abroad, data=PICTURE[:-1]).field == "/meta/sha256"


def test_a_picture_that_is_too_large_is_refused(abroad: Merchant) -> None:
    data = bytes((2 << 20) + 1)
    assert upload(abroad, data=data, sha256=hashlib.sha256(data).hexdigest()).field == "/file"


@pytest.mark.parametrize("body", [b"", b"{}", b"--b\r\n", form(b"{}", b"", boundary="c")])
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=b", "multipart/form-data", "application/json", "\u4e2d"]
)
def test_a_body_that_is_no_form_is_refused(abroad: Merchant, body: bytes, kind: str) -> None:
    reply = abroad.send(abroad.exchange("POST", "/v3/merchant/media/upload", body, {"Content-Type": kind}))
    assert reply.status == 400
