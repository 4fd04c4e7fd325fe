"""Sub-merchants of an institution: onboarding, query, modification.

Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_1.shtml to chapter4_2_3.shtml
"""

from __future__ import annotations

import hashlib

from wxpay_v2.errors import InvalidRequest, Malformed, SignatureInvalid, quoted
from wxpay_v2.operation import GLOBAL, INSTITUTION
from wxpay_v2.upgrade.conversions import JSON_TEXT, as_json, as_text, read_json
from wxpay_v2.upgrade.identity import ECHOED, ENVELOPE
from wxpay_v2.upgrade.rules import INFERRED, Conversion, NoEquivalent, Target, Upgrade, convert, drop, move

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["ADD_INSTITUTION_SUB", "MODIFY_INSTITUTION_SUB", "QUERY_INSTITUTION_SUB"]

_KEY_LENGTH = 64  # of an Idempotency-Key, letters and digits
_INSTITUTIONS = (INSTITUTION,)
_ELSEWHERE = NoEquivalent(
    "", "only institutions onboard sub-merchants this way, and only abroad",
    "mainland service providers onboard with /v3/applyment4sub/applyment/, another product",
)  # fmt: skip


def _key(text: str, case: Case) -> str:
    """Return the Idempotency-Key that a remark becomes: itself, or a digest when it is not letters and digits."""
    if text.isascii() and text.isalnum():
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def _category(text: str, case: Case) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidRequest(f"business_category must be a number to be carried by API v3, got {quoted(text)}")
    return int(text)


def _wanted(text: str, case: Case) -> bool:
    return text.upper() in ("YES", "TRUE", "Y")


def _domains(text: str, case: Case) -> list[str]:
    given = read_json("h5_domains", text)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidRequest("h5_domains must be a JSON list of texts to become a part of API v3's request")
    return given


def _secret(value: Any, case: Case) -> str:
    """Return a field that was encrypted for the merchant; as it stands where nobody's key is at hand."""
    from wxpay_v2.v3 import cipher

    text, key = as_text(value, case), getattr(case.account, "private_key", None)
    try:
        return cipher.decrypt(text, key) if key is not None else text
    except SignatureInvalid as error:
        raise Malformed(error.message) from None


def _nothing(value: Any, case: Case) -> None:
    return None


def _never(text: str, case: Case) -> None:
    raise AssertionError("this is told and never sent")


_REMARK = Conversion("idempotency key", _key, _nothing)
_CATEGORY = Conversion("whole number", _category, as_text)
_WISH = Conversion("true or false", _wanted, _nothing)
_DOMAINS = Conversion("list of texts", _domains, _nothing)
_CONTACT = Conversion("encrypted", lambda text, case: text, _secret)
_SENTENCE = Conversion("sentence case", _never, lambda value, case: as_text(value, case).capitalize())
_REASONS = Conversion("JSON in a text", JSON_TEXT.there, as_json)

# Both ways under the same words, here and there.
_PLACES = {
    "merchant_name": "name",
    "merchant_shortname": "shortname",
    "merchant_country_code": "merchant_country_code",
    "merchant_type": "merchant_type",
    "registration_certificate_number": "registration_certificate_number",
    "registration_certificate_date": "registration_certificate_date",
    "settlement_bank_number": "settlement_bank_number",
    "office_phone": "office_phone",
    "mcc": "business.mcc",
    "business_type": "business.business_type",
    "app_download": "business.app_download",
    "business_website": "business.website",
    "office_account": "business.office_account",
    "mini_program": "business.mini_program",
    "store_address": "business.store_address",
    "director_name": "director.name",
    "director_id_number": "director.number",
    "principal_name": "principal.name",
    "principal_id_number": "principal.number",
}
_CONTACTS = {"contact_name": "contact.name", "contact_phone": "contact.phone", "contact_email": "contact.email"}
_MOVED: tuple[Rule, ...] = tuple(move(v2, v3) for v2, v3 in _PLACES.items())
_CALLER: tuple[Rule, ...] = (*ENVELOPE, move("app_id", "sp_appid"), move("mch_id", "sp_mchid"))
# The fields of the contact travel encrypted: the row of the v3 call says so.
_DESCRIBED: tuple[Rule, ...] = (
    *_MOVED,
    *(move(v2, v3) for v2, v3 in _CONTACTS.items()),
    move("channel_id"),
    move("registration_certificate_copy"),
    move("store_photos", "business.store_photos"),
    convert("business_category", "business_category", _CATEGORY),
    convert("apply_h5_payment", "apply_h5_payment", _WISH),
    convert("h5_domains", "h5_payment_apply_info.domains", _DOMAINS),
)
_H5_STATE = move("h5_authorization_state")

ADD_INSTITUTION_SUB = Upgrade(
    "add_institution_sub",
    family="sub-merchant",
    targets=(Target("merchant_add", regions=(GLOBAL,), modes=_INSTITUTIONS),),
    otherwise=_ELSEWHERE,
    request=(
        *_CALLER,
        *_DESCRIBED,
        convert("merchant_remark", "Idempotency-Key", _REMARK, basis=INFERRED),
        move("h5_website_url", "h5_payment_apply_info.h5_website_url"),
        move("attach"),
    ),
    answer=(
        *ECHOED,
        move("sub_mch_id", "sub_mchid"),
        convert("verification_status", "verification_status", _SENTENCE),
        move("description"),
        _H5_STATE,
    ),
)

MODIFY_INSTITUTION_SUB = Upgrade(
    "modify_institution_sub",
    family="sub-merchant",
    targets=(Target("merchant_modify", regions=(GLOBAL,), modes=_INSTITUTIONS),),
    otherwise=_ELSEWHERE,
    request=(
        *_CALLER,
        *_DESCRIBED,
        move("sub_mch_id", "sub_mchid"),
        move("h5_website_url", "h5_payment_apply_info.website_url"),
    ),
    answer=(
        *ECHOED,
        move("sub_mch_id", "sub_mchid"),
        _H5_STATE,
        drop("verification_status", "API v3 does not tell it again; query_institution_sub tells application_status"),
    ),
)

QUERY_INSTITUTION_SUB = Upgrade(
    "query_institution_sub",
    family="sub-merchant",
    targets=(Target("merchant_query", regions=(GLOBAL,), modes=_INSTITUTIONS),),
    otherwise=_ELSEWHERE,
    request=(*_CALLER, move("sub_mch_id", "sub_mchid")),
    answer=(
        *ECHOED,
        move("sub_mch_id", "sub_mchid"),
        *_MOVED,
        *(convert(v2, v3, _CONTACT) for v2, v3 in _CONTACTS.items()),
        convert("business_category", "business_category", _CATEGORY),
        move("h5_authorization_state", "h5_payment.h5_authorization_state"),
        move("h5_audit_reject_detail", "h5_payment.audit_reject_detail"),
        move("sub_mch_status", "sub_merchant_state.sub_merchant_status"),
        move("application_status", "sub_merchant_state.application_status"),
        convert("application_reject_detail", "sub_merchant_state.application_reject_detail", _REASONS),
        move("attach"),
        drop("merchant_remark", "API v3 uses it as Idempotency-Key when the sub-merchant is added and forgets it",
             basis=INFERRED),
        drop("channel_id", "API v3 does not tell the channel again"),
    ),
)  # fmt: skip
