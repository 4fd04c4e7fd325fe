"""The merchants that the simulator knows. They live in memory: a database of the simulator holds no key."""

from __future__ import annotations

from collections.abc import Sequence

from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.operation import DIRECT, HOSTS, INSTITUTION, MD5, SERVICE_PROVIDER
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import rates
from wxpay_v2.v2.signature import Signer

__all__ = ["Account"]

_MODES = (DIRECT, INSTITUTION, SERVICE_PROVIDER)


class Account:
    """A merchant, institution or service provider.

    appid, mch_id, api_key: as in Merchant. sign_type: what its Merchant is set up with; a request says for itself by
    which algorithm it is signed. sub_merchants: the sub_mch_ids it may act for, () for a direct merchant.
    sub_appids: the sub_appids bound to it. region: "global" or "mainland". currency: of settlement, ISO 4217.
    certificate_serial: hex serial of its certificate; None accepts any whose subject names the mch_id.
    mode: by default "direct", or "institution" with sub-merchants. refund_notify_url: as set on the merchant platform.
    Raises ConfigurationError for what cannot be one.
    """

    def __init__(
        self,
        appid: str,
        mch_id: str,
        api_key: Secret,
        sign_type: str = MD5,
        sub_merchants: Sequence[str] = (),
        sub_appids: Sequence[str] = (),
        region: str = "global",
        currency: str = "CNY",
        certificate_serial: str | None = None,
        *,
        mode: str = "",
        refund_notify_url: str = "",
    ) -> None:
        self.appid = appid
        self.mch_id = mch_id
        self.sign_type = sign_type
        self.sub_merchants = tuple(sub_merchants)
        self.sub_appids = tuple(sub_appids)
        self.region = region
        self.currency = currency
        self.certificate_serial = certificate_serial
        self.mode = mode or (INSTITUTION if self.sub_merchants else DIRECT)
        self.refund_notify_url = refund_notify_url
        if region not in HOSTS:
            raise ConfigurationError(f"region must be global or mainland, got {quoted(region)}")
        if self.mode not in _MODES or (self.mode == DIRECT) == bool(self.sub_merchants):
            raise ConfigurationError(f"mode {quoted(mode)} does not go with {len(self.sub_merchants)} sub-merchants")
        if currency not in rates.CNY_PER_UNIT:
            raise ConfigurationError(f"there is no rate for the settlement currency {quoted(currency)}")
        self.api_key = api_key if isinstance(api_key, Secret) else Secret(api_key)
        self._signers = {name: Signer(self.api_key, name) for name in {MD5, "HMAC-SHA256", sign_type}}

    def signer(self, sign_type: str) -> Signer:
        """Return the signer of this account's key for "MD5" or "HMAC-SHA256"."""
        return self._signers[sign_type]

    def __repr__(self) -> str:
        return f"<Account {self.mch_id} {self.mode} {self.region}>"
