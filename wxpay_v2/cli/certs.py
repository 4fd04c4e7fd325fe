"""``wxpay-v2 certs``: throwaway certificates under the official file names."""

from __future__ import annotations

import json
from pathlib import Path

import click

__all__ = ["certs"]


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--mch-id", default="1900000109", show_default=True, help="The merchant (or institution) to name.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long they are valid.")
@click.option("--force", is_flag=True, help="Replace what stands there. A real merchant's certificate never is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def certs(directory: Path, mch_id: str, days: int, force: bool, as_json: bool) -> None:
    """Write a throwaway CA, the gateway's certificate and a merchant pair into DIRECTORY.

    The CA's own key is not kept, and it may name nothing but this machine.

    \b
    Example: wxpay-v2 certs ./throwaway --days 7
    """
    from wxpay_v2.simulator import certificates

    certificates.write(directory, mch_id, days=days, force=force)
    ends = certificates.expiry(directory)
    if as_json:
        files = {
            name: {
                "path": str(directory / name),
                "for": purpose,
                "expires": ends[name].isoformat() if name in ends else None,
            }
            for name, purpose in certificates.FILES.items()
        }
        click.echo(json.dumps({"directory": str(directory), "mch_id": mch_id, "files": files}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "what it is for", "valid until (UTC)")
    for column in (table.columns[0], table.columns[2]):
        column.no_wrap = True
    for name, purpose in certificates.FILES.items():
        table.add_row(name, purpose, f"{ends[name]:%Y-%m-%d %H:%M}" if name in ends else "")
    console = Console()
    console.print(f"Throwaway certificates of merchant {mch_id} in {directory}", soft_wrap=True, highlight=False)
    console.print(table)
