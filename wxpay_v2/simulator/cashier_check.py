"""Whether WeChat would open its cashier for a page's call, and if not, in which words it would refuse.

The words are those of the phone, in its language; `why` says what a developer has to mend, which the phone does not.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/OfficialPayMent/chapter5_3.shtml, and of API v3:
https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_25.shtml
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from wxpay_v2.errors import SignatureInvalid, quoted
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.payment_directory import verdict
from wxpay_v2.secret import redacted
from wxpay_v2.simulator.guard import is_loopback
from wxpay_v2.simulator.states import CLOSED, PAID
from wxpay_v2.simulator.v3.keys import registered, verifies
from wxpay_v2.v2 import doctor

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.gateway import Gateway
    from wxpay_v2.simulator.views import OrderView

__all__ = ["NotOpened", "check_cashier"]

RSA = "RSA"
"""The sign_type of orders of API v3."""
SIGNED = ("appId", "timeStamp", "nonceStr", "package", "signType")
_LIMITS = {"appId": 32, "timeStamp": 32, "nonceStr": 32, "package": 128, "signType": 32, "paySign": 512}
_PREFIX = "prepay_id="

# What the phone says, in English and in Chinese. An expired prepay_id and one of another appid are told as a missing
# total_fee: so says the page, "results".
_WORDS = {
    "missing": ("Missing parameter when calling the payment JSAPI: {}", "调用支付JSAPI缺少参数：{}"),
    "url": ("The current page's URL is not registered: {}", "当前页面的URL未注册：{}"),
    "sign": ("Payment signature verification failed", "支付验证签名失败"),
    "payer": (
        "The account that placed the order is not the one that pays. Check before you pay",
        "下单账号与支付账号不一致，请核实后再支付",
    ),
    "scene": ("The payment scenario is not valid. Place the order again", "支付场景非法，请重新下单"),
    "paid": ("The order is paid already", "商户订单已支付"),
    "closed": ("The order is closed", "订单已关闭"),
}


class NotOpened(Exception):
    """The cashier stays shut. english, chinese: the phone's words; why: what is wrong, for the developer."""

    def __init__(self, kind: str, why: str, about: str = "") -> None:
        super().__init__(why)
        self.english, self.chinese = (words.format(about) for words in _WORDS[kind])
        self.why = why

    def words(self, language: str) -> str:
        """Return the phone's words. language: as ``navigator.language``."""
        return self.chinese if language.lower().startswith("zh") else self.english


def check_cashier(
    gateway: Gateway,
    accounts: Mapping[str, Account],
    call: Mapping[str, Any],
    *,
    page_url: str | None,
    openid: str = "",
    directories: Sequence[str] = (),
) -> OrderView:
    """Return the order whose cashier opens. Raises NotOpened.

    call: appId, timeStamp, nonceStr, package, signType and paySign as the page passed them, of any JSON type.
    page_url: of the calling page; None for a mini program, which has no payment directory. openid: of the payer, ""
    for whoever the order names. directories: the merchant's payment directories; without any, pages of this machine.
    """
    fields = _fields(call)
    order = _order(gateway, accounts, fields)
    _check_signature(accounts[order.mch_id], order, fields)
    if page_url is not None:
        _check_page(page_url, directories)
    _check_state(gateway, order)
    wanted = {order.fields.get(name) for name in ("openid", "sub_openid")} - {None, ""}
    if openid and openid not in wanted:
        named = ", ".join(sorted(redacted({"openid": one})["openid"] for one in wanted if one))
        mine = redacted({"openid": openid})["openid"]
        raise NotOpened("payer", f"the order was placed for openid {named}, this browser's payer is {mine}")
    return order


