"""Every place of a code base that speaks API v2: which call it is, and what becomes of it under API v3."""

from __future__ import annotations

import os
import re
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.migration import sources
from wxpay_v2.migration.scanning import endpoints, python_calls, text_calls
from wxpay_v2.migration.scanning.fates import Fate, effort, fate_of
from wxpay_v2.migration.scanning.languages import LANGUAGES, language_of
from wxpay_v2.migration.scanning.python_modules import read
from wxpay_v2.migration.scanning.python_project import Project
from wxpay_v2.migration.scanning.site import Site, Unread
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wxpay_v2.migration.scanning.languages import Language

__all__ = ["Call", "Examined", "Scan", "scan"]

LARGEST = 4 * 1024 * 1024  # bytes of a file; what is larger was written by a program
_ROUNDS = 4  # how many imports a client is followed through
_MANIFESTS = ("composer.json", "go.mod", "Gemfile", "package.json", "Package.swift")
_PYTHON = LANGUAGES[".py"]
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Call:
    """A Site with its fate. effort: "S", "M", "L" or "" (see `scanning.fates.EFFORTS`)."""

    site: Site
    fate: Fate
    effort: str

    def as_dict(self) -> dict[str, object]:
        site, fate = self.site, self.fate
        return {
            "file": site.path, "line": site.line, "column": site.column, "kind": site.kind,
            "library": site.library, "operation": site.operation, "fate": fate.verdict, "reason": fate.reason,
            "remedy": fate.remedy, "fields_lost": dict(fate.lost), "effort": self.effort, "text": site.text,
            "certain": site.certain,
        }  # fmt: skip


@dataclass
class Scan:
    """calls: sorted by place. unread: what was not read as it should be. files, lines: of all that was looked at."""

    calls: list[Call] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    files: int = 0
    lines: int = 0
    seconds: float = 0.0


@dataclass
class Examined:
    """One file by itself. is_python: to be understood with the others together. speaks: it names WeChat Pay."""

    path: str
    lines: int = 0
    sites: list[Site] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    is_python: bool = False
    speaks: bool = False


