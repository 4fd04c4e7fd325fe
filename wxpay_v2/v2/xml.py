"""Flat fields <-> XML. The only module that imports lxml, and the only reader and writer of v2 messages.

A message is one element (``xml``; ``root`` inside a refund notification) whose children hold text and nothing else.
Reading refuses whatever a signature could not cover unambiguously: DTDs, nesting, prefixes, duplicates, comments inside
values, other encodings. Writing puts every value into CDATA and refuses, by the field's name, what would not come back
equal. Source: https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=23_5 (no DTDs); threats: section 3 and 6.
"""

from __future__ import annotations

import re
import threading

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.validation import plain, unwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["MAX_BYTES", "MAX_FIELDS", "check_text", "read", "template", "write"]

MAX_BYTES = 1 << 20
MAX_FIELDS = 500

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')"""
    rb"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[Uu][Tt][Ff]-?8"|'[Uu][Tt][Ff]-?8'))?"""
    rb"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>"""
)
_MARKUP = re.compile(rb"<!--.*?-->|<\?.*?\?>|<[!?]?", re.DOTALL)
_BLANK = " \t\r\n"

_local = threading.local()
# Messages that were read with care, without their texts: the names, and the pieces around the texts. Found by how a
# body begins and how many texts it has; bounded in number and size, since they come from anybody.
_frames: dict[tuple[str, bytes], dict[int, tuple[tuple[str, ...], list[str]]]] = {}
_FRAMES_KEPT, _FIELDS_KEPT, _FRAME_LENGTH, _BEGIN = 256, 64, 4096, 64
_templates: dict[tuple[str, ...], str] = {}
_TEMPLATES_KEPT = 512


def read(body: bytes, root: str = "xml", nested: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the fields of the message *body* in document order; every value is a str, blanks kept.

    body: bytes of UTF-8 (a BOM is fine), at most 1 MiB and 500 fields. root: name of the outer element.
    nested: the few fields that an operation documents as holding elements (``hblist``, ``setteinfo_$n``, and with
    several of one name ``mchinfo[]``); the value of one that does is JSON, an element with children being an object,
    what occurs several times a list. Such an element holds at most 500 others.
    Raises Malformed for everything else, without quoting more than 64 characters.
    """
    frames = _frames.get((root, body[:_BEGIN])) if type(body) is bytes and len(body) <= MAX_BYTES else None
    if frames is not None:  # it begins like one that was read with care
        try:
            texts = _local.texts(_local.fromstring(body, _local.parser))
        except (SyntaxError, AttributeError):  # lxml's error is one; a new thread has no parser yet
            texts = []
        kept = frames.get(len(texts))
        if kept is not None and _fits(kept[1], texts, body):
            return dict(zip(kept[0], texts))  # noqa: B905 - as many, by how it was found
    element = _parse(body)
    if element.tag != root:
        raise Malformed(f"the outer element must be <{root}>, got {quoted(element.tag)}")
    if len(element) > MAX_FIELDS and sum(isinstance(child.tag, str) for child in element) > MAX_FIELDS:
        raise Malformed(f"more than {MAX_FIELDS} fields")
    fields = _child_by_child(element, nested)
    _learn(bytes(body), root, fields)
    return fields


def _fits(pieces: list[str], texts: list[str], body: bytes) -> bool:
    """True when *texts*, none of which can hold markup, in their places make the very same message."""
    joined = "".join(texts)
    if "<" in joined or "&" in joined or "]]>" in joined:
        return False
    whole = pieces.copy()
    whole[1::2] = texts
    return "".join(whole).encode() == body


def _learn(body: bytes, root: str, fields: dict[str, str]) -> None:
    """Keep the frame of *body*, whose *fields* were read with care, if their texts stand in it as they are.

    Without comments, instructions and markup in texts, ``<name>`` is nowhere but where the field begins.
    """
    if b"<!-" in body or b"<?" in body or not 0 < len(fields) <= _FIELDS_KEPT:
        return
    pieces: list[str] = []
    end = 0
    for name, text in fields.items():
        start = body.find(f"<{name}>".encode(), end) + len(name) + 2
        if start < end + len(name) + 2:
            return
        start += 9 if body.startswith(b"<![CDATA[", start) else 0
        value = text.encode()
        if not value or not body.startswith(value, start):
            return
        pieces += [body[end:start].decode(), ""]
        end = start + len(value)
    pieces.append(body[end:].decode())
    if sum(map(len, pieces)) <= _FRAME_LENGTH and _fits(pieces, list(fields.values()), body):
        if sum(map(len, _frames.values())) >= _FRAMES_KEPT:
            _frames.clear()
        _frames.setdefault((root, body[:_BEGIN]), {})[len(fields)] = tuple(fields), pieces


def _child_by_child(element: Any, nested: tuple[str, ...] = ()) -> dict[str, str]:
    fields: dict[str, str] = {}
    repeated: dict[str, list[Any]] = {}
    loose = [element.text]
    for child in element:
        tag = child.tag
        loose.append(child.tail)
        if not isinstance(tag, str):  # a comment or processing instruction between fields: ignored
            continue
        if tag in fields and not (len(child) and tag in repeated):
            raise Malformed(f"field {quoted(tag)} occurs twice")
        if len(child) and f"{tag}[]" in nested:
            repeated.setdefault(tag, []).append(_nested(child))
            fields[tag] = ""
            continue
        if len(child) and nested and re.sub("_[0-9]{1,3}$", "_$n", tag) in nested:
            fields[tag] = _json(_nested(child))
            continue
        if len(child):
            raise Malformed(f"field {quoted(tag)} holds more than text")
        if not _NAME.fullmatch(tag):
            raise Malformed(f"a field name must be letters, digits and underscores: {quoted(tag)}")
        fields[tag] = child.text or ""
    for tag, told in repeated.items():
        fields[tag] = _json(told)
    if any(text and text.strip(_BLANK) for text in loose):
        raise Malformed("text between the fields")
    return fields


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _nested(element: Any) -> Any:
    """Return what *element*, a field that may hold others, holds."""
    if sum(1 for _ in element.iter()) > MAX_FIELDS + 1:
        raise Malformed(f"more than {MAX_FIELDS} fields in {quoted(element.tag)}")
    return _inside(element, 3)


def _inside(element: Any, depth: int) -> Any:
    """Return what *element* holds: its text, or its children by name, at most *depth* levels down."""
    if not len(element):
        return element.text or ""
    told: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip(_BLANK):
            raise Malformed("text between the fields")
    for child in element:
        if not isinstance(child.tag, str) or not _NAME.fullmatch(child.tag) or depth == 0:
            raise Malformed(f"field {quoted(element.tag)} holds what no page tells of")
        value = _inside(child, depth - 1)
        counts[child.tag] = counts.get(child.tag, 0) + 1
        if counts[child.tag] == 1:
            told[child.tag] = value
        elif counts[child.tag] == 2:
            told[child.tag] = [told[child.tag], value]
        else:
            told[child.tag].append(value)
    return told


def _parse(body: bytes) -> Any:
    if not isinstance(body, (bytes, bytearray)):
        raise Malformed(f"a message is bytes, got {type(body).__name__}")
    if len(body) > MAX_BYTES:
        raise Malformed(f"longer than {MAX_BYTES} bytes")
    if body.startswith(_BOM):
        body = body[3:]
        if body.startswith(_BOM):  # lxml would skip it as well, and with it what is checked below
            raise Malformed("more than one byte order mark")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start}") from None
    if body.startswith(b"<?xml") and body[5:6] in b" \t\r\n" and not _DECLARATION.match(body):
        raise Malformed(f"the XML declaration is not that of XML 1.0 in UTF-8: {quoted(bytes(body[:60]))}")
    if b"<!DOCTYPE" in body:
        _refuse_doctype(body)
    parser, syntax_error = _parser()
    try:
        element = _local.fromstring(body, parser)
    except syntax_error as error:
        raise Malformed(f"not well-formed XML: {quoted(str(error.msg))}") from None
    follower = element.getnext()
    while follower is not None:
        if "Comment" not in type(follower).__name__:
            raise Malformed("something follows the message")
        follower = follower.getnext()
    return element


def _parser() -> tuple[Any, type[Any]]:
    """Return this thread's hardened parser; making one costs more than a parse."""
    parser = getattr(_local, "parser", None)
    if parser is None:
        from lxml import etree

        parser = _local.parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            attribute_defaults=False, huge_tree=False, recover=False, ns_clean=False,
        )  # fmt: skip
        _local.fromstring = etree.fromstring
        _local.texts = etree.XPath("*/text()", smart_strings=False)
        _local.syntax_error = etree.XMLSyntaxError
    return parser, _local.syntax_error


