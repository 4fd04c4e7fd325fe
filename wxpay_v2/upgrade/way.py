"""Way: how one v2 operation is carried in one region and access mode, read from its row once."""

from __future__ import annotations

from functools import lru_cache

from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.plan import Plan
from wxpay_v2.upgrade.rules import NoEquivalent
from wxpay_v2.v3 import catalogue as v3_catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.operation import Operation
    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Step, Target
    from wxpay_v2.v3.operation import V3Operation

__all__ = ["Road", "Way", "way_of"]

_EVERYWHERE = {"regions": (GLOBAL, MAINLAND), "modes": (DIRECT, INSTITUTION, SERVICE_PROVIDER)}


class Road:
    """A target that fits, with v3's row and what becomes of the fields."""

    __slots__ = ("plan", "row", "target", "when")

    def __init__(self, target: Target, row: V3Operation, plan: Plan) -> None:
        self.target = target.name
        self.when = target.when
        self.row = row
        self.plan = plan


class Way:
    """operation: without v2's limits to regions and modes; API v3's own are those of the targets.

    upgrade: its row, or why there is none. roads: of the targets that fit, in order. before, after: the steps that may
    be due.
    """

    __slots__ = ("after", "before", "operation", "roads", "upgrade")

    def __init__(self, operation: Operation, region: str, mode: str) -> None:
        self.operation = operation
        self.upgrade = catalogue.find(operation.name)
        self.roads: tuple[Road, ...] = ()
        self.before: tuple[Step, ...] = ()
        self.after: tuple[Step, ...] = ()
        if isinstance(self.upgrade, NoEquivalent):
            return
        self.operation = operation.varied(operation.name, **_EVERYWHERE)
        rows = self.upgrade
        self.roads = tuple(
            Road(
                target,
                v3_catalogue.find(region, target.name),
                Plan(operation.name, rows, region, mode, target.name, target.when),
            )
            for target in rows.targets
            if target.fits(region, mode)
        )
        self.before = tuple(step for step in rows.before if step.target.fits(region, mode))
        self.after = tuple(step for step in rows.after if step.target.fits(region, mode))

    def road(self, case: Case) -> Road | None:
        """Return the first road that *case* may take, None without one."""
        for road in self.roads:
            if case.meets(road.when):
                return road
        return None


way_of = lru_cache(maxsize=512)(Way)
