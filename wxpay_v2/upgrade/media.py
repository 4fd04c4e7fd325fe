"""Upload of pictures.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml
"""

from __future__ import annotations

from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE
from wxpay_v2.upgrade.rules import INFERRED, Target, Upgrade, drop, move, supply
from wxpay_v2.v3 import media

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.upgrade.case import Case

__all__ = ["UPLOAD_MEDIA"]


def _part(name: str, case: Case) -> Any:
    """Return the part *name* of the upload, None where the file is not at hand."""
    given = case.memo.get("files", {}).get("media")
    return media.document(*given)[name] if given else None


UPLOAD_MEDIA = Upgrade(
    "upload_media",
    family="media",
    targets=(Target("media_upload"),),
    request=(
        *ENVELOPE,
        drop("mch_id", "the Authorization header names the merchant", harmless=True),
        drop("media_hash", "API v3 proves the file by its SHA-256, which is computed from it", harmless=True),
        move("media", "file"),
        supply("file", lambda case: _part("file", case), "a file is no text, and travels beside the fields"),
        supply("meta", lambda case: _part("meta", case), "API v3 signs the file's name and digest", basis=INFERRED),
    ),
    answer=(*ECHOED, move("media_id")),
)
