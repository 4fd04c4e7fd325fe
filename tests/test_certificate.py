"""A merchant certificate in every form people have it, and every way to have it wrong (threats.md, section 7)."""

from __future__ import annotations

import copy
import itertools
import logging
import os
import pickle
import ssl
import stat
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509 import load_der_x509_certificate

from tests.fixtures import MCH_ID, certificate, crash_report, key, key_pem, p12, pem
from wxpay_v2.call import Response
from wxpay_v2.certificate import EXPIRY_WARNINGS, Certificate, Certificates
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.simulator.certificates import Authority

NOW = datetime(2024, 3, 1, 12, tzinfo=timezone.utc)
CERT, KEY_PEM = pem(certificate()), key_pem()
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"


def write(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def refused(*material: Any, words: str = "", **options: Any) -> ConfigurationError:
    with pytest.raises(ConfigurationError, match=words or None) as caught:
        Certificate.load(*material, **options)
    assert len(str(caught.value)) < 300
    assert "PRIVATE KEY-----" not in str(caught.value)
    return caught.value


# Every form.


@pytest.mark.parametrize(
    "material",
    [
        (CERT, KEY_PEM),
        (KEY_PEM, CERT),
        (CERT + KEY_PEM,),
        (KEY_PEM + CERT,),
        (CERT.decode(), KEY_PEM.decode()),
        (KEY_PEM.decode(), CERT),
        (bytearray(CERT), KEY_PEM),
        (b"\r\n" + CERT.replace(b"\n", b"\r\n"), KEY_PEM.replace(b"\n", b"\r\n")),
        (b"Bag Attributes\n".join([b"", b""]) + CERT, KEY_PEM),
        (CERT.rstrip(b"\n"), KEY_PEM.rstrip(b"\n")),
    ],
    ids=[
        "pair",
        "swapped",
        "combined",
        "combined, key first",
        "str",
        "mixed, swapped",
        "bytearray",
        "CRLF",
        "attributes",
        "no last line end",
    ],
)
def test_a_pem_pair_is_taken_in_either_order(material: tuple[Any, ...]) -> None:
    found = Certificate.load(*material)
    assert found.serial == SERIAL
    assert found.mch_id == MCH_ID


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_pkcs12_file_is_opened_by_its_password(kind: str) -> None:
    data = p12(certificate(kind=kind), kind=kind)
    assert Certificate.load(data, password=MCH_ID).serial == SERIAL


def test_a_pkcs12_file_in_the_platforms_old_encryption_is_opened() -> None:
    hidden = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(2048)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303
        .build(MCH_ID.encode())
    )
    data = pkcs12.serialize_key_and_certificates(b"Tenpay Certificate", key(), certificate(), None, hidden)
    assert Certificate.load(data, password=MCH_ID).serial == SERIAL


def test_a_pkcs12_file_without_a_password_is_opened_without_one() -> None:
    assert Certificate.load(p12(certificate(), password="")).serial == SERIAL


def test_files_are_taken_by_path(tmp_path: Path) -> None:
    cert, private = write(tmp_path / "apiclient_cert.pem", CERT, 0o644), write(tmp_path / "apiclient_key.pem", KEY_PEM)
    both = write(tmp_path / "both.pem", CERT + KEY_PEM)
    sealed = write(tmp_path / "apiclient_cert.p12", p12(certificate()), 0o400)
    assert Certificate.load(cert, private).serial == SERIAL
    assert Certificate.load(str(private), str(cert)).serial == SERIAL
    assert Certificate.load(both).serial == SERIAL
    assert Certificate.load(sealed, password=MCH_ID).serial == SERIAL


def test_an_encrypted_key_is_opened_by_its_password() -> None:
    assert Certificate.load(CERT, key_pem(password="open sesame"), password="open sesame").serial == SERIAL


def test_a_chain_in_any_order_begins_with_the_leaf() -> None:
    ca = pem(certificate("ca", common_name="Tenpay.com Root CA", serial=7))
    for chain in (CERT + ca, ca + CERT):
        found = Certificate.load(chain, KEY_PEM)
        assert found.serial == SERIAL
        assert found.pem().count(b"BEGIN CERTIFICATE") == 2
        assert found.pem().startswith(CERT)


