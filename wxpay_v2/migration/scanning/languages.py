"""Source text of any language: which characters are comment, and where string literals stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LANGUAGES", "Language", "Literal", "language_of", "without_comments"]

_DOUBLE = r'"(?:[^"\\\n]|\\.)*"'
_SINGLE = r"'(?:[^'\\\n]|\\.)*'"
_BACK_TICKS = r"`(?:[^`\\]|\\.)*`"
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*"""' + r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
_SLASHES = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
_HASH = r"#[^\n]*"
_VERBATIM = r'\$?@"(?:[^"]|"")*"'
_RUBY_HASH = rf"(?m:^=begin\b.*?(?:^=end\b|\Z))|{_HASH}"


@dataclass(frozen=True)
class Language:
    """name: told in reports. pattern: a comment (group "comment") or a string. is_code: strings are quoted.

    A file that is not code, a configuration, is one string a line.
    """

    name: str
    pattern: re.Pattern[str]
    is_code: bool = True


@dataclass(frozen=True)
class Literal:
    """start: of the content, without its quotes, in the text."""

    start: int
    content: str


def _language(name: str, comments: str, *strings: str, is_code: bool = True) -> Language:
    return Language(name, re.compile(f"(?P<comment>{comments})|{'|'.join(strings)}", re.DOTALL), is_code)


_C_LIKE = (_TRIPLE, _DOUBLE, _SINGLE)
_JAVA = _language("Java", _SLASHES, *_C_LIKE)
_JAVASCRIPT = _language("JavaScript", _SLASHES, _DOUBLE, _SINGLE, _BACK_TICKS)
_PROPERTIES = _language("configuration", r"(?m:^\s*[#;!][^\n]*|\s#\s[^\n]*)", r"\Z(?!)", is_code=False)
_MARKUP = _language("XML", r"<!--.*?(?:-->|\Z)", r"\Z(?!)", is_code=False)

LANGUAGES: dict[str, Language] = {
    **dict.fromkeys((".py", ".pyw", ".pyi"), _language("Python", _HASH, "(?:" + _TRIPLE + ")", _DOUBLE, _SINGLE)),
    **dict.fromkeys((".java", ".groovy", ".scala"), _JAVA),
    **dict.fromkeys((".kt", ".kts"), _language("Kotlin", _SLASHES, *_C_LIKE)),
    ".swift": _language("Swift", _SLASHES, *_C_LIKE),
    ".dart": _language("Dart", _SLASHES, *_C_LIKE),
    **dict.fromkeys(
        (".php", ".phtml", ".inc"), _language("PHP", rf"{_SLASHES}|#(?!\[)[^\n]*", _DOUBLE, _SINGLE)
    ),
    ".go": _language("Go", _SLASHES, _DOUBLE, r"`[^`]*`", r"'(?:[^'\\\n]|\\.)+'"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), _JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts", ".tsx"), _language("TypeScript", _SLASHES, _DOUBLE, _SINGLE, _BACK_TICKS)),
    **dict.fromkeys((".vue", ".jsp", ".ejs", ".wxs"), _JAVASCRIPT),
    **dict.fromkeys((".cs", ".cshtml", ".vb"), _language("C#", _SLASHES, _VERBATIM, _TRIPLE, _DOUBLE, _SINGLE)),
    **dict.fromkeys((".rb", ".rake", ".erb"), _language("Ruby", _RUBY_HASH, _DOUBLE, _SINGLE)),
    **dict.fromkeys((".rs", ".c", ".cc", ".cpp", ".h", ".m", ".mm"), _language("C", _SLASHES, _DOUBLE, _SINGLE)),
    **dict.fromkeys((".ex", ".exs"), _language("Elixir", _HASH, _TRIPLE, _DOUBLE)),
    **dict.fromkeys((".pl", ".pm", ".sh", ".bash"), _language("shell", r"(?<!\$)#(?!\{)[^\n]*", _DOUBLE, _SINGLE)),
    **dict.fromkeys(
        (".properties", ".ini", ".cfg", ".conf", ".env", ".toml", ".yml", ".yaml"), _PROPERTIES
    ),
    ".json": _language("JSON", r"(?m:^\s*//[^\n]*)", _DOUBLE),
    **dict.fromkeys((".xml", ".config", ".plist"), _MARKUP),
}  # fmt: skip


def language_of(name: str) -> Language | None:
    """Return the language of a file by its *name*, None for one that holds no code: documents, pictures."""
    lowered = name.lower()
    if lowered.startswith(".env"):
        return _PROPERTIES
    dot = lowered.rfind(".")
    return LANGUAGES.get(lowered[dot:]) if dot >= 0 else None


def without_comments(text: str, language: Language) -> tuple[str, list[Literal]]:
    """Return *text* with blanks for its comments, every character in its place, and its string literals.

    Ruby's ``#{...}`` and an address in an unquoted place are read by what precedes them: good enough to find words,
    not to compile.
    """
    literals: list[Literal] = []
    pieces: list[str] = []
    at = 0
    for match in language.pattern.finditer(text):
        found = match.group()
        if match["comment"] is None:
            quote = _quote(found)
            if quote is not None:
                literals.append(Literal(match.start() + quote[0], found[quote[0] : len(found) - quote[1]]))
            continue
        pieces += (text[at : match.start()], _BLANK.sub(" ", found))
        at = match.end()
    pieces.append(text[at:])
    clean = "".join(pieces)
    if not language.is_code:
        literals = list(_lines(clean))
    return clean, literals


_BLANK = re.compile(r"[^\n]")
_VALUE = re.compile(r"[^\s=:\"'<>,]+(?:://[^\s\"'<>,]+)?")


def _quote(found: str) -> tuple[int, int] | None:
    for quote in ('"""', "'''"):
        if found.startswith(quote):
            return 3, 3
    head = len(found) - len(found.lstrip("$@"))
    return (head + 1, 1) if len(found) > head + 1 else None


def _lines(text: str) -> Iterator[Literal]:
    for match in _VALUE.finditer(text):
        yield Literal(match.start(), match.group())
