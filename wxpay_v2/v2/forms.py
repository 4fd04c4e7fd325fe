"""The messages of API v2 that are not XML: signed fields in a query, in a multipart form, and replies in JSON."""

from __future__ import annotations

import hashlib
import os

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.json_reader import read_object
from wxpay_v2.operation import FILE
from wxpay_v2.validation import unwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.operation import Operation

    File = tuple[str, bytes]

__all__ = ["multipart", "query", "read_json", "take_file"]

_KINDS = {b"\xff\xd8\xff": ("jpg", "image/jpeg"), b"\x89PNG": ("png", "image/png"), b"BM": ("bmp", "image/bmp")}


def query(fields: Mapping[str, str]) -> str:
    """Return *fields* as the query of a URL, percent-encoded (a blank is %20); the raw text is signed."""
    from urllib.parse import quote, urlencode

    return urlencode({name: text for name, text in fields.items() if text}, quote_via=quote, safe="")


def take_file(operation: Operation, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, File]]:
    """Return *fields* without their files, and the files by field: (name, bytes).

    A file is given as bytes, or as (file name, bytes); the name by default follows from its first bytes.
    ``media_hash`` is added, the file's MD5, unless it is given. Raises InvalidRequest.
    """
    rest = dict(fields)
    files: dict[str, File] = {}
    for row in operation.request:
        if row.kind != FILE:
            continue
        given = rest.pop(row.name, None)
        name, data = given if isinstance(given, tuple) and len(given) == 2 else ("", given)
        if not isinstance(data, (bytes, bytearray)) or not data or not isinstance(name, str):
            raise InvalidRequest(
                f"{row.name} must be the file's bytes, or (file name, bytes), got {type(given).__name__}",
                operation=operation.name,
                remedy="read the file and give its bytes; nothing was sent",
            )
        if set(name) & set('"\\/\n') or unwritable(name):
            raise InvalidRequest(f"{row.name}: not a file name: {quoted(name)}", operation=operation.name)
        files[row.name] = (name or f"{row.name}.{_kind(bytes(data))[0]}", bytes(data))
        if operation.field(f"{row.name}_hash") is not None:
            rest.setdefault(f"{row.name}_hash", hashlib.md5(data, usedforsecurity=False).hexdigest())
    return rest, files


def multipart(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[bytes, str]:
    """Return the body of a form of *fields* and *files*, and its content type."""
    from urllib3.filepost import encode_multipart_formdata

    parts: list[tuple[str, Any]] = [*fields.items()]
    parts += [(field, (name, data, _kind(data)[1])) for field, (name, data) in files.items()]
    return encode_multipart_formdata(parts, boundary=os.urandom(16).hex())


def _kind(data: bytes) -> tuple[str, str]:
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), ("bin", "application/octet-stream"))


def read_json(body: bytes) -> dict[str, str]:
    """Return the fields of a flat JSON object, numbers as text. Raises Malformed (threats: 4.9)."""
    fields = {}
    for name, value in read_object(body).items():
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise Malformed(f"field {quoted(name)} is neither text nor a whole number")
        fields[name] = str(value)
    return fields
