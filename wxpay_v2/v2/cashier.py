"""Signed parameters that open the payer's cashier, and the links that stand for an order.

JSAPI and mini program sign ``appId nonceStr package signType timeStamp`` (camel case, signType included); an app signs
``appid noncestr package partnerid prepayid timestamp`` (lower case, no signType). The algorithm is that of the order.
Whatever the payer's device reports back is a hint: query the order.

======================  ===============================  =======================================
what                    JSAPI (a page inside WeChat)     mini program
======================  ===============================  =======================================
payer, direct           openid                           openid
payer, institution      openid, or sub_openid            sub_openid only, under sub_appid
signed                  the same five fields             the same five fields
page                    http or https                    https
payment directory       registered                       none
authorised domain       registered                       none
======================  ===============================  =======================================

`wxpay_v2.payment_directory` tells whether a page may call.
Sources: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter7_2.shtml,
https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/OfficialPayMent/chapter5_3.shtml
"""

from __future__ import annotations

import re

from wxpay_v2.cashier import BaseCashier, checked_appid
from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.operation import MD5
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from wxpay_v2.clock import Clock
    from wxpay_v2.merchant import Merchant

__all__ = ["Cashier"]

_PRODUCT_ID = re.compile(r"[0-9A-Za-z_\-]{1,32}", re.ASCII)
_PRODUCT_LINK = (
    "weixin://wxpay/bizpayurl?sign={sign}&appid={appid}&mch_id={mch_id}&product_id={product_id}"
    "&time_stamp={time_stamp}&nonce_str={nonce_str}"
)


class Cashier(BaseCashier):
    """What `BaseCashier` makes, signed with the API key, and what only v2 has."""

    def __init__(
        self, merchant: Callable[[], Merchant], signer: Callable[[], Signer], clock: Clock, nonce: Callable[[], str]
    ) -> None:
        super().__init__(merchant, clock, nonce)
        self._signer = signer

    def native_product(self, product_id: str) -> str:
        """Return the link for a printed QR code (mode 1: one code for one product, which may be paid many times).

        A scan is told as a "native_scan" notification; place the order then, and answer with its prepay_id
        (``event.reply(prepay_id=...)``). product_id: up to 32 characters. Mainland, MD5.
        Source: https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4
        """
        if not isinstance(product_id, str) or not _PRODUCT_ID.fullmatch(product_id):
            raise InvalidRequest(f"product_id must be 1 to 32 letters, digits, - or _, got {quoted(product_id)}")
        merchant = self._merchant()
        fields = {
            "appid": merchant.appid,
            "mch_id": merchant.mch_id,
            "product_id": product_id,
            "time_stamp": str(int(self._clock.time())),
            "nonce_str": self._nonce(),
        }
        fields["sign"] = Signer(merchant.api_key, MD5).sign(fields)
        return _PRODUCT_LINK.format(**fields)

    def red_pack(self, package: str, *, appid: str | None = None) -> dict[str, str]:
        """Return the parameters of a mini program's wx.sendBizRedPacket. Mainland, MD5.

        package: of the reply of send_mini_program_red_pack; it is signed as it is and passed url-encoded. appid: the
        mini program's, the merchant's by default.
        Source: https://pay.weixin.qq.com/doc/v2/merchant/4011937428
        """
        if not isinstance(package, str) or not package:
            raise InvalidRequest(f"not a package: {quoted(package)}", remedy="give it as the red pack's reply has it")
        from urllib.parse import quote

        merchant = self._merchant()
        fields = {
            "appId": checked_appid(appid) or merchant.appid,
            "timeStamp": str(int(self._clock.time())),
            "nonceStr": self._nonce(),
            "package": package,
        }
        try:
            passed = quote(package, safe="")
        except UnicodeEncodeError:
            raise InvalidRequest("package holds a lone surrogate") from None
        signature = Signer(merchant.api_key, MD5).sign(fields)
        del fields["appId"]
        return {**fields, "package": passed, "signType": MD5, "paySign": signature}

    def _sign_page(self, fields: dict[str, str]) -> tuple[str, str]:
        signer = self._signer()
        return signer.sign_type, signer.sign({**fields, "signType": signer.sign_type})

    def _sign_app(self, fields: dict[str, str]) -> str:
        return self._signer().sign(fields)

    def _partner(self, merchant: Merchant) -> str:
        return merchant.sub_mch_id or merchant.mch_id