def test_the_simulators_merchant_pair_is_taken() -> None:
    issued = Authority().merchant(MCH_ID)
    found = Certificate.load(issued.p12(MCH_ID), password=MCH_ID)
    found.check(MCH_ID)
    assert found.serial == issued.serial
    assert found.ca_issued
    assert Certificate.load(issued.pem, issued.key_pem()).fingerprint == found.fingerprint


# What it knows.


def test_a_certificate_knows_whom_it_names_and_until_when() -> None:
    found = Certificate.load(pem(certificate(now=NOW, days=10, begins=-5)), KEY_PEM)
    assert found.serial == SERIAL
    assert found.mch_id == MCH_ID
    assert f"CN={MCH_ID}" in found.subject
    assert found.issuer == "CN=Tenpay.com Root CA"
    assert (found.not_before, found.not_after) == (NOW - timedelta(days=5), NOW + timedelta(days=10))
    assert found.fingerprint == certificate(now=NOW, days=10, begins=-5).fingerprint(hashes.SHA256()).hex() or (
        len(found.fingerprint) == 64
    )
    assert repr(found) == f"<Certificate {SERIAL} of {MCH_ID}, until 2024-03-11>"


@pytest.mark.parametrize("serial", [1, 0xAB, 2**159 - 1])
def test_a_serial_has_40_digits_as_api_v3_writes_it(serial: int) -> None:
    found = Certificate.load(pem(certificate(serial=serial)), KEY_PEM)
    assert found.serial == f"{serial:X}".zfill(40)


@pytest.mark.parametrize(
    ("issuer", "ca_issued"), [("Tenpay.com Root CA", True), ("", False), ("MMPaymchCA", False), ("Some CA", True)]
)
def test_the_kind_api_v3_does_not_take_is_told_apart(issuer: str, ca_issued: bool) -> None:
    assert Certificate.load(pem(certificate(issuer=issuer)), KEY_PEM).ca_issued is ca_issued


@pytest.mark.parametrize(
    ("name", "mch_id"), [(MCH_ID, MCH_ID), ("Shop Ltd", ""), ("１９００", ""), ("19 00", ""), ("-1900", "")]
)
def test_a_common_name_that_is_no_merchant_id_names_no_merchant(name: str, mch_id: str) -> None:
    found = Certificate.load(pem(certificate(common_name=name)), KEY_PEM)
    assert found.mch_id == mch_id
    if not mch_id:
        found.check("1900000999")
        assert "Shop" in repr(found)


# Whose, and when.


def test_s2_the_certificate_of_another_merchant_is_refused() -> None:
    found = Certificate.load(CERT, KEY_PEM)
    found.check(MCH_ID)
    with pytest.raises(ConfigurationError, match=f"is of merchant {MCH_ID}, the calls are made as '1900000999'"):
        found.check("1900000999")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "expired on 2024-03-01"), (0, "expired on 2024-03-01"), (1, ""), (86_400, "")],
)
def test_s2_an_expired_certificate_is_refused_to_the_second(seconds: int, words: str) -> None:
    found = Certificate.load(pem(certificate(now=NOW, days=0, begins=-30)), KEY_PEM)
    moment = NOW - timedelta(seconds=seconds)
    if not words:
        found.check(MCH_ID, moment)
        return
    with pytest.raises(ConfigurationError, match=words):
        found.check(MCH_ID, moment)


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_s2_a_certificate_of_the_future_is_refused(seconds: int) -> None:
    found = Certificate.load(pem(certificate(now=NOW, begins=0)), KEY_PEM)
    moment = NOW + timedelta(seconds=seconds)
    if seconds >= 0:
        found.check(MCH_ID, moment)
        return
    with pytest.raises(ConfigurationError, match="not valid before 2024-03-01 12:00 UTC"):
        found.check(MCH_ID, moment)


