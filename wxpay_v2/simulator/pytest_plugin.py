"""Fixtures that hand a running gateway to anyone's tests; found by pytest once wxpay-v2 is installed.

``def test_checkout(wxpay_gateway): ...`` is all it takes. Nothing heavy is imported until a test asks.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wxpay_v2.simulator.running import Simulator

__all__ = ["wxpay_certificates", "wxpay_gateway"]


@pytest.fixture(scope="session")
def wxpay_certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of throwaway certificates that every `wxpay_gateway` of this session uses."""
    from wxpay_v2.simulator import certificates

    directory = tmp_path_factory.mktemp("wxpay") / "certificates"
    certificates.write(directory)
    return directory


@pytest.fixture
def wxpay_gateway(wxpay_certificates: Path) -> Iterator[Simulator]:
    """A gateway of this test's own: fresh orders, key, clock and ports; real mutual TLS on loopback.

    ``.base_url``, ``.ca``, ``.merchant`` and ``.v3_account`` go to a Client; ``.pay(out_trade_no)`` is the payer;
    ``.faults.add(...)`` breaks things; ``.advance(seconds)`` moves its clock; ``.deliver_now()`` sends what is due.
    """
    from wxpay_v2.simulator import Simulator

    with Simulator(directory=wxpay_certificates) as gateway:
        yield gateway
