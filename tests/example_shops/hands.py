"""A person's hands on a browser. A shop's page reloads itself: who holds an element of the old one looks again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tests.simulator.browser import WAIT

T = TypeVar("T")

CSS, XPATH = "css selector", "xpath"
_GONE = "inspector error"  # what chromedriver says of an element whose page goes just now


def until(chrome: Any, look: Callable[[], T]) -> T:
    """Return what *look* returns once that is true, looking again while the page is being replaced."""
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
    from selenium.webdriver.support.wait import WebDriverWait

    def looked() -> T | None:
        try:
            return look()
        except StaleElementReferenceException:
            return None
        except WebDriverException as error:
            if _GONE not in str(error):
                raise
            return None

    found: T = WebDriverWait(chrome, WAIT, poll_frequency=0.05).until(lambda _: looked())
    return found


def find(chrome: Any, selector: str) -> Any:
    """The element, as soon as the page has it."""
    return chrome.find_element(CSS, selector)


def click(chrome: Any, selector: str, *, by: str = CSS) -> None:
    """Click on the element, as soon as the page has it."""

    def clicked() -> bool:
        chrome.find_element(by, selector).click()
        return True

    until(chrome, clicked)


def fill(chrome: Any, selector: str, value: str) -> None:
    """Write *value* into the input."""

    def filled() -> bool:
        field = find(chrome, selector)
        field.clear()
        field.send_keys(value)
        return True

    until(chrome, filled)


def text(chrome: Any, selector: str) -> str:
    """The element's text, as soon as there is one."""
    return str(until(chrome, lambda: find(chrome, selector).text))


def says(chrome: Any, selector: str, wanted: str) -> None:
    """Wait until the element's text holds *wanted*."""
    until(chrome, lambda: wanted in find(chrome, selector).text)


def other_tab(chrome: Any) -> str:
    """Go to the tab that a click has opened; return the handle of the one before."""
    here: str = chrome.current_window_handle
    until(chrome, lambda: len(chrome.window_handles) > 1)
    (other,) = set(chrome.window_handles) - {here}
    chrome.switch_to.window(other)
    return here
