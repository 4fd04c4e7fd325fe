"""Which v2 operations API v3 carries, and why it does not carry the others."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from wxpay_v2.upgrade.rules import DOCUMENTED, INFERRED, NoEquivalent, Upgrade

__all__ = ["ABSENT", "CARRIED", "find"]

# v2's operation -> the module and the name of its row.
CARRIED = {
    "unified_order": ("orders", "UNIFIED_ORDER"),
    "order_query": ("orders", "ORDER_QUERY"),
    "close_order": ("orders", "CLOSE_ORDER"),
    "micropay": ("quick_pay", "MICROPAY"),
    "reverse": ("quick_pay", "REVERSE"),
    "refund": ("refunds", "REFUND"),
    "refund_query": ("refunds", "REFUND_QUERY"),
    "download_bill": ("statements", "DOWNLOAD_BILL"),
    "download_fund_flow": ("statements", "DOWNLOAD_FUND_FLOW"),
    "settlement_query": ("settlements", "SETTLEMENT_QUERY"),
    "customs_declare": ("customs", "CUSTOMS_DECLARE"),
    "customs_declare_query": ("customs", "CUSTOMS_DECLARE_QUERY"),
    "customs_redeclare": ("customs", "CUSTOMS_REDECLARE"),
    "add_institution_sub": ("sub_merchants", "ADD_INSTITUTION_SUB"),
    "modify_institution_sub": ("sub_merchants", "MODIFY_INSTITUTION_SUB"),
    "query_institution_sub": ("sub_merchants", "QUERY_INSTITUTION_SUB"),
    "upload_media": ("media", "UPLOAD_MEDIA"),
    "profit_sharing": ("profit_sharing", "PROFIT_SHARING"),
    "multi_profit_sharing": ("profit_sharing", "MULTI_PROFIT_SHARING"),
    "profit_sharing_finish": ("profit_sharing", "PROFIT_SHARING_FINISH"),
    "profit_sharing_query": ("profit_sharing", "PROFIT_SHARING_QUERY"),
    "profit_sharing_add_receiver": ("profit_sharing", "PROFIT_SHARING_ADD_RECEIVER"),
    "profit_sharing_remove_receiver": ("profit_sharing", "PROFIT_SHARING_REMOVE_RECEIVER"),
    "profit_sharing_return": ("profit_sharing", "PROFIT_SHARING_RETURN"),
    "profit_sharing_return_query": ("profit_sharing", "PROFIT_SHARING_RETURN_QUERY"),
    "profit_sharing_order_amount_query": ("profit_sharing", "PROFIT_SHARING_ORDER_AMOUNT_QUERY"),
    "profit_sharing_merchant_ratio_query": ("profit_sharing", "PROFIT_SHARING_MERCHANT_RATIO_QUERY"),
    "combined_order": ("combined_orders", "COMBINED_ORDER"),
    "query_combined_order": ("combined_orders", "QUERY_COMBINED_ORDER"),
    "close_combined_order": ("combined_orders", "CLOSE_COMBINED_ORDER"),
}

_ELSEWHERE = "keep it on v2: v2 and v3 may be used side by side by one merchant"
_TRANSFER = "/v3/fund-app/mch-transfer/transfer-bills"
_PAPAY = (
    "abroad use API v3's /v3/global/papay/contracts and /v3/global/papay/transactions, in the mainland its /v3/papay/; "
    "or keep it on v2"
)


def _rows(names: str, reason: str, remedy: str, *, basis: str = DOCUMENTED) -> tuple[NoEquivalent, ...]:
    """Return one row for each of *names*, parted by blanks."""
    return tuple(NoEquivalent(name, reason, remedy, basis=basis) for name in names.split())


def _read(name: str, reason: str, remedy: str) -> tuple[NoEquivalent, ...]:
    """Return the row of a read, which may stay on v2."""
    return _rows(name, reason, f"{remedy}keep this read on v2: V3Account(over_v2=({name!r},))")


# Why not, and what official pages offer instead. What is not named here gets the general answer.
ABSENT: dict[str, NoEquivalent] = {
    row.operation: row
    for row in (
        *_read("query_exchange_rate", "API v3 tells rates inside orders and refunds only",
               "read the rate of the payment, or "),
        *_rows("report", "API v3 takes no reports of a merchant's own timings", "leave the call out"),
        *_rows("short_url", "API v3 shortens no links", "use the code's link as it is; it fits a QR code"),
        *_read("auth_code_to_openid", "API v3 gives no openid for a payment code",
               "read the openid from the paid order, or "),
        *_rows("refund_v2 refund_query_v2", "API v3 has one refund for goods and orders",
               "call refund and refund_query, or keep refunds by goods on v2", basis=INFERRED),
        *_rows("transfers get_transfer_info",
               "transfers to a balance are another product in API v3, in which the payee confirms each",
               f"use merchant transfer ({_TRANSFER}), or keep it on v2"),
        *_rows("send_red_pack send_group_red_pack send_mini_program_red_pack get_red_pack_info",
               "API v3 has no call for cash red packets",
               f"keep it on v2, or pay by merchant transfer ({_TRANSFER})", basis=INFERRED),
        *_rows("send_coupon", "coupons are another product in API v3, with batches of its own",
               "use /v3/marketing/favor/users/{openid}/coupons, or keep it on v2"),
        *_rows("query_coupon_stock", "coupons are another product in API v3, with batches of its own",
               "use /v3/marketing/favor/stocks/{stock_id}, or keep it on v2"),
        *_rows("query_coupon_info", "coupons are another product in API v3, with batches of its own",
               "use /v3/marketing/favor/users/{openid}/coupons/{coupon_id}, or keep it on v2"),
        *_rows("entrust_web h5_entrust_web pre_entrust_web contract_order query_contract delete_contract pap_pay_apply "
               "pap_order_query partner_entrust_web partner_h5_entrust_web partner_pre_entrust_web "
               "partner_query_contract partner_delete_contract partner_pap_pay_apply partner_pap_order_query",
               "contracts and deductions have another form in API v3", _PAPAY),
        *_rows("vehicle_query_state vehicle_notification vehicle_pay_apply vehicle_partner_query_state "
               "vehicle_partner_notification vehicle_partner_pay_apply",
               "parking is another product in API v3, with a payment score",
               "use /v3/vehicle/parking/ and /v3/vehicle/transactions/parking, or keep it on v2"),
        *_rows("hotel_create_bill hotel_finish_bill hotel_query_bill rent_create_bill rent_change_money "
               "rent_cancel_bill rent_finish_bill rent_query_bill",
               "rents without a deposit are orders of the payment score in API v3",
               "use /v3/payscore/serviceorder, or keep it on v2", basis=INFERRED),
        *_rows("micro_applyment_submit micro_applyment_get_state micro_applyment_modify_archives "
               "micro_applyment_modify_contact_info micro_applyment_sign_contract micro_applyment_submit_upgrade "
               "micro_applyment_get_upgrade_state sub_mch_manage",
               "sub-merchants of the mainland are onboarded by another product in API v3",
               "use /v3/applyment4sub/applyment/, or keep it on v2", basis=INFERRED),
        *_rows("get_certificates", "these certificates are v2's own; those of API v3 are fetched and renewed by "
               "themselves", "leave the call out"),
        *_rows("get_violation", "API v3 notifies violations instead of listing them",
               "use /v3/merchant-risk-manage/violation-notifications, or keep it on v2", basis=INFERRED),
        *_rows("sandbox_get_sign_key sandbox_micropay sandbox_order_query sandboxnew_get_sign_key "
               "sandboxnew_unified_order sandboxnew_micropay sandboxnew_order_query sandboxnew_refund "
               "sandboxnew_refund_query sandboxnew_download_bill",
               "API v3 has no sandbox", "use the simulator, which speaks API v3 too", basis=INFERRED),
    )
}  # fmt: skip


@lru_cache(maxsize=256)
def find(operation: str) -> Upgrade | NoEquivalent:
    """Return how API v3 carries the v2 operation of that name, or why it does not."""
    place = CARRIED.get(operation)
    if place is not None:
        row: Upgrade = getattr(import_module(f"wxpay_v2.upgrade.{place[0]}"), place[1])
        return row
    found = ABSENT.get(operation)
    return found or NoEquivalent(
        operation, "this product is not part of what is carried over", _ELSEWHERE, basis=INFERRED
    )
