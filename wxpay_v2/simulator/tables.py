"""The tables of the simulator's database. Times are Unix seconds, amounts whole numbers of the smallest unit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "attempts", "balances", "codes", "metadata", "notifications", "orders", "payments", "postings", "records",
    "refunds",
]  # fmt: skip

metadata = MetaData()

_MOMENT = Float(53)


def _number() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


# fields: the request as JSON, without nonce_str, sign and sign_type; what "the same parameters" are compared by.
# queries_left: order queries that still find USERPAYING before the payer pays by himself (fault user_paying).
orders = Table(
    "wxpay_orders",
    metadata,
    _number(),
    Column("mch_id", String(32), nullable=False),
    Column("sub_mch_id", String(32), nullable=False),
    Column("out_trade_no", String(32), nullable=False),
    Column("trade_type", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("total_fee", BigInteger, nullable=False),
    Column("fee_type", String(3), nullable=False),
    Column("sign_type", String(16), nullable=False),
    Column("fields", Text, nullable=False),
    Column("prepay_id", String(64), nullable=False, default=""),
    Column("code_url", String(128), nullable=False, default="", index=True),
    Column("mweb_url", String(256), nullable=False, default=""),
    Column("payer", String(128), nullable=False, default=""),
    Column("wallet", String(16), nullable=False, default=""),
    Column("queries_left", Integer, nullable=False, default=0),
    Column("placed_at", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("reversed_at", _MOMENT),
    Column("refunded", BigInteger, nullable=False, default=0),
    Column("cash_refunded", BigInteger, nullable=False, default=0),
    UniqueConstraint("mch_id", "out_trade_no"),
    Index("wxpay_orders_expiry", "state", "expires_at"),
)

payments = Table(
    "wxpay_payments",
    metadata,
    Column("order_id", ForeignKey(orders.c.id), primary_key=True),  # an order is paid once, whatever the code does
    Column("transaction_id", String(32), nullable=False, unique=True),
    Column("openid", String(128), nullable=False),
    Column("sub_openid", String(128), nullable=False),
    Column("cash_fee", BigInteger, nullable=False),
    Column("cash_fee_type", String(3), nullable=False),
    Column("rate", BigInteger, nullable=False),
    Column("bank_type", String(32), nullable=False),
    Column("paid_at", _MOMENT, nullable=False, index=True),
    Column("coupons", Text, nullable=False, default=""),
)

# coupons: as JSON, what was used of each, or is given back; see discounts.py.
refunds = Table(
    "wxpay_refunds",
    metadata,
    _number(),
    Column("order_id", ForeignKey(orders.c.id), nullable=False, index=True),
    Column("mch_id", String(32), nullable=False),
    Column("out_refund_no", String(64), nullable=False),
    Column("refund_id", String(32), nullable=False, unique=True),
    Column("refund_fee", BigInteger, nullable=False),
    Column("cash_refund_fee", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("fields", Text, nullable=False),
    Column("taken_at", _MOMENT, nullable=False, index=True),
    Column("due_at", _MOMENT, nullable=False),
    Column("succeeded_at", _MOMENT),
    Column("coupons", Text, nullable=False, default=""),
    UniqueConstraint("mch_id", "out_refund_no"),
    Index("wxpay_refunds_due", "status", "due_at"),
)

codes = Table(
    "wxpay_payment_codes",
    metadata,
    Column("auth_code", String(32), primary_key=True),
    Column("wallet", String(16), nullable=False),
    Column("payer", String(64), nullable=False),
    Column("needs_password", Boolean, nullable=False),
    Column("refuses", String(32), nullable=False),
    Column("balance", BigInteger),
    Column("expires_at", _MOMENT, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
    Column("claimed_by", String(32), nullable=False, default=""),
)

# What families beside orders and refunds keep: see records.py. reference: the gateway's own number, where it has one.
records = Table(
    "wxpay_records",
    metadata,
    _number(),
    Column("kind", String(32), nullable=False),
    Column("mch_id", String(32), nullable=False),
    Column("number", String(128), nullable=False),
    Column("reference", String(128)),
    Column("parent", String(128), nullable=False, default=""),
    Column("state", String(32), nullable=False),
    Column("data", Text, nullable=False),
    Column("created", _MOMENT, nullable=False),
    Column("changed", _MOMENT, nullable=False),
    Column("due_at", _MOMENT),
    Column("revision", Integer, nullable=False, default=0),
    UniqueConstraint("kind", "mch_id", "number"),
    UniqueConstraint("kind", "reference"),
    Index("wxpay_records_parent", "kind", "parent"),
    Index("wxpay_records_due", "due_at"),
    Index("wxpay_records_due_of", "kind", "due_at"),
)

# Every movement of money: out of one account, into another. order_id, record_id: what it was for.
postings = Table(
    "wxpay_postings",
    metadata,
    _number(),
    Column("kind", String(32), nullable=False),
    Column("order_id", ForeignKey(orders.c.id), index=True),
    Column("record_id", ForeignKey(records.c.id), index=True),
    Column("source", String(192), nullable=False),
    Column("target", String(192), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("moved_at", _MOMENT, nullable=False),
)

# What the postings of a merchant's own accounts come to: see funds.py.
balances = Table(
    "wxpay_balances",
    metadata,
    Column("mch_id", String(32), primary_key=True),
    Column("account", String(32), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

notifications = Table(
    "wxpay_notifications",
    metadata,
    _number(),
    Column("kind", String(32), nullable=False),
    Column("mch_id", String(32), nullable=False),
    Column("out_trade_no", String(32), nullable=False),
    Column("out_refund_no", String(64), nullable=False, default=""),
    Column("url", String(512), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("forged", Boolean, nullable=False, default=False),
    Column("protocol", String(16), nullable=False, default="v2"),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("queued_at", _MOMENT, nullable=False),
    Column("next_at", _MOMENT, index=True),
)

attempts = Table(
    "wxpay_notification_attempts",
    metadata,
    _number(),
    Column("notification_id", ForeignKey(notifications.c.id), nullable=False, index=True),
    Column("made_at", _MOMENT, nullable=False),
    Column("status", Integer),
    Column("answer", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
