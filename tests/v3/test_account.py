"""What API v3 needs: checked when it is given, read from files that only their owner can read, never shown."""

from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.v3 import keys as k
from wxpay_v2 import primitives
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.secret import Secret
from wxpay_v2.v3.account import V3Account

PUBLIC_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
PEM = k.private_pem(k.MERCHANT)


def account(**changes: Any) -> V3Account:
    return V3Account(**{"serial_no": k.SERIAL, "private_key": PEM, "api_v3_key": k.V3_KEY, **changes})


def test_an_account_needs_three_things_and_signs() -> None:
    made = account()
    assert made.serial_no == k.SERIAL
    assert len(made.keys) == 0
    assert made.keys.due(k.NOW)
    assert made.signer(k.MCH_ID).authorization("GET", "/v3/x", b"", 1, "n").startswith("WECHATPAY2-SHA256-RSA2048 ")


def test_what_v2_calls_do_not_say_is_empty_unless_given() -> None:
    made = account()
    names = ("merchant_category_code", "store_id", "store_name", "store_address", "goods_id", "goods_price")
    assert {getattr(made, name) for name in names} == {""}
    assert (made.codepay, made.strict, made.over_v2) == (False, False, ())
    given = account(**dict.fromkeys(names, "4111"), codepay=True, strict="true", over_v2=["send_red_pack"])
    assert {getattr(given, name) for name in names} == {"4111"}
    assert (given.codepay, given.strict, given.over_v2) == (True, True, ("send_red_pack",))
    assert account(**dict.fromkeys(names)).store_id == ""


def test_a_serial_number_is_upper_case_hex() -> None:
    assert account(serial_no="7a" * 20).serial_no == "7A" * 20


@pytest.mark.parametrize(
    "serial_no", ["", "7A" * 19, "7A" * 21, "7G" * 20, " " + "7A" * 20, "7A" * 20 + "\n", "٧" * 40, 7]
)
def test_a_serial_number_that_is_none_is_refused_without_a_quotation(serial_no: Any) -> None:
    with pytest.raises(ConfigurationError, match="serial_no must have 40 hex digits") as refused:
        account(serial_no=serial_no)
    assert "openssl" in refused.value.remedy
    if serial_no:
        assert str(serial_no).strip() not in refused.value.message.replace("7 characters", "")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "0 characters"), (k.V3_KEY[:-1], "31 characters"), (k.V3_KEY + "1", "33 characters"),
        (k.V3_KEY[:-1] + "-", "others among them"), (k.V3_KEY[:-1] + " ", "others among them"),
        (k.V3_KEY[:-1] + "é", "others among them"), (k.V3_KEY[:-1] + "٧", "others among them"),
        (k.V3_KEY[:-1] + "\n", "others among them"), (k.V3_KEY + "\n", "33 characters"),
    ],
)  # fmt: skip
def test_an_api_v3_key_that_is_none_is_refused_by_its_length_alone(key: str, said: str) -> None:
    for given in (key, Secret(key)):
        with pytest.raises(ConfigurationError, match=f"32 letters and digits, got {said}") as refused:
            account(api_v3_key=given)
        assert "Canary" not in str(refused.value)


@pytest.mark.parametrize("key", [None, 7, b"x" * 32, Secret(7)])  # type: ignore[arg-type]
def test_an_api_v3_key_that_is_no_text_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="api_v3_key"):
        account(api_v3_key=key)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_private_key_is_taken_as_a_path_text_or_bytes(form: PrivateFormat, tmp_path: Path) -> None:
    pem = k.private_pem(k.MERCHANT, form)
    path = tmp_path / "apiclient_key.pem"
    path.write_bytes(pem)
    path.chmod(0o600)
    signatures = {
        account(private_key=given).signer("1").sign(b"data") for given in (pem, pem.decode(), path, str(path))
    }
    assert signatures == {k.sign(k.MERCHANT, b"data")}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o644])
def test_s7_a_private_key_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "apiclient_key.pem"
    path.write_bytes(PEM)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"others can read it \\(mode {mode:04o}\\)") as refused:
        account(private_key=path)
    assert refused.value.remedy == "chmod 600"


