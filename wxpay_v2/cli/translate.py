"""wxpay-v2 translate"""

from __future__ import annotations

import json
import os
import sys

import click

from wxpay_v2 import json_reader
from wxpay_v2.cli.inputs import config_option, fields_from, message, pairs
from wxpay_v2.errors import ConfigurationError, InvalidRequest, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.secret import redacted
from wxpay_v2.upgrade import Translation, reverse
from wxpay_v2.upgrade import translate as translated
from wxpay_v2.v3.account import V3Account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["translate"]

_MODES = click.Choice(["direct", "institution", "service_provider"])
_WORDS = {
    "exact": "as it is", "derived": "in another form", "defaulted": "supplied", "lost": "lost", "refused": "refused",
    "": "v2's envelope",
}  # fmt: skip


@click.command()
@click.argument("operation")
@click.argument("fields", nargs=-1, metavar="[FILE | NAME=VALUE...]")
@config_option
@click.option("--region", type=click.Choice(["global", "mainland"]), default="global", show_default=True)
@click.option(
    "--mode", type=_MODES, help="Default: institution (at home service_provider) with a sub_mch_id, else direct."
)
@click.option("--reverse", "back", is_flag=True, help="FILE is an answer or a notification of API v3.")
@click.option(
    "--request", "asked", type=click.Path(exists=True, dir_okay=False), help="With --reverse: the v2 request."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def translate(
    operation: str, fields: tuple[str, ...], config: str | None, region: str, mode: str | None, back: bool,
    asked: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show a v2 request as the API v3 request it becomes, with a verdict for every field; nothing is sent.

    OPERATION: a method (unified_order) or a path (pay/unifiedorder); with --reverse also payment or refund, for a
    notification. Fields come from an XML or JSON file (- for standard input) or as NAME=VALUE. The [v3] table of the
    configuration supplies what v2 never had. Payment codes and names are masked.

    Exits 0 when API v3 can carry the call, 1 when it cannot, with the reason and what to do.

    Example: wxpay-v2 translate unified_order order.xml --config merchant.toml
    """
    if back:
        _back(operation, fields, config, region, asked, as_json)
        return
    given = _fields(fields)
    account = _account(config)
    told = translated(operation, given, _merchant(given, config, mode), region=region, account=account)
    if as_json:
        click.echo(json.dumps(_as_json(told), ensure_ascii=False, indent=2))
    else:
        _show(told)
    if not told.carried:
        sys.exit(1)


def _fields(arguments: tuple[str, ...]) -> dict[str, str]:
    if len(arguments) == 1 and ("=" not in arguments[0] or os.path.exists(arguments[0])):
        return fields_from(message(arguments[0]))
    return pairs(arguments)


def _merchant(fields: dict[str, str], config: str | None, mode: str | None) -> Merchant:
    """Return whose request it is; a translation signs nothing, so without a configuration no key is needed."""
    if config:
        return Merchant.from_config(config, **({"mode": mode} if mode else {}))
    ids = {name: fields[name] for name in ("sub_mch_id", "sub_appid") if fields.get(name)}
    return Merchant(fields.get("appid") or "wx0", fields.get("mch_id") or "1", "0" * 32, mode=mode, **ids)


def _account(config: str | None) -> V3Account | None:
    try:
        return V3Account.from_config(config)
    except ConfigurationError as error:
        if "not configured" in error.message:
            return None
        raise


def _masked(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {inner: _masked(one, inner) for inner, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, name) for one in value]
    return redacted({name: value})[name] if isinstance(value, str) else value


def _as_json(told: Translation) -> dict[str, Any]:
    return {
        "operation": told.operation,
        "carried": told.carried,
        "faults": list(told.faults),
        "remedy": told.remedy,
        "before": [_as_json(one) for one in told.before],
        "method": told.method,
        "target": told.target,
        "body": _masked(json.loads(told.body)) if told.body else None,
        "after": [_as_json(one) for one in told.after],
        "fields": [
            {"name": one.name, "v3": one.place, "verdict": one.verdict or "envelope", "reason": one.reason,
             "basis": one.basis}
            for one in told.verdicts
        ],
    }  # fmt: skip


def _show(told: Translation) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for one in (*told.before, told, *told.after):
        if one.target:
            console.print(f"[bold]{one.method} {one.target}[/]", soft_wrap=True)
            if one.body:
                console.print_json(json.dumps(_masked(json.loads(one.body))), ensure_ascii=False)
    if told.verdicts:
        table = Table("v2", "API v3", "verdict", "why", box=None, pad_edge=False)
        for verdict in told.verdicts:
            if verdict.verdict:
                colour = {"lost": "yellow", "refused": "red", "defaulted": "cyan"}.get(verdict.verdict, "green")
                doubt = " (inferred)" if verdict.basis == "inferred" else ""
                word = f"[{colour}]{_WORDS[verdict.verdict]}[/]{doubt}"
                table.add_row(verdict.name or "-", verdict.place or "-", word, verdict.reason)
        console.print(table)
    for fault in told.faults:
        console.print(f"[red]cannot be carried:[/] {fault}", soft_wrap=True)
    if told.remedy:
        console.print(f"  do: {told.remedy}", soft_wrap=True)


def _back(
    operation: str, arguments: tuple[str, ...], config: str | None, region: str, asked: str | None, as_json: bool
) -> None:
    if len(arguments) != 1:
        raise click.UsageError("--reverse takes one FILE, an answer or a notification of API v3")
    document = json_reader.read_object(message(arguments[0]))
    account = _account(config)
    if isinstance(document.get("resource"), dict):
        if account is None:
            raise ConfigurationError("the notification is encrypted", remedy="give --config with a [v3] table")
        from wxpay_v2.v3.cipher import open_resource

        document = json_reader.read_object(open_resource(document["resource"], account.api_v3_key))
    request = fields_from(message(asked)) if asked else None
    ours = {
        "appid": document.get("sp_appid") or document.get("appid"),
        "mch_id": document.get("sp_mchid") or document.get("mchid"),
        "sub_mch_id": document.get("sub_mchid"),
    }
    fields = {**{name: str(text) for name, text in ours.items() if text}, **(request or {})}
    notified = operation in ("payment", "refund") and request is None
    merchant = _merchant(fields, config, None)
    try:
        told = reverse(
            operation, document, merchant, fields=None if notified else request or {}, region=region, account=account
        )
    except InvalidRequest as error:
        raise WXPayError(error.message, remedy=error.remedy or "give the v2 request with --request") from None
    shown = redacted(told)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for name, text in shown.items():
        click.echo(f"{name} = {text}")
