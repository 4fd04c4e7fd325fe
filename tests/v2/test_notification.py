"""bytes -> Event -> reply bytes."""

from __future__ import annotations

import base64
import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import examples
from tests.corpus import messages as m
from tests.corpus.messages import ORDER, PAYMENT, REFUND_INNER, REFUND_OUTER, without
from wxpay_v2 import primitives
from wxpay_v2.errors import InvalidRequest, Malformed, Mismatch, OutcomeUnknown, SignatureInvalid, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import cipher, envelope, xml
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import Event, Reply, open_notification, reply
from wxpay_v2.v2.signature import Signer

ALGORITHMS = ("MD5", "HMAC-SHA256")
DIRECT = Merchant(m.APPID, m.MCH_ID, m.KEY)
INSTITUTION = Merchant(m.APPID, m.MCH_ID, m.KEY, sub_mch_id=m.SUB_MCH_ID)
SIGNERS = {algorithm: Signer(DIRECT.api_key, algorithm) for algorithm in ALGORITHMS}


def opened(body: Any, who: Merchant = DIRECT, sign_type: str = "MD5") -> Event:
    return open_notification(body, who, SIGNERS[sign_type])


@st.composite
def payments(draw: st.DrawFn) -> dict[str, str]:
    """Payment notifications by the catalogue's rows, about the order of the tests."""
    fixed = {name: PAYMENT[name] for name in ("return_code", "result_code", "appid", "mch_id", "out_trade_no")}
    fixed |= {"total_fee": "100", "fee_type": "HKD"}
    fields = {}
    for row in notifications.PAYMENT.fields:
        name = row.name.replace("$n", "0").replace("$m", "0")
        if name in fixed or name in ("sign", "sign_type", "sub_appid", "sub_mch_id"):
            continue
        if row.required.kind == "always" or name in ("transaction_id", "time_end") or draw(st.booleans()):
            fields[name] = draw(examples.value(row))
    return {**fixed, **fields}


@given(payments(), st.sampled_from(ALGORITHMS))
def test_what_the_gateway_notifies_the_merchant_opens(fields: dict[str, str], sign_type: str) -> None:
    for body in (envelope.seal(fields, SIGNERS[sign_type]), m.xml(m.signed(fields, sign_type=sign_type))):
        event = opened(body, sign_type=sign_type)
        assert (event.kind, event.hint, event.raw) == ("payment", False, body)
        assert without(event.fields, "sign") == fields


@given(payments())
def test_what_is_opened_proves_the_order_and_no_other(fields: dict[str, str]) -> None:
    event = opened(m.xml(m.signed(fields)))
    try:
        assert event.paid(**ORDER).transaction_id == fields["transaction_id"]
    except OutcomeUnknown:
        assert any("&" in value and "=" in value for value in fields.values())  # a payer may write anything
    for change in ({"out_trade_no": "T-2"}, {"total_fee": 101}, {"fee_type": "CNY"}):
        with pytest.raises((Mismatch, OutcomeUnknown)):
            event.paid(**{**ORDER, **change})


@given(payments(), st.data())
def test_one_bit_turned_is_refused_or_changes_nothing(fields: dict[str, str], data: st.DataObject) -> None:
    body = bytearray(envelope.seal(fields, SIGNERS["MD5"]))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        event = opened(bytes(body))
    except (Malformed, SignatureInvalid):
        return
    assert without(event.fields, "sign") == fields


@given(st.data())
def test_one_bit_of_the_encrypted_part_turned_is_refused_or_a_hint(data: st.DataObject) -> None:
    sealed = bytearray(m.encrypt(m.xml(REFUND_INNER, "root")))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        event = opened(m.refund_around(bytes(sealed)))
    except (Malformed, SignatureInvalid, Mismatch):
        return
    assert event.hint


# Payments.


