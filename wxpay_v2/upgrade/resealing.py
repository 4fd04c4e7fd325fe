"""An answer of API v3 as v2's own message: XML, signed with the merchant's v2 key.

For callers who verify what they are given as they always did: programs behind a sidecar, other libraries' faces.
Whoever holds an `UpgradedResult` need not: its RSA signature was verified.
"""

from __future__ import annotations

import os

from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import envelope
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation

__all__ = ["resealed"]


@without_frames
def resealed(
    fields: Mapping[str, str], merchant: Merchant, *, operation: Operation | None = None, nonce: str | None = None,
    without_value: Iterable[str] = (),
) -> bytes:  # fmt: skip
    """Return *fields*, of a Result, an error or an Event, as the XML that v2's gateway would have sent.

    operation: decides the algorithm where it admits one only. nonce: of the message; by default the one in *fields*,
    else a fresh one. without_value: names of fields that are told empty, for callers who take them for granted.
    """
    wanted = merchant.sign_type
    admitted = operation.sign_types if operation is not None else (wanted,)
    sign_type = wanted if wanted in admitted else admitted[0]
    told = {name: text for name, text in fields.items() if name != "sign" and text}
    if nonce or "nonce_str" not in told:
        told["nonce_str"] = nonce or os.urandom(16).hex()
    for name in without_value:
        told.setdefault(name, "")
    if sign_type == HMAC_SHA256 and "sign_type" in told:
        told["sign_type"] = sign_type
    return envelope.seal(told, Signer(merchant.api_key, sign_type))
