"""Payment directories that are registered by API."""

from __future__ import annotations

from wxpay_v2 import payment_directory
from wxpay_v2.access.rule import Rule
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.access.rule import Case

__all__ = ["PAYMENT_DIRECTORY"]


def _explain(case: Case, name: str, text: str) -> Iterator[Fault]:
    found = payment_directory.fault(text)
    if found is not None:
        yield Fault(f"payment_directory.{found[0]}", name, f"{name} {found[1]}", found[2])


PAYMENT_DIRECTORY = Rule(
    lambda text, wire, merchant, loopback: not text or payment_directory.fault(text) is None, _explain
)
