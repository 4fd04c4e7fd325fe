"""Who calls: access mode, ids, sub-merchant, key, certificate."""

from __future__ import annotations

import os
import re

from wxpay_v2 import configuration
from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.operation import DIRECT, HMAC_SHA256, INSTITUTION, MAINLAND, MD5, SERVICE_PROVIDER
from wxpay_v2.secret import Secret, check_api_key, without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from wxpay_v2.certificate import Certificate, Certificates, Material

__all__ = ["Merchant", "settings_from"]

_APPID = re.compile(r"[0-9A-Za-z_]{1,32}", re.ASCII)
_PATHS = ("certificate", "private_key", "next_certificate", "next_private_key")
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MCH_ID = re.compile(r"[0-9]{1,32}", re.ASCII)
_SETTINGS = (
    "appid", "mch_id", "api_key", "sub_mch_id", "sub_appid", "sign_type", "certificate", "private_key", "password",
    "mode", "currency", "wecom_secret", "sandbox", "next_certificate", "next_private_key", "next_password",
)  # fmt: skip


class Merchant:
    """The caller's identity and keys. Checked when it is made; prints without secrets; does not pickle.

    appid, mch_id: of the merchant, in institution and service-provider mode of the institution or provider.
    api_key: the 32-character API v2 key of that mch_id (a str or a Secret). sub_mch_id, sub_appid: the sub-merchant;
    absent in direct mode. mode: "direct", "institution" or "service_provider"; by default direct without a
    sub_mch_id, with one institution, or service_provider when the client's region is the mainland. sign_type: "MD5"
    (the gateway's default and ours) or "HMAC-SHA256".

    certificate, private_key: apiclient_cert.pem and apiclient_key.pem, or apiclient_cert.p12 alone, as paths or
    bytes. password: of the .p12, the mch_id by default. next_certificate, next_private_key, next_password: the renewed
    one during the change-over: shown from its first valid day on, the other while the gateway does not take it.

    currency: what orders are priced in (``HKD``); another fee_type, or none where it is not CNY, is then refused before
    sending. wecom_secret: signs WeCom's red packs and payments a second time. sandbox: api_key is the sandbox's, and
    only the sandbox is called.

    Raises ConfigurationError for an id, key or certificate that cannot be used, before the first payment.
    Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/guide/pos/ImportantParameters.shtml
    """

    @without_frames
    def __init__(
        self,
        appid: str,
        mch_id: str,
        api_key: str | Secret,
        *,
        sub_mch_id: str | None = None,
        sub_appid: str | None = None,
        sign_type: str = MD5,
        certificate: Material | None = None,
        private_key: Material | None = None,
        password: str | None = None,
        mode: str | None = None,
        next_certificate: Material | None = None,
        next_private_key: Material | None = None,
        next_password: str | None = None,
        currency: str = "",
        wecom_secret: str | Secret | None = None,
        sandbox: bool | str = False,
    ) -> None:
        self.appid = _checked("appid", appid, _APPID)
        self.mch_id = _checked("mch_id", mch_id, _MCH_ID)
        self.sub_mch_id = _checked("sub_mch_id", sub_mch_id, _MCH_ID) if sub_mch_id not in (None, "") else ""
        self.sub_appid = _checked("sub_appid", sub_appid, _APPID) if sub_appid not in (None, "") else ""
        self.mode = mode or (INSTITUTION if self.sub_mch_id else DIRECT)
        self._mode_was_given = bool(mode)
        if self.mode not in (DIRECT, INSTITUTION, SERVICE_PROVIDER):
            raise ConfigurationError(f"mode must be direct, institution or service_provider, got {quoted(mode)}")
        if self.mode == DIRECT and (self.sub_mch_id or self.sub_appid):
            raise ConfigurationError("a direct merchant has no sub_mch_id and no sub_appid")
        if sign_type not in (MD5, HMAC_SHA256):
            raise ConfigurationError(f"sign_type must be MD5 or HMAC-SHA256, got {quoted(sign_type)}")
        self.sign_type = sign_type
        if not isinstance(api_key, (str, Secret)):
            raise ConfigurationError(f"api_key must be a str or a Secret, got {type(api_key).__name__}")
        self.api_key = api_key if isinstance(api_key, Secret) else Secret(api_key)
        check_api_key(self.api_key)
        if currency and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
            raise ConfigurationError(f"currency must be three letters such as HKD, got {quoted(currency)}")
        self.currency = currency
        if wecom_secret is not None and not isinstance(wecom_secret, (str, Secret)):
            raise ConfigurationError(f"wecom_secret must be a str or a Secret, got {type(wecom_secret).__name__}")
        self.wecom_secret = Secret(wecom_secret) if isinstance(wecom_secret, str) else wecom_secret
        if sandbox not in (True, False, "true", "false"):
            raise ConfigurationError(f"sandbox must be true or false, got {quoted(sandbox)}")
        self.sandbox = sandbox in (True, "true")
        self.certificates: Certificates | None = None
        if certificate is not None:
            self.use_certificate(
                certificate, private_key, password=password, next_certificate=next_certificate,
                next_private_key=next_private_key, next_password=next_password,
            )  # fmt: skip
        for name, given in (("private_key", private_key), ("next_certificate", next_certificate)):
            if certificate is None and given is not None:
                raise ConfigurationError(f"a {name} was given without its certificate")

    @property
    def certificate(self) -> Certificate | None:
        """The certificate to show now; of two, the one whose turn it is."""
        return self.certificates.choose() if self.certificates is not None else None

    @certificate.setter
    def certificate(self, certificate: Certificate | None) -> None:
        from wxpay_v2.certificate import Certificates

        self.certificates = Certificates()
        self.certificates.use(certificate)

    @without_frames
    def use_certificate(
        self,
        certificate: Material,
        private_key: Material | None = None,
        *,
        password: str | None = None,
        next_certificate: Material | None = None,
        next_private_key: Material | None = None,
        next_password: str | None = None,
    ) -> None:
        """Take another certificate, and the one that follows it, from the next call on; no restart.

        Raises ConfigurationError and keeps the old.
        """
        from wxpay_v2.certificate import Certificate, Certificates

        loaded = Certificate.load(certificate, private_key, password=password or self.mch_id)
        loaded.check(self.mch_id)
        following = None
        if next_certificate is not None:
            following = Certificate.load(next_certificate, next_private_key, password=next_password or self.mch_id)
            following.check(self.mch_id, early=True)
        if self.certificates is None:
            self.certificates = Certificates()
        self.certificates.use(loaded, following)

    @classmethod
    @without_frames
    def from_config(cls, path: str | os.PathLike[str] | None = None, **arguments: Any) -> Merchant:
        """Return the merchant of a TOML file's ``[merchant]`` table, ``WXPAY_V2_*`` variables and *arguments*.

        Arguments win over the file, the file over the environment (WXPAY_V2_APPID, WXPAY_V2_MCH_ID,
        WXPAY_V2_API_KEY, ...). Paths in the file are relative to it. Raises ConfigurationError.
        """
        settings = {name: os.environ[f"WXPAY_V2_{name.upper()}"] for name in _SETTINGS if _in_environment(name)}
        if path is not None:
            settings.update(settings_from(path))
        settings.update(arguments)
        missing = [name for name in ("appid", "mch_id", "api_key") if not settings.get(name)]
        if missing:
            raise ConfigurationError(
                f"not configured: {', '.join(missing)}", remedy="set them in the file or as WXPAY_V2_* variables"
            )
        try:
            return cls(**settings)
        except TypeError:
            unknown = sorted(set(settings) - set(_SETTINGS))
            raise ConfigurationError(f"unknown settings: {', '.join(unknown)}") from None

    def mode_in(self, region: str) -> str:
        """Return the mode in *region*: with a sub-merchant and none given, service provider in the mainland."""
        if region == MAINLAND and self.mode == INSTITUTION and not self._mode_was_given:
            return SERVICE_PROVIDER
        return self.mode

    def ids(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the ids an operation sends, under the wire names its row gives; empty ones are left out."""
        return {wire: value for attribute, wire in names.items() if (value := getattr(self, attribute))}

    def __repr__(self) -> str:
        sub = f", sub_mch_id={self.sub_mch_id!r}" if self.sub_mch_id else ""
        return f"Merchant(appid={self.appid!r}, mch_id={self.mch_id!r}{sub}, mode={self.mode!r}, api_key=***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Merchant holds keys and does not leave its process")


def _checked(name: str, value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        # Not quoted: whoever swaps two arguments would find the key in the log.
        shape = f"{len(value)} characters" if isinstance(value, str) else f"a {type(value).__name__}"
        raise ConfigurationError(f"{name} is not well-formed: {shape}")
    return value


def _in_environment(name: str) -> bool:
    return bool(os.environ.get(f"WXPAY_V2_{name.upper()}"))


def settings_from(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the ``[merchant]`` table of the TOML file at *path*, paths made absolute. Raises ConfigurationError."""
    table = configuration.tables(path).get("merchant", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigurationError("[merchant] must be a table of strings")
    return {name: configuration.absolute(path, value) if name in _PATHS else value for name, value in table.items()}
