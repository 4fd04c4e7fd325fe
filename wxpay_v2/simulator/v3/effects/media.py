"""Uploads of pictures and files: checked, and told an id, the same for the same file.

The hash of a picture is kept as API v2 keeps it, so that both versions may name it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.sub_merchants import MEDIA
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal

__all__ = ["GLOBAL", "MAINLAND", "upload_file", "upload_picture"]

PICTURE, FILE = 2 << 20, 5 << 20
"""Bytes of a picture and of any file."""
_PICTURES = (".jpg", ".jpeg", ".bmp", ".png")


def upload_picture(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take a picture of at most 2 MiB."""
    _check(call, PICTURE, _PICTURES)
    return {"media_id": _kept(call, book)}


def upload_file(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take a picture or PDF of at most 5 MiB."""
    _check(call, FILE, (*_PICTURES, ".pdf"))
    return {"file_id": _kept(call, book)}


def _check(call: Call, most: int, endings: tuple[str, ...]) -> None:
    """Raise Refusal unless the file has one of these endings and at most *most* bytes."""
    if not call.text("meta.filename").lower().endswith(endings):
        raise Refusal.of_field(call.operation, "/meta/filename", f"must end in {', '.join(endings)}")
    if any(len(data) > most for data in call.files.values()):
        raise Refusal.of_field(call.operation, "/file", f"is longer than {most} bytes")


def _kept(call: Call, book: Book) -> str:
    """Return the id of the file, which is kept under it."""
    data = call.files["file"]
    number = hashlib.sha256(data).hexdigest()
    if book.records.get(MEDIA, call.mch_id, number) is None:
        book.records.put(MEDIA, call.mch_id, number, "KEPT", {"size": len(data)})
    return number


GLOBAL = {"media_upload": upload_picture, "file_upload": upload_file}
MAINLAND = {"media_upload": upload_picture}
