"""The commands of ``wxpay-v2``. Each is imported only when it runs, so that ``--help`` needs no extra but ``cli``."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from wxpay_v2.errors import MissingExtra, WXPayError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import click

__all__ = ["main"]

COMMANDS = {
    "certs": "throwaway CA, gateway certificate and merchant pair under the official file names",
    "demo": "the main job against a gateway simulator with real mutual TLS",
    "readiness": "what still stands in the way of API v3 for this merchant",
    "reconcile": "every difference between a statement and the merchant's records",
    "replay": "recorded v2 requests through the translation to API v3, with a verdict for each",
    "scan": "where a code base speaks v2, and what becomes of each call under API v3",
    "shadow": "what a shadow run found: reads over v2 and v3 side by side",
    "sign": "sign fields: prints the text to sign and the signature",
    "simulator": "run the gateway simulator until Ctrl-C",
    "statement": "a downloaded statement as CSV, JSON lines or Parquet",
    "translate": "a v2 request as the API v3 request it becomes, with a verdict per field",
    "upgrade-code": "rewrite v2 code to wxpay_v2, where it is safe",
    "verify": "check a message's signature, and explain a wrong one",
}


def main() -> None:
    """Run the command that the arguments name. Exits 0 on success, 1 on a finding or refusal, 2 on wrong use."""
    try:
        group = _group()
    except ImportError:
        print("wxpay-v2 needs click and rich: pip install 'wxpay-v2[cli]'", file=sys.stderr)
        sys.exit(2)
    try:
        group.main(prog_name="wxpay-v2")
    except MissingExtra as error:
        print(f"wxpay-v2: {error}", file=sys.stderr)
        sys.exit(2)
    except WXPayError as error:
        print(f"wxpay-v2: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:  # of what is printed: a full disk, a closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it goes nowhere at the exit
        print(f"wxpay-v2: cannot go on: {error.strerror or type(error).__name__}", file=sys.stderr)
        sys.exit(1)


def _group() -> click.Group:
    import click

    from wxpay_v2 import __version__

    class Commands(click.Group):
        def list_commands(self, ctx: click.Context) -> list[str]:
            return sorted(COMMANDS)

        def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
            if name not in COMMANDS:
                return None
            module = name.replace("-", "_")
            command: click.Command = getattr(import_module(f"wxpay_v2.cli.{module}"), module)
            return command

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            with formatter.section("Commands"):
                formatter.write_dl(sorted(COMMANDS.items()))

    @click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
    @click.version_option(__version__, prog_name="wxpay-v2")
    def group() -> None:
        """WeChat Pay API v2: sign, verify, simulate, run the main job end to end, and move on to API v3."""

    result: click.Group = group
    return result
