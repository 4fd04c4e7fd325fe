"""Unified order, order query, close order.

Source: https://pay.weixin.qq.com/doc/global/v3/en (orders), https://pay.weixin.qq.com/doc/v3/merchant/4012791856
"""

from __future__ import annotations

from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade.conversions import FLAG, INTEGER, LIST_OF_ONE, TIME
from wxpay_v2.upgrade.discounts import COUPON_FIELDS, COUPONS, PROMOTIONS, SETTLED
from wxpay_v2.upgrade.goods import DETAIL, SCENE, category_code
from wxpay_v2.upgrade.identity import ANSWERED, BODY, ECHOED, ENVELOPE, NUMBERS_ONLY, PAYER, PAYER_ANSWERED, echo
from wxpay_v2.upgrade.rules import INFERRED, Step, Target, Upgrade, convert, drop, move, spread, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["CATEGORY", "CLOSE_ORDER", "ORDER_QUERY", "PAID", "PRICE", "SETTINGS", "UNIFIED_ORDER", "targets"]

_WEB = ("trade_type", "MWEB")
_CODE = ("trade_type", "NATIVE")
_PAGES = ("JSAPI", "APP", "MWEB")


def targets(name: str, **when: tuple[str, ...]) -> tuple[Target, ...]:
    """Return the targets of a call that partners reach under ``partner_...`` in the mainland."""
    return (
        Target(name, regions=(GLOBAL,), **when),
        Target(name, regions=(MAINLAND,), modes=(DIRECT,), **when),
        Target(f"partner_{name}", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,), **when),
    )


def _setting(name: str) -> Callable[[Case], str | None]:
    return lambda case: getattr(case.account, name) or None


def _currency(case: Case) -> str:
    return case.fields.get("fee_type") or "CNY"


# What a price is, everywhere.
PRICE: tuple[Rule, ...] = (
    convert("total_fee", "amount.total", INTEGER),
    move("fee_type", "amount.currency"),
    supply("amount.currency", _currency, "v2 means CNY when fee_type is absent; API v3 wants it said"),
)

CATEGORY = supply(
    "merchant_category_code", category_code, "API v3 Global wants it; v2 had it at most in the goods",
    setting="merchant_category_code", regions=(GLOBAL,), basis=INFERRED,
)  # fmt: skip

# What an order tells beside price and payer.
SETTINGS: tuple[Rule, ...] = (
    move("device_info", "scene_info.device_id", basis=INFERRED),
    move("body", "description"),
    convert("detail", "detail", DETAIL),
    move("attach"),
    move("out_trade_no"),
    move("goods_tag"),
    move("limit_pay", regions=(GLOBAL,)),
    convert("limit_pay", "limit_pay", LIST_OF_ONE, regions=(MAINLAND,)),
    convert("scene_info", "scene_info", SCENE),
    CATEGORY,
)

_SHARED_FIRST = Step(
    Target("profit_sharing_mark", regions=(GLOBAL,), when=("profit_sharing", "Y")),
    request=(
        move("out_trade_no"),
        move("sub_mch_id", "sub_mchid", modes=(INSTITUTION,)),
        supply("currency", _currency, "the order's", basis=INFERRED),
    ),
    reason="API v3 Global wants an order marked for profit sharing before it is placed",
)
SHARED: tuple[Rule, ...] = (
    drop("profit_sharing", "the order was marked by a call of its own", regions=(GLOBAL,), harmless=True),
    convert("profit_sharing", "settle_info.profit_sharing", FLAG, regions=(MAINLAND,)),
)
INVOICE: tuple[Rule, ...] = (
    drop("receipt", "API v3 Global offers no electronic invoice", regions=(GLOBAL,), basis=INFERRED),
    convert("receipt", "support_fapiao", FLAG, regions=(MAINLAND,), basis=INFERRED),
)


def _prepay_id_in(case: Case) -> str | None:
    """Return the prepay_id that the address of the cashier's page carries."""
    from urllib.parse import parse_qs, urlsplit

    found = parse_qs(urlsplit(case.answer.get("mweb_url", "")).query).get("prepay_id", [])
    return found[0] if len(found) == 1 else None


