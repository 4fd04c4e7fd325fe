"""A shadow run never changes what the caller gets, never sends twice what is no read, and never keeps him waiting."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import AUTH_CODE
from wxpay_v2 import Client, ConfigurationError, InvalidRequest, OutcomeUnknown, Refused
from wxpay_v2.call import Request, Response
from wxpay_v2.errors import Malformed
from wxpay_v2.migration import shadowing
from wxpay_v2.migration.shadow import Shadow
from wxpay_v2.migration.shadow_report import entries, report
from wxpay_v2.operation import READ
from wxpay_v2.result import Result
from wxpay_v2.simulator import Simulator
from wxpay_v2.simulator.transport import transport
from wxpay_v2.v2 import catalogue

NUMBER = "T-123456"
ORDER = {
    "body": "Tea", "out_trade_no": NUMBER, "total_fee": 1250, "fee_type": "HKD", "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay", "product_id": "tea",
}  # fmt: skip

Hook = Callable[[Request], "Response | None"]


class World:
    """A gateway without sockets, what each of the two clients sent to it, and what the shadow told."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.sent: dict[str, list[str]] = {"v2": [], "v3": []}
        self.before: dict[str, Hook] = {}
        self.entries: list[dict[str, Any]] = []

    def client(self, side: str) -> Client:
        send = transport(self.simulator.gateway)

        def noted(request: Request) -> Response:
            self.sent[side].append(request.path)
            told = self.before[side](request) if side in self.before else None
            return told if told is not None else send(request)

        upgrade = self.simulator.v3_account if side == "v3" else None
        return Client(self.simulator.merchant, transport=noted, upgrade=upgrade, clock=self.simulator.clock, retry=1)

    def shadow(self, **settings: Any) -> Shadow:
        return Shadow(self.client("v2"), self.client("v3"), **{"record": self.entries.append, **settings})


@pytest.fixture
def world(wxpay_certificates: Path) -> Iterator[World]:
    with Simulator(directory=wxpay_certificates, deliver=False) as simulator:
        yield World(simulator)


@pytest.fixture
def placed(world: World) -> World:
    world.client("v2").unified_order(**ORDER)
    world.sent["v2"].clear()
    return world


def test_reads_are_made_twice_and_found_equal(placed: World) -> None:
    placed.simulator.pay(NUMBER)
    with placed.shadow() as shadow:
        told = shadow.order_query(out_trade_no=NUMBER)
        shadow.call("pay/orderquery", {"out_trade_no": NUMBER})
    assert told["trade_state"] == "SUCCESS"
    assert [entry["verdict"] for entry in placed.entries] == ["known", "known"]
    assert all(one["reason"] for one in placed.entries[0]["differences"])
    assert placed.entries[0]["numbers"] == {"out_trade_no": NUMBER}
    assert shadow.counts() == {("order_query", "known"): 2}


def test_what_is_no_read_is_never_sent_twice(world: World) -> None:
    with world.shadow() as shadow:
        shadow.unified_order(**ORDER)
        shadow.close_order(out_trade_no=NUMBER)
    assert world.sent == {"v2": ["/pay/unifiedorder", "/pay/closeorder"], "v3": []}
    assert [entry["verdict"] for entry in world.entries] == ["translated", "translated"]
    assert world.entries[0]["lost"] == ["product_id"]
    (finding,) = report(world.entries).findings
    assert (finding.level, finding.message) == ("warning", "product_id is sent, and lost over API v3")


def test_a_call_that_v3_cannot_carry_is_told(world: World) -> None:
    with world.shadow() as shadow:
        shadow.report(
            interface_url="https://api.mch.weixin.qq.com/pay/unifiedorder", execute_time_="100", return_code="SUCCESS",
            result_code="SUCCESS", user_ip="203.0.113.7",
        )  # fmt: skip
    (entry,) = world.entries
    assert (entry["verdict"], bool(entry["reason"])) == ("not carried", True)


def test_a_read_that_v3_does_not_have_is_told_as_such(world: World) -> None:
    world.before["v2"] = lambda request: Response(500, b"", {})
    with world.shadow() as shadow, pytest.raises(OutcomeUnknown):
        shadow.query_exchange_rate(fee_type="USD", date="20260301")
    (entry,) = world.entries
    assert (entry["verdict"], bool(entry["reason"])) == ("not carried", True)
    assert report(world.entries).findings[0].message == entry["reason"]


