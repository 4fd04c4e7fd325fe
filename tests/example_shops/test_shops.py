"""Both example shops, from the product page to the refund, as a payer and the shop's people see them."""

from __future__ import annotations

from typing import Any

from tests.example_shops.conftest import PASSWORD, Shop
from tests.example_shops.hands import XPATH, click, find, other_tab, says, until
from tests.fixtures import OTHER_KEY, signed

TEA = 12800


def press(chrome: Any, button: str) -> None:
    """Press the button of the tea, once it says that."""
    click(chrome, f"//*[@id='tea']//button[normalize-space()='{button}']", by=XPATH)


def order_in_wechat(shop: Shop, chrome: Any) -> str:
    """Log in, order tea, and return the order's number; its page is open, the bridge is there."""
    chrome.get(shop.url)
    press(chrome, "Log in with WeChat to pay")
    press(chrome, "Pay in WeChat")
    find(chrome, "#pay:not([disabled])")
    return str(chrome.current_url.rpartition("/")[2])


def order_by_code(shop: Shop, chrome: Any) -> str:
    chrome.get(shop.url)
    press(chrome, "Pay by QR code")
    find(chrome, ".qr svg")
    return str(chrome.current_url.rpartition("/")[2])


def open_cashier(chrome: Any) -> None:
    click(chrome, "#pay:not([disabled])")
    chrome.switch_to.frame(find(chrome, "iframe[name=wechat-cashier]"))


def test_a_payer_pays_inside_wechat_and_the_office_refunds(shop: Shop, chrome: Any) -> None:
    number = order_in_wechat(shop, chrome)
    open_cashier(chrome)
    click(chrome, "#pay")
    click(chrome, "#done")
    chrome.switch_to.default_content()
    says(chrome, "#paid", "Paid. Thank you!")
    paid = shop.gateway.gateway.order(shop.gateway.merchant.mch_id, number)
    assert (paid.state, paid.total_fee, paid.openid) == ("SUCCESS", TEA, paid.fields["openid"])
    says(chrome, "#order", paid.transaction_id)
    chrome.get(shop.url.replace("http://", f"http://office:{PASSWORD}@") + "/office")
    click(chrome, f"tr[data-number='{number}'] .refund")
    says(chrome, f"tr[data-number='{number}'] .state", "refunded")
    chrome.get(f"{shop.url}/orders/{number}")
    says(chrome, "#refunded", "Refunded.")
    (refund,) = (one for one in shop.gateway.gateway.refunds() if one.order_id == paid.id)
    assert (refund.status, refund.refund_fee) == ("SUCCESS", TEA)


def test_a_payer_who_leaves_the_cashier_has_not_paid_and_may_come_back(shop: Shop, chrome: Any) -> None:
    number = order_in_wechat(shop, chrome)
    open_cashier(chrome)
    click(chrome, "#close")
    chrome.switch_to.default_content()
    find(chrome, "#pay:not([disabled])")
    says(chrome, "#says", "You did not pay.")
    assert shop.state(number) == "waiting"
    open_cashier(chrome)
    assert until(chrome, lambda: find(chrome, "#pay").is_enabled())


def test_the_page_with_the_code_turns_to_paid_when_another_tab_pays(shop: Shop, chrome: Any) -> None:
    number = order_by_code(shop, chrome)
    click(chrome, "#scan")
    page = other_tab(chrome)
    click(chrome, "button[value=pay]")
    find(chrome, ".done")
    chrome.switch_to.window(page)
    assert until(chrome, lambda: find(chrome, "#paid").is_displayed())
    assert shop.state(number) == "paid"


def test_m1_a_forged_notification_is_refused_and_changes_nothing(shop: Shop, chrome: Any) -> None:
    number = order_by_code(shop, chrome)
    merchant = shop.gateway.merchant
    forged = {
        "return_code": "SUCCESS", "result_code": "SUCCESS", "appid": merchant.appid, "mch_id": merchant.mch_id,
        "sub_mch_id": merchant.sub_mch_id, "nonce_str": "n", "openid": "o", "trade_type": "NATIVE",
        "bank_type": "OTHERS", "total_fee": str(TEA), "fee_type": "HKD", "cash_fee": str(TEA),
        "transaction_id": "4200000000000000000000000001", "out_trade_no": number, "time_end": "20260922120000",
    }  # fmt: skip
    for body in (signed(forged, OTHER_KEY, merchant.sign_type), b"<xml/>", b"", b"{}"):
        assert b"FAIL" in shop.notify(body).content
    assert shop.state(number) == "waiting"
    key = merchant.api_key.reveal()
    assert b"FAIL" in shop.notify(signed({**forged, "total_fee": "1"}, key, merchant.sign_type)).content
    assert shop.state(number) == "waiting"
    for _ in range(2):
        assert b"SUCCESS" in shop.notify(signed(forged, key, merchant.sign_type)).content
    assert shop.state(number) == "paid"


def test_the_office_is_closed_to_strangers_and_a_foreign_form_places_no_order(shop: Shop, chrome: Any) -> None:
    assert shop.get("/office").status_code == 401
    assert shop.get("/office", auth=("office", "guess")).status_code == 401
    number = order_by_code(shop, chrome)
    for path in ("/orders", f"/office/orders/{number}/refund", f"/orders/{number}/cashier"):
        with shop.post(path) as answer:
            assert answer.status_code == 403


def test_no_page_of_a_shop_shows_a_key(shop: Shop, chrome: Any) -> None:
    order_in_wechat(shop, chrome)
    assert shop.gateway.merchant.api_key.reveal() not in chrome.page_source
    assert shop.gateway.merchant.api_key.reveal() not in (shop.directory / "log").read_text()
