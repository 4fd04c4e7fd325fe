"""SDKs of other languages that speak v2: how their clients come about, and which of their calls is which operation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from wxpay_v2.migration.scanning.libraries import CLASSES
from wxpay_v2.migration.scanning.site import CALL, CASHIER, NOTIFICATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SDKS", "Sdk"]


@dataclass(frozen=True, eq=False)
class Sdk:
    """languages: names of `languages.Language`. mark: what a file that uses it holds, "" for any.

    types: of variables that hold a client. makers: expressions that give one, as patterns. receivers: names of clients
    that need no declaration, as patterns. calls: method (or ``part.method``) -> (kind, operation); looked for on a
    client only. telling: the same for chains that no other library has, looked for on anything. patterns: whole
    patterns -> (kind, operation), for what is no method call.
    """

    library: str
    languages: frozenset[str]
    mark: re.Pattern[str]
    types: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    calls: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    telling: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _words(text: str) -> dict[str, tuple[str, str]]:
    """Return rows from words ``call:operation``; ``!kind`` is a notification, ``$`` a cashier."""
    kinds = {"!": NOTIFICATION, "$": CASHIER}
    found = {}
    for word in text.split():
        name, _, operation = word.rpartition(":")
        kind = kinds.get(operation[:1], CALL)
        found[name] = (kind, operation if kind == CALL else operation[1:])
    return found


def _sdk(library: str, languages: str, mark: str, **columns: object) -> Sdk:
    rows = {name: _words(value) if isinstance(value, str) else value for name, value in columns.items()}
    return Sdk(library, frozenset(languages.split()), re.compile(mark), **rows)  # type: ignore[arg-type]


def _cased(text: str) -> str:
    """Return the same words with a capital first letter too, for Go and C#."""
    return text + " " + " ".join(word[0].upper() + word[1:] for word in text.split())


_JVM = "Java Kotlin"
_WEB = "JavaScript TypeScript"
_PLAIN = (
    "unifiedOrder:unified_order orderQuery:order_query closeOrder:close_order refund:refund "
    "refundQuery:refund_query downloadBill:download_bill microPay:micropay micropay:micropay reverse:reverse "
    "shortUrl:short_url authCodeToOpenid:auth_code_to_openid report:report"
)

