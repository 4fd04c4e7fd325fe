"""The keys of WeChat Pay: certificates that are downloaded and change, and public keys that are handed over once.

A new certificate is listed a day before it signs; both are known meanwhile. Nothing received changes a key: only a
verified list adds some, and only its end removes one.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay5_1.shtml
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping

from wxpay_v2 import primitives
from wxpay_v2.certificate import read_material
from wxpay_v2.errors import ConfigurationError, Malformed, SignatureInvalid, quoted
from wxpay_v2.v3 import cipher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from wxpay_v2.certificate import Material
    from wxpay_v2.primitives import PublicKey
    from wxpay_v2.secret import Secret

    Pinned = Material | Iterable[Material] | Mapping[str, Material]

__all__ = ["PlatformKey", "PlatformKeys", "UnknownSerial", "opened", "pinned"]

_PUBLIC_KEY_ID = re.compile(r"PUB_KEY_ID_[0-9]{1,50}", re.ASCII)
_MOST_LISTED = 100


class UnknownSerial(SignatureInvalid):
    """Signed by a platform key that is not known: it is refused. `serial` is what it named."""

    serial = ""


def _spelled(serial: str) -> str:
    """Return *serial* as we spell it: numbers may come in lower case and without the zeros in front."""
    return serial.upper().zfill(40)


class PlatformKey:
    """One key. serial: hex of the certificate, upper case, or ``PUB_KEY_ID_...``; begin, end: valid, Unix seconds."""

    __slots__ = ("begin", "end", "public", "serial")

    def __init__(self, serial: str, public: PublicKey, begin: float = 0.0, end: float = float("inf")) -> None:
        self.serial = serial
        self.public = public
        self.begin = begin
        self.end = end

    @classmethod
    def of_certificate(cls, pem: bytes) -> PlatformKey:
        """Return the key of a certificate. Raises ConfigurationError."""
        return cls(*primitives.read_certificate(pem))

    @property
    def is_certificate(self) -> bool:
        """False for a WeChat Pay public key."""
        return not self.serial.startswith("PUB_KEY_ID_")

    def holds(self, now: float) -> bool:
        """Return whether the key is valid at *now*."""
        return self.begin <= now < self.end

    def __repr__(self) -> str:
        return f"<PlatformKey {self.serial}>"


class PlatformKeys:
    """The keys that answers and callbacks may be signed with. Safe for threads.

    keys: those known from the start. Every *now* is Unix seconds.
    """

    POLL_SECONDS = 12 * 3600.0
    REFRESH_SECONDS = 600.0

    def __init__(self, keys: Iterable[PlatformKey] = ()) -> None:
        self._lock = threading.Lock()
        self._keys = {key.serial: key for key in keys}  # replaced as a whole, never changed: readers take no lock
        self._installed_at: float | None = None
        self._asked_at = float("-inf")
        self.fetching = threading.Lock()
        """Held by the call that fetches the list; whoever else needs it waits for that one (threats: 4.7)."""

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<PlatformKeys {', '.join(self._keys) or 'none yet'}>"

    @property
    def serials(self) -> tuple[str, ...]:
        """The serial numbers known, expired ones included until the next list."""
        return tuple(self._keys)

    def find(self, serial: str, now: float) -> PublicKey:
        """Return the public key that *serial* names. Raises UnknownSerial; SignatureInvalid when it has expired."""
        key = self._keys.get(serial) or self._keys.get(_spelled(serial))
        if key is None:
            unknown = UnknownSerial(
                f"signed by a platform key that is not known: {quoted(serial)}",
                remedy="fetch the platform certificates, or hand over the WeChat Pay public key of that id",
            )
            unknown.serial = serial
            raise unknown
        if not key.begin <= now < key.end:
            state = "has expired" if now >= key.end else "is not valid yet"
            raise SignatureInvalid(f"signed by the platform certificate {key.serial}, which {state}")
        return key.public

    def newest(self, now: float) -> PlatformKey:
        """Return the key to encrypt with: a public key if there is one, else the certificate that began last.

        It is listed a day before it signs, and taken from then on. Raises ConfigurationError when none is valid.
        """
        valid = [key for key in self._keys.values() if key.holds(now)]
        if not valid:
            raise ConfigurationError(
                "there is no valid platform key to encrypt with",
                remedy="let the platform certificates be downloaded, or hand over platform_keys",
            )
        return max(valid, key=lambda key: (not key.is_certificate, key.begin))

    def install(self, keys: Iterable[PlatformKey], now: float) -> None:
        """Add *keys*, of a verified list; drop those that have expired. No valid key is ever dropped."""
        with self._lock:
            together = {**self._keys, **{key.serial: key for key in keys}}
            self._keys = {serial: key for serial, key in together.items() if now < key.end}
            self._installed_at = now

    def joined(self, keys: Iterable[PlatformKey]) -> PlatformKeys:
        """Return these and *keys* as keys of their own: a list of certificates may be signed by one of itself."""
        return PlatformKeys([*self._keys.values(), *keys])

    def due(self, now: float) -> bool:
        """Return whether the list of certificates is to be fetched before the next call.

        It is when no key is valid; and, where certificates were downloaded, after 12 hours, once per 10 minutes.
        """
        if not any(key.holds(now) for key in self._keys.values()):
            return True
        at = self._installed_at
        return at is not None and now - at >= self.POLL_SECONDS and self.wanted(now)

    def wanted(self, now: float) -> bool:
        """Return whether to fetch the list because of an unknown serial number. True once per 10 minutes: to one."""
        with self._lock:
            if 0 <= now - self._asked_at < self.REFRESH_SECONDS:
                return False
            self._asked_at = now
            return True


def opened(document: Mapping[str, object], api_v3_key: Secret) -> list[PlatformKey]:
    """Return the keys in *document*, the body of a list of certificates: decrypted, and each what its entry says.

    All or nothing. The list's own signature is then to be checked with ``keys.joined(...)``, before
    `PlatformKeys.install`.
    Raises Malformed, and SignatureInvalid when an entry does not open with the API v3 key.
    """
    entries = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not 0 < len(entries) <= _MOST_LISTED:
        raise Malformed("not a list of platform certificates")
    return [_opened(entry, api_v3_key) for entry in entries]


def _opened(entry: object, api_v3_key: Secret) -> PlatformKey:
    sealed = entry.get("encrypt_certificate") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(sealed, Mapping):
        raise Malformed("an entry of the list has no encrypt_certificate")
    try:
        key = PlatformKey.of_certificate(cipher.open_resource(sealed, api_v3_key))
    except ConfigurationError:
        raise Malformed("an entry of the list holds no RSA certificate") from None
    serial = entry.get("serial_no")
    if not isinstance(serial, str) or _spelled(serial) != key.serial:
        raise Malformed("an entry of the list holds another certificate than it names")
    return key


def pinned(given: Pinned | None) -> list[PlatformKey]:
    """Return the keys handed over in the configuration.

    given: a platform certificate or several (paths or PEM), or ``{"PUB_KEY_ID_...": path or PEM}``; None for none.
    A mapping may hold certificates as well, under their serial numbers. Raises ConfigurationError.
    """
    if given is None:
        return []
    if isinstance(given, Mapping):
        return [_named(name, material) for name, material in given.items()]
    try:
        materials = [given] if isinstance(given, (str, bytes, os.PathLike)) else list(given)
    except TypeError:
        raise ConfigurationError(f"platform_keys must be paths, PEM or a mapping, got {type(given).__name__}") from None
    return [_unnamed(read_material(material, "platform_keys")) for material in materials]


def _unnamed(pem: bytes) -> PlatformKey:
    if b"PUBLIC KEY" in pem:
        raise ConfigurationError(
            "a WeChat Pay public key was given without its id",
            remedy='give it as platform_keys={"PUB_KEY_ID_...": pub_key}; the id stands beside it on the platform',
        )
    return PlatformKey.of_certificate(_no_private_key(pem))


def _named(name: object, material: Material) -> PlatformKey:
    pem = _no_private_key(read_material(material, f"platform_keys[{quoted(name)}]"))
    if b"CERTIFICATE" in pem:
        key = PlatformKey.of_certificate(pem)
        if isinstance(name, str) and _PUBLIC_KEY_ID.fullmatch(name):
            return PlatformKey(name, key.public)
        if not isinstance(name, str) or _spelled(name) != key.serial:
            raise ConfigurationError(f"the certificate under {quoted(name)} has the serial number {key.serial}")
        return key
    if not isinstance(name, str) or not _PUBLIC_KEY_ID.fullmatch(name):
        raise ConfigurationError(
            f"not the id of a WeChat Pay public key: {quoted(name)}", remedy="it is PUB_KEY_ID_ and digits"
        )
    return PlatformKey(name, primitives.load_public_key(pem))


def _no_private_key(pem: bytes) -> bytes:
    if b"PRIVATE KEY" in pem:
        raise ConfigurationError(
            "a private key stands among the platform_keys",
            remedy="the platform never hands its own out; give its certificate or public key",
        )
    return pem
