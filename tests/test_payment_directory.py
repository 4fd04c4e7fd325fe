"""Payment directories, held against the examples of the official pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.payment_directory import allows, fault, verdict

PAGE = "https://www.weixin.com/123/456/abc.html"


@pytest.mark.parametrize(
    ("directory", "page"),
    [
        # https://pay.weixin.qq.com/docs/partner/products/partner-jsapi-payment/preparation.html
        ("https://www.weixin.com/", "https://www.weixin.com/123/abc.html"),
        ("https://www.weixin.com/123/", "https://www.weixin.com/123/abc.html"),
        ("https://www.weixin.com/", PAGE),
        ("https://www.weixin.com/123/456/", PAGE),
        # https://pay.weixin.qq.com/wiki/doc/api_external/ch/faq/chapter1_4_6.shtml
        ("https://www.weixin.com/", "https://www.weixin.com/pay.php"),
        ("https://pay.weixin.qq.com/", "https://pay.weixin.qq.com/wiki/"),
        ("https://pay.weixin.qq.com/", "https://pay.weixin.qq.com/app/x"),
        # https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=7_3
        ("https://www.weixin.com/abc/123/", "https://www.weixin.com/abc/123/pay"),
        # Up to the last "/"; port, query and fragment do not count.
        ("https://a.example/", "https://a.example"),
        ("https://a.example/", "https://a.example?x=/y/"),
        ("https://a.example/", "https://a.example/#/pay/weixin/c.html?name=mango"),
        ("https://a.example/pay/", "https://a.example/pay/?order=1/2#/x/"),
        ("https://a.example/pay/", "https://a.example:8443/pay/x"),
        ("https://a.example:8443/pay/", "https://a.example/pay/x"),
        ("http://a.example/pay/", "http://a.example/pay/x"),
    ],
)
def test_a_page_is_allowed(directory: str, page: str) -> None:
    assert allows([directory], page)
    assert verdict(directory, page).directory


@pytest.mark.parametrize(
    ("directory", "page", "reason"),
    [
        # https://pay.weixin.qq.com/doc/v3/merchant/4013287088
        ("https://www.Weixin.com/", PAGE,
         "the host is written www.weixin.com, registered is www.Weixin.com: capitals count"),
        ("http://www.weixin.com/", PAGE, "the page is https, registered is http"),
        ("https://www.weixin.com/abc/", PAGE,
         "the page lies in https://www.weixin.com/123/456/, registered is https://www.weixin.com/abc/: "
         "a deeper directory must be equal"),
        ("https://www.weixin.com/123/", PAGE,
         "the page lies in https://www.weixin.com/123/456/, registered is https://www.weixin.com/123/: "
         "a deeper directory must be equal"),
        ("https://www.weixin.com/456/", PAGE,
         "the page lies in https://www.weixin.com/123/456/, registered is https://www.weixin.com/456/: "
         "a deeper directory must be equal"),
        # The partner page's table, and chapter 7_3.
        ("https://www.weixin.com/", "https://www.Weixin.com/abc.html",
         "the host is written www.Weixin.com, registered is www.weixin.com: capitals count"),
        ("https://www.weixin.com/", "http://www.weixin.com/123/abc.html", "the page is http, registered is https"),
        ("https://www.weixin.com/abc/123/", "https://www.weixin.com/abc/x",
         "the page lies in https://www.weixin.com/abc/, registered is https://www.weixin.com/abc/123/: "
         "a deeper directory must be equal"),
        ("https://www.weixin.com/abc/123/", "https://www.weixin.com/abc/123/pay/x",
         "the page lies in https://www.weixin.com/abc/123/pay/, registered is https://www.weixin.com/abc/123/: "
         "a deeper directory must be equal"),
        ("https://www.weixin.com/ABC/", "https://www.weixin.com/abc/x", "the path differs in capitals, which count"),
        ("https://weixin.com/", "https://www.weixin.com/x", "no directory of the host www.weixin.com is registered"),
        ("https://www.weixin.com/", "https://www.weixin.com.evil.example/x",
         "no directory of the host www.weixin.com.evil.example is registered"),
        ("https://www.weixin.com/", "https://www.weixin.com@evil.example/x",
         "no directory of the host evil.example is registered"),
    ],
)  # fmt: skip
def test_a_page_is_refused_with_the_reason(directory: str, page: str, reason: str) -> None:
    assert not allows([directory], page)
    told = verdict([directory], page)
    assert not told
    assert told.reason == reason
    assert told.remedy.startswith("register ")
    assert reason in repr(told)


def test_one_of_five_suffices_and_none_does_not() -> None:
    five = [f"https://shop.example/{index}/" for index in range(5)]
    assert allows(five, "https://shop.example/4/pay")
    assert not allows(five, "https://shop.example/5/pay")
    assert verdict([], "https://shop.example/pay").reason == "no payment directory is registered"
    assert verdict((), "https://shop.example/a/pay").remedy == (
        "register https://shop.example/a/, or https://shop.example/ for the whole host"
    )
    assert verdict((), "https://shop.example/pay").remedy == "register https://shop.example/"


def test_a_merchant_has_five_directories_at_most() -> None:
    with pytest.raises(InvalidRequest, match="6 payment directories, and a merchant has 5 at most"):
        allows([f"https://shop.example/{index}/" for index in range(6)], "https://shop.example/")


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("https://www.weixin.com/123", "slash"),
        ("https://www.weixin.com", "slash"),
        ("https://www.weixin.com/abc.html", "slash"),
        ("https://192.168.1.1/", "ip"),
        ("https://8.8.8.8/test/", "ip"),
        ("https://[2606:4700::1111]/", "ip"),
        ("https://0x7f.1/", "ip"),
        ("www.weixin.com/", "scheme"),
        ("ftp://www.weixin.com/", "scheme"),
        ("", "scheme"),
        ("/123/", "scheme"),
        (None, "scheme"),
        (5, "scheme"),
        (b"https://www.weixin.com/", "scheme"),
        ("https://www.weixin.com/?a=/", "extra"),
        ("https://www.weixin.com/#/", "extra"),
        ("https://me@www.weixin.com/", "extra"),
        ("https://商店.example/", "characters"),
        ("https://www.weixin.com/a b/", "characters"),
        ("https:///123/", "host"),
        ("https://www..com/", "host"),
    ],
)
def test_a_malformed_directory_is_refused_in_words(directory: Any, kind: str) -> None:
    found = fault(directory)
    assert found is not None
    assert found[0] == kind
    with pytest.raises(InvalidRequest, match=r"^a payment directory (must|has)") as caught:
        allows([directory], PAGE)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "directory", ["https://shop.de/", "https://shop.example/a/b/", "http://x.ac/", "https://c.fx/"]
)
def test_a_directory_that_can_be_registered_has_no_fault(directory: str) -> None:
    assert fault(directory) is None


@pytest.mark.parametrize(
    "page", ["", "shop.example/pay", "/pay", "ftp://shop.example/", "https:///x", None, 5, b"https://x/"]
)
def test_what_is_no_page_is_refused(page: Any) -> None:
    with pytest.raises(InvalidRequest, match="not the address of a page"):
        allows(["https://shop.example/"], page)


@pytest.mark.parametrize("configured", [None, 5, object()])
def test_what_is_no_list_is_refused(configured: Any) -> None:
    with pytest.raises(InvalidRequest, match="must be a list"):
        allows(configured, PAGE)


@given(st.text(max_size=30), st.text(max_size=30))
def test_s2_any_text_is_answered_or_refused(directory: str, page: str) -> None:
    for given_page in (page, f"https://{page}"):
        try:
            verdict([f"https://shop.example/{directory}/", directory], given_page)
        except InvalidRequest as error:
            assert len(error.message) < 250
