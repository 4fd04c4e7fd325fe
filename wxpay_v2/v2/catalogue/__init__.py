"""The facts of API v2, one module per family; found by name or by path.

A family's module is imported when one of its operations is first asked for. An operation's row is the module's
constant of the same name in capitals. `notifications` holds the calls that the gateway makes to the merchant.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import Operation

__all__ = ["NAMES", "at", "by_path", "family", "find", "operations"]

# name -> (module, path). The path stands here too, so that finding one by path imports one family and not all.
_INDEX = {
    "unified_order": ("orders", "/pay/unifiedorder"),
    "order_query": ("orders", "/pay/orderquery"),
    "close_order": ("orders", "/pay/closeorder"),
    "micropay": ("quick_pay", "/pay/micropay"),
    "reverse": ("quick_pay", "/secapi/pay/reverse"),
    "auth_code_to_openid": ("quick_pay", "/tools/authcodetoopenid"),
    "refund": ("refunds", "/secapi/pay/refund"),
    "refund_query": ("refunds", "/pay/refundquery"),
    "refund_v2": ("item_refunds", "/secapi/pay/refundv2"),
    "refund_query_v2": ("item_refunds", "/pay/refundqueryv2"),
    "download_bill": ("statements", "/pay/downloadbill"),
    "download_fund_flow": ("statements", "/pay/downloadfundflow"),
    "batch_query_comment": ("statements", "/billcommentsp/batchquerycomment"),
    "settlement_query": ("settlements", "/pay/settlementquery"),
    "query_exchange_rate": ("settlements", "/pay/queryexchagerate"),
    "report": ("tools", "/payitil/report"),
    "short_url": ("tools", "/tools/shorturl"),
    "add_institution_sub": ("sub_merchants", "/secapi/mch/addInstitutionsub"),
    "modify_institution_sub": ("sub_merchants", "/secapi/mch/modifyInstitutionsub"),
    "query_institution_sub": ("sub_merchants", "/secapi/mch/queryInstitutionsub"),
    "sub_mch_manage": ("sub_merchants", "/secapi/mch/submchmanage"),
    "modify_mch_info": ("sub_merchants", "/secapi/mch/modifymchinfo"),
    "add_sub_dev_config": ("sub_merchants", "/secapi/mch/addsubdevconfig"),
    "query_sub_dev_config": ("sub_merchants", "/secapi/mch/querysubdevconfig"),
    "add_recommend_conf": ("sub_merchants", "/secapi/mkt/addrecommendconf"),
    "channel_setting": ("sub_merchants", "/secapi/mch/channelsetting"),
    "upload_media": ("sub_merchants", "/secapi/mch/uploadmedia"),
    "customs_declare": ("customs", "/cgi-bin/mch/customs/customdeclareorder"),
    "customs_declare_query": ("customs", "/cgi-bin/mch/customs/customdeclarequery"),
    "customs_redeclare": ("customs", "/cgi-bin/mch/newcustoms/customdeclareredeclare"),
    "combined_order": ("combined_orders", "/pay/combinedorder"),
    "query_combined_order": ("combined_orders", "/pay/querycombinedorder"),
    "close_combined_order": ("combined_orders", "/pay/closecombinedorder"),
    "profit_sharing": ("profit_sharing", "/secapi/pay/profitsharing"),
    "multi_profit_sharing": ("profit_sharing", "/secapi/pay/multiprofitsharing"),
    "profit_sharing_query": ("profit_sharing", "/pay/profitsharingquery"),
    "profit_sharing_add_receiver": ("profit_sharing", "/pay/profitsharingaddreceiver"),
    "profit_sharing_remove_receiver": ("profit_sharing", "/pay/profitsharingremovereceiver"),
    "profit_sharing_finish": ("profit_sharing", "/secapi/pay/profitsharingfinish"),
    "profit_sharing_return": ("profit_sharing", "/secapi/pay/profitsharingreturn"),
    "profit_sharing_return_query": ("profit_sharing", "/pay/profitsharingreturnquery"),
    "profit_sharing_order_amount_query": ("profit_sharing", "/pay/profitsharingorderamountquery"),
    "profit_sharing_merchant_ratio_query": ("profit_sharing", "/pay/profitsharingmerchantratioquery"),
    "deposit_unified_order": ("deposits", "/deposit/unifiedorder"),
    "deposit_micropay": ("deposits", "/deposit/micropay"),
    "deposit_facepay": ("deposits", "/deposit/facepay"),
    "deposit_order_query": ("deposits", "/deposit/orderquery"),
    "deposit_consume": ("deposits", "/deposit/consume"),
    "deposit_reverse": ("deposits", "/deposit/reverse"),
    "deposit_refund": ("deposits", "/deposit/refund"),
    "deposit_refund_query": ("deposits", "/deposit/refundquery"),
    "get_wxpayface_authinfo": ("face_pay", "/face/get_wxpayface_authinfo"),
    "facepay": ("face_pay", "/pay/facepay"),
    "facepay_query": ("face_pay", "/pay/facepayquery"),
    "facepay_reverse": ("face_pay", "/secapi/pay/facepayreverse"),
    "entrust_web": ("entrusted_deduction", "/papay/entrustweb"),
    "h5_entrust_web": ("entrusted_deduction", "/papay/h5entrustweb"),
    "pre_entrust_web": ("entrusted_deduction", "/papay/preentrustweb"),
    "contract_order": ("entrusted_deduction", "/pay/contractorder"),
    "query_contract": ("entrusted_deduction", "/papay/querycontract"),
    "delete_contract": ("entrusted_deduction", "/papay/deletecontract"),
    "pap_pay_apply": ("entrusted_deduction", "/pay/pappayapply"),
    "pap_order_query": ("entrusted_deduction", "/pay/paporderquery"),
    "partner_entrust_web": ("partner_deduction", "/papay/partner/entrustweb"),
    "partner_h5_entrust_web": ("partner_deduction", "/papay/partner/h5entrustweb"),
    "partner_pre_entrust_web": ("partner_deduction", "/papay/partner/preentrustweb"),
    "partner_query_contract": ("partner_deduction", "/papay/partner/querycontract"),
    "partner_delete_contract": ("partner_deduction", "/papay/partner/deletecontract"),
    "partner_pap_pay_apply": ("partner_deduction", "/pay/partner/pappayapply"),
    "partner_pap_order_query": ("partner_deduction", "/pay/partner/paporderquery"),
    "transfers": ("transfers", "/mmpaymkttransfers/promotion/transfers"),
    "get_transfer_info": ("transfers", "/mmpaymkttransfers/gettransferinfo"),
    "pay_bank": ("transfers", "/mmpaysptrans/pay_bank"),
    "query_bank": ("transfers", "/mmpaysptrans/query_bank"),
    "send_red_pack": ("red_packs", "/mmpaymkttransfers/sendredpack"),
    "send_group_red_pack": ("red_packs", "/mmpaymkttransfers/sendgroupredpack"),
    "send_mini_program_red_pack": ("red_packs", "/mmpaymkttransfers/sendminiprogramhb"),
    "get_red_pack_info": ("red_packs", "/mmpaymkttransfers/gethbinfo"),
    "wecom_send_red_pack": ("wecom", "/mmpaymkttransfers/sendworkwxredpack"),
    "wecom_query_red_pack": ("wecom", "/mmpaymkttransfers/queryworkwxredpack"),
    "wecom_pay_employee": ("wecom", "/mmpaymkttransfers/promotion/paywwsptrans2pocket"),
    "wecom_query_payment": ("wecom", "/mmpaymkttransfers/promotion/querywwsptrans2pocket"),
    "send_coupon": ("coupons", "/mmpaymkttransfers/send_coupon"),
    "query_coupon_stock": ("coupons", "/mmpaymkttransfers/query_coupon_stock"),
    "query_coupon_info": ("coupons", "/mmpaymkttransfers/querycouponsinfo"),
    "vehicle_query_state": ("vehicles", "/vehicle/pay/querystate"),
    "vehicle_notification": ("vehicles", "/vehicle/pay/notification"),
    "vehicle_pay_apply": ("vehicles", "/vehicle/pay/payapply"),
    "vehicle_partner_query_state": ("vehicles", "/vehicle/partnerpay/querystate"),
    "vehicle_partner_notification": ("vehicles", "/vehicle/partnerpay/notification"),
    "vehicle_partner_pay_apply": ("vehicles", "/vehicle/partnerpay/payapply"),
    "transit_query_state": ("transit", "/transit/pay/querystate"),
    "transit_pay_apply": ("transit", "/transit/pay/payapply"),
    "transit_query_order": ("transit", "/transit/queryorder"),
    "transit_partner_query_state": ("transit", "/transit/partnerpay/querystate"),
    "transit_partner_pay_apply": ("transit", "/transit/partnerpay/payapply"),
    "transit_partner_query_order": ("transit", "/transit/partnerpay/queryorder"),
    "hotel_create_bill": ("rentals", "/wxv/createhotelbill"),
    "hotel_finish_bill": ("rentals", "/wxv/finishhotelbill"),
    "hotel_query_bill": ("rentals", "/wxv/queryhotelbill"),
    "rent_create_bill": ("rentals", "/wxv/createrentbill"),
    "rent_change_money": ("rentals", "/wxv/changerentmoney"),
    "rent_cancel_bill": ("rentals", "/wxv/cancelbill"),
    "rent_finish_bill": ("rentals", "/wxv/finishrentbill"),
    "rent_query_bill": ("rentals", "/wxv/queryrentbill"),
    "query_auto_withdraw_by_date": ("withdrawals", "/fund/queryautowithdrawbydate"),
    "re_auto_withdraw_by_date": ("withdrawals", "/fund/reautowithdrawbydate"),
    "auth_index": ("identity", "/appauth/authindex"),
    "get_access_token": ("identity", "/appauth/getaccesstoken"),
    "real_name_auth": ("identity", "/secsvc/realnameauth"),
    "get_real_name_info": ("identity", "/secsvc/getrealnameinfo"),
    "get_certificates": ("platform_keys", "/risk/getcertficates"),
    "get_public_key": ("platform_keys", "/risk/getpublickey"),
    "query_mch_risk": ("risk", "/mchrisk/querymchrisk"),
    "sync_mch_risk_result": ("risk", "/mchrisk/syncmchriskresult"),
    "set_mch_risk_callback": ("risk", "/mchrisk/setmchriskcallback"),
    "bank_query_mch_audit_info": ("risk", "/mchrisk/bankquerymchauditinfo"),
    "channel_query_mch_audit_info": ("risk", "/mchrisk/channelquerymchauditinfo"),
    "get_violation": ("risk", "/risk/getviolation"),
    "micro_applyment_submit": ("micro_merchants", "/applyment/micro/submit"),
    "micro_applyment_get_state": ("micro_merchants", "/applyment/micro/getstate"),
    "micro_applyment_modify_archives": ("micro_merchants", "/applyment/micro/modifyarchives"),
    "micro_applyment_modify_contact_info": ("micro_merchants", "/applyment/micro/modifycontactinfo"),
    "micro_applyment_sign_contract": ("micro_merchants", "/applyment/micro/signcontract"),
    "micro_applyment_submit_upgrade": ("micro_merchants", "/applyment/micro/submitupgrade"),
    "micro_applyment_get_upgrade_state": ("micro_merchants", "/applyment/micro/getupgradestate"),
    "sandbox_get_sign_key": ("sandbox", "/xdc/apiv2getsignkey/sign/getsignkey"),
    "sandbox_micropay": ("sandbox", "/xdc/apiv2sandbox/pay/micropay"),
    "sandbox_order_query": ("sandbox", "/xdc/apiv2sandbox/pay/orderquery"),
    "sandboxnew_get_sign_key": ("sandbox", "/sandboxnew/pay/getsignkey"),
    "sandboxnew_unified_order": ("sandbox", "/sandboxnew/pay/unifiedorder"),
    "sandboxnew_micropay": ("sandbox", "/sandboxnew/pay/micropay"),
    "sandboxnew_order_query": ("sandbox", "/sandboxnew/pay/orderquery"),
    "sandboxnew_refund": ("sandbox", "/sandboxnew/pay/refund"),
    "sandboxnew_refund_query": ("sandbox", "/sandboxnew/pay/refundquery"),
    "sandboxnew_download_bill": ("sandbox", "/sandboxnew/pay/downloadbill"),
}
_BY_PATH = {path: name for name, (_, path) in _INDEX.items()}

NAMES: tuple[str, ...] = tuple(_INDEX)


def find(name: str) -> Operation:
    """Return the row of the operation *name*. Raises InvalidRequest for a name the catalogue does not have."""
    entry = _INDEX.get(name) if isinstance(name, str) else None
    if entry is None:
        raise InvalidRequest(f"there is no operation {quoted(name)}", remedy=_suggestion(name))
    row: Operation = getattr(import_module(f"{__name__}.{entry[0]}"), name.upper())
    return row


def family(name: str) -> str:
    """Return the family of the operation *name*: its module here."""
    return _INDEX[find(name).name][0]


def by_path(path: str) -> Operation | None:
    """Return the row of the operation at *path*, with or without the leading slash, or None."""
    name = _BY_PATH.get(path if path.startswith("/") else "/" + path) if isinstance(path, str) else None
    return find(name) if name is not None else None


def at(path: str, certificate: bool = False) -> Operation:
    """Return the row of the operation at *path*, or one for a call that the catalogue does not know.

    That one is signed and verified like all of v2 and never repeated. Raises InvalidRequest for what is no path.
    """
    if not isinstance(path, str) or not path.strip("/"):
        raise InvalidRequest(f"a path looks like pay/orderquery, got {quoted(path)}")
    clean = path.strip("/")
    found = by_path(clean)
    if found is not None:
        return found
    if not all(part.isascii() and part.replace("_", "").replace("-", "").isalnum() for part in clean.split("/")):
        raise InvalidRequest(f"a path looks like pay/orderquery, got {quoted(path)}")
    from wxpay_v2.operation import Operation

    return Operation(clean, path=f"/{clean}", title="A call outside the catalogue", certificate=certificate)


def operations() -> tuple[Operation, ...]:
    """Return every row, in the order of `NAMES`."""
    return tuple(map(find, NAMES))


def _suggestion(name: object) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), NAMES) if isinstance(name, str) else []
    return f"did you mean {' or '.join(close)}?" if close else "wxpay_v2.v2.catalogue.NAMES lists them"
