"""Verified fields in the shapes that xmltodict gave: None for an empty element, a list for a repeated one."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["shaped"]


def shaped(fields: Mapping[str, str], nested: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return *fields* as a plain dict: blanks around a text cut off, None for an empty one.

    nested: names of the fields that may hold elements, as the operation's row has them: these become dicts and lists.
    """
    if not nested:
        return {name: text.strip() or None for name, text in fields.items()}
    return {name: _opened(name, text, nested) for name, text in fields.items()}


def _opened(name: str, text: str, nested: tuple[str, ...]) -> Any:
    names = (name, f"{name}[]", re.sub("_[0-9]{1,3}$", "_$n", name))
    if text.startswith(("{", "[")) and any(one in nested for one in names):
        told = _inside(json.loads(text))
        # One element of its kind stands for itself, several are a list.
        return told[0] if isinstance(told, list) and len(told) == 1 else told
    return text.strip() or None


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _inside(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_inside(item) for item in value]
    return value.strip() or None
