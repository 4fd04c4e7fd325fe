"""A canary key and a canary payment code through everything that prints, logs or leaves: not seen once.

Threats, section 7. What a single module must not show is tested with it; here is the sweep over all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import hashlib
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import CellType, FunctionType, MethodType
from typing import Any

import pytest

import wxpay_v2
from tests import fixtures
from tests.corpus import messages as m
from tests.corpus.cases import CASES, Case
from tests.fixtures import AUTH_CODE, KEY, OTHER_KEY, QUICK, fail, ok, signed, success, to_xml
from tests.test_corpus import DOORS
from wxpay_v2 import flows
from wxpay_v2.aio import AsyncClient
from wxpay_v2.call import Request, Response
from wxpay_v2.client import Client
from wxpay_v2.clock import Clock
from wxpay_v2.errors import Malformed, Rejected, WXPayError
from wxpay_v2.merchant import Merchant
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import Simulator
from wxpay_v2.telemetry import Watch
from wxpay_v2.v2 import catalogue, cipher, doctor, envelope
from wxpay_v2.v2.notification import open_notification
from wxpay_v2.v2.protocol import Protocol
from wxpay_v2.v2.signature import Signer
from wxpay_v2.v3.account import V3Account

KEYS = (KEY, OTHER_KEY, m.KEY, m.OTHER_KEY)
# The MD5 of a key is a key as well: it opens refund notifications, and makes them.
KEYS += tuple(hashlib.md5(key.encode()).hexdigest() for key in KEYS)
CANARIES = (*KEYS, AUTH_CODE)


def hits(text: str | bytes, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """The canaries that stand in *text*."""
    return [one for one in canaries if (one in text if isinstance(text, str) else one.encode() in text)]


def shown(thing: object) -> Iterator[str | bytes]:
    """Everything that *thing* says of itself when it is asked by what programs ask with."""
    for ask in (repr, str, format, ascii, pprint.pformat, lambda thing: f"{thing}", lambda thing: f"{thing!r}"):
        yield ask(thing)
    yield repr([thing])
    with contextlib.suppress(TypeError):
        yield repr(vars(thing))
    for leave in (
        *(partial(pickle.dumps, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        lambda thing: repr(copy.copy(thing)),
        lambda thing: repr(copy.deepcopy(thing)),
        lambda thing: json.dumps(thing),
        lambda thing: json.dumps(thing, default=lambda inner: getattr(inner, "__dict__", repr(inner))),
        lambda thing: repr(thing.__reduce__()),
    ):
        try:
            yield leave(thing)
        except (TypeError, AttributeError, ValueError, pickle.PicklingError, RecursionError) as refused:
            yield repr(refused)


def told(error: BaseException) -> Iterator[str | bytes]:
    """What an error says, and all that is chained to it, with the locals of our own frames."""
    chained: list[BaseException] = [error]
    for one in chained:
        yield from (str(one), repr(one), repr(one.args))
        chained += [inner for inner in (one.__cause__, one.__context__) if inner is not None and inner not in chained]
    yield from shown(error)
    yield "".join(traceback.format_exception(error))


def locals_of_ours(error: BaseException) -> Iterator[str]:
    """The locals of the package's frames, as crash reports print them."""
    seen: BaseException | None = error
    while seen is not None:
        step = seen.__traceback__
        while step is not None:
            if step.tb_frame.f_globals.get("__name__", "").startswith("wxpay_v2"):
                yield repr(step.tb_frame.f_locals)
            step = step.tb_next
        seen = seen.__context__ if seen.__cause__ is None else seen.__cause__


def test_the_canaries_are_found_where_they_are() -> None:
    """Otherwise finding none would prove nothing."""
    assert hits(f"x{KEY}x") == [KEY]
    assert hits(pickle.dumps({"auth_code": AUTH_CODE})) == [AUTH_CODE]
    assert any(hits(text) for text in shown({"key": KEY}))
    assert any(hits(text) for text in told(ValueError(KEY)))
    assert any(hits(text) for text in told(Malformed(KEY)))


# Errors.

