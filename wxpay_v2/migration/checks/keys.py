"""The keys of both versions: their shape, that they are two, and that private key, certificate and serial number fit.

Source: https://pay.weixin.qq.com/doc/global/v3/en/4012357180 (the API v3 key is another one, beside the API key)
"""

from __future__ import annotations

import hmac
import re

from wxpay_v2 import primitives
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.checks.settings import MERCHANT, V3, Checked, Settings, place
from wxpay_v2.migration.finding import BLOCKER, WARNING, Finding
from wxpay_v2.secret import API_KEY_LENGTH, check_api_key
from wxpay_v2.v3.platform_keys import PlatformKey, pinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.migration.checks.certificate import Held

__all__ = ["api_keys", "platform_keys", "signing_key"]

_SET_IT = "set it on the merchant platform, Account Settings > API Security, and copy it whole"
_SERIAL = re.compile(r"[0-9A-Fa-f]{40}", re.ASCII)
_ALPHABET = re.compile(r"[0-9A-Za-z]*", re.ASCII)
_PROBE = b"does the key fit the certificate"


def api_keys(settings: Settings) -> Checked:
    """Look at the API key of v2 and the API v3 key."""
    findings: list[Finding] = []
    api_key, v3_key = settings.secret(MERCHANT, "api_key"), settings.secret(V3, "api_v3_key")
    if api_key is not None:
        try:
            check_api_key(api_key)
        except ConfigurationError as error:
            where = place(MERCHANT, "api_key")
            findings.append(Finding("readiness.api_key.shape", BLOCKER, where, error.message, error.remedy))
    if v3_key is not None:
        text, where = v3_key.reveal(), place(V3, "api_v3_key")
        if len(text) != API_KEY_LENGTH:
            message = f"the API v3 key must have {API_KEY_LENGTH} characters, this one has {len(text)}"
            findings.append(Finding("readiness.api_v3_key.length", BLOCKER, where, message, _SET_IT))
        if not _ALPHABET.fullmatch(text):
            message = "the API v3 key must hold letters and digits alone, this one holds others"
            findings.append(Finding("readiness.api_v3_key.alphabet", BLOCKER, where, message, _SET_IT))
        if api_key is not None and hmac.compare_digest(text.encode(), api_key.reveal().encode()):
            message = "the API v3 key is the API key of v2: they must be two"
            hint = "set another API v3 key; the API key stays for what is still called over v2"
            findings.append(Finding("readiness.api_v3_key.reused", BLOCKER, where, message, hint))
    return Checked("API keys", findings, f"two keys of {API_KEY_LENGTH} characters", tried=bool(api_key or v3_key))


def signing_key(settings: Settings, held: Held) -> Checked:
    """Look at API v3's private key and serial number, and hold both against the certificates."""
    findings: list[Finding] = []
    serial, where = settings.text(V3, "serial_no"), place(V3, "serial_no")
    shows = "openssl x509 -in apiclient_cert.pem -noout -serial shows it; colons and blanks do not belong to it"
    if serial and not _SERIAL.fullmatch(serial):
        message = f"the serial number must have 40 hex digits, this one has {len(serial)} characters"
        findings.append(Finding("readiness.serial_no.shape", BLOCKER, where, message, shows))
    elif serial and held.one is not None and held.one.serial != serial.upper():
        message = f"this is the number of another certificate; the one here has {held.one.serial}"
        findings.append(Finding("readiness.serial_no.other_certificate", BLOCKER, where, message, shows))
    data = settings.material(V3, "private_key")
    if data:
        findings += _private(settings, data, held)
    told = "the private key and the serial number are the certificate's"
    if held.one is None:
        told = "there is no certificate to hold them against"
    return Checked("Signing key", findings, told, tried=bool(data or serial))


def _private(settings: Settings, data: bytes, held: Held) -> list[Finding]:
    where = place(V3, "private_key")
    try:
        key = primitives.load_private_key(data)
        signed = primitives.rsa_sign(key, _PROBE)
    except ConfigurationError as error:
        return [Finding("readiness.private_key.unreadable", BLOCKER, where, error.message, error.remedy)]
    if held.one is None or settings.text(V3, "private_key") == settings.text(MERCHANT, "private_key"):
        return []  # the same file: what there is to say, the certificate's check says
    try:
        public = primitives.read_certificate(held.one.pem())[1]
    except ConfigurationError:
        return []  # of another kind, and that is told
    if primitives.rsa_verify(public, signed, _PROBE):
        return []
    message = f"the private key does not belong to the certificate {held.one.serial}"
    hint = "take apiclient_cert.pem and apiclient_key.pem from the same download"
    return [Finding("readiness.private_key.other_certificate", BLOCKER, where, message, hint)]


def platform_keys(settings: Settings, now: float) -> Checked:
    """Look at how WeChat Pay's own keys come here: downloaded, pinned, or as a public key."""
    given: Any = settings.tables[V3].get("platform_keys")
    where = place(V3, "platform_keys")
    if not given:
        return Checked("Platform keys", [], "platform certificates are downloaded, with the API v3 key")
    try:
        found = pinned(given)
    except ConfigurationError as error:
        refused = Finding("readiness.platform_keys.unreadable", BLOCKER, where, error.message, error.remedy)
        return Checked("Platform keys", [refused])
    findings = [finding for key in found if (finding := _expiry(key, where, now)) is not None]
    count = sum(key.is_certificate for key in found)
    kinds = [f"{count} pinned platform certificate{'s' if count > 1 else ''}"] if count else []
    kinds += ["a WeChat Pay public key"] if len(found) > count else []
    told = " and ".join(kinds)
    return Checked("Platform keys", findings, told)


def _expiry(key: PlatformKey, where: str, now: float) -> Finding | None:
    days = (key.end - now) / 86400
    if days > 30:
        return None
    state = "has expired" if days < 0 else f"expires in {int(days)} days"
    message = f"the pinned platform certificate {key.serial} {state}"
    hint = "leave platform_keys out, and platform certificates are downloaded and kept fresh"
    return Finding("readiness.platform_keys.expires", WARNING, where, message, hint)
