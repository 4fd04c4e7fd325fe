"""wxpay-v2 demo"""

from __future__ import annotations

import logging
import sys

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["demo"]


@click.command()
@click.option("--upgrade", is_flag=True, help="The same over API v2 and v3, the answers laid side by side.")
@click.option("--svg", type=click.Path(dir_okay=False), help="Also save what is shown as a picture.")
def demo(upgrade: bool, svg: str | None) -> None:
    """Run the main job against a gateway simulator on this machine, over real mutual TLS.

    An institution's Native order in HKD is placed, paid, notified, queried and partly refunded; the statement is
    totalled; two quick payments are taken, one is reversed; and three things that must fail do fail. Waiting is done
    in virtual time. Exits 0 when every step did what it should, 1 otherwise.

    With --upgrade the same calls are made over API v2 and over API v3; every field of the answers is compared, and what
    API v3 cannot give is named with the reason.

    Example: wxpay-v2 demo --upgrade
    """
    try:
        from rich.console import Console
    except ImportError:
        from wxpay_v2.errors import MissingExtra

        raise MissingExtra("the demo needs rich", remedy="pip install 'wxpay-v2[cli,simulator]'") from None

    # The story tells what happens; without a handler Python would print the library's warnings between its lines.
    logging.getLogger("wxpay_v2").addHandler(logging.NullHandler())
    console = Console(record=svg is not None, width=None if sys.stdout.isatty() else 110, highlight=False)
    failed = _comparison(console) if upgrade else _story(console)
    if svg is not None:
        console.save_svg(svg, title="wxpay-v2 demo")
    if failed:
        console.print(f"[bold red]{failed} of the steps did not do what they should[/]")
        sys.exit(1)


def _story(console: Console) -> int:
    from wxpay_v2.cli.demo_story import Story

    with Story(console) as story:
        return story.tell()


def _comparison(console: Console) -> int:
    from wxpay_v2.cli.demo_upgrade import Comparison

    with Comparison(console) as comparison:
        return comparison.tell()
