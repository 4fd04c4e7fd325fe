"""One file read: what it imports of a library, where its client goes, what it calls, and which errors it catches.

Understood is a client that is made in the file, kept in one plain name, in one attribute of ``self``, or returned by
one function, and used for calls that have a twin and nothing else. Whatever else is met is told with its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst
from libcst import metadata

from wxpay_v2.migration.finding import NOTE, Finding
from wxpay_v2.migration.rewriting import handlers
from wxpay_v2.migration.rewriting.code import aliases, dotted
from wxpay_v2.migration.rewriting.face import NEUTRAL, OTHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.rewriting.code import Edits, File
    from wxpay_v2.migration.rewriting.library import Library, Method

__all__ = ["Reading", "read"]

_NOTHING = frozenset(("None", '""', "''", "False"))


@dataclass
class Reading:
    """How far one file is understood."""

    file: File
    library: Library
    imported: dict[str, str] = field(default_factory=dict)  # local name -> dotted name of the library
    statements: list[tuple[cst.ImportFrom, str]] = field(default_factory=list)
    calls: list[tuple[cst.Call, Method, str]] = field(default_factory=list)
    makers: list[cst.Call] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    edits: Edits = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    raises: bool = False  # has a client, or something else of the library than its errors
    stops: list[Finding] = field(default_factory=list)

    def stop(self, why: str, node: cst.CSTNode, message: str, hint: str = "") -> None:
        name = f"upgrade-code.{self.library.face.library}.{why}"
        self.stops.append(Finding(name, NOTE, self.file.place(node), f"calls stay as they are: {message}", hint))

    @property
    def catches(self) -> bool:
        return any(name in self.library.errors for name in self.imported.values())


def read(file: File, library: Library) -> Reading:
    """Return what *file* does with *library*, or why that is not understood."""
    one = Reading(file, library)
    _read_imports(one)
    if not one.stops and one.imported:
        for local, name in one.imported.items():
            _read_uses(one, local, name)
        notified = any(method.body for _, method, _ in one.calls)
        table = library.with_notifications if notified else library.errors
        caught = {local: table[name] for local, name in one.imported.items() if name in table}
        handlers.read(one, caught, library.attributes)
    return one


def _read_imports(one: Reading) -> None:
    face, file = one.library.face, one.file
    for node in file.of(cst.Import):
        if any(_inside(face.original(dotted(alias.name)), face.package) for alias in node.names):
            one.raises = True
            one.stop("whole", node, f"{face.package} is imported as a whole", "import what is used by name")
    for node in file.of(cst.ImportFrom):
        module = "" if node.relative else face.original(dotted(node.module))
        if not _inside(module, face.package):
            continue
        if isinstance(node.names, cst.ImportStar):
            one.raises = True
            one.stop("star", node, "import * hides which names are used", "name them")
            return
        one.statements.append((node, module))
        for alias in node.names:
            name = f"{module}.{dotted(alias.name)}"
            if name in one.library.makers or name in one.library.errors:
                one.imported[alias.evaluated_alias or dotted(alias.name)] = name
                one.raises |= name in one.library.makers
                if not _on_top(file, node):
                    one.stop("import", node, "it is imported inside a block")
            elif face.kind(name) not in (OTHER, NEUTRAL):
                one.raises = True
                one.stop("no_twin", node, f"{name} has no twin")
    other = any(
        face.kind(f"{module}.{dotted(alias.name)}") == OTHER
        for node, module in one.statements
        for alias in aliases(node)
    )
    shared = [local for local, name in one.imported.items() if name in face.shared]
    if other and shared:
        one.stop("shared", one.statements[0][0], f"{shared[0]} is raised by both halves of {face.library}")


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _on_top(file: File, node: cst.CSTNode) -> bool:
    line = file.parents[node]
    return isinstance(line, cst.SimpleStatementLine) and isinstance(file.parents[line], cst.Module)


def _references(one: Reading, node: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """Yield where *name*, bound at *node*, is read. Bound twice, it is not understood."""
    scope = one.file.scopes.get(node)
    bound = scope[name] if scope is not None else set()
    if len(bound) != 1 or isinstance(scope, metadata.ClassScope):
        one.stop("rebound", node, f"{name} is bound more than once, or in a class")
        return
    yield from (access.node for assignment in bound for access in assignment.references)


def _read_uses(one: Reading, local: str, name: str) -> None:
    if name in one.library.errors:
        return
    statement = next(node for node, _ in one.statements)
    for node in _references(one, statement, local):
        call = one.file.parents.get(node)
        if isinstance(call, cst.Call) and call.func is node:
            one.makers.append(call)
            given = _read_maker(one, call)
            _follow(one, call, given, set())
        else:
            one.stop("class", node, f"{local} is used as a class: subclassed, patched or passed on")


def _read_maker(one: Reading, call: cst.Call) -> frozenset[str]:
    """Check what a client is made of; return the arguments that are given and say something."""
    given = set()
    names = [_parameter(argument, position, one.library.parameters) for position, argument in enumerate(call.args)]
    for name, argument in zip(names, call.args, strict=True):
        if not name:
            one.stop("arguments", argument, "this argument of the client has no twin, or cannot be seen")
        elif _text(one.file, argument.value) not in _NOTHING:
            given.add(name)
            if name in one.library.off:
                one.stop("arguments", argument, f"{name} has no twin")
    if len(given & one.library.pair) == 1:
        one.stop("arguments", call, "certificate and key are given apart")
    moved = [position for position, name in enumerate(names) if name not in one.library.merchant]
    loose = {*moved, *(position - 1 for position in moved if position)}
    commas = [call.args[position].comma for position in loose]
    if any(isinstance(comma, cst.Comma) and "#" in _text(one.file, comma) for comma in commas):
        one.stop("arguments", call, "a comment stands behind an argument that moves")
    return frozenset(given)


def _parameter(argument: cst.Arg, position: int, parameters: tuple[str, ...]) -> str:
    if argument.star:
        return ""
    if argument.keyword is not None:
        return argument.keyword.value if argument.keyword.value in parameters else ""
    return parameters[position] if position < len(parameters) else ""


def _text(file: File, node: cst.CSTNode) -> str:
    return file.tree.code_for_node(node)


def _follow(one: Reading, node: cst.CSTNode, given: frozenset[str], seen: set[str]) -> None:
    """Follow an expression that is a client to its calls, over one name or one function's result."""
    parent = one.file.parents.get(node)
    if isinstance(parent, cst.Attribute) and parent.value is node:
        _follow_method(one, node, given)
    elif isinstance(parent, cst.Assign) and parent.value is node and len(parent.targets) == 1:
        target = parent.targets[0].target
        if isinstance(target, cst.Name):
            if isinstance(one.file.scopes.get(target), metadata.GlobalScope):
                one.exported.add(target.value)
            for reference in _references(one, target, target.value):
                _follow(one, reference, given, seen)
        elif isinstance(target, cst.Attribute) and dotted(target.value) == "self":
            _follow_attribute(one, target, given, seen)
        else:
            one.stop("kept", parent, "the client is kept in something else than a name or an attribute of self")
    elif isinstance(parent, cst.Return):
        function = next((up for up in one.file.above(parent) if isinstance(up, (cst.FunctionDef, cst.Lambda))), None)
        if not isinstance(function, cst.FunctionDef) or not _is_plain(one.file, function):
            one.stop("kept", parent, "the client is returned by a method, or by a function that returns other things")
        elif function.name.value not in seen:
            one.exported.add(function.name.value)
            for reference in _references(one, function, function.name.value):
                call = one.file.parents.get(reference)
                if isinstance(call, cst.Call) and call.func is reference:
                    _follow(one, call, given, seen | {function.name.value})
                else:
                    one.stop("kept", reference, f"{function.name.value} is passed on")
    elif not isinstance(parent, cst.Expr):
        one.stop("escapes", node, "the client is passed on to code that cannot be followed")


