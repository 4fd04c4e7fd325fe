"""MD5 and HMAC-SHA256 over the sorted fields, compared in constant time. The only signer and the only comparer of v2.

The text to sign is every non-empty field but ``sign``, sorted by name in byte order, joined as ``name=value`` with
``&``, and ``&key=<API key>`` at the end; values raw. The digest is upper-case hex: 32 characters MD5, 64 HMAC-SHA256.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/chapter2_2.shtml
"""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from operator import itemgetter

from wxpay_v2.errors import ConfigurationError, InvalidRequest, SignatureInvalid
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import check_api_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from wxpay_v2.secret import Secret

    Plan = tuple[list[str], Callable[[Mapping[str, str]], tuple[str, ...]], tuple[str, ...]]

__all__ = ["Signer", "plan", "second_sign", "text_to_sign"]

_LENGTHS = {MD5: 32, HMAC_SHA256: 64}

_md5 = hashlib.md5
try:
    _md5(b"")
except ValueError:  # a system that forbids MD5 for security; here it is the protocol's, and the keyword costs time
    _md5 = partial(hashlib.md5, usedforsecurity=False)


def text_to_sign(fields: Mapping[str, str], key: str = "") -> str:
    """Return the text whose digest is the signature; *key* in clear, or whatever shall stand in its place."""
    pieces, pick, _ = plan(tuple(fields))
    values = pick(fields)
    if "" in values:
        return "&".join([f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign"]) + (
            f"&key={key}"
        )
    pieces = pieces.copy()
    pieces[1::2] = values
    try:
        return "".join(pieces) + key
    except TypeError:
        raise InvalidRequest("a value must be a str") from None


# The text's template, how to take the values in its order, and that order, kept per set of names. Both limits count:
# names come from anybody.
_plans: dict[tuple[str, ...], Plan] = {}
_PLANS_KEPT = 512
_PLAN_LENGTH = 4096


def plan(names: tuple[str, ...]) -> Plan:
    """Return (the text to sign in pieces, without the key; a function that picks the values; the names in their order).

    In a copy of the pieces, ``pieces[1::2] = values`` fills the places: faster than formatting. It holds for fields of
    which none is empty. Raises InvalidRequest.
    """
    kept = _plans.get(names)
    if kept is not None:
        return kept
    if not all(isinstance(name, str) for name in names):
        raise InvalidRequest("a field name must be a str")
    signed = tuple(sorted(name for name in names if name != "sign"))
    if len(signed) > 1:
        pick: Callable[[Mapping[str, str]], tuple[str, ...]] = itemgetter(*signed)
    else:

        def pick(fields: Mapping[str, str]) -> tuple[str, ...]:
            return tuple(fields[name] for name in signed)

    pieces = [piece for name in signed for piece in (f"&{name}=", "")] + ["&key="]
    pieces[0] = pieces[0][1:] if signed else "&key="
    made = (pieces, pick, signed)
    if sum(map(len, pieces)) <= _PLAN_LENGTH:
        if len(_plans) >= _PLANS_KEPT:
            _plans.clear()
        _plans[names] = made
    return made


def second_sign(fields: Mapping[str, str], names: tuple[str, ...], secret: Secret) -> str:
    """Return WeCom's own signature, ``workwx_sign``: MD5 over the fields *names*, in this order, and its secret.

    Source: https://developer.work.weixin.qq.com/document/path/90278
    """
    text = "".join(f"{name}={fields[name]}&" for name in names if fields.get(name)) + "secret="
    return Signer(secret, MD5, wecom=True).digest(text)


class Signer:
    """Signs and checks fields with one key and one algorithm. Safe for threads; does not pickle.

    key: the API key (the sandbox's own key in the sandbox). sign_type: "MD5" or "HMAC-SHA256". wecom: the key is
    WeCom's payment secret, of another length.
    Raises ConfigurationError for a key that cannot be one, or another algorithm.
    """

    __slots__ = ("_key", "_mac", "sign_type")

    def __init__(self, key: Secret, sign_type: str = MD5, *, wecom: bool = False) -> None:
        if sign_type not in _LENGTHS:
            raise ConfigurationError(f"sign_type must be MD5 or HMAC-SHA256, got {sign_type!r:.64}")
        if not wecom:
            check_api_key(key)
        self._key = key
        self.sign_type = sign_type
        # A keyed state that is copied per message costs half of a new HMAC; the C object inside, half of that.
        mac = hmac.new(key.reveal().encode(), digestmod="sha256") if sign_type == HMAC_SHA256 else None
        self._mac: hmac.HMAC | None = getattr(mac, "_hmac", None) or mac

    def __repr__(self) -> str:
        return f"Signer('***', {self.sign_type!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Signer does not leave its process")

    def sign(self, fields: Mapping[str, str]) -> str:
        """Return the signature of *fields*; a ``sign`` among them and empty values are left out.

        Raises InvalidRequest for a name that is not a str, and for lone surrogates.
        """
        return self.digest(text_to_sign(fields))

    def digest(self, text: str) -> str:
        """Return the signature of *text*, the text to sign up to ``&key=``. Raises InvalidRequest as `sign` does."""
        # The key stands in no local and no chained error: both are printed by some crash reports.
        try:
            data = (text + self._key.reveal()).encode()
        except UnicodeEncodeError:
            data = b""
        if not data:
            raise InvalidRequest("a lone surrogate cannot be signed")
        if self._mac is None:
            return _md5(data).hexdigest().upper()
        mac = self._mac.copy()
        mac.update(data)
        return mac.hexdigest().upper()

    def check(self, fields: Mapping[str, str]) -> None:
        """Raise SignatureInvalid unless *fields* carry the right ``sign`` by this key and this algorithm.

        A missing or empty sign is a wrong one. A ``sign_type`` field that names another algorithm is refused.
        """
        named = fields.get("sign_type")
        if named and named != self.sign_type:
            raise SignatureInvalid(f"signed with another algorithm than the configured {self.sign_type}")
        try:
            given = fields.get("sign", "").encode()
        except UnicodeEncodeError:
            given = b"\0"
        if not given:
            raise SignatureInvalid("there is no signature")
        try:
            expected = self.digest(text_to_sign(fields))
        except InvalidRequest:
            expected = ""
        if not hmac.compare_digest(expected.encode(), given):
            length = _LENGTHS[self.sign_type]
            hint = "" if len(given) == length else f": {len(given)} characters, {self.sign_type} has {length}"
            raise SignatureInvalid(f"the signature is wrong{hint}")
