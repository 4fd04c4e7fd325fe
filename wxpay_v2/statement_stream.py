"""A statement's bytes -> blocks of whole lines, inflated on the way where they are gzip.

Memory stays bounded whatever comes: input is taken and output is handed on in steps of 32 KiB.
Limits: threats, section 8.
"""

from __future__ import annotations

import zlib

from wxpay_v2.errors import InvalidRequest, Malformed, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol

    class BinaryFile(Protocol):
        """What `read` needs of a file."""

        def read(self, size: int, /) -> bytes: ...

    Source = bytes | bytearray | memoryview | Iterable[bytes] | BinaryFile

__all__ = ["INFLATED_PER_READ", "LINE_LIMIT", "RATIO", "blocks", "plain", "prove_utf8"]

STEP = 32 << 10
LINE_LIMIT = 64 << 10
INFLATED_PER_READ = 16 << 20
RATIO = 200
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def blocks(source: Source, inflated_per_read: int, ratio: int) -> Iterator[bytes]:
    """Return the text of *source* without its BOM, in blocks of whole lines, each line ending in LF.

    source: bytes, a binary file, or an iterable of chunks of bytes. inflated_per_read, ratio: see `_inflated`.
    Raises, while it is iterated, Malformed for what cannot be inflated or a line over 64 KiB, InvalidRequest for a
    source that does not give bytes. What the source itself raises passes through.
    """
    return _whole_lines(plain(source, inflated_per_read, ratio))


def plain(source: Source, inflated_per_read: int, ratio: int) -> Iterator[bytes]:
    """Yield *source* inflated if it begins like gzip, as it is otherwise. Raises as `blocks` does."""
    return _plain(_pieces(source), inflated_per_read, ratio)


def prove_utf8(block: bytes, line: int) -> None:
    """Raise Malformed unless *block* is UTF-8, so that its cells can be kept undecoded. line: number of its first."""
    try:
        block.decode()
    except UnicodeDecodeError as error:
        line += block.count(b"\n", 0, error.start)
        raise Malformed(f"line {line} of the statement is not UTF-8") from None


def _pieces(source: Source) -> Iterator[bytes]:
    """Yield *source* in pieces of at most 32 KiB."""
    for chunk in _chunks(source):
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise InvalidRequest(
                f"a statement's source must give bytes, it gave {quoted(chunk)}", remedy='open the file with mode "rb"'
            )
        data = bytes(chunk)
        for start in range(0, len(data), STEP):
            yield data[start : start + STEP]


def _chunks(source: Source) -> Iterator[object]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield source
    elif hasattr(source, "read"):
        while (chunk := source.read(STEP)) != b"":
            yield chunk
    elif hasattr(source, "__iter__") and not isinstance(source, (str, dict)):
        yield from source
    else:
        raise InvalidRequest(
            f"a statement is read from bytes, a binary file or chunks of bytes, got {type(source).__name__}",
            remedy='open the file with mode "rb"',
        )


def _plain(pieces: Iterator[bytes], inflated_per_read: int, ratio: int) -> Iterator[bytes]:
    """Yield *pieces* inflated if they begin like gzip, as they are otherwise. Content-Encoding has no say."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= len(_GZIP):
            break
    yielding = _inflated(start, pieces, inflated_per_read, ratio) if start.startswith(_GZIP) else _joined(start, pieces)
    yield from yielding


def _joined(start: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if start:
        yield start
    yield from pieces


def _inflated(start: bytes, pieces: Iterator[bytes], inflated_per_read: int, ratio: int) -> Iterator[bytes]:
    """Yield what one gzip stream holds, in pieces of at most 32 KiB.

    inflated_per_read: bytes that one piece of input (32 KiB) may become. ratio: bytes out per byte in, over the whole
    stream. Raises Malformed over a limit, for a broken stream, a wrong checksum or length, an early end, or bytes
    after the end.
    """
    inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    taken = given = 0
    for piece in _joined(start, pieces):
        if inflater.eof:
            raise Malformed("bytes follow the end of the statement's gzip stream")
        taken += len(piece)
        limit = given + inflated_per_read
        while piece:
            try:
                out = inflater.decompress(piece, STEP)
            except zlib.error:
                raise Malformed("the statement's gzip stream is broken", remedy="download it again") from None
            piece = inflater.unconsumed_tail
            given += len(out)
            if given > limit or given > ratio * (taken - len(piece)):
                raise Malformed(
                    f"the statement inflates beyond the limit ({ratio}:1, or {inflated_per_read} bytes a read)",
                    remedy="if you trust it, raise ratio or inflated_per_read",
                )
            if out:
                yield out
        if inflater.unused_data:
            raise Malformed("bytes follow the end of the statement's gzip stream")
    if not inflater.eof:
        raise Malformed("the statement's gzip stream ends early", remedy="download it again")


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *pieces*, without a BOM, cut behind the last LF; a last line without LF is given one."""
    held: list[bytes] = []
    size = 0
    begun = False
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size < STEP:
            continue
        block = b"".join(held)
        end = block.rfind(b"\n") + 1
        if end:
            yield _limited(block[:end], begun)
            begun = True
        held, size = [block[end:]], len(block) - end
        if size > LINE_LIMIT:
            raise Malformed(f"a line of the statement is longer than {LINE_LIMIT} bytes")
    last = b"".join(held)
    if last:
        yield _limited(last if last.endswith(b"\n") else last + b"\n", begun)


def _limited(block: bytes, begun: bool) -> bytes:
    if not begun:
        block = block.removeprefix(_BOM)
    if len(block) > LINE_LIMIT and max(map(len, block.split(b"\n"))) > LINE_LIMIT:
        raise Malformed(f"a line of the statement is longer than {LINE_LIMIT} bytes")
    return block
