"""Uploads of API v3: a form of two parts, of which the signature covers the first, byte for byte.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml
"""

from __future__ import annotations

import hashlib
import json
import os

from wxpay_v2.errors import InvalidRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["document", "form"]

_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"BM": "image/bmp", b"%PDF": "application/pdf"}


def document(name: str, data: bytes) -> dict[str, Any]:
    """Return the document of an upload: the file and its meta. name: with its ending, such as ``shop.jpg``."""
    return {"file": data, "meta": {"filename": name, "sha256": hashlib.sha256(data).hexdigest()}}


def form(told: Mapping[str, Any]) -> tuple[bytes, str, bytes]:
    """Return body, content type, and the meta's bytes, which are what is signed. Raises InvalidRequest."""
    from urllib3.fields import RequestField
    from urllib3.filepost import encode_multipart_formdata

    data, about = told.get("file"), told.get("meta")
    if not isinstance(data, bytes) or not isinstance(about, dict):
        raise InvalidRequest("an upload has a file (bytes) and a meta (filename, sha256)")
    meta = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    first = RequestField("meta", meta)
    first.make_multipart(content_type="application/json")
    second = RequestField("file", data, filename=str(about.get("filename", "file")))
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "application/octet-stream")
    second.make_multipart(content_type=kind)
    body, content_type = encode_multipart_formdata([first, second], boundary=os.urandom(16).hex())
    return body, content_type, meta
