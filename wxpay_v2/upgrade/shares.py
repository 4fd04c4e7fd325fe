"""Shares: how much of each family goes over API v3, and the switch that ends it; both looked at while running."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping

from wxpay_v2 import configuration, telemetry
from wxpay_v2.errors import ConfigurationError, WXPayError, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["FAMILIES", "ORDERS", "OTHERS", "READS", "REFUNDS", "Shares", "Switch", "place_of"]

ORDERS, REFUNDS, READS, OTHERS = "orders", "refunds", "reads", "others"
FAMILIES = (ORDERS, REFUNDS, READS, OTHERS)

_LOOK_SECONDS = 1.0


def place_of(family: str, mch_id: str, number: str) -> float:
    """Return where *number* stands between 0 and 100: the same in every process, and evenly spread.

    It goes over API v3 when it stands below the percentage, so that a percentage that grows takes nothing back.
    """
    text = f"{mch_id}\n{number}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=8, key=family.encode()).digest()
    return int.from_bytes(digest, "big") / 2**64 * 100.0


class Shares:
    """The percentage of each family.

    given: a number, which holds for orders and reads (and, at 100, for others); a mapping of families to numbers, which
    is looked at each time; a callable that returns either; or the path of a TOML file with the families in a table
    ``[gradual]``, which is looked at once a second and read when it changed.
    Raises ConfigurationError for what cannot be a percentage. Later on, what cannot be is told in the log and changes
    nothing.
    """

    def __init__(self, given: Any) -> None:
        self.fixed: int | float = -1  # unless it can change
        self._complained = ""
        self._file: _File | None = None
        self._give: Callable[[], Any]
        if callable(given):
            self._give = given
        elif isinstance(given, (str, os.PathLike)):
            self._file = _File(given)
        else:
            self._give = lambda: given
            if isinstance(given, (int, float)):
                self.fixed = given
        try:
            self._last = _checked(self._given(-math.inf))
        except WXPayError:
            raise
        except Exception as error:
            raise ConfigurationError(f"percent cannot be asked: it raised {type(error).__name__}") from error

    def _given(self, now: float) -> Any:
        return self._file.table(now) if self._file is not None else self._give()

    def at(self, now: float) -> Mapping[str, float]:
        """Return the percentage of every family. now: monotonic seconds."""
        if self.fixed >= 0:
            return self._last
        try:
            self._last = _checked(self._given(now))
            self._complained = ""
        except Exception as error:
            reason = error.message if isinstance(error, WXPayError) else type(error).__name__
            if reason != self._complained:
                self._complained = reason
                telemetry.emit("upgrade.settings_refused", {"reason": reason})
        return self._last


def _checked(given: Any) -> dict[str, float]:
    if isinstance(given, (int, float)):
        share = _percentage("percent", given)
        return {ORDERS: share, REFUNDS: 0.0, READS: share, OTHERS: 100.0 if share == 100 else 0.0}
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            f"percent must be a number, a mapping, a callable or the path of a TOML file, got {type(given).__name__}"
        )
    unknown = [name for name in given if name not in FAMILIES]
    if unknown:
        raise ConfigurationError(
            f"there is no family {quoted(unknown[0])} of calls", remedy=f"there are {', '.join(FAMILIES)}"
        )
    shares = {name: _percentage(f"percent of {name}", given.get(name, 0)) for name in FAMILIES}
    if shares[OTHERS] not in (0, 100):
        raise ConfigurationError(
            f"percent of others must be 0 or 100, got {quoted(given[OTHERS])}",
            remedy="such calls have no number by which a repetition would be known, so all of them go one way",
        )
    return shares


def _percentage(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise ConfigurationError(f"{name} must be a number from 0 to 100, got {quoted(value)}")
    return float(value)


class _File:
    """A TOML file that is read again when it changed."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._looked = -math.inf
        self._seen: tuple[int, int, int] | None = None
        self._table: Mapping[str, Any] = {}

    def table(self, now: float) -> Mapping[str, Any]:
        """Return the table as it is in the file. Raises ConfigurationError."""
        if self._seen is not None and now - self._looked < _LOOK_SECONDS:
            return self._table
        self._looked = now
        try:
            stat = os.stat(self._path)
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._table = _toml(self._path)
                self._seen = seen
        except OSError as error:
            raise ConfigurationError(f"{quoted(self._path)} cannot be read: {type(error).__name__}") from None
        return self._table


def _toml(path: str) -> Mapping[str, Any]:
    table = configuration.tables(path).get("gradual")
    if not isinstance(table, dict):
        raise ConfigurationError(f"{quoted(path)} has no table [gradual]")
    return table


class Switch:
    """The switch that sends new orders over v2. given: None, a callable, or the path of a file that need only exist."""

    def __init__(self, given: Callable[[], object] | str | os.PathLike[str] | None) -> None:
        if given is not None and not callable(given) and not (isinstance(given, (str, os.PathLike)) and str(given)):
            raise ConfigurationError(f"switch must be a callable or a path, got {quoted(given)}")
        self.absent = given is None
        self._given = given

    def thrown(self) -> bool:
        """Return True while new orders are to take v2; a switch that cannot be asked counts as thrown."""
        if self._given is None:
            return False
        try:
            return bool(self._given()) if callable(self._given) else _exists(self._given)
        except Exception as error:
            telemetry.emit("upgrade.settings_refused", {"reason": f"the switch raised {type(error).__name__}"})
            return True


def _exists(path: str | os.PathLike[str]) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
