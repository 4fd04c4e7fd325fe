"""Import statements, taken apart and put together without moving a comment."""

from __future__ import annotations

from functools import partial

import libcst as cst
from libcst import metadata

from wxpay_v2.migration.rewriting.code import aliases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from wxpay_v2.migration.rewriting.code import Edits, File

__all__ = ["add", "add_line", "divide", "replace", "taken", "with_names", "without_comment"]

_SEMICOLON = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))


def taken(file: File, names: Iterable[str]) -> str:
    """Return which of *names* means something else in the file already, "" if none."""
    known = {name for node in file.of(cst.ImportFrom) for name in _ours(node)}
    scopes = {scope for scope in file.scopes.values() if scope is not None}
    for name in sorted(names):
        bound = [one for scope in scopes for one in scope.assignments if one.name == name]
        if any(not isinstance(one, metadata.BuiltinAssignment) for one in bound) and name not in known:
            return name
    return ""


def _ours(node: cst.ImportFrom) -> list[str]:
    if node.relative or not isinstance(node.module, cst.Name) or node.module.value != "wxpay_v2":
        return []
    return [alias.evaluated_name for alias in aliases(node) if not alias.asname]


def replace(
    file: File, edits: Edits, going: Mapping[cst.ImportFrom, Sequence[cst.ImportAlias]], ours: Iterable[str]
) -> bool:
    """Plan that the names *going* are no longer imported, and *ours* are, from wxpay_v2, in the place of the first.

    Returns False when a statement with a comment of its own would vanish.
    """
    had = {name for node in file.of(cst.ImportFrom) for name in _ours(node)}
    wanted = sorted(set(ours) - had)
    fresh: list[cst.BaseSmallStatement] = []
    if wanted:
        line = cst.ensure_type(
            cst.parse_statement(f"from wxpay_v2 import {', '.join(wanted)}"), cst.SimpleStatementLine
        )
        fresh = [line.body[0]]
    for node, leaving in going.items():
        if leaving:
            staying = [alias for alias in aliases(node) if alias not in leaving]
            parts = [*([with_names(node, staying)] if staying else []), *fresh]
            if not parts and _commented(file.parents[node]):
                return False
            divide(file, edits, node, parts)
            fresh = []
    return True


def _commented(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and bool(
        line.trailing_whitespace.comment or any(empty.comment for empty in line.leading_lines)
    )


def add(file: File, edits: Edits, names: Iterable[str]) -> None:
    """Plan that *names* are imported from wxpay_v2, behind the imports at the top of the file."""
    had = {name for statement in file.of(cst.ImportFrom) for name in _ours(statement)}
    wanted = sorted(set(names) - had)
    if wanted:
        add_line(file, edits, f"from wxpay_v2 import {', '.join(wanted)}")


def add_line(file: File, edits: Edits, text: str) -> None:
    """Plan that the import *text* stands behind the imports at the top of the file, or above its first statement."""
    statement = cst.ensure_type(cst.parse_statement(text), cst.SimpleStatementLine)
    last = None
    for line in file.tree.body:
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if isinstance(small, (cst.Import, cst.ImportFrom)):
            last = line
        elif not (isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString)):
            if last is None:
                edits[line] = partial(_below, statement=statement)
            break
    if last is not None:
        edits[last] = partial(_above, statement=statement)


def _above(line: cst.SimpleStatementLine, statement: cst.SimpleStatementLine) -> Any:
    return cst.FlattenSentinel([line, statement])


def _below(line: Any, statement: cst.SimpleStatementLine) -> Any:
    first = statement.with_changes(leading_lines=line.leading_lines)
    return cst.FlattenSentinel([first, line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])])


def divide(file: File, edits: Edits, node: cst.BaseSmallStatement, parts: Sequence[cst.BaseSmallStatement]) -> None:
    """Plan that *parts* stand in the place of *node*, each in a line of its own where *node* has one."""
    line = file.parents[node]
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        edits[line] = partial(_lines, parts=parts)
    else:
        edits[node] = partial(_row, parts=parts)


def with_names(node: cst.ImportFrom, chosen: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    """Return *node* with some of its names, laid out as it was."""
    last = aliases(node)[-1]
    changes: dict[str, Any] = {"names": chosen, "semicolon": cst.MaybeSentinel.DEFAULT}
    if chosen[-1] is not last:
        space = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else None
        if not isinstance(space, cst.ParenthesizedWhitespace) and node.rpar is not None:
            space = node.rpar.whitespace_before
        comma = _ending(chosen[-1].comma, last.comma, space)
        changes["names"] = [*chosen[:-1], chosen[-1].with_changes(comma=comma)]
        if node.rpar is not None:
            broken = "#" in _code(changes["names"][-1].comma)  # its comment has broken the line already
            space = cst.SimpleWhitespace("") if broken else without_comment(node.rpar.whitespace_before)
            changes["rpar"] = node.rpar.with_changes(whitespace_before=space)
    return node.with_changes(**changes)


def _code(node: cst.Comma | cst.MaybeSentinel) -> str:
    return cst.Module([]).code_for_node(node) if isinstance(node, cst.Comma) else ""


def _ending(
    own: cst.Comma | cst.MaybeSentinel, last: cst.Comma | cst.MaybeSentinel, space: cst.CSTNode | None
) -> cst.Comma | cst.MaybeSentinel:
    """Return the comma that ends a list as *last* did; with the comment that *own* has, and then *space*'s indent."""
    if not isinstance(own, cst.Comma) or "#" not in _code(own):
        plain = without_comment(last.whitespace_after) if isinstance(last, cst.Comma) else None
        return last.with_changes(whitespace_after=plain) if isinstance(last, cst.Comma) else last
    comment = own.whitespace_after
    if isinstance(comment, cst.ParenthesizedWhitespace) and isinstance(space, cst.ParenthesizedWhitespace):
        return own.with_changes(whitespace_after=comment.with_changes(indent=space.indent, last_line=space.last_line))
    return own


def without_comment(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """Return *space* with the line break that it has, and nothing else."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    first = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=first, empty_lines=[])


def _lines(line: cst.SimpleStatementLine, parts: Sequence[cst.BaseSmallStatement]) -> Any:
    """Comments above stay above the first part, the one behind stays behind the last."""
    if not parts:
        return cst.RemoveFromParent()
    plain = [cst.SimpleStatementLine([part]) for part in parts]
    plain[0] = plain[0].with_changes(leading_lines=line.leading_lines)
    plain[-1] = plain[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return cst.FlattenSentinel(plain)


def _row(node: cst.BaseSmallStatement, parts: Sequence[cst.BaseSmallStatement]) -> Any:
    if not parts:
        return cst.RemoveFromParent()
    first = [part.with_changes(semicolon=_SEMICOLON) for part in parts[:-1]]
    return cst.FlattenSentinel([*first, parts[-1].with_changes(semicolon=node.semicolon)])
