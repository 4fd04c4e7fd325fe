"""wxpay-v2 verify"""

from __future__ import annotations

import json
import sys

import click

from wxpay_v2.cli.inputs import api_key, config_option, fields_from, message, sign_type_option
from wxpay_v2.errors import Rejected
from wxpay_v2.secret import redacted
from wxpay_v2.v2 import cipher, doctor, xml
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.secret import Secret

__all__ = ["verify"]


@click.command()
@click.argument("file")
@sign_type_option
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(file: str, sign_type: str | None, config: str | None, as_json: bool) -> None:
    """Check the signature of the message in FILE (XML or JSON, - for standard input).

    Exits 0 when it holds; 1 when it does not, with the likely cause: key, algorithm, blanks, encoding, a field that
    changed on the way. A refund notification is decrypted instead. No key is ever shown.

    Example: wxpay-v2 verify notification.xml
    """
    data = message(file)
    try:
        fields = fields_from(data)
    except Rejected as error:
        _report(as_json, valid=False, kind="malformed", causes=[error.message])
        sys.exit(1)
    key = api_key(config)
    if "req_info" in fields:
        _refund(fields, key, as_json)
        return
    algorithm = sign_type or fields.get("sign_type") or "MD5"
    if algorithm not in ("MD5", "HMAC-SHA256"):
        _report(as_json, valid=False, kind="signature", causes=[f"no such sign_type: {algorithm:.32}"])
        sys.exit(1)
    text = doctor.masked_text(fields)
    try:
        Signer(key, algorithm).check(fields)
    except Rejected as error:
        causes = doctor.causes(fields, key, algorithm) or [error.message]
        _report(as_json, valid=False, kind="signature", sign_type=algorithm, text=text, causes=causes)
        sys.exit(1)
    _report(as_json, valid=True, kind="signature", sign_type=algorithm, text=text, causes=[])


def _refund(fields: dict[str, str], key: Secret, as_json: bool) -> None:
    try:
        inner = xml.read(cipher.decrypt(fields["req_info"], key), root="root")
    except Rejected as error:
        causes = [error.message, "another key than the one of this mch_id, or a damaged req_info"]
        _report(as_json, valid=False, kind="refund notification", causes=causes)
        sys.exit(1)
    _report(as_json, valid=True, kind="refund notification", causes=[], fields=redacted(inner))


def _report(as_json: bool, *, valid: bool, kind: str, causes: list[str], **more: object) -> None:
    if as_json:
        click.echo(json.dumps({"valid": valid, "kind": kind, **more, "causes": causes}, ensure_ascii=False))
        return
    click.echo(f"{kind}: {'holds' if valid else 'does not hold'}")
    for name, value in more.items():
        if isinstance(value, dict):
            for field, told in value.items():
                click.echo(f"  {field} = {told}")
        else:
            click.echo(f"  {name.replace('_', ' ')}: {value}")
    for cause in causes:
        click.echo(f"  likely: {cause}")
    if valid and kind == "refund notification":
        click.echo("  it is encrypted, not signed: confirm it with refund_query")