def test_the_callers_error_is_v2s_own_and_compared_with_v3s(world: World) -> None:
    with world.shadow() as shadow, pytest.raises(Refused) as error:
        shadow.order_query(out_trade_no="NONE-1")
    assert error.value.err_code == "ORDERNOTEXIST"
    assert [(entry["verdict"], entry["v2"], entry["v3"]) for entry in world.entries] == [
        ("equal", "refused", "refused")
    ]


def test_an_unknown_outcome_stays_the_callers_own(placed: World) -> None:
    placed.before["v2"] = lambda request: Response(200, b"<html>", {})
    with placed.shadow() as shadow, pytest.raises(OutcomeUnknown):
        shadow.order_query(out_trade_no=NUMBER)
    assert [(entry["verdict"], entry["v2"]) for entry in placed.entries] == [("only v2 failed", "unknown")]


def test_what_was_never_sent_is_not_watched(world: World) -> None:
    with world.shadow() as shadow, pytest.raises(InvalidRequest):
        shadow.order_query()
    assert (world.entries, world.sent["v3"]) == ([], [])


def test_a_difference_nobody_explains_is_told_with_both_values(placed: World) -> None:
    placed.client("v2").unified_order(**{**ORDER, "out_trade_no": "T-654321", "total_fee": 9})
    with placed.shadow() as shadow:
        numbers = iter([NUMBER, "T-654321", NUMBER, "T-654321"])
        shadow._watched(  # as if the gateway took one order for the other
            catalogue.find("order_query"), {},
            lambda client: client.order_query(out_trade_no=next(numbers)),
        )  # fmt: skip
    (entry,) = placed.entries
    assert entry["verdict"] == "different"
    told = {one["name"]: (one.get("v2"), one.get("v3")) for one in entry["differences"] if not one["reason"]}
    assert told["out_trade_no"] == (NUMBER, "T-654321")
    assert report(placed.entries).exit_status == 1


def test_when_v3_alone_fails_the_caller_does_not_notice(placed: World) -> None:
    placed.before["v3"] = lambda request: Response(500, b"down", {}) if "transactions" in request.path else None
    with placed.shadow() as shadow:
        assert shadow.order_query(out_trade_no=NUMBER)["trade_state"] == "NOTPAY"
    assert [(entry["verdict"], entry["v3"]) for entry in placed.entries] == [("only v3 failed", "unknown")]


def test_an_order_that_moved_on_between_the_two_is_asked_about_again(placed: World) -> None:
    def pays_first(request: Request) -> None:
        if "transactions" in request.path:
            del placed.before["v3"]
            placed.simulator.pay(NUMBER)

    placed.before["v3"] = pays_first
    with placed.shadow() as shadow:
        assert shadow.order_query(out_trade_no=NUMBER)["trade_state"] == "NOTPAY"
    (entry,) = placed.entries
    assert entry["verdict"] == "known"
    assert "asked again" in entry["reason"]
    states = [(one["v2"], one["v3"]) for one in entry["differences"] if one["name"] == "trade_state"]
    assert states == [("NOTPAY", "SUCCESS")]
    assert "trade_state" not in {one["name"] for one in entry["again"]}


def test_a_caller_never_waits_for_the_shadow(placed: World) -> None:
    go_on = threading.Event()

    def stuck(request: Request) -> None:
        assert go_on.wait(20)

    placed.before["v3"] = stuck
    shadow = placed.shadow(threads=1, waiting=2)
    for _ in range(10):  # would never end, if it waited
        shadow.order_query(out_trade_no=NUMBER)
    go_on.set()
    shadow.close()
    assert shadow.counts()["order_query", "skipped"] == 7
    assert placed.entries[-1] == {"operation": "order_query", "verdict": "skipped", "number": 7}
    assert report(placed.entries).facts == {"counts": {"order_query": {"equal": 3, "skipped": 7}}}


