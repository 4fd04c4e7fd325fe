"""The messages that are measured: a unified order of 18 fields, an order query, a reply of 20 fields."""

from __future__ import annotations

from wxpay_v2.secret import Secret
from wxpay_v2.v2.signature import Signer

APPID, MCH_ID, SUB_MCH_ID = "wx8888888888888888", "1900000109", "1900000110"
API_KEY = "192006250b4c09247ec02edce69f6a2d"  # the official examples' key
ALGORITHMS = ("MD5", "HMAC-SHA256")

_ORDER = {
    "body": "桂花乌龙茶 大杯",
    "detail": '{"goods_detail":[{"goods_id":"tea-0042","quantity":1,"price":1800}]}',
    "attach": "store=0042",
    "out_trade_no": "T-20260301-0000000042",
    "total_fee": "1800",
    "fee_type": "HKD",
    "spbill_create_ip": "203.0.113.7",
    "time_start": "20260301101500",
    "time_expire": "20260301121500",
    "goods_tag": "SPRING",
    "notify_url": "https://shop.example/wxpay/notifications",
    "trade_type": "NATIVE",
    "product_id": "tea-0042",
}
_QUERY = {"out_trade_no": "T-20260301-0000000042"}


def order_fields(algorithm: str) -> dict[str, str]:
    """Return what the caller gives for a unified order; with three ids and the nonce it is 18 fields on the wire."""
    return {**_ORDER, "sign_type": algorithm} if algorithm != "MD5" else {**_ORDER, "device_info": "POS-042"}


def query_fields(algorithm: str) -> dict[str, str]:
    """Return what the caller gives for an order query; with three ids and the nonce it is 5 fields, 6 with HMAC."""
    return {**_QUERY, "sign_type": algorithm} if algorithm != "MD5" else dict(_QUERY)


def signer(algorithm: str) -> Signer:
    """Return the signer of the merchant that is measured."""
    return Signer(Secret(API_KEY), algorithm)


def reply(between: str = "\n") -> bytes:
    """Return an MD5-signed reply of 20 fields as the gateway writes it: CDATA around texts, a line per field."""
    fields = {
        "return_code": "SUCCESS", "return_msg": "OK", "appid": APPID, "mch_id": MCH_ID, "sub_mch_id": SUB_MCH_ID,
        "nonce_str": "TN55wO9Pba5yENl8", "sign": "", "result_code": "SUCCESS",
        "openid": "oUpF8uN95-Ptaags6E_roPHg7AG0", "trade_type": "NATIVE", "bank_type": "CMB_CREDIT",
        "total_fee": "1800", "fee_type": "HKD", "cash_fee": "1650", "cash_fee_type": "CNY",
        "transaction_id": "4200002642202603010000000042", "out_trade_no": "T-20260301-0000000042",
        "attach": "store=0042", "time_end": "20260301101742", "trade_state": "SUCCESS",
    }  # fmt: skip
    return as_gateway(fields, between)


def refund_reply(out_refund_no: str) -> bytes:
    """Return the MD5-signed answer to the refund that the calls send."""
    return as_gateway({
        "return_code": "SUCCESS", "return_msg": "OK", "appid": APPID, "mch_id": MCH_ID, "sub_mch_id": SUB_MCH_ID,
        "nonce_str": "NfsMFbUFpdbEhPXP", "sign": "", "result_code": "SUCCESS",
        "transaction_id": "4200002642202603010000000042", "out_trade_no": "T-20260301-0000000042",
        "out_refund_no": out_refund_no, "refund_id": "50000000382026030100000000001", "refund_fee": "100",
        "total_fee": "1800", "cash_fee": "1800", "cash_refund_fee": "100",
    })  # fmt: skip


def as_gateway(fields: dict[str, str], between: str = "\n") -> bytes:
    """Return *fields* signed with MD5 and written as the gateway writes them."""
    signed = {**fields, "sign": signer("MD5").sign(fields)}
    lines = [
        f"<{name}>{text}</{name}>" if text.isdigit() and len(text) < 10 else f"<{name}><![CDATA[{text}]]></{name}>"
        for name, text in signed.items()
    ]
    return f"<xml>{between.join(lines)}{between}</xml>".encode()
