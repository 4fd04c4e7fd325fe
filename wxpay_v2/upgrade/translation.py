"""What a v2 request becomes over API v3, field by field, and what a v3 answer becomes in v2; nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping

from wxpay_v2 import validation
from wxpay_v2.errors import InvalidRequest, Malformed, NotSent, quoted
from wxpay_v2.merchant import Merchant
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.case import Case, chosen
from wxpay_v2.upgrade.plan import NOT_AS_DOCUMENTED, Plan, plan_of
from wxpay_v2.upgrade.rules import CONVERT, DROP, MOVE, REFUSE, SUPPLY, NoEquivalent
from wxpay_v2.v2 import catalogue as v2_catalogue
from wxpay_v2.v3 import catalogue as v3_catalogue
from wxpay_v2.v3 import document as v3_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxpay_v2.operation import Operation
    from wxpay_v2.upgrade.rules import Step, Target, Upgrade
    from wxpay_v2.v3.account import V3Account

__all__ = ["Translation", "Verdict", "losses", "reverse", "translate"]

EXACT, DERIVED, DEFAULTED, LOST, REFUSED = "exact", "derived", "defaulted", "lost", "refused"
_VERDICTS = {MOVE: EXACT, CONVERT: DERIVED, SUPPLY: DEFAULTED, DROP: LOST, REFUSE: REFUSED}
_ENVELOPE = ("sign",)


class Settings:
    """What `V3Account` would say, where there is none yet: nothing."""

    merchant_category_code = store_id = store_name = store_address = goods_id = ""
    goods_price = ""
    codepay = True
    strict = False
    over_v2: tuple[str, ...] = ()


class Verdict:
    """The fate of one field. name: v2's, "" where v2 has none. place: v3's, "" where v3 has none.

    verdict: "exact", "derived", "defaulted", "lost" or "refused"; "" for what belongs to the envelope and is no loss.
    basis: "documented" or "inferred".
    """

    __slots__ = ("basis", "name", "place", "reason", "verdict")

    def __init__(self, name: str, place: str, verdict: str, reason: str, basis: str) -> None:
        self.name = name
        self.place = place
        self.verdict = verdict
        self.reason = reason
        self.basis = basis

    def __repr__(self) -> str:
        return f"<Verdict {self.name or self.place}: {self.verdict or 'envelope'}>"


class Translation:
    """A v2 request as API v3 has it.

    operation: v2's name. name, method, target, body: of the v3 call; target is the path with its query, body the
    JSON as it is sent but for encrypted fields. document: all of its fields. verdicts: one per field. faults: why it
    cannot be carried, () when it can. steps: Translations of further calls, in the order ``before``, ``after``.
    """

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.name = self.method = self.target = ""
        self.body = b""
        self.document: dict[str, Any] = {}
        self.verdicts: list[Verdict] = []
        self.faults: tuple[str, ...] = ()
        self.remedy = ""
        self.before: list[Translation] = []
        self.after: list[Translation] = []

    @property
    def carried(self) -> bool:
        """True when API v3 can make this call."""
        return not self.faults

    def of(self, verdict: str) -> list[Verdict]:
        """Return the fields of that *verdict*."""
        return [one for one in self.verdicts if one.verdict == verdict]

    def __repr__(self) -> str:
        return f"<Translation {self.operation}: {f'{self.method} {self.name}' if self.carried else 'refused'}>"


def translate(
    operation: str,
    fields: Mapping[str, Any],
    merchant: Merchant,
    *,
    region: str = "global",
    account: V3Account | None = None,
) -> Translation:
    """Return what the v2 call *operation* with *fields* is over API v3; a refusal is part of the answer, not raised.

    operation: a method of `Client`, or a path (``pay/unifiedorder``). fields: as for the method, or a whole v2 request
    (its sign and nonce are set aside). account: supplies what v2 never had; without one, whatever is missing is told.
    Raises InvalidRequest for an unknown operation.
    """
    row = _row(operation, fields, merchant)
    told = Translation(row.name)
    upgrade = catalogue.find(row.name)
    if isinstance(upgrade, NoEquivalent):
        return _refused(told, upgrade.reason, upgrade.remedy)
    wire, found = validation.wire_fields(row, fields)
    if found:
        return _refused(told, *found.values())
    for attribute, name in row.ids.items():
        if getattr(merchant, attribute):
            wire.setdefault(name, getattr(merchant, attribute))
    for name in _ENVELOPE:
        wire.pop(name, None)
    case = Case(row, wire, merchant, region, account or Settings())  # type: ignore[arg-type]
    reason = upgrade.unavailable(case)
    target = chosen(case, upgrade.targets)
    if reason is not None or target is None:
        why = reason or upgrade.otherwise
        return _refused(told, *((why.reason, why.remedy) if why else ("API v3 has no such call here",)))
    told.before = [_aside(step, case) for step in upgrade.before if chosen(case, (step.target,))]
    told.after = [_aside(step, case) for step in upgrade.after if chosen(case, (step.target,))]
    _filled(told, case, upgrade, target)
    for one in (*told.before, *told.after):
        told.faults += tuple(f"{one.name}, a call of its own: {fault}" for fault in one.faults)
    return told


def _row(operation: str, fields: Mapping[str, Any], merchant: Merchant) -> Operation:
    """Return v2's row of a name or a path. Raises InvalidRequest, also for arguments that cannot be ones."""
    if not isinstance(operation, str):
        raise InvalidRequest(f"an operation is a name or a path, got {type(operation).__name__}")
    if not isinstance(fields, Mapping):
        raise InvalidRequest(f"fields must be a mapping of names to values, got {type(fields).__name__}")
    if not isinstance(merchant, Merchant):
        raise InvalidRequest(f"merchant must be a Merchant, got {type(merchant).__name__}")
    return v2_catalogue.by_path(operation.strip("/")) or v2_catalogue.find(operation)


