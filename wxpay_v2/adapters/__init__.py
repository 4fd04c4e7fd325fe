"""A notification endpoint for someone else's framework: verified, proven, booked once, answered in time.

`Endpoint` (or `AsyncEndpoint`) decides; `Bookings` remembers; the modules wsgi, asgi, django and flask carry bytes in
and out. `waiting` asks about the orders that were never heard of. What a part needs beyond the core is named by
`MissingExtra` when it is first used.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import MissingExtra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.adapters.async_endpoint import AsyncEndpoint as AsyncEndpoint
    from wxpay_v2.adapters.booking import Booking as Booking
    from wxpay_v2.adapters.booking import Entry as Entry
    from wxpay_v2.adapters.booking import MemoryBookings as MemoryBookings
    from wxpay_v2.adapters.booking import Store as Store
    from wxpay_v2.adapters.booking import outside as outside
    from wxpay_v2.adapters.database import Bookings as Bookings
    from wxpay_v2.adapters.endpoint import Answer as Answer
    from wxpay_v2.adapters.endpoint import Endpoint as Endpoint
    from wxpay_v2.adapters.endpoint import Order as Order

_HOME = {
    "Answer": "endpoint",
    "AsyncEndpoint": "async_endpoint",
    "Booking": "booking",
    "Bookings": "database",
    "Endpoint": "endpoint",
    "Entry": "booking",
    "MemoryBookings": "booking",
    "Order": "endpoint",
    "Store": "booking",
    "outside": "booking",
}

__all__ = [
    "Answer",
    "AsyncEndpoint",
    "Booking",
    "Bookings",
    "Endpoint",
    "Entry",
    "MemoryBookings",
    "Order",
    "Store",
    "outside",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "sqlalchemy":
            raise
        raise MissingExtra("the booking store needs SQLAlchemy", remedy="pip install 'wxpay-v2[booking]'") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
