"""What several commands take: fields from arguments or a file, the key from anywhere but an argument."""

from __future__ import annotations

import os
import sys

import click

from wxpay_v2.errors import ConfigurationError, Malformed, quoted
from wxpay_v2.merchant import Merchant, settings_from
from wxpay_v2.secret import Secret, check_api_key
from wxpay_v2.v2 import forms, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["api_key", "config_option", "fields_from", "message", "other_keys", "pairs", "sign_type_option"]

config_option = click.option(
    "--config", type=click.Path(exists=True, dir_okay=False), help="TOML file with a [merchant] table."
)
sign_type_option = click.option(
    "--sign-type", type=click.Choice(["MD5", "HMAC-SHA256"]), help="Default: the message's sign_type, else MD5."
)


def api_key(config: str | None, *, checked: bool = True) -> Secret:
    """Return the API key of the configuration file, WXPAY_V2_API_KEY, or a prompt on a terminal.

    Raises ConfigurationError when there is none or, unless not *checked*, when it cannot be one.
    """
    if config and checked:
        return Merchant.from_config(config).api_key
    text = settings_from(config).get("api_key", "") if config else os.environ.get("WXPAY_V2_API_KEY", "")
    if not text:
        if config or not sys.stdin.isatty():
            raise ConfigurationError("no API key", remedy="set WXPAY_V2_API_KEY or give --config; never as an argument")
        text = click.prompt("API key", hide_input=True)
    key = Secret(text)
    if checked:
        check_api_key(key)
    return key


def other_keys() -> dict[str, Secret]:
    """Return the keys of the environment that may have been mistaken for the API key, by what they are."""
    told = {
        "the sub-merchant's key": "WXPAY_V2_SUB_MCH_API_KEY",
        "the sandbox's key": "WXPAY_V2_SANDBOX_API_KEY",
        "the API v3 key": "WXPAY_V2_API_V3_KEY",
    }
    return {what: Secret(os.environ[name]) for what, name in told.items() if os.environ.get(name)}


def message(path: str) -> bytes:
    """Return the bytes of *path*, ``-`` for standard input. Raises Malformed when it cannot be read."""
    if path == "-":
        return sys.stdin.buffer.read(xml.MAX_BYTES + 1)
    try:
        with open(path, "rb") as file:
            return file.read(xml.MAX_BYTES + 1)
    except OSError as error:
        raise Malformed(f"{quoted(path)} cannot be read: {error.strerror}") from None


def fields_from(data: bytes) -> dict[str, str]:
    """Return the fields of an XML message or of a flat JSON object. Raises Malformed."""
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return forms.read_json(data) if is_json else xml.read(data)


def pairs(arguments: Sequence[str]) -> dict[str, str]:
    """Return ``NAME=VALUE`` arguments as fields; the value may hold ``=``. Raises click.UsageError."""
    fields: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals or not name:
            raise click.UsageError(f"fields are given as NAME=VALUE, got {quoted(argument)}")
        if name == "key":
            raise click.UsageError("the key is never an argument: set WXPAY_V2_API_KEY or give --config")
        if name in fields:
            raise click.UsageError(f"{name} is given twice")
        fields[name] = value
    return fields
