"""A client's protocol and cashier over API v3: all of its calls, or some by turns."""

from __future__ import annotations

from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.operation import READ
from wxpay_v2.upgrade.gradual import Gradual, Turns
from wxpay_v2.upgrade.protocol import Protocol
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.cashier import Cashier as V2Cashier
from wxpay_v2.v2.protocol import Protocol as V2Protocol
from wxpay_v2.v3.account import V3Account
from wxpay_v2.v3.cashier import Cashier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from wxpay_v2.client import Core
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.secret import Secret

__all__ = ["join"]


def join(client: Core, upgrade: V3Account | Gradual, nonce: Callable[[], str]) -> Protocol:
    """Make *client* speak API v3, always or by turns; return how. Raises ConfigurationError for what cannot work."""
    v2 = client.protocol
    if not isinstance(v2, V2Protocol):  # pragma: no cover - Core makes it
        raise ConfigurationError("the client has been upgraded already")
    account = upgrade.account if isinstance(upgrade, Gradual) else upgrade
    if not isinstance(account, V3Account):
        raise ConfigurationError(f"upgrade must be a V3Account or a Gradual, got {type(upgrade).__name__}")
    _check(account, client.merchant)
    upgraded = Protocol(v2, account, client.clock)
    cashier = Cashier(lambda: client.merchant, lambda: account.signer(client.merchant.mch_id), client.clock, nonce)
    if isinstance(upgrade, Gradual):
        turns = Turns(upgrade, v2, upgraded, client.clock)
        client.protocol = turns
        assert isinstance(client.cashier, V2Cashier)  # noqa: S101 - Core makes it
        client.cashier = turns.cashier(client.cashier, cashier)
    else:
        client.protocol = upgraded
        client.cashier = cashier
    return upgraded


def _check(account: V3Account, merchant: Merchant) -> None:
    """Raise ConfigurationError when *account* cannot be *merchant*'s: one key twice, or another certificate's."""
    if _same(account.api_v3_key, merchant.api_key):
        raise ConfigurationError(
            "the API v3 key is the same as the API v2 key", remedy="set another one on the merchant platform"
        )
    for name in account.over_v2:
        if name not in catalogue.NAMES or catalogue.find(name).repeat != READ:
            raise ConfigurationError(
                f"over_v2 names reads of API v2, such as query_exchange_rate, got {quoted(name)}",
                remedy="what changes something stays on v2 by a Client without upgrade, or by a Gradual",
            )
    certificate = merchant.certificate
    if certificate is not None and certificate.ca_issued and certificate.serial != account.serial_no:
        raise ConfigurationError(
            f"serial_no is {account.serial_no}, the merchant's certificate has {certificate.serial}",
            remedy="take serial_no and private_key of one certificate",
        )


def _same(one: Secret, other: Secret) -> bool:
    return one.reveal() == other.reveal()
