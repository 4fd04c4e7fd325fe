"""Refund notifications: not signed, encrypted in blocks that can be cut and recombined, protected inside only."""

from __future__ import annotations

from collections.abc import Mapping

from tests.corpus import messages as m
from tests.corpus.case import note
from tests.corpus.messages import refund, without, xml
from tests.corpus.payments import SUB
from tests.corpus.reading import BOM, GOOD, LAUGHS

# Refund notifications.

SEALED = m.encrypt(xml(m.REFUND_INNER, "root"))
BLOCKS = [SEALED[i : i + 16] for i in range(0, len(SEALED), 16)]


def refund_root(root: str, fields: Mapping[str, str] = m.REFUND_INNER) -> bytes:
    return m.refund_around(m.encrypt(xml(fields, root)))


def refund_plain(plain: bytes, **outer: str) -> bytes:
    return m.refund_around(m.encrypt(plain), **outer)


PLAIN = xml(m.REFUND_INNER, "root")

# Two refunds whose blocks are aligned: a field of the one comes to stand in the other.
SMALL, LARGE = (
    f"<root><refund_id>5{'0' * 20}</refund_id><out_refund_no>R-{'1' * 20}</out_refund_no>{' ' * 9}"
    f"<refund_status>{status}</refund_status></root>".encode()
    for status in ("SUCCESS", "CHANGED")
)
SPLICED = m.encrypt(SMALL)[:80] + m.encrypt(LARGE)[80:]

note("refund", refund(), "accept", "a hint, M6")
note("refund with a sign of its own", refund(outer={"sign": "0" * 32}), "accept", "there is none to check; a hint, M6")
note(
    "refund of two genuine ones, recombined",
    m.refund_around(SPLICED),
    "accept",
    "ECB allows it: therefore a hint only, M6",
)
note(
    "refund with outer fields injected",
    refund(outer={"refund_status": "REFUNDCLOSE", "refund_fee": "9999"}),
    "accept",
    "outside is not protected and not kept",
)
note("refund with a byte order mark inside", refund_plain(BOM + PLAIN), "accept", "section 3.6: the same reader")

for name, body in {
    "of another key": refund(m.OTHER_KEY),
    "without a block": m.refund_around(b""),
    "with the last block missing": m.refund_around(SEALED[:-16]),
    "with half a block missing": m.refund_around(SEALED[:-8]),
    "with padding of zero": m.refund_around(m.encrypt_padded(PLAIN + b"\0" * (16 - len(PLAIN) % 16))),
    "with padding longer than a block": m.refund_around(m.encrypt_padded(PLAIN[: len(PLAIN) // 16 * 16 - 1] + b"\x11")),
    "with padding that is not whole": m.refund_around(
        m.encrypt_padded(PLAIN[: len(PLAIN) // 16 * 16 - 2] + b"\x01\x02")
    ),
    "with the last bit turned": m.refund_around(SEALED[:-1] + bytes([SEALED[-1] ^ 1])),
    "added to a genuine payment": GOOD.replace(b"<xml>", b"<xml><req_info>AAAA</req_info>"),
    "empty, added to a genuine payment": GOOD.replace(b"<xml>", b"<xml><req_info/>"),
}.items():
    note(f"refund {name}", body, "signature", "section 2: the cipher text does not open")

for name, body in {
    "with req_info that is no base64": xml({**m.REFUND_OUTER, "req_info": "%%%%"}),
    "with req_info in base64 for addresses": refund().replace(b"<req_info>", b"<req_info>-_-_"),
    "with a line end in req_info": refund().replace(b"<req_info>", b"<req_info>AAAA\n"),
    "with base64 that is cut": xml({**m.REFUND_OUTER, "req_info": "AAA"}),
    "with req_info in full-width letters": xml({**m.REFUND_OUTER, "req_info": "ＡＡＡＡ"}),
    "with req_info twice": refund().replace(b"<xml>", b"<xml><req_info>AAAA</req_info>"),
    "without its first block": m.refund_around(b"".join(BLOCKS[1:])),
    "with two blocks the other way round": m.refund_around(b"".join([BLOCKS[1], BLOCKS[0], *BLOCKS[2:]])),
    "with all blocks in reverse": m.refund_around(b"".join(BLOCKS[-2::-1]) + BLOCKS[-1]),
    "with a block in the middle twice": m.refund_around(b"".join([*BLOCKS[:5], BLOCKS[4], *BLOCKS[5:]])),
    "whose inside is empty": refund_plain(b""),
    "whose inside is no XML": refund_plain(b"SUCCESS"),
    "whose inside is GBK": refund_plain(PLAIN.decode().encode("gbk")),
    "whose inside has the outer root": refund_root("xml"),
    "whose inside is nested": refund_plain(b"<root>" + PLAIN + b"</root>"),
    "whose inside has a field twice": refund_plain(PLAIN.replace(b"<root>", b"<root><refund_fee>1</refund_fee>")),
    "whose inside has a DOCTYPE": refund_plain(b"<!DOCTYPE root>" + PLAIN),
    "whose inside laughs": refund_plain(
        LAUGHS.replace(b"DOCTYPE xml", b"DOCTYPE root") + b"]>" + PLAIN.replace(b"<refund_id>", b"<refund_id>&a9;")
    ),
    "whose inside has a comment in a value": refund_plain(PLAIN.replace(b"<refund_fee>", b"<refund_fee><!-- x -->")),
    "whose inside has no refund_id": refund_root("root", without(m.REFUND_INNER, "refund_id")),
    "whose inside has no out_refund_no": refund_root("root", without(m.REFUND_INNER, "out_refund_no")),
    "whose inside has no refund_status": refund_root("root", without(m.REFUND_INNER, "refund_status")),
    "whose refund_status is empty": refund(refund_status=""),
    "that names no merchant": refund(outer={"mch_id": ""}),
    "with text between its outer fields": refund().replace(b"<req_info>", b"x<req_info>"),
    "with a DOCTYPE outside": b"<!DOCTYPE xml>" + refund(),
}.items():
    note(f"refund {name}", body, "malformed", "section 3.6 and M6: not a refund notification")

for name, body in {
    "for another merchant": refund(outer={"mch_id": "10000101"}),
    "for another app": refund(outer={"appid": "wx0000000000000000"}),
    "for a sub-merchant we do not have": refund(outer=SUB),
    "whose inside names another merchant": refund(mch_id="10000101"),
    "whose inside is ours and whose outside is not": refund(outer={"mch_id": "10000101"}, mch_id=m.MCH_ID),
}.items():
    note(f"refund {name}", body, "mismatch", "M1: not ours")
