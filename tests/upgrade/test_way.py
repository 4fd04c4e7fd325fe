"""What is put together once for all calls of an operation says what its rows say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.upgrade import cases as c
from wxpay_v2.errors import InvalidRequest, Malformed
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade.case import Case, chosen
from wxpay_v2.upgrade.catalogue import ABSENT, CARRIED
from wxpay_v2.upgrade.plan import NOT_AS_DOCUMENTED, Plan
from wxpay_v2.upgrade.rules import Rule, Said, Upgrade, drop, move, supply
from wxpay_v2.upgrade.way import Road, way_of
from wxpay_v2.v2 import catalogue as v2_catalogue

MODES = ((GLOBAL, DIRECT), (GLOBAL, INSTITUTION), (MAINLAND, DIRECT), (MAINLAND, SERVICE_PROVIDER))


def _case(name: str, road: Road, before: tuple[Road, ...], region: str, mode: str) -> Case:
    """Return a call with every field that the row knows but those by which a road *before* this one is taken."""
    names = {rule.v2 for rule in c.upgrade(name).request if rule.kind != "supply"}
    fields = dict.fromkeys(sorted(names - {other.when[0] for other in before if other.when}), "1")
    if road.when:
        fields[road.when[0]] = road.when[1] if len(road.when) > 1 else "1"
    row, ours = v2_catalogue.find(name), c.merchant(sub=mode != DIRECT)
    return Case(row, fields, ours, region, None, road.target, mode)  # type: ignore[arg-type]


def _told(rule: Rule | None) -> tuple[Any, ...] | None:
    return rule and (rule.kind, rule.v2, rule.v3, rule.how, rule.source, rule.reason)


def _answer(plan: Plan, case: Case) -> dict[str, str] | str:
    """Return v2's fields of an answer that says nothing, or why there are none."""
    case.answer = {}
    try:
        return plan.fields(case)
    except (InvalidRequest, Malformed, *NOT_AS_DOCUMENTED) as error:
        return str(error)


@pytest.mark.parametrize(("region", "mode"), MODES)
@pytest.mark.parametrize("name", CARRIED)
def test_a_road_s_plan_says_what_the_rows_say_of_a_request_that_takes_it(name: str, region: str, mode: str) -> None:
    rows = c.upgrade(name)
    roads = way_of(v2_catalogue.find(name), region, mode).roads
    for at, road in enumerate(roads):
        case = _case(name, road, roads[:at], region, mode)
        found = chosen(case, rows.targets)
        assert found is not None and found.name == road.target
        whole = Plan(name, rows, region, mode, road.target)
        for field in (*case.fields, "unheard_of"):
            assert _told(road.plan.fate(field, case)) == _told(whole.fate(field, case)), field
        assert [*map(_told, road.plan.supplied(case))] == [*map(_told, whole.supplied(case))]
        assert road.plan.losses(case) == whole.losses(case)
        assert _answer(road.plan, case) == _answer(whole, case)


def _plan(*answer: Rule, request: tuple[Rule, ...] = (), given: tuple[str, ...] = ()) -> Plan:
    rows = Upgrade("order_query", targets=(), request=request, answer=answer)
    return Plan("order_query", rows, MAINLAND, DIRECT, "", given)


@pytest.mark.parametrize(
    ("given", "when", "holds"),
    [
        (("kind", "A"), ("kind", "A", "B"), True),
        (("kind", "A", "B"), ("kind", "A", "B"), True),
        (("kind", "A"), ("kind", "B"), False),
        (("kind", "A"), ("kind",), True),
        (("kind",), ("kind",), True),
        (("kind", "A", "B"), ("kind", "A"), None),
        (("kind",), ("kind", "A"), None),
        (("other", "A"), ("kind", "A"), None),
        ((), ("kind", "A"), None),
    ],
)
def test_a_condition_that_is_known_is_not_asked_again(
    given: tuple[str, ...], when: tuple[str, ...], holds: bool | None
) -> None:
    plan = _plan(drop("lost", "gone", when=when), request=(move("body", when=when),), given=given)
    for kind in ("A", "B", "C"):
        case = c.case("order_query", {"kind": kind, "body": "Tea"})
        expected = case.meets(when) if holds is None else holds
        assert (plan.fate("body", case) is not None) == expected
        assert plan.losses(case) == ({"lost": "gone"} if expected else {})
    assert plan.document(case, whole=False) == ({"body": "Tea"} if expected else {})


def test_what_the_answer_tells_wins_over_what_is_said_again() -> None:
    plan = _plan(
        supply("return_code", Said("SUCCESS"), "stated"), supply("body", Said(field="body"), "again"), move("body"),
        supply("attach", Said(field="attach"), "again"),
    )  # fmt: skip
    case = c.case("order_query", {"body": "Tea"})
    case.document = {"body": "Coffee"}
    assert plan.fields(case) == {"return_code": "SUCCESS", "body": "Coffee"}
    case.document, case.answer = {}, {}
    assert plan.fields(case) == {"return_code": "SUCCESS", "body": "Tea"}


@pytest.mark.parametrize("name", sorted(ABSENT)[:3])
def test_what_is_not_carried_has_no_road(name: str) -> None:
    way = way_of(v2_catalogue.find(name), GLOBAL, DIRECT)
    assert way.upgrade is ABSENT[name] and not way.roads
