"""Answers of API v3 as v2's own messages, read back by v2's own rules."""

from __future__ import annotations

import pytest

from tests import fixtures
from tests.fixtures import success
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import Clock
from wxpay_v2.errors import OutcomeUnknown, Refused
from wxpay_v2.upgrade.answer import Losses, UpgradedResult
from wxpay_v2.upgrade.resealing import resealed
from wxpay_v2.v2 import catalogue, xml
from wxpay_v2.v2.protocol import Protocol

ASKED = Request("POST", "/pay/orderquery", b"", operation=catalogue.find("order_query"), fields={"out_trade_no": "T-1"})
TOLD = UpgradedResult(
    {name: text for name, text in success(out_trade_no="T-1", trade_state="NOTPAY").items() if name != "nonce_str"},
    losses=Losses({"rate": "lost"}),
)


@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_v2s_reader_believes_it(sign_type: str) -> None:
    merchant = fixtures.merchant(certificate=False, sign_type=sign_type)
    body = resealed(TOLD, merchant, operation=ASKED.operation)  # type: ignore[arg-type]
    result = Protocol(merchant, "global", Clock().now).open_reply(ASKED, Response(200, body))
    assert result.verified
    assert {name: result[name] for name in TOLD} == dict(TOLD)


def test_a_refusal_stays_one() -> None:
    merchant = fixtures.merchant(certificate=False)
    body = resealed(fixtures.failure("ORDERNOTEXIST"), merchant)
    with pytest.raises(Refused, match="ORDERNOTEXIST"):
        Protocol(merchant, "global", Clock().now).open_reply(ASKED, Response(200, body))


def test_another_key_does_not_open_it() -> None:
    body = resealed(TOLD, fixtures.merchant(certificate=False))
    other = fixtures.merchant(certificate=False, api_key=fixtures.OTHER_KEY)
    with pytest.raises(OutcomeUnknown, match="signature"):
        Protocol(other, "global", Clock().now).open_reply(ASKED, Response(200, body))


def test_an_operation_of_one_algorithm_is_sealed_by_it_and_two_messages_differ() -> None:
    merchant = fixtures.merchant(certificate=False, sign_type="MD5")
    sharing = catalogue.find("profit_sharing")
    assert len(xml.read(resealed(TOLD, merchant, operation=sharing))["sign"]) == 64
    assert resealed(TOLD, merchant) != resealed(TOLD, merchant)
    assert xml.read(resealed(TOLD, merchant, nonce="n"))["nonce_str"] == "n"
