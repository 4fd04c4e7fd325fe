"""What becomes of a field of API v2 in API v3, and back: the vocabulary of the rows in this folder.

A rule is one of five: the value *moves* under another name or into an object; it is *converted* (and may become
several fields); it is *supplied*, because the other version demands what this one never had; it is *dropped*, with the
reason, because the other version has no place for it; or the call is *refused* before anything is sent.
"""

from __future__ import annotations

from wxpay_v2.requirement import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from wxpay_v2.upgrade.case import Case

    Source = Callable[["Case"], Any]

__all__ = [
    "CONVERT", "DOCUMENTED", "DROP", "INFERRED", "MOVE", "REFUSE", "SUPPLY", "Conversion", "NoEquivalent", "Rule",
    "Said", "Step", "Target", "Upgrade", "convert", "drop", "move", "refuse", "spread", "supply",
]  # fmt: skip

MOVE, CONVERT, SUPPLY, DROP, REFUSE = "move", "convert", "supply", "drop", "refuse"
DOCUMENTED, INFERRED = "documented", "inferred"


class Conversion(Row):
    """Two functions that undo each other. name: a word for tables.

    there: v2's text, and the case, to v3's value. back: v3's value, and the case, to v2's text (of a `spread`, to a
    dict of fields). Either returns None for nothing. Both raise Malformed or InvalidRequest for what they cannot read.
    """

    __slots__ = ("back", "name", "there")
    name: str
    there: Callable[[str, Case], Any]
    back: Callable[[Any, Case], Any]

    def __init__(self, name: str, there: Callable[[str, Case], Any], back: Callable[[Any, Case], Any]) -> None:
        self._fill(name=name, there=there, back=back)


class Said(Row):
    """A source that needs no thought: *text* itself, or what the request's *field* says."""

    __slots__ = ("field", "text")
    text: str
    field: str

    def __init__(self, text: str = "", *, field: str = "") -> None:
        self._fill(text=text, field=field)

    def __call__(self, case: Case) -> str | None:
        return case.fields.get(self.field) if self.field else self.text


