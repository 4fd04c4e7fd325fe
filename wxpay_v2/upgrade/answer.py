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

__all__ = ["Losses", "LostField", "LostFieldWarning", "UpgradedFields", "UpgradedResult"]


class LostFieldWarning(UserWarning):
    """A field was read, or sent, that API v3 has no place for. Once per client, operation and field."""


class LostField(ConfigurationError, KeyError):
    """The same with ``V3Account(strict=True)``; a KeyError, for that is what v2's code expects."""

    __str__ = ConfigurationError.__str__


class Losses(dict[str, str]):
    """Lost fields and the reasons, of one call. call: its name. strict: telling is an error.

    told: what the client has been told before, and so is not told again; shared by its answers.
    """

    __slots__ = ("call", "strict", "told")

    def __init__(
        self, reasons: Mapping[str, str], call: str = "", *, strict: bool = False, told: set[str] | None = None
    ) -> None:
        super().__init__(reasons)
        self.call = call
        self.strict = strict
        self.told = set() if told is None else told

    def of(self, name: object) -> str:
        """Return the reason for *name*, "" for what is not lost; an indexed one is looked up by its family."""
        family = f"{str(name).rstrip('0123456789').rstrip('_')}_$n"
        return super().get(str(name), "") or super().get(family, "")

    def tell(self, name: str, reason: str) -> None:
        """Warn, once per client, that *name* is lost; when strict raise LostField."""
        message = f"{self.call}: {name} is lost over API v3: {reason}"
        if self.strict:
            raise LostField(message, operation=self.call, remedy="do without the field, or keep this call on v2")
        if message not in self.told:
            self.told.add(message)
            warnings.warn(message, LostFieldWarning, stacklevel=_callers())

    def asked(self, name: object) -> bool:
        """Tell that *name*, which a caller looks for, is lost; return whether it is.

        Only whoever reads it from outside is told: what the library itself looks for, it does without.
        """
        reason = self.of(name)
        if reason and not sys._getframe(2).f_globals.get("__name__", "").startswith("wxpay_v2."):
            self.tell(str(name), reason)
        return bool(reason)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_losses, (dict(self), self.call, self.strict))


def _losses(reasons: dict[str, str], call: str, strict: bool) -> Losses:
    return Losses(reasons, call, strict=strict)


def _callers() -> int:
    """Return how far up the first frame is that is not ours: what the warning should point at."""
    level, frame = 2, sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("wxpay_v2."):
        level, frame = level + 1, frame.f_back
    return level


class UpgradedFields(dict[str, str]):
    """The fields of a notification that API v3 sent, in v2's shape. losses: as of `UpgradedResult`, told alike."""

    __slots__ = ("losses",)

    def __init__(self, fields: Mapping[str, str], losses: Losses | None = None) -> None:
        super().__init__(fields)
        self.losses = Losses({}) if losses is None else losses

    def __missing__(self, name: str) -> str:
        if self.losses.asked(name):
            return ""
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        self.losses.asked(name)
        return default

    def __reduce__(self) -> tuple[Any, ...]:
        return (UpgradedFields, (dict(self), self.losses))


class UpgradedResult(Result):
    """The gateway's answer over API v3, in v2's shape. raw: the JSON as it came, verified by its RSA signature.

    losses: fields of v2's answer that API v3 cannot give, with the reason. Reading one warns once (or raises
    LostField, with ``V3Account(strict=True)``) and gives "", or `get`'s default; it is not ``in`` the result.
    """

    __slots__ = ("losses",)

    def __init__(
        self, fields: dict[str, str], operation: Operation | None = None, raw: bytes = b"", verified: bool = True,
        losses: Losses | None = None,
    ) -> None:  # fmt: skip
        super().__init__(fields, operation, raw, verified)
        self.losses = Losses({}) if losses is None else losses

    def __missing__(self, name: str) -> str:
        if self.losses.asked(name):
            return ""
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return self[name]
        self.losses.asked(name)
        return default

    def __reduce__(self) -> tuple[Any, ...]:
        return (UpgradedResult, (dict(self), self.operation, self.raw, self.verified, self.losses))
