"""UpgradedResult: v2's answer made of API v3's, which knows what it could not be given."""

from __future__ import annotations

import sys
import warnings

from wxpay_v2.errors import ConfigurationError
from wxpay_v2.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.operation import Operation

__all__ = ["LostField", "LostFieldWarning", "UpgradedFields", "UpgradedResult", "tell"]

_told: set[tuple[str, str]] = set()


class LostFieldWarning(UserWarning):
    """A field was read, or sent, that API v3 has no place for. Once per operation and field."""


class LostField(ConfigurationError, KeyError):
    """The same with ``V3Account(strict=True)``; a KeyError, for that is what v2's code expects."""

    __str__ = ConfigurationError.__str__


def tell(operation: str, name: str, reason: str, *, strict: bool) -> None:
    """Warn, once per process, that *name* is lost; with *strict* raise LostField."""
    message = f"{operation}: {name} is lost over API v3: {reason}"
    if strict:
        raise LostField(message, operation=operation, remedy="do without the field, or keep this call on v2")
    if (operation, name) not in _told:
        _told.add((operation, name))
        warnings.warn(message, LostFieldWarning, stacklevel=_callers())


def _callers() -> int:
    """Return how far up the first frame is that is not ours: what the warning should point at."""
    level, frame = 2, sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("wxpay_v2."):
        level, frame = level + 1, frame.f_back
    return level


def _lost(name: object, call: str, losses: Mapping[str, str], strict: bool) -> None:
    """Tell that the field *name* of *call* is lost, when it is; an indexed one is looked up by its family.

    Only whoever reads it from outside is told: what the library itself looks for, it does without.
    """
    key = name if name in losses else f"{str(name).rstrip('0123456789').rstrip('_')}_$n"
    reason = losses.get(key) if isinstance(key, str) else None
    if reason is not None and not sys._getframe(2).f_globals.get("__name__", "").startswith("wxpay_v2."):
        tell(call, str(key), reason, strict=strict)


class UpgradedFields(dict[str, str]):
    """The fields of a notification that API v3 sent, in v2's shape. losses: as of `UpgradedResult`, told alike."""

    __slots__ = ("_call", "_strict", "losses")

    def __init__(self, fields: Mapping[str, str], call: str, losses: Mapping[str, str], strict: bool = False) -> None:
        super().__init__(fields)
        self.losses = dict(losses)
        self._call = call
        self._strict = strict

    def __missing__(self, name: str) -> str:
        _lost(name, self._call, self.losses, self._strict)
        if name in self.losses:
            return ""
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        _lost(name, self._call, self.losses, self._strict)
        return default

    def __reduce__(self) -> tuple[Any, ...]:
        return (UpgradedFields, (dict(self), self._call, self.losses, self._strict))


class UpgradedResult(Result):
    """The gateway's answer over API v3, in v2's shape. raw: the JSON as it came, verified by its RSA signature.

    losses: fields of v2's answer that API v3 cannot give, with the reason. Reading one warns once (or raises
    LostField, with ``V3Account(strict=True)``) and gives "", or `get`'s default; it is not ``in`` the result.
    """

    __slots__ = ("_strict", "losses")

    def __init__(
        self, fields: dict[str, str], operation: Operation | None = None, raw: bytes = b"", verified: bool = True,
        losses: Mapping[str, str] | None = None, strict: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(fields, operation, raw, verified)
        self.losses = dict(losses or {})
        self._strict = strict

    @property
    def _call(self) -> str:
        return self.operation.name if self.operation is not None else ""

    def __missing__(self, name: str) -> str:
        _lost(name, self._call, self.losses, self._strict)
        if name in self.losses or f"{name.rstrip('0123456789').rstrip('_')}_$n" in self.losses:
            return ""
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        _lost(name, self._call, self.losses, self._strict)
        return default

    def __reduce__(self) -> tuple[Any, ...]:
        kept = (dict(self), self.operation, self.raw, self.verified, self.losses, self._strict)
        return (UpgradedResult, kept)
