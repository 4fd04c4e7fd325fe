"""The choice of a protocol for one call: by what is recorded of its numbers, else by the shares."""

from __future__ import annotations

from functools import partial

from wxpay_v2.call import Work
from wxpay_v2.errors import ConfigurationError, InvalidRequest, NotSent, WXPayError, quoted
from wxpay_v2.operation import READ
from wxpay_v2.upgrade.origins import V2, V3
from wxpay_v2.upgrade.shares import ORDERS, OTHERS, READS, REFUNDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from wxpay_v2.call import Call
    from wxpay_v2.operation import Operation
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.upgrade.origins import Key

    T = TypeVar("T")

__all__ = ["HELD", "Choice", "Chooser", "Turn", "follows", "store_failed"]

# The calls that make an order, and the number that names it.
_MAKES = {"unified_order": "out_trade_no", "micropay": "out_trade_no", "combined_order": "combine_out_trade_no"}
# Numbers of what is made for an order that is there already; each is recorded like an order's.
_FOLLOWS = ("out_refund_no", "out_order_no", "out_return_no")
# Numbers that tell where a call belongs, the one that decides first.
_TELLING = (
    "refund_id", "out_refund_no", "out_return_no", "out_order_no", "transaction_id", "out_trade_no",
    "combine_out_trade_no",
)  # fmt: skip

# Reasons.
ALLOWED, FALLBACK, HELD, NOT_CARRIED, RECORDED, SWITCH, UNKNOWN = (
    "allowed", "fallback", "held", "not carried", "recorded", "switch", "unknown",
)  # fmt: skip


class Turn:
    """A call whose protocol is not chosen yet. fields: v2's, checked. given: the caller's."""

    __slots__ = ("fields", "given", "nonce", "operation")

    def __init__(self, operation: Operation, given: Mapping[str, Any], nonce: str, fields: dict[str, str]) -> None:
        self.operation = operation
        self.given = given
        self.nonce = nonce
        self.fields = fields


class Choice:
    """A protocol, and why. made: the call as API v3 takes it. claimed: the records that only this call relies on."""

    __slots__ = ("claimed", "made", "protocol", "reason")

    def __init__(self, protocol: str, reason: str, made: Any = None, claimed: tuple[Key, ...] = ()) -> None:
        self.protocol = protocol
        self.reason = reason
        self.made = made
        self.claimed = claimed


