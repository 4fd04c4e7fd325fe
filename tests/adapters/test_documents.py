"""What the how-to pages show, run as it stands there."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import django.test
import flask
import pytest
from sqlalchemy import text

from tests.adapters.shop import SUCCESS
from tests.adapters.test_servers import asgi_call, called_by
from tests.corpus import messages as m
from tests.fixtures import Script, to_xml
from wxpay_v2 import Client
from wxpay_v2.adapters import waiting
from wxpay_v2.adapters.endpoint import Answer
from wxpay_v2.call import Response
from wxpay_v2.v2.catalogue import notifications

PAGES = Path(__file__).resolve().parents[2] / "docs" / "howto"
SETTINGS = f'[merchant]\nappid = "{m.APPID}"\nmch_id = "{m.MCH_ID}"\napi_key = "{m.KEY}"\n'
NUMBER = m.PAYMENT["out_trade_no"]


def examples(page: str) -> dict[str, str]:
    """The Python examples of a page, by the heading they stand under."""
    found = {}
    sections = re.split(r"^(.+)\n[=-]{3,}$", (PAGES / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for heading, body in zip(sections[1::2], sections[2::2], strict=True):
        for block in re.findall(r"\.\. code-block:: python\n\n((?:   .*\n|\n)+)", body):
            found[heading.split(",")[0]] = re.sub(r"^   ", "", block, flags=re.MULTILINE)
    return found


def run(source: str, name: str) -> ModuleType:
    module = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own pages
    return module


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module `shop` of the page, in a folder of its own, with one order."""
    monkeypatch.chdir(tmp_path)
    Path("wxpay_v2.toml").write_text(SETTINGS, encoding="utf-8")
    module: Any = run(examples("notifications.rst")["The shop"], "shop")
    monkeypatch.setitem(sys.modules, "shop", module)
    with module.tables.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES (:number, 100, 'HKD', 'waiting', 0)"), {"number": NUMBER})
    yield module
    module.tables.dispose()
    module.endpoint._bookings.close()
    module.client.close()


def state(shop: Any) -> str:
    with shop.tables.connect() as connection:
        return str(connection.execute(text("SELECT state FROM orders")).scalar())


def flask_page(page: ModuleType) -> Answer:
    app: flask.Flask = page.app
    got = app.test_client().post("/wxpay/notify", data=m.payment(), headers={"content-type": "text/xml"})
    return Answer(got.status_code, (), got.data)


def django_page(page: ModuleType) -> Answer:
    with django.test.override_settings(ROOT_URLCONF=page):
        client = django.test.Client(enforce_csrf_checks=True)
        got = client.generic("POST", "/wxpay/notify", m.payment(), content_type="text/xml")
        return Answer(got.status_code, (), got.content)


def fastapi_page(page: ModuleType) -> Answer:
    return asyncio.run(asgi_call(page.app, "POST", [m.payment()], "/wxpay/notify"))


def wsgi_page(page: ModuleType) -> Answer:
    return called_by(page.application, m.payment())


@pytest.mark.parametrize(
    ("heading", "posted"),
    [("Flask", flask_page), ("Django", django_page), ("FastAPI", fastapi_page), ("Any WSGI server", wsgi_page)],
)
def test_the_page_shows_what_runs(shop: Any, heading: str, posted: Any) -> None:
    page = run(examples("notifications.rst")[heading], "page")
    answer = posted(page)
    assert (answer.status, answer.body) == (200, SUCCESS)
    assert state(shop) == "paid"


def test_the_pages_shop_asks_about_a_refund(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Answering:
        def refund_query(self, **fields: str) -> dict[str, str]:
            asked.append(fields)
            return {"refund_status_0": "SUCCESS"}

        def close(self) -> None:
            pass

    monkeypatch.setattr(shop, "client", Answering())
    assert shop.endpoint.handle("POST", m.refund()).body == SUCCESS
    assert asked == [{"out_refund_no": m.REFUND_INNER["out_refund_no"]}]
    assert state(shop) == "refund SUCCESS"


def test_the_page_shows_how_to_look_at_what_is_left(shop: Any, capsys: Any) -> None:
    shop.endpoint.handle("POST", m.payment())
    shop.endpoint.handle("POST", m.payment(transaction_id="4200002"))
    page: Any = run(examples("booking.rst")["Look at what is left"], "page")
    assert "alarm T-20261121-1 4200002 double payment" in capsys.readouterr().out
    assert page.bookings.unresolved() == []
    page.bookings.close()


def test_the_page_shows_how_to_wait(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(**fields: str) -> Response:
        head = {"return_code": "SUCCESS", "result_code": "SUCCESS", "appid": m.APPID, "mch_id": m.MCH_ID}
        return Response(200, to_xml(m.signed({**head, "nonce_str": "n", "out_trade_no": NUMBER, **fields})))

    script = Script([reply(trade_state="NOTPAY"), reply(), reply(trade_state="CLOSED", trade_state_desc="closed")])
    monkeypatch.setattr(shop, "client", Client(shop.client.merchant, transport=script))
    page: Any = run(examples("booking.rst")["When no notification comes"], "page")
    since = page.one_round(0.0)
    assert state(shop) == "closed"
    assert script.paths == ["/pay/orderquery", "/pay/closeorder", "/pay/orderquery"]
    assert page.one_round(since) >= since


def test_the_pages_round_goes_on_when_one_order_fails(shop: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    page: Any = run(examples("booking.rst")["When no notification comes"], "page")
    asked = []

    def ask(client: Any, endpoint: Any, order: Any, *, end: bool) -> None:
        asked.append(order.out_trade_no)
        if order.out_trade_no == "T-1":
            raise RuntimeError("the printer is out of paper")

    orders = [waiting.Unpaid(number, 100, "HKD", 0.0) for number in ("T-1", "T-2")]
    monkeypatch.setattr(page, "unpaid", lambda: orders)
    monkeypatch.setattr(page.waiting, "ask", ask)
    assert page.one_round(0.0) > 0
    assert asked == ["T-1", "T-2"]
    assert "out of paper" in caplog.text


def test_the_page_names_every_event_of_the_log() -> None:
    source = (PAGES.parents[1] / "wxpay_v2" / "adapters" / "endpoint.py").read_text(encoding="utf-8")
    page = (PAGES / "notifications.rst").read_text(encoding="utf-8")
    events = set(re.findall(r'"(notification\.[a-z]+)"', source)) | {"notification.booked", "notification.duplicate"}
    assert events == set(re.findall(r"^``(notification\.[a-z]+)``", page, re.MULTILINE))


def test_the_schedule_that_the_page_tells_is_the_catalogues() -> None:
    assert notifications.RETRY_SECONDS[:6] == (15, 15, 30, 180, 600, 1200)
    assert notifications.ANSWER_SECONDS == 5
