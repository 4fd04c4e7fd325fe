"""``wxpay-v2 upgrade-code``: code that calls API v2 through another library, rewritten where it is safe."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager

import click
from rich.console import Console
from rich.markup import escape

from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.errors import WXPayError
from wxpay_v2.migration.finding import BLOCKER, NOTE, WARNING, Finding
from wxpay_v2.migration.report import Figure, Report, Table, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import PurePath

    from wxpay_v2.migration.codemod import Change, Upgrade, Watch

__all__ = ["upgrade_code"]

# Keys of v2 and v3, and lines of a PEM: lines of code hold them, and a report is kept, mailed and logged by others.
_KEYS = re.compile(r"(?<=[\"'])[!-~]{32}(?=[\"'])|[A-Za-z0-9+/=]{60,}")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("upgrade-code")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--check", "action", flag_value="check", help="Change nothing; exit 1 when something would change.")
@click.option("--diff", "action", flag_value="diff", help="Change nothing; print what would change, as patch takes it.")
@click.option("--write", "action", flag_value="write", help="Change the files, each in one step.")
@click.option(
    "--to",
    "level",
    type=click.Choice(["face", "native"]),
    default="face",
    show_default=True,
    help="face: only imports change, to the faces in wxpay_v2.compat. native: calls too, to wxpay_v2's own Client, "
    "where every use in the file is understood, and keys leave the settings.",
)
@report_options
def upgrade_code(paths: tuple[str, ...], action: str | None, level: str, as_json: bool, html: str | None) -> None:
    """Rewrite Python code that stands on wechatpy, pywxpay (WXPay), weixin-python or wechat-pay-sdk, or calls API v2 by
    hand, to this library.

    PATHS are files and folders; give the whole project, for a library moves in all files or in none. What a .gitignore
    leaves out is left out. A file that is not fully understood stays as it is and is named, with the place and the
    reason. Whatever is not rewritten keeps every byte; a second run changes nothing. --diff shows lines as they are,
    keys in them too; --json shows *** for those.

    Exits 0; 1 with --check when something would change, and when a file cannot be written.

    \b
    Example: wxpay-v2 upgrade-code shop/ --diff
             wxpay-v2 upgrade-code shop/ --write --to native
    """
    if action is None:
        raise click.UsageError("say --check, --diff or --write")
    from wxpay_v2.migration import codemod

    with _bar() as watch:
        upgrade = codemod.upgrade(paths, level, watch=watch)
    failed = _write(upgrade.changes) if action == "write" else []
    report = _report(paths, action, upgrade, failed)
    if action == "diff" and not as_json:
        _print(upgrade.changes)
        _tell(upgrade.findings)
        if html:
            show(report, as_json=False, html=html)
    else:
        show(report, as_json=as_json, html=html)
    if failed or (action == "check" and upgrade.changes):
        sys.exit(1)


def _write(changes: Sequence[Change]) -> list[Finding]:
    failed = []
    for change in changes:
        try:
            change.write()
        except WXPayError as error:
            failed.append(Finding("upgrade-code.unwritten", BLOCKER, str(change.path), error.message, error.remedy))
    return failed


def _report(paths: Sequence[str], action: str, upgrade: Upgrade, failed: Sequence[Finding]) -> Report:
    unwritten = {finding.place for finding in failed}
    changed = [change for change in upgrade.changes if str(change.path) not in unwritten]
    rows = [(str(change.path), *_count(change)) for change in changed]
    words = "files changed" if action == "write" else "files to change"
    return Report(
        "Upgrade of code",
        subject=", ".join(paths),
        figures=(
            Figure("Python files read", upgrade.read),
            Figure(words, len(changed)),
            Figure("places left alone", sum(finding.level != NOTE for finding in upgrade.findings)),
        ),
        findings=(*failed, *upgrade.findings),
        tables=(Table(words.capitalize(), ("file", "lines out", "lines in"), rows),) if rows else (),
        facts={
            "action": action,
            "read": upgrade.read,
            "changes": [{"path": str(change.path), "diff": _KEYS.sub("***", change.diff())} for change in changed],
        },
    )


def _count(change: Change) -> tuple[int, int]:
    lines = change.diff().splitlines()[2:]
    return sum(line.startswith("-") for line in lines), sum(line.startswith("+") for line in lines)


def _print(changes: Sequence[Change]) -> None:
    """Print the diffs, in colours on a terminal; where the output cannot say a letter, its code."""
    encoding = sys.stdout.encoding or "utf-8"
    for change in changes:
        for line in change.diff().split("\n")[:-1]:
            plain = line.encode(encoding, "backslashreplace").decode(encoding)
            bold = line.startswith(("---", "+++"))
            click.echo(click.style(plain, fg=None if bold else _COLOURS.get(line[:1]), bold=bold or None))


def _tell(findings: Sequence[Finding]) -> None:
    """Print findings to standard error, so that the diff can be piped."""
    for finding in findings:
        colour = {WARNING: "yellow", BLOCKER: "red"}.get(finding.level)
        click.secho(plain(f"{finding.place}: {finding.message}"), fg=colour, err=True)
        if finding.hint:
            click.echo(f"  do: {plain(finding.hint)}", err=True)


@contextmanager
def _bar() -> Iterator[Watch | None]:
    """Yield what counts the files on standard error, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} files: {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def watch(path: PurePath) -> None:
            progress.update(task, advance=1, description=escape(path.name))

        yield watch
