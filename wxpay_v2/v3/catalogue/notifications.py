"""The calls the gateway makes to the merchant: JSON in an envelope, its resource encrypted; and how they are answered.

A row's `fields` are the envelope's, its `decrypted` those of the resource. A region's rows are imported when one of
them is first asked for.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.operation import GLOBAL, MAINLAND, Notification

__all__ = ["ANSWER_SECONDS", "EVENT_TYPES", "KINDS", "RETRY_SECONDS", "every", "find", "kind_of"]

# Seconds between two attempts, 24 h 4 min in all. The papay pages: 15, 15, 30, 180, 4 times 1800, 3600.
RETRY_SECONDS = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)

# An answer later than this counts as none.
ANSWER_SECONDS = 5.0

# What the resource is about, by the envelope's event_type.
EVENT_TYPES = {
    "TRANSACTION.SUCCESS": "transaction",
    "REFUND.SUCCESS": "refund",
    "REFUND.ABNORMAL": "refund",
    "REFUND.CLOSED": "refund",
    "PAPAY.SIGN": "contract",
    "PAPAY.TERMINATE": "contract",
    "APPLYMENT_STATE.APPROVED": "applyment",
    "COMPLAINT.CREATE": "complaint",
    "COMPLAINT.STATE_CHANGE": "complaint",
}
_KINDS = {
    GLOBAL: ("transaction", "refund", "contract", "applyment", "complaint"),
    MAINLAND: ("transaction", "combined", "refund"),
}
_ROWS = {
    GLOBAL: "wxpay_v2.v3.catalogue.notification_rows",
    MAINLAND: "wxpay_v2.v3.catalogue.mainland.notification_rows",
}
KINDS = tuple(dict.fromkeys(kind for kinds in _KINDS.values() for kind in kinds))


def find(region: str, kind: str) -> Notification:
    """Return the row of *kind*, one of `KINDS`, in *region*. Raises InvalidRequest where there is none."""
    kinds = _KINDS.get(region, ()) if isinstance(region, str) else ()
    if kind not in kinds:
        raise InvalidRequest(
            f"API v3 {quoted(region)} has no notification {quoted(kind)}", remedy=f"its kinds are {', '.join(kinds)}"
        )
    row: Notification = getattr(import_module(_ROWS[region]), kind.upper())
    return row


def every(region: str) -> tuple[Notification, ...]:
    """Return every row of *region*; none for another region."""
    return tuple(find(region, kind) for kind in _KINDS.get(region, ()))


def kind_of(event_type: str) -> str:
    """Return the kind that *event_type* announces, "" for one the catalogue has not heard of.

    A combined payment of the mainland announces itself as a transaction; its resource has combine_out_trade_no.
    """
    return EVENT_TYPES.get(event_type, "")