def test_s7_a_private_key_is_a_regular_file(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    for path in (fifo, tmp_path):
        with pytest.raises(ConfigurationError, match=r"not a regular file|cannot be read"):
            account(private_key=path)


def _elliptic() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (k.certificate(k.MERCHANT), "this is a certificate"),
        (k.public_pem(k.MERCHANT), "this is a public key"),
        (b"0\x82\x0a", "this is no PEM"),
        (b"", "this is no PEM"),
        (
            k.key(k.MERCHANT).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
            "is encrypted",
        ),
        (_elliptic(), "not an RSA private key of 2048 bits"),
        (k.private_pem("short", bits=1024), "not an RSA private key of 2048 bits"),
        (PEM[:400] + PEM[500:], "not an RSA private key"),
        ("/nowhere/apiclient_key.pem", "cannot be read: No such file"),
        ("nul\0", "cannot be read"),
        ("", "must be a path or bytes"),
        (None, "must be a path or bytes"),
        (7, "must be a path or bytes"),
        ("-----BEGIN PRIVATE KEY-----\n\ud800é\n-----END PRIVATE KEY-----", "not an RSA private key"),
    ],
)
def test_what_cannot_be_the_private_key_is_refused_with_its_reason(given: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        account(private_key=given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("merchant_category_code", "41"), ("merchant_category_code", "abcd"), ("merchant_category_code", 4111),
        ("store_id", 7), ("store_name", b"x"), ("store_address", []), ("goods_id", True), ("goods_price", 1.5),
        ("codepay", "yes"), ("codepay", None), ("codepay", []), ("strict", 7), ("over_v2", 7), ("over_v2", [7]),
        ("over_v2", ["sendRedPack"]), ("over_v2", ["a" * 65]), ("platform_keys", 7), ("platform_keys", [b""]),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=name.replace("platform_keys", "platform_keys|not a certificate")):
        account(**{name: value})


def test_platform_keys_are_known_from_the_start() -> None:
    made = account(platform_keys={PUBLIC_ID: k.public_pem(k.PLATFORM)})
    assert made.keys.serials == (PUBLIC_ID,)
    assert not made.keys.due(k.NOW)
    assert repr(made) == f"V3Account(serial_no='{k.SERIAL}', platform_keys=1)"


# The key is loaded once.


def test_the_private_key_is_checked_once_on_first_use_by_whichever_thread_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[bool] = []
    real = primitives._private_from

    def counted(pem: bytes, *, checked: bool) -> Any:
        calls.append(checked)
        return real(pem, checked=checked)

    monkeypatch.setattr(primitives, "_private_from", counted)
    made = account()
    assert calls == [False]
    barrier, signed = threading.Barrier(8), []

    def sign() -> None:
        signer = made.signer(k.MCH_ID)
        barrier.wait()
        signed.append(signer.sign(b"data"))

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [False, True]
    assert signed == [k.sign(k.MERCHANT, b"data")] * 8


# What it never shows.


def _everything_said(made: V3Account, caplog: pytest.LogCaptureFixture) -> str:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("shop").debug("%s %r %s", made, made, vars(made))
    parts = [caplog.text, repr(vars(made)), f"{made}", repr(made.private_key), str(made.private_key)]
    return " ".join([*parts, repr(made.signer(k.MCH_ID)), json.dumps(vars(made), default=repr)])


def test_s7_an_account_shows_no_key(caplog: pytest.LogCaptureFixture) -> None:
    made = account(platform_keys=[k.certificate(k.PLATFORM)])
    made.signer(k.MCH_ID).sign(b"x")
    said = _everything_said(made, caplog)
    assert "Canary" not in said
    assert "PRIVATE KEY" not in said
    for line in PEM.decode().splitlines()[1:-1]:
        assert line not in said


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_s7_neither_account_nor_key_leaves_its_process(leave: Any) -> None:
    made = account()
    for thing in (made, made.private_key, made.api_v3_key):
        with pytest.raises(TypeError):
            leave(thing)
    with pytest.raises(TypeError, match="does not leave"):
        made.private_key.__getstate__()


def test_s7_a_private_key_is_not_compared_or_hashed() -> None:
    key = account().private_key
    with pytest.raises(TypeError, match="not compared"):
        _ = key == key
    with pytest.raises(TypeError, match="unhashable"):
        hash(key)


def test_s7_a_refused_account_leaves_no_key_in_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    for changes in (
        {"serial_no": "x"},
        {"strict": "perhaps"},
        {"api_v3_key": k.V3_KEY + "7"},
        {"private_key": PEM[:99]},
    ):
        with pytest.raises(ConfigurationError) as refused:
            account(**changes)
        trace, frames = refused.value.__traceback__, []
        while trace is not None:
            frames.append(trace.tb_frame)
            trace = trace.tb_next
        ours = [frame for frame in frames if frame.f_globals["__name__"].startswith("wxpay_v2.v3")]
        assert ours == []
        assert refused.value.__context__ is None


# Configuration files.


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("WXPAY_V2_")]:
        monkeypatch.delenv(name)
    (tmp_path / "key.pem").write_bytes(PEM)
    (tmp_path / "key.pem").chmod(0o600)
    (tmp_path / "pub.pem").write_bytes(k.public_pem(k.PLATFORM))
    (tmp_path / "old.pem").write_bytes(k.certificate(k.PLATFORM))
    (tmp_path / "new.pem").write_bytes(k.certificate(k.NEXT, "2B" * 20))
    return tmp_path


