"""Gradual: which protocol a call takes, while a merchant moves from API v2 to API v3.

An order stays with the protocol that made it. Which one that is, is written down before the first byte leaves, and what
is written down wins over every later percentage; whatever belongs to the order follows it. `choices` has the rules.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter, OrderedDict, deque
from functools import partial

from wxpay_v2 import telemetry
from wxpay_v2.call import Request, Work
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, Refused, WXPayError, quoted
from wxpay_v2.operation import READ
from wxpay_v2.upgrade.answer import UpgradedFields
from wxpay_v2.upgrade.cashiers import Cashiers
from wxpay_v2.upgrade.catalogue import CARRIED
from wxpay_v2.upgrade.choices import ALLOWED, FALLBACK, HELD, NOT_CARRIED, Choice, Chooser, Turn, follows, store_failed
from wxpay_v2.upgrade.origins import V2, V3, MemoryOrigins
from wxpay_v2.upgrade.shares import ORDERS, READS, Shares, Switch, place_of
from wxpay_v2.v3.account import V3Account

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeVar

    from wxpay_v2.call import Call
    from wxpay_v2.clock import Clock
    from wxpay_v2.operation import Operation
    from wxpay_v2.result import Result
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.upgrade.origins import Key, Record, Store
    from wxpay_v2.upgrade.protocol import Protocol
    from wxpay_v2.v2.cashier import Cashier
    from wxpay_v2.v2.notification import Event, Reply
    from wxpay_v2.v2.protocol import Protocol as V2Protocol
    from wxpay_v2.v2.signature import Signer

    T = TypeVar("T")
    Percent = float | Mapping[str, float] | Callable[[], float | Mapping[str, float]] | str | os.PathLike[str]

__all__ = ["Gradual", "Turns"]

NEITHER = "neither"

_KEPT = 10_000
_PREPAY_SECONDS = 7200.0 + 600.0


class Gradual:
    """How a merchant moves to API v3 step by step: ``Client(merchant, upgrade=Gradual(account, percent=5, ...))``.

    account: a V3Account. percent: of each family of calls, 0 to 100; see `wxpay_v2.upgrade.shares.Shares`. Families:
    "orders" (unified_order, micropay, combined_order), "reads", "refunds" (of payments made over v2; those of v3 always
    go over v3), "others". allow: prefixes of order numbers that go over v3 whatever the percentage. allow_sub_mch_ids:
    sub-merchants that do. store: a `wxpay_v2.upgrade.origins.Origins` that all workers share; without one a memory,
    which is right for one process that never restarts. switch: a callable, or the path of a file, that sends new orders
    over v2 while it is true, or there. Neither it nor a callable percent may wait. fallback: whether a new order that
    API v3 cannot carry, or that could not be sent, takes v2.

    Safe for threads; may be given to several clients. Raises ConfigurationError.
    """

    def __init__(
        self,
        account: V3Account,
        *,
        percent: Percent = 0,
        allow: Iterable[str] = (),
        allow_sub_mch_ids: Iterable[str] = (),
        store: Store | None = None,
        switch: Callable[[], object] | str | os.PathLike[str] | None = None,
        fallback: bool = True,
    ) -> None:
        if not isinstance(account, V3Account):
            raise ConfigurationError(f"account must be a V3Account, got {type(account).__name__}")
        missing = [name for name in ("claim", "find", "move", "note") if not callable(getattr(store, name, None))]
        if store is not None and missing:
            raise ConfigurationError(
                f"store must be a store of origins, got {type(store).__name__}, which has no {missing[0]}",
                remedy="give wxpay_v2.upgrade.origins.Origins('sqlite:///shop.db')",
            )
        if type(fallback) is not bool:
            raise ConfigurationError(f"fallback must be True or False, got {quoted(fallback)}")
        self.account = account
        self.allow = _texts("allow", allow)
        self.allow_sub_mch_ids = _texts("allow_sub_mch_ids", allow_sub_mch_ids)
        self.store: Store = store if store is not None else MemoryOrigins()
        self.fallback = fallback
        self._shares = Shares(percent)
        self._switch = Switch(switch)
        alone = store is None and self._switch.absent and not (self.allow or self.allow_sub_mch_ids)
        self._only = {0.0: V2, 100.0: V3}.get(float(self._shares.fixed), "") if alone else ""  # made all there is
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._known: OrderedDict[Key, tuple[str, float]] = OrderedDict()
        self._unwritten: deque[Record] = deque(maxlen=_KEPT)
        self._turn = threading.Lock()

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Return how many calls ended how: {(operation, protocol, outcome): number}.

        protocol: "v2", "v3", or "neither" when none could be chosen. outcome: "done", "refused", "not_sent", "unknown",
        "held" (by the switch), or "fell_back" (from v3, nothing sent; counted once more over v2).
        """
        with self._turn:
            return dict(self._counts)

    def thrown(self) -> bool:
        """Return whether the switch sends new orders over v2 now."""
        return self._switch.thrown()

    def count(self, operation: str, protocol: str, outcome: str) -> None:
        """Count one call."""
        with self._turn:
            self._counts[operation, protocol, outcome] += 1

    def share(self, family: str, mch_id: str, fields: Mapping[str, str], number: str, now: float) -> tuple[str, str]:
        """Return the protocol that a call of no known origin takes, and why."""
        if family in (ORDERS, READS) and (
            any(number.startswith(prefix) for prefix in self.allow)
            or fields.get("sub_mch_id") in self.allow_sub_mch_ids
        ):
            return V3, ALLOWED
        percent = self._shares.at(now)[family]
        return (V3 if place_of(family, mch_id, number) < percent else V2), "percent"

    # What is known of numbers.

    def find(self, keys: Sequence[Key], now: float) -> dict[Key, str]:
        """Return the protocols of the known ones among *keys*. Waits for the store; raises whatever it raises."""
        found: dict[Key, str] = {}
        for key in keys:
            kept = self._known.get(key)
            if kept is not None and not 0 < kept[1] <= now:
                found[key] = kept[0]
        asked = [key for key in keys if key not in found]
        return {**self.store.find(asked), **found} if asked else found

    def learn(self, records: Iterable[Record], now: float) -> list[Record]:
        """Keep *records*, which no call can contradict, in memory; return those that the store should be told."""
        with self._turn:
            new = [record for record in records if record[0] not in self._known and _storable(record[0][2])]
            for key, protocol, lasts in new:
                self._known[key] = (protocol, now + lasts if lasts else 0.0)
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return new

    def write(self, records: Sequence[Record] = ()) -> None:
        """Tell the store *records*, and what could not be told it before. What fails is told in the log."""
        with self._turn:
            waiting = [*self._unwritten, *records]
            self._unwritten.clear()
        if not waiting:
            return
        try:
            self.store.note(waiting)
        except Exception as error:
            self._unwritten.extend(waiting)
            telemetry.emit("upgrade.not_recorded", {"reason": type(error).__name__, "records": len(waiting)})

    def write_later(self, records: Iterable[Record]) -> None:
        """Have the next call tell the store *records*."""
        self._unwritten.extend(records)

    def protocol_of(self, prepay_id: str, mch_id: str, now: float) -> str:
        """Return the protocol that made *prepay_id*. Raises InvalidRequest when nobody knows."""
        key = (mch_id, "prepay_id", prepay_id)
        try:
            found = self.find([key], now).get(key, self._only)
        except WXPayError:
            raise
        except Exception as error:
            raise store_failed(error) from error
        if found not in (V2, V3):
            raise InvalidRequest(
                "nobody knows over which protocol this prepay_id was made, so it cannot be signed",
                remedy="give the Result of unified_order itself, or share one store between the workers; a prepay_id "
                "lives 2 hours",
            )
        return found

    def __repr__(self) -> str:
        return f"<Gradual {self.store!r}>"


