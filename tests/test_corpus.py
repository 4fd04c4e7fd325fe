"""Every case of tests/corpus gets the kind of answer it must get, and nothing else ever comes out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus import messages as m
from tests.corpus.cases import CASES, FILES, Case
from wxpay_v2.call import Response
from wxpay_v2.clock import Clock
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    OutcomeUnknown,
    Refused,
    SignatureInvalid,
    WXPayError,
)
from wxpay_v2.merchant import Merchant
from wxpay_v2.v2 import catalogue, envelope, statement, statement_records
from wxpay_v2.v2.notification import open_notification
from wxpay_v2.v2.protocol import Protocol

KINDS: dict[type[WXPayError], str] = {
    Malformed: "malformed",
    SignatureInvalid: "signature",
    Mismatch: "mismatch",
    OutcomeUnknown: "unknown",
    Refused: "refused",
    InvalidRequest: "invalid",
    ConfigurationError: "configuration",
}


def merchant(setting: Any) -> Merchant:
    changes = {name: setting[name] for name in ("sub_mch_id", "sign_type") if name in setting}
    return Merchant(m.APPID, m.MCH_ID, m.KEY, **changes)


def notification(case: Case) -> None:
    me = merchant(case.setting)
    event = open_notification(case.given, me, Protocol(me, "global", Clock().now).signer)
    if event.kind == "refund":
        assert event.hint
        return
    payment = event.paid(**case.setting.get("order", m.ORDER))
    assert (payment.out_trade_no, payment.total_fee) == (m.ORDER["out_trade_no"], m.ORDER["total_fee"])


def reply(case: Case) -> None:
    protocol = Protocol(merchant(case.setting), "global", Clock().now)
    operation = catalogue.find(case.setting["operation"])
    request = protocol.request(operation, case.setting["fields"], "0" * 32)
    result = protocol.open_reply(request, Response(case.setting.get("status", 200), case.given))
    assert result.verified == operation.signed_response


def write(case: Case) -> None:
    signer = Protocol(merchant({}), "global", Clock().now).signer
    assert m.without(envelope.unseal(envelope.seal(case.given, signer), signer), "sign") == case.given


def request(case: Case) -> None:
    Protocol(merchant({}), "global", Clock().now).request(
        catalogue.find(case.setting["operation"]), case.given, "0" * 32
    )


def a_merchant(case: Case) -> None:
    Merchant(**case.given)


def a_statement(case: Case) -> None:
    statement.read(case.given).verify()


def some_settlements(case: Case) -> None:
    statement_records.settlements(case.given).verify()


def some_comments(case: Case) -> None:
    statement_records.comments(case.given).verify()


DOORS = {
    "notification": notification,
    "reply": reply,
    "write": write,
    "request": request,
    "merchant": a_merchant,
    "statement": a_statement,
    "settlements": some_settlements,
    "comments": some_comments,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gets_its_kind(case: Case) -> None:
    try:
        DOORS[case.door](case)
        kind, told = "accept", ""
    except WXPayError as error:
        kind, told = KINDS[type(error)], error.message
    assert kind == case.expected, f"{case.why}: {told}"
    assert m.KEY not in told
    assert len(told) < 400


def test_the_corpus_is_large_and_no_name_stands_twice() -> None:
    assert len(CASES) >= 600
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert {case.door for case in CASES} == set(DOORS)
    assert {case.expected for case in CASES} == {"accept", *KINDS.values()}
    assert len(FILES) == 7


def test_the_base_of_all_cases_is_accepted_unchanged() -> None:
    """Otherwise the refusals would prove nothing."""
    me = merchant({})
    event = open_notification(m.payment(), me, Protocol(me, "global", Clock().now).signer)
    assert m.without(event.fields, "sign") == m.PAYMENT
    event = open_notification(m.refund(), me, Protocol(me, "global", Clock().now).signer)
    assert event.fields == {**m.REFUND_OUTER, **m.REFUND_INNER}
