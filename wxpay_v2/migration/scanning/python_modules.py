"""A Python file as scopes and bindings: which expressions a name can hold, and where calls and strings stand."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from pathlib import PurePosixPath

__all__ = ["Annotated", "Class", "Function", "Imported", "Item", "Loop", "Module", "Parameter", "Scope", "read"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, eq=False)
class Imported:
    """A name that an import binds. module: dotted, without leading dots. level: how many dots. name: "" for all of it.

    A plain ``import a.b`` binds a, which is told as the module "a".
    """

    module: str
    level: int
    name: str


@dataclass(frozen=True, eq=False)
class Item:
    """An expression that is put into what a name holds: ``name[key] = expression``."""

    expression: ast.expr


@dataclass(frozen=True, eq=False)
class Loop:
    """A name that takes what an expression holds, one after another."""

    expression: ast.expr


@dataclass(frozen=True, eq=False)
class Parameter:
    """position: -1 for keywords alone."""

    function: Function
    name: str
    position: int
    annotation: ast.expr | None


@dataclass(eq=False)
class Scope:
    """What a module, a class body or a function binds. above: where a name is looked for next."""

    module: Module
    above: Scope | None
    names: dict[str, list[object]] = field(default_factory=dict)
    owner: Class | None = None  # of a method

    def bind(self, name: str, value: object) -> None:
        self.names.setdefault(name, []).append(value)


@dataclass(eq=False)
class Class:
    name: str
    scope: Scope  # of its body
    bases: list[ast.expr]
    line: int
    column: int
    # self.name = expression, in any method -> (expression or parameter, the method's scope)
    attributes: dict[str, list[tuple[object, Scope]]] = field(default_factory=dict)


@dataclass(eq=False)
class Function:
    name: str
    scope: Scope
    parameters: list[Parameter]
    returns: list[ast.expr]
    annotation: ast.expr | None
    is_property: bool = False
    is_static: bool = False
    is_class_method: bool = False


@dataclass(eq=False)
class Module:
    """path: as it is told. parts: its folders and name, without suffix. loose: ``anything.name = expression``."""

    path: str
    parts: tuple[str, ...]
    lines: list[str]
    scope: Scope = field(init=False)
    classes: list[Class] = field(default_factory=list)
    calls: list[tuple[ast.Call, Scope]] = field(default_factory=list)
    strings: list[ast.Constant] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)  # dotted, as written
    loose: list[tuple[str, ast.expr, Scope]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scope = Scope(self, None)


def read(path: str, text: str) -> Module:
    """Return the module of a file's *text*. Raises SyntaxError, ValueError, RecursionError or MemoryError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    module = Module(path, PurePosixPath(path.replace("\\", "/")).with_suffix("").parts, text.split("\n"))
    _Reader(module).body(tree.body, module.scope)
    return module


class _Reader:
    def __init__(self, module: Module) -> None:
        self.module = module

    def body(self, statements: list[ast.stmt], scope: Scope, function: Function | None = None) -> None:
        for statement in statements:
            self.visit(statement, scope, function)

    def visit(self, node: ast.AST, scope: Scope, function: Function | None) -> None:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring, or a string that stands for a comment
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, scope)
            return
        if isinstance(node, ast.ClassDef):
            self._class(node, scope)
            return
        if isinstance(node, ast.Lambda):
            made = self._made(node, scope, "<lambda>")
            node.__dict__["made"] = made
            made.returns.append(node.body)
            self.visit(node.body, made.scope, made)
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scope)
            return
        self._bind(node, scope)
        if isinstance(node, ast.Call):
            self.module.calls.append((node, scope))
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes)):
                self.module.strings.append(node)
            return
        elif isinstance(node, (ast.Return, ast.Yield)) and function is not None and node.value is not None:
            function.returns.append(node.value)
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope, function)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, node.value, scope)
            self._assign(node.target, Annotated(node.annotation), scope)
        elif isinstance(node, ast.NamedExpr):
            self._assign(node.target, node.value, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self._assign(item.optional_vars, item.context_expr, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.target, ast.Name):
            scope.bind(node.target.id, Loop(node.iter))

    def _assign(self, target: ast.expr, value: object, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, value)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            if scope.owner is not None and target.value.id in ("self", "cls"):
                scope.owner.attributes.setdefault(target.attr, []).append((value, scope))
            elif isinstance(value, ast.expr):
                self.module.loose.append((target.attr, value, scope))
        elif isinstance(target, ast.Subscript) and isinstance(value, ast.expr):
            self._assign(target.value, Item(value), scope)
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            for one, part in zip(target.elts, value.elts, strict=False):
                self._assign(one, part, scope)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.module.imports.add(alias.name)
                if alias.asname:
                    scope.bind(alias.asname, Imported(alias.name, 0, ""))
                else:
                    root = alias.name.partition(".")[0]
                    scope.bind(root, Imported(root, 0, ""))
            return
        for alias in node.names:
            self.module.imports.add(f"{node.module or ''}.{alias.name}".strip("."))
            made = Imported(node.module or "", node.level, alias.name)
            scope.bind(alias.asname or alias.name, made)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        for child in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(child, scope, None)
        body = Scope(self.module, scope)
        made = Class(node.name, body, list(node.bases), node.lineno, node.col_offset)
        body.owner = made
        scope.bind(node.name, made)
        self.module.classes.append(made)
        self.body(node.body, body)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        for child in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if child is not None:
                self.visit(child, scope, None)
        made = self._made(node, scope, node.name)
        decorators = {ast.unparse(one).rpartition(".")[2] for one in node.decorator_list}
        made.is_property = any("property" in one for one in decorators)
        made.is_static = "staticmethod" in decorators
        made.is_class_method = "classmethod" in decorators
        made.annotation = node.returns
        scope.bind(node.name, made)
        self.body(node.body, made.scope, made)

    def _made(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope, name: str) -> Function:
        # A name in a method is not looked for in the body of its class.
        above = scope.above if scope.owner is not None and scope is scope.owner.scope else scope
        inner = Scope(self.module, above, owner=scope.owner)
        made = Function(name, inner, [], [], None)
        arguments = node.args
        for position, one in enumerate((*arguments.posonlyargs, *arguments.args)):
            made.parameters.append(Parameter(made, one.arg, position, one.annotation))
        made.parameters += [Parameter(made, one.arg, -1, one.annotation) for one in arguments.kwonlyargs]
        for parameter in made.parameters:
            inner.bind(parameter.name, parameter)
        return made


class Annotated(ast.expr):
    """The type that an annotation tells, in the place of a value."""

    _fields = ("annotation",)

    def __init__(self, annotation: ast.expr) -> None:
        super().__init__()
        self.annotation = annotation
