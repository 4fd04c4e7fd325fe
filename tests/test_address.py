"""Hosts and URLs as people write them. Most spellings are held in tests/access/test_notify_url.py."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2 import address


def test_the_parts_of_a_url_stay_as_written() -> None:
    url = address.split("HTTPS://Me:x@Shop.example:8443/A/b?q=1?2#f#g")
    assert url is not None
    assert (url.scheme, url.user_info, url.host, url.port) == ("https", "Me:x", "Shop.example", "8443")
    assert (url.path, url.query, url.fragment) == ("/A/b", "?q=1?2", "#f#g")
    bare = address.split("http://x")
    assert bare is not None
    assert (bare.user_info, bare.port, bare.path, bare.query, bare.fragment) == (None, None, "", None, None)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("http://[::1]:80/", "[::1]", "80"),
        ("http://[::1]/", "[::1]", None),
        ("http://::1/", "::1", None),
        ("http://a:b@c:1/", "c", "1"),
        ("http://a@b@c/", "c", None),
    ],
)
def test_a_host_and_its_port_are_told_apart(text: str, host: str, port: str | None) -> None:
    url = address.split(text)
    assert url is not None
    assert (url.host, url.port) == (host, port)


@pytest.mark.parametrize("text", ["", "x", "//x/", "http:", "http:/x", "1http://x", "://x"])
def test_what_is_no_absolute_url_has_no_parts(text: str) -> None:
    assert address.split(text) is None


@given(st.ip_addresses())
def test_no_address_that_the_standard_library_calls_local_is_public(
    found: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    kind = address.kind_of(f"[{found}]" if found.version == 6 else str(found))
    assert kind == address.ip_kind(str(found)) != address.MALFORMED
    if found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified:
        assert kind != address.PUBLIC
    if found.version == 4 and (found.is_private or found.is_reserved):
        assert kind != address.PUBLIC


@given(st.ip_addresses(v=4), st.sampled_from(["{0}", "0x{0:x}", "0{0:o}", "{1}.{2}", "0x{1:x}.{2}"]))
def test_an_ipv4_address_is_the_same_in_every_spelling(found: ipaddress.IPv4Address, form: str) -> None:
    value = int(found)
    spelled = form.format(value, value >> 24, value & 0xFFFFFF)
    assert address.kind_of(spelled) == address.kind_of(str(found))
    assert address.kind_of(f"[::ffff:{found}]") == address.kind_of(str(found))
    assert address.is_ip(spelled)


@given(st.text(max_size=40))
def test_s2_any_text_is_of_some_kind(host: str) -> None:
    assert isinstance(address.kind_of(host), str)
    assert isinstance(address.ip_kind(host), str)
    assert isinstance(address.is_ip(host), bool)


@pytest.mark.parametrize(
    ("network", "kind"),
    [
        ("10.0.0.0/8", address.PRIVATE), ("100.64.0.0/10", address.PRIVATE), ("127.0.0.0/8", address.LOOPBACK),
        ("169.254.0.0/16", address.LINK_LOCAL), ("172.16.0.0/12", address.PRIVATE), ("192.0.0.0/24", address.RESERVED),
        ("192.0.2.0/24", address.RESERVED), ("192.168.0.0/16", address.PRIVATE), ("198.18.0.0/15", address.RESERVED),
        ("198.51.100.0/24", address.RESERVED), ("203.0.113.0/24", address.RESERVED), ("fc00::/7", address.PRIVATE),
        ("fe80::/10", address.LINK_LOCAL), ("2001:db8::/32", address.RESERVED), ("3fff::/20", address.RESERVED),
    ],
)  # fmt: skip
def test_a_network_ends_where_its_registry_says(network: str, kind: str) -> None:
    found = ipaddress.ip_network(network)
    assert (address.ip_kind(str(found[0])), address.ip_kind(str(found[-1]))) == (kind, kind)
    assert kind not in (address.ip_kind(str(found[0] - 1)), address.ip_kind(str(found[-1] + 1)))


def test_loopback_is_this_machine_and_nothing_else() -> None:
    assert all(map(address.is_loopback, ("localhost", "127.0.0.1", "::1", "[::1]")))
    assert not any(map(address.is_loopback, ("0.0.0.0", "10.0.0.1", "shop.example", "")))  # noqa: S104


def test_a_name_is_no_ip_address_whatever_its_letters() -> None:
    assert not any(map(address.is_ip, ("shop.de", "x.ac", "c.fx", "1.shop", "xn--0.example")))


def test_a_name_in_ascii_is_punycode_and_what_readers_take_differently_is_none() -> None:
    assert address.in_ascii("shop.example") == "shop.example"
    assert address.in_ascii("Bücher.example") == "xn--bcher-kva.example"
    for odd in ("faß.example", "ｓｈｏｐ.example", "shop。example", "..é", "é" * 99, "\ud800.example"):
        assert address.in_ascii(odd) == ""
