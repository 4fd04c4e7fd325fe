from __future__ import annotations

import datetime
import os
import pickle
import stat
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from wxpay_v2 import Merchant
from wxpay_v2.certificate import Certificate
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.simulator import certificates

NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificates") / "throwaway"
    certificates.write(directory)
    return directory


def load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def issued_by(organization: str, *, mch_id: str = "1900000109") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A certificate that says it comes from *organization*, as a real merchant's would."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, mch_id)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def test_every_official_file_stands_in_the_directory(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == sorted(certificates.FILES)
    for name in ("apiclient_cert.pem", "apiclient_key.pem", "apiclient_cert.p12", "rootca.pem"):
        assert name in certificates.FILES


def test_s7_files_are_private_and_so_is_the_directory(written: Path) -> None:
    assert stat.S_IMODE(written.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.iterdir()} == {0o600}


def test_s7_no_key_is_readable_by_others_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()
    real = os.open

    def watched(path: str, flags: int, mode: int = 0o777, **more: int) -> int:
        descriptor = real(path, flags, mode, **more)
        if str(path).startswith(str(tmp_path)) and flags & os.O_CREAT:
            seen.add(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    previous = os.umask(0)
    try:
        certificates.write(tmp_path / "new")
    finally:
        os.umask(previous)
    assert seen == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_the_merchants_subject_and_serial_look_like_the_real_ones(written: Path) -> None:
    merchant = load(written / "apiclient_cert.pem")
    names = {attribute.oid: attribute.value for attribute in merchant.subject}
    assert names[NameOID.COUNTRY_NAME] == "CN"
    assert names[NameOID.ORGANIZATION_NAME] == "微信商户系统"
    assert names[NameOID.ORGANIZATIONAL_UNIT_NAME]
    assert names[NameOID.LOCALITY_NAME] == "Shenzhen"
    assert names[NameOID.COMMON_NAME] == "1900000109"
    assert len(f"{merchant.serial_number:X}") == 40


def test_serials_have_40_digits_and_differ() -> None:
    serials = {f"{certificates._serial():X}" for _ in range(500)}
    assert len(serials) == 500
    assert {len(serial) for serial in serials} == {40}


def test_keys_are_rsa_2048(written: Path) -> None:
    for name in certificates.FILES:
        if name.endswith("_key.pem"):
            key = serialization.load_pem_private_key((written / name).read_bytes(), None)
            assert key.key_size == 2048  # type: ignore[union-attr]


def test_the_pair_is_one_a_merchant_accepts_as_pem_and_as_p12(written: Path) -> None:
    pem = Certificate.load(written / "apiclient_cert.pem", written / "apiclient_key.pem")
    p12 = Certificate.load(written / "apiclient_cert.p12", password="1900000109")
    assert pem.serial == p12.serial
    assert pem.mch_id == "1900000109"
    assert pem.ca_issued
    Merchant("wx8888888888888888", "1900000109", "k" * 32, certificate=written / "apiclient_cert.p12")


def test_the_p12_does_not_open_with_another_password(written: Path) -> None:
    with pytest.raises(ValueError):
        pkcs12.load_pkcs12((written / "apiclient_cert.p12").read_bytes(), b"1900000110")


def test_the_ca_signed_all_and_its_key_is_nowhere(written: Path) -> None:
    ca = load(written / "rootca.pem")
    for name in ("gateway_cert.pem", "apiclient_cert.pem", "wechatpay_platform_cert.pem"):
        load(written / name).verify_directly_issued_by(ca)
    for name in certificates.FILES:
        if name.endswith("_key.pem"):
            key = serialization.load_pem_private_key((written / name).read_bytes(), None)
            assert key.public_key() != ca.public_key()


def test_the_ca_may_name_nothing_but_loopback(written: Path) -> None:
    constraint = load(written / "rootca.pem").extensions.get_extension_for_class(x509.NameConstraints)
    assert constraint.critical
    permitted = {str(name.value) for name in constraint.value.permitted_subtrees or ()}
    assert permitted == {"localhost", "127.0.0.1/32", "::1/128"}
    names = load(written / "gateway_cert.pem").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"localhost", "127.0.0.1", "::1"}


def test_days_are_the_validity(tmp_path: Path) -> None:
    certificates.write(tmp_path / "new", days=3)
    for end in certificates.expiry(tmp_path / "new").values():
        assert datetime.timedelta(days=2, hours=23) < end - NOW < datetime.timedelta(days=3, minutes=5)


@pytest.mark.parametrize("days", [0, -1, 3651, True, 1.5, "30"])
def test_days_out_of_range_are_refused(days: int) -> None:
    with pytest.raises(ConfigurationError, match="days"):
        certificates.Authority(days=days)


def test_an_expired_merchant_certificate_can_be_had(tmp_path: Path) -> None:
    certificates.write(tmp_path / "new", expired=True)
    loaded = Certificate.load(tmp_path / "new" / "apiclient_cert.pem", tmp_path / "new" / "apiclient_key.pem")
    with pytest.raises(ConfigurationError, match="expired"):
        loaded.check("1900000109")
    assert not certificates.is_complete(tmp_path / "new")


def test_a_self_signed_merchant_certificate_can_be_had(tmp_path: Path) -> None:
    certificates.write(tmp_path / "new", self_signed=True)
    loaded = Certificate.load(tmp_path / "new" / "apiclient_cert.pem", tmp_path / "new" / "apiclient_key.pem")
    assert not loaded.ca_issued


