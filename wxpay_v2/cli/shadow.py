"""wxpay-v2 shadow"""

from __future__ import annotations

import sys

import click

from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.migration.shadow_report import entries
from wxpay_v2.migration.shadow_report import report as made

__all__ = ["shadow"]


@click.group()
def shadow() -> None:
    """What a shadow run found: reads over API v2, and the same over API v3 beside them.

    A run is made in your program: wxpay_v2.migration.shadow.Shadow writes the file that is read here.
    """


@shadow.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False))
@report_options
def report(files: tuple[str, ...], as_json: bool, html: str | None) -> None:
    """Add up what shadow runs wrote down, of one process or of many.

    Exits 1 when an answer differs and nobody knows why, or when API v3 alone fails.

    Example: wxpay-v2 shadow report shadow.jsonl --html shadow.html
    """
    told = made((one for file in files for one in entries(file)), ", ".join(files))
    show(told, as_json=as_json, html=html)
    sys.exit(told.exit_status)
