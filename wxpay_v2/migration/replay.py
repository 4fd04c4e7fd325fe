"""Recorded requests of API v2 through the translation to API v3: what would become of each; nothing is sent."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from typing import Any, NamedTuple

from wxpay_v2.errors import ConfigurationError, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.migration.finding import BLOCKER, GOOD, WARNING, Finding
from wxpay_v2.migration.recordings import Recorded, hidden
from wxpay_v2.migration.report import Figure, Report, Table
from wxpay_v2.operation import Operation
from wxpay_v2.primitives import new_private_key
from wxpay_v2.upgrade.translation import DEFAULTED, DERIVED, LOST, translate
from wxpay_v2.v2 import catalogue
from wxpay_v2.v3.account import V3Account, settings_from

__all__ = ["VERDICTS", "Replayed", "Summary", "Taker", "Work", "judge", "judged", "replay"]

EXACT, REFUSED, UNDECIDED, UNREADABLE, REJECTED = "exact", "refused", "undecided", "unreadable", "rejected"
# From the best to the worst; "rejected": carried, but the gateway that was asked did not take the request's form.
VERDICTS = (EXACT, DERIVED, DEFAULTED, LOST, UNDECIDED, UNREADABLE, REFUSED, REJECTED)
_WORDS = {
    EXACT: "as it is",
    DERIVED: "other form",
    DEFAULTED: "supplied",
    LOST: "lost",
    REFUSED: "refused",
    REJECTED: "rejected",
    UNDECIDED: "undecided",
    UNREADABLE: "unreadable",
}
_CHUNK = 500
_AHEAD = 3  # chunks a process may have waiting
_MOST = 200
_IDS = ("appid", "mch_id", "sub_mch_id", "sub_appid")

Check = Callable[[Operation, Mapping[str, str]], str]


class Taker(NamedTuple):
    """A gateway that requests are tried on. check: why it does not take one, or "". account: settings it is used with,
    where the configuration has none."""

    check: Check
    account: V3Account


class Replayed(NamedTuple):
    """What becomes of one request. verdict: of VERDICTS. call: method and name of API v3's, "" without one.

    reasons: why it is refused or rejected. lost, supplied: names of v2's fields, and of v3's.
    """

    place: str
    operation: str
    verdict: str
    call: str = ""
    reasons: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def hidden(self) -> tuple[str, ...]:
        """The reasons with "..." for the values that they quote, which may be anybody's."""
        return tuple(map(hidden, self.reasons))

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON lines; no value of the request is in it."""
        told = self._replace(reasons=self.hidden)._asdict()
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def judge(
    one: Recorded, merchant: Merchant | None, region: str, account: V3Account | None, check: Check | None = None
) -> Replayed:
    """Return what becomes of one request. merchant: whose; None reads it from the request.

    check: asks a gateway whether it takes the request, and returns why not, or "".
    """
    if one.fault:
        return Replayed(one.place, "", UNREADABLE, reasons=(one.fault,))
    row = catalogue.by_path(one.path) if one.path else None
    if row is None:
        why = "no row of the catalogue fits, or several do" if not one.path else "not a path of API v2"
        return Replayed(one.place, "", UNDECIDED, reasons=(why,))
    try:
        return judged(one.place, row, one.fields, merchant or _merchant_of(one), region, account, check)
    except WXPayError as error:  # of the ids that it names
        return Replayed(one.place, row.name, REFUSED, reasons=(error.message,), remedy=error.remedy)


def judged(
    place: str, row: Operation, fields: Mapping[str, Any], merchant: Merchant, region: str,
    account: V3Account | None, check: Check | None = None,
) -> Replayed:  # fmt: skip
    """Return what becomes of a request of *row* that is understood; see `judge`."""
    try:
        told = translate(row.name, fields, merchant, region=region, account=account)
    except WXPayError as error:
        return Replayed(place, row.name, REFUSED, reasons=(error.message,), remedy=error.remedy)
    if not told.carried:
        return Replayed(place, row.name, REFUSED, reasons=told.faults, remedy=told.remedy)
    found = {verdict.verdict for verdict in told.verdicts}
    verdict = next((word for word in (LOST, DEFAULTED, DERIVED) if word in found), EXACT)
    reasons: tuple[str, ...] = ()
    if check is not None:
        rejected = check(row, fields)
        if rejected:
            verdict, reasons = REJECTED, (rejected,)
    return Replayed(
        place, row.name, verdict, f"{told.method} {told.name}", reasons,
        tuple(one.name for one in told.of(LOST)), tuple(one.place for one in told.of(DEFAULTED)),
    )  # fmt: skip


def _merchant_of(one: Recorded) -> Merchant:
    return _made(*(one.fields.get(name) or "" for name in _IDS))


@lru_cache(maxsize=1024)
def _made(appid: str, mch_id: str, sub_mch_id: str, sub_appid: str) -> Merchant:
    """Return a merchant of these ids; a translation signs nothing, so the key does not matter."""
    return Merchant(appid or "wx0", mch_id or "1", "0" * 32, sub_mch_id=sub_mch_id, sub_appid=sub_appid)


class Work:
    """What a process needs: where the settings stand, for keys do not travel. config: a TOML file, or None.

    taker: makes a `Taker` for a region within the process, and is a function of a module.
    """

    def __init__(self, config: str | None, region: str, taker: Callable[[str], Taker] | None = None) -> None:
        self.config = config
        self.region = region
        self.taker = taker

    def judging(self) -> Callable[[Recorded], Replayed]:
        """Return what judges one request. Raises ConfigurationError."""
        merchant = Merchant.from_config(self.config) if self.config else None
        account = _account(self.config)
        if self.taker is None:
            return lambda one: judge(one, merchant, self.region, account)
        taker = self.taker(self.region)
        return lambda one: judge(one, merchant, self.region, account or taker.account, taker.check)


def _account(config: str | None) -> V3Account | None:
    """Return the account of the configuration; None where nothing of it is set."""
    try:
        return V3Account.from_config(config)
    except ConfigurationError as error:
        if "not configured" not in error.message:
            raise
    told = settings_from(config) if config is not None else {}
    if not told:
        return None
    # A translation signs nothing: keys may be missing, and what supplies fields counts all the same.
    return V3Account.from_config(config, serial_no="0" * 40, private_key=new_private_key(), api_v3_key="0" * 32)


def replay(recorded: Iterable[Recorded], work: Work, *, jobs: int = 1) -> Iterator[Replayed]:
    """Return what becomes of each request in *recorded*, in order; answers are passed over.

    jobs: processes. Memory is bounded whatever the log's length. Raises ConfigurationError.
    """
    asked = (one for one in recorded if not one.is_answer)
    if jobs <= 1:
        yield from map(work.judging(), asked)
        return
    Work(work.config, work.region).judging()  # what is wrong with the settings is told here, once
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(work,)) as pool:
        waiting: deque[Future[list[Replayed]]] = deque()
        for chunk in _chunks(asked):
            waiting.append(pool.submit(_judged, chunk))
            if len(waiting) >= jobs * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(asked: Iterator[Recorded]) -> Iterator[list[Recorded]]:
    while chunk := list(islice(asked, _CHUNK)):
        yield chunk


_judging: list[Callable[[Recorded], Replayed]] = []  # of this process


def _begin(work: Work) -> None:
    _judging[:] = [work.judging()]


def _judged(chunk: Sequence[Recorded]) -> list[Replayed]:
    return list(map(_judging[0], chunk))


class Summary:
    """Counts by operation and by reason, and a few places of each; add everything, then ask for the `report`."""

    def __init__(self) -> None:
        self.total = 0
        self.verdicts: Counter[str] = Counter()
        self._by_operation: dict[str, Counter[str]] = {}
        self._reasons: Counter[tuple[str, str, str]] = Counter()
        self._first: dict[tuple[str, str, str], Replayed] = {}
        self._lost: Counter[tuple[str, str]] = Counter()

    def add(self, one: Replayed) -> None:
        """Count *one*."""
        self.total += 1
        self.verdicts[one.verdict] += 1
        self._by_operation.setdefault(one.operation or "-", Counter())[one.verdict] += 1
        for name in one.lost:
            self._lost[one.operation, name] += 1
        for reason in one.hidden:
            key = (one.verdict, one.operation, reason)
            if key not in self._first and len(self._first) >= _MOST:
                key = (one.verdict, "", "other reasons")
            self._reasons[key] += 1
            self._first.setdefault(key, one)

    @property
    def carried(self) -> int:
        """How many API v3 carries."""
        return sum(self.verdicts[word] for word in (EXACT, DERIVED, DEFAULTED, LOST))

    def report(self, subject: str = "", seconds: float = 0.0) -> Report:
        """Return the report. seconds: it took, 0 to leave the rate out. A refused request is a blocker."""
        bad = self.verdicts[REFUSED] + self.verdicts[REJECTED]
        figures = [
            Figure("requests replayed", self.total),
            Figure("carried by API v3", self.carried, GOOD if self.carried == self.total else ""),
            Figure("refused", bad, BLOCKER),
            Figure("of those carried, with fields lost", self.verdicts[LOST], WARNING),
            Figure("not understood", self.verdicts[UNDECIDED] + self.verdicts[UNREADABLE], WARNING),
        ]
        facts: dict[str, Any] = {"total": self.total, "verdicts": dict(self.verdicts)}
        if seconds > 0:
            facts |= {"seconds": round(seconds, 3), "a_minute": int(self.total / seconds * 60)}
            figures.append(Figure("requests a minute", facts["a_minute"]))
        words = [word for word in VERDICTS if self.verdicts[word]]
        operations = Table(
            "Operations", ["Operation", "Requests", *(_WORDS[word] for word in words)],
            [[name, sum(counts.values()), *(counts[word] for word in words)]
             for name, counts in sorted(self._by_operation.items(), key=lambda item: -sum(item[1].values()))],
            note="Each request counts where the gravest of its fields does.", bars="Requests",
        )  # fmt: skip
        lost = Table(
            "Fields that are sent and lost", ["Operation", "Field", "Requests"],
            [[name, field, count] for (name, field), count in self._lost.most_common()],
            note="docs: the fate of every field says why",
        )  # fmt: skip
        return Report(
            "Replay of recorded requests", subject=subject, figures=figures, findings=self._findings(),
            tables=[table for table in (operations, lost) if table.rows], facts=facts,
        )  # fmt: skip

    def _findings(self) -> list[Finding]:
        found = []
        for (verdict, operation, reason), count in self._reasons.most_common():
            first = self._first[verdict, operation, reason]
            grave = verdict in (REFUSED, REJECTED)
            times = f"{count:,} request{'s' if count > 1 else ''}"
            told = f"{operation or 'a message'}, {times}, first at {first.place}"
            found.append(Finding(f"replay.{verdict}", BLOCKER if grave else WARNING, told, reason, first.remedy))
        if not self.total:
            hint = "see that these are the logs, and in a form that can be read; their answers alone are not enough"
            found.append(Finding("replay.nothing", WARNING, "the logs", "no request of API v2 stands in them", hint))
        return found
