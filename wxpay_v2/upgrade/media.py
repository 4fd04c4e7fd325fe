"""Upload of pictures. The file itself is no text: it goes into the document as it is, see `wxpay_v2.v3.media`.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml
"""

from __future__ import annotations

from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE
from wxpay_v2.upgrade.rules import Target, Upgrade, drop, move

__all__ = ["UPLOAD_MEDIA"]

UPLOAD_MEDIA = Upgrade(
    "upload_media",
    family="media",
    targets=(Target("media_upload"),),
    request=(
        *ENVELOPE,
        drop("mch_id", "the Authorization header names the merchant", harmless=True),
        drop("media_hash", "API v3 proves the file by its SHA-256, which is computed from it", harmless=True),
        move("media", "file"),
    ),
    answer=(*ECHOED, move("media_id")),
)
