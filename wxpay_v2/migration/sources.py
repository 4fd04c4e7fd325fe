"""The files of a code base: what Git would track, without its own folders, installed packages and caches."""

from __future__ import annotations

import os
from pathlib import Path

from wxpay_v2.errors import ConfigurationError, MissingExtra, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pathspec import GitIgnoreSpec

    Rules = tuple[tuple[str, GitIgnoreSpec], ...]  # (folder, the rules that hold in it), outermost first

__all__ = ["walk"]

SKIPPED = frozenset(
    (
        ".bzr", ".eggs", ".git", ".hg", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox",
        "__pycache__", "bower_components", "node_modules", "site-packages",
    )
)  # fmt: skip


def walk(
    paths: Iterable[str | os.PathLike[str]],
    suffixes: Collection[str] = (),
    *,
    missed: Callable[[Path, OSError], None] | None = None,
) -> Iterator[Path]:
    """Yield the files under *paths*, each once, a folder's in the order of their names.

    A file that is named itself is always yielded. In a folder, what a .gitignore (its own, one above it in the same
    repository, or .git/info/exclude) leaves out is left out, and so are version control's folders, node_modules,
    virtual environments, caches and symbolic links. suffixes: only those (``{".py"}``), in small letters; all by
    default. missed: told of every folder that cannot be read.

    Raises ConfigurationError for a path that does not exist, MissingExtra without pathspec.
    """
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise ConfigurationError(f"there is no {quoted(os.fspath(given))}")
        found = _under(str(path), _above(path), suffixes, missed) if path.is_dir() else iter([str(path)])
        for name in found:
            if (key := os.path.realpath(name)) not in seen:
                seen.add(key)
                yield Path(name)


def _under(
    folder: str, rules: Rules, suffixes: Collection[str], missed: Callable[[Path, OSError], None] | None
) -> Iterator[str]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        if missed is not None:
            missed(Path(folder), error)
        return
    rules = (*rules, *_rules_of(folder, ".gitignore"))
    for entry in entries:
        if entry.is_symlink():  # its target is visited where it lies
            continue
        if entry.is_dir():
            if entry.name not in SKIPPED and not _ignored(entry.path + "/", rules) and not _is_environment(entry.path):
                yield from _under(entry.path, rules, suffixes, missed)
        elif entry.is_file() and _wanted(entry.name, suffixes) and not _ignored(entry.path, rules):
            yield entry.path


def _wanted(name: str, suffixes: Collection[str]) -> bool:
    return not suffixes or os.path.splitext(name)[1].lower() in suffixes


def _ignored(path: str, rules: Rules) -> bool:
    """Return whether the innermost rules that speak of *path* leave it out; a folder's ends with a slash."""
    for folder, spec in reversed(rules):
        verdict = spec.check_file(os.path.relpath(path, folder) + ("/" if path.endswith("/") else "")).include
        if verdict is not None:
            return verdict
    return False


def _above(path: Path) -> Rules:
    """Return the rules of the folders above *path*, up to the root of its repository; none outside of one."""
    rules: Rules = ()
    inside = path.resolve()
    for folder in (inside, *inside.parents):
        if folder != inside:
            rules = (*_rules_of(str(folder), ".gitignore"), *rules)
        if (folder / ".git").exists():
            rules = (*_rules_of(str(folder), os.path.join(".git", "info", "exclude")), *rules)
            return () if _ignored(f"{inside}/", rules) else rules  # what is left out and named is wanted all the same
    return ()


def _rules_of(folder: str, name: str) -> Rules:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return ()
    try:
        from pathspec import GitIgnoreSpec
    except ImportError:
        raise MissingExtra("reading a .gitignore needs pathspec", remedy="pip install 'wxpay-v2[migration]'") from None
    return ((folder, GitIgnoreSpec.from_lines(lines)),)


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))
