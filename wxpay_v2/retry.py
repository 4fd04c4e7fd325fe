"""What may be repeated, how often, after how long, on which host (threats: section 6).

Reads are repeated after any failure; calls with the same number are repeated byte for byte; quick pay and whatever is
not classified only when nothing left this machine. A bucket keeps a failing gateway from being hit harder, and one
deadline covers all attempts.
"""

from __future__ import annotations

from wxpay_v2 import telemetry
from wxpay_v2.call import Pause
from wxpay_v2.call import unknown as unknown_outcome
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, WXPayError
from wxpay_v2.operation import HOSTS, ONCE, READ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from wxpay_v2.call import Call, Request, Response
    from wxpay_v2.operation import BaseOperation

    T = TypeVar("T")

__all__ = ["Hosts", "Retry", "Routes"]


class Hosts:
    """One host and its reserves. A failed one is left alone until it had 60 s to recover.

    Reads leave a host after any failure that time may heal; everything else only once a host could not be reached,
    for what was not sent cannot have been taken in. now: monotonic seconds.
    """

    HEALTH_SECONDS = 60.0

    def __init__(self, hosts: Sequence[str], now: Callable[[], float]) -> None:
        if not hosts:
            raise ConfigurationError("there is no host to call")
        self._hosts = tuple(hosts)
        self._now = now
        # For reads, and for the rest: which host serves, and since when the one before it is known to fail.
        self._turns = {True: (0, 0.0), False: (0, 0.0)}

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, the first one first."""
        return self._hosts

    def current(self, *, reading: bool = False) -> str:
        """Return the host to call now, e.g. ``https://apihk.mch.weixin.qq.com``."""
        number, failed_at = self._turns[reading]
        if number and self._now() - failed_at >= self.HEALTH_SECONDS:
            number = 0
            self._turns[reading] = (0, failed_at)
            telemetry.emit("host.restored", {"host": self._hosts[0], "for_reads_only": reading})
        return self._hosts[number]

    def failed(self, host: str, *, sent: bool = False) -> None:
        """Take note that *host* failed: the next one is asked from now on, by reads alone if the request was sent."""
        for reading in (True,) if sent else (True, False):
            number, _ = self._turns[reading]
            if host == self._hosts[number] and len(self._hosts) > 1:
                number = (number + 1) % len(self._hosts)
                self._turns[reading] = (number, self._now())
                told = {"host": host, "reserve": self._hosts[number], "for_reads_only": reading}
                telemetry.emit("host.changed" if number else "host.restored", told)


class Routes:
    """Which hosts serve an operation: its region's, or the row's own. One health for each set of addresses.

    region: "global" or "mainland". base_url: the gateway of every operation instead, "" for none.
    """

    def __init__(self, region: str, now: Callable[[], float], base_url: str = "") -> None:
        self.region = region
        self._now = now
        self._everywhere = Hosts((base_url,), now) if base_url else None
        self._sets: dict[tuple[str, ...], Hosts] = {}

    @property
    def addresses(self) -> tuple[str, ...]:
        """The hosts of every operation whose row names none."""
        return self._everywhere.all if self._everywhere is not None else HOSTS[self.region]

    def hosts(self, operation: BaseOperation) -> Hosts:
        """Return the hosts of *operation*, the first one first."""
        if self._everywhere is not None:
            return self._everywhere
        found = self._sets.get(operation.hosts)
        if found is None:
            ours = HOSTS[self.region]
            elsewhere = {host for region in HOSTS.values() for host in region}
            # A row names the hosts of every region that serves it, or hosts of its own.
            named = [host for host in operation.hosts if host in ours] or [
                host for host in operation.hosts if host not in elsewhere
            ]
            found = self._sets.setdefault(operation.hosts, Hosts(named or operation.hosts or ours, self._now))
        return found


