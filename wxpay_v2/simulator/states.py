"""The states of an order and what leads from one to the next: one table, and the refusal of everything else."""

from __future__ import annotations

from wxpay_v2.errors import WXPayError

__all__ = [
    "CLOSED", "EVENTS", "NOTPAY", "PAID", "PAYERROR", "REFUND", "REVOKED", "STATES", "SUCCESS", "TRANSITIONS",
    "USERPAYING", "IllegalTransition", "NotPayable",
]  # fmt: skip

NOTPAY, USERPAYING, SUCCESS, REFUND = "NOTPAY", "USERPAYING", "SUCCESS", "REFUND"
CLOSED, REVOKED, PAYERROR = "CLOSED", "REVOKED", "PAYERROR"

STATES = (NOTPAY, USERPAYING, SUCCESS, REFUND, CLOSED, REVOKED, PAYERROR)
PAID = (SUCCESS, REFUND)

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
