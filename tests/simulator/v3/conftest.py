"""Merchants of both regions and modes, and what must hold when a test is over: no money came or went."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.v3.client import Merchant

EVERY = (("direct", "global"), ("institution", "global"), ("direct", "mainland"), ("service_provider", "mainland"))


@pytest.fixture(params=EVERY, ids="-".join)
def merchant(request: pytest.FixtureRequest) -> Iterator[Merchant]:
    """Each of the four merchants."""
    yield from _running(*request.param)


@pytest.fixture
def abroad() -> Iterator[Merchant]:
    """An institution of API v3 Global."""
    yield from _running("institution", "global")


@pytest.fixture
def home() -> Iterator[Merchant]:
    """A direct merchant of the mainland."""
    yield from _running("direct", "mainland")


def _running(mode: str, region: str) -> Iterator[Merchant]:
    one = Merchant(mode, region)
    yield one
    one.close()
