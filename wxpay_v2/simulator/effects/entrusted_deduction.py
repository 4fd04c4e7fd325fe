"""Entrusted deduction, of merchants and of service providers: contracts, deductions by them, and queries.

The payer agrees by opening the page of entrust_web, by paying an order of contract_order, or by the act
`sign_contract`, after h5_entrust_web and pre_entrust_web.
"""

from __future__ import annotations

import hashlib

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.canned import way_back
from wxpay_v2.simulator.effects import contracts, orders
from wxpay_v2.simulator.effects.common import Setting, find_order, listed
from wxpay_v2.simulator.effects.contracts import ACCEPT, ENDED, SIGNED, SIGNING
from wxpay_v2.simulator.effects.payouts import spaced
from wxpay_v2.simulator.protocol import Call, Refusal, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.replies import Page
from wxpay_v2.simulator.states import NOTPAY
from wxpay_v2.simulator.views import OrderView

__all__ = [
    "contract_order", "delete_contract", "entrust_web", "h5_entrust_web", "on_payment", "pap_order_query",
    "pap_pay_apply", "partner_delete_contract", "partner_entrust_web", "partner_h5_entrust_web",
    "partner_pap_order_query", "partner_pap_pay_apply", "partner_pre_entrust_web", "partner_query_contract",
    "pre_entrust_web", "query_contract", "state_number", "told_of",
]  # fmt: skip

_NUMBERS = {SIGNED: "0", ENDED: "1", SIGNING: "9"}


# To a contract


def entrust_web(call: Call, book: Book, setting: Setting) -> Page:
    """Let the payer who opens the page agree."""
    fields = call.fields
    title, forward = call.operation.title, way_back(call)
    if not fields.get("plan_id") or not fields.get("contract_code"):
        return Page(title, ("There is nothing to agree to: plan_id or contract_code is missing.",), forward)
    number = contracts.number_of(fields["plan_id"], fields["contract_code"])
    signed = book.records.get(contracts.CONTRACT, call.account.mch_id, number)
    if signed is None or signed.state != SIGNED:
        signed = contracts.sign(book, setting, _prepared(call, book))
    return Page(title, (f"Agreed: {fields['contract_code']}.", f"contract_id {signed.reference}"), forward)


def partner_entrust_web(call: Call, book: Book, setting: Setting) -> Page:
    """Let the payer who opens the page agree, with a sub-merchant."""
    return entrust_web(call, book, setting)


