"""Bytes to bytes: a message built and signed, a message read and verified."""

from __future__ import annotations

import os

import limits
import peers
from messages import ALGORITHMS, API_KEY, APPID, MCH_ID, SUB_MCH_ID, order_fields, query_fields, reply, signer
from race import Runner, race
from report import Row

from wxpay_v2 import Merchant
from wxpay_v2.clock import ManualClock
from wxpay_v2.v2 import catalogue, envelope
from wxpay_v2.v2.protocol import Protocol

_IDS = {"appid": APPID, "mch_id": MCH_ID, "sub_mch_id": SUB_MCH_ID}


def rows(rounds: int) -> list[Row]:
    """Return the rows of building, then those of reading."""
    return [*_building(rounds), *_reading(rounds)]


def _building(rounds: int) -> list[Row]:
    found: list[Row] = []
    jobs = (("order, 18 fields", "unified_order", order_fields, 4.0), ("order query", "order_query", query_fields, 6.0))
    for job, operation, fields_for, aim in jobs:
        for algorithm in ALGORITHMS:
            runners = build_runners(operation, fields_for(algorithm), algorithm)
            _agree(runners, algorithm)
            laps = race(runners, rounds=rounds)
            found += [
                Row.of(f"build + sign {job}, {algorithm}", "wechatpy", laps, aim=aim),
                Row.of("the same, every field validated", "wechatpy", laps, ours="checked"),
            ]
    return found


def build_runners(operation: str, given: dict[str, str], algorithm: str) -> dict[str, Runner]:
    """Return who builds *operation* from the caller's *given* fields: ids and a fresh nonce are added by everyone.

    "ours" is the envelope alone, as no peer knows the fields' rules; "checked" is what a client's method does.
    """
    ours = signer(algorithm)
    pay, unused = peers.wechatpy(), peers.WECHATPY_UNUSED[operation]
    limit = limits.builder(_IDS, tuple(given), algorithm, API_KEY)
    merchant = Merchant(APPID, MCH_ID, API_KEY, sub_mch_id=SUB_MCH_ID, sign_type=algorithm)
    protocol, row = Protocol(merchant, "global", ManualClock(1772331300).now), catalogue.find(operation)
    return {
        "ours": lambda: envelope.seal({**_IDS, **given, "nonce_str": os.urandom(16).hex()}, ours),
        "checked": lambda: protocol.request(row, given, os.urandom(16).hex()).body,
        "wechatpy": lambda: peers.wechatpy_build(pay, given, unused),
        "limit": lambda: limit(given),
    }


def _agree(runners: dict[str, Runner], algorithm: str) -> None:
    """Raise unless everyone's message opens with our key and says the same; a benchmark of wrong answers is none."""
    said = set()
    for runner in runners.values():
        body = runner()
        assert isinstance(body, bytes)
        fields = envelope.unseal(body, signer(algorithm))
        assert len(fields.pop("nonce_str")) == 32
        del fields["sign"]
        said.add(tuple(sorted(fields.items())))
    assert len(said) == 1, said


def _reading(rounds: int) -> list[Row]:
    found: list[Row] = []
    for between, how, aimed in (("\n", "", True), ("", ", on one line", False)):
        runners = open_runners(reply(between))
        assert runners["ours"]() == runners["limit"]() == runners["wechatpy"]()
        laps = race(runners, rounds=rounds)
        job = f"read + verify, 20 fields{how}"
        found.append(Row.of(job, "wechatpy", laps, aim=3.4 if aimed else None))
        found.append(Row.of(job, "weixin-python", laps, aim=1.2 if aimed else None))
    return found


def open_runners(body: bytes) -> dict[str, Runner]:
    """Return who reads and verifies *body*."""
    ours = signer("MD5")
    pay, weixin = peers.wechatpy(), peers.weixin_python()
    limit = limits.opener(body, "MD5", API_KEY)
    return {
        "ours": lambda: envelope.unseal(body, ours),
        "wechatpy": lambda: peers.wechatpy_open(pay, body),
        "weixin-python": lambda: peers.weixin_python_open(weixin, body),
        "limit": lambda: limit(body),
    }
