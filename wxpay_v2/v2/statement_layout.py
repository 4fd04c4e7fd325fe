"""What the columns of a statement are called: header texts of both regions and all ages -> one vocabulary.

A name is the wire's where the wire has one (out_trade_no, total_fee, cash_fee_type, ...), so that mainland rows, global
rows and those of API v3 read the same. Columns are found by their header, not by their place.

Sources: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_6 (columns and summary, older wording),
https://pay.weixin.qq.com/wiki/doc/api/wxpay/ch/pages/ico-guide/chapter1_4.shtml (global, the first 16 columns),
wechatpay-apiv3/wechatpay-php tests/fixtures/bill.ALL.csv (ALL as it came, with its summary).
"""

from __future__ import annotations

import re

from wxpay_v2.errors import Malformed, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "AMOUNT", "DAY", "EXPENSE", "FLOW_TOTALS", "HOLDS", "INCOME", "MINOR", "NUMBER", "TEXT", "TIME", "TOTALS", "Layout",
    "recognise",
]  # fmt: skip

# The names as they stand in a statement with every column of its kind. ALL, SUCCESS and the older three are documented
# or seen; of REFUND the last three columns, of RECHARGE_REFUND all, are taken from public code.
_TRADE = (
    "trade_time", "appid", "mch_id", "sub_mch_id", "device_info", "transaction_id", "out_trade_no", "openid",
    "trade_type", "trade_state", "bank_type", "fee_type",
)  # fmt: skip
_REFUND_TIMES = ("refund_apply_time", "refund_success_time")
_REFUND_NUMBERS = ("refund_id", "out_refund_no")
_REFUND = (*_REFUND_NUMBERS, "settlement_refund_fee", "coupon_refund_fee", "refund_type", "refund_status")
_OLDER_REFUND = (*_REFUND_NUMBERS, "refund_fee", "coupon_refund_fee", "refund_type", "refund_status")
_PRODUCT = ("body", "attach")

# Header and rows of a global statement, seen only through a public parser: columns in _INFERRED are there, their exact
# spelling is not known, so they are taken by their place.
_GLOBAL = (
    *_TRADE, "total_fee", "coupon_fee", *_OLDER_REFUND, *_PRODUCT, "fee", "rate", "cash_fee_type", "cash_fee",
    "settlement_fee_type", "settlement_total_fee", "exchange_rate", "refund_exchange_rate", "cash_refund_fee",
    "cash_refund_fee_type", "refund_fee_type", "settlement_refund_fee_type", "settlement_refund_fee",
)  # fmt: skip
_INFERRED = frozenset(
    ("coupon_fee", "coupon_refund_fee", "refund_type", "body", "fee", "rate", *_GLOBAL[_GLOBAL.index("cash_fee") + 1 :])
)

_KINDS: dict[str, tuple[str, ...]] = {
    "ALL": (
        *_TRADE, "settlement_total_fee", "coupon_fee", *_REFUND, *_PRODUCT, "fee", "rate", "total_fee", "refund_fee",
        "rate_remark",
    ),
    "SUCCESS": (
        *_TRADE, "settlement_total_fee", "coupon_fee", *_PRODUCT, "fee", "rate", "total_fee", "rate_remark",
    ),
    "REFUND": (
        *_TRADE, "settlement_total_fee", "coupon_fee", *_REFUND_TIMES, *_REFUND, *_PRODUCT, "fee", "rate", "total_fee",
        "refund_fee", "rate_remark",
    ),
    "RECHARGE_REFUND": (
        *_TRADE, "settlement_total_fee", "coupon_fee", *_REFUND_TIMES, *_REFUND, *_PRODUCT, "returned_fee", "rate",
        "total_fee", "refund_fee",
    ),
    "older ALL": (*_TRADE, "total_fee", "coupon_fee", *_OLDER_REFUND, *_PRODUCT, "fee", "rate"),
    "older SUCCESS": (*_TRADE, "total_fee", "coupon_fee", *_PRODUCT, "fee", "rate"),
    "older REFUND": (*_TRADE, "total_fee", "coupon_fee", *_REFUND_TIMES, *_OLDER_REFUND, *_PRODUCT, "fee", "rate"),
    "global": _GLOBAL,
    "fundflow": (
        "booking_time", "business_no", "flow_no", "business_name", "business_type", "direction", "amount", "balance",
        "applicant", "remark", "voucher_no",
    ),
}  # fmt: skip
_OPTIONAL = frozenset(("rate_remark",))  # came later, and not to every merchant
_KIND_OF = {frozenset(names) - _OPTIONAL: kind for kind, names in _KINDS.items()}

