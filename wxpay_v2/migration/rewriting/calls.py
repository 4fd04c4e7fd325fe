"""Calls of another library's client, or of its face, rewritten to our Client's in files where every use is understood.

What is understood tells `reading`. A file changes only if no other touches its client, and together with those that
catch its errors. Anything else leaves it at the library's face (see `relocation`).
"""

from __future__ import annotations

import ast
import re
from functools import partial

import libcst as cst

from wxpay_v2.migration.rewriting import imports
from wxpay_v2.migration.rewriting.code import aliases, dotted, parsed
from wxpay_v2.migration.rewriting.reading import read
from wxpay_v2.migration.rewriting.relocation import strangers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from wxpay_v2.migration.finding import Finding
    from wxpay_v2.migration.rewriting.code import CodeBase
    from wxpay_v2.migration.rewriting.library import Library, Method
    from wxpay_v2.migration.rewriting.reading import Reading

__all__ = ["rewrite_calls"]


def rewrite_calls(code: CodeBase, library: Library) -> Iterator[Finding]:
    """Rewrite the files of *code* that are understood; yield why the others are not."""
    readings = [read(file, library) for file in code.with_word(library.face.package.encode())]
    readings = [one for one in readings if one.imported or one.stops]
    if not readings or strangers(code, library.face):  # told when the imports are looked at
        return
    for one in readings:
        if not one.stops:
            _plan(one)
        if one.makers and not one.stops:
            _check_others(code, one)
    while _drop_strangers(code, readings):
        pass
    calls = any(one.makers and not one.stops for one in readings)  # else nothing here raises what is caught
    for one in readings:
        yield from one.stops
        if calls and not one.stops:
            one.file.edit(one.edits)


def _drop_strangers(code: CodeBase, readings: list[Reading]) -> bool:
    """Stop files whose errors would be caught, or raised, by a file that stays as it is; return whether any was."""
    staying = [one for one in readings if one.stops]
    dropped = False
    for one in readings:
        for other in staying if not one.stops else ():
            sees = one.file.path in code.reach(other.file.path) or not other.raises
            seen = other.file.path in code.reach(one.file.path) or not one.raises
            if (one.raises and other.catches and sees) or (one.catches and other.raises and seen):
                where = cst.ensure_type(one.file.tree, cst.Module)
                one.stop(
                    "caught_elsewhere", where, f"{other.file.path}, which stays, raises or catches the same errors"
                )
                dropped = True
                break
    return dropped


def _check_others(code: CodeBase, one: Reading) -> None:
    """Stop when another file touches the client, or what the file imported of the library."""
    path = one.file.path
    module = path.parent.name if path.stem == "__init__" else path.stem
    names = one.exported | set(one.imported)
    pattern = re.compile(rf"\b{re.escape(module)}\.({'|'.join(map(re.escape, sorted(names)))})\b")
    importers = set(code.importers(path))
    for other, source in code.sources.items():
        if other != path and (
            pattern.search(source.decode("utf-8", "replace"))
            or (other in importers and _takes(parsed(source), module, names))
            or (one.attributes and path in code.reach(other) and _has_attribute(parsed(source), one.attributes))
        ):
            one.stop("escapes", one.makers[0], f"{other} uses a name of this file that would be another thing")


def _takes(tree: ast.Module, module: str, names: set[str]) -> bool:
    """Return whether *tree* imports one of *names* from *module*, or reads it as the module's."""
    bound = False
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            told = {alias.name for alias in node.names}
            if (node.module or "").rpartition(".")[2] == module and told & {*names, "*"}:
                return True
            bound |= module in told
        elif isinstance(node, ast.Import):
            bound |= any(alias.name.rpartition(".")[2] == module for alias in node.names)
    return bound and any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def _has_attribute(tree: ast.Module, names: set[str]) -> bool:
    """Return whether *tree* reads an attribute of *names*, or has a text that may name one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.rpartition(".")[2] in names:
            return True
    return False


# The plan of a file that is understood.


def _plan(one: Reading) -> None:
    for call in one.makers:
        one.edits[call] = partial(_made, library=one.library)
        one.ours |= {"Client", "Merchant"}
    for call, method, name in one.calls:
        one.edits[call] = partial(_called, method=method, depth=name.count(".") + 1)
    taken = imports.taken(one.file, one.ours)
    if taken:
        one.stop("taken", one.makers[0] if one.makers else one.file.tree, f"{taken} means something else here")
    going = {
        node: [alias for alias in aliases(node) if (alias.evaluated_alias or dotted(alias.name)) in one.imported]
        for node, _ in one.statements
    }
    if not imports.replace(one.file, one.edits, going, one.ours):
        one.stop("import", one.statements[0][0], "an import with a comment of its own would vanish")


def _made(call: cst.Call, library: Library) -> cst.Call:
    """``WeChatPay(...)`` -> ``Client(Merchant(...), region="mainland")``: each argument keeps its line and comment."""
    merchant, client = [], []
    for position, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword is not None else library.parameters[position]
        if name in library.merchant:
            merchant.append(_keyword(argument, library.merchant[name]))
        elif name in library.client:
            client.append(_keyword(argument, name).with_changes(comma=cst.MaybeSentinel.DEFAULT))
    if merchant:
        merchant[-1] = merchant[-1].with_changes(comma=call.args[-1].comma)
    made = call.with_changes(func=cst.Name("Merchant"), args=merchant, lpar=[], rpar=[])
    region = cst.Arg(cst.SimpleString('"mainland"'), keyword=cst.Name("region"), equal=_EQUAL)
    return cst.Call(cst.Name("Client"), [cst.Arg(made), region, *client], lpar=call.lpar, rpar=call.rpar)


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _keyword(argument: cst.Arg, name: str) -> cst.Arg:
    equal = argument.equal if isinstance(argument.equal, cst.AssignEqual) else _EQUAL
    return argument.with_changes(keyword=cst.Name(name), equal=equal)


def _between(comma: cst.Comma | cst.MaybeSentinel | None) -> cst.Comma:
    """Return a comma that breaks the line as *comma* does, without its comment."""
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else cst.SimpleWhitespace(" ")
    return cst.Comma(whitespace_after=imports.without_comment(space))


def _called(call: cst.Call, method: Method, depth: int) -> Any:
    """``pay.order.create(...)`` -> ``pay.unified_order(...)``."""
    client = call.func
    for _ in range(depth):
        client = cst.ensure_type(client, cst.Attribute).value
    function: cst.BaseExpression = client
    for name in method.target.split("."):
        function = cst.Attribute(function, cst.Name(name))
    if method.target.startswith("cashier.") or method.body:
        args = [one if one.keyword is None else _keyword(one, method.name_of(one.keyword.value)) for one in call.args]
        result: cst.BaseExpression = call.with_changes(func=function, args=args)
        return cst.Attribute(result, cst.Name("fields")) if method.body else result
    args, given = [], set()
    for position, argument in enumerate(call.args):
        word = argument.keyword.value if argument.keyword is not None else method.parameters[position]
        args.append(_keyword(argument, method.name_of(word)))
        given.add(word)
    for word, text in method.supplied.items():
        if word not in given:
            comma = _between(args[-2].comma) if len(args) > 1 else _between(None)
            value = cst.parse_expression(text)
            args.insert(-1, cst.Arg(value, keyword=cst.Name(method.wire.get(word, word)), equal=_EQUAL, comma=comma))
    return call.with_changes(func=function, args=args)
