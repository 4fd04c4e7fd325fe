"""Face payment at a terminal: the credential of its SDK, the charge, query and reversal."""

from __future__ import annotations

import secrets

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import deposits, quick_pay
from wxpay_v2.simulator.effects.common import FACEPAY, Setting, listed
from wxpay_v2.simulator.protocol import Call

__all__ = ["facepay", "facepay_query", "facepay_reverse", "get_wxpayface_authinfo"]

CREDENTIAL_SECONDS = 24 * 3600


def get_wxpayface_authinfo(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Hand a terminal what its SDK starts with. Nothing here asks for it again."""
    return {"authinfo": secrets.token_urlsafe(96), "expires_in": str(CREDENTIAL_SECONDS)}


def facepay(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Charge the payer whose face the SDK has recognised (`Gateway.new_face_code`)."""
    return listed(call, quick_pay.charge(call, book, setting, call.fields["face_code"], FACEPAY))


def facepay_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the order's state, its payment, and what was consumed where it is a deposit."""
    return deposits.told(call, book, setting)


def facepay_reverse(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Revoke the order; what was paid is paid back, unless a deposit was consumed."""
    return deposits.take_back(call, book, FACEPAY)