_EASYWECHAT = (
    "order.unify:unified_order order.queryByOutTradeNumber:order_query order.queryByTransactionId:order_query "
    "refund.byOutTradeNumber:refund refund.byTransactionId:refund refund.queryByOutTradeNumber:refund_query "
    "refund.queryByTransactionId:refund_query refund.queryByOutRefundNumber:refund_query "
    "refund.queryByRefundId:refund_query transfer.toBalance:transfers transfer.toBankCard:pay_bank "
    "transfer.queryBalanceOrder:get_transfer_info transfer.queryBankCardOrder:query_bank "
    "redpack.sendNormal:send_red_pack redpack.sendGroup:send_group_red_pack "
    "redpack.sendMiniprogramNormal:send_mini_program_red_pack redpack.info:get_red_pack_info "
    "reverse.byOutTradeNumber:reverse reverse.byTransactionId:reverse profit_sharing.addReceiver:"
    "profit_sharing_add_receiver profit_sharing.deleteReceiver:profit_sharing_remove_receiver "
    "profit_sharing.share:profit_sharing profit_sharing.multiShare:multi_profit_sharing "
    "profit_sharing.markOrderAsFinished:profit_sharing_finish profit_sharing.query:profit_sharing_query "
    "profit_sharing.returnShare:profit_sharing_return jssdk.bridgeConfig:$ jssdk.sdkConfig:$ jssdk.appConfig:$ "
    "security.getPublicKey:get_public_key coupon.send:send_coupon coupon.stock:query_coupon_stock "
    "merchant.addSubMerchant:sub_mch_manage"
)
_SKIT = (
    "BatchQueryBillComment:batch_query_comment ConsumeDeposit:deposit_consume "
    "CreateMerchantCustomsCustomDeclaration:customs_declare "
    "QueryMerchantCustomsCustomDeclaration:customs_declare_query "
    "RedeclareMerchantCustomsCustomDeclaration:customs_redeclare CreateDepositFacePay:deposit_facepay "
    "CreateDepositMicroPay:deposit_micropay GetDepositOrder:deposit_order_query CreateDepositRefund:deposit_refund "
    "GetDepositRefund:deposit_refund_query ReverseDepositOrder:deposit_reverse "
    "CreateDepositUnifiedOrder:deposit_unified_order GetPayMarketingTransfersRedPackInfo:get_red_pack_info "
    "GetPayMarketingTransfersTransferInfo:get_transfer_info "
    "CreatePayMarketingTransfersPromotionTransfer:transfers SendPayMarketingTransfersRedPack:send_red_pack "
    "SendPayMarketingTransfersGroupRedPack:send_group_red_pack "
    "SendPayMarketingTransfersMiniProgramRedPack:send_mini_program_red_pack "
    "SendPayMarketingTransfersWeWorkRedPack:wecom_send_red_pack "
    "GetPayMarketingTransfersWeWorkRedPack:wecom_query_red_pack "
    "CreatePayServicePartnerTransfersPayToBank:pay_bank GetPayServicePartnerTransfersPayToBankInfo:query_bank "
    "ClosePayOrder:close_order DownloadPayBill:download_bill DownloadPayFundFlow:download_fund_flow "
    "CreatePayMicroPay:micropay GetPayOrder:order_query GetPayExchangeRate:query_exchange_rate "
    "GetPayRefund:refund_query GetPaySettlement:settlement_query CreatePayUnifiedOrder:unified_order "
    "SubmitPayITILReport:report GetRiskPublicKey:get_public_key QueryRiskViolation:get_violation "
    "AddSubMerchantInstitution:add_institution_sub ModifySubMerchantInstitution:modify_institution_sub "
    "GetSubMerchantInstitution:query_institution_sub CreatePayRefund:refund ReversePayOrder:reverse "
    "ToolsAuthCodeToOpenId:auth_code_to_openid ToolsShortUrl:short_url GetSandboxSignKey:sandbox_get_sign_key"
)