class Turns:
    """Makes calls by one protocol or the other; answers what `wxpay_v2.v2.protocol.Protocol` answers."""

    def __init__(self, gradual: Gradual, v2: V2Protocol, upgraded: Protocol, clock: Clock) -> None:
        self.gradual = gradual
        self.v2 = v2
        self.upgraded = upgraded
        self.merchant = v2.merchant
        self._time = clock.time
        self._chooser = Chooser(gradual, v2.merchant.mch_id, self._translate, clock.time, clock.monotonic)

    @property
    def signer(self) -> Signer:
        return self.v2.signer

    def prepare(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Turn | Request:
        """Return what `carry` takes. Raises InvalidRequest when v2's own rules refuse the fields."""
        kept = operation.name in self.gradual.account.over_v2
        if kept or not (operation.name in CARRIED or follows(operation)):
            return self.v2.prepare(operation, fields, nonce)
        wire, _ = self.v2.wire(operation, fields, nonce)
        return Turn(operation, fields, nonce, wire)

    def _translate(self, turn: Turn) -> Any:
        return self.upgraded.prepare(turn.operation, turn.given, turn.nonce)

    def check_certificate(self, operation: Operation) -> None:
        """Raise ConfigurationError when *operation* needs a certificate over v2, which it may take, and has none."""
        self.v2.check_certificate(operation)

    def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event:
        """Return the verified Event in *body*, of either protocol. A payment's tells where its order was made."""
        event = self.upgraded.open_notification(body, headers)
        if event.kind == "payment" and isinstance(event.fields, UpgradedFields):
            told = [(name, dict.get(event.fields, name) or "") for name in ("transaction_id", "out_trade_no")]
            paid_by, order = ((self._chooser.key(name, number), V3, 0.0) for name, number in told)
            new = self.gradual.learn([paid_by], self._time())
            if new and _storable(order[0][2]):
                new.append(order)  # for the store alone, whose own record wins
            # An event loop does not wait for a disk: the next call, which does, brings it along.
            (self.gradual.write_later if _in_event_loop() else self.gradual.write)(new)
        return event

    def refusal(self, body: bytes, message: str) -> Reply:
        """Return the answer to a notification that is not believed."""
        return self.upgraded.refusal(body, message)

    def cashier(self, v2: Cashier, v3: Any) -> Any:
        """Return the cashier that signs each order by the protocol that made it."""
        mch_id = self.merchant.mch_id
        return Cashiers(v2, v3, lambda prepay_id: self.gradual.protocol_of(prepay_id, mch_id, self._time()))

    def carry(self, prepared: Turn | Request, retry: Retry, routes: Routes) -> Call[Result]:
        """Return the call as a generator of requests, pauses and work; see `wxpay_v2.call`."""
        if isinstance(prepared, Request):
            operation: Any = prepared.operation
            _tell(operation, V2, NOT_CARRIED, prepared.fields)
            return (yield from self._counted(operation, V2, self.v2.carry(prepared, retry, routes)))
        try:
            choice = yield from self._chooser.choose(prepared)
        except NotSent:
            self.gradual.count(prepared.operation.name, NEITHER, "not_sent")
            raise
        _tell(prepared.operation, choice.protocol, choice.reason, prepared.fields)
        if choice.reason == HELD:
            self.gradual.count(prepared.operation.name, V3, "held")
            raise _held(prepared.operation)
        if choice.protocol == V3:
            try:
                return (yield from self._over_v3(prepared, choice, retry, routes))
            except _FellBack:
                _tell(prepared.operation, V2, FALLBACK, prepared.fields)
        call = self._counted(prepared.operation, V2, self._over_v2(prepared, retry, routes))
        result = yield from call
        yield from self._learn(V2, result)
        return result

    def _over_v2(self, turn: Turn, retry: Retry, routes: Routes) -> Call[Result]:
        request = self.v2.prepare(turn.operation, turn.given, turn.nonce)
        return (yield from self.v2.carry(request, retry, routes))

    def _over_v3(self, turn: Turn, choice: Choice, retry: Retry, routes: Routes) -> Call[Result]:
        name = turn.operation.name
        left: list[Request] = []
        try:
            made = choice.made or self._translate(turn)
            result: Result = yield from _watched(self.upgraded.carry(made, retry, routes), left)
        except NotSent as error:
            # Of the kinds of NotSent only these; what cancelled a call is one, too.
            proven = isinstance(error, (InvalidRequest, ConfigurationError)) or type(error) is NotSent
            if choice.claimed and proven and not left and (yield from self._moved(choice.claimed)):
                self.gradual.count(name, V3, "fell_back")
                raise _FellBack from error
            self.gradual.count(name, V3, "not_sent")
            raise
        except BaseException as error:
            self.gradual.count(name, V3, _outcome(error))
            raise
        self.gradual.count(name, V3, "done")
        yield from self._learn(V3, result)
        return result

    def _counted(self, operation: Operation, protocol: str, call: Call[T]) -> Call[T]:
        try:
            result = yield from call
        except BaseException as error:
            self.gradual.count(operation.name, protocol, _outcome(error))
            raise
        self.gradual.count(operation.name, protocol, "done")
        return result

    def _moved(self, keys: tuple[Key, ...]) -> Call[bool]:
        """Move the records of a new order to v2; False leaves it where it is."""
        try:
            moved: bool = yield Work(partial(self._move, keys))
        except Exception as error:
            telemetry.emit("upgrade.not_recorded", {"reason": type(error).__name__, "records": len(keys)})
            return False
        return moved

    def _move(self, keys: tuple[Key, ...]) -> bool:
        store = self.gradual.store
        for place, key in enumerate(keys):
            if not store.move(key, V3, V2):
                for moved in keys[:place]:
                    store.move(moved, V2, V3)
                return False
        return True

    def _learn(self, protocol: str, result: Result) -> Call[None]:
        """Keep what an answer tells about numbers that later calls may name alone."""
        key = self._chooser.key
        told: list[Record] = []
        prepay_id = dict.get(result, "prepay_id")
        if prepay_id:
            told.append((key("prepay_id", prepay_id), protocol, _PREPAY_SECONDS))
        if protocol == V3:
            names = ("transaction_id", "refund_id")
            told += [(key(name, number), V3, 0.0) for name in names if (number := dict.get(result, name))]
        new = self.gradual.learn(told, self._time())
        if new:
            try:
                yield Work(partial(self.gradual.write, new))
            except Exception:  # no thread will do it any more; the answer is here all the same
                self.gradual.write_later(new)


class _FellBack(Exception):
    """A new order that could not be sent over v3 takes v2; its record says so already."""


def _watched(call: Call[T], left: list[Request]) -> Call[T]:
    """Carry *call* on, and put into *left* the requests that change something and may have left."""
    try:
        step = next(call)
        while True:
            changes = isinstance(step, Request) and (step.operation is None or step.operation.repeat != READ)
            if changes:
                left.append(step)  # type: ignore[arg-type]
            try:
                answer = yield step
            except BaseException as error:
                if changes and isinstance(error, NotSent):
                    left.pop()
                step = call.throw(error)
            else:
                step = call.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result


def _held(operation: Operation) -> NotSent:
    return NotSent(
        "it belongs to an order made over API v3, and the switch holds such calls back; nothing was sent",
        operation=operation.name,
        remedy="query the order, which still works; make this call again once the switch is back, or do by hand on the "
        "merchant platform what it asks for",
    )


def _outcome(error: BaseException) -> str:
    if isinstance(error, Refused):
        return "refused"
    return "not_sent" if isinstance(error, NotSent) else "unknown"


def _tell(operation: Operation, protocol: str, reason: str, fields: Mapping[str, str]) -> None:
    if telemetry.listening("upgrade.route"):
        numbers = {name: fields[name] for name in operation.numbers if fields.get(name)}
        told = {"operation": operation.name, "protocol": protocol, "reason": reason}
        telemetry.emit("upgrade.route", {**told, **numbers})


def _in_event_loop() -> bool:
    asyncio = sys.modules.get("asyncio")
    try:
        return asyncio is not None and asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


def _storable(number: str) -> bool:
    return 0 < len(number) <= 128 and number.isprintable()


def _texts(name: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise ConfigurationError(f"{name} must be a list of texts, got one text", remedy=f"write ({quoted(given)},)")
    try:
        texts = tuple(given)
    except TypeError:
        raise ConfigurationError(f"{name} must be a list of texts, got {type(given).__name__}") from None
    for text in texts:
        if not isinstance(text, str) or not text:
            raise ConfigurationError(f"{name} must hold texts that are not empty, got {quoted(text)}")
    return texts