def test_a_certificate_of_another_merchant_can_be_had() -> None:
    issued = certificates.Authority().merchant("1900009999", company="Somebody Else Ltd")
    loaded = Certificate.load(issued.pem, issued.key_pem())
    assert loaded.mch_id == "1900009999"
    assert loaded.serial == issued.serial
    with pytest.raises(ConfigurationError, match="1900009999"):
        loaded.check("1900000109")


@pytest.mark.parametrize("mch_id", ["", "12a", "1" * 33, "１９", "19 00"])
def test_a_merchant_id_that_is_none_is_refused(mch_id: str) -> None:
    with pytest.raises(ConfigurationError, match="mch_id"):
        certificates.Authority().merchant(mch_id)


def test_nothing_is_overwritten_unless_forced(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    certificates.write(directory)
    before = (directory / "apiclient_key.pem").read_bytes()
    with pytest.raises(ConfigurationError, match="already"):
        certificates.write(directory)
    assert (directory / "apiclient_key.pem").read_bytes() == before
    certificates.write(directory, "1900009999", force=True)
    assert (directory / "apiclient_key.pem").read_bytes() != before
    assert sorted(path.name for path in directory.iterdir()) == sorted(certificates.FILES)


def test_one_key_alone_is_not_overwritten_either(tmp_path: Path) -> None:
    (tmp_path / "apiclient_key.pem").write_text("somebody's key")
    with pytest.raises(ConfigurationError, match="already"):
        certificates.write(tmp_path)
    assert (tmp_path / "apiclient_key.pem").read_text() == "somebody's key"


def test_s7_a_symbolic_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    directory = tmp_path / "new"
    directory.mkdir(mode=0o700)
    (directory / "apiclient_key.pem").symlink_to(target)
    with pytest.raises(ConfigurationError, match="already"):
        certificates.write(directory)
    certificates.write(directory, force=True)
    assert target.read_text() == "untouched"
    assert not (directory / "apiclient_key.pem").is_symlink()


@pytest.mark.parametrize("organization", ["Tenpay.com", "Tenpay.com Root CA", "MMPay"])
@pytest.mark.parametrize("force", [False, True])
def test_s8_a_real_merchants_certificate_is_never_replaced(tmp_path: Path, organization: str, force: bool) -> None:
    certificate, _key = issued_by(organization)
    path = tmp_path / "apiclient_cert.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="real merchant"):
        certificates.write(tmp_path, force=force)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["apiclient_cert.pem"]


@pytest.mark.parametrize("name", ["apiclient_cert.p12", "old.PFX"])
def test_s8_a_real_p12_is_never_replaced(tmp_path: Path, name: str) -> None:
    certificate, key = issued_by("Tenpay.com")
    sealed = pkcs12.serialize_key_and_certificates(
        None, key, certificate, None, serialization.BestAvailableEncryption(b"1900000109")
    )
    (tmp_path / name).write_bytes(sealed)
    with pytest.raises(ConfigurationError, match="real merchant"):
        certificates.write(tmp_path, force=True)


def test_s8_a_p12_that_does_not_open_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "apiclient_cert.p12").write_bytes(b"not ours")
    with pytest.raises(ConfigurationError, match="whose"):
        certificates.write(tmp_path, force=True)
    assert (tmp_path / "apiclient_cert.p12").read_bytes() == b"not ours"


def test_s8_a_real_certificate_in_der_under_another_name_is_seen(tmp_path: Path) -> None:
    certificate, _key = issued_by("Tenpay.com")
    (tmp_path / "mine.crt").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    with pytest.raises(ConfigurationError, match="real merchant"):
        certificates.refuse_real(tmp_path)


def test_a_shared_directory_with_other_files_is_refused(tmp_path: Path) -> None:
    directory = tmp_path / "shared"
    directory.mkdir(mode=0o755)
    directory.chmod(0o755)
    (directory / "program.py").write_text("")
    with pytest.raises(ConfigurationError, match="open to other users"):
        certificates.write(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o755


def test_a_shared_directory_made_for_certificates_becomes_private(tmp_path: Path) -> None:
    directory = tmp_path / "certs"
    directory.mkdir()
    directory.chmod(0o755)
    (directory / "README.rst").write_text("")
    (directory / ".gitignore").write_text("*")
    certificates.write(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="directory"):
        certificates.write(tmp_path / "file")


def test_completeness_is_every_file_and_none_out_of_date(written: Path, tmp_path: Path) -> None:
    assert certificates.is_complete(written)
    assert not certificates.is_complete(tmp_path)
    certificates.write(tmp_path / "new")
    (tmp_path / "new" / "gateway_cert.pem").unlink()
    assert not certificates.is_complete(tmp_path / "new")


def test_s7_an_issued_pair_prints_without_its_key_and_does_not_pickle() -> None:
    issued = certificates.Authority().platform()
    assert "PRIVATE" not in repr(issued)
    with pytest.raises(TypeError):
        pickle.dumps(issued)


def test_two_writers_do_not_leave_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    contents = [b"a" * 100_000, b"b" * 100_000]
    threads = [threading.Thread(target=certificates.write_private, args=(path, data)) for data in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert [found.name for found in tmp_path.iterdir()] == ["key.pem"]


def test_a_directory_that_cannot_be_written_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        certificates.write_private(tmp_path / "missing" / "key.pem", b"")
