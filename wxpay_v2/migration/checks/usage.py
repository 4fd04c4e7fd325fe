"""What the merchant's own recorded v2 requests become under API v3: which are carried, which not, and what is lost."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from wxpay_v2.errors import WXPayError
from wxpay_v2.migration.checks.settings import Checked
from wxpay_v2.migration.finding import BLOCKER, WARNING, Finding
from wxpay_v2.migration.recordings import hidden
from wxpay_v2.migration.report import Table
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.case import Case, chosen
from wxpay_v2.upgrade.identity import ENVELOPE
from wxpay_v2.upgrade.plan import plan_of
from wxpay_v2.upgrade.rules import NoEquivalent
from wxpay_v2.upgrade.translation import LOST, translate
from wxpay_v2.v2 import catalogue as v2_catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.migration.recordings import Recorded
    from wxpay_v2.operation import Operation

__all__ = ["TITLE", "Usage", "check"]

TITLE = "Recorded requests"

_SETTING = re.compile(r"set V3Account\((\w+)=")
_ENVELOPE = frozenset(("sign", *(rule.v2 for rule in ENVELOPE)))
_MOST = 50
"""Reasons of an operation that are told apart: recorded texts may be anything."""
_UNREADABLE, _NO_CALL = "unreadable", "no_call"
_MEANS = {_UNREADABLE: "these cannot be read", _NO_CALL: "these name no call of API v2, and fit several or none"}


class Tally:
    """What was seen of one operation."""

    def __init__(self, row: Operation) -> None:
        self.row = row
        self.first = ""  # place
        self.requests = self.carried = 0
        self.calls: Counter[str] = Counter()
        self.refused: dict[str, tuple[str, str]] = {}  # reason -> remedy, first place
        self.refusals: Counter[str] = Counter()
        self.lost: dict[str, str] = {}
        self.losses: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()  # settings
        self.sent: Counter[str] = Counter()
        self.answers = 0
        self.told: dict[str, str] = {}  # fields of answers that API v3 cannot give
        self.tellings: Counter[str] = Counter()


class Aside:
    """Messages that were not looked at: how many, and the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first = self.why = ""

    def append(self, one: Recorded) -> None:
        self.count += 1
        self.first = self.first or one.place
        self.why = self.why or hidden(one.fault)[:100]


