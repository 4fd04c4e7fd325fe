"""v2 fields -> v3 call -> v2 fields; answers what `wxpay_v2.v2.protocol` answers.

A reply is judged twice: by API v3's rules (its RSA signature, its status and code), then, in v2's shape, by the very
rules v2's replies are judged by. What is unknown by either is unknown (threats: M11).
"""

from __future__ import annotations

from functools import lru_cache, partial

from wxpay_v2 import call
from wxpay_v2.call import Request
from wxpay_v2.errors import InvalidRequest, Malformed, Mismatch, NotSent, OutcomeUnknown, Refused, Rejected, quoted
from wxpay_v2.operation import DIRECT, READ
from wxpay_v2.upgrade import error_codes
from wxpay_v2.upgrade.answer import Losses, UpgradedResult
from wxpay_v2.upgrade.case import Case, mode_of
from wxpay_v2.upgrade.plan import NOT_AS_DOCUMENTED, plan_of
from wxpay_v2.upgrade.rules import NoEquivalent
from wxpay_v2.upgrade.way import way_of
from wxpay_v2.v2 import verdict
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3 import document as v3_document
from wxpay_v2.v3 import media
from wxpay_v2.v3 import protocol as v3_protocol
from wxpay_v2.validation import Fault, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from wxpay_v2.call import Call, Response
    from wxpay_v2.clock import Clock
    from wxpay_v2.operation import Operation
    from wxpay_v2.result import Result
    from wxpay_v2.retry import Retry, Routes
    from wxpay_v2.upgrade.plan import Plan
    from wxpay_v2.upgrade.rules import Step, Upgrade
    from wxpay_v2.upgrade.way import Way
    from wxpay_v2.v2.notification import Event, Reply
    from wxpay_v2.v2.protocol import Protocol as V2Protocol
    from wxpay_v2.v2.verdict import Unknown
    from wxpay_v2.v3.account import V3Account
    from wxpay_v2.v3.notification import Callback
    from wxpay_v2.v3.operation import V3Operation
    from wxpay_v2.v3.protocol import Answer

__all__ = ["Prepared", "Protocol"]

NO_EQUIVALENT = "upgrade.no_equivalent"


class Prepared:
    """A v2 call that API v3 can carry. operation, fields: v2's, checked. row, document: v3's. case, plan: between.

    before, after: the steps around it that are due.
    """

    __slots__ = ("after", "before", "case", "document", "fields", "operation", "plan", "row", "upgrade")

    def __init__(
        self, case: Case, upgrade: Upgrade, row: V3Operation, plan: Plan, before: Sequence[Step], after: Sequence[Step]
    ) -> None:
        self.case = case
        self.operation = case.operation
        self.fields = case.fields
        self.upgrade = upgrade
        self.row = row
        self.plan = plan
        self.before = before
        self.after = after
        self.document = plan.document(case)

    def __repr__(self) -> str:
        return f"<Prepared {self.operation.name} as {self.row.name}>"