def _follow_attribute(one: Reading, target: cst.Attribute, given: frozenset[str], seen: set[str]) -> None:
    """Follow ``self.pay`` through its class; nothing else in the file may have an attribute of that name."""
    name, file = target.attr.value, one.file
    one.attributes.add(name)
    owner = next((node for node in file.above(target) if isinstance(node, cst.ClassDef)), None)
    if owner is None:
        one.stop("kept", target, "self is no object of a class here")
        return
    for use in file.of(cst.Attribute):
        if use.attr.value != name or use is target:
            continue
        above = list(file.above(use))
        if any(isinstance(node, (cst.Import, cst.ImportFrom)) for node in above):
            continue
        inside = next((node for node in above if isinstance(node, cst.ClassDef)), None)
        if dotted(use.value) == "self" and inside is owner and not isinstance(above[0], cst.AssignTarget):
            _follow(one, use, given, seen)
        else:
            one.stop("kept", use, f"another .{name} cannot be told from the client's")
    named = [node for node in file.of(cst.SimpleString) if node.evaluated_value == name]
    named += [node for node in file.of(cst.AssignTarget) if dotted(node.target) == name and owner in file.above(node)]
    named += [node for node in file.of(cst.FunctionDef) if node.name.value == name and owner in file.above(node)]
    for node in named:
        one.stop("kept", node, f"{name} is named once more: it may be the client's attribute")


def _is_plain(file: File, function: cst.FunctionDef) -> bool:
    inside = [node for node in file.of(cst.Return, cst.Yield) if function in file.above(node)]
    known = all(dotted(getattr(one.decorator, "func", one.decorator)).rpartition(".")[2] in ("cache", "lru_cache")
                for one in function.decorators)  # fmt: skip
    return len(inside) == 1 and known and function.asynchronous is None and isinstance(
        file.parents[function], cst.Module
    )  # fmt: skip


def _follow_method(one: Reading, node: cst.CSTNode, given: frozenset[str]) -> None:
    chain, names = node, []
    while isinstance(parent := one.file.parents.get(chain), cst.Attribute) and parent.value is chain:
        chain = parent
        names.append(parent.attr.value)
    call, name = one.file.parents.get(chain), ".".join(names)
    method = one.library.methods.get(name)
    if not isinstance(call, cst.Call) or call.func is not chain:
        one.stop("escapes", chain, f".{name} is used in another way than to be called")
    elif method is None:
        one.stop("no_twin", call, f"{name} has no twin that answers the same")
    elif method.without & given:
        one.stop("no_twin", call, f"{name} depends on {', '.join(sorted(method.without & given))}")
    else:
        one.calls.append((call, method, name))
        _read_call(one, call, method, name)


def _read_call(one: Reading, call: cst.Call, method: Method, name: str) -> None:
    given = set()
    for position, argument in enumerate(call.args):
        known = method.parameters
        word = argument.keyword.value if argument.keyword is not None else ""
        word = word or (known[position] if position < len(known) and not argument.star else "")
        if not word or not method.name_of(word):
            one.stop("arguments", argument, f"{word or 'what is unpacked here'} has no twin, or cannot be seen")
        elif _text(one.file, argument.value) not in _NOTHING:
            given.add(word)
    for word in sorted(method.needed - given):
        one.stop(
            "made_up", call, f"{name} makes up its {method.wire.get(word, word)} here",
            "give one, and keep it: whoever repeats the call needs the same",
        )  # fmt: skip
    if method.body:
        handlers.read_notification(one, call)