def test_check_asks_the_machines_clock_by_default() -> None:
    Certificate.load(CERT, KEY_PEM).check(MCH_ID)
    with pytest.raises(ConfigurationError, match="expired"):
        Certificate.load(pem(certificate(days=-0.5)), KEY_PEM).check(MCH_ID)
    with pytest.raises(ConfigurationError, match="not valid before"):
        Certificate.load(pem(certificate(begins=0.5)), KEY_PEM).check(MCH_ID)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (366, ""), (31, ""), (30, "2024-03-31, in 30 days"), (29, "in 29 days"), (15, "in 15 days"), (14, "in 14 days"),
        (8, "in 8 days"), (7, "in 7 days"), (2, "in 2 days"), (1, "in 1 days"), (0, "expires on 2024-03-01"),
        (-1, "expired on 2024-02-29"), (-400, "expired on"),
    ],
)  # fmt: skip
def test_s7_expiry_is_warned_of_from_30_days_on(left: int, words: str) -> None:
    found = Certificate.load(pem(certificate(now=NOW, days=left, begins=-1000)), KEY_PEM)
    assert found.days_left(NOW) == left
    warning = found.expiry_warning(NOW)
    assert (SERIAL in warning and words in warning) if words else warning == ""
    assert EXPIRY_WARNINGS == (30, 14, 7, 1)


@pytest.mark.parametrize(("seconds", "days"), [(86_400, 1), (86_399, 0), (1, 0), (0, 0), (-1, -1), (-86_401, -2)])
def test_days_left_are_whole_days(seconds: int, days: int) -> None:
    found = Certificate.load(pem(certificate(now=NOW, days=0, begins=-30)), KEY_PEM)
    assert found.days_left(NOW - timedelta(seconds=seconds)) == days


def test_days_left_asks_the_machines_clock_by_default() -> None:
    found = Certificate.load(pem(certificate(days=20.5)), KEY_PEM)
    assert found.days_left() == 20
    assert "in 20 days" in found.expiry_warning()


# Every way to have it wrong.


def test_s2_the_key_of_another_certificate_is_refused() -> None:
    refused(CERT, key_pem("somebody else"), words="does not belong to the certificate")
    refused(CERT, key_pem("somebody else", kind="rsa"), words="does not belong to the certificate")


