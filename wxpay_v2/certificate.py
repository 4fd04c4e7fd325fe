"""A merchant certificate from PEM or PKCS#12, path or bytes: who it names, until when, and whether the key fits.

The platform hands out apiclient_cert.pem, apiclient_key.pem and apiclient_cert.p12, whose password is the mch_id.
Private keys are read from files that only their owner can read, and are never written in clear.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pages/ico-guide/chapter1_3.shtml
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from datetime import datetime, timedelta, timezone

from wxpay_v2 import telemetry
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, WXPayError, quoted
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn

    Material = str | os.PathLike[str] | bytes

__all__ = ["EXPIRY_WARNINGS", "Certificate", "Certificates", "read_material"]

EXPIRY_WARNINGS = (30, 14, 7, 1)
"""Days before expiry at which a warning is due."""

_LARGEST_FILE = 1 << 20
_LONGEST_NAME = 255  # of a file; what is longer and begins like a key is one, and is not quoted
_PEM = b"-----BEGIN "
_WHERE = "merchant platform, Account Settings > API Security"


_LOADED_KEPT = 32
_loaded: dict[bytes, Certificate] = {}


class Certificate:
    """The merchant's client certificate and its private key.

    serial: 40 hex digits, upper case. subject, issuer: RFC 4514 text. mch_id: the merchant it names, "" when its
    common name is not a merchant id. ca_issued: False for the older kind that WeChat Pay issued itself, which API v3
    does not take. not_before, not_after: aware datetimes (UTC). fingerprint: SHA-256 of the certificate, hex.
    """

    __slots__ = (
        "_chain", "_key", "ca_issued", "fingerprint", "issuer", "mch_id", "not_after", "not_before", "serial",
        "subject",
    )  # fmt: skip

    def __init__(self, chain: list[Any], key: Any) -> None:
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        leaf = chain[0]
        self._chain = chain
        self._key = key
        self.serial = f"{leaf.serial_number:040X}"
        self.subject = leaf.subject.rfc4514_string()
        self.issuer = leaf.issuer.rfc4514_string()
        names = [str(name.value) for name in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        self.mch_id = next((name for name in names if name.isascii() and name.isdigit()), "")
        self.ca_issued = leaf.issuer != leaf.subject and "MMPay" not in self.issuer
        self.not_before = leaf.not_valid_before_utc
        self.not_after = leaf.not_valid_after_utc
        self.fingerprint = leaf.fingerprint(hashes.SHA256()).hex()

    def __repr__(self) -> str:
        return f"<Certificate {self.serial} of {self.mch_id or self.subject}, until {self.not_after:%Y-%m-%d}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Certificate with its private key does not leave its process")

    @classmethod
    @without_frames
    def load(
        cls, certificate: Material, private_key: Material | None = None, *, password: str | None = None
    ) -> Certificate:
        """Return the certificate in *certificate*: PEM or PKCS#12, as a path or bytes.

        private_key: where a PEM certificate's key is; None when it stands in the same PEM. The two may be given the
        wrong way round. password: of the PKCS#12 file or the encrypted key; for PKCS#12 it is the mch_id.
        Raises ConfigurationError for what cannot be read, for a key that belongs to another certificate, and for a
        key file that others can read.
        """
        if password is not None and not isinstance(password, str):
            raise ConfigurationError(f"password must be a str, got {type(password).__name__}")
        try:
            first = read_material(certificate, "certificate")
            second = b"" if private_key is None else read_material(private_key, "private_key")
            # Checking an RSA key costs 40 ms; who makes a merchant per request shall not pay it each time.
            known = hashlib.sha256(repr((first, second, password)).encode()).digest()
            kept = _loaded.get(known)
            if kept is not None:
                return kept
            if _PEM in first:
                chain, key = _from_pem(first + b"\n" + second, password)
            else:
                chain, key = _from_pkcs12(first, password)
            loaded = cls(_leaf_first(chain, key), key)
            if len(_loaded) >= _LOADED_KEPT:
                _loaded.clear()
            _loaded[known] = loaded
            return loaded
        except (ValueError, TypeError, AttributeError, MemoryError, ImportError) as error:
            raise ConfigurationError(
                f"the certificate or its key cannot be read ({type(error).__name__})",
                remedy="give apiclient_cert.pem with apiclient_key.pem, or apiclient_cert.p12 (password: the mch_id)",
            ) from None
        except Exception as error:
            if type(error).__module__.startswith("cryptography"):
                raise ConfigurationError(f"the key is of a kind that cannot be used ({type(error).__name__})") from None
            raise

    def check(self, mch_id: str, now: datetime | None = None, *, early: bool = False) -> None:
        """Raise ConfigurationError when the certificate names another merchant, has expired or is not valid yet.

        mch_id: the merchant (or institution) that calls. now: an aware datetime; the machine's time when None.
        early: it may begin later.
        """
        moment = now or datetime.now(timezone.utc)
        if self.mch_id and self.mch_id != mch_id:
            raise ConfigurationError(
                f"the certificate is of merchant {self.mch_id}, the calls are made as {quoted(mch_id)}",
                remedy="in institution mode both the mch_id and the certificate are the institution's",
            )
        if moment >= self.not_after:
            raise ConfigurationError(f"the certificate expired on {self.not_after:%Y-%m-%d}", remedy=f"renew: {_WHERE}")
        if moment < self.not_before and not early:
            raise ConfigurationError(f"the certificate is not valid before {self.not_before:%Y-%m-%d %H:%M} UTC")

    def days_left(self, now: datetime | None = None) -> int:
        """Return the whole days until expiry, negative afterwards."""
        left: timedelta = self.not_after - (now or datetime.now(timezone.utc))
        return left.days

    def expiry_warning(self, now: datetime | None = None) -> str:
        """Return a sentence once 30 days or less are left, else ""."""
        left = self.days_left(now)
        if left > EXPIRY_WARNINGS[0]:
            return ""
        when = f"expires on {self.not_after:%Y-%m-%d}, in {left} days"
        if left < 0:
            when = f"expired on {self.not_after:%Y-%m-%d}"
        return f"the certificate {self.serial} {when}: {_WHERE}"

    def pem(self) -> bytes:
        """Return the certificate, without its key, as PEM: leaf first."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in self._chain)

    @without_frames
    def load_into(self, context: Any) -> None:
        """Load certificate and key into *context*, an ssl.SSLContext. Raises ConfigurationError when TLS refuses them.

        ssl reads files only: the pair goes through an anonymous file in memory (or, where the system has none, a file
        in a private directory that is unlinked at once), the key encrypted under a password made for this one use.
        """
        from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

        password = os.urandom(24).hex()
        sealed = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
        try:
            _with_file(sealed + self.pem(), lambda path: context.load_cert_chain(path, password=password))
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            reason = getattr(error, "reason", None) or type(error).__name__
            raise ConfigurationError(f"TLS does not take the certificate {self.serial}: {reason}") from None


