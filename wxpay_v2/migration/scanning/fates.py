"""What becomes of a place under API v3, and what it takes to get it there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wxpay_v2.migration.scanning.libraries import FACES
from wxpay_v2.migration.scanning.site import CASHIER, CONSULTED, NOTIFICATION
from wxpay_v2.upgrade import catalogue, losses
from wxpay_v2.upgrade.identity import ENVELOPE
from wxpay_v2.upgrade.rules import NoEquivalent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.migration.scanning.site import Site

__all__ = ["CARRIED", "EFFORTS", "FATES", "REFUSED", "UNKNOWN", "WITH_LOSSES", "Fate", "effort", "fate_of"]

CARRIED, WITH_LOSSES, REFUSED, UNKNOWN = "carried", "carried with losses", "refused", "unknown"
FATES = (REFUSED, UNKNOWN, WITH_LOSSES, CARRIED)

# Of v2's message: whoever is answered over API v3 verifies nothing by it.
_ENVELOPE = frozenset(("sign", *(rule.v2 for rule in ENVELOPE)))

EFFORTS = {
    "S": "a library with a face in wxpay_v2.compat: one import changes, the call stays",
    "M": "another call that API v3 carries: it becomes a Client.call, or its base address a sidecar's",
    "L": "a call that API v3 does not carry, or that cannot be told: another product, or v2 for longer",
}


@dataclass(frozen=True)
class Fate:
    """verdict: one of FATES, "" where nothing becomes of it. reason, remedy: of a refusal. lost: field -> why."""

    verdict: str
    reason: str = ""
    remedy: str = ""
    lost: tuple[tuple[str, str], ...] = ()


def fate_of(site: Site, *, region: str = "global", mode: str = "direct") -> Fate:
    """Return what becomes of *site*. region, mode: as of `wxpay_v2.upgrade.losses`."""
    if site.kind not in CONSULTED:
        return Fate("")
    if site.kind in (CASHIER, NOTIFICATION):
        return Fate(CARRIED)
    if not site.operation:
        return Fate(UNKNOWN, "the call cannot be told from the code, or the catalogue has it not")
    return _of_operation(site.operation, region, mode)


@cache
def _of_operation(operation: str, region: str, mode: str) -> Fate:
    row = catalogue.find(operation)
    if isinstance(row, NoEquivalent):
        return Fate(REFUSED, row.reason, row.remedy)
    targets = [
        target
        for target in row.targets
        if (not target.regions or region in target.regions) and (not target.modes or mode in target.modes)
    ]
    if not targets:
        why = row.otherwise
        return Fate(REFUSED, why.reason if why else "API v3 has no such call here", why.remedy if why else "")
    told = losses(operation, region=region, mode=mode)
    lost = tuple(sorted((name, reason) for name, reason in told.items() if name not in _ENVELOPE))
    why = row.unless[2] if row.unless is not None and row.unless[0] == region else None
    return Fate(WITH_LOSSES if lost else CARRIED, why.reason if why else "", why.remedy if why else "", lost)


def effort(site: Site, fate: Fate) -> str:
    """Return "S", "M" or "L" by the rule in EFFORTS, "" where nothing becomes of *site*."""
    if not fate.verdict:
        return ""
    if fate.verdict in (REFUSED, UNKNOWN):
        return "L"
    return "S" if site.library in FACES else "M"
