"""API v3 of one gateway: from a request to its answer, with whatever a fault makes of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from wxpay_v2.operation import GLOBAL
from wxpay_v2.simulator import effects as v2_effects
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.exchange import Answer, Exchange
from wxpay_v2.simulator.faults import AFTER, AFTER_V3, Fault, Faults
from wxpay_v2.simulator.notices import PROBE
from wxpay_v2.simulator.v3 import effects, incoming, protocol, replies
from wxpay_v2.simulator.v3.keys import Platform
from wxpay_v2.simulator.v3.protocol import Call, Found
from wxpay_v2.simulator.v3.refusal import Refusal
from wxpay_v2.simulator.views import PendingNotification

__all__ = ["Service"]


_PROXY_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
_HTML = {"Content-Type": "text/html"}
_PROBE = "WECHATPAY/SIGNTEST/"
_STALE = 301


class Service:
    """API v3 on the books of a gateway.

    time: tells Unix seconds. run: carries a piece of work out in one transaction. accounts: those known now, by their
    number. acts_for: says whether an account has taken a sub-merchant on through the gateway itself. tick: lets what is
    due happen.
    """

    def __init__(
        self,
        platform: Platform,
        setting: v2_effects.Setting,
        *,
        time: Callable[[], float],
        run: Callable[[Callable[[Book], Any]], Any],
        accounts: Callable[[], Mapping[str, Account]],
        acts_for: Callable[[Account, str], bool],
        tick: Callable[[], None],
    ) -> None:
        self.platform = platform
        self._setting = setting
        self._faults: Faults = setting.faults
        self._time = time
        self._run = run
        self._accounts = accounts
        self._acts_for = acts_for
        self._tick = tick

    def handle(self, exchange: Exchange) -> Answer:
        """Answer one request, whatever it is. Its effect is committed before the answer is returned."""
        accounts = self._accounts()
        account = accounts.get(_caller(exchange))
        found = protocol.find(exchange, account.region if account is not None else GLOBAL)
        name = found.operation.name if found is not None else ""
        fault = self._faults.take(name, "reset", "html") if found is not None else None
        if fault is not None:
            return Answer(502, _PROXY_PAGE, dict(_HTML), action="reset" if fault.name == "reset" else "send")
        self._tick()
        signer: replies.Signer | None = None
        try:
            if found is None:
                raise Refusal("RESOURCE_NOT_EXISTS", "there is no such interface", status=404)
            if account is not None:
                signer = self._signer(account, exchange)
            call = self._call(exchange, found, accounts)
            if self._faults.take(name, "system_error"):
                raise Refusal("SYSTEM_ERROR", status=500)
            answer = replies.answer(call, self._carry_out(call), self._signer(call.account, exchange))
        except Refusal as error:
            operation = found.operation if found is not None else None
            return replies.refused(operation, error, signer, exchange.header("Accept-Language"))
        fault = self._faults.take(name, *(one for one in {**AFTER, **AFTER_V3} if one != "delay"))
        if fault is not None:
            answer = self._spoilt(answer, call, fault, exchange)
        delay = self._faults.take(name, "delay")
        return answer if delay is None else replace(answer, delay=delay.seconds)

    def _call(self, exchange: Exchange, found: Found, accounts: Mapping[str, Account]) -> Call:
        """Return the call in *exchange*, authenticated and checked. Raises Refusal."""
        incoming.check_headers(exchange)
        sent = incoming.read(exchange, found.operation)
        told = protocol.claim(exchange, sent.signed)
        account = accounts.get(told.mch_id)
        if account is None:
            raise Refusal("SIGN_ERROR", "there is no such mchid", status=401, number="270283348")
        public = protocol.authenticate(exchange, told, account, self._time())
        call = Call(
            account,
            found.operation,
            incoming.document(exchange, found.operation, found.parameters, sent),
            found.region,
            self.platform,
            public,
            sent.files,
            exchange.header("Wechatpay-Serial"),
        )
        return protocol.check(call, found, accounts, self._acts_for)

    def _carry_out(self, call: Call) -> replies.Outcome:
        effect = effects.effects(call.region).get(call.operation.name)
        if effect is None:
            raise Refusal("SYSTEM_ERROR", "the simulator does not carry this operation out", status=500)
        return self._run(lambda book: effect(call, book, self._setting))  # type: ignore[no-any-return]

    def _signer(self, account: Account, exchange: Exchange) -> replies.Signer:
        return replies.Signer(self.platform, account, self._time(), exchange.header("Wechatpay-Serial"))

    def notification_headers(self, pending: PendingNotification) -> dict[str, str]:
        """Return the headers of a notification that is sent now."""
        head = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Mozilla/4.0", "Accept": "*/*"}
        head["Request-ID"] = f"{secrets.token_hex(16).upper()}-0"
        account = self._accounts().get(pending.mch_id)
        if account is None:
            return head
        signed = replies.Signer(self.platform, account, self._time()).headers(pending.body)
        signature = signed["Wechatpay-Signature"]
        if pending.protocol == PROBE:
            signed["Wechatpay-Signature"] = _PROBE + signature[len(_PROBE) :]
        elif pending.forged:
            signed["Wechatpay-Signature"] = wrong(signature)
        return {**head, **signed}

    def _spoilt(self, answer: Answer, call: Call, fault: Fault, exchange: Exchange) -> Answer:
        """Return *answer* as *fault* makes it."""
        if fault.name in ("lost_reply", "hang"):
            return replace(answer, action="reset" if fault.name == "lost_reply" else "hang")
        if fault.name == "truncated":
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        if fault.name == "system_error_after":
            signer = self._signer(call.account, exchange)
            return replies.refused(call.operation, Refusal("SYSTEM_ERROR", status=500), signer)
        headers = dict(answer.headers)
        if fault.name == "unsigned":
            headers = {name: text for name, text in headers.items() if not name.startswith("Wechatpay-")}
        elif "Wechatpay-Signature" not in headers:
            return answer
        elif fault.name == "wrong_sign":
            headers["Wechatpay-Signature"] = wrong(headers["Wechatpay-Signature"])
        elif fault.name == "probe":
            headers["Wechatpay-Signature"] = _PROBE + headers["Wechatpay-Signature"][len(_PROBE) :]
        elif fault.name == "unknown_serial":
            stranger = Platform(self._time)
            stranger.rotate(0)
            headers.update(replies.Signer(stranger, call.account, self._time()).headers(answer.body))
        else:  # stale_answer
            signer = replies.Signer(self.platform, call.account, self._time() - _STALE, call.asked_key)
            headers.update(signer.headers(answer.body))
        return replace(answer, headers=headers)


def wrong(signature: str) -> str:
    """Return another text of the same form as *signature*."""
    return ("A" if signature[0] != "A" else "B") + signature[1:]


def _caller(exchange: Exchange) -> str:
    """Return the merchant number that the Authorization header names, "" without one; nothing is believed of it yet."""
    _, found, rest = exchange.header("Authorization").partition('mchid="')
    return rest.partition('"')[0] if found else ""
