"""What v2 never asked for and API v3 wants: the merchant category code of every order, the shop of some."""

from __future__ import annotations

import re
from collections import Counter

from wxpay_v2.migration.checks.settings import V3, Checked, Settings, place
from wxpay_v2.migration.finding import BLOCKER, Finding
from wxpay_v2.upgrade import catalogue
from wxpay_v2.upgrade.rules import SUPPLY, NoEquivalent
from wxpay_v2.upgrade.translation import Settings as NoSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.migration.checks.usage import Usage

__all__ = ["Supplies", "check", "shape"]

_CODE = "merchant_category_code"
_SHAPE = re.compile(r"[0-9]{4}", re.ASCII)
_HINT = "the acquirer names it; 5812 is a restaurant's"
_REASONS = {_CODE: "API v3 Global wants a merchant category code with every order, unless the goods carry one"}


class Supplies(NoSettings):
    """What the configuration's [v3] table supplies, without its keys."""

    def __init__(self, settings: Settings) -> None:
        told = settings.tables[V3]
        for name in (_CODE, "store_id", "store_name", "store_address", "goods_id", "goods_price"):
            setattr(self, name, settings.text(V3, name))
        self.codepay = told.get("codepay") in (True, "true")
        given = told.get("over_v2", ())
        names = given.split(",") if isinstance(given, str) else given if isinstance(given, (list, tuple)) else ()
        self.over_v2 = tuple(str(name).strip() for name in names)


def shape(settings: Settings) -> list[Finding]:
    """Look at the form of the merchant category code."""
    code = settings.text(V3, _CODE)
    if not code or _SHAPE.fullmatch(code):
        return []
    message = f"a merchant category code has four digits, this one has {len(code)} characters"
    return [Finding(f"readiness.{_CODE}.shape", BLOCKER, place(V3, _CODE), message, _HINT)]


def check(account: Supplies, region: str, usage: Usage | None, findings: list[Finding]) -> Checked:
    """Look for what is missing: of the requests that were recorded or, without any, of a plain order.

    findings: of `shape`.
    """
    recorded = usage is not None and usage.requests > 0
    missing = usage.missing() if usage is not None and recorded else _of_an_order(account, region)
    for name, count in sorted(missing.items()):
        message = _REASONS.get(name, f"API v3 wants a {name}, which v2's requests do not hold")
        message += f" ({count:,} of the recorded requests)" if recorded else ""
        hint = f"set {name}" + (f"; {_HINT}" if name == _CODE else "")
        findings.append(Finding(f"readiness.supply.{name}", BLOCKER, place(V3, name), message, hint))
    by = "of the recorded requests" if recorded else "of a plain order"
    return Checked("What v2 never asked for", findings, f"nothing is missing {by}")


def _of_an_order(account: Supplies, region: str) -> Counter[str]:
    row = catalogue.find("unified_order")
    rules = () if isinstance(row, NoEquivalent) else row.request
    always = (rule for rule in rules if rule.kind == SUPPLY and rule.setting and not rule.when)
    needed = (rule.setting for rule in always if not rule.regions or region in rule.regions)
    return Counter(name for name in needed if not getattr(account, name))
