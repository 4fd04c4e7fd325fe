"""What API v3 needs beside the merchant: its certificate's serial number and key, the API v3 key, platform keys."""

from __future__ import annotations

import os
import re

from wxpay_v2 import configuration, primitives
from wxpay_v2.certificate import read_material
from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v3.platform_keys import PlatformKeys, pinned
from wxpay_v2.v3.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn

    from wxpay_v2.certificate import Material
    from wxpay_v2.primitives import PrivateKey
    from wxpay_v2.v3.platform_keys import Pinned

__all__ = ["V3Account", "settings_from"]

_KEY_LENGTH = 32
_KEY = re.compile(rf"[0-9A-Za-z]{{{_KEY_LENGTH}}}", re.ASCII)
_SERIAL = re.compile(r"[0-9A-Fa-f]{40}", re.ASCII)
_CATEGORY = re.compile(r"[0-9]{4}", re.ASCII)
_OPERATION = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_TEXTS = ("merchant_category_code", "store_id", "store_name", "store_address", "goods_id", "goods_price")
_SETTINGS = ("serial_no", "private_key", "api_v3_key", "platform_keys", *_TEXTS, "codepay", "over_v2", "strict")


class V3Account:
    """The keys of one merchant for API v3, and what its v2 orders do not say. Checked when made; does not pickle.

    serial_no: of the merchant's certificate (apiclient_cert.pem), 40 hex digits. private_key: apiclient_key.pem, as a
    path or PEM; others must not be able to read the file. api_v3_key: the 32 letters and digits set on the platform
    under API security, a str or a Secret. platform_keys: None when the platform certificates are downloaded;
    platform certificates (paths or PEM); or ``{"PUB_KEY_ID_...": path or PEM}`` for a WeChat Pay public key.

    For calls of v2 that travel over v3: merchant_category_code (four digits), store_id, store_name, store_address,
    goods_id, goods_price: what v3 asks for and a v2 call does not hold. codepay: quick pay goes to the mainland's code
    payment. over_v2: names of v2 operations that stay with v2. strict: refuse a call of which v3 takes less.

    keys: its `PlatformKeys`. Raises ConfigurationError.
    """

    @without_frames
    def __init__(
        self,
        serial_no: str,
        private_key: Material,
        api_v3_key: str | Secret,
        platform_keys: Pinned | None = None,
        *,
        merchant_category_code: str = "",
        store_id: str = "",
        store_name: str = "",
        store_address: str = "",
        goods_id: str = "",
        goods_price: str = "",
        codepay: bool | str = False,
        over_v2: Iterable[str] = (),
        strict: bool | str = False,
    ) -> None:
        self.serial_no = _serial(serial_no)
        self.private_key: PrivateKey = primitives.load_private_key(read_material(private_key, "private_key"))
        if not isinstance(api_v3_key, (str, Secret)):
            raise ConfigurationError(f"api_v3_key must be a str or a Secret, got {type(api_v3_key).__name__}")
        self.api_v3_key = api_v3_key if isinstance(api_v3_key, Secret) else Secret(api_v3_key)
        _check_key(self.api_v3_key)
        self.keys = PlatformKeys(pinned(platform_keys))
        self.merchant_category_code = _text("merchant_category_code", merchant_category_code)
        if self.merchant_category_code and not _CATEGORY.fullmatch(self.merchant_category_code):
            raise ConfigurationError(f"merchant_category_code has four digits, got {quoted(merchant_category_code)}")
        self.store_id = _text("store_id", store_id)
        self.store_name = _text("store_name", store_name)
        self.store_address = _text("store_address", store_address)
        self.goods_id = _text("goods_id", goods_id)
        self.goods_price = _text("goods_price", goods_price)
        self.codepay = _switch("codepay", codepay)
        self.over_v2 = _operations(over_v2)
        self.strict = _switch("strict", strict)

    def signer(self, mch_id: str) -> Signer:
        """Return the signer of calls made as *mch_id*: the merchant, institution or service provider of the key."""
        return Signer(mch_id, self.serial_no, self.private_key)

    @classmethod
    @without_frames
    def from_config(cls, path: str | os.PathLike[str] | None = None, **arguments: Any) -> V3Account:
        """Return the account of a TOML file's ``[v3]`` table, ``WXPAY_V2_V3_*`` variables and *arguments*.

        Arguments win over the file, the file over the environment (WXPAY_V2_V3_SERIAL_NO, WXPAY_V2_V3_PRIVATE_KEY,
        WXPAY_V2_V3_API_V3_KEY, ...). Paths in the file are relative to it. platform_keys is there a path, a list of
        paths or a table ``PUB_KEY_ID_... = path``; in the environment paths, or ``PUB_KEY_ID_...=path``, with commas
        between them. Raises ConfigurationError.
        """
        settings: dict[str, Any] = {
            name: value for name in _SETTINGS if (value := os.environ.get(f"WXPAY_V2_V3_{name.upper()}"))
        }
        if "platform_keys" in settings:
            settings["platform_keys"] = _listed(settings["platform_keys"])
        if path is not None:
            settings.update(settings_from(path))
        settings.update(arguments)
        missing = [name for name in ("serial_no", "private_key", "api_v3_key") if not settings.get(name)]
        if missing:
            raise ConfigurationError(
                f"not configured: {', '.join(missing)}", remedy="set them in the file or as WXPAY_V2_V3_* variables"
            )
        unknown = sorted(set(settings) - set(_SETTINGS))
        if unknown:
            raise ConfigurationError(f"unknown settings: {', '.join(unknown)}")
        return cls(**settings)

    def __repr__(self) -> str:
        return f"V3Account(serial_no={self.serial_no!r}, platform_keys={len(self.keys)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a V3Account holds keys and does not leave its process")

    def __copy__(self) -> NoReturn:
        raise TypeError("a V3Account is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a V3Account is not copied")


