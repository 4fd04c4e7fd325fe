"""What still stands in the way of API v3 for one merchant: the official upgrade guide as checks.

Source: https://pay.weixin.qq.com/doc/global/v3/en/4012357180
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.migration.checks import certificate, endpoint, identity, keys, network, supplies, usage
from wxpay_v2.migration.checks.settings import MERCHANT, Checked, Settings
from wxpay_v2.migration.finding import BLOCKER, NOTE, WARNING, Finding
from wxpay_v2.migration.report import Figure, Report, Table
from wxpay_v2.operation import GLOBAL, HOSTS
from wxpay_v2.secret import without_frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from wxpay_v2.migration.recordings import Recorded

__all__ = ["readiness"]

_TITLE = "Readiness for API v3"
_OFFLINE = "nothing is sent without --online"
_NO_ENDPOINT = "not tried: give --online and --endpoint"


@without_frames
def readiness(
    config: str | os.PathLike[str],
    *,
    logs: Iterable[Recorded] | None = None,
    online: bool = False,
    notify_url: str = "",
    region: str = GLOBAL,
    base_url: str = "",
    verify: str | None = None,
    clock: Clock | None = None,
) -> Report:
    """Return what stands in the way, everything at once; nothing is sent unless *online*.

    config: the TOML file of `Merchant.from_config` and `V3Account.from_config`. logs: recorded v2 requests, as
    `wxpay_v2.migration.recordings.requests` reads them. notify_url: of the merchant's own endpoint, which is then tried
    with forged messages. region: "global" or "mainland". base_url, verify: another gateway, and the CA to trust.
    Raises ConfigurationError for arguments that do not fit together.
    """
    if not isinstance(config, (str, os.PathLike)):
        raise ConfigurationError(f"config must be a path, got {type(config).__name__}")
    if region not in HOSTS:
        raise ConfigurationError(f"region must be global or mainland, got {quoted(region)}")
    if (notify_url or base_url) and not online:
        raise ConfigurationError("nothing is sent without online", remedy="say --online as well")
    settings = Settings(config)
    if not settings.readable:
        return _report(settings, [Checked("Settings", settings.findings)], [], {})
    clock = clock or Clock()
    certified, held = certificate.check(settings, clock.now())
    checks = [
        identity.check(settings, region),
        certified,
        keys.signing_key(settings, held),
        keys.api_keys(settings),
        keys.platform_keys(settings, clock.time()),
    ]
    shape = supplies.shape(settings)
    settings.build([*shape, *(finding for one in checks for finding in one.findings)])
    checks.insert(0, Checked("Settings", settings.findings, "both tables can be read"))
    account, merchant = supplies.Supplies(settings), identity.stand_in(settings)
    used = None
    if logs is not None:
        used = usage.Usage(account, merchant, region)
        used.read(logs)
        checks.append(usage.check(used))
    else:
        checks.append(Checked(usage.TITLE, [], "not looked at: give --logs", tried=False))
    checks.append(supplies.check(account, region, used, shape))
    if online:
        checks += network.check(settings, region, clock, base_url, verify)
    else:
        checks += [Checked(title, [], _OFFLINE, tried=False) for title in network.TITLES]
    if notify_url:
        checks.append(endpoint.check(merchant, notify_url, clock, verify))
    else:
        checks.append(Checked(endpoint.TITLE, [], _NO_ENDPOINT, tried=False))
    tables = [identity.table(settings, region), *([used.table()] if used is not None else [])]
    return _report(settings, checks, tables, _facts(region, held, used))


def _report(settings: Settings, checks: list[Checked], tables: list[Table], facts: dict[str, Any]) -> Report:
    findings = [finding for one in checks for finding in one.findings]
    counts = Counter(finding.level for finding in findings)
    figures = [Figure("Blockers", counts[BLOCKER], BLOCKER), Figure("Warnings", counts[WARNING], WARNING)]
    tried = sum(one.tried for one in checks)
    figures.append(Figure("Checks made", f"{tried} of {len(checks)}"))
    if facts.get("days_left") is not None:
        figures.append(Figure("Days left of the certificate", facts["days_left"]))
    if facts.get("requests"):
        figures.append(Figure("Recorded requests", facts["requests"]))
        figures.append(Figure("Carried by API v3", f"{100 * facts['carried'] / facts['requests']:.1f} %"))
    rows = [[one.title, _outcome(one), None if one.tried and _bad(one) else one.told] for one in checks]
    made = Table("Checks", ["Check", "Outcome", "What was seen"], rows)
    mch_id = settings.text(MERCHANT, "mch_id")
    subject = f"merchant {mch_id:.32}, {settings.path}" if mch_id else settings.path
    told = {**facts, "checks": {one.title: _outcome(one) for one in checks}}
    return Report(_TITLE, subject=subject, figures=figures, findings=findings, tables=[made, *tables], facts=told)


def _bad(one: Checked) -> list[Finding]:
    return [finding for finding in one.findings if finding.level != NOTE]


def _outcome(one: Checked) -> str:
    counts = Counter(finding.level for finding in one.findings)
    told = [
        f"{counts[level]} {level}{'s' if counts[level] > 1 else ''}" for level in (BLOCKER, WARNING) if counts[level]
    ]
    return ", ".join(told) or ("passed" if one.tried else "not tried")


def _facts(region: str, held: certificate.Held, used: usage.Usage | None) -> dict[str, Any]:
    return {
        "region": region,
        "days_left": held.days_left,
        "serial_no": held.one.serial if held.one is not None else None,
        "requests": used.requests if used is not None else 0,
        "carried": used.carried if used is not None else 0,
    }
