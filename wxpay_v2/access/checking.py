"""One check of a request before it is sent: the operation's rows, its mode and region, and the rules of its fields."""

from __future__ import annotations

from functools import lru_cache

from wxpay_v2.access import modes
from wxpay_v2.access.amounts import CURRENCY, REFUND_FEE, TOTAL_FEE
from wxpay_v2.access.jsapi_path import PAYMENT_DIRECTORY
from wxpay_v2.access.notify_url import NOTIFY_URL
from wxpay_v2.access.payer import AUTH_CODE, IP, OPENID, SUB_OPENID, TRADE_TYPE
from wxpay_v2.access.rule import Case
from wxpay_v2.access.scene import SCENE_INFO
from wxpay_v2.access.windows import TIME_EXPIRE, TIME_START
from wxpay_v2.validation import CHARACTERS, Rows, invalid, with_types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from wxpay_v2.access.rule import Rule
    from wxpay_v2.errors import InvalidRequest
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation
    from wxpay_v2.validation import Fault

__all__ = ["RULES", "check"]

RULES: dict[str, Rule] = {
    "auth_code": AUTH_CODE,
    "currency": CURRENCY,
    "ip": IP,
    "notify_url": NOTIFY_URL,
    "openid": OPENID,
    "payment_directory": PAYMENT_DIRECTORY,
    "refund_fee": REFUND_FEE,
    "scene_info": SCENE_INFO,
    "sub_openid": SUB_OPENID,
    "time_expire": TIME_EXPIRE,
    "time_start": TIME_START,
    "total_fee": TOTAL_FEE,
    "trade_type": TRADE_TYPE,
}
"""What `Field.rule` may name."""


def check(
    operation: Operation,
    wire: Mapping[str, str],
    *,
    merchant: Merchant,
    region: str,
    now: Callable[[], datetime],
    found: Mapping[str, str] | None = None,
    loopback: bool = False,
) -> None:
    """Raise InvalidRequest with every fault of *wire*, the fields as they would be sent, or return when there is none.

    now: returns the time as an aware datetime; called only where a rule about time applies. found: the faults of
    `validation.wire_fields`. loopback: the gateway is on this machine (the simulator, a sidecar), so that addresses
    of this machine and its network can be notified.
    """
    mode = merchant.mode_in(region)
    plan = _planned(operation, mode, region)
    if not found and plan.fit(wire, merchant, loopback, now):
        return
    error = plan.refusal(Case(operation, wire, merchant, mode, now, loopback), found)
    if error is not None:
        del wire, found  # a crash report prints this frame's locals, and these may hold a payment code
        raise error


class _Plan:
    """What to look at for one operation, access mode and region."""

    __slots__ = ("_foreign", "_later", "_mch_id", "_rows", "_rules", "_unavailable")

    def __init__(self, operation: Operation, mode: str, region: str) -> None:
        self._rows = Rows(operation, mode, region)
        self._unavailable = tuple(modes.unavailable(operation, mode, region))
        self._foreign = frozenset(row.name for row in operation.request if row.modes and mode not in row.modes)
        self._mch_id = operation.ids.get("mch_id", "")
        self._rules = tuple(
            (row.name, rule.fits, rule)
            for row in operation.request
            if (rule := RULES.get(row.rule)) is not None and rule.applies(operation, mode)
        )
        self._later = tuple((name, rule.later) for name, _, rule in self._rules if rule.later is not None)

    def fit(self, wire: Mapping[str, str], merchant: Merchant, loopback: bool, now: Callable[[], datetime]) -> bool:
        """Return True when there is surely no fault; False asks for a closer look."""
        if self._unavailable or not self._rows.fit(wire) or (self._foreign and not self._foreign.isdisjoint(wire)):
            return False
        if wire.get(self._mch_id, merchant.mch_id) != merchant.mch_id:
            return False
        for name, fits, _ in self._rules:
            if not fits(wire.get(name, ""), wire, merchant, loopback):
                return False
        return all(name not in wire or later(wire[name], now()) for name, later in self._later)

    def refusal(self, case: Case, found: Mapping[str, str] | None) -> InvalidRequest | None:
        """Return the error that names every fault, None when the closer look finds none."""
        told = [*self._unavailable, *modes.foreign(case, self._foreign, self._mch_id)]
        of_rules = [
            fault
            for name, fits, rule in self._rules
            if rule.later or not fits(case.wire.get(name, ""), case.wire, case.merchant, case.loopback)
            for fault in rule.explain(case, name, case.wire.get(name, ""))
        ]
        of_rows = [] if self._rows.fit(case.wire) else self._rows.faults(case.wire)
        told += with_types(found, _merged(of_rows, of_rules))
        return invalid(case.operation, told) if told else None


def _merged(of_rows: list[Fault], of_rules: list[Fault]) -> list[Fault]:
    """Return both. A rule knows better than a row what is wrong with a value, or why it is needed."""
    spoilt = {fault.field for fault in of_rows if fault.rule == CHARACTERS}
    better = [fault for fault in of_rules if fault.field not in spoilt]
    ruled = {name for fault in better for name in fault.field.split(" or ")}
    return [*(fault for fault in of_rows if ruled.isdisjoint(fault.field.split(" or "))), *better]


_planned = lru_cache(maxsize=512)(_Plan)
