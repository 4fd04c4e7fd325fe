"""Tables of a TOML file. The only place that reads one."""

from __future__ import annotations

import os

from wxpay_v2.errors import ConfigurationError, MissingExtra, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["absolute", "tables"]


def tables(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what stands in the TOML file at *path*. Raises ConfigurationError when it cannot be read."""
    try:
        import tomllib as toml
    except ImportError:  # Python 3.10
        try:
            import tomli as toml  # type: ignore[no-redef,import-not-found,unused-ignore]
        except ImportError:
            raise MissingExtra("Python 3.10 reads no TOML by itself", remedy="pip install tomli") from None
    try:
        with open(os.fspath(path), "rb") as file:
            told: dict[str, Any] = toml.load(file)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        # A parser's error may quote the line, and the line may be a key's.
        raise ConfigurationError(f"{quoted(path)} cannot be read: {type(error).__name__}") from None
    return told


def absolute(path: str | os.PathLike[str], value: str) -> str:
    """Return the path *value* of the file at *path*: relative ones lie beside it."""
    return os.path.join(os.path.dirname(os.path.abspath(path)), value)
