"""The merchant's notification endpoint: does it refuse what is forged, in the words of both versions?

Nothing that the merchant's keys made is sent: the messages name an order that does not exist and are signed with what
was thrown for the purpose. The address is read by one parser, resolved once and connected to where it resolved; no
redirect is followed (threats: section 8).
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import socket
import ssl
import threading
from contextlib import suppress
from typing import NamedTuple

from wxpay_v2 import address
from wxpay_v2.access.notify_url import NOTIFY_URL
from wxpay_v2.access.rule import Case
from wxpay_v2.clock import BEIJING, Clock, rfc3339, wire_time
from wxpay_v2.errors import ConfigurationError, Rejected
from wxpay_v2.migration.checks.settings import Checked
from wxpay_v2.migration.finding import BLOCKER, NOTE, WARNING, Finding
from wxpay_v2.secret import Secret
from wxpay_v2.v2 import catalogue, xml
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.merchant import Merchant

__all__ = ["TITLE", "check"]

TITLE = "Notification endpoint"
SECONDS = 5.0
LIMIT = 4096

_METADATA = ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
_ALLOWED = (address.PUBLIC, address.PRIVATE, address.LOOPBACK)
_XML, _JSON = "text/xml; charset=utf-8", "application/json"
_SUCCESS = re.compile(rb"<return_code>\s*(?:<!\[CDATA\[)?\s*SUCCESS", re.IGNORECASE)
_REDIRECTS = (301, 302, 303, 307, 308)
_STATUS = "answer 401 or 500 to what you do not believe: wxpay_v2.adapters do"
_VERIFY = "verify each message before anything else: Client.open_notification, or wxpay_v2.adapters"
_BOTH = "let it take both versions before the first order goes over API v3: Endpoint(Client(merchant, upgrade=...))"


class Forgery(NamedTuple):
    """A message nobody should believe. how: it is forged, in words."""

    version: str
    how: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What the endpoint said."""

    status: int
    body: bytes


class Unreachable(Exception):
    """The endpoint could not be asked; the text says why. Stays inside."""


def check(
    merchant: Merchant, url: str, clock: Clock, verify: str | None = None, *, seconds: float = SECONDS
) -> Checked:
    """Post forged messages of both versions to *url*.

    verify: a CA to trust beside the system's. seconds: for one answer, all in all.
    """
    findings = _address(url, merchant, clock)
    if any(finding.level == BLOCKER for finding in findings):
        return Checked(TITLE, findings)
    place = url.partition("?")[0]
    told: dict[str, list[tuple[Forgery, Answer]]] = {"v2": [], "v3": []}
    try:
        target = Target(url, verify, seconds)
        for forgery in forgeries(merchant, clock):
            told[forgery.version].append((forgery, target.post(forgery)))
    except Unreachable as error:
        hint = "it must be reached from here as from the Internet, and answer within 5 seconds"
        findings.append(Finding("readiness.endpoint.unreachable", BLOCKER, place, str(error), hint))
        return Checked(TITLE, findings)
    findings += dict.fromkeys((*_judged_v2(place, told["v2"]), *_judged_v3(place, told["v3"])))
    tries = sum(len(answers) for answers in told.values())
    return Checked(TITLE, findings, f"{tries} forged messages were refused, in v2's form and in v3's")


def _address(url: str, merchant: Merchant, clock: Clock) -> list[Finding]:
    """Return what is wrong with *url* as an address that the gateway is to notify."""
    case = Case(catalogue.find("unified_order"), {}, merchant, merchant.mode, clock.now, True)
    findings = [
        Finding(fault.rule.replace("notify_url.", "readiness.endpoint."), BLOCKER, url.partition("?")[0], fault,
                fault.remedy)
        for fault in NOTIFY_URL.explain(case, "the address", url)
    ]  # fmt: skip
    parts = address.split(url)
    if findings or parts is None:
        return findings
    if address.kind_of(parts.host) != address.PUBLIC:
        message = "the address is one of this machine's network, which the gateway does not reach"
        hint = "try the public address too, from outside"
        return [Finding("readiness.endpoint.inside", NOTE, url, message, hint)]
    if parts.scheme != "https":
        message = "API v3 notifies addresses of https alone"
        return [Finding("readiness.endpoint.http", BLOCKER, url, message, "give the endpoint a certificate")]
    return []


