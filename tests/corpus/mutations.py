"""What is done to genuine bytes: to the bytes, the XML, the fields, the numbers, the encoding, and to statements.

A mutation takes a body and the dice and returns another body. All it needs to be repeated is in the dice.
"""

from __future__ import annotations

import gzip
import random
import re
import struct
from collections.abc import Callable

from tests.corpus import messages as m

__all__ = ["BYTES", "NUMBERS", "PACKED", "TABLES", "XML", "Dice", "Mutation", "mutated"]

Dice = random.Random
Mutation = Callable[[bytes, Dice], bytes]

# -- bytes -------------------------------------------------------------------------------------------------------------


def flip(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << dice.randrange(8))]) + body[place + 1 :]


TOKENS = [
    b"<", b">", b"&", b";", b"]]>", b"<![CDATA[", b"<!--x-->", b"<?p x?>", b"<!DOCTYPE xml>", b"<!ENTITY a 'b'>",
    b"&a;", b"&#0;", b"&#x41;", b"&#xD800;", b"&lt;", b"&amp;total_fee=1", b"\0", b"\r", b"\r\n", b"\t", b" ",
    b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"<total_fee>1</total_fee>",
    b"<sign/>", b"<sign></sign>", b"<sign_type>MD5</sign_type>", b"<sign_type>HMAC-SHA256</sign_type>",
    b"<req_info>AAAA</req_info>", b"<return_code>FAIL</return_code>", b"<xml>", b"</xml>", b"<root>", b"FAIL",
    b"SUCCESS", b"0", b"1", b"-1", b"\xe4\xb8\xad", b'<?xml version="1.0" encoding="GBK"?>', b" a='1'", b"`", b",`",
    b"\n", b"\x1f\x8b", b"\n`", b'"', b",", b"<setteinfo_0>", b"</setteinfo_0>", b"&#13;", b"&#10;",
    b"<combine_mch_id>1</combine_mch_id>", b"<refund_status>SUCCESS</refund_status>", b"\xc2\x85", b"\xe2\x80\xa8",
]  # fmt: skip


def insert(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body) + 1)
    return body[:place] + dice.choice(TOKENS) + body[place:]


def put_in_front(body: bytes, dice: Dice) -> bytes:
    return dice.choice(TOKENS) + body


def put_behind(body: bytes, dice: Dice) -> bytes:
    return body + dice.choice(TOKENS)


def delete(body: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(body))
    return body[:place] + body[place + dice.choice((1, 1, 2, 8, 64)) :]


def double(body: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(body))
    end = min(len(body), start + dice.choice((1, 4, 16, 64, 1024)))
    return body[:end] + body[start:end] + body[end:]


def cut(body: bytes, dice: Dice) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def change_case(body: bytes, dice: Dice) -> bytes:
    start = dice.randrange(len(body))
    end = start + dice.choice((1, 4, 32))
    return body[:start] + body[start:end].swapcase() + body[end:]


def recode(body: bytes, dice: Dice) -> bytes:
    """The same text in another encoding, now and then with a declaration that says so, or lies."""
    name = dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "gbk", "latin-1", "utf-7", "utf-32", "big5", "cp1252"))
    text = body.decode(errors="replace")
    if dice.randrange(2):
        text = f"<?xml version='1.0' encoding='{dice.choice((name, 'utf-8', 'GBK', 'UTF-16'))}'?>{text}"
    return text.encode(name, errors="replace")


BYTES: list[Mutation] = [flip, insert, put_in_front, put_behind, delete, double, cut, change_case, recode]

