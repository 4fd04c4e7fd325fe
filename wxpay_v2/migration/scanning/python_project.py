"""Which expressions of Python code hold a v2 client, a part of one or a method of one: followed through names.

Imports (of libraries, and of other files that are read), aliases, attributes, subclasses, functions that return a
client, containers of clients, and arguments where a function is called with one. Flow and conditions are not followed:
a name holds everything that is ever put into it.
"""

from __future__ import annotations

import ast

from wxpay_v2.migration.scanning.libraries import PACKAGES, LibraryClass, classes_at, part_of
from wxpay_v2.migration.scanning.python_index import Index
from wxpay_v2.migration.scanning.python_modules import (
    Annotated,
    Class,
    Function,
    Imported,
    Item,
    Loop,
    Module,
    Parameter,
    Scope,
)
from wxpay_v2.migration.scanning.python_values import (
    NOTHING,
    Client,
    File,
    Giver,
    Items,
    Method,
    Name,
    Own,
    Routine,
    Type,
    Values,
    made_of,
    of_library,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Project"]

_DEEPEST = 40
_MOST = 24  # values that one expression is followed to
_GET = frozenset(("get", "pop", "setdefault", "popitem", "values", "items", "copy", "first", "next", "append"))
# Wrappers: of a class or a function, as good as it; of a function, as good as its result.
_SAME = frozenset(
    ("partial", "lru_cache", "cache", "sync_to_async", "async_to_sync", "cast", "wraps", "Depends", "Provide")
)
_LATER = frozenset(
    ("LocalProxy", "SimpleLazyObject", "Proxy", "Factory", "Singleton", "Depends", "ForeignKey", "OneToOneField")
)


class Project:
    """The modules that are read, and what their expressions hold."""

    def __init__(self) -> None:
        self.modules: list[Module] = []
        self._index = Index()
        self._memo: dict[tuple[object, ...], Values] = {}
        self._busy: set[tuple[object, ...]] = set()
        self._depth = 0
        self._cut = 0
        self._near: set[Module] = set()
        self._passed: dict[Parameter, list[tuple[ast.expr, Scope]]] = {}
        self._loose: dict[str, list[tuple[ast.expr, Scope]]] = {}

    def add(self, modules: Iterable[Module]) -> None:
        for module in modules:
            self.modules.append(module)
            self._index.add(module)
            for attribute, value, scope in module.loose:
                self._loose.setdefault(attribute, []).append((value, scope))
        self._memo.clear()
        self._approach()

    def follow_arguments(self) -> None:
        """Note what functions that are read are called with; before that, a parameter holds what its type says."""
        passed: dict[Parameter, list[tuple[ast.expr, Scope]]] = {}
        for module in list(self._near):
            for call, scope in module.calls:
                for value in self.values(call.func, scope):
                    for function, bound in self._functions(value):
                        for parameter, given in _paired(function, bound, call):
                            if self._carries(self.values(given, scope), 2):
                                passed.setdefault(parameter, []).append((given, scope))
                                self._near.add(function.scope.module)
        self._passed = passed
        self._memo.clear()

    def is_near(self, module: Module) -> bool:
        """Return whether *module* can come by anything of the libraries: by imports, or by arguments."""
        return module in self._near

    def _approach(self) -> None:
        """Find the modules that import one of the libraries, or one that does, or one of those; by names alone."""
        words = {module: {part for name in module.imports for part in name.split(".")} for module in self.modules}
        roots = {module: {name.partition(".")[0] for name in module.imports} for module in self.modules}
        self._near = {module for module in self.modules if roots[module] & PACKAGES}
        fresh = self._near
        while fresh:
            stems = {part for module in fresh for part in module.parts[-2:]} - {"__init__"}
            fresh = {module for module in self.modules if module not in self._near and words[module] & stems}
            self._near |= fresh

    def _functions(self, value: object) -> list[tuple[Function, bool]]:
        if isinstance(value, Routine):
            return [(value.of, value.bound)]
        if isinstance(value, Own) and not value.made:
            made = value.of.scope.names.get("__init__", ())
            return [(one, True) for one in made if isinstance(one, Function)]
        return []

    def carries(self, module: Module) -> list[str]:
        """Return the names of *module* through which other files can come by a client."""
        if module not in self._near:
            return []
        return [name for name in module.scope.names if self._carries(self._named(name, module.scope), 3)]

    def _carries(self, values: Values, depth: int) -> bool:
        for value in values:
            if isinstance(value, (Type, Client, Method)):
                return True
            if isinstance(value, (Items, Giver)) and self._carries(frozenset((value.value,)), depth):
                return True
            if not depth:
                continue
            if isinstance(value, Routine):
                if any(self._carries(self.values(one, value.of.scope), depth - 1) for one in value.of.returns):
                    return True
            elif isinstance(value, Own):
                if any(self._carries(self.values(one, value.of.scope), depth - 1) for one in value.of.bases):
                    return True
                names = (*value.of.attributes, *value.of.scope.names)
                if any(self._carries(self._attribute(Own(value.of, True), name), depth - 1) for name in names):
                    return True
        return False

    # Expressions

    def values(self, expression: object, scope: Scope) -> Values:
        """Return what *expression* can hold; of what no client is among, nothing."""
        return self._once((id(expression), id(scope)), lambda: self._evaluated(expression, scope))

    def _once(self, key: tuple[object, ...], work: Callable[[], Values]) -> Values:
        """Return what *work* finds; nothing while it is being looked for already: names may lead in circles."""
        if key in self._memo:
            return self._memo[key]
        if key in self._busy or self._depth > _DEEPEST:
            self._cut += 1
            return NOTHING
        self._busy.add(key)
        self._depth += 1
        cut = self._cut
        try:
            found = work()
        finally:
            self._busy.discard(key)
            self._depth -= 1
        if len(found) > _MOST:
            found = frozenset(list(found)[:_MOST])
        # What was cut short inside a circle is not the last word.
        if self._cut == cut or not self._busy:
            self._memo[key] = found
        return found

    def _evaluated(self, node: object, scope: Scope) -> Values:
        if isinstance(node, ast.Name):
            return self._named(node.id, scope)
        if isinstance(node, ast.Attribute):
            return self._attributes(self.values(node.value, scope), node.attr)
        if isinstance(node, ast.Call):
            return self._called(node, scope)
        if isinstance(node, ast.Subscript):
            return self._unpacked(self.values(node.value, scope))
        if isinstance(node, ast.IfExp):
            return self.values(node.body, scope) | self.values(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*(self.values(one, scope) for one in node.values))
        if isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred, ast.YieldFrom)):
            return self.values(node.value, scope)
        if isinstance(node, ast.Dict):
            return self._items(node.values, scope)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._items(node.elts, scope)
        if isinstance(node, ast.DictComp):
            return self._items([node.value], scope)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._items([node.elt], scope)
        if isinstance(node, ast.Lambda):
            made = node.__dict__.get("made")
            return frozenset((Routine(made, False),)) if made is not None else NOTHING
        if isinstance(node, Annotated):
            return self._of_type(node.annotation, scope)
        return NOTHING

    def _items(self, nodes: Iterable[ast.expr], scope: Scope) -> Values:
        return frozenset(Items(value) for node in nodes for value in self.values(node, scope))

    @staticmethod
    def _unpacked(values: Values) -> Values:
        return frozenset(one.value if isinstance(one, Items) else one for one in values)

    def _of_type(self, annotation: ast.expr | None, scope: Scope) -> Values:
        """Return what a name of that *annotation* holds: of X, Optional[X], X | None, "X", Annotated[X, ...]."""
        if annotation is None:
            return NOTHING
        return self._once(("type", id(annotation), id(scope)), lambda: self._typed(annotation, scope))

    def _typed(self, annotation: ast.expr, scope: Scope) -> Values:
        if isinstance(annotation, ast.Constant):
            return self._of_type(_parsed(annotation), scope)
        if isinstance(annotation, ast.BinOp):
            return self._of_type(annotation.left, scope) | self._of_type(annotation.right, scope)
        if isinstance(annotation, ast.Subscript):
            inner = annotation.slice
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return frozenset().union(*(self._of_type(part, scope) for part in parts))
        return frozenset(one for value in self.values(annotation, scope) for one in made_of(value))

    def _named(self, name: str, scope: Scope) -> Values:
        above: Scope | None = scope
        while above is not None and name not in above.names:
            above = above.above
        if above is None:
            return self._starred(scope.module, name)
        at = above
        return self._once((name, id(at)), lambda: self._union(name, at))

    def _union(self, name: str, scope: Scope) -> Values:
        return frozenset().union(*(self._bound(one, scope) for one in scope.names[name]))

    def _bound(self, value: object, scope: Scope) -> Values:
        if isinstance(value, ast.expr):
            return self.values(value, scope)
        if isinstance(value, Item):
            return frozenset(Items(one) for one in self.values(value.expression, scope))
        if isinstance(value, Loop):
            return self._unpacked(self.values(value.expression, scope))
        if isinstance(value, Imported):
            return self._imported(value, scope.module)
        if isinstance(value, Class):
            return frozenset((Own(value, False),))
        if isinstance(value, Function):
            return frozenset((Routine(value, False),))
        if isinstance(value, Parameter):
            return self._parameter(value)
        return NOTHING

    def _parameter(self, parameter: Parameter) -> Values:
        function = parameter.function
        owner = function.scope.owner
        if owner is not None and parameter.position == 0 and not function.is_static and function.name != "<lambda>":
            return frozenset((Own(owner, not function.is_class_method),))
        found = self._of_type(parameter.annotation, function.scope)
        for expression, scope in self._passed.get(parameter, ()):
            found |= self.values(expression, scope)
        return found

    # Calls

    def _called(self, node: ast.Call, scope: Scope) -> Values:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        if name == "super" and isinstance(node.func, ast.Name) and scope.owner is not None:
            return self._bases(scope.owner)
        if name == "getattr" and len(node.args) >= 2:
            wanted = node.args[1]
            if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                return self._attributes(self.values(node.args[0], scope), wanted.value)
            return NOTHING
        found = self.values(node.func, scope)
        if found:
            return frozenset(one for value in found for one in self._result(value, node))
        if first is None:
            return NOTHING
        if name in _LATER:
            return frozenset(one for value in self.values(first, scope) for one in self._result(value, None))
        if name in _SAME:
            return self.values(first, scope)
        return NOTHING

    def _bases(self, owner: Class) -> Values:
        above = owner.scope.above or owner.scope
        return frozenset(one for base in owner.bases for value in self.values(base, above) for one in made_of(value))

    def _result(self, value: object, call: ast.Call | None) -> Iterable[object]:
        if isinstance(value, Type):
            given = {one.arg for one in call.keywords if one.arg} if call is not None else set()
            if value.row.keywords and given - value.row.keywords and _rival_takes(value.row, given):
                return ()
            return (Client(value.row),)
        if isinstance(value, Own) and not value.made:
            return (Own(value.of, True),)
        if isinstance(value, Routine):
            function = value.of
            found = self._of_type(function.annotation, function.scope)
            for one in function.returns:
                found |= self.values(one, function.scope)
            return found
        if isinstance(value, Giver):
            return (value.value,)
        return ()

    # Attributes

    def _attributes(self, values: Values, name: str) -> Values:
        return frozenset(one for value in values for one in self._attribute(value, name))

    def _attribute(self, value: object, name: str) -> Values:
        if isinstance(value, (Client, Type)):
            part = part_of(value.row, name)
            if part is not None:
                return frozenset((Client(part),))
            return frozenset((Method(value.row, name),)) if name in value.row.methods else NOTHING
        if isinstance(value, Own):
            return self._once((name, id(value.of), value.made), lambda: self._of_own(value, name))
        if isinstance(value, Name):
            return of_library(f"{value.dotted}.{name}")
        if isinstance(value, File):
            return (
                self._named(name, value.of.scope) if name in value.of.scope.names else self._submodule(value.of, name)
            )
        if isinstance(value, Items) and name in _GET:
            return frozenset((Giver(value.value),))
        return NOTHING

    def _of_own(self, value: Own, name: str) -> Values:
        found: set[object] = set()
        for expression, scope in value.of.attributes.get(name, ()):
            found |= self._bound(expression, scope)
        for one in value.of.scope.names.get(name, ()):
            if isinstance(one, Function) and one.is_property:
                found |= set(self._result(Routine(one, True), None))
            elif isinstance(one, Function):
                found.add(Routine(one, value.made and not one.is_static))
            else:
                found |= self._bound(one, value.of.scope)
        if name in value.of.scope.names or found:
            return frozenset(found)
        return self._attributes(self._bases(value.of), name)

    def loose(self, node: ast.expr) -> Values:
        """Return what an attribute of anything holds, where what it belongs to cannot be told: ``app.pay = ...``."""
        if not isinstance(node, ast.Attribute):
            return NOTHING
        found = frozenset().union(*(self.values(value, scope) for value, scope in self._loose.get(node.attr, ())))
        return found or self._attributes(self.loose(node.value), node.attr)

    # Imports

    def _imported(self, imported: Imported, importer: Module) -> Values:
        if imported.level:
            package = importer.parts[: len(importer.parts) - imported.level]
            parts = (*package, *(part for part in imported.module.split(".") if part))
            return self._from(self._index.exactly(parts), imported, parts)
        parts = tuple(imported.module.split("."))
        module = self._index.nearest(parts, importer)
        if module is None and imported.name:
            inner = self._index.nearest((*parts, imported.name), importer)
            if inner is not None:
                return frozenset((File(inner),))
        if module is None and parts[0] in PACKAGES and self._index.nearest(parts[:1], importer) is None:
            return of_library(".".join((*parts, imported.name)) if imported.name else parts[0])
        return self._from(module, imported, parts)

    def _from(self, module: Module | None, imported: Imported, parts: tuple[str, ...]) -> Values:
        if not imported.name:
            return frozenset((File(module),)) if module is not None else NOTHING
        if module is not None:
            if imported.name in module.scope.names:
                return self._named(imported.name, module.scope)
            inner = self._submodule(module, imported.name)
            return inner or self._starred(module, imported.name)
        inner_module = self._index.exactly((*parts, imported.name))
        return frozenset((File(inner_module),)) if inner_module is not None else NOTHING

    def _starred(self, module: Module, name: str) -> Values:
        stars = [one for one in module.scope.names.get("*", ()) if isinstance(one, Imported)]
        if not stars or name == "*":
            return NOTHING

        def looked_up() -> Values:
            named = (Imported(one.module, one.level, name) for one in stars)
            return frozenset().union(*(self._imported(one, module) for one in named))

        return self._once(("*", name, id(module)), looked_up)

    def _submodule(self, module: Module, name: str) -> Values:
        if module.parts[-1] != "__init__":
            return NOTHING
        found = self._index.exactly((*module.parts[:-1], name))
        return frozenset((File(found),)) if found is not None else NOTHING


def _parsed(annotation: ast.Constant) -> ast.expr | None:
    """Return the expression that an annotation in quotes stands for, the same one every time."""
    if "parsed" not in annotation.__dict__:
        try:
            body = ast.parse(annotation.value, mode="eval").body if isinstance(annotation.value, str) else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            body = None
        annotation.__dict__["parsed"] = body
    found: ast.expr | None = annotation.__dict__["parsed"]
    return found


def _rival_takes(row: LibraryClass, given: set[str]) -> bool:
    return any(
        given <= other.keywords | {"mch_id", "notify_url"}
        for other in classes_at(f"{row.package}.{row.name}")
        if other is not row
    )


def _paired(function: Function, bound: bool, call: ast.Call) -> Iterator[tuple[Parameter, ast.expr]]:
    """Yield the parameters of *function* with the arguments of *call* that they take."""
    for position, argument in enumerate(call.args, 1 if bound else 0):
        if isinstance(argument, ast.Starred):
            break
        yield from ((one, argument) for one in function.parameters if one.position == position)
    for keyword in call.keywords:
        yield from ((one, keyword.value) for one in function.parameters if one.name == keyword.arg)
