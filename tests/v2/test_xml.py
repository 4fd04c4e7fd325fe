"""The one reader and writer of v2 messages. Bad inputs by the hundred stand in tests/corpus."""

from __future__ import annotations

import socket
import string
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests import examples
from tests.corpus import messages as m
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.v2 import xml

NAMES = st.text(string.ascii_letters + "_", min_size=1, max_size=1).flatmap(
    lambda first: st.text(string.ascii_letters + string.digits + "_", max_size=20).map(lambda rest: first + rest)
)
FIELDS = st.dictionaries(NAMES, st.one_of(st.just(""), examples.text()), max_size=12)
TROUBLE = {
    "end_of_cdata": "]]>",
    "end_of_cdata_twice": "]]>]]>",
    "brackets": "]]",
    "bracket": "]",
    "greater": "a>",
    "brackets_and_greater": "]]]]>>",
    "begin_of_cdata": "<![CDATA[",
    "whole_cdata": "<![CDATA[x]]>",
    "ampersand": "a & b && c",
    "entity": "&amp;&lt;&#65;",
    "less": "<b>bold</b>",
    "close": "</xml>",
    "quotes": "\"'`",
    "tab": "a\tb",
    "line_end": "a\nb\n",
    "leading": "  a",
    "trailing": "a  ",
    "blank": " ",
    "tab_alone": "\t",
    "line_end_alone": "\n",
    "chinese": "微信支付，你好",
    "no_break_space": "\u00a0a\u3000",
    "last_of_the_bmp": "\ufffd",
    "soft_hyphen": "\u00ad",
    "private": "\ue000\uf8ff",
    "percent": "100% %s %(a)s %%",
    "braces": "{} {0}",
    "question": "a?b",
    "empty": "",
    "zero": "0",
}


# Reading: threats, section 3.


