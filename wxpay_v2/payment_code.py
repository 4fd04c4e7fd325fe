"""The payment code a payer shows at the till: whose wallet it opens, and how long it lasts.

A code is money for a minute: nothing here prints, logs or keeps one, and errors about one do not quote it.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/guide/pos/ImportantParameters.shtml
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Wallet = Literal["mainland", "hong kong"]

__all__ = ["HONG_KONG", "LIFETIME", "MAINLAND", "age", "expired", "fault", "wallet"]

MAINLAND: Wallet = "mainland"
HONG_KONG: Wallet = "hong kong"
LIFETIME = timedelta(minutes=1)
"""How long a code can be charged after the wallet showed it; it is spent by the first charge."""

# 10 to 15 are documented; newer pages of the mainland name 16 too, and no page says whose wallet that is.
_CODE = re.compile(r"1[0-6][0-9]{16}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


@without_frames
def wallet(code: str) -> Wallet:
    """Return whose wallet *code* belongs to: 10 to 14 "mainland", 15 "hong kong" (taken there and in the mainland).

    Raises InvalidRequest, without the code, when it is no WeChat Pay code or its prefix is not documented.
    """
    found = fault(code)
    if found is not None:
        raise InvalidRequest(f"the payment code {found[1]}", remedy=found[2])
    if code.startswith("16"):
        raise InvalidRequest("the payment code begins with 16, and no page says whose wallet that is")
    return HONG_KONG if code.startswith("15") else MAINLAND


def fault(code: object) -> tuple[str, str, str] | None:
    """Return the kind of fault of *code*, the fault in words without the code, and what to do; None when it fits."""
    if not isinstance(code, str):
        return "type", f"must be text, got {type(code).__name__}", "give the scanner's text: a number loses its length"
    if _CODE.fullmatch(code):
        return None
    if any(letter.isspace() for letter in code):
        return "blanks", "holds blanks or a line end", "scanners add them: strip the text"
    if not _DIGITS.fullmatch(code):
        return "characters", "holds other characters than the digits 0 to 9", "scan the bar code or QR code again"
    if 16 <= len(code) <= 24 and "25" <= code[:2] <= "30":
        return "foreign", "is not WeChat Pay's: codes that begin with 25 to 30 are Alipay's", "charge it with Alipay"
    if len(code) == 19 and code.startswith("62"):
        return "foreign", "is not WeChat Pay's: 19 digits that begin with 62 are UnionPay's", "charge it with UnionPay"
    if len(code) != 18:
        return "length", f"must have 18 digits, this one has {len(code)}", "scan it again"
    return "prefix", "is not WeChat Pay's: those begin with 10 to 15", "scan a WeChat Pay payment code"


def age(scanned_at: datetime, now: datetime) -> timedelta:
    """Return the time since a code was scanned; it was shown earlier still. Raises InvalidRequest for naive times."""
    for moment in (scanned_at, now):
        if not isinstance(moment, datetime) or moment.utcoffset() is None:
            raise InvalidRequest(f"a time must be an aware datetime, got {quoted(moment)}")
    return now - scanned_at


def expired(scanned_at: datetime, now: datetime) -> bool:
    """Return True when a code scanned at *scanned_at* has surely expired; False does not promise that it has not."""
    return age(scanned_at, now) > LIFETIME