SDKS: tuple[Sdk, ...] = (
    _sdk(
        "WxJava",
        _JVM,
        r"binarywang\.wxpay",
        types=("WxPayService", "WxPayServiceImpl", "WxPayServiceApacheHttpImpl", "WxPayServiceJoddHttpImpl"),
        calls="unifiedOrder:unified_order createOrder:unified_order getPayInfo:unified_order queryOrder:order_query "
        "closeOrder:close_order refund:refund refundV2:refund_v2 refundQuery:refund_query "
        "refundQueryV2:refund_query_v2 downloadBill:download_bill downloadRawBill:download_bill "
        "downloadFundFlow:download_fund_flow micropay:micropay reverseOrder:reverse shorturl:short_url "
        "authcode2Openid:auth_code_to_openid report:report sendRedpack:send_red_pack queryRedpack:get_red_pack_info "
        "sendCoupon:send_coupon queryCouponStock:query_coupon_stock queryCouponInfo:query_coupon_info "
        "queryComment:batch_query_comment getSandboxSignKey:sandboxnew_get_sign_key facepay:facepay "
        "queryExchangeRate:query_exchange_rate entPay:transfers queryEntPay:get_transfer_info "
        "parseOrderNotifyResult:!payment parseRefundNotifyResult:!refund parseScanPayNotifyResult:!native_scan "
        "getEntPayService.entPay:transfers getEntPayService.queryEntPay:get_transfer_info "
        "getEntPayService.payBank:pay_bank getEntPayService.queryPayBank:query_bank "
        "getEntPayService.getPublicKey:get_public_key getRedpackService.sendRedpack:send_red_pack "
        "getRedpackService.queryRedpack:get_red_pack_info "
        "getRedpackService.sendMiniProgramRedpack:send_mini_program_red_pack "
        "getProfitSharingService.profitSharing:profit_sharing "
        "getProfitSharingService.multiProfitSharing:multi_profit_sharing "
        "getProfitSharingService.profitSharingFinish:profit_sharing_finish "
        "getProfitSharingService.addReceiver:profit_sharing_add_receiver "
        "getProfitSharingService.removeReceiver:profit_sharing_remove_receiver "
        "getProfitSharingService.profitSharingQuery:profit_sharing_query "
        "getProfitSharingService.profitSharingReturn:profit_sharing_return "
        "getProfitSharingService.profitSharingReturnQuery:profit_sharing_return_query",
    ),
    _sdk(
        "WXPay (official)",
        f"{_JVM} Go {_WEB} C# PHP",
        r"\bWXPay\b|com\.github\.wxpay|objcoding/wxpay|smartwalle/wxpay",
        types=("WXPay", "WXPayClient"),
        makers=(r"(?:new\s+)?WXPay", r"wxpay\.New(?:Client)?"),
        calls=_cased(_PLAIN + " isPayResultNotifySignatureValid:!payment getTradeNotification:!payment"),
    ),
    _sdk(
        "weixin-popular",
        _JVM,
        r"PayMchAPI",
        patterns={
            rf"PayMchAPI\.{name}\b": (CALL, operation)
            for name, operation in (
                ("payUnifiedorder", "unified_order"), ("payOrderquery", "order_query"),
                ("payCloseorder", "close_order"), ("secapiPayRefund", "refund"), ("payRefundquery", "refund_query"),
                ("payDownloadbill", "download_bill"), ("payMicropay", "micropay"), ("secapiPayReverse", "reverse"),
                ("toolsShorturl", "short_url"), ("mmpaymkttransfersPromotionTransfers", "transfers"),
                ("mmpaymkttransfersGettransferinfo", "get_transfer_info"),
                ("mmpaymkttransfersSendredpack", "send_red_pack"),
            )
        },
    ),
    _sdk(
        "IJPay",
        _JVM,
        r"ijpay",
        receivers=("WxPayApi",),
        calls="pushOrder:unified_order orderQuery:order_query closeOrder:close_order orderRefund:refund "
        "orderRefundQuery:refund_query downloadBill:download_bill micropay:micropay microPay:micropay "
        "orderReverse:reverse transfers:transfers getTransferInfo:get_transfer_info payBank:pay_bank "
        "sendRedPack:send_red_pack",
    ),
    _sdk(
        "EasyWeChat",
        "PHP",
        "",
        telling=_EASYWECHAT + " bridgeConfig:$ handlePaidNotify:!payment handleRefundedNotify:!refund",
    ),
    _sdk(
        "EasyWeChat",
        "PHP",
        r"EasyWeChat|easywechat|wechat\.payment",
        makers=(r"Factory::payment", r"EasyWeChat::payment", r"app\(\s*['\"](?:easywechat|wechat)\.payment[^)]*\)",
                r"new\s+Application"),
        receivers=(r"payment", r"app\s*->\s*payment"),
        calls="order.close:close_order bill.get:download_bill fundflow.get:download_fund_flow "
        "redpack.query:get_red_pack_info pay:micropay authCodeToOpenid:auth_code_to_openid "
        "handleScannedNotify:!native_scan "
        "handleNotify:!payment prepare:unified_order query:order_query queryByTransactionId:order_query "
        "refund:refund refundByTransactionId:refund queryRefund:refund_query close:close_order "
        "downloadBill:download_bill configForJSSDKPayment:$ configForPayment:$ configForAppPayment:$",
    ),
    _sdk(
        "yansongda/pay",
        "PHP",
        r"Yansongda\\Pay|Pay::wechat",
        makers=(r"Pay::wechat", r"Factory::wechat", r"app\(\s*['\"](?:wechat_pay|pay\.wechat)['\"]\s*\)"),
        calls="mp:unified_order miniapp:unified_order wap:unified_order scan:unified_order app:unified_order "
        "pos:micropay transfer:transfers redpack:send_red_pack groupRedpack:send_group_red_pack find:order_query "
        "refund:refund close:close_order cancel:reverse verify:!payment",
    ),
    _sdk(
        "WxPayApi (official)",
        "PHP C#",
        r"WxPayApi\b",
        receivers=(r"\\?WxPayApi",),
        calls=_cased(_PLAIN + " bizpayurl:$ shorturl:short_url notify:!payment"),
    ),
    _sdk(
        "gopay",
        "Go",
        r"gopay/wechat\"|iGoogle-ink/gopay\"",
        types=(r"\w+\.Client",),
        makers=(r"\w*[wW][xe]\w*\.NewClient", r"gopay\.NewWeChatClient"),
        calls="UnifiedOrder:unified_order Micropay:micropay QueryOrder:order_query CloseOrder:close_order "
        "Refund:refund QueryRefund:refund_query Reverse:reverse AuthCodeToOpenId:auth_code_to_openid "
        "DownloadBill:download_bill DownloadFundFlow:download_fund_flow Report:report "
        "BatchQueryComment:batch_query_comment CustomsDeclareOrder:customs_declare "
        "CustomsDeclareQuery:customs_declare_query CustomsReDeclareOrder:customs_redeclare Transfer:transfers "
        "GetTransferInfo:get_transfer_info PayBank:pay_bank QueryBank:query_bank GetRSAPublicKey:get_public_key "
        "ProfitSharing:profit_sharing MultiProfitSharing:multi_profit_sharing "
        "ProfitSharingQuery:profit_sharing_query ProfitSharingAddReceiver:profit_sharing_add_receiver "
        "ProfitSharingRemoveReceiver:profit_sharing_remove_receiver ProfitSharingFinish:profit_sharing_finish "
        "ProfitSharingReturn:profit_sharing_return ProfitSharingReturnQuery:profit_sharing_return_query "
        "EntrustPublic:entrust_web EntrustApplyPay:pap_pay_apply EntrustDelete:delete_contract "
        "EntrustQuery:query_contract SendCashRed:send_red_pack SendGroupCashRed:send_group_red_pack "
        "SendAppletRed:send_mini_program_red_pack QueryRedRecord:get_red_pack_info",
        patterns={
            r"\bParseNotify(?:ToBodyMap|Result)?(?=\()": (NOTIFICATION, "payment"),
            r"\b\w*[wW][xe]\w*\.VerifySign(?=\()": (NOTIFICATION, "payment"),
            r"\bParseRefundNotify(?=\()": (NOTIFICATION, "refund"),
            r"\bGet(?:MiniPaySign|H5PaySign|JsapiPaySign|AppPaySign|MiniPaySign|JsapiPaySign)(?=\()": (CASHIER, ""),
        },
    ),
    _sdk(
        "chanxuehong/wechat",
        "Go",
        r"chanxuehong/wechat[\w.]*/mch",
        patterns={
            rf"\b(?:mch)?pay2?\.{name}2?(?=\()": (CALL, operation)
            for name, operation in (
                ("UnifiedOrder", "unified_order"), ("OrderQuery", "order_query"), ("CloseOrder", "close_order"),
                ("Refund", "refund"), ("RefundQuery", "refund_query"), ("MicroPay", "micropay"),
                ("Reverse", "reverse"), ("DownloadBill", "download_bill"),
            )
        },
    ),
    _sdk(
        "tenpay",
        _WEB,
        r"['\"]tenpay['\"]",
        makers=(r"new\s+\w*[tT]en[pP]ay\w*", r"\w*[tT]en[pP]ay\w*\.(?:init|sandbox)", r"new\s+Payment"),
        calls="unifiedOrder:unified_order getPayParams:unified_order getAppParams:unified_order "
        "getPayParamsByPrepay:$ getAppParamsByPrepay:$ getNativeUrl:$ orderQuery:order_query closeOrder:close_order "
        "refund:refund refundQuery:refund_query downloadBill:download_bill downloadFundflow:download_fund_flow "
        "micropay:micropay reverse:reverse combinedOrder:combined_order sendCoupon:send_coupon "
        "queryCouponStock:query_coupon_stock queryCouponInfo:query_coupon_info transfers:transfers "
        "transfersQuery:get_transfer_info payBank:pay_bank queryBank:query_bank getPublicKey:get_public_key "
        "sendRedpack:send_red_pack sendGroupRedpack:send_group_red_pack redpackQuery:get_red_pack_info "
        "getSignkey:sandboxnew_get_sign_key middleware:!payment middlewareForExpress:!payment",
    ),
    _sdk(
        "wx_pay",
        "Ruby",
        r"WxPay::",
        patterns={
            **{
                rf"\bWxPay::Service(?:\.|::){name}\b(?!=)": (CALL, operation)
                for name, operation in (
                    ("invoke_unifiedorder", "unified_order"), ("invoke_closeorder", "close_order"),
                    ("close_order", "close_order"), ("invoke_refund", "refund"), ("refund_query", "refund_query"),
                    ("invoke_transfer", "transfers"), ("gettransferinfo", "get_transfer_info"),
                    ("risk_get_public_key", "get_public_key"), ("pay_bank", "pay_bank"), ("query_bank", "query_bank"),
                    ("invoke_reverse", "reverse"), ("invoke_micropay", "micropay"), ("order_query", "order_query"),
                    ("download_bill", "download_bill"), ("download_fund_flow", "download_fund_flow"),
                    ("sendredpack", "send_red_pack"), ("sendgroupredpack", "send_group_red_pack"),
                    ("gethbinfo", "get_red_pack_info"), ("profitsharing", "profit_sharing"),
                    ("profitsharingaddreceiver", "profit_sharing_add_receiver"),
                    ("profitsharingremovereceiver", "profit_sharing_remove_receiver"),
                )
            },
            r"\bWxPay::Service(?:\.|::)generate_(?:app|js)_pay_req\b": (CASHIER, ""),
            r"\bWxPay::Sign(?:\.|::)generate\b": (CASHIER, ""),
            r"\bWxPay::Sign(?:\.|::)verify\?": (NOTIFICATION, "payment"),
        },
    ),
    _sdk(
        "SKIT.FlurlHttpClient.Wechat.TenpayV2",
        "C#",
        r"TenpayV2",
        patterns={
            rf"\bExecute{name}Async(?=\()": row for name, row in _words(_SKIT).items()
        },
    ),
    _sdk(
        "Senparc.Weixin",
        "C#",
        r"Senparc\.Weixin",
        patterns={
            rf"\bTenPay(?:V3|OldV3)\.{name}(?:Async)?(?=\()": (CALL, operation)
            for name, operation in (
                ("Unifiedorder", "unified_order"), ("Html5Order", "unified_order"), ("OrderQuery", "order_query"),
                ("CloseOrder", "close_order"), ("Refund", "refund"), ("RefundQuery", "refund_query"),
                ("Reverse", "reverse"), ("DownloadBill", "download_bill"), ("ShortUrl", "short_url"),
                ("MicroPay", "micropay"), ("Transfers", "transfers"), ("GetTransferInfo", "get_transfer_info"),
                ("PayBank", "pay_bank"), ("QueryBank", "query_bank"),
            )
        },
    ),
    _sdk(
        "Essensoft.Paylink",
        "C#",
        r"Essensoft|WeChatPay(?:UnifiedOrder|OrderQuery|Refund)Request",
        patterns={
            rf"\bnew\s+WeChatPay{name}Request\b": (CALL, operation)
            for name, operation in (
                ("UnifiedOrder", "unified_order"), ("OrderQuery", "order_query"), ("CloseOrder", "close_order"),
                ("Refund", "refund"), ("RefundQuery", "refund_query"), ("Reverse", "reverse"),
                ("MicroPay", "micropay"), ("DownloadBill", "download_bill"),
                ("DownloadFundFlow", "download_fund_flow"), ("PromotionTransfers", "transfers"),
                ("GetTransferInfo", "get_transfer_info"), ("SendRedPack", "send_red_pack"), ("PayBank", "pay_bank"),
            )
        },
    ),
    # Python that no longer parses: the parts of wechatpy's client, and the clients of the others.
    _sdk(
        "wechatpy",
        "Python",
        r"wechatpy",
        telling={
            f"{part}.{method}": row
            for client in CLASSES[:1]
            for part, name in client.parts.items()
            for one in CLASSES
            if one.name == name
            for method, row in one.methods.items()
        },
    ),
    *(
        _sdk(one.library, "Python", rf"\b{one.package}\b", makers=(rf"{one.name}",), calls=dict(one.methods))
        for one in CLASSES
        if one.is_client
    ),
)  # fmt: skip
