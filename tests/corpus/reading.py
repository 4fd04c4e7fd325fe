"""Messages as bytes: XML, encodings, bombs. The payment in them is genuine wherever it can be read."""

from __future__ import annotations

from tests.corpus import messages as m
from tests.corpus.case import note
from tests.corpus.messages import PAYMENT, payment, signed, xml

GOOD = payment()
INNER = GOOD[len("<xml>") : -len("</xml>")]
DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>'
BOM = b"\xef\xbb\xbf"
MIB = 1 << 20


def around(before: bytes = b"", after: bytes = b"", root: bytes = b"xml", attributes: bytes = b"") -> bytes:
    return before + b"<" + root + attributes + b">" + INNER + b"</" + root + b">" + after


def with_value(markup: str, value: str, name: str = "attach") -> bytes:
    """The payment whose *name* is written as *markup* and signed as *value*."""
    body = payment(**{name: "@@"})
    right = m.sign({**PAYMENT, name: value})
    wrong = m.sign({**PAYMENT, name: "@@"})
    return body.replace(wrong.encode(), right.encode()).replace(b"@@", markup.encode())


def extra(markup: bytes) -> bytes:
    """The genuine payment with *markup* put in front of its fields."""
    return b"<xml>" + markup + INNER + b"</xml>"


# XML that is odd and right.

