"""Transfers to a payer's balance or bank card."""

from __future__ import annotations

from wxpay_v2.compat.wechatpy.pay.api.base import BaseWeChatPayAPI, new_number
from wxpay_v2.compat.wechatpy.pay.utils import get_external_ip, rsa_encrypt
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["WeChatTransfer"]


class WeChatTransfer(BaseWeChatPayAPI):
    """`WeChatPay.transfer`. amount: smallest unit. out_trade_no: partner_trade_no, made up by default."""

    _rsa_public_key: str | None = None

    @without_frames
    def transfer(
        self,
        user_id: str,
        amount: int,
        desc: str,
        client_ip: str | None = None,
        check_name: str = "OPTION_CHECK",
        real_name: str | None = None,
        out_trade_no: str | None = None,
        device_info: str | None = None,
    ) -> Any:
        """Pay *user_id*, an openid. check_name: NO_CHECK, FORCE_CHECK or OPTION_CHECK, of real_name."""
        data = {
            "mch_appid": self.appid,
            "mchid": self.mch_id,
            "device_info": device_info,
            "partner_trade_no": out_trade_no or new_number(self.mch_id),
            "openid": user_id,
            "check_name": check_name,
            "re_user_name": real_name,
            "amount": amount,
            "desc": desc,
            "spbill_create_ip": client_ip or get_external_ip(),
        }
        return self._post("mmpaymkttransfers/promotion/transfers", data=data)

    @without_frames
    def query(self, out_trade_no: str) -> Any:
        """Query a transfer to a balance."""
        return self._post(
            "mmpaymkttransfers/gettransferinfo", data={"appid": self.appid, "partner_trade_no": out_trade_no}
        )

    @without_frames
    def transfer_bankcard(
        self,
        true_name: str,
        bank_card_no: str,
        bank_code: str,
        amount: int,
        desc: str | None = None,
        out_trade_no: str | None = None,
    ) -> Any:
        """Pay to a bank card; name and card number are encrypted on the way."""
        data = {
            "mch_id": self.mch_id,
            "partner_trade_no": out_trade_no or new_number(self.mch_id),
            "amount": amount,
            "desc": desc,
            "enc_bank_no": self._rsa_encrypt(bank_card_no),
            "enc_true_name": self._rsa_encrypt(true_name),
            "bank_code": bank_code,
        }
        return self._post("mmpaysptrans/pay_bank", data=data)

    @without_frames
    def query_bankcard(self, out_trade_no: str) -> Any:
        """Query a transfer to a bank card."""
        return self._post("mmpaysptrans/query_bank", data={"mch_id": self.mch_id, "partner_trade_no": out_trade_no})

    @without_frames
    def get_rsa_public_key(self) -> Any:
        """Ask for the key that `transfer_bankcard` encrypts with."""
        data = {"mch_id": self.mch_id, "sign_type": "MD5"}
        return self._post("https://fraud.mch.weixin.qq.com/risk/getpublickey", data=data)

    def _rsa_encrypt(self, data: str) -> Any:
        if not self._rsa_public_key:
            self._rsa_public_key = self.get_rsa_public_key()["pub_key"]
        return rsa_encrypt(data, self._rsa_public_key or "")
