"""The states of an order and what leads from one to the next: one table, and the refusal of everything else."""

from __future__ import annotations

from wxpay_v2.errors import WXPayError

__all__ = [
    "CHANGE", "CLOSED", "DESCRIPTIONS", "EVENTS", "NOTPAY", "PAID", "PAYERROR", "PROCESSING", "REFUND", "REFUNDCLOSE",
    "REVOKED", "STATES", "SUCCESS", "TRANSITIONS", "USERPAYING", "IllegalTransition", "NotPayable",
]  # fmt: skip

NOTPAY, USERPAYING, SUCCESS, REFUND = "NOTPAY", "USERPAYING", "SUCCESS", "REFUND"
CLOSED, REVOKED, PAYERROR = "CLOSED", "REVOKED", "PAYERROR"

STATES = (NOTPAY, USERPAYING, SUCCESS, REFUND, CLOSED, REVOKED, PAYERROR)
PAID = (SUCCESS, REFUND)

# Of a refund, in the words of API v2.
PROCESSING, CHANGE, REFUNDCLOSE = "PROCESSING", "CHANGE", "REFUNDCLOSE"

DESCRIPTIONS = {
    NOTPAY: "订单未支付",
    USERPAYING: "用户支付中，需要输入密码",
    SUCCESS: "支付成功",
    REFUND: "订单发生过退款，退款详情请查询退款单",
    CLOSED: "订单已关闭",
    REVOKED: "订单已撤销",
    PAYERROR: "支付失败，请重新下单支付",
}

# (event, state before, state after). An order begins as NOTPAY. REVOKED and PAYERROR are states of quick pay only.
TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("ask_password", NOTPAY, USERPAYING),
    ("pay", NOTPAY, SUCCESS),
    ("pay", USERPAYING, SUCCESS),
    ("cancel", USERPAYING, NOTPAY),
    ("decline", USERPAYING, PAYERROR),
    ("close", NOTPAY, CLOSED),
    ("expire", NOTPAY, CLOSED),
    ("expire", USERPAYING, CLOSED),
    ("give_up", USERPAYING, REVOKED),  # the gateway itself, 45 s after the quick pay
    ("reverse", USERPAYING, REVOKED),
    ("reverse", PAYERROR, REVOKED),
    ("reverse", SUCCESS, REVOKED),
    ("refund", SUCCESS, REFUND),
    ("refund", REFUND, REFUND),
    ("keep_refunds", REFUND, REFUND),  # one of several refunds was closed
    ("lose_refunds", REFUND, SUCCESS),  # the only refund was closed
)

# event -> (states it may come in, the one state it leads to), so that a transition is one conditional UPDATE
EVENTS: dict[str, tuple[tuple[str, ...], str]] = {
    event: (tuple(before for name, before, _ in TRANSITIONS if name == event), after) for event, _, after in TRANSITIONS
}


class IllegalTransition(Exception):
    """An event that the order's state does not admit, or another worker was first. Stays inside the simulator."""


class NotPayable(WXPayError):
    """The payer cannot do this with the order; `reason` says why."""

    @property
    def reason(self) -> str:
        return self.message
