"""How a face carries its calls: over v2, or, by an argument or by WXPAY_V2_UPGRADE, over API v3."""

from __future__ import annotations

import os
import threading

from wxpay_v2 import configuration
from wxpay_v2.compat.tolerance import Tolerance
from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.operation import HOSTS, MAINLAND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.clock import Clock
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.v3.account import V3Account

__all__ = ["VARIABLE", "Settings", "settings_for", "settings_in"]

VARIABLE = "WXPAY_V2_UPGRADE"
_NAMES = ("mch_id", "region", "base_url", "verify", "store", "switch")


class Settings:
    """upgrade: a V3Account, a Gradual, or None for v2. tolerance: None where every hole is closed.

    region: "mainland", where the replaced libraries' hosts are, or "global". base_url, verify: another gateway for
    what goes over v3, and the CA bundle to trust for it. clock: for tests.
    """

    __slots__ = ("base_url", "clock", "region", "tolerance", "upgrade", "verify")

    def __init__(
        self,
        upgrade: V3Account | Gradual | None = None,
        *,
        region: str = MAINLAND,
        base_url: str | None = None,
        verify: str | None = None,
        tolerance: Tolerance | None = None,
        clock: Clock | None = None,
    ) -> None:
        if not isinstance(region, str) or region not in HOSTS:
            raise ConfigurationError(f"region must be global or mainland, got {quoted(region)}")
        if tolerance is not None and not isinstance(tolerance, Tolerance):
            raise ConfigurationError(
                f"tolerance must be a Tolerance, got {type(tolerance).__name__}",
                remedy='name the holes and a day: Tolerance(until="2027-03-31", unsigned_replies=True)',
            )
        self.upgrade = upgrade
        self.region = region
        self.base_url = base_url
        self.verify = verify
        self.tolerance = tolerance
        self.clock = clock

    def allows(self, hole: str) -> bool:
        """Return True while *hole* is open by the tolerance."""
        return self.tolerance is not None and self.tolerance.allows(hole)

    def with_tolerance(self, tolerance: Tolerance) -> Settings:
        """Return the same with another tolerance."""
        return Settings(
            self.upgrade, region=self.region, base_url=self.base_url, verify=self.verify, tolerance=tolerance,
            clock=self.clock,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Settings({self.upgrade!r}, region={self.region!r}, tolerance={self.tolerance!r})"


def settings_for(
    mch_id: str,
    upgrade: V3Account | Gradual | Settings | None = None,
    tolerance: Tolerance | None = None,
) -> Settings:
    """Return how *mch_id*'s calls go: by the arguments, else by the files that WXPAY_V2_UPGRADE names.

    The variable holds paths of TOML files, parted as in PATH. Each may have these tables: ``[v3]``, see
    `V3Account.from_config`; without it calls stay on v2. ``[upgrade]``: mch_id (whose it is, needed where there are
    several files), region, base_url, verify, store (database that keeps each order's protocol), switch (a file that
    sends new orders over v2 while it exists). ``[gradual]``: percentages by family, read again when they change.
    ``[tolerance]``: until, and holes by name. A file is read again when it changed. Raises ConfigurationError.
    """
    if isinstance(upgrade, Settings):
        return upgrade
    if upgrade is not None:
        return Settings(upgrade, tolerance=tolerance)
    paths = [path for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]
    for path in paths:
        whose, settings = settings_in(path)
        if not whose and len(paths) > 1:
            raise ConfigurationError(
                f"{quoted(path)} does not say whose it is", remedy='add mch_id = "..." to its table [upgrade]'
            )
        if not whose or whose == str(mch_id):
            return settings if tolerance is None else settings.with_tolerance(tolerance)
    return Settings(tolerance=tolerance)


# By path: what the file was when it was read, whose it is, and what it says. Keys are loaded once for all clients.
_kept: dict[str, tuple[tuple[int, int, int], str, Settings]] = {}
_turn = threading.Lock()


def settings_in(path: str) -> tuple[str, Settings]:
    """Return whose the file at *path* is, "" for everybody's, and what it says. Raises ConfigurationError."""
    with _turn:
        try:
            stat = os.stat(path)
        except OSError as error:
            raise ConfigurationError(f"{quoted(path)} cannot be read: {type(error).__name__}") from None
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        kept = _kept.get(path)
        if kept is None or kept[0] != seen:
            told = configuration.tables(path)
            table = _table(told, "upgrade")
            unknown = sorted(set(table) - set(_NAMES))
            if unknown:
                raise ConfigurationError(f"unknown in [upgrade]: {', '.join(unknown)}", remedy=", ".join(_NAMES))
            wrong = sorted(name for name, value in table.items() if not isinstance(value, str) and name != "mch_id")
            if wrong:
                raise ConfigurationError(f"in [upgrade], {', '.join(wrong)} must be text")
            kept = _kept[path] = (seen, str(table.get("mch_id", "")), _read(path, told, table))
        return kept[1], kept[2]


def _read(path: str, told: dict[str, object], table: dict[str, str]) -> Settings:
    upgrade: V3Account | Gradual | None = None
    if "v3" in told:
        from wxpay_v2.v3.account import V3Account

        upgrade = V3Account.from_config(path)
        if "gradual" in told or "switch" in table:
            upgrade = _gradual(path, told, table, upgrade)
    verify = table.get("verify")
    return Settings(
        upgrade,
        region=table.get("region", MAINLAND),
        base_url=table.get("base_url"),
        verify=configuration.absolute(path, verify) if verify else None,
        tolerance=Tolerance.from_table(_table(told, "tolerance")) if "tolerance" in told else None,
    )


def _gradual(path: str, told: dict[str, object], table: dict[str, str], account: V3Account) -> Gradual:
    from wxpay_v2.upgrade.gradual import Gradual
    from wxpay_v2.upgrade.origins import Origins

    store = table.get("store")
    switch = table.get("switch")
    return Gradual(
        account,
        percent=path if "gradual" in told else 100,
        store=Origins(store) if store else None,
        switch=configuration.absolute(path, switch) if switch else None,
    )


def _table(told: dict[str, object], name: str) -> dict[str, str]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"[{name}] must be a table")
    return table
