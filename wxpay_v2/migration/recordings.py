"""Recorded messages of API v2, out of logs: one XML document a file, XML anywhere in lines of text or JSON, gzip.

Of text around a message the last path of API v2 that stands in it is taken for the call's; a message without one is
given the path of the only operation whose row it fits, and an answer that of the request before it.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import IO, Any, NamedTuple

from wxpay_v2 import json_reader
from wxpay_v2.errors import ConfigurationError, Malformed, quoted
from wxpay_v2.v2 import catalogue, xml

__all__ = ["Recorded", "hidden", "requests"]

_BEGIN, _END = re.compile(rb"<xml(?=[\s>])"), b"</xml>"
_GZIP = b"\x1f\x8b"
_TAG = len(b"<xml ") + 1
_CONTEXT = 4096
_LONGEST = xml.MAX_BYTES
_ESCAPED = ((b"\\r\\n", b"\n"), (b"\\n", b"\n"), (b"\\t", b"\t"), (b'\\"', b'"'), (b"\\/", b"/"))
_PATHS = ("path", "url", "uri", "endpoint", "operation")
_REQUESTS = ("request", "body", "fields", "request_body", "data", "xml")
_ANSWERS = ("response", "answer", "response_body", "reply")
_ENVELOPE = frozenset(("sign", "nonce_str", "sign_type"))
# As errors quote them: whole, or cut off at the end.
_VALUES = re.compile(r"(?<!\w)'(?:[^'\\]|\\.)*(?:'|\Z)|(?<!\w)\"(?:[^\"\\]|\\.)*(?:\"|\Z)|(?<!\w)[0-9]{4,}", re.DOTALL)


def hidden(reason: str) -> str:
    """Return *reason*, an error's message, with "..." for the values that it quotes.

    They may be anybody's, and stay out of a report that is mailed; messages that differ in them alone are one.
    """
    return _VALUES.sub("...", reason)


class Recorded(NamedTuple):
    """One message. place: file and line. path: such as ``/pay/orderquery``, "" where none could be told.

    fields: as text; those of an answer have a return_code. fault: why it cannot be read, or "".
    """

    place: str
    path: str
    fields: Mapping[str, str]
    fault: str = ""

    @property
    def is_answer(self) -> bool:
        return "return_code" in self.fields


def requests(path: str | os.PathLike[str]) -> Iterator[Recorded]:
    """Return every message in the file or folder *path*, in order; ``-`` is standard input. Answers are among them.

    Memory is bounded by the longest message, 1 MiB. What a folder holds and cannot be read, and a file that ends
    within a gzip, are told as messages with a fault. Raises ConfigurationError for a *path* that cannot be opened.
    """
    name = os.fspath(path)
    if name == "-":
        yield from _messages(sys.stdin.buffer, "-")
    elif os.path.isdir(name):
        yield from _within(name)
    else:
        try:
            opened = open(name, "rb")  # noqa: SIM115 - _of_file closes it
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{quoted(name)} cannot be read: {_reason(error)}") from None
        yield from _of_file(opened, name)


def _within(name: str) -> Iterator[Recorded]:
    closed: list[OSError] = []
    for folder, folders, files in os.walk(name, onerror=closed.append):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            try:
                if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe has no end
                    yield Recorded(path, "", {}, "is no regular file")
                    continue
                opened = open(path, "rb")  # noqa: SIM115 - _of_file closes it
            except OSError as error:
                yield Recorded(path, "", {}, f"cannot be read: {_reason(error)}")
                continue
            yield from _of_file(opened, path)
    for missed in closed:
        yield Recorded(os.fsdecode(missed.filename or name), "", {}, f"cannot be read: {_reason(missed)}")


def _of_file(opened: io.BufferedReader, name: str) -> Iterator[Recorded]:
    with opened:
        try:
            packed = opened.peek(2)[:2] == _GZIP
            source: Any = gzip.GzipFile(fileobj=opened) if packed else opened
            yield from _messages(source, name)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            yield Recorded(name, "", {}, f"cannot be read to its end: {_reason(error)}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their numbers, very long ones in pieces; none is cut within a tag that is looked for."""
    number, kept = 1, b""
    while piece := source.readline(_LONGEST):
        line, kept = kept + piece, b""
        ends = piece.endswith(b"\n")
        if not ends and (at := line.rfind(b"<", -_TAG)) > 0:
            line, kept = line[:at], line[at:]
        yield number, line
        number += ends
    if kept:
        yield number, kept


def _messages(source: IO[bytes], name: str) -> Iterator[Recorded]:
    """Return the messages of one file: JSON where a line is an object, else whatever stands between <xml> tags."""
    found: list[bytes] = []  # pieces of a message, which began in the line *begun*
    before, begun, size = b"", 0, 0
    last = _Last()
    for number, line in _lines(source):
        if not found and line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
            yield from last.told(_of_json(line, f"{name}:{number}"))
            continue
        rest = line
        while rest:
            if not found:
                start = _BEGIN.search(rest)
                if start is None:
                    before = (before + rest)[-_CONTEXT:]
                    break
                before = (before + rest[: start.start()])[-_CONTEXT:]
                rest, begun, size = rest[start.start() :], number, 0
            head, end, rest = rest.partition(_END)
            found.append(head + end)
            size += len(head)
            if end or size > _LONGEST:
                yield from last.told([_of_xml(b"".join(found), before, f"{name}:{begun}")])
                before, found = b"", []
    if found:
        yield Recorded(f"{name}:{begun}", "", {}, "the message has no end")