def _refused(told: Translation, reason: str, remedy: str = "", *more: str) -> Translation:
    told.faults = (reason, *more)
    told.remedy = remedy
    return told


def _aside(step: Step, case: Case) -> Translation:
    aside = Case(case.operation, case.fields, case.merchant, case.region, case.account)
    return _filled(Translation(case.operation.name), aside, step, step.target, whole=False)


def _filled(told: Translation, case: Case, rows: Upgrade | Step, target: Target, *, whole: bool = True) -> Translation:
    case.target = target.name
    row = v3_catalogue.find(case.region, target.name)
    plan = plan_of(f"{case.operation.name} {target.name}", rows, case.region, case.mode, target.name)
    told.name, told.method = row.name, row.method
    told.verdicts = list(_verdicts(plan, case, whole))
    try:
        told.document = plan.document(case, whole=whole)
        try:
            v3_document.check(row, told.document, case.mode)
        except InvalidRequest as error:
            raise plan.in_v2(error, case) from None
        parts = v3_document.parts(row, told.document)
    except InvalidRequest as error:
        told.faults = tuple(map(str, error.faults)) or (error.message,)
        told.remedy = error.remedy
        return told
    import json

    told.target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    told.body = json.dumps(parts.body, ensure_ascii=False, separators=(",", ":")).encode() if parts.body else b""
    told.verdicts += [Verdict(name, "", LOST, reason, "documented") for name, reason in case.lost.items()
                      if all(name != one.name for one in told.verdicts)]  # fmt: skip
    return told


def _verdicts(plan: Plan, case: Case, whole: bool) -> list[Verdict]:
    told = []
    for name in case.fields:
        rule = plan.fate(name, case)
        if rule is not None:
            verdict = "" if rule.kind == DROP and rule.harmless else _VERDICTS[rule.kind]
            told.append(
                Verdict(name, rule.v3 if rule.kind in (MOVE, CONVERT) else "", verdict, rule.reason, rule.basis)
            )
        elif whole:
            told.append(Verdict(name, "", REFUSED, "API v3 has no place for it", "inferred"))
    given = {one.place for one in told}
    for rule in plan.supplied(case):
        if rule.v3 not in given and rule.source is not None and rule.source(case) is not None:
            told.append(Verdict("", rule.v3, DEFAULTED, rule.reason, rule.basis))
    return told


def losses(operation: str, *, region: str = "global", mode: str = "direct") -> dict[str, str]:
    """Return the fields of v2's answer that API v3 cannot give, each with the reason.

    operation: a method of `Client`. mode: "direct", "institution" or "service_provider". A field lost for some
    requests only (a QR code's prepay_id) is among them. Raises InvalidRequest for an unknown operation.
    """
    row = v2_catalogue.find(operation)
    upgrade = catalogue.find(row.name)
    if isinstance(upgrade, NoEquivalent):
        return {field.name: upgrade.reason for field in row.response}
    told: dict[str, str] = {}
    for target in upgrade.targets:
        if (not target.regions or region in target.regions) and (not target.modes or mode in target.modes):
            told.update(plan_of(row.name, upgrade, region, mode, target.name).losses())
    return told


def reverse(
    operation: str,
    document: Mapping[str, Any],
    merchant: Merchant,
    *,
    fields: Mapping[str, Any] | None = None,
    region: str = "global",
    account: V3Account | None = None,
) -> dict[str, str]:
    """Return v2's fields of a v3 answer, or of the opened content of a notification ("payment", "refund").

    operation: a method of `Client`, or the kind of the notification. document: the JSON, read. fields: of the v2
    request that was answered, from which some fields are told again. Raises InvalidRequest, Malformed or Mismatch.
    """
    settings: Any = account or Settings()
    if operation in ("payment", "refund") and fields is None:
        from wxpay_v2.upgrade import notifications

        step = notifications.PAYMENT if operation == "payment" else notifications.REFUND
        case = Case(v2_catalogue.find("order_query"), {}, merchant, region, settings, operation)
        plan = plan_of(f"{operation} notification", step, region, case.mode, operation)
    else:
        row = _row(operation, fields or {}, merchant)
        upgrade = catalogue.find(row.name)
        if isinstance(upgrade, NoEquivalent):
            raise InvalidRequest(f"API v3 does not carry {row.name}: {upgrade.reason}", remedy=upgrade.remedy)
        wire, _ = validation.wire_fields(row, fields or {})
        for attribute, name in row.ids.items():
            if getattr(merchant, attribute):
                wire.setdefault(name, getattr(merchant, attribute))
        case = Case(row, wire, merchant, region, settings)
        target = chosen(case, upgrade.targets)
        if target is None:
            needed = ", ".join(sorted({one.when[0] for one in upgrade.targets if one.when}))
            raise InvalidRequest(f"the answer to {row.name} is read by its request: {needed} is needed to know which")
        case.target = target.name
        plan = plan_of(row.name, upgrade, region, case.mode, target.name)
    if not isinstance(document, dict):
        raise Malformed(f"an answer of API v3 is a JSON object, got {type(document).__name__}")
    case.document = document
    try:
        return plan.fields(case)
    except NotSent:
        raise
    except NOT_AS_DOCUMENTED as error:
        raise Malformed(f"the answer is not as documented: {quoted(error)}") from None
