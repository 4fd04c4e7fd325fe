"""Calls in sequence until the outcome is known.

Quick pay by the gateway's timetable: the payment code is charged once; whatever is unclear is queried every 5 s; after
the patience is over the order is reversed, never sooner than 15 s after it was made, and queried once more. A payment
that succeeds in the meantime wins. With an AsyncClient each flow is awaited.
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/QuickPay/chapter3_3.shtml; threats: M4.
"""

from __future__ import annotations

from wxpay_v2 import telemetry
from wxpay_v2.call import Pause
from wxpay_v2.errors import (
    ConfigurationError,
    InvalidRequest,
    Malformed,
    Mismatch,
    NotSent,
    OutcomeUnknown,
    Refused,
    quoted,
)
from wxpay_v2.operation import GLOBAL
from wxpay_v2.secret import without_frames
from wxpay_v2.v2 import catalogue, payment
from wxpay_v2.v2.catalogue.statements import NO_BILL_EXIST
from wxpay_v2.v2.statement import Statement, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import date
    from typing import Any, TypeVar, overload

    from wxpay_v2.aio import AsyncClient
    from wxpay_v2.call import Call
    from wxpay_v2.client import Client, Core
    from wxpay_v2.operation import Operation
    from wxpay_v2.result import Result
    from wxpay_v2.v2.payment import Payment

    T = TypeVar("T")
    State = Callable[[str], None]

__all__ = ["NotPaid", "Paid", "quick_pay", "refund", "statement"]

QUERY_SECONDS = 5.0
REVERSE_SECONDS = 15.0
LONGEST_PATIENCE = 45.0
PATIENCE = {GLOBAL: 30.0, "mainland": 45.0}
REVERSALS = 5
_NOT_PAID = ("NOTPAY", "PAYERROR", "ORDERNOTEXIST")


class Paid:
    """The payer has paid. payment: what is proven. result: the reply or query that proves it. True in a condition."""

    def __init__(self, payment: Payment, result: Result) -> None:
        self.payment = payment
        self.result = result

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Paid {self.payment!r}>"


class NotPaid:
    """No money moved, and none will: refused, or reversed. False in a condition.

    err_code, reason: why, for the counter. reversed: the order was revoked by us. result: the last answer, if any.
    """

    def __init__(self, err_code: str, reason: str, *, reversed: bool = False, result: Result | None = None) -> None:
        self.err_code = err_code
        self.reason = reason
        self.reversed = reversed
        self.result = result

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<NotPaid {self.err_code or 'reversed'}: {self.reason}>"


if TYPE_CHECKING:

    @overload
    def quick_pay(
        client: Client,
        *,
        patience: float | None = ...,
        on_state: State | None = ...,
        before_sending: State | None = ...,
        **fields: Any,
    ) -> Paid | NotPaid: ...

    @overload
    def quick_pay(
        client: AsyncClient,
        *,
        patience: float | None = ...,
        on_state: State | None = ...,
        before_sending: State | None = ...,
        **fields: Any,
    ) -> Coroutine[Any, Any, Paid | NotPaid]: ...


@without_frames
def quick_pay(
    client: Client | AsyncClient,
    *,
    patience: float | None = None,
    on_state: State | None = None,
    before_sending: State | None = None,
    **fields: Any,
) -> Paid | NotPaid | Coroutine[Any, Any, Paid | NotPaid]:
    """Charge a payment code and return only when the outcome is known: Paid or NotPaid.

    fields: of micropay (body, out_trade_no, total_fee, fee_type, auth_code, spbill_create_ip, ...).
    patience: seconds to wait for the payer's password, at most 45; by default 30 (global) or 45 (mainland).
    on_state: told "sent", then each state a query finds ("USERPAYING", ...), "reversing", for the counter's display.
    before_sending: called with out_trade_no before anything leaves; write the number down there, durably.

    Raises InvalidRequest or ConfigurationError (nothing was sent), NotSent (the gateway cannot be reached), Mismatch
    (a signed answer about another order: alarm), or OutcomeUnknown when neither query nor reverse could settle it:
    then keep the number, and query and reverse it later; never charge again with a new one.
    """
    try:
        client.protocol.check_certificate(catalogue.find("reverse"))
    except ConfigurationError as error:
        raise ConfigurationError(
            "quick pay needs the merchant certificate: an unclear payment must be reversed", remedy=error.remedy
        ) from None
    limit = PATIENCE[client.region] if patience is None else patience
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not 0 <= limit <= LONGEST_PATIENCE:
        raise InvalidRequest(f"patience must be 0 to {LONGEST_PATIENCE:.0f} seconds, got {quoted(patience)}")
    flow = _QuickPay(client, fields, limit, on_state, before_sending)
    return client.carry(flow.followed(flow.steps()))


