"""What an import costs: CPU seconds and memory of an interpreter that imports, less those of one that does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from report import Row

_ROOT = Path(__file__).parent.parent
_PEAK = """
try:
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
except OSError:
    print(0)
"""
_PROGRAMS = {
    "empty": "",
    "ours": "from wxpay_v2 import Client",
    "the package": "import wxpay_v2",
    "wechatpy": "import wechatpy.pay",
    "requests": "import requests",
}


def rows(rounds: int) -> list[Row]:
    """Return the rows of start-up time and of memory; the latter where the system tells (Linux)."""
    seconds: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    peak: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    with TemporaryDirectory(prefix="wxpay-bench-") as byte_code:
        for turn in range(rounds + 1):
            for name, program in _PROGRAMS.items():
                cpu, memory = _run(program, byte_code)
                if turn:  # the first round writes the byte code
                    seconds[name].append(cpu)
                    peak[name].append(memory)
    found = [_row("import of Client, beyond an empty interpreter", seconds, aim=5.0)]
    if all(map(min, peak.values())):
        found.append(_row("its memory", peak, aim=3.0, unit="B"))
    found.append(_row("the same", seconds, "requests"))
    found.append(_row("import wxpay_v2, names on first use", seconds, "requests", "the package"))
    return found


def _row(
    area: str, told: dict[str, list[float]], peer: str = "wechatpy", ours: str = "ours", *, aim: float | None = None,
    unit: str = "s",
) -> Row:  # fmt: skip
    theirs, mine = (
        median(one - empty for one, empty in zip(told[name], told["empty"], strict=True)) for name in (peer, ours)
    )
    return Row(area, peer, theirs, mine, aim=aim, unit=unit)


def _run(program: str, byte_code: str) -> tuple[float, float]:
    """Run *program* in a fresh interpreter; return its CPU seconds and its peak memory in bytes."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONPYCACHEPREFIX": byte_code}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen([sys.executable, "-c", program + _PEAK], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    with process.stdout as output:
        kibibytes = int(output.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{program!r} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, kibibytes * 1024.0
