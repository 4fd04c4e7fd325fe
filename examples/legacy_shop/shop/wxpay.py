"""WeChat Pay for the mall: one client, made from the settings."""

import logging

from django.conf import settings
from requests.exceptions import ConnectionError
from wechatpy.oauth import WeChatOAuth
from wechatpy.pay import WeChatPay, dict_to_xml
from wechatpy.pay.base import BaseWeChatPayAPI

logger = logging.getLogger("shop.wxpay")

CONFIG = settings.WECHAT


class Till(BaseWeChatPayAPI):
    """Quick pay: the cashier scans the customer's code."""

    WAIT = ("USERPAYING", "SYSTEMERROR", "BANKERROR")

    def charge(self, order, auth_code, client_ip):
        return self._client.micropay.create(
            order.title, order.total_fee, auth_code, client_ip=client_ip, out_trade_no=order.number
        )

    def look(self, order):
        return self._client.micropay.query(out_trade_no=order.number)


class MallPay(WeChatPay):
    API_BASE_URL = CONFIG["API_BASE_URL"]

    till = Till()

    def __init__(self):
        super().__init__(CONFIG["APPID"], CONFIG["API_KEY"], CONFIG["MCH_ID"], timeout=10)

    def _request(self, method, url_or_endpoint, **kwargs):
        number = (kwargs.get("data") or {}).get("out_trade_no", "")
        logger.info("%s %s %s", method, url_or_endpoint, number)
        try:
            return super()._request(method, url_or_endpoint, **kwargs)
        except ConnectionError:
            # api.mch does not answer, so try the other line.
            logger.warning("%s fails over", url_or_endpoint)
            kwargs["api_base_url"] = CONFIG["BACKUP_API_BASE_URL"]
            return super()._request(method, url_or_endpoint, **kwargs)

    def order_pay(self, order, client_ip):
        """Place the order at WeChat, NATIVE or JSAPI."""
        data = self.order.create(
            order.trade_type,
            order.title,
            order.total_fee,
            CONFIG["NOTIFY_URL"],
            client_ip=client_ip,
            user_id=order.openid or None,
            out_trade_no=order.number,
            attach=order.note or None,
            product_id=order.number if order.trade_type == "NATIVE" else None,
        )
        if order.trade_type == "NATIVE":
            order.code_url = data["code_url"]
        else:
            order.prepay_id = data["prepay_id"]
        order.save()

    def order_refund(self, refund):
        # Only refunds need the certificate, and not every host has it.
        self.mch_cert = CONFIG["MCH_CERT"]
        self.mch_key = CONFIG["MCH_KEY"]
        return self.refund.apply(
            refund.order.total_fee,
            refund.refund_fee,
            refund.number,
            out_trade_no=refund.order.number,
            notify_url=CONFIG["REFUND_NOTIFY_URL"],
        )


class Login(WeChatOAuth):
    if CONFIG["SIMULATOR"]:
        API_BASE_URL = CONFIG["SIMULATOR"] + "/"
        OAUTH_BASE_URL = CONFIG["SIMULATOR"] + "/connect/"

    def __init__(self, back):
        super().__init__(CONFIG["APPID"], CONFIG["APPSECRET"], back, state="mall")


def answer(code, message="OK"):
    return dict_to_xml({"return_code": code, "return_msg": message})


pay = MallPay()
