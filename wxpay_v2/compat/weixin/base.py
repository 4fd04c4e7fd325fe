"""weixin-python's error, and its dict with attributes."""

from __future__ import annotations

from typing import Any

__all__ = ["Map", "WeixinError"]


class WeixinError(Exception):
    """The base of weixin-python's errors."""

    def __init__(self, msg: Any) -> None:
        super().__init__(msg)


class Map(dict[str, Any]):
    """A dict whose entries are attributes too. A missing one reads as an empty Map, and stays missing.

    weixin-python kept that empty Map, so that an absent field was there from its first reading on. A method's name is
    the method, whatever a message calls its fields.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.update(*args, **kwargs)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """As dict's; dicts in it become Maps."""
        for name, value in dict(*args, **kwargs).items():
            self[name] = Map(value) if isinstance(value, dict) and not isinstance(value, Map) else value

    def __missing__(self, name: str) -> Map:
        return Map()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        self.pop(name, None)