class Usage:
    """Reads recorded messages one by one; what they hold is counted and not kept.

    account: supplies what v2 never had, as V3Account does; see `wxpay_v2.migration.checks.supplies`.
    """

    def __init__(self, account: Any, merchant: Merchant, region: str) -> None:
        self._account = account
        self.merchant = merchant
        self._region = region
        self.tallies: dict[str, Tally] = {}
        self.aside = {_UNREADABLE: Aside(), _NO_CALL: Aside()}
        self.merchants: set[str] = set()

    @property
    def requests(self) -> int:
        """How many requests of known operations were read."""
        return sum(tally.requests for tally in self.tallies.values())

    @property
    def carried(self) -> int:
        """How many of them API v3 carries."""
        return sum(tally.carried for tally in self.tallies.values())

    def read(self, recorded: Iterable[Recorded]) -> None:
        """Take note of each message."""
        for one in recorded:
            row = v2_catalogue.by_path(one.path.strip("/")) if one.path else None
            if one.fault or row is None:
                if one.fault or not one.is_answer:
                    self.aside[_UNREADABLE if one.fault else _NO_CALL].append(one)
                continue
            tally = self.tallies.setdefault(row.name, Tally(row))
            if one.is_answer:
                self._answer(tally, one)
            else:
                self._request(tally, one)

    def _request(self, tally: Tally, one: Recorded) -> None:
        tally.requests += 1
        tally.first = tally.first or one.place
        tally.sent.update(list(one.fields))
        if len(self.merchants) < _MOST:
            self.merchants.add(one.fields.get("mch_id") or self.merchant.mch_id)
        if tally.row.name in self._account.over_v2:
            return
        try:
            told = translate(tally.row.name, one.fields, self.merchant, region=self._region, account=self._account)
        except WXPayError as error:
            faults, remedy = [error.message], error.remedy
        else:
            faults, remedy = list(told.faults), told.remedy
            for verdict in told.of(LOST):
                tally.lost.setdefault(verdict.name, verdict.reason)
                tally.losses[verdict.name] += 1
            if told.carried:
                tally.carried += 1
                tally.calls[f"{told.method} {told.name}"] += 1
        for fault in faults:
            settings = _SETTING.findall(fault)
            tally.missing.update(settings)
            if not settings:
                reason = hidden(fault)
                if reason not in tally.refused and len(tally.refused) >= _MOST:
                    reason, remedy = "other reasons", "mend these first, and run this again"
                tally.refused.setdefault(reason, (remedy, one.place))
                tally.refusals[reason] += 1

    def missing(self) -> Counter[str]:
        """Return the settings that were missing, each with the number of requests that want it."""
        return sum((tally.missing for tally in self.tallies.values()), Counter())

    def over_v2(self, name: str) -> bool:
        """Return whether the configuration keeps the operation *name* on v2."""
        return name in self._account.over_v2

    def _answer(self, tally: Tally, one: Recorded) -> None:
        tally.answers += 1
        upgrade = catalogue.find(tally.row.name)
        if isinstance(upgrade, NoEquivalent):
            return
        case = Case(tally.row, one.fields, self.merchant, self._region, self._account)
        target = chosen(case, upgrade.targets)  # an answer says again what decides
        if target is None:
            return
        lost = plan_of(tally.row.name, upgrade, self._region, case.mode, target.name).losses(case)
        families = {name.rstrip("0123456789").rstrip("_") + "_$n" for name in one.fields}
        for name in {*one.fields, *families} & lost.keys() - _ENVELOPE:
            tally.told.setdefault(name, lost[name])
            tally.tellings[name] += 1

    def lost_answers(self, tally: Tally) -> dict[str, str]:
        """Return the fields of recorded answers that API v3 cannot give, each with the reason.

        What every request says itself is told again from there.
        """
        echoed = {name for name, count in tally.sent.items() if count == tally.requests}
        return {name: reason for name, reason in tally.told.items() if name not in echoed}

    def table(self) -> Table:
        """Return the operations that are used, the most used first."""
        ordered = sorted(self.tallies.values(), key=lambda tally: (-tally.requests, tally.row.name))
        rows = [
            [tally.row.name, tally.requests, tally.carried, ", ".join(tally.calls) or None, self._fate(tally)]
            for tally in ordered
            if tally.requests
        ]
        columns = ["Operation", "Requests", "Carried by API v3", "Call of API v3", "Fate"]
        return Table("Operations in the recorded requests", columns, rows, bars="Requests")

    def _fate(self, tally: Tally) -> str:
        if self.over_v2(tally.row.name):
            return "stays on v2"
        if isinstance(catalogue.find(tally.row.name), NoEquivalent):
            return "no equivalent"
        if tally.missing and not tally.refused:
            return "carried once the setting is there"
        if tally.carried < tally.requests:
            return "some refused" if tally.carried else "refused"
        return "carried, fields lost" if tally.lost or self.lost_answers(tally) else "carried"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def check(usage: Usage) -> Checked:
    """Return what stands in the way of the requests that were recorded."""
    findings: list[Finding] = []
    for name, tally in sorted(usage.tallies.items()):
        if usage.over_v2(name):
            continue
        absent = catalogue.find(name)
        if isinstance(absent, NoEquivalent) and tally.requests:
            where = f"{name}, {_counted(tally.requests, 'request')}, first at {tally.first}"
            findings.append(Finding("readiness.usage.no_equivalent", BLOCKER, where, absent.reason, absent.remedy))
            continue
        for reason, (remedy, first) in tally.refused.items():
            where = f"{name}, {tally.refusals[reason]:,} of {_counted(tally.requests, 'request')}, first at {first}"
            findings.append(Finding("readiness.usage.refused", BLOCKER, where, reason, remedy))
        for field, reason in tally.lost.items():
            where = f"{name}.{field}, {tally.losses[field]:,} of {_counted(tally.requests, 'request')}"
            findings.append(Finding("readiness.usage.request_field_lost", WARNING, where, f"sent, and lost: {reason}"))
        for field, reason in usage.lost_answers(tally).items():
            where = f"answer of {name}.{field}, {tally.tellings[field]:,} of {_counted(tally.answers, 'answer')}"
            hint = "see that nothing of yours reads it: V3Account(strict=True) in your tests"
            findings.append(
                Finding("readiness.usage.answer_field_lost", WARNING, where, f"told, and lost: {reason}", hint)
            )
    for kind, aside in usage.aside.items():
        if aside.count:
            where = f"{aside.count:,} messages, first at {aside.first}"
            message = f"{_MEANS[kind]}, so that they were not looked at" + (f": {aside.why}" if aside.why else "")
            hint = "log the path of the call as well" if kind == _NO_CALL else "see that they are whole in the log"
            findings.append(Finding(f"readiness.usage.{kind}", WARNING, where, message, hint))
    if not usage.requests:
        message = "no request of API v2 was found in the logs, so that nothing is said of what is used"
        hint = "see that these are the logs, and in a form that can be read"
        findings.append(Finding("readiness.usage.nothing", WARNING, TITLE, message, hint))
    findings += _others(usage)
    told = f"{usage.carried:,} of {usage.requests:,} recorded requests are carried by API v3"
    return Checked(TITLE, findings, told)


def _others(usage: Usage) -> list[Finding]:
    ours = usage.merchant.mch_id
    others = sorted(usage.merchants - {ours})
    if not others:
        return []
    message = f"requests of other merchants than {ours} are recorded: {', '.join(mch_id[:32] for mch_id in others[:5])}"
    hint = "each has keys and a certificate of its own; run this with the configuration of each"
    return [Finding("readiness.usage.other_merchant", WARNING, TITLE, message, hint)]
