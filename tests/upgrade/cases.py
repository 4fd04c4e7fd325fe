"""v2 calls translated by the rows alone: what is sent over API v3, and what becomes of its answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from wxpay_v2 import validation
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.case import Case, chosen
from wxpay_v2.upgrade.plan import Plan, plan_of
from wxpay_v2.upgrade.rules import Step, Upgrade
from wxpay_v2.v2 import catalogue as v2_catalogue
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3 import document as v3_document

__all__ = [
    "APPID", "GLOBAL", "MAINLAND", "MCH_ID", "SUB_APPID", "SUB_MCH_ID", "case", "checked", "merchant", "plan", "sent",
    "told", "upgrade",
]  # fmt: skip

APPID, MCH_ID, SUB_MCH_ID, SUB_APPID = "wx2421b1c4370ec43b", "1900009191", "1900009192", "wx2421b1c4370ec43c"
_ACCOUNT = {
    "merchant_category_code": "4111", "store_id": "", "store_name": "", "store_address": "", "goods_id": "",
    "goods_price": None, "codepay": True, "strict": False, "over_v2": (),
}  # fmt: skip


def merchant(*, sub: bool = False) -> Merchant:
    """Return a direct merchant, or one that calls for a sub-merchant."""
    more = {"sub_mch_id": SUB_MCH_ID, "sub_appid": SUB_APPID} if sub else {}
    return Merchant(appid=APPID, mch_id=MCH_ID, api_key="k" * 32, **more)


def case(name: str, fields: dict[str, Any], *, region: str = MAINLAND, sub: bool = False, **account: Any) -> Case:
    """Return the call *name* as the client would have it: its fields as text, with the merchant's ids."""
    row, ours = v2_catalogue.find(name), merchant(sub=sub)
    wire, found = validation.wire_fields(row, fields)
    assert not found
    ids = {wire_name: getattr(ours, attribute) for attribute, wire_name in row.ids.items()}
    ids = {wire_name: value for wire_name, value in ids.items() if value}
    call = Case(row, {**ids, **wire}, ours, region, SimpleNamespace(**{**_ACCOUNT, **account}))  # type: ignore[arg-type]
    target = chosen(call, upgrade(name).targets)
    call.target = target.name if target is not None else ""
    return call


def upgrade(name: str) -> Upgrade:
    """Return the row of a call that API v3 carries."""
    found = catalogue.find(name)
    assert isinstance(found, Upgrade)
    return found


def plan(call: Case, rows: Upgrade | Step | None = None) -> Plan:
    """Return the rules of *call*, or of a step beside it."""
    return plan_of(call.operation.name, rows or upgrade(call.operation.name), call.region, call.mode, call.target)


def checked(call: Case) -> dict[str, Any]:
    """Return the document of *call*, which its v3 row has no fault with."""
    document = plan(call).document(call)
    v3_document.check(v3_catalogue.find(call.region, call.target), document, call.mode)
    return document


def sent(name: str, fields: dict[str, Any], **where: Any) -> tuple[str, dict[str, Any]]:
    """Return which v3 call carries the v2 one, and its checked document."""
    call = case(name, fields, **where)
    assert call.target, "no v3 call fits"
    return call.target, checked(call)


def told(name: str, fields: dict[str, Any], document: dict[str, Any], **where: Any) -> dict[str, str]:
    """Return v2's fields of the answer *document* to the call, without those of the envelope."""
    call = case(name, fields, **where)
    call.document = document
    envelope = {"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS"}
    answer = plan(call).fields(call)
    assert envelope.items() <= answer.items()
    return {field: text for field, text in answer.items() if field not in envelope}
