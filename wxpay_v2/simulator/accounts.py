"""The merchants that the simulator knows. They live in memory: a database of the simulator holds no key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.operation import DIRECT, HMAC_SHA256, HOSTS, INSTITUTION, MD5, SERVICE_PROVIDER
from wxpay_v2.secret import API_KEY_LENGTH, Secret
from wxpay_v2.simulator import rates
from wxpay_v2.simulator.v3.keys import registered
from wxpay_v2.v2.signature import Signer

__all__ = ["CERTIFICATES", "CHANGE_OVER", "PUBLIC_KEY", "Account"]

CERTIFICATES, PUBLIC_KEY, CHANGE_OVER = V3_KEYS = ("certificates", "public_key", "change_over")

_V3_KEY = re.compile(rf"[0-9A-Za-z]{{{API_KEY_LENGTH}}}", re.ASCII)
_MODES = (DIRECT, INSTITUTION, SERVICE_PROVIDER)


class Account:
    """A merchant, institution or service provider.

    appid, mch_id, api_key: as in Merchant. sign_type: what its Merchant is set up with; a request says for itself by
    which algorithm it is signed. sub_merchants: the sub_mch_ids it may act for, () for a direct merchant.
    sub_appids: the sub_appids bound to it. region: "global" or "mainland". currency: of settlement, ISO 4217.
    certificate_serial: hex serial of its certificate; None accepts any whose subject names the mch_id.
    mode: by default "direct", or "institution" with sub-merchants. refund_notify_url: as set on the merchant platform.
    wecom_secret: WeCom's payment secret, None where the merchant has no WeCom. sharing_ratio: the largest part of an
    order that may be shared, in parts of 10000. scan_url: where Native mode 1 asks, as set on the platform.
    sandbox_key: what the sandbox's calls are signed with; it follows from api_key.
    api_v3_key: of API v3, None where the merchant has not set one. certificates: PEM of its registered certificates,
    two during a change-over; whoever signs API v3 names one of them. v3_keys: what the gateway signs with for it,
    CERTIFICATES, PUBLIC_KEY, or CHANGE_OVER, where the request chooses.
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
        wecom_secret: Secret | None = None,
        sharing_ratio: int = 3000,
        scan_url: str = "",
        api_v3_key: Secret | None = None,
        certificates: Sequence[bytes] = (),
        v3_keys: str = CERTIFICATES,
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
        self.wecom_secret = wecom_secret
        self.sharing_ratio = sharing_ratio
        self.scan_url = scan_url
        if region not in HOSTS:
            raise ConfigurationError(f"region must be global or mainland, got {quoted(region)}")
        if self.mode not in _MODES or (self.mode == DIRECT) == bool(self.sub_merchants):
            raise ConfigurationError(f"mode {quoted(mode)} does not go with {len(self.sub_merchants)} sub-merchants")
        if currency not in rates.CNY_PER_UNIT:
            raise ConfigurationError(f"there is no rate for the settlement currency {quoted(currency)}")
        self.api_key = api_key if isinstance(api_key, Secret) else Secret(api_key)
        if type(sharing_ratio) is not int or not 0 <= sharing_ratio <= 10000:
            raise ConfigurationError(f"sharing_ratio must be parts of 10000, got {quoted(sharing_ratio)}")
        self.api_v3_key = Secret(api_v3_key) if isinstance(api_v3_key, str) else api_v3_key
        self.certificates = tuple(certificates)
        self.v3_keys = v3_keys
        _check_v3(self.api_v3_key, self.certificates)
        if v3_keys not in V3_KEYS:
            raise ConfigurationError(f"v3_keys must be one of {', '.join(V3_KEYS)}, got {quoted(v3_keys)}")
        self._signers = {name: Signer(self.api_key, name) for name in {MD5, HMAC_SHA256, sign_type}}
        self.sandbox_key = Secret(self._signers[HMAC_SHA256].digest(f"mch_id={mch_id}&sandbox=1&key=")[:API_KEY_LENGTH])
        self._sandbox_signers = {name: Signer(self.sandbox_key, name) for name in (MD5, HMAC_SHA256)}

    def signer(self, sign_type: str, *, sandbox: bool = False) -> Signer:
        """Return the signer of this account's key, or of its sandbox key, for "MD5" or "HMAC-SHA256"."""
        return (self._sandbox_signers if sandbox else self._signers)[sign_type]

    def __repr__(self) -> str:
        return f"<Account {self.mch_id} {self.mode} {self.region}>"


def _check_v3(key: Secret | None, pems: Sequence[bytes]) -> None:
    """Raise ConfigurationError unless the API v3 key and the registered certificates can be such."""
    if key is not None and not _V3_KEY.fullmatch(key.reveal()):
        raise ConfigurationError("api_v3_key must have 32 letters and digits")
    for pem in pems:
        try:
            registered(pem)
        except (ValueError, TypeError):
            raise ConfigurationError("certificates must be RSA certificates as PEM") from None
