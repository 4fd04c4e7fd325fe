"""Answers of operations that keep nothing: made from the row, the same every time, and named in the manual."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill

import pytest

from tests.simulator.shop import NOON, account
from wxpay_v2.operation import AMOUNT, INT, Field, Operation
from wxpay_v2.simulator import canned
from wxpay_v2.simulator.effects import effects
from wxpay_v2.simulator.protocol import Call
from wxpay_v2.v2 import catalogue

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "simulator.rst"


def call(operation: Operation, **fields: str) -> Call:
    return Call(account("direct", region="mainland"), operation, fields, "MD5")


def made(*response: Field, **fields: str) -> dict[str, object]:
    told = canned.answer(call(Operation("it", path="/it", title="It", response=response), **fields), NOON)
    assert isinstance(told, dict)
    return told


def test_every_operation_has_an_effect_or_a_canned_answer() -> None:
    assert set(canned.names()) == set(catalogue.NAMES) - set(effects())


def test_the_manual_names_the_operations_that_are_answered_without_state() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    section = text.partition("Operations answered without state\n")[2].partition("\n.. end of the list\n")[0]
    listed = ", ".join(f"``{name}``" for name in canned.names())
    assert re.findall(r"``([a-z0-9_]+)``", section) == list(canned.names()), (
        f"the list must be\n\n{fill(listed, 120)}\n"
    )


def test_what_was_sent_comes_back_and_what_a_success_needs_is_made_up() -> None:
    always = catalogue.find("order_query").response[0].required
    told = made(
        Field("out_no", when="success"),
        Field("payment_no", required=always, when="success"),
        Field("remark", when="success"),
        Field("amount", AMOUNT, required=always, when="success"),
        Field("count", INT, min=3, required=always, when="success"),
        Field("state", required=always, values=("FAILED", "SUCCESS"), when="success"),
        Field("err_code", required=always, when="transport success"),
        Field("reason", required=always, when="business failure"),
        Field("fee_$n", AMOUNT, required=always, when="success"),
        Field("paid_at", required=always, format="yyyy-MM-dd HH:mm:ss", when="success"),
        Field("short", max=2, required=always, when="success"),
        out_no="N-1", nonce_str="x",
    )  # fmt: skip
    assert {name: told[name] for name in ("out_no", "amount", "count", "state", "fee_0", "paid_at", "short")} == {
        "out_no": "N-1", "amount": "1", "count": "3", "state": "SUCCESS", "fee_0": "1",
        "paid_at": "2026-09-22 12:00:00", "short": "OK",
    }  # fmt: skip
    assert str(told["payment_no"]).isdigit()
    assert not {"remark", "err_code", "reason"} & told.keys()


@pytest.mark.parametrize("name", canned.names())
def test_the_same_request_has_the_same_answer(name: str) -> None:
    operation = catalogue.find(name)
    if operation.response_format in ("page", "csv"):
        return
    one = canned.answer(call(operation, nonce_str="1", a="b"), NOON)
    assert one == canned.answer(call(operation, nonce_str="2", a="b"), NOON)