@pytest.mark.parametrize(
    ("material", "options", "words"),
    [
        ((CERT,), {}, "no private key"),
        ((CERT, CERT), {}, "no private key"),
        ((KEY_PEM,), {}, "no certificate in the PEM"),
        ((KEY_PEM, KEY_PEM), {}, "no certificate in the PEM"),
        ((CERT, key_pem(password="a")), {}, "encrypted"),
        ((CERT, key_pem(password="a")), {"password": "b"}, ""),
        ((CERT, key_pem(password="a")), {"password": ""}, ""),
        ((CERT, key_pem(password="a")), {"password": "\ud800"}, ""),
        ((p12(certificate()),), {}, "password"),
        ((p12(certificate()),), {"password": "1900000999"}, "password"),
        ((p12(certificate()),), {"password": b"1900000109"}, "password"),
        ((p12(certificate()),), {"password": 1900000109}, "password"),
        ((p12(certificate())[:-40],), {"password": MCH_ID}, ""),
        ((b"",), {}, ""),
        ((b" \n",), {}, ""),
        ((b"", b""), {}, ""),
        ((b"\x30\x82\x01\x00" + b"\x00" * 256,), {}, "neither PEM nor a PKCS#12"),
        ((os.urandom(4096),), {}, "neither PEM nor a PKCS#12"),
        ((certificate().public_bytes(Encoding.DER), KEY_PEM), {}, "neither PEM nor a PKCS#12"),
        ((b"-----BEGIN ",), {}, ""),
        ((b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", KEY_PEM), {}, ""),
        ((b"-----BEGIN CERTIFICATE-----\n", KEY_PEM), {}, ""),
        ((CERT, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), {}, ""),
        ((CERT, b"-----BEGIN PRIVATE KEY-----\n"), {}, ""),
        ((CERT, b"PRIVATE KEY-----"), {}, ""),
        ((CERT[:-200], KEY_PEM), {}, ""),
        (("-----BEGIN \ud800",), {}, ""),
        (("-----BEGIN CERTIFICATE-----\ud800", KEY_PEM), {}, ""),
        ((CERT, 5), {}, "private_key must be a path or bytes, got int"),
        ((None, KEY_PEM), {}, "certificate must be a path or bytes, got NoneType"),
        ((True, KEY_PEM), {}, "certificate must be a path or bytes, got bool"),
        (("", KEY_PEM), {}, "certificate must be a path or bytes"),
        ((CERT, ""), {}, "private_key must be a path or bytes"),
        (("no\0path", KEY_PEM), {}, "not a path"),
        (("x" * 5000, KEY_PEM), {}, "cannot be read"),
        (("/nowhere/apiclient_cert.pem", KEY_PEM), {}, "cannot be read: No such file"),
        (("\ud800", KEY_PEM), {}, "cannot be read"),
    ],
)
def test_s2_what_cannot_be_read_is_a_configuration_error(
    material: tuple[Any, ...], options: dict[str, Any], words: str
) -> None:
    refused(*material, words=words, **options)


def test_s2_a_certificate_with_broken_insides_is_a_configuration_error() -> None:
    """Names and keys are read late by the crypto backend; its exceptions must not come out then."""
    der = certificate(common_name="Broken Name").public_bytes(Encoding.DER)
    broken = load_der_x509_certificate(der.replace(b"Broken Name", b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff"))
    refused(pem(broken), KEY_PEM)
    curve = bytes.fromhex("2a8648ce3d030107")
    refused(pem(load_der_x509_certificate(der.replace(curve, bytes.fromhex("2a8648ce3d030177")))), KEY_PEM)


def test_s2_a_pkcs12_file_with_half_of_it_is_refused() -> None:
    only_key = pkcs12.serialize_key_and_certificates(None, key(), None, None, NoEncryption())
    only_certificate = pkcs12.serialize_key_and_certificates(None, None, certificate(), None, NoEncryption())
    refused(only_key, words="lacks the certificate or its key")
    refused(only_certificate, words="lacks the certificate or its key")


def test_s2_a_pkcs12_file_with_the_key_of_another_certificate_is_refused() -> None:
    mixed = p12(certificate())
    assert Certificate.load(mixed, password=MCH_ID)
    refused(pem(certificate("somebody else")), KEY_PEM, words="does not belong")


@pytest.mark.parametrize("size", [0, (1 << 20) + 1, 2 << 20])
def test_s7_an_empty_or_huge_file_is_refused(tmp_path: Path, size: int) -> None:
    refused(write(tmp_path / "file", b"\0" * size))


def test_s7_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    done: list[ConfigurationError] = []
    thread = threading.Thread(target=lambda: done.append(refused(fifo, words="not a regular file")), daemon=True)
    thread.start()
    thread.join(5)
    assert done, "opening a FIFO waits for its writer"
    refused(tmp_path, words="not a regular file")
    refused(Path(), words="not a regular file")
    refused("/dev/zero", words="not a regular file")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o606, 0o620, 0o601, 0o777])
@pytest.mark.parametrize("what", ["key", "combined", "p12"])
def test_s7_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, what: str, mode: int) -> None:
    data = {"key": KEY_PEM, "combined": CERT + KEY_PEM, "p12": p12(certificate())}[what]
    path = write(tmp_path / "file", data, mode)
    error = refused(*((CERT, path) if what == "key" else (path,)), words="others can", password=MCH_ID)
    assert error.remedy == "chmod 600"
    assert f"{mode:04o}" in error.message


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_s7_a_key_file_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert Certificate.load(CERT, write(tmp_path / "key.pem", KEY_PEM, mode)).serial == SERIAL


def test_s7_a_symlink_is_as_good_as_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "good").symlink_to(write(tmp_path / "key.pem", KEY_PEM))
    (tmp_path / "open").symlink_to(write(tmp_path / "exposed.pem", KEY_PEM, 0o644))
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "folder").symlink_to(tmp_path)
    assert Certificate.load(CERT, tmp_path / "good").serial == SERIAL
    refused(CERT, tmp_path / "open", words="others can")
    refused(CERT, tmp_path / "dangling", words="No such file")
    refused(CERT, tmp_path / "loop", words="cannot be read")
    refused(CERT, tmp_path / "folder", words="not a regular file")


