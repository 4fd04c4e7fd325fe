"""The static face of client.py, generated from the catalogue by `python -m wxpay_v2.generate`."""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from typing import Protocol as Shape

from wxpay_v2.call import Call, Request, Send
from wxpay_v2.clock import Clock
from wxpay_v2.errors import WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import Operation
from wxpay_v2.result import Result
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.upgrade.gradual import Gradual
from wxpay_v2.upgrade.protocol import Protocol as Upgraded
from wxpay_v2.v2.cashier import Cashier
from wxpay_v2.v2.notification import Event, Reply
from wxpay_v2.v2.signature import Signer
from wxpay_v2.v3.account import V3Account
from wxpay_v2.v3.cashier import Cashier as V3Cashier

T = TypeVar("T")

class Carrier(Shape):
    @property
    def signer(self) -> Signer: ...
    def prepare(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Any: ...
    def check_certificate(self, operation: Operation) -> None: ...
    def carry(self, prepared: Any, retry: Retry, routes: Routes) -> Call[Result]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event: ...
    def refusal(self, body: bytes, message: str) -> Reply: ...

class Core:
    merchant: Merchant
    region: str
    clock: Clock
    protocol: Carrier
    retry: Retry
    routes: Routes
    cashier: Cashier | V3Cashier
    _numbers: OrderedDict[tuple[str, str], int]
    _upgraded: Upgraded | None
    def __init__(
        self,
        merchant: Merchant,
        *,
        region: str = "global",
        base_url: str | None = None,
        timeout: float | tuple[float, float] | None = None,
        retry: int = 3,
        clock: Clock | None = None,
        upgrade: V3Account | Gradual | None = None,
    ) -> None: ...
    def steps(self, operation: Operation, fields: Mapping[str, Any]) -> Call[Result]: ...
    @property
    def upgraded(self) -> Upgraded | None: ...
    def _failed(self, request: Request, error: WXPayError) -> None: ...
    def _remember(self, operation: Operation, fields: Mapping[str, str]) -> tuple[str, str]: ...
    def open_notification(self, body: bytes, headers: Mapping[str, str] | None = None) -> Event: ...
    def refusal(self, body: bytes, message: str = "FAIL") -> Reply: ...

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
        upgrade: V3Account | Gradual | None = None,
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
            detail.mcc: its place in the JSON is not confirmed
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
            detail.mcc: its place in the JSON is not confirmed
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
    def refund_v2(
        self,
        *,
        out_refund_no: str,
        total_fee: int | str,
        refund_fee: int | str,
        version: Literal["1.0"],
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        refund_fee_type: str | None = None,
        refund_desc: str | None = None,
        refund_account: Literal["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"] | None = None,
        notify_url: str | None = None,
        op_user_id: str | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        **more: Any,
    ) -> Result:
        """Submit refund with items (申请退款（支持单品）): POST /secapi/pay/refundv2.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256. Needs the merchant
        certificate.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)
            out_refund_no [always]: merchant's refund number; same number refunds once (at most 64 characters)
            total_fee [always]: order amount in fee_type (at least 1, smallest currency unit)
            refund_fee [always]: refund amount (at least 1, smallest currency unit)
            refund_fee_type: must equal the price currency (at most 16 characters)
            refund_desc: why; shown to the payer above 1 CNY (at most 80 characters)
            refund_account: fund source, old settlement merchants only (REFUND_SOURCE_UNSETTLED_FUNDS |
                REFUND_SOURCE_RECHARGE_FUNDS, at most 30 characters)
            notify_url: refund callback; overrides the platform setting (at most 256 characters)
            op_user_id: operator; older pages require it, default mch_id (at most 32 characters)
            version [always]: fixed 1.0 (1.0, at most 32 characters)
            detail: items to refund, for item discounts (at most 6000 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_trade_no, out_refund_no, refund_id, refund_fee, refund_fee_type, settlement_refund_fee,
        total_fee, settlement_total_fee, fee_type, cash_fee, cash_fee_type, cash_refund_fee, cash_refund_fee_type, rate,
        coupon_type_$n, coupon_refund_fee, coupon_refund_fee_$n, coupon_refund_count, coupon_refund_id_$n,
        promotion_detail.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            BIZERR_NEED_RETRY: refused because of concurrency; repeat with the same out_refund_no and parameters
            TRADE_OVERDUE: order older than one year; pay back another way
            ERROR: business error, see err_code_des; depends on err_code_des
            USER_ACCOUNT_ABNORMAL: payer's account is closed or abnormal; refund another way
            INVALID_REQ_TOO_MUCH: too many bad requests, blocked for a while; correct the requests, wait 1 minute
            NOTENOUGH: not enough money; top up, then repeat with the same out_refund_no
            INVALID_TRANSACTIONID: transaction_id is not valid; check transaction_id
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            APPID_NOT_EXIST: no such appid; check appid
            MCHID_NOT_EXIST: no such mch_id; check mch_id
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            XML_FORMAT_ERROR: not well-formed XML; correct the XML
            REQUIRE_POST_METHOD: not sent with POST; use POST
            FREQUENCY_LIMITED: too many requests; lower the rate; the refund was not accepted, repeat it unchanged
            NOAUTH: the merchant lacks the permission; apply for the product
            CERT_ERROR: client certificate missing or wrong; use the right certificate
            REFUND_FEE_MISMATCH: amounts differ from the earlier request with this out_refund_no; repeat with the same
                amounts
            ORDER_NOT_READY: order still being processed; wait, then repeat unchanged

        Limits:
            within one year of payment
            150 requests per second, 6 per second for failing ones
            50 part refunds per order
            same order: 1 minute between part refunds (mainland)
            orders older than one month: 5000 per minute (mainland)
            several refunds of one payer: not at the same time

        Notes:
            refund with item discounts; otherwise like refund
            detail fields partly from recollection

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            op_user_id: operator; older pages require it, default mch_id
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/pay/refundv2.yaml
        """
    def refund_query_v2(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        out_refund_no: str | None = None,
        refund_id: str | None = None,
        version: Literal["1.0"] | None = None,
        **more: Any,
    ) -> Result:
        """Query refund with items (查询退款（支持单品）): POST /pay/refundqueryv2.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            transaction_id: WeChat Pay order number; does not select the refund (at most 32 characters)
            out_trade_no: merchant's order number; does not select the refund (at most 32 characters)
            out_refund_no [one of out_refund_no, refund_id]: merchant's refund number (at most 64 characters)
            refund_id [one of out_refund_no, refund_id]: WeChat Pay refund number; first choice (at most 32 characters)
            version: 1.0 on some pages; SDKs and the sample leave it out (1.0, at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_trade_no, out_refund_no, refund_id, refund_channel, refund_fee, cash_refund_fee,
        refund_status, refund_account, refund_recv_accout, promotion_detail.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            REFUNDNOTEXIST: no such refund; check the number and that a refund was made
            INVALID_TRANSACTIONID: transaction_id is not valid; check transaction_id
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed

        Notes:
            the reply tells one refund under plain names; a transcription gives it refund_query's _$n names
            selected by refund_id or out_refund_no only
            query for refunds with item discounts
            detail fields partly from recollection

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat (GetPayRefundV2 model and sample)
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
            global amounts are in units of the price currency, not in its smallest ones

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            device_info: on older pages only
            bill_type: optional by the pages; public code met a gateway that demands it

        Source: https://pay.weixin.qq.com/doc/global/v2/zh/4013634911
        """
    def download_fund_flow(
        self,
        *,
        bill_date: date | str,
        account_type: Literal["Basic", "Operation", "Fees"],
        tar_type: Literal["GZIP"] | None = None,
        **more: Any,
    ) -> Result:
        """Download Fund Flow Bill (下载资金账单): POST /pay/downloadfundflow.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate. The
        reply carries no signature.

        Fields:
            bill_date [always]: day of the bill, Beijing time (at most 8 characters, yyyyMMdd)
            account_type [always]: account (Basic | Operation | Fees, at most 9 characters)
            tar_type: compressed reply (GZIP, at most 8 characters)

        Answers: result_code, err_code, err_code_des.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            NO_BILL_EXIST: no flow on that day; treat as empty
            BILL_CREATING: bill not ready; repeat after 10:00 Beijing time

        Limits:
            days since 2017-06-01
            ready at 10:00 Beijing time of the next day

        Notes:
            HTTP header Digest: SHA=<sha1 hex of the body> gives integrity
            failures name an err_code
            amounts in yuan

        Not sure:
            the error codes: secondary sources
            account_type: the page says 8 characters, its own value has 9

        Source: https://apifox.com/apidoc/project-1172626/api-26089189
        """
    def batch_query_comment(
        self,
        *,
        begin_time: str,
        end_time: str,
        offset: int | str,
        limit: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Query order comments (拉取订单评价数据): POST /billcommentsp/batchquerycomment.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            begin_time [always]: start time (at most 19 characters)
            end_time [always]: end time (at most 19 characters)
            offset [always]: start position
            limit: most records to return

        Answers: result_code, err_code, err_code_des.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGN_ERROR: signature wrong; use HMAC-SHA256
            REPORTERROR: no such data; widen the range

        Limits:
            at most 200 comments
            3 months

        Notes:
            success body is text: first line is the next offset, then one comment per line, back-tick prefixed

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: https://pay.weixin.qq.com/doc/v2/merchant/4014326528
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

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, record_num, setteinfo_$n,
        fbatchno, date_settlement, date_start, date_end, settlement_fee, unsettlement_fee, settlementfee_type, pay_fee,
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
            setteinfo_$n: so a captured reply has it; the pages show one flat record
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
    def add_institution_sub(
        self,
        *,
        merchant_name: str,
        merchant_shortname: str,
        merchant_remark: str,
        merchant_country_code: str,
        merchant_type: Literal["ENTERPRISE", "INDIVIDUAL"],
        business_category: str,
        mcc: str,
        registration_certificate_number: str,
        registration_certificate_date: str,
        business_type: Literal["ONLINE", "OFFLINE", "BOTH"],
        business_website: str,
        office_account: str,
        mini_program: str,
        store_address: str,
        store_photos: dict[str, Any] | list[Any] | str,
        director_name: str,
        director_id_number: str,
        principal_name: str,
        principal_id_number: str,
        office_phone: str,
        contact_name: str,
        contact_phone: str,
        contact_email: str,
        settlement_bank_number: str,
        channel_id: str | None = None,
        registration_certificate_copy: str | None = None,
        app_download: str | None = None,
        apply_h5_payment: Literal["YES", "NO"] | None = None,
        h5_website_url: str | None = None,
        h5_domains: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        **more: Any,
    ) -> Result:
        """Onboard Sub-Merchant (进件子商户): POST /secapi/mch/addInstitutionsub.

        Regions: global. Modes: institution. Signed with MD5. Needs the merchant certificate.

        Fields:
            channel_id: channel number (at most 20 characters)
            merchant_name [always]: full registered name (at most 128 characters)
            merchant_shortname [always]: short name shown to payers (at most 64 characters)
            merchant_remark [always]: institution's own id of the sub-merchant (at most 20 characters)
            merchant_country_code [always]: country or region of registration, ISO 3166 numeric (at most 3 characters)
            merchant_type [always]: ENTERPRISE, or INDIVIDUAL for a person or a sole proprietor (ENTERPRISE |
                INDIVIDUAL, at most 10 characters)
            business_category [always]: business category id (at most 3 characters)
            mcc [always]: merchant category code (at most 4 characters)
            registration_certificate_number [always]: registration certificate number (at most 50 characters)
            registration_certificate_date [always]: expiry of the registration certificate: yyyy-MM-dd, PERMANENT or N/A
                (at most 10 characters)
            registration_certificate_copy: media id of the registration certificate (at most 128 characters)
            business_type [always]: where the business happens (ONLINE | OFFLINE | BOTH, at most 7 characters)
            app_download [by the kind of business]: app download address (at most 128 characters)
            business_website [always]: business site
            office_account [always]: official account
            mini_program [always]: mini program
            store_address [always]: shop address
            store_photos [always]: media ids of the shop as JSON
            director_name [always]: director's name
            director_id_number [always]: director's id number
            principal_name [always]: principal's name
            principal_id_number [always]: principal's id number
            office_phone [always]: office telephone
            contact_name [always]: contact person
            contact_phone [always]: contact telephone
            contact_email [always]: contact e-mail
            settlement_bank_number [always]: settlement bank account
            apply_h5_payment: ask for H5 payment (YES | NO)
            h5_website_url: H5 site
            h5_domains: H5 payment domains as JSON
            attach: comes back as sent

        Answers: result_code, err_code, err_code_des, sub_mch_id, sign, verification_status, description,
        h5_authorization_state.

        Limits:
            a sub-merchant works once verification_status says so

        Notes:
            its app id is called app_id
            its path has a capital I
            lengths up to app_download read from the official pages, the rest not readable

        Not sure:
            no page lists its error codes
            app_download: the page says yes or no for required; when, was not read

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml
        """
    def modify_institution_sub(
        self,
        *,
        merchant_name: str,
        merchant_shortname: str,
        merchant_country_code: str,
        merchant_type: Literal["ENTERPRISE", "INDIVIDUAL"],
        business_category: str,
        mcc: str,
        registration_certificate_number: str,
        registration_certificate_date: str,
        business_type: Literal["ONLINE", "OFFLINE", "BOTH"],
        business_website: str,
        office_account: str,
        mini_program: str,
        store_address: str,
        office_phone: str,
        contact_name: str,
        contact_phone: str,
        contact_email: str,
        channel_id: str | None = None,
        registration_certificate_copy: str | None = None,
        app_download: str | None = None,
        store_photos: dict[str, Any] | list[Any] | str | None = None,
        director_name: str | None = None,
        director_id_number: str | None = None,
        principal_name: str | None = None,
        principal_id_number: str | None = None,
        settlement_bank_number: str | None = None,
        apply_h5_payment: Literal["YES", "NO"] | None = None,
        h5_website_url: str | None = None,
        h5_domains: dict[str, Any] | list[Any] | str | None = None,
        **more: Any,
    ) -> Result:
        """Modify Sub-Merchant (修改子商户API): POST /secapi/mch/modifyInstitutionsub.

        Regions: global. Modes: institution. Signed with MD5. Needs the merchant certificate.

        Fields:
            merchant_name [always]: full registered name (at most 128 characters)
            channel_id: channel number (at most 20 characters)
            merchant_shortname [always]: short name shown to payers (at most 64 characters)
            merchant_country_code [always]: country or region of registration, ISO 3166 numeric (at most 3 characters)
            merchant_type [always]: ENTERPRISE, or INDIVIDUAL for a person or a sole proprietor (ENTERPRISE |
                INDIVIDUAL, at most 10 characters)
            business_category [always]: business category id (at most 3 characters)
            mcc [always]: merchant category code (at most 4 characters)
            registration_certificate_number [always]: registration certificate number (at most 50 characters)
            registration_certificate_date [always]: expiry of the registration certificate: yyyy-MM-dd, PERMANENT or N/A
                (at most 10 characters)
            registration_certificate_copy: media id of the registration certificate (at most 128 characters)
            business_type [always]: where the business happens (ONLINE | OFFLINE | BOTH, at most 7 characters)
            app_download [by the kind of business]: app download address (at most 128 characters)
            business_website [always]: business site
            office_account [always]: official account
            mini_program [always]: mini program
            store_address [always]: shop address
            store_photos: media ids of the shop as JSON
            director_name: director's name
            director_id_number: director's id number
            principal_name: principal's name
            principal_id_number: principal's id number
            office_phone [always]: office telephone
            contact_name [always]: contact person
            contact_phone [always]: contact telephone
            contact_email [always]: contact e-mail
            settlement_bank_number: settlement bank account
            apply_h5_payment: ask for H5 payment (YES | NO)
            h5_website_url: H5 site
            h5_domains: H5 payment domains as JSON

        Answers: result_code, err_code, err_code_des, sub_mch_id, sign, verification_status, h5_authorization_state.

        Limits:
            a sub-merchant works once verification_status says so

        Notes:
            its app id is called app_id
            its path has a capital I
            lengths up to app_download read from the official pages, the rest not readable

        Not sure:
            this page: secondary sources
            no page lists its error codes
            app_download: the page says yes or no for required; when, was not read

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml
        """
    def query_institution_sub(
        self,
        **more: Any,
    ) -> Result:
        """Query Sub-Merchant (查询子商户): POST /secapi/mch/queryInstitutionsub.

        Regions: global. Modes: institution. Signed with MD5. Needs the merchant certificate.

        Fields:

        Answers: result_code, err_code, err_code_des, sign, sub_mch_id, merchant_name, merchant_shortname,
        merchant_country_code, business_category, mcc, office_phone, contact_name, contact_phone, contact_email,
        merchant_remark, business_type, merchant_type, registration_certificate_number, registration_certificate_date,
        app_download, business_website, office_account, mini_program, store_address, director_name, director_id_number,
        principal_name, principal_id_number, settlement_bank_number, channel_id, h5_authorization_state,
        h5_audit_reject_detail, sub_mch_status, application_status, application_reject_detail, attach.

        Limits:
            a sub-merchant works once verification_status says so

        Notes:
            its app id is called app_id
            its path has a capital I
            lengths of the first seven fields read from the official page, the rest not readable

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml
        """
    def sub_mch_manage(
        self,
        *,
        action: Literal["add", "query"],
        page_index: str,
        merchant_name: str | None = None,
        page_size: str | None = None,
        **more: Any,
    ) -> Result:
        """Add or query bank sub-merchant (银行特约商户录入/银行特约商户资料查询): POST /secapi/mch/submchmanage.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            action [always]: add or query (add | query)
            merchant_name: full registered name (at most 50 characters)
            page_index [always]: page number (at most 10 characters)
            page_size: page size (at most 10 characters)

        Answers: result_code, result_msg, total, mchinfo.

        Notes:
            action travels in the query string

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/submchmanage.yaml
        """
    def modify_mch_info(
        self,
        *,
        merchant_shortname: str | None = None,
        service_phone: str | None = None,
        **more: Any,
    ) -> Result:
        """Modify bank sub-merchant (银行特约商户信息修改): POST /secapi/mch/modifymchinfo.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            merchant_shortname: short name shown to payers (at most 20 characters)
            service_phone: customer service telephone (at most 20 characters)

        Answers: result_code, result_msg, sign, err_code, err_code_des, nonce_str.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/modifymchinfo.yaml
        """
    def add_sub_dev_config(
        self,
        *,
        jsapi_path: str,
        **more: Any,
    ) -> Result:
        """Add sub-merchant development settings (服务商子商户开发配置新增支付目录/新增对应APPID关联): POST /secapi/mch/addsubdevconfig.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            jsapi_path [always]: payment directory (at most 256 characters)

        Answers: err_code, err_code_des, result_code, sign.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/addsubdevconfig.yaml
        """
    def query_sub_dev_config(
        self,
        **more: Any,
    ) -> Result:
        """Query sub-merchant development settings (配置查询): POST /secapi/mch/querysubdevconfig.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:

        Answers: err_code, err_code_des, result_code, sign, jsapi_path_list, appid_config_list.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/querysubdevconfig.yaml
        """
    def add_recommend_conf(
        self,
        *,
        subscribe_appid: str,
        **more: Any,
    ) -> Result:
        """Set recommended following (服务商特约商户关注功能配置): POST /secapi/mkt/addrecommendconf.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            subscribe_appid [always]: appid recommended for following (at most 32 characters)

        Answers: err_code, err_code_des, result_code, sign.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mkt/addrecommendconf.yaml
        """
    def channel_setting(
        self,
        *,
        channel_id: str,
        **more: Any,
    ) -> Result:
        """Set channel of sub-merchant (银行服务商特约子商户指定渠道号API): POST /secapi/mch/channelsetting.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            channel_id [always]: channel number (at most 32 characters)

        Answers: result_code, sign, err_code, err_code_des, mch_id, result_msg, appid, sub_mch_id, channel_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/channelsetting.yaml
        """
    def upload_media(
        self,
        *,
        media: str,
        media_hash: str,
        **more: Any,
    ) -> Result:
        """Upload picture (图片上传API): POST /secapi/mch/uploadmedia.

        Regions: global, mainland. Modes: direct, institution, service provider. Signed with MD5 or HMAC-SHA256. Needs
        the merchant certificate.

        Fields:
            media [always]: file part
            media_hash [always]: MD5 of the file, lower case (at most 32 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, media_id.

        Limits:
            pictures up to 2 MiB, jpeg jpg bmp png

        Notes:
            the signature covers the fields, not the file
            global merchants use it for onboarding pictures
            the kinds are on its page, the size on the page of the JSON API's like

        Not sure:
            this page: secondary sources
            no page lists its error codes
            the limits: secondary sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/uploadmedia.yaml
        """
    def customs_declare(
        self,
        *,
        out_trade_no: str,
        transaction_id: str,
        customs: Literal["NO", "GUANGZHOU_ZS", "HANGZHOU_ZS", "NINGBO", "ZHENGZHOU_BS", "CHONGQING", "SHANGHAI_ZS", "SHENZHEN", "ZHENGZHOU_ZH_ZS", "TIANJIN", "ZONGSHU"],
        mch_customs_no: str | None = None,
        duty: int | str | None = None,
        action_type: Literal["ADD", "MODIFY"] | None = None,
        sub_order_no: str | None = None,
        fee_type: Literal["CNY"] | None = None,
        order_fee: int | str | None = None,
        transport_fee: int | str | None = None,
        product_fee: int | str | None = None,
        cert_type: Literal["IDCARD"] | None = None,
        cert_id: str | None = None,
        name: str | None = None,
        **more: Any,
    ) -> Result:
        """Declare order to customs (订单附加信息提交接口): POST /cgi-bin/mch/customs/customdeclareorder.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            transaction_id [always]: WeChat Pay order number (at most 28 characters)
            customs [always]: customs office (NO | GUANGZHOU_ZS | HANGZHOU_ZS | NINGBO | ZHENGZHOU_BS | CHONGQING |
                SHANGHAI_ZS | SHENZHEN | ZHENGZHOU_ZH_ZS | TIANJIN | ZONGSHU, at most 32 characters)
            mch_customs_no [customs is not NO]: merchant's customs registration number (at most 32 characters)
            duty: customs duty, not sent on to customs (smallest currency unit)
            action_type: new or changed (ADD | MODIFY, at most 256 characters)
            sub_order_no [order is split]: merchant's sub-order number (at most 32 characters)
            fee_type [order is split]: only CNY (CNY, at most 3 characters)
            order_fee [order is split]: sub-order amount = transport_fee + product_fee (smallest currency unit)
            transport_fee [order is split]: freight (smallest currency unit)
            product_fee [order is split]: price of the goods (smallest currency unit)
            cert_type: identity document of the buyer (IDCARD, at most 32 characters)
            cert_id: its number (at most 64 characters)
            name: buyer's name (at most 64 characters)

        Answers: sign_type, sign, appid, mch_id, result_code, err_code, err_code_des, state, transaction_id,
        out_trade_no, sub_order_no, sub_order_id, modify_time, cert_check_result, verify_department,
        verify_department_trade_id.

        Raises Refused or OutcomeUnknown with err_code:
            SIGN_ERROR: signature wrong; check the key
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NOAUTH: the merchant lacks the permission; apply for the product

        Notes:
            register every customs office on the merchant platform first
            unsplit: the amount is the paid CNY amount less refunds; do not send it
            Tenpay customs code 4403169D3W
            the global v2 site offers customs as the JSON API /global/v3/customs/orders instead (direct mode)
            an office that is not listed is declared as GUANGZHOU_ZS
            older pages also list GUANGZHOU_HP_GJ and GUANGZHOU_NS_GJ, declared in addition to GUANGZHOU_ZS
            state may be misspelt NDECLARED in transcriptions: accept unknown states

        Not sure:
            the error codes: secondary sources
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: https://pay.weixin.qq.com/doc/v2/merchant/4011985151
        """
    def customs_declare_query(
        self,
        *,
        customs: Literal["NO", "GUANGZHOU_ZS", "HANGZHOU_ZS", "NINGBO", "ZHENGZHOU_BS", "CHONGQING", "SHANGHAI_ZS", "SHENZHEN", "ZHENGZHOU_ZH_ZS", "TIANJIN", "ZONGSHU"],
        out_trade_no: str | None = None,
        transaction_id: str | None = None,
        sub_order_no: str | None = None,
        sub_order_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Query customs declaration (订单附加信息查询接口): POST /cgi-bin/mch/customs/customdeclarequery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            out_trade_no [one of out_trade_no, transaction_id, sub_order_no, sub_order_id]: merchant's order number (at
                most 32 characters)
            transaction_id [one of out_trade_no, transaction_id, sub_order_no, sub_order_id]: WeChat Pay order number
                (at most 28 characters)
            sub_order_no [one of out_trade_no, transaction_id, sub_order_no, sub_order_id]: merchant's sub-order number
                (at most 32 characters)
            sub_order_id [one of out_trade_no, transaction_id, sub_order_no, sub_order_id]: WeChat's sub-order number
                (at most 32 characters)
            customs [always]: customs office (NO | GUANGZHOU_ZS | HANGZHOU_ZS | NINGBO | ZHENGZHOU_BS | CHONGQING |
                SHANGHAI_ZS | SHENZHEN | ZHENGZHOU_ZH_ZS | TIANJIN | ZONGSHU, at most 32 characters)

        Answers: sign_type, sign, appid, mch_id, result_code, err_code, err_code_des, transaction_id, out_trade_no,
        verify_department, verify_department_trade_id, count, sub_order_no_$n, sub_order_id_$n, mch_customs_no_$n,
        customs_$n, fee_type_$n, order_fee_$n, duty_$n, transport_fee_$n, product_fee_$n, state_$n, explanation_$n,
        modify_time_$n, cert_check_result_$n.

        Raises Refused or OutcomeUnknown with err_code:
            SIGN_ERROR: signature wrong; check the key
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NOAUTH: the merchant lacks the permission; apply for the product

        Notes:
            priority sub_order_id > sub_order_no > transaction_id > out_trade_no
            identity data collected by WeChat is not returned

        Not sure:
            the error codes: secondary sources

        Source: https://pay.weixin.qq.com/doc/v2/merchant/4011985273
        """
    def customs_redeclare(
        self,
        *,
        customs: Literal["NO", "GUANGZHOU_ZS", "HANGZHOU_ZS", "NINGBO", "ZHENGZHOU_BS", "CHONGQING", "SHANGHAI_ZS", "SHENZHEN", "ZHENGZHOU_ZH_ZS", "TIANJIN", "ZONGSHU"],
        out_trade_no: str | None = None,
        transaction_id: str | None = None,
        sub_order_no: str | None = None,
        sub_order_id: str | None = None,
        mch_customs_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Push customs declaration again (订单附加信息重推接口): POST /cgi-bin/mch/newcustoms/customdeclareredeclare.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            out_trade_no [one of out_trade_no, transaction_id]: merchant's order number (at most 32 characters)
            transaction_id [one of out_trade_no, transaction_id]: WeChat Pay order number (at most 28 characters)
            sub_order_no [split order: one of the two]: merchant's sub-order number (at most 32 characters)
            sub_order_id [split order: one of the two]: WeChat's sub-order number (at most 32 characters)
            customs [always]: customs office (NO | GUANGZHOU_ZS | HANGZHOU_ZS | NINGBO | ZHENGZHOU_BS | CHONGQING |
                SHANGHAI_ZS | SHENZHEN | ZHENGZHOU_ZH_ZS | TIANJIN | ZONGSHU, at most 32 characters)
            mch_customs_no [customs is not NO]: merchant's customs registration number (at most 32 characters)

        Answers: sign_type, sign, appid, mch_id, result_code, err_code, err_code_des, state, transaction_id,
        out_trade_no, sub_order_no, sub_order_id, modify_time, explanation.

        Raises Refused or OutcomeUnknown with err_code:
            SIGN_ERROR: signature wrong; check the key
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NOAUTH: the merchant lacks the permission; apply for the product

        Notes:
            its path says newcustoms

        Not sure:
            the error codes: secondary sources

        Source: https://pay.weixin.qq.com/doc/v2/merchant/4011985318
        """
    def combined_order(
        self,
        *,
        combine_out_trade_no: str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: str,
        scene_info: dict[str, Any] | list[Any] | str,
        sub_order_list: dict[str, Any] | list[Any] | str,
        device_info: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        product_id: str | None = None,
        combine_openid: str | None = None,
        **more: Any,
    ) -> Result:
        """Place combined order (合单下单): POST /pay/combinedorder.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            combine_out_trade_no [always]: combined order number (at most 32 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment
            product_id: merchant's product id, native payment (at most 32 characters)
            combine_openid: payer's openid under combine_appid (at most 128 characters)
            scene_info [always]: where the payment happens (at most 256 characters)
            sub_order_list [always]: orders of the merchants (at most 10240 characters)

        Answers: combine_appid, combine_mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des,
        trade_type, code_url, prepay_id, mweb_url.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            POST_CONTEN_ERROR: a field has the wrong type; correct the request

        Notes:
            sub_order_list travels as JSON text
            NOAUTH and POST_CONTEN_ERROR (so spelt) came in real replies, with return_code FAIL; the rest is from memory

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: https://developers.weixin.qq.com/community/personal/oCJUsw4WGKWaQIl5xlJMm5Ti-DZ4/follow
        """
    def query_combined_order(
        self,
        *,
        combine_out_trade_no: str,
        **more: Any,
    ) -> Result:
        """Query combined order (合单查单): POST /pay/querycombinedorder.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            combine_out_trade_no [always]: combined order number (at most 32 characters)

        Answers: combine_appid, combine_mch_id, nonce_str, device_info, combine_openid, combine_out_trade_no, sign,
        result_code, err_code, err_code_des, result_msg, trade_state, trade_state_desc, sub_order_list.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256

        Notes:
            sub_order_list travels as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/querycombinedorder.yaml
        """
    def close_combined_order(
        self,
        *,
        combine_out_trade_no: str,
        sub_order_list: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Close combined order (合单关单): POST /pay/closecombinedorder.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            combine_out_trade_no [always]: combined order number (at most 32 characters)
            sub_order_list [always]: orders of the merchants (at most 10240 characters)

        Answers: combine_appid, combine_mch_id, nonce_str, sign, result_code, err_code, err_code_des.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256

        Notes:
            sub_order_list travels as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/closecombinedorder.yaml
        """
    def profit_sharing(
        self,
        *,
        transaction_id: str,
        out_order_no: str,
        receivers: dict[str, Any] | list[Any] | str,
        brand_mch_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Share profit once (请求单次分账): POST /secapi/pay/profitsharing.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            brand_mch_id: brand owner's merchant id (at most 32 characters)
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_order_no [always]: merchant's number (at most 64 characters)
            receivers [always]: receivers (at most 10240 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        brand_mch_id, transaction_id, out_order_no, order_id, status, receivers.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            OPENID_MISMATCH: openid does not belong to the appid; correct the pair
            FREQUENCY_LIMITED: too many requests; lower the rate
            ORDER_NOT_READY: order still being processed; repeat after a minute
            NOTENOUGH: not enough shareable money; lower the amounts
            RULE_LIMIT: sharing ratio above the limit; lower the amounts
            NOT_SHARE_ORDER: order placed without profit_sharing Y; it cannot be shared
            CERT_ERROR: certificate wrong or expired; use a valid certificate

        Limits:
            300 requests a second for one service provider, 30 for one merchant, then FREQUENCY_LIMITED
            only orders made with profit_sharing Y
            up to 50 receivers a call
            first sharing 1 minute after payment at the earliest (unconfirmed)
            what is not shared becomes free

        Notes:
            NOAUTH, NOT_SHARE_ORDER, CERT_ERROR, SYSTEMERROR and PARAM_ERROR (a receiver that was not added) were seen
                in real replies, FREQUENCY_LIMITED is on the official page; the other codes are from memory
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: https://developers.weixin.qq.com/community/personal/oCJUsw0nNV98lHF6sUR3YknVxExw/answer
        """
    def multi_profit_sharing(
        self,
        *,
        transaction_id: str,
        out_order_no: str,
        receivers: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Share profit several times (请求多次分账): POST /secapi/pay/multiprofitsharing.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_order_no [always]: merchant's number (at most 64 characters)
            receivers [always]: receivers (at most 10240 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_order_no, order_id, receivers.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            OPENID_MISMATCH: openid does not belong to the appid; correct the pair
            FREQUENCY_LIMITED: too many requests; lower the rate
            ORDER_NOT_READY: order still being processed; repeat after a minute
            NOTENOUGH: not enough shareable money; lower the amounts
            RULE_LIMIT: sharing ratio above the limit; lower the amounts

        Limits:
            300 requests a second for one service provider, 30 for one merchant, then FREQUENCY_LIMITED
            up to 50 receivers a call, up to 50 calls an order
            finish with profitsharingfinish

        Notes:
            NOAUTH and FREQUENCY_LIMITED confirmed by real replies and the official page; the other codes are from
                memory
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/pay/multiprofitsharing.yaml
        """
    def profit_sharing_query(
        self,
        *,
        transaction_id: str,
        out_order_no: str,
        **more: Any,
    ) -> Result:
        """Query profit sharing (查询分账结果): POST /pay/profitsharingquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_order_no [always]: merchant's number (at most 64 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_order_no, order_id, status, receivers, close_reason, amount, description.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate

        Notes:
            close_reason (read by one SDK) implies a closed state beside PROCESSING and FINISHED: tolerate unknown
                states
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: binarywang/WxJava (ProfitSharingQueryResult)
        """
    def profit_sharing_add_receiver(
        self,
        *,
        receiver: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Add sharing receiver (添加分账接收方): POST /pay/profitsharingaddreceiver.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            receiver [always]: receiver (at most 2048 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, receiver.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            OPENID_MISMATCH: openid does not belong to the appid; correct the pair
            FREQUENCY_LIMITED: too many requests; lower the rate
            USER_NOT_EXIST: no such WeChat user; check account

        Notes:
            of its error codes INVALID_REQUEST, NOAUTH and USER_NOT_EXIST were seen in real replies
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: public GitHub code of shops that keep real replies (found by string search, names unknown)
        """
    def profit_sharing_remove_receiver(
        self,
        *,
        receiver: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Remove sharing receiver (删除分账接收方): POST /pay/profitsharingremovereceiver.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            receiver [always]: receiver (at most 2048 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, receiver.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            OPENID_MISMATCH: openid does not belong to the appid; correct the pair
            FREQUENCY_LIMITED: too many requests; lower the rate

        Notes:
            of its error codes INVALID_REQUEST and NOAUTH were seen in real replies
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/profitsharingremovereceiver.yaml
        """
    def profit_sharing_finish(
        self,
        *,
        transaction_id: str,
        out_order_no: str,
        description: str,
        **more: Any,
    ) -> Result:
        """Finish profit sharing (完结分账): POST /secapi/pay/profitsharingfinish.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_order_no [always]: merchant's number (at most 64 characters)
            description [always]: description (at most 80 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_order_no, order_id.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate
            ORDER_NOT_READY: order still being processed; repeat after a minute

        Limits:
            60 requests a second for one receiving merchant, then FREQUENCY_LIMITED

        Notes:
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/pay/profitsharingfinish.yaml
        """
    def profit_sharing_return(
        self,
        *,
        out_return_no: str,
        return_account_type: Literal["MERCHANT_ID"],
        return_account: str,
        return_amount: int | str,
        description: str,
        order_id: str | None = None,
        out_order_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Return shared profit (分账回退): POST /secapi/pay/profitsharingreturn.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            order_id: WeChat's number (at most 64 characters)
            out_order_no: merchant's number (at most 64 characters)
            out_return_no [always]: merchant's return number (at most 64 characters)
            return_account_type [always]: kind of the returning party (MERCHANT_ID, at most 32 characters)
            return_account [always]: returning party (at most 64 characters)
            return_amount [always]: amount returned (smallest currency unit)
            description [always]: description (at most 80 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, error_code, error_msg, err_code, err_code_des, sub_mch_id,
        sub_appid, sign_type, order_id, out_order_no, out_return_no, return_no, return_account_type, return_account,
        return_amount, description, result, fail_reason, finish_time.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate
            NOTENOUGH: not enough shareable money; lower the amounts

        Limits:
            within 180 days of the sharing
            30 requests a second

        Notes:
            a failed return may come as return_code FAIL with error_code and error_msg, or with err_code and
                err_code_des
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: https://developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/open/pay/CloudPay.profitSharingReturnQuery.html
        """
    def profit_sharing_return_query(
        self,
        *,
        out_return_no: str,
        order_id: str | None = None,
        out_order_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query sharing return (回退结果查询): POST /pay/profitsharingreturnquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            order_id: WeChat's number (at most 64 characters)
            out_order_no: merchant's number (at most 64 characters)
            out_return_no [always]: merchant's return number (at most 64 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, error_code, error_msg, err_code, err_code_des, sub_mch_id,
        sub_appid, order_id, out_order_no, out_return_no, return_no, return_account_type, return_account, return_amount,
        description, result, fail_reason, finish_time.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate

        Notes:
            a failed return may come as return_code FAIL with error_code and error_msg, or with err_code and
                err_code_des
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: https://developers.weixin.qq.com/miniprogram/dev/wxcloud/reference-sdk-api/open/pay/CloudPay.profitSharingReturnQuery.html
        """
    def profit_sharing_order_amount_query(
        self,
        *,
        transaction_id: str,
        **more: Any,
    ) -> Result:
        """Query amount left to share (查询订单待分账金额): POST /pay/profitsharingorderamountquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)

        Answers: mch_id, transaction_id, unsplit_amount, nonce_str, sign.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate

        Notes:
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/profitsharingorderamountquery.yaml
        """
    def profit_sharing_merchant_ratio_query(
        self,
        *,
        brand_mch_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Query largest sharing ratio (查询最大分账比例API): POST /pay/profitsharingmerchantratioquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            brand_mch_id: brand owner's merchant id (at most 32 characters)

        Answers: mch_id, sub_mch_id, brand_mch_id, max_ratio, nonce_str, sign.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            INVALID_REQUEST: not valid, or repeated with other parameters; correct the request; a changed order needs a
                new number
            SIGN_ERROR: signature wrong; sign with HMAC-SHA256
            NOAUTH: the merchant lacks the permission; apply for the product
            FREQUENCY_LIMITED: too many requests; lower the rate

        Notes:
            receiver and receivers travel as JSON text

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/profitsharingmerchantratioquery.yaml
        """
    def deposit_unified_order(
        self,
        *,
        body: str,
        out_trade_no: str,
        fee_type: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["JSAPI", "APP"],
        device_info: str | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        product_id: str | None = None,
        limit_pay: str | None = None,
        openid: str | None = None,
        sub_openid: str | None = None,
        receipt: Literal["Y", "N"] | None = None,
        scene_info: dict[str, Any] | list[Any] | str | None = None,
        **more: Any,
    ) -> Result:
        """Place deposit order (支付押金（JSAPI/APP支付）): POST /deposit/unifiedorder.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            body [always]: what is bought (at most 127 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            fee_type [always]: currency, ISO 4217 (at most 16 characters)
            total_fee [always]: order amount (smallest currency unit)
            spbill_create_ip [always]: address of the terminal or caller (at most 64 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment (JSAPI | APP, at most 16 characters)
            product_id: merchant's product id, native payment (at most 32 characters)
            limit_pay: forbidden payment kinds (at most 32 characters)
            openid: payer's id under appid (at most 128 characters)
            sub_openid: payer's id under sub_appid (at most 128 characters)
            receipt: Y shows the invoice entrance (Y | N, at most 8 characters)
            scene_info: where the payment happens (at most 256 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des, trade_type, prepay_id, code_url, mweb_url.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/unifiedorder.yaml
        """
    def deposit_micropay(
        self,
        *,
        deposit: Literal["Y", "N"],
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        fee_type: str,
        spbill_create_ip: str,
        auth_code: str,
        version: str | None = None,
        profit_sharing: Literal["N", "Y"] | None = None,
        device_info: str | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        goods_tag: str | None = None,
        limit_pay: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        receipt: str | None = None,
        scene_info: dict[str, Any] | list[Any] | str | None = None,
        **more: Any,
    ) -> Result:
        """Pay deposit by payment code (支付押金（付款码支付）): POST /deposit/micropay.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            version: fixed by the interface (at most 32 characters)
            profit_sharing: Y keeps the money for profit sharing (N | Y, at most 1 characters)
            deposit [always]: Y for a deposit order (Y | N, at most 1 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type [always]: currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 64 characters)
            goods_tag: promotion tag (at most 32 characters)
            limit_pay: forbidden payment kinds (at most 32 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            receipt: Y shows the invoice entrance (at most 8 characters)
            auth_code [always]: payment code scanned from the payer (at most 128 characters)
            scene_info: where the payment happens (at most 256 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des, openid, is_subscribe, trade_type, bank_type, fee_type, total_fee, settlement_total_fee,
        coupon_fee, cash_fee_type, cash_fee, transaction_id, out_trade_no, attach, time_end, promotion_detail.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/micropay.yaml
        """
    def deposit_facepay(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        fee_type: str,
        spbill_create_ip: str,
        face_code: str,
        deposit: Literal["Y", "N"] | None = None,
        device_info: str | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        goods_tag: str | None = None,
        limit_pay: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        openid: str | None = None,
        **more: Any,
    ) -> Result:
        """Pay deposit by face (支付押金（人脸支付）): POST /deposit/facepay.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            deposit: Y for a deposit order (Y | N, at most 1 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type [always]: currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            limit_pay: forbidden payment kinds (at most 32 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            openid: payer's id under appid (at most 128 characters)
            face_code [always]: face credential of the SDK (at most 128 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type, bank_type, fee_type, total_fee,
        cash_fee_type, cash_fee, settlement_total_fee, coupon_fee, transaction_id, out_trade_no, attach, time_end,
        promotion_detail.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/facepay.yaml
        """
    def deposit_order_query(
        self,
        *,
        version: Literal["1.0"] | None = None,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query deposit order (查询订单): POST /deposit/orderquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            version: fixed by the interface (1.0, at most 32 characters)
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type, trade_state, bank_type, total_fee,
        settlement_total_fee, fee_type, cash_fee, cash_fee_type, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, transaction_id, out_trade_no, attach, time_end, trade_state_desc, promotion_detail, consume_fee.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/orderquery.yaml
        """
    def deposit_consume(
        self,
        *,
        transaction_id: str,
        out_trade_no: str,
        total_fee: int | str,
        consume_fee: int | str,
        fee_type: str,
        **more: Any,
    ) -> Result:
        """Consume deposit (消费押金): POST /deposit/consume.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_trade_no [always]: merchant's order number
            total_fee [always]: order amount (smallest currency unit)
            consume_fee [always]: part of the deposit to consume (smallest currency unit)
            fee_type [always]: currency, ISO 4217 (at most 16 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        transaction_id, out_trade_no, total_fee, consume_fee, fee_type.

        Limits:
            at most the deposit; its rest goes back

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/consume.yaml
        """
    def deposit_reverse(
        self,
        *,
        out_trade_no: str,
        transaction_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Reverse deposit order (撤销订单): POST /deposit/reverse.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            transaction_id: WeChat Pay order number (at most 32 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, recall.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/reverse.yaml
        """
    def deposit_refund(
        self,
        *,
        transaction_id: str,
        out_trade_no: str,
        out_refund_no: str,
        total_fee: int | str,
        refund_fee: int | str,
        refund_fee_type: str | None = None,
        refund_desc: str | None = None,
        refund_account: str | None = None,
        notify_url: str | None = None,
        **more: Any,
    ) -> Result:
        """Refund deposit (申请退款（押金）): POST /deposit/refund.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            transaction_id [always]: WeChat Pay order number (at most 32 characters)
            out_trade_no [always]: merchant's order number
            out_refund_no [always]: merchant's refund number (at most 64 characters)
            total_fee [always]: order amount (smallest currency unit)
            refund_fee [always]: refund amount (smallest currency unit)
            refund_fee_type: refund currency (at most 8 characters)
            refund_desc: why, shown to the payer (at most 80 characters)
            refund_account: fund source of the refund (at most 30 characters)
            notify_url: where notifications go (at most 256 characters)

        Answers: result_code, err_code, err_code_des, appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign,
        transaction_id, out_trade_no, out_refund_no, refund_id, refund_fee, settlement_refund_fee, total_fee,
        settlement_total_fee, fee_type, cash_fee, cash_fee_type, cash_refund_fee, coupon_type_$n, coupon_refund_fee,
        coupon_refund_fee_$n, coupon_refund_count, coupon_refund_id_$n.

        Notes:
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/deposit/refund.yaml
        """
    def deposit_refund_query(
        self,
        *,
        out_refund_no: str | None = None,
        refund_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Query deposit refund (查询退款（押金）): POST /deposit/refundquery.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            out_refund_no [one of out_refund_no, refund_id]: merchant's refund number (at most 64 characters)
            refund_id [one of out_refund_no, refund_id]: WeChat Pay refund number (at most 32 characters)

        Answers: result_code, err_code, err_code_des, appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign,
        transaction_id, out_trade_no, total_fee, settlement_total_fee, fee_type, cash_fee, out_refund_no, refund_id,
        refund_channel, refund_fee, settlement_refund_fee, refund_status, refund_account, refund_recv_accout,
        refund_success_time.

        Notes:
            the reply tells one refund under plain names; one public transcription gives it the _$n names of
                refund_query
            one public transcription lists MD5 for some deposit calls; their pages and code in use say HMAC-SHA256

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat (GetDepositRefund model and sample)
        """
    def get_wxpayface_authinfo(
        self,
        *,
        store_id: str,
        store_name: str,
        device_id: str,
        rawdata: str,
        now: int | str,
        version: Literal["1"],
        attach: str | None = None,
        **more: Any,
    ) -> Result:
        """Get face SDK credential (人脸识别SDK-获取调用凭证): POST /face/get_wxpayface_authinfo.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            store_id [always]: merchant's shop id (at most 32 characters)
            store_name [always]: shop name (at most 128 characters)
            device_id [always]: merchant's terminal id (at most 32 characters)
            attach: comes back as sent
            rawdata [always]: initial data from the face SDK (at most 2048 characters)
            now [always]: seconds since 1970, 10 digits
            version [always]: fixed by the interface (1)

        Answers: authinfo, expires_in, nonce_str, sign, appid, mch_id, sub_appid, sub_mch_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/face/get_wxpayface_authinfo.yaml
        """
    def facepay(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        fee_type: str,
        spbill_create_ip: str,
        openid: str,
        face_code: str,
        deposit: Literal["Y", "N"] | None = None,
        device_info: str | None = None,
        detail: dict[str, Any] | list[Any] | str | None = None,
        attach: str | None = None,
        goods_tag: str | None = None,
        limit_pay: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        **more: Any,
    ) -> Result:
        """Pay by face (提交刷脸支付): POST /pay/facepay.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            deposit: Y for a deposit order (Y | N, at most 1 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type [always]: currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            limit_pay: forbidden payment kinds (at most 32 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            openid [always]: payer's id under appid; required by one SDK, optional in the mirror (at most 128
                characters)
            face_code [always]: face credential of the SDK (at most 128 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type, bank_type, fee_type, total_fee,
        cash_fee_type, cash_fee, settlement_total_fee, coupon_fee, transaction_id, out_trade_no, attach, time_end,
        promotion_detail.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/facepay.yaml
        """
    def facepay_query(
        self,
        *,
        version: Literal["1.0"] | None = None,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query face payment (查询订单): POST /pay/facepayquery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            version: fixed by the interface (1.0, at most 32 characters)
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type, trade_state, bank_type, total_fee,
        settlement_total_fee, fee_type, cash_fee, cash_fee_type, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, transaction_id, out_trade_no, attach, time_end, trade_state_desc, promotion_detail, consume_fee.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/facepayquery.yaml
        """
    def facepay_reverse(
        self,
        *,
        out_trade_no: str,
        transaction_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Reverse face payment (撤销订单): POST /secapi/pay/facepayreverse.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256. Needs the merchant
        certificate.

        Fields:
            transaction_id: WeChat Pay order number (at most 32 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, recall.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secapi/pay/facepayreverse.yaml
        """
    def entrust_web(
        self,
        *,
        plan_id: int | str | None = None,
        contract_code: str | None = None,
        request_serial: int | str | None = None,
        contract_display_account: str | None = None,
        notify_url: str | None = None,
        version: str | None = None,
        timestamp: str | None = None,
        return_web: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in official account (公众号纯签约): GET /papay/entrustweb.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. The reply carries no signature.

        Fields:
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number
            request_serial: merchant's number of this request
            contract_display_account: name the contract page shows
            notify_url: where notifications go
            version: fixed by the interface
            timestamp: seconds since 1970, 10 digits
            return_web: 1 returns to the page it came from

        Notes:
            the payer's browser opens it; values are signed raw and then url-encoded

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/entrustweb.yaml
        """
    def h5_entrust_web(
        self,
        *,
        plan_id: str,
        contract_code: str,
        request_serial: int | str,
        contract_display_account: str,
        notify_url: str,
        version: str,
        timestamp: str,
        clientip: str,
        return_appid: str | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in H5 (H5纯签约): GET /papay/h5entrustweb.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. The reply carries no signature.

        Fields:
            plan_id [always]: template of the deduction, from the platform
            contract_code [always]: merchant's contract number
            request_serial [always]: merchant's number of this request
            contract_display_account [always]: name the contract page shows
            notify_url [always]: where notifications go
            version [always]: fixed by the interface
            timestamp [always]: seconds since 1970, 10 digits
            clientip [always]: user's IP address
            return_appid: app to return to

        Answers: result_code, result_msg, redirect_url.

        Notes:
            send the payer to redirect_url of the reply
            the signed fields travel in the query
            HMAC-SHA256 without sign_type: the page's sample has 64 digits, code in use is refused otherwise
            the page allows MD5 too; how it would be told from HMAC-SHA256 was not read

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: binarywang/WxJava:weixin-java-pay (service/impl/WxEntrustPapServiceImpl.java)
        """
    def pre_entrust_web(
        self,
        *,
        plan_id: str,
        contract_code: str,
        request_serial: int | str,
        contract_display_account: str,
        notify_url: str,
        version: Literal["1.0"],
        timestamp: str,
        return_app: Literal["Y", "N"] | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in app (APP纯签约): POST /papay/preentrustweb.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            plan_id [always]: template of the deduction, from the platform
            contract_code [always]: merchant's contract number
            request_serial [always]: merchant's number of this request
            contract_display_account [always]: name the contract page shows
            notify_url [always]: where notifications go
            version [always]: fixed by the interface (1.0)
            timestamp [always]: seconds since 1970, 10 digits
            return_app: Y returns to the app (Y | N)

        Answers: result_code, err_code, err_code_des, appid, mch_id, nonce_str, sign, miniprogram_username,
        miniprogram_path, pre_entrustweb_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/preentrustweb.yaml
        """
    def contract_order(
        self,
        *,
        contract_mchid: str,
        contract_appid: str,
        out_trade_no: str,
        body: str,
        notify_url: str,
        total_fee: int | str,
        spbill_create_ip: str,
        trade_type: Literal["JSAPI", "NATIVE", "APP", "MWEB"],
        plan_id: int | str,
        contract_code: str,
        request_serial: int | str,
        contract_display_account: str,
        contract_notify_url: str,
        device_info: str | None = None,
        detail: str | None = None,
        attach: str | None = None,
        time_start: datetime | str | None = None,
        time_expire: datetime | str | None = None,
        goods_tag: str | None = None,
        product_id: str | None = None,
        limit_pay: str | None = None,
        openid: str | None = None,
        sub_openid: str | None = None,
        **more: Any,
    ) -> Result:
        """Pay and sign a contract (支付中签约): POST /pay/contractorder.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            contract_mchid [always]: merchant id of the contract (at most 32 characters)
            contract_appid [always]: appid of the contract (at most 32 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 8192 characters)
            attach: comes back as sent (at most 127 characters)
            notify_url [always]: where notifications go (at most 256 characters)
            total_fee [always]: order amount (smallest currency unit)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            time_start: start of the order, Beijing time (at most 14 characters, yyyyMMddHHmmss)
            time_expire: order end (at most 14 characters, yyyyMMddHHmmss)
            goods_tag: promotion tag (at most 32 characters)
            trade_type [always]: way of payment (JSAPI | NATIVE | APP | MWEB, at most 16 characters)
            product_id: merchant's product id, native payment (at most 32 characters)
            limit_pay: forbidden payment kinds (at most 32 characters)
            openid: payer's id under appid (at most 128 characters)
            sub_openid: payer's id under sub_appid (at most 128 characters)
            plan_id [always]: template of the deduction, from the platform
            contract_code [always]: merchant's contract number (at most 32 characters)
            request_serial [always]: merchant's number of this request
            contract_display_account [always]: name the contract page shows
            contract_notify_url [always]: callback address of the contract

        Answers: result_code, err_code, err_code_des, appid, mch_id, nonce_str, sign, contract_result_code,
        contract_err_code, contract_err_code_des, sub_mch_id, sub_appid, prepay_id, trade_type, code_url, plan_id,
        request_serial, contract_code, contract_display_account, mweb_url, out_trade_no.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            OUT_TRADE_NO_USED: number used with other parameters; query the old order, or use a new number
            RULELIMIT: refused by rule or risk control; show the reason
            USER_NOT_EXIST: no such payer; check openid
            ORDERCLOSED: the order is closed; place a new order with a new out_trade_no

        Not sure:
            this page: secondary sources
            the error codes: recollection sources
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/contractorder.yaml
        """
    def query_contract(
        self,
        *,
        version: Literal["1.0"],
        contract_id: str | None = None,
        plan_id: int | str | None = None,
        contract_code: str | None = None,
        **more: Any,
    ) -> Result:
        """Query contract (查询签约关系): POST /papay/querycontract.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            contract_id: WeChat's contract id (at most 32 characters)
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number (at most 128 characters)
            version [always]: fixed by the interface (1.0)

        Answers: result_code, mch_id, appid, contract_id, plan_id, request_serial, contract_code,
        contract_display_account, contract_state, contract_signed_time, contract_expired_time, contract_terminated_time,
        contract_termination_mode, sign, contract_termination_remark, openid, err_code, err_code_des, sub_openid.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            CONTRACT_NOT_EXIST: no such contract; sign first

        Notes:
            contract_state 0 signed, 1 ended, 9 signing
            name the contract by contract_id, or by plan_id and contract_code

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/querycontract.yaml
        """
    def delete_contract(
        self,
        *,
        contract_termination_remark: str,
        version: Literal["1.0"],
        plan_id: str | None = None,
        contract_code: str | None = None,
        contract_id: str | None = None,
        **more: Any,
    ) -> Result:
        """End deduction contract (申请解约): POST /papay/deletecontract.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number (at most 128 characters)
            contract_id: WeChat's contract id
            contract_termination_remark [always]: why the contract ends (at most 512 characters)
            version [always]: fixed by the interface (1.0)

        Answers: appid, mch_id, contract_id, plan_id, contract_code, result_code, err_code, err_code_des, sign,
        sub_appid, sub_mch_id, contract_termination_remark, version.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            CONTRACT_NOT_EXIST: no such contract; sign first
            CONTRACTERROR: contract ended; sign again

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/deletecontract.yaml
        """
    def pap_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: str,
        contract_id: str,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        receipt: str | None = None,
        **more: Any,
    ) -> Result:
        """Apply for deduction (申请扣款): POST /pay/pappayapply.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 8192 characters)
            attach: comes back as sent (at most 128 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go
            trade_type [always]: way of payment
            contract_id [always]: WeChat's contract id
            receipt: Y shows the invoice entrance (at most 8 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            NOTENOUGH: payer has too little money; repeat later with a new order
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            ORDER_ACCEPTED: the same order was taken in already; do not send it again; query
            OUT_TRADE_NO_USED: number used with other parameters; query the old order, or use a new number
            CONTRACT_NOT_EXIST: no such contract; sign first
            CONTRACTERROR: contract ended; sign again
            RULELIMIT: refused by rule or risk control; show the reason
            BANKERROR: bank error; query
            USER_NOT_EXIST: no such payer; check openid
            ORDERCLOSED: the order is closed; place a new order with a new out_trade_no
            ORDERREVERSED: order revoked; use a new number
            SIGN_ERROR: signature wrong; check the key
            APPID_MCHID_NOT_MATCH: appid and mch_id are not bound; bind them, or correct the pair
            INVALID_REQUEST: not valid, or the payer was not told of the deduction before; correct the request, or send
                the notice first
            FREQUENCY_LIMITED: too many requests; slow down

        Limits:
            150 requests a second

        Notes:
            trade_type PAP
            SUCCESS means taken in; notification or query tell the outcome
            SIGNERROR, NOAUTH, NOTENOUGH, OUT_TRADE_NO_USED, BANKERROR, USER_NOT_EXIST and ORDERREVERSED are from
                memory; RULELIMIT and INVALID_REQUEST from official answers to merchants, the rest from a public copy of
                the table

        Not sure:
            this page: secondary sources
            the error codes: recollection sources
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/pappayapply.yaml
        """
    def pap_order_query(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query deduction order (查询订单): POST /pay/paporderquery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, device_info, openid, is_subscribe,
        trade_type, trade_state, bank_type, total_fee, fee_type, cash_fee, cash_fee_type, coupon_fee, coupon_count,
        coupon_id_$n, coupon_fee_$n, transaction_id, out_trade_no, attach, time_end, trade_state_desc.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product

        Notes:
            trade_state and trade_state_desc tell how the deduction went

        Not sure:
            this page: secondary sources
            the error codes: recollection sources
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/paporderquery.yaml
        """
    def partner_entrust_web(
        self,
        *,
        plan_id: int | str | None = None,
        contract_code: str | None = None,
        request_serial: int | str | None = None,
        contract_display_account: str | None = None,
        notify_url: str | None = None,
        version: str | None = None,
        timestamp: str | None = None,
        return_web: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in official account (service provider) (公众号纯签约): GET /papay/partner/entrustweb.

        Regions: mainland. Modes: service provider. Signed with MD5. The reply carries no signature.

        Fields:
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number
            request_serial: merchant's number of this request
            contract_display_account: name the contract page shows
            notify_url: where notifications go
            version: fixed by the interface
            timestamp: seconds since 1970, 10 digits
            return_web: 1 returns to the page it came from

        Notes:
            the payer's browser opens it; values are signed raw and then url-encoded

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/partner/entrustweb.yaml
        """
    def partner_h5_entrust_web(
        self,
        *,
        plan_id: str,
        contract_code: str,
        request_serial: int | str,
        contract_display_account: str,
        notify_url: str,
        version: str,
        timestamp: str,
        clientip: str,
        deviceid: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        qq: str | None = None,
        openid: str | None = None,
        creid: str | None = None,
        outerid: str | None = None,
        return_appid: str | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in H5 (service provider) (H5纯签约): GET /papay/partner/h5entrustweb.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256. The reply carries no signature.

        Fields:
            plan_id [always]: template of the deduction, from the platform
            contract_code [always]: merchant's contract number
            request_serial [always]: merchant's number of this request
            contract_display_account [always]: name the contract page shows
            notify_url [always]: where notifications go
            version [always]: fixed by the interface
            timestamp [always]: seconds since 1970, 10 digits
            clientip [always]: user's IP address
            deviceid: device id
            mobile: mobile number
            email: e-mail address (encrypted)
            qq: QQ number
            openid: payer's id under appid
            creid: id card number
            outerid: merchant's user id
            return_appid: app to return to

        Answers: result_code, result_msg, redirect_url.

        Notes:
            send the payer to redirect_url of the reply
            the signed fields travel in the query
            HMAC-SHA256 without sign_type: the page's sample has 64 digits, code in use is refused otherwise
            whether the service provider path behaves alike is untested

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: binarywang/WxJava:weixin-java-pay (service/impl/WxEntrustPapServiceImpl.java)
        """
    def partner_pre_entrust_web(
        self,
        *,
        plan_id: str,
        contract_code: str,
        request_serial: int | str,
        contract_display_account: str,
        notify_url: str,
        version: Literal["1.0"],
        timestamp: str,
        return_app: Literal["Y", "N"] | None = None,
        **more: Any,
    ) -> Result:
        """Sign contract in app (service provider) (APP纯签约): POST /papay/partner/preentrustweb.

        Regions: mainland. Modes: service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            plan_id [always]: template of the deduction, from the platform
            contract_code [always]: merchant's contract number
            request_serial [always]: merchant's number of this request
            contract_display_account [always]: name the contract page shows
            notify_url [always]: where notifications go
            version [always]: fixed by the interface (1.0)
            timestamp [always]: seconds since 1970, 10 digits
            return_app: Y returns to the app (Y | N)

        Answers: result_code, err_code, err_code_des, appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign,
        miniprogram_username, miniprogram_path, pre_entrustweb_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/partner/preentrustweb.yaml
        """
    def partner_query_contract(
        self,
        *,
        version: Literal["1.0"],
        contract_id: str | None = None,
        plan_id: str | None = None,
        contract_code: str | None = None,
        **more: Any,
    ) -> Result:
        """Query contract (service provider) (查询签约关系): POST /papay/partner/querycontract.

        Regions: mainland. Modes: service provider. Signed with MD5.

        Fields:
            contract_id: WeChat's contract id
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number
            version [always]: fixed by the interface (1.0)

        Answers: result_code, mch_id, appid, contract_id, plan_id, request_serial, contract_code,
        contract_display_account, contract_state, contract_signed_time, contract_expired_time, contract_terminated_time,
        contract_termination_mode, sign, contract_termination_remark, openid, err_code, err_code_des, sub_appid,
        sub_mch_id.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            CONTRACT_NOT_EXIST: no such contract; sign first

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/partner/querycontract.yaml
        """
    def partner_delete_contract(
        self,
        *,
        contract_termination_remark: str,
        version: Literal["1.0"],
        plan_id: str | None = None,
        contract_code: str | None = None,
        contract_id: str | None = None,
        **more: Any,
    ) -> Result:
        """End deduction contract (service provider) (申请解约): POST /papay/partner/deletecontract.

        Regions: mainland. Modes: service provider. Signed with MD5.

        Fields:
            plan_id: template of the deduction, from the platform
            contract_code: merchant's contract number (at most 128 characters)
            contract_id: WeChat's contract id
            contract_termination_remark [always]: why the contract ends (at most 512 characters)
            version [always]: fixed by the interface (1.0)

        Answers: appid, sub_appid, mch_id, sub_mch_id, contract_id, plan_id, contract_code, result_code, err_code,
        err_code_des, sign.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            CONTRACT_NOT_EXIST: no such contract; sign first
            CONTRACTERROR: contract ended; sign again

        Notes:
            one public SDK uses /papay/deletecontract with sub_mch_id instead

        Not sure:
            this page: secondary sources
            the error codes: recollection sources

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/papay/partner/deletecontract.yaml
        """
    def partner_pap_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: str,
        contract_id: str,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        receipt: str | None = None,
        **more: Any,
    ) -> Result:
        """Apply for deduction (service provider) (申请扣款): POST /pay/partner/pappayapply.

        Regions: mainland. Modes: service provider. Signed with MD5.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 8192 characters)
            attach: comes back as sent (at most 128 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go
            trade_type [always]: way of payment
            contract_id [always]: WeChat's contract id
            receipt: Y shows the invoice entrance (at most 8 characters)

        Answers: sub_appid, sub_mch_id, appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product
            NOTENOUGH: payer has too little money; repeat later with a new order
            ORDERPAID: the order is paid; do not place it again; to give the money back, refund
            ORDER_ACCEPTED: the same order was taken in already; do not send it again; query
            OUT_TRADE_NO_USED: number used with other parameters; query the old order, or use a new number
            CONTRACT_NOT_EXIST: no such contract; sign first
            CONTRACTERROR: contract ended; sign again
            RULELIMIT: refused by rule or risk control; show the reason
            BANKERROR: bank error; query
            USER_NOT_EXIST: no such payer; check openid
            ORDERCLOSED: the order is closed; place a new order with a new out_trade_no
            ORDERREVERSED: order revoked; use a new number

        Limits:
            150 requests a second

        Not sure:
            this page: secondary sources
            the error codes: recollection sources
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/partner/pappayapply.yaml
        """
    def partner_pap_order_query(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query deduction order (service provider) (查询订单): POST /pay/partner/paporderquery.

        Regions: mainland. Modes: service provider. Signed with MD5.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, device_info, openid, is_subscribe,
        trade_type, trade_state, bank_type, total_fee, fee_type, cash_fee, cash_fee_type, coupon_fee, coupon_count,
        coupon_id_$n, coupon_fee_$n, transaction_id, out_trade_no, attach, time_end, trade_state_desc, sub_appid,
        sub_mch_id.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            ORDERNOTEXIST: no such order; check the number; a quick pay order exists only once its call was accepted
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            NOAUTH: the merchant lacks the permission; apply for the product

        Notes:
            trade_state and trade_state_desc tell how the deduction went

        Not sure:
            this page: secondary sources
            the error codes: recollection sources
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/pay/partner/paporderquery.yaml
        """
    def transfers(
        self,
        *,
        partner_trade_no: str,
        openid: str,
        check_name: str,
        amount: int | str,
        desc: str,
        spbill_create_ip: str,
        device_info: str | None = None,
        re_user_name: str | None = None,
        scene: str | None = None,
        brand_id: int | str | None = None,
        finder_template_id: str | None = None,
        **more: Any,
    ) -> Result:
        """Transfer to balance (向微信用户个人付款): POST /mmpaymkttransfers/promotion/transfers.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            partner_trade_no [always]: merchant's transfer number (at most 32 characters)
            openid [always]: payer's id under appid (at most 64 characters)
            check_name [always]: check the real name or not (at most 16 characters)
            re_user_name: receiver's real name (at most 64 characters)
            amount [always]: amount (smallest currency unit)
            desc [always]: remark of the transfer (at most 100 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 32 characters)
            scene: payment scene (at most 64 characters)
            brand_id: brand id
            finder_template_id: message template id (at most 128 characters)

        Answers: mch_appid, mchid, device_info, nonce_str, result_code, err_code, err_code_des, partner_trade_no,
        payment_no, payment_time.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: no permission, or IP not allowed; open the product, set the IP
            AMOUNT_LIMIT: amount out of range; correct the amount
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            OPENID_ERROR: openid and appid do not match; correct the pair
            SEND_FAILED: transfer failed; query, then use a new number
            NOTENOUGH: merchant balance too low; top up, repeat with the same number
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NAME_MISMATCH: real name does not match; correct the name
            SIGN_ERROR: signature wrong; check the key
            XML_ERROR: body is not XML; correct the XML
            FATAL_ERROR: repeated number with other parameters; repeat unchanged or use a new number
            FREQ_LIMIT: too many requests; slow down
            MONEY_LIMIT: daily limit of the payee reached; wait
            CA_ERROR: certificate wrong; use the right certificate
            V2_ACCOUNT_SIMPLE_BAN: payee has no real name; payee verifies the name
            PARAM_IS_NOT_UTF8: not UTF-8; send UTF-8
            SENDNUM_LIMIT: too many transfers to the payee today; wait
            RECV_ACCOUNT_NOT_ALLOWED: payee not in the allowed list; add the payee
            PAY_CHANNEL_NOT_ALLOWED: channel not permitted; open the API channel

        Limits:
            repeat with the same partner_trade_no only, within two calendar days
            query works for 30 days

        Notes:
            older lists write NOAUTH for NO_AUTH
            its ids are called mch_appid and mchid
            SYSTEMERROR is no final answer

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: several public SDK copies of the official error table
        """
    def get_transfer_info(
        self,
        *,
        partner_trade_no: str,
        **more: Any,
    ) -> Result:
        """Query transfer to balance (查询企业向微信用户个人付款): POST /mmpaymkttransfers/gettransferinfo.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            partner_trade_no [always]: merchant's transfer number (at most 32 characters)

        Answers: result_code, err_code, err_code_des, partner_trade_no, appid, mch_id, detail_id, status, reason,
        openid, transfer_name, payment_amount, transfer_time, payment_time, desc.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: no permission, or IP not allowed; open the product, set the IP
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            SIGN_ERROR: signature wrong; check the key
            XML_ERROR: body is not XML; correct the XML
            FREQ_LIMIT: too many requests; slow down
            CA_ERROR: certificate wrong; use the right certificate
            NOT_FOUND: no such transfer, or not there yet; query again after some minutes, then repeat with the same
                number; never with a new one

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: Weixin.Next.Pay: lists of the error codes of each operation, from the official tables
        """
    def pay_bank(
        self,
        *,
        partner_trade_no: str,
        enc_bank_no: str,
        enc_true_name: str,
        bank_code: str,
        amount: int | str,
        desc: str | None = None,
        **more: Any,
    ) -> Result:
        """Transfer to bank card (企业付款到银行卡): POST /mmpaysptrans/pay_bank.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            partner_trade_no [always]: merchant's transfer number (at most 32 characters)
            enc_bank_no [always]: bank card number, RSA encrypted (at most 1024 characters)
            enc_true_name [always]: receiver's name, RSA encrypted (at most 1024 characters)
            bank_code [always]: bank number (at most 64 characters)
            amount [always]: amount (smallest currency unit)
            desc: remark of the transfer (at most 512 characters)

        Answers: result_code, err_code, err_code_des, mch_id, partner_trade_no, amount, nonce_str, sign, payment_no,
        cmms_amt.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: no permission, or IP not allowed; open the product, set the IP
            AMOUNT_LIMIT: amount out of range; correct the amount
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            NOTENOUGH: merchant balance too low; top up, repeat with the same number
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            INVALID_REQUEST: not valid: permission, certificate or rate; repeat with the same number and the same
                parameters
            ORDERPAID: the number is taken in already, or too old to be repeated; query; the query decides
            FATAL_ERROR: repeated number with other parameters; repeat unchanged or use a new number
            FREQUENCY_LIMITED: too many requests; slow down
            MONEY_LIMIT: daily limit of the payee reached; wait
            SENDNUM_LIMIT: too many transfers to the payee today; wait
            RECV_ACCOUNT_NOT_ALLOWED: payee not in the allowed list; add the payee
            PAY_CHANNEL_NOT_ALLOWED: channel not permitted; open the API channel

        Limits:
            single 20,000 yuan, daily per merchant 100,000 yuan, per card and day 20,000 yuan; other copies say 50,000,
                1,000,000 and 50,000
            30 requests a second
            the same number may be repeated for two calendar days

        Notes:
            the request has no appid
            MONEY_LIMIT is in no copy of the error table, which has AMOUNT_LIMIT for the limits of the day too
            enc_bank_no and enc_true_name: RSA OAEP with SHA-1 (RSA/ECB/OAEPWITHSHA-1ANDMGF1PADDING), base64

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: several public SDK copies of the official error table
        """
    def query_bank(
        self,
        *,
        partner_trade_no: str,
        **more: Any,
    ) -> Result:
        """Query transfer to bank card (查询企业付款银行卡): POST /mmpaysptrans/query_bank.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            partner_trade_no [always]: merchant's transfer number (at most 32 characters)

        Answers: result_code, err_code, err_code_des, mch_id, partner_trade_no, payment_no, bank_no_md5, true_name_md5,
        amount, status, cmms_amt, create_time, pay_succ_time, reason.

        Raises Refused or OutcomeUnknown with err_code:
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            SIGNERROR: wrong signature; check key, sign_type and the fields signed
            INVALID_REQUEST: not valid: permission, certificate or rate; repeat with the same number and the same
                parameters
            ORDERNOTEXIST: no such transfer, or not there yet; query again after some minutes, then repeat with the same
                number; never with a new one
            NOT_FOUND: no such transfer (query); not accepted: repeat with the same number

        Limits:
            single 20,000 yuan, daily per merchant 100,000 yuan, per card and day 20,000 yuan; other copies say 50,000,
                1,000,000 and 50,000
            30 requests a second
            the same number may be repeated for two calendar days

        Notes:
            status values PROCESSING SUCCESS FAILED BANK_FAIL
            NOT_FOUND is in no copy of the error table, which has ORDERNOTEXIST

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: JeffreySu/WeiXinMPSDK (TenPayV3Results.PayBank.cs)
        """
    def send_red_pack(
        self,
        *,
        mch_billno: str,
        send_name: str,
        re_openid: str,
        total_amount: int | str,
        total_num: int | str,
        wishing: str,
        client_ip: str,
        act_name: str,
        remark: str,
        msgappid: str | None = None,
        scene_id: Literal["PRODUCT_1", "PRODUCT_2", "PRODUCT_3", "PRODUCT_4", "PRODUCT_5", "PRODUCT_6", "PRODUCT_7", "PRODUCT_8"] | None = None,
        consume_mch_id: str | None = None,
        risk_info: str | None = None,
        **more: Any,
    ) -> Result:
        """Send red pack (发放普通红包): POST /mmpaymkttransfers/sendredpack.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)
            msgappid: appid the message comes from (at most 32 characters)
            send_name [always]: sender's name (at most 32 characters)
            re_openid [always]: receiver's openid under wxappid (at most 32 characters)
            total_amount [always]: total amount (smallest currency unit)
            total_num [always]: number of receivers
            wishing [always]: greeting (at most 128 characters)
            client_ip [always]: caller IP address (at most 15 characters)
            act_name [always]: campaign name (at most 32 characters)
            remark [always]: remark (at most 256 characters)
            scene_id: use scene (PRODUCT_1 | PRODUCT_2 | PRODUCT_3 | PRODUCT_4 | PRODUCT_5 | PRODUCT_6 | PRODUCT_7 |
                PRODUCT_8, at most 32 characters)
            consume_mch_id: merchant whose funds are used, with its authorisation; service provider sending for a
                sub-merchant (at most 32 characters)
            risk_info: url-encoded posttime, mobile, deviceid, clientversion (at most 128 characters)

        Answers: result_code, err_code, err_code_des, mch_billno, mch_id, wxappid, re_openid, total_amount, send_listid.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: not sent, risk control; contact the payer or send elsewhere
            SENDNUM_LIMIT: too many packs for the receiver today; wait
            CA_ERROR: certificate missing or wrong; use the right certificate
            ILLEGAL_APPID: an app's appid was used; use an official account
            SIGN_ERROR: signature wrong; check the key
            FREQ_LIMIT: too many requests; slow down
            XML_ERROR: body is not XML; correct the XML
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            OPENID_ERROR: openid does not belong to the appid; correct the pair
            NOTENOUGH: balance too low; top up, repeat with the same mch_billno
            FATAL_ERROR: mch_billno repeated with other parameters; repeat unchanged
            SECOND_OVER_LIMITED: more packs a minute than allowed (1800 in the official list) in spite of the name; wait
                a minute
            DAY_OVER_LIMITED: daily limit of the merchant reached (10000 in older lists); wait a day
            MONEY_LIMIT: amount out of range; correct the amount
            SEND_FAILED: not sent; query, then use a new number
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PROCESSING: being handled; query later

        Limits:
            1800 a minute
            1 to 200 yuan without scene_id
            what nobody claims in 24 hours goes back
            10 a day for one receiver unless set otherwise

        Notes:
            its app id is called wxappid
            total_num is 1
            mch_billno at most 28 characters

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            the limits: secondary sources

        Source: Weixin.Next.Pay: lists of the error codes of each operation, from the official tables
        """
    def send_group_red_pack(
        self,
        *,
        mch_billno: str,
        send_name: str,
        re_openid: str,
        total_amount: int | str,
        total_num: int | str,
        amt_type: Literal["ALL_RAND"],
        wishing: str,
        act_name: str,
        remark: str,
        scene_id: Literal["PRODUCT_1", "PRODUCT_2", "PRODUCT_3", "PRODUCT_4", "PRODUCT_5", "PRODUCT_6", "PRODUCT_7", "PRODUCT_8"] | None = None,
        risk_info: str | None = None,
        **more: Any,
    ) -> Result:
        """Send group red pack (发放裂变红包): POST /mmpaymkttransfers/sendgroupredpack.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)
            send_name [always]: sender's name (at most 32 characters)
            re_openid [always]: receiver's openid under wxappid (at most 32 characters)
            total_amount [always]: total amount (smallest currency unit)
            total_num [always]: number of receivers
            amt_type [always]: how amounts are drawn (ALL_RAND, at most 32 characters)
            wishing [always]: greeting (at most 128 characters)
            act_name [always]: campaign name (at most 32 characters)
            remark [always]: remark (at most 256 characters)
            scene_id: use scene (PRODUCT_1 | PRODUCT_2 | PRODUCT_3 | PRODUCT_4 | PRODUCT_5 | PRODUCT_6 | PRODUCT_7 |
                PRODUCT_8, at most 32 characters)
            risk_info: url-encoded posttime, mobile, deviceid, clientversion (at most 128 characters)

        Answers: result_code, err_code, err_code_des, mch_billno, mch_id, wxappid, re_openid, total_amount, send_listid.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: not sent, risk control; contact the payer or send elsewhere
            SENDNUM_LIMIT: too many packs for the receiver today; wait
            CA_ERROR: certificate missing or wrong; use the right certificate
            ILLEGAL_APPID: an app's appid was used; use an official account
            SIGN_ERROR: signature wrong; check the key
            FREQ_LIMIT: too many requests; slow down
            XML_ERROR: body is not XML; correct the XML
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            OPENID_ERROR: openid does not belong to the appid; correct the pair
            NOTENOUGH: balance too low; top up, repeat with the same mch_billno
            FATAL_ERROR: mch_billno repeated with other parameters; repeat unchanged
            SECOND_OVER_LIMITED: more packs a minute than allowed (1800 in the official list) in spite of the name; wait
                a minute
            DAY_OVER_LIMITED: daily limit of the merchant reached (10000 in older lists); wait a day
            MONEY_LIMIT: amount out of range; correct the amount
            SEND_FAILED: not sent; query, then use a new number
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PROCESSING: being handled; query later

        Notes:
            closed to new merchants or retired
            amt_type ALL_RAND
            total_num 3 to 20

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: Weixin.Next.Pay: lists of the error codes of each operation, from the official tables
        """
    def send_mini_program_red_pack(
        self,
        *,
        mch_billno: str,
        send_name: str,
        re_openid: str,
        total_amount: int | str,
        total_num: int | str,
        wishing: str,
        act_name: str,
        remark: str,
        notify_way: Literal["MINI_PROGRAM_JSAPI"],
        scene_id: Literal["PRODUCT_1", "PRODUCT_2", "PRODUCT_3", "PRODUCT_4", "PRODUCT_5", "PRODUCT_6", "PRODUCT_7", "PRODUCT_8"] | None = None,
        **more: Any,
    ) -> Result:
        """Send mini program red pack (发放小程序红包接口): POST /mmpaymkttransfers/sendminiprogramhb.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)
            send_name [always]: sender's name (at most 32 characters)
            re_openid [always]: receiver's openid under wxappid (at most 32 characters)
            total_amount [always]: total amount (smallest currency unit)
            total_num [always]: number of receivers
            wishing [always]: greeting (at most 128 characters)
            act_name [always]: campaign name (at most 32 characters)
            remark [always]: remark (at most 256 characters)
            notify_way [always]: fixed MINI_PROGRAM_JSAPI (MINI_PROGRAM_JSAPI, at most 256 characters)
            scene_id: use scene (PRODUCT_1 | PRODUCT_2 | PRODUCT_3 | PRODUCT_4 | PRODUCT_5 | PRODUCT_6 | PRODUCT_7 |
                PRODUCT_8, at most 32 characters)

        Answers: result_code, err_code, err_code_des, mch_billno, mch_id, wxappid, re_openid, total_amount, send_listid,
        package.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: not sent, risk control; contact the payer or send elsewhere
            SENDNUM_LIMIT: too many packs for the receiver today; wait
            CA_ERROR: certificate missing or wrong; use the right certificate
            ILLEGAL_APPID: an app's appid was used; use an official account
            SIGN_ERROR: signature wrong; check the key
            FREQ_LIMIT: too many requests; slow down
            XML_ERROR: body is not XML; correct the XML
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            OPENID_ERROR: openid does not belong to the appid; correct the pair
            NOTENOUGH: balance too low; top up, repeat with the same mch_billno
            FATAL_ERROR: mch_billno repeated with other parameters; repeat unchanged
            SECOND_OVER_LIMITED: more packs a minute than allowed (1800 in the official list) in spite of the name; wait
                a minute
            DAY_OVER_LIMITED: daily limit of the merchant reached (10000 in older lists); wait a day
            MONEY_LIMIT: amount out of range; correct the amount
            SEND_FAILED: not sent; query, then use a new number
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            PROCESSING: being handled; query later

        Notes:
            package goes url-encoded into the client call, whose paySign leaves signType out
            notify_way MINI_PROGRAM_JSAPI

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: Weixin.Next.Pay: lists of the error codes of each operation, from the official tables
        """
    def get_red_pack_info(
        self,
        *,
        mch_billno: str,
        bill_type: Literal["MCHT"],
        **more: Any,
    ) -> Result:
        """Query red pack (查询红包记录): POST /mmpaymkttransfers/gethbinfo.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)
            bill_type [always]: kind of bill (MCHT, at most 32 characters)

        Answers: result_code, err_code, err_code_des, mch_billno, mch_id, detail_id, status, send_type, hb_type,
        total_num, total_amount, reason, send_time, refund_time, refund_amount, wishing, remark, act_name, hblist.

        Raises Refused or OutcomeUnknown with err_code:
            NO_AUTH: no permission for the query; open the product
            CA_ERROR: certificate missing or wrong; use the right certificate
            SIGN_ERROR: signature wrong; check the key
            FREQ_LIMIT: too many requests; slow down
            XML_ERROR: body is not XML; correct the XML
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            NOT_FOUND: no such red pack, or not there yet; query again after some minutes, then repeat with the same
                number; never with a new one

        Limits:
            30 days

        Notes:
            bill_type MCHT
            status SENDING SENT FAILED RECEIVED RFUND_ING REFUND
            the sample of a failure has SYSTEMERROR where the table has NOT_FOUND

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: several public SDK copies of the official error table
        """
    def wecom_send_red_pack(
        self,
        *,
        mch_billno: str,
        sender_name: str,
        re_openid: str,
        total_amount: int | str,
        wishing: str,
        act_name: str,
        remark: str,
        agentid: str | None = None,
        sender_header_media_id: str | None = None,
        scene_id: Literal["PRODUCT_1", "PRODUCT_2", "PRODUCT_3", "PRODUCT_4", "PRODUCT_5", "PRODUCT_6", "PRODUCT_7", "PRODUCT_8"] | None = None,
        workwx_sign: str | None = None,
        **more: Any,
    ) -> Result:
        """Send red pack (WeCom) (发放企业红包): POST /mmpaymkttransfers/sendworkwxredpack.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)
            agentid: id of the paying WeCom application
            sender_name [always]: sender's name (at most 128 characters)
            sender_header_media_id: media id of the sender's picture (at most 128 characters)
            re_openid [always]: receiver's openid under wxappid (at most 32 characters)
            total_amount [always]: total amount (smallest currency unit)
            wishing [always]: greeting (at most 128 characters)
            act_name [always]: campaign name (at most 32 characters)
            remark [always]: remark (at most 256 characters)
            scene_id: use scene (PRODUCT_1 | PRODUCT_2 | PRODUCT_3 | PRODUCT_4 | PRODUCT_5 | PRODUCT_6 | PRODUCT_7 |
                PRODUCT_8, at most 32 characters)
            workwx_sign: second signature, by the WeCom payment secret (at most 32 characters)

        Answers: sign, result_code, err_code, err_code_des, mch_billno, mch_id, wxappid, re_openid, total_amount,
        send_listid, sender_name, sender_header_media_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/sendworkwxredpack.yaml
        """
    def wecom_query_red_pack(
        self,
        *,
        mch_billno: str,
        **more: Any,
    ) -> Result:
        """Query red pack (WeCom) (查询红包记录): POST /mmpaymkttransfers/queryworkwxredpack.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            mch_billno [always]: merchant's bill number (at most 28 characters)

        Answers: sign, result_code, err_code, err_code_des, mch_billno, mch_id, detail_id, status, send_type,
        total_amount, reason, send_time, refund_time, refund_amount, wishing, remark, act_name, openid, amount,
        rcv_time, sender_name, sender_header_media_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/queryworkwxredpack.yaml
        """
    def wecom_pay_employee(
        self,
        *,
        partner_trade_no: str,
        openid: str,
        check_name: Literal["NO_CHECK", "FORCE_CHECK"],
        amount: int | str,
        desc: str,
        spbill_create_ip: str,
        device_info: str | None = None,
        re_user_name: str | None = None,
        workwx_sign: str | None = None,
        ww_msg_type: Literal["NORMAL_MSG", "APPROVAL_MSG"] | None = None,
        approval_number: str | None = None,
        approval_type: Literal["1"] | None = None,
        act_name: str | None = None,
        agentid: str | None = None,
        **more: Any,
    ) -> Result:
        """Pay an employee (WeCom) (向员工付款): POST /mmpaymkttransfers/promotion/paywwsptrans2pocket.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            partner_trade_no [always]: merchant's transfer number (at most 32 characters)
            openid [always]: payer's id under appid (at most 64 characters)
            check_name [always]: check the real name or not (NO_CHECK | FORCE_CHECK, at most 16 characters)
            re_user_name: receiver's real name (at most 64 characters)
            amount [always]: amount (smallest currency unit)
            desc [always]: remark of the transfer (at most 100 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 32 characters)
            workwx_sign: second signature, by the WeCom payment secret (at most 32 characters)
            ww_msg_type: kind of message (NORMAL_MSG | APPROVAL_MSG, at most 32 characters)
            approval_number: approval number
            approval_type: kind of approval (1)
            act_name: campaign name
            agentid: id of the paying WeCom application

        Answers: appid, mch_id, device_info, nonce_str, result_code, err_code, err_code_des, partner_trade_no,
        payment_no, payment_time.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/promotion/paywwsptrans2pocket.yaml
        """
    def wecom_query_payment(
        self,
        *,
        partner_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query employee payment (WeCom) (查询付款记录): POST /mmpaymkttransfers/promotion/querywwsptrans2pocket.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate. The reply
        carries no signature.

        Fields:
            partner_trade_no: merchant's transfer number (at most 28 characters)

        Answers: result_code, err_code, err_code_des, partner_trade_no, mch_id, detail_id, status, reason,
        transfer_name, payment_amount, transfer_time, desc, openid.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/promotion/querywwsptrans2pocket.yaml
        """
    def send_coupon(
        self,
        *,
        coupon_stock_id: str,
        openid_count: int | str,
        partner_trade_no: str,
        openid: str,
        op_user_id: str | None = None,
        device_info: str | None = None,
        version: Literal["1.0"] | None = None,
        type: Literal["XML"] | None = None,
        **more: Any,
    ) -> Result:
        """Send coupon (发放代金券): POST /mmpaymkttransfers/send_coupon.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:
            coupon_stock_id [always]: coupon batch id
            openid_count [always]: number of receivers, always 1
            partner_trade_no [always]: merchant's transfer number
            openid [always]: payer's id under appid
            op_user_id: operator, by default the merchant id (at most 32 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            version: fixed by the interface (1.0, at most 32 characters)
            type: kind (XML, at most 32 characters)

        Answers: appid, mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des, coupon_stock_id,
        resp_count, success_count, failed_count, openid, ret_code, coupon_id, ret_msg.

        Raises Refused or OutcomeUnknown with err_code:
            SYSTEMERROR: system error or timeout; query, or repeat with exactly the same parameters
            USER_AL_GET_COUPON: payer has it already; nothing to do
            NETWORK ERROR: network error; repeat
            NOTENOUGH: batch budget used up; top up
            PARAM_ERROR: a field is wrong; correct the field that err_code_des names
            SIGN_ERROR: signature wrong; check the key
            AL_STOCK_OVER: the campaign is over; use another batch
            STOCK_IS_NOT_VALID: the coupon has expired; use another batch
            FREQ_OVER_LIMIT: too many requests; slow down
            CA_ERROR: certificate wrong; use the right certificate
            CA_VERIFY_FAILED: certificate not accepted; use the right certificate
            ERR_VERIFY_SSL_SERIAL: certificate without serial number; check the certificate
            ERR_VERIFY_SSL_SN: certificate without subject; check the certificate
            REQ_PARAM_XML_ERR: malformed XML; correct the XML
            COUPON_STOCK_ID_EMPTY: coupon_stock_id is empty; send it
            MCH_ID_EMPTY: mch_id is empty; send it
            OPEN_ID_EMPTY: openid is empty; send it
            CODE_2_ID_ERR: mch_id is wrong; check mch_id

        Notes:
            openid_count is 1
            reply has ret_code besides result_code
            coupon_stock field coupon_mininumn is misspelt on the wire
            NOTENOUGH and SYSTEMERROR are in no copy of the error table; its sample has a number in err_code

        Not sure:
            this page: secondary sources
            the error codes: secondary sources

        Source: Weixin.Next.Pay: lists of the error codes of each operation, from the official tables
        """
    def query_coupon_stock(
        self,
        *,
        coupon_stock_id: str,
        op_user_id: str | None = None,
        device_info: str | None = None,
        version: Literal["1.0"] | None = None,
        type: Literal["XML"] | None = None,
        **more: Any,
    ) -> Result:
        """Query coupon batch (查询代金券批次): POST /mmpaymkttransfers/query_coupon_stock.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            coupon_stock_id [always]: coupon batch id
            op_user_id: operator, by default the merchant id (at most 32 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            version: fixed by the interface (1.0, at most 32 characters)
            type: kind (XML, at most 32 characters)

        Answers: appid, mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des, coupon_stock_id,
        coupon_name, coupon_value, coupon_mininumn, coupon_stock_status, coupon_total, max_quota, is_send_num,
        begin_time, end_time, create_time, coupon_budget, begin_time_t, end_time_t, create_time_t.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/query_coupon_stock.yaml
        """
    def query_coupon_info(
        self,
        *,
        coupon_id: str,
        openid: str,
        stock_id: str,
        op_user_id: str | None = None,
        device_info: str | None = None,
        version: Literal["1.0"] | None = None,
        type: Literal["XML"] | None = None,
        **more: Any,
    ) -> Result:
        """Query coupon (查询代金券信息): POST /mmpaymkttransfers/querycouponsinfo.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            coupon_id [always]: coupon id
            openid [always]: payer's id under appid
            stock_id [always]: batch id
            op_user_id: operator, by default the merchant id (at most 32 characters)
            device_info: merchant's terminal; WEB for a page on a PC or inside WeChat (at most 32 characters)
            version: fixed by the interface (1.0, at most 32 characters)
            type: kind (XML, at most 32 characters)

        Answers: appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des,
        coupon_stock_id, coupon_id, coupon_value, coupon_mininumn, coupon_name, coupon_state, coupon_desc,
        coupon_use_value, coupon_remain_value, send_source, is_partial_use.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mmpaymkttransfers/querycouponsinfo.yaml
        """
    def vehicle_query_state(
        self,
        *,
        trade_scene: Literal["PARKING", "PARKING SPACE", "GAS", "HIGHWAY", "BRIDGE"],
        openid: str,
        plate_number: str,
        version: Literal["3.0"],
        jump_scene: str | None = None,
        **more: Any,
    ) -> Result:
        """Query vehicle user (用户状态查询): POST /vehicle/pay/querystate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            trade_scene [always]: trade scene (PARKING | PARKING SPACE | GAS | HIGHWAY | BRIDGE, at most 16 characters)
            jump_scene: where to jump (at most 16 characters)
            openid [always]: payer's id under appid (at most 32 characters)
            plate_number [always]: vehicle plate
            version [always]: fixed by the interface (3.0, at most 16 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state, openid, deduct_mode,
        path, plate_number_info.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/querystate.yaml
        """
    def vehicle_notification(
        self,
        *,
        version: str,
        trade_scene: Literal["PARKING", "PARKING SPACE"],
        scene_info: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Vehicle entered (用户入场通知api): POST /vehicle/pay/notification.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            version [always]: fixed by the interface (at most 16 characters)
            trade_scene [always]: trade scene (PARKING | PARKING SPACE, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state, deduct_mode.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/notification.yaml
        """
    def vehicle_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["PAP"],
        version: Literal["3.0"],
        trade_scene: Literal["PARKING", "PARKING SPACE", "GAS", "HIGHWAY", "BRIDGE"],
        scene_info: dict[str, Any] | list[Any] | str,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        openid: str | None = None,
        profit_sharing: Literal["Y", "N"] | None = None,
        **more: Any,
    ) -> Result:
        """Vehicle deduction (申请扣款): POST /vehicle/pay/payapply.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment (PAP, at most 16 characters)
            version [always]: fixed by the interface (3.0, at most 16 characters)
            trade_scene [always]: trade scene (PARKING | PARKING SPACE | GAS | HIGHWAY | BRIDGE, at most 16 characters)
            openid: payer's id under appid (at most 32 characters)
            profit_sharing: Y keeps the money for profit sharing (Y | N, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)

        Answers: appid, mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/payapply.yaml
        """
    def vehicle_partner_query_state(
        self,
        *,
        trade_scene: Literal["PARKING", "PARKING SPACE", "GAS", "HIGHWAY", "BRIDGE"],
        openid: str,
        sub_openid: str,
        plate_number: str,
        version: Literal["3.0"],
        jump_scene: Literal["APP", "H5"] | None = None,
        **more: Any,
    ) -> Result:
        """Query vehicle user (service provider) (用户状态查询): POST /vehicle/partnerpay/querystate.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            trade_scene [always]: trade scene (PARKING | PARKING SPACE | GAS | HIGHWAY | BRIDGE, at most 16 characters)
            jump_scene: where to jump (APP | H5, at most 16 characters)
            openid [always]: payer's id under appid (at most 32 characters)
            sub_openid [always]: payer's id under sub_appid
            plate_number [always]: vehicle plate
            version [always]: fixed by the interface (3.0, at most 16 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state,
        openid, deduct_mode, sub_openid, path, plate_number_info.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/querystate.yaml
        """
    def vehicle_partner_notification(
        self,
        *,
        version: Literal["3.0"],
        trade_scene: Literal["PARKING", "PARKING SPACE"],
        scene_info: dict[str, Any] | list[Any] | str,
        **more: Any,
    ) -> Result:
        """Vehicle entered (service provider) (用户入场通知api): POST /vehicle/partnerpay/notification.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            version [always]: fixed by the interface (3.0, at most 16 characters)
            trade_scene [always]: trade scene (PARKING | PARKING SPACE, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state,
        deduct_mode.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/notification.yaml
        """
    def vehicle_partner_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["PAP"],
        version: Literal["3.0"],
        trade_scene: Literal["PARKING", "PARKING SPACE"],
        scene_info: dict[str, Any] | list[Any] | str,
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        openid: str | None = None,
        profit_sharing: Literal["Y", "N"] | None = None,
        **more: Any,
    ) -> Result:
        """Vehicle deduction (service provider) (申请扣款): POST /vehicle/partnerpay/payapply.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment (PAP, at most 16 characters)
            version [always]: fixed by the interface (3.0, at most 16 characters)
            trade_scene [always]: trade scene (PARKING | PARKING SPACE, at most 16 characters)
            openid: payer's id under appid (at most 32 characters)
            profit_sharing: Y keeps the money for profit sharing (Y | N, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/payapply.yaml
        """
    def transit_query_state(
        self,
        *,
        contract_id: str,
        openid: str,
        **more: Any,
    ) -> Result:
        """Query transit user (查询用户状态接口): POST /transit/pay/querystate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            contract_id [always]: WeChat's contract id
            openid [always]: payer's id under appid

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state, contract_id, plan_id,
        contract_code, contract_state.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/pay/querystate.yaml
        """
    def transit_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["PAP"],
        trade_scene: Literal["METRO", "BUS"],
        scene_info: dict[str, Any] | list[Any] | str,
        version: Literal["2.0"],
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        contract_id: str | None = None,
        clientip: str | None = None,
        deviceid: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        qq: str | None = None,
        openid: str | None = None,
        creid: str | None = None,
        outerid: str | None = None,
        **more: Any,
    ) -> Result:
        """Transit deduction (申请扣款): POST /transit/pay/payapply.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment (PAP, at most 16 characters)
            contract_id: WeChat's contract id (at most 32 characters)
            trade_scene [always]: trade scene (METRO | BUS, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)
            clientip: user's IP address
            deviceid: device id
            mobile: mobile number
            email: e-mail address (encrypted)
            qq: QQ number
            openid: payer's id under appid
            creid: id card number
            outerid: merchant's user id
            version [always]: fixed by the interface (2.0, at most 16 characters)

        Answers: appid, mch_id, device_info, nonce_str, sign, result_code, err_code, err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/pay/payapply.yaml
        """
    def transit_query_order(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query transit order (查询订单): POST /transit/queryorder.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, mch_id, nonce_str, sign, result_code, err_code, err_code_des, device_info, openid, is_subscribe,
        trade_type, trade_state, bank_type, total_fee, fee_type, cash_fee, cash_fee_type, settlement_total_fee,
        coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n, coupon_fee_$n, transaction_id, out_trade_no, attach,
        time_end, trade_state_desc.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/queryorder.yaml
        """
    def transit_partner_query_state(
        self,
        *,
        contract_id: str,
        openid: str,
        **more: Any,
    ) -> Result:
        """Query transit user (service provider) (查询用户状态接口): POST /transit/partnerpay/querystate.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            contract_id [always]: WeChat's contract id
            openid [always]: payer's id under appid

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des, user_state,
        contract_id, plan_id, contract_code, contract_state.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/querystate.yaml
        """
    def transit_partner_pay_apply(
        self,
        *,
        body: str,
        out_trade_no: str,
        total_fee: int | str,
        spbill_create_ip: str,
        notify_url: str,
        trade_type: Literal["PAP"],
        trade_scene: Literal["METRO", "BUS"],
        scene_info: dict[str, Any] | list[Any] | str,
        version: Literal["2.0"],
        detail: str | None = None,
        attach: str | None = None,
        fee_type: str | None = None,
        goods_tag: str | None = None,
        contract_id: str | None = None,
        clientip: str | None = None,
        deviceid: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        qq: str | None = None,
        openid: str | None = None,
        creid: str | None = None,
        outerid: str | None = None,
        **more: Any,
    ) -> Result:
        """Transit deduction (service provider) (申请扣款): POST /transit/partnerpay/payapply.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            body [always]: what is bought, as the payer reads it (at most 128 characters)
            detail: items (at most 6000 characters)
            attach: comes back as sent (at most 127 characters)
            out_trade_no [always]: merchant's order number, unique per mch_id (at most 32 characters)
            total_fee [always]: order amount (smallest currency unit)
            fee_type: price currency, ISO 4217 (at most 16 characters)
            spbill_create_ip [always]: address of the terminal or caller (at most 16 characters)
            goods_tag: promotion tag (at most 32 characters)
            notify_url [always]: where notifications go (at most 256 characters)
            trade_type [always]: way of payment (PAP, at most 16 characters)
            contract_id: WeChat's contract id (at most 32 characters)
            trade_scene [always]: trade scene (METRO | BUS, at most 16 characters)
            scene_info [always]: where the payment happens (at most 1024 characters)
            clientip: user's IP address
            deviceid: device id
            mobile: mobile number
            email: e-mail address (encrypted)
            qq: QQ number
            openid: payer's id under appid
            creid: id card number
            outerid: merchant's user id
            version [always]: fixed by the interface (2.0, at most 16 characters)

        Answers: appid, sub_appid, mch_id, sub_mch_id, device_info, nonce_str, sign, result_code, err_code,
        err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/payapply.yaml
        """
    def transit_partner_query_order(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        **more: Any,
    ) -> Result:
        """Query transit order (service provider) (查询订单): POST /transit/partnerpay/queryorder.

        Regions: mainland. Modes: service provider. Signed with HMAC-SHA256.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number (at most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number

        Answers: appid, sub_appid, mch_id, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, openid, sub_openid, is_subscribe, trade_type, trade_state, bank_type, total_fee, fee_type,
        cash_fee, cash_fee_type, settlement_total_fee, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, transaction_id, out_trade_no, attach, time_end, trade_state_desc.

        Not sure:
            this page: secondary sources
            no page lists its error codes
            transaction_id: the page asks for both numbers; before the outcome is known there is no transaction_id

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/queryorder.yaml
        """
    def hotel_create_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        service_id: str,
        room: str,
        start_time: datetime | str,
        end_time: datetime | str,
        service_location: str,
        deposit_amount: int | str,
        room_rate: int | str,
        cancel_rule: str,
        cancel_rule_desc: str,
        cert_serial_no: str,
        room_rate_desc: str | None = None,
        attach: str | None = None,
        openid: str | None = None,
        name: str | None = None,
        phone: str | None = None,
        userid: str | None = None,
        address: str | None = None,
        **more: Any,
    ) -> Result:
        """Create hotel order (创建速住订单): POST /wxv/createhotelbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            service_id [always]: service id (at most 32 characters)
            room [always]: rooms as JSON (at most 40 characters)
            start_time [always]: start time (at most 14 characters, yyyyMMddHHmmss)
            end_time [always]: end time (at most 14 characters, yyyyMMddHHmmss)
            service_location [always]: place of service (at most 20 characters)
            deposit_amount [always]: deposit (smallest currency unit)
            room_rate [always]: room price
            room_rate_desc: room price in words (at most 30 characters)
            attach: comes back as sent (at most 200 characters)
            cancel_rule [always]: cancellation rule (at most 32 characters)
            cancel_rule_desc [always]: cancellation rule in words (at most 150 characters)
            cert_serial_no [always]: serial number of the platform certificate (at most 128 characters)
            openid: payer's id under appid (at most 128 characters)
            name: name (at most 400 characters)
            phone: telephone (encrypted) (at most 400 characters)
            userid: user's id card (encrypted) (at most 400 characters)
            address: address (at most 400 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id, miniprogram_appid, miniprogram_path, miniprogram_username, package.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/createhotelbill.yaml
        """
    def hotel_finish_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        service_id: str,
        checked_in: str,
        other_fee: int | str,
        other_fee_desc: str,
        compensation_fee: int | str,
        compensation_fee_desc: str,
        overdue_fine: int | str,
        overdue_fine_desc: str,
        total_amount: int | str,
        finish_ticket: str,
        profit_sharing: Literal["Y", "N"],
        real_end_time: datetime | str | None = None,
        cancel_fee: int | str | None = None,
        room_rate: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Finish hotel order (完结速住订单): POST /wxv/finishhotelbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            service_id [always]: service id (at most 32 characters)
            checked_in [always]: checked in or not
            real_end_time: real end time (at most 14 characters, yyyyMMddHHmmss)
            other_fee [always]: other fees (smallest currency unit)
            other_fee_desc [always]: other fees in words
            cancel_fee: cancellation fee (smallest currency unit)
            compensation_fee [always]: compensation (smallest currency unit)
            compensation_fee_desc [always]: compensation in words
            room_rate: room price
            overdue_fine [always]: late fee (smallest currency unit)
            overdue_fine_desc [always]: late fee in words
            total_amount [always]: total amount (smallest currency unit)
            finish_ticket [always]: ticket needed to finish the order (at most 512 characters)
            profit_sharing [always]: Y keeps the money for profit sharing (Y | N, at most 16 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/finishhotelbill.yaml
        """
    def hotel_query_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        return_query_id: str,
        service_id: str,
        **more: Any,
    ) -> Result:
        """Query hotel order (查询速住订单): POST /wxv/queryhotelbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            return_query_id [always]: query id for the return jump
            service_id [always]: service id (at most 32 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id, state,
        room, start_time, end_time, service_location, deposit_amount, room_rate, room_rate_desc, real_end_time,
        checked_in, other_fee, other_fee_desc, compensation_fee, compensation_fee_desc, overdue_fine, overdue_fine_desc,
        cancel_fee, cancel_fee_desc, order_id, finish_ticket, attach, finish_transaction_id, pay_type.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/queryhotelbill.yaml
        """
    def rent_create_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        service_id: str,
        goods_name: str,
        deposit_amount: int | str,
        rent_unit: str,
        rent_unit_fee: int | str,
        cert_serial_no: str,
        start_time: datetime | str | None = None,
        end_time: datetime | str | None = None,
        service_location: str | None = None,
        rent_fee_desc: str | None = None,
        attach: str | None = None,
        openid: str | None = None,
        name: str | None = None,
        phone: str | None = None,
        userid: str | None = None,
        address: str | None = None,
        **more: Any,
    ) -> Result:
        """Create rent order (创建租借订单): POST /wxv/createrentbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            service_id [always]: service id (at most 32 characters)
            goods_name [always]: item name (at most 40 characters)
            start_time: start time (at most 14 characters, yyyyMMddHHmmss)
            end_time: end time (at most 14 characters, yyyyMMddHHmmss)
            service_location: place of service (at most 20 characters)
            deposit_amount [always]: deposit (smallest currency unit)
            rent_unit [always]: rent unit (at most 32 characters)
            rent_unit_fee [always]: rent per unit (smallest currency unit)
            rent_fee_desc: rent in words (at most 30 characters)
            attach: comes back as sent (at most 200 characters)
            cert_serial_no [always]: serial number of the platform certificate (at most 128 characters)
            openid: payer's id under appid (at most 128 characters)
            name: name (at most 400 characters)
            phone: telephone (encrypted) (at most 400 characters)
            userid: user's id card (encrypted) (at most 400 characters)
            address: address (at most 400 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id, miniprogram_appid, miniprogram_path, miniprogram_username, package.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/createrentbill.yaml
        """
    def rent_change_money(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        service_id: str,
        total_amount: int | str,
        rent_fee: int | str,
        compensation_fee: int | str,
        reason: str | None = None,
        compensation_fee_desc: str | None = None,
        **more: Any,
    ) -> Result:
        """Change rent order (修改租借订单): POST /wxv/changerentmoney.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            reason: why (at most 50 characters)
            service_id [always]: service id (at most 32 characters)
            total_amount [always]: total amount (smallest currency unit)
            rent_fee [always]: rent (smallest currency unit)
            compensation_fee [always]: compensation (smallest currency unit)
            compensation_fee_desc: compensation in words (at most 30 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/changerentmoney.yaml
        """
    def rent_cancel_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        reason: str,
        service_id: str,
        **more: Any,
    ) -> Result:
        """Cancel rent order (撤销租借订单): POST /wxv/cancelbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            reason [always]: why (at most 50 characters)
            service_id [always]: service id (at most 32 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/cancelbill.yaml
        """
    def rent_finish_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        service_id: str,
        returned: str,
        total_amount: int | str,
        rent_fee: int | str,
        compensation_fee: str,
        compensation_fee_desc: str,
        finish_ticket: str,
        profit_sharing: Literal["Y", "N"],
        real_end_time: datetime | str | None = None,
        service_end_location: str | None = None,
        **more: Any,
    ) -> Result:
        """Finish rent order (完结租借订单): POST /wxv/finishrentbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            service_id [always]: service id (at most 32 characters)
            returned [always]: returned or not (at most 32 characters)
            real_end_time: real end time (at most 14 characters, yyyyMMddHHmmss)
            service_end_location: place of return (at most 30 characters)
            total_amount [always]: total amount (smallest currency unit)
            rent_fee [always]: rent (smallest currency unit)
            compensation_fee [always]: compensation (at most 6000 characters)
            compensation_fee_desc [always]: compensation in words
            finish_ticket [always]: ticket needed to finish the order (at most 512 characters)
            profit_sharing [always]: Y keeps the money for profit sharing (Y | N, at most 16 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id,
        order_id.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/finishrentbill.yaml
        """
    def rent_query_bill(
        self,
        *,
        version: Literal["1.0"],
        out_order_no: str,
        return_query_id: str,
        service_id: str,
        **more: Any,
    ) -> Result:
        """Query rent order (查询租借订单): POST /wxv/queryrentbill.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            out_order_no [always]: merchant's number (at most 32 characters)
            return_query_id [always]: query id for the return jump
            service_id [always]: service id (at most 32 characters)

        Answers: sign, nonce_str, result_code, err_code, err_code_des, appid, mch_id, out_order_no, service_id, state,
        goods_name, returned, start_time, service_location, deposit_amount, rent_unit, rent_unit_fee, rent_fee_desc,
        real_end_time, rent_fee, compensation_fee, compensation_fee_desc, service_end_location, order_id, finish_ticket,
        attach, finish_transaction_id, pay_type.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/wxv/queryrentbill.yaml
        """
    def query_auto_withdraw_by_date(
        self,
        *,
        date: str,
        **more: Any,
    ) -> Result:
        """Query automatic withdrawal (查询提现状态): POST /fund/queryautowithdrawbydate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            date [always]: date (at most 32 characters)

        Answers: result_code, err_code, err_code_des, sign_type, sign, date, mch_id, sub_mch_id, nonce_str,
        withdraw_status, fail_reason, withdraw_id, amount, create_time, success_time, refund_time.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/fund/queryautowithdrawbydate.yaml
        """
    def re_auto_withdraw_by_date(
        self,
        *,
        date: str,
        **more: Any,
    ) -> Result:
        """Start automatic withdrawal again (重新发起提现): POST /fund/reautowithdrawbydate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            date [always]: date (at most 32 characters)

        Answers: result_code, err_code, err_code_des, sign_type, sign, date, mch_id, sub_mch_id, withdraw_id, amount,
        create_time, nonce_str.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/fund/reautowithdrawbydate.yaml
        """
    def auth_index(
        self,
        *,
        redirect_uri: str,
        response_type: Literal["code"],
        scope: Literal["pay_identity", "pay_realname"],
        state: str,
        **more: Any,
    ) -> Result:
        """Authorise, get code (授权获取code): GET /appauth/authindex.

        Regions: mainland. Modes: direct, service provider. Signed with MD5.

        Fields:
            redirect_uri [always]: url-encoded page to return to, inside the payment domain
            response_type [always]: fixed value code (code)
            scope [always]: authorisation or discount scope (pay_identity | pay_realname)
            state [always]: state code

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/appauth/authindex.yaml
        """
    def get_access_token(
        self,
        *,
        openid: str,
        code: str,
        grant_type: Literal["authorization_code"],
        scope: Literal["pay_identity"],
        **more: Any,
    ) -> Result:
        """Exchange code for access token (通过code换取accesstoken): GET /appauth/getaccesstoken.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. The reply carries no signature.

        Fields:
            openid [always]: payer's id under appid
            code [always]: authorisation code of the first step
            grant_type [always]: fixed value authorization_code (authorization_code)
            scope [always]: authorisation or discount scope (pay_identity)

        Answers: retcode, retmsg, access_token, access_token_expire_in, refresh_token, refresh_token_expire_in.

        Notes:
            the reply is JSON; retcode 0 is success

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/appauth/getaccesstoken.yaml
        """
    def real_name_auth(
        self,
        *,
        version: Literal["1.0", "1.1"],
        openid: str,
        real_name: str,
        cred_type: Literal["1", "2", "5", "9", "12", "17", "18"],
        cred_id: str,
        access_token: str,
        **more: Any,
    ) -> Result:
        """Verify real name (微信支付实名验证): POST /secsvc/realnameauth.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256 or MD5.

        Fields:
            version [always]: fixed by the interface (1.0 | 1.1, at most 32 characters)
            openid [always]: payer's id under appid (at most 128 characters)
            real_name [always]: name (at most 64 characters)
            cred_type [always]: kind of document (1 | 2 | 5 | 9 | 12 | 17 | 18)
            cred_id [always]: document number (at most 32 characters)
            access_token [always]: short-lived token (at most 128 characters)

        Answers: error_code, error_code_des, sign, result_code, appid, mch_id, nonce_str, openid, access_token,
        verify_openid, verify_real_name, bind_bankcard.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secsvc/realnameauth.yaml
        """
    def get_real_name_info(
        self,
        *,
        version: Literal["1.0", "2.0"],
        openid: str,
        cert_serialno: str,
        access_token: str,
        timestamp: int | str | None = None,
        cert_sign: str | None = None,
        charset: Literal["UTF-8", "GBK"] | None = None,
        **more: Any,
    ) -> Result:
        """Get real name data (微信支付实名授权): POST /secsvc/getrealnameinfo.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            version [always]: fixed by the interface (1.0 | 2.0, at most 32 characters)
            openid [always]: payer's id under appid (at most 128 characters)
            cert_serialno [always]: serial number of the certificate used to encrypt (at most 64 characters)
            access_token [always]: short-lived token (at most 128 characters)
            timestamp: seconds since 1970, 10 digits
            cert_sign: RSA signature of serial number and time (at most 128 characters)
            charset: character set of the plain text (UTF-8 | GBK)

        Answers: error_code, error_code_des, sign, result_code, appid, mch_id, nonce_str, openid, encrypted_real_name,
        encrypted_credential_id, cre_type.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/secsvc/getrealnameinfo.yaml
        """
    def get_certificates(
        self,
        **more: Any,
    ) -> Result:
        """Get platform certificates (获取平台证书): POST /risk/getcertficates.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:

        Answers: nonce_str, sign, error_code, error_code_des, result_code, mch_id, certificates.

        Notes:
            its path is spelt getcertficates
            certificates: JSON, AEAD_AES_256_GCM with the APIv3 key

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/risk/getcertficates.yaml
        """
    def get_public_key(
        self,
        **more: Any,
    ) -> Result:
        """Get RSA public key (获取RSA加密公钥API): POST /risk/getpublickey.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256. Needs the merchant
        certificate. The reply carries no signature.

        Fields:

        Answers: error_code, error_code_des, result_code, mch_id, pub_key.

        Notes:
            pub_key is PKCS#1 PEM

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/risk/getpublickey.yaml
        """
    def query_mch_risk(
        self,
        *,
        cert_serial_number: str | None = None,
        certificates_number: str | None = None,
        certificates_name: str | None = None,
        settlement_card_no: str | None = None,
        settlement_card_name: str | None = None,
        settlement_card_bank: str | None = None,
        business_license_number: str | None = None,
        company_name: str | None = None,
        store_address: str | None = None,
        store_longitude: str | None = None,
        store_latitude: str | None = None,
        **more: Any,
    ) -> Result:
        """Query merchant risk (事前-风险商户核查接口): POST /mchrisk/querymchrisk.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate. The
        reply carries no signature.

        Fields:
            cert_serial_number: serial number of the platform certificate (at most 32 characters)
            certificates_number: id number (encrypted) (at most 344 characters)
            certificates_name: holder's name (encrypted) (at most 344 characters)
            settlement_card_no: settlement account (encrypted) (at most 344 characters)
            settlement_card_name: settlement account holder (encrypted) (at most 344 characters)
            settlement_card_bank: settlement bank (at most 128 characters)
            business_license_number: business licence number (at most 344 characters)
            company_name: company name (at most 128 characters)
            store_address: shop address (at most 256 characters)
            store_longitude: shop longitude (at most 32 characters)
            store_latitude: shop latitude (at most 32 characters)

        Answers: result_code, mch_id, risk_level, risk_level_desc.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/querymchrisk.yaml
        """
    def sync_mch_risk_result(
        self,
        *,
        event_code: str,
        risk_type: str,
        punish_type: str,
        certificates_number: str | None = None,
        certificates_name: str | None = None,
        settlement_card_no: str | None = None,
        settlement_card_name: str | None = None,
        settlement_card_bank: str | None = None,
        business_license_number: str | None = None,
        company_name: str | None = None,
        store_address: str | None = None,
        store_longitude: str | None = None,
        store_latitude: str | None = None,
        **more: Any,
    ) -> Result:
        """Report risk handling result (事后-风险商户处理结果同步接口): POST /mchrisk/syncmchriskresult.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate. The
        reply carries no signature.

        Fields:
            event_code [always]: event number (at most 32 characters)
            certificates_number: id number (encrypted) (at most 344 characters)
            certificates_name: holder's name (encrypted) (at most 344 characters)
            settlement_card_no: settlement account (encrypted) (at most 344 characters)
            settlement_card_name: settlement account holder (encrypted) (at most 344 characters)
            settlement_card_bank: settlement bank (at most 128 characters)
            business_license_number: business licence number (at most 344 characters)
            company_name: company name (at most 128 characters)
            store_address: shop address (at most 256 characters)
            store_longitude: shop longitude (at most 32 characters)
            store_latitude: shop latitude (at most 32 characters)
            risk_type [always]: kind of risk (at most 32 characters)
            punish_type [always]: measure taken (at most 32 characters)

        Answers: result_code, err_code, err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/syncmchriskresult.yaml
        """
    def set_mch_risk_callback(
        self,
        *,
        callback_url: str,
        **more: Any,
    ) -> Result:
        """Set risk callback address (设置风险通知回调链接): POST /mchrisk/setmchriskcallback.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. The reply carries no signature.

        Fields:
            callback_url [always]: where notifications go (at most 128 characters)

        Answers: mch_id, result_code, err_code, err_code_des.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/setmchriskcallback.yaml
        """
    def bank_query_mch_audit_info(
        self,
        *,
        channel_id: str,
        **more: Any,
    ) -> Result:
        """Query merchant audit (bank) (间联模式查询商户审核状态开放接口): POST /mchrisk/bankquerymchauditinfo.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            channel_id [always]: channel number (at most 32 characters)

        Answers: result_code, err_code, err_code_des, mch_id, sub_mch_id, channel_id, audit_status, audit_comment,
        nonce_str, sign, sign_type.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/bankquerymchauditinfo.yaml
        """
    def channel_query_mch_audit_info(
        self,
        *,
        acquiring_bank_id: str,
        **more: Any,
    ) -> Result:
        """Query merchant audit (channel) (渠道商查询商户审核信息): POST /mchrisk/channelquerymchauditinfo.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256.

        Fields:
            acquiring_bank_id [always]: service provider id (at most 32 characters)

        Answers: result_code, err_code, err_code_des, mch_id, sub_mch_id, channel_id, audit_status, audit_comment,
        nonce_str, sign, sign_type.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/channelquerymchauditinfo.yaml
        """
    def get_violation(
        self,
        *,
        begin_time: str | None = None,
        end_time: str | None = None,
        page_index: str | None = None,
        page_size: str | None = None,
        violation_records_format: Literal["csv", "json"] | None = None,
        **more: Any,
    ) -> Result:
        """Query violations (银行特约商户违规信息查询): POST /risk/getviolation.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate. The
        reply carries no signature.

        Fields:
            begin_time: start time (at most 32 characters)
            end_time: end time (at most 32 characters)
            page_index: page number (at most 10 characters)
            page_size: page size (at most 10 characters)
            violation_records_format: format of the records (csv | json, at most 10 characters)

        Answers: error_code, error_code_des, result_code, result_msg, violation_records.

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/risk/getviolation.yaml
        """
    def micro_applyment_submit(
        self,
        *,
        version: Literal["3.0"],
        cert_sn: str,
        business_code: str,
        id_card_copy: str,
        id_card_national: str,
        id_card_name: str,
        id_card_number: str,
        id_card_valid_time: dict[str, Any] | list[Any] | str,
        account_name: str,
        account_bank: str,
        bank_address_code: str,
        account_number: str,
        store_name: str,
        store_address_code: str,
        store_street: str,
        store_entrance_pic: str,
        indoor_pic: str,
        merchant_shortname: str,
        service_phone: str,
        product_desc: str,
        rate: str,
        contact: str,
        contact_phone: str,
        bank_name: str | None = None,
        store_longitude: str | None = None,
        store_latitude: str | None = None,
        address_certification: str | None = None,
        business_addition_desc: str | None = None,
        business_addition_pics: dict[str, Any] | list[Any] | str | None = None,
        contact_email: str | None = None,
        **more: Any,
    ) -> Result:
        """Submit micro merchant application (申请入驻): POST /applyment/micro/submit.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (3.0, at most 32 characters)
            cert_sn [always]: serial number of the platform certificate used to encrypt (at most 64 characters)
            business_code [always]: merchant's own application number (at most 32 characters)
            id_card_copy [always]: media id of the id card portrait side (at most 256 characters)
            id_card_national [always]: media id of the id card emblem side (at most 256 characters)
            id_card_name [always]: name on the id card (encrypted) (at most 64 characters)
            id_card_number [always]: id card number (encrypted) (at most 18 characters)
            id_card_valid_time [always]: validity range of the id card (at most 50 characters)
            account_name [always]: bank account holder (encrypted where the API says so) (at most 50 characters)
            account_bank [always]: bank name (at most 50 characters)
            bank_address_code [always]: area code of the bank branch (at most 6 characters)
            bank_name: bank branch in full (at most 256 characters)
            account_number [always]: bank account number (encrypted where the API says so) (at most 50 characters)
            store_name [always]: shop name (at most 128 characters)
            store_address_code [always]: shop area code (at most 6 characters)
            store_street [always]: shop street (at most 500 characters)
            store_longitude: shop longitude (at most 20 characters)
            store_latitude: shop latitude (at most 20 characters)
            store_entrance_pic [always]: media id of the shop front (at most 256 characters)
            indoor_pic [always]: media id of the shop inside (at most 256 characters)
            address_certification: media id of proof of premises (at most 256 characters)
            merchant_shortname [always]: short name shown to payers (at most 50 characters)
            service_phone [always]: customer service telephone (at most 50 characters)
            product_desc [always]: what is sold (at most 50 characters)
            rate [always]: rate (at most 50 characters)
            business_addition_desc: further explanation (at most 50 characters)
            business_addition_pics: media ids of further material (at most 50 characters)
            contact [always]: contact person (encrypted) (at most 50 characters)
            contact_phone [always]: contact telephone (at most 11 characters)
            contact_email: contact e-mail (at most 50 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, err_param, applyment_id.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/submit.yaml
        """
    def micro_applyment_get_state(
        self,
        *,
        version: str,
        applyment_id: str | None = None,
        business_code: str | None = None,
        **more: Any,
    ) -> Result:
        """Query micro merchant application (查询申请状态): POST /applyment/micro/getstate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (at most 32 characters)
            applyment_id: application id of WeChat (at most 32 characters)
            business_code: merchant's own application number (at most 32 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, applyment_id, applyment_state,
        applyment_state_desc, sub_mch_id, sign_url, audit_detail, param_name, reject_reason.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/getstate.yaml
        """
    def micro_applyment_modify_archives(
        self,
        *,
        version: Literal["1.0"],
        bank_address_code: str,
        cert_sn: str,
        account_number: str | None = None,
        bank_name: str | None = None,
        account_bank: str | None = None,
        **more: Any,
    ) -> Result:
        """Change micro settlement card (修改结算银行卡): POST /applyment/micro/modifyarchives.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            account_number: bank account number (encrypted where the API says so) (at most 50 characters)
            bank_name: bank branch in full (at most 256 characters)
            account_bank: bank name (at most 50 characters)
            bank_address_code [always]: area code of the bank branch (at most 6 characters)
            cert_sn [always]: serial number of the platform certificate used to encrypt (at most 64 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, mch_id, sub_mch_id.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/modifyarchives.yaml
        """
    def micro_applyment_modify_contact_info(
        self,
        *,
        version: Literal["1.0"],
        cert_sn: str,
        mobile_phone: str | None = None,
        email: str | None = None,
        merchant_name: str | None = None,
        **more: Any,
    ) -> Result:
        """Change micro contact data (修改联系信息): POST /applyment/micro/modifycontactinfo.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            mobile_phone: mobile number (encrypted) (at most 11 characters)
            email: e-mail address (encrypted) (at most 50 characters)
            merchant_name: full registered name (at most 20 characters)
            cert_sn [always]: serial number of the platform certificate used to encrypt (at most 64 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, mch_id, sub_mch_id.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/modifycontactinfo.yaml
        """
    def micro_applyment_sign_contract(
        self,
        **more: Any,
    ) -> Result:
        """Micro contract report (签约报备): POST /applyment/micro/signcontract.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. Needs the merchant certificate.

        Fields:

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/signcontract.yaml
        """
    def micro_applyment_submit_upgrade(
        self,
        *,
        version: Literal["1.0"],
        cert_sn: str,
        organization_type: str,
        business_license_copy: str,
        business_license_number: str,
        merchant_name: str,
        company_address: str,
        legal_person: str,
        business_time: str,
        business_licence_type: str,
        merchant_shortname: str,
        business: str,
        business_scene: str,
        organization_copy: str | None = None,
        organization_number: str | None = None,
        organization_time: str | None = None,
        account_name: str | None = None,
        account_bank: str | None = None,
        bank_address_code: str | None = None,
        bank_name: str | None = None,
        account_number: str | None = None,
        qualifications: str | None = None,
        business_addition_desc: str | None = None,
        business_addition_pics: str | None = None,
        contact_email: str | None = None,
        **more: Any,
    ) -> Result:
        """Submit micro upgrade application (提交升级申请单): POST /applyment/micro/submitupgrade.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (1.0, at most 32 characters)
            cert_sn [always]: serial number of the platform certificate used to encrypt (at most 64 characters)
            organization_type [always]: kind of legal entity (at most 32 characters)
            business_license_copy [always]: media id of the business licence (at most 256 characters)
            business_license_number [always]: business licence number (at most 32 characters)
            merchant_name [always]: full registered name (at most 110 characters)
            company_address [always]: registered address (at most 256 characters)
            legal_person [always]: legal representative (at most 256 characters)
            business_time [always]: operating period (at most 50 characters)
            business_licence_type [always]: kind of business licence (at most 32 characters)
            organization_copy: media id of the organisation code certificate (at most 256 characters)
            organization_number: organisation code (at most 32 characters)
            organization_time: validity of the organisation code (at most 128 characters)
            account_name: bank account holder (encrypted where the API says so) (at most 50 characters)
            account_bank: bank name (at most 50 characters)
            bank_address_code: area code of the bank branch (at most 6 characters)
            bank_name: bank branch in full (at most 256 characters)
            account_number: bank account number (encrypted where the API says so) (at most 50 characters)
            merchant_shortname [always]: short name shown to payers (at most 50 characters)
            business [always]: business category id (at most 10 characters)
            qualifications: media ids of special permits (at most 1280 characters)
            business_scene [always]: business scenes (at most 50 characters)
            business_addition_desc: further explanation (at most 512 characters)
            business_addition_pics: media ids of further material (at most 1280 characters)
            contact_email: contact e-mail (at most 50 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, err_param.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/submitupgrade.yaml
        """
    def micro_applyment_get_upgrade_state(
        self,
        *,
        version: str,
        **more: Any,
    ) -> Result:
        """Query micro upgrade application (查询升级申请单状态): POST /applyment/micro/getupgradestate.

        Regions: mainland. Modes: direct, service provider. Signed with HMAC-SHA256. Needs the merchant certificate.

        Fields:
            version [always]: fixed by the interface (at most 32 characters)

        Answers: nonce_str, sign, result_code, err_code, err_code_des, sub_mch_id, applyment_state,
        applyment_state_desc, sign_qrcode, sign_url, audit_detail, account_name, pay_amount, destination_account_number,
        destination_account_name, destination_account_bank, city, remark, deadline_time, param_name, reject_reason.

        Notes:
            closed to new merchants or retired

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/applyment/micro/getupgradestate.yaml
        """
    def sandbox_get_sign_key(
        self,
        **more: Any,
    ) -> Result:
        """Sandbox: get signing key (获取验签密钥API): POST /xdc/apiv2getsignkey/sign/getsignkey.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. The reply carries no signature.

        Fields:

        Answers: sandbox_signkey, mch_id, retmsg, retcode.

        Notes:
            the global site says that there is no test environment
            the sandbox's paths are /xdc/apiv2sandbox and the usual path

        Not sure:
            this page: secondary sources
            no page lists its error codes
            retmsg: seen in replies, on no page
            retcode: seen in replies, on no page

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2getsignkey/sign/getsignkey.yaml
        """
    def sandbox_micropay(
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
        """Sandbox: quick pay (提交付款码支付): POST /xdc/apiv2sandbox/pay/micropay.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

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

        Notes:
            the HTTP header Wechatpay-Negative-Test names the failure to play

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            version: the English global pages list it as required; code in use with the global gateway does not send it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            detail: the English global pages list it as required; code in use with the global gateway does not send it
            detail.mcc: its place in the JSON is not confirmed
            attach: 127 or 128, depending on the page
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            auth_code: begins 10 to 15; 16 only on newer pages
            scene_info: h5_info belongs to H5 payment; the tables of the two operations were read together
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2sandbox/pay/micropay.yaml
        """
    def sandbox_order_query(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        version: Literal["1.0"] | None = None,
        **more: Any,
    ) -> Result:
        """Sandbox: query order (查询订单): POST /xdc/apiv2sandbox/pay/orderquery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)
            version: 1.0 asks for promotion_detail (1.0, at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, trade_state, trade_state_desc, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type,
        bank_type, total_fee, fee_type, settlement_total_fee, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, cash_fee, cash_fee_type, rate, transaction_id, out_trade_no, attach, time_end, consume_fee,
        promotion_detail.

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

        Notes:
            the HTTP header Wechatpay-Negative-Test names the failure to play

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2sandbox/pay/orderquery.yaml
        """
    def sandboxnew_get_sign_key(
        self,
        **more: Any,
    ) -> Result:
        """Sandbox (old): get signing key (获取验签密钥API): POST /sandboxnew/pay/getsignkey.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. The reply carries no signature.

        Fields:

        Answers: mch_id, sandbox_signkey.

        Notes:
            retired: sandbox_get_sign_key replaces it

        Not sure:
            this page: secondary sources
            no page lists its error codes

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/getsignkey.yaml
        """
    def sandboxnew_unified_order(
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
        """Sandbox (old): unified order (统一下单): POST /sandboxnew/pay/unifiedorder.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            version: the English global pages list it as required; code in use with the global gateway does not send it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            detail: the English global pages list it as required; code in use with the global gateway does not send it
            detail.mcc: its place in the JSON is not confirmed
            attach: 127 or 128, depending on the page
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            time_expire: at least 1 minute ahead by the pages; code in use with the global gateway met 5 minutes
            product_id: the pages require it for NATIVE; merchants report leaving it out
                (https://developers.weixin.qq.com/community/pay/doc/00068007920510e34b294e9315b000)
            code_url: longer ones than the stated 64 were seen: do not cut them
            mweb_url: longer ones than the stated 64 were seen: do not cut them

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/unifiedorder.yaml
        """
    def sandboxnew_micropay(
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
        """Sandbox (old): quick pay (提交付款码支付): POST /sandboxnew/pay/micropay.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            version: the English global pages list it as required; code in use with the global gateway does not send it
            body: 127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character
                (https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)
            detail: the English global pages list it as required; code in use with the global gateway does not send it
            detail.mcc: its place in the JSON is not confirmed
            attach: 127 or 128, depending on the page
            out_trade_no: the global order pages leave '@' out; the mainland pages and the global refund query page
                allow it
            auth_code: begins 10 to 15; 16 only on newer pages
            scene_info: h5_info belongs to H5 payment; the tables of the two operations were read together
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/micropay.yaml
        """
    def sandboxnew_order_query(
        self,
        *,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        version: Literal["1.0"] | None = None,
        **more: Any,
    ) -> Result:
        """Sandbox (old): query order (查询订单): POST /sandboxnew/pay/orderquery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

        Fields:
            transaction_id [one of transaction_id, out_trade_no]: WeChat Pay order number; wins when both are sent (at
                most 32 characters)
            out_trade_no [one of transaction_id, out_trade_no]: merchant's order number (at most 32 characters)
            version: 1.0 asks for promotion_detail (1.0, at most 32 characters)

        Answers: appid, mch_id, sub_appid, sub_mch_id, nonce_str, sign, result_code, err_code, err_code_des,
        device_info, trade_state, trade_state_desc, openid, is_subscribe, sub_openid, sub_is_subscribe, trade_type,
        bank_type, total_fee, fee_type, settlement_total_fee, coupon_fee, coupon_count, coupon_type_$n, coupon_id_$n,
        coupon_fee_$n, cash_fee, cash_fee_type, rate, transaction_id, out_trade_no, attach, time_end, consume_fee,
        promotion_detail.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/orderquery.yaml
        """
    def sandboxnew_refund(
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
        """Sandbox (old): refund (申请退款): POST /sandboxnew/pay/refund.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256. Needs the merchant
        certificate.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            op_user_id: older pages require it
            refund_fee_type: from mainland pages and code in use; the global response table could be read only in part
            cash_refund_fee_type: from mainland pages and code in use; the global response table could be read only in
                part
            rate: from mainland pages and code in use; the global response table could be read only in part

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/refund.yaml
        """
    def sandboxnew_refund_query(
        self,
        *,
        refund_id: str | None = None,
        out_refund_no: str | None = None,
        transaction_id: str | None = None,
        out_trade_no: str | None = None,
        offset: int | str | None = None,
        **more: Any,
    ) -> Result:
        """Sandbox (old): query refund (查询退款): POST /sandboxnew/pay/refundquery.

        Regions: mainland. Modes: direct, service provider. Signed with MD5 or HMAC-SHA256.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            rate: read at the top level by public code in the US; the global response table could not be read
            refund_fee: in no table, yet sent and signed: merchants print it in the developer community
            refund_fee_type_$n: the name is not confirmed: found on no page and in no public code

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/refundquery.yaml
        """
    def sandboxnew_download_bill(
        self,
        *,
        bill_date: date | str,
        device_info: str | None = None,
        bill_type: Literal["ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND"] | None = None,
        tar_type: Literal["GZIP"] | None = None,
        **more: Any,
    ) -> Result:
        """Sandbox (old): download bill (下载对账单): POST /sandboxnew/pay/downloadbill.

        Regions: mainland. Modes: direct, service provider. Signed with MD5. The reply carries no signature.

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

        Notes:
            retired: sandbox_micropay and sandbox_order_query replace it

        Not sure:
            this page: secondary sources
            the error codes: secondary sources
            device_info: on older pages only
            bill_type: optional by the pages; public code met a gateway that demands it

        Source: TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/downloadbill.yaml
        """

class Method:
    name: str
    def __init__(self, name: str) -> None: ...
    def __get__(self, client: Any, owner: type[Any]) -> Any: ...

def describe(method: Any, row: Operation, owner: type) -> None: ...
def _row(path: str, certificate: bool) -> Operation: ...
