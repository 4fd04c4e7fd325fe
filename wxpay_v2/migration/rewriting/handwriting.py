"""A call of API v2 written by hand, as its statements tell it: who signs, what goes where, who reads the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

import libcst as cst

from wxpay_v2.migration.rewriting.code import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxpay_v2.migration.rewriting.code import File

__all__ = ["Handwritten", "NotUnderstood", "read"]

_POSTS = frozenset(("requests.post", "post", "urlopen", "urllib.request.urlopen", "request.urlopen"))
_TAKEN = ("url", "data", "headers", "timeout", "cert", "verify")
_NOT_BEFORE = "the signature is not made right before it"


class NotUnderstood(Exception):
    """Why a call is left alone, in words that go on a sentence."""


@dataclass
class Handwritten:
    """One call. statements: those that it is made of, in their order; names: of what only they use."""

    fields: str  # the name of the dict
    key: str  # the source text of the API key
    statements: list[cst.BaseStatement] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    answer: str = ""  # the name of what was received
    result: cst.BaseAssignTargetExpression | None = None  # None: it is returned
    options: dict[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ()


@dataclass
class _Body:
    """What is sent: the name of the XML, and of the dict it is written from, "" where they are not seen yet."""

    xml: str = ""
    fields: str = ""


def read(file: File, function: cst.FunctionDef, address: cst.SimpleString) -> Handwritten:
    """Return the call that *function* makes to *address*. Raises NotUnderstood."""
    block = function.body.body
    line = next(node for node in file.above(address) if isinstance(node, cst.SimpleStatementLine))
    if not isinstance(function.body, cst.IndentedBlock) or file.parents[line] is not function.body:
        raise NotUnderstood("the address stands in a block of the function")
    lines = [one for one in block if isinstance(one, cst.BaseStatement)]
    where = next(index for index, one in enumerate(lines) if one is line)
    told = _assigned(line)
    url = told[0].value if told is not None and told[1] is address and isinstance(told[0], cst.Name) else ""
    apart = line if url else None
    if url:
        where = next((index for index, one in enumerate(lines) if index > where and _posts_to(file, one, url)), 0)
        if not where:
            raise NotUnderstood("the address is not used by a post right behind it")
    body = _Body()
    call, start = _read_before(file, function, lines, where, apart, body)
    _read_post(file, function, call, lines[where], body)
    end = where + 1
    if end < len(lines) and _code(file, lines[end]).strip().startswith(f"{call.answer}.encoding ="):
        end += 1
    if end == len(lines):
        raise NotUnderstood("the answer is not read right behind it")
    _read_parse(file, function, call, lines[end])
    call.ids = _ids(file, function, call.fields)
    call.statements = [
        *([apart] if apart is not None and apart not in lines[start:end] else []),
        *lines[start : end + 1],
    ]
    call.names |= {name for name in (url, body.xml, call.answer) if name}
    if dotted(call.result) == call.answer:
        call.names.discard(call.answer)
    return call


def _read_before(
    file: File, function: cst.FunctionDef, lines: Sequence[cst.BaseStatement], where: int,
    apart: cst.BaseStatement | None, body: _Body,
) -> tuple[Handwritten, int]:  # fmt: skip
    """Read backwards from the post to the signature; return the call so far, and where it begins."""
    for index in range(where - 1, -1, -1):
        if lines[index] is apart:
            continue
        told = _assigned(lines[index])
        if told is None:
            break
        if isinstance(told[0], cst.Subscript):
            return _read_sign(file, function, lines, index)
        if not isinstance(told[0], cst.Name) or body.xml:
            break
        body.xml, body.fields = told[0].value, _writes_xml(file, function, told[1])
    raise NotUnderstood(_NOT_BEFORE)


def _posts_to(file: File, statement: cst.BaseStatement, url: str) -> bool:
    names = [node for node in file.of(cst.Name) if node.value == url and statement in file.above(node)]
    return len(names) == 1 and isinstance(file.parents[names[0]], cst.Arg)


def _small(statement: cst.CSTNode) -> cst.BaseSmallStatement:
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        raise NotUnderstood("it is not written statement after statement")
    return statement.body[0]


def _assigned(statement: cst.CSTNode) -> tuple[cst.BaseAssignTargetExpression, cst.BaseExpression] | None:
    small = _small(statement)
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        return small.targets[0].target, small.value
    return None


def _code(file: File, node: cst.CSTNode) -> str:
    return file.tree.code_for_node(node)


def _text_of(node: cst.CSTNode | None) -> str:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else ""


def _read_sign(
    file: File, function: cst.FunctionDef, lines: Sequence[cst.BaseStatement], index: int
) -> tuple[Handwritten, int]:
    """Read ``fields["sign"] = sign(fields)``, or that in two lines; return the call, and where it begins."""
    told = _assigned(lines[index])
    target = told[0] if told else None
    if (
        told is None or not isinstance(target, cst.Subscript) or not isinstance(target.value, cst.Name)
        or len(target.slice) != 1 or not isinstance(target.slice[0].slice, cst.Index)
        or _text_of(target.slice[0].slice.value) != "sign"
    ):  # fmt: skip
        raise NotUnderstood(_NOT_BEFORE)
    made, names = told[1], set()
    before = _assigned(lines[index - 1]) if isinstance(made, cst.Name) and index else None
    if isinstance(made, cst.Name) and before is not None and dotted(before[0]) == made.value:
        names, made, index = {made.value}, before[1], index - 1
    signer = _function(file, function, made.func) if isinstance(made, cst.Call) else None
    if (
        not isinstance(made, cst.Call) or signer is None or not made.args
        or any(argument.star or argument.keyword for argument in made.args)
        or dotted(made.args[0].value) != target.value.value
    ):  # fmt: skip
        raise NotUnderstood("the signature is not made by a function of this file from the fields")
    if "md5" not in _code(file, signer).lower():
        raise NotUnderstood("the signature is not an MD5 digest")
    key = _key(file, signer)
    parameters = [one.name.value for one in signer.params.params if one.name.value not in ("self", "cls")]
    if key in parameters:
        position = parameters.index(key)
        key = dotted(made.args[position].value) if position < len(made.args) else ""
    elif "." not in key and any(key == node.name.value for node in file.of(cst.Param) if signer in file.above(node)):
        key = ""
    if not key:
        raise NotUnderstood("the API key cannot be seen")
    return Handwritten(target.value.value, key, names=names), index


def _function(file: File, inside: cst.FunctionDef, name: cst.BaseExpression) -> cst.FunctionDef | None:
    """Return the function of the file's top level that *name* means, or the method of the same object."""
    called = dotted(name)
    found = [node for node in file.of(cst.FunctionDef) if node.name.value == called.rpartition(".")[2]]
    if len(found) != 1:
        return None
    home = file.parents[found[0]]
    if called.startswith("self.") and called.count(".") == 1:
        return found[0] if home is file.parents[inside] and isinstance(file.parents[home], cst.ClassDef) else None
    return found[0] if isinstance(home, cst.Module) and "." not in called else None


