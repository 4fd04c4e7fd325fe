"""Calls written by hand (sign with MD5, post the XML, parse the answer) become `Client.call`.

Understood is one shape, statement after statement in one function, whatever stands before and behind it:

1. ``fields["sign"] = sign(fields)``, in one line or two, with a function of the file, or a method of the same object,
   that makes an MD5 digest with ``key=``
2. ``xml = to_xml(fields)``, if it has a line of its own
3. ``response = requests.post("https://api.mch.weixin.qq.com/...", data=xml)``, or urlopen; the address may have a name
4. ``result = xmltodict.parse(response.content)["xml"]``, or a function of the file that reads XML
"""

from __future__ import annotations

import re
from functools import partial

import libcst as cst

from wxpay_v2.migration.finding import NOTE, Finding
from wxpay_v2.migration.rewriting import handlers, imports
from wxpay_v2.migration.rewriting.code import NATIVE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.handwriting import Handwritten, NotUnderstood, read
from wxpay_v2.operation import HOSTS
from wxpay_v2.v2 import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from wxpay_v2.migration.rewriting.code import Edits, File

__all__ = ["FIXER"]

_URL = re.compile(r"https://([a-z]+\.mch\.weixin\.qq\.com)/([a-z0-9/_]+)", re.ASCII)
_REGIONS = {host.removeprefix("https://"): region for region, hosts in HOSTS.items() for host in hosts}


def _fix(code: CodeBase) -> Iterator[Finding]:
    for file in code.with_word(b".mch.weixin.qq.com"):
        edits: Edits = {}
        for address in file.of(cst.SimpleString):
            value = address.evaluated_value
            found = _URL.fullmatch(value) if isinstance(value, str) else None
            if found is None or found[1] not in _REGIONS:
                continue
            try:
                _rewrite(file, edits, address, found[2], _REGIONS[found[1]])
            except NotUnderstood as why:
                yield Finding(
                    "upgrade-code.handwritten", NOTE, file.place(address), f"this call stays as it is: {why}",
                    f'Client.call("{found[2]}", fields) signs, sends and verifies',
                )  # fmt: skip
        if edits:
            imports.add(file, edits, ("Client", "Merchant", "Refused"))
        file.edit(edits)


def _rewrite(file: File, edits: Edits, address: cst.SimpleString, path: str, region: str) -> None:
    function = next((node for node in file.above(address) if isinstance(node, cst.FunctionDef)), None)
    if function is None or function.asynchronous is not None:
        raise NotUnderstood("the address stands outside of the function that calls it")
    row = catalogue.by_path(path)
    if row is None or row.response_format != "xml":
        raise NotUnderstood("the answer is no XML, or the address is not in the catalogue")
    call = read(file, function, address)
    if row.certificate and "certificate" not in call.options:
        raise NotUnderstood("it needs a certificate, and none is seen")
    inside = [node.value for node in file.of(cst.Name) if function in file.above(node)]
    if imports.taken(file, ("Client", "Merchant", "Refused")) or {"client", "refused"} & {*inside}:
        raise NotUnderstood("the names Client, Merchant, Refused, client or refused are taken")
    if handlers.network_error(file) is not None:
        raise NotUnderstood("the file catches errors of the network, which would be ours")
    held = [node.value for node in file.of(cst.Name) if any(one in file.above(node) for one in call.statements)]
    for name in sorted(call.names):
        if inside.count(name) != held.count(name):
            raise NotUnderstood(f"{name} is used elsewhere in the function")
    text = _written(call, path, region, file.tree.code_for_node(call.result) if call.result is not None else "")
    statement = cst.parse_statement(text)  # in the default layout, which becomes that of the file
    *gone, last = call.statements
    edits[last] = partial(_placed, statement=statement, lines=_comments(call.statements))
    edits.update(dict.fromkeys(gone, _removed))