def _toml(folder: Path, *lines: str) -> Path:
    path = folder / "wxpay.toml"
    needed = [f'serial_no = "{k.SERIAL}"', 'private_key = "key.pem"', f'api_v3_key = "{k.V3_KEY}"']
    path.write_text("\n".join(["[merchant]", 'appid = "x"', "[v3]", *needed, *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "serials"),
    [
        ("", ()),
        ('platform_keys = "old.pem"', (k.SERIAL,)),
        ('platform_keys = ["old.pem", "new.pem"]', (k.SERIAL, "2B" * 20)),
        (f'platform_keys = {{ {PUBLIC_ID} = "pub.pem" }}', (PUBLIC_ID,)),
        (f'[v3.platform_keys]\n{PUBLIC_ID} = "pub.pem"', (PUBLIC_ID,)),
    ],
)
def test_a_file_says_it_all_with_paths_beside_it(folder: Path, line: str, serials: tuple[str, ...]) -> None:
    made = V3Account.from_config(_toml(folder, 'store_id = "S1"', "codepay = true", 'over_v2 = ["facepay"]', line))
    assert (made.serial_no, made.store_id, made.codepay, made.over_v2) == (k.SERIAL, "S1", True, ("facepay",))
    assert made.keys.serials == serials


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("{}/old.pem", (k.SERIAL,)),
        ("{0}/old.pem, {0}/new.pem,", (k.SERIAL, "2B" * 20)),
        (PUBLIC_ID + "={}/pub.pem", (PUBLIC_ID,)),
        (PUBLIC_ID + " = {}/pub.pem", (PUBLIC_ID,)),
    ],
)
def test_the_environment_says_it_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, serials: tuple[str, ...]
) -> None:
    monkeypatch.setenv("WXPAY_V2_V3_SERIAL_NO", k.SERIAL)
    monkeypatch.setenv("WXPAY_V2_V3_PRIVATE_KEY", str(folder / "key.pem"))
    monkeypatch.setenv("WXPAY_V2_V3_API_V3_KEY", k.V3_KEY)
    monkeypatch.setenv("WXPAY_V2_V3_PLATFORM_KEYS", text.format(folder))
    monkeypatch.setenv("WXPAY_V2_V3_STRICT", "true")
    monkeypatch.setenv("WXPAY_V2_V3_OVER_V2", "facepay, reverse")
    made = V3Account.from_config()
    assert (made.keys.serials, made.strict, made.over_v2) == (serials, True, ("facepay", "reverse"))


def test_arguments_win_over_the_file_and_the_file_over_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WXPAY_V2_V3_STORE_ID", "environment")
    monkeypatch.setenv("WXPAY_V2_V3_STORE_NAME", "environment")
    monkeypatch.setenv("WXPAY_V2_V3_GOODS_ID", "environment")
    path = _toml(folder, 'store_id = "file"', 'store_name = "file"')
    made = V3Account.from_config(path, store_id="argument")
    assert (made.store_id, made.store_name, made.goods_id) == ("argument", "file", "environment")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not configured: serial_no, private_key, api_v3_key"),
        ("[v3]\nserial_no = ''", "not configured: serial_no"),
        ("v3 = 7", "must be a table"),
        ("[v3", "cannot be read"),
        ("[v3]\nserial_no=7\nprivate_key=7\napi_v3_key=7", "serial_no must have"),
        ("[v3]\nserial_no='x'\nprivate_key='x'\napi_v3_key='x'\ncolour='x'", "unknown settings: colour"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(folder: Path, text: str, said: str) -> None:
    path = folder / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said):
        V3Account.from_config(path)


@pytest.mark.parametrize("path", ["/nowhere.toml", 7, "\0"])
def test_a_path_that_leads_nowhere_is_refused(folder: Path, path: Any) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        V3Account.from_config(path)
