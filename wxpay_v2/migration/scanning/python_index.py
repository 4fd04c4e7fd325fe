"""Python files by the dotted names under which others import them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.migration.scanning.python_modules import Module

__all__ = ["Index"]


class Index:
    """Where a code base's roots are is not known: a name is looked for beside its importer first, then above it."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Module]] = {}

    def add(self, module: Module) -> None:
        is_package = module.parts[-1] == "__init__" and len(module.parts) > 1
        self._by_name.setdefault(module.parts[-2 if is_package else -1], []).append(module)

    def exactly(self, parts: tuple[str, ...]) -> Module | None:
        """Return the module at that path, or the package."""
        if not parts:
            return None
        for module in self._by_name.get(parts[-1], ()):
            if module.parts in (parts, (*parts, "__init__")):
                return module
        return None

    def nearest(self, parts: tuple[str, ...], importer: Module) -> Module | None:
        """Return the module of that dotted name, looked for beside *importer* and in the folders above it."""
        folder = importer.parts[:-1]
        for length in range(len(folder), -1, -1):
            found = self.exactly((*folder[:length], *parts))
            if found is not None and found is not importer:
                return found
        if len(parts) < 2:
            return None
        ends = (parts, (*parts, "__init__"))
        found_elsewhere = [
            module
            for module in self._by_name.get(parts[-1], ())
            if any(module.parts[-len(end) :] == end for end in ends)
        ]
        return found_elsewhere[0] if len(found_elsewhere) == 1 else None
