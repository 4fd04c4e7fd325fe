"""Who calls: the ids stay valid under API v3, under other names; they only must be well-formed.

Source: https://pay.weixin.qq.com/doc/global/v3/en/4012357180
"""

from __future__ import annotations

from typing import Any

from wxpay_v2.errors import ConfigurationError
from wxpay_v2.merchant import Merchant
from wxpay_v2.migration.checks.settings import MERCHANT, Checked, Settings, place
from wxpay_v2.migration.finding import BLOCKER, Finding
from wxpay_v2.migration.report import Table
from wxpay_v2.upgrade.case import mode_of
from wxpay_v2.upgrade.identity import BODY

__all__ = ["check", "stand_in", "table"]

_IDS = ("appid", "mch_id", "sub_appid", "sub_mch_id")
# A merchant that does not exist, of which one setting at a time is replaced by the one to be checked.
_GOOD: dict[str, Any] = {"appid": "wx0000000000000000", "mch_id": "1000000000", "api_key": "0" * 32}
_ALONE = ("appid", "mch_id", "sub_mch_id", "sign_type", "currency", "sandbox", "mode")


def check(settings: Settings, region: str) -> Checked:
    """Look at the ids, the access mode and the algorithm."""
    told = settings.tables[MERCHANT]
    findings: list[Finding] = []
    for name in _ALONE:
        if not told.get(name):
            continue
        others = {"sub_mch_id": "1000000001"} if name == "mode" and told[name] != "direct" else {}
        findings += _refusal(name, {**_GOOD, **others, name: told[name]})
    if told.get("sub_appid"):
        findings += _refusal("sub_appid", {**_GOOD, "sub_mch_id": "1000000001", "sub_appid": told["sub_appid"]})
    direct = told.get("mode") == "direct" or not (told.get("mode") or told.get("sub_mch_id"))
    for name in ("sub_mch_id", "sub_appid"):
        if direct and told.get(name):
            message = f"a direct merchant has no {name}"
            hint = "leave it out; an institution or service provider has a sub_mch_id, and no mode direct"
            findings.append(Finding(f"readiness.identity.{name}", BLOCKER, place(MERCHANT, name), message, hint))
    kept = ", ".join(name for name in _IDS if settings.text(MERCHANT, name))
    mode = mode_of(stand_in(settings), region)
    return Checked("Ids", findings, f"{kept} stay as they are under API v3; access mode {mode}")


def _refusal(name: str, arguments: dict[str, Any]) -> list[Finding]:
    try:
        Merchant(**arguments)
    except ConfigurationError as error:
        found = Finding(f"readiness.identity.{name}", BLOCKER, place(MERCHANT, name), error.message, error.remedy)
        return [found]
    return []


def stand_in(settings: Settings) -> Merchant:
    """Return the merchant, or one of the same ids and mode, as far as they can be used, with a key that is none."""
    if settings.merchant is not None:
        return settings.merchant
    told = {name: settings.text(MERCHANT, name) for name in (*_IDS, "mode", "currency")}
    for left_out in ((), ("currency",), ("currency", "mode"), ("currency", "mode", "sub_appid", "sub_mch_id")):
        names = {name: text for name, text in told.items() if text and name not in left_out}
        try:
            return Merchant(**{**_GOOD, **names})
        except ConfigurationError:
            continue
    return Merchant(**_GOOD)


def table(settings: Settings, region: str) -> Table:
    """Return under which names API v3 knows the ids."""
    merchant = stand_in(settings)
    mode = mode_of(merchant, region)
    names = {rule.v2: rule.v3 for rule in BODY if not rule.modes or mode in rule.modes}
    rows = [
        [name, settings.text(MERCHANT, name), names.get(name, "")] for name in _IDS if settings.text(MERCHANT, name)
    ]
    note = "They stay valid; nothing is to be applied for again."
    return Table("The ids under API v3", ["In v2", "Value", "In v3's orders"], rows, note=note)
