"""The vocabulary of the rules: what a rule is, and what it is told."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation
    from wxpay_v2.validation import Fault

    Quick = Callable[[str, Mapping[str, str], Merchant, bool], object]
    Explain = Callable[["Case", str, str], Iterable[Fault]]

__all__ = ["Case", "Rule"]


class Case:
    """A request that is looked at: its fields as on the wire, who sends it in which mode, and when.

    mode: the merchant's in the client's region. now: returns the time, aware; called only by rules about time.
    loopback: the gateway is on this machine.
    """

    __slots__ = ("loopback", "merchant", "mode", "now", "operation", "wire")

    def __init__(
        self, operation: Operation, wire: Mapping[str, str], merchant: Merchant, mode: str,
        now: Callable[[], datetime], loopback: bool,
    ) -> None:  # fmt: skip
        self.operation = operation
        self.wire = wire
        self.merchant = merchant
        self.mode = mode
        self.now = now
        self.loopback = loopback


class Rule:
    """One rule of a field.

    fits(text, wire, merchant, loopback): a quick test, true only where there is surely no fault; text is "" for an
    absent field. later(text, now): another quick one, of a field that is given, by the time. explain(case, name, text):
    every fault. applies(operation, mode): asked once for each.
    """

    __slots__ = ("applies", "explain", "fits", "later")

    def __init__(
        self,
        fits: Quick,
        explain: Explain,
        applies: Callable[[Operation, str], bool] = lambda operation, mode: True,
        later: Callable[[str, datetime], bool] | None = None,
    ) -> None:
        self.fits = fits
        self.explain = explain
        self.later = later
        self.applies = applies
