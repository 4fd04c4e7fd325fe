"""wxpay-v2 sign"""

from __future__ import annotations

import json

import click

from wxpay_v2.cli.inputs import api_key, config_option, fields_from, message, pairs, sign_type_option
from wxpay_v2.v2 import doctor, envelope
from wxpay_v2.v2.signature import Signer

__all__ = ["sign"]


@click.command()
@click.argument("fields", nargs=-1)
@click.option("--file", "path", help="Take the fields from an XML or JSON file, - for standard input.")
@sign_type_option
@config_option
@click.option("--xml", "as_xml", is_flag=True, help="Print the signed message instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sign(
    fields: tuple[str, ...],
    path: str | None,
    sign_type: str | None,
    config: str | None,
    as_xml: bool,
    as_json: bool,
) -> None:
    """Sign FIELDS, given as NAME=VALUE, and print the text to sign (its key masked) and the signature.

    The key comes from WXPAY_V2_API_KEY, the configuration file or a prompt.

    Example: wxpay-v2 sign appid=wxd930ea5d5a258f4f mch_id=10000100 body=test nonce_str=ibuaiVcKdpRxkhJA
    """
    if bool(fields) == bool(path):
        raise click.UsageError("give fields as NAME=VALUE, or --file")
    values = fields_from(message(path)) if path else pairs(fields)
    values.pop("sign", None)
    algorithm = sign_type or values.get("sign_type") or "MD5"
    signer = Signer(api_key(config), algorithm)
    if as_xml:
        click.echo(envelope.seal(values, signer).decode())
        return
    signature, text = signer.sign(values), doctor.masked_text(values)
    if as_json:
        click.echo(json.dumps({"sign_type": algorithm, "text": text, "sign": signature}, ensure_ascii=False))
        return
    click.echo(f"text to sign  {text}")
    click.echo(f"sign_type     {algorithm}")
    click.echo(f"sign          {signature}")
