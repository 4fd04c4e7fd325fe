"""What a fixer sees and changes: files as syntax trees that keep every byte, and the code base that they make up."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, fields
from functools import cache, cached_property

import libcst as cst
from libcst import metadata

from wxpay_v2.migration.finding import WARNING, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import PurePath
    from typing import Any

    Edit = Callable[[Any], Any]  # a node whose insides are edited already -> what takes its place
    Edits = dict[cst.CSTNode, Edit]

__all__ = ["FACE", "NATIVE", "CodeBase", "Example", "File", "Fixer", "aliases", "dotted", "parsed"]

FACE, NATIVE = "face", "native"
_DEEPEST = 150  # LibCST walks by recursion, and its parser overruns the stack of the process where Python's refuses
# Half of a tree; no fixer asks for them.
_SPACES = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline)


@dataclass(frozen=True)
class Example:
    """A file before and after; the same where the fixer stops, and then *finding* is what it says."""

    title: str
    before: str
    after: str
    finding: str = ""


@dataclass(frozen=True)
class Fixer:
    """One rewrite. level: FACE or NATIVE.

    fix: changes the files of a CodeBase and yields what it left alone, and where. stops: examples of that.
    """

    name: str
    level: str
    title: str
    fix: Callable[[CodeBase], Iterator[Finding]]
    examples: tuple[Example, ...]
    stops: tuple[Example, ...]


class File:
    """A file: its bytes, its tree as the fixers so far have left it, and where things stand in it."""

    def __init__(self, path: PurePath, source: bytes) -> None:
        """Raises ValueError for what is no Python, or what a tree does not keep byte for byte."""
        self.path = path
        self.source = source
        self._tail = _blank_end(source)
        tree = parsed(source)
        if any(isinstance(node, ast.BoolOp) and len(node.values) > _DEEPEST for node in ast.walk(tree)):
            raise ValueError("it is nested too deeply")
        try:
            self.tree = cst.parse_module(source[: len(source) - len(self._tail)])
        except (cst.ParserSyntaxError, SyntaxError, UnicodeError, LookupError, RecursionError) as error:
            raise ValueError(f"LibCST cannot read it: {type(error).__name__}") from None
        self._check_depth()
        if self.result != source:
            raise ValueError("LibCST does not keep all of its spaces (a form feed, perhaps)")

    def _check_depth(self) -> None:
        depths: dict[cst.CSTNode, int] = {self.tree: 0}
        for node, parent in self.parents.items():
            depths[node] = depths[parent] + 1
            if depths[node] > _DEEPEST:
                raise ValueError("it is nested too deeply")

    @cached_property
    def _wrapper(self) -> metadata.MetadataWrapper:
        return metadata.MetadataWrapper(self.tree, unsafe_skip_copy=True)

    @cached_property
    def parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        """What each node stands in, spaces left out; a parent before its children."""
        parents: dict[cst.CSTNode, cst.CSTNode] = {}
        waiting: list[cst.CSTNode] = [self.tree]
        while waiting:
            node = waiting.pop()
            inside: list[Any] = []
            for name in _names_of(type(node)):
                part = getattr(node, name)
                inside += [part] if isinstance(part, cst.CSTNode) else part if isinstance(part, (list, tuple)) else []
            inside = [part for part in inside if isinstance(part, cst.CSTNode) and not isinstance(part, _SPACES)]
            parents.update((part, node) for part in inside)
            waiting += reversed(inside)
        return parents

    @cached_property
    def scopes(self) -> Mapping[cst.CSTNode, metadata.Scope | None]:
        return self._wrapper.resolve(metadata.ScopeProvider)

    @cached_property
    def _positions(self) -> Mapping[cst.CSTNode, metadata.CodeRange]:
        return self._wrapper.resolve(metadata.PositionProvider)

    @cached_property
    def _kinds(self) -> dict[type[cst.CSTNode], list[cst.CSTNode]]:
        kinds: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        for node in self.parents:
            kinds.setdefault(type(node), []).append(node)
        return kinds

    def of(self, *kinds: type[cst.CSTNode]) -> list[Any]:
        """Return the nodes of exactly these kinds, a parent before its children."""
        return [node for kind in kinds for node in self._kinds.get(kind, ())]

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield what *node* stands in, innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield (node := parent)

    def place(self, node: cst.CSTNode) -> str:
        """Return ``path:line``."""
        found = self._positions.get(node)
        return f"{self.path}:{found.start.line}" if found is not None else str(self.path)

    def edit(self, edits: Edits) -> None:
        """Put something else in the place of some nodes; all that was found out about the tree is forgotten."""
        if not edits:
            return
        self.tree = cst.ensure_type(self.tree.visit(_Editor(edits)), cst.Module)
        for name in ("_wrapper", "parents", "scopes", "_positions", "_kinds", "result"):
            self.__dict__.pop(name, None)

    @cached_property
    def result(self) -> bytes:
        return self.tree.bytes + self._tail


@cache
def _names_of(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))  # type: ignore[arg-type,unused-ignore]


def _blank_end(source: bytes) -> bytes:
    """Return the blank lines at the end, which LibCST does not keep when there are spaces in them."""
    code = len(source.rstrip(b" \t\x0c\r\n"))
    line = source.find(b"\n", code)
    return b"" if line < 0 or source[:code].endswith(b"\\") else source[line + 1 :]


class _Editor(cst.CSTTransformer):
    def __init__(self, edits: Edits) -> None:
        super().__init__()
        self.edits = edits

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> Any:
        edit = self.edits.get(original_node)
        return edit(updated_node) if edit is not None else updated_node


class CodeBase:
    """The files that were named: those a fixer may change, and how all of them import each other.

    sources: every Python file; taken apart are those that a fixer asks for. watch: told of each. files: what is taken
    apart so far. unread: what cannot be.
    """

    def __init__(self, sources: Mapping[PurePath, bytes], watch: Callable[[PurePath], None] | None = None) -> None:
        self.sources = sources
        self.files: dict[PurePath, File] = {}
        self.unread: dict[PurePath, Finding] = {}
        self._watch = watch

    def with_word(self, *words: bytes, named: str = "") -> list[File]:
        """Return the files that hold one of *words* now; named: and have it in the name of the file or its folder."""
        found = []
        for path, source in self.sources.items():
            if named and not any(named in part for part in path.with_suffix("").parts[-2:]):
                continue
            file = self.files.get(path)
            text = file.result if file is not None else source
            if any(word in text for word in words) and (file := self._file(path, source)):
                found.append(file)
        return found

    def _file(self, path: PurePath, source: bytes) -> File | None:
        if path not in self.files and path not in self.unread:
            if self._watch is not None:
                self._watch(path)
            try:
                self.files[path] = File(path, source)
            except ValueError as error:
                self.unread[path] = Finding("upgrade-code.unreadable", WARNING, str(path), f"left alone: {error}")
        return self.files.get(path)

    def has_own(self, package: str) -> str:
        """Return where the code base has a module of its own named like a library's *package*, "" where it has none."""
        for path in self.sources:
            parts = path.with_suffix("").parts
            if parts[-1] == package or parts[-2:] == (package, "__init__"):
                return str(path)
        return ""

    @cached_property
    def _by_tail(self) -> dict[tuple[str, ...], set[PurePath]]:
        """Which files a dotted name may mean: any file whose path ends in it."""
        tails: dict[tuple[str, ...], set[PurePath]] = {}
        for path in self.sources:
            parts = path.with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            for start in range(len(parts)):
                tails.setdefault(parts[start:], set()).add(path)
        return tails

    @cached_property
    def _imports(self) -> dict[PurePath, set[PurePath]]:
        """Which file imports which; where a name may mean several, all of them."""
        found: dict[PurePath, set[PurePath]] = {}
        for path, source in self.sources.items():
            try:
                tree = parsed(source)
            except ValueError:
                continue
            found[path] = {target for name in _imported(tree, path) for target in self._by_tail.get(name, ())}
        return found

    def reach(self, path: PurePath) -> set[PurePath]:
        """Return the files that *path* imports, and those that they import, and so on; itself too."""
        seen, waiting = {path}, [path]
        while waiting:
            fresh = self._imports.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen

    def importers(self, path: PurePath) -> list[PurePath]:
        """Return the files that import *path* itself."""
        return [other for other, targets in self._imports.items() if path in targets and other != path]