QUIET = [case for case in CASES if case.expected != "accept" and case.door != "statement"]


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.name)
def test_s7_no_error_of_the_corpus_shows_a_canary(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(WXPayError) as caught:
        DOORS[case.door](case)
    logging.getLogger("wxpay_v2").error("refused", exc_info=caught.value)
    for text in told(caught.value):
        assert not hits(text)
    for text in locals_of_ours(caught.value):
        assert not hits(text, KEYS)
    assert not hits(caplog.text)


def client(*replies: Any, sign_type: str = "MD5") -> Client:
    return fixtures.client(fixtures.Script(replies), who=fixtures.merchant(sign_type=sign_type), retry=1)


QUICK_PAY: dict[str, Callable[[], object]] = {
    "refused": lambda: client(fail("AUTHCODEEXPIRE")).micropay(**QUICK),
    "unknown": lambda: client(fail("USERPAYING")).micropay(**QUICK),
    "never heard of": lambda: client(fail("BRANDNEW")).micropay(**QUICK),
    "not signed": lambda: client(Response(200, to_xml(success()))).micropay(**QUICK),
    "another key": lambda: client(Response(200, signed(success(), OTHER_KEY))).micropay(**QUICK),
    "echoes the code": lambda: client(Response(200, signed(success(auth_code=AUTH_CODE), OTHER_KEY))).micropay(**QUICK),
    "a page that quotes the code": lambda: client(Response(200, f"<html>{AUTH_CODE}".encode())).micropay(**QUICK),
    "not XML": lambda: client(Response(200, b"<html>")).micropay(**QUICK),
    "HTTP 500": lambda: client(Response(500, b"")).micropay(**QUICK),
    "another order": lambda: client(ok(out_trade_no="T-9")).micropay(**QUICK),
    "body with an emoji": lambda: client().micropay(**{**QUICK, "body": "😀"}),
    "code of the wrong shape": lambda: client().micropay(**{**QUICK, "auth_code": f"{AUTH_CODE}\0"}),
    "code too long": lambda: client().micropay(**{**QUICK, "auth_code": AUTH_CODE * 20}),
    "code as a list": lambda: client().micropay(**{**QUICK, "auth_code": [AUTH_CODE]}),
    "code as a float": lambda: client().micropay(**{**QUICK, "auth_code": float(AUTH_CODE)}),
    "a name that is none": lambda: client().call("pay/micropay", {**QUICK, "a b": "x"}),
    "the same number again": lambda: _twice(client(fail("USERPAYING"), fail("USERPAYING"))),
    "the flow": lambda: flows.quick_pay(client(*[fail("SYSTEMERROR")] * 40), **QUICK),
    "code to openid": lambda: client(fail("AUTHCODEEXPIRE")).auth_code_to_openid(auth_code=AUTH_CODE),
    "outside the catalogue": lambda: client(fail("X")).call("some/where", {"auth_code": AUTH_CODE}),
    "outside the catalogue, a NUL": lambda: client().call("some/where", {"auth_code": f"{AUTH_CODE}\0"}),
}


def _twice(made: Client) -> None:
    with contextlib.suppress(WXPayError):
        made.micropay(**QUICK)
    made.micropay(**{**QUICK, "auth_code": AUTH_CODE[::-1]})


@pytest.mark.parametrize("act", QUICK_PAY.values(), ids=QUICK_PAY)
def test_s7_no_failing_quick_pay_shows_key_or_payment_code(
    act: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(WXPayError) as caught:
        act()
    logging.getLogger("wxpay_v2").exception("refused", exc_info=caught.value)
    for text in told(caught.value):
        assert not hits(text), text
    for text in locals_of_ours(caught.value):
        assert not hits(text)
    assert not hits(caplog.text)
    for record in caplog.records:
        assert not hits(f"{vars(record)!r}"), record
    assert not hits(caught.value.explain())
    assert not hits(pickle.dumps(caught.value))


@pytest.mark.parametrize("act", QUICK_PAY.values(), ids=QUICK_PAY)
def test_s7_a_crash_dump_of_a_failing_quick_pay_shows_no_payment_code(act: Callable[[], object]) -> None:
    """As error reporters print it: every frame but the tests' own, with its locals, of all that is chained."""
    assert not hits(fixtures.crash_report(act))


def test_s7_a_crash_dump_of_an_awaited_quick_pay_shows_no_payment_code() -> None:
    async def pay() -> None:
        async with AsyncClient(fixtures.merchant(), transport=_unreachable, retry=1) as made:
            await made.micropay(**QUICK)

    for act in (pay, _awaited_flow):
        report = fixtures.crash_report(lambda act=act: asyncio.run(act()))  # type: ignore[misc]
        assert "OutcomeUnknown" in report or "InvalidRequest" in report
        assert not hits(report)


async def _awaited_flow() -> None:
    async with AsyncClient(fixtures.merchant(), transport=_unreachable) as made:
        await flows.quick_pay(made, **{**QUICK, "total_fee": "x"})


def test_s7_a_crash_dump_of_a_broken_connection_shows_no_payment_code(tmp_path: Path) -> None:
    """The frames of requests and urllib3 hold the whole message; they are not in what leaves the client."""
    with Simulator(deliver=False) as gateway:
        where = {"base_url": gateway.base_url, "verify": gateway.ca, "retry": 1}
        gateway.faults.add("lost_reply", operation="micropay", times=2)
        code = gateway.gateway.new_payment_code()
        for stop in (False, True):
            if stop:
                where["base_url"] = "https://localhost:9"
            with Client(gateway.merchant, **where) as shop:  # type: ignore[arg-type]
                report = fixtures.crash_report(lambda shop=shop: shop.micropay(**{**QUICK, "auth_code": code}))  # type: ignore[misc]
            assert "NotSent" in report or "OutcomeUnknown" in report
            assert not hits(report, (code, gateway.merchant.api_key.reveal()))


# Everything public, alive.


PUBLIC = (
    "Secret", "Merchant", "Client", "Result", "Event", "error", "Signer", "Protocol", "Request", "sent again",
    "Response", "Cashier", "Retry", "Hosts", "Routes", "Payment", "Certificate", "Certificates", "Watch", "AsyncClient",
    "method", "V3Account", "upgraded Client", "V3Signer",
)  # fmt: skip


async def _unreachable(request: Request) -> Response:
    raise OSError("no route")


@lru_cache(maxsize=1)
def public() -> dict[str, object]:
    """One of everything that a caller can hold, made with canaries. Every public name must be among them."""
    merchant = fixtures.merchant(sign_type="HMAC-SHA256")
    paid = {"out_trade_no": "Q-1", "transaction_id": "42", "total_fee": "100", "time_end": "20261121103000"}
    made = client(ok(openid="oUpF8uMEb4qRXf22hE3X68TekukE", **paid), fail("USERPAYING"))
    result = made.micropay(**QUICK)
    with pytest.raises(WXPayError) as caught:
        made.micropay(**{**QUICK, "out_trade_no": "Q-2"})
    protocol = Protocol(merchant, "global", Clock().now)
    event = open_notification(m.payment(), Merchant(m.APPID, m.MCH_ID, m.KEY), Signer(Secret(m.KEY)))
    request = caught.value.request
    assert request is not None
    assert merchant.certificate is not None
    serial = merchant.certificate.serial
    account = V3Account(serial, fixtures.key_pem(kind="rsa"), OTHER_KEY, merchant_category_code="5812")
    return {
        "V3Account": account,
        "upgraded Client": Client(merchant, transport=lambda request: Response(500, b""), upgrade=account),
        "V3Signer": account.signer("1900000109"),
        "Secret": merchant.api_key,
        "Merchant": merchant,
        "Client": made,
        "Result": result,
        "Event": event,
        "error": caught.value,
        "Signer": protocol.signer,
        "Protocol": protocol,
        "Request": request,
        "sent again": request.sent_to("https://elsewhere.example", (1.0, 1.0)),
        "Response": Response(200, QUICK["auth_code"].encode() + KEY.encode()),
        "Cashier": made.cashier,
        "Retry": made.retry,
        "Hosts": made.routes.hosts(catalogue.find("micropay")),
        "Routes": made.routes,
        "Payment": event.paid(**m.ORDER),  # type: ignore[arg-type]
        "Certificate": merchant.certificate,
        "Certificates": merchant.certificates,
        "Watch": Watch(request, "global", float),
        "AsyncClient": AsyncClient(merchant, transport=_unreachable),
        "method": made.micropay,
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_s7_nothing_public_shows_a_canary(name: str) -> None:
    for text in shown(public()[name]):
        assert not hits(text), text


def test_s7_every_public_name_is_swept() -> None:
    exported = {name: getattr(wxpay_v2, name) for name in wxpay_v2.__all__}
    errors = {name for name, kind in exported.items() if isinstance(kind, type) and issubclass(kind, WXPayError)}
    harmless = {"AsyncSession", "Clock", "ManualClock", "flows", "upgrade"}
    assert set(public()) == set(PUBLIC)
    assert set(exported) - errors - harmless - set(PUBLIC) == set()


def held(thing: object) -> Iterator[object]:
    """What an object of the package holds: attributes, slots, closures, containers; a Secret is not opened."""
    todo, seen = [thing], set()
    while todo:
        item = todo.pop()
        if id(item) in seen or isinstance(item, Secret):
            continue
        seen.add(id(item))
        yield item
        if isinstance(item, dict):
            todo += [*item.keys(), *item.values()]
        elif isinstance(item, (list, tuple, set, frozenset)):
            todo += list(item)
        elif isinstance(item, (FunctionType, MethodType, CellType)) or type(item).__module__.startswith("wxpay_v2"):
            own = getattr(item, "__dict__", None)
            todo += [one for one in gc.get_referents(item) if one is own or not isinstance(one, (type, dict))]


@pytest.mark.parametrize("name", ["Merchant", "Client", "Signer", "Protocol", "Cashier", "Event"])
def test_s7_the_key_lies_in_clear_nowhere_but_in_its_secret(name: str) -> None:
    items = list(held(public()[name]))
    assert not [item for item in items if isinstance(item, (str, bytes)) and hits(item, KEYS)]
    assert len(items) > 2
    for attribute in ("__getstate__", "__getnewargs__"):  # what some serialisers ask instead of pickling
        state = getattr(public()[name], attribute, lambda: None)
        with contextlib.suppress(TypeError):
            assert not hits(repr(state()), KEYS)


def test_s7_the_search_for_a_key_in_clear_finds_one() -> None:
    class Careless:
        __module__ = "wxpay_v2.careless"

        def __init__(self) -> None:
            self.inner = [{"x": (KEY,)}]

    assert KEY in list(held(Careless()))


# Messages that go out, and what the helpers tell.


def test_s7_no_message_holds_the_key() -> None:
    for sign_type in ("MD5", "HMAC-SHA256"):
        signer = Signer(Secret(KEY), sign_type)
        assert not hits(envelope.seal({"a": "1", "auth_code": "x"}, signer))
        assert not hits(str(signer.sign({"a": "1"})))
    assert not hits(cipher.encrypt(b"x", Secret(KEY)))


def test_s7_the_doctor_shows_no_key_whatever_it_is_asked() -> None:
    fields = {"body": "Tea", "auth_code": AUTH_CODE, "nonce_str": "x"}
    assert not hits(doctor.masked_text(fields))
    for sign in ("", "x", "0" * 32, "0" * 64, KEY, m.sign(fields, OTHER_KEY), m.sign(fields, KEY)):
        for sign_type in ("MD5", "HMAC-SHA256"):
            assert not hits(repr([str(one) for one in doctor.causes({**fields, "sign": sign}, Secret(KEY), sign_type)]))


@pytest.mark.parametrize("body", [b"", b"<xml/>", m.payment(m.OTHER_KEY), m.refund(m.OTHER_KEY), m.payment(mch_id="1")])
def test_s7_a_refused_notification_shows_no_key(body: bytes) -> None:
    who = Merchant(m.APPID, m.MCH_ID, m.KEY)
    with pytest.raises(Rejected) as caught:
        open_notification(body, who, Signer(who.api_key))
    for text in (*told(caught.value), *locals_of_ours(caught.value)):
        assert not hits(text)


# The log at DEBUG, over real sockets.


def test_s7_a_day_at_the_counter_leaves_no_canary_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("wxpay_v2", "urllib3", "requests", "asyncio", "aiohttp"):
        caplog.set_level(logging.DEBUG, logger=name)
    with Simulator(deliver=False) as gateway:
        code = gateway.gateway.new_payment_code()
        with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as shop:
            paid = shop.micropay(**{**QUICK, "auth_code": code, "out_trade_no": "C-1"})
            shop.order_query(out_trade_no="C-1")
            shop.refund(out_trade_no="C-1", out_refund_no="CR-1", total_fee=100, refund_fee=40)
            for wrong in ({"auth_code": code[::-1]}, {"auth_code": f"{code}\0"}):
                with pytest.raises(WXPayError) as caught:
                    shop.micropay(**{**QUICK, **wrong, "out_trade_no": "C-2"})
                logging.getLogger("wxpay_v2").exception("refused", exc_info=caught.value)
        canaries = (gateway.merchant.api_key.reveal(), code, code[::-1], paid["openid"], paid["sign"])
    assert len([record for record in caplog.records if record.name == "wxpay_v2"]) >= 5
    for record in caplog.records:
        assert not hits(f"{record.getMessage()} {record.args!r} {record.exc_text}", canaries), record
    assert not hits(caplog.text, canaries)


def test_s7_a_request_is_logged_and_its_payment_code_is_not() -> None:
    request = Request("POST", "/pay/micropay", b"body", fields=dict(QUICK))  # type: ignore[arg-type]
    assert "Q-1" in repr(request)
    assert not hits(repr(request))
