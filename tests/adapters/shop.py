"""A shop behind an endpoint: what it knows of its orders, and what it was told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, text

from tests.corpus import messages as m
from wxpay_v2.adapters import Booking, Endpoint, MemoryBookings, Order
from wxpay_v2.adapters.endpoint import Alarm, Answer
from wxpay_v2.clock import ManualClock
from wxpay_v2.merchant import Merchant

MERCHANT = Merchant(m.APPID, m.MCH_ID, m.KEY)
OTHER = Merchant("wx2222222222222222", "10000900", m.OTHER_KEY)
SUB = Merchant(m.APPID, m.MCH_ID, m.KEY, sub_mch_id=m.SUB_MCH_ID)
NUMBER = m.PAYMENT["out_trade_no"]
SUCCESS = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
XML = ("Content-Type", "text/xml; charset=utf-8")


class Shop:
    """Handlers that take notes. orders: (mch_id, out_trade_no) -> Order."""

    def __init__(self) -> None:
        self.orders = {(one.mch_id, NUMBER): Order(100, "HKD") for one in (MERCHANT, OTHER)}
        self.clock = ManualClock()
        self.bookings: Any = MemoryBookings(clock=self.clock)
        self.asked: list[tuple[str, str]] = []
        self.told: list[Booking] = []
        self.alarms: list[Alarm] = []

    def order(self, out_trade_no: str, merchant: Merchant) -> Order | None:
        self.asked.append((merchant.mch_id, out_trade_no))
        return self.orders.get((merchant.mch_id, out_trade_no))

    def note(self, booking: Booking) -> None:
        self.told.append(booking)

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {
            "bookings": self.bookings, "order": self.order, "on_paid": self.note, "on_refund": self.note,
            "on_alarm": self.alarms.append, "clock": self.clock, **changes,
        }  # fmt: skip

    def endpoint(self, merchants: Any = MERCHANT, **changes: Any) -> Endpoint:
        return Endpoint(merchants, **self.settings(**changes))


def accepted(answer: Answer) -> bool:
    """True for the very bytes that end a notification; False for a FAIL that asks for it again."""
    assert answer.status == 200
    assert answer.headers == (XML,)
    if answer.body == SUCCESS:
        return True
    assert answer.body.startswith(b"<xml><return_code><![CDATA[FAIL]]></return_code>")
    return False


def note(connection: Any, words: str) -> None:
    """An effect in the database: a row of the shop's own table."""
    connection.execute(text("INSERT INTO shop_effects (note) VALUES (:words)"), {"words": words})


def noted(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        words = [row.note for row in connection.execute(text("SELECT note FROM shop_effects ORDER BY note"))]
    engine.dispose()
    return words