def test_m1_paid_demands_the_expected_order() -> None:
    event = opened(m.payment())
    payment = event.paid(out_trade_no="T-20261121-1", total_fee=100, fee_type="HKD")
    assert (payment.out_trade_no, payment.total_fee, payment.fee_type) == ("T-20261121-1", 100, "HKD")
    paid: Any = event.paid
    for arguments in ({}, {"out_trade_no": "T-20261121-1"}, {"total_fee": 100}):
        with pytest.raises(TypeError):
            paid(**arguments)
    with pytest.raises(TypeError):
        paid("T-20261121-1", 100, "HKD")


def test_m1_the_currency_expected_when_none_is_named_is_cny() -> None:
    with pytest.raises(Mismatch, match="fee_type"):
        opened(m.payment()).paid(out_trade_no="T-20261121-1", total_fee=100)
    body = m.xml(m.signed(without(PAYMENT, "fee_type")))
    assert opened(body).paid(out_trade_no="T-20261121-1", total_fee=100).fee_type == "CNY"


@pytest.mark.parametrize("changes", [{"mch_id": "10000101"}, {"appid": "wx1"}, {"sub_mch_id": m.SUB_MCH_ID}])
def test_m1_what_is_authentic_and_not_ours_is_not_even_opened(changes: dict[str, str]) -> None:
    with pytest.raises(Mismatch, match="ours is"):
        opened(m.payment(**changes))
    with pytest.raises(Mismatch, match="ours is"):
        opened(m.refund(outer=changes))
    with pytest.raises(Mismatch, match="ours is"):
        opened(m.refund(**changes))


def test_m1_a_notification_of_our_sub_merchant_is_opened_by_its_institution() -> None:
    event = opened(m.payment(sub_mch_id=m.SUB_MCH_ID), INSTITUTION)
    assert event.paid(**ORDER)
    with pytest.raises(Mismatch):
        opened(m.payment(sub_mch_id="10000201"), INSTITUTION)
    with pytest.raises(OutcomeUnknown, match="lacks sub_mch_id"):
        opened(m.payment(), INSTITUTION).paid(**ORDER)


@pytest.mark.parametrize("fields", [{"return_code": "FAIL"}, {"return_code": "FAIL", "return_msg": "x", "sign": ""}])
def test_s4_3_missing_sign_is_a_wrong_one_whatever_return_code_says(fields: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid, match="there is no signature"):
        opened(m.xml(fields))


def test_m1_a_signed_failure_is_opened_and_proves_nothing() -> None:
    for name in ("return_code", "result_code"):
        event = opened(m.payment(**{name: "FAIL"}))
        with pytest.raises(OutcomeUnknown) as told:
            event.paid(**ORDER)
        assert told.value.query == "order_query"


def test_s4_1_the_algorithm_is_the_configured_one() -> None:
    for configured in ALGORITHMS:
        for used in ALGORITHMS:
            body = m.payment(sign_type=used)
            if configured == used:
                assert opened(body, sign_type=configured).kind == "payment"
            else:
                with pytest.raises(SignatureInvalid):
                    opened(body, sign_type=configured)


def test_m9_the_same_news_twice_says_the_same_and_later_news_does_not_unsay_it() -> None:
    first, again = opened(m.payment()), opened(m.payment())
    assert first.fields == again.fields
    assert first.paid(**ORDER).transaction_id == again.paid(**ORDER).transaction_id
    later = opened(m.payment(trade_state="NOTPAY"))
    with pytest.raises(OutcomeUnknown):
        later.paid(**ORDER)
    assert first.paid(**ORDER)


def test_m7_another_transaction_for_the_same_order_can_be_told_apart() -> None:
    one, two = (opened(m.payment(transaction_id=number)).paid(**ORDER) for number in ("4200001", "4200002"))
    assert (one.out_trade_no, one.total_fee) == (two.out_trade_no, two.total_fee)
    assert one.transaction_id != two.transaction_id


