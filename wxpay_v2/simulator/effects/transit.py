"""Transit: rides deducted by a contract, or from whom an openid names."""

from __future__ import annotations

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import contracts, entrusted_deduction
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call, refusal

__all__ = [
    "transit_partner_pay_apply", "transit_partner_query_order", "transit_partner_query_state", "transit_pay_apply",
    "transit_query_order", "transit_query_state",
]  # fmt: skip


def transit_query_state(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell whether the payer can ride: OVERDUE after a deduction that failed, BLOCKED without a signed contract."""
    contract = contracts.contract_of(call, book)
    if contract.data["openid"] != call.fields["openid"]:
        refusal(call.operation, "the contract is another payer's", "PARAM_ERROR")
    state = "NORMAL" if contract.state == contracts.SIGNED else "BLOCKED"
    if state == "NORMAL" and contracts.failures(book, contract):
        state = "OVERDUE"
    return {
        "user_state": state,
        "contract_id": contract.reference,
        "plan_id": contract.data["plan_id"],
        "contract_code": contract.data["contract_code"],
        "contract_state": entrusted_deduction.state_number(contract),
    }


def transit_partner_query_state(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell whether the payer can ride with a sub-merchant."""
    return transit_query_state(call, book, setting)


def transit_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take the deduction of a ride in."""
    contract, openid = None, call.fields.get("openid", "")
    if call.fields.get("contract_id"):
        contract = contracts.contract_of(call, book)
        if contract.state != contracts.SIGNED:
            refusal(call.operation, "the contract has ended", "CONTRACTERROR")
        openid = contract.data["openid"]
    if not openid:
        refusal(call.operation, "contract_id or openid is missing", "PARAM_ERROR")
    contracts.deduct(call, book, openid=openid, kind="vehicle_deduction", contract=contract)
    return {}


def transit_partner_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take the deduction of a ride with a sub-merchant in."""
    return transit_pay_apply(call, book, setting)


def transit_query_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the deduction of a ride."""
    return entrusted_deduction.pap_order_query(call, book, setting)


def transit_partner_query_order(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of the deduction of a ride with a sub-merchant."""
    return entrusted_deduction.pap_order_query(call, book, setting)