class Rule(Row):
    """The fate of one field in one direction.

    kind: one of the five. v2: its wire name in API v2, ``$n`` and ``$m`` for families; "" where v2 has none. names:
    all the v2 names a spread fills. v3: dotted path in the v3 document, alternatives after ``|``; "" where v3 has none.
    how: of CONVERT. source: of SUPPLY, from the case to the value; None is no value. setting: of `V3Account`, which
    supplies it. when: (v2 field of the request, values it must have); with no values, it must be there.
    regions, modes, targets: where the rule holds, () for everywhere; a target is a name of the v3 catalogue.
    harmless: of DROP, nothing is lost by it. reason: in words, for people. basis: DOCUMENTED or INFERRED.
    """

    __slots__ = (
        "basis", "harmless", "how", "kind", "modes", "names", "reason", "regions", "setting", "source", "targets",
        "v2", "v3", "when",
    )  # fmt: skip
    kind: str
    v2: str
    names: tuple[str, ...]
    v3: str
    how: Conversion | None
    source: Source | None
    setting: str
    when: tuple[str, ...]
    regions: tuple[str, ...]
    modes: tuple[str, ...]
    targets: tuple[str, ...]
    harmless: bool
    reason: str
    basis: str

    def __init__(
        self,
        kind: str,
        *,
        v2: str = "",
        names: tuple[str, ...] = (),
        v3: str = "",
        how: Conversion | None = None,
        source: Source | None = None,
        setting: str = "",
        when: tuple[str, ...] = (),
        regions: tuple[str, ...] = (),
        modes: tuple[str, ...] = (),
        targets: tuple[str, ...] = (),
        harmless: bool = False,
        reason: str = "",
        basis: str = DOCUMENTED,
    ) -> None:
        self._fill(
            kind=kind, v2=v2, names=names or ((v2,) if v2 else ()), v3=v3, how=how, source=source, setting=setting,
            when=when, regions=regions, modes=modes, targets=targets, harmless=harmless, reason=reason, basis=basis,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<Rule {self.kind} {self.v2 or '-'} {self.v3 or '-'}>"

    def limited(self, **limits: tuple[str, ...]) -> Rule:
        """Return the same rule with other *limits* (regions, modes, targets)."""
        return Rule(**{**{column: getattr(self, column) for column in self.__slots__}, **limits})

    def holds(self, region: str, mode: str, target: str) -> bool:
        """Return True when the rule is one of that region, access mode and v3 call."""
        return (
            (not self.regions or region in self.regions)
            and (not self.modes or mode in self.modes)
            and (not self.targets or target in self.targets)
        )


def move(v2: str, v3: str = "", **limits: Any) -> Rule:
    """The text stays as it is; v3: where it stands there, by default under the same name."""
    return Rule(MOVE, v2=v2, v3=v3 or v2, **limits)


def convert(v2: str, v3: str, how: Conversion, **limits: Any) -> Rule:
    """The value changes its form."""
    return Rule(CONVERT, v2=v2, v3=v3, how=how, **limits)


def spread(names: tuple[str, ...], v3: str, how: Conversion, **limits: Any) -> Rule:
    """Of an answer: one value becomes several fields."""
    return Rule(CONVERT, v2=names[0], names=names, v3=v3, how=how, **limits)


def supply(name: str, source: Source, reason: str, **limits: Any) -> Rule:
    """What the other version demands and this one never had. name: of a request in v3, of an answer in v2."""
    return Rule(SUPPLY, v2=name, v3=name, source=source, reason=reason, **limits)


def drop(v2: str, reason: str, *, harmless: bool = False, **limits: Any) -> Rule:
    """The other version has no place for it. harmless: nobody misses it."""
    return Rule(DROP, v2=v2, reason=reason, harmless=harmless, **limits)


def refuse(v2: str, reason: str, **limits: Any) -> Rule:
    """The call cannot be carried over with this field."""
    return Rule(REFUSE, v2=v2, reason=reason, **limits)


class Target(Row):
    """A v3 call that can carry the v2 one. name: in the v3 catalogue. when, regions, modes: as of a `Rule`."""

    __slots__ = ("modes", "name", "regions", "when")
    name: str
    regions: tuple[str, ...]
    modes: tuple[str, ...]
    when: tuple[str, ...]

    def __init__(
        self, name: str, *, regions: tuple[str, ...] = (), modes: tuple[str, ...] = (), when: tuple[str, ...] = ()
    ) -> None:
        self._fill(name=name, regions=regions, modes=modes, when=when)

    def fits(self, region: str, mode: str) -> bool:
        """Return True when the call is one of that region and access mode."""
        return (not self.regions or region in self.regions) and (not self.modes or mode in self.modes)


class Step(Row):
    """One more v3 call around the one that carries the v2 call. target, when: as above; request, answer: its rules."""

    __slots__ = ("answer", "reason", "request", "target")
    target: Target
    request: tuple[Rule, ...]
    answer: tuple[Rule, ...]
    reason: str

    def __init__(
        self, target: Target, request: tuple[Rule, ...], answer: tuple[Rule, ...] = (), reason: str = ""
    ) -> None:
        self._fill(target=target, request=request, answer=answer, reason=reason)


class Upgrade(Row):
    """How one v2 operation is carried by API v3.

    operation: its name in v2's catalogue. targets: the v3 calls that can carry it; the first that fits is taken.
    request, answer: the rules of either direction. before, after: more v3 calls. otherwise: why, where no target fits,
    and what to do instead. unless: a region and the setting of `V3Account` without which it is not carried there, and
    why. family: whose errors it has (see error_codes).
    """

    __slots__ = ("after", "answer", "before", "family", "operation", "otherwise", "request", "targets", "unless")
    operation: str
    targets: tuple[Target, ...]
    request: tuple[Rule, ...]
    answer: tuple[Rule, ...]
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    otherwise: NoEquivalent | None
    unless: tuple[str, str, NoEquivalent] | None
    family: str

    def __init__(
        self,
        operation: str,
        *,
        targets: tuple[Target, ...],
        request: tuple[Rule, ...],
        answer: tuple[Rule, ...],
        before: tuple[Step, ...] = (),
        after: tuple[Step, ...] = (),
        otherwise: NoEquivalent | None = None,
        unless: tuple[str, str, NoEquivalent] | None = None,
        family: str = "",
    ) -> None:
        self._fill(
            operation=operation, targets=targets, request=request, answer=answer, before=before, after=after,
            otherwise=otherwise, unless=unless, family=family,
        )  # fmt: skip

    def unavailable(self, case: Case) -> NoEquivalent | None:
        """Return why the call is not carried without a setting, None when it is."""
        if self.unless is None or case.region != self.unless[0] or getattr(case.account, self.unless[1]):
            return None
        return self.unless[2]

    def __repr__(self) -> str:
        return f"<Upgrade {self.operation}>"


class NoEquivalent(Row):
    """Why API v3 has no call for a v2 one, and what to do instead. operation: v2's name, "" within an Upgrade."""

    __slots__ = ("basis", "operation", "reason", "remedy")
    operation: str
    reason: str
    remedy: str
    basis: str

    def __init__(self, operation: str, reason: str, remedy: str, *, basis: str = DOCUMENTED) -> None:
        self._fill(operation=operation, reason=reason, remedy=remedy, basis=basis)