def test_the_same_notification_in_many_threads_gives_the_same_event() -> None:
    bodies = [m.payment(attach=str(number)) for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        for number, event in enumerate(pool.map(opened, bodies * 20)):
            assert event.fields["attach"] == str(number % 16)
            assert event.paid(**ORDER)


# Refunds.


def test_m6_a_refund_notification_is_a_hint() -> None:
    body = m.refund()
    event = opened(body)
    assert (event.kind, event.hint, event.raw) == ("refund", True, body)
    assert event.fields == {**REFUND_OUTER, **REFUND_INNER}
    assert "req_info" not in event.fields


def test_m6_a_refund_notification_proves_no_payment() -> None:
    event = opened(m.refund())
    with pytest.raises(OutcomeUnknown, match="a refund notification proves no payment") as told:
        event.paid(**ORDER)
    assert (told.value.query, told.value.numbers) == ("order_query", {"out_trade_no": ORDER["out_trade_no"]})


def test_m6_a_payment_inside_the_encrypted_part_proves_nothing() -> None:
    plain = m.xml({**PAYMENT, **REFUND_INNER}, "root")
    event = opened(m.refund_around(m.encrypt(plain)))
    assert (event.kind, event.hint) == ("refund", True)
    with pytest.raises(OutcomeUnknown):
        event.paid(**ORDER)


def test_m6_blocks_of_two_genuine_refunds_recombined_are_a_hint_at_most() -> None:
    """Who saw two of them can make a third: ECB. It opens, so it must never be more than a reason to query."""
    head = b"<root><refund_id>50000408942018111907145868</refund_id><out_refund_no>R-1</out_refund_no>"
    head += b" " * (-len(head) % 16)
    small = head + b"<refund_fee>1</refund_fee><refund_status>SUCCESS</refund_status></root>"
    large = head + b"<refund_fee>9</refund_fee><refund_status>CHANGE</refund_status></root>"
    event = opened(m.refund_around(m.encrypt(small)[: len(head) + 32] + m.encrypt(large)[len(head) + 32 :]))
    assert (event.fields["refund_fee"], event.fields["refund_status"]) == ("1", "CHANGE")
    assert event.hint
    with pytest.raises(OutcomeUnknown):
        event.paid(**ORDER)


@pytest.mark.parametrize("name", ["refund_id", "out_refund_no", "refund_status"])
def test_m6_a_refund_notification_names_what_to_query(name: str) -> None:
    for inner in (without(REFUND_INNER, name), {**REFUND_INNER, name: ""}):
        with pytest.raises(Malformed, match=f"lacks {name}"):
            opened(m.refund_around(m.encrypt(m.xml(inner, "root"))))
    with pytest.raises(Malformed, match=f"lacks {name}"):  # what stands outside is nobody's word
        opened(m.refund_around(m.encrypt(m.xml(without(REFUND_INNER, name), "root")), **{name: "x"}))


def test_what_stands_outside_the_encrypted_part_is_not_kept_but_for_the_ids() -> None:
    injected = {
        "refund_status": "REFUNDCLOSE",
        "refund_fee": "1",
        "result_code": "SUCCESS",
        "sign": "x",
        "total_fee": "1",
    }
    event = opened(m.refund(outer={**injected, "sub_appid": "wx1"}))
    assert event.fields == {**REFUND_OUTER, "sub_appid": "wx1", **REFUND_INNER}


def test_a_refund_notification_must_name_its_merchant() -> None:
    body = m.refund()
    with pytest.raises(Malformed, match="lacks mch_id"):
        opened(body.replace(b"<mch_id>10000100</mch_id>", b""))


@pytest.mark.parametrize("payload", [b"", b"SUCCESS", b"\xff", b"<xml/>", b"<root>", b"<root/>", b"{}"])
def test_s3_6_the_decrypted_part_goes_through_the_same_reader(payload: bytes) -> None:
    with pytest.raises(Malformed):
        opened(m.refund_around(m.encrypt(payload)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda plain: b"<!DOCTYPE root>" + plain, "DOCTYPE"),
        (lambda plain: b"<!DOCTYPE root [<!ENTITY a 'b'>]>" + plain, "DOCTYPE"),
        (lambda plain: b"\xef\xbb\xbf\xef\xbb\xbf<!DOCTYPE root>" + plain, "byte order mark"),
        (lambda plain: b'<?xml version="1.0" encoding="GBK"?>' + plain, "declaration"),
        (lambda plain: plain.replace(b"<root>", b"<root><refund_fee>1</refund_fee>"), "occurs twice"),
        (lambda plain: plain.replace(b"<refund_fee>", b"<refund_fee><!-- x -->"), "holds more than text"),
        (lambda plain: plain.replace(b"root>", b"xml>"), "outer element"),
        (lambda plain: plain.decode().encode("gbk"), "not UTF-8"),
    ],
)
def test_s3_6_the_decrypted_part_is_refused_for_the_same_reasons(change: Any, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        opened(m.refund_around(m.encrypt(change(m.xml(REFUND_INNER, "root")))))


def test_s3_6_more_fields_than_five_hundred_inside_are_refused() -> None:
    plain = m.xml({**REFUND_INNER, **{f"f{number}": "1" for number in range(500)}}, "root")
    with pytest.raises(Malformed, match="more than 500 fields"):
        opened(m.refund_around(m.encrypt(plain)))


def test_a_payment_with_an_encrypted_part_put_into_it_is_never_a_payment() -> None:
    for text in ("", "AAAA", base64.b64encode(m.encrypt(m.xml(REFUND_INNER, "root"))).decode()):
        body = m.payment().replace(b"<xml>", f"<xml><req_info>{text}</req_info>".encode())
        try:
            event = opened(body)
        except (Malformed, SignatureInvalid):
            continue
        assert event.kind == "refund"
        with pytest.raises(OutcomeUnknown):
            event.paid(**ORDER)


def test_what_our_own_cipher_made_is_opened() -> None:
    inner = xml.write(REFUND_INNER, root="root")
    body = xml.write({**REFUND_OUTER, "req_info": cipher.encrypt(inner, DIRECT.api_key)})
    assert opened(body).fields == {**REFUND_OUTER, **REFUND_INNER}


# Anything at all.


@pytest.mark.parametrize("body", [None, "", "<xml/>", 1, {}, [], memoryview(b"<xml/>"), object()])
def test_what_is_no_bytes_is_malformed(body: Any) -> None:
    with pytest.raises(Malformed):
        opened(body)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"<xml>{text}</xml>".encode())))
