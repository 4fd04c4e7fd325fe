"""The facts of API v3, one module per family; found by region and name, or by method and path.

The rows of API v3 Global stand here, those of the mainland in `mainland`. A family's module is imported when one of its
operations is first asked for. An operation's row is the module's constant of the same name in capitals.
`notifications` holds the calls that the gateway makes to the merchant.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.operation import GLOBAL, MAINLAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.v3.operation import V3Operation

__all__ = ["NAMES", "every", "family", "find", "match"]

# name -> (module, method, path). They stand here too, so that finding one by path imports one family and not all.
_GLOBAL = {
    "transactions_jsapi": ("orders", "POST", "/v3/global/transactions/jsapi"),
    "transactions_native": ("orders", "POST", "/v3/global/transactions/native"),
    "transactions_app": ("orders", "POST", "/v3/global/transactions/app"),
    "transactions_h5": ("orders", "POST", "/v3/global/transactions/mweb"),
    "order_query_by_id": ("orders", "GET", "/v3/global/transactions/id/{transaction_id}"),
    "order_query_by_out_trade_no": ("orders", "GET", "/v3/global/transactions/out-trade-no/{out_trade_no}"),
    "close_by_id": ("orders", "POST", "/v3/global/transactions/id/{transaction_id}/close"),
    "close_by_out_trade_no": ("orders", "POST", "/v3/global/transactions/out-trade-no/{out_trade_no}/close"),
    "micropay": ("quick_pay", "POST", "/v3/global/micropay/transactions/pay"),
    "reverse_by_id": ("quick_pay", "POST", "/v3/global/micropay/transactions/id/{transaction_id}/reverse"),
    "reverse_by_out_trade_no": (
        "quick_pay",
        "POST",
        "/v3/global/micropay/transactions/out-trade-no/{out_trade_no}/reverse",
    ),
    "refund_create": ("refunds", "POST", "/v3/global/refunds"),
    "refund_query_by_id": ("refunds", "GET", "/v3/global/refunds/id/{refund_id}"),
    "refund_query_by_out_refund_no": ("refunds", "GET", "/v3/global/refunds/out-refund-no/{out_refund_no}"),
    "refund_query_all": ("refunds", "GET", "/v3/global/refunds"),
    "recharge_balance": ("refunds", "GET", "/v3/global/refund/recharge-balance"),
    "recharge_balance_sub_merchant": (
        "refunds",
        "GET",
        "/v3/global/refund/partner/recharge-balance/sub-mchid/{sub_mchid}",
    ),
    "statements": ("statements", "GET", "/v3/global/statements"),
    "settlements": ("settlements", "GET", "/v3/global/settle/settlements"),
    "certificates": ("certificates", "GET", "/v3/global/certificates"),
    "merchant_add": ("sub_merchants", "POST", "/v3/global/merchants"),
    "merchant_query": ("sub_merchants", "GET", "/v3/global/merchants/{sub_mchid}"),
    "merchant_modify": ("sub_merchants", "PATCH", "/v3/global/merchants/{sub_mchid}"),
    "media_upload": ("media", "POST", "/v3/merchant/media/upload"),
    "file_upload": ("media", "POST", "/v3/global/merchant-storage/file/upload"),
    "customs_declare": ("customs", "POST", "/v3/global/customs/orders"),
    "customs_modify": ("customs", "PATCH", "/v3/global/customs/orders"),
    "customs_query": ("customs", "GET", "/v3/global/customs/orders"),
    "customs_redeclare": ("customs", "POST", "/v3/global/customs/redeclare"),
    "customs_verify_certificate": ("customs", "POST", "/v3/global/customs/verify-certificate"),
    "profit_sharing_mark": ("profit_sharing", "POST", "/v3/global/profit-sharing/transactions/mark"),
    "profit_sharing_order": ("profit_sharing", "POST", "/v3/global/profit-sharing/orders"),
    "profit_sharing_unfreeze": ("profit_sharing", "POST", "/v3/global/profit-sharing/orders/unfreeze"),
    "profit_sharing_query": ("profit_sharing", "GET", "/v3/global/profit-sharing/orders/{out_order_no}"),
    "profit_sharing_unsplit_amount": (
        "profit_sharing",
        "GET",
        "/v3/global/profit-sharing/transactions/{transaction_id}/amounts",
    ),
    "profit_sharing_refundable_amount": (
        "profit_sharing",
        "GET",
        "/v3/global/profit-sharing/transactions/{transaction_id}/refundable-amounts",
    ),
    "profit_sharing_refundable_balance": (
        "profit_sharing",
        "GET",
        "/v3/global/profit-sharing/refunds/refundable-balance",
    ),
    "profit_sharing_bill": ("profit_sharing", "GET", "/v3/global/profit-sharing/bill-download-url"),
    "profit_sharing_refund_bill": ("profit_sharing", "GET", "/v3/global/profit-sharing/refunds/bill-download-url"),
    "profit_sharing_receiver_add": ("profit_sharing_receivers", "POST", "/v3/global/profit-sharing/receivers"),
    "profit_sharing_receiver_query": (
        "profit_sharing_receivers",
        "GET",
        "/v3/global/profit-sharing/receivers/{account}",
    ),
    "profit_sharing_receiver_delete": ("profit_sharing_receivers", "DELETE", "/v3/global/profit-sharing/receivers"),
    "papay_sign_jsapi": ("entrusted_deduction", "POST", "/v3/global/papay/contracts/jsapi-pre-entrust-sign"),
    "papay_sign_miniprogram": (
        "entrusted_deduction",
        "POST",
        "/v3/global/papay/contracts/miniprogram-pre-entrust-sign",
    ),
    "papay_sign_app": ("entrusted_deduction", "POST", "/v3/global/papay/contracts/app-pre-entrust-sign"),
    "papay_sign_h5": ("entrusted_deduction", "POST", "/v3/global/papay/contracts/h5-pre-entrust-sign"),
    "papay_sign_web": ("entrusted_deduction", "POST", "/v3/global/papay/contracts/web-pre-entrust-sign"),
    "papay_contract_query": ("entrusted_deduction", "GET", "/v3/global/papay/contracts/{contract_id}"),
    "papay_contract_query_by_code": (
        "entrusted_deduction",
        "GET",
        "/v3/global/papay/contracts/out-contract-code/{out_contract_code}",
    ),
    "papay_contract_terminate": ("entrusted_deduction", "POST", "/v3/global/papay/contracts/{contract_id}/terminate"),
    "papay_transaction": ("deductions", "POST", "/v3/global/papay/transactions"),
    "papay_query_by_id": ("deductions", "GET", "/v3/global/papay/transactions/{transaction_id}"),
    "papay_query_by_out_trade_no": ("deductions", "GET", "/v3/global/papay/transactions/out-trade-no/{out_trade_no}"),
    "papay_reverse": ("deductions", "POST", "/v3/global/papay/transactions/out-trade-no/{out_trade_no}/reverse"),
    "h5_domain_apply": ("h5_permissions", "POST", "/v3/global/merchant/h5/permission/domain/applications"),
    "h5_domain_get": ("h5_permissions", "GET", "/v3/global/merchant/h5/permission/domain/applications/{applyment_id}"),
    "h5_domain_modify": (
        "h5_permissions",
        "PATCH",
        "/v3/global/merchant/h5/permission/domain/applications/{applyment_id}",
    ),
    "h5_permission_apply": ("h5_permissions", "POST", "/v3/global/merchant/h5/permission/applications"),
    "h5_permission_get": ("h5_permissions", "GET", "/v3/global/merchant/h5/permission/applications/{applyment_id}"),
    "h5_permission_modify": (
        "h5_permissions",
        "PATCH",
        "/v3/global/merchant/h5/permission/applications/{applyment_id}",
    ),
    "h5_permission_state": ("h5_permissions", "GET", "/v3/global/merchant/h5/permission/{sub_mchid}"),
    "complaint_list": ("complaints", "GET", "/v3/global/merchant-service/complaints"),
    "complaint_get": ("complaints", "GET", "/v3/global/merchant-service/complaints/{complaint_id}"),
    "complaint_history": (
        "complaints",
        "GET",
        "/v3/global/merchant-service/complaints/{complaint_id}/negotiation-historys",
    ),
    "complaint_response": ("complaints", "POST", "/v3/global/merchant-service/complaints/{complaint_id}/response"),
    "complaint_complete": ("complaints", "POST", "/v3/global/merchant-service/complaints/{complaint_id}/complete"),
    "complaint_notification_create": ("complaints", "POST", "/v3/global/merchant-service/complaint-notifications"),
    "complaint_notification_get": ("complaints", "GET", "/v3/global/merchant-service/complaint-notifications"),
    "complaint_notification_update": ("complaints", "PUT", "/v3/global/merchant-service/complaint-notifications"),
    "complaint_notification_delete": ("complaints", "DELETE", "/v3/global/merchant-service/complaint-notifications"),
    "complaint_image_upload": ("complaints", "POST", "/v3/global/merchant-service/images/upload"),
    "complaint_image_get": ("complaints", "GET", "/v3/global/merchant-service/images/{media_id}"),
}
_MAINLAND = {
    "transactions_jsapi": ("orders", "POST", "/v3/pay/transactions/jsapi"),
    "transactions_native": ("orders", "POST", "/v3/pay/transactions/native"),
    "transactions_app": ("orders", "POST", "/v3/pay/transactions/app"),
    "transactions_h5": ("orders", "POST", "/v3/pay/transactions/h5"),
    "order_query_by_id": ("orders", "GET", "/v3/pay/transactions/id/{transaction_id}"),
    "order_query_by_out_trade_no": ("orders", "GET", "/v3/pay/transactions/out-trade-no/{out_trade_no}"),
    "close_by_out_trade_no": ("orders", "POST", "/v3/pay/transactions/out-trade-no/{out_trade_no}/close"),
    "partner_transactions_jsapi": ("partner_orders", "POST", "/v3/pay/partner/transactions/jsapi"),
    "partner_transactions_native": ("partner_orders", "POST", "/v3/pay/partner/transactions/native"),
    "partner_transactions_app": ("partner_orders", "POST", "/v3/pay/partner/transactions/app"),
    "partner_transactions_h5": ("partner_orders", "POST", "/v3/pay/partner/transactions/h5"),
    "partner_order_query_by_id": ("partner_orders", "GET", "/v3/pay/partner/transactions/id/{transaction_id}"),
    "partner_order_query_by_out_trade_no": (
        "partner_orders",
        "GET",
        "/v3/pay/partner/transactions/out-trade-no/{out_trade_no}",
    ),
    "partner_close_by_out_trade_no": (
        "partner_orders",
        "POST",
        "/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close",
    ),
    "codepay": ("quick_pay", "POST", "/v3/pay/transactions/codepay"),
    "codepay_reverse": ("quick_pay", "POST", "/v3/pay/transactions/out-trade-no/{out_trade_no}/reverse"),
    "partner_codepay": ("quick_pay", "POST", "/v3/pay/partner/transactions/codepay"),
    "partner_codepay_reverse": (
        "quick_pay",
        "POST",
        "/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse",
    ),
    "refund_create": ("refunds", "POST", "/v3/refund/domestic/refunds"),
    "refund_query_by_out_refund_no": ("refunds", "GET", "/v3/refund/domestic/refunds/{out_refund_no}"),
    "refund_apply_abnormal": ("refunds", "POST", "/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund"),
    "bill_trade": ("statements", "GET", "/v3/bill/tradebill"),
    "bill_fund_flow": ("statements", "GET", "/v3/bill/fundflowbill"),
    "bill_sub_merchant_fund_flow": ("statements", "GET", "/v3/bill/sub-merchant-fundflowbill"),
    "bill_download": ("statements", "GET", "/v3/billdownload/file"),
    "certificates": ("certificates", "GET", "/v3/certificates"),
    "security_echo": ("certificates", "POST", "/v3/security/echo"),
    "media_upload": ("media", "POST", "/v3/merchant/media/upload"),
    "profit_sharing_order": ("profit_sharing", "POST", "/v3/profitsharing/orders"),
    "profit_sharing_unfreeze": ("profit_sharing", "POST", "/v3/profitsharing/orders/unfreeze"),
    "profit_sharing_query": ("profit_sharing", "GET", "/v3/profitsharing/orders/{out_order_no}"),
    "profit_sharing_return_order": ("profit_sharing", "POST", "/v3/profitsharing/return-orders"),
    "profit_sharing_return_query": ("profit_sharing", "GET", "/v3/profitsharing/return-orders/{out_return_no}"),
    "profit_sharing_unsplit_amount": (
        "profit_sharing",
        "GET",
        "/v3/profitsharing/transactions/{transaction_id}/amounts",
    ),
    "profit_sharing_max_ratio": ("profit_sharing", "GET", "/v3/profitsharing/merchant-configs/{sub_mchid}"),
    "profit_sharing_bill": ("profit_sharing", "GET", "/v3/profitsharing/bills"),
    "profit_sharing_receiver_add": ("profit_sharing_receivers", "POST", "/v3/profitsharing/receivers/add"),
    "profit_sharing_receiver_delete": ("profit_sharing_receivers", "POST", "/v3/profitsharing/receivers/delete"),
    "combine_jsapi": ("combined_orders", "POST", "/v3/combine-transactions/jsapi"),
    "combine_native": ("combined_orders", "POST", "/v3/combine-transactions/native"),
    "combine_app": ("combined_orders", "POST", "/v3/combine-transactions/app"),
    "combine_h5": ("combined_orders", "POST", "/v3/combine-transactions/h5"),
    "combine_query": ("combined_orders", "GET", "/v3/combine-transactions/out-trade-no/{combine_out_trade_no}"),
    "combine_close": ("combined_orders", "POST", "/v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close"),
}
_INDEX = {GLOBAL: _GLOBAL, MAINLAND: _MAINLAND}
_PACKAGE = {GLOBAL: __name__, MAINLAND: f"{__name__}.mainland"}

NAMES: dict[str, tuple[str, ...]] = {region: tuple(index) for region, index in _INDEX.items()}


def find(region: str, name: str) -> V3Operation:
    """Return the row of the operation *name* of *region*. Raises InvalidRequest where there is none."""
    module = family(region, name)
    return _row(f"{_PACKAGE[region]}.{module}", name)


@lru_cache(maxsize=512)
def _row(module: str, name: str) -> V3Operation:
    row: V3Operation = getattr(import_module(module), name.upper())
    return row


def family(region: str, name: str) -> str:
    """Return the family of the operation *name*: its module here. Raises InvalidRequest as `find` does."""
    entry = _index(region).get(name) if isinstance(name, str) else None
    if entry is None:
        raise InvalidRequest(f"API v3 {region} has no operation {quoted(name)}", remedy=_suggestion(region, name))
    return entry[0]


def every(region: str) -> tuple[V3Operation, ...]:
    """Return every row of *region*, in the order of `NAMES`. Raises InvalidRequest for another region."""
    return tuple(find(region, name) for name in _index(region))


def match(region: str, method: str, path: str) -> tuple[V3Operation, dict[str, str]] | None:
    """Return the row that *method* and *path* call in *region*, and the text of its path parameters; or None.

    path: as on the wire, percent-encoded, without host and query. Raises InvalidRequest for another region.
    """
    _index(region)
    if not isinstance(method, str) or not isinstance(path, str):
        return None
    plain, patterns = _paths(region)
    name = plain.get((method, path))
    if name is not None:
        return find(region, name), {}
    for name, told, pattern in patterns:
        found = pattern.fullmatch(path) if told == method else None
        if found is not None:
            from urllib.parse import unquote  # only who serves calls comes here

            try:
                return find(region, name), {
                    key: unquote(text, errors="strict") for key, text in found.groupdict().items()
                }
            except UnicodeDecodeError:
                return None
    return None


def _index(region: str) -> dict[str, tuple[str, str, str]]:
    index = _INDEX.get(region) if isinstance(region, str) else None
    if index is None:
        raise InvalidRequest(f"there is no region {quoted(region)}", remedy=f"the regions are {', '.join(_INDEX)}")
    return index


@lru_cache(maxsize=2)
def _paths(region: str) -> tuple[dict[tuple[str, str], str], tuple[tuple[str, str, re.Pattern[str]], ...]]:
    """Return the names by method and path, and what matches the paths with parameters."""
    plain, patterns = {}, []
    for name, (_, method, path) in _INDEX[region].items():
        if "{" in path:
            source = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
            patterns.append((name, method, re.compile(source)))
        else:
            plain[method, path] = name
    return plain, tuple(patterns)


def _suggestion(region: str, name: object) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), NAMES[region]) if isinstance(name, str) else []
    return f"did you mean {' or '.join(close)}?" if close else "wxpay_v2.v3.catalogue.NAMES lists them"