def in_a_new_thread(work: Callable[[], Any]) -> Any:
    """Return what *work* returns in a thread that has no parser yet."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def refused_without_a_parser(body: bytes, told: str) -> bool:
    """Whether *body* was refused in these words before any parser was made for it."""

    def work() -> bool:
        with pytest.raises(Malformed, match=told):
            xml.read(body)
        return getattr(xml._local, "parser", None) is None

    return bool(in_a_new_thread(work))


class Untouchable(bytes):
    """Bytes that tell their length and nothing else."""

    def __getitem__(self, key: Any) -> Any:
        raise AssertionError("looked at")

    __iter__ = __contains__ = decode = __getitem__


@pytest.mark.parametrize("mebibytes", [1, 8])
def test_s3_1_a_body_over_one_mebibyte_is_refused_before_it_is_looked_at(mebibytes: int) -> None:
    with pytest.raises(Malformed, match="longer than 1048576 bytes"):
        xml.read(Untouchable(b" " * (mebibytes * xml.MAX_BYTES + 1)))


def test_s3_1_a_body_of_one_mebibyte_is_read() -> None:
    body = b"<xml><a>" + b"x" * (xml.MAX_BYTES - 18) + b"</a></xml>"
    assert len(body) == xml.MAX_BYTES
    assert len(xml.read(body)["a"]) == xml.MAX_BYTES - 18


@pytest.mark.parametrize("broken", [b"\xff", b"\xc0\xbc", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe8\x8c"])
def test_s3_1_what_is_not_utf8_is_refused_and_where(broken: bytes) -> None:
    assert refused_without_a_parser(b"<xml><a>" + broken + b"</a></xml>", "not UTF-8 at byte 8")


@pytest.mark.parametrize("encoding", ["UTF-16", "GBK", "GB18030", "ISO-8859-1", "US-ASCII", "utf-7", "UTF-8X", ""])
def test_s3_1_a_declaration_of_another_encoding_is_refused(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><xml><a>1</a></xml>'.encode()
    assert refused_without_a_parser(body, "declaration")


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "Utf-8", "utf8"])
def test_s3_1_a_declaration_of_utf8_is_read_however_it_is_spelt(encoding: str) -> None:
    body = f"<?xml version='1.0' encoding='{encoding}' standalone='yes'?>\n<xml><a>中</a></xml>".encode()
    assert xml.read(body) == xml.read(b"\xef\xbb\xbf" + body) == {"a": "中"}


@pytest.mark.parametrize("behind", [b"", b'<?xml version="1.0" encoding="GBK"?>', b"<!DOCTYPE xml>"])
def test_s3_1_a_second_byte_order_mark_hides_nothing(behind: bytes) -> None:
    """lxml skips it; a DOCTYPE behind two of them once got through."""
    body = b"\xef\xbb\xbf\xef\xbb\xbf" + behind + b"<xml><a>1</a></xml>"
    assert refused_without_a_parser(body, "byte order mark")


def test_s3_1_nothing_is_normalised() -> None:
    for text in ("e\u0301", "\u00e9", "\ufb01", "\u212b", "\uff21"):
        assert xml.read(f"<xml><a>{text}</a></xml>".encode()) == {"a": text}


@pytest.mark.parametrize(
    "prolog",
    [
        b"",
        b"\xef\xbb\xbf",
        b" \t\r\n",
        b'<?xml version="1.0"?>',
        b"<!-- x -->",
        b"<!-- <xml> -->\n<?p <xml> ?>",
        b"<!--->-->",
        b"<!-->-->",
        b"<?p?>",
        b"<!-- x --><?p x?>" * 1000,
    ],
)
@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE xml>",
        b"<!DOCTYPE xml [<!ENTITY a 'b'>]>",
        b"<!DOCTYPE xml SYSTEM 'http://127.0.0.1:9/x.dtd'>",
        b"<!DOCTYPE xml [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>",
        b"<!DOCTYPE",
    ],
)
def test_s3_2_stops_at_a_doctype(prolog: bytes, doctype: bytes) -> None:
    assert refused_without_a_parser(prolog + doctype + b"<xml><a>1</a></xml>", "DOCTYPE")


@pytest.mark.parametrize("open_markup", [b"<!-- ", b"<?p ", b"<!", b"<?", b"<?p <?p " * 100_000])
def test_s3_2_markup_that_never_ends_hides_no_doctype(open_markup: bytes) -> None:
    assert refused_without_a_parser(open_markup + b"<!DOCTYPE xml><xml><a>1</a></xml>", "DOCTYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><a><![CDATA[<!DOCTYPE x>]]></a></xml>",
        b"<!-- <!DOCTYPE x> --><xml><a>1</a></xml>",
        b"<?p <!DOCTYPE x> ?><xml><a>1</a></xml>",
        b"<xml><a>1</a></xml><!-- <!DOCTYPE x> -->",
    ],
)
def test_s3_2_the_letters_of_a_doctype_may_stand_in_text(body: bytes) -> None:
    assert xml.read(body) in ({"a": "1"}, {"a": "<!DOCTYPE x>"})


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><a/></xml><!DOCTYPE x>",
        b"<xml><!DOCTYPE x><a/></xml>",
        b"<!doctype x><xml/>",
        b"<!-- <!DOCTYPE x> -->",
        b"<?p <!DOCTYPE x> ?>",
    ],
)
def test_s3_2_a_doctype_in_another_place_is_no_xml(body: bytes) -> None:
    with pytest.raises(Malformed):
        xml.read(body)


def test_s3_2_the_predefined_entities_and_references_are_read() -> None:
    body = b"<xml><a>&lt;&gt;&amp;&quot;&apos;&#65;&#x4E2D;&#13;&#9;</a></xml>"
    assert xml.read(body) == {"a": "<>&\"'A中\r\t"}


def test_s3_2_reading_opens_no_file_and_no_socket(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for where in (secret.as_uri(), address):
            for body in (
                f"<!DOCTYPE xml SYSTEM '{where}'><xml><a>1</a></xml>",
                f"<!DOCTYPE xml [<!ENTITY a SYSTEM '{where}'>]><xml><a>&a;</a></xml>",
                f"<!DOCTYPE xml [<!ENTITY % p SYSTEM '{where}'> %p;]><xml><a>1</a></xml>",
                f"<xml xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='{where}' parse='text'/></xml>",
                f"<?xml-stylesheet href='{where}'?><xml xmlns:s='http://www.w3.org/2001/XMLSchema-instance' "
                f"s:noNamespaceSchemaLocation='{where}'><a>1</a></xml>",
            ):
                try:
                    read = xml.read(body.encode())
                except Malformed as error:
                    assert "CANARY" not in str(error)
                else:
                    assert read == {"a": "1"}
        with pytest.raises(BlockingIOError):
            server.accept()


def test_s3_2_the_parser_itself_is_hardened(tmp_path: Path) -> None:
    """The second wall: had a DOCTYPE got past the first one, nothing would be opened and nothing expanded."""
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    parser, _ = xml._parser()
    for doctype in (
        "<!DOCTYPE xml [<!ENTITY a 'CANARY'>]>",
        f"<!DOCTYPE xml [<!ENTITY a SYSTEM '{secret.as_uri()}'>]>",
        f"<!DOCTYPE xml [<!ENTITY % p SYSTEM '{secret.as_uri()}'> %p; <!ENTITY a 'x'>]>",
    ):
        element = etree.fromstring(f"{doctype}<xml><b>&a;</b></xml>".encode(), parser)
        assert b"CANARY" not in etree.tostring(element)
        with pytest.raises(Malformed, match="holds more than text"):
            xml._child_by_child(element)
    defaulted = b"<!DOCTYPE xml [<!ATTLIST b c CDATA 'CANARY'>]><xml><b>1</b></xml>"
    assert not dict(etree.fromstring(defaulted, parser)[0].attrib)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<a><b>1</b></a>", "'a' holds more than text"),
        ("<a>1<b/></a>", "'a' holds more than text"),
        ("<a>1<!-- x --></a>", "'a' holds more than text"),
        ("<a><?p x?>1</a>", "'a' holds more than text"),
        ("<a>1</a><a>1</a>", "'a' occurs twice"),
        ("<a>1</a><b>2</b><a/>", "'a' occurs twice"),
        ('<p:a xmlns:p="urn:p">1</p:a>', "letters, digits and underscores"),
        ('<a xmlns="urn:p">1</a>', "letters, digits and underscores"),
        ("<a-b>1</a-b>", "letters, digits and underscores"),
        ("<é>1</é>", "letters, digits and underscores"),
        ("x<a>1</a>", "text between the fields"),
        ("<a>1</a>x", "text between the fields"),
        ("<a>1</a><!-- c -->x", "text between the fields"),
        ("<a>1</a>\u3000", "text between the fields"),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_s3_3_children_hold_text_only(inside: str, told: str, known: bool) -> None:
    if known:  # names that were read before take a shorter way
        xml.read(b"<xml><a>1</a><b>2</b></xml>")
    with pytest.raises(Malformed, match=told):
        xml.read(f"<xml>{inside}</xml>".encode())


def test_s3_3_the_root_is_xml_and_inside_a_refund_root() -> None:
    assert xml.read(b"<root><a>1</a></root>", root="root") == {"a": "1"}
    for body, root in ((b"<root/>", "xml"), (b"<xml/>", "root"), (b"<Xml/>", "xml"), (b'<xml xmlns="u"/>', "xml")):
        with pytest.raises(Malformed, match="outer element"):
            xml.read(body, root=root)


@pytest.mark.parametrize("count", [0, 1, 499, 500])
def test_s3_3_five_hundred_fields_are_read(count: int) -> None:
    fields = {f"f{number}": str(number) for number in range(count)}
    assert xml.read(m.xml(fields)) == fields


@pytest.mark.parametrize("count", [501, 20_000])
def test_s3_3_more_fields_are_refused(count: int) -> None:
    with pytest.raises(Malformed, match="more than 500 fields"):
        xml.read(m.xml({f"f{number}": "1" for number in range(count)}))


@pytest.mark.parametrize("plain", ["x", ""])
def test_s3_3_a_nested_field_and_a_plain_one_of_the_same_name_are_refused(plain: str) -> None:
    nested, flat = "<a><b>1</b></a>", f"<a>{plain}</a>"
    for parts, allowed in ((flat + nested, "a[]"), (nested + flat, "a[]"), (flat + nested, "a"), (nested * 2, "a")):
        with pytest.raises(Malformed, match="occurs twice"):
            xml.read(f"<xml>{parts}</xml>".encode(), nested=(allowed,))
    told = xml.read(f"<xml><c>1</c>{nested * 2}<d>2</d></xml>".encode(), nested=("a[]",))
    assert list(told.items()) == [("c", "1"), ("a", '[{"b": "1"}, {"b": "1"}]'), ("d", "2")]


@pytest.mark.parametrize("allowed", ["a", "a[]"])
def test_s3_3_a_nested_field_holds_five_hundred_others_at_most(allowed: str) -> None:
    inside = "".join(f"<f{number}>1</f{number}>" for number in range(499))
    assert '"f498": "1"' in xml.read(f"<xml><a><b>{inside}</b></a></xml>".encode(), nested=(allowed,))["a"]
    for more in ("<x/>", "<c><d>1</d></c>"):
        with pytest.raises(Malformed, match="more than 500 fields"):
            xml.read(f"<xml><a><b>{inside}{more}</b></a></xml>".encode(), nested=(allowed,))


def test_s3_3_comments_and_instructions_outside_of_values_are_not_fields() -> None:
    noise = "<!-- c --><?p x?>" * 300
    body = f"{noise}<xml>{noise}<a>1</a>{noise}<b>2</b>{noise}</xml><!-- c -->\n<!-- c -->".encode()
    assert xml.read(body) == {"a": "1", "b": "2"}


def test_s3_3_attributes_are_never_part_of_a_value() -> None:
    body = b'<xml a="1" b="2"><a b="2">x</a><b xml:lang="zh" a=\'&lt;"&gt;\'></b></xml>'
    assert xml.read(body) == {"a": "x", "b": ""}


def test_s3_3_deep_nesting_is_refused() -> None:
    for body in (b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>", b"<xml>" * 100_000, b"<a>" * 100_000):
        with pytest.raises(Malformed):
            xml.read(body)


@pytest.mark.parametrize("known", [False, True])
def test_a_message_reads_alike_whether_its_names_were_seen_before(known: bool) -> None:
    if known:
        xml.read(b"<xml><seen>1</seen><before>2</before></xml>")
    assert xml.read(b"<xml><seen>1</seen><before>2</before></xml>") == {"seen": "1", "before": "2"}
    assert xml.read(b"<xml><seen/><before>2</before></xml>") == {"seen": "", "before": "2"}
    assert xml.read(b"<xml> <seen></seen>\n<before>2</before></xml>") == {"seen": "", "before": "2"}


def test_s3_4_a_value_is_all_its_text_and_cdata() -> None:
    body = b"<xml><a> x<![CDATA[ <b> ]]>y&amp;<![CDATA[]]>\n</a><b></b><c/><d><![CDATA[]]></d></xml>"
    assert xml.read(body) == {"a": " x <b> y&\n", "b": "", "c": "", "d": ""}


@pytest.mark.parametrize("value", ["0", "007", "1.0", "true", "null", "None", "-1", "1e5", " "])
def test_s3_4_all_values_stay_text(value: str) -> None:
    read = xml.read(f"<xml><a>{value}</a></xml>".encode())
    assert read == {"a": value}
    assert type(read["a"]) is str
    assert type(read) is dict


@pytest.mark.parametrize(
    "follower", [b"x", b"<xml/>", b"<?p x?>", b"<!-- c --><?p x?>", b"\0", b"<![CDATA[ ]]>", b"&#32;"]
)
def test_s3_4_nothing_follows_the_root(follower: bytes) -> None:
    with pytest.raises(Malformed):
        xml.read(b"<xml><a>1</a></xml>" + follower)


def test_s3_4_blanks_and_comments_may_follow() -> None:
    assert xml.read(b"<xml><a>1</a></xml> \r\n<!-- c -->\t<!-- d -->") == {"a": "1"}


@pytest.mark.parametrize(
    "name", ["__class__", "__init__", "items", "get", "keys", "update", "_", "self", "xml", "root"]
)
def test_s3_5_a_field_name_means_nothing_to_python(name: str) -> None:
    read = xml.read(f"<xml><{name}>1</{name}><a>2</a></xml>".encode())
    assert read == {name: "1", "a": "2"}
    assert callable(read.get)


@pytest.mark.parametrize("body", [None, "", "<xml/>", 1, [b"<xml/>"], memoryview(b"<xml/>"), {}])
def test_what_is_no_bytes_is_malformed(body: Any) -> None:
    with pytest.raises(Malformed, match="a message is bytes"):
        xml.read(body)


def test_a_bytearray_is_read() -> None:
    assert xml.read(bytearray(b"\xef\xbb\xbf<?xml version='1.0'?><!-- <!DOCTYPE --><xml><a>1</a></xml>")) == {"a": "1"}


@pytest.mark.parametrize("long", ["x" * 5000, "中" * 5000, "\x01" * 5000])
def test_s2_a_refusal_quotes_no_more_than_64_characters(long: str) -> None:
    for body in (
        f"<{long}/>",
        f"<xml><{long}-a>1</{long}-a></xml>",
        f"<xml><{long}>1</{long}><{long}>1</{long}></xml>",
        f"<xml>&{long};</xml>",
        f"<xml><{long}></{long[:-1]}></xml>",
        f"<xml><a><![CDATA[{long}",
        f"<?xml {long}?><xml/>",
    ):
        with pytest.raises(Malformed) as told:
            xml.read(body.encode())
        assert len(told.value.message) < 64 + 80
        assert told.value.message.isprintable()


def test_threads_do_not_share_a_parser() -> None:
    bodies = {number: m.xml({f"f{number}_{place}": str(place) for place in range(50)}) for number in range(64)}

    def work(number: int) -> tuple[int, dict[str, str]]:
        return number, [xml.read(bodies[number]) for _ in range(20)][-1]

    with ThreadPoolExecutor(8) as pool:
        for number, read in pool.map(work, bodies):
            assert read == {f"f{number}_{place}": str(place) for place in range(50)}


def test_a_refused_message_does_not_spoil_the_parser() -> None:
    for bad in (b"<xml><a>", b"\xff", b"<xml><a>&b;</a></xml>", b"<!DOCTYPE xml>", b"<xml>" * 1000, b""):
        with pytest.raises(Malformed):
            xml.read(bad)
        assert xml.read(b"<xml><a>1</a></xml>") == {"a": "1"}


def test_frames_that_strangers_send_are_not_kept_for_ever() -> None:
    for number in range(700):
        fields = {f"stranger_{number}_{place}": "1" for place in range(3)}
        assert xml.read(m.xml(fields)) == fields
    assert sum(map(len, xml._frames.values())) <= xml._FRAMES_KEPT
    for fields in ({"n" * 10_000: "1"}, {f"name_{place}": "1" for place in range(400)}):
        assert xml.read(m.xml(fields)) == fields
    kept = [frame for frames in xml._frames.values() for frame in frames.values()]
    assert all(sum(map(len, pieces)) <= xml._FRAME_LENGTH and len(names) <= 64 for names, pieces in kept)


@pytest.mark.parametrize(
    "odd",
    [
        "<xml><a>1</a><b>2<!--c--></b></xml>", "<xml><a>1</a><b><c>2</c></b></xml>", "<xml><a>1</a>x<b>2</b></xml>",
        "<xml><b>1</b><a>2</a></xml>", "<xml><a>1</a><b>&lt;</b></xml>", "<xml><a>1</a><b>2\r\n</b></xml>",
        "<xml><a>1</a><b x='1'>2</b></xml>", "<xml><a>1</a><b>2</b></xml> ", "<xml><a>1</a><b>2</b></xml><!--c-->",
        "<xml><a>1</a><b>2</b></xml>x", "<xml><a>1</a><b>2]]></b></xml>", "<xml><a>1</a><a>2</a></xml>",
        "<xml><a>1</a><b>2</b><c/></xml>", "<xml><a/><b>2</b></xml>", "<xml><a>1<b>2</b></a></xml>",
        "<xml><a>1</a><b>\N{GRINNING FACE}</b></xml>", "<xml><a>1</a><b>2</b",
        "<!DOCTYPE xml><xml><a>1</a><b>2</b></xml>",
    ],
)  # fmt: skip
def test_a_frame_that_was_learnt_changes_no_answer(odd: str) -> None:
    """What is read fast is what would have been read with care."""

    def answer() -> object:
        try:
            return xml.read(odd.encode())
        except Malformed as error:
            return str(error)

    xml._frames.clear()
    careful = answer()
    assert xml.read(b"<xml><a>1</a><b>2</b></xml>") == {"a": "1", "b": "2"}
    assert xml.read(b"<xml><a>7</a><b>8</b></xml>") == {"a": "7", "b": "8"}
    assert xml._frames
    assert answer() == careful


def test_the_reader_can_be_used_again_after_names_were_forgotten() -> None:
    seen: list[threading.Thread] = []

    def work() -> None:
        for number in range(12):
            xml.read(m.xml({f"n{number}_{place}": "1" for place in range(450)}))

    for _ in range(4):
        seen.append(threading.Thread(target=work))
        seen[-1].start()
    for thread in seen:
        thread.join()
    assert xml.read(b"<xml><a>1</a></xml>") == {"a": "1"}


# Writing: threats, section 6.


def by_lxml(body: bytes) -> dict[str, str]:
    """Read with lxml in another configuration than the library's."""
    element = etree.fromstring(body, etree.XMLParser(strip_cdata=False, resolve_entities=True, remove_comments=True))
    return {child.tag: child.text or "" for child in element}


