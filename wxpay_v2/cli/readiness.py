"""wxpay-v2 readiness"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.migration.readiness import readiness as readiness_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.recordings import Recorded

__all__ = ["readiness"]

_FOLDER_OR_FILE = click.Path(exists=True)


@click.command()
@click.option(
    "--config", required=True, type=click.Path(exists=True, dir_okay=False),
    help="TOML file with a [merchant] and a [v3] table.",
)  # fmt: skip
@click.option(
    "--logs", multiple=True, type=_FOLDER_OR_FILE, help="Recorded v2 requests: a file or a folder; repeatable."
)
@click.option("--region", type=click.Choice(["global", "mainland"]), default="global", show_default=True)
@click.option("--online", is_flag=True, help="Call the gateway too: hosts, clock, platform keys.")
@click.option("--endpoint", default="", help="With --online: your notify_url, tried with forged messages.")
@click.option("--base-url", default="", help="With --online: another gateway, such as the simulator.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False), help="With --online: a CA to trust beside it.")
@report_options
def readiness(
    config: str, logs: tuple[str, ...], region: str, online: bool, endpoint: str, base_url: str, ca: str | None,
    as_json: bool, html: str | None,
) -> None:  # fmt: skip
    """What still stands in the way of API v3 for this merchant, everything at once.

    Reads the configuration, its keys and certificate, and (--logs) recorded v2 requests. Nothing is sent without
    --online. Exits 1 when there is a blocker.

    \b
    Examples:
      wxpay-v2 readiness --config merchant.toml
      wxpay-v2 readiness --config merchant.toml --logs /var/log/wxpay --html readiness.html
      wxpay-v2 readiness --config merchant.toml --online --endpoint https://shop.example/wxpay
    """
    if not online and (endpoint or base_url or ca):
        raise click.UsageError("--endpoint, --base-url and --ca are for --online")
    report = readiness_of(
        config, logs=_recorded(logs) if logs else None, online=online, notify_url=endpoint, region=region,
        base_url=base_url, verify=ca,
    )  # fmt: skip
    show(report, as_json=as_json, html=html)
    sys.exit(report.exit_status)


def _recorded(paths: tuple[str, ...]) -> Iterator[Recorded]:
    from wxpay_v2.migration.recordings import requests

    console = Console(stderr=True)
    messages = (one for path in paths for one in requests(path))
    yield from track(messages, "Reading requests", console=console, transient=True, disable=not console.is_terminal)
