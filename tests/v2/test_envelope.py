"""Seal and unseal, in both roles: what the one side seals the other opens, and nothing else opens."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.corpus import messages as m
from wxpay_v2.errors import InvalidRequest, Malformed, SignatureInvalid
from wxpay_v2.operation import Operation
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import catalogue, envelope
from wxpay_v2.v2.envelope import seal, unseal
from wxpay_v2.v2.signature import Signer

OPERATIONS = [row for row in catalogue.operations() if row.request]
ALGORITHMS = ("MD5", "HMAC-SHA256")
SIGNERS = {algorithm: Signer(Secret(m.KEY), algorithm) for algorithm in ALGORITHMS}
# The gateway's own, so that no state of ours can help it.
THEIRS = {algorithm: Signer(Secret(m.KEY), algorithm) for algorithm in ALGORITHMS}
OTHERS = {algorithm: Signer(Secret(m.OTHER_KEY), algorithm) for algorithm in ALGORITHMS}

FIELDS = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True).filter(
        lambda name: name not in ("sign", "sign_type")
    ),
    examples.text(),
    max_size=10,
)
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
both_algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


def opened(body: bytes, algorithm: str) -> dict[str, str]:
    """Open as the other side would, and hold its signature against the independent one."""
    fields = unseal(body, THEIRS[algorithm])
    assert fields.pop("sign") == m.sign(fields, m.KEY, algorithm)
    return fields


@every_operation
@examples.each
@given(data=st.data(), algorithm=st.sampled_from(ALGORITHMS))
def test_what_the_client_seals_the_gateway_opens(operation: Operation, data: st.DataObject, algorithm: str) -> None:
    fields = data.draw(examples.messages(operation, mode=data.draw(st.sampled_from(examples.modes(operation)))))
    assert opened(seal(fields, SIGNERS[algorithm]), algorithm) == fields


@every_operation
@examples.each
@given(data=st.data(), algorithm=st.sampled_from(ALGORITHMS))
def test_what_the_gateway_seals_the_client_opens(operation: Operation, data: st.DataObject, algorithm: str) -> None:
    fields = data.draw(examples.replies(operation))
    assert opened(seal(fields, SIGNERS[algorithm]), algorithm) == fields


@both_algorithms
@given(fields=FIELDS)
def test_what_somebody_else_wrote_and_signed_is_opened(algorithm: str, fields: dict[str, str]) -> None:
    body = m.xml(m.signed(fields, sign_type=algorithm))
    assert m.without(unseal(body, SIGNERS[algorithm]), "sign") == fields


@both_algorithms
@given(fields=FIELDS)
def test_another_key_or_algorithm_opens_nothing(algorithm: str, fields: dict[str, str]) -> None:
    body = seal(fields, SIGNERS[algorithm])
    other = "MD5" if algorithm != "MD5" else "HMAC-SHA256"
    for signer in (OTHERS[algorithm], OTHERS[other], THEIRS[other]):
        with pytest.raises(SignatureInvalid):
            unseal(body, signer)


@both_algorithms
@given(fields=FIELDS.filter(bool), data=st.data())
def test_a_change_of_one_bit_is_refused_or_changes_nothing(
    algorithm: str, fields: dict[str, str], data: st.DataObject
) -> None:
    """A bit may fall where it means nothing; then the fields are those that were signed."""
    body = bytearray(seal(fields, SIGNERS[algorithm]))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = opened(bytes(body), algorithm)
    except (Malformed, SignatureInvalid):
        return
    assert read == fields


@every_operation
@examples.each
@given(data=st.data())
def test_a_change_of_one_field_is_refused(operation: Operation, data: st.DataObject) -> None:
    fields = data.draw(examples.messages(operation))
    signed = {**fields, "sign": SIGNERS["MD5"].sign(fields)}
    name = data.draw(st.sampled_from(sorted(fields)))
    for changed in (
        m.without(signed, name),
        {**signed, name: signed[name] + "0"},
        {**signed, name: signed[name][:-1] if len(signed[name]) > 1 else ""},
        {**signed, f"{name}_": "1"},
        {**m.without(signed, name), name.swapcase(): signed[name]},
    ):
        with pytest.raises(SignatureInvalid):
            unseal(m.xml(changed), SIGNERS["MD5"])


@given(FIELDS)
def test_a_message_that_is_cut_anywhere_is_refused(fields: dict[str, str]) -> None:
    body = seal(fields, SIGNERS["MD5"])
    for end in range(0, len(body), 7):
        with pytest.raises(Malformed):
            unseal(body[:end], SIGNERS["MD5"])


def test_sign_stands_last_and_replaces_an_old_one() -> None:
    body = seal({"b": "2", "a": "1"}, SIGNERS["MD5"])
    assert body.startswith(b"<xml><a><![CDATA[1]]></a><b><![CDATA[2]]></b><sign><![CDATA[")
    assert body.endswith(b"]]></sign></xml>")
    again = seal({"sign": "old", "b": "2", "a": "1"}, SIGNERS["MD5"])
    assert unseal(again, SIGNERS["MD5"]) == unseal(body, SIGNERS["MD5"])
    assert b"old" not in again


def test_an_empty_value_is_written_and_not_signed() -> None:
    fields = {"a": "1", "empty": "", "zero": "0", "blank": " "}
    sealed = unseal(seal(fields, SIGNERS["MD5"]), SIGNERS["MD5"])
    assert sealed == {**fields, "sign": m.sign(m.without(fields, "empty"))}


@given(FIELDS, st.sampled_from(["", "]]>", "中?", "x"]), st.booleans())
def test_the_quick_way_and_the_careful_way_seal_alike(fields: dict[str, str], value: str, old: bool) -> None:
    """What sends a message the careful way (an empty value, ]]>, an old sign) changes nothing but the order."""
    given_fields = {**fields, "added": value} | ({"sign": "old"} if old else {})
    for algorithm in ALGORITHMS:
        assert opened(seal(given_fields, SIGNERS[algorithm]), algorithm) == m.without(given_fields, "sign")


def test_frames_are_kept_within_bounds() -> None:
    for number in range(2 * envelope._FRAMES_KEPT):
        assert opened(seal({f"name_{number}": "1"}, SIGNERS["MD5"]), "MD5") == {f"name_{number}": "1"}
        assert len(envelope._frames) <= envelope._FRAMES_KEPT


def test_the_fields_given_are_not_changed() -> None:
    fields = {"a": "1", "sign": "old"}
    seal(fields, SIGNERS["MD5"])
    assert fields == {"a": "1", "sign": "old"}


def test_what_was_checked_is_what_is_handed_out() -> None:
    """One reader: the fields come from the very mapping whose signature was checked, sign included."""

    class Watching:
        sign_type = "MD5"

        def check(self, fields: Mapping[str, str]) -> None:
            self.checked = fields

    watching: Any = Watching()
    assert unseal(b"<xml><a>1</a></xml>", watching) is watching.checked


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"a": "\r"}, "a holds a character XML cannot carry"),
        ({"a": "\ud800"}, "a holds a character XML cannot carry"),
        ({"good": "x", "a": "😀"}, "a holds a character beyond the BMP"),
        ({"a": None}, "a must be a str, got NoneType"),
        ({"a": 1}, "a must be a str, got int"),
        ({"a": True, "b": 1.5}, "a must be a str, got bool"),
        ({"a": ["x"]}, "a must be a str, got list"),
        ({"\ud800": "x"}, "a field name must be"),
        ({1: "x"}, "a field name must be"),
        ({1: "x", "b": "y"}, "a field name must be"),
        ({"a b": "x"}, "a field name must be"),
    ],
)
@both_algorithms
def test_s6_what_cannot_be_sent_is_refused_by_name(algorithm: str, fields: Any, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told) as error:
        seal(fields, SIGNERS[algorithm])
    chained: BaseException | None = error.value
    while chained is not None:
        assert m.KEY not in repr(chained)
        chained = chained.__context__


@pytest.mark.parametrize("value", [None, "<xml/>", 1, {}])
def test_what_is_no_bytes_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        unseal(value, SIGNERS["MD5"])