def by_xmltodict(body: bytes) -> dict[str, str]:
    read = xmltodict.parse(body, strip_whitespace=False)["xml"] or {}
    return {name: text or "" for name, text in read.items()}


def by_element_tree(body: bytes) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(body)}  # noqa: S314 - our own


READERS = [xml.read, by_lxml, by_xmltodict, by_element_tree]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("name", TROUBLE)
def test_s6_what_is_written_is_read_back_equal_by_every_reader(
    name: str, read: Callable[[bytes], dict[str, str]]
) -> None:
    fields = {"before": "x", name: TROUBLE[name], "after": "y"}
    assert read(xml.write(fields)) == fields


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
def test_s6_all_trouble_in_one_message_is_read_back_equal(read: Callable[[bytes], dict[str, str]]) -> None:
    assert read(xml.write(TROUBLE)) == TROUBLE


@given(FIELDS)
def test_s6_any_message_is_read_back_equal_by_every_reader(fields: dict[str, str]) -> None:
    body = xml.write(fields)
    for read in READERS:
        assert read(body) == fields, read.__name__
    assert list(xml.read(body)) == list(fields)


@given(FIELDS)
def test_reading_takes_what_was_written_another_way(fields: dict[str, str]) -> None:
    assert xml.read(m.xml(fields)) == fields


