"""Two answers: equal, different for a known reason, or different."""

from __future__ import annotations

import pytest

from wxpay_v2.migration.comparison import DIFFERENT, EQUAL, KNOWN, Difference, compare, verdict_of
from wxpay_v2.upgrade.answer import Losses, UpgradedResult

TOLD = {"out_trade_no": "T-1", "total_fee": "100", "nonce_str": "a", "sign": "b"}
LOSSES = {"device_info": "nobody tells", "coupon_fee_$n": "no coupons"}


@pytest.mark.parametrize(
    ("v2", "v3", "verdict"),
    [
        ({}, {}, EQUAL),
        ({"nonce_str": "x", "sign": "y"}, {"nonce_str": "z"}, EQUAL),
        ({"attach": ""}, {}, EQUAL),
        ({"device_info": "P1"}, {}, KNOWN),
        ({"coupon_fee_0": "1"}, {}, KNOWN),
        ({}, {"refund_fee_type": "CNY"}, KNOWN),
        ({"trade_state_desc": "paid"}, {"trade_state_desc": "payment made"}, KNOWN),
        ({"attach": "x"}, {}, DIFFERENT),
        ({"total_fee": "1"}, {}, DIFFERENT),
        ({"device_info": "P1"}, {"device_info": "P2"}, DIFFERENT),
        ({"device_info": "P1", "attach": "x"}, {}, DIFFERENT),
    ],
)
def test_a_difference_is_known_or_not(v2: dict[str, str], v3: dict[str, str], verdict: str) -> None:
    assert verdict_of(compare({**TOLD, **v2}, {**TOLD, **v3}, LOSSES)) == verdict


def test_a_difference_tells_both_sides_and_the_reason() -> None:
    found = compare({**TOLD, "total_fee": "1", "device_info": "P1"}, TOLD, LOSSES)
    assert found == [Difference("device_info", "P1", None, "nobody tells"), Difference("total_fee", "1", "100")]


def test_to_compare_is_not_to_read_a_lost_field() -> None:
    upgraded = UpgradedResult(dict(TOLD), losses=Losses(LOSSES, "order_query", strict=True))
    assert verdict_of(compare({**TOLD, "device_info": "P1"}, upgraded, upgraded.losses)) == KNOWN