def _key(file: File, signer: cst.FunctionDef) -> str:
    """Return the name that follows ``key=`` in the text to sign."""
    for node in file.of(cst.BinaryOperation, cst.FormattedString, cst.Call):
        if signer not in file.above(node):
            continue
        if isinstance(node, cst.FormattedString):
            for text, value in pairwise(node.parts):
                if isinstance(text, cst.FormattedStringText) and text.value.endswith("key="):
                    return dotted(getattr(value, "expression", None))
        elif isinstance(node, cst.Call):
            words = _text_of(node.func.value) if isinstance(node.func, cst.Attribute) else ""
            if words.endswith(("key={}", "key={0}", "key={1}")) and node.args:
                return dotted(node.args[-1].value)
        elif isinstance(node.operator, cst.Modulo) and _text_of(node.left).endswith("key=%s"):
            last = node.right.elements[-1].value if isinstance(node.right, cst.Tuple) else node.right
            return dotted(last)
        elif isinstance(node.operator, cst.Add):
            left = node.left.right if isinstance(node.left, cst.BinaryOperation) else node.left
            if _text_of(left).endswith("key="):
                return dotted(node.right)
    return ""


def _ids(file: File, function: cst.FunctionDef, fields: str) -> tuple[str, ...]:
    """Return which ids the function itself puts into the fields. Raises when appid or mch_id is not among them."""
    seen = set()
    for node in file.of(cst.Assign):
        if function not in file.above(node):
            continue
        target = node.targets[0].target
        if isinstance(target, cst.Subscript) and dotted(target.value) == fields:
            index = target.slice[0].slice
            seen.add(_text_of(index.value) if isinstance(index, cst.Index) else "")
        elif dotted(target) == fields and isinstance(node.value, cst.Dict):
            seen |= {_text_of(one.key) for one in node.value.elements if isinstance(one, cst.DictElement)}
        elif dotted(target) == fields and isinstance(node.value, cst.Call) and dotted(node.value.func) == "dict":
            seen |= {argument.keyword.value for argument in node.value.args if argument.keyword is not None}
    if not {"appid", "mch_id"} <= seen:
        raise NotUnderstood("appid and mch_id are put into the fields elsewhere")
    return tuple(name for name in ("appid", "mch_id", "sub_mch_id", "sub_appid") if name in seen)


