"""The fields of a request in whatever form its operation takes them: XML, with some in the query, a query, or a form.

A name that occurs twice is refused in every form: a signature could not cover it. A multipart form is read by the
standard library's email parser, which the form's format comes from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from wxpay_v2.errors import Malformed
from wxpay_v2.operation import FILE
from wxpay_v2.v2 import xml

if TYPE_CHECKING:
    from wxpay_v2.operation import Operation
    from wxpay_v2.simulator.exchange import Exchange

__all__ = ["MAX_FORM", "NotUnderstood", "Sent", "read"]

MAX_FORM = 3 << 20
"""Bytes of a multipart form: a picture may have 2 MiB."""

WRONG_XML = "XML格式错误"
WRONG_FORMAT = "参数格式校验错误"
WRONG_METHOD = "请使用GET方法"


class NotUnderstood(Exception):
    """Refused before it was a call. return_msg: why, in the gateway's words."""

    def __init__(self, return_msg: str) -> None:
        super().__init__(return_msg)
        self.return_msg = return_msg


class Sent(NamedTuple):
    """signed: the fields that the signature covers, itself among them; unsigned: the others; files: by field."""

    signed: dict[str, str]
    unsigned: Mapping[str, str]
    files: Mapping[str, bytes]


def read(exchange: Exchange, operation: Operation) -> Sent:
    """Return what *exchange* says in the form that the row of *operation* has. Raises NotUnderstood."""
    if exchange.method != operation.method:
        raise NotUnderstood("REQUIRE_POST_METHOD" if operation.method == "POST" else WRONG_METHOD)
    if operation.request_format == "query":
        return Sent(_query(exchange.query), {}, {})
    if not exchange.body.strip():
        raise NotUnderstood("POST_DATA_EMPTY")
    if operation.request_format == "multipart":
        return _form(exchange, operation)
    try:
        exchange.body.decode()
    except UnicodeDecodeError:
        raise NotUnderstood("NOT_UTF8") from None
    try:
        fields = xml.read(exchange.body)
    except Malformed:
        raise NotUnderstood(WRONG_XML) from None
    if not operation.in_query:
        return Sent(fields, {}, {})
    in_query = {name: value for name, value in _query(exchange.query).items() if name in operation.in_query}
    if not fields.keys().isdisjoint(operation.in_query):
        raise NotUnderstood(WRONG_FORMAT)
    return Sent(fields, in_query, {})


def _query(text: str) -> dict[str, str]:
    try:
        if len(text) > xml.MAX_BYTES:
            raise ValueError
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=xml.MAX_FIELDS
        )
    except ValueError:
        raise NotUnderstood(WRONG_FORMAT) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotUnderstood(WRONG_FORMAT)
    return fields


def _form(exchange: Exchange, operation: Operation) -> Sent:
    """Return the fields and files of a multipart form; a file must have the MD5 that ``<its name>_hash`` says."""
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    kinds = {row.name: row.kind for row in operation.request}
    for part in _parts(exchange):
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes) or name in fields or name in files:
            raise NotUnderstood(WRONG_FORMAT)
        if kinds.get(name) == FILE:
            files[name] = data
            continue
        try:
            fields[name] = data.decode()
        except UnicodeDecodeError:
            raise NotUnderstood("NOT_UTF8") from None
    for name, data in files.items():
        if fields.get(f"{name}_hash", "") not in ("", hashlib.md5(data, usedforsecurity=False).hexdigest()):
            raise NotUnderstood(WRONG_FORMAT)
    return Sent(fields, {}, files)


def _parts(exchange: Exchange) -> list[Message]:
    kind = exchange.header("Content-Type")
    if len(exchange.body) > MAX_FORM or not kind.isascii() or not kind.isprintable():
        raise NotUnderstood(WRONG_FORMAT)
    try:
        form = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + exchange.body)
    except Exception:  # the parser promises to raise nothing, and yet does on odd headers
        raise NotUnderstood(WRONG_FORMAT) from None
    parts = form.get_payload()
    if form.get_content_type() != "multipart/form-data" or not isinstance(parts, list) or form.defects:
        raise NotUnderstood(WRONG_FORMAT)
    if any(part.defects or part.is_multipart() for part in parts if isinstance(part, Message)):
        raise NotUnderstood(WRONG_FORMAT)
    return [part for part in parts if isinstance(part, Message)]