class Protocol:
    """How one merchant makes v2's calls over API v3. v2: its protocol of v2, which checks the fields."""

    def __init__(self, v2: V2Protocol, account: V3Account, clock: Clock) -> None:
        self.v2 = v2
        self._time = clock.time
        self.account = account
        self.merchant = v2.merchant
        self.region = v2.region
        self.signer = v2.signer
        self._told: set[str] = set()
        self._told_of: set[tuple[str, ...]] = set()
        self.mode = mode_of(v2.merchant, v2.region)
        self.v3 = v3_protocol.Protocol(account, v2.merchant.mch_id, v2.region, self.mode, clock.time)

    def prepare(self, operation: Operation, fields: Mapping[str, Any], nonce: str) -> Prepared | Request:
        """Return what `carry` takes: a translated call, or v2's own request for a read that stays on v2.

        Raises InvalidRequest when v2's own rules, or API v3, cannot have it; nothing was sent.
        """
        if operation.name in self.account.over_v2:
            return self.v2.prepare(operation, fields, nonce)
        way = way_of(operation, self.region, self.mode)
        if isinstance(way.upgrade, NoEquivalent):
            raise refusal(operation, way.upgrade)
        wire, files = self.v2.wire(way.operation, fields, nonce)
        case = Case(operation, wire, self.merchant, self.region, self.account, mode=self.mode)
        prepared = self._translated(case, way, way.upgrade, files)
        if case.lost and (self.account.strict or (operation.name, *case.lost) not in self._told_of):
            losses = self.losses(operation.name, case.lost)
            for name, reason in case.lost.items():
                losses.tell(name, reason)
            self._told_of.add((operation.name, *case.lost))  # looked up faster than every name's sentence
        return prepared

    def _translated(self, case: Case, way: Way, upgrade: Upgrade, files: Mapping[str, tuple[str, bytes]]) -> Prepared:
        reason = upgrade.unavailable(case)
        road = way.road(case)
        if reason is not None or road is None:
            raise refusal(case.operation, reason or upgrade.otherwise or _NOWHERE)
        case.target = road.target
        before, after = way.before and case.due(way.before), way.after and case.due(way.after)
        prepared = Prepared(case, upgrade, road.row, road.plan, before, after)
        for name, data in files.values():
            prepared.document.update(media.document(name, data))
        try:
            v3_document.check(road.row, prepared.document, case.mode)
        except InvalidRequest as error:
            raise road.plan.in_v2(error, case) from None
        for step in (*before, *after):
            self._aside(case, step)  # its faults are told before anything is sent
        return prepared

    def losses(self, call_name: str, reasons: Mapping[str, str]) -> Losses:
        """Return *reasons* by field, told to this client's caller once."""
        return Losses(reasons, call_name, strict=self.account.strict, told=self._told)

    def check_certificate(self, operation: Operation) -> None:
        """Do nothing: API v3 takes no certificate on the link; the private key signs every call."""

    def carry(self, prepared: Prepared | Request, retry: Retry, routes: Routes) -> Call[Result]:
        """Return the call as a generator of requests, pauses and work; see `wxpay_v2.call`."""
        if isinstance(prepared, Request):
            return (yield from self.v2.carry(prepared, retry, routes))
        yield from self.v3.ready(retry, routes)
        for step in prepared.before:
            yield from self._before(prepared, step, retry, routes)
        row, case = prepared.row, prepared.case
        if prepared.operation.response_format == "csv":
            from wxpay_v2.upgrade import statements

            def ask(request: Request) -> Call[Answer]:
                return self.v3.ask(row, request, partial(self._open_answer, prepared), retry, routes)

            return (yield from statements.carry(prepared, ask, self, retry, routes))
        request = self.v3.request(row, prepared.document, operation=case.operation, fields=case.fields, checked=True)
        result = yield from self.v3.ask(row, request, partial(self._open_reply, prepared), retry, routes)
        for step in prepared.after:
            yield from self._after(prepared, step, retry, routes, result)
        return result

    def _step(self, prepared: Prepared, step: Step, retry: Retry, routes: Routes) -> Call[dict[str, str]]:
        """Make one more call around the main one; return v2's fields of its answer."""
        aside, plan, row, document = self._aside(prepared.case, step)
        answer = yield from self.v3.make_call(row, document, retry, routes, checked=True)
        aside.document = answer.document or {}
        return plan.fields(aside)

    def _aside(self, case: Case, step: Step) -> tuple[Case, Plan, V3Operation, dict[str, Any]]:
        """Return what *step* sends beside the call of *case*, checked. Raises InvalidRequest."""
        aside = Case(case.operation, case.fields, case.merchant, case.region, case.account, step.target.name)
        row = v3_catalogue.find(self.region, step.target.name)
        plan = plan_of(f"{case.operation.name} {step.target.name}", step, self.region, case.mode, step.target.name)
        document = plan.document(aside, whole=False)
        try:
            v3_document.check(row, document, case.mode)
        except InvalidRequest as error:
            raise plan.in_v2(error, aside) from None
        return aside, plan, row, document

    def _before(self, prepared: Prepared, step: Step, retry: Retry, routes: Routes) -> Call[None]:
        """Make what comes before the main call. When it fails the main call is not sent."""
        try:
            yield from self._step(prepared, step, retry, routes)
        except Refused as error:
            operation = prepared.operation
            fields = error_codes.rendered(prepared.upgrade.family, error.err_code, error.err_code_des)
            assert error.request is not None  # noqa: S101 - it was answered
            unknown: Unknown = partial(call.unknown, error.request, response=error.response)
            raise verdict.refused(operation, fields, fields["err_code"], error.authenticated, unknown) from error
        except OutcomeUnknown as error:
            raise NotSent(
                f"{step.target.name}, which comes before it, is not known to be done: {error.message}",
                operation=prepared.operation.name, remedy="the call itself was not sent; make it again, unchanged",
                request=error.request, response=error.response,
            ) from error  # fmt: skip

    def _after(self, prepared: Prepared, step: Step, retry: Retry, routes: Routes, result: Result) -> Call[None]:
        """Make what comes after the main call, which is done; what this fails to tell is a loss of its result."""
        try:
            result.update((yield from self._step(prepared, step, retry, routes)))
        except (Refused, OutcomeUnknown, NotSent, Malformed) as error:
            if isinstance(result, UpgradedResult):
                why = f"{step.target.name}, which tells it, failed: {error.message}"
                result.losses.update({rule.v2: why for rule in step.answer})

    def _open_answer(self, prepared: Prepared, request: Request, response: Response) -> Answer:
        """Return API v3's answer of a success, verified; or raise Refused or OutcomeUnknown as v2 has them."""
        unknown = partial(call.unknown, request, response=response)
        try:
            answer = self.v3.read(prepared.row, response)
        except Rejected as error:
            phase = "status" if response.status >= 500 else "reply"
            raise unknown(f"the reply cannot be trusted: {error.message}", phase=phase) from error
        if answer.status not in prepared.row.success or _is_error(answer.document):
            raise self._failure(prepared, answer.status, answer.document or {}, answer.verified, unknown)
        return answer

    def _open_reply(self, prepared: Prepared, request: Request, response: Response) -> Result:
        """Return v2's Result of *response*, or raise Refused or OutcomeUnknown."""
        operation, case = prepared.operation, prepared.case
        answer = self._open_answer(prepared, request, response)
        unknown = partial(call.unknown, request, response=response)
        case.document, case.answer = answer.document or {}, {}
        _compare_ids(case, operation, unknown)
        try:
            fields = prepared.plan.fields(case)
        except Mismatch as error:
            raise unknown(f"the reply is about something else: {error.message}") from error
        except (Malformed, InvalidRequest, *NOT_AS_DOCUMENTED) as error:
            raise unknown(f"the reply is not as documented: {quoted(error)}") from error
        if prepared.upgrade.family == "quick pay" and case.document.get("trade_state") != "SUCCESS":
            state = case.document.get("trade_state")
            words = case.document.get("trade_state_desc")
            fields.update(error_codes.unpaid(str(state or ""), str(words or "")))
        if fields.get("trade_state", "SUCCESS") not in _PAID:
            for name in _of_a_payment(operation):  # a caller who looks at the amount alone must not take it for paid
                fields.pop(name, None)
        verdict.compare(request, fields, unknown)
        verdict.judge(operation, fields, True, unknown)
        losses = self.losses(operation.name, prepared.plan.losses(case))
        return UpgradedResult(fields, operation, response.body, True, losses)

    def _failure(
        self, prepared: Prepared, status: int, document: Mapping[str, Any], verified: bool, unknown: Unknown
    ) -> Exception:
        """Return the Refused or OutcomeUnknown of v2 for an error of API v3."""
        operation, row = prepared.operation, prepared.row
        code, message = document.get("code"), document.get("message", "")
        if not isinstance(code, str) or not code or not isinstance(message, str):
            return unknown(f"the gateway answered HTTP {status} without a code", phase="status")
        ids = {name: text for name, text in prepared.fields.items() if name in _IDS}
        fields = {**ids, **error_codes.rendered(prepared.upgrade.family, code, message)}
        err_code = fields.get("err_code") or ""
        said = f"{code}: {message:.64}"
        listed = operation.error(err_code)
        # An error under a status of success settles nothing.
        if status < 400 or error_codes.is_unknown(row, status, code):
            again = listed is not None and listed.repeat and error_codes.is_listed(row, code)
            return unknown(
                said, err_code=err_code or "SYSTEMERROR", may_repeat=again,
                phase="status" if status >= 500 else "reply",
                remedy=listed.remedy if listed is not None else "",
            )  # fmt: skip
        if not verified and operation.moves_money:
            return unknown(f"the gateway refused without a signature that holds: {said}", err_code=err_code)
        if listed is None and err_code:  # without one, return_msg names the error
            refused = verdict.refused(operation, fields, err_code, verified, unknown)
            refused.may_repeat = error_codes.may_repeat(row, code)  # v2 never had this code here; v3's row knows it
            return refused
        try:
            verdict.judge(operation, fields, verified, unknown)
        except Exception as error:
            return error
        raise AssertionError("a failure was judged a success")  # pragma: no cover

    def open_notification(self, body: bytes, headers: Mapping[str, str] | None) -> Event:
        """Return the verified Event in *body*: v2's XML or v3's JSON, told apart by its first character.

        Raises Malformed, SignatureInvalid or Mismatch.
        """
        if _is_xml(body):
            return self.v2.open_notification(body, headers)
        from wxpay_v2.upgrade import notifications

        callback = self.callback(body, headers or {})
        return notifications.open_notification(callback, body, self)

    def callback(self, body: bytes, headers: Mapping[str, str]) -> Callback:
        """Return what API v3 says in *body*, verified and decrypted. Raises Malformed or SignatureInvalid."""
        from wxpay_v2.v3.notification import open_notification

        return open_notification(headers, body, self.account, self._time())

    def refusal(self, body: bytes, message: str) -> Reply:
        """Return the answer to a notification that is not believed: v2's form for XML, else v3's."""
        if _is_xml(body):
            return self.v2.refusal(body, message)
        from wxpay_v2.v2.notification import Reply
        from wxpay_v2.v3.notification import reply

        return Reply(reply(success=False, message=message))


