"""The merchant's certificate, which under API v3 signs every call: who issued it, whom it names, how long it lasts.

Sources: https://pay.weixin.qq.com/doc/global/v3/en/4012357180 (14 days in common after an upgrade),
https://pay.weixin.qq.com/wiki/doc/api_external/en/faq/chapter1_5_2.shtml (48 hours after a renewal)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from wxpay_v2 import primitives
from wxpay_v2.certificate import EXPIRY_WARNINGS, Certificate
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.checks.settings import MERCHANT, V3, Checked, Settings, place
from wxpay_v2.migration.finding import BLOCKER, NOTE, WARNING, Finding

__all__ = ["CHANGE_OVER", "Held", "check"]

CHANGE_OVER = timedelta(days=14)
"""How long the old and the new certificate are valid together after an upgrade from a self-signed one."""

_APPLY = "merchant platform, Account Settings > API Security"
_SAME_DOWNLOAD = "take apiclient_cert.pem and apiclient_key.pem from the same download"


class Held:
    """The certificates that were found. one: the one that signs under API v3, None without any. days_left: of it."""

    def __init__(self, found: list[Certificate], serial_no: str, now: datetime) -> None:
        named = [certificate for certificate in found if certificate.serial == serial_no.upper()]
        self.one = next(iter([*named, *found]), None)
        self.days_left = self.one.days_left(now) if self.one is not None else None


def check(settings: Settings, now: datetime) -> tuple[Checked, Held]:
    """Look at the certificate, and at the next one where there are two."""
    findings: list[Finding] = []
    loaded = {
        name: certificate
        for name, key in (("certificate", "private_key"), ("next_certificate", "next_private_key"))
        if (certificate := _loaded(settings, name, key, findings)) is not None
    }
    held = Held([*loaded.values()], settings.text(V3, "serial_no"), now)
    if not any(settings.text(MERCHANT, name) for name in ("certificate", "next_certificate")):
        message = "no certificate is set: who issued it, for whom and until when cannot be looked at"
        hint = "set certificate and private_key"
        findings.append(
            Finding("readiness.certificate.missing", WARNING, place(MERCHANT, "certificate"), message, hint)
        )
    for name, certificate in loaded.items():
        where = place(MERCHANT, name)
        findings += _whose(certificate, where, settings.text(MERCHANT, "mch_id"))
        if certificate is held.one:
            findings += [*_issuer(certificate, where), *_time(certificate, where, now), *_strength(certificate, where)]
        else:
            findings += _other(certificate, held, where, now)
    return Checked("Certificate", findings, _told(held.one, now), tried=held.one is not None), held


def _loaded(settings: Settings, name: str, key: str, findings: list[Finding]) -> Certificate | None:
    """Return the certificate of the setting *name*, with the key beside it or, where there is none, API v3's."""
    data = settings.material(MERCHANT, name)
    if not data:
        return None
    private = settings.material(MERCHANT, key) if settings.text(MERCHANT, key) else None
    if private is None and b"-----BEGIN " in data and b"PRIVATE KEY" not in data:
        private = settings.material(V3, "private_key")
    if private is None and settings.text(MERCHANT, key):
        return None  # the key's file cannot be read, and that is told
    password = settings.password("password" if name == "certificate" else "next_password")
    try:
        return Certificate.load(data, private, password=password)
    except ConfigurationError as error:
        what, hint = "unreadable", error.remedy
        if private is not None and _readable(data, private):
            what, hint = "key_mismatch", error.remedy or _SAME_DOWNLOAD
        findings.append(Finding(f"readiness.certificate.{what}", BLOCKER, place(MERCHANT, name), error.message, hint))
    return None


def _readable(certificate: bytes, private: bytes) -> bool:
    """Return whether each of the two can be read, so that it is their fitting together that fails."""
    try:
        primitives.read_certificate(certificate)
        primitives.load_private_key(private)
    except ConfigurationError:
        return False
    return True


