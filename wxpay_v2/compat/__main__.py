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
        description="Run a program whose imports of an old WeChat Pay library find wxpay_v2's, no line changed.",
        epilog="Example: WXPAY_V2_UPGRADE=upgrade.toml python -m wxpay_v2.compat manage.py runserver --noreload",
    )
    parser.add_argument("--as", dest="names", action="append", choices=sorted(FACES), help="default: wechatpy")
    parser.add_argument("-m", dest="module", action="store_true", help="the program is a module, as in python -m")
    parser.add_argument("program", help="a script, or with -m a module")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of the program")
    told = parser.parse_args(arguments)
    try:
        for name in told.names or ["wechatpy"]:
            install(name)
    except WXPayError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    sys.argv = [told.program, *told.arguments]
    if told.module:
        sys.path.insert(0, os.getcwd())
        runpy.run_module(told.program, run_name="__main__", alter_sys=True)
        return
    if not os.path.isfile(told.program):
        parser.exit(2, f"{parser.prog}: there is no script {told.program!r}\n")
    sys.path.insert(0, os.path.dirname(os.path.abspath(told.program)))
    runpy.run_path(told.program, run_name="__main__")


if __name__ == "__main__":
    main()
