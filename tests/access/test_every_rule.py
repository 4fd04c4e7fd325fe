"""Every rule of access: the wrong example is refused in the words of the table, the right one passes."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from tests.access.cases import RULED, faults, merchant, operation, refusal
from tests.access.table import BEGIN, END, PAGE, RULES, Example, printed
from wxpay_v2.access import checking
from wxpay_v2.errors import NotSent
from wxpay_v2.operation import Field
from wxpay_v2.v2 import catalogue

ACCESS = Path(checking.__file__).parent
every_rule = pytest.mark.parametrize("example", RULES, ids=[f"{row.rule}-{row.call}-{row.mode}" for row in RULES])


@every_rule
def test_the_wrong_example_is_refused_in_these_words(example: Example) -> None:
    who = merchant(example.mode, currency=example.currency)
    error = refusal(example.call, who=who, region=example.region, **example.wrong)
    assert isinstance(error, NotSent)
    (fault,) = error.faults
    assert (fault, fault.rule, fault.remedy) == (example.message, example.rule, example.remedy)  # type: ignore[attr-defined]
    assert error.message == example.message.replace("\n", " ")
    assert error.remedy == example.remedy
    assert str(error) == f"{example.call}: {example.message} ({example.remedy})"


@every_rule
def test_the_right_example_passes(example: Example) -> None:
    mode, region = example.right_mode or example.mode, example.right_region or example.region
    who = merchant(mode, currency=example.currency)
    assert faults(example.call, who=who, region=region, **example.right) == ()


def test_s7_a_code_an_openid_and_a_query_are_not_quoted() -> None:
    for example in RULES:
        for name in ("auth_code", "openid", "sub_openid"):
            if example.rule.startswith(name) and "placeholder" not in example.rule:
                assert example.wrong.get(name, "-" * 9) not in example.message + example.remedy
    (query,) = faults("unified_order", notify_url="https://shop.example/pay?token=hidden")
    (user,) = faults("unified_order", notify_url="https://me:hidden@shop.example/pay")
    assert "hidden" not in query + user


def written_rules() -> set[str]:
    """The ids that the sources of the rules write; a "*" stands for what a rule fills in."""
    found = set()
    for source in ACCESS.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
                else:
                    assert isinstance(first, ast.JoinedStr)
                    parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in first.values]
                    found.add("".join(parts))
    return found


def test_the_table_has_every_rule_that_the_sources_know() -> None:
    listed = {example.rule for example in RULES}
    families = {rule.partition(".")[0] for rule in listed}
    helpers = {"refund.too_late", "reverse.too_soon"}  # said by functions of their own: see test_windows.py
    for rule in written_rules() - helpers:
        if "*" not in rule:
            assert rule in listed
        elif not rule.startswith("*"):
            assert rule.partition(".")[0] in families


def test_the_documentation_prints_this_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    shown = text.partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == printed().strip(), "run: python -m tests.access.table"


def test_a_fault_is_a_sentence_that_survives_pickling() -> None:
    (fault,) = faults("unified_order", notify_url="http://127.0.0.1/pay")
    copied = pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own bytes
    assert (copied, copied.rule, copied.field) == (str(fault), "notify_url.loopback", "notify_url")
    assert copied.remedy == fault.remedy
    error = refusal("unified_order", notify_url="http://127.0.0.1/pay")
    revived = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert revived.faults[0].rule == "notify_url.loopback"


# The rows say which field is held to which rule.


def levels(fields: tuple[Field, ...]) -> list[Field]:
    return [row for field in fields for row in (field, *levels(field.fields))]


def test_the_catalogue_names_only_rules_that_exist() -> None:
    named = {row.rule for call in catalogue.operations() for row in levels(call.request) if row.rule}
    assert named <= checking.RULES.keys()


@pytest.mark.parametrize("name", RULED)
def test_a_field_is_held_to_its_rule_wherever_it_is_sent(name: str) -> None:
    rows = {call.name: row for call in catalogue.operations() for row in call.request if row.name == name}
    assert rows, "no operation sends it"
    assert {call: row.rule for call, row in rows.items() if row.rule != RULED[name]} == {}


def test_every_rule_holds_some_field() -> None:
    assert set(RULED.values()) == checking.RULES.keys()
    assert operation("order_query").field("out_trade_no").rule == ""  # type: ignore[union-attr]
