"""Faults by name: what a network, a proxy or the gateway itself does wrong, as often as a test asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v3 import catalogue as v3_catalogue

__all__ = ["AFTER", "AFTER_V3", "BEFORE", "NAMES", "NOTIFICATION", "Fault", "Faults"]

# Before anything is done: nothing happened, whatever the caller thinks.
BEFORE = {
    "reset": "the connection breaks before the request has an effect",
    "html": "a proxy answers 502 with a page of its own; no effect",
    "system_error": "SYSTEMERROR, signed; no effect",
}
# After a call was carried out and its effect is committed. A refused call does not use one up.
AFTER = {
    "lost_reply": "the effect is committed, then the connection breaks",
    "hang": "the effect is committed, then nothing comes until the caller gives up",
    "system_error_after": "the effect is committed, the answer says SYSTEMERROR",
    "unsigned": "the answer carries no sign",
    "wrong_sign": "the answer carries a wrong sign",
    "truncated": "half of the answer",
    "delay": "the answer comes after `seconds`; may come together with another fault",
}
# The same, of API v3 only.
AFTER_V3 = {
    "probe": "the signature of the answer is a probe: it begins with WECHATPAY/SIGNTEST/ and is wrong",
    "unknown_serial": "the answer is signed with the certificate of somebody else",
    "stale_answer": "the answer was signed 301 seconds ago",
}
PAYER = {
    "user_paying": "quick pay answers USERPAYING, and so do `queries` order queries; then the payer has paid",
    "user_paying_code": "the same, and quick pay of API v3 says it as an error code with status 202",
}
REFUNDS = {
    "refund_abnormal": "the refund does not reach the payer and waits: CHANGE, in API v3 ABNORMAL",
    "refund_closed": "the refund is given up, its money goes back to the merchant: REFUNDCLOSE, in API v3 also CLOSED",
}
NOTIFICATION = {
    "duplicate_notification": "the notification is sent twice",
    "late_notification": "the notification is first sent after `seconds`",
    "forged_notification": "one more comes along, signed or encrypted with another key",
    "no_notification": "the notification is never sent",
    "probe_notification": "of API v3: a probe comes along, whose signature begins with WECHATPAY/SIGNTEST/",
}
NAMES = {**BEFORE, **AFTER, **AFTER_V3, **PAYER, **REFUNDS, **NOTIFICATION}


def _v3_names() -> tuple[str, ...]:
    """Return the names of API v3, of both regions, that API v2 does not have."""
    return tuple(dict.fromkeys(name for names in v3_catalogue.NAMES.values() for name in names))


@dataclass
class Fault:
    """A fault that is set. operation: the operation or the kind of notification it strikes, "" for all.

    times: how often it will still strike. struck: how often it has.
    """

    name: str
    operation: str
    times: int
    seconds: float
    queries: int
    struck: int = 0

    def __str__(self) -> str:
        where = f" of {self.operation}" if self.operation else ""
        return f"{self.name}{where}, {self.times} more: {NAMES[self.name]}"


class Faults:
    """The faults of one gateway, oldest first. Safe for threads.

    ``faults.add("lost_reply", operation="refund")`` strikes the next refund, once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []
        self._here = threading.local()  # .taken: by this thread, within `tentatively`

    def add(
        self, name: str, *, operation: str | None = None, times: int = 1, seconds: float = 0.0, queries: int = 1
    ) -> Fault:
        """Set a fault of `NAMES` and return it.

        operation: a name of the catalogue of API v2 or v3 (one that both have is struck in both), for notifications a
        kind such as "payment"; None for all. times: 1 or more.
        seconds: of delay and late_notification. queries: of user_paying. Raises InvalidRequest, naming what is wrong.
        """
        if name not in NAMES:
            raise InvalidRequest(f"there is no fault {quoted(name)}", remedy=f"there are {', '.join(NAMES)}")
        known = notifications.KINDS if name in NOTIFICATION else (*catalogue.NAMES, *_v3_names())
        if operation is not None and operation not in known:
            raise InvalidRequest(f"{name} does not strike {quoted(operation)}", remedy=f"one of {', '.join(known)}")
        if type(times) is not int or times < 1 or type(queries) is not int or queries < 0:
            raise InvalidRequest("times must be an int from 1, queries one from 0")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < float("inf"):
            raise InvalidRequest(f"seconds must be a number from 0, got {quoted(seconds)}")
        fault = Fault(name, operation or "", times, float(seconds), queries)
        with self._lock:
            self._set.append(fault)
        return fault

    def take(self, operation: str, *names: str) -> Fault | None:
        """Return the oldest fault of *names* that strikes *operation*, and count it; None when there is none."""
        with self._lock:
            for fault in self._set:
                if fault.name in names and fault.operation in ("", operation):
                    fault.times -= 1
                    fault.struck += 1
                    if not fault.times:
                        self._set = [one for one in self._set if one is not fault]
                    getattr(self._here, "taken", []).append(fault)
                    return fault
        return None

    @contextmanager
    def tentatively(self) -> Iterator[None]:
        """Give back what this thread takes within the block when that raises: it will be made again."""
        taken = self._here.taken = []
        try:
            yield
        except BaseException:
            with self._lock:
                for fault in reversed(taken):
                    fault.times, fault.struck = fault.times + 1, fault.struck - 1
                    if not any(one is fault for one in self._set):
                        self._set.insert(0, fault)
            raise
        finally:
            del self._here.taken

    def clear(self) -> None:
        """Remove every fault that is still set."""
        with self._lock:
            self._set.clear()

    def active(self) -> list[Fault]:
        """Return the faults that are still set."""
        with self._lock:
            return list(self._set)
