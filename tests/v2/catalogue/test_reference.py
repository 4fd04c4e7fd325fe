"""The rows against the reference files they were made from, by a reading of the files of its own."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
import yaml

from tests.v2.catalogue.conftest import REFERENCE
from wxpay_v2.operation import HOSTS, Field, Operation
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.catalogue.invocations import INVOCATIONS, Invocation

OPERATIONS = catalogue.operations()
by_name = pytest.mark.parametrize("row", OPERATIONS, ids=[row.name for row in OPERATIONS])

KINDS = {"string": "text", "datetime": "time"}
REQUIRED = {
    True: "always",
    False: "never",
    "institution or service_provider": "modes",
    "service_provider": "modes",
    "one of transaction_id, out_trade_no": "one of",
    "one of four": "one of",
    "trade_type JSAPI, or openid": "one of",
    "trade_type JSAPI, or sub_openid": "one of",
    "trade_type MWEB": "when",
    "trade_type NATIVE": "when",
    "H5 payment": "when",
    "usetag 1": "when",
    "refund_status SUCCESS": "when",
    "IOS": "when",
    "Android": "when",
    "IOS or Android": "when",
    "Wap": "when",
    "one of out_refund_no and refund_id": "one of",
    "one of out_trade_no, transaction_id": "one of",
    "customs is not NO": "stated",
    "order is split": "stated",
    "ADD": "when",
    "DELETE": "when",
    "split order: one of the two": "stated",
    "when HMAC-SHA256 is used": "stated",
    "global pages list it as required; mainland: only for item discounts": "stated",
    "mainland": "stated",
    "global": "stated",
}
# Where a row says something else on purpose.
DIFFERENT = {
    # Orders without it are served, and the documentation's first payment has none.
    ("unified_order request", "product_id", "required"): "stated",
    # Its own notes say that without it the statement covers all sub-merchants.
    ("download_bill request", "sub_mch_id", "required"): "never",
    # trade_type is a field of the order, which a condition inside the JSON cannot name.
    ("unified_order request scene_info", "h5_info", "required"): "stated",
    ("micropay request scene_info", "h5_info", "required"): "stated",
    # Quick pay has no H5 pages; the two operations share a table in the reference.
    ("micropay request", "scene_info", "required"): "never",
    # The sandbox's copy needs no rule of its own for a field that does no harm.
    ("refund request", "notify_url", "regions"): (),
    # One of its values is longer than the page says.
    ("download_fund_flow request", "account_type", "max"): 9,
    ("upload_media request", "sign_type", "max"): 11,
    # Without a transaction_id the outcome of a lost payment could not be asked for.
    ("deposit_order_query request", "transaction_id", "required"): "one of",
    ("deposit_order_query request", "out_trade_no", "required"): "one of",
    ("facepay_query request", "transaction_id", "required"): "one of",
    ("facepay_query request", "out_trade_no", "required"): "one of",
    ("pap_order_query request", "transaction_id", "required"): "one of",
    ("pap_order_query request", "out_trade_no", "required"): "one of",
    ("partner_pap_order_query request", "transaction_id", "required"): "one of",
    ("partner_pap_order_query request", "out_trade_no", "required"): "one of",
    ("transit_query_order request", "transaction_id", "required"): "one of",
    ("transit_query_order request", "out_trade_no", "required"): "one of",
    ("transit_partner_query_order request", "transaction_id", "required"): "one of",
    ("transit_partner_query_order request", "out_trade_no", "required"): "one of",
    # https://pay.weixin.qq.com/doc/v2/merchant/4011939840
    ("pay_bank request", "enc_bank_no", "max"): 1024,
    ("pay_bank request", "enc_true_name", "max"): 1024,
    # https://developer.work.weixin.qq.com/document/path/90278
    ("wecom_pay_employee request", "check_name", "values"): ("NO_CHECK", "FORCE_CHECK"),
    # https://pay.weixin.qq.com/doc/global/v2/zh/4013636644
    ("modify_institution_sub request", "sub_mch_id", "max"): 32,
}
# Read there too, the first six also on https://pay.weixin.qq.com/wiki/doc/api/wxpay/ch/sub_merchant_entry/chapter3_1.shtml;
# the two operations differ, it says, in merchant_remark and sub_mch_id only.
LENGTHS = {
    "merchant_country_code": 3,
    "merchant_type": 10,
    "business_category": 3,
    "mcc": 4,
    "registration_certificate_number": 50,
    "registration_certificate_date": 10,
    "registration_certificate_copy": 128,
    "business_type": 7,
    "app_download": 128,
}
for _where in ("add_institution_sub request", "modify_institution_sub request"):
    DIFFERENT |= {(_where, name, "max"): length for name, length in LENGTHS.items()}
    DIFFERENT[_where, "app_download", "required"] = "stated"
# Where a source found later settles how sure a row is.
SURER = {
    # https://pay.weixin.qq.com/doc/v2/merchant/4011989767
    ("transfers", "limits_confidence"): "documented",
    # Weixin.Next.Pay's list of the codes
    ("get_transfer_info", "errors_confidence"): "secondary",
    # JeffreySu/WeiXinMPSDK, TenPayV3Results.PayBank.cs; of pay_bank's table there are eight more copies
    ("pay_bank", "errors_confidence"): "secondary",
    ("query_bank", "errors_confidence"): "secondary",
    # https://pay.weixin.qq.com/doc/v2/merchant/4011939840 and https://pay.weixin.qq.com/doc/v2/merchant/4011941066
    ("pay_bank", "limits_confidence"): "documented",
    ("query_bank", "limits_confidence"): "documented",
    # https://pay.weixin.qq.com/doc/v2/partner/4011983160, and a copy of its error table in a public SDK
    ("get_red_pack_info", "limits_confidence"): "documented",
    ("get_red_pack_info", "errors_confidence"): "secondary",
    # Weixin.Next.Pay's list of the codes, and a copy of the page's table in a public SDK
    ("send_coupon", "errors_confidence"): "secondary",
    # https://pay.weixin.qq.com/wiki/doc/api/allocation.php?chapter=27_7&index=8
    ("profit_sharing_return", "limits_confidence"): "documented",
    # https://pay.weixin.qq.com/doc/v2/partner/4011986801
    ("deposit_consume", "limits_confidence"): "documented",
    # https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/tool/chapter3_1.shtml tells the kinds of picture, the size is on
    # https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml
    ("upload_media", "limits_confidence"): "secondary",
}
# Error codes that these sources add, change (repeat, outcome, number), or do not have (None).
NOTHING, SOON = (False, "not done", ""), (True, "not done", "")
LOST, LOST_SOON = (False, "unknown", ""), (True, "unknown", "")
ERRORS: dict[str, dict[str, tuple[bool, str, str] | None]] = {
    "get_transfer_info": {"PARAM_IS_NOT_UTF8": None},
    "pay_bank": {
        "SEND_FAILED": None,
        "NAME_MISMATCH": None,
        "SIGN_ERROR": None,
        "XML_ERROR": None,
        "FREQ_LIMIT": None,
        "CA_ERROR": None,
        "PARAM_IS_NOT_UTF8": None,
        "SIGNERROR": NOTHING,
        "INVALID_REQUEST": LOST_SOON,
        "ORDERPAID": LOST,
        "FREQUENCY_LIMITED": SOON,
    },
    "query_bank": {
        "NO_AUTH": None,
        "SIGN_ERROR": None,
        "XML_ERROR": None,
        "FREQ_LIMIT": None,
        "CA_ERROR": None,
        "PARAM_IS_NOT_UTF8": None,
        "SIGNERROR": NOTHING,
        "INVALID_REQUEST": LOST_SOON,
        # https://pay.weixin.qq.com/doc/v2/merchant/4011941066: it may be on its way yet
        "ORDERNOTEXIST": LOST,
    },
    # https://pay.weixin.qq.com/doc/v2/partner/4011983160: it may be on its way yet
    "get_red_pack_info": {"NOT_FOUND": LOST},
    "send_coupon": {
        "APPID_MCHID_NOT_MATCH": None,
        "AL_STOCK_OVER": NOTHING,
        "STOCK_IS_NOT_VALID": NOTHING,
        "FREQ_OVER_LIMIT": SOON,
        "CA_ERROR": NOTHING,
        "CA_VERIFY_FAILED": NOTHING,
        "ERR_VERIFY_SSL_SERIAL": NOTHING,
        "ERR_VERIFY_SSL_SN": NOTHING,
        "REQ_PARAM_XML_ERR": NOTHING,
        "COUPON_STOCK_ID_EMPTY": NOTHING,
        "MCH_ID_EMPTY": NOTHING,
        "OPEN_ID_EMPTY": NOTHING,
        "CODE_2_ID_ERR": NOTHING,
    },
    # A public copy of the table (com.xzkj.flowStore, WXErrorCodeEnums), and for INVALID_REQUEST
    # https://developers.weixin.qq.com/community/pay/doc/0004aaa01e8908b165985d15e5bc08
    "pap_pay_apply": {
        "ORDER_ACCEPTED": LOST,
        "SIGN_ERROR": NOTHING,
        "APPID_MCHID_NOT_MATCH": NOTHING,
        "INVALID_REQUEST": NOTHING,
        "FREQUENCY_LIMITED": SOON,
    },
    "partner_pap_pay_apply": {"ORDER_ACCEPTED": LOST},
    # https://developers.weixin.qq.com/community/personal/oCJUsw4WGKWaQIl5xlJMm5Ti-DZ4/follow
    "combined_order": {"NOAUTH": NOTHING, "POST_CONTEN_ERROR": NOTHING},
    # Real replies that public code keeps
    "profit_sharing": {"NOT_SHARE_ORDER": NOTHING, "CERT_ERROR": NOTHING},
    "profit_sharing_add_receiver": {"USER_NOT_EXIST": NOTHING},
}
# Told in the reference's notes, not in its tables.
ADDED = {"setteinfo_$n"}
# Quick pay is never sent twice; for these codes the reference's "retry" means the query.
NEVER_REPEATED = {("micropay", "SYSTEMERROR"), ("micropay", "BANKERROR"), ("micropay", "USERPAYING")}
UNSURE = re.compile(r"not confirmed|undocumented|\bseen\b|\bsaw\b|on the wire$|on the pages?|older pages|127")


FACTS = (
    "title", "chinese", "method", "path", "request_format", "response_format", "signed_response", "confidence",
    "errors_confidence", "limits_confidence",
)  # fmt: skip


@functools.cache
def reference(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((REFERENCE / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return loaded


def kind(facts: dict[str, Any]) -> str:
    if "unit" in facts:
        return "amount"
    if facts["type"] == "string" and re.search(r"yyyy-MM-dd HH:mm:ss|yyyyMMddHHmmss", facts["means"]):
        return "time"
    return str(KINDS.get(facts["type"], facts["type"]))


def compare(where: str, rows: tuple[Field, ...], told: list[dict[str, Any]]) -> None:
    """Assert that *rows* say what the reference has *told*, on every level."""
    assert {row.name for row in rows} - ADDED == {facts["name"] for facts in told}, where
    by_field = {row.name: row for row in rows}
    for facts in told:
        row = by_field[facts["name"]]
        number = facts["type"] == "int"
        expected = {
            "kind": kind(facts),
            "max": facts.get("maximum" if number else "max"),
            "min": facts.get("minimum", facts.get("min")),
            "required": REQUIRED[facts["required"]],
            "values": tuple(facts.get("values", ())),
            "modes": tuple(facts.get("modes", ())),
            "regions": tuple(facts.get("regions", ())),
            "cdata": facts.get("cdata", False),
            "indexed": facts.get("indexed", False),
        }
        for column in ("unit", "default"):
            if column in facts:
                expected[column] = facts[column]
        expected |= {
            column: value
            for (at, name, column), value in DIFFERENT.items()
            if (at, name) == (re.sub("^sandbox(new)?_", "", where), row.name)
        }
        actual = {column: getattr(row, column) for column in expected} | {"required": row.required.kind}
        assert actual == expected, f"{where} {row.name}"
        assert facts.get("format", "").startswith(row.format) or kind(facts) == "time"
        assert bool(row.pattern) or "pattern" not in facts
        assert bool(row.when) or "when" not in facts
        words = " ".join([facts["means"], str(facts.get("format", "")), *map(str, (k for k in facts if not facts[k]))])
        assert row.doubt or not (UNSURE.search(words) or str(facts["required"]).startswith("global pages")), row.name
        compare(f"{where} {row.name}", row.fields, facts.get("fields") or [])


@by_name
def test_the_fields_are_those_of_the_reference(row: Operation) -> None:
    told = reference(row.name)
    compare(f"{row.name} request", row.request, told["request"])
    compare(f"{row.name} response", row.response, told["response"])


@by_name
def test_the_call_is_that_of_the_reference(row: Operation) -> None:
    told = reference(row.name)
    facts = {"errors_confidence": told["confidence"] if told["errors"] else "none", "limits_confidence": "documented"}
    facts |= told | {"response_format": told["response_format"].replace("text", "page")}
    if row.name == "sandboxnew_download_bill":  # it answers as the operation it copies
        facts["response_format"] = "csv"
    for column in FACTS:
        assert getattr(row, column) == SURER.get((row.name, column), facts[column]), column
    for column in ("regions", "modes", "sign_types"):
        assert getattr(row, column) == tuple(told[column]), column
    assert row.certificate == (told["certificate"] == "required")
    hosts = row.hosts or tuple(host for region in row.regions for host in HOSTS[region])
    assert hosts == tuple(f"https://{host}" for host in told["hosts"])
    assert bool(row.limits) == bool(told["limits"])


@by_name
def test_the_errors_are_those_of_the_reference(row: Operation) -> None:
    outcomes = {error["code"]: error["outcome"] for error in reference("errors")["errors"]}
    expected = {
        error["code"]: (
            error["retry"] and (re.sub("^sandbox(new)?_", "", row.name), error["code"]) not in NEVER_REPEATED,
            outcomes[error["code"]],
            error.get("error_code", ""),
        )
        for error in reference(row.name)["errors"]
    }
    different = ERRORS.get(row.name, {})
    assert all(expected.get(code) != facts for code, facts in different.items()), "the reference has it by now"
    expected = {code: facts for code, facts in {**expected, **different}.items() if facts is not None}
    assert {error.code: (error.repeat, error.outcome, error.number) for error in row.errors} == expected


@by_name
def test_no_source_of_the_reference_is_lost(row: Operation) -> None:
    for source in reference(row.name)["sources"]:
        assert any(source.startswith(own) for own in row.sources), source


@pytest.mark.parametrize("kind", notifications.KINDS)
def test_the_notifications_are_those_of_the_reference(kind: str) -> None:
    row = notifications.find(kind)
    (told,) = (one for one in reference("notifications")["notifications"] if one["notification"] == row.kind)
    compare(row.kind, row.fields, told["fields"])
    compare(f"{row.kind} decrypted", row.decrypted, told.get("decrypted_fields", []))
    assert row.title == told["title"]
    assert row.regions == tuple(told["regions"])
    assert row.confidence == told["confidence"]
    assert set(row.sources) >= set(told["sources"])
    assert row.signed == (not told["signature"].startswith("none"))
    algorithms = [name for name in ("MD5", "HMAC-SHA256") if told["signature"].startswith(name)]
    # Under the algorithm of the order: the merchant's, or the only one that the operation takes.
    assert row.sign_types in (tuple(algorithms), ()) or kind == "papay_deduction"
    assert told["acknowledge"] == notifications.ACKNOWLEDGEMENT or kind == "native_scan"
    assert bool(row.retry) == (kind != "native_scan")


def test_the_reference_tells_of_no_other_notification() -> None:
    assert {one["notification"] for one in reference("notifications")["notifications"]} == set(notifications.KINDS)


@pytest.mark.parametrize("row", INVOCATIONS, ids=lambda row: row.name)
def test_the_calls_on_the_payers_side_are_those_of_the_reference(row: Invocation) -> None:
    (told,) = (one for one in reference("invoke")["invocations"] if one["name"] == row.name)
    signed = [] if row.name == "contract_link" else told["signed_fields"]  # its row says which, in words
    assert list(row.signed) == signed
    assert row.signature == (told["signature_field"] or "")
    assert list(row.sign_types) == told["sign_types"]
    assert list(row.regions) == told["regions"]
    assert row.limits == told.get("limits", {})
    assert row.results == told.get("results", {})
    assert row.template == told.get("template", "")
    assert set(row.values) == set(told.get("values", {}))
    assert list(row.passed) == told.get("passed_fields", [*row.signed, *([row.signature] if row.signature else [])])
    assert list(row.sources) == told["sources"]
    assert row.confidence == told["confidence"]


def test_the_reference_tells_of_no_other_call() -> None:
    assert [one["name"] for one in reference("invoke")["invocations"]] == [row.name for row in INVOCATIONS]


def test_the_answers_and_their_timetable_are_those_of_the_reference() -> None:
    told = reference("notifications")
    assert list(notifications.RETRY_SECONDS) == told["retry"]["intervals_seconds"]
    assert told["response_time"]["seconds"] == notifications.ANSWER_SECONDS
    assert told["answers"]["success"] == notifications.ACKNOWLEDGEMENT
    assert told["answers"]["failure"] == notifications.REFUSAL.format(reason="reason")
