"""Throwaway certificates: a CA that lives for a moment, and the pairs it signs, under the official file names.

The CA's private key is never written: once the pairs stand, nobody can issue another certificate that a machine
trusting rootca.pem would accept, and the CA may name nothing but this machine's loopback hosts.
Source of names and subject: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pages/ico-guide/chapter1_3.shtml
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wxpay_v2.errors import ConfigurationError, quoted

__all__ = [
    "FILES",
    "LOOPBACK",
    "MCH_ID",
    "Authority",
    "Issued",
    "expiry",
    "is_complete",
    "presented",
    "refuse_real",
    "write",
    "write_private",
]  # fmt: skip

MCH_ID = "1900000109"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

FILES: dict[str, str] = {
    "rootca.pem": "the throwaway CA: what a client trusts, verify=",
    "gateway_cert.pem": "the simulator's server certificate (localhost, 127.0.0.1, ::1)",
    "gateway_key.pem": "its private key",
    "apiclient_cert.pem": "the merchant's client certificate",
    "apiclient_key.pem": "its private key",
    "apiclient_cert.p12": "certificate and key in one file; the password is the mch_id",
    "wechatpay_platform_cert.pem": "the platform certificate that verifies API v3 answers",
    "wechatpay_platform_key.pem": "its private key",
}
"""File name -> what it is for."""

_COMPANY = "Example Trading Ltd"
_REAL_ISSUERS = ("Tenpay.com", "MMPay")
_PKCS12 = (".p12", ".pfx")
_KINDS = (".pem", ".crt", ".cer", *_PKCS12)
_LARGEST_FILE = 1 << 20


class Issued:
    """A certificate and its RSA key, in memory. Prints without the key; does not pickle."""

    __slots__ = ("_key", "certificate", "issuer")

    def __init__(self, certificate: x509.Certificate, key: rsa.RSAPrivateKey, issuer: x509.Certificate | None) -> None:
        self.certificate = certificate
        self.issuer = issuer
        self._key = key

    @property
    def serial(self) -> str:
        """The serial number: 40 hex digits, upper case."""
        return f"{self.certificate.serial_number:040X}"

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The certificate as a TLS server sees it."""
        return self.certificate.public_bytes(Encoding.DER)

    def key_pem(self) -> bytes:
        """Return the private key as PKCS#8 PEM, not encrypted, as the platform hands it out."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def p12(self, password: str) -> bytes:
        """Return certificate, key and CA as PKCS#12 under *password*."""
        cas = [self.issuer] if self.issuer is not None else None
        return pkcs12.serialize_key_and_certificates(
            b"Tenpay Certificate", self._key, self.certificate, cas, BestAvailableEncryption(password.encode())
        )

    def __repr__(self) -> str:
        return f"<Issued {self.serial} {self.certificate.subject.rfc4514_string()}>"

    def __reduce__(self) -> Any:
        raise TypeError("a private key does not leave its process")