def _is_xml(body: bytes) -> bool:
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


_PAID = ("SUCCESS", "REFUND")
_IDS = ("appid", "mch_id", "sub_appid", "sub_mch_id")
_NOWHERE = NoEquivalent("", "API v3 has no such call in this region and access mode", "keep it on v2")


@lru_cache(maxsize=256)
def _of_a_payment(operation: Operation) -> tuple[str, ...]:
    """Return the fields that v2 tells of what is paid, and API v3 of any order."""
    return tuple(row.name for row in operation.response if row.when == "paid")


def refusal(operation: Operation, reason: NoEquivalent) -> InvalidRequest:
    """Return the error for a call that API v3 cannot carry."""
    may = operation.repeat == READ and "over_v2" not in reason.remedy
    kept = " (a read may stay on v2: V3Account(over_v2=...))" if may else ""
    fault = Fault(NO_EQUIVALENT, "", f"API v3 does not carry {operation.name}: {reason.reason}", reason.remedy + kept)
    return invalid(operation, [fault])


def _compare_ids(case: Case, operation: Operation, unknown: Unknown) -> None:
    """Raise OutcomeUnknown for an answer about another merchant; one that proves a payment must say whose it is.

    What an answer leaves out is told from the request, so an id of the other access mode must not go unseen (M1).
    """
    told, ours = case.document, (None, case.merchant.mch_id)
    strange = "mchid" if told.get("mchid") not in ours else "sp_mchid" if told.get("sp_mchid") not in ours else ""
    if not strange and operation.proof and told.get("trade_state") == "SUCCESS":
        partner = case.mode != DIRECT
        of_mode = (("mchid", not partner), ("sp_mchid", partner), ("sub_mchid", partner))
        strange = next((name for name, wanted in of_mode if bool(told.get(name)) != wanted), "")
    if strange:
        mismatch = Mismatch(f"{strange} is {quoted(told.get(strange))}, which is not this merchant's order")
        raise unknown(f"the reply is about something else: {mismatch.message}") from mismatch


def _is_error(document: Mapping[str, Any] | None) -> bool:
    """Return True for the body of an error under a status of success, as quick pay's 202 has it."""
    return document is not None and isinstance(document.get("code"), str) and "message" in document
