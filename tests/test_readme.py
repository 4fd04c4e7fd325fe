"""The README runs as it stands, in both languages, and the two say the same."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from typing import Any

import click
import pytest

from tests.fixtures import sign, success, to_xml
from tests.pages import ROOT, blocks, commands, page, run
from wxpay_v2 import Client
from wxpay_v2.cli import COMMANDS, _group
from wxpay_v2.simulator import Simulator
from wxpay_v2.v2 import catalogue

ENGLISH, CHINESE = READMES = ("README.rst", "README.zh.rst")


def without_comments(block: str) -> str:
    """The code alone: comments are in the reader's language."""
    every = tokenize.generate_tokens(io.StringIO(block).readline)
    tokens = [token for token in every if token.type != tokenize.COMMENT]
    return re.sub(r"[ \t]+$", "", tokenize.untokenize(tokens), flags=re.MULTILINE)


def links(name: str) -> list[str]:
    return re.findall(r"`[^`<]+ <([^>]+)>`_", page(name)) + re.findall(r"^\.\. image:: (\S+)", page(name), re.MULTILINE)


def headings(name: str) -> list[str]:
    """The line under each heading, one sign for its level."""
    return [line[0] for line in re.findall(r"^\S.*\n(=+|-+)\n(?:\n|\Z)", page(name), re.MULTILINE)]


# What it shows, run.


def test_the_first_payment_runs_and_is_paid(capsys: pytest.CaptureFixture[str]) -> None:
    first = blocks(ENGLISH, "python")[0]
    assert len(first.splitlines()) <= 12
    run(first, {})
    link, state = capsys.readouterr().out.splitlines()
    assert link.startswith("weixin://")
    assert state == "SUCCESS"


def test_the_real_merchant_is_made_of_the_certificates_that_the_page_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WXPAY_V2_API_KEY", "192006250b4c09247ec02edce69f6a2d")
    (certs,) = [arguments for arguments in commands(ENGLISH) if arguments[0] == "certs"]
    with pytest.raises(SystemExit) as ended:
        _group().main(certs)
    assert ended.value.code == 0
    names = run(blocks(ENGLISH, "python")[1], {})
    with names["client"] as client:
        assert client.merchant.mode == "institution"
        assert client.merchant.certificate.mch_id == client.merchant.mch_id


def test_the_other_examples_run_against_the_simulator(
    wxpay_gateway: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    notified, refunded, charged, upgraded, tested = blocks(ENGLISH, "python")[2:]
    merchant, written = wxpay_gateway.merchant, []
    paid = success(
        openid="o1", trade_type="NATIVE", bank_type="CFT", total_fee="100", fee_type="HKD", cash_fee="87",
        transaction_id="4200000001", out_trade_no="T-1", time_end="20260301120000",
    )  # fmt: skip
    signature = sign(paid, merchant.api_key.reveal(), "HMAC-SHA256")
    with Client(merchant, base_url=wxpay_gateway.base_url, verify=wxpay_gateway.ca) as client:
        client.unified_order(
            body="Tea", out_trade_no="T-1", total_fee=100, fee_type="HKD", trade_type="NATIVE", product_id="tea",
            spbill_create_ip="203.0.113.7", notify_url="https://shop.example/pay",
        )  # fmt: skip
        wxpay_gateway.pay("T-1")
        names: dict[str, Any] = {
            "client": client,
            "Client": Client,
            "request_body": to_xml({**paid, "sign": signature}),
        }
        run(notified, names)
        assert names["payment"].total_fee == 100
        assert (names["status"], b"SUCCESS" in names["body"]) == (200, True)
        run(refunded, names)
        assert client.refund_query(out_refund_no="R-1")["refund_fee_0"] == "30"
        names |= {"scanned": wxpay_gateway.gateway.new_payment_code(), "write_it_down": written.append}
        run(charged, names)
        assert written == ["T-2"]
        assert capsys.readouterr().out == names["outcome"].payment.transaction_id + "\n"
    run(upgraded, names)
    assert re.fullmatch(r"weixin://\S+ \['nonce_str', 'prepay_id', 'sign'\]\n", capsys.readouterr().out)
    run(tested, names)["test_checkout"](wxpay_gateway)


@pytest.mark.parametrize("arguments", commands(ENGLISH), ids=" ".join)
def test_the_commands_take_the_options_they_are_shown_with(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name, *others = arguments
    for place in others:
        if place.endswith("/") and name != "certs":
            Path(place).mkdir()
        elif "." in place:
            Path(place).touch()
    command = _group().get_command(click.Context(_group()), name)
    assert command is not None
    command.make_context(name, others)


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_listed(name: str) -> None:
    assert sorted(re.findall(r"^``wxpay-v2 ([\w-]+)``", page(name), re.MULTILINE)) == sorted(COMMANDS)


@pytest.mark.parametrize("name", READMES)
def test_the_number_of_operations_is_that_of_the_catalogue(name: str) -> None:
    (number,) = re.findall(r"^     - (\d+) ", page(name), re.MULTILINE)
    assert int(number) == len(catalogue.NAMES)


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_to_a_file(name: str) -> None:
    found = links(name)
    assert len(found) > 20
    assert [link for link in found if not (ROOT / link).is_file()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_extra_exists(name: str) -> None:
    table = re.search(r"^(?:extra|名称) .*\n=.*\n((?:``.*\n)+)", page(name), re.MULTILINE)
    assert table is not None
    extras = {
        extra for line in table[1].splitlines() for extra in re.findall(r"``(\w+)``", re.split(r"\s{2,}", line)[0])
    }
    known = set(re.findall(r"^(\w+) =$", page("setup.cfg").partition("[options.extras_require]")[2], re.MULTILINE))
    assert extras <= known
    assert {"async", "booking", "cli", "simulator", "telemetry"} <= extras


# The two languages.


def test_both_have_the_same_headings() -> None:
    assert headings(ENGLISH) == headings(CHINESE)
    assert len(headings(ENGLISH)) > 10


@pytest.mark.parametrize("language", ["python", "console"])
def test_both_show_the_same_code(language: str) -> None:
    english, chinese = blocks(ENGLISH, language), blocks(CHINESE, language)
    if language == "python":
        assert [without_comments(block) for block in english] == [without_comments(block) for block in chinese]
    else:
        assert commands(ENGLISH) == commands(CHINESE) != []
    make = re.compile(r"^    (make \w+)", re.MULTILINE)
    assert make.findall(page(ENGLISH)) == make.findall(page(CHINESE)) == ["make demo", "make test"]


def test_both_have_the_same_links_and_lead_to_each_other() -> None:
    english, chinese = links(ENGLISH), links(CHINESE)
    assert (english[0], chinese[0]) == (CHINESE, ENGLISH)
    assert english[1:] == chinese[1:]


@pytest.mark.parametrize("kind", ["operations", "parts"])
def test_both_have_the_same_rows(kind: str) -> None:
    pattern = re.compile(r"^(``\w+``) +(``/\S+``) " if kind == "operations" else r"^   \* - (``.*``)$", re.MULTILINE)

    def rows(name: str) -> list[Any]:
        return [str(row).replace("、", ", ") for row in pattern.findall(page(name))]

    assert rows(ENGLISH) == rows(CHINESE) != []


def test_the_chinese_table_says_what_the_rows_say() -> None:
    row = re.compile(r"^``(\w+)`` +``(/\S+)`` +(需要)? *(\S.*)$", re.MULTILINE)
    told = [(name, path, bool(needed), title) for name, path, needed, title in row.findall(page(CHINESE))]
    assert told == [(row.name, row.path, row.certificate, row.chinese) for row in catalogue.operations()]
