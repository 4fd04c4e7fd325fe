"""Queries, multipart forms and JSON, each read back by somebody else."""

from __future__ import annotations

import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from wxpay_v2 import json_reader
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.v2 import catalogue, forms

UPLOAD = catalogue.find("upload_media")
PNG = b"\x89PNG\r\n\x1a\n-and-the-rest\r\n--not-the-boundary"


@given(st.dictionaries(st.from_regex("[a-z_]{1,10}", fullmatch=True), examples.text(), max_size=8))
def test_a_query_is_read_back_equal_by_another_reader(fields: dict[str, str]) -> None:
    query = forms.query(fields)
    assert dict(parse_qsl(query, strict_parsing=bool(fields))) == fields
    assert query.isascii()
    assert not set(query) & set(" #\r\n")


def test_a_blank_in_a_query_is_20_and_an_empty_value_is_left_out() -> None:
    assert forms.query({"a": "x y", "b": "", "c": "1/2&3"}) == "a=x%20y&c=1%2F2%263"


@pytest.mark.parametrize(
    ("given_file", "name"),
    [(PNG, "media.png"), (b"\xff\xd8\xff\xe0", "media.jpg"), (b"BM6", "media.bmp"), (b"GIF89a", "media.bin"),
     (("shop front.jpg", PNG), "shop front.jpg"), (bytearray(PNG), "media.png")],
)  # fmt: skip
def test_a_file_is_taken_with_its_name_and_its_hash(given_file: Any, name: str) -> None:
    fields, files = forms.take_file(UPLOAD, {"media": given_file})
    data = bytes(given_file[1] if isinstance(given_file, tuple) else given_file)
    assert files == {"media": (name, data)}
    assert fields == {"media_hash": hashlib.md5(data, usedforsecurity=False).hexdigest()}


def test_a_hash_of_the_caller_is_kept() -> None:
    assert forms.take_file(UPLOAD, {"media": PNG, "media_hash": "mine"})[0] == {"media_hash": "mine"}


@pytest.mark.parametrize("bad", [None, "", b"", "photo.png", 7, ("a.png",), ("a.png", ""), (b"a", PNG), ("a", PNG, 1)])
def test_what_is_no_file_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidRequest, match="media must be the file's bytes"):
        forms.take_file(UPLOAD, {"media": bad})


@pytest.mark.parametrize("name", ['a".png', "a\r\nX: y", "../../etc/passwd", "a\\b", "a\0b", "a\udcffb"])
def test_s6_a_file_name_that_would_break_the_form_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="not a file name"):
        forms.take_file(UPLOAD, {"media": (name, PNG)})


def test_a_form_is_read_back_by_another_reader() -> None:
    body, content_type = forms.multipart({"mch_id": "1", "media_hash": "中"}, {"media": ("图.png", PNG)})
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = list(message.iter_parts())
    names = [part.get_param("name", header="content-disposition") for part in parts]
    assert names == ["mch_id", "media_hash", "media"]
    assert parts[1].get_payload(decode=True) == "中".encode()
    assert parts[2].get_payload(decode=True) == PNG
    assert parts[2].get_content_type() == "image/png"


def test_the_fields_of_a_json_reply_are_text() -> None:
    assert forms.read_json(b'{"retcode": 0, "retmsg": "ok", "n": -3}') == {"retcode": "0", "retmsg": "ok", "n": "-3"}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b'"a"', b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1.0}',
     b'{"a": true}', b'{"a": null}', b'{"a": {}}', b'{"a": []}', b"\xff\xfe", b'{"a": "\xff"}', b"[" * 100_000,
     b'{"a":' * 5_000, b" " * (json_reader.MAX_BYTES + 1), b'{"a": ' + b"9" * 5_000 + b"}"],
    ids=repr,
)  # fmt: skip
def test_s4_9_any_other_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        forms.read_json(body)


@given(st.binary(max_size=60))
def test_s2_any_bytes_are_fields_or_malformed(body: bytes) -> None:
    try:
        told = forms.read_json(body)
    except Malformed:
        return
    assert told == {name: str(value) for name, value in json.loads(body).items()}
