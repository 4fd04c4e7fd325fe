"""What may be repeated, how often, after how long, on which host (threats: section 6).

Reads are repeated after any failure; calls with the same number are repeated byte for byte; quick pay and whatever is
not classified only when nothing left this machine. A bucket keeps a failing gateway from being hit harder, and one
deadline covers all attempts.
"""

from __future__ import annotations

from wxpay_v2.call import Pause
from wxpay_v2.call import unknown as unknown_outcome
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.operation import ONCE, READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from wxpay_v2.call import Call, Request, Response

    T = TypeVar("T")

__all__ = ["Hosts", "Retry"]


class Hosts:
    """The first host and its reserves. After a failure the next one serves until the first had 60 s to recover.

    now: monotonic seconds.
    """

    HEALTH_SECONDS = 60.0

    def __init__(self, hosts: Sequence[str], now: Callable[[], float]) -> None:
        if not hosts:
            raise ConfigurationError("there is no host to call")
        self._hosts = tuple(hosts)
        self._now = now
        self._current = 0
        self._failed_at = 0.0

    def current(self) -> str:
        """Return the host to call now, e.g. ``https://apihk.mch.weixin.qq.com``."""
        if self._current and self._now() - self._failed_at >= self.HEALTH_SECONDS:
            self._current = 0
        return self._hosts[self._current]

    def failed(self, host: str) -> None:
        """Take note that *host* failed; the next one is asked from now on."""
        if host == self._hosts[self._current]:
            self._current = (self._current + 1) % len(self._hosts)
            self._failed_at = self._now()


class Retry:
    """The rules of one client, shared by its calls.

    attempts: at most this many per call (1 switches repetition off). total: seconds for all of them together.
    connect, read: seconds for one attempt. now: monotonic seconds. random: a number in [0, 1), for full jitter.
    Raises ConfigurationError for a limit that is not a positive finite number.
    """

    BUCKET = 100
    COST, COST_TIMEOUT, GAIN = 5, 10, 1
    BASE_SECONDS, MAX_SECONDS = 0.5, 5.0

    def __init__(
        self,
        now: Callable[[], float],
        random: Callable[[], float],
        *,
        attempts: int = 3,
        connect: float = 3.0,
        read: float = 10.0,
        total: float = 15.0,
    ) -> None:
        for name, seconds in (("connect", connect), ("read", read), ("total", total)):
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= 600:
                raise ConfigurationError(f"the {name} timeout must be seconds, above 0 and at most 600")
        if type(attempts) is not int or not 1 <= attempts <= 3:
            raise ConfigurationError("attempts must be 1, 2 or 3")
        self._now = now
        self._random = random
        self._tokens = float(self.BUCKET)
        self.attempts = attempts
        self.connect = connect
        self.read = read
        self.total = total

    def carry(self, request: Request, open_reply: Callable[[Request, Response], T], hosts: Hosts) -> Call[T]:
        """Yield *request* to the transport, read the reply, and repeat where that is safe.

        open_reply judges a response: it returns the result or raises. The bytes never change between attempts.
        """
        operation = request.operation
        read = (operation.read_timeout if operation is not None else None) or self.read
        deadline = self._now() + max(self.total, read + self.connect)
        attempt, paid = 0, 0.0
        unknown: OutcomeUnknown | None = None  # an earlier attempt may have arrived, whatever the later ones say
        host = hosts.current()
        while True:
            share = min(1.0, max(deadline - self._now(), 0.001) / (self.connect + read))
            sent = request.sent_to(host, (self.connect * share, read * share))
            try:
                result = yield from self._attempt(sent, open_reply)
            except Refused as error:
                if unknown is not None and operation is not None and operation.moves_money:
                    raise unknown from error  # this attempt was refused; the earlier one may have been taken in
                raise
            except (NotSent, OutcomeUnknown) as error:
                if isinstance(error, OutcomeUnknown):
                    unknown = error
                transient = self._transient(error)
                if transient and (isinstance(error, NotSent) or (operation is not None and operation.repeat == READ)):
                    hosts.failed(host)
                    host = hosts.current()
                attempt += 1
                cost = self.COST_TIMEOUT if getattr(error, "phase", "") == "read" else self.COST
                pause = self._random() * min(self.MAX_SECONDS, self.BASE_SECONDS * 2**attempt)
                if (
                    attempt >= self.attempts
                    or not transient
                    or not self._repeatable(request, error)
                    or self._tokens < cost
                    or self._now() + pause >= deadline
                ):
                    if unknown is not None and unknown is not error:
                        raise unknown from error
                    raise
                self._tokens -= cost
                paid += cost
                yield Pause(pause)
            else:
                self._tokens = min(self.BUCKET, self._tokens + (paid or self.GAIN))
                return result

    @staticmethod
    def _attempt(sent: Request, open_reply: Callable[[Request, Response], T]) -> Call[T]:
        try:
            response = yield sent
        except (WXPayError, AssertionError):  # ours, or a test's own
            raise
        except Exception as error:  # of somebody else's transport: what its own kinds mean nobody knows here
            raise unknown_outcome(sent, f"the transport failed ({type(error).__name__})", phase="read") from error
        if response is None:
            raise unknown_outcome(sent, "the transport gave no response")
        return open_reply(sent, response)

    @staticmethod
    def _transient(error: WXPayError) -> bool:
        """Failures that time may heal; a bad signature or a foreign page will not heal in half a second."""
        if isinstance(error, OutcomeUnknown):
            if error.phase == "status":
                return error.response is not None and error.response.status >= 500
            return error.phase == "read" or error.may_repeat
        return type(error) is NotSent  # not its kinds: bad input stays bad

    @staticmethod
    def _repeatable(request: Request, error: WXPayError) -> bool:
        if isinstance(error, NotSent):
            return True
        return request.operation is not None and request.operation.repeat != ONCE
