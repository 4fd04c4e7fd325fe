"""v2 calls carried by API v3: the same calls, answers in v2's shape, and plain words for what cannot be carried."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Gradual", "LostField", "LostFieldWarning", "Origins", "Translation", "losses", "reverse", "translate"]

_HOME = {
    "Gradual": "gradual",
    "LostField": "answer",
    "LostFieldWarning": "answer",
    "Origins": "origins",
    "Translation": "translation",
    "losses": "translation",
    "reverse": "translation",
    "translate": "translation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