def _fields(call: Mapping[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name in (*SIGNED, "paySign"):
        value = call.get(name)
        if value in (None, ""):
            raise NotOpened("missing", f"{name} is missing{_near(call, name)}", name)
        if not isinstance(value, str):
            raise NotOpened("missing", f"{name} must be a string, it is a {type(value).__name__}", name)
        if len(value) > _LIMITS[name]:
            raise NotOpened("sign", f"{name} has {len(value)} characters, {_LIMITS[name]} at most")
        fields[name] = value
    return fields


def _near(call: Mapping[str, Any], name: str) -> str:
    """Return a hint at a name that differs in case only."""
    found = [other for other in call if other.lower() == name.lower()]
    return f"; {quoted(found[0])} is spelt differently" if found else ""


def _order(gateway: Gateway, accounts: Mapping[str, Account], fields: Mapping[str, str]) -> OrderView:
    if not fields["package"].startswith(_PREFIX):
        raise NotOpened("missing", "package must be prepay_id=..., the prepay_id of the order behind it", "package")
    prepay_id = fields["package"].removeprefix(_PREFIX)
    order = next((one for one in gateway.orders() if one.prepay_id and one.prepay_id == prepay_id), None)
    if order is None or order.mch_id not in accounts:
        _fail_as_unknown("no order has this prepay_id")
    if fields["appId"] not in (order.appid, order.sub_appid):
        _fail_as_unknown(f"the order was placed under another appid than {quoted(fields['appId'])}")
    if order.trade_type != "JSAPI":
        raise NotOpened("scene", f"the order was placed with trade_type {order.trade_type}, a page needs JSAPI")
    return order


def _fail_as_unknown(why: str) -> NoReturn:
    raise NotOpened("missing", why, "total_fee")


def _check_signature(account: Account, order: OrderView, fields: Mapping[str, str]) -> None:
    placed = order.sign_type or MD5
    if placed == RSA:
        _check_rsa(account, fields)
        return
    if len(fields["paySign"]) > 64:
        raise NotOpened("sign", f"paySign has {len(fields['paySign'])} characters, 64 at most")
    if fields["signType"] not in (MD5, HMAC_SHA256):
        raise NotOpened("sign", f"signType must be MD5 or HMAC-SHA256, it is {quoted(fields['signType'])}")
    if fields["signType"] != placed:
        raise NotOpened("sign", f"signType is {fields['signType']}, the order was placed with {placed}")
    signed = {**{name: fields[name] for name in SIGNED}, "sign": fields["paySign"]}
    try:
        account.signer(placed).check(signed)
    except SignatureInvalid:
        causes = doctor.causes(signed, account.api_key, placed)
        raise NotOpened("sign", f"paySign is wrong: {'; '.join(map(str, causes))}") from None


def _check_rsa(account: Account, fields: Mapping[str, str]) -> None:
    """Raise unless the merchant's certificate signed, as for orders of API v3. signType itself is not signed."""
    if fields["signType"] != RSA:
        raise NotOpened("sign", f"signType is {quoted(fields['signType'])}, the order was placed with API v3: RSA")
    text = "".join(f"{fields[name]}\n" for name in SIGNED if name != "signType").encode()
    if not any(verifies(registered(pem)[1], fields["paySign"], text) for pem in account.certificates):
        raise NotOpened("sign", "paySign is not the merchant's signature of appId, timeStamp, nonceStr and package")


def _check_page(page_url: str, directories: Sequence[str]) -> None:
    address = page_url.partition("#")[0].partition("?")[0]
    if directories:
        found = verdict(directories, page_url)
        if not found:
            raise NotOpened("url", f"{found.reason}; {found.remedy}", address)
        return
    try:
        here = is_loopback(urlsplit(page_url).hostname or "")
    except ValueError:
        here = False
    if not here:
        raise NotOpened("url", "without payment directories only pages of this machine may pay", address)


def _check_state(gateway: Gateway, order: OrderView) -> None:
    if order.state in PAID:
        raise NotOpened("paid", f"order {order.out_trade_no} is {order.state}")
    if order.state == CLOSED and gateway.clock.time() >= order.expires_at:
        _fail_as_unknown(f"the prepay_id of order {order.out_trade_no} has expired; place the order again")
    if order.state == CLOSED:
        raise NotOpened("closed", f"order {order.out_trade_no} was closed by the merchant")
