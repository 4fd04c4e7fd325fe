"""Places that speak v2 in Python, by the syntax tree."""

from __future__ import annotations

import ast

from wxpay_v2.migration.scanning import endpoints
from wxpay_v2.migration.scanning.languages import LANGUAGES, without_comments
from wxpay_v2.migration.scanning.libraries import CLASSES
from wxpay_v2.migration.scanning.python_values import Client, Method, Type
from wxpay_v2.migration.scanning.site import CLIENT, CONFIGURATION, ENDPOINT, HAND_WRITTEN, Site
from wxpay_v2.migration.scanning.text_calls import Lines, configuration, is_no_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wxpay_v2.migration.scanning.libraries import LibraryClass
    from wxpay_v2.migration.scanning.python_modules import Module, Scope
    from wxpay_v2.migration.scanning.python_project import Project

__all__ = ["find"]

_PYTHON = LANGUAGES[".py"]

# (part of a client, its method) -> the class of the part; for calls on what cannot be followed.
_PARTS = {
    (part, method): row
    for client in CLASSES
    for part, name in client.parts.items()
    for row in CLASSES
    if row.name == name and row.library == client.library
    for method in row.methods
}

# Methods of a name that nothing else has.
_UNMISTAKABLE = {
    name: row
    for row in CLASSES
    for name in row.methods
    if name
    in (
        "parse_payment_result", "parse_refund_notify_result", "get_appapi_params",
        "is_pay_result_notify_signature_valid",
    )
}  # fmt: skip


def find(project: Project, module: Module) -> list[Site]:
    """Return the places of *module* that speak v2."""
    finder = _Finder(project, module)
    return sorted({*finder.calls(), *finder.subclasses(), *finder.strings(), *finder.settings()})


class _Finder:
    def __init__(self, project: Project, module: Module) -> None:
        self.project = project
        self.module = module
        self.text = "\n".join(module.lines)
        self.lines = Lines(self.text)

    def _site(self, line: int, column: int, width: int, kind: str, library: str, operation: str, certain: bool) -> Site:
        """Return the Site at a place as ast tells it: line from 1, column in bytes of UTF-8 from 0."""
        whole = self.lines.line(line)
        start = len(whole.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")) + 1
        end = max(min(start + width, len(whole) + 1), start)
        return Site(self.module.path, line, start, end, kind, library, operation, whole[start - 1 : end - 1], certain)

    def _of_method(self, node: ast.expr, method: Method, certain: bool) -> Site:
        kind, operation = method.row.methods[method.name]
        width = len(method.name) if isinstance(node, ast.Attribute) else (node.end_col_offset or 0) - node.col_offset
        line, column = (node.end_lineno or node.lineno), (node.end_col_offset or 0) - width
        return self._site(line, max(column, 0), width, kind, method.row.library, operation, certain)

    def calls(self) -> Iterator[Site]:
        near = self.project.is_near(self.module)
        for call, scope in self.module.calls:
            found = self.project.values(call.func, scope) if near else frozenset[object]()
            told = _chosen(found)
            if told is not None:
                yield self._of_method(call.func, told, True)
            elif any(isinstance(one, Type) for one in found):
                yield from self._made(call, scope)
            elif not found:
                likely = self._likely(call)
                if likely is not None:
                    yield self._of_method(call.func, likely, False)
            for argument in (*call.args, *(one.value for one in call.keywords)) if near else ():
                if isinstance(argument, ast.Attribute):  # handed to whoever calls it
                    given = _chosen(self.project.values(argument, scope))
                    if given is not None:
                        yield self._of_method(argument, given, True)

    def _made(self, call: ast.Call, scope: Scope) -> Iterator[Site]:
        made = _first(one.row for one in self.project.values(call, scope) if isinstance(one, Client))
        if made is not None and made.is_client:
            yield self._of_class(call.func, made)

    def _of_class(self, node: ast.expr, row: LibraryClass) -> Site:
        width = (node.end_col_offset or 0) - node.col_offset if node.end_lineno == node.lineno else 1
        return self._site(node.lineno, node.col_offset, width, CLIENT, row.library, "", True)

    def _likely(self, call: ast.Call) -> Method | None:
        """Return the method that a call makes by its names alone: an attribute put elsewhere, or telling arguments."""
        func = call.func
        if not isinstance(func, ast.Attribute):
            return None
        for value in self.project.loose(func.value):
            if isinstance(value, Client) and func.attr in value.row.methods:
                return Method(value.row, func.attr)
        if func.attr in _UNMISTAKABLE:
            return Method(_UNMISTAKABLE[func.attr], func.attr)
        if isinstance(func.value, ast.Attribute):
            row = _PARTS.get((func.value.attr, func.attr))
            if row is not None and row.telling & _words(call):
                return Method(row, func.attr)
        return None

    def subclasses(self) -> Iterator[Site]:
        for one in self.module.classes:
            above = one.scope.above or one.scope
            for base in one.bases:
                row = _first(value.row for value in self.project.values(base, above) if isinstance(value, Type))
                if row is not None and row.is_client:
                    yield self._of_class(base, row)

    def strings(self) -> Iterator[Site]:
        evident = endpoints.EVIDENCE.search(self.text) is not None
        own = endpoints.bases(self.text)
        for node in self.module.strings:
            value = node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
            if "/" not in value:
                continue
            for one in endpoints.find(value, own=own, evident=evident):
                line = node.lineno + (value.count("\n", 0, one.start) if node.end_lineno != node.lineno else 0)
                whole = self.lines.line(min(line, len(self.module.lines)))
                spoken = value[one.start : one.end]
                column = whole.find(spoken, node.col_offset if line == node.lineno and whole.isascii() else 0)
                if "weixin.qq.com" not in value and is_no_call(whole[: max(column, 0)]):
                    continue
                kind = ENDPOINT if one.path else CONFIGURATION
                at = len(whole[: max(column, 0)].encode("utf-8", "surrogatepass"))
                yield self._site(line, at, len(spoken), kind, HAND_WRITTEN, one.operation, True)

    def settings(self) -> Iterator[Site]:
        clean, _ = without_comments(self.text, _PYTHON)
        yield from configuration(self.module.path, clean, self.lines)


def _words(call: ast.Call) -> set[str]:
    """Return the names and short strings in the arguments of *call*."""
    found = {one.arg for one in call.keywords if one.arg}
    for argument in (*call.args, *(one.value for one in call.keywords)):
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def _chosen(values: frozenset[object]) -> Method | None:
    """Return the one method among *values*."""
    methods = {one.row: one for one in values if isinstance(one, Method)}
    row = _first(methods)
    return methods[row] if row is not None else None


def _first(rows: Iterable[LibraryClass]) -> LibraryClass | None:
    """Return the first of *rows* in the table: of libraries that share their names, the likeliest."""
    return min(rows, key=lambda row: CLASSES.index(row) if row in CLASSES else -1, default=None)
