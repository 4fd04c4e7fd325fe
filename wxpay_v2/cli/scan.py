"""wxpay-v2 scan"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.report import plain
from wxpay_v2.migration.scanning.summary import BY_FILE, BY_OPERATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wxpay_v2.migration.scanner import Scan

__all__ = ["scan"]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--by",
    type=click.Choice([BY_OPERATION, BY_FILE]),
    default=BY_OPERATION,
    show_default=True,
    help="How the places are grouped.",
)
@click.option(
    "--region",
    type=click.Choice(["global", "mainland"]),
    default="global",
    show_default=True,
    help="Whose API v3 the calls are to go to.",
)
@click.option(
    "--mode",
    type=click.Choice(["direct", "institution", "service_provider"]),
    default="direct",
    show_default=True,
    help="The merchant's access mode.",
)
@click.option("--jobs", type=click.IntRange(0), default=1, show_default=True, help="Processes; 0 for one a core.")
@click.option("--sarif", type=click.Path(dir_okay=False, writable=True), help="Write a SARIF 2.1.0 file too.")
@report_options
def scan(
    paths: tuple[str, ...], by: str, region: str, mode: str, jobs: int, sarif: str | None, as_json: bool,
    html: str | None,
) -> None:  # fmt: skip
    """List every place of a code base that speaks API v2, with what becomes of it under API v3.

    Python is read by its syntax, other languages by endpoint paths, calls of well-known SDKs and names of settings.
    What a .gitignore leaves out is left out, and so are node_modules and filled vendor folders. Nothing is changed,
    run or sent. Exits 1 when there is a call that API v3 does not carry.

    Example: wxpay-v2 scan src/ --region mainland --sarif v2-calls.sarif
    """
    from wxpay_v2.migration import scanner
    from wxpay_v2.migration.scanning.summary import report

    with _bar() as progress:
        found = scanner.scan(paths, region=region, mode=mode, jobs=jobs or os.cpu_count() or 1, progress=progress)
    if sarif:
        _write(found, sarif)
    told = report(found, subject=f"{', '.join(paths)}; to API v3 {region}, {mode.replace('_', ' ')}", by=by)
    show(told, as_json=as_json, html=html)
    sys.exit(told.exit_status)


def _write(found: Scan, path: str) -> None:
    from wxpay_v2.migration.scanning.sarif import document

    try:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document(found), file, indent=1)
            file.write("\n")
    except OSError as error:
        raise ConfigurationError(f"{plain(path)} cannot be written: {error.strerror}") from None


@contextmanager
def _bar() -> Iterator[Callable[[int, int], object] | None]:
    """Give what a bar on standard error is moved with, None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("files")
        yield lambda done, total: progress.update(task, completed=done, total=total)