# Header text, without what stands in brackets, blanks, quotes and "$", in lower case -> name.
_NAMES = {
    "交易时间": "trade_time", "公众账号id": "appid", "商户号": "mch_id", "特约商户号": "sub_mch_id",
    "子商户号": "sub_mch_id", "设备号": "device_info", "微信订单号": "transaction_id", "商户订单号": "out_trade_no",
    "用户标识": "openid", "交易类型": "trade_type", "交易状态": "trade_state", "付款银行": "bank_type",
    "货币种类": "fee_type", "应结订单金额": "settlement_total_fee", "订单金额": "total_fee", "总金额": "total_fee",
    "代金券金额": "coupon_fee", "代金券或立减优惠金额": "coupon_fee", "企业红包金额": "coupon_fee",
    "退款申请时间": "refund_apply_time", "退款成功时间": "refund_success_time", "微信退款单号": "refund_id",
    "商户退款单号": "out_refund_no", "退款金额": "settlement_refund_fee", "申请退款金额": "refund_fee",
    "充值券退款金额": "coupon_refund_fee", "代金券或立减优惠退款金额": "coupon_refund_fee",
    "企业红包退款金额": "coupon_refund_fee", "退款类型": "refund_type", "退款状态": "refund_status",
    "商品名称": "body", "商户数据包": "attach", "手续费": "fee", "返还手续费": "returned_fee", "费率": "rate",
    "费率备注": "rate_remark",
    "记账时间": "booking_time", "微信支付业务单号": "business_no", "资金流水单号": "flow_no",
    "业务名称": "business_name", "业务类型": "business_type", "收支类型": "direction", "收支金额": "amount",
    "账户结余": "balance", "资金变更提交申请人": "applicant", "备注": "remark", "业务凭证号": "voucher_no",
    "transactiontime": "trade_time", "officialaccountid": "appid", "vendorid": "mch_id", "subvendorid": "sub_mch_id",
    "deviceid": "device_info", "wechatordernumber": "transaction_id", "vendorordernumber": "out_trade_no",
    "usertag": "openid", "transactiontype": "trade_type", "transactionstatus": "trade_state",
    "paymentbank": "bank_type", "currencytype": "fee_type", "totalamount": "total_fee",
    "wechatrefundnumber": "refund_id", "vendorrefundnumber": "out_refund_no", "refundamount": "refund_fee",
    "refundstatus": "refund_status", "vendorsdatapackage": "attach", "paymentcurrencytype": "cash_fee_type",
    "cashpaymentamount": "cash_fee",
}  # fmt: skip
_DROPPED = re.compile(r"[(\uff08][^()\uff08\uff09]*[)\uff09]|[\s'\u2019\"$]")

_MOST = 64  # columns looked at

INCOME, EXPENSE = "收入", "支出"

