"""The document of a request: path, query, headers and body together, each value of the type its row has."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from email.parser import BytesParser
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from wxpay_v2.errors import Malformed
from wxpay_v2.json_reader import read_object
from wxpay_v2.operation import AMOUNT, BOOL, FILE, INT, Field
from wxpay_v2.simulator.exchange import Exchange
from wxpay_v2.simulator.v3.refusal import Refusal
from wxpay_v2.v3.operation import V3Operation

__all__ = ["Sent", "check_headers", "document", "read", "shape"]

MAX_FORM = 6 << 20
"""Bytes of a form: a file may have 5 MiB."""
MAX_BODY = 1 << 20
MAX_FIELDS = 64

_INDEX = re.compile(r"\[([0-9]+)\]")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Sent(NamedTuple):
    """What a request carries. signed: the bytes its signature covers. data: of its JSON object. files: by part."""

    signed: bytes
    data: bytes
    files: Mapping[str, bytes]


def check_headers(exchange: Exchange) -> None:
    """Raise Refusal unless the headers are there that every request must have."""
    for name in ("Accept", "User-Agent"):
        if not exchange.header(name).strip():
            raise _wrong(f"/{name}", f"the {name} header is missing", "header")
    accepts = exchange.header("Accept").lower()
    if not any(kind in accepts for kind in ("application/json", "*/*", "application/*")):
        raise _wrong("/Accept", "Accept must admit application/json", "header")


def read(exchange: Exchange, operation: V3Operation) -> Sent:
    """Return what *exchange* carries, in the form that its row has. Raises Refusal."""
    if operation.request_format == "multipart":
        files = _parts(exchange)
        meta = files.pop("meta", b"")
        return Sent(meta, meta, files)
    kind = exchange.header("Content-Type").partition(";")[0].strip().lower()
    if exchange.body and operation.request_format == "json" and kind != "application/json":
        raise _wrong("/Content-Type", "Content-Type must be application/json", "header")
    if len(exchange.body) > MAX_BODY:
        raise _wrong("", f"the body is longer than {MAX_BODY} bytes", "body")
    return Sent(exchange.body, exchange.body, {})


def document(exchange: Exchange, operation: V3Operation, parameters: Mapping[str, str], sent: Sent) -> dict[str, Any]:
    """Return all that the request says, as one object. Raises Refusal for what cannot be read, or is said twice."""
    told = _body(operation, sent)
    rows = {row.name: row for row in operation.request if row.place == "path"}
    path = {name: _value(operation, rows.get(name), text) for name, text in parameters.items()}
    pieces = [path, _query(exchange, operation), _headers(exchange, operation)]
    in_body = {row.name for row in operation.request if not row.place}
    if operation.request_format != "multipart":
        for piece in pieces:
            for name in sorted(told.keys() & piece.keys()):
                if name not in in_body or told[name] != piece[name]:
                    raise Refusal.of_field(operation, f"/{name}", "is in the body and beside it")
    for piece in pieces:
        told.update(piece)
    return told


def _body(operation: V3Operation, sent: Sent) -> dict[str, Any]:
    if operation.request_format == "query":
        if sent.data.strip():
            raise _wrong("", "this request has no body", "body")
        return {}
    if operation.request_format == "multipart":
        return {"meta": _meta(operation, sent), **sent.files}
    if not sent.data.strip():
        return {}
    try:
        told: dict[str, Any] = _without_null(read_object(sent.data))
    except Malformed as error:
        raise _wrong("", f"the body is not a JSON object: {error.message}", "body") from None
    return told


def _meta(operation: V3Operation, sent: Sent) -> dict[str, Any]:
    """Return the meta part of a form, whose digest must be the file's."""
    try:
        meta = read_object(sent.data)
    except Malformed:
        raise _wrong("/meta", "the form has no part meta that is a JSON object", "body") from None
    for row in operation.request:
        if row.kind == FILE and row.name not in sent.files:
            raise Refusal.of_field(operation, f"/{row.name}", "the form has no such part")
    digest = meta.get("sha256") or meta.get("digest")
    for data in sent.files.values():
        if not isinstance(digest, str) or hashlib.sha256(data).hexdigest() != digest.lower():
            raise Refusal.of_field(operation, "/meta/sha256", "is not the digest of the file")
    return meta


def _without_null(told: Any) -> Any:
    """Return *told* without names whose value is null, which is as if they were not there."""
    if isinstance(told, dict):
        return {name: _without_null(one) for name, one in told.items() if one is not None}
    return [_without_null(one) for one in told] if isinstance(told, list) else told


def _query(exchange: Exchange, operation: V3Operation) -> dict[str, Any]:
    text = exchange.target.partition("?")[2]
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise _wrong("", "the query cannot be read", "query") from None
    told = dict(pairs)
    if len(told) != len(pairs):
        raise _wrong("", "a name occurs twice in the query", "query")
    rows = {row.name: row for row in operation.request}
    for name in told:
        place = rows[name].place if name in rows else "query"
        if place != "query" and (place or operation.request_format != "query"):
            raise Refusal.of_field(operation, f"/{name}", "does not belong into the query", "query")
    return {name: _value(operation, rows.get(name), text) for name, text in told.items()}


def _value(operation: V3Operation, row: Field | None, text: str) -> Any:
    """Return the text of a query as the value its row has."""
    if row is not None and row.kind in (INT, AMOUNT):
        if not _WHOLE.fullmatch(text):
            raise Refusal.of_field(operation, f"/{row.name}", "must be a whole number")
        return int(text)
    if row is not None and row.kind == BOOL:
        if text not in ("true", "false"):
            raise Refusal.of_field(operation, f"/{row.name}", "must be true or false", "query")
        return text == "true"
    return text


def _headers(exchange: Exchange, operation: V3Operation) -> dict[str, str]:
    told = {name: text for name in operation.in_header if (text := exchange.header(name))}
    codings = told.get("Accept-Encoding", "")
    if codings:  # HTTP's own header: a list of which one may be understood, and none must be
        told["Accept-Encoding"] = "gzip" if "gzip" in codings.lower() else ""
    return {name: text for name, text in told.items() if text}


def _parts(exchange: Exchange) -> dict[str, bytes]:
    """Return the parts of a multipart form by name; the standard library's email parser knows the format."""
    kind = exchange.header("Content-Type")
    try:
        if len(exchange.body) > MAX_FORM or not kind.isascii() or not kind.isprintable():
            raise ValueError
        form = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + exchange.body)
        parts = form.get_payload()
        if form.get_content_type() != "multipart/form-data" or not isinstance(parts, list) or form.defects:
            raise ValueError
        found: dict[str, bytes] = {}
        for part in parts:
            name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            data = part.get_payload(decode=True)  # type: ignore[union-attr]
            if not isinstance(name, str) or not isinstance(data, bytes) or name in found:
                raise ValueError
            found[name] = data
    except Exception:  # the parser promises to raise nothing, and yet does on odd headers
        raise _wrong("", "the body is not a form of distinct parts", "body") from None
    return found


def shape(dotted: str) -> str:
    """Return the way to a field as a JSON pointer: ``goods[0].id`` is ``/goods/0/id``."""
    return "/" + _INDEX.sub(r"/\1", dotted).replace(".", "/")


def _wrong(way: str, issue: str, location: str) -> Refusal:
    detail = {"field": way, "value": "", "issue": issue, "location": location}
    return Refusal("PARAM_ERROR", issue, status=400, detail=detail)