def test_no_call_of_the_catalogue_that_is_no_read_reaches_v3(world: World) -> None:
    asked: list[tuple[str, Client]] = []
    with world.shadow(waiting=1000) as shadow:
        for row in catalogue.operations():
            shadow._watched(row, {}, lambda client, name=row.name: asked.append((name, client)) or Result({}))
    doubled = {name for name, client in asked if client is shadow.candidate}
    assert doubled
    assert [row.name for row in catalogue.operations() if row.name in doubled and row.repeat != READ] == []
    assert [row.name for row in catalogue.operations() if row.name in doubled and row.moves_money] == []


def test_closing_ends_in_time_and_gives_up_what_hangs(placed: World, tmp_path: Path) -> None:
    go_on = threading.Event()
    placed.before["v3"] = lambda request: go_on.wait(20) and None
    shadow = placed.shadow(record=tmp_path / "shadow.jsonl", waiting=5)
    for _ in range(4):
        shadow.order_query(out_trade_no=NUMBER)
    (thread,) = shadow._threads
    shadow.close(0.05)  # would take as long as v3 does, if it waited
    with open(tmp_path / "another", "wb", buffering=0):  # takes the number that the record had
        go_on.set()
        thread.join(20)
        assert not thread.is_alive()
    assert (tmp_path / "another").read_bytes() == b""
    assert shadow.counts() == {
        ("order_query", "skipped"): 3,
        ("order_query", "equal"): 1,
        ("order_query", "not written"): 1,
    }
    assert [(one["verdict"], one["number"]) for one in entries(tmp_path / "shadow.jsonl")] == [("skipped", 3)]


def test_threads_are_as_many_as_were_asked_for_and_end_with_the_shadow(placed: World) -> None:
    shadow = placed.shadow(threads=2)
    for _ in range(6):
        shadow.order_query(out_trade_no=NUMBER)
    threads = [*shadow._threads]
    assert 1 <= len(threads) <= 2
    del shadow  # by somebody who never heard of close
    gc.collect()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert len(placed.entries) == 6


def test_what_a_parent_process_watched_takes_no_place_in_its_child(placed: World) -> None:
    go_on = threading.Event()
    placed.before["v3"] = lambda request: go_on.wait(20) and None
    shadow = placed.shadow(waiting=1)
    for _ in range(3):
        shadow.order_query(out_trade_no=NUMBER)
    (parents,) = shadow._threads
    parents_jobs = shadow._jobs
    assert shadow.counts() == {("order_query", "skipped"): 1}
    holder = threading.Thread(target=shadow._turn.acquire)  # by a thread that the child does not have
    holder.start()
    holder.join()
    shadowing._begin_again()  # what a child does first
    shadow.order_query(out_trade_no=NUMBER)
    assert (shadow.counts(), len(shadow._threads), shadow._open) == ({}, 1, 1)
    go_on.set()
    shadow.close()
    parents_jobs.put(None)
    parents.join(20)


def test_a_difference_is_one_of_time_only_when_v2_moved(world: World) -> None:
    told = iter([{"total_fee": "100"}, {"total_fee": "900"}, {"total_fee": "100"}, {"total_fee": "100"}])
    with world.shadow() as shadow:
        shadow._watched(catalogue.find("order_query"), {}, lambda client: Result(next(told)))
    (entry,) = world.entries
    assert (entry["verdict"], entry["again"]) == ("different", [])
    assert "v2's answer had not moved" in entry["reason"]
    assert report(world.entries).exit_status == 1


@pytest.mark.parametrize(("sample", "watched"), [(0, 0), (0.5, 2), (1, 4)])
def test_the_sample_is_the_part_that_is_watched(placed: World, sample: float, watched: int) -> None:
    dice = iter([0.0, 0.25, 0.5, 0.999])
    with placed.shadow(sample=sample, dice=lambda: next(dice)) as shadow:
        for _ in range(4):
            shadow.order_query(out_trade_no=NUMBER)
    assert len(placed.entries) == watched


def test_a_sample_leaves_the_others_alone(placed: World) -> None:
    dice = iter([0.05, 0.5, 0.09, 0.99])
    with placed.shadow(sample=0.1, dice=lambda: next(dice)) as shadow:
        for _ in range(4):
            shadow.order_query(out_trade_no=NUMBER)
    assert len(placed.entries) == 2