class Retry:
    """The rules of one client, shared by its calls.

    attempts: at most this many per call (1 switches repetition off). total: seconds for all of them together.
    connect, read: seconds for one attempt; a read given here wins over the operation's own (30 s for quick pay), by
    default it is the operation's or 10 s. now: monotonic seconds. random: a number in [0, 1), for full jitter.
    region: for spans. failed: told every failed attempt.
    Raises ConfigurationError for a limit that is not a positive finite number.
    """

    BUCKET = 100
    COST, COST_TIMEOUT, GAIN = 5, 10, 1
    BASE_SECONDS, MAX_SECONDS = 0.5, 5.0
    READ_SECONDS = 10.0

    def __init__(
        self,
        now: Callable[[], float],
        random: Callable[[], float],
        *,
        attempts: int = 3,
        connect: float = 3.0,
        read: float | None = None,
        total: float = 15.0,
        region: str = "",
        failed: Callable[[Request, WXPayError], None] | None = None,
    ) -> None:
        limits = (("connect", connect), ("read", self.READ_SECONDS if read is None else read), ("total", total))
        for name, seconds in limits:
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= 600:
                raise ConfigurationError(f"the {name} timeout must be seconds, above 0 and at most 600")
        if type(attempts) is not int or not 1 <= attempts <= 3:
            raise ConfigurationError("attempts must be 1, 2 or 3")
        self._now = now
        self._random = random
        self._tokens = float(self.BUCKET)
        self._failed = failed
        self.attempts = attempts
        self.connect = connect
        self.read = read
        self.total = total
        self.region = region

    def carry(self, request: Request, open_reply: Callable[[Request, Response], T], hosts: Hosts) -> Call[T]:
        """Yield *request* to the transport, read the reply, and repeat where that is safe.

        open_reply judges a response: it returns the result or raises. The bytes never change between attempts.
        """
        watch = telemetry.Watch(request, self.region, self._now)
        try:
            result = yield from self._attempts(request, open_reply, hosts, watch)
        except BaseException as error:  # an interruption as well: the request may be on its way
            watch.failed(error)
            raise
        watch.answered()
        return result

    def _attempts(
        self, request: Request, open_reply: Callable[[Request, Response], T], hosts: Hosts, watch: telemetry.Watch
    ) -> Call[T]:
        operation = request.operation
        reading = operation is not None and operation.repeat == READ
        read = self.read or (operation.read_timeout if operation is not None else None) or self.READ_SECONDS
        deadline = self._now() + max(self.total, read + self.connect)
        paid = 0.0
        unknown: OutcomeUnknown | None = None  # an earlier attempt may have arrived, whatever the later ones say
        host = hosts.current(reading=reading)
        while True:
            share = min(1.0, max(deadline - self._now(), 0.001) / (self.connect + read))
            sent = request.sent_to(host, (self.connect * share, read * share))
            try:
                result = yield from self._attempt(sent, open_reply, watch)
            except Refused as error:
                self._tell(sent, error)
                if unknown is not None and operation is not None and operation.moves_money:
                    raise unknown from error  # this attempt was refused; the earlier one may have been taken in
                raise
            except (NotSent, OutcomeUnknown) as error:
                self._tell(sent, error)
                if isinstance(error, OutcomeUnknown):
                    unknown = error
                transient = self._transient(error)
                if transient and (isinstance(error, NotSent) or reading):
                    hosts.failed(host, sent=not isinstance(error, NotSent))
                    host = hosts.current(reading=reading)
                cost = self.COST_TIMEOUT if getattr(error, "phase", "") == "read" else self.COST
                pause = self._random() * min(self.MAX_SECONDS, self.BASE_SECONDS * 2**watch.attempts)
                if (
                    watch.attempts >= self.attempts
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
                watch.retried(error, pause)
                yield Pause(pause)
            else:
                self._tokens = min(self.BUCKET, self._tokens + (paid or self.GAIN))
                return result

    def _tell(self, sent: Request, error: WXPayError) -> None:
        if self._failed is not None:
            self._failed(sent, error)

    @staticmethod
    def _attempt(sent: Request, open_reply: Callable[[Request, Response], T], watch: telemetry.Watch) -> Call[T]:
        watch.sent(sent)
        token = watch.current()
        try:
            response = yield sent
        except (WXPayError, AssertionError):  # ours, or a test's own
            raise
        except Exception as error:  # of somebody else's transport: what its own kinds mean nobody knows here
            raise unknown_outcome(sent, f"the transport failed ({type(error).__name__})", phase="read") from error
        finally:
            watch.release(token)
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