class _Flow:
    """A flow as a generator of requests and pauses, so that blocking and awaiting clients share it."""

    name = ""

    def __init__(self, client: Core, fields: dict[str, Any], patience: float, on_state: State | None) -> None:
        self.client = client
        self.fields = fields
        self.patience = patience
        self.told = on_state
        self.asked: Mapping[str, str] = {}  # the fields as they went out: what a proof is held against
        self.number = ""
        self.began = 0.0
        self.begun = False

    def prepare(self, row: Operation) -> None:
        """Take the fields as *row* sends them. Every fault shows here, before the number is written down."""
        self.asked = self.client.protocol.prepare(row, self.fields, "0" * 32).fields
        _own(self.client, self.asked)
        self.number = self.asked[row.numbers[0]]

    def begin(self) -> None:
        self.began, self.begun = self.client.clock.monotonic(), True
        telemetry.emit("flow.began", {"flow": self.name, "number": self.number})

    def elapsed(self) -> float:
        return self.client.clock.monotonic() - self.began

    def on_state(self, state: str) -> None:
        """Tell *state*; whatever that does, the call is followed to its end."""
        telemetry.emit("flow.state", {"flow": self.name, "number": self.number, "state": state})
        if self.told is not None:
            try:
                self.told(state)
            except Exception:
                told = {"flow": self.name, "number": self.number, "state": state}
                telemetry.emit("flow.callback_failed", told, exc_info=True)

    def followed(self, steps: Call[T]) -> Call[T]:
        """Return *steps*, whose end is logged."""
        outcome = "unknown"  # so it stays by an interruption
        try:
            result = yield from steps
            outcome = "not_paid" if isinstance(result, NotPaid) else "done"
            return result
        except (Refused, NotSent, Mismatch) as error:
            outcome = "not_sent" if isinstance(error, NotSent) else type(error).__name__.lower()
            raise
        finally:
            if self.begun:
                told = {"flow": self.name, "number": self.number, "outcome": outcome, "seconds": self.elapsed()}
                telemetry.emit("flow.ended", told)


