"""The rules of one v2 operation for one region, access mode and v3 call, ready to be carried out both ways."""

from __future__ import annotations

from functools import lru_cache

from wxpay_v2.errors import InvalidRequest, Malformed, quoted
from wxpay_v2.upgrade.conversions import as_text
from wxpay_v2.upgrade.rules import CONVERT, DROP, MOVE, REFUSE, SUPPLY, Said
from wxpay_v2.validation import Fault, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule, Step, Upgrade

__all__ = ["CARRIED", "MISSING", "NOT_AS_DOCUMENTED", "Plan", "plan_of"]

# What code that takes the pages at their word meets where an answer does not keep it.
NOT_AS_DOCUMENTED = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
# Rule ids of the faults found here.
CARRIED, MISSING = "upgrade.carried", "upgrade.setting"


class Plan:
    """What becomes of each field. rows: an `Upgrade`, or a `Step` beside it.

    given: what every such request meets (a field and its values, as of a `Target`): its target was chosen by it.
    """

    __slots__ = (
        "_answer", "_echoed", "_lost", "_paths", "_quick", "_request", "_said", "_supplied", "_surely",
        "_surely_lost", "operation",
    )  # fmt: skip

    def __init__(
        self, operation: str, rows: Upgrade | Step, region: str, mode: str, target: str, given: tuple[str, ...] = ()
    ) -> None:
        self.operation = operation
        self._request: dict[str, list[Rule]] = {}
        self._supplied: list[Rule] = []
        self._paths: dict[str, tuple[tuple[str, ...], str]] = {}
        for rule in rows.request:
            if rule.holds(region, mode, target):
                *ways, last = rule.v3.split(".")
                self._paths[rule.v3] = (tuple(ways), last)
                rules = self._supplied if rule.kind == SUPPLY else self._request.setdefault(rule.v2, [])
                rules += _left(rule, given)
        self._surely = {name: rules[0] for name, rules in self._request.items() if rules and not rules[0].when}
        # Where most fields go: a text to another name at the top; "" for one that nobody misses.
        self._quick = {
            name: rule.v3 if rule.kind == MOVE else ""
            for name, rule in self._surely.items()
            if "." not in rule.v3 and (rule.kind == MOVE or (rule.kind == DROP and rule.harmless))
        }
        self._answer: list[tuple[Rule, tuple[tuple[str, ...], ...]]] = []
        self._lost: list[Rule] = []
        for rule in rows.answer:
            if rule.holds(region, mode, target):
                if rule.kind != DROP:
                    places = tuple(tuple(path.split(".")) if path != "." else () for path in rule.v3.split("|"))
                    self._answer += [(one, places) for one in _left(rule, given)]
                elif not rule.harmless:
                    self._lost += _left(rule, given)
        # What most answers begin with.
        self._said: dict[str, str] = {}
        self._echoed: list[tuple[str, str]] = []
        while self._answer and isinstance(source := self._answer[0][0].source, Said) and not self._answer[0][0].when:
            name = self._answer.pop(0)[0].v2
            if source.field:
                self._echoed.append((name, source.field))
            else:
                self._said[name] = source.text
        self._surely_lost = {rule.v2: rule.reason for rule in self._lost if not rule.when}

    def fate(self, name: str, case: Case) -> Rule | None:
        """Return the rule for the request's field *name*, None when nobody knows what to do with it."""
        for rule in self._request.get(name, ()):
            if not rule.when or case.meets(rule.when):
                return rule
        return None

    def supplied(self, case: Case) -> list[Rule]:
        """Return the rules for what the v3 request demands and the v2 one never had."""
        return [rule for rule in self._supplied if not rule.when or case.meets(rule.when)]

    def document(self, case: Case, *, whole: bool = True) -> dict[str, Any]:
        """Return the v3 document of the request. whole: a field without a rule is a fault, not one of others' steps.

        Raises InvalidRequest with every fault; nothing is dropped without a rule that says so.
        """
        document: dict[str, Any] = {}
        faults: list[Fault] = []
        quick, surely = self._quick, self._surely
        for name, text in case.fields.items():
            place = quick.get(name)
            if place:
                document[place] = text
                continue
            if place is not None:
                continue
            rule = surely.get(name) or self.fate(name, case)
            if rule is None:
                if whole and name not in self._request:
                    faults.append(Fault(CARRIED, name, f"{name!s:.64} has no place in API v3", "leave it out"))
                continue
            if rule.kind == MOVE:
                self._put(document, rule.v3, text)
            elif rule.kind == CONVERT and rule.how is not None:
                try:
                    value = rule.how.there(text, case)
                except (InvalidRequest, Malformed) as error:
                    faults.append(Fault(CARRIED, name, f"{name}: {error.message}", error.remedy))
                    continue
                if value is not None:
                    self._put(document, rule.v3, value)
            elif rule.kind == REFUSE:
                faults.append(Fault(CARRIED, name, f"{name} cannot be carried by API v3: {rule.reason}"))
            elif not rule.harmless:
                case.lost[name] = rule.reason
        for rule in self._supplied:
            if not rule.when or case.meets(rule.when):
                self._supply(rule, case, document, faults)
        if faults:
            raise invalid(case.operation, faults)
        return document

    def in_v2(self, error: InvalidRequest, case: Case) -> InvalidRequest:
        """Return *error*, of the v3 document, with the names v2's caller knows in front of v3's."""
        names = {rule.v3: name for name in case.fields if (rule := self.fate(name, case)) is not None and rule.v3}
        told = []
        for fault in error.faults:
            place = getattr(fault, "field", "")
            ours = names.get(place) or names.get(place.partition(".")[0], "")
            sentence = f"{ours}, in API v3 {fault}" if ours and ours != place else f"for API v3, {fault}"
            told.append(Fault(getattr(fault, "rule", CARRIED), ours or place, sentence, getattr(fault, "remedy", "")))
        return invalid(case.operation, told) if told else error

    def _supply(self, rule: Rule, case: Case, document: dict[str, Any], faults: list[Fault]) -> None:
        if self._get(document, *self._paths[rule.v3]) is not None or rule.source is None:
            return
        try:
            value = rule.source(case)
        except InvalidRequest as error:
            faults.append(Fault(CARRIED, rule.v3, error.message))
            return
        if value is not None:
            self._put(document, rule.v3, value)
        elif rule.setting:
            remedy = f"set V3Account({rule.setting}=...)"
            faults.append(Fault(MISSING, rule.v3, f"{rule.v3} is missing: {rule.reason}; {remedy}", remedy))

    def _put(self, document: dict[str, Any], path: str, value: Any) -> None:
        if path == ".":  # an object whose fields stand in the document itself
            _merge(document, value)
            return
        ways, last = self._paths[path]
        for part in ways:
            document = document.setdefault(part, {})
        if type(value) is dict and last in document:
            _merge(document[last], value)
        else:
            document[last] = value

    @staticmethod
    def _get(document: Mapping[str, Any], ways: tuple[str, ...], last: str) -> Any:
        for part in ways:
            inner = document.get(part)
            if type(inner) is not dict:
                return None
            document = inner
        return document.get(last)

    def fields(self, case: Case) -> dict[str, str]:
        """Return v2's fields of the answer in *case*. Raises Malformed for what is not as the pages say."""
        told, document, asked = case.answer, case.document, case.fields
        told.update(self._said)
        for name, field in self._echoed:
            if field in asked:
                told[name] = asked[field]
        value: Any
        for rule, places in self._answer:
            if rule.when and not case.meets(rule.when):
                continue
            if rule.kind == SUPPLY:
                if rule.source is not None and rule.v2 not in told and (value := rule.source(case)) is not None:
                    told[rule.v2] = value
                continue
            for place in places:
                # The way to the value by hand: a call for each of the fields would take longer.
                value = document
                for part in place:
                    if type(value) is not dict:
                        value = None
                        break
                    value = value.get(part)
                if value is not None:
                    break
            else:
                continue
            if rule.kind == MOVE:
                told[rule.v2] = value if type(value) is str else as_text(value, case)
                continue
            found = rule.how.back(value, case) if rule.how is not None else None
            if type(found) is dict:
                told.update(found)
            elif found is not None:
                told[rule.v2] = found
        if "" in told.values():  # v2 leaves out what it has no value for
            for name in [name for name, text in told.items() if text == ""]:
                del told[name]
        return told

    def losses(self, case: Case | None = None) -> Mapping[str, str]:
        """Return the answer's fields that API v3 cannot give, with the reason; of one *case*, or of any."""
        sure = self._surely_lost
        if len(sure) == len(self._lost) and (case is None or sure.keys().isdisjoint(case.answer)):
            return sure
        return {
            rule.v2: rule.reason
            for rule in self._lost
            if case is None or (rule.v2 not in case.answer and (not rule.when or case.meets(rule.when)))
        }


def _left(rule: Rule, given: tuple[str, ...]) -> list[Rule]:
    """Return *rule* where every request meets *given*: as it is, without its `when`, or not at all."""
    if not rule.when or not given or rule.when[0] != given[0]:
        return [rule]
    if len(rule.when) == 1 or (len(given) > 1 and set(given[1:]) <= set(rule.when[1:])):
        return [rule.limited(when=())]
    return [] if len(given) > 1 and set(given[1:]).isdisjoint(rule.when[1:]) else [rule]


def _merge(there: Any, value: Mapping[str, Any]) -> None:
    if type(there) is not dict:
        raise Malformed(f"two fields claim one place: {quoted(there)}")
    for name, part in value.items():
        if type(part) is dict and name in there:
            _merge(there[name], part)
        else:
            there[name] = part


plan_of = lru_cache(maxsize=1024)(Plan)
