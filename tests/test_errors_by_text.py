"""The page of messages quotes what is really said: ours by the source, the gateway's as the simulator repeats it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.pages import ROOT, page
from wxpay_v2 import errors
from wxpay_v2.simulator import cashier_check

PAGE = "docs/howto/errors_by_text.rst"
KINDS = {name for name in errors.__all__ if isinstance(getattr(errors, name), type)}
# Who makes an error of which kind where the kind's own name does not stand.
MAKERS = {"Fault": "InvalidRequest", "unknown": "OutcomeUnknown", **{kind: kind for kind in KINDS}}
GAP = "\0"


def sections() -> dict[str, list[tuple[str, str]]]:
    """The entries of each section: the term as it stands, and what is said about it."""
    parts = re.split(r"^(.+)\n-{3,}$", page(PAGE), flags=re.MULTILINE)
    return {
        title: re.findall(r"^(``.+)\n((?:   .+\n)+)", body, re.MULTILINE)
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


OURS, PYTHON, GATEWAY = sections().values()


def quoted(term: str) -> list[str]:
    return re.findall(r"``(.+?)``", term)


@cache
def said() -> tuple[tuple[int, re.Pattern[str], frozenset[str]], ...]:
    """Every text in the package's source: how much of it is fixed, its pattern, the kinds of error it is given to."""
    return tuple(
        (len(text.replace(GAP, "")), re.compile(".*".join(map(re.escape, text.split(GAP))), re.DOTALL), kinds)
        for path in sorted((ROOT / "wxpay_v2").rglob("*.py"))
        for text, kinds in texts(ast.parse(path.read_text(encoding="utf-8")), frozenset())
    )


def texts(node: ast.AST, kinds: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        kinds = kinds | ({MAKERS[name]} if name in MAKERS else set())
    if isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values), kinds
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, kinds
    else:
        for child in ast.iter_child_nodes(node):
            yield from texts(child, kinds)


def kinds_of(message: str) -> list[frozenset[str]]:
    """The kinds of error of every text of the source that *message* may be; ``...`` in it stands for any value."""
    least = max(6, 0.6 * len(message.replace("...", "")))  # a text that is all gaps says nothing
    words = {other.replace("...", "x") for other in (message, message.removeprefix("... "), f"x {message}")}
    return [kinds for fixed, text, kinds in said() if fixed >= least and any(map(text.fullmatch, words))]


@pytest.mark.parametrize("term", [term for term, _ in OURS])
def test_what_is_quoted_of_ours_is_said_in_the_source(term: str) -> None:
    text, kind = term.split("`` : ")
    assert kind in KINDS
    found = kinds_of(text.removeprefix("``"))
    assert found, f"nothing in the package says {text}"
    known = frozenset().union(*found)
    assert not known or kind in known, f"{text} is {sorted(known)}"


@pytest.mark.parametrize("term", [term for term, _ in PYTHON])
def test_what_python_raises_is_said_in_the_source(term: str) -> None:
    (text,) = quoted(term)
    assert kinds_of(text)
    assert term.endswith(" : TypeError")


def test_what_nobody_says_would_be_found_out() -> None:
    assert not kinds_of("the signature is right")
    assert not kinds_of("... is missing, and so is another one")
    assert not kinds_of("...")
    assert kinds_of("... is missing")


@pytest.mark.parametrize("entries", [OURS, PYTHON, GATEWAY], ids=["ours", "python", "gateway"])
def test_each_entry_stands_once_in_order_and_says_what_to_do(entries: list[tuple[str, str]]) -> None:
    first = [quoted(term)[0] for term, _ in entries]
    if entries is GATEWAY:
        assert first == sorted(first, key=lambda text: text.casefold().encode("gbk"))  # which sorts by sound
    else:
        assert first == sorted(first, key=lambda text: re.sub(r"^\W+", "", text).casefold())
    every = [text for term, _ in entries for text in quoted(term)]
    assert len(set(every)) == len(every)
    assert [term for term, body in entries if "**Do:**" not in body] == []


def test_what_the_simulator_says_in_the_gateways_words_is_on_the_page() -> None:
    known = {text for term, _ in GATEWAY for text in quoted(term)}
    for _, words in cashier_check._WORDS.values():
        assert words.partition("：")[0] in known, words
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for name in ("protocol.py", "incoming.py"):
        tree = ast.parse((ROOT / "wxpay_v2/simulator" / name).read_text(encoding="utf-8"))
        words = {text for text, _ in texts(tree, frozenset()) if chinese.search(text) and GAP not in text}
        assert words
        assert words <= known


def test_the_signatures_of_which_the_doctor_knows_are_on_the_page() -> None:
    from wxpay_v2.v2.doctor import is_about_signature

    (term,) = [term for term, _ in GATEWAY if "签名错误" in term]
    assert all(is_about_signature({"return_msg": text}) for text in quoted(term))
