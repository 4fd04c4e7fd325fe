"""The how-to pages about modes, quick pay and refunds: their examples, run as they stand, against the simulator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import AUTH_CODE
from tests.pages import ROOT, blocks, page, run
from wxpay_v2 import Client, ManualClock, Merchant, OutcomeUnknown, flows
from wxpay_v2.clock import BEIJING
from wxpay_v2.simulator import Simulator

INSTITUTION, QUICK_PAY, REFUNDS = (f"docs/howto/{name}.rst" for name in ("institution", "quick_pay", "refunds"))
ORDER = {
    "body": "Tea", "total_fee": 100, "fee_type": "HKD", "trade_type": "NATIVE", "product_id": "tea",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
}  # fmt: skip


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def gateway(wxpay_certificates: Path, clock: ManualClock) -> Iterator[Simulator]:
    with Simulator(directory=wxpay_certificates, clock=clock, deliver=False) as running:
        yield running


@pytest.fixture
def client(gateway: Simulator, clock: ManualClock) -> Iterator[Client]:
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca, clock=clock) as client:
        yield client


def at_hand(client: Client, **more: Any) -> dict[str, Any]:
    """The names that the pages take for granted."""
    return {"client": client, "Client": Client, "Merchant": Merchant, "flows": flows, **more}


# Institutions.


def test_each_mode_has_its_merchant() -> None:
    names = run(blocks(INSTITUTION, "python")[0], {"key": "192006250b4c09247ec02edce69f6a2d"})
    modes = [names[name].mode for name in ("direct", "institution", "provider")]
    assert modes == ["direct", "institution", "service_provider"]
    assert [names["institution"].mode_in(region) for region in ("global", "mainland")] == modes[1:]


def test_every_sub_merchant_has_a_client(
    wxpay_certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "certs").symlink_to(wxpay_certificates)
    names = run(blocks(INSTITUTION, "python")[1], {"key": "192006250b4c09247ec02edce69f6a2d", "Merchant": Merchant})
    assert {number: made.merchant.sub_mch_id for number, made in names["clients"].items()} == {
        number: number for number in ("1900000110", "1900000111")
    }
    for made in names["clients"].values():
        made.close()


def test_orders_of_an_institution_name_the_payer_by_where_he_logged_in(wxpay_certificates: Path) -> None:
    own, theirs, mini_program_and_app = blocks(INSTITUTION, "python")[2:5]
    app = {"sub_appid": "wx9999999999999999"}
    with Simulator(directory=wxpay_certificates, settings=app, deliver=False) as gateway:
        known = gateway.merchant
        merchant = Merchant(
            known.appid, known.mch_id, known.api_key, sub_mch_id=known.sub_mch_id, sign_type=known.sign_type
        )
        with Client(merchant, base_url=gateway.base_url, verify=gateway.ca) as client:
            payer = {"payer_ip": "203.0.113.7", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
            names = at_hand(client, **payer, sub_openid="o9pF8uMuAJO_M2pxb1Q9zNjWeS6o")
            run(own, names)
            assert names["parameters"]["appId"] == merchant.appid
            run(theirs, names)
            assert names["parameters"]["appId"] == app["sub_appid"]
            run(mini_program_and_app, names)
            assert (names["parameters"]["partnerid"], names["parameters"]["appid"]) == ("1900000110", app["sub_appid"])
            for number in ("T-1", "T-2", "T-3"):
                gateway.pay(number)
            assert client.order_query(out_trade_no="T-1")["openid"] == names["openid"]
            assert client.order_query(out_trade_no="T-2")["sub_openid"] == names["sub_openid"]


def test_an_institution_refunds_and_reads_the_statements_of_one_and_of_all(
    gateway: Simulator, client: Client, clock: ManualClock
) -> None:
    asking, statements = blocks(INSTITUTION, "python")[5:7]
    client.unified_order(**ORDER, out_trade_no="T-1")
    gateway.pay("T-1")
    today = f"{clock.now().astimezone(BEIJING):%Y%m%d}"
    run(asking, at_hand(client))
    gateway.advance(36 * 3600)
    names = run(statements.replace("20260301", today), at_hand(client))
    for statement in ("one", "all_of_them"):
        assert [row["out_trade_no"] for row in names[statement]] == ["T-1", "T-1"]


def test_each_mode_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    run(blocks(INSTITUTION, "python")[7], {"Client": Client})
    assert capsys.readouterr().out.splitlines() == [
        "direct 1900000109 - SUCCESS",
        "institution 1900000109 1900000110 SUCCESS",
        "service_provider 1900000109 1900000110 SUCCESS",
    ]


def test_the_rules_that_the_page_names_exist() -> None:
    rules = set(re.findall(r"``(\w+\.\w+)``", page(INSTITUTION))) - {"cashier.mini_program", "cashier.app"}
    assert rules == {"mode.mch_id", "mode.field", "mode.operation", "mode.region"}
    source = (ROOT / "wxpay_v2/access/modes.py").read_text(encoding="utf-8")
    assert all(f'"{rule}"' in source for rule in rules)


# Quick pay.


def test_a_code_is_charged_and_the_till_is_told(
    gateway: Simulator, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    written, shown, kept = [], [], []
    names = at_hand(
        client, write_the_number_down=written.append, show_on_the_display=shown.append,
        remember_to_query_and_reverse=kept.append, scanned=gateway.gateway.new_payment_code(),
    )  # fmt: skip
    charge = blocks(QUICK_PAY, "python")[0]
    run(charge, names)
    assert capsys.readouterr().out.startswith("paid 4")
    assert (written, shown, kept) == (["T-2"], ["sent"], [])
    gateway.faults.add("reset", times=99)
    run(charge.replace("T-2", "T-4"), names | {"scanned": AUTH_CODE})
    assert kept == [{"out_trade_no": "T-4"}]


def test_after_a_crash_a_payment_is_settled(gateway: Simulator, client: Client) -> None:
    settle = run(blocks(QUICK_PAY, "python")[1], at_hand(client))["settle"]
    charge = {"body": "Tea", "total_fee": 100, "fee_type": "HKD", "spbill_create_ip": "203.0.113.7"}
    client.micropay(**charge, out_trade_no="T-5", auth_code=gateway.gateway.new_payment_code())
    with pytest.raises(OutcomeUnknown):
        code = gateway.gateway.new_payment_code(needs_password=True)
        client.micropay(**charge, out_trade_no="T-6", auth_code=code)
    gateway.advance(60)
    assert [settle(number) for number in ("T-5", "T-6", "T-7")] == [True, False, False]
    assert client.order_query(out_trade_no="T-6")["trade_state"] == "REVOKED"


def test_a_test_of_a_payer_who_types_no_password_takes_no_time(capsys: pytest.CaptureFixture[str]) -> None:
    run(blocks(QUICK_PAY, "python")[2], {})
    assert capsys.readouterr().out == "False True\n"


# Refunds.


def test_a_refund_is_followed_and_an_unknown_one_kept(
    gateway: Simulator, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, careful = blocks(REFUNDS, "python")
    client.unified_order(**ORDER, out_trade_no="T-1")
    gateway.pay("T-1")
    kept: list[dict[str, Any]] = []
    names = at_hand(client, keep_for_later=kept.append)
    run(plain, names)
    assert capsys.readouterr().out == "SUCCESS\n"
    gateway.faults.add("lost_reply", operation="refund", times=3)
    gateway.faults.add("html", operation="refund_query", times=9)
    run(careful, names)
    assert kept == [{"out_trade_no": "T-1", "out_refund_no": "R-2", "total_fee": 100, "refund_fee": 20}]
    gateway.faults.clear()
    run(careful.replace('"refund_fee": 20', '"refund_fee": 90').replace("R-2", "R-3"), names)
    assert len(kept) == 1
    assert capsys.readouterr().out.split()[0] in ("NOTENOUGH", "ERROR", "INVALID_REQUEST")