class _QuickPay(_Flow):
    name = "quick_pay"

    def __init__(
        self, client: Core, fields: dict[str, Any], patience: float, on_state: State | None, before: State | None
    ) -> None:
        super().__init__(client, fields, patience, on_state)
        self.before_sending = before
        self.state = ""  # what the last query found: a trade_state, an err_code, or "unknown"

    def steps(self) -> Call[Paid | NotPaid]:
        micropay = catalogue.find("micropay")
        self.prepare(micropay)
        if self.before_sending is not None:
            self.before_sending(self.number)
        self.begin()
        self.on_state("sent")
        unclear: OutcomeUnknown
        try:
            result = yield from self.client.steps(micropay, self.fields)
            return Paid(self._proven(result, micropay), result)
        except Refused as error:
            # A failed quick pay may have been paid all the same, so ask once before giving up.
            # Source: https://pay.weixin.qq.com/doc/global/v2/en/4013665647
            outcome = yield from self._query()
            if outcome is not None:
                return outcome
            if self.state in _NOT_PAID:
                return NotPaid(error.err_code, error.err_code_des or error.return_msg)
            unclear = OutcomeUnknown(error.message, err_code=error.err_code, explanation=error.explanation)
        except OutcomeUnknown as error:
            unclear = error
        except Malformed as error:
            unclear = OutcomeUnknown(error.message)
        self.on_state(unclear.err_code or "unknown")
        while True:  # once at least: a lost answer may have taken all the patience, and a reverse undoes a payment
            yield Pause(QUERY_SECONDS)
            outcome = yield from self._query()
            if outcome is not None:
                return outcome
            if self.elapsed() + QUERY_SECONDS > self.patience:
                return (yield from self._reverse(unclear))

    def _proven(self, result: Result, row: Operation) -> Payment:
        return payment.proven(
            result,
            self.client.merchant,
            row,
            out_trade_no=self.number,
            total_fee=self.asked["total_fee"],
            fee_type=self.asked.get("fee_type", "CNY"),
        )

    def _query(self) -> Call[Paid | NotPaid | None]:
        """Return the outcome that a query finds, or None while it is open."""
        order_query = catalogue.find("order_query")
        try:
            result = yield from self.client.steps(order_query, {"out_trade_no": self.number})
            state = result.get("trade_state", "")
            if state == "SUCCESS":
                return Paid(self._proven(result, order_query), result)
        except (Refused, OutcomeUnknown) as error:
            believed = not isinstance(error, Refused) or error.authenticated
            state = (error.err_code if believed else "") or "unknown"
        except (NotSent, Malformed):  # of the query; the payment itself was sent
            state = "unknown"
        self.state = state
        self.on_state(state)
        if state in ("REVOKED", "CLOSED"):
            return NotPaid(state, result.get("trade_state_desc", ""), reversed=state == "REVOKED", result=result)
        if state == "PAYERROR":
            self.patience = 0.0  # it failed; reversing makes sure that it stays so
        return None

    def _reverse(self, unclear: OutcomeUnknown) -> Call[Paid | NotPaid]:
        """Reverse until the gateway says it is done, then ask once more: a payment that was not reversed wins."""
        wait = REVERSE_SECONDS - self.elapsed()
        if wait > 0:
            yield Pause(wait)
        self.on_state("reversing")
        reversed_ = False
        for attempt in range(REVERSALS):
            if attempt:
                yield Pause(QUERY_SECONDS)
            try:
                result = yield from self.client.steps(catalogue.find("reverse"), {"out_trade_no": self.number})
            except (OutcomeUnknown, NotSent):
                continue
            except Refused as error:
                if error.fields.get("recall") == "Y" or error.may_repeat:
                    continue
                break
            if result.get("recall") != "Y":
                reversed_ = True
                break
        outcome = yield from self._query()
        if outcome is not None and not (outcome and reversed_):
            return outcome
        if reversed_ and outcome is None and self.state not in ("", "unknown"):
            return NotPaid(unclear.err_code, unclear.message, reversed=True)
        raise OutcomeUnknown(
            "the reverse is done and the query does not confirm it"
            if reversed_
            else "neither query nor reverse could settle the payment",
            operation="micropay",
            numbers={"out_trade_no": self.number},
            query="order_query",
            query_after=QUERY_SECONDS,
            reverse_after=0.0,
            err_code=unclear.err_code,
            remedy="query and reverse this number again until one of them answers; charge nothing anew",
            explanation=unclear.explanation,
        ) from unclear


if TYPE_CHECKING:

    @overload
    def refund(client: Client, *, patience: float = ..., on_state: State | None = ..., **fields: Any) -> Result: ...

    @overload
    def refund(
        client: AsyncClient, *, patience: float = ..., on_state: State | None = ..., **fields: Any
    ) -> Coroutine[Any, Any, Result]: ...


@without_frames
def refund(
    client: Client | AsyncClient,
    *,
    patience: float = 0.0,
    on_state: State | None = None,
    **fields: Any,
) -> Result | Coroutine[Any, Any, Result]:
    """Submit a refund and return its state as a signed query tells it.

    A successful refund call only means "taken in"; the result here is refund_query's, whose ``refund_status_0`` is
    SUCCESS, PROCESSING, CHANGE or REFUNDCLOSE. fields: of refund. patience: seconds to keep asking (every 5 s) while
    it is PROCESSING; card refunds take days, so do not wait for them here.

    An unknown outcome is resolved by the query with the same out_refund_no. Raises Refused, NotSent, InvalidRequest,
    Mismatch (a signed answer about another refund or amount: alarm), or OutcomeUnknown when the query cannot settle
    it: repeat with the same number and the same amounts.
    """
    if isinstance(patience, bool) or not isinstance(patience, (int, float)) or not 0 <= patience <= 3600:
        raise InvalidRequest(f"patience must be 0 to 3600 seconds, got {quoted(patience)}")
    flow = _Refund(client, fields, patience, on_state)
    return client.carry(flow.followed(flow.steps()))


