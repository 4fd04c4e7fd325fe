"""Another library's imports moved to its face in `wxpay_v2.compat`: every name the same, in every file or in none.

An exception that two classes stand for, one in the library and one in its face, is caught by no clause that names the
other. So a library moves as a whole: one place that cannot be understood holds all files back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

import libcst as cst
from libcst import metadata

from wxpay_v2.migration.finding import NOTE, WARNING, Finding
from wxpay_v2.migration.rewriting import imports
from wxpay_v2.migration.rewriting.code import aliases, dotted
from wxpay_v2.migration.rewriting.face import MIXED, MOVES, NEUTRAL, OTHER, SHARED, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from wxpay_v2.migration.rewriting.code import CodeBase, Edits, File
    from wxpay_v2.migration.rewriting.face import Face

__all__ = ["move", "strangers"]

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
_LOOK_UP = frozenset(("import_module", "import_string", "patch", "object", "setattr", "delattr", "__import__"))


@dataclass
class _Uses:
    """What one file does with a library."""

    file: File
    kinds: set[str] = field(default_factory=set)
    calls: bool = False  # names something else of the payment half than an exception
    edits: Edits = field(default_factory=dict)
    modules: list[cst.ImportAlias] = field(default_factory=list)  # of which only what moves is used
    shared: list[tuple[cst.ImportFrom, cst.ImportAlias]] = field(default_factory=list)
    stops: list[Finding] = field(default_factory=list)

    def stop(self, face: Face, why: str, node: cst.CSTNode, message: str, hint: str = "") -> None:
        self.stops.append(Finding(f"upgrade-code.{face.library}.{why}", WARNING, self.file.place(node), message, hint))


def move(code: CodeBase, face: Face) -> Iterator[Finding]:
    """Move the imports of *face*'s library in every file; yield what held them back, and where."""
    uses = [_survey(file, face) for file in code.with_word(face.package.encode())]
    uses = [one for one in uses if one.kinds or one.stops]
    kinds = {kind for one in uses for kind in one.kinds}
    if MOVES not in kinds and (SHARED not in kinds or OTHER in kinds):  # not payments, or another library of that name
        return
    stops = strangers(code, face) or [stop for one in uses for stop in one.stops] or _alone(face, uses)
    if not stops:
        for one in uses:
            stops += _settle(one, face, *_near(code, one, uses) if OTHER in kinds else (True, False))
    if stops:
        yield from stops
        yield Finding(
            f"upgrade-code.{face.library}.held",
            NOTE,
            ", ".join(str(one.file.path) for one in uses if one.kinds & {MOVES, SHARED}) or str(uses[0].file.path),
            f"{face.library} stays in every file: a clause that catches the library's exception does not catch "
            "its face's",
            "mend the places above and run again, or use wxpay_v2.compat.install, which changes no file",
        )
        return
    for one in uses:
        one.file.edit(one.edits)


def strangers(code: CodeBase, face: Face) -> list[Finding]:
    """Return why *face*'s package may not be what it looks like, or is used by more than the files."""
    own = code.has_own(face.package)
    if own:
        message = f"this code base has a module of its own named {face.package}"
        return [Finding(f"upgrade-code.{face.library}.own_module", WARNING, own, message)]
    found = []
    for package in sorted(face.dependents):
        places = [
            file.place(node)
            for file in code.with_word(package.encode())
            for node in file.of(cst.Import, cst.ImportFrom)
            if any(name.split(".")[0] == package for name in _imports(node))
        ]
        if places:
            more = f" (and {len(places) - 1} more places)" if len(places) > 1 else ""
            message = f"{package} calls {face.library} itself and raises its exceptions{more}"
            hint = f'wxpay_v2.compat.install("{face.package}") gives both the face'
            found.append(Finding(f"upgrade-code.{face.library}.dependent", WARNING, places[0], message, hint))
    return found


def _alone(face: Face, uses: Sequence[_Uses]) -> list[Finding]:
    """Return why exceptions cannot move when nothing that was given raises them."""
    if any(one.calls for one in uses):
        return []
    place = str(next(one.file.path for one in uses if one.kinds & {MOVES, SHARED}))
    message = f"it catches what {face.library} raises, and no file that was given calls {face.library}"
    return [Finding(f"upgrade-code.{face.library}.alone", WARNING, place, message, "give the whole project")]


def _imports(node: cst.Import | cst.ImportFrom) -> list[str]:
    if isinstance(node, cst.Import):
        return [dotted(alias.name) for alias in node.names]
    return [] if node.relative else [dotted(node.module)]


def _near(code: CodeBase, one: _Uses, uses: Sequence[_Uses]) -> tuple[bool, bool]:
    """Return whether the file can see the payment half, and whether it can see the other half of the library."""
    reach = code.reach(one.file.path)
    kinds = {kind for other in uses if other.file.path in reach for kind in other.kinds}
    return (MOVES in kinds, OTHER in kinds) if kinds & {MOVES, OTHER} else (True, True)


# Survey: every place that names the library, and what would become of it.