def forgeries(merchant: Merchant, clock: Clock) -> list[Forgery]:
    """Return messages about a payment that never was, each false in another way."""
    now = clock.now()
    paid = {
        "return_code": "SUCCESS", "result_code": "SUCCESS", "appid": merchant.appid, "mch_id": merchant.mch_id,
        "sub_mch_id": merchant.sub_mch_id, "nonce_str": os.urandom(16).hex(), "openid": "forged-by-wxpay-v2-readiness",
        "is_subscribe": "N", "trade_type": "NATIVE", "bank_type": "CFT", "total_fee": "1", "cash_fee": "1",
        "transaction_id": "0" * 28, "out_trade_no": f"forged-{os.urandom(8).hex()}", "time_end": wire_time(now),
    }  # fmt: skip
    paid = {name: text for name, text in paid.items() if text}
    wrong = {**paid, "sign": Signer(Secret(os.urandom(16).hex()), merchant.sign_type).sign(paid)}
    head = {"Content-Type": _XML}
    event = {
        "id": f"forged-{os.urandom(8).hex()}", "create_time": rfc3339(now.astimezone(BEIJING)),
        "event_type": "TRANSACTION.SUCCESS", "resource_type": "encrypt-resource", "summary": "forged",
        "resource": {
            "algorithm": "AEAD_AES_256_GCM", "original_type": "transaction", "associated_data": "transaction",
            "nonce": os.urandom(6).hex(), "ciphertext": base64.b64encode(os.urandom(400)).decode(),
        },
    }  # fmt: skip
    body = json.dumps(event).encode()
    signed = {
        "Content-Type": _JSON, "Wechatpay-Timestamp": str(int(clock.time())), "Wechatpay-Nonce": os.urandom(16).hex(),
        "Wechatpay-Serial": os.urandom(20).hex().upper(), "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Signature": base64.b64encode(os.urandom(256)).decode(),
    }  # fmt: skip
    return [
        Forgery("v2", "signed with another key", head, xml.write(wrong)),
        Forgery("v2", "without a signature", head, xml.write(paid)),
        Forgery("v3", "signed with another key", signed, body),
        Forgery("v3", "without a signature", {"Content-Type": _JSON}, body),
    ]


def _judged_v2(place: str, told: list[tuple[Forgery, Answer]]) -> list[Finding]:
    taken = [forgery.how for forgery, answer in told if _is_success(answer)]
    if taken:
        message = f"the endpoint took a forged v2 payment for genuine: {', '.join(taken)}"
        return [Finding("readiness.endpoint.accepts_v2_forgery", BLOCKER, place, message, _VERIFY)]
    answer = told[0][1]
    if answer.status in _REDIRECTS:
        return [_redirects(place, answer)]
    if answer.status == 404:
        message = "there is nothing at this address: it answers HTTP 404"
        return [Finding("readiness.endpoint.absent", BLOCKER, place, message, "see the notify_url of your orders")]
    if _code(answer) != "FAIL":
        said = "answers" if 200 <= answer.status < 300 else "refuses"
        message = f"it {said} v2's messages, but not in v2's form (HTTP {answer.status})"
        hint = "answer <xml><return_code>FAIL</return_code></xml>; see that it takes genuine ones"
        return [Finding("readiness.endpoint.v2_form", WARNING, place, message, hint)]
    return []


def _judged_v3(place: str, told: list[tuple[Forgery, Answer]]) -> list[Finding]:
    """An answer of HTTP 2xx is what API v3 takes for an acknowledgement, whatever stands in it."""
    taken = [forgery.how for forgery, answer in told if 200 <= answer.status < 300]
    if taken and any(answer.body.lstrip()[:1] == b"<" for _, answer in told):
        message = (
            "it answers API v3 in v2's form with HTTP 200, which API v3 takes for an acknowledgement: lost payments"
        )
        return [Finding("readiness.endpoint.v3_not_understood", BLOCKER, place, message, _BOTH)]
    if taken and all(_json_code(answer) not in (None, "SUCCESS") for _, answer in told):
        message = "it refuses API v3's messages with HTTP 200, which API v3 takes for an acknowledgement: lost payments"
        return [Finding("readiness.endpoint.v3_not_understood", BLOCKER, place, message, _STATUS)]
    if taken:
        message = f"the endpoint took a forged v3 payment for genuine: {', '.join(taken)}"
        return [Finding("readiness.endpoint.accepts_v3_forgery", BLOCKER, place, message, _VERIFY)]
    answer = told[0][1]
    if answer.status in _REDIRECTS:
        return [_redirects(place, answer)]
    if answer.status in (404, 405, 415):
        message = f"it does not take API v3's messages (HTTP {answer.status})"
        return [Finding("readiness.endpoint.v3_not_understood", BLOCKER, place, message, _BOTH)]
    if answer.status < 400 or _json_code(answer) is None:
        message = f"it refuses API v3's messages, but not in v3's form (HTTP {answer.status})"
        return [
            Finding("readiness.endpoint.v3_form", WARNING, place, message, f"see that it takes genuine ones; {_BOTH}")
        ]
    return []