def h5_entrust_web(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer where the payer is to be sent to agree. The address leads nowhere: see `contracts.sign_contract`."""
    page = f"https://payapp.weixin.qq.com/papay/h5/agree?id={_session(_prepared(call, book))}"
    return {"result_msg": "OK", "redirect_url": page}


def partner_h5_entrust_web(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer where the payer is to be sent to agree, with a sub-merchant."""
    return h5_entrust_web(call, book, setting)


def pre_entrust_web(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the id by which the merchant's app lets the payer agree."""
    return {"pre_entrustweb_id": _session(_prepared(call, book))}


def partner_pre_entrust_web(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Answer the id by which the app lets the payer agree, with a sub-merchant."""
    return pre_entrust_web(call, book, setting)


def _prepared(call: Call, book: Book) -> Record:
    return contracts.prepare(call, book, notify_url=call.fields.get("notify_url", ""))


def _session(record: Record) -> str:
    """Return the same id whenever the same contract is asked for."""
    return hashlib.sha256(f"{record.mch_id} {record.number}".encode()).hexdigest()


def contract_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Place an order whose payment signs the contract."""
    fields, account = call.fields, call.account
    if (fields["contract_mchid"], fields["contract_appid"]) != (account.mch_id, account.appid):
        raise Refusal("PARAM_ERROR", "the contract must be of the merchant who places the order")
    order = orders.place(call, book)
    try:
        contracts.prepare(call, book, notify_url=fields["contract_notify_url"])
        contract = {
            "contract_result_code": "SUCCESS",
            **{name: fields[name] for name in ("plan_id", "request_serial", "contract_code")},
            "contract_display_account": fields["contract_display_account"],
        }
    except Refusal as refused:  # the order stands all the same
        contract = {
            "contract_result_code": "FAIL", "contract_err_code": refused.code, "contract_err_code_des": refused.des,
        }  # fmt: skip
    told = {name: getattr(order, name) for name in ("prepay_id", "trade_type", "code_url", "mweb_url", "out_trade_no")}
    return {**told, **contract}


def on_payment(order: OrderView, book: Book, setting: Setting) -> None:
    """Sign the contract that came with the order."""
    if "contract_mchid" not in order.fields:
        return
    number = contracts.number_of(order.fields["plan_id"], order.fields["contract_code"])
    record = book.records.get(contracts.CONTRACT, order.mch_id, number)
    if record is not None and record.state == SIGNING:
        contracts.sign(book, setting, record, openid=order.openid)


# Of a contract


def query_contract(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a contract; one that waits for the payer has neither contract_id nor openid."""
    return listed(call, told_of(contracts.contract_of(call, book)))


def partner_query_contract(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a sub-merchant's contract."""
    return query_contract(call, book, setting)


def told_of(record: Record) -> dict[str, str]:
    """Return what is told of a contract."""
    data = record.data
    ended = data.get("ended_at")
    return {
        "contract_id": record.reference,
        **{name: data[name] for name in ("plan_id", "request_serial", "contract_code", "contract_display_account")},
        "contract_state": state_number(record),
        "contract_signed_time": spaced(data["signed_at"]) if record.reference else "",
        "contract_expired_time": spaced(data["until"]) if record.reference else "",
        "contract_terminated_time": spaced(ended) if ended else "",
        "contract_termination_mode": data.get("mode", ""),
        "contract_termination_remark": data.get("termination_remark", ""),
        "openid": data["openid"] if record.reference else "",
        "sub_openid": data["sub_openid"] if record.reference else "",
    }


def state_number(record: Record) -> str:
    """Return contract_state: 0 signed, 1 ended, 9 signing."""
    return _NUMBERS[record.state]


def delete_contract(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """End a contract at the merchant's wish."""
    record = _signed(call, book)
    remark = call.fields["contract_termination_remark"]
    contracts.end(book, setting, record, contracts.BY_API, remark=remark)
    return listed(
        call,
        {
            "contract_id": record.reference,
            "plan_id": record.data["plan_id"],
            "contract_code": record.data["contract_code"],
            "contract_termination_remark": remark,
            "version": call.fields["version"],
        },
    )


def partner_delete_contract(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """End a sub-merchant's contract."""
    return delete_contract(call, book, setting)


def _signed(call: Call, book: Book) -> Record:
    record = contracts.contract_of(call, book)
    if record.state == SIGNING:
        refusal(call.operation, "the payer has not agreed yet", "CONTRACT_NOT_EXIST")
    if record.state == ENDED:
        refusal(call.operation, "the contract has ended", "CONTRACTERROR")
    return record


# By a contract


def pap_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a deduction in; notification and query tell how it went."""
    contract = _signed(call, book)
    contracts.deduct(call, book, openid=contract.data["openid"], kind="papay_deduction", contract=contract)
    return {}


def partner_pap_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a sub-merchant's deduction in."""
    return pap_pay_apply(call, book, setting)


def pap_order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a deduction: ACCEPT until it is carried out, then SUCCESS, REFUND or PAYERROR."""
    order = find_order(call, book)
    if order.trade_type != contracts.PAP:
        refusal(call.operation, "the order is no deduction", "ORDERNOTEXIST")
    state = ACCEPT if order.state == NOTPAY else order.state
    told = orders.told_of(order, order.state)
    more = {
        "trade_state": state,
        "trade_state_desc": "已受理，等待扣款" if state == ACCEPT else told["trade_state_desc"],
        "openid": order.payer,
        "trade_type": order.trade_type,
        "total_fee": str(order.total_fee),
        "fee_type": order.fee_type,
    }
    return listed(call, {**told, **more})


def partner_pap_order_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a sub-merchant's deduction."""
    return pap_order_query(call, book, setting)
