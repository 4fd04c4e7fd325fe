"""Every scenario over API v2 and over API v3: the answers in v2's shape are equal, but for the losses.

``python -m tests.upgrade.test_differential`` runs all of them and prints how many fields were compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from tests.upgrade.scenarios import SCENARIOS
from tests.upgrade.worlds import PLACES, Noted, World

# Made anew by each gateway: there in both, and not the same.
OWN = ("nonce_str", "sign", "prepay_id", "code_url", "mweb_url", "transaction_id", "refund_id", "sign_type")
# What API v3 tells and v2 does not, in words: no caller of v2 misses it, and none is misled by it.
MORE = {
    # v2 tells discounts in JSON for orders of version 1.0 only.
    "order_query": ("promotion_detail",),
    "payment event": ("return_msg", "promotion_detail"),
    "refund": ("refund_fee_type", "fee_type", "cash_refund_fee_type", "cash_refund_fee", "settlement_total_fee"),
    "refund_query": ("refund_fee_type_0", "refund_fee_type_1", "refund_fee_type_2", "cash_fee_type"),
    "refund event": ("cash_refund_fee",),
    "micropay": (),
}
# Codes that API v3 has no other word for. Each means that nothing was done, by either.
ALLOWED = {
    ("close_order", "ORDERPAID", "INVALID_REQUEST"): "mainland v3 lists no code for closing what is paid",
    ("unified_order", "ORDERPAID", "INVALID_REQUEST"): "mainland v3 lists no code for placing what is paid",
    ("refund", "INVALID_REQUEST", "ORDERNOTEXIST"): "v3's RESOURCE_NOT_EXISTS is for orders that are not paid, too",
    ("refund", "ERROR", "INVALID_REQUEST"): "v3 has no code of its own for a refund over what is left",
}
COMPARED: Counter[str] = Counter()
COUNTED = "differential"


def both(name: str, region: str, mode: str) -> tuple[list[Noted], list[Noted]]:
    worlds = World(2, region, mode), World(3, region, mode)
    for world in worlds:
        SCENARIOS[name](world)
        world.close()
    return worlds[0].notes, worlds[1].notes


def differences(old: Noted, new: Noted) -> list[str]:
    """What differs, in words; what is lost and said to be is none."""
    if (old.what, old.kind) != (new.what, new.kind):
        return [f"{old} against {new}"]
    found = []
    for name in sorted(old.fields.keys() | new.fields.keys()):
        COMPARED["fields"] += 1
        here, there = old.fields.get(name), new.fields.get(name)
        if here is None:
            if name not in MORE.get(old.what, ()):
                found.append(f"{name}: only v3 tells {there!r}")
        elif there is None:
            COMPARED["lost"] += 1
            if not new.losses.of(name):
                found.append(f"{name}: v2 tells {here!r}, v3 nothing, and no loss says so")
        elif (old.what, here, there) in ALLOWED:
            COMPARED["allowed"] += 1
        elif here != there and name.rstrip("0123456789").rstrip("_") not in OWN:
            found.append(f"{name}: {here!r} against {there!r}")
    return found


def found_in(name: str, region: str, mode: str) -> dict[str, list[str]]:
    """What differs in a scenario, by the call."""
    old, new = both(name, region, mode)
    assert [note.what for note in old] == [note.what for note in new]
    COMPARED["scenarios"] += 1
    COMPARED["calls"] += len(old)
    return {
        f"{place} {a.what}": told
        for place, (a, b) in enumerate(zip(old, new, strict=True))
        if (told := differences(a, b))
    }


def told(counts: Mapping[str, int]) -> str:
    """What was compared, in a sentence."""
    return (
        f"v2 against v3: {counts['scenarios']} runs of {len(SCENARIOS)} scenarios in {len(PLACES)} places, "
        f"{counts['calls']} answers and events, {counts['fields']} fields compared, {counts['lost']} of them lost as "
        f"said, {counts['allowed']} codes with a reason"
    )


@pytest.mark.parametrize(("region", "mode"), PLACES, ids=[f"{region}-{mode}" for region, mode in PLACES])
@pytest.mark.parametrize("name", SCENARIOS)
def test_both_versions_tell_a_caller_of_v2_the_same(
    name: str, region: str, mode: str, record_property: Callable[[str, object], None]
) -> None:
    before = COMPARED.copy()
    assert found_in(name, region, mode) == {}
    record_property(COUNTED, dict(COMPARED - before))  # the summary adds them up, over all processes


def test_a_difference_would_be_found() -> None:
    told = {"total_fee": "1", "rate": "5", "sign": "a"}
    assert differences(Noted("refund", "done", told), Noted("refund", "done", {**told, "sign": "b"})) == []
    assert differences(Noted("refund", "done", told), Noted("refund", "done", {**told, "total_fee": "2"}))
    assert differences(Noted("refund", "done", told), Noted("refund", "done", {"total_fee": "1", "sign": "a"}))
    assert differences(Noted("refund", "done", told), Noted("refund", "Refused", told))
    assert differences(Noted("refund", "done", {}), Noted("refund", "done", {"refund_status_0": "SUCCESS"}))


if __name__ == "__main__":
    wrong = [(name, *place) for name in SCENARIOS for place in PLACES if found_in(name, *place)]
    print(told(COMPARED), f"different without one: {wrong}", sep="; ")