def test_any_bytes_are_refused_by_an_error_of_ours(body: bytes) -> None:
    with pytest.raises(WXPayError):
        opened(body)


# The answer.


def test_the_answer_is_the_one_the_page_prints() -> None:
    assert reply().body.decode() == notifications.ACKNOWLEDGEMENT
    assert opened(m.payment()).reply() == opened(m.refund()).reply() == reply()
    refusal = reply(success=False, message="busy")
    assert refusal.body.decode() == notifications.REFUSAL.format(reason="busy")
    assert opened(m.payment()).reply(success=False, message="busy") == refusal


def test_the_answer_is_a_tuple_with_names() -> None:
    answer = reply()
    body, content_type, status = answer
    assert isinstance(answer, Reply)
    assert (answer.body, answer.content_type, answer.status) == (body, content_type, status)
    assert (content_type, status) == ("text/xml; charset=utf-8", 200)


@given(examples.text())
def test_any_message_that_can_be_sent_is_read_back(message: str) -> None:
    answer = reply(success=False, message=message)
    assert xml.read(answer.body) == {"return_code": "FAIL", "return_msg": message}
    assert answer.status == 200


@pytest.mark.parametrize("message", ["\0", "\r", "😀", "\ud800", None, 1])
def test_a_message_that_cannot_be_sent_is_refused(message: Any) -> None:
    with pytest.raises(InvalidRequest, match="return_msg"):
        reply(success=False, message=message)


# What an event shows.


def test_s7_an_event_prints_masked_and_stays_in_its_process() -> None:
    event = opened(m.payment())
    shown = repr(event) + str(event)
    assert PAYMENT["openid"] not in shown
    assert PAYMENT["nonce_str"] not in shown
    assert event.fields["sign"] not in shown
    assert "oUpF***" in shown
    assert m.KEY not in shown
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="store its fields"):
            leave(event)


