"""wxpay-v2 sign"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from wxpay_v2.cli.sign import sign
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Malformed

KEY = "192006250b4c09247ec02edce69f6a2d"
OFFICIAL = (
    "appid=wxd930ea5d5a258f4f", "mch_id=10000100", "device_info=1000", "body=test", "nonce_str=ibuaiVcKdpRxkhJA",
)  # fmt: skip


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("WXPAY_V2_API_KEY", KEY)


def run(*arguments, **more):
    return CliRunner().invoke(sign, list(arguments), catch_exceptions=False, **more)


@pytest.mark.parametrize(
    ("sign_type", "expected"),
    [
        ("MD5", "9A0A8659F005D6984697E2CA0A9CF3B7"),
        ("HMAC-SHA256", "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"),
    ],
)
def test_the_official_example_is_signed_and_the_key_stays_hidden(sign_type, expected):
    result = run("--sign-type", sign_type, *OFFICIAL)
    assert result.exit_code == 0
    assert expected in result.output
    assert "&key=********" in result.output
    assert KEY not in result.output


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("arguments", [["sign", "a=1"], ["--help"], ["sign", "--json", "a=1"]])
def test_what_cannot_be_printed_is_one_error_and_no_traceback(arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wxpay_v2", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "wxpay-v2: cannot go on: No space left on device\n")


@pytest.mark.parametrize(
    "text", ['{"a": "\\ud800"}', '{"a\\ud800": "1"}', '{"a": "1", "a": "2"}', '{"a": 1.5}', '{"a":']
)
def test_json_that_no_two_readers_take_alike_is_refused(text):
    with pytest.raises(Malformed):
        run("--file", "-", input=text)


def test_a_program_reads_json():
    told = json.loads(run("--json", *OFFICIAL).output)
    assert told["sign"] == "9A0A8659F005D6984697E2CA0A9CF3B7"
    assert told["text"].startswith("appid=wxd930ea5d5a258f4f&body=test")


def test_fields_come_from_a_file_and_an_old_sign_is_replaced(tmp_path):
    path = tmp_path / "fields.json"
    path.write_text(json.dumps({**dict(one.split("=") for one in OFFICIAL), "sign": "old"}), encoding="utf-8")
    assert "9A0A8659F005D6984697E2CA0A9CF3B7" in run("--file", str(path)).output


def test_a_payment_code_is_not_shown():
    assert "134567890123456789" not in run("auth_code=134567890123456789", *OFFICIAL).output


@pytest.mark.parametrize(
    "arguments", [(), ("key=" + KEY, "a=b"), ("nonsense",), ("a=1", "a=2"), ("--file", "x", "a=1")]
)
def test_wrong_use_exits_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert KEY not in result.output


def test_no_key_is_a_clear_error(monkeypatch):
    monkeypatch.delenv("WXPAY_V2_API_KEY")
    with pytest.raises(ConfigurationError, match="no API key"):
        run("a=b")


def test_an_emoji_is_refused_by_name_when_a_message_is_wanted():
    with pytest.raises(InvalidRequest, match="body holds a character beyond the BMP"):
        run("--xml", "body=\U0001f600")
