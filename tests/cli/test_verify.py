"""wxpay-v2 verify"""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from wxpay_v2 import Secret
from wxpay_v2.cli.verify import verify
from wxpay_v2.v2 import cipher, envelope, xml
from wxpay_v2.v2.signature import Signer

KEY = "192006250b4c09247ec02edce69f6a2d"
FIELDS = {"appid": "wx8888888888888888", "attach": "two words", "total_fee": "100"}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("WXPAY_V2_API_KEY", KEY)


def run(data: bytes, *arguments):
    return CliRunner().invoke(verify, ["-", *arguments], input=data, catch_exceptions=False)


def sealed(algorithm="MD5", key=KEY, **more):
    return envelope.seal({**FIELDS, **more}, Signer(Secret(key), algorithm))


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_a_right_signature_exits_0(sign_type):
    result = run(sealed(sign_type, sign_type=sign_type))
    assert result.exit_code == 0
    assert "holds" in result.output


def test_a_wrong_one_exits_1_with_its_cause_and_no_key():
    result = run(sealed("HMAC-SHA256"))
    assert result.exit_code == 1
    assert "signed with HMAC-SHA256" in result.output
    assert KEY not in result.output


def test_a_program_reads_json():
    told = json.loads(run(sealed(key="0" * 32), "--json").output)
    assert told["valid"] is False
    assert told["causes"]


@pytest.mark.parametrize("as_json", [[], ["--json"]])
@pytest.mark.parametrize(
    "data", [rb'{"a": "\ud800", "sign": "x"}', rb'{"a\ud800": "1", "sign": "x"}', b'{"a": "1", "a": "2", "sign": "x"}']
)
def test_json_that_no_two_readers_take_alike_is_malformed(data, as_json):
    result = run(data, *as_json)
    assert result.exit_code == 1
    assert "malformed" in result.output


def test_a_refund_notification_is_decrypted_and_its_account_kept():
    inner = xml.write({"refund_id": "5000", "out_refund_no": "R-1", "refund_status": "SUCCESS"}, root="root")
    body = xml.write({"return_code": "SUCCESS", "req_info": cipher.encrypt(inner, Secret(KEY))})
    result = run(body)
    assert result.exit_code == 0
    assert "refund_status = SUCCESS" in result.output
    assert "confirm it with refund_query" in result.output


def test_a_refund_notification_under_another_key_exits_1():
    inner = xml.write({"refund_id": "5000"}, root="root")
    assert run(xml.write({"req_info": cipher.encrypt(inner, Secret("0" * 32))})).exit_code == 1


@pytest.mark.parametrize("data", [b"", b"hello", b"<xml><a><b/></a></xml>", b'{"a": [1]}', b"{", b"\xff\xfe<\x00x\x00"])
def test_what_is_no_message_exits_1(data):
    result = run(data)
    assert result.exit_code == 1
    assert "does not hold" in result.output


def test_each_cause_comes_with_what_to_do():
    output = run(sealed("HMAC-SHA256")).output
    assert "  likely: signed with HMAC-SHA256, configured is MD5" in output
    assert "      do: set the merchant's sign_type" in output
    told = json.loads(run(sealed(key="0" * 32), "--json").output)
    assert len(told["causes"]) == len(told["remedies"])
    assert told["text"].endswith("&key=********")


@pytest.mark.parametrize("blank", [" ", "\n", "\r\n"])
def test_a_configured_key_with_a_blank_is_a_cause_and_no_dead_end(monkeypatch, blank):
    monkeypatch.setenv("WXPAY_V2_API_KEY", KEY + blank)
    result = run(sealed())
    assert result.exit_code == 1
    assert "the API key holds blanks or line ends" in result.output
    assert "the configured key has blanks around it" in result.output
    assert KEY not in result.output


def test_a_key_with_a_blank_in_the_configuration_file_is_a_cause_too(tmp_path):
    config = tmp_path / "wxpay_v2.toml"
    config.write_text(f'[merchant]\nappid = "wx8888888888888888"\nmch_id = "1900000109"\napi_key = "{KEY} "\n')
    result = run(sealed(), "--config", str(config))
    assert result.exit_code == 1
    assert "the configured key has blanks around it" in result.output


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("WXPAY_V2_SUB_MCH_API_KEY", "the sub-merchant's key"),
        ("WXPAY_V2_SANDBOX_API_KEY", "the sandbox's key"),
        ("WXPAY_V2_API_V3_KEY", "the API v3 key"),
    ],
)
def test_a_key_that_was_mistaken_is_named_when_it_is_at_hand(monkeypatch, variable, told):
    other = "SomeOtherKeyOfThe32CharactersXYZ"
    monkeypatch.setenv(variable, other)
    result = run(sealed(key=other))
    assert result.exit_code == 1
    assert f"likely: signed with {told}" in result.output
    assert other not in result.output


def test_a_refund_notification_with_a_key_of_the_wrong_shape_exits_1(monkeypatch):
    monkeypatch.setenv("WXPAY_V2_API_KEY", KEY + " ")
    result = run(xml.write({"req_info": cipher.encrypt(b"<root/>", Secret(KEY))}))
    assert result.exit_code == 1
    assert "blanks" in result.output
