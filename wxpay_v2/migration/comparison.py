"""Two answers to one question, v2's and v3's in v2's shape: equal, different for a known reason, or different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wxpay_v2.upgrade.answer import Losses
from wxpay_v2.upgrade.identity import ENVELOPE

__all__ = ["DIFFERENT", "EQUAL", "KNOWN", "Difference", "compare", "verdict_of"]

EQUAL, KNOWN, DIFFERENT = "equal", "known", "different"
# Of each message alone; neither says anything about an order.
_ENVELOPE = frozenset(("sign", *(rule.v2 for rule in ENVELOPE)))
_FOR_PEOPLE = frozenset(("return_msg", "err_code_des", "trade_state_desc"))


class Difference(NamedTuple):
    """One field that is not the same. v2, v3: None where the answer does not have it. reason: "" when nobody knows."""

    name: str
    v2: str | None
    v3: str | None
    reason: str = ""


def compare(v2: Mapping[str, str], v3: Mapping[str, str], losses: Mapping[str, str]) -> list[Difference]:
    """Return how two answers differ, field by field. losses: what API v3 cannot give, with the reason.

    What each message makes anew (nonce_str, sign) is left out. A field that only v3 tells is no harm to whoever reads
    v2's; one that v3 lost is told by its reason.
    """
    lost = Losses(losses)
    found = []
    for name in sorted((v2.keys() | v3.keys()) - _ENVELOPE):
        # `in`, because an upgraded answer that is asked for a lost field warns
        here, there = (side[name] or None if name in side else None for side in (v2, v3))
        if here == there:
            continue
        reason = ""
        if here is None:
            reason = "API v3 tells it, and v2 does not"
        elif there is None:
            reason = lost.of(name)
        if not reason and name in _FOR_PEOPLE:
            reason = "words for people, which no program reads"
        found.append(Difference(name, here, there, reason))
    return found


def verdict_of(differences: Iterable[Difference]) -> str:
    """Return EQUAL, KNOWN when every difference has a reason, or DIFFERENT."""
    reasons = [difference.reason for difference in differences]
    return EQUAL if not reasons else KNOWN if all(reasons) else DIFFERENT