def _written(call: Handwritten, path: str, region: str, result: str) -> str:
    merchant = [f'{name}={call.fields}["{name}"]' for name in call.ids]
    merchant.append(f"api_key={call.key}")
    merchant += [f"{name}={call.options[name]}" for name in ("certificate", "private_key") if name in call.options]
    options = [f'region="{region}"', *([f"timeout={call.options['timeout']}"] if "timeout" in call.options else [])]
    take = f"{result} =" if result else "return"
    return (
        f"with Client(Merchant({', '.join(merchant)}), {', '.join(options)}) as client:\n"
        "    try:\n"
        f'        {take} client.call("{path}", {call.fields})\n'
        "    except Refused as refused:\n"
        f"        {take} dict(refused.fields)\n"
    )


def _comments(statements: Sequence[cst.BaseStatement]) -> list[cst.EmptyLine]:
    """Return the comments of *statements*, those behind them included, as lines."""
    lines: list[cst.EmptyLine] = []
    for statement in statements:
        if isinstance(statement, cst.SimpleStatementLine):
            first = not lines and statement is statements[0]
            lines += [line for line in statement.leading_lines if line.comment or first]
            if statement.trailing_whitespace.comment:
                lines.append(cst.EmptyLine(comment=statement.trailing_whitespace.comment))
    return lines


def _placed(_: Any, statement: Any, lines: list[cst.EmptyLine]) -> Any:
    return statement.with_changes(leading_lines=lines)


def _removed(_: Any) -> Any:
    return cst.RemoveFromParent()


_HELPERS = (
    "import hashlib\n"
    "\n"
    "import requests\n"
    "import xmltodict\n"
    "\n"
    "\n"
    "def sign(fields):\n"
    '    text = "&".join("%s=%s" % item for item in sorted(fields.items())) + "&key=" + API_KEY\n'
    "    return hashlib.md5(text.encode()).hexdigest().upper()\n"
    "\n"
    "\n"
)
_CALL = (
    "def query(number):\n"
    '    fields = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": number, "nonce_str": nonce()}\n'
    '    fields["sign"] = sign(fields)\n'
    '    xml = xmltodict.unparse({"xml": fields})\n'
    "    # 查询订单\n"
    '    response = requests.post("https://api.mch.weixin.qq.com/pay/orderquery", data=xml.encode())\n'
    '    result = xmltodict.parse(response.content)["xml"]\n'
    '    return result["trade_state"]\n'
)

FIXER = Fixer(
    name="handwritten_calls",
    level=NATIVE,
    title="Calls written by hand",
    fix=_fix,
    examples=(
        Example(
            "Sign, post and parse",
            _HELPERS + _CALL,
            _HELPERS.replace("xmltodict\n", "xmltodict\nfrom wxpay_v2 import Client, Merchant, Refused\n", 1)
            + "def query(number):\n"
            '    fields = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": number, "nonce_str": nonce()}\n'
            "    # 查询订单\n"
            '    with Client(Merchant(appid=fields["appid"], mch_id=fields["mch_id"], api_key=API_KEY), '
            'region="mainland") as client:\n'
            "        try:\n"
            '            result = client.call("pay/orderquery", fields)\n'
            "        except Refused as refused:\n"
            "            result = dict(refused.fields)\n"
            '    return result["trade_state"]\n',
        ),
    ),
    stops=(
        Example(
            "The answer is not read where it comes",
            _HELPERS + _CALL.replace('    result = xmltodict.parse(response.content)["xml"]\n', "    log(response)\n"),
            "",
            "upgrade-code.handwritten",
        ),
        Example(
            "The body is used again",
            _HELPERS + _CALL.replace('    return result["trade_state"]\n', "    return result, xml\n"),
            "",
            "upgrade-code.handwritten",
        ),
        Example(
            "Nobody sees which key signs",
            _HELPERS.replace("API_KEY", "keys()[0]") + _CALL,
            "",
            "upgrade-code.handwritten",
        ),
        Example(
            "The certificate is missing",
            _HELPERS + _CALL.replace("pay/orderquery", "secapi/pay/refund"),
            "",
            "upgrade-code.handwritten",
        ),
    ),
)