class _Last:
    """Gives an answer without a path that of the request before it, if the numbers they share agree."""

    def __init__(self) -> None:
        self._request: Recorded | None = None

    def told(self, messages: list[Recorded]) -> Iterator[Recorded]:
        for one in messages:
            if not one.is_answer:
                self._request = one if one.path else None
            elif not one.path and self._request is not None and self._agrees(one):
                one = one._replace(path=self._request.path)
            yield one

    def _agrees(self, answer: Recorded) -> bool:
        asked = self._request.fields if self._request is not None else {}
        shared = (asked.keys() & answer.fields.keys()) - _ENVELOPE
        return all(asked[name] == answer.fields[name] for name in shared if name.endswith(("_no", "mch_id", "appid")))


def _of_xml(body: bytes, before: bytes, place: str, path: str = "") -> Recorded:
    path = path or _path_in(before)
    row = catalogue.by_path(path) if path else None
    try:
        fields = _read(body, row.nested if row is not None else ())
    except Malformed as error:
        return Recorded(place, path, {}, error.message)
    if not path and "return_code" not in fields:
        path = _path_of(frozenset(name for name, text in fields.items() if text))
    return Recorded(place, path, fields)


def _read(body: bytes, nested: tuple[str, ...]) -> dict[str, str]:
    try:
        return xml.read(body, nested=nested)
    except Malformed:
        plain = body
        for escaped, character in _ESCAPED:  # a log that writes texts as its language spells them
            plain = plain.replace(escaped, character)
        if plain == body:
            raise
        return xml.read(plain, nested=nested)


def _of_json(line: bytes, place: str) -> list[Recorded]:
    """Return the request, and the answer, of a JSON object: {"path": ..., "request": ..., "response": ...}."""
    try:
        told = json_reader.read_object(line.strip())
    except Malformed as error:
        return [Recorded(place, "", {}, error.message)]
    named = next((str(told[name]) for name in _PATHS if told.get(name)), "")
    path = _path_in(named.encode()) or _path_by_name(named)
    request = next((told[name] for name in _REQUESTS if _is_message(told.get(name))), None)
    answer = next((told[name] for name in _ANSWERS if _is_message(told.get(name))), None)
    if request is None and answer is None:
        wrapped = [
            text for text in told.values() if isinstance(text, str) and _BEGIN.search(text.encode("utf-8", "replace"))
        ]
        if wrapped:  # a line of text that a logger wrote as JSON
            text = "\n".join((named, *wrapped)).encode("utf-8", "surrogatepass")
            return [one._replace(place=place) for one in _messages(io.BytesIO(text), "")]
        request = {name: value for name, value in told.items() if name not in _PATHS}
    found = [_of_value(request, place, path)] if request is not None else []
    if answer is not None:
        found.append(_of_value(answer, place, path or (found[0].path if found else "")))
    return found


def _is_message(value: Any) -> bool:
    """Return True for XML and for fields; an order has a ``body`` of its own, which is neither."""
    return isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("<"))


def _of_value(value: Any, place: str, path: str) -> Recorded:
    if isinstance(value, str):
        return _of_xml(value.encode("utf-8", "surrogatepass").strip(), b"", place, path)
    fields = {name: _text(one) for name, one in value.items() if one is not None}
    if not path and "return_code" not in fields:
        path = _path_of(frozenset(name for name, text in fields.items() if text))
    return Recorded(place, path, fields)


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value if isinstance(value, str) else str(value)


@lru_cache(maxsize=1)
def _known() -> re.Pattern[bytes]:
    paths = sorted((row.path.encode() for row in catalogue.operations()), key=len, reverse=True)
    return re.compile(rb"(?:" + rb"|".join(map(re.escape, paths)) + rb")(?![\w/])")


def _path_in(text: bytes) -> str:
    """Return the last path of API v2 in *text*, "" without one. A path may stand without its first slash."""
    found = _known().findall(b"/" + text.lstrip(b"/")) if text else []
    return found[-1].decode() if found else ""


def _path_by_name(name: str) -> str:
    return catalogue.find(name).path if name in catalogue.NAMES else ""


@lru_cache(maxsize=1024)
def _path_of(names: frozenset[str]) -> str:
    """Return the path of the only operation that a request of these fields fits, "" where there is none, or several."""
    fits = []
    for row in catalogue.operations():
        known = {field.name for field in row.request} | set(row.ids.values()) | _ENVELOPE
        families = {name[:-2] for name in known if name.endswith("_$n")}
        needed = {field.name for field in row.request if field.required.kind == "always"}
        strange = [name for name in names - known if name.rstrip("0123456789") not in families]
        if not strange and needed - set(row.ids.values()) - _ENVELOPE <= names and not row.sandbox:
            fits.append(row.path)
    return fits[0] if len(set(fits)) == 1 else ""
