"""The rows of API v3 against the reference files they were made from, by a reading of the files of its own."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
import yaml

from tests.v3.catalogue.conftest import REFERENCE
from wxpay_v2.operation import AMOUNT, GLOBAL, HOSTS, MAINLAND, ONCE, UNKNOWN, Field
from wxpay_v2.v3 import catalogue
from wxpay_v2.v3.catalogue import notifications
from wxpay_v2.v3.operation import V3Operation

ROWS = tuple((region, row) for region in (GLOBAL, MAINLAND) for row in catalogue.every(region))
every_row = pytest.mark.parametrize(("region", "row"), ROWS, ids=[f"{region}-{row.name}" for region, row in ROWS])

KINDS = {
    "string": "text", "enum": "enum", "bool": "bool", "datetime": "time", "json": "object", "array": "list",
    "object": "object", "binary": "file",
}  # fmt: skip
REQUIRED = {
    True: "always",
    False: "never",
    "direct": "modes",
    "institution": "modes",
    "service_provider": "modes",
    "when split": "stated",
    "when split, institution only": "stated",
    "one of the four numbers": "one of",
    "one of transaction_id and out_trade_no": "one of",
    "one of id and out_id": "one of",
    "one of sp_openid and sub_openid": "one of",
    "institution, one of sp_openid and sub_openid": "one of",
    "when relation_type is CUSTOM": "when",
    "when settle_state is SETTLED": "when",
    "when type is USER_BANK_CARD": "when",
    "when sub_openid or a sub-merchant app is used": "stated",
    # It stands in scene_info.
    "when scene_info is sent": "always",
}
# Where a row says something else on purpose.
DIFFERENT: dict[tuple[str, str], dict[str, Any]] = {
    # Its own notes say so: one of the two numbers.
    ("mainland profit_sharing_return_order", "order_id"): {"required": "one of"},
    ("mainland profit_sharing_return_order", "out_order_no"): {"required": "one of"},
    # Of texts, as in the five other calls.
    ("global h5_permission_modify response", "domains"): {"item": "text"},
    # It ends in base64, whose letters the caller's numbers do not have.
    ("global complaint_image_get", "media_id"): {"pattern": True},
    # "letters and digits", says its means.
    ("global merchant_add", "Idempotency-Key"): {"pattern": True},
}
# https://pay.weixin.qq.com/doc/v3/partner/4012760633: at least 2 characters.
DIFFERENT |= {
    (f"mainland {name}", "combine_out_trade_no"): {"min": 2, "doubt": True}
    for name in catalogue.NAMES[MAINLAND]
    if name.startswith("combine_")
}
# The path of the call does not have it.
LEFT_OUT = {("global papay_query_by_out_trade_no", "transaction_id")}
# Sent by who encrypts, and never by the caller.
BY_THE_CLIENT = "Wechatpay-Serial"
# Answered as well while the payer is typing.
SUCCESS = {
    (GLOBAL, "micropay"): (200, 202),
    (MAINLAND, "codepay"): (200, 202),
    (MAINLAND, "partner_codepay"): (200, 202),
}
NUMBERS = {"out_trade_no", "out_refund_no", "out_order_no", "out_return_no", "combine_out_trade_no"}


@functools.cache
def reference(region: str, name: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((REFERENCE / region / f"{name}.yaml").read_text(encoding="utf-8"))
    return told


def requirement(facts: dict[str, Any], siblings: list[dict[str, Any]]) -> str:
    if "when" in facts:
        always = facts.get("always", False)
        return "modes" if isinstance(always, str) else "always" if always else "never"
    if facts["name"] == BY_THE_CLIENT:
        return "stated"
    if str(facts["required"]).startswith("when a receiver is"):
        # A receiver by itself has the type beside it; in a list of receivers it is each one's own.
        return "when" if any(sibling["name"] == "type" for sibling in siblings) else "stated"
    return REQUIRED[facts["required"]]


def compare(where: str, rows: tuple[Field, ...], told: list[dict[str, Any]]) -> None:
    told = [facts for facts in told if (where, facts["name"]) not in LEFT_OUT]
    assert [row.name for row in rows] == [facts["name"] for facts in told], where
    for row, facts in zip(rows, told, strict=True):
        kind = KINDS.get(facts["type"], "int")
        day = facts.get("format") in ("yyyyMMdd", "yyyy-MM-dd")
        if "unit" in facts:
            kind = AMOUNT
        most = facts.get("max", facts.get("max_value", facts.get("max_items")))
        expected: dict[str, Any] = {
            "kind": "date" if day else kind,
            "max": None if day or kind == "time" else most,
            "min": None if day else facts.get("min", facts.get("min_length")),
            "required": requirement(facts, told),
            "values": tuple(facts.get("values", ())),
            "modes": tuple(facts.get("modes", ())),
            "unit": facts.get("unit", ""),
            "item": facts.get("items", "").replace("string", "text"),
            "encrypted": facts.get("encrypted", ""),
            "place": facts.get("in", "").replace("multipart", ""),
            "when": facts.get("when", "success").replace("success", ""),
            "format": facts["format"] if day else "RFC 3339" if kind == "time" else "",
            "doubt": "max_from" in facts and kind != "time",
            "pattern": facts["name"] in NUMBERS and "when" not in facts,
        }
        expected |= DIFFERENT.get((where, row.name), {})
        actual = {column: getattr(row, column) for column in expected}
        actual |= {"required": row.required.kind, "doubt": bool(row.doubt), "pattern": bool(row.pattern)}
        assert actual == expected, f"{where} {row.name}"
        names = set(re.findall(r"\w+", str(facts.get("required")))) & {sibling["name"] for sibling in told}
        if row.required.kind == "one of" and names and (where, row.name) not in DIFFERENT:
            assert set(row.required.names) == names, f"{where} {row.name}"
        compare(f"{where} {row.name}", row.fields, facts.get("fields") or [])


@every_row
def test_the_fields_are_those_of_the_reference(region: str, row: V3Operation) -> None:
    told = reference(region, row.name)
    compare(f"{region} {row.name}", row.request, told["request"])
    # The body of a statement is no field, and headers of an answer are the protocol's.
    answer = [facts for facts in told["response"] if facts["name"] != "(body)" and facts.get("in") != "header"]
    compare(f"{region} {row.name} response", row.response, answer)


@every_row
def test_the_call_is_that_of_the_reference(region: str, row: V3Operation) -> None:
    told = reference(region, row.name)
    for column in ("title", "chinese", "method", "path", "request_format", "response_format", "confidence"):
        assert getattr(row, column) == told[column], column
    assert row.modes == tuple(told["modes"])
    assert row.success == SUCCESS.get((region, row.name), (told["success_status"],))
    hosts = row.hosts or tuple(host for region in row.regions for host in HOSTS[region])
    assert hosts == tuple(f"https://{host}" for host in told["hosts"])
    assert len(row.limits) == len(told["limits"])
    assert row.limits_confidence == told["confidence"]


@every_row
def test_the_errors_are_those_of_the_reference(region: str, row: V3Operation) -> None:
    told = reference(region, row.name)["errors"]
    never = row.repeat == ONCE and row.moves_money
    expected = {
        error["code"]: (
            error["status"],
            error["retry"] and not never and error["code"] != "USERPAYING",  # asked about, and not charged again
            error["basis"] != "documented" or "status_basis" in error,
        )
        for error in told
    }
    assert {error.code: (error.status, error.repeat, bool(error.doubt)) for error in row.errors} == expected
    for error in told:
        own = row.error(error["code"])
        assert own is not None
        assert ("guess" in own.doubt) == ("status_basis" in error), error["code"]
        assert (own.outcome == UNKNOWN) >= (error["status"] >= 500 and error["retry"]), error["code"]
    sure = not any(error.doubt for error in row.errors) and row.confidence == "documented"
    assert row.errors_confidence == ("documented" if sure else "secondary")


@every_row
def test_no_source_of_the_reference_is_lost(region: str, row: V3Operation) -> None:
    assert row.sources == tuple(reference(region, row.name)["sources"])


@pytest.mark.parametrize("region", [GLOBAL, MAINLAND])
def test_the_reference_tells_of_no_other_operation(region: str) -> None:
    assert {path.stem for path in (REFERENCE / region).glob("*.yaml")} == set(catalogue.NAMES[region])


@functools.cache
def callbacks() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((REFERENCE / "notifications.yaml").read_text(encoding="utf-8"))
    return told


def facts_of(rows: tuple[Field, ...]) -> dict[str, Any]:
    return {
        row.name: (row.kind, row.max, tuple(sorted(row.values)), row.required.kind, row.modes, facts_of(row.fields))
        for row in rows
    }


def told_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    required = {True: "always", False: "never", "when SUCCESS": "when"}
    # Contributions and settled refunds are amounts, whose unit the reference leaves out.
    amounts = {"price", "discount_amount", "settlement_refund"}
    found = {}
    for row in rows:
        money = "unit" in row or row["name"] in amounts or "contribute" in row["name"]
        found[row["name"]] = (
            AMOUNT if money else KINDS.get(row["type"], "int"),
            None if row["type"] == "datetime" else row.get("max"),
            tuple(sorted(row.get("values", ()))),
            required.get(row["required"], "modes"),
            tuple(row.get("modes", ())),
            told_of(row.get("fields", [])),
        )
    return found


@pytest.mark.parametrize(("at", "kind"), [(0, "transaction"), (1, "refund")])
def test_the_notifications_are_those_of_the_reference(at: int, kind: str) -> None:
    told, row = callbacks()["events"][at], notifications.find(GLOBAL, kind)
    assert told["original_type"] == kind
    assert row.title == told["title"]
    assert row.sources == tuple(told["sources"])
    expected = told_of(told["resource"])
    if kind == "transaction":  # 127 or 128, depending on the page; an answer is taken with either
        expected["attach"] = (*expected["attach"][:1], 128, *expected["attach"][2:])
    assert facts_of(row.decrypted) == expected


def test_the_envelope_and_the_timetable_are_those_of_the_reference() -> None:
    told = callbacks()
    envelope = told_of(told["envelope"])
    # Which events there are is not for the reader of an envelope to know.
    envelope["event_type"] = ("text", 32, (), "always", (), {})
    inner = envelope["resource"][-1]
    inner["original_type"] = ("text", 16, (), "always", (), {})
    assert facts_of(notifications.find(GLOBAL, "refund").fields) == envelope
    seconds = {"s": 1, "m": 60, "h": 3600}
    assert tuple(int(text[:-1]) * seconds[text[-1]] for text in told["retry"]["after"]) == notifications.RETRY_SECONDS
    assert told["reply"]["answer_within_seconds"] == notifications.ANSWER_SECONDS
    others = [event["event_type"] for event in told["other_events"]]
    events = [name for event in told["events"] for name in (event["event_type"], *event.get("also", ()))]
    assert list(notifications.EVENT_TYPES) == events + others