class Authority:
    """A throwaway CA in memory.

    hosts: DNS names and addresses it may name, the loopback ones by default. days: how long everything it issues is
    valid, 1 to 3650, from one hour before *now*: Unix seconds, by default the machine's.
    """

    def __init__(self, *, hosts: Sequence[str] = LOOPBACK, days: int = 365, now: float | None = None) -> None:
        if type(days) is not int or not 1 <= days <= 3650:
            raise ConfigurationError(f"days must be a whole number from 1 to 3650, got {quoted(days)}")
        self.hosts = tuple(hosts)
        moment = datetime.now(timezone.utc) if now is None else datetime.fromtimestamp(now, timezone.utc)
        self._now = moment.replace(microsecond=0)
        self._days = days
        self._key = _key()
        name = _name(O="wxpay-v2 simulator", CN=f"wxpay-v2 throwaway CA {secrets.token_hex(4)}")
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = (
            self._builder(name, self._key)
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
            .add_extension(x509.NameConstraints([_constraint(host) for host in self.hosts], None), critical=True)
        )
        self.certificate = builder.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The CA's certificate as PEM: rootca.pem."""
        return self.certificate.public_bytes(Encoding.PEM)

    def server(self) -> Issued:
        """Return a server certificate for this CA's hosts."""
        names = x509.SubjectAlternativeName([_alternative(host) for host in self.hosts])
        return self._issue(_name(O="wxpay-v2 simulator", CN=self.hosts[0]), ExtendedKeyUsageOID.SERVER_AUTH, names)

    def merchant(
        self, mch_id: str = MCH_ID, *, company: str = _COMPANY, expired: bool = False, self_signed: bool = False
    ) -> Issued:
        """Return the client certificate of merchant *mch_id*, its subject written like the real ones.

        expired: it ended yesterday. self_signed: the older kind, which API v3 does not take.
        Raises ConfigurationError when *mch_id* is not 1 to 32 digits.
        """
        if not (isinstance(mch_id, str) and mch_id.isascii() and mch_id.isdigit() and len(mch_id) <= 32):
            raise ConfigurationError(f"mch_id must be 1 to 32 digits, got {quoted(mch_id)}")
        subject = _name(C="CN", O="微信商户系统", OU=company, L="Shenzhen", CN=mch_id)
        return self._issue(subject, ExtendedKeyUsageOID.CLIENT_AUTH, expired=expired, self_signed=self_signed)

    def platform(self) -> Issued:
        """Return the certificate whose key signs API v3 answers."""
        return self._issue(_name(C="CN", O="wxpay-v2 simulator", L="Shenzhen", CN="wxpay-v2 platform"))

    def _issue(
        self,
        subject: x509.Name,
        use: x509.ObjectIdentifier | None = None,
        names: x509.SubjectAlternativeName | None = None,
        *,
        expired: bool = False,
        self_signed: bool = False,
    ) -> Issued:
        key = _key()
        signing_key = key if self_signed else self._key
        identifier = x509.SubjectKeyIdentifier.from_public_key(signing_key.public_key())
        builder = (
            self._builder(subject, key, expired=expired)
            .issuer_name(subject if self_signed else self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        )
        if use is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        if names is not None:
            builder = builder.add_extension(names, critical=False)
        return Issued(builder.sign(signing_key, hashes.SHA256()), key, None if self_signed else self.certificate)

    def _builder(self, subject: x509.Name, key: rsa.RSAPrivateKey, *, expired: bool = False) -> x509.CertificateBuilder:
        begin = self._now - (timedelta(days=self._days + 1) if expired else timedelta(hours=1))
        end = self._now + (timedelta(days=-1) if expired else timedelta(days=self._days))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(key.public_key())
            .serial_number(_serial())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )


def write(
    directory: str | os.PathLike[str],
    mch_id: str = MCH_ID,
    *,
    days: int = 365,
    force: bool = False,
    expired: bool = False,
    self_signed: bool = False,
    hosts: Sequence[str] = LOOPBACK,
) -> Authority:
    """Write the files of `FILES` into *directory*: 0700, every file 0600 from its first byte. Return their CA.

    An existing directory must be private to this user already, or hold nothing but such files, a README and a
    .gitignore (then it is made private). force: replace what stands there; expired, self_signed: of the merchant's
    certificate, for tests. Raises ConfigurationError for a directory of somebody else, for one with keys in it
    unless *force*, and always for one that holds a real merchant's certificate.
    """
    folder = _private(Path(directory))
    refuse_real(folder, password=mch_id)
    standing = sorted(name for name in FILES if os.path.lexists(folder / name))
    if standing and not force:
        raise ConfigurationError(
            f"there are certificates in {quoted(str(folder))} already ({standing[0]}, ...)",
            remedy="use them, name another directory, or replace them with --force",
        )
    authority = Authority(hosts=hosts, days=days)
    merchant = authority.merchant(mch_id, expired=expired, self_signed=self_signed)
    gateway, platform = authority.server(), authority.platform()
    contents = {
        "rootca.pem": authority.pem,
        "gateway_cert.pem": gateway.pem,
        "gateway_key.pem": gateway.key_pem(),
        "apiclient_cert.pem": merchant.pem,
        "apiclient_key.pem": merchant.key_pem(),
        "apiclient_cert.p12": merchant.p12(mch_id),
        "wechatpay_platform_cert.pem": platform.pem,
        "wechatpay_platform_key.pem": platform.key_pem(),
    }
    for name, data in contents.items():
        write_private(folder / name, data)
    return authority


