"""The replaced libraries themselves, each in a process of its own; and the same scenario in this one, on our face.

A scenario is a function ``(library, **arguments)`` whose arguments and result are JSON. `real` runs it where *library*
is the package in ``.peers/NAME-VERSION`` (see tools/peers.sh), the test runs it here with ours, and compares.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".peers"
SUPPORT = ("optionaldict-0.1.2", "six-1.17.0", "python-dateutil-4.0.0", "dicttoxml-1.7.16")

LEADING_ELSEWHERE = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class ScenarioFailed(Exception):
    """The scenario itself raised in the other process; its traceback is the message."""


def real(package: str, module: str, scenario: Callable[..., Any], **arguments: Any) -> Any:
    """What *scenario* returns with the real *module* (``wechatpy``) of *package* (``wechatpy-1.8.18``).

    The process is started once and kept. Skips the test where the package is not installed.
    """
    process = _process(package)
    name = f"{scenario.__module__}:{scenario.__qualname__}"
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps([module, name, arguments]) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise ScenarioFailed(f"the process of {package} is gone (status {process.poll()})")
    told = json.loads(line)
    if "failed" in told:
        raise ScenarioFailed(told["failed"])
    return told["result"]


def require(package: str) -> Path:
    """The folder of *package*; skips the test where it is not installed."""
    folder = PEERS / package
    if not folder.is_dir():
        import pytest

        pytest.skip(f"{package} is not installed: run tools/peers.sh")
    return folder


@cache
def _process(package: str) -> subprocess.Popen[str]:
    paths = [require(package), *(PEERS / name for name in SUPPORT), ROOT]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.compat.real"],
        env={**_environment(), "PYTHONPATH": os.pathsep.join(map(str, paths))},
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    atexit.register(_stop, process)
    return process


def _environment() -> dict[str, str]:
    """Ours, without what would lead requests elsewhere."""
    return {name: text for name, text in os.environ.items() if name.upper() not in LEADING_ELSEWHERE}


def _stop(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait(10)


def main() -> None:
    """Run the scenarios that standard input names, one a line, and answer each with a line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to standard error
    for line in sys.stdin:
        module, name, arguments = json.loads(line)
        try:
            home, _, function = name.partition(":")
            scenario = getattr(importlib.import_module(home), function)
            library = importlib.import_module(module)
            assert PEERS in Path(library.__file__ or "").parents, f"{library.__file__} is not the peer's"
            told = {"result": scenario(library, **arguments)}
        except BaseException:
            told = {"failed": traceback.format_exc()}
        answers.write(json.dumps(told) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