# -- numbers -----------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(rb"[0-9]+(?:\.[0-9]+)?")
_SPELLINGS: list[Callable[[bytes], bytes]] = [
    lambda n: b"0" + n, lambda n: b"+" + n, lambda n: b"-" + n, lambda n: n + b"0", lambda n: n + b".0",
    lambda n: n + b"e0", lambda n: b" " + n, lambda n: n + b" ", lambda n: n[:1] + b"_" + n[1:], lambda n: n[:-1],
    lambda n: n.translate(bytes.maketrans(b"0123456789", b"1234567890")), lambda n: b"", lambda n: b"0", lambda n: b"1",
    lambda n: n * 3, lambda n: b"0x" + n, lambda n: n.replace(b".", b","), lambda n: n + b"\0", lambda n: b"NaN",
    lambda n: b"".join(b"\xef\xbc" + bytes([digit + 0x60]) for digit in n if 48 <= digit < 58),
    lambda n: n.decode(errors="replace").translate({48 + digit: 0x660 + digit for digit in range(10)}).encode(),
]  # fmt: skip


def respell_a_number(body: bytes, dice: Dice) -> bytes:
    numbers = list(_DIGITS.finditer(body))
    if not numbers:
        return flip(body, dice)
    found = dice.choice(numbers)
    return body[: found.start()] + dice.choice(_SPELLINGS)(found.group()) + body[found.end() :]


NUMBERS: list[Mutation] = [respell_a_number]

# -- XML and its fields ------------------------------------------------------------------------------------------------

FIELD = re.compile(rb"<([A-Za-z_0-9]+)>([^<]*)</\1>")
_VALUES = [
    b"", b"0", b"1", b"100", b"SUCCESS", b"FAIL", b"CNY", b"HKD", m.APPID.encode(), m.MCH_ID.encode(), b"T-20261121-1",
    b"T-20261121-2", b"NOTPAY", b"USERPAYING", b"SYSTEMERROR", b"20261121103000", b"MD5", b"HMAC-SHA256",
]  # fmt: skip


def _parts(field: bytes) -> tuple[bytes, bytes]:
    found = FIELD.fullmatch(field)
    assert found is not None
    return found[1], found[2]


def _field(name: bytes, value: bytes) -> bytes:
    return b"<%s>%s</%s>" % (name, value, name)


def on_fields(change: Callable[[list[bytes], Dice], list[bytes]]) -> Mutation:
    def mutated(body: bytes, dice: Dice) -> bytes:
        fields = [match.group() for match in FIELD.finditer(body)]
        if len(fields) < 3:
            return flip(body, dice) if body else b"<xml/>"
        root = b"root" if body.startswith(b"<root>") else b"xml"
        return b"<%s>%s</%s>" % (root, b"".join(change(fields, dice)), root)

    mutated.__name__ = change.__name__
    return mutated


@on_fields
def shuffle(fields: list[bytes], dice: Dice) -> list[bytes]:
    dice.shuffle(fields)
    return fields


@on_fields
def drop_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    del fields[dice.randrange(len(fields))]
    return fields


@on_fields
def double_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    fields.insert(dice.randrange(len(fields) + 1), dice.choice(fields))
    return fields


@on_fields
def swap_values(fields: list[bytes], dice: Dice) -> list[bytes]:
    one, other = dice.sample(range(len(fields)), 2)
    (name, value), (other_name, other_value) = _parts(fields[one]), _parts(fields[other])
    fields[one], fields[other] = _field(name, other_value), _field(other_name, value)
    return fields