def _serial(given: object) -> str:
    if not isinstance(given, str) or not _SERIAL.fullmatch(given):
        # Not quoted: whoever swaps two arguments would find the key in the log.
        shape = f"{len(given)} characters" if isinstance(given, str) else f"a {type(given).__name__}"
        raise ConfigurationError(
            f"serial_no must have 40 hex digits, got {shape}",
            remedy="openssl x509 -in apiclient_cert.pem -noout -serial shows it",
        )
    return given.upper()


def _check_key(key: Secret) -> None:
    length = _shape(key)  # found elsewhere: the traceback's locals must not hold the key
    if length is not None:
        raise ConfigurationError(
            f"api_v3_key must have {_KEY_LENGTH} letters and digits, got {length}",
            remedy="copy it whole from where you set it: merchant platform, API security; it is not the API v2 key",
        )


def _shape(key: Secret) -> str | None:
    text = key.reveal()
    if isinstance(text, str) and _KEY.fullmatch(text):
        return None
    if not isinstance(text, str) or len(text) != _KEY_LENGTH:
        return f"{len(text)} characters" if isinstance(text, str) else f"a {type(text).__name__}"
    return "others among them"


def _text(name: str, given: object) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise ConfigurationError(f"{name} must be a str, got {type(given).__name__}")
    return given


def _switch(name: str, given: object) -> bool:
    if given not in (True, False, "true", "false"):
        raise ConfigurationError(f"{name} must be true or false, got {quoted(given)}")
    return given in (True, "true")


def _operations(given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [name.strip() for name in given.split(",") if name.strip()]
    try:
        names: tuple[object, ...] = tuple(given)  # type: ignore[arg-type]
    except TypeError:
        raise ConfigurationError(f"over_v2 must be names of operations, got {type(given).__name__}") from None
    for name in names:
        if not isinstance(name, str) or not _OPERATION.fullmatch(name):
            raise ConfigurationError(f"over_v2 holds what is no name of an operation: {quoted(name)}")
    return tuple(str(name) for name in names)


def _listed(text: str) -> Pinned:
    """Return what *text* lists, with commas between: paths, or ids of public keys with their paths."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    if any(entry.startswith("PUB_KEY_ID_") for entry in entries):
        return {name.strip(): path.strip() for name, _, path in (entry.partition("=") for entry in entries)}
    return list(entries)


def settings_from(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the ``[v3]`` table of the TOML file at *path*, paths made absolute. Raises ConfigurationError."""
    table = configuration.tables(path).get("v3", {})
    if not isinstance(table, dict):
        raise ConfigurationError("[v3] must be a table")
    paths = ("private_key", "platform_keys")
    return {name: _absolute(value, path) if name in paths else value for name, value in table.items()}


def _absolute(value: object, path: str | os.PathLike[str]) -> object:
    if isinstance(value, list):
        return [_absolute(item, path) for item in value]
    if isinstance(value, dict):
        return {name: _absolute(item, path) for name, item in value.items()}
    if isinstance(value, str) and "-----BEGIN " not in value:
        return configuration.absolute(path, value)
    return value
