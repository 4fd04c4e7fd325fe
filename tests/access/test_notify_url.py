"""notify_url: every spelling of an address the gateway cannot reach, and every one it can."""

from __future__ import annotations

import pytest

from tests.access.cases import faults
from wxpay_v2.address import usual_spelling


def rules(url: str, *, loopback: bool = False) -> list[str]:
    found = faults("unified_order", notify_url=url, loopback=loopback)
    return [fault.rule.removeprefix("notify_url.") for fault in found]


GOOD = [
    "https://pay.weixin.qq.com/wxpay/pay.action", "http://shop.example/pay", "https://shop.example/",
    "https://shop.example:8443/pay", "https://xn--fiq228c.com/pay", "https://a-b_c.shop.example/p/a-t_h~1.php",
    "https://8.8.8.8/pay", "https://[2606:4700::1111]/pay", "https://[2606:4700::1111]:8443/pay",
    "https://SHOP.example/%E6%94%AF", "HTTPS://shop.example/pay", "https://shop.example/a;b/c,d/@me",
    "https://10.shop.example/pay", "https://localhost.shop.example/pay", "https://shop.example./pay",
    "https://shop.example/" + "p" * 235,
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_an_address_the_gateway_reaches_passes(url: str) -> None:
    assert rules(url) == []
    assert rules(url, loopback=True) == []


INSIDE = {
    "loopback": [
        "127.0.0.1", "127.255.255.254", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1",
        "017700000001", "0x7f.0x0.0x0.0x1", "localhost", "LocalHost", "localhost.", "127.0.0.1.", "pay.localhost",
        "localhost.localdomain", "ip6-localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]",
        "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "%6cocalhost", "１２７.０.０.１", "127。0。0。1", "127．0．0．1",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "local\u00adhost", "⑫7.0.0.1", "::1",
    ],
    "private": [
        "10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "0xC0A80001", "3232235521", "100.64.0.1",
        "[fd00::1]", "[fec0::1]", "[::ffff:10.0.0.1]", "[2002:c0a8:1::]", "gateway", "web", "shop.local",
        "db.internal", "printer.home.arpa", "nas.lan", "64:ff9b:1::1",
    ],
    "link_local": ["169.254.169.254", "0xA9FEA9FE", "[fe80::1]", "[fe80::1%25eth0]", "[::ffff:169.254.169.254]"],
    "multicast": ["224.0.0.1", "239.255.255.255", "[ff02::1]"],
    "unspecified": ["0.0.0.0", "0", "[::]", "0.1.2.3"],  # noqa: S104
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.9", "198.18.0.1",
                 "[2001:db8::1]", "[100::1]", "[4000::1]"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "host"), [(kind, host) for kind, hosts in INSIDE.items() for host in hosts])
def test_s8_a_host_inside_is_told_for_what_it_is_in_any_spelling(kind: str, host: str) -> None:
    assert rules(f"http://{host}/pay")[0] == kind
    assert rules(f"https://{host}:8443/pay")[0] == kind if host.count(":") < 2 or host.startswith("[") else True
    assert rules(f"http://{host}") == [kind, "no_path"]


@pytest.mark.parametrize(("kind", "hosts"), INSIDE.items())
def test_a_gateway_on_this_machine_reaches_it_in_the_usual_spelling(kind: str, hosts: list[str]) -> None:
    for host in hosts:
        usual = usual_spelling(host) and ("[" in host or ":" not in host)
        expected = [kind] if kind not in ("loopback", "private") else [] if usual else ["host"]
        assert rules(f"http://{host}/pay", loopback=True) == (expected if host.isascii() else ["characters"])


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("http://localhost:8000/paid", ["loopback"]),
        ("http://127.0.0.1:9/paid?x=1", ["loopback", "query"]),
        ("https://user@127.0.0.1/pay", ["user_info", "loopback"]),
        ("https://shop.example@127.0.0.1/pay", ["user_info", "loopback"]),
        ("https://127.0.0.1\\@shop.example/pay", ["user_info", "characters"]),
        ("https://shop.example\\.evil.example/pay", ["host"]),
        ("https:///pay", ["host"]),
        ("https://:443/pay", ["host"]),
        ("https://shop.example:/pay", ["port"]),
        ("https://shop.example:0/pay", ["port"]),
        ("https://shop.example:65536/pay", ["port"]),
        ("https://shop.example:http/pay", ["port"]),
        ("https://shop.example:８０/pay", ["characters", "port"]),
        ("https://256.256.256.256/pay", ["host"]),
        ("https://1.2.3.4.5/pay", ["host"]),
        ("https://4294967296/pay", ["host"]),
        ("https://0x08080808/pay", ["host"]),
        ("https://sho%70.example/pay", ["host"]),
        ("https://-shop.example/pay", ["host"]),
        ("https://" + "a" * 64 + ".example/pay", ["host"]),
        ("https://[::g]/pay", ["host"]),
        ("https://2606:4700::1111/pay", ["host"]),
        ("https://商店.example/pay", ["characters"]),
        ("https://shop.example/{order}", ["characters"]),
        ("https://shop.example/100%", ["characters"]),
        ("https://shop.example?x=1", ["no_path", "query"]),
        ("https://shop.example#top", ["no_path", "fragment"]),
        ("https://shop.example/pay?", ["query"]),
        ("//shop.example/pay", ["relative"]),
        ("/pay/notify", ["relative"]),
        ("../notify", ["relative"]),
        ("shop.example/pay", ["relative"]),
        ("localhost:8000/pay", ["relative"]),
        ("shop.example", ["not_a_url"]),
        ("http:shop.example/pay", ["not_a_url"]),
        ("https:/shop.example/pay", ["not_a_url"]),
        ("://shop.example/pay", ["not_a_url"]),
        ("javascript:alert(1)", ["not_a_url"]),
        ("file:///etc/passwd", ["scheme", "host"]),
        (" https://shop.example/pay", ["blank"]),
        ("https://shop.example/pay\n", ["blank"]),
        ("https://shop.example/\u3000pay", ["blank"]),
    ],
)
def test_every_mistake_is_named_as_itself(url: str, kinds: list[str]) -> None:
    assert rules(url) == kinds


def test_a_refund_and_a_contract_are_held_to_the_same() -> None:
    (fault,) = faults("refund", notify_url="http://127.0.0.1/refunded")
    assert (fault.rule, fault.field) == ("notify_url.loopback", "notify_url")