def _survey(file: File, face: Face) -> _Uses:
    uses = _Uses(file)
    for node in file.of(cst.ImportFrom):
        module = "" if node.relative else dotted(node.module)
        if _inside(module, face.package):
            _survey_from(uses, face, node, module)
    for node in file.of(cst.Import):
        for alias in node.names:
            if _inside(dotted(alias.name), face.package):
                _survey_import(uses, face, node, alias)
    _survey_calls(uses, face)
    _survey_strings(uses, face)
    return uses


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _survey_from(uses: _Uses, face: Face, node: cst.ImportFrom, module: str) -> None:
    if isinstance(node.names, cst.ImportStar):
        uses.kinds.add(kind := face.kind(module))
        if kind in (MOVES, MIXED):
            uses.stop(face, "star", node, f"import * hides which names of {module} are used", "name them")
        return
    for alias in node.names:
        name = f"{module}.{dotted(alias.name)}"
        kind = _noted(uses, face, node, name)
        if kind == MIXED:
            bound = alias.evaluated_alias or dotted(alias.name)
            if _survey_chains(uses, face, node, bound, name):
                uses.modules.append(alias)
        elif kind == SHARED:
            uses.shared.append((node, alias))
        elif kind == UNKNOWN:
            uses.stop(face, "missing", node, f"the face has no {name}")


def _survey_import(uses: _Uses, face: Face, node: cst.Import, alias: cst.ImportAlias) -> None:
    name = dotted(alias.name)
    bound = alias.evaluated_alias
    if bound is not None and face.kind(name) != MIXED:
        if _noted(uses, face, node, name) == MOVES:
            uses.edits[alias] = partial(_renamed, name=face.moved(name))
        return
    if _survey_chains(uses, face, node, bound or face.package, name if bound else face.package):
        uses.edits[alias] = partial(_renamed, name=face.moved(name))


def _survey_chains(uses: _Uses, face: Face, node: cst.CSTNode, bound: str, stands_for: str) -> bool:
    """Follow every ``bound.x.y``; return whether all that the name is used for moves."""
    scope = uses.file.scopes.get(node)
    if scope is None:
        return False
    chains: Edits = {}
    kinds = set()
    for assignment in (one for one in scope.assignments if _inside(one.name, bound)):
        if not isinstance(assignment, metadata.ImportAssignment):
            uses.stop(face, "rebound", node, f"{bound} is the library here and something else elsewhere")
            return False
        for access in assignment.references:
            chain = access.node
            while isinstance(chain, cst.Attribute) and isinstance(chain.value, cst.Attribute):
                chain = chain.value
            while isinstance(parent := uses.file.parents.get(chain), cst.Attribute) and parent.value is chain:
                chain = parent
            tail = dotted(chain).partition(".")[2]
            name = f"{stands_for}.{tail}" if tail else stands_for
            kind = _noted(uses, face, chain, name)
            kinds.add(kind)
            if chain not in uses.file.parents or kind == MIXED:
                uses.stop(face, "whole", chain, f"{bound} is used as a whole", "name what is used of it")
            elif kind == SHARED:
                uses.stop(face, "whole", chain, f"{name} is raised by both halves of the library", "import it by name")
            elif kind == MOVES and bound == face.package:
                chains[_root(chain)] = partial(_expression, name=face.home)
    if MOVES not in kinds:
        return False
    if kinds != {MOVES}:
        uses.stop(face, "both", node, f"{bound} stands for both halves of {face.library}", "import them apart")
        return False
    uses.edits.update(chains)
    return True


def _root(chain: cst.CSTNode) -> cst.CSTNode:
    while isinstance(chain, cst.Attribute):
        chain = chain.value
    return chain


def _survey_calls(uses: _Uses, face: Face) -> None:
    for call in uses.file.of(cst.Call) if face.keywords and uses.kinds else ():
        known = face.keywords.get(dotted(call.func).rpartition(".")[2])
        if known is None:
            continue
        for argument in call.args:
            if argument.keyword is not None and argument.keyword.value not in known:
                uses.stop(
                    face, "other_library", argument,
                    f"{face.library} knows no {argument.keyword.value}: another library is imported by the same name",
                )  # fmt: skip


def _survey_strings(uses: _Uses, face: Face) -> None:
    """Find names in text: ``patch("wechatpy.pay.calculate_signature")``."""
    for text in uses.file.of(cst.SimpleString):
        value = text.evaluated_value
        if not isinstance(value, str) or not _inside(value, face.package) or not _DOTTED.fullmatch(value):
            continue
        if face.kind(value) not in (MOVES, SHARED):
            continue
        call = next((node for node in uses.file.above(text) if isinstance(node, (cst.Call, cst.BaseStatement))), None)
        function = dotted(call.func).rpartition(".")[2] if isinstance(call, cst.Call) else ""
        if function == "getLogger" or _names_a_logger(uses.file, text):
            continue
        uses.kinds.add(face.kind(value))
        uses.calls = True
        if function in _LOOK_UP and face.kind(value) == MOVES:
            quote = f"{text.prefix}{text.quote}"
            uses.edits[text] = partial(_text, value=f"{quote}{face.moved(value)}{text.quote}")
        else:
            uses.stop(face, "by_name", text, f"{value} is named in a text, to be found at run time")


