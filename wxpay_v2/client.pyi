"""The static face of client.py, generated from the catalogue by `python -m wxpay_v2.generate`."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from wxpay_v2.call import Call, Request, Send
from wxpay_v2.clock import Clock
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.retry import Hosts, Retry
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.notification import Event
from wxpay_v2.v2.protocol import Protocol

T = TypeVar("T")

class Core:
    merchant: Merchant
    region: str
    clock: Clock
    protocol: Protocol
    retry: Retry
    hosts: Hosts
    cashier: Cashier
    _numbers: OrderedDict[tuple[str, str], int]
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        clock: Clock | None = None,
    ) -> None: ...
    def steps(self, operation: Operation, fields: Mapping[str, Any]) -> Call[Result]: ...
    def _remember(self, operation: Operation, request: Request) -> tuple[str, str]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> Event: ...

class Client(Core):
    _send: Send
    _close: Callable[[], None]
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        verify: str | os.PathLike[str] | None = None,
        transport: Send | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        proxy: str | None = None,
        clock: Clock | None = None,
    ) -> None: ...
    def carry(self, steps: Call[T]) -> T: ...
    def call(self, path: str, fields: Mapping[str, Any], *, certificate: bool = False) -> Result: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, *exception: object) -> None: ...
    def unified_order(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["JSAPI", "NATIVE", "APP", "MWEB"],
        device_info: str | None = None,
        version: Literal["1.0"] | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        goods_tag: str | None = None,
        product_id: str | None = None,
        limit_pay: Literal["no_credit"] | None = None,
        openid: str | None = None,
        sub_openid: str | None = None,
        receipt: Literal["Y", "N"] | None = None,
        scene_info: dict[str, Any] | list[Any] | str | None = None,
        profit_sharing: Literal["Y", "N"] | None = None,
        user_type: Literal["IDCARD", "HONGKONG_MACAO", "HONGKONG_MACAO_RESIDENT", "TAIWAN_RESIDENT", "FOREIGN_RESIDENT", "OVERSEA_PASSPORT"] | None = None,
        user_creid: str | None = None,
        user_truename: str | None = None,
        **more: Any,
    ) -> Result:
        """Unified Order (统一下单): POST /pay/unifiedorder.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            version [mainland: with item discounts]: fixed (1.0, at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail [mainland: with item discounts]: items; global merchants put the MCC here (at most 6000 characters)
            attach: merchant's data, returned unchanged (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            total_fee [always]: order amount in fee_type (at least 1, smallest currency unit)
            spbill_create_ip [always]: IP of the payer (APP, JSAPI, MWEB) or the caller (NATIVE) (at most 64 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: end of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: notification address: absolute, public, no query string (at most 256 characters)
            trade_type [always]: how the payer pays (JSAPI | NATIVE | APP | MWEB, at most 16 characters)
            product_id [when trade_type is NATIVE]: merchant's product id (at most 32 characters)
            limit_pay: no_credit forbids credit cards (no_credit, at most 32 characters)
            openid [one of openid, sub_openid when trade_type is JSAPI]: payer's id under appid (at most 128 characters)
            sub_openid [one of openid, sub_openid when trade_type is JSAPI]: payer's id under sub_appid; the only one
                mini programs have (at most 128 characters)
            receipt: Y shows the invoice entrance (Y | N, at most 8 characters)
            scene_info [when trade_type is MWEB]: shop, or H5 page (at most 256 characters)
            profit_sharing: Y reserves money for sharing (Y | N, at most 1 characters)
            user_type: identity document the payer must hold (IDCARD | HONGKONG_MACAO | HONGKONG_MACAO_RESIDENT |
                TAIWAN_RESIDENT | FOREIGN_RESIDENT | OVERSEA_PASSPORT, at most 32 characters)
            user_creid: number of that document (at most 32 characters)
            user_truename: holder of that document (at most 64 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, trade_type, prepay_id, code_url, mweb_url.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NOAUTH: the merchant lacks the permission; apply for the product
            NOTENOUGH: not enough money; ask the payer for another way to pay
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            ORDERCLOSED: the order is closed; place a new order with a new out_trade_no
            OUT_TRADE_NO_USED: number used with other parameters; query the old order, or use a new number
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            LACK_PARAMS: a required field is missing; add the field
            POST_DATA_EMPTY: empty body; send the XML as body
            NOT_UTF8: not UTF-8; send UTF-8
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair

        Limits:
            prepay_id and code_url are valid for 2 hours, mweb_url for 5 minutes
            the same out_trade_no may be sent again with the same parameters
            APP in institution mode needs sub_appid

        Notes:
            mini program: trade_type JSAPI, the mini program's id as sub_appid, the payer as sub_openid
            notify_url: https on public addresses, http on private lines only (mainland notification page)
            error codes are from mainland pages and public code; the global error tables could not be read
            response fields are from mainland pages and code in use with the global gateway

        Not sure:
            the error codes: secondary sources
            version: the English global pages list it as required; code in use with the global gateway does not send it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            detail: the English global pages list it as required; code in use with the global gateway does not send it
            attach: 127 or 128, depending on the page
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            time_expire: at least 1 minute ahead by the pages; code in use with the global gateway met 5 minutes
            product_id: the pages require it for NATIVE; merchants report leaving it out
                (https://developers.weixin.qq.com/community/pay/doc/00068007920510e34b294e9315b000)
            code_url: longer ones than the stated 64 were seen: do not cut them
            mweb_url: longer ones than the stated 64 were seen: do not cut them

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter8_1.shtml
        """
    def order_query(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        version: Literal["1.0"] | None = None,
        **more: Any,
    ) -> Result:
        """Query Order (查询订单): POST /pay/orderquery.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)
            version: 1.0 asks for promotion_detail (1.0, at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, trade_state, trade_state_desc, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type,
        bank_type, total_fee, fee_type, settlement_total_fee, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, cash_fee, cash_fee_type, rate, transaction_id, out_trade_no, attach, time_end, consume_fee,
        detail, promotion_detail.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; repeat later
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            LACK_PARAMS: a required field is missing; add the field
            POST_DATA_EMPTY: empty body; send the XML as body
            NOT_UTF8: not UTF-8; send UTF-8
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair

        Limits:
            query when no notification came, after SYSTEMERROR or USERPAYING, and before close or reverse

        Notes:
            result_code SUCCESS says nothing about the order: read trade_state
            unless trade_state is SUCCESS or REFUND, only out_trade_no, attach and trade_state are sure to come
            a refunded order is REFUND, after a part refund too
            REVOKED and USERPAYING are states of quick pay, ACCEPT of deductions
            is_subscribe tells nothing: a 2026 transcription of the pages lists only N
            error codes are from mainland pages and public code; the global error tables could not be read
            response fields are from mainland pages and code in use with the global gateway

        Not sure:
            the error codes: secondary sources
            rate: from mainland pages and code in use; the global response table could be read only in part
            detail: read by two public libraries, not on the pages read

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter8_2.shtml
        """
    def close_order(
        self,
        *,
        out_trade_no: str,
        **more: Any,
    ) -> Result:
        """Close Order (关闭订单): POST /pay/closeorder.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, result_msg.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            ORDERCLOSED: the order is closed; nothing to do
            TRADE_STATE_ERROR: the order's state forbids it; query the order, then decide again
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST

        Limits:
            not sooner than 5 minutes after the order was placed

        Notes:
            only by out_trade_no; there is no transaction_id
            not for quick pay: use reverse
            closing a closed order answers ORDERCLOSED or success
            error codes are from mainland pages and public code; the global error tables could not be read

        Not sure:
            the error codes: secondary sources
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/NativePay/chapter8_3.shtml
        """
    def micropay(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        auth_code: str,
        device_info: str | None = None,
        version: Literal["1.0"] | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        limit_pay: Literal["no_credit"] | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        receipt: Literal["Y"] | None = None,
        scene_info: dict[str, Any] | list[Any] | str | None = None,
        profit_sharing: Literal["Y", "N"] | None = None,
        deposit: Literal["Y"] | None = None,
        **more: Any,
    ) -> Result:
        """Submit Quick Pay (提交付款码支付): POST /pay/micropay.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            version [mainland: with item discounts]: fixed (1.0, at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail [mainland: with item discounts]: items; global merchants put the MCC here (at most 6000 characters)
            attach: merchant's data, returned unchanged (at most 128 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount in fee_type (at least 1, smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: IP of the terminal, IPv4 or IPv6 (at most 64 characters)
            goods_tag: promotion tag (at most 32 characters)
            limit_pay: no_credit forbids credit cards (no_credit, at most 32 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: end of the order, at least 1 minute ahead (at most 14 characters, yyyyMMddHHmmss)
            receipt: Y shows the invoice entrance (Y, at most 8 characters)
            auth_code [always]: payment code scanned from the payer: 18 digits (at most 128 characters)
            scene_info: shop (at most 256 characters)
            profit_sharing: Y reserves money for sharing (Y | N, at most 1 characters)
            deposit: Y makes it a deposit order (Y, at most 1 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type, bank_type, total_fee, fee_type,
        settlement_total_fee, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n, coupon_fee_$n, cash_fee,
        cash_fee_type, rate, transaction_id, out_trade_no, attach, time_end, promotion_detail.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query after 5 s; never charge again meanwhile
            USERPAYING: the payer is entering the password; query every 5 s for at most 45 s, then reverse
            BANKERROR: the bank timed out; query after 5 s
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            ORDERCLOSED: the order is closed; place a new order with a new out_trade_no
            ORDERREVERSED: the order was reversed; place a new order with a new out_trade_no
            OUT_TRADE_NO_USED: number used with other parameters; query the old order, or use a new number
            AUTHCODEEXPIRE: the payment code has expired; the payer refreshes the code; scan it again under a new
                out_trade_no
            AUTH_CODE_ERROR: the payment code is used or malformed; the payer refreshes the code; scan it again under a
                new out_trade_no
            AUTH_CODE_INVALID: not a WeChat Pay code; scan a WeChat Pay payment code
            BUYER_MISMATCH: another payer tries the same order; place a new order
            NOTENOUGH: the payer has too little money; ask for another card and scan again
            NOTSUPORTCARD: kind of card not supported (so spelt on the wire); the payer picks another card
            TRADE_ERROR: trade refused: account, risk or rule; show the reason; the payer checks the account
            RULELIMIT: refused by a rule or risk control; show the reason
            NOAUTH: the merchant lacks the permission; apply for the product
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            LACK_PARAMS: a required field is missing; add the field
            POST_DATA_EMPTY: empty body; send the XML as body
            NOT_UTF8: not UTF-8; send UTF-8
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair

        Limits:
            the outcome is synchronous: there is no notification
            after SYSTEMERROR query after 5 s; after USERPAYING every 3 to 10 s, by page
            the gateway itself reverses an order that is not paid within 45 s; one page says to give up after 30 s
            still unclear: reverse, not sooner than 15 s after the payment
            a payment code is valid for 1 minute and for one payment; the app keeps up to 15 for use offline
            the password is asked above 1000 CNY (Chinese page), above 3000 CNY or 10 payments a day (English page)

        Notes:
            no notify_url, no trade_type; another payment code needs a new out_trade_no
            USERPAYING and SYSTEMERROR come with return_code SUCCESS and result_code FAIL, and may lack out_trade_no
            in extreme cases the payment succeeded although result_code is FAIL: query before giving an order up
            codes beginning 10 to 14 are mainland wallets, 15 Hong Kong wallets (accepted there and in the mainland
                only)
            error codes are from mainland pages and public code; the global error tables could not be read
            response fields are from mainland pages and code in use with the global gateway

        Not sure:
            the error codes: secondary sources
            version: the English global pages list it as required; code in use with the global gateway does not send it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            detail: the English global pages list it as required; code in use with the global gateway does not send it
            attach: 127 or 128, depending on the page
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            auth_code: begins 10 to 15; 16 only on newer pages
            scene_info: h5_info belongs to H5 payment; the tables of the two operations were read together
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter3_3.shtml
        """
    def reverse(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Revoke Order (撤销订单): POST /secapi/pay/reverse.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256. Needs
        the merchant certificate.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, recall.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            USERPAYING: the payer is entering the password; wait 5 s, then reverse again
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            REVERSE_EXPIRE: the order is older than 7 days; refund instead
            TRADE_ERROR: trade refused: account, risk or rule; show the reason; the payer checks the account
            INVALID_TRANSACTIONID: transaction_id is not valid; check transaction_id
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST

        Limits:
            not sooner than 15 s after the quick pay
            within 7 days; later, refund
            repeat while recall is Y or the outcome is unknown

        Notes:
            an unpaid order is closed, a paid one is paid back
            for quick pay orders only
            recall comes on failure too; result_code FAIL with recall N must not be repeated
            some replies carry result_msg, as close_order's do; it is signed when it is there
            error codes are from mainland pages and public code; the global error tables could not be read

        Not sure:
            the error codes: secondary sources

        Source: https://pay.weixin.qq.com/doc/global/v2/en/4013659173
        """
    def auth_code_to_openid(
        self,
        *,
        auth_code: str,
        **more: Any,
    ) -> Result:
        """Query openid by payment code (授权码查询openid): POST /tools/authcodetoopenid.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            auth_code [always]: payment code scanned from the payer (at most 128 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, openid,
        sub_openid.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; repeat later
            AUTHCODEEXPIRE: the payment code has expired; the payer refreshes the code; scan it again under a new
                out_trade_no
            AUTH_CODE_ERROR: the payment code is used or malformed; the payer refreshes the code; scan it again under a
                new out_trade_no
            AUTH_CODE_INVALID: not a WeChat Pay code; scan a WeChat Pay payment code
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            LACK_PARAMS: a required field is missing; add the field
            POST_DATA_EMPTY: empty body; send the XML as body
            NOT_UTF8: not UTF-8; send UTF-8
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair

        Limits:
            afterwards only this mch_id may charge the code, until it changes

        Notes:
            not among the global documents

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            auth_code: from a public transcription, as is this whole operation; the official page was not read

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/tools/authcodetoopenid.yaml
        """
    def refund(
        self,
        *,
        out_refund_no: str,
        total_fee: int | str,
        refund_fee: int | str,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        refund_fee_type: str | None = None,
        refund_desc: str | None = None,
        refund_account: Literal["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"] | None = None,
        notify_url: str | None = None,
        op_user_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Submit Refund (申请退款): POST /secapi/pay/refund.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256. Needs
        the merchant certificate.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)
            out_refund_no [always]: merchant's refund number; the same number refunds once (at most 64 characters)
            total_fee [always]: amount of the order (at least 1, smallest currency unit)
            refund_fee [always]: amount to refund (at least 1, smallest currency unit)
            refund_fee_type: the price currency, no other (at most 16 characters)
            refund_desc: reason; the payer sees it above 1 CNY (at most 80 characters)
            refund_account: where the money comes from; merchants with the old settlement only
                (REFUND_SOURCE_UNSETTLED_FUNDS | REFUND_SOURCE_RECHARGE_FUNDS, at most 30 characters)
            notify_url: notification address; wins over the platform's setting (at most 256 characters)
            op_user_id: operator, mch_id by default (at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_trade_no, total_fee, settlement_total_fee, fee_type, cash_fee, out_refund_no, refund_id,
        refund_fee, refund_fee_type, settlement_refund_fee, cash_fee_type, cash_refund_fee, cash_refund_fee_type, rate,
        coupon_type_$n, coupon_refund_fee, coupon_refund_fee_$n, coupon_refund_count, coupon_refund_id_$n.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            BIZERR_NEED_RETRY: not taken in, because of concurrency; repeat with the same out_refund_no and parameters
            FREQUENCY_LIMITED: too many requests; not taken in; lower the rate, repeat unchanged
            INVALID_REQ_TOO_MUCH: too many bad requests, blocked for a while; correct the requests, wait 1 minute
            ORDER_NOT_READY: the order is still being processed; wait, repeat unchanged
            NOTENOUGH: the merchant has too little money; top up, repeat with the same out_refund_no
            REFUND_FEE_MISMATCH: this out_refund_no had other amounts; repeat with those amounts
            TRADE_OVERDUE: the order is older than one year; pay back another way
            USER_ACCOUNT_ABNORMAL: the payer's account is closed or abnormal; pay back another way
            ERROR: business error; as err_code_des says
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            INVALID_TRANSACTIONID: transaction_id is not valid; check transaction_id
            CERT_ERROR: client certificate missing or wrong; use the merchant's certificate
            NOAUTH: the merchant lacks the permission; apply for the product
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id

        Limits:
            within one year of the payment
            150 requests a second, 6 a second of failing ones
            50 part refunds of an order; in the mainland 1 minute between two of them
            orders older than one month: 5000 refunds a minute (mainland)
            several refunds of one payer: not at the same time

        Notes:
            SUCCESS means taken in: the refund query or the notification tells the outcome
            repeat a failed refund with the same out_refund_no and the same amounts
            sending notify_url switches the refund notification on (global page of the notification)
            error codes are from mainland pages and public code; the global error tables could not be read
            response fields are from mainland pages and code in use with the global gateway

        Not sure:
            the error codes: secondary sources
            op_user_id: older pages require it
            refund_fee_type: from mainland pages and code in use; the global response table could be read only in part
            cash_refund_fee_type: from mainland pages and code in use; the global response table could be read only in
                part
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: https://pay.weixin.qq.com/doc/global/v2/zh/4013635000
        """
    def refund_query(
        self,
        *,
        refund_id: str | None = None,
        out_refund_no: str | None = None,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        offset: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Query Refund (查询退款): POST /pay/refundquery.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            refund_id [one of refund_id, out_refund_no, transaction_id, out_trade_no]: WeChat Pay refund number; first
                choice (at most 32 characters)
            out_refund_no [one of refund_id, out_refund_no, transaction_id, out_trade_no]: merchant's refund number (at
                most 64 characters)
            transaction_id [one of refund_id, out_refund_no, transaction_id, out_trade_no]: WeChat Pay order number (at
                most 32 characters)
            out_trade_no [one of refund_id, out_refund_no, transaction_id, out_trade_no]: merchant's order number (at
                most 32 characters)
            offset: start position, for an order with more than 10 part refunds

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_trade_no, total_fee, settlement_total_fee, fee_type, cash_fee, cash_fee_type, rate,
        total_refund_count, refund_count, refund_fee, out_refund_no_$n, refund_id_$n, refund_channel_$n, refund_fee_$n,
        refund_fee_type_$n, settlement_refund_fee_$n, coupon_type_$n_$m, coupon_refund_fee_$n, coupon_refund_count_$n,
        coupon_refund_id_$n_$m, coupon_refund_fee_$n_$m, refund_status_$n, refund_account_$n, refund_recv_accout_$n,
        refund_success_time_$n.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; repeat later
            REFUNDNOTEXIST: no such refund; check the number, and whether a refund was made
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            INVALID_TRANSACTIONID: transaction_id is not valid; check transaction_id
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id

        Limits:
            a refund to the balance takes up to 20 minutes, to a card up to 3 working days
            10 refunds in a reply; offset reaches the others, an offset past the end answers PARAM_ERROR
            more than 20 part refunds: query by out_refund_no

        Notes:
            $n and $m count from 0
            refund_id goes before out_refund_no, then transaction_id, then out_trade_no
            CHANGE: the card is gone and the money is back at the merchant; pay it back by hand
            the signature covers fields of no table too
            error codes are from mainland pages and public code; the global error tables could not be read
            response fields are from mainland pages and code in use with the global gateway

        Not sure:
            the error codes: secondary sources
            rate: read at the top level by public code in the US; the global response table could not be read
            refund_fee: in no table, yet sent and signed: merchants print it in the developer community
            refund_fee_type_$n: the name is not confirmed: found on no page and in no public code

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter8_5.shtml
        """
    def download_bill(
        self,
        *,
        bill_date: date | str,
        device_info: str | None = None,
        bill_type: Literal["ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND"] | None = None,
        tar_type: Literal["GZIP"] | None = None,
        **more: Any,
    ) -> Result:
        """Download Transaction Bill (下载对账单): POST /pay/downloadbill.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256. The
        reply carries no signature.

        Fields:
            device_info: only this terminal (at most 32 characters)
            bill_date [always]: day of the statement, Beijing (at most 8 characters, yyyyMMdd)
            bill_type: which records; RECHARGE_REFUND in the mainland only (ALL | SUCCESS | REFUND | RECHARGE_REFUND, at
                most 16 characters)
            tar_type: GZIP compresses the reply (GZIP, at most 8 characters)

        Answers: return_code, return_msg, error_code.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: the download failed; repeat later
            No Bill Exist: no trade on that day; the pages write NO Bill Exist; treat it as an empty statement
            Bill Creating: not ready yet; repeat after 10:00 Beijing time
            CompressGZip Error: compression failed; repeat later
            UnCompressGZip Error: decompression failed; repeat later
            invalid bill_date: not a valid date; correct bill_date
            invalid bill_type: not a valid bill_type; correct bill_type
            data format error: a field is malformed; correct the request
            missing parameter: a field is missing; complete the request
            SIGN ERROR: wrong signature; check key, sign_type and the fields signed

        Limits:
            a day is 00:00 to 24:00 Beijing time; its statement is made from 9:00 of the next day: fetch it after 10:00
            the last 3 months

        Notes:
            the reply carries no signature: there is nothing to verify
            success is CSV that begins with a BOM, never with <xml>; failure is XML even when GZIP was asked for
            the error's name comes in return_msg; there is no result_code
            without sub_mch_id the statement covers all sub-merchants
            unpaid orders are absent; reversed ones stand under their original number
            any appid bound to the mch_id may ask; a row carries the appid of its trade

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            device_info: on older pages only
            bill_type: optional by the pages; public code met a gateway that demands it

        Source: https://pay.weixin.qq.com/doc/global/v2/zh/4013634911
        """
    def settlement_query(
        self,
        *,
        usetag: int | str,
        offset: int | str,
        limit: int | str,
        date_start: date | str | None = None,
        date_end: date | str | None = None,
        query_split: str | None = None,
        **more: Any,
    ) -> Result:
        """Query Settled Funds (查询结算资金): POST /pay/settlementquery.

        Regions: global. Modes: direct, institution, service provider. Signed with MD5.

        Fields:
            usetag [always]: 1 settled, 2 not settled yet (at most 2, at least 1)
            offset [always]: start position (at least 0)
            limit [always]: most records to return; 10 advised, 20 was answered (at least 1)
            date_start [when usetag is 1]: first day, Beijing time (at most 14 characters, yyyyMMdd)
            date_end [when usetag is 1]: last day, Beijing time (at most 14 characters, yyyyMMdd)
            query_split: true adds the amounts of profit sharing

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, record_num, fbatchno,
        date_settlement, date_start, date_end, settlement_fee, unsettlement_fee, settlementfee_type, pay_fee,
        refund_fee, pay_net_fee, poundage_fee, split_settlement_fee, split_unsettlement_fee.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; repeat later
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            NOAUTH: the merchant lacks the permission; apply for the product
            SIGNERROR: wrong signature; check key, sign_type and the fields signed

        Limits:
            10 records at a time

        Notes:
            the pages and their signed sample print one flat record
            a captured reply of a US institution (2017) nests each record in setteinfo_0, setteinfo_1, ... (so spelt)
            that reply shows no appid, mch_id, nonce_str or sign (perhaps cut away), and no CDATA around amounts
            whether and how a nested reply is signed is unknown: only a flat one can be verified
            no sign_type field; there is no mainland equivalent
            error codes are from mainland pages and public code; the global error tables could not be read

        Not sure:
            the error codes: secondary sources
            mch_id: mch_id on the official pages and in their samples, mchid in a public transcription
            sub_mch_id: not for institutions by the page, yet code in use sent it as an institution and was answered
            sign: a captured reply with nested records shows none; how they would be signed is unknown
            date_settlement: the page says yyyyMMdd, a captured reply writes yyyy-MM-dd
            date_start: the page says yyyyMMdd, a captured reply writes yyyy-MM-dd
            date_end: the page says yyyyMMdd, a captured reply writes yyyy-MM-dd
            refund_fee: negative in a captured reply, where pay_net_fee is pay_fee plus refund_fee

        Source: https://pay.weixin.qq.com/doc/global/v2/en/4013663377
        """
    def query_exchange_rate(
        self,
        *,
        fee_type: str,
        date: date | str,
        **more: Any,
    ) -> Result:
        """Query Exchange Rate (汇率查询API): POST /pay/queryexchagerate.

        Regions: global. Modes: direct, institution, service provider. Signed with MD5.

        Fields:
            fee_type [always]: foreign currency, ISO 4217 (at most 10 characters)
            date [always]: day of the rate, Beijing time (at most 14 characters, yyyyMMdd)

        Answers: appid, mch_id, sub_mch_id, fee_type, rate_time, rate, sign.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; repeat later
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed

        Limits:
            one rate a day, new at 10:00 Beijing time; before that ask for the day before

        Notes:
            the path is misspelt on the wire
            the request has no nonce_str and no sign_type, the reply no nonce_str and no result_code
            three public codes divide by 10^8, one of which verifies the reply's signature: read the rate as a decimal
            the rate is for reference; the trade decides its own

        Not sure:
            the error codes: secondary sources
            rate: the 2015 page and its sample mean CNY per 100 units with four decimals (628.1225)

        Source: foxinmy/weixin4j (CashApi.queryExchageRate)
        """
    def report(
        self,
        *,
        interface_url: str,
        execute_time_: int | str,
        return_code: Literal["SUCCESS", "FAIL"],
        result_code: Literal["SUCCESS", "FAIL"],
        user_ip: str,
        device_info: str | None = None,
        return_msg: str | None = None,
        err_code: str | None = None,
        err_code_des: str | None = None,
        out_trade_no: str | None = None,
        time: datetime | str | None = None,
        trades: dict[str, Any] | list[Any] | str | None = None,
        **more: Any,
    ) -> Result:
        """Report Speed Testing (交易保障): POST /payitil/report.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256. The
        reply carries no signature.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            interface_url [always]: whole address of the call reported on (at most 127 characters)
            execute_time_ [always]: duration of the call; the wire name ends in an underscore (ms)
            return_code [always]: of the call reported on (SUCCESS | FAIL, at most 16 characters)
            return_msg: of the call reported on (at most 128 characters)
            result_code [always]: of the call reported on (SUCCESS | FAIL, at most 16 characters)
            err_code: of the call reported on (at most 32 characters)
            err_code_des: of the call reported on (at most 128 characters)
            out_trade_no: of the call reported on (at most 32 characters)
            user_ip [always]: IP of the caller (at most 64 characters)
            time: time of the report, Beijing (at most 14 characters, yyyyMMddHHmmss)
            trades: several calls as a JSON list, in place of the single fields

        Answers: result_code.

        Notes:
            the reply carries no signature: there is nothing to verify
            a report that fails must never break a payment

        Not sure:
            no page lists its error codes
            trades: mainland quick pay; the single fields come from public code and older pages

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_8.shtml
        """
    def short_url(
        self,
        *,
        long_url: str,
        **more: Any,
    ) -> Result:
        """Convert to short link (转换短链接): POST /tools/shorturl.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            long_url [always]: address to shorten (at most 512 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, short_url.

        Raises Refused or OutcomeUnknown with err_code:
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            LACK_PARAMS: a required field is missing; add the field
            POST_DATA_EMPTY: empty body; send the XML as body
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair

        Notes:
            for the links of native mode 1: weixin://wxpay/bizpayurl?...

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            long_url: the page signs the raw address and sends it URL-encoded; public libraries send what they sign

        Source: https://pay.weixin.qq.com/doc/global/v2/zh/4013634974
        """
