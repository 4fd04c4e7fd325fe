"""Recorded messages are found in whatever a log wraps them in; what cannot be read is told, and nothing is lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fixtures import KEY, signed, to_xml
from wxpay_v2 import ConfigurationError
from wxpay_v2.errors import quoted
from wxpay_v2.migration.recordings import Recorded, hidden, requests

ORDER = {
    "appid": "wx1", "mch_id": "1", "body": "Tea", "out_trade_no": "T-1", "total_fee": "100", "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "nonce_str": "n",
}  # fmt: skip
ASK = {"appid": "wx1", "mch_id": "1", "out_trade_no": "T-1"}
ANSWER = {"return_code": "SUCCESS", "result_code": "SUCCESS", "out_trade_no": "T-1"}


def read(tmp_path: Path, data: bytes, name: str = "wxpay.log") -> list[Recorded]:
    (tmp_path / name).write_bytes(data)
    return [one._replace(place=one.place.removeprefix(f"{tmp_path}/")) for one in requests(tmp_path / name)]


def test_one_message_is_the_whole_file(tmp_path: Path) -> None:
    (one,) = read(tmp_path, signed(ORDER, KEY), "order.xml")
    assert (one.place, one.path, one.fault) == ("order.xml:1", "/pay/unifiedorder", "")
    assert one.fields["body"] == "Tea"
    assert not one.is_answer


def test_lines_of_a_log_tell_the_call_and_the_answer_follows(tmp_path: Path) -> None:
    data = (
        b"2026-03-01 INFO POST https://api.mch.weixin.qq.com/pay/orderquery body=" + to_xml(ASK) + b"\n"
        b"2026-03-01 INFO answer=" + to_xml(ANSWER) + b"\n"
    )
    asked, answer = read(tmp_path, data)
    assert (asked.path, answer.path, answer.is_answer) == ("/pay/orderquery", "/pay/orderquery", True)
    assert (asked.place, answer.place) == ("wxpay.log:1", "wxpay.log:2")


def test_an_answer_about_another_order_is_not_given_a_call(tmp_path: Path) -> None:
    other = {**ANSWER, "out_trade_no": "T-2"}
    data = b"/pay/orderquery " + to_xml(ASK) + b"\n" + to_xml(other) + b"\n" + to_xml(ANSWER)
    assert [one.path for one in read(tmp_path, data)] == ["/pay/orderquery", "", "/pay/orderquery"]


def test_a_message_over_several_lines_begins_where_it_begins(tmp_path: Path) -> None:
    data = b"noise\n/secapi/pay/refund\n" + to_xml(ASK).replace(b"<mch_id>", b"\n  <mch_id>") + b" tail\n" + to_xml(ASK)
    first, second = read(tmp_path, data)
    assert (first.place, first.path) == ("wxpay.log:3", "/secapi/pay/refund")
    assert (second.place, second.path) == ("wxpay.log:5", "")


def test_several_messages_share_a_line(tmp_path: Path) -> None:
    data = b"a /pay/closeorder " + to_xml(ASK) + b" b /pay/orderquery " + to_xml(ASK)
    assert [one.path for one in read(tmp_path, data)] == ["/pay/closeorder", "/pay/orderquery"]


@pytest.mark.parametrize("spelled", [b"\\n", b"\\r\\n", b"\\t"])
def test_a_text_spelled_as_its_language_spells_it_is_read(tmp_path: Path, spelled: bytes) -> None:
    data = b'DEBUG "' + to_xml(ASK).replace(b"<mch_id>", spelled + b"<mch_id>") + b'"'
    assert read(tmp_path, data)[0].fields["mch_id"] == "1"


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"path": "pay/orderquery", "request": ASK}, "/pay/orderquery"),
        ({"url": "https://api2.mch.weixin.qq.com/pay/orderquery?x=1", "body": to_xml(ASK).decode()}, "/pay/orderquery"),
        ({"operation": "order_query", "fields": ASK}, "/pay/orderquery"),
        ({"operation": "order_query", **ASK}, "/pay/orderquery"),
        (ORDER, "/pay/unifiedorder"),
        ({"path": "/v3/pay/x", "request": ASK}, ""),
    ],
)
def test_json_lines_name_the_call_in_many_ways(tmp_path: Path, told: dict[str, object], path: str) -> None:
    (one,) = read(tmp_path, json.dumps(told).encode() + b"\n")
    assert one.path == path
    assert one.fields["out_trade_no"] == "T-1"


def test_json_lines_may_hold_the_answer_too(tmp_path: Path) -> None:
    line = {"path": "/pay/orderquery", "request": {**ASK, "n": 1, "list": [{"a": 1}]}, "response": ANSWER}
    asked, answer = read(tmp_path, json.dumps(line).encode())
    assert (asked.fields["n"], asked.fields["list"]) == ("1", '[{"a":1}]')
    assert (answer.path, answer.is_answer) == ("/pay/orderquery", True)


def test_without_a_path_the_only_operation_that_fits_is_taken_and_no_other(tmp_path: Path) -> None:
    refund = {**ASK, "out_refund_no": "R-1", "total_fee": "1", "refund_fee": "1"}
    assert [one.path for one in read(tmp_path, to_xml(ORDER) + to_xml(ASK))] == ["/pay/unifiedorder", ""]
    assert read(tmp_path, to_xml({**refund, "unheard_of": "x"}))[0].path == ""


@pytest.mark.parametrize(
    "data",
    [b"<xml><a>1</b></xml>", b"<xml><a>1</a><a>2</a></xml>", b"<xml><a>\xff</a></xml>", b'{"path": "pay/x", ',
     b'{"path": "/pay/orderquery", "request": "<xml>"}', b"<xml><a>1</a>"],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_the_next_is_read(tmp_path: Path, data: bytes) -> None:
    (bad,) = read(tmp_path, data + b"\n")
    assert bad.fault
    assert bad.fields == {}
    if not data.startswith(b"<xml><a>1</a>"):
        assert [one.fault for one in read(tmp_path, data + b"\n" + to_xml(ASK))][1:] == [""]


def test_a_message_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    found = read(tmp_path, b"<xml>" + b"<a>1</a>\n" * 200_000 + b"\n/pay/orderquery " + to_xml(ASK))
    assert [bool(one.fault) for one in found][:1] == [True]
    assert found[-1].path == "/pay/orderquery"


def test_folders_gzip_and_standard_input_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.log").write_bytes(to_xml(ORDER))
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(to_xml(ORDER)))
    assert [one.place.rpartition("/")[2] for one in requests(tmp_path)] == ["a.log.gz:1", "2.log:1"]

    class Stdin:
        buffer = io.BytesIO(to_xml(ORDER))

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert [one.place for one in requests("-")] == ["-:1"]


@pytest.mark.parametrize(
    "data", [gzip.compress(b"x" * 99)[:-9], b"\x1f\x8b\x08\x00broken-------------------"], ids=["cut", "broken"]
)
def test_a_broken_gzip_is_told_and_the_others_are_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.gz").write_bytes(data)
    (tmp_path / "y.log").write_bytes(to_xml(ORDER))
    first, second = requests(tmp_path)
    assert (first.place, first.fault[:26]) == (str(tmp_path / "x.gz"), "cannot be read to its end:")
    assert (second.path, second.fault) == ("/pay/unifiedorder", "")


def test_what_was_read_before_a_gzip_breaks_off_is_kept(tmp_path: Path) -> None:
    found = read(tmp_path, gzip.compress(to_xml(ORDER) + b"\n" + Random(1).randbytes(5000))[:-1000], "x.gz")
    assert [(one.path, bool(one.fault)) for one in found] == [("/pay/unifiedorder", False), ("", True)]


def test_what_a_folder_holds_and_nobody_can_read_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")  # who opens it waits for ever
    (tmp_path / "z.log").write_bytes(to_xml(ORDER))
    found = {one.place.rpartition("/")[2]: one.fault for one in requests(tmp_path)}
    assert found == {
        "link": "cannot be read: No such file or directory", "pipe": "is no regular file", "z.log:1": ""
    }  # fmt: skip


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        list(requests(tmp_path / "nowhere"))


@pytest.mark.parametrize("back", range(8))
def test_a_line_of_any_length_loses_no_message(tmp_path: Path, back: int) -> None:
    message = b"/pay/orderquery " + to_xml(ASK)
    end = len(message) - message.index(b"</xml>")
    for tag in (message.index(b"<xml"), len(message) - end):  # which the first piece ends within
        data = b"x" * (1024 * 1024 - tag - back) + message + b" " + message + b"\n" + message
        found = read(tmp_path, data)
        assert [(one.place, one.path, one.fault) for one in found] == [
            ("wxpay.log:1", "/pay/orderquery", ""), ("wxpay.log:1", "/pay/orderquery", ""),
            ("wxpay.log:2", "/pay/orderquery", ""),
        ]  # fmt: skip


def test_a_line_of_text_that_a_logger_wrote_as_json_is_read(tmp_path: Path) -> None:
    text = "POST https://api.mch.weixin.qq.com/pay/orderquery " + to_xml(ASK).decode() + "\n"
    line = json.dumps({"log": text, "stream": "stdout", "time": "2026-03-01T00:00:00Z"}).encode()
    (one,) = read(tmp_path, line + b"\n")
    assert (one.place, one.path, one.fields["out_trade_no"]) == ("wxpay.log:1", "/pay/orderquery", "T-1")


@pytest.mark.parametrize(
    "value",
    ['it\'s "hidden"', "plain", 'a "b"', "it's", "x" * 80 + "' y", ["hidden", "it's"], "hidden\\"],
    ids=range(7),
)
def test_a_value_that_an_error_quotes_is_hidden(value: object) -> None:
    told = hidden(f"API v3's total_fee: v2's amount must be a whole number, got {quoted(value)}")
    assert told.startswith("API v3's total_fee: v2's amount must be a whole number, got ")
    assert not any(
        word in told for word in ("hidden", "plain", "xxx", "b", "y") if word not in "a whole number must be"
    )