@on_fields
def replace_a_value(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    fields[place] = _field(_parts(fields[place])[0], dice.choice(_VALUES))
    return fields


@on_fields
def rename_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    name, value = _parts(fields[place])
    fields[place] = _field(dice.choice((name.upper(), name + b"_0", b"_" + name, b"x", b"xml", b"sign")), value)
    return fields


@on_fields
def melt_neighbours(fields: list[bytes], dice: Dice) -> list[bytes]:
    """Two fields that are neighbours in the signed text become one: the signature still holds."""
    pairs = [pair for pair in sorted(map(_parts, fields)) if pair[0] != b"sign"]
    if len(pairs) < 2:
        return fields
    place = dice.randrange(len(pairs) - 1)
    (name, value), (gone, more) = pairs[place], pairs[place + 1]
    pairs[place : place + 2] = [(name, value + b"&amp;" + gone + b"=" + more)]
    signs = [field for field in fields if field.startswith(b"<sign>")]
    return [_field(*pair) for pair in pairs] + signs


@on_fields
def rewrite_as_cdata(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    name, value = _parts(fields[place])
    fields[place] = _field(name, b"<![CDATA[%s]]>" % value)
    return fields


@on_fields
def rewrite_as_references(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    name, value = _parts(fields[place])
    if value.isalnum():
        fields[place] = _field(name, b"".join(b"&#%d;" % letter for letter in value))
    return fields


@on_fields
def nest_a_field(fields: list[bytes], dice: Dice) -> list[bytes]:
    place = dice.randrange(len(fields))
    around = (b"<a>%s</a>", b"<!--%s-->", b"<![CDATA[%s]]>", b"<?p %s?>", b"<hblist>%s</hblist>")
    fields[place] = dice.choice(around) % fields[place]
    return fields


@on_fields
def space_out(fields: list[bytes], dice: Dice) -> list[bytes]:
    return [field + dice.choice((b"", b"\n", b"<!-- c -->", b" \t")) for field in fields]


@on_fields
def sign_anew(fields: list[bytes], dice: Dice) -> list[bytes]:
    """Signed by somebody who does not have the key, or by another rule."""
    signed = {name.decode(): value.decode(errors="replace") for name, value in map(_parts, fields) if name != b"sign"}
    key = dice.choice((m.OTHER_KEY, "", m.KEY.upper(), m.KEY[:-1], m.KEY + "\n"))
    sign = m.sign(signed, key, dice.choice(("MD5", "HMAC-SHA256")))
    return [*(field for field in fields if not field.startswith(b"<sign>")), _field(b"sign", sign.encode())]


XML: list[Mutation] = [
    shuffle, drop_a_field, double_a_field, swap_values, replace_a_value, rename_a_field, melt_neighbours,
    rewrite_as_cdata, rewrite_as_references, nest_a_field, space_out, sign_anew,
]  # fmt: skip

# -- statements --------------------------------------------------------------------------------------------------------


def on_lines(change: Callable[[list[bytes], Dice], None]) -> Mutation:
    def mutated(body: bytes, dice: Dice) -> bytes:
        lines = body.split(b"\n")
        if len(lines) < 4:
            return flip(body, dice) if body else b"\n"
        change(lines, dice)
        return b"\n".join(lines)

    mutated.__name__ = change.__name__
    return mutated


def _in_a_row(lines: list[bytes], dice: Dice, change: Callable[[list[bytes]], object]) -> None:
    """Let *change* have the cells of one line, the summary's among them."""
    place = dice.randrange(1, len(lines))
    cells = lines[place].split(b",`")
    change(cells)
    lines[place] = b",`".join(cells)


@on_lines
def lose_a_line(lines: list[bytes], dice: Dice) -> None:
    del lines[dice.randrange(len(lines))]


@on_lines
def double_a_line(lines: list[bytes], dice: Dice) -> None:
    place = dice.randrange(len(lines))
    lines.insert(place, lines[place])


@on_lines
def shuffle_lines(lines: list[bytes], dice: Dice) -> None:
    one, other = dice.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]


@on_lines
def change_columns(lines: list[bytes], dice: Dice) -> None:
    """The header's, or those of the summary's header."""
    place = dice.choice((0, max(0, len(lines) - 3)))
    columns = lines[place].split(b",")
    one, other = dice.randrange(len(columns)), dice.randrange(len(columns))
    match dice.randrange(4):
        case 0:
            columns[one], columns[other] = columns[other], columns[one]
        case 1:
            del columns[one]
        case 2:
            columns.insert(one, columns[other])
        case _:
            columns[one] = dice.choice((b"", b"x", columns[one] + b" ", b'"' + columns[one] + b'"', columns[one][:-3]))
    lines[place] = b",".join(columns)


@on_lines
def swap_cells(lines: list[bytes], dice: Dice) -> None:
    def swap(cells: list[bytes]) -> None:
        one, other = dice.randrange(len(cells)), dice.randrange(len(cells))
        cells[one], cells[other] = cells[other], cells[one]

    _in_a_row(lines, dice, swap)


@on_lines
def lose_or_double_a_cell(lines: list[bytes], dice: Dice) -> None:
    def change(cells: list[bytes]) -> None:
        place = dice.randrange(len(cells))
        cells[place : place + 1] = dice.choice(([], [cells[place]] * 2))

    _in_a_row(lines, dice, change)


@on_lines
def quote_a_cell(lines: list[bytes], dice: Dice) -> None:
    def quote(cells: list[bytes]) -> None:
        place = dice.randrange(len(cells))
        around = dice.choice((b'"%s"', b"`%s", b"%s`", b"'%s'", b"%s,", b",%s", b"%s\r", b'"%s', b"=%s", b"`%s`,"))
        cells[place] = around % cells[place].replace(b"%", b"%%") if b"%" not in cells[place] else cells[place]

    _in_a_row(lines, dice, quote)


@on_lines
def lie_in_the_summary(lines: list[bytes], dice: Dice) -> None:
    place = next((n for n in range(len(lines) - 1, 0, -1) if lines[n].startswith(b"`")), len(lines) - 1)
    cells = lines[place][1:].split(b",`")
    which = dice.randrange(len(cells))
    cells[which] = dice.choice(_SPELLINGS)(cells[which].strip()) if dice.randrange(3) else dice.choice(cells)
    lines[place] = b"`" + b",`".join(cells)


@on_lines
def mix_line_ends(lines: list[bytes], dice: Dice) -> None:
    place = dice.randrange(len(lines))
    line = lines[place].removesuffix(b"\r")
    lines[place] = dice.choice((line, line + b"\r", line + b"\r\r", line + b"\n", b""))


TABLES: list[Mutation] = [
    lose_a_line, double_a_line, shuffle_lines, change_columns, swap_cells, lose_or_double_a_cell, quote_a_cell,
    lie_in_the_summary, lie_in_the_summary, mix_line_ends,
]  # fmt: skip


def damage_the_end(body: bytes, dice: Dice) -> bytes:
    """Check sum or length of a gzip stream."""
    check, length = struct.unpack("<II", body[-8:].rjust(8, b"\0"))
    changed = dice.choice(((check ^ (1 << dice.randrange(32)), length), (check, length + 1), (0, 0), (length, check)))
    return body[:-8] + struct.pack("<II", changed[0], changed[1] & 0xFFFFFFFF)


def two_streams(body: bytes, dice: Dice) -> bytes:
    return body + dice.choice((body, gzip.compress(b"", mtime=0), gzip.compress(b"\n", mtime=0), b"\0" * 8))


def name_the_file(body: bytes, dice: Dice) -> bytes:
    """A header with a file's name, which says nothing; now and then without its end."""
    return body[:3] + b"\x08" + body[4:10] + b"bill" + dice.choice((b"\0", b"")) + body[10:]


PACKED: list[Mutation] = [damage_the_end, two_streams, name_the_file]


def mutated(seeds: list[bytes], dice: Dice, mutations: list[Mutation]) -> bytes:
    """Return one of *seeds*, or a splice of two, with a few *mutations*."""
    body = dice.choice(seeds)
    if dice.random() < 0.1:
        other = dice.choice(seeds)
        body = body[: dice.randrange(len(body))] + other[dice.randrange(len(other)) :]
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        body = dice.choice(mutations)(body, dice) if body else b"<xml/>"
    return body