@given(FIELDS, st.sampled_from(["root", "xml", "a_1"]))
def test_another_root_changes_nothing_else(fields: dict[str, str], root: str) -> None:
    body = xml.write(fields, root=root)
    assert body.startswith(f"<{root}>".encode())
    assert body.endswith(f"</{root}>".encode())
    assert xml.read(body, root=root) == fields


@pytest.mark.parametrize(("last", "first"), [("]]", ">"), ("]", "]>"), ("a]", "]>b"), ("]]>", "]]>")])
def test_s6_the_end_of_cdata_across_two_values_is_nothing_special(last: str, first: str) -> None:
    fields = {"a": last, "b": first}
    for read in READERS:
        assert read(xml.write(fields)) == fields


UNWRITABLE = {
    "CR": "\r",
    "CRLF": "\r\n",
    "NUL": "\0",
    "vertical tab": "\x0b",
    "escape": "\x1b",
    "unit separator": "\x1f",
    "DEL": "\x7f",
    "next line": "\x85",
    "end of C1": "\x9f",
    "emoji": "😀",
    "beyond the BMP": "\U00010000",
    "last of all": "\U0010ffff",
    "high surrogate": "\ud83d",
    "low surrogate": "\udc00",
    "FFFE": "\ufffe",
    "FFFF": "\uffff",
    "FDD0": "\ufdd0",
}