def test_a_statement_is_not_asked_for_twice(world: World) -> None:
    with world.shadow() as shadow, pytest.raises(Refused):
        shadow.download_bill(bill_date="20200101", bill_type="ALL")
    assert [entry["verdict"] for entry in world.entries] == ["not compared"]
    assert world.sent["v3"] == []


def test_other_names_are_the_v2_clients(world: World) -> None:
    with world.shadow() as shadow:
        assert shadow.merchant is world.simulator.merchant
        with pytest.raises(AttributeError):
            _ = shadow.no_such_operation


def test_it_is_written_line_by_line_for_others_to_add_up(placed: World, tmp_path: Path) -> None:
    path = tmp_path / "shadow.jsonl"
    for _ in range(2):
        with placed.shadow(record=path) as shadow:
            shadow.order_query(out_trade_no=NUMBER)
    with path.open("ab") as file:
        file.write(b'{"operation": "cut')
    told = report(entries(path), str(path))
    assert told.facts == {"counts": {"order_query": {"equal": 2}}}
    assert told.exit_status == 0
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_run_that_compared_nothing_is_no_good_news() -> None:
    skipped = {"operation": "order_query", "verdict": "skipped", "number": 7}
    for told in ([], [skipped]):
        assert [finding.id for finding in report(told).findings] == ["shadow.nothing"]
    assert report([skipped, {"operation": "order_query", "verdict": "equal"}]).findings == []


@pytest.mark.parametrize("line", [b"[1]\n", b"{}\n", b'{"operation": "x", "verdict": "fine"}\n'])
def test_a_file_that_no_shadow_wrote_is_refused(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(line)
    with pytest.raises(Malformed, match="line 1"):
        list(entries(path))


def test_nothing_of_a_secret_is_recorded(world: World) -> None:
    with world.shadow() as shadow, pytest.raises((Refused, OutcomeUnknown)):
        shadow.micropay(
            body="Tea", out_trade_no=NUMBER, total_fee=1, fee_type="HKD", auth_code=AUTH_CODE,
            spbill_create_ip="203.0.113.7",
        )  # fmt: skip
    told = json.dumps(world.entries)
    assert world.entries
    assert AUTH_CODE not in told
    assert world.simulator.merchant.api_key.reveal() not in told


def test_what_differs_is_shown_without_what_is_somebodys_own(world: World) -> None:
    payers = iter(["oFirst6uMuAJO_M2pxb1Q9zNjWeS", "oOther6uMuAJO_M2pxb1Q9zNjWeS"] * 2)
    with world.shadow() as shadow:
        shadow._watched(catalogue.find("order_query"), {}, lambda client: Result({"openid": next(payers)}))
    (entry,) = world.entries
    assert entry["verdict"] == "different"
    assert (
        entry["differences"] == entry["again"] == [{"name": "openid", "reason": "", "v2": "oFir***", "v3": "oOth***"}]
    )


def test_a_record_that_cannot_be_written_costs_the_caller_nothing(placed: World) -> None:
    def full(entry: dict[str, Any]) -> None:
        raise OSError(28, "No space left on device")

    with placed.shadow(record=full) as shadow:
        shadow.order_query(out_trade_no=NUMBER)
    assert shadow.counts()["order_query", "not written"] == 1


def test_after_its_end_the_caller_still_has_his_answer(placed: World) -> None:
    shadow = placed.shadow()
    shadow.close()
    assert shadow.order_query(out_trade_no=NUMBER)["trade_state"] == "NOTPAY"
    assert placed.entries == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sample": 2}, "sample"), ({"sample": True}, "sample"), ({"threads": 0}, "threads"),
        ({"sample": float("nan")}, "sample"), ({"waiting": 1.5}, "waiting"),
        ({"record": "/nowhere/shadow.jsonl"}, "cannot be written"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(world: World, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        world.shadow(**settings)


def test_the_two_clients_must_be_of_one_merchant_and_of_two_versions(world: World) -> None:
    v2, v3 = world.client("v2"), world.client("v3")
    for wrong in ((v3, v3), (v2, v2), (v3, v2), (v2, None)):
        with pytest.raises(ConfigurationError):
            Shadow(*wrong, record=print)  # type: ignore[arg-type]