def _whose(certificate: Certificate, where: str, mch_id: str) -> list[Finding]:
    if not certificate.mch_id:
        message = f"the certificate names no merchant number: {certificate.subject:.100}"
        return [Finding("readiness.certificate.no_merchant", NOTE, where, message, "see that it is this merchant's")]
    if mch_id and certificate.mch_id != mch_id:
        message = f"the certificate is of merchant {certificate.mch_id}, the calls are made as {mch_id:.32}"
        hint = "in institution and service provider mode both are the institution's or provider's"
        return [Finding("readiness.certificate.other_merchant", BLOCKER, where, message, hint)]
    return []


def _issuer(certificate: Certificate, where: str) -> list[Finding]:
    if certificate.ca_issued:
        return []
    message = "the certificate is self-signed; API v3 needs one issued by the CA"
    hint = (
        f"{_APPLY}: upgrade it; API v2 takes the new one too. The old one stays valid for {CHANGE_OVER.days} days, so "
        "that every machine can get the new files meanwhile"
    )
    return [Finding("readiness.certificate.self_signed", BLOCKER, where, message, hint)]


def _time(certificate: Certificate, where: str, now: datetime) -> list[Finding]:
    if now < certificate.not_before:
        message = f"the certificate is not valid before {certificate.not_before:%Y-%m-%d %H:%M} UTC"
        return [Finding("readiness.certificate.early", BLOCKER, where, message, "check this machine's clock")]
    left = certificate.days_left(now)
    until = f"{certificate.not_after:%Y-%m-%d}"
    renew = f"renew it first: {_APPLY}; under API v3 no call is made without it"
    if left < 0:
        return [Finding("readiness.certificate.expired", BLOCKER, where, f"the certificate expired on {until}", renew)]
    message = f"the certificate expires on {until}, in {left} days"
    if left < CHANGE_OVER.days:
        return [Finding("readiness.certificate.expires", BLOCKER, where, message, renew)]
    if left <= EXPIRY_WARNINGS[0]:
        return [Finding("readiness.certificate.expires", WARNING, where, message, renew)]
    age = now - certificate.not_before
    if certificate.ca_issued and timedelta(days=1) < age < CHANGE_OVER:
        message = f"the certificate was issued {age.days} days ago: what it replaced stops working"
        hint = (
            f"see that every machine has it: a self-signed one ends {CHANGE_OVER.days} days after the upgrade, one of "
            "the CA 48 hours after a renewal"
        )
        return [Finding("readiness.certificate.change_over", NOTE, where, message, hint)]
    return []


def _strength(certificate: Certificate, where: str) -> list[Finding]:
    try:
        primitives.read_certificate(certificate.pem())
    except ConfigurationError:
        message = "the certificate's key is not RSA of 2048 bits or more, by which API v3 signs"
        return [Finding("readiness.certificate.kind", BLOCKER, where, message, f"apply for another: {_APPLY}")]
    return []


def _other(certificate: Certificate, held: Held, where: str, now: datetime) -> list[Finding]:
    """Look at the certificate of two that does not sign under API v3."""
    if now < certificate.not_before or held.one is None or held.one.serial == certificate.serial:
        return []
    ended = now >= certificate.not_after
    until = f"{certificate.not_after:%Y-%m-%d}"
    state = f"ended on {until}" if ended else f"is valid until {until}"
    message = f"API v3 signs with the other certificate, {held.one.serial}; this one {state}"
    hint = "drop it from the settings" if ended else f"after an upgrade both are valid for {CHANGE_OVER.days} days"
    level = WARNING if ended else NOTE
    return [Finding("readiness.certificate.change_over", level, where, message, hint)]


def _told(certificate: Certificate | None, now: datetime) -> str:
    if certificate is None:
        return "there is none that can be looked at"
    by = "issued by the CA" if certificate.ca_issued else "self-signed"
    return f"{by}, of merchant {certificate.mch_id or 'unknown'}, {certificate.days_left(now)} days left"