if hasattr(os, "geteuid") and os.geteuid() == 0:  # only root can give a file away

    def test_s7_a_key_file_of_another_user_is_refused(tmp_path: Path) -> None:
        path = write(tmp_path / "key.pem", KEY_PEM)
        os.chown(path, 12345, -1)
        refused(CERT, path, words="belongs to another user")


# Secrets.


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_s7_a_certificate_does_not_leave_its_process(leave: Any) -> None:
    with pytest.raises(TypeError, match="does not leave its process"):
        leave(Certificate.load(CERT, KEY_PEM))


def test_s7_a_certificate_shows_nothing_of_its_key() -> None:
    found = Certificate.load(CERT, KEY_PEM)
    number = key().private_numbers().private_value
    shown = f"{found!r} {found} {[getattr(found, name) for name in found.__slots__]!r} {found.pem()!r}"
    assert str(number) not in shown
    assert f"{number:x}" not in shown
    assert "PRIVATE" not in shown
    with pytest.raises(TypeError):
        vars(found)


@pytest.mark.parametrize(
    ("material", "options"),
    [
        ((pem(certificate("somebody else")), KEY_PEM), {}),
        ((KEY_PEM,), {}),
        ((KEY_PEM.decode(), b"junk"), {}),
        ((CERT[:-200] + b"\n" + KEY_PEM,), {}),
        ((p12(certificate()),), {"password": "not the password"}),
        ((CERT, key_pem(password="open sesame")), {"password": "open simsim"}),
    ],
)
def test_s7_the_traceback_of_a_refused_pair_shows_neither_key_nor_password(
    material: tuple[Any, ...], options: dict[str, str]
) -> None:
    shown = crash_report(lambda: Certificate.load(*material, **options))
    assert "PRIVATE KEY-----" not in shown
    assert "MIG" not in shown, "the beginning of the key's base64"
    assert repr(p12(certificate()))[:40] not in shown
    for password in options.values():
        assert password not in shown


class Watching:
    """In the place of an SSLContext: looks at the file that the pair goes through."""

    def __init__(self, fail: bool = False) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.fail = fail
        self.path = ""
        self.data = b""
        self.mode = self.folder_mode = -1
        self.password: Any = None

    def load_cert_chain(self, path: str, keyfile: str | None = None, password: Any = None) -> None:
        assert keyfile is None
        self.path, self.password = path, password
        self.data = Path(path).read_bytes()
        self.mode = stat.S_IMODE(os.stat(path).st_mode)
        self.folder_mode = stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode)
        self.context.load_cert_chain(path, password=password)
        if self.fail:
            raise ssl.SSLError("no")


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("fail", [False, True])
def test_s7_the_key_reaches_tls_without_lying_readable_on_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, fail: bool
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = Certificate.load(pem(certificate(kind=kind)), key_pem(kind=kind))
    before = descriptors()
    watching = Watching(fail)
    if fail:
        with pytest.raises(ConfigurationError):
            found.load_into(watching)
    else:
        found.load_into(watching)
    assert watching.path.startswith("/proc/self/fd/"), "an anonymous file in memory"
    assert b"ENCRYPTED PRIVATE KEY" in watching.data
    assert b"BEGIN PRIVATE KEY" not in watching.data
    assert len(watching.password) >= 32
    assert list(tmp_path.iterdir()) == []
    assert descriptors() == before, "no descriptor stays open"


@pytest.mark.parametrize("fail", [False, True])
def test_s7_without_memory_files_the_pair_lies_in_a_private_folder_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fail: bool
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    watching = Watching(fail)
    found = Certificate.load(CERT, KEY_PEM)
    if fail:
        with pytest.raises(ConfigurationError):
            found.load_into(watching)
    else:
        found.load_into(watching)
    assert watching.path.startswith(str(tmp_path))
    assert b"ENCRYPTED PRIVATE KEY" in watching.data
    assert (watching.mode, watching.folder_mode) == (0o600, 0o700)
    assert list(tmp_path.iterdir()) == []


def test_s7_the_one_time_password_is_another_each_time_and_in_nocrash_report() -> None:
    found = Certificate.load(CERT, KEY_PEM)
    first, second = Watching(), Watching(fail=True)
    found.load_into(first)
    shown = crash_report(lambda: found.load_into(second))
    assert first.password != second.password
    assert first.data != second.data
    assert second.password not in shown


