"""Settings modules: an API key that stands in the source is read from the environment instead."""

from __future__ import annotations

import re

import libcst as cst

from wxpay_v2.migration.finding import NOTE, WARNING, Finding
from wxpay_v2.migration.rewriting import imports
from wxpay_v2.migration.rewriting.code import NATIVE, CodeBase, Example, Fixer, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from wxpay_v2.migration.rewriting.code import Edits, File

__all__ = ["FIXER", "VARIABLE"]

VARIABLE = "WXPAY_V2_API_KEY"  # where Merchant.from_config looks for it
_NAME = re.compile(r"(?=.*(WECHAT|WEIXIN|WX))(?=.*(API_?KEY|MCH_?KEY|PAY_?KEY|PAY_?SECRET|PARTNER_?KEY)).*", re.I)
_SHORT = re.compile(r"(API_?|MCH_?|PAY_?|PARTNER_?)?(KEY|SECRET)", re.I)
_PRODUCT = re.compile(r"(WECHAT|WEIXIN|WX)_?(PAY|MCH)?.*", re.I)
_VALUE = re.compile(r"[0-9A-Za-z]{32}", re.ASCII)


def _fix(code: CodeBase) -> Iterator[Finding]:
    for file in code.with_word(b"WECHAT", b"WEIXIN", b"WX", b"wechat", b"weixin", named="settings"):
        keys = list(dict.fromkeys(_keys(file)))
        if len({key.evaluated_value for key in keys}) > 1:
            for key in keys:
                yield Finding(
                    "upgrade-code.settings.several", NOTE, file.place(key),
                    "several API keys stand here, and one environment variable cannot hold them",
                    "read each from a variable or a file of its own",
                )  # fmt: skip
        elif keys:
            yield Finding(
                "upgrade-code.settings.key", WARNING, file.place(keys[0]),
                f"the API key moves out of the source: set {VARIABLE} before the next start",
                "it stays in the history of the repository, so have a new one made on the merchant platform",
            )  # fmt: skip
            edits: Edits = dict.fromkeys(keys, _read_from_environment)
            _import_os(file, edits)
            file.edit(edits)


def _keys(file: File) -> Iterator[cst.SimpleString]:
    """Yield the texts that are API keys, by their names and their shape."""
    for text in file.of(cst.SimpleString):
        value = text.evaluated_value
        if not isinstance(value, str) or not _VALUE.fullmatch(value):
            continue
        parent = file.parents[text]
        if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
            target = parent.targets[0].target
            if isinstance(target, cst.Name) and _NAME.fullmatch(target.value):
                yield text
        elif isinstance(parent, cst.DictElement) and isinstance(parent.key, cst.SimpleString):
            outer = next((node for node in file.above(parent) if isinstance(node, cst.Assign)), None)
            holder = dotted(outer.targets[0].target) if outer is not None else ""
            name, product = parent.key.evaluated_value, _PRODUCT.fullmatch(holder)
            if isinstance(name, str) and (_NAME.fullmatch(name) or (product and _SHORT.fullmatch(name))):
                yield text


def _read_from_environment(_: Any) -> cst.BaseExpression:
    return cst.parse_expression(f'os.environ["{VARIABLE}"]')


def _import_os(file: File, edits: Edits) -> None:
    for node in file.of(cst.Import):
        if any(alias.evaluated_name == "os" and not alias.asname for alias in node.names):
            return
    imports.add_line(file, edits, "import os")


_KEY = "192006250b4c09247ec02edce69f6a2d"

FIXER = Fixer(
    name="django_settings",
    level=NATIVE,
    title="Settings modules",
    fix=_fix,
    examples=(
        Example(
            "The key leaves the source",
            f'import os\n\nWECHAT_MCH_ID = "1900000109"\nWECHAT_API_KEY = "{_KEY}"  # 商户平台\n',
            'import os\n\nWECHAT_MCH_ID = "1900000109"\nWECHAT_API_KEY = os.environ["WXPAY_V2_API_KEY"]  # 商户平台\n',
            "upgrade-code.settings.key",
        ),
        Example(
            "Settings in a dict",
            f'"""Settings."""\n\nWECHAT_PAY = {{"MCH_ID": "1900000109", "KEY": "{_KEY}"}}\n',
            '"""Settings."""\n\nimport os\n\n'
            'WECHAT_PAY = {"MCH_ID": "1900000109", "KEY": os.environ["WXPAY_V2_API_KEY"]}\n',
            "upgrade-code.settings.key",
        ),
    ),
    stops=(
        Example(
            "Two merchants",
            f'WECHAT_API_KEY = "{_KEY}"\nWECHAT_API_KEY_HK = "{_KEY[::-1]}"\n',
            "",
            "upgrade-code.settings.several",
        ),
    ),
)