def _redirects(place: str, answer: Answer) -> Finding:
    message = f"it answers with a redirect (HTTP {answer.status}), which the gateway does not follow"
    return Finding("readiness.endpoint.redirect", BLOCKER, place, message, "give the address it leads to")


def _code(answer: Answer) -> str:
    try:
        return xml.read(answer.body).get("return_code", "")
    except Rejected:
        return ""


def _json_code(answer: Answer) -> str | None:
    """Return the code of an answer in v3's form, None for one in another."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return str(told["code"]) if isinstance(told, dict) and "code" in told else None


def _is_success(answer: Answer) -> bool:
    """Return whether it means success, in whatever form: an endpoint that answers in the wrong one believed it, too."""
    said = _code(answer) or _json_code(answer) or answer.body.strip().decode("ascii", "replace")
    return 200 <= answer.status < 300 and (said.upper() == "SUCCESS" or bool(_SUCCESS.search(answer.body)))


class Target:
    """Where to post to: one address, found once. Raises Unreachable for a name that leads where nobody should go."""

    def __init__(self, url: str, verify: str | None, seconds: float) -> None:
        self._seconds = seconds
        parts = address.split(url)
        assert parts is not None  # noqa: S101 - its form was looked at
        self._tls = parts.scheme == "https"
        self._host = parts.host.strip("[]")
        self._port = int(parts.port or (443 if self._tls else 80))
        self._path = parts.path
        self._context = ssl.create_default_context() if self._tls else None
        if self._context is not None and verify is not None:
            try:
                self._context.load_verify_locations(verify)
            except (OSError, ValueError):
                raise ConfigurationError("the CA file cannot be read") from None
        self._family, self._where = self._resolved()

    def _resolved(self) -> tuple[socket.AddressFamily, tuple[str, int]]:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable(f"there is no host {self._host:.64}") from None
        for _, _, _, _, where in found:
            text = str(where[0])
            if address.ip_kind(text) not in _ALLOWED or text in _METADATA:
                raise Unreachable(f"{self._host:.64} leads to {text}, where nothing is posted to")
        family, _, _, _, where = found[0]
        return family, (str(where[0]), self._port)

    def post(self, forgery: Forgery) -> Answer:
        """Return what is answered in time. Raises Unreachable."""
        line = [socket.socket(self._family, socket.SOCK_STREAM)]
        line[0].settimeout(self._seconds)
        # A time limit of each read alone would let a slow endpoint go on for ever.
        over = threading.Event()
        end = threading.Timer(self._seconds, _hang_up, (line, over))
        end.daemon = True
        end.start()
        try:
            line[0].connect(self._where)
            if self._context is not None:
                # Its handshake comes after it stands in the line, where the timer finds it.
                wrapped = self._context.wrap_socket(line[0], False, False, server_hostname=self._host)
                line[0] = wrapped
                wrapped.do_handshake()
            connection = http.client.HTTPConnection(self._host, self._port)
            connection.sock = line[0]
            headers = {"User-Agent": "Mozilla/4.0", "Connection": "close", **forgery.headers}
            connection.request("POST", self._path, forgery.body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.read(LIMIT))
            if over.is_set():  # what came until it was cut off is no answer
                raise TimeoutError
            return answer
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"its certificate is not trusted ({error.verify_message:.64})") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            within = f"it did not answer within {self._seconds:g} seconds"
            if over.is_set():
                raise Unreachable(within) from None
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise Unreachable(f"{within}: {reason:.64}") from None
        finally:
            end.cancel()
            line[0].close()


def _hang_up(line: list[socket.socket], over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        line[0].shutdown(socket.SHUT_RDWR)
