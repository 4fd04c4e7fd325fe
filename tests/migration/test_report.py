from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from wxpay_v2.errors import InvalidRequest, MissingExtra
from wxpay_v2.migration import report as module
from wxpay_v2.migration.finding import BLOCKER, GOOD, NOTE, WARNING, Finding
from wxpay_v2.migration.report import Figure, Report, Table, in_digits, plain

HOSTILE = (
    "<script>alert(1)</script>", "</title></style><img src=x onerror=alert(1)>", "\"' onload=alert(1) x=\"",
    "{{ 7 * 7 }}", "</td></tr></table>", "&lt;b&gt;", "javascript:alert(1)", "\x1b]0;owned\x07\x1b[2J",
    "\u202egnp.exe", "\ud800", "\0", "--><!--", "a\nb", "[bold]loud[/bold]",
)  # fmt: skip
VOID = {"meta", "rect", "br", "img", "link", "wbr"}


class Page(HTMLParser):
    """What a browser would find: the elements in order, their attributes and the text; every element closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "wbr":  # where a long name may be broken
            return
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def hostile(text: str) -> Report:
    """A report that says *text* wherever a text can stand."""
    return Report(
        text,
        subject=text,
        figures=[Figure(text, text, NOTE)],
        findings=[Finding(text, WARNING, text, text, text)],
        tables=[Table(text, [text, "n"], [[text, 1]], note=text, bars="n")],
        facts={text: text},
    )


FULL = Report(
    "Readiness for API v3",
    subject="merchant 1900000109",
    figures=[Figure("blockers", 1, BLOCKER), Figure("requests", 1234567), Figure("carried", "all", GOOD)],
    findings=[
        Finding("a.note", NOTE, "key", "noted"),
        Finding("a.blocker", BLOCKER, "certificate", "self-signed", "apply for one"),
    ],
    tables=[
        Table("Operations", ["name", "count", "v3"], [["refund", 1000, "yes"], ["x", 10, None]], bars="count"),
        Table("None", ["name"], []),
    ],
    facts={"operations": {"refund": 1000}},
)


@pytest.mark.parametrize("text", HOSTILE)
def test_s8_hostile_texts_stay_texts_in_html(text: str) -> None:
    page = Page(hostile(text).html(made=text))
    calm = Page(hostile("calm").html(made="calm"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in calm.elements]
    assert [set(attributes) for _, attributes in page.elements] == [set(attributes) for _, attributes in calm.elements]
    shown = "".join(page.texts)
    assert shown.count(plain(text)) >= 10
    assert all(letter.isprintable() or letter == "\n" for letter in shown)


def test_s8_the_page_needs_no_other_and_runs_nothing() -> None:
    text = FULL.html()
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "form", "a", "object", "base"} & {tag for tag, _ in page.elements}
    assert not re.search(r"https?:|url\(|@import|\ssrc=|\son[a-z]+=", text)
    policy = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]


def test_an_unknown_level_of_a_figure_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="level"):
        Figure("x", 1, "red")


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="2 cells"):
        Table("t", ["a", "b"], [["x", 1], ["x"]])


def test_bars_of_no_column_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="no column 'c'"):
        Table("t", ["a", "b"], [["x", 1]], bars="c")


def test_without_jinja2_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    module._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"wxpay-v2\[migration\]"):
        FULL.html()


@pytest.mark.parametrize(
    ("findings", "figures", "expected"),
    [
        ((), (), 0),
        ((Finding("a", WARNING, "b", "c"), Finding("a", NOTE, "b", "c")), (Figure("a", 1, WARNING),), 0),
        ((Finding("a", BLOCKER, "b", "c"),), (), 1),
        ((), (Figure("missing", 3, BLOCKER),), 1),
        ((), (Figure("missing", 0, BLOCKER),), 0),
    ],
)
def test_the_exit_status_is_1_where_something_blocks_or_differs(
    findings: tuple[Finding, ...], figures: tuple[Figure, ...], expected: int
) -> None:
    assert Report("t", findings=findings, figures=figures).exit_status == expected


def test_the_verdict_counts_each_level() -> None:
    assert Report("t").verdict == "nothing found that stands in the way"
    assert FULL.verdict == "1 blocker, 1 note"
    warned = Report("t", findings=[Finding("a", WARNING, "b", "c")] * 2)
    assert warned.verdict == "2 warnings"
    assert (FULL.level, warned.level, Report("t").level) == (BLOCKER, WARNING, GOOD)


def test_a_long_place_may_be_broken_where_it_has_parts() -> None:
    found = Finding("a", NOTE, "shop/pay_<b>.py:3", "m")
    assert "shop/<wbr>pay_<wbr>&lt;b&gt;.<wbr>py:<wbr>3" in Report("t", findings=[found]).html()


def test_a_program_reads_the_same_as_a_person() -> None:
    told = json.loads(FULL.json())
    assert told == FULL.as_dict()
    assert told["exit_status"] == 1
    assert told["findings"][1] == FULL.findings[1].as_dict()
    assert told["tables"][0]["rows"] == [["refund", 1000, "yes"], ["x", 10, None]]
    assert told["facts"] == {"operations": {"refund": 1000}}


def test_s8_json_holds_no_byte_that_a_terminal_obeys() -> None:
    for text in HOSTILE:
        told = hostile(text).json()
        assert told.isascii()
        assert all(letter.isprintable() or letter == "\n" for letter in told)
        assert json.loads(told)["title"] == text


def test_the_gravest_findings_come_first() -> None:
    text = FULL.html()
    assert text.index("a.blocker") < text.index("a.note")


def test_tables_have_heads_and_sections_have_headings() -> None:
    page = Page(FULL.html())
    named = {attributes.get("id") for tag, attributes in page.elements if tag == "h2"}
    assert {section["aria-labelledby"] for section in page.all("section")} == named
    assert len(page.all("h1")) == 1
    assert all(head["scope"] == "col" for head in page.all("th"))
    # Cells become blocks on a narrow screen, and a browser then takes them for a table only by their roles.
    assert {cell["role"] for cell in page.all("td")} == {"cell"}
    assert page.all("html") == [{"lang": "en"}]


def test_integers_are_set_in_groups_of_digits() -> None:
    assert [in_digits(cell) for cell in (1234567, -1000, 0, None, "1234567")] == [
        "1,234,567",
        "-1,000",
        "0",
        "-",
        "1234567",
    ]
    assert "1,234,567" in FULL.html()


def test_the_largest_number_has_the_longest_bar_and_a_small_one_is_seen() -> None:
    widths = [rect["width"] for rect in Page(FULL.html()).all("rect")]
    assert widths == ["100.00", "1.00"]
    table = Table("t", ["n"], [[1_000_000], [1], [0], [-5]], bars="n")
    assert [table.share(row[0]) for row in table.rows if isinstance(row[0], int)] == [100.0, 0.7, 0.0, 0.0]


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * letter for letter in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_stands_out_in_light_dark_and_print() -> None:
    """4.5 to 1, https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    style = (files("wxpay_v2.migration") / "templates" / "report.html").read_text(encoding="utf-8")
    blocks = [_colours(block) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)]
    assert len(blocks) == 3
    for colours in blocks:
        pairs = [(ink, "sheet") for ink in ("ink", "quiet", "blocker", "warning", "note", "good")]
        pairs += [("ink", "page"), ("quiet", "page"), ("blocker", "blocker-soft"), ("good", "good-soft")]
        pairs += [("warning", "warning-soft")]
        for ink, paper in pairs:
            dark, light = sorted((_luminance(colours[ink]), _luminance(colours[paper])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {paper} in {colours}"
