"""Native mode 1: a printed code for a product. Whoever scans it makes the gateway ask the merchant for an order.

Source: https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from wxpay_v2.errors import Malformed, Rejected, quoted
from wxpay_v2.operation import MD5
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.effects.common import openid_of
from wxpay_v2.simulator.states import NotPayable
from wxpay_v2.v2 import envelope

__all__ = ["Ask", "is_product", "question", "read_answer"]

Ask = Callable[[str, bytes], bytes]
"""Posts the bytes to the address and returns the body of the answer."""

_LINK = "weixin://wxpay/bizpayurl?"
_NAMES = {"appid", "mch_id", "nonce_str", "product_id", "time_stamp", "sign"}


def is_product(code_url: str) -> bool:
    """Say whether the text of a QR code is a product's, and not an order's."""
    return code_url.startswith(_LINK) and "product_id=" in code_url


def question(code_url: str, accounts: Mapping[str, Account], payer: str) -> tuple[Account, str, bytes]:
    """Return whom to ask, for which product, and the signed message. Raises NotPayable for a code that is not valid."""
    pairs = parse_qsl(code_url.removeprefix(_LINK), keep_blank_values=True)
    fields = dict(pairs)
    account = accounts.get(fields.get("mch_id", ""))
    if fields.keys() != _NAMES or len(pairs) != len(fields) or account is None or fields["appid"] != account.appid:
        raise NotPayable("this is no code of a merchant that is known here")
    try:
        account.signer(MD5).check(fields)
    except Rejected:
        raise NotPayable("the code's signature is wrong", remedy="sign it with MD5 and the API key") from None
    if not account.scan_url:
        raise NotPayable("the merchant has set no address to be asked at", remedy="give Account(scan_url=...)")
    asked = {
        "appid": account.appid,
        "openid": openid_of(payer, account.appid),
        "mch_id": account.mch_id,
        "is_subscribe": "N",
        "nonce_str": secrets.token_hex(16),
        "product_id": fields["product_id"],
    }
    return account, fields["product_id"], envelope.seal(asked, account.signer(MD5))


def read_answer(body: bytes, account: Account) -> str:
    """Return the prepay_id in the merchant's answer. Raises NotPayable when it has none, or is not the merchant's."""
    try:
        told = envelope.unseal(body, account.signer(MD5))
    except (Malformed, Rejected) as error:
        raise NotPayable(f"the merchant's answer is not valid: {error.message}") from None
    if (told.get("return_code"), told.get("result_code")) != ("SUCCESS", "SUCCESS"):
        raise NotPayable(f"the merchant does not sell it: {quoted(told.get('err_code_des') or told.get('return_msg'))}")
    if (told.get("appid"), told.get("mch_id")) != (account.appid, account.mch_id) or not told.get("prepay_id"):
        raise NotPayable("the merchant's answer names no order of its own")
    return told["prepay_id"]
