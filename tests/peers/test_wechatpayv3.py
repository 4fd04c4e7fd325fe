"""wechatpayv3 2.0.4, unchanged: what it signs we verify, what we sign it verifies, what one encrypts the other opens.

Nobody here wrote it: it shows that our signatures are the protocol's and not only our own.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

wechatpayv3 = pytest.importorskip("wechatpayv3", reason="wechatpayv3 is not installed")

from wechatpayv3 import WeChatPay, WeChatPayType, utils  # noqa: E402

from tests.v3 import keys as k  # noqa: E402
from wxpay_v2 import ManualClock  # noqa: E402
from wxpay_v2.errors import SignatureInvalid  # noqa: E402
from wxpay_v2.merchant import Merchant  # noqa: E402
from wxpay_v2.primitives import load_private_key  # noqa: E402
from wxpay_v2.v3 import cipher  # noqa: E402
from wxpay_v2.v3.account import V3Account  # noqa: E402
from wxpay_v2.v3.cashier import Cashier  # noqa: E402
from wxpay_v2.v3.platform_keys import PlatformKeys, pinned  # noqa: E402
from wxpay_v2.v3.signature import Signer, check, text_to_sign, text_to_verify  # noqa: E402

APPID, NONCE, PREPAY_ID = (
    "wxd678efh567hg6787",
    "593BEC0C930BF1AFEB40B4A08C8FB242",
    "wx26112221580621e9b071c00d9e093b0000",
)
PUBLIC_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
RESOURCE = json.dumps({"out_trade_no": "T-1", "amount": {"total": 1}, "attach": "茶"}, ensure_ascii=False).encode()


@pytest.fixture
def account() -> V3Account:
    platform_keys = {PUBLIC_ID: k.public_pem(k.PLATFORM)}
    return V3Account(k.SERIAL, k.private_pem(k.MERCHANT), k.V3_KEY, platform_keys)


@pytest.fixture
def wechat() -> WeChatPay:
    """The peer of the same merchant."""
    return WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=k.MCH_ID,
        private_key=k.private_pem(k.MERCHANT).decode(),
        cert_serial_no=k.SERIAL,
        apiv3_key=k.V3_KEY,
        appid=APPID,
        public_key=k.public_pem(k.PLATFORM).decode(),
        public_key_id=PUBLIC_ID,
    )


def pairs(header: str) -> dict[str, str]:
    return {
        name: value.strip('"') for name, _, value in (pair.partition("=") for pair in header.split(" ")[1].split(","))
    }


@pytest.mark.parametrize("body", ["", '{"a":"茶 & <Tea>"}'])
def test_what_it_signs_is_what_we_sign(account: V3Account, body: str) -> None:
    path = "/v3/pay/transactions/id/1?mchid=1900000109"
    theirs = utils.build_authorization(
        path, "POST", k.MCH_ID, k.SERIAL, utils.load_private_key(k.private_pem(k.MERCHANT).decode()), body, NONCE
    )
    timestamp = int(pairs(theirs)["timestamp"])
    ours = account.signer(k.MCH_ID).authorization("POST", path, body.encode(), timestamp, NONCE)
    assert pairs(ours) == pairs(theirs)
    assert ours.split(" ")[0] == theirs.split(" ")[0]


def test_what_we_sign_it_verifies(account: V3Account) -> None:
    text = text_to_sign("GET", "/v3/certificates", 1700000000, NONCE, b"").decode()
    signature = account.signer(k.MCH_ID).sign(text.encode())
    assert utils.rsa_sign(utils.load_private_key(k.private_pem(k.MERCHANT).decode()), text) == signature
    platform = Signer("", "", load_private_key(k.private_pem(k.PLATFORM)))
    public = utils.load_public_key(k.public_pem(k.PLATFORM).decode())
    signed = platform.sign(text_to_verify("1700000000", NONCE, '{"茶":1}'.encode()))
    assert utils.rsa_verify("1700000000", NONCE, '{"茶":1}', signed, public)
    assert not utils.rsa_verify("1700000001", NONCE, '{"茶":1}', signed, public)


def callback(account: V3Account) -> tuple[dict[str, str], bytes]:
    """A callback made by our side: sealed and signed as the gateway does."""
    resource = cipher.seal_resource(RESOURCE, account.api_v3_key, "fdasflkja484", "transaction")
    told = {
        "id": "EV-1",
        "event_type": "TRANSACTION.SUCCESS",
        "resource_type": "encrypt-resource",
        "resource": resource,
    }
    body = json.dumps(told).encode()
    timestamp = str(int(time.time()))
    platform = Signer("", "", load_private_key(k.private_pem(k.PLATFORM)))
    return {
        "Wechatpay-Serial": PUBLIC_ID,
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": NONCE,
        "Wechatpay-Signature": platform.sign(text_to_verify(timestamp, NONCE, body)),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }, body


def test_a_callback_that_we_make_it_opens_and_one_that_it_refuses_we_refuse(
    account: V3Account, wechat: WeChatPay
) -> None:
    headers, body = callback(account)
    told: Any = wechat.callback(headers, body.decode())
    assert told["resource"] == json.loads(RESOURCE)
    assert check(headers, body, account.keys, time.time()) == PUBLIC_ID
    assert not wechat.callback({**headers, "Wechatpay-Nonce": "x"}, body.decode())
    with pytest.raises(SignatureInvalid):
        check({**headers, "Wechatpay-Nonce": "x"}, body, account.keys, time.time())


def test_what_it_signs_for_the_platform_we_verify() -> None:
    body, at = '{"code_url":"weixin://茶"}', str(int(k.NOW))
    key = utils.load_private_key(k.private_pem(k.PLATFORM).decode())
    headers = {
        "Wechatpay-Serial": k.SERIAL,
        "Wechatpay-Timestamp": at,
        "Wechatpay-Nonce": NONCE,
        "Wechatpay-Signature": utils.rsa_sign(key, f"{at}\n{NONCE}\n{body}\n"),
    }
    keys = PlatformKeys(pinned(k.certificate(k.PLATFORM)))
    assert check(headers, body.encode(), keys, k.NOW) == k.SERIAL


@pytest.mark.parametrize("associated", ["", "transaction"])
def test_what_we_seal_it_opens(account: V3Account, associated: str) -> None:
    resource = cipher.seal_resource(RESOURCE, account.api_v3_key, "fdasflkja484", associated)
    opened = utils.aes_decrypt(resource["nonce"], resource["ciphertext"], associated, k.V3_KEY)
    assert opened.encode() == RESOURCE
    assert cipher.open_resource(resource, account.api_v3_key) == RESOURCE


def test_a_field_that_one_encrypts_the_other_opens(account: V3Account) -> None:
    name = "张三 de la Cruz"
    merchant = utils.load_private_key(k.private_pem(k.MERCHANT).decode())
    assert cipher.decrypt(utils.rsa_encrypt(name, merchant.public_key()), account.private_key) == name
    platform = utils.load_private_key(k.private_pem(k.PLATFORM).decode())
    assert utils.rsa_decrypt(cipher.encrypt(name, account.keys.newest(k.NOW).public), platform) == name


def test_the_payers_parameters_are_signed_alike(account: V3Account, wechat: WeChatPay) -> None:
    merchant = Merchant(APPID, k.MCH_ID, "K" * 32)
    cashier = Cashier(lambda: merchant, lambda: account.signer(k.MCH_ID), ManualClock(k.NOW), lambda: NONCE)
    at = str(int(k.NOW))
    page = cashier.jsapi(PREPAY_ID)
    assert page["paySign"] == wechat.sign([APPID, at, NONCE, f"prepay_id={PREPAY_ID}"])
    assert cashier.app(PREPAY_ID)["sign"] == wechat.sign([APPID, at, NONCE, PREPAY_ID])