class Certificates:
    """The merchant's certificate and, during the change-over, the next one: both are valid for 14 days.

    The next one is shown from its first valid moment on. Where the gateway does not take it, the other is shown for
    10 minutes, then it is tried again; the call that met the refusal is not repeated unless nothing of it was sent.
    Each warning of expiry is logged once per process. now: seconds since 1970. Safe for threads.
    """

    RETRY_SECONDS = 600.0
    SETTLING_SECONDS = 60.0  # after a refusal, further ones are of calls that showed the same certificate

    def __init__(
        self, current: Certificate | None = None, following: Certificate | None = None,
        *, now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._now = now
        self._lock = threading.RLock()
        self._refused: dict[str, float] = {}  # fingerprint -> until when another one is preferred
        self._shown: Certificate | None = None
        self._judged_at = float("-inf")
        self._until = 0.0  # nothing changes before
        self.current, self.following = current, following

    def use(self, certificate: Certificate | None, following: Certificate | None = None) -> None:
        """Take other certificates, from the next call on."""
        with self._lock:
            self.current, self.following = certificate, following
            self._refused.clear()
            self._choose("given")

    def choose(self) -> Certificate | None:
        """Return the certificate to show now, None without any."""
        if self._now() >= self._until:
            with self._lock:
                self._choose("its time has come")
        return self._shown

    def judge(self, error: WXPayError) -> None:
        """Take note that a call which showed the certificate failed with *error*: it may be the certificate's fault."""
        if self.current is None or self.following is None or not _is_about_certificate(error):
            return
        with self._lock:
            now, shown = self._now(), self._shown
            if shown is None or now - self._judged_at < self.SETTLING_SECONDS:
                return
            self._judged_at = now
            telemetry.emit("certificate.refused", {"serial": shown.serial, "reason": error.message})
            self._refused[shown.fingerprint] = now + self.RETRY_SECONDS
            self._choose("the gateway refused the other")

    def _choose(self, reason: str) -> None:
        now, before = self._now(), self._shown
        both = [one for one in (self.following, self.current) if one is not None]
        valid = [one for one in both if one.not_before.timestamp() <= now < one.not_after.timestamp()]
        taken = [one for one in valid if self._refused.get(one.fingerprint, 0.0) <= now]
        # Where none is valid, the current one: the gateway, not this machine's clock, has the last word.
        self._shown = shown = next(iter(taken or valid or both[-1:]), None)
        moments = [*(moment for one in both for moment in _moments(one)), *self._refused.values()]
        self._until = min((moment for moment in moments if moment > now), default=float("inf"))
        if shown is not None and before is not None and shown is not before:
            told = {"serial": shown.serial, "previous": before.serial, "reason": reason}
            telemetry.emit("certificate.changed", told)
        if both:
            _warn(max(both, key=lambda one: one.not_after), now)


_warned: set[tuple[str, int]] = set()  # fingerprint and days: each once per process


def _moments(certificate: Certificate) -> Iterator[float]:
    """When something about *certificate* changes, in seconds since 1970: valid, to be warned of, expired."""
    yield certificate.not_before.timestamp()
    for days in (*EXPIRY_WARNINGS, 0):
        yield certificate.not_after.timestamp() - days * 86400


def _warn(certificate: Certificate, now: float) -> None:
    left = certificate.not_after.timestamp() - now
    due = [days for days in (*EXPIRY_WARNINGS, 0) if left <= days * 86400]
    if not due or (certificate.fingerprint, due[-1]) in _warned:
        return
    _warned.update((certificate.fingerprint, days) for days in due)
    told = {"serial": certificate.serial, "not_after": f"{certificate.not_after:%Y-%m-%d}", "days": int(left // 86400)}
    telemetry.emit("certificate.expires", {**told, "remedy": f"renew: {_WHERE}"})


def _is_about_certificate(error: WXPayError) -> bool:
    """Return whether the gateway refused a call for its certificate: in TLS, as a web server's page, or by a code."""
    todo: list[object] = [error.__cause__]
    for _ in range(20):  # requests and urllib3 nest the real reason in args, reason and cause
        item = todo.pop(0) if todo else None
        if isinstance(item, BaseException):
            alert = str(getattr(item, "reason", ""))
            if "ALERT" in alert and any(word in alert for word in _ALERTS):
                return True
            todo += [getattr(item, "reason", None), item.__cause__, *item.args]
    if isinstance(error, NotSent) or not isinstance(error, (Refused, OutcomeUnknown)):
        return False
    if error.err_code == "CERT_ERROR":
        return True
    response = error.response
    if response is not None and response.status in (400, 403, 495, 496):
        return b"SSL certificate" in response.body[:4096]
    return any(word in error.message for word in ("证书", "certificate"))


_ALERTS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE")


def _with_file(data: bytes, use: Any) -> None:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("wxpay_v2", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, data)
            use(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="wxpay_v2-") as directory:  # mode 0700
        path = os.path.join(directory, "pair.pem")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
        try:
            use(path)
        finally:
            os.unlink(path)


def read_material(material: Material, name: str) -> bytes:
    """Return the bytes of *material*: PEM as it is, or what the file at that path holds, at most 1 MiB.

    name: of the setting, for errors. Raises ConfigurationError, also for a file with a key that others can read.
    """
    if isinstance(material, (bytes, bytearray)):
        return bytes(material)
    if isinstance(material, str) and "-----BEGIN " in material:
        return material.encode("ascii", "replace")
    if not isinstance(material, (str, os.PathLike)) or not os.fspath(material):
        raise ConfigurationError(f"{name} must be a path or bytes, got {type(material).__name__}")
    if isinstance(material, str) and material.lstrip().startswith("MI") and len(material) > _LONGEST_NAME:
        raise ConfigurationError(
            f"{name} is base64 without its -----BEGIN line", remedy="give the PEM text whole, or the path of its file"
        )
    try:
        # O_NONBLOCK: opening a FIFO would wait for its writer.
        descriptor = os.open(material, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_FILE:
                raise ConfigurationError(f"{name} is not a regular file of at most 1 MiB: {quoted(str(material))}")
            with os.fdopen(os.dup(descriptor), "rb") as file:
                data = file.read(_LARGEST_FILE + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise ConfigurationError(f"{name} {quoted(str(material))} cannot be read: {reason}") from None
    holds_key = b"PRIVATE KEY" in data or _PEM not in data
    if holds_key and os.name == "posix":
        _refuse_exposed(status, name, str(material))
    return data


def _refuse_exposed(status: os.stat_result, name: str, path: str) -> None:
    if status.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(f"{name} {quoted(path)} holds a key and belongs to another user")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise ConfigurationError(
            f"{name} {quoted(path)} holds a key and others can read it (mode {stat.S_IMODE(status.st_mode):04o})",
            remedy="chmod 600",
        )


def _from_pem(data: bytes, password: str | None) -> tuple[list[Any], Any]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise ConfigurationError("there is no certificate in the PEM", remedy="give apiclient_cert.pem as well")
    start = data.find(b"PRIVATE KEY-----")
    if start < 0:
        raise ConfigurationError("there is no private key", remedy="give apiclient_key.pem as private_key")
    start = data.rindex(_PEM, 0, start)
    end = data.find(b"PRIVATE KEY-----", data.find(b"-----END", start))
    key_pem = data[start : end + len(b"PRIVATE KEY-----")] + b"\n"
    encrypted = b"ENCRYPTED" in key_pem
    if encrypted and password is None:
        raise ConfigurationError("the private key is encrypted", remedy="give its password")
    key = load_pem_private_key(key_pem, password.encode() if encrypted and password else None)
    return x509.load_pem_x509_certificates(data), key


def _from_pkcs12(data: bytes, password: str | None) -> tuple[list[Any], Any]:
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, leaf, others = pkcs12.load_key_and_certificates(data, password.encode() if password else None)
    except ValueError:
        raise ConfigurationError(
            "neither PEM nor a PKCS#12 file that opens with this password",
            remedy="the password of apiclient_cert.p12 is the mch_id it was made for",
        ) from None
    if key is None or leaf is None:
        raise ConfigurationError("the PKCS#12 file lacks the certificate or its key")
    return [leaf, *others], key


def _leaf_first(chain: list[Any], key: Any) -> list[Any]:
    public = key.public_key()
    for position, certificate in enumerate(chain):
        if certificate.public_key() == public:
            return [certificate, *chain[:position], *chain[position + 1 :]]
    raise ConfigurationError(
        "the private key does not belong to the certificate",
        remedy="take apiclient_cert.pem and apiclient_key.pem from the same download",
    )
