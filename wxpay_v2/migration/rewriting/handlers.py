"""Except clauses of another library's errors rewritten to ours, and what is done with a notification's fields."""

from __future__ import annotations

from functools import partial

import libcst as cst

from wxpay_v2.migration.rewriting.code import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from wxpay_v2.migration.rewriting.code import File
    from wxpay_v2.migration.rewriting.reading import Reading

__all__ = ["network_error", "read", "read_notification"]

# What the old transport raised, where ours raises an error of its own.
_NETWORK = frozenset(
    ("ConnectionError", "ConnectTimeout", "HTTPError", "IOError", "OSError", "ReadTimeout", "RequestException",
     "SSLError", "Timeout", "TimeoutError", "URLError", "timeout")
)  # fmt: skip
# Where an error is only told, so that its words may be others.
_TELLS = frozenset(
    ("critical", "debug", "error", "exception", "format", "info", "log", "print", "repr", "str", "warn", "warning")
)
# The library makes these ints in a notification; the wire has text.
_INTS = frozenset(("cash_fee", "coupon_count", "coupon_fee", "settlement_total_fee", "total_fee"))


def read(one: Reading, caught: Mapping[str, tuple[str, ...]], attributes: Mapping[str, tuple[str, str]]) -> None:
    """Plan the clauses that catch *caught* (local name -> ours), or stop."""
    for handler in one.file.of(cst.ExceptHandler):
        if any(dotted(kind) in caught for kind in _kinds(handler)):
            _read_error(one, handler, attributes)
    kind = network_error(one.file) if one.makers else None
    if kind is not None:
        one.stop("network", kind, f"{dotted(kind)} comes from the network, whose errors would be ours")
    for local, ours in caught.items():
        for name in one.file.of(cst.Name):
            if name.value != local or _is_import(one, name):
                continue
            parent = one.file.parents[name]
            if isinstance(parent, cst.ExceptHandler):
                one.edits[name] = partial(_instead, ours=ours)
            elif isinstance(parent, cst.Element) and isinstance(
                one.file.parents[one.file.parents[parent]], cst.ExceptHandler
            ):
                one.edits[parent] = partial(_among, ours=ours)
            else:
                one.stop("error", name, f"{local} is used in another way than to be caught")
                continue
            one.ours |= set(ours)


def network_error(file: File) -> cst.CSTNode | None:
    """Return where the file catches an error of the network, None if nowhere."""
    kinds = (kind for handler in file.of(cst.ExceptHandler) for kind in _kinds(handler))
    return next((kind for kind in kinds if dotted(kind).rpartition(".")[2] in _NETWORK), None)


def _kinds(handler: cst.ExceptHandler) -> Sequence[cst.BaseExpression]:
    if isinstance(handler.type, cst.Tuple):
        return [element.value for element in handler.type.elements]
    return [handler.type] if handler.type is not None else []


def _is_import(one: Reading, name: cst.Name) -> bool:
    return any(isinstance(node, (cst.ImportFrom, cst.Import)) for node in one.file.above(name))


def _read_error(one: Reading, handler: cst.ExceptHandler, attributes: Mapping[str, tuple[str, str]]) -> None:
    bound = handler.name.name if handler.name is not None else None
    if not isinstance(bound, cst.Name):
        return
    for name in one.file.of(cst.Name):
        if name.value != bound.value or name is bound or handler not in one.file.above(name):
            continue
        parent = one.file.parents[name]
        if isinstance(parent, cst.Attribute) and parent.value is name:
            twin = attributes.get(parent.attr.value)
            if twin is None or not _is_read(one, parent):
                one.stop("error", parent, f"our errors have no {parent.attr.value} that says the same")
            else:
                ours, default = twin
                text = f'getattr({bound.value}, "{ours}", {default.format(bound.value)})'
                one.edits[parent] = partial(_parsed, text=text)
        elif isinstance(parent, cst.Attribute):  # another thing's attribute of that name
            continue
        elif not _only_told(one, name):
            one.stop("error", name, f"{bound.value} is passed on: whoever gets it expects the library's error")


def _is_read(one: Reading, attribute: cst.Attribute) -> bool:
    """Return whether the attribute's value is all that matters: our texts are "" where the library has None."""
    above = one.file.parents[attribute]
    if isinstance(above, cst.ComparisonTarget):
        above = one.file.parents[above]
    if isinstance(above, cst.Comparison):
        return not any(isinstance(target.operator, (cst.Is, cst.IsNot)) for target in above.comparisons)
    return not isinstance(above, (cst.AssignTarget, cst.AugAssign, cst.Del, cst.Attribute)) and not (
        isinstance(above, cst.Call) and above.func is attribute
    )


def _only_told(one: Reading, name: cst.Name) -> bool:
    parent = one.file.parents[name]
    if isinstance(parent, cst.Arg):
        call = one.file.parents[parent]
        return isinstance(call, cst.Call) and dotted(call.func).rpartition(".")[2] in _TELLS
    if isinstance(parent, cst.BinaryOperation):
        return isinstance(parent.operator, cst.Modulo) and parent.right is name
    return isinstance(parent, (cst.FormattedStringExpression, cst.From, cst.Raise))


def read_notification(one: Reading, call: cst.Call) -> None:
    """Stop unless the body is surely bytes, and the fields that the library makes ints are left alone."""
    body = call.args[0].value if len(call.args) == 1 and not call.args[0].star else None
    text = one.file.tree.code_for_node(body) if body is not None else ""
    if text not in ("request.body", "request.data", "request.get_data()", "self.request.body"):
        one.stop("notification", call, "it cannot be seen that the notification is given as bytes, as it came")
        return
    parent = one.file.parents[call]
    if isinstance(parent, cst.Subscript):
        _read_field(one, parent)
        return
    target = parent.targets[0].target if isinstance(parent, cst.Assign) and len(parent.targets) == 1 else None
    scope = one.file.scopes.get(target) if isinstance(target, cst.Name) else None
    if not isinstance(target, cst.Name) or scope is None or len(scope[target.value]) != 1:
        one.stop("notification", call, "what becomes of the notification's fields cannot be followed")
        return
    for assignment in scope[target.value]:
        for access in assignment.references:
            use = one.file.parents.get(access.node)
            if isinstance(use, cst.Subscript):
                _read_field(one, use)
            elif isinstance(use, cst.Attribute) and use.attr.value == "get":
                asked = one.file.parents[use]
                _read_field(one, asked if isinstance(asked, cst.Call) else use)
            else:
                one.stop("notification", access.node, "the notification's fields are passed on: some were ints")


def _read_field(one: Reading, node: cst.CSTNode) -> None:
    """Stop unless *node* asks for a field by a name that is text in both."""
    asked: Any = None
    if isinstance(node, cst.Subscript) and len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        asked = node.slice[0].slice.value
    elif isinstance(node, cst.Call) and node.args:
        asked = node.args[0].value
    value = asked.evaluated_value if isinstance(asked, cst.SimpleString) else None
    name = value if isinstance(value, str) else ""
    if not name or name in _INTS:
        one.stop("notification", node, f"{name or 'this field'} was an int, and is text on the wire")


def _instead(_: Any, ours: tuple[str, ...]) -> cst.BaseExpression:
    return cst.parse_expression(ours[0] if len(ours) == 1 else f"({', '.join(ours)})")


def _among(element: cst.Element, ours: tuple[str, ...]) -> Any:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    first = [element.with_changes(value=cst.Name(name), comma=comma) for name in ours[:-1]]
    return cst.FlattenSentinel([*first, element.with_changes(value=cst.Name(ours[-1]))])


def _parsed(_: Any, text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)
