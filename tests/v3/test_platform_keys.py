"""Which of WeChat Pay's keys are known, which is taken, when the list is fetched, and what cannot change it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.v3 import keys as k
from wxpay_v2.errors import ConfigurationError, Malformed, SignatureInvalid, WXPayError
from wxpay_v2.secret import Secret
from wxpay_v2.v3.platform_keys import PlatformKey, PlatformKeys, UnknownSerial, opened, pinned
from wxpay_v2.v3.signature import check

BODY = b'{"id":"EV-1"}'
OLD, NEW = "1A" * 20, "2B" * 20
PUBLIC_ID = "PUB_KEY_ID_0119000001092024101100397200000006"
HOUR = 3600.0
V3_KEY = Secret(k.V3_KEY)


def old(**moments: float) -> PlatformKey:
    return k.platform_key(k.PLATFORM, OLD, **moments)


def new(**moments: float) -> PlatformKey:
    return k.platform_key(k.NEXT, NEW, **{"begin": k.NOW - HOUR, **moments})


def public() -> PlatformKey:
    return pinned({PUBLIC_ID: k.public_pem(k.MERCHANT)})[0]


def downloaded(*keys: PlatformKey, at: float = k.NOW) -> PlatformKeys:
    made = PlatformKeys()
    made.install(keys, at)
    return made


def numbers(key: Any) -> Any:
    return (key.public if isinstance(key, PlatformKey) else key).public_numbers()


# Finding.


def test_a_key_is_found_by_its_serial_number_in_any_case() -> None:
    keys = PlatformKeys([old(), public()])
    assert numbers(keys.find(OLD, k.NOW)) == numbers(keys.find(OLD.lower(), k.NOW)) == numbers(old())
    short = PlatformKeys([k.platform_key(k.NEXT, "0" + "C3" * 19 + "D")])
    assert numbers(short.find("c3" * 19 + "d", k.NOW)) == k.key(k.NEXT).public_key().public_numbers()
    assert numbers(keys.find(PUBLIC_ID, k.NOW)) == k.key(k.MERCHANT).public_key().public_numbers()


@pytest.mark.parametrize("serial", ["", "0", OLD[:-1], OLD + "0", "PUB_KEY_ID_1", PUBLIC_ID + "0"])
def test_s4_7_what_is_not_known_is_refused(serial: str) -> None:
    keys = PlatformKeys([old(), public()])
    with pytest.raises(UnknownSerial, match="not known"):
        keys.find(serial, k.NOW)
    with pytest.raises(UnknownSerial):
        PlatformKeys().find(serial, k.NOW)


@pytest.mark.parametrize(
    ("moments", "state"), [({"end": k.NOW}, "has expired"), ({"begin": k.NOW + 1}, "is not valid yet")]
)
def test_s4_6_a_certificate_verifies_only_while_it_is_valid(moments: dict[str, float], state: str) -> None:
    with pytest.raises(SignatureInvalid, match=state) as refused:
        PlatformKeys([old(**moments)]).find(OLD, k.NOW)
    assert not isinstance(refused.value, UnknownSerial)  # a refresh would not help


def test_a_public_key_never_expires() -> None:
    assert PlatformKeys([public()]).find(PUBLIC_ID, 4e9)


# Rotation.


def test_s4_7_both_of_two_listed_certificates_verify_and_the_newest_encrypts() -> None:
    keys = downloaded(old(), new())
    for name, serial in ((k.PLATFORM, OLD), (k.NEXT, NEW)):
        assert check(k.headers(BODY, name=name, serial=serial), BODY, keys, k.NOW) == serial
    assert keys.newest(k.NOW).serial == NEW
    assert downloaded(new(), old()).newest(k.NOW).serial == NEW


def test_a_certificate_that_is_not_valid_yet_does_not_encrypt() -> None:
    assert downloaded(old(), new(begin=k.NOW + 1)).newest(k.NOW).serial == OLD


def test_a_public_key_encrypts_where_there_is_one() -> None:
    keys = PlatformKeys([public(), old()])
    keys.install([new()], k.NOW)
    assert keys.newest(k.NOW).serial == PUBLIC_ID
    assert not keys.newest(k.NOW).is_certificate


@pytest.mark.parametrize("keys", [PlatformKeys(), PlatformKeys([k.platform_key(end=k.NOW - 1)])])
def test_without_a_valid_key_nothing_is_encrypted(keys: PlatformKeys) -> None:
    with pytest.raises(ConfigurationError, match="no valid platform key"):
        keys.newest(k.NOW)


def test_s4_7_a_list_without_a_valid_key_does_not_take_it_away() -> None:
    keys = downloaded(old(), new())
    keys.install([new()], k.NOW)
    keys.install([], k.NOW)
    assert set(keys.serials) == {OLD, NEW}


def test_s4_7_expired_certificates_are_dropped_only_when_they_are_expired() -> None:
    keys = PlatformKeys([old(end=k.NOW + 10)])
    keys.install([new()], k.NOW + 9)
    assert set(keys.serials) == {OLD, NEW}
    keys.install([new()], k.NOW + 10)
    assert keys.serials == (NEW,)


def test_s4_7_handed_over_keys_and_downloaded_ones_stand_side_by_side() -> None:
    keys = PlatformKeys([public(), old()])
    keys.install([new()], k.NOW)
    assert len(keys) == 3
    for name, serial in ((k.PLATFORM, OLD), (k.NEXT, NEW), (k.MERCHANT, PUBLIC_ID)):
        assert check(k.headers(BODY, name=name, serial=serial), BODY, keys, k.NOW)


# When the list is fetched.


def test_without_any_valid_key_the_list_is_due_until_there_is_one() -> None:
    keys = PlatformKeys()
    assert keys.due(k.NOW)
    assert keys.due(k.NOW + 1)
    keys.install([old()], k.NOW + 1)
    assert not keys.due(k.NOW + 1)


def test_a_handed_over_key_makes_nothing_due_until_it_expires() -> None:
    keys = PlatformKeys([old(end=k.NOW + 30 * k.DAY)])
    assert not keys.due(k.NOW + 30 * k.DAY - 1)
    assert keys.due(k.NOW + 30 * k.DAY)
    assert not PlatformKeys([public()]).due(4e9)


def test_s4_7_a_downloaded_list_is_due_after_twelve_hours_for_one_caller_per_ten_minutes() -> None:
    keys = downloaded(old())
    assert not keys.due(k.NOW + 12 * HOUR - 1)
    assert keys.due(k.NOW + 12 * HOUR)
    assert not keys.due(k.NOW + 12 * HOUR)  # somebody is at it; the keys at hand still hold
    assert not keys.due(k.NOW + 12 * HOUR + 599)
    assert keys.due(k.NOW + 12 * HOUR + 600)  # it failed
    keys.install([old()], k.NOW + 12 * HOUR + 601)
    assert not keys.due(k.NOW + 24 * HOUR)


def test_s4_7_an_unknown_serial_number_asks_for_the_list_once_per_ten_minutes() -> None:
    keys = downloaded(old())
    asked = [second for second in range(0, 1801, 100) if keys.wanted(k.NOW + second)]
    assert asked == [0, 600, 1200, 1800]


def test_s4_7_a_clock_that_was_set_back_does_not_stop_refreshes() -> None:
    keys = downloaded(old())
    assert keys.wanted(k.NOW + 10 * k.DAY)
    assert keys.wanted(k.NOW)
    assert not keys.wanted(k.NOW + 1)


def test_s4_7_of_many_threads_one_is_told_to_refresh() -> None:
    keys, barrier, told = downloaded(old()), threading.Barrier(16), []

    def ask() -> None:
        barrier.wait()
        told.append(keys.wanted(k.NOW))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 15 + [True]


def test_s4_7_ten_thousand_forged_serial_numbers_in_a_minute_lose_no_key_and_ask_once() -> None:
    keys, asked = downloaded(old(), new()), 0
    genuine = k.headers(BODY, name=k.NEXT, serial=NEW)
    for number in range(10_000):
        now = k.NOW + number * 60 / 10_000
        with pytest.raises(UnknownSerial):
            check({**genuine, "Wechatpay-Serial": f"{number:040X}"}, BODY, keys, now)
        asked += keys.wanted(now)
        if number % 1000 == 0:
            assert check(genuine, BODY, keys, now) == NEW
    assert asked == 1
    assert set(keys.serials) == {OLD, NEW}


def test_s4_7_readers_and_installers_do_not_disturb_each_other() -> None:
    keys, faults = downloaded(old()), []
    genuine = k.headers(BODY, serial=OLD)

    def read() -> None:
        try:
            for _ in range(200):
                check(genuine, BODY, keys, k.NOW)
                keys.newest(k.NOW)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        keys.install([new(), PlatformKey(f"{number:040X}", old().public, 0.0, k.NOW + 1)], k.NOW + number % 3)
    for thread in threads:
        thread.join()
    assert faults == []
    assert {OLD, NEW} <= set(keys.serials)


# The list of certificates.


def test_a_list_is_opened_with_the_api_v3_key() -> None:
    document = k.listed((OLD, k.certificate(k.PLATFORM, OLD)), (NEW, k.certificate(k.NEXT, NEW)))
    found = opened(document, V3_KEY)
    assert [key.serial for key in found] == [OLD, NEW]
    assert found[0].holds(k.NOW)
    assert [found[0].begin, found[0].end] == [k.NOW - k.DAY, k.NOW + 5 * 365 * k.DAY]


def test_s4_7_the_first_list_is_verified_by_a_certificate_in_it_before_it_is_installed() -> None:
    keys = PlatformKeys()
    found = opened(k.listed((OLD, k.certificate(k.PLATFORM, OLD))), V3_KEY)
    assert len(keys) == 0
    assert check(k.headers(BODY, serial=OLD), BODY, keys.joined(found), k.NOW) == OLD
    assert len(keys) == 0
    with pytest.raises(SignatureInvalid):
        check(k.headers(BODY, serial=OLD, name=k.NEXT), BODY, keys.joined(found), k.NOW)


def test_a_list_may_be_signed_by_a_key_that_is_not_in_it() -> None:
    keys = PlatformKeys([public()])
    joined = keys.joined(opened(k.listed((OLD, k.certificate(k.PLATFORM, OLD))), V3_KEY))
    assert check(k.headers(BODY, name=k.MERCHANT, serial=PUBLIC_ID), BODY, joined, k.NOW)


def _spoiled(change: str) -> Any:
    document = k.listed((OLD, k.certificate(k.PLATFORM, OLD)), (NEW, k.certificate(k.NEXT, NEW)))
    entry = document["data"][1]
    match change:
        case "another serial number":
            entry["serial_no"] = OLD
        case "no serial number":
            del entry["serial_no"]
        case "not sealed":
            entry["encrypt_certificate"] = "x"
        case "no entry":
            document["data"][1] = None
        case "no certificate":
            entry["encrypt_certificate"] = k.sealed(b"hello", "certificate")
        case "a public key":
            entry["encrypt_certificate"] = k.sealed(k.public_pem(k.NEXT), "certificate")
        case "a private key":
            entry["encrypt_certificate"] = k.sealed(k.private_pem(k.NEXT), "certificate")
        case "empty":
            document["data"] = []
        case "too many":
            document["data"] *= 51
        case "no data":
            del document["data"]
        case "no document":
            document = None
    return document


@pytest.mark.parametrize(
    "change",
    [
        "another serial number", "no serial number", "not sealed", "no entry", "no certificate", "a public key",
        "a private key", "empty", "too many", "no data", "no document",
    ],
)  # fmt: skip
def test_s4_7_a_list_with_one_bad_entry_is_refused_as_a_whole(change: str) -> None:
    with pytest.raises(Malformed):
        opened(_spoiled(change), V3_KEY)


def test_s4_7_a_list_sealed_with_another_key_is_refused() -> None:
    document = k.listed((OLD, k.certificate(k.PLATFORM, OLD)))
    document["data"][0]["encrypt_certificate"] = k.sealed(
        k.certificate(k.PLATFORM, OLD), "certificate", "AnotherV3KeyOfSomebodyElse123456"
    )
    with pytest.raises(SignatureInvalid, match="does not open"):
        opened(document, V3_KEY)


def test_a_serial_number_may_be_listed_in_lower_case_and_without_leading_zeros() -> None:
    serial = "0" + "A1" * 19 + "B"
    document = k.listed((serial.lstrip("0").lower(), k.certificate(k.PLATFORM, serial)))
    assert [key.serial for key in opened(document, V3_KEY)] == [serial]


# What is handed over.


def test_certificates_are_taken_as_paths_text_or_bytes(tmp_path: Path) -> None:
    pem = k.certificate(k.PLATFORM, OLD)
    path = tmp_path / "wechatpay.pem"
    path.write_bytes(pem)
    path.chmod(0o644)  # it holds no secret
    for given in (pem, pem.decode(), path, str(path), [path], (pem,), {OLD: path}, {OLD.lower(): pem}):
        (key,) = pinned(given)
        assert (key.serial, numbers(key)) == (OLD, numbers(old()))
    assert pinned(None) == pinned([]) == pinned({}) == []


def test_a_public_key_is_taken_under_its_id_in_either_spelling(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import PublicFormat

    path = tmp_path / "pub_key.pem"
    path.write_bytes(k.public_pem(k.PLATFORM))
    for given in (path, k.public_pem(k.PLATFORM), k.public_pem(k.PLATFORM, PublicFormat.PKCS1)):
        (key,) = pinned({PUBLIC_ID: given})
        assert (key.serial, numbers(key)) == (PUBLIC_ID, numbers(old()))


def test_a_certificate_given_for_a_public_key_works() -> None:
    (key,) = pinned({PUBLIC_ID: k.certificate(k.PLATFORM, OLD)})
    assert (key.serial, numbers(key), key.end) == (PUBLIC_ID, numbers(old()), float("inf"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (k.public_pem(k.PLATFORM), "without its id"),
        ([k.certificate(k.PLATFORM), k.public_pem(k.PLATFORM)], "without its id"),
        ({"PUB_KEY_ID": k.public_pem(k.PLATFORM)}, "not the id"),
        ({"pub_key_id_1": k.public_pem(k.PLATFORM)}, "not the id"),
        ({"PUB_KEY_ID_12a": k.public_pem(k.PLATFORM)}, "not the id"),
        ({"PUB_KEY_ID_1\n": k.public_pem(k.PLATFORM)}, "not the id"),
        ({OLD: k.public_pem(k.PLATFORM)}, "not the id"),
        ({7: k.public_pem(k.PLATFORM)}, "not the id"),
        ({NEW: k.certificate(k.PLATFORM, OLD)}, "has the serial number 1A1A"),
        ({None: k.certificate(k.PLATFORM, OLD)}, "has the serial number 1A1A"),
        ({PUBLIC_ID: k.private_pem(k.PLATFORM)}, "a private key stands among"),
        (k.private_pem(k.PLATFORM), "a private key stands among"),
        (k.certificate(k.PLATFORM) + k.private_pem(k.PLATFORM), "a private key stands among"),
        ({PUBLIC_ID: k.public_pem("short", bits=1024)}, "2048 bits or more"),
        ({PUBLIC_ID: b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}, "2048 bits or more"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "not a certificate"),
        (b"", "not a certificate"),
        (k.certificate(k.PLATFORM)[:300] + b"\n-----END CERTIFICATE-----\n", "not a certificate"),
        ("/nowhere/at/all.pem", "cannot be read"),
        (7, "must be paths"),
        ([7], "must be a path or bytes"),
        ({PUBLIC_ID: None}, "must be a path or bytes"),
    ],
)
def test_what_cannot_be_a_platform_key_is_refused_with_its_reason(given: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        pinned(given)


def test_keys_print_their_serial_numbers() -> None:
    assert repr(PlatformKeys()) == "<PlatformKeys none yet>"
    assert repr(PlatformKeys([old(), new()])) == f"<PlatformKeys {OLD}, {NEW}>"
    assert repr(old()) == f"<PlatformKey {OLD}>"


def test_every_refusal_is_an_error_of_this_package() -> None:
    assert issubclass(UnknownSerial, WXPayError)
