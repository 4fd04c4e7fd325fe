"""Booking stores for the tests of this folder: in memory, in a file, on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from wxpay_v2.adapters import Bookings, MemoryBookings, Store
from wxpay_v2.adapters.database import metadata
from wxpay_v2.clock import ManualClock

EFFECTS = "CREATE TABLE shop_effects (note VARCHAR(200) NOT NULL)"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with a table of the shop's own, `shop_effects`."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgres_url") if server else f"sqlite:///{tmp_path}/shop.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(EFFECTS))
    yield url
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE shop_effects"))
        metadata.drop_all(connection)
    engine.dispose()


@pytest.fixture(params=["memory", "sqlite in memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """Every kind of store, on a clock that only moves when told to, with a lease of 60 seconds."""
    if request.param == "memory":
        yield MemoryBookings(clock=clock)
        return
    url = {
        "sqlite in memory": lambda: "sqlite://",
        "sqlite": lambda: f"sqlite:///{tmp_path}/bookings.db",
        "postgresql": lambda: request.getfixturevalue("postgres_url"),
    }[request.param]()
    bookings = Bookings(url, clock=clock, wait=0.2)
    yield bookings
    metadata.drop_all(bookings._engine)
    bookings.close()
