"""The example shops as their README starts them: a server process each, a running simulator, and a real browser."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.browser import WAIT, browser
from wxpay_v2.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
SERVE = {
    "flask": (("-m", "flask", "--app", "shop", "run", "--port", "{port}"),),
    "django": (("manage.py", "migrate", "--verbosity", "0"), ("manage.py", "runserver", "--noreload", "{port}")),
}
PASSWORD = "tea-and-porcelain"
START = 90
"""Seconds that a shop may take to start on a machine that is busy."""


@dataclass
class Shop:
    """A running shop. url: its own; gateway: what it pays at."""

    url: str
    gateway: Simulator
    directory: Path

    def get(self, path: str, **more: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=30, **more)

    def post(self, path: str) -> requests.Response:
        return requests.post(self.url + path, {"product": "tea"}, timeout=30, allow_redirects=False)

    def notify(self, body: bytes) -> requests.Response:
        with requests.post(f"{self.url}/wxpay/notify", body, timeout=30) as answer:
            return answer

    def state(self, number: str) -> str:
        state: str = self.get(f"/orders/{number}/state").json()["state"]
        return state


def wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until *server* answers at *url*; fail with its log when it has ended, or begins after START seconds."""
    end = time.monotonic() + START
    while server.poll() is None and time.monotonic() < end:
        try:
            with requests.get(url, timeout=START) as answer:
                answer.raise_for_status()
                return
        except requests.ConnectionError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
        except requests.HTTPError:
            break
    pytest.fail(f"{url} does not answer:\n{log.read_text()}")


@pytest.fixture(scope="module", params=sorted(SERVE))
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Each shop in turn, started once for the module; every test orders for itself."""
    name = request.param
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    directory = tmp_path_factory.mktemp(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Simulator() as gateway, (directory / "log").open("wb") as log:
        gateway.write_settings(directory / "simulator.toml")
        database = directory / "shop.sqlite"
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SHOP_CONFIG": str(directory / "simulator.toml"),
            "SHOP_URL": f"http://127.0.0.1:{port}",
            "SHOP_DATABASE": f"sqlite:///{database}" if name == "flask" else str(database),
            "SHOP_OFFICE_PASSWORD": PASSWORD,
        }
        *before, serve = ([sys.executable, *(word.format(port=port) for word in words)] for words in SERVE[name])
        where = ROOT / "examples" / f"{name}_shop"
        for command in before:
            subprocess.run(command, cwd=where, env=environment, check=True, stdout=log, stderr=log)
        server = subprocess.Popen(serve, cwd=where, env=environment, stdout=log, stderr=log)
        try:
            wait_for(server, f"http://127.0.0.1:{port}", directory / "log")
            yield Shop(f"http://127.0.0.1:{port}", gateway, directory)
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One browser for the module."""
    with browser(tmp_path_factory.mktemp("browser"), wait=WAIT) as running:
        yield running


@pytest.fixture(autouse=True)
def one_tab(chrome: Any) -> Iterator[None]:
    """What a test opened is closed after it, and nobody stays logged in."""
    chrome.delete_all_cookies()
    yield
    first, *others = chrome.window_handles
    for handle in others:
        chrome.switch_to.window(handle)
        chrome.close()
    chrome.switch_to.window(first)