def test_s2_a_pair_that_tls_does_not_take_is_a_configuration_error() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, MCH_ID)])
    built = x509.CertificateBuilder(name, name, weak.public_key(), 5, NOW, NOW + timedelta(days=5))
    data = pem(built.sign(weak, hashes.SHA256()))
    private = weak.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    found = Certificate.load(data, private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("DEFAULT@SECLEVEL=2")
    with pytest.raises(ConfigurationError, match="TLS"):
        found.load_into(context)


# Two at a time, during the change-over.

DAY = 86400.0
OLD, NEW = "the old one", "the new one"


class Desk:
    """A change-over: the old certificate is valid for 14 more days, the new one from tomorrow on."""

    def __init__(self, old_days: float = 14, new_begins: float = 1, new_days: float = 400, new: bool = True) -> None:
        self.start = datetime.now(timezone.utc).replace(microsecond=0)
        self.time = self.start.timestamp()
        self.old = self.issued(1, begins=-300, days=old_days)
        self.new = self.issued(2, begins=new_begins, days=new_days)
        self.both = Certificates(self.old, self.new if new else None, now=lambda: self.time)

    def issued(self, serial: int, **dates: float) -> Certificate:
        serial += _serials()
        return Certificate.load(pem(certificate(serial=serial, now=self.start, **dates)), key_pem())

    @property
    def shown(self) -> str:
        return NEW if self.both.choose() is self.new else OLD

    def after(self, days: float) -> str:
        self.time = self.start.timestamp() + days * DAY
        return self.shown


_serials = itertools.count(1000, 10).__next__


def refusal(kind: str) -> WXPayError:
    """A call that failed for its certificate, as *kind* tells it."""
    if kind == "TLS 1.2":
        error: WXPayError = NotSent("the gateway could not be reached")
        error.__cause__ = requests.exceptions.SSLError(
            urllib3.exceptions.SSLError(_alert("SSLV3_ALERT_BAD_CERTIFICATE"))
        )
        return error
    if kind == "TLS 1.3":
        error = OutcomeUnknown("the answer was lost", phase="read")
        error.__cause__ = requests.ConnectionError(_alert("TLSV1_ALERT_UNKNOWN_CA"))
        return error
    if kind == "a page of its web server":
        page = b"<html><head><title>400 The SSL certificate error</title></head></html>"
        return OutcomeUnknown("HTTP 400", phase="status", response=Response(400, page))
    if kind == "in words":
        return OutcomeUnknown("the gateway refused without a signature: '\u8bc1\u4e66\u5df2\u8fc7\u671f'")
    return Refused("CERT_ERROR: client certificate missing or wrong", err_code="CERT_ERROR")


def _alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] alert")
    error.reason = reason
    return error


REFUSALS = ("TLS 1.2", "TLS 1.3", "a page of its web server", "in words", "a code")


def test_s7_the_next_certificate_is_shown_from_its_first_valid_second_on() -> None:
    desk = Desk()
    assert [desk.after(days) for days in (0, 1 - 1 / DAY, 1, 2, 13)] == [OLD, OLD, NEW, NEW, NEW]


def test_s7_the_old_certificate_is_gone_when_it_has_expired() -> None:
    desk = Desk()
    assert [desk.after(days) for days in (14, 15, 399)] == [NEW, NEW, NEW]


@pytest.mark.parametrize("kind", REFUSALS)
def test_s7_where_the_gateway_refuses_the_new_one_the_old_one_is_shown_for_ten_minutes(kind: str) -> None:
    desk = Desk()
    assert [desk.after(days) for days in (0, 1)] == [OLD, NEW]
    desk.both.judge(refusal(kind))
    assert desk.shown == OLD
    desk.time += 599
    assert desk.shown == OLD
    desk.time += 1
    assert desk.shown == NEW


def test_s7_an_old_one_that_is_refused_after_the_new_one_gives_way_again() -> None:
    desk = Desk()
    desk.after(2)
    desk.time += 100
    desk.both.judge(refusal("a code"))
    desk.time += 100
    desk.both.judge(refusal("a code"))
    assert desk.shown == NEW, "both are refused: the one that should be right"


