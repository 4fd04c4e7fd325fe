"""Merchants of the mainland, where these families are offered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.shop import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A direct merchant of the mainland, whose books balance at the end."""
    shop = Shop("direct", region="mainland", currency="CNY", sign_type="HMAC-SHA256")
    yield shop
    shop.close()


@pytest.fixture
def provider() -> Iterator[Shop]:
    """A service provider of the mainland with sub-merchants."""
    shop = Shop("service_provider", region="mainland", currency="CNY", sign_type="HMAC-SHA256")
    yield shop
    shop.close()
