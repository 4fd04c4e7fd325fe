"""The corners of wechatpy's face: encrypted transfers, other notifications, answers handled alone, kept things."""

from __future__ import annotations

import json
import pickle
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

import wxpay_v2.compat.wechatpy as ours
from tests.compat import wechatpy_scenarios as scenarios
from tests.compat.real import LEADING_ELSEWHERE, real
from tests.compat.wechatpy_scenarios import client, fields_of, gateway, signed, written
from tests.fixtures import APPID, KEY, MCH_ID, sign
from wxpay_v2 import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown, Refused
from wxpay_v2.clock import parse_time
from wxpay_v2.compat.wechatpy.connection import Connection
from wxpay_v2.compat.wechatpy.crypto import WeChatRefundCrypto
from wxpay_v2.compat.wechatpy.exceptions import InvalidSignatureException, WeChatException, WeChatPayException
from wxpay_v2.compat.wechatpy.pay import utils
from wxpay_v2.errors import SignatureInvalid

NEW = "wechatpy-2.0.0a26"
DONE = {"return_code": "SUCCESS", "result_code": "SUCCESS"}


@pytest.fixture(scope="module")
def pair(wxpay_certificates: Path) -> tuple[str, bytes]:
    """An RSA key pair: the public key as the gateway answers it, the private one as a file holds it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    private = (wxpay_certificates / "apiclient_key.pem").read_bytes()
    public = load_pem_private_key(private, None).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(), private


def test_name_and_card_travel_encrypted_under_the_key_that_was_asked_for_once(pair: tuple[str, bytes]) -> None:
    pay = client(ours)
    asked: list[Any] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        asked.append(request)
        return 200, {}, written({**DONE, "pub_key": pair[0], "partner_trade_no": "T-12345678", "payment_no": "1"})

    with responses.RequestsMock() as mocked:
        for url in ("https://fraud.mch.weixin.qq.com/risk/getpublickey", f"{scenarios.HOST}mmpaysptrans/pay_bank"):
            mocked.add_callback(responses.POST, url, callback=answer)
        for _ in range(2):
            pay.transfer.transfer_bankcard("Zhang", "6222", "1002", 5, out_trade_no="T-12345678")
    assert [one.url.rpartition("/")[2] for one in asked] == ["getpublickey", "pay_bank", "pay_bank"]
    sent = fields_of(asked[1].body)
    import base64

    assert utils.rsa_decrypt(base64.b64decode(sent["enc_bank_no"]), pair[1]) == b"6222"
    assert utils.rsa_decrypt(base64.b64decode(sent["enc_true_name"]), pair[1].decode()) == b"Zhang"


def test_rsa_of_bytes_and_what_it_refuses(pair: tuple[str, bytes]) -> None:
    raw = utils.rsa_encrypt(b"\xff", pair[0], b64_encode=False)
    assert utils.rsa_decrypt(raw, pair[1]) == b"\xff"
    with pytest.raises(InvalidRequest):
        utils.rsa_encrypt(b"\xff", pair[0])
    with pytest.raises(ConfigurationError, match="encrypted"):
        utils.rsa_decrypt(raw, pair[1], b"password")
    with pytest.raises(SignatureInvalid):
        utils.rsa_decrypt(b"0" * 256, pair[1])
    with pytest.raises(ConfigurationError):
        utils.rsa_encrypt("a", "no key")


def test_a_receiver_of_a_share_goes_out_under_the_name_that_the_gateway_knows() -> None:
    receiver = {"type": "MERCHANT_ID", "account": "1900000110"}
    for method in ("add_receiver", "remove_receiver"):
        with gateway({**DONE, "receiver": json.dumps(receiver)}) as asked:
            getattr(client(ours).profit_sharing, method)(receiver)
        fields = fields_of(asked[0].body)
        assert json.loads(fields["receiver"]) == receiver
        assert fields["sign"] == sign(fields, sign_type="HMAC-SHA256")
    theirs = real(
        NEW, "wechatpy", scenarios.calls, asked=[["profit_sharing", "add_receiver", {"receiver": receiver}, DONE]]
    )
    assert "receivers" in theirs[0][0][0]["fields"]


def test_an_answer_in_json_that_says_no_is_refused() -> None:
    with gateway('{"retcode": -1, "retmsg": "no"}'), pytest.raises(WeChatPayException) as caught:
        client(ours).app_auth.get_access_token("o1", "c")
    assert isinstance(caught.value, (Refused, OutcomeUnknown))
    with gateway({**DONE, "retcode": "0"}) as asked:
        client(ours).app_auth.real_name_auth("o1", "Zhang", "11", "t")
    assert asked[0].url == "https://fraud.mch.weixin.qq.com/secsvc/realnameauth"


def test_a_statement_that_is_refused_raises_and_an_empty_answer_is_unknown() -> None:
    no_bill = written({"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"})
    with gateway(no_bill), pytest.raises(WeChatPayException) as caught:
        client(ours).tools.download_bill("20300101")
    assert (caught.value.return_code, caught.value.return_msg) == ("FAIL", "No Bill Exist")
    with gateway(""), pytest.raises(WeChatPayException) as empty:
        client(ours).tools.download_bill("20300101")
    assert isinstance(empty.value, OutcomeUnknown)
    with gateway("\ufeffa,b"):
        assert client(ours).tools.download_bill("20300101") == "a,b"


CONTRACT = {**DONE, "mch_id": MCH_ID, "contract_id": "1", "change_type": "ADD", "plan_id": "2", "openid": "o1",
            "contract_code": "C", "operate_time": "2030-01-01 00:00:00"}  # fmt: skip
DEDUCTION = {
    **DONE, "appid": APPID, "mch_id": MCH_ID, "contract_id": "1", "trade_state": "SUCCESS", "total_fee": "5",
    "transaction_id": "42", "out_trade_no": "T-1", "time_end": "20300101000000", "openid": "o1", "nonce_str": "n",
    "cash_fee": "5", "bank_type": "CFT", "trade_type": "PAP", "is_subscribe": "N",
}  # fmt: skip


def test_other_notifications_are_opened_by_the_same_method() -> None:
    pay = client(ours)
    assert pay.parse_payment_result(signed(CONTRACT))["contract_id"] == "1"
    assert pay.parse_payment_result(signed(DEDUCTION))["total_fee"] == 5
    failed = {**DEDUCTION, "trade_state": "PAYERROR"}
    assert pay.parse_payment_result(signed(failed))["trade_state"] == "PAYERROR"
    with pytest.raises(InvalidSignatureException):
        pay.parse_payment_result(signed({name: text for name, text in DEDUCTION.items() if name != "transaction_id"}))


def test_mutated_notifications_raise_nothing_but_wechatpys_exceptions() -> None:
    pay = client(ours)
    dice = random.Random(7)
    genuine = [signed(DEDUCTION).encode(), signed(CONTRACT, sign_type="HMAC-SHA256").encode(),
               written({"appid": APPID, "mch_id": MCH_ID, "req_info": "AAAA"}).encode()]  # fmt: skip
    for _ in range(600):
        message = bytearray(dice.choice(genuine))
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(message))
            message[place : place + dice.randint(0, 3)] = dice.choice([b"<", b"&", b"\xff", b"\x00", b"]]>", b"~"])
        for method in (pay.parse_payment_result, pay.parse_refund_notify_result):
            with pytest.raises(WeChatException):
                method(bytes(message))
        with suppress(ValueError, KeyError):
            pay.get_payment_data(bytes(message))


def test_somebodys_own_signature_must_fit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wxpay_v2.compat.wechatpy.pay.calculate_signature", lambda params, key: "S")
    with pytest.raises(InvalidSignatureException):
        client(ours).parse_payment_result(written({"a": "1", "sign": "T"}))
    with pytest.raises(InvalidSignatureException):
        client(ours).parse_payment_result(written({"a": "1"}))


def made(body: str, status: int = 200, **more: Any) -> requests.Response:
    answer = requests.Response()
    answer.status_code = status
    answer._content = body.encode()
    for name, value in more.items():
        setattr(answer, name, value)
    return answer


def test_ids_and_key_are_those_of_the_moment() -> None:
    pay = client(ours)
    told = {**DEDUCTION, "appid": "wx9999999999999999"}
    with pytest.raises(InvalidSignatureException):
        pay.parse_payment_result(signed(told))
    pay.appid = "wx9999999999999999"
    assert pay.parse_payment_result(signed(told))["total_fee"] == 5
    pay.api_key = "AnotherKeyOfAnotherMerchant45678"
    with pytest.raises(InvalidSignatureException):
        pay.parse_payment_result(signed(told))
    assert pay.parse_payment_result(signed(told, key="AnotherKeyOfAnotherMerchant45678"))["total_fee"] == 5


def test_numbers_addresses_and_times_that_are_made_up() -> None:
    pay = client(ours)
    sent = []
    for _ in range(2):
        with gateway({**DONE, "prepay_id": "wx1"}) as asked:
            pay.order.create("JSAPI", "Tea", 5, "https://a.example/n", user_id="o1")
        sent.append(fields_of(asked[0].body))
    first, second = sent
    assert first["out_trade_no"] != second["out_trade_no"]
    assert first["out_trade_no"].startswith(MCH_ID + "20")
    assert len(first["out_trade_no"]) == 32
    assert first["spbill_create_ip"].count(".") == 3
    life = parse_time(first["time_expire"]) - parse_time(first["time_start"])
    assert life.total_seconds() == 7200
    with gateway({**DONE, "send_listid": "1"}) as asked, suppress(WeChatPayException):
        pay.redpack.send("o1", 5, "S", "A", "W", "R")
    assert len(fields_of(asked[0].body)["mch_billno"]) == 28


def test_without_a_way_out_the_address_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(utils, "_ROUTED", ("255.255.255.255", 9))  # refused without the right to broadcast
    assert utils.get_external_ip() == "127.0.0.1"


def test_an_answer_may_be_handled_alone() -> None:
    pay = client(ours)
    request = requests.Request(
        "POST", f"{scenarios.HOST}pay/orderquery", data=signed({"out_trade_no": "T-1"})
    ).prepare()
    told = {**DONE, "out_trade_no": "T-1", "trade_state": "NOTPAY"}
    assert pay._handle_result(made(signed(told), request=request))["trade_state"] == "NOTPAY"
    with pytest.raises(WeChatPayException) as caught:
        pay._handle_result(made(signed({**told, "out_trade_no": "T-2"}), request=request))
    assert isinstance(caught.value, OutcomeUnknown)
    assert pay._handle_result(made(signed(told), url=f"{scenarios.HOST}pay/orderquery"))["trade_state"] == "NOTPAY"
    with pytest.raises(WeChatPayException):
        pay._handle_result(made(signed(told)))

    class Answer:
        """What a test's own `_http` may return."""

        __slots__ = ("status_code", "text", "url")

    own: Any = Answer()
    own.status_code, own.text, own.url = 200, signed(told), f"{scenarios.HOST}pay/orderquery"
    assert pay._handle_result(own)["trade_state"] == "NOTPAY"


