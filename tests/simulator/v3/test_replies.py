"""Answers of API v3: how they are signed, by which key, and what faults make of them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.fixtures import MCH_ID
from tests.simulator.v3.client import NOON, V3_KEY, Merchant, Reply, encrypted, holds, opened, pair, private_key, text
from wxpay_v2.clock import Clock, ManualClock
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import certificates
from wxpay_v2.simulator.accounts import CHANGE_OVER, PUBLIC_KEY
from wxpay_v2.simulator.certificates import Authority
from wxpay_v2.simulator.v3 import replies
from wxpay_v2.simulator.v3.keys import Platform
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.v3 import catalogue

DAY = 86400.0


def listed(merchant: Merchant) -> list[str]:
    """The serial numbers of the list; each certificate opens with the API v3 key and is the one it says."""
    found = []
    for one in merchant.ask("certificates").told["data"]:
        assert opened(one["encrypt_certificate"]) == merchant.platform_pem(one["serial_no"])
        assert one["effective_time"] < one["expire_time"]
        assert one["encrypt_certificate"]["associated_data"] == "certificate"
        found.append(one["serial_no"])
    return found


def test_the_list_holds_the_certificate_that_signs(merchant: Merchant) -> None:
    reply = merchant.ask("certificates")
    assert listed(merchant) == [reply.headers["Wechatpay-Serial"]]
    assert reply.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"


def test_the_list_does_not_open_with_another_key(abroad: Merchant) -> None:
    sealed = abroad.ask("certificates").told["data"][0]["encrypt_certificate"]
    with pytest.raises(InvalidTag):
        opened(sealed, V3_KEY[::-1])


def test_a_204_is_signed_over_nothing(abroad: Merchant) -> None:
    abroad.place()
    reply = abroad.close_order()
    stamp, nonce = reply.headers["Wechatpay-Timestamp"], reply.headers["Wechatpay-Nonce"]
    pem = abroad.platform_pem(reply.headers["Wechatpay-Serial"])
    assert holds(pem, reply.headers["Wechatpay-Signature"], f"{stamp}\n{nonce}\n\n".encode())
    assert "Content-Type" not in reply.headers


def test_every_answer_has_a_request_id_of_its_own(abroad: Merchant) -> None:
    ids = {abroad.ask("certificates").headers["Request-ID"] for _ in range(3)}
    assert len(ids) == 3 and all(one.rpartition("-")[2] == "0" for one in ids)


def test_a_new_certificate_is_listed_at_once_and_signs_a_day_later(abroad: Merchant) -> None:
    (old,) = listed(abroad)
    new = abroad.gateway.rotate_platform_certificate()
    assert listed(abroad) == [old, new]
    assert abroad.verify(abroad.ask("certificates")) == old
    abroad.clock.advance(DAY - 1)
    assert abroad.verify(abroad.ask("certificates")) == old
    abroad.clock.advance(1)
    assert abroad.verify(abroad.ask("certificates")) == new
    assert listed(abroad) == [old, new]


def test_a_certificate_that_has_ended_is_not_listed(abroad: Merchant) -> None:
    (old,) = listed(abroad)
    abroad.clock.advance(1820 * DAY)
    new = abroad.gateway.rotate_platform_certificate(after=0)
    abroad.clock.advance(10 * DAY)
    assert listed(abroad) == [new] and old != new


def test_what_was_encrypted_for_either_certificate_is_opened(home: Merchant) -> None:
    (old,) = listed(home)
    new = home.gateway.rotate_platform_certificate()
    for serial in (old, new):
        told = {"echo_message": "a", "encrypted_echo_message": encrypted("tea", home.platform_pem(serial))}
        reply = home.ask("security_echo", told, Wechatpay_Serial=serial)
        assert reply.status == 200, reply.told


def test_an_encrypted_field_comes_back_encrypted_for_the_merchant(home: Merchant) -> None:
    (serial,) = listed(home)
    told = {"echo_message": "a", "encrypted_echo_message": encrypted("tea", home.platform_pem(serial))}
    reply = home.ask("security_echo", told, Wechatpay_Serial=serial)
    data = base64.b64decode(reply.told["encrypted_echo_message"])
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
    assert home.key.decrypt(data, scheme) == b"tea"


@pytest.mark.parametrize("serial", [None, "0" * 40, "PUB_KEY_ID_0", "\u4e2d"])
def test_a_field_encrypted_for_nobody_here_is_refused(home: Merchant, serial: str | None) -> None:
    (right,) = listed(home)
    told = {"echo_message": "a", "encrypted_echo_message": encrypted("tea", home.platform_pem(right))}
    reply = home.ask("security_echo", told, Wechatpay_Serial=serial)
    assert (reply.status, reply.code) == (400, "PARAM_ERROR")


def test_a_field_encrypted_with_another_key_is_refused(home: Merchant) -> None:
    (serial,) = listed(home)
    told = {"echo_message": "a", "encrypted_echo_message": encrypted("tea", pair(1).pem)}
    assert home.ask("security_echo", told, Wechatpay_Serial=serial).field == "/encrypted_echo_message"


def test_a_merchant_of_the_public_key_has_no_certificates() -> None:
    merchant = Merchant(v3_keys=PUBLIC_KEY)
    reply = merchant.ask("certificates")
    assert (reply.status, reply.code) == (404, "RESOURCE_NOT_EXISTS")
    serial = merchant.verify(reply)
    assert serial == merchant.gateway.platform.public_key().serial
    assert serial.startswith("PUB_KEY_ID_") and b"PUBLIC KEY" in merchant.platform_pem(serial)
    assert merchant.verify(merchant.place()) == serial
    merchant.close()


def test_during_a_change_over_the_request_chooses_the_key() -> None:
    merchant = Merchant(v3_keys=CHANGE_OVER)
    (certificate,) = listed(merchant)
    public = merchant.gateway.platform.public_key().serial
    assert merchant.verify(merchant.ask("certificates")) == certificate
    assert merchant.verify(merchant.ask("certificates", Wechatpay_Serial=public)) == public
    assert merchant.verify(merchant.ask("certificates", Wechatpay_Serial=certificate)) == certificate
    merchant.close()


def test_a_merchant_without_an_api_v3_key_gets_no_list() -> None:
    assert Merchant(api_v3_key=None).ask("certificates").code == "NO_AUTH"


# Faults


def struck(merchant: Merchant, name: str) -> Reply:
    merchant.gateway.faults.add(name, operation=merchant.named("transactions_native"))
    target = "/v3/global/transactions/native"
    return merchant.send(merchant.exchange("POST", target, json.dumps(merchant.order()).encode()))


def broken(merchant: Merchant, reply: Reply) -> None:
    with pytest.raises(AssertionError):
        merchant.verify(reply)
    assert reply.status == 200
    assert [order.state for order in merchant.gateway.orders()] == ["NOTPAY"]


@pytest.mark.parametrize("name", ["wrong_sign", "probe", "unknown_serial", "stale_answer", "truncated"])
def test_a_spoilt_answer_does_not_verify_and_its_effect_stands(abroad: Merchant, name: str) -> None:
    broken(abroad, struck(abroad, name))


def test_a_probe_is_a_wrong_signature_with_a_name(abroad: Merchant) -> None:
    reply = struck(abroad, "probe")
    assert reply.headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert len(reply.headers["Wechatpay-Signature"]) == 344


def test_an_answer_may_carry_no_signature(abroad: Merchant) -> None:
    reply = struck(abroad, "unsigned")
    assert not any(name.startswith("Wechatpay-") for name in reply.headers) and reply.headers["Request-ID"]


def test_a_stale_answer_is_genuine_but_old(abroad: Merchant) -> None:
    reply = struck(abroad, "stale_answer")
    stamp, nonce = reply.headers["Wechatpay-Timestamp"], reply.headers["Wechatpay-Nonce"]
    pem = abroad.platform_pem(reply.headers["Wechatpay-Serial"])
    assert int(stamp) == abroad.clock.time() - 301
    assert holds(pem, reply.headers["Wechatpay-Signature"], text(stamp, nonce, body=reply.body))


@pytest.mark.parametrize(("name", "orders"), [("system_error", 0), ("system_error_after", 1)])
def test_a_system_error_is_signed_with_or_without_effect(abroad: Merchant, name: str, orders: int) -> None:
    reply = struck(abroad, name)
    assert (reply.status, reply.code) == (500, "SYSTEM_ERROR")
    abroad.verify(reply)
    assert len(abroad.gateway.orders()) == orders


def test_a_proxy_may_answer_in_html(abroad: Merchant) -> None:
    reply = struck(abroad, "html")
    assert reply.status == 502 and reply.body.startswith(b"<html>")
    assert abroad.gateway.orders() == []


@pytest.mark.parametrize(
    ("name", "action", "orders"), [("reset", "reset", 0), ("lost_reply", "reset", 1), ("hang", "hang", 1)]
)
def test_a_connection_may_break(abroad: Merchant, name: str, action: str, orders: int) -> None:
    abroad.gateway.faults.add(name)
    exchange = abroad.exchange("POST", "/v3/global/transactions/native", json.dumps(abroad.order()).encode())
    assert abroad.gateway.handle(exchange).action == action
    assert len(abroad.gateway.orders()) == orders


def test_an_answer_may_be_late(abroad: Merchant) -> None:
    abroad.gateway.faults.add("delay", seconds=3.0)
    assert abroad.gateway.handle(abroad.exchange("GET", "/v3/global/certificates")).delay == 3.0


def test_a_refused_call_uses_no_fault_up(abroad: Merchant) -> None:
    abroad.gateway.faults.add("probe")
    abroad.verify(abroad.place(description=None))
    assert abroad.gateway.faults.active()


def test_s7_nothing_of_a_key_is_shown(abroad: Merchant) -> None:
    abroad.ask("certificates")
    platform = abroad.gateway.platform
    shown = f"{platform!r} {platform.certificates()!r} {abroad.account!r} {vars(abroad.account)!r}"
    assert V3_KEY not in shown and "PRIVATE" not in shown and MCH_ID in shown
    assert isinstance(abroad.account.api_v3_key, Secret)


def test_the_certificate_of_a_directory_signs_when_it_holds(tmp_path: Path) -> None:
    certificates.write(tmp_path / "files")
    pem = (tmp_path / "files" / "wechatpay_platform_cert.pem").read_bytes()
    assert Platform(Clock().time, tmp_path / "files").signing().pem == pem
    elsewhere = Platform(ManualClock().time, tmp_path / "files").signing()
    assert elsewhere.pem != pem and elsewhere.begin < ManualClock().time() < elsewhere.end


def test_an_authority_may_issue_for_another_year() -> None:
    issued = Authority(days=10, now=1_000_000_000.0).platform()
    assert issued.certificate.not_valid_after_utc.timestamp() == 1_000_000_000.0 + 10 * DAY
    assert private_key(issued).key_size == 2048


# Downloads


def downloaded(merchant: Merchant, file: replies.File) -> Reply:
    row = catalogue.find("global", "statements")
    call = Call(merchant.account, row, {}, "global", merchant.gateway.platform, merchant.key.public_key())
    answer = replies.answer(call, file, replies.Signer(merchant.gateway.platform, merchant.account, NOON))
    return Reply(answer.status, answer.headers, answer.body)


def test_a_statement_is_signed_by_the_digest_of_its_plain_bytes(abroad: Merchant) -> None:
    packed = {"Content-Encoding": "gzip"}
    reply = downloaded(abroad, replies.File(b"packed", plain=b"plain", digest=True, headers=packed))
    sha1 = hashlib.sha1(b"plain", usedforsecurity=False).hexdigest()
    assert reply.headers["Wechatpay-Statement-Sha1"] == sha1
    assert (reply.body, reply.headers["Content-Encoding"]) == (b"packed", "gzip")
    wrapper = text(
        reply.headers["Wechatpay-Timestamp"], reply.headers["Wechatpay-Nonce"], body=f'{{"sha1":"{sha1}"}}'.encode()
    )
    pem = abroad.platform_pem(reply.headers["Wechatpay-Serial"])
    assert holds(pem, reply.headers["Wechatpay-Signature"], wrapper)


def test_another_download_is_not_signed(abroad: Merchant) -> None:
    reply = downloaded(abroad, replies.File(b"bill"))
    assert reply.body == b"bill" and not any(name.startswith("Wechatpay-") for name in reply.headers)


def test_an_answer_of_a_name_that_the_row_does_not_have_is_a_mistake(abroad: Merchant) -> None:
    row = catalogue.find("global", "transactions_native")
    call = Call(abroad.account, row, {}, "global", abroad.gateway.platform, abroad.key.public_key())
    signer = replies.Signer(abroad.gateway.platform, abroad.account, NOON)
    with pytest.raises(AssertionError, match="prepay_id"):
        replies.answer(call, {"code_url": "x", "prepay_id": "y"}, signer)