def _refuse_doctype(body: bytes) -> None:
    """Raise if anything but comments and processing instructions precedes the outer element.

    The letters ``<!DOCTYPE`` inside a value's CDATA, or inside a comment, are only text.
    """
    for markup in _MARKUP.finditer(body):
        if markup.group() in (b"<!", b"<?"):
            raise Malformed("a DOCTYPE is never part of a message")
        if markup.group() == b"<":
            return


def write(fields: Mapping[str, str], root: str = "xml") -> bytes:
    """Return *fields* as the bytes of a message, in the given order, every value in CDATA.

    Reading the bytes gives the fields back, always. Raises InvalidRequest naming the field whose name is not
    ``[A-Za-z_][A-Za-z0-9_]*`` or whose value is not a str or holds a control character (TAB and LF excepted),
    a lone surrogate or a character beyond the BMP.
    """
    written = template(tuple(fields))
    values: tuple[str, ...] = tuple(fields.values())
    try:
        joined = "".join(values)
    except TypeError:  # a value is no str: the look below says which
        joined = "\0"
    if not plain(joined) or "]]>" in joined:
        for name, value in fields.items():
            check_text(name, value)
        values = tuple(value.replace("]]>", "]]]]><![CDATA[>") for value in values)
    text = written % values
    return (text if root == "xml" else f"<{root}>{text[5:-6]}</{root}>").encode()


def check_text(name: str, value: object) -> None:
    """Raise InvalidRequest unless *value* is a str that can be sent in field *name*."""
    if not isinstance(value, str):
        raise InvalidRequest(f"{name} must be a str, got {type(value).__name__}")
    fault = unwritable(value)
    if fault:
        raise InvalidRequest(
            f"{name} {fault}", remedy="remove it; the gateway takes text of the BMP without control characters"
        )


def template(names: tuple[str, ...]) -> str:
    """Return the message of these fields with ``%s`` for each value. Raises InvalidRequest for a name XML has not."""
    kept = _templates.get(names)
    if kept is not None:
        return kept
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InvalidRequest(f"a field name must be letters, digits and underscores, got {quoted(name)}")
    made = "<xml>" + "".join(f"<{name}><![CDATA[%s]]></{name}>" for name in names) + "</xml>"
    if len(_templates) >= _TEMPLATES_KEPT:
        _templates.clear()
    _templates[names] = made
    return made
