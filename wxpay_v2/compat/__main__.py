"""python -m wxpay_v2.compat [--as NAME] (SCRIPT | -m MODULE) [ARGUMENTS]: a program as it is, with our faces."""

from __future__ import annotations

import argparse
import os
import runpy
import sys

from wxpay_v2.compat import install
from wxpay_v2.compat.aliases import FACES
from wxpay_v2.errors import WXPayError

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Install the faces, then run what the arguments name, as ``python`` would."""
    parser = argparse.ArgumentParser(
        prog="python -m wxpay_v2.compat",
        usage="%(prog)s [-h] [--as NAME] [-m] program [arguments ...]",
        allow_abbrev=False,
        description="Run a program whose imports of an old WeChat Pay library find wxpay_v2's, no line changed.",
        epilog="Example: WXPAY_V2_UPGRADE=upgrade.toml python -m wxpay_v2.compat manage.py runserver --noreload",
    )
    parser.add_argument("--as", dest="names", action="append", choices=sorted(FACES), help="default: wechatpy")
    parser.add_argument("-m", dest="module", action="store_true", help="the program is a module, as in python -m")
    parser.add_argument("program", help="a script, or with -m a module")
    given = sys.argv[1:] if arguments is None else arguments
    ours = _ours(given)
    told = parser.parse_args(given[:ours])
    try:
        for name in told.names or ["wechatpy"]:
            install(name)
    except WXPayError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    sys.argv = [told.program, *given[ours:]]
    if told.module:
        sys.path.insert(0, os.getcwd())
        runpy.run_module(told.program, run_name="__main__", alter_sys=True)
        return
    if not os.path.exists(told.program):
        parser.exit(2, f"{parser.prog}: there is no script {told.program!r}\n")
    if os.path.isfile(told.program):  # a folder, which runpy takes too, it puts there itself
        sys.path.insert(0, os.path.dirname(os.path.abspath(told.program)))
    runpy.run_path(told.program, run_name="__main__")


def _ours(given: list[str]) -> int:
    """Return how many of the arguments are ours: all behind the program's name are its own, ``--`` too."""
    place = 0
    while place < len(given) and given[place].startswith("-"):
        place += 2 if given[place] == "--as" else 1
    return place + 1


if __name__ == "__main__":
    main()
