"""Uploads of pictures and files: checked and told an id; nothing is kept of them."""

from __future__ import annotations

import secrets
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal

__all__ = ["GLOBAL", "MAINLAND", "upload_file", "upload_picture"]

PICTURE, FILE = 2 << 20, 5 << 20
"""Bytes of a picture and of any file."""
_PICTURES = (".jpg", ".jpeg", ".bmp", ".png")


def upload_picture(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take a picture of at most 2 MiB."""
    _check(call, PICTURE, _PICTURES)
    return {"media_id": secrets.token_urlsafe(48)}


def upload_file(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take a picture or PDF of at most 5 MiB."""
    _check(call, FILE, (*_PICTURES, ".pdf"))
    return {"file_id": secrets.token_urlsafe(32)}


def _check(call: Call, most: int, endings: tuple[str, ...]) -> None:
    """Raise Refusal unless the file has one of these endings and *most* bytes."""
    if not call.text("meta.filename").lower().endswith(endings):
        raise Refusal.of_field(call.operation, "/meta/filename", f"must end in {', '.join(endings)}")
    if any(len(data) > most for data in call.files.values()):
        raise Refusal.of_field(call.operation, "/file", f"is longer than {most} bytes")


GLOBAL = {"media_upload": upload_picture, "file_upload": upload_file}
MAINLAND = {"media_upload": upload_picture}