def _names_a_logger(file: File, text: cst.CSTNode) -> bool:
    return any(
        isinstance(node, cst.DictElement) and isinstance(node.key, cst.SimpleString)
        and node.key.evaluated_value == "loggers"
        for node in file.above(text)
    )  # fmt: skip


def _noted(uses: _Uses, face: Face, node: cst.CSTNode, name: str) -> str:
    kind = face.kind(name)
    if name.rpartition(".")[2] in face.markers:
        uses.stop(face, "other_library", node, f"{name} is of another library that is imported by the same name")
    if kind not in (MIXED, NEUTRAL):
        uses.kinds.add(kind)
    uses.calls |= kind == MOVES and not name.endswith(("Exception", "Error"))
    return kind


# Settle: the edits of one file, once it is known which half its shared exceptions belong to.


def _settle(uses: _Uses, face: Face, payment: bool, other: bool) -> list[Finding]:
    both: list[tuple[cst.ImportFrom, cst.ImportAlias]] = []
    moving = {SHARED, MOVES} if payment and not other else {MOVES}
    if payment and other:
        both = uses.shared
    for node in uses.file.of(cst.ImportFrom):
        module = "" if node.relative else dotted(node.module)
        if not _inside(module, face.package) or isinstance(node.names, cst.ImportStar):
            continue
        going = [
            alias
            for alias in node.names
            if alias in uses.modules or face.kind(f"{module}.{dotted(alias.name)}") in moving
        ]
        twin = any(node is statement for statement, _ in both)
        if going or twin:
            _divide(uses, face, node, module, going, twin)
    for node, alias in both:
        _catch_both(uses, face, node, alias)
    return uses.stops


def _divide(
    uses: _Uses, face: Face, node: cst.ImportFrom, module: str, going: list[cst.ImportAlias], twin: bool
) -> None:
    """Let *going* be imported from the face, the rest from where they were; twin: and the face's exceptions."""
    staying = [alias for alias in aliases(node) if alias not in going]
    parts: list[cst.BaseSmallStatement] = []
    if staying:
        parts.append(imports.with_names(node, staying))
    if going:
        moved = node if not staying else imports.with_names(node, going)
        parts.append(moved.with_changes(module=cst.parse_expression(face.moved(module))))
    if twin:
        parts.append(
            cst.ensure_type(_statement(f"from {face.home} import exceptions as pay_exceptions"), cst.ImportFrom)
        )
    if len(parts) == 1:
        uses.edits[node] = partial(_exchanged, part=parts[0])
    else:
        imports.divide(uses.file, uses.edits, node, parts)


def _catch_both(uses: _Uses, face: Face, node: cst.ImportFrom, alias: cst.ImportAlias) -> None:
    """Let every clause that catches the library's exception catch its face's too."""
    bound = alias.evaluated_alias or dotted(alias.name)
    twin = f"pay_exceptions.{dotted(alias.name)}"
    scope = uses.file.scopes.get(node)
    for assignment in scope[bound] if scope is not None else ():
        for access in assignment.references:
            name = access.node
            parent = uses.file.parents.get(name)
            if isinstance(parent, cst.ExceptHandler) or _asks_kind(uses.file, parent):
                uses.edits[name] = partial(_pair, twin=twin)
            elif isinstance(parent, cst.Element) and _is_caught(uses.file, uses.file.parents[parent]):
                uses.edits[parent] = partial(_both, twin=twin)
            elif not _is_raised(uses.file, name):
                uses.stop(face, "shared", name, f"{bound} is raised by both halves of {face.library}")


def _is_caught(file: File, node: cst.CSTNode) -> bool:
    parent = file.parents.get(node)
    return isinstance(parent, cst.ExceptHandler) or _asks_kind(file, parent)


def _asks_kind(file: File, argument: cst.CSTNode | None) -> bool:
    call = file.parents.get(argument) if isinstance(argument, cst.Arg) else None
    return isinstance(call, cst.Call) and dotted(call.func) in ("isinstance", "issubclass") and argument is call.args[1]


def _is_raised(file: File, name: cst.CSTNode) -> bool:
    parent = file.parents.get(name)
    if isinstance(parent, cst.Call) and parent.func is name:
        parent = file.parents.get(parent)
    return isinstance(parent, cst.Raise)


# Edits.


def _statement(text: str) -> cst.BaseSmallStatement:
    line = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    return line.body[0]


def _exchanged(_: Any, part: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    return part


def _renamed(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    return alias.with_changes(name=cst.parse_expression(name))


def _expression(_: Any, name: str) -> cst.BaseExpression:
    return cst.parse_expression(name)


def _text(text: cst.SimpleString, value: str) -> cst.SimpleString:
    return text.with_changes(value=value)


def _pair(name: cst.Name, twin: str) -> cst.BaseExpression:
    return cst.parse_expression(f"({dotted(name)}, {twin})")


def _both(element: cst.Element, twin: str) -> Any:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    second = element.with_changes(value=cst.parse_expression(twin))
    return cst.FlattenSentinel([element.with_changes(comma=comma), second])