# Other kinds.

CONTRACT = {
    "return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": m.MCH_ID, "contract_code": "C-1", "plan_id": "1",
    "openid": "oUpF8uMuAJO", "change_type": "ADD", "operate_time": "2026-03-01 12:00:00", "contract_id": "2026",
    "contract_expired_time": "2027-03-01 12:00:00", "request_serial": "7",
}  # fmt: skip
KINDS = {
    "papay_contract": ("MD5", CONTRACT),
    "papay_deduction": ("MD5", {**PAYMENT, "trade_state": "SUCCESS", "contract_id": "2026"}),
    "vehicle_deduction": ("HMAC-SHA256", {**PAYMENT, "trade_state": "SUCCESS", "sign_type": "HMAC-SHA256"}),
    "vehicle_state": ("HMAC-SHA256", {
        "appid": m.APPID, "mch_id": m.MCH_ID, "plate_number": "B888888", "nonce_str": "n", "sign_type": "HMAC-SHA256",
        "vehicle_event_createtime": "20260301120000",
    }),
    "combined": ("HMAC-SHA256", {
        "return_code": "SUCCESS", "result_code": "SUCCESS", "combine_appid": m.APPID, "combine_mch_id": m.MCH_ID,
        "combine_out_trade_no": "T-1", "sign_type": "HMAC-SHA256", "nonce_str": "n", "trade_type": "JSAPI",
        "sub_order_list": '{"order_num":1,"order_list":[]}',
    }),
    "risk_transactions": ("HMAC-SHA256", {
        "return_code": "SUCCESS", "sign_type": "HMAC-SHA256", "nonce_str": "n", "event_code": "1",
        "risk_level": "HIGH", "risk_level_desc": "high", "mch_id": m.MCH_ID, "sub_mch_id": "1900000999",
        "transaction_id_list": '{"data":{"transaction_id":["42"]}}',
    }),
    "native_scan": ("MD5", {
        "appid": m.APPID, "mch_id": m.MCH_ID, "openid": "oUpF8uMuAJO", "is_subscribe": "N", "product_id": "88888",
        "nonce_str": "n",
    }),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@pytest.mark.parametrize("configured", ALGORITHMS)
def test_each_kind_is_verified_by_its_own_rule(kind: str, configured: str) -> None:
    algorithm, fields = KINDS[kind]
    event = opened(m.xml(m.signed(fields, sign_type=algorithm)), sign_type=configured)
    assert (event.kind, event.hint, event.row.kind) == (kind, False, kind)
    assert without(event.fields, "sign") == fields


@every_kind
def test_each_kind_is_refused_under_another_key_or_algorithm(kind: str) -> None:
    algorithm, fields = KINDS[kind]
    other = "MD5" if algorithm != "MD5" else "HMAC-SHA256"
    for body in (m.signed(fields, sign_type=other), m.signed(fields, "0" * 32, algorithm), {**fields, "sign": ""}):
        with pytest.raises(SignatureInvalid):
            opened(m.xml(body))


@every_kind
def test_each_kind_for_another_merchant_is_a_mismatch(kind: str) -> None:
    algorithm, fields = KINDS[kind]
    name = "combine_mch_id" if kind == "combined" else "mch_id"
    with pytest.raises(Mismatch):
        opened(m.xml(m.signed({**fields, name: "1900000999"}, sign_type=algorithm)))
    if kind != "papay_deduction" and kind != "vehicle_deduction":
        with pytest.raises(Malformed, match="lacks the merchant"):
            opened(m.xml(m.signed(without(fields, name), sign_type=algorithm)))


@pytest.mark.parametrize("kind", ["papay_deduction", "vehicle_deduction"])
def test_m1_a_deduction_is_paid_when_its_state_says_so(kind: str) -> None:
    algorithm, fields = KINDS[kind]
    assert opened(m.xml(m.signed(fields, sign_type=algorithm))).paid(**ORDER).out_trade_no == ORDER["out_trade_no"]
    failed = {**fields, "trade_state": "PAY_FAIL"}
    with pytest.raises(OutcomeUnknown, match="PAY_FAIL"):
        opened(m.xml(m.signed(failed, sign_type=algorithm))).paid(**ORDER)


@pytest.mark.parametrize("kind", ["papay_contract", "vehicle_state", "combined", "risk_transactions", "native_scan"])
def test_m1_what_is_no_payment_proves_none(kind: str) -> None:
    algorithm, fields = KINDS[kind]
    with pytest.raises(OutcomeUnknown, match="proves no payment"):
        opened(m.xml(m.signed({**fields, "trade_state": "SUCCESS"}, sign_type=algorithm))).paid(**ORDER)


def test_an_event_is_typed_by_its_row() -> None:
    event = opened(m.xml(m.signed(CONTRACT)))
    assert event.typed["operate_time"].isoformat() == "2026-03-01T12:00:00+08:00"
    algorithm, fields = KINDS["combined"]
    assert opened(m.xml(m.signed(fields, sign_type=algorithm))).typed["sub_order_list"]["order_num"] == 1


def test_a_scan_is_answered_signed_with_the_prepay_id() -> None:
    event = opened(m.xml(m.signed(KINDS["native_scan"][1])))
    told = envelope.unseal(event.reply(prepay_id="wx2026").body, SIGNERS["MD5"])
    assert (told["prepay_id"], told["result_code"], told["appid"]) == ("wx2026", "SUCCESS", m.APPID)
    refused = envelope.unseal(event.reply(success=False, message="sold out").body, SIGNERS["MD5"])
    assert (refused["result_code"], refused["err_code_des"]) == ("FAIL", "sold out")
    with pytest.raises(InvalidRequest, match="prepay_id"):
        event.reply()


@pytest.mark.parametrize("name", ["appid", "nonce_str"])
@pytest.mark.parametrize("given", [{}, {"": ""}])
def test_a_scan_without_what_its_answer_repeats_is_malformed(name: str, given: dict[str, str]) -> None:
    fields = {**without(KINDS["native_scan"][1], name), **({name: ""} if given else {})}
    with pytest.raises(Malformed, match=f"lacks {name}"):
        opened(m.xml(m.signed(fields)))


def test_a_rent_event_is_opened_with_the_api_v3_key() -> None:
    key, nonce = "k" * 32, "abcdefghijkl"
    inside = b'{"state": "USER_CONFIRM", "out_order_no": "R-1"}'
    sealed = base64.b64encode(primitives.aes_gcm_encrypt(inside, key.encode(), nonce.encode(), b"WXV")).decode()
    fields = {
        "mch_id": m.MCH_ID, "appid": m.APPID, "algorithm": "HMAC-SHA256", "nonce_str": "n", "event_id": "1",
        "event_type": "CHECK.SUCCESS", "event_algorithm": "AEAD_AES_256_GCM", "event_nonce": nonce,
        "event_associated_data": "WXV", "event_ciphertext": sealed, "event_create_time": "2026",
    }  # fmt: skip

    def event(**changes: str) -> Event:
        return opened(m.xml(m.signed({**fields, **changes}, sign_type="HMAC-SHA256")))

    assert event().kind == "rent_hotel"
    assert event().decrypted(Secret(key)) == {"state": "USER_CONFIRM", "out_order_no": "R-1"}
    for changes in ({"event_nonce": "x" * 12}, {"event_nonce": "short"}, {"event_associated_data": "other"}):
        with pytest.raises(SignatureInvalid):
            event(**changes).decrypted(Secret(key))
    for changes in ({"event_algorithm": "AES"}, {"event_ciphertext": "***"}):
        with pytest.raises(Malformed):
            event(**changes).decrypted(Secret(key))
    with pytest.raises(SignatureInvalid):
        event().decrypted(Secret("z" * 32))
    with pytest.raises(Malformed, match="nothing for the API v3 key"):
        opened(m.xml(m.signed(CONTRACT))).decrypted(Secret(key))
