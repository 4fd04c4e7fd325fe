"""Every row of the mapping's tables has its rule here: what is documented there is implemented, lost or refused here.

Read from the reference where it lies beside the project; the rows themselves are held by the tests of each family.
``python -m tests.upgrade.test_mapping_rows`` prints the table: section, field, what becomes of it, how sure that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.upgrade.conftest import MAPPING
from wxpay_v2.upgrade import catalogue, error_codes, notifications
from wxpay_v2.upgrade.rules import NoEquivalent, Rule, Upgrade

# Section -> the operations whose rules answer for it.
SECTIONS = {
    "1.1": ("unified_order", "order_query"),
    "1.2": ("unified_order", "order_query"),
    "3.1": ("unified_order",),
    "3.2": ("micropay", "order_query"),
    "3.3": ("order_query",),
    "3.4": ("close_order",),
    "3.5": ("reverse",),
    "3.6": ("refund",),
    "3.7": ("refund_query",),
    "3.8": ("download_bill", "download_fund_flow"),
    "3.9": ("settlement_query",),
    "3.10": ("customs_declare", "customs_declare_query", "customs_redeclare"),
    "3.11": ("add_institution_sub", "query_institution_sub", "modify_institution_sub"),
    "3.12": (
        "profit_sharing", "multi_profit_sharing", "profit_sharing_query", "profit_sharing_add_receiver",
        "profit_sharing_return", "profit_sharing_order_amount_query",
    ),
    "7": ("payment notification", "refund notification"),
}  # fmt: skip

# Rows that are about something else than a field with a rule of its own, and where they are held.
ELSEWHERE = {
    "sign": "signatures are no part of what a rule sees",
    "sub_openid": "told with openid",
    "version": "of the envelope",
    "notify_url": "rows of the request",
    "detail": "tests of goods",
    "mcc": "upgrade.goods.category_code",
    "goods_detail": "upgrade.goods",
    "scene_info": "upgrade.goods.SCENE",
    "promotion_detail": "upgrade.discounts",
    "receipt_id": "upgrade.goods",
    "cost_price": "upgrade.goods",
    "no_credit": "a value of limit_pay",
    "relation_type": "inside receiver: upgrade.profit_sharing",
    "custom_relation": "inside receiver: upgrade.profit_sharing",
    "receiver_account": "inside receivers: upgrade.profit_sharing",
    "receiver_mchid": "inside receivers: upgrade.profit_sharing",
}


@cache
def rules(operation: str) -> tuple[Rule, ...]:
    """The rules of an operation, its further calls included, or of a notification."""
    if operation.endswith("notification"):
        return {"payment": notifications.PAYMENT, "refund": notifications.REFUND}[operation.split()[0]].answer
    row = catalogue.find(operation)
    assert isinstance(row, Upgrade), operation
    steps = (*row.before, *row.after)
    return (*row.request, *row.answer, *(rule for step in steps for rule in (*step.request, *step.answer)))


def told() -> Iterator[tuple[str, str, str]]:
    """Section, name of the v2 field, and the row's mark."""
    section = ""
    for line in MAPPING.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"#+ (\d+(?:\.\d+)*)", line)
        if heading:
            section = heading.group(1)
        elif line.startswith("|") and section:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            for name in re.findall(r"`([a-z][a-z_$0-9nm]*)`", cells[0]):
                yield section, name, cells[-1]


def fates(section: str, name: str) -> set[str]:
    """What becomes of the field, in the operations of the section."""
    found = set()
    family = re.sub(r"_0$", "_$n", name)
    for operation in SECTIONS.get(section, ()):
        for rule in rules(operation):
            if {name, family} & set(rule.names) or any(
                each.replace("_$n", "").replace("_$m", "") == name for each in rule.names
            ):
                found.add(f"{rule.kind}, {rule.basis}")
    return found


ROWS = sorted(set(told()))
OURS = [(section, name, mark) for section, name, mark in ROWS if section in SECTIONS]


@pytest.mark.parametrize(("section", "name", "mark"), OURS, ids=[f"{section}-{name}" for section, name, _ in OURS])
def test_every_row_of_the_mapping_has_a_rule(section: str, name: str, mark: str) -> None:
    assert fates(section, name) or name in ELSEWHERE, f"{section}: nobody knows what becomes of {name}"


def test_every_operation_of_the_mapping_is_carried_or_refused_with_a_reason() -> None:
    for name in catalogue.CARRIED:
        assert isinstance(catalogue.find(name), Upgrade)
    for name in ("query_exchange_rate", "report", "short_url", "auth_code_to_openid"):
        row = catalogue.find(name)
        assert isinstance(row, NoEquivalent)
        assert row.reason
        assert row.remedy


def codes() -> list[str]:
    """The v3 codes of the table of errors."""
    table = MAPPING.read_text(encoding="utf-8").partition("## 6. Errors")[2].partition("v3 spells the same")[0]
    rows = [line.strip("|").split("|")[1] for line in table.splitlines() if line.startswith("|")][2:]
    return sorted({code for cell in rows for code in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bORDERPAID\b", cell)})


@pytest.mark.parametrize("code", codes())
def test_every_error_of_the_mapping_has_a_code_in_v2(code: str) -> None:
    assert any(rule.code == error_codes.normal(code) for rule in error_codes.CODES)


if __name__ == "__main__":
    for section, name, _ in OURS:
        print(f"{section:5} {name:32} {'; '.join(sorted(fates(section, name))) or ELSEWHERE.get(name, 'MISSING')}")