@pytest.mark.parametrize("place", ["{}", "a{}b", "{}中", "?{}", "\t{}"])
@pytest.mark.parametrize("character", UNWRITABLE.values(), ids=UNWRITABLE)
def test_s6_a_character_that_cannot_be_sent_is_refused_by_the_fields_name(character: str, place: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^guilty holds .*U\+"):
        xml.write({"good": "x", "guilty": place.format(character), "also_good": "?"})


@given(st.text(st.characters(exclude_categories=())))
def test_s6_any_text_is_either_written_exactly_or_refused(text: str) -> None:
    try:
        body = xml.write({"a": text})
    except InvalidRequest as error:
        assert str(error).startswith("a holds")
    else:
        assert xml.read(body) == {"a": text}
        assert max(map(ord, text), default=0) <= 0xFFFF


@given(st.characters(exclude_categories=()))
def test_s6_a_character_reads_back_wherever_it_may_be_written(character: str) -> None:
    """The quick look of the writer lets nothing pass that its careful look refuses."""
    try:
        xml.check_text("a", character)
    except InvalidRequest:
        with pytest.raises(InvalidRequest):
            xml.write({"a": character})
    else:
        assert xml.read(xml.write({"a": character})) == {"a": character}


def test_s6_every_character_of_the_bmp_is_judged_alike_by_both_looks() -> None:
    for start in range(0, 0x10000, 0x100):
        block = [chr(code) for code in range(start, start + 0x100)]
        good = [character for character in block if _writable(character)]
        assert xml.read(xml.write({"a": "".join(good)})) == {"a": "".join(good)}
        for bad in set(block) - set(good):
            with pytest.raises(InvalidRequest):
                xml.write({"a": bad})


def _writable(character: str) -> bool:
    try:
        xml.check_text("a", character)
    except InvalidRequest:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "a-b", "a.b", "a:b", "1a", "é", "ａ", "a\n", "a>", "<a", "a/", "a></a><b", "%s", "a=", "\ud800"],
)
def test_s6_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest, match="a field name must be letters, digits and underscores"):
        xml.write({"good": "x", name: "y"})


@pytest.mark.parametrize("name", [1, None, b"a", ("a",)])
def test_s6_a_name_that_is_no_text_is_refused(name: Any) -> None:
    with pytest.raises(InvalidRequest, match="a field name must be letters, digits and underscores"):
        xml.write({"good": "x", name: "y"})


@pytest.mark.parametrize("value", [None, 1, 1.0, True, b"x", ["x"], {"x": "y"}, ("x",)])
def test_s6_a_value_that_is_no_text_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=f"^guilty must be a str, got {type(value).__name__}$"):
        xml.write({"good": "x", "guilty": value})


def test_templates_are_kept_within_bounds() -> None:
    for number in range(2 * xml._TEMPLATES_KEPT):
        assert xml.read(xml.write({f"name_{number}": "1"})) == {f"name_{number}": "1"}
        assert len(xml._templates) <= xml._TEMPLATES_KEPT
