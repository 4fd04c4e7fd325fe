"""A real Chromium for the tests that need one; skipped with a reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WAIT = 15
"""Seconds the driver looks for an element before it gives up; an element that is there costs none."""


@contextmanager
def browser(directory: Path, *, wait: float = 0) -> Iterator[Any]:
    """A headless Chromium with a profile of its own. wait: seconds that it looks for an element, see WAIT."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium with chromedriver (Debian: apt-get install chromium chromium-driver)")
    options = selenium.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        "--lang=en-US", f"--user-data-dir={directory / 'profile'}",
    ):  # fmt: skip
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = selenium.Chrome(options=options, service=selenium.ChromeService(executable_path=driver))
    try:
        chrome.implicitly_wait(wait)
        yield chrome
    finally:
        chrome.quit()


def phone(chrome: Any, width: int = 360) -> None:
    """Make the window as narrow as a phone."""
    chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    )


def shade(chrome: Any, scheme: str) -> None:
    """Choose "dark" or "light"."""
    chrome.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )


def width_of(chrome: Any) -> int:
    """How wide the page wants to be."""
    width: int = chrome.execute_script("return document.documentElement.scrollWidth")
    return width