note("as the library's opposite writes it: escaped, no CDATA", GOOD, "accept", "section 3.4")
note(
    "every value in CDATA",
    b"<xml>" + b"".join(f"<{n}><![CDATA[{v}]]></{n}>".encode() for n, v in signed(PAYMENT).items()) + b"</xml>",
    "accept",
    "section 3.4: as the gateway writes it",
)
note("declaration", around(DECLARED), "accept", "section 3.1")
note(
    "declaration in small letters, single quotes",
    around(b"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n"),
    "accept",
    "section 3.1: names the same encoding",
)
note("byte order mark", around(BOM), "accept", "section 3.1: a BOM is fine")
note("byte order mark and declaration", around(BOM + DECLARED), "accept", "section 3.1")
note("line ends between the fields", GOOD.replace(b"><", b">\r\n<"), "accept", "white space between fields is nothing")
note("blank lines in front", around(b"\n\n"), "accept", "no declaration, so white space may stand in front")
note("white space and comments behind", around(after=b"\n<!-- end -->\n"), "accept", "section 3.4")
note(
    "comments in front and between",
    around(b"<!-- a --><!-- b -->").replace(b"<appid>", b"<!-- c --><appid>"),
    "accept",
    "section 3.3: outside of values they are ignored",
)
note(
    "processing instruction in front and between",
    around(b"<?a b?>").replace(b"<appid>", b"<?c d?><appid>"),
    "accept",
    "section 3.3",
)
note(
    "stylesheet named in front",
    around(b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'),
    "accept",
    "a processing instruction like any other; nothing is fetched",
)
note("six hundred comments between the fields", extra(b"<!-- x -->" * 600), "accept", "only fields are counted")
note(
    "attributes on every level",
    around(attributes=b' lang="zh"').replace(b"<appid>", b'<appid type="text" n="&lt;1">'),
    "accept",
    "section 3.3: attributes are ignored",
)
note(
    "an attribute that looks like a field",
    extra(b"").replace(b"<attach>", b'<attach total_fee="1">'),
    "accept",
    "section 3.3: never part of a value",
)
note("a huge attribute", around(attributes=b' a="' + b"x" * 900_000 + b'"'), "accept", "ignored, and under the limit")
note(
    "schema location",
    around(
        attributes=b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"'
    ),
    "accept",
    "an attribute; nothing is fetched",
)
note(
    "blanks inside the tags", GOOD.replace(b"<appid>", b"<appid >").replace(b"</appid>", b"</appid\n>"), "accept", "XML"
)
note("character references in a value", with_value("&#33590;&#x26;&#38;", "茶&&"), "accept", "section 3.2")
note("the five predefined entities", with_value("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"), "accept", "section 3.2")
note("CDATA cut in the middle of a value", with_value("<![CDATA[a]]>b<![CDATA[c]]>", "abc"), "accept", "section 3.4")
note("]]> written as two CDATA sections", with_value("<![CDATA[]]]]><![CDATA[>]]>", "]]>"), "accept", "section 3.4")
note(
    "markup inside CDATA",
    with_value(
        "<![CDATA[</attach><total_fee>1</total_fee><!-- x --><?y?>]]>",
        "</attach><total_fee>1</total_fee><!-- x --><?y?>",
    ),
    "accept",
    "section 3.4: text",
)
note("<!DOCTYPE inside CDATA", with_value("<![CDATA[<!DOCTYPE x>]]>", "<!DOCTYPE x>"), "accept", "text, and signed")
note("<!DOCTYPE inside a comment", around(b"<!-- <!DOCTYPE x> -->"), "accept", "a comment in front is ignored")
note(
    "blanks around a value", with_value("  a b\t\n ", "  a b\t\n "), "accept", "section 3.4: blanks are kept and signed"
)
note("CR as a character reference", with_value("a&#13;b", "a\rb"), "accept", "kept, and signed as it is")
note("CRLF in a value, signed as LF", with_value("a\r\nb", "a\nb"), "accept", "an XML reader makes LF of it")
note("a byte order mark inside a value", with_value("\ufeffa", "\ufeffa"), "accept", "a character like any other")
note("an emoji in a value", with_value("😀", "😀"), "accept", "what we never send may be received")
note("an emoji as one character reference", with_value("&#x1F600;", "😀"), "accept", "one character")
note("decomposed accents", with_value("e\u0301", "e\u0301"), "accept", "section 3.1: no normalisation")
note("fields in reverse", xml(dict(reversed(signed(PAYMENT).items()))), "accept", "the order on the wire means nothing")
note("a field nobody has heard of", payment(new_field="x"), "accept", "section 4.2: signed, known or not")
note(
    "a name that differs in case only",
    payment(Total_fee="1", TOTAL_FEE="2"),
    "accept",
    "other names; total_fee is what counts",
)
note(
    "an empty field added",
    extra(b"<coupon_fee></coupon_fee><coupon_id_0/>"),
    "accept",
    "section 4.2: empty ones are not signed, and say nothing",
)
note("a zero", payment(coupon_fee="0"), "accept", "section 4.2: 0 is not empty")
note("exactly 500 fields", payment(**{f"f{i}": "1" for i in range(500 - len(PAYMENT) - 1)}), "accept", "section 3.3")
note("exactly 1 MiB", GOOD + b" " * (MIB - len(GOOD)), "accept", "section 3.1: over it is malformed")

# XML that is wrong.

for name, body in {
    "nothing": b"",
    "blanks": b" \n ",
    "a byte order mark alone": BOM,
    "text": b"SUCCESS",
    "JSON": b'{"return_code": "SUCCESS"}',
    "a form": b"return_code=SUCCESS&total_fee=100",
    "HTML": b"<html><body><h1>502 Bad Gateway</h1><hr></body></html>",
    "not closed": GOOD[:-6],
    "cut in the middle": GOOD[: len(GOOD) // 2],
    "cut in the middle of a character": GOOD[: GOOD.index("茶".encode()) + 1],
    "two messages": GOOD + GOOD,
    "text in front": b"x" + GOOD,
    "text behind": GOOD + b"x",
    "NUL behind": GOOD + b"\0",
    "processing instruction behind": GOOD + b"<?x y?>",
    "CDATA behind": GOOD + b"<![CDATA[x]]>",
    "the root of a refund": around(root=b"root"),
    "a root in capitals": around(root=b"XML"),
    "a prefix on the root": around(root=b"a:xml", attributes=b' xmlns:a="urn:a"').replace(b"</a:xml ", b"</a:xml"),
    "a default name space": around(attributes=b' xmlns="urn:a"'),
    "a prefix on a field": extra(b'<a:foo xmlns:a="urn:a">1</a:foo>'),
    "a prefix nobody declared": extra(b"<a:foo>1</a:foo>"),
    "a default name space on a field": GOOD.replace(b"<total_fee>", b'<total_fee xmlns="urn:a">'),
    "a nested field": extra(b"<a><total_fee>1</total_fee></a>"),
    "a message inside the message": b"<xml>" + GOOD + b"</xml>",
    "a list as some gateways send it": extra(b"<setteinfo_0><pay_fee>1</pay_fee></setteinfo_0>"),
    "a field twice, equal": extra(b"<total_fee>100</total_fee>"),
    "a field twice, different": extra(b"<total_fee>1</total_fee>"),
    "a field twice, once empty": extra(b"<total_fee/>"),
    "sign twice, the wrong one first": extra(b"<sign>0</sign>"),
    "sign twice, equal": extra(f"<sign>{m.sign(PAYMENT)}</sign>".encode()),
    "a comment in a value": GOOD.replace(b"<total_fee>100", b"<total_fee>1<!-- x -->00"),
    "a comment behind a value": GOOD.replace(b"<total_fee>100", b"<total_fee>100<!-- x -->"),
    "a comment as the value": extra(b"<a><!-- x --></a>"),
    "a processing instruction in a value": GOOD.replace(b"<total_fee>100", b"<total_fee>1<?x y?>00"),
    "text between the fields": GOOD.replace(b"<total_fee>", b"x<total_fee>"),
    "CDATA between the fields": GOOD.replace(b"<total_fee>", b"<![CDATA[x]]><total_fee>"),
    "no-break space between the fields": GOOD.replace(b"<total_fee>", b"\xc2\xa0<total_fee>"),
    "an entity nobody declared": GOOD.replace(b"<attach>", b"<attach>&nbsp;"),
    "a bare ampersand": GOOD.replace(b"<attach>", b"<attach>a & b"),
    "a bare less-than": GOOD.replace(b"<attach>", b"<attach>a < b"),
    "]]> in text": GOOD.replace(b"<attach>", b"<attach>]]>"),
    "an open CDATA section": GOOD.replace(b"<attach>", b"<attach><![CDATA["),
    "an attribute without quotes": GOOD.replace(b"<attach>", b"<attach a=1>"),
    "an attribute twice": GOOD.replace(b"<attach>", b"<attach a='1' a='2'>"),
    "a name that begins with a digit": extra(b"<1a>1</1a>"),
    "a name with a hyphen": extra(b"<a-b>1</a-b>"),
    "a name with a dot": extra(b"<a.b>1</a.b>"),
    "a name of full-width letters": extra("<ｆｅｅ>1</ｆｅｅ>".encode()),
    "a name with a combining accent": extra("<fe\u0301e>1</fe\u0301e>".encode()),
    "tags that do not fit": extra(b"<a>1</b>"),
    "a reference to NUL": GOOD.replace(b"<attach>", b"<attach>&#0;"),
    "a reference to a control character": GOOD.replace(b"<attach>", b"<attach>&#x1;"),
    "references to a surrogate pair": GOOD.replace(b"<attach>", b"<attach>&#xD83D;&#xDE00;"),
    "a reference beyond Unicode": GOOD.replace(b"<attach>", b"<attach>&#x110000;"),
    "a reference to a non-character": GOOD.replace(b"<attach>", b"<attach>&#xFFFF;"),
    "NUL in a value": GOOD.replace(b"<attach>", b"<attach>\0"),
    "a control character in a value": GOOD.replace(b"<attach>", b"<attach>\x0b"),
    "a non-character in a value": GOOD.replace(b"<attach>", "<attach>\ufffe".encode()),
}.items():
    note(name, body, "malformed", "section 3.3 and 3.4: not a message of this protocol")

# Encodings.

for name, body in {
    "UTF-16 with a mark": GOOD.decode().encode("utf-16"),
    "UTF-16, little end first, without a mark": GOOD.decode().encode("utf-16-le"),
    "UTF-16, big end first, without a mark": GOOD.decode().encode("utf-16-be"),
    "UTF-16 of ASCII, little end first, without a mark": payment(attach="tea").decode().encode("utf-16-le"),
    "UTF-16 of ASCII, big end first, without a mark": payment(attach="tea").decode().encode("utf-16-be"),
    "UTF-32 of ASCII, without a mark": payment(attach="tea").decode().encode("utf-32-le"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "GBK": GOOD.decode().encode("gbk"),
    "GBK, and says so": b'<?xml version="1.0" encoding="GBK"?>' + GOOD.decode().encode("gbk"),
    "Latin-1": payment(attach="caf\u00e9").decode().encode("latin-1"),
    "EBCDIC": payment(attach="tea").decode().encode("cp037"),
    "overlong less-than": GOOD.replace(b"<attach>", b"\xc0\xbcattach>"),
    "overlong NUL": GOOD.replace(b"<attach>", b"<attach>\xc0\x80"),
    "overlong in three bytes": GOOD.replace(b"<attach>", b"<attach>\xe0\x80\xbc"),
    "a surrogate in three bytes": GOOD.replace(b"<attach>", b"<attach>\xed\xa0\x80"),
    "an emoji as two surrogates of three bytes": GOOD.replace(b"<attach>", b"<attach>\xed\xa0\xbd\xed\xb8\x80"),
    "a continuation byte alone": GOOD.replace(b"<attach>", b"<attach>\x80"),
    "a sequence that is cut": GOOD.replace("茶".encode(), b"\xe8\x8c"),
    "beyond U+10FFFF": GOOD.replace(b"<attach>", b"<attach>\xf4\x90\x80\x80"),
    "a sequence of five bytes": GOOD.replace(b"<attach>", b"<attach>\xf8\x88\x80\x80\x80"),
    "FF in the middle": GOOD.replace(b"<attach>", b"<attach>\xff"),
    "declared GBK": around(b'<?xml version="1.0" encoding="GBK"?>'),
    "declared UTF-16": around(b'<?xml version="1.0" encoding="UTF-16"?>'),
    "declared ISO-8859-1": around(b"<?xml version='1.0' encoding='ISO-8859-1'?>"),
    "declared UTF-7": around(b'<?xml version="1.0" encoding="UTF-7"?>'),
    "declared without quotes": around(b'<?xml version="1.0" encoding=GBK?>'),
    "declared twice": around(DECLARED + b'<?xml version="1.0" encoding="GBK"?>'),
    "declared behind a blank": around(b" " + DECLARED),
    "declared behind two marks": around(BOM + BOM + b'<?xml version="1.0" encoding="GBK"?>'),
    "another encoding hidden behind standalone": around(
        b"""<?xml version="1.0" standalone="encoding='utf-8'" encoding="gbk"?>"""
    ),
    "an open declaration": b'<?xml version="1.0" ' + GOOD,
    "a declaration of one mebibyte": (b"<?xml " + b"?" * MIB)[:MIB],
    "XML 1.1": around(b'<?xml version="1.1" encoding="UTF-8"?>'),
    "two byte order marks": around(BOM + BOM),
    "a byte order mark between the fields": GOOD.replace(b"<attach>", BOM + b"<attach>"),
    "a byte order mark behind": GOOD + BOM,
}.items():
    note(name, body, "malformed", "section 3.1: valid UTF-8, declared as nothing else")

# Bombs, and everything else a DTD can do.

LAUGHS = b"<!DOCTYPE xml [<!ENTITY a0 'ha'>" + b"".join(
    f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>".encode() for i in range(1, 10)
)
for name, body in {
    "a harmless DOCTYPE": around(b"<!DOCTYPE xml>"),
    "a DOCTYPE in small letters": around(b"<!doctype xml>"),
    "a DOCTYPE behind the declaration": around(DECLARED + b"\n<!DOCTYPE xml>"),
    "a DOCTYPE behind blanks": around(b" \t\r\n<!DOCTYPE xml>"),
    "a DOCTYPE behind a comment": around(b"<!-- <xml> --><!DOCTYPE xml>"),
    "a DOCTYPE behind a processing instruction": around(b"<?p <xml> ?><!DOCTYPE xml>"),
    "a DOCTYPE behind a byte order mark": around(BOM + b"<!DOCTYPE xml>"),
    "a DOCTYPE behind two byte order marks": around(BOM + BOM + b"<!DOCTYPE xml>"),
    "a DOCTYPE behind the message": around(after=b"<!DOCTYPE xml>"),
    "a DOCTYPE inside the message": extra(b"<!DOCTYPE xml>"),
    "a DOCTYPE behind ten thousand comments": around(b"<!--x-->" * 10_000 + b"<!DOCTYPE xml>"),
    "a DOCTYPE behind an open comment": around(b"<!-- <!DOCTYPE xml>"),
    "billion laughs": around(LAUGHS + b"]>").replace(b"<attach>", b"<attach>&a9;"),
    "billion laughs in an attribute": around(LAUGHS + b"]>", attributes=b' a="&a9;"'),
    "billion laughs behind two byte order marks": around(BOM + BOM + LAUGHS + b"]>", attributes=b' a="&a9;"'),
    "quadratic blow-up": around(b"<!DOCTYPE xml [<!ENTITY a '" + b"x" * 50_000 + b"'>]>").replace(
        b"<attach>", b"<attach>" + b"&a;" * 50_000
    ),
    "an entity that names itself": around(b"<!DOCTYPE xml [<!ENTITY a '&a;'>]>").replace(b"<attach>", b"<attach>&a;"),
    "a file as an entity": around(b"<!DOCTYPE xml [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>").replace(
        b"<attach>", b"<attach>&a;"
    ),
    "an address as an entity": around(b"<!DOCTYPE xml [<!ENTITY a SYSTEM 'http://127.0.0.1:9/'>]>").replace(
        b"<attach>", b"<attach>&a;"
    ),
    "a parameter entity": around(b"<!DOCTYPE xml [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;]>"),
    "a DTD elsewhere": around(b"<!DOCTYPE xml SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "a public DTD": around(b"<!DOCTYPE xml PUBLIC '-//X//Y' 'file:///dev/zero'>"),
    "attributes by default": around(b"<!DOCTYPE xml [<!ATTLIST attach a CDATA 'x'>]>"),
    "an entity in place of the amount": around(b"<!DOCTYPE xml [<!ENTITY fee '100'>]>").replace(
        b"<total_fee>100", b"<total_fee>&fee;"
    ),
    "XInclude": extra(b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'),
    "ten thousand levels": extra(b"<a>" * 10_000 + b"</a>" * 10_000),
    "ten thousand levels, never closed": b"<xml>" + b"<a>" * 10_000,
    "501 fields": payment(**{f"f{i}": "1" for i in range(500 - len(PAYMENT))}),
    "20 000 fields": xml({f"f{i}": "1" for i in range(20_000)}),
    "a huge name": extra(b"<" + b"a" * 300_000 + b">1</" + b"a" * 300_000 + b">"),
    "one byte over 1 MiB": GOOD + b" " * (MIB + 1 - len(GOOD)),
    "8 MiB": around(b"<!--" + b"x" * (8 * MIB) + b"-->"),
    "8 MiB that never were XML": b"x" * (8 * MIB),
}.items():
    note(name, body, "malformed", "section 3.1, 3.2 and 3.3: refused before it costs anything")
