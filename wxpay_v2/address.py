"""Internet addresses as people write them: the parts of a URL, and what kind of host one names.

No name is looked up and nothing is normalised for use: a spelling is only seen through, so that ``127.1``,
``0x7f000001``, ``[::ffff:127.0.0.1]`` and their full-width or percent-encoded forms are told for what they are.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ipaddress import IPv6Address

__all__ = [
    "LINK_LOCAL", "LOOPBACK", "MALFORMED", "MULTICAST", "PRIVATE", "PUBLIC", "RESERVED", "UNSPECIFIED", "Url",
    "in_ascii", "ip_kind", "is_ip", "is_loopback", "kind_of", "split", "usual_spelling",
]  # fmt: skip

PUBLIC, LOOPBACK, PRIVATE, LINK_LOCAL, MULTICAST, RESERVED, UNSPECIFIED, MALFORMED = (
    "public", "loopback", "private", "link-local", "multicast", "reserved", "unspecified", "malformed",
)  # fmt: skip

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_PORT = re.compile(r":([^:\]]*)\Z")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}", re.ASCII)
_LABEL = re.compile(r"(?!-)[a-z0-9_\-]{1,63}(?<!-)", re.ASCII)

# Names that never leave a machine or a private network (RFC 6761, RFC 6762, RFC 8375, and the customary ones).
_LOOPBACK_NAMES = ("localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback")
_PRIVATE_DOMAINS = frozenset(("local", "localdomain", "internal", "intranet", "lan", "corp", "home", "private"))

# First address, length of the prefix, kind. Sources: the IANA registries of special-purpose addresses.
_IPV4 = (
    (0x00000000, 8, UNSPECIFIED), (0x0A000000, 8, PRIVATE), (0x64400000, 10, PRIVATE), (0x7F000000, 8, LOOPBACK),
    (0xA9FE0000, 16, LINK_LOCAL), (0xAC100000, 12, PRIVATE), (0xC0000000, 24, RESERVED), (0xC0000200, 24, RESERVED),
    (0xC0586300, 24, RESERVED), (0xC0A80000, 16, PRIVATE), (0xC6120000, 15, RESERVED), (0xC6336400, 24, RESERVED),
    (0xCB007100, 24, RESERVED), (0xE0000000, 4, MULTICAST), (0xF0000000, 4, RESERVED),
)  # fmt: skip


class Url:
    """The parts of a URL, as written. port: its digits, None where there is no colon; query, fragment likewise."""

    __slots__ = ("fragment", "host", "path", "port", "query", "scheme", "user_info")

    def __init__(
        self, scheme: str, user_info: str | None, host: str, port: str | None, path: str, query: str | None,
        fragment: str | None,
    ) -> None:  # fmt: skip
        self.scheme = scheme
        self.user_info = user_info
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.fragment = fragment


def split(text: str) -> Url | None:
    """Return the parts of *text*, None when it is no absolute URL (``scheme://``). IPv6 hosts keep their brackets."""
    found = _URL.fullmatch(text)
    if found is None:
        return None
    scheme, authority, path, query, fragment = found.groups()
    before, at, host = authority.rpartition("@")
    port = None
    if host.startswith("[") or host.count(":") < 2:  # more colons without brackets: an IPv6 address
        match = _PORT.search(host)
        if match:
            host, port = host[: match.start()], match[1]
    return Url(scheme.lower(), before if at else None, host, port, path, query, fragment)


def in_ascii(host: str) -> str:
    """Return *host* as it is asked for on the network, an internationalised name in Punycode.

    "" for what is none, and for a spelling that readers take differently (full-width letters, a sharp s).
    """
    if host.isascii():
        return host
    try:
        found = host.encode("idna")
        return found.decode("ascii") if found.decode("idna") == host.lower() else ""
    except UnicodeError:
        return ""


def kind_of(host: str) -> str:
    """Return the kind of *host*, a name or an address in any spelling, with or without brackets.

    "malformed" is what is neither; "public" is every name that is not known to stay inside a network.
    """
    text = _seen_through(host)
    if text.startswith("[") and text.endswith("]"):
        return _ipv6_kind(text[1:-1])
    if ":" in text:
        return _ipv6_kind(text)
    labels = text.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        value = _ipv4(labels)
        return MALFORMED if value is None else _ipv4_kind(value)
    if not text or len(text) > 253 or not all(map(_LABEL.fullmatch, labels)):
        return MALFORMED
    if text in _LOOPBACK_NAMES or labels[-1] == "localhost":
        return LOOPBACK
    if len(labels) == 1 or labels[-1] in _PRIVATE_DOMAINS or labels[-2:] == ["home", "arpa"]:
        return PRIVATE
    return PUBLIC


def is_loopback(host: str) -> bool:
    """Return whether *host* names this machine and nothing else."""
    return kind_of(host) == LOOPBACK


def is_ip(host: str) -> bool:
    """Return whether *host* is an IP address, well-formed or not, in any spelling, and no name."""
    text = _seen_through(host)
    return ":" in text or _NUMBER.fullmatch(text.rpartition(".")[2]) is not None


def ip_kind(text: str) -> str:
    """Return the kind of *text* as an IP address in its usual spelling, without brackets; "malformed" otherwise."""
    if _DECIMAL.fullmatch(text):
        value = _ipv4(text.split("."))
        return MALFORMED if value is None else _ipv4_kind(value)
    return _ipv6_kind(text) if ":" in text and text.isascii() else MALFORMED


def usual_spelling(host: str) -> bool:
    """Return whether *host* is plain ASCII, and its numbers, if it is an address, are the usual decimal ones."""
    if not host.isascii() or "%" in host:
        return False
    last = host.rstrip(".").rpartition(".")[2].lower()
    return not _NUMBER.fullmatch(last) or _DECIMAL.fullmatch(host) is not None


def _seen_through(host: str) -> str:
    """Return *host* as a lenient reader would take it: decoded, in compatibility form, lower-case, no final dot."""
    text = host
    if "%" in text:
        from urllib.parse import unquote

        text = unquote(text, errors="replace")
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return text.casefold().removesuffix(".")


def _ipv4(labels: list[str]) -> int | None:
    """Return the value of one to four numbers in decimal, octal or hexadecimal, as inet_aton reads them."""
    if len(labels) > 4:
        return None
    value = 0
    for index, label in enumerate(labels):
        if not _NUMBER.fullmatch(label) or len(label) > 16:
            return None
        try:
            number = int(label, 16 if label.startswith("0x") else 8 if label.startswith("0") else 10)
        except ValueError:
            if label != "0x":
                return None
            number = 0
        last = index == len(labels) - 1
        size = 8 * (4 - index) if last else 8
        if number >> size:
            return None
        value = (value << size) | number
    return value


def _ipv4_kind(value: int) -> str:
    for first, length, kind in _IPV4:
        if value >> (32 - length) == first >> (32 - length):
            return kind
    return PUBLIC


def _ipv6_kind(text: str) -> str:
    import ipaddress

    try:
        address = ipaddress.IPv6Address(text.partition("%")[0])
    except ValueError:
        return MALFORMED
    if "%" in text:  # a zone has a meaning on its own link only
        return LINK_LOCAL
    value = int(address)
    if value == 0:
        return UNSPECIFIED
    if value == 1:
        return LOOPBACK
    inner = _inner_ipv4(address, value)
    if inner is not None:
        return _ipv4_kind(inner)
    top = value >> 112
    if top >> 8 == 0xFF:
        return MULTICAST
    if top >> 6 == 0xFE80 >> 6:
        return LINK_LOCAL
    if top >> 9 == 0xFC00 >> 9 or top >> 6 == 0xFEC0 >> 6 or value >> 80 == 0x0064_FF9B_0001:
        return PRIVATE
    if top >> 13 != 1 or value >> 96 == 0x2001_0DB8 or value >> 108 == 0x3FFF0:
        return RESERVED
    return PUBLIC


def _inner_ipv4(address: IPv6Address, value: int) -> int | None:
    """Return the IPv4 address that *address* leads to, None where there is none."""
    if value >> 32 in (0, 0xFFFF, 0xFFFF_0000, 0x0064_FF9B << 64):  # compatible, mapped, translated, NAT64
        return value & 0xFFFF_FFFF
    if address.sixtofour is not None:
        return int(address.sixtofour)
    if address.teredo is not None:
        return int(address.teredo[1])
    if (value >> 32) & 0xFCFF_FFFF == 0x5EFE:  # ISATAP
        return value & 0xFFFF_FFFF
    return None