def _writes_xml(file: File, function: cst.FunctionDef, node: cst.BaseExpression) -> str:
    """Return the name of the dict that *node* writes as XML. Raises for anything else."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "encode":
        node = node.func.value
    if isinstance(node, cst.Call) and node.args:
        if dotted(node.func) == "xmltodict.unparse" and isinstance(node.args[0].value, cst.Dict):
            element = node.args[0].value.elements[0]
            return dotted(element.value) if isinstance(element, cst.DictElement) else ""
        writer = _function(file, function, node.func)
        if writer is not None and len(node.args) == 1 and "xml" in _code(file, writer).lower():
            return dotted(node.args[0].value)
    raise NotUnderstood("the XML is not written by a function of this file, or by xmltodict")


def _read_post(file: File, function: cst.FunctionDef, call: Handwritten, statement: cst.CSTNode, sent: _Body) -> None:
    told = _assigned(statement)
    made = told[1] if told else None
    if told is None or not isinstance(told[0], cst.Name):
        raise NotUnderstood("the answer is not kept in a name")
    if isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute) and made.func.attr.value == "read":
        made = made.func.value
    if not isinstance(made, cst.Call) or dotted(made.func) not in _POSTS:
        raise NotUnderstood("it is not sent by requests.post or urlopen")
    call.answer = told[0].value
    body: cst.BaseExpression | None = None
    for position, argument in enumerate(made.args):
        name = argument.keyword.value if argument.keyword is not None else ("url", "data")[min(position, 1)]
        unseen = argument.star or (position > 1 and argument.keyword is None)
        if unseen or name not in _TAKEN:
            raise NotUnderstood("it is sent with something that our Client does not take")
        if name == "data":
            body = argument.value
        elif name == "timeout":
            call.options["timeout"] = _code(file, argument.value)
        elif name == "cert":
            if not isinstance(argument.value, cst.Tuple) or len(argument.value.elements) != 2:
                raise NotUnderstood("its certificate is not given as a pair")
            pair = [_code(file, element.value) for element in argument.value.elements]
            call.options["certificate"], call.options["private_key"] = pair
    if body is None:
        raise NotUnderstood("no data is sent")
    if (
        isinstance(body, cst.Call)
        and isinstance(body.func, cst.Attribute)
        and body.func.attr.value == "encode"
        and sent.xml
    ):
        body = body.func.value
    source = sent.fields if sent.xml and dotted(body) == sent.xml else _writes_xml(file, function, body)
    if source != call.fields:
        raise NotUnderstood("what is sent is not what was signed")


def _read_parse(file: File, function: cst.FunctionDef, call: Handwritten, statement: cst.CSTNode) -> None:
    small = _small(statement)
    told = _assigned(statement)
    value = small.value if isinstance(small, cst.Return) else told[1] if told else None
    text = _code(file, value) if value is not None else ""
    raw = rf"{re.escape(call.answer)}(\.content|\.text|\.read\(\))?(\.decode\([^()]*\))?"
    parsed = re.fullmatch(rf"xmltodict\.parse\({raw}\)(\[[\"']xml[\"']\]|\.get\([\"']xml[\"']\))", text)
    reader = _function(file, function, value.func) if isinstance(value, cst.Call) else None
    if reader is not None and "fromstring" in _code(file, reader):
        parsed = re.fullmatch(rf"[\w.]+\({raw}\)", text)
    if parsed is None:
        raise NotUnderstood("the answer is not read by xmltodict or a function of this file right behind it")
    call.result = told[0] if told else None