def _imported(tree: ast.AST, path: PurePath) -> Iterator[tuple[str, ...]]:
    """Yield what *tree* imports, as the parts of dotted names; ``from a import b`` may mean the module a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = tuple(alias.name.split("."))
                yield from (parts[:length] for length in range(1, len(parts) + 1))
        elif isinstance(node, ast.ImportFrom):
            base = tuple(path.parts[: len(path.parts) - node.level]) if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            yield from (base[:length] for length in range(1, len(base) + 1))
            yield from ((*base, alias.name) for alias in node.names)


def aliases(node: cst.ImportFrom) -> tuple[cst.ImportAlias, ...]:
    """Return the names that *node* imports; of ``import *`` none can be seen."""
    return () if isinstance(node.names, cst.ImportStar) else tuple(node.names)


def dotted(node: cst.CSTNode | None) -> str:
    """Return ``a.b.c`` of a Name or of an Attribute of names, "" of anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr.value}" if owner else ""
    return ""


def parsed(source: bytes) -> ast.Module:
    """Return Python's own tree of *source*. Raises ValueError for what this Python cannot read."""
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"{version} cannot read it: {error.msg} in line {error.lineno or 1}") from None
    except (ValueError, LookupError, RecursionError, MemoryError) as error:
        raise ValueError(f"{version} cannot read it: {type(error).__name__}") from None
