"""What only the gateway can say: whether it is reached, what time it is there, and whether it takes these keys.

One unsigned request to each host, and one signed read of WeChat Pay's own certificates.
"""

from __future__ import annotations

import random
from datetime import timezone
from email.utils import parsedate_to_datetime

from wxpay_v2 import call
from wxpay_v2.call import Request
from wxpay_v2.errors import ConfigurationError, NotSent, OutcomeUnknown, Refused, SignatureInvalid, WXPayError
from wxpay_v2.migration.checks.settings import V3, Checked, Settings, place
from wxpay_v2.migration.finding import BLOCKER, WARNING, Finding
from wxpay_v2.retry import Retry, Routes
from wxpay_v2.session import Session
from wxpay_v2.upgrade.case import mode_of
from wxpay_v2.v3 import catalogue
from wxpay_v2.v3.protocol import Protocol
from wxpay_v2.v3.signature import WINDOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.clock import Clock
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v3.account import V3Account

__all__ = ["TITLES", "check"]

TITLES = ("Hosts", "Clock", "Keys at the gateway")

_TIMEOUT = (5.0, 10.0)
_DRIFTING = 60


def check(settings: Settings, region: str, clock: Clock, base_url: str, verify: str | None) -> list[Checked]:
    """Call the gateway: its hosts, its time, its keys. base_url, verify: another gateway, and the CA of it."""
    session = Session(verify=verify)
    routes = Routes(region, clock.monotonic, base_url.rstrip("/"))
    try:
        hosts, skews = _hosts(session, routes, clock)
        time, skew = _clock(skews)
        return [hosts, time, _keys(settings, _Asker(session, routes, clock), skew, reached=bool(skews))]
    finally:
        session.close()


class _Asker:
    """How a signed call is made here: once, for a person waits, and can run the command again."""

    def __init__(self, session: Session, routes: Routes, clock: Clock) -> None:
        self._session, self._routes, self._clock = session, routes, clock

    def ask(self, merchant: Merchant, account: V3Account) -> str:
        """Make a signed call and verify its answer; return what was seen. Raises WXPayError."""
        region = self._routes.region
        protocol = Protocol(account, merchant.mch_id, region, mode_of(merchant, region), self._clock.time)
        if any(serial.startswith("PUB_KEY_ID_") for serial in account.keys.serials):
            # It may have no certificates to be asked for: what counts is whose signature is under the answer.
            row = catalogue.find(region, "certificates")
            request = protocol.request(row, {}).sent_to(self._routes.hosts(row).all[0], _TIMEOUT)
            response = self._session(request)
            if response.status not in (200, 404) or not protocol.read(row, response).verified:
                protocol.open_reply(row, request, response)
                raise call.unknown(
                    request, f"the gateway answered HTTP {response.status} without a signature that holds"
                )
            return "a signed call was made, and its answer verified with the public key"
        retry = Retry(self._clock.monotonic, random.random, attempts=1, region=region)
        call.run(protocol.fetch_keys(retry, self._routes), self._session, self._clock.sleep)
        count = len(account.keys)
        return f"{count} platform certificate{'s' if count > 1 else ''} fetched and verified"


def _hosts(session: Session, routes: Routes, clock: Clock) -> tuple[Checked, list[float | None]]:
    """Return what was reached, and for each such host how many seconds its clock is ahead, None where it told none."""
    findings: list[Finding] = []
    skews: list[float | None] = []
    for number, host in enumerate(routes.addresses):
        try:
            started = clock.time()
            request = Request("GET", "/", b"", host=host, headers={"User-Agent": "wxpay-v2"}, timeout=_TIMEOUT)
            skews.append(_skew(session(request).headers.get("date", ""), started, clock.time()))
        except (NotSent, OutcomeUnknown) as error:
            kind, level = ("reserve", WARNING) if number else ("unreachable", BLOCKER)
            hint = "open the way to it: name service, firewall, proxy, and the CAs this machine trusts"
            findings.append(Finding(f"readiness.host.{kind}", level, host, error.message, hint))
    reached = f"{len(skews)} of {len(routes.addresses)} reached over TLS: {', '.join(routes.addresses)}"
    return Checked(TITLES[0], findings, reached), skews


def _skew(text: str, started: float, ended: float) -> float | None:
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if told.tzinfo is None:
        told = told.replace(tzinfo=timezone.utc)
    # The header has whole seconds, cut off: half a second more is nearest.
    return told.timestamp() + 0.5 - (started + ended) / 2


def _clock(skews: list[float | None]) -> tuple[Checked, float]:
    told = [skew for skew in skews if skew is not None]
    if not told:
        return Checked(TITLES[1], [], "no answer told the gateway's time", tried=False), 0.0
    skew = min(told, key=abs)
    away = f"this machine's clock is {abs(skew):.0f} seconds {'behind' if skew > 0 else 'ahead of'} the gateway's"
    hint = "let it follow a time server (NTP)"
    if abs(skew) > WINDOW:
        message = f"{away}; API v3 refuses what is signed more than {WINDOW} seconds away"
        return Checked(TITLES[1], [Finding("readiness.clock.skew", BLOCKER, "this machine", message, hint)]), skew
    if abs(skew) > _DRIFTING:
        return Checked(TITLES[1], [Finding("readiness.clock.skew", WARNING, "this machine", away, hint)]), skew
    return Checked(TITLES[1], [], f"{abs(skew):.0f} seconds from the gateway's"), skew


def _keys(settings: Settings, asker: _Asker, skew: float, *, reached: bool) -> Checked:
    title = TITLES[2]
    if settings.merchant is None or settings.account is None:
        return Checked(title, [], "the settings must be mended first", tried=False)
    if not reached:
        return Checked(title, [], "no host was reached", tried=False)
    if abs(skew) > WINDOW:
        return Checked(title, [], "this machine's clock must be set first", tried=False)
    try:
        return Checked(title, [], asker.ask(settings.merchant, settings.account))
    except WXPayError as error:
        return Checked(title, [_refused(error)])


def _refused(error: WXPayError) -> Finding:
    """Return what the gateway's answer, or its silence, means."""
    if isinstance(error, Refused):
        message = f"the gateway refused a call signed with these keys: {error.message}"
        hint = "mch_id, serial_no and private_key must be those that stand on the platform"
        return Finding("readiness.gateway.refused", BLOCKER, V3, message, hint)
    if isinstance(error, ConfigurationError):
        where = place(V3, "platform_keys")
        return Finding("readiness.platform_keys.public_key", BLOCKER, where, error.message, error.remedy)
    if isinstance(error, SignatureInvalid) or (isinstance(error, OutcomeUnknown) and error.phase == "reply"):
        message = f"the gateway's answer does not verify: {error.message}"
        hint = "api_v3_key must be the one set on the platform, and platform_keys WeChat Pay's own"
        return Finding("readiness.gateway.untrusted", BLOCKER, V3, message, hint)
    return Finding("readiness.gateway.unanswered", WARNING, V3, error.message, "run this again")
