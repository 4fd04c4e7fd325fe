"""Every row of the mapping from API v2 to API v3 is carried, refused or lost as `mapping_table.txt` says, none missing.

``python -m tests.upgrade.test_mapping_table MAPPING.md`` compares the table with that of the reference.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wxpay_v2.operation import GLOBAL, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.operation import INSTITUTION as FOR_SUB
from wxpay_v2.upgrade import catalogue, error_codes
from wxpay_v2.upgrade.rules import CONVERT, DOCUMENTED, DROP, INFERRED, MOVE, REFUSE, SUPPLY, NoEquivalent, Rule
from wxpay_v2.upgrade.rules import Upgrade as Row
from wxpay_v2.v3 import catalogue as v3_catalogue

TABLE = Path(__file__).with_name("mapping_table.txt")
REGIONS = {"G": (GLOBAL,), "M": (MAINLAND,)}
ONE = ("refund_query_by_id", "refund_query_by_out_refund_no")
CALLS = {"one": ONE, "all": ("refund_query_all",)}
KINDS = {"-": (DROP, False), "~": (DROP, True), "!": (REFUSE, False)}


def table() -> Iterator[tuple[str, str, str, str, list[str]]]:
    """Every row: section, operation, mark, row, fates."""
    section = operation = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section, operation = line.strip("[]").split()
        elif line and not line.startswith("#"):
            mark, row, fates = line.split(" | ", 2)
            yield section, operation, mark, row, fates.split("; ")


FATES = [
    pytest.param(operation, fate, id=f"{section} {row[:40]} {number}".translate({ord("["): "", ord("]"): ""}))
    for section, operation, _, row, fates in table()
    for number, fate in enumerate(fates)
]
RULE = re.compile(
    r"(?P<operation>\w*)(?P<side>[<>])(?P<names>[^=+~!@?-]+|Idempotency-Key)(?P<kind>[=+~!-])(?P<rest>.*)"
)


def ours(operation: str) -> Row:
    found = catalogue.find(operation)
    assert isinstance(found, Row), operation
    return found


def _rules(operation: str, side: str) -> list[Rule]:
    row = ours(operation)
    rows = [row, *row.before, *row.after]
    return [rule for one in rows for rule in (one.request if side == ">" else one.answer)]


def _where(limits: list[str]) -> dict[str, Any]:
    """The regions, access mode and v3 call that a fate names, each by one that it must hold in."""
    regions = next((REGIONS[one] for one in limits if one in REGIONS), (GLOBAL, MAINLAND))
    mode = next((one for one in limits if one in ("direct", "sub")), "")
    targets = next((CALLS[one] for one in limits if one in CALLS), ("",))
    return {"regions": regions, "mode": mode, "targets": targets}


def _holds(rule: Rule, region: str, mode: str, target: str) -> bool:
    modes = {"": (), "direct": ("direct",), "sub": (FOR_SUB if region == GLOBAL else SERVICE_PROVIDER,)}[mode]
    return (
        (not rule.regions or region in rule.regions)
        and (not modes or not rule.modes or modes[0] in rule.modes)
        and (not target or not rule.targets or target in rule.targets)
    )


def _regions_of(operation: str) -> set[str]:
    targets = ours(operation).targets
    return {region for target in targets for region in (target.regions or (GLOBAL, MAINLAND))}


def _places(operation: str) -> set[tuple[str, str]]:
    """Region and v3 call of every call of an operation."""
    return {
        (region, target.name) for target in ours(operation).targets for region in (target.regions or (GLOBAL, MAINLAND))
    }


def _check_rule(operation: str, side: str, names: str, kind: str, rest: str) -> None:
    rest, *limits = rest.split("@")
    inferred = rest.endswith("?")
    path = rest.removesuffix("?")
    where = _where(limits)
    checked = 0
    for name in names.split(","):
        for region in set(where["regions"]) & _regions_of(operation):
            for target in where["targets"]:
                if target and (region, target) not in _places(operation):
                    continue
                checked += 1
                held = [rule for rule in _rules(operation, side) if _holds(rule, region, where["mode"], target)]
                fits = [rule for rule in held if _fits(rule, side, name, kind, path)]
                assert fits, f"{operation}: no rule says {side}{name}{kind}{path} in {region} {where['mode']} {target}"
                bases = {rule.basis for rule in fits}
                assert (INFERRED if inferred else DOCUMENTED) in bases, f"{fits} is {bases}"
    assert checked, f"{operation} is never made in {limits}"


def _fits(rule: Rule, side: str, name: str, kind: str, path: str) -> bool:
    if kind == "=":
        same = rule.v3 == path or path in rule.v3.split("|")
        return rule.kind in (MOVE, CONVERT) and name in rule.names and same
    if kind == "+":
        return rule.kind == SUPPLY and name == (rule.v3 if side == ">" else rule.v2) and bool(rule.reason)
    wanted, harmless = KINDS[kind]
    return rule.kind == wanted and rule.v2 == name and bool(rule.reason) and rule.harmless is harmless


def _check_call(operation: str, words: str) -> None:
    call, *limits = words.split("@")
    method, path = call.split()
    row = ours(operation)
    targets = [*row.targets, *(step.target for step in (*row.before, *row.after))]
    for region in _where(limits)["regions"]:
        found = {
            (there.method, there.path)
            for target in targets
            if not target.regions or region in target.regions
            for there in (v3_catalogue.find(region, target.name),)
        }
        assert (method, path) in found, f"{operation} goes to {found} in {region}"


def _check_absence(operation: str, limits: list[str]) -> None:
    found = catalogue.find(operation)
    if not isinstance(found, NoEquivalent):
        reached = {region for target in found.targets for region in (target.regions or (GLOBAL, MAINLAND))}
        assert limits and not reached & set(_where(limits)["regions"]), f"{operation} is carried in {reached}"
        assert found.otherwise is not None
        found = found.otherwise
    assert found.reason and found.remedy


def _check_code(operation: str, kind: str, code: str, wanted: str) -> None:
    told = error_codes.rendered(ours(operation).family, code, "words of v3")
    if kind == "fault":
        assert (told["return_code"], told.get("result_code")) == ("FAIL", None)
        assert wanted in (told.get("err_code"), told["return_msg"])
        return
    assert (told["return_code"], told["result_code"], told["err_code"]) == ("SUCCESS", "FAIL", wanted)
    assert told["err_code_des"] == "words of v3"


@pytest.mark.parametrize(("operation", "fate"), FATES)
def test_each_row_is_carried_refused_or_lost_as_it_says(operation: str, fate: str) -> None:
    if fate == "new":
        return
    if fate.startswith("see "):
        module, _, name = fate.removeprefix("see ").partition("::")
        assert callable(getattr(importlib.import_module(f"tests.{module}"), name, None)), fate
        return
    said = re.fullmatch(r"(\w*?) ?(code|fault) (\w+)=(.+)", fate)
    if said:
        _check_code(said[1] or operation, *said.groups()[1:])
        return
    called = re.fullmatch(r"(\w*?) ?via (.+)", fate)
    if called:
        _check_call(called[1] or operation, called[2])
        return
    absent = re.fullmatch(r"(\w+) none((?:@\w)*)", fate)
    if absent:
        _check_absence(absent[1], absent[2].split("@")[1:])
        return
    rule = RULE.fullmatch(fate)
    assert rule is not None, fate
    _check_rule(rule["operation"] or operation, rule["side"], rule["names"], rule["kind"], rule["rest"])


def test_a_row_that_is_matched_by_meaning_is_told_as_inferred() -> None:
    """But for those whose rule only says that a thing is lost, or that several things became one."""
    surer = set()
    for section, operation, mark, row, fates in table():
        rules = [fate for fate in fates if RULE.fullmatch(fate)]
        certain = rules and not any("?" in fate for fate in rules) and any("=" in fate for fate in rules)
        if mark in ("I", "S") and certain:
            surer.add(f"{section} {row}")
        assert mark in "DISLN", (section, operation, row)
    assert surer == SURER


# Matched by meaning, and told in a family or an object with what is documented.
SURER = {
    "3.1 scene_info.h5_info",
    "3.7 coupon_refund_fee_$n",
    "3.7 coupon_refund_count_$n",
    "3.7 coupon_refund_id_$n_$m, coupon_type_$n_$m, coupon_refund_fee_$n_$m",
    "3.7 settlement_refund_fee_$n",
    "3.7 refund_fee_type_$n (v2 Global)",
    "3.7 refund_fee (sum; sent though undocumented)",
    "3.7 refund_account_0",
    "3.9 row element setteinfo_$n (nested XML; the pages print one flat row)",
    "3.9 split_settlement_fee, split_unsettlement_fee",
    "6 200 trade_state USERPAYING",
}


def test_a_fate_that_is_not_so_is_found() -> None:
    for operation, fate in (
        ("refund", ">total_fee=amount.refund"), ("refund", ">total_fee-"), ("refund", ">total_fee=amount.total?"),
        ("refund", "<settlement_total_fee=amount.settlement_total@G"), ("refund", "code NOT_ENOUGH=NOAUTH"),
        ("refund", "via POST /v3/global/refund@G"), ("refund", "refund none@G"), ("order_query", "<nobody+"),
        ("settlement_query", ">limit=limit@M"), ("refund", "fault PARAM_ERROR=PARAM_ERROR"),
        ("refund", "see upgrade.cases::nobody"), ("refund", "what?"),
    ):  # fmt: skip
        with pytest.raises((AssertionError, KeyError)):
            test_each_row_is_carried_refused_or_lost_as_it_says(operation, fate)


def counted() -> dict[str, int]:
    """How many rows there are by their mark, and by what becomes of them."""
    told = {"rows": 0, "carried": 0, "refused": 0, "lost": 0, "new": 0, "documented": 0, "inferred": 0}
    for _, _, mark, _, fates in table():
        told["rows"] += 1
        told["documented" if mark == "D" else "inferred" if mark in "IS" else "rows"] += mark in "DIS"
        if fates == ["new"]:
            told["new"] += 1
        elif all(re.search(r" none(@\w)?$|!$", fate) for fate in fates):
            told["refused"] += 1
        elif mark == "L" or all(fate.rstrip("?").split("@")[0].rstrip("?").endswith("-") for fate in fates):
            told["lost"] += 1
        else:
            told["carried"] += 1
    return told


def test_the_counts_add_up() -> None:
    told = counted()
    assert told["rows"] == told["carried"] + told["refused"] + told["lost"] + told["new"] == 338


def _of_the_reference(text: str) -> list[tuple[str, str]]:
    """Section and first cell of every row of sections 1 to 6 of the reference."""
    section, found, lines = "", [], text.splitlines()
    for place, line in enumerate(lines):
        heading = re.match(r"#+ (\d+(?:\.\d+)*)\.? ", line)
        section = heading[1] if heading else section
        ruled = "|" in line and set(line) <= set("|- ")
        below = lines[place + 1] if place + 1 < len(lines) else ""
        titles = "|" in below and set(below) <= set("|- ")
        if line.startswith("|") and section[:1] in tuple("123456") and not ruled and not titles:
            cells = [cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")]
            found.append((section, " ".join(cells[:2]) if section == "6" else cells[0]))
    return found


def compared(text: str) -> list[str]:
    """What the reference has and the table has not, or the other way round, or in another order."""
    theirs, ours = _of_the_reference(text), [(section, row) for section, _, _, row, _ in table()]
    import difflib

    lines = difflib.unified_diff([" | ".join(one) for one in theirs], [" | ".join(one) for one in ours], n=0)
    return list(lines)


if __name__ == "__main__":
    print(counted())
    different = compared(Path(sys.argv[1]).read_text(encoding="utf-8")) if len(sys.argv) > 1 else []
    sys.exit("\n".join(different) or 0)
