"""When: how long an order can be paid, and until and from when it can be refunded and reversed.

No page states a longest time_expire, so none is refused as too late; WeChat Pay's staff advise 7 days at most.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter8_1.shtml
"""

from __future__ import annotations

from datetime import MAXYEAR, datetime, timedelta

from wxpay_v2 import clock
from wxpay_v2.access.rule import Rule
from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.access.rule import Case
    from wxpay_v2.merchant import Merchant

__all__ = ["REVERSE_WAIT", "TIME_EXPIRE", "TIME_START", "check_refund_time", "check_reverse_time", "refund_deadline"]

SHORTEST = timedelta(minutes=1)
REVERSE_WAIT = timedelta(seconds=15)


def _moment(text: str) -> datetime | None:
    try:
        return clock.parse_time(text)
    except Malformed:
        return None  # the row says so


def _expire(case: Case, name: str, text: str) -> Iterator[Fault]:
    end = _moment(text)
    if end is None:
        return
    now = case.now().astimezone(clock.BEIJING)
    if end <= now:
        yield Fault(
            "time_expire.past",
            name,
            f"{name} is past: {_told(end)} in Beijing, where it is {_told(now)}",
            "times are Beijing's (UTC+8); an aware datetime is converted",
        )
    elif end - now < SHORTEST:
        yield Fault(
            "time_expire.too_soon",
            name,
            f"{name} is {_seconds(end - now)} ahead; 1 minute is the least",
            "give 5 minutes or more: except for payment codes, less has been refused",
        )


def _start(case: Case, name: str, text: str) -> Iterator[Fault]:
    start, end = _moment(text), _moment(case.wire.get("time_expire", ""))
    if start is not None and end is not None and start >= end:
        yield Fault(
            "time_start.after_end",
            name,
            f"{name} ({_told(start)}) is not before time_expire ({_told(end)})",
            "both are Beijing's (UTC+8); leave time_start out, or give the time the order was made",
        )


def _expires_later(text: str, now: datetime) -> bool:
    limit = now.astimezone(clock.BEIJING) + SHORTEST
    return len(text) == 14 and text.isdigit() and text > f"{limit:%Y%m%d%H%M%S}"


def _starts_before(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    end = wire.get("time_expire", "")
    return not (text and end) or (len(text) == len(end) == 14 and text < end)


TIME_EXPIRE = Rule(lambda text, wire, merchant, loopback: True, _expire, later=_expires_later)
TIME_START = Rule(_starts_before, _start)


def refund_deadline(paid_at: datetime) -> datetime:
    """Return the time until which a payment can be refunded: one year after *paid_at* (time_end of the order).

    Raises InvalidRequest for a time without a zone. A payment of 29 February counts until 28 February.
    Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter8_4.shtml
    """
    there = _aware(paid_at)
    try:
        return there.replace(year=there.year + 1)
    except ValueError:
        if there.year == MAXYEAR:
            raise InvalidRequest(f"a payment at the end of the calendar: {quoted(paid_at)}") from None
        return there.replace(year=there.year + 1, day=28)


def check_refund_time(paid_at: datetime, now: datetime) -> None:
    """Raise InvalidRequest when a payment of *paid_at* can no longer be refunded."""
    if _aware(now) > refund_deadline(paid_at):
        fault = Fault(
            "refund.too_late",
            "",
            f"the payment of {_told(_aware(paid_at))} is more than one year old and cannot be refunded",
            "pay it back another way",
        )
        raise InvalidRequest(fault, faults=[fault], operation="refund", remedy=fault.remedy)


def check_reverse_time(ordered_at: datetime, now: datetime) -> None:
    """Raise InvalidRequest when an order sent at *ordered_at* cannot be reversed yet: 15 seconds must have passed."""
    left = REVERSE_WAIT - (_aware(now) - _aware(ordered_at))
    if left > timedelta(0):
        fault = Fault(
            "reverse.too_soon",
            "",
            "an order can be reversed 15 seconds after it was sent",
            f"wait {_seconds(left)} more, and query it first",
        )
        raise InvalidRequest(fault, faults=[fault], operation="reverse", remedy=fault.remedy)


def _aware(moment: datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InvalidRequest(f"a time must be an aware datetime, got {quoted(moment)}")
    try:
        return moment.astimezone(clock.BEIJING)
    except OverflowError:
        raise InvalidRequest(f"a datetime outside the calendar of Beijing: {quoted(moment)}") from None


def _told(moment: datetime) -> str:
    return moment.isoformat(" ", "seconds").partition("+")[0]


def _seconds(length: timedelta) -> str:
    whole = -(-length // timedelta(seconds=1))
    return f"{whole} second" if whole == 1 else f"{whole} seconds"