def write_private(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that no other user can read it at any moment; what stood there is replaced whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with open(os.open(draft, flags, 0o600), "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ConfigurationError(f"{quoted(str(path))} cannot be written: {error.strerror}") from None


def is_complete(directory: str | os.PathLike[str]) -> bool:
    """Return whether *directory* holds every file of `FILES`, none of them out of date."""
    folder = Path(directory)
    if not all((folder / name).is_file() for name in FILES):
        return False
    now = datetime.now(timezone.utc)
    return all(now < end for end in expiry(folder).values())


def expiry(directory: str | os.PathLike[str]) -> dict[str, datetime]:
    """Return when the certificates of `FILES` in *directory* end: file name -> aware datetime (UTC)."""
    folder = Path(directory)
    names = [name for name in FILES if name.endswith(".pem") and not name.endswith("_key.pem")]
    return {name: found[0].not_valid_after_utc for name in names if (found := _from_pem(folder / name))}


def refuse_real(directory: str | os.PathLike[str], *, password: str = "") -> None:
    """Raise ConfigurationError when *directory* holds a certificate that WeChat Pay issued, or a .p12 nobody can judge.

    password: of a .p12, the mch_id; the common names of the certificates beside it are tried too.
    """
    paths = sorted(path for path in Path(directory).glob("*") if path.suffix.lower() in _KINDS and path.is_file())
    passwords = {password: None} if password else {}
    for path in sorted(paths, key=lambda path: path.suffix.lower() in _PKCS12):
        found = _from_p12(path, tuple(passwords), path.stat()) if path.suffix.lower() in _PKCS12 else _from_pem(path)
        for certificate in found:
            issuer = certificate.issuer.rfc4514_string()
            if any(name in issuer for name in _REAL_ISSUERS):
                raise ConfigurationError(
                    f"{quoted(str(path))} is a real merchant's certificate; the simulator does not go near it",
                    remedy="give a directory of its own to throwaway certificates",
                )
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            passwords.update((str(name.value), None) for name in names)


def _from_pem(path: Path) -> list[x509.Certificate]:
    """Return the certificates in *path*, PEM or DER; none where it holds none."""
    data = _read(path)
    try:
        if b"-----BEGIN CERTIFICATE" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)] if path.suffix.lower() in (".crt", ".cer") else []
    except (ValueError, UnsupportedAlgorithm):
        return []


@lru_cache(maxsize=8)  # opening one takes longer than the rest of a simulator's start
def _from_p12(path: Path, passwords: tuple[str, ...], unchanged: os.stat_result) -> list[x509.Certificate]:
    data = _read(path)
    for password in passwords:
        try:
            bundle = pkcs12.load_pkcs12(data, password.encode())
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        found = [bundle.cert.certificate] if bundle.cert is not None else []
        return found + [extra.certificate for extra in bundle.additional_certs]
    raise ConfigurationError(
        f"{quoted(str(path))} does not open with the mch_id, so nobody can say whose it is",
        remedy="give a directory of its own to throwaway certificates",
    )


def _read(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_LARGEST_FILE)
    except OSError as error:
        raise ConfigurationError(f"{quoted(str(path))} cannot be read: {error.strerror}") from None


def _private(folder: Path) -> Path:
    """Return *folder*, made or found to be accessible to this user only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise ConfigurationError(f"{quoted(str(folder))} cannot be a directory: {error.strerror}") from None
    if not hasattr(os, "geteuid"):
        return folder
    if found.st_uid != os.geteuid():
        raise ConfigurationError(f"{quoted(str(folder))} belongs to another user")
    if stat.S_IMODE(found.st_mode) & 0o077:
        if not all(_ours(path.name) for path in folder.iterdir()):
            raise ConfigurationError(
                f"{quoted(str(folder))} is open to other users and holds other files",
                remedy="name a new directory, or chmod 700 this one",
            )
        folder.chmod(0o700)
    return folder


def _ours(name: str) -> bool:
    return name in FILES or name in (".gitignore", "simulator.toml") or name.upper().startswith("README")


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _serial() -> int:
    """Return a positive serial number of exactly 40 hex digits, as the platform's are."""
    smallest = 16**39
    return smallest + secrets.randbelow((1 << 159) - smallest)


_OIDS = {
    "C": NameOID.COUNTRY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "L": NameOID.LOCALITY_NAME,
    "CN": NameOID.COMMON_NAME,
}


def _name(**parts: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(_OIDS[part], value) for part, value in parts.items()])


def _usage(*, certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=False, key_encipherment=not certificates,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificates, crl_sign=certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _constraint(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(host))
    except ValueError:
        return x509.DNSName(host)


@lru_cache(maxsize=64)
def presented(der: bytes) -> tuple[list[str], int, datetime]:
    """Return whom a TLS client's certificate names, its serial number and until when it holds. Raises ValueError."""
    certificate = x509.load_der_x509_certificate(der)
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return names, certificate.serial_number, certificate.not_valid_after_utc
