"""What programs do to values that they should leave alone: before signing, and on the way from signer to verifier."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote, unquote_plus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["BEFORE_SIGNING", "MOST_WORK", "on_the_way"]

MOST_WORK = 20_000_000
"""Characters to digest at most while single fields are tried: a message may hold 500 of them."""


def _escape(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescape(value: str) -> str:
    for text, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'")):
        value = value.replace(text, character)
    return value.replace("&amp;", "&")


def _url_encode(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _cdata(value: str) -> str:
    return f"<![CDATA[{value}]]>"


BEFORE_SIGNING: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("values were XML-escaped before signing", _escape),
    ("values were URL-encoded before signing", _url_encode),
    ("values were signed with their <![CDATA[ ]]>", _cdata),
    ("blanks around values were stripped before signing", str.strip),
)
"""What is told, and what was done to every value."""


def _misread(charset: str) -> Callable[[str], str]:
    def change(value: str) -> str:
        try:
            return value.encode(charset).decode()
        except UnicodeError:
            return value

    return change


def _decimal(value: str) -> str:
    return f"{value}.0" if value.isascii() and value.isdigit() else value


def _whole(value: str) -> str:
    whole, point, rest = value.partition(".")
    return whole if point and whole.isdigit() and not rest.strip("0") else value


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _decomposed(value: str) -> str:
    return unicodedata.normalize("NFD", value)


_BACK: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("blanks around {} were added on the way", str.strip),
    ("{} was XML-escaped twice on the way", _unescape),
    ("{} was XML-unescaped on the way", _escape),
    ("{} was URL-encoded on the way", unquote),
    ("{} was URL-encoded on the way", unquote_plus),
    ("{} was URL-decoded on the way", _url_encode),
    ("a + in {} became a blank on the way", lambda value: value.replace(" ", "+")),
    ("{} was read as Latin-1 instead of UTF-8 on the way", _misread("latin-1")),
    ("{} was read as Windows-1252 instead of UTF-8 on the way", _misread("cp1252")),
    ("{} was read as GBK instead of UTF-8 on the way", _misread("gb18030")),
    ("the line ends of {} changed on the way", lambda value: value.replace("\r\n", "\n").replace("\n", "\r\n")),
    ("the line ends of {} changed on the way", lambda value: value.replace("\r\n", "\n")),
    ("{} changed its Unicode form on the way", _composed),
    ("{} changed its Unicode form on the way", _decomposed),
    ("{} was a decimal when it was signed", _decimal),
    ("{} became a decimal on the way", _whole),
    ("{} was in other capitals when it was signed", str.lower),
    ("{} was in other capitals when it was signed", str.upper),
    ("{} was in other capitals when it was signed", str.capitalize),
    ("{} was empty when it was signed", lambda value: "" if value in ("None", "null", "nil", "undefined") else value),
)


def on_the_way(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield what may have happened to the field *name* since it was signed, and the value it then had before."""
    seen = {value}
    for told, back in _BACK:
        before = back(value)
        if before not in seen:
            seen.add(before)
            yield told.format(name), before