def test_calls_outside_the_catalogue_are_signed_and_verified_all_the_same() -> None:
    pay = client(ours)
    with gateway({**DONE, "a": "1"}) as asked:
        assert pay.post("pay/somethingnew", data={"b": 2})["a"] == "1"
    assert fields_of(asked[0].body)["sign"] == sign(fields_of(asked[0].body))
    with gateway(written({**DONE, "a": "1"})), pytest.raises(WeChatPayException):
        pay.post("pay/somethingnew", data={"b": 2})
    for address in ("../x y", "https://[/pay", ""):
        with pytest.raises(WeChatPayException) as caught:
            pay.post(address, data={})
        assert isinstance(caught.value, NotSent)


def test_an_algorithm_that_is_configured_signs_what_takes_it() -> None:
    pay = client(ours, sign_type="HMAC-SHA256")
    with gateway(DONE) as asked:
        pay.order.close("T-1")
    fields = fields_of(asked[0].body)
    assert (fields["sign_type"], fields["sign"]) == ("HMAC-SHA256", sign(fields, sign_type="HMAC-SHA256"))
    with gateway({**DONE, "trade_state": "NOTPAY"}) as asked:
        client(ours).order.query(out_trade_no="T-1")
    assert "sign_type" not in fields_of(asked[0].body)


