"""Which variables the environment has, asked at every request."""

from __future__ import annotations

import os
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["has"]

# A miss in os.environ costs two exceptions; all that a request asks for would be a twentieth of it. In its dict it is
# nothing.
_data: Any = getattr(os.environ, "_data", None)


def has(names: tuple[str, ...]) -> bool:
    """Return whether one of the variables *names* is set."""
    if _data is None:
        return any(name in os.environ for name in names)
    return any(name in _data for name in _encoded(names))


@cache
def _encoded(names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(map(os.environ.encodekey, names))
