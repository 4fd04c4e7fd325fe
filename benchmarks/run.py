"""Side by side with the peers, in one run: ``python benchmarks/run.py [--json] [--write] [--rows N] [--rounds N]``.

The table goes to the terminal, JSON to standard output; --write renews docs/performance_table.rst.
Example: ``make bench ARGS="--only calls"``.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import calls
import codec
import compat_calls
import imports
import parallel
import reconcile
import report
import simulator
import statements
import v3_calls
import v3_codec
from rich.console import Console

from wxpay_v2.upgrade import LostFieldWarning

TABLE = Path(__file__).parent.parent / "docs" / "performance_table.rst"


def main() -> None:
    """Measure what the arguments ask for and show it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--write", action="store_true", help=f"renew docs/{TABLE.name}")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the statement (default 100000)")
    parser.add_argument("--rounds", type=int, default=60, help="interleaved rounds (default 60)")
    names = ["codec", "calls", "parallel", "imports", "simulator", "statements", "v3", "compat", "reconcile"]
    parser.add_argument("--reconcile-rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=names, action="append", default=[])
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write takes a whole run")
    logging.disable(logging.CRITICAL)  # nobody's log is measured
    warnings.simplefilter("ignore", LostFieldWarning)  # what v3 has no place for is told at the first call
    rounds = max(options.rounds, 3)
    areas: dict[str, Callable[[], list[report.Row]]] = {
        "codec": lambda: codec.rows(rounds),
        "calls": lambda: calls.rows(rounds),
        "parallel": lambda: parallel.rows(rounds),
        "imports": lambda: imports.rows(max(rounds // 4, 3)),
        "simulator": lambda: simulator.rows(max(rounds // 10, 3)),
        "statements": lambda: statements.rows(options.rows, max(rounds // 12, 3)),
        "v3": lambda: [*v3_codec.rows(rounds), *v3_calls.rows(rounds)],
        "compat": lambda: compat_calls.rows(rounds),
        "reconcile": lambda: reconcile.rows(options.reconcile_rows, max(rounds // 20, 3)),
    }
    console = Console(stderr=options.json)
    if not console.is_terminal:
        console.width = 132
    found: list[report.Row] = []
    for name, measure in areas.items():
        if not options.only or name in options.only:
            with console.status(f"measuring {name}"):
                found += measure()
    if options.json:
        print(json.dumps(report.as_data(found), indent=2))
    else:
        report.show(found, console)
    if options.write:
        TABLE.write_text(report.as_rst(found), encoding="utf-8")
        console.print(f"written: docs/{TABLE.name}")


if __name__ == "__main__":
    main()
