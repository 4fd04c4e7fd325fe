"""wxpay-v2 verify"""

from __future__ import annotations

import json
import sys

import click

from wxpay_v2.cli.inputs import api_key, config_option, fields_from, message, other_keys, sign_type_option
from wxpay_v2.errors import ConfigurationError, Rejected
from wxpay_v2.secret import check_api_key, redacted
from wxpay_v2.v2 import cipher, doctor, xml
from wxpay_v2.v2.doctor import Cause
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

    Exits 0 when it holds; 1 when it does not, with the likely cause and what to do: key, algorithm, blanks, encoding, a
    field that changed on the way. A refund notification is decrypted instead. No key is ever shown.

    Keys that may have been mistaken for the API key are tried as well: WXPAY_V2_SUB_MCH_API_KEY,
    WXPAY_V2_SANDBOX_API_KEY, WXPAY_V2_API_V3_KEY.

    Example: wxpay-v2 verify notification.xml
    """
    data = message(file)
    try:
        fields = fields_from(data)
    except Rejected as error:
        _report(as_json, valid=False, kind="malformed", causes=[Cause(error.message, error.remedy)])
        sys.exit(1)
    key = api_key(config, checked=False)
    if "req_info" in fields:
        _refund(fields, key, as_json)
        return
    algorithm = sign_type or fields.get("sign_type") or "MD5"
    if algorithm not in ("MD5", "HMAC-SHA256"):
        told = Cause(f"no such sign_type: {algorithm:.32}", "v2 knows MD5 and HMAC-SHA256")
        _report(as_json, valid=False, kind="signature", causes=[told])
        sys.exit(1)
    text = doctor.masked_text(fields)
    found = _fault_of(fields, key, algorithm)
    _report(as_json, valid=not found, kind="signature", sign_type=algorithm, text=text, causes=found)
    if found:
        sys.exit(1)


def _fault_of(fields: dict[str, str], key: Secret, algorithm: str) -> list[Cause]:
    """Return why the signature does not hold, nothing when it does."""
    try:
        Signer(key, algorithm).check(fields)
    except ConfigurationError as error:  # a key that cannot be one: the message may tell what it should be
        return [Cause(error.message, error.remedy), *doctor.causes(fields, key, algorithm, other_keys())]
    except Rejected as error:
        return doctor.causes(fields, key, algorithm, other_keys()) or [Cause(error.message, error.remedy)]
    return []


def _refund(fields: dict[str, str], key: Secret, as_json: bool) -> None:
    try:
        check_api_key(key)
        inner = xml.read(cipher.decrypt(fields["req_info"], key), root="root")
    except (ConfigurationError, Rejected) as error:
        remedy = "take the API v2 key of the notification's mch_id, and the raw bytes of the body"
        told = [Cause(error.message, error.remedy), Cause("another key, or a damaged req_info", remedy)]
        _report(as_json, valid=False, kind="refund notification", causes=told)
        sys.exit(1)
    _report(as_json, valid=True, kind="refund notification", causes=[], fields=redacted(inner))


def _report(as_json: bool, *, valid: bool, kind: str, causes: list[Cause], **more: object) -> None:
    if as_json:
        told = {"causes": [cause.told for cause in causes], "remedies": [cause.remedy for cause in causes]}
        click.echo(json.dumps({"valid": valid, "kind": kind, **more, **told}, ensure_ascii=False))
        return
    click.echo(f"{kind}: {'holds' if valid else 'does not hold'}")
    for name, value in more.items():
        if isinstance(value, dict):
            for field, shown in value.items():
                click.echo(f"  {field} = {shown}")
        else:
            click.echo(f"  {name.replace('_', ' ')}: {value}")
    for cause in causes:
        click.echo(f"  likely: {cause.told}")
        if cause.remedy:
            click.echo(f"      do: {cause.remedy}")
    if valid and kind == "refund notification":
        click.echo("  it is encrypted, not signed: confirm it with refund_query")
