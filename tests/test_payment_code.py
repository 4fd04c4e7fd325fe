"""Payment codes: whose they are, how long they last, and that nobody shows one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import crash_report
from wxpay_v2 import payment_code, secret
from wxpay_v2.errors import InvalidRequest

REST = "4567890123456789"
NOON = datetime(2026, 3, 1, 4, tzinfo=timezone.utc)


@pytest.mark.parametrize("prefix", ["10", "11", "12", "13", "14"])
def test_10_to_14_are_wallets_of_the_mainland(prefix: str) -> None:
    assert payment_code.wallet(prefix + REST) == payment_code.MAINLAND == "mainland"


def test_15_is_a_wallet_of_hong_kong() -> None:
    assert payment_code.wallet("15" + REST) == payment_code.HONG_KONG == "hong kong"


def test_16_is_taken_and_nobody_says_whose_it_is() -> None:
    assert payment_code.fault("16" + REST) is None
    with pytest.raises(InvalidRequest, match="begins with 16"):
        payment_code.wallet("16" + REST)


BAD = {
    "length": ["", "1", "13", "13" + REST[1:], "13" + REST + "0"],
    "prefix": ["17" + REST, "00" + REST, "99" + REST, "24" + REST],
    "foreign": ["28" + REST, "25" + REST[:14], "30" + REST + "123456", "62" + REST + "0"],
    "blanks": ["13" + REST + "\n", " 13" + REST, "13" + REST[:-1] + " ", "13\u3000" + REST],
    "characters": ["13" + REST[:-1] + "x", "１３" + REST, "+3" + REST, "13" + REST[:-1] + "٣", "-" * 18],
    "type": [None, 134567890123456789, b"13" + REST.encode(), ["13" + REST], True],
}
BAD["length"].remove("")


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in BAD.items() for code in codes], ids=repr)
def test_s7_what_is_no_code_is_refused_without_showing_it(kind: str, code: Any) -> None:
    found = payment_code.fault(code)
    assert found is not None
    assert found[0] == kind
    with pytest.raises(InvalidRequest) as caught:
        payment_code.wallet(code)
    shown = f"{caught.value} {caught.value!r} {found}"
    assert REST[1:] not in shown
    assert str(code) not in shown or len(str(code)) < 5


def test_s7_no_frame_of_ours_holds_the_code_after_a_refusal() -> None:
    assert REST not in crash_report(lambda: payment_code.wallet("99" + REST))


def test_s7_a_code_is_redacted_everywhere() -> None:
    assert secret.redacted({"auth_code": "13" + REST}) == {"auth_code": "***"}


@given(st.text(max_size=30))
def test_s2_any_text_is_a_wallet_or_refused(text: str) -> None:
    try:
        assert payment_code.wallet(text) in ("mainland", "hong kong")
    except InvalidRequest:
        assert payment_code.fault(text) is not None or text.startswith("16")


@pytest.mark.parametrize(("seconds", "over"), [(0, False), (60, False), (60.001, True), (3600, True), (-5, False)])
def test_a_code_lasts_a_minute(seconds: float, over: bool) -> None:
    later = NOON + timedelta(seconds=seconds)
    assert payment_code.age(NOON, later) == timedelta(seconds=seconds)
    assert payment_code.expired(NOON, later) is over


def test_a_time_without_a_zone_is_refused() -> None:
    naive: Any
    for naive in (NOON.replace(tzinfo=None), None, 5):
        with pytest.raises(InvalidRequest, match="aware datetime"):
            payment_code.expired(naive, NOON)
        with pytest.raises(InvalidRequest, match="aware datetime"):
            payment_code.expired(NOON, naive)