def test_s7_refusals_of_calls_that_were_under_way_do_not_change_it_back() -> None:
    desk = Desk()
    desk.after(2)
    desk.time += 100
    for _ in range(5):  # five calls showed the new one at the same time
        desk.both.judge(refusal("a code"))
        desk.time += 1
    assert desk.shown == OLD


def test_s7_an_expired_one_is_not_gone_back_to() -> None:
    desk = Desk()
    desk.after(20)
    desk.time += 100
    desk.both.judge(refusal("a code"))
    assert desk.shown == NEW


@pytest.mark.parametrize(
    "error",
    [
        Refused("NOTENOUGH: no money", err_code="NOTENOUGH"),
        OutcomeUnknown("HTTP 400", phase="status", response=Response(400, b"<html>Bad Request</html>")),
        OutcomeUnknown("no answer came", phase="read"),
        NotSent("the certificate of the gateway is not trusted (expired)"),
        InvalidRequest("body is missing"),
    ],
    ids=repr,
)
def test_s7_other_failures_are_not_the_certificates(error: WXPayError) -> None:
    desk = Desk()
    desk.after(2)
    desk.time += 100
    desk.both.judge(error)
    assert desk.shown == NEW


def test_s7_a_single_certificate_stays_whatever_the_gateway_says() -> None:
    desk = Desk(new=False)
    desk.time += 100
    assert desk.both.choose() is desk.old
    desk.both.judge(refusal("a code"))
    assert desk.both.choose() is desk.old
    assert Certificates().choose() is None


def test_s7_other_certificates_are_shown_from_the_next_call_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "wxpay_v2")
    desk = Desk(new=False)
    assert desk.both.choose() is desk.old
    desk.both.use(desk.old, desk.new)
    assert desk.after(1) == NEW
    desk.both.use(desk.old)
    assert desk.shown == OLD
    told = [record.wxpay for record in caplog.records if record.event == "certificate.changed"]  # type: ignore[attr-defined]
    assert [(each["serial"], each["reason"]) for each in told] == [
        (desk.new.serial, "its time has come"), (desk.old.serial, "given"),
    ]  # fmt: skip


def test_s7_expiry_is_warned_of_at_30_14_7_and_1_days_and_each_once(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(old_days=40, new=False)
    days: list[float] = []
    for hours in range(41 * 24):
        caplog.clear()
        desk.after(hours / 24)
        days += [record.wxpay["days"] for record in caplog.records if record.event == "certificate.expires"]  # type: ignore[attr-defined]
    assert days == [30, 14, 7, 1, 0]
    assert desk.old.serial in caplog.text or not caplog.records


def test_s7_a_certificate_that_is_loaded_late_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(old_days=5, new=False)
    for _ in range(3):
        assert desk.both.choose() is desk.old
    assert Certificates(desk.old, now=lambda: desk.time).choose() is desk.old, "once per process"
    (told,) = [record for record in caplog.records if record.name == "wxpay_v2"]
    assert told.wxpay["days"] == 5  # type: ignore[attr-defined]
    assert "certificate.expires" in told.getMessage()


def test_s7_no_warning_is_due_when_the_next_certificate_is_there(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    assert [desk.after(days) for days in (0, 8, 13.5)] == [OLD, NEW, NEW]
    assert "certificate.expires" not in caplog.text


def test_s7_threads_that_ask_at_the_moment_of_change_get_one_of_the_two() -> None:
    desk = Desk()
    desk.after(1 - 1 / DAY)
    shown: list[Certificate | None] = []

    def ask() -> None:
        for _ in range(200):
            shown.append(desk.both.choose())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    desk.time += 10
    for thread in threads:
        thread.join()
    assert {id(one) for one in shown} <= {id(desk.old), id(desk.new)}
    assert desk.both.choose() is desk.new


def test_a_certificate_of_the_future_is_taken_early_when_told_so() -> None:
    desk = Desk()
    desk.new.check(MCH_ID, early=True)
    with pytest.raises(ConfigurationError, match="not valid before"):
        desk.new.check(MCH_ID)