class Chooser:
    """Chooses for the calls of one merchant.

    translate: makes of a `Turn` what API v3 takes, or raises InvalidRequest or ConfigurationError. time, monotonic: of
    the clock.
    """

    def __init__(
        self,
        gradual: Gradual,
        mch_id: str,
        translate: Callable[[Turn], Any],
        time: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._gradual = gradual
        self._mch_id = mch_id
        self._translate = translate
        self._time = time
        self._monotonic = monotonic

    def key(self, name: str, number: str, mch_id: str = "") -> Key:
        """Return the key of the record of a number."""
        return (mch_id or self._mch_id, name, number)

    def choose(self, turn: Turn) -> Call[Choice]:
        """Return the choice, and what it rests on recorded. A call that is not to be made has the reason HELD.

        Raises NotSent when the store fails, InvalidRequest for what API v3 cannot have and v2 must not.
        """
        thrown = self._gradual.thrown()
        name = _MAKES.get(turn.operation.name)
        choice: Choice = yield from (self._for_new(turn, name, thrown) if name else self._for_known(turn, thrown))
        if choice.protocol == V3 and thrown and turn.operation.repeat != READ:
            return Choice(V3, HELD)
        return choice

    def _for_new(self, turn: Turn, name: str, thrown: bool) -> Call[Choice]:
        """Choose for a call that makes an order, unless it is recorded already."""
        keys = self._orders_of(turn, name)
        wanted, reason = (V2, SWITCH) if thrown else self._share(ORDERS, turn, turn.fields[name])
        made = None
        if wanted == V3:
            try:
                made = self._translate(turn)
            except (InvalidRequest, ConfigurationError):
                recorded = (yield from self._ask(self._find, keys[:1])) if not self._gradual.fallback else {}
                if not self._gradual.fallback and V2 not in recorded.values():
                    raise
                wanted, reason = V2, FALLBACK
        protocol, claims = yield from self._ask(self._claim, keys[0], wanted)
        new = claims == 1
        for key in keys[1:]:
            theirs, others = yield from self._ask(self._claim, key, protocol)
            new = new and others == 1
            if theirs != protocol:
                raise InvalidRequest(
                    f"{key[1]} {quoted(key[2])} belongs to an order that was made over {theirs}",
                    operation=turn.operation.name, remedy="take a new number for this order",
                )  # fmt: skip
        claimed = tuple(keys) if new and protocol == V3 and self._gradual.fallback else ()
        return Choice(protocol, reason if claims == 1 else RECORDED, made if protocol == V3 else None, claimed)

    def _for_known(self, turn: Turn, thrown: bool) -> Call[Choice]:
        """Choose for a call about something that was made before, or about nothing that has a number."""
        operation, fields = turn.operation, turn.fields
        keys = [self.key(name, fields[name]) for name in _TELLING if fields.get(name)]
        found: dict[Key, str] = (yield from self._ask(self._find, keys)) if keys else {}
        told = next((found[key] for key in keys if key in found), "")
        choice = Choice(told, RECORDED) if told else self._unknown(turn, keys, thrown)
        own = follows(operation)
        if not own:
            return choice
        mine = self.key(own, fields[own])
        if own == "out_refund_no" and choice.protocol == V2 and not thrown:
            share = self._share(REFUNDS, turn, fields.get("out_trade_no") or keys[-1][2])
            choice = self._tried(turn, *share) if share[0] == V3 else choice
        protocol, _ = yield from self._ask(self._claim, mine, choice.protocol)
        # It may have been recorded otherwise: by an earlier call, or by another worker in this moment.
        return choice if protocol == choice.protocol else Choice(protocol, RECORDED)

    def _unknown(self, turn: Turn, keys: Sequence[Key], thrown: bool) -> Choice:
        """Choose for a call about nothing that is recorded: what changes an order takes v2, as the order did."""
        if thrown:
            return Choice(V2, SWITCH)
        if turn.operation.repeat == READ:
            return self._tried(turn, *self._share(READS, turn, keys[0][2] if keys else _asked(turn)))
        return Choice(V2, UNKNOWN) if keys else self._tried(turn, *self._share(OTHERS, turn, ""))

    def _tried(self, turn: Turn, protocol: str, reason: str) -> Choice:
        """Return that choice, or v2 where API v3 cannot carry the call."""
        if protocol == V2:
            return Choice(V2, reason)
        try:
            return Choice(V3, reason, self._translate(turn))
        except (InvalidRequest, ConfigurationError):
            return Choice(V2, NOT_CARRIED)

    def _share(self, family: str, turn: Turn, number: str) -> tuple[str, str]:
        return self._gradual.share(family, self._mch_id, turn.fields, number, self._monotonic())

    def _orders_of(self, turn: Turn, name: str) -> list[Key]:
        """Return the keys of the order that the call makes, and of those it combines."""
        keys = [self.key(name, turn.fields[name])]
        if name == "combine_out_trade_no":
            from wxpay_v2.upgrade.combined_orders import _orders

            for order in _orders(turn.fields["sub_order_list"]):
                number, mch_id = order.get("out_trade_no"), order.get("mch_id")
                mch_id = str(mch_id) if type(mch_id) is int else mch_id
                if not isinstance(number, str) or not isinstance(mch_id, str):
                    raise InvalidRequest("an order of sub_order_list lacks its mch_id or out_trade_no")
                keys.append(self.key("out_trade_no", number, mch_id))
        return keys

    def _ask(self, do: Callable[..., T], *arguments: Any) -> Call[T]:
        """Have the store do something; whatever goes wrong there, nothing is sent and nothing guessed."""
        try:
            answer: T = yield Work(partial(do, *arguments))
        except (WXPayError, AssertionError):  # ours, or a test's own
            raise
        except Exception as error:
            raise store_failed(error) from error
        return answer

    def _find(self, keys: Sequence[Key]) -> dict[Key, str]:
        self._gradual.write()
        return {key: _checked(told) for key, told in self._gradual.find(keys, self._time()).items()}

    def _claim(self, key: Key, protocol: str) -> tuple[str, int]:
        self._gradual.write()
        told, claims = self._gradual.store.claim(key, protocol)
        return _checked(told), claims


def follows(operation: Operation) -> str:
    """Return the number of what *operation* makes for an order that is there already, "" when it makes nothing."""
    own = operation.numbers[0] if operation.numbers and operation.repeat != READ else ""
    return own if own in _FOLLOWS else ""


def store_failed(error: Exception) -> NotSent:
    """Return the error for a store that cannot be asked."""
    return NotSent(
        f"the store of origins failed ({type(error).__name__}); nothing was sent",
        remedy="bring the store back, then call again with the same number",
    )


def _checked(told: object) -> str:
    if told not in (V2, V3):
        raise ConfigurationError(f"the store of origins knows no protocol {quoted(told)}")
    return V3 if told == V3 else V2


def _asked(turn: Turn) -> str:
    """Return what a call without a number asks for, so that the same question takes the same way."""
    told = sorted(item for item in turn.fields.items() if item[0] not in ("nonce_str", "sign_type"))
    return f"{turn.operation.name} {told}"
