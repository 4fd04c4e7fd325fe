"""Code that calls API v2 through other libraries, rewritten by fixers; whatever is not rewritten keeps every byte."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePath

from wxpay_v2.errors import MissingExtra, WXPayError
from wxpay_v2.migration import sources
from wxpay_v2.migration.finding import WARNING, Finding

try:
    from wxpay_v2.migration.fixers import FIXERS
    from wxpay_v2.migration.rewriting.code import FACE, NATIVE, CodeBase
except ImportError as error:
    if error.name != "libcst":
        raise
    raise MissingExtra("rewriting code needs libcst", remedy="pip install 'wxpay-v2[migration]'") from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Watch = Callable[[PurePath], None]  # told of every file that is taken apart

__all__ = ["FACE", "NATIVE", "Change", "Upgrade", "rewrite", "upgrade"]

SUFFIXES = frozenset((".py", ".pyw"))
_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(wechatpy|pywxpay|wxpay|weixin|wechatpay)\b", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """A file that is to be another: what it holds, and what it will."""

    path: PurePath
    before: bytes
    after: bytes
    encoding: str = "utf-8"

    def diff(self) -> str:
        """Return the change as a unified diff that ``patch -p1`` takes."""
        name = self.path.as_posix().lstrip("/")
        before, after = (self._lines(text) for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def _lines(self, text: bytes) -> list[str]:
        # Only a line feed ends a line, as in patch; a byte order mark is a character of the first one.
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        return list(io.StringIO(text.decode(encoding, "replace"), newline="\n"))

    def write(self) -> None:
        """Put the new file in the place of the old one, in one step, with its mode and, where that may be, its owner.

        Raises WXPayError when the file is another than was read, read-only, or cannot be written; it is then as it was.
        """
        target = Path(os.path.realpath(self.path))
        try:
            if target.read_bytes() != self.before:
                raise WXPayError(f"{self.path} was changed meanwhile", remedy="run again")
            about = target.stat()
            mode = about.st_mode & 0o7777
            if not mode & 0o222:  # the folder alone would let it be replaced
                raise WXPayError(f"{self.path} is read-only", remedy="it is as it was; see who keeps it so")
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self.after)
                    file.flush()
                    os.fsync(file.fileno())
                if hasattr(os, "chown"):
                    with contextlib.suppress(OSError):  # nobody but root gives files away
                        os.chown(name, about.st_uid, about.st_gid)
                os.chmod(name, mode)
                os.replace(name, target)
            except BaseException:
                os.unlink(name)
                raise
        except OSError as error:
            raise WXPayError(f"{self.path} cannot be written: {error.strerror}", remedy="it is as it was") from None


@dataclass(frozen=True)
class Upgrade:
    """What the fixers would change, and what they left alone, and why. read: how many files were looked at."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    read: int


def upgrade(paths: Iterable[str | os.PathLike[str]], level: str = FACE, *, watch: Watch | None = None) -> Upgrade:
    """Return how the code under *paths* (see `sources.walk`) would read after the fixers of *level*.

    FACE moves imports to the faces in `wxpay_v2.compat`. NATIVE rewrites calls to a Client of our own before that,
    where every use is understood. Nothing is written: see `Change.write`. Raises ConfigurationError for a path that
    does not exist.
    """
    missed: list[Finding] = []

    def miss(path: Path, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        missed.append(Finding("upgrade-code.unreadable", WARNING, str(path), f"cannot be read: {reason}"))

    found: dict[PurePath, bytes] = {}
    for path in sources.walk(paths, SUFFIXES, missed=miss):
        try:
            found[path] = path.read_bytes()
        except OSError as error:
            miss(path, error)
    result = rewrite(found, level, watch=watch)
    return Upgrade(result.changes, (*missed, *result.findings, *_left_out(found, result)), result.read)


def _left_out(found: Mapping[PurePath, bytes], result: Upgrade) -> Iterator[Finding]:
    """Yield the files of the same repositories that were not given and import a library that has moved."""
    moved = {name for change in result.changes for name in _IMPORT.findall(change.before)}
    moved -= {name for change in result.changes for name in _IMPORT.findall(change.after)}
    roots = {root for change in result.changes if (root := _repository(Path(change.path))) is not None} if moved else ()
    known = {os.path.realpath(path) for path in found}
    for path in sources.walk(sorted(roots), SUFFIXES):
        if os.path.realpath(path) not in known:
            with contextlib.suppress(OSError):
                names = moved.intersection(_IMPORT.findall(path.read_bytes()))
                for name in sorted(names):
                    yield Finding(
                        "upgrade-code.left_out", WARNING, str(path),
                        f"it imports {name.decode()} too and was not given: its clauses catch no error of the face",
                        "give the whole project",
                    )  # fmt: skip


def _repository(path: Path) -> Path | None:
    return next((folder for folder in path.resolve().parents if (folder / ".git").exists()), None)


def rewrite(found: Mapping[PurePath, bytes], level: str = FACE, *, watch: Watch | None = None) -> Upgrade:
    """Return how the files *found* would read after the fixers of *level*; nothing is read or written."""
    fixers = [fixer for fixer in FIXERS if level == NATIVE or fixer.level == FACE]
    code = CodeBase(found, watch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the code that is read: an invalid escape is not ours to tell
        findings = [finding for fixer in fixers for finding in fixer.fix(code)]
    changes = [
        Change(path, file.source, result, file.tree.encoding)
        for path, file in code.files.items()
        if (result := file.result) != file.source
    ]
    return Upgrade(tuple(changes), (*code.unread.values(), *dict.fromkeys(findings)), len(found))