# Of transactions, then of a fund flow: summary column -> (name, the row's column it sums, "" where it counts rows; only
# rows of this direction, "" for all). A settlement amount and the amount it settles stand side by side: they are mostly
# equal, and adding up goes by that.
TOTALS: dict[str, tuple[str, str, str]] = {
    "总交易单数": ("count", "", ""),
    "应结订单总金额": ("settlement_total_fee", "settlement_total_fee", ""),
    "订单总金额": ("total_fee", "total_fee", ""),
    "退款总金额": ("settlement_refund_fee", "settlement_refund_fee", ""),
    "申请退款总金额": ("refund_fee", "refund_fee", ""),
    "充值券退款总金额": ("coupon_refund_fee", "coupon_refund_fee", ""),
    "手续费总金额": ("fee", "fee", ""),
    "总交易额": ("total_fee", "total_fee", ""),
    "总退款金额": ("refund_fee", "refund_fee", ""),
    "总代金券或立减优惠退款金额": ("coupon_refund_fee", "coupon_refund_fee", ""),
    "总企业红包退款金额": ("coupon_refund_fee", "coupon_refund_fee", ""),
}
FLOW_TOTALS: dict[str, tuple[str, str, str]] = {
    "资金流水总笔数": ("count", "", ""),
    "收入笔数": ("income_count", "", INCOME),
    "收入金额": ("income", "amount", INCOME),
    "支出笔数": ("expense_count", "", EXPENSE),
    "支出金额": ("expense", "amount", EXPENSE),
}

# What a column holds. AMOUNT: a decimal of the main unit; MINOR: a whole number of the smallest unit.
TEXT, AMOUNT, MINOR, TIME, DAY, NUMBER = "text", "amount", "minor", "time", "day", "number"

HOLDS: dict[str, str] = {
    **dict.fromkeys(
        (
            "total_fee", "settlement_total_fee", "coupon_fee", "refund_fee", "settlement_refund_fee",
            "coupon_refund_fee", "fee", "returned_fee", "cash_fee", "cash_refund_fee", "amount", "balance",
        ),
        AMOUNT,
    ),
    **dict.fromkeys(("trade_time", "refund_apply_time", "refund_success_time", "booking_time"), TIME),
    **dict.fromkeys(("exchange_rate", "refund_exchange_rate"), NUMBER),
}  # fmt: skip


class Layout:
    """The columns of one statement.

    kind: "ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND", the same with "older " before it, "global", "fundflow",
    "settlement" or "comments". texts: the header as it stands; names: ours; position: name -> place; holds: name ->
    what the column holds, for those that are no texts.
    """

    __slots__ = ("holds", "kind", "names", "position", "texts")

    def __init__(
        self, kind: str, names: tuple[str, ...], texts: tuple[str, ...], holds: Mapping[str, str] = HOLDS
    ) -> None:
        self.kind = kind
        self.names = names
        self.texts = texts
        self.position = {name: place for place, name in enumerate(names)}
        self.holds = {name: holds[name] for name in names if name in holds}


def recognise(texts: Sequence[str]) -> Layout:
    """Return the layout that the header *texts* announce. Raises Malformed, naming the texts nobody knows."""
    plain = [_DROPPED.sub("", text).lower() for text in texts[:_MOST]]
    names = [_NAMES.get(text, "") for text in plain]
    if len(names) == len(_GLOBAL) and all(
        name == known or (not name and known in _INFERRED) for name, known in zip(names, _GLOBAL, strict=True)
    ):
        names = list(_GLOBAL)
    if "总金额" in plain and "settlement_refund_fee" in names:  # older: one refund amount, the one asked for
        names[names.index("settlement_refund_fee")] = "refund_fee"
    kind = _KIND_OF.get(frozenset(names) - _OPTIONAL, "")
    if kind and len(set(names)) == len(texts):
        return Layout(kind, tuple(names), tuple(texts))
    strange = [text for text, name in zip(texts, names, strict=False) if not name]
    raise Malformed(
        f"no statement: its header has unknown columns: {quoted(', '.join(strange))}"
        if strange
        else f"no statement: its header has {len(texts)} columns, no kind has this set: {quoted(', '.join(names))}",
        remedy="check that this is a statement of downloadbill or downloadfundflow, from its first line on",
    )
