"""A worker in a process of its own, to be killed: ``python -m tests.adapters.worker URL STEP COPIES THREADS``.

Reads one notification from standard input, posts it COPIES times over THREADS threads, and prints how many answers were
SUCCESS. At STEP it kills itself, as ``kill -9`` would.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.adapters.shop import note
from tests.corpus import messages as m
from wxpay_v2.adapters import Booking, Bookings, Endpoint, Entry, Order, outside
from wxpay_v2.clock import ManualClock
from wxpay_v2.merchant import Merchant

STEPS_INSIDE = ("before booking", "after insert before commit", "after commit before reply")
STEPS_OUTSIDE = ("before booking", "during the effect", "after the effect", "after commit before reply")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Bookings):
    """The store, with a death after its work."""

    step = ""

    def book(self, entry: Entry, effect: Callable[[Any, int], object], *, outside: bool = False) -> str:
        verdict = super().book(entry, effect, outside=outside)
        if self.step == "after commit before reply":
            die()
        return verdict

    def _leave(self, claimed: Entry, state: str) -> None:
        if self.step == "after the effect":
            die()
        super()._leave(claimed, state)


@contextmanager
def endpoint(url: str, step: str = "", *, apart: bool = False, clock: ManualClock | None = None) -> Iterator[Endpoint]:
    """The shop's endpoint: inside, its effect is a row; apart, it is one by another connection."""
    bookings, elsewhere = Mortal(url, clock=clock), create_engine(url, poolclass=NullPool)
    bookings.step = step

    def order(number: str, merchant: Merchant) -> Order:
        if step == "before booking":
            die()
        return Order(100, "HKD")

    def paid(booking: Booking) -> None:
        note(booking.connection, booking.fields["transaction_id"])
        if step == "after insert before commit":
            die()

    def paid_apart(booking: Booking) -> None:
        if step == "during the effect":
            die()
        with elsewhere.begin() as connection:
            note(connection, f"attempt {booking.attempt}")

    try:
        yield Endpoint(
            Merchant(m.APPID, m.MCH_ID, m.KEY), bookings=bookings, order=order,
            on_paid=outside(paid_apart) if apart else paid,
        )  # fmt: skip
    finally:
        bookings.close()


def main(url: str, step: str, copies: str, threads: str, apart: str = "") -> None:
    body = sys.stdin.buffer.read()
    with endpoint(url, step, apart=bool(apart)) as shop, ThreadPoolExecutor(int(threads)) as pool:
        answers = list(pool.map(lambda _: shop.handle("POST", body).body, range(int(copies))))
    print(sum(b"SUCCESS" in answer for answer in answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
