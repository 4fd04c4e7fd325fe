"""The rows themselves: nothing of v2 is forgotten, and nothing is misspelt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.upgrade.cases import upgrade
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER, Field
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.rules import CONVERT, DOCUMENTED, DROP, INFERRED, MOVE, REFUSE, SUPPLY, NoEquivalent, Rule
from wxpay_v2.upgrade.statement_columns import LOST
from wxpay_v2.v2 import catalogue as v2_catalogue
from wxpay_v2.v3 import catalogue as v3_catalogue

CARRIED = sorted(catalogue.CARRIED)
REGIONS = (GLOBAL, MAINLAND)
MODES = {GLOBAL: (DIRECT, INSTITUTION), MAINLAND: (DIRECT, SERVICE_PROVIDER)}


def _paths(rows: tuple[Field, ...], before: str = "") -> Iterator[str]:
    for row in rows:
        yield before + row.name
        yield from _paths(row.fields, f"{before}{row.name}.")


def _places(name: str, side: str, rule: Rule, targets: tuple[str, ...]) -> set[str]:
    """Every place there is in the v3 calls for which *rule* holds."""
    found: set[str] = set()
    for region in rule.regions or REGIONS:
        for target in targets:
            if target in v3_catalogue.NAMES[region] and (not rule.targets or target in rule.targets):
                found.update(_paths(getattr(v3_catalogue.find(region, target), side)))
    return found


def _rows(name: str) -> Iterator[tuple[tuple[str, ...], tuple[Rule, ...], tuple[Rule, ...]]]:
    """The rules of a call and of the steps beside it, with the names of their targets."""
    row = upgrade(name)
    yield tuple(target.name for target in row.targets), row.request, row.answer
    for step in (*row.before, *row.after):
        yield (step.target.name,), step.request, step.answer


@pytest.mark.parametrize("name", CARRIED)
def test_a_row_stands_under_its_operations_name(name: str) -> None:
    assert upgrade(name).operation == v2_catalogue.find(name).name == name


@pytest.mark.parametrize("name", CARRIED)
def test_every_field_of_a_v2_request_has_a_rule(name: str) -> None:
    ruled = {rule.v2 for rule in upgrade(name).request}
    assert {field.name for field in v2_catalogue.find(name).request} - ruled <= {"sign"}


@pytest.mark.parametrize("name", CARRIED)
def test_every_field_of_a_v2_answer_is_given_or_dropped(name: str) -> None:
    ruled = {given for rule in upgrade(name).answer for given in rule.names}
    assert {field.name for field in v2_catalogue.find(name).response} - ruled <= {"sign"}


@pytest.mark.parametrize("name", CARRIED)
def test_in_every_region_and_mode_a_v2_answer_is_given_or_dropped(name: str) -> None:
    row, asked = upgrade(name), v2_catalogue.find(name)
    for target in row.targets:
        for region in target.regions or REGIONS:
            for mode in target.modes or MODES[region]:
                ruled = {given for rule in row.answer if rule.holds(region, mode, target.name) for given in rule.names}
                wanted = {field.name for field in asked.response if not field.modes or mode in field.modes}
                forgotten = wanted - ruled - {"sign", *_OF_OTHERS}
                assert not forgotten, (region, mode, target.name, forgotten)


_OF_OTHERS = ("sub_openid", "sub_is_subscribe", "sub_mch_id", "sub_appid")  # a direct merchant's answer has none


@pytest.mark.parametrize("name", CARRIED)
def test_rules_name_fields_that_v2_has(name: str) -> None:
    row, asked = upgrade(name), v2_catalogue.find(name)
    sent = {field.name for field in asked.request} | {"version", "nonce_str", "sign_type", *asked.ids.values()}
    told = {field.name for field in asked.response} | _ENVELOPE | LOST.keys()
    for rule in row.request:
        assert rule.kind == SUPPLY or rule.v2 in sent, rule
        assert not rule.when or rule.when[0] in sent, rule
    for rule in row.answer:
        for given in rule.names:
            assert given.partition(".")[0] in told, rule
        assert not rule.when or rule.when[0] in sent, rule
    for target in (*row.targets, *(step.target for step in (*row.before, *row.after))):
        assert not target.when or target.when[0] in sent, target


_ENVELOPE = {
    "return_code", "return_msg", "result_code", "nonce_str", "sign", "err_code", "err_code_des", "appid", "mch_id",
    "sub_appid", "sub_mch_id",
}  # fmt: skip


@pytest.mark.parametrize("name", CARRIED)
def test_rules_name_places_that_v3_has(name: str) -> None:
    for targets, request, answer in _rows(name):
        for side, rules in (("request", request), ("response", answer)):
            for rule in rules:
                if rule.kind not in (MOVE, CONVERT) and not (rule.kind == SUPPLY and side == "request"):
                    continue
                places = _places(name, side, rule, targets)
                assert any(path == "." or path in places for path in rule.v3.split("|")), (targets, rule)


@pytest.mark.parametrize("name", CARRIED)
def test_targets_are_calls_that_v3_has(name: str) -> None:
    row = upgrade(name)
    for target in (*row.targets, *(step.target for step in (*row.before, *row.after))):
        for region in target.regions or REGIONS:
            found = v3_catalogue.find(region, target.name)
            for mode in target.modes:
                assert mode in MODES[region]
                assert mode in found.modes


@pytest.mark.parametrize("name", CARRIED)
def test_rules_are_limited_to_regions_modes_and_targets_that_there_are(name: str) -> None:
    for targets, request, answer in _rows(name):
        for rule in (*request, *answer):
            assert set(rule.regions) <= set(REGIONS)
            assert set(rule.modes) <= {DIRECT, INSTITUTION, SERVICE_PROVIDER}
            assert set(rule.targets) <= set(targets), rule


@pytest.mark.parametrize("name", CARRIED)
def test_rules_say_why_and_on_what_ground(name: str) -> None:
    for _, request, answer in _rows(name):
        for rule in (*request, *answer):
            assert rule.basis in (DOCUMENTED, INFERRED)
            assert rule.reason or rule.kind not in (DROP, REFUSE, SUPPLY), rule


@pytest.mark.parametrize("name", CARRIED)
def test_where_no_call_of_v3_fits_the_row_says_what_to_do_otherwise(name: str) -> None:
    row = upgrade(name)
    reached = {
        (region, mode)
        for target in row.targets
        for region in target.regions or REGIONS
        for mode in target.modes or MODES[region]
    }
    if reached != {(region, mode) for region in REGIONS for mode in MODES[region]}:
        assert row.otherwise is not None
        assert row.otherwise.reason
        assert row.otherwise.remedy


def test_every_v2_operation_is_carried_or_told_why_not() -> None:
    for name in v2_catalogue.NAMES:
        found = catalogue.find(name)
        if isinstance(found, NoEquivalent):
            assert found.operation == name
            assert found.reason
            assert found.remedy
            assert found.basis in (DOCUMENTED, INFERRED)


def test_what_is_absent_is_an_operation_of_v2_and_not_carried() -> None:
    assert catalogue.ABSENT.keys() <= set(v2_catalogue.NAMES)
    assert not catalogue.ABSENT.keys() & catalogue.CARRIED.keys()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("transfers", "/v3/fund-app/mch-transfer/transfer-bills"),
        ("send_coupon", "/v3/marketing/favor"),
        ("query_exchange_rate", "over_v2"),
        ("report", "leave the call out"),
    ],
)
def test_the_remedy_names_what_official_pages_offer_instead(name: str, word: str) -> None:
    found = catalogue.find(name)
    assert isinstance(found, NoEquivalent)
    assert word in found.remedy