def test_a_connection_forgets_what_it_does_not_need_and_pickles_without_it(
    wxpay_certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LEADING_ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    connection = Connection()
    with responses.RequestsMock() as mocked:
        mocked.add(responses.GET, "https://a.example/", body="x")
        for number in range(20):
            bundle = tmp_path / f"{number}.pem"
            bundle.write_bytes((wxpay_certificates / "rootca.pem").read_bytes())
            connection.verify = str(bundle)
            assert connection.request("get", "https://a.example/", timeout=1).text == "x"
    assert len(connection._sessions) == 4
    again = pickle.loads(pickle.dumps(connection))  # noqa: S301 - ours
    assert (again.verify, again._sessions) == (connection.verify, {})
    connection.close()


def test_the_refund_key_is_md5_of_the_api_key_and_never_of_nothing() -> None:
    import hashlib

    crypto = WeChatRefundCrypto(KEY)
    assert crypto.key == hashlib.md5(KEY.encode()).hexdigest().encode()
    assert KEY not in repr(vars(crypto))
    with pytest.raises(ConfigurationError):
        WeChatRefundCrypto("")


def test_exceptions_made_by_hand_print_as_wechatpys() -> None:
    for error in (
        WeChatException(1, "m"), InvalidSignatureException(), WeChatPayException("FAIL", "FAIL", "m", "E", "d"),
    ):  # fmt: skip
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - ours
        assert (type(again), str(again), repr(again), vars(again)) == (
            type(error),
            str(error),
            repr(error),
            vars(error),
        )
    assert str(WeChatPayException("FAIL", "FAIL", "m", "E", "d")) == (
        "Error code: FAIL, message: m. Pay Error code: E, message: d"
    )
    assert repr(InvalidSignatureException()) == "InvalidSignatureException(-40001, Invalid signature)"