UNIFIED_ORDER = Upgrade(
    "unified_order",
    family="order",
    targets=(
        *targets("transactions_jsapi", when=("trade_type", "JSAPI")),
        *targets("transactions_native", when=_CODE),
        *targets("transactions_app", when=("trade_type", "APP")),
        *targets("transactions_h5", when=_WEB),
    ),
    before=(_SHARED_FIRST,),
    request=(
        *BODY, *ENVELOPE, *PAYER, *SETTINGS, *PRICE, *SHARED, *INVOICE,
        move("spbill_create_ip", "scene_info.payer_client_ip", when=("trade_type", *_PAGES), basis=INFERRED),
        move("spbill_create_ip", "scene_info.device_ip", when=_CODE, regions=(GLOBAL,), basis=INFERRED),
        move("spbill_create_ip", "scene_info.payer_client_ip", when=_CODE, regions=(MAINLAND,), basis=INFERRED),
        convert("time_start", "time_start", TIME, regions=(GLOBAL,)),
        drop("time_start", "a mainland order of API v3 has no beginning, only an end", regions=(MAINLAND,)),
        convert("time_expire", "time_expire", TIME),
        move("notify_url"),
        move("trade_type", regions=(GLOBAL,)),
        drop("trade_type", "the path says it", regions=(MAINLAND,), harmless=True),
        drop("product_id", "API v3 has no product number of a QR code", basis=INFERRED),
        move("user_type", "payer.identity.type", regions=(MAINLAND,), basis=INFERRED),
        move("user_creid", "payer.identity.number", regions=(MAINLAND,), basis=INFERRED),
        move("user_truename", "payer.identity.name", regions=(MAINLAND,), basis=INFERRED),
        supply("scene_info.store_info.name", _setting("store_name"), "API v3 Global wants the shop of a web order",
               setting="store_name", when=_WEB, regions=(GLOBAL,)),
        supply("scene_info.store_info.address", _setting("store_address"),
               "API v3 Global wants the shop of a web order", setting="store_address", when=_WEB, regions=(GLOBAL,)),
    ),
    answer=(
        *ECHOED,
        echo("device_info"),
        echo("trade_type"),
        move("prepay_id", when=("trade_type", "JSAPI", "APP")),
        move("code_url", when=_CODE),
        move("mweb_url", "mweb_url|h5_url", when=_WEB),
        supply("prepay_id", _prepay_id_in, "taken from the address of the page, which carries it", when=_WEB,
               basis=INFERRED),
        drop("prepay_id", "API v3 answers a QR code order with the code's link alone", when=_CODE, basis=INFERRED),
    ),
)  # fmt: skip

_RATE = "API v3 tells the settlement's rate, not the payment's; a rate computed here would be a guess"

# What is told of a payment, by a query, by quick pay and by a notification alike.
PAID: tuple[Rule, ...] = (
    *ANSWERED,
    *PAYER_ANSWERED,
    move("transaction_id", "id|transaction_id", regions=(GLOBAL,)),
    move("transaction_id", regions=(MAINLAND,)),
    move("out_trade_no"),
    move("attach"),
    move("trade_type"),
    move("bank_type"),
    convert("total_fee", "amount.total", INTEGER),
    move("fee_type", "amount.currency"),
    convert("cash_fee", "amount.payer_total", INTEGER),
    move("cash_fee_type", "amount.payer_currency"),
    spread(COUPON_FIELDS, "promotion_detail|detail", COUPONS, basis=INFERRED),
    convert("promotion_detail", "promotion_detail|detail", PROMOTIONS),
    convert("settlement_total_fee", "promotion_detail|detail", SETTLED),
    convert("time_end", "success_time", TIME),
    drop("rate", _RATE),
)  # fmt: skip

ORDER_QUERY = Upgrade(
    "order_query",
    family="query",
    targets=(
        *targets("order_query_by_id", when=("transaction_id",)),
        *targets("order_query_by_out_trade_no", when=("out_trade_no",)),
    ),
    request=(
        *NUMBERS_ONLY, *ENVELOPE,
        move("transaction_id", when=("transaction_id",)),
        drop("out_trade_no", "one number is asked by; transaction_id wins, as in v2", when=("transaction_id",),
             harmless=True),
        move("out_trade_no"),
    ),
    answer=(
        *PAID,
        move("trade_state"),
        move("trade_state_desc"),
        drop("device_info", "API v3 Global does not tell the device again", regions=(GLOBAL,)),
        move("device_info", "scene_info.device_id", regions=(MAINLAND,), basis=INFERRED),
        drop("consume_fee", "API v3 does not tell it"),
        drop("detail", "API v3 does not tell the goods again"),
    ),
)  # fmt: skip

CLOSE_ORDER = Upgrade(
    "close_order",
    family="close",
    targets=targets("close_by_out_trade_no"),
    request=(*NUMBERS_ONLY, *ENVELOPE, move("out_trade_no")),
    answer=(*ECHOED, supply("result_msg", lambda case: "OK", "API v3 answers without a body", basis=INFERRED)),
)
