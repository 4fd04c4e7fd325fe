"""Uploads: a form of two parts, read here by the standard library's mail parser."""

from __future__ import annotations

import hashlib
import json
from email.parser import BytesParser

import pytest

from tests.v3 import keys
from tests.v3.gateway import authorized, protocol
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.v3 import catalogue, media

PICTURE = b"\x89PNG\r\n\x1a\n" + b"--boundary\r\n" * 3


def test_an_upload_signs_its_meta_and_carries_the_file_untouched() -> None:
    told = media.document("shop.png", PICTURE)
    request = protocol().request(catalogue.find("global", "media_upload"), told)
    kind = request.headers["Content-Type"]
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body)
    meta, file = message.get_payload()
    assert meta.get_content_type() == "application/json"
    signed = meta.get_payload(decode=True)
    assert json.loads(signed) == {"filename": "shop.png", "sha256": hashlib.sha256(PICTURE).hexdigest()}
    assert (file.get_content_type(), file.get_filename()) == ("image/png", "shop.png")
    assert file.get_payload(decode=True) == PICTURE
    assert authorized(request, signed)["mchid"] == keys.MCH_ID


@pytest.mark.parametrize("told", [{}, {"file": "text", "meta": {}}, {"file": b""}])
def test_an_upload_without_a_file_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        media.form(told)
