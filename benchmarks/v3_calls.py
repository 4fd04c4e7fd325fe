"""Whole calls of API v3: an order of the mainland on a kept connection; what the shim adds; the key's first use."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import calls
import v3_codec
import v3_messages as messages
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from messages import APPID, MCH_ID
from race import Laps, Runner, race
from report import Row
from requests import PreparedRequest, Request
from requests.structures import CaseInsensitiveDict
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from wxpay_v2 import Client
from wxpay_v2.call import Response
from wxpay_v2.v2 import catalogue

SYNC, TWIN, DIRECT = "wechatpayv3", "wechatpayv3, async", "a direct call of v3"
ALLOWED = 60e-6
"""Seconds of CPU that the shim may add to a call."""
_ACCOUNTS = 7


def rows(rounds: int) -> list[Row]:
    """Return the rows of whole calls, of the shim, and of the private key."""
    return [*_kept(rounds), *_shim(rounds), _first_use()]


def _kept(rounds: int) -> list[Row]:
    with calls.gateway(messages.PLACED, messages.signed(messages.PLACED)) as where, _twin(where) as twin:
        client = _client(base_url=where.base_url, verify=where.ca)
        runners: dict[str, Runner] = {
            "ours": _direct(client),
            "shim": lambda: client.unified_order(**messages.ORDER),
            SYNC: _sync(where),
            TWIN: twin,
            "limit": _by_hand(where, _document(client)),
        }
        _agree(runners)
        laps = race(runners, rounds=rounds, calls=6)
    area = "v3: order on a kept connection"
    return [
        Row.of(area, SYNC, laps, aim=25),
        Row.of(area, TWIN, laps, aim=1.8),
        Row.of("the same, by the wall clock", TWIN, laps, clock="wall"),
        Row.of("the same, made as a call of v2", TWIN, laps, ours="shim"),
    ]


def _shim(rounds: int) -> list[Row]:
    """Return the shim beside a direct call with the same document; the transport answers at once, RSA is counted."""
    headers = {name.lower(): text for name, text in messages.signed(messages.PLACED).items()}
    answer = Response(200, messages.PLACED, headers)
    client = _client(transport=lambda request: answer)
    runners: dict[str, Runner] = {"ours": lambda: client.unified_order(**messages.ORDER), DIRECT: _direct(client)}
    _agree(runners)
    laps = race(runners, rounds=rounds)
    added = median(shim - direct for shim, direct in zip(laps.cpu["ours"], laps.cpu[DIRECT], strict=True))
    return [
        Row.of("an order of v2 carried by v3, no network", DIRECT, laps),
        Row("what the shim adds to it", "allowed", ALLOWED, added, aim=1.0),
    ]


def _first_use() -> Row:
    """Return what the first signature of an account takes, in which its key is loaded, beside every later one."""
    laps = Laps(["first", "later"])
    for _ in range(_ACCOUNTS):
        signer = messages.account().signer(MCH_ID)
        for name in ("first", "later"):
            started = time.process_time()
            signer.sign(b"text")
            laps.cpu[name].append(time.process_time() - started)
    return Row.of("v3: a signature with a loaded key", "first", laps, ours="later")


def _client(**settings: Any) -> Client:
    return Client(messages.merchant(), region="mainland", upgrade=messages.account(), **settings)


def _prepared(client: Client) -> Any:
    assert client.upgraded is not None
    return client.upgraded.prepare(catalogue.find("unified_order"), messages.ORDER, "n" * 32)


def _document(client: Client) -> dict[str, Any]:
    """Return the document that the shim makes of the order, which everyone sends."""
    document: dict[str, Any] = _prepared(client).document
    return document


def _direct(client: Client) -> Runner:
    prepared, upgraded = _prepared(client), client.upgraded
    assert upgraded is not None
    make_call = upgraded.v3.make_call
    return lambda: client.carry(make_call(prepared.row, prepared.document, client.retry, client.routes)).document


def _agree(runners: dict[str, Runner]) -> None:
    """Raise unless everyone gets the address that the payer's phone opens."""
    placed = json.loads(messages.PLACED)["code_url"]
    for name, runner in runners.items():
        answer = runner()
        told = json.loads(answer[1]) if isinstance(answer, tuple) else answer
        assert isinstance(told, dict) and told["code_url"] == placed, name


def _order() -> dict[str, Any]:
    """Return the arguments under which wechatpayv3 makes the same document."""
    document = _document(_client())
    names = ("description", "out_trade_no", "amount", "attach", "goods_tag", "scene_info", "notify_url")
    return {name: document[name] for name in names if name in document}


def _sync(where: calls.Gateway) -> Runner:
    pay, order = v3_codec.peer(), _order()
    pay._core._gate_way = where.base_url
    return lambda: pay.pay(**order)


@contextmanager
def _twin(where: calls.Gateway) -> Iterator[Runner]:
    """Have wechatpayv3's asynchronous client, which keeps its connection, in an event loop of its own."""
    order, loop = _order(), asyncio.new_event_loop()
    pay = AsyncWeChatPay(
        WeChatPayType.NATIVE, MCH_ID, messages.private_pem("merchant").decode(), messages.SERIAL, APPID,
        messages.V3_KEY, messages.NOTIFY, public_key=messages.public_pem("platform").decode(),
        public_key_id=messages.PUBLIC_ID, timeout=(3, 10),
    )  # fmt: skip
    pay._core._gate_way = where.base_url
    loop.run_until_complete(pay.__aenter__())
    try:
        yield lambda: loop.run_until_complete(pay.pay(**order))
    finally:
        loop.run_until_complete(pay.__aexit__(None, None, None))
        loop.close()


def _by_hand(where: calls.Gateway, document: dict[str, Any]) -> Callable[[], object]:
    """Return a function that signs, sends and verifies the order by hand through an adapter of requests."""
    key, public = messages.key("merchant"), messages.key("platform").public_key()
    padding, digest, adapter = PKCS1v15(), SHA256(), calls._limit(where)
    template = Request("POST", where.base_url + messages.PATH, data=b"-").prepare()
    head = f'WECHATPAY2-SHA256-RSA2048 mchid="{MCH_ID}",serial_no="{messages.SERIAL}",'

    def call() -> object:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        stamp, nonce = str(int(time.time())), os.urandom(16).hex()
        text = f"POST\n{messages.PATH}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        made = base64.b64encode(key.sign(text, padding, digest)).decode()
        prepared = PreparedRequest()
        prepared.method, prepared.url, prepared.hooks, prepared.body = "POST", template.url, template.hooks, body
        prepared.headers = CaseInsensitiveDict({
            "Accept": "application/json", "User-Agent": "by hand", "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Authorization": f'{head}nonce_str="{nonce}",timestamp="{stamp}",signature="{made}"',
        })  # fmt: skip
        reply = adapter.send(prepared, stream=True, timeout=(3.0, 10.0))
        answer, told = reply.raw.read(), reply.headers
        signed = f"{told['Wechatpay-Timestamp']}\n{told['Wechatpay-Nonce']}\n".encode() + answer + b"\n"
        public.verify(base64.b64decode(told["Wechatpay-Signature"]), signed, padding, digest)
        return json.loads(answer)

    return call
