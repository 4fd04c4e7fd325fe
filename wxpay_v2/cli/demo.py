"""wxpay-v2 demo"""

from __future__ import annotations

import logging
import sys

import click

__all__ = ["demo"]


@click.command()
@click.option("--svg", type=click.Path(dir_okay=False), help="Also save what is shown as a picture.")
def demo(svg: str | None) -> None:
    """Run the main job against a gateway simulator on this machine, over real mutual TLS.

    An institution's Native order in HKD is placed, paid, notified, queried and partly refunded; the statement is
    totalled; two quick payments are taken, one is reversed; and three things that must fail do fail. Waiting is done
    in virtual time. Exits 0 when every step did what it should, 1 otherwise.

    Example: wxpay-v2 demo
    """
    try:
        from rich.console import Console
    except ImportError:
        from wxpay_v2.errors import MissingExtra

        raise MissingExtra("the demo needs rich", remedy="pip install 'wxpay-v2[cli,simulator]'") from None
    from wxpay_v2.cli.demo_story import Story

    # The story tells what happens; without a handler Python would print the library's warnings between its lines.
    logging.getLogger("wxpay_v2").addHandler(logging.NullHandler())
    console = Console(record=svg is not None, width=None if sys.stdout.isatty() else 110, highlight=False)
    with Story(console) as story:
        failed = story.tell()
    if svg is not None:
        console.save_svg(svg, title="wxpay-v2 demo")
    if failed:
        console.print(f"[bold red]{failed} of the steps did not do what they should[/]")
        sys.exit(1)