def scan(
    paths: Iterable[str | os.PathLike[str]],
    *,
    region: str = "global",
    mode: str = "direct",
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Scan:
    """Return every place under *paths* that speaks v2 (see `sources.walk` for which files).

    region: "global" or "mainland". mode: "direct", "institution" or "service_provider". jobs: processes. progress:
    told how many files were looked at, and how many there are. Raises ConfigurationError for a path that does not
    exist, InvalidRequest for another region or mode.
    """
    if region not in (GLOBAL, MAINLAND) or mode not in (DIRECT, INSTITUTION, SERVICE_PROVIDER):
        raise InvalidRequest(f"there is no region {quoted(region)} with the mode {quoted(mode)}")
    began = time.perf_counter()
    found = Scan()

    def missed(path: Path, error: OSError) -> None:
        found.unread.append(Unread(str(path), 0, f"cannot be read: {error.strerror or type(error).__name__}"))

    files = list(_files(paths, missed))
    python: list[Examined] = []
    sites: set[Site] = set()
    for one in _examined(files, jobs):
        found.files += 1
        found.lines += one.lines
        found.unread += one.unread
        sites.update(one.sites)
        if one.is_python:
            python.append(one)
        if progress is not None:
            progress(found.files, len(files))
    _python(python, sites, found.unread)
    for site in sorted(sites):
        fate = fate_of(site, region=region, mode=mode)
        found.calls.append(Call(site, fate, effort(site, fate)))
    found.unread.sort(key=lambda one: (one.path, one.line))
    found.seconds = time.perf_counter() - began
    return found


def _files(paths: Iterable[str | os.PathLike[str]], missed: Callable[[Path, OSError], None]) -> Iterator[str]:
    vendored: dict[Path, bool] = {}
    for path in sources.walk(paths, missed=missed):
        if language_of(path.name) is not None and not _is_vendored(path, vendored):
            yield str(path)


def _is_vendored(path: Path, known: dict[Path, bool]) -> bool:
    """Return whether *path* is below a "vendor" beside the manifest of the tool that filled it."""
    folder = path.parent
    if folder not in known:
        known[folder] = (folder.name == "vendor" and any((folder.parent / name).exists() for name in _MANIFESTS)) or (
            folder != folder.parent and _is_vendored(folder, known)
        )
    return known[folder]


def _examined(files: list[str], jobs: int) -> Iterator[Examined]:
    if jobs <= 1 or len(files) < 64:
        yield from map(examine, files)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(examine, files, chunksize=64)


def examine(path: str) -> Examined:
    """Return what one file tells by itself."""
    one = Examined(path)
    language = language_of(os.path.basename(path))
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            one.unread.append(Unread(path, 0, "is no regular file"))
            return one
        if about.st_size > LARGEST:
            one.unread.append(Unread(path, 0, f"left out: larger than {LARGEST >> 20} MiB", severe=False))
            return one
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        one.unread.append(Unread(path, 0, f"cannot be read: {error.strerror or type(error).__name__}"))
        return one
    if language is None or (b"\0" in data[:8192] and not data.startswith(_UTF_16)):
        return one
    one.lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    one.is_python = language is _PYTHON
    one.speaks = endpoints.may_speak(data) or data.startswith(_UTF_16)
    if one.speaks and not one.is_python:
        _by_text(one, _decoded(path, data, one.unread), language)
    return one


def _by_text(one: Examined, text: str, language: Language) -> None:
    short = text
    if len(max(text.split("\n"), key=len, default="")) > text_calls.LONGEST_LINE:
        # A blank line in the place of each, so that the numbers of the others stay.
        parts = text.split("\n")
        long = [number for number, part in enumerate(parts, 1) if len(part) > text_calls.LONGEST_LINE]
        if any(endpoints.may_speak(parts[number - 1].encode("utf-8", "replace")) for number in long):
            one.unread.append(
                Unread(
                    one.path,
                    long[0],
                    f"left out: {len(long)} lines of more than {text_calls.LONGEST_LINE} characters",
                    False,
                )
            )
        short = "\n".join("" if len(part) > text_calls.LONGEST_LINE else part for part in parts)
    one.sites += text_calls.find(one.path, short, language)


_CODING = re.compile(
    rb"^[ \t\f]*#.*?coding[:=][ \t]*(gbk|gb2312|gb18030|big5|latin-1|iso-8859-\d+|cp\d+|shift_jis|euc[-_]\w+)\b",
    re.M | re.I,
)


def _decoded(path: str, data: bytes, unread: list[Unread]) -> str:
    """Return the text of *data*: UTF-8, UTF-16 with a mark, what a first line names, GB 18030, or else Latin-1."""
    named = [match[1].decode("ascii") for match in (_CODING.search(b"\n".join(data.split(b"\n", 2)[:2])),) if match]
    marked = ["utf-16"] if data.startswith(_UTF_16) else []
    for encoding in (*marked, "utf-8-sig", *named, "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeError, LookupError):
            continue
    unread.append(Unread(path, 0, "its encoding is unknown; read as Latin-1", severe=False))
    return data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


# Python


def _python(files: list[Examined], sites: set[Site], unread: list[Unread]) -> None:
    """Add the sites of Python *files*: those that name WeChat Pay, and those to which a client is carried from them."""
    project = Project()
    left = {one.path: one for one in files if not one.speaks}
    _parse(project, [one.path for one in files if one.speaks], sites, unread)
    seen: set[str] = set()
    for _ in range(_ROUNDS):
        names = {name for module in project.modules for name in project.carries(module)} - {"*"}
        stems = {part for module in project.modules if project.carries(module) for part in module.parts[-2:]}
        if not names - seen or not left:
            break
        seen |= names
        wanted = [path for path in left if _mentions(path, names, stems)]
        for path in wanted:
            del left[path]
        _parse(project, wanted, sites, unread)
    project.follow_arguments()
    for module in project.modules:
        try:
            sites.update(python_calls.find(project, module))
        except RecursionError:
            unread.append(Unread(module.path, 0, "is too deep to be followed"))


def _parse(project: Project, paths: list[str], sites: set[Site], unread: list[Unread]) -> None:
    modules = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                text = _decoded(path, file.read(), unread)
        except OSError as error:
            unread.append(Unread(path, 0, f"cannot be read: {error.strerror or type(error).__name__}"))
            continue
        try:
            modules.append(read(path, text))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 0
            unread.append(Unread(path, line, "is not Python 3, or too deep; searched as text", severe=False))
            one = Examined(path)
            _by_text(one, text, _PYTHON)
            sites.update(one.sites)
            unread += one.unread
    project.add(modules)


def _mentions(path: str, names: set[str], stems: set[str]) -> bool:
    """Return whether a file imports from one of the modules *stems* and names one of *names*."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    imported = re.findall(rb"^\s*(?:from|import)\s[^\n]*", data, re.M)
    words = set(re.findall(rb"\w+", b" ".join(imported)))
    if not any(stem.encode() in words for stem in stems):
        return False
    return any(re.search(rb"\b" + re.escape(name.encode()) + rb"\b", data) for name in names)
