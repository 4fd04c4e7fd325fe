"""Signed parameters that open the payer's cashier, and the links that stand for an order.

JSAPI and mini program sign ``appId nonceStr package signType timeStamp`` (camel case, signType included); an app signs
``appid noncestr package partnerid prepayid timestamp`` (lower case, no signType). The algorithm is that of the order.
Whatever the payer's device reports back is a hint: query the order.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/OfficialPayMent/chapter5_3.shtml
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from wxpay_v2.clock import Clock
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v2.signature import Signer

    Order = Mapping[str, str] | str

__all__ = ["Cashier"]

_APPID = re.compile(r"[0-9A-Za-z_]{1,32}", re.ASCII)
_PREPAY_ID = re.compile(r"[0-9A-Za-z_\-=]{1,64}", re.ASCII)


class Cashier:
    """Makes what the payer's side needs, for the orders of one merchant.

    Every method takes the Result of unified_order (or, where one suffices, the prepay_id alone), so that app id,
    algorithm and order cannot disagree. prepay_id and code_url live 2 hours, mweb_url 5 minutes.
    """

    def __init__(
        self, merchant: Callable[[], Merchant], signer: Callable[[], Signer], clock: Clock, nonce: Callable[[], str]
    ) -> None:
        self._merchant = merchant
        self._signer = signer
        self._clock = clock
        self._nonce = nonce

    def jsapi(self, order: Order, *, appid: str | None = None, jssdk: bool = False) -> dict[str, str]:
        """Return the parameters of WeixinJSBridge's getBrandWCPayRequest for a page inside WeChat.

        appid: the official account the page belongs to, the merchant's by default; the sub_appid when the order was
        placed with sub_openid. jssdk: name the time ``timestamp``, as wx.chooseWXPay takes it (it is signed as
        ``timeStamp`` all the same).
        """
        fields = self._camel(order, _appid(appid) or self._merchant().appid)
        if jssdk:
            fields["timestamp"] = fields.pop("timeStamp")
        return fields

    def mini_program(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        """Return the parameters of wx.requestPayment; appId is signed and not among them.

        appid: the mini program's, by default the sub_appid where the merchant has one, else its appid.
        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter7_2.shtml
        """
        merchant = self._merchant()
        fields = self._camel(order, _appid(appid) or merchant.sub_appid or merchant.appid)
        del fields["appId"]
        return fields

    def app(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        """Return the fields of the OpenSDK's PayReq (``packageValue`` on Android is ``package`` here).

        appid: the app's, by default the sub_appid where the merchant has one, else its appid.
        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter6_3.shtml
        """
        merchant = self._merchant()
        fields = {
            "appid": _appid(appid) or merchant.sub_appid or merchant.appid,
            "partnerid": merchant.sub_mch_id or merchant.mch_id,
            "prepayid": _prepay_id(order),
            "package": "Sign=WXPay",
            "noncestr": self._nonce(),
            "timestamp": str(int(self._clock.time())),
        }
        fields["sign"] = self._signer().sign(fields)
        return fields

    def native(self, order: Mapping[str, str]) -> str:
        """Return the link to show as a QR code, unchanged. Valid 2 hours."""
        return _link(order, "code_url", "NATIVE", "weixin://")

    def h5(self, order: Mapping[str, str], *, redirect_url: str | None = None) -> str:
        """Return the address to send the payer's browser to. Valid 5 minutes.

        redirect_url: where the payer comes back to; returning does not mean paid.
        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/H5Payment/chapter8_1.shtml
        """
        link = _link(order, "mweb_url", "MWEB", "http")
        if redirect_url is None:
            return link
        if not isinstance(redirect_url, str) or not redirect_url.startswith(("https://", "http://")):
            raise InvalidRequest(f"redirect_url must be an absolute http(s) address, got {quoted(redirect_url)}")
        from urllib.parse import quote

        try:
            return f"{link}&redirect_url={quote(redirect_url, safe='')}"
        except UnicodeEncodeError:
            raise InvalidRequest("redirect_url holds a lone surrogate") from None

    def _camel(self, order: Order, appid: str) -> dict[str, str]:
        signer = self._signer()
        fields = {
            "appId": appid,
            "timeStamp": str(int(self._clock.time())),
            "nonceStr": self._nonce(),
            "package": f"prepay_id={_prepay_id(order)}",
            "signType": signer.sign_type,
        }
        fields["paySign"] = signer.sign(fields)
        return fields


def _appid(given: str | None) -> str | None:
    if given is not None and not (isinstance(given, str) and _APPID.fullmatch(given)):
        raise InvalidRequest(f"not an app id: {quoted(given)}")
    return given


def _prepay_id(order: Order) -> str:
    prepay_id = order if isinstance(order, str) else _member(order, "prepay_id")
    if not isinstance(prepay_id, str) or not _PREPAY_ID.fullmatch(prepay_id):
        raise InvalidRequest(
            f"not a prepay_id: {quoted(prepay_id)}", remedy="give the Result of unified_order, or its prepay_id"
        )
    return prepay_id


def _link(order: Mapping[str, str], name: str, trade_type: str, scheme: str) -> str:
    link = _member(order, name)
    if not isinstance(link, str) or not link.startswith(scheme):
        raise InvalidRequest(f"the order has no {name}", remedy=f"place it with trade_type={trade_type}")
    return link


def _member(order: object, name: str) -> object:
    return order.get(name) if isinstance(order, Mapping) else None