class _Refund(_Flow):
    name = "refund"

    def steps(self) -> Call[Result]:
        row = catalogue.find("refund")
        self.prepare(row)
        self.begin()
        unclear = OutcomeUnknown(
            "the refund was taken in, and no query tells its state",
            operation="refund",
            numbers={"out_refund_no": self.number},
            query="refund_query",
            remedy="call refund_query with this number",
        )
        try:
            yield from self.client.steps(row, self.fields)
            self.on_state("taken in")
        except OutcomeUnknown as error:
            unclear = error
            self.on_state("unknown")
            yield Pause(QUERY_SECONDS)
        result: Result | None = None
        while True:
            try:
                told = yield from self.client.steps(catalogue.find("refund_query"), {"out_refund_no": self.number})
            except (Refused, OutcomeUnknown, NotSent) as error:  # of the query; the refund itself was sent
                if result is None:
                    raise unclear from error
                return result
            result = self._checked(told, unclear)
            self.on_state(result["refund_status_0"])
            if result["refund_status_0"] != "PROCESSING" or self.elapsed() + QUERY_SECONDS > self.patience:
                return result
            yield Pause(QUERY_SECONDS)

    def _checked(self, told: Result, unclear: OutcomeUnknown) -> Result:
        if not all(told.get(name) for name in ("out_refund_no_0", "refund_fee_0", "refund_status_0")):
            raise unclear
        fee = (told["refund_fee_0"].lstrip("0"), self.asked["refund_fee"].lstrip("0"))
        numbers = (told["out_refund_no_0"], self.number)
        for name, (theirs, ours) in (("out_refund_no_0", numbers), ("refund_fee_0", fee)):
            if theirs != ours:
                raise Mismatch(f"{name} is {quoted(told[name])}, the refund says {quoted(ours)}", operation="refund")
        return told


if TYPE_CHECKING:

    @overload
    def statement(client: Client, *, bill_date: date | str, **fields: Any) -> Statement: ...

    @overload
    def statement(client: AsyncClient, *, bill_date: date | str, **fields: Any) -> Coroutine[Any, Any, Statement]: ...


@without_frames
def statement(
    client: Client | AsyncClient, *, bill_date: date | str, **fields: Any
) -> Statement | Coroutine[Any, Any, Statement]:
    """Download the statement of a day and return it, unread; an empty day gives an empty statement.

    bill_date: a Beijing day; its statement is there from 10:00 of the next. fields: of download_bill, by default
    bill_type ALL and tar_type GZIP. Iterate the result for its rows; its totals are checked at the end.
    Raises Refused (among others while the statement is being made), NotSent or OutcomeUnknown.
    """
    return client.carry(_statement(client, {"bill_type": "ALL", "tar_type": "GZIP", **fields, "bill_date": bill_date}))


def _statement(client: Core, asked: Mapping[str, Any]) -> Call[Statement]:
    try:
        result = yield from client.steps(catalogue.find("download_bill"), asked)
    except Refused as error:
        if error.err_code == NO_BILL_EXIST.code:
            return Statement.empty()
        raise
    return read(result.raw)


def _own(client: Core, asked: Mapping[str, str]) -> None:
    """Raise InvalidRequest for other ids than the client's: what follows is asked and proven by these."""
    for name, ours in client.merchant.ids({"mch_id": "mch_id", "appid": "appid", "sub_mch_id": "sub_mch_id"}).items():
        if asked.get(name) != ours:
            raise InvalidRequest(
                f"{name} is {quoted(asked.get(name, ''))}, the client's merchant has {quoted(ours)}",
                remedy="make a Client with that Merchant: a flow asks about its call by the merchant's ids",
            )
    if asked.get("sub_mch_id") and not client.merchant.sub_mch_id:
        raise InvalidRequest("sub_mch_id belongs into the Merchant: a flow asks about its call by the merchant's ids")
