from __future__ import annotations

import asyncio
import gc
import socket
import stat
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from wxpay_v2 import Client, Clock, ManualClock, Merchant
from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.simulator import ShiftedClock, Simulator, certificates, running
from wxpay_v2.v2 import xml

NOW = 1_790_000_000


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("running") / "certificates"
    certificates.write(path)
    return path


def client_of(gateway: Simulator, merchant: Merchant | None = None) -> Client:
    return Client(merchant or gateway.merchant, base_url=gateway.base_url, verify=gateway.ca)


def place(
    gateway: Simulator, out_trade_no: str = "T-1", merchant: Merchant | None = None, **more: Any
) -> dict[str, str]:
    fields = {
        "body": "Tea", "total_fee": 100, "fee_type": "HKD", "trade_type": "NATIVE", "spbill_create_ip": "203.0.113.7",
        "notify_url": "http://127.0.0.1:9/paid", **more,
    }  # fmt: skip
    with client_of(gateway, merchant) as client:
        return client.unified_order(out_trade_no=out_trade_no, **fields)


@pytest.mark.parametrize("there", [True, False])
def test_it_runs_with_uvloop_and_without(directory: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    if not there:
        monkeypatch.setattr(running, "find_spec", lambda name: None)
    with Simulator(directory=directory) as gateway:
        loop = type(gateway._thread._running()[1]) if gateway._thread is not None else None
        assert loop is not None and loop.__module__.startswith("uvloop") is there
        assert place(gateway)["result_code"] == "SUCCESS"


@contextmanager
def endpoint() -> Iterator[tuple[str, list[bytes], threading.Event]]:
    """A merchant's notification address that answers SUCCESS."""
    bodies: list[bytes] = []
    arrived = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(xml.write({"return_code": "SUCCESS", "return_msg": "OK"}))
            arrived.set()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/paid", bodies, arrived
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_ready_when_the_block_begins(directory: Path) -> None:
    with Simulator(directory=directory) as gateway:
        assert gateway.base_url.startswith("https://localhost:")
        assert gateway.payer_url.startswith("http://127.0.0.1:")
        assert place(gateway)["code_url"]


def test_the_default_merchant_is_an_institution_under_hmac(directory: Path) -> None:
    with Simulator(directory=directory) as gateway:
        merchant = gateway.merchant
        assert (merchant.appid, merchant.mch_id, merchant.sub_mch_id) == (
            "wx8888888888888888",
            "1900000109",
            "1900000110",
        )
        assert (merchant.mode, merchant.sign_type) == ("institution", "HMAC-SHA256")
        assert merchant.certificate is not None
        assert len(merchant.api_key.reveal()) == 32


def test_two_simulators_run_side_by_side_with_keys_of_their_own(directory: Path) -> None:
    with Simulator(directory=directory) as one, Simulator(directory=directory) as other:
        assert one.base_url != other.base_url
        assert one.merchant.api_key.reveal() != other.merchant.api_key.reveal()
        place(one)
        assert other.gateway.orders() == []


def test_its_end_leaves_no_thread_task_or_socket(directory: Path) -> None:
    before = set(threading.enumerate())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with Simulator(directory=directory) as gateway:
            place(gateway)
            ports = [int(url.rpartition(":")[2]) for url in (gateway.base_url, gateway.payer_url)]
        del gateway
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
    assert set(threading.enumerate()) == before
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_runs_inside_an_event_loop_of_the_callers(directory: Path) -> None:
    async def run() -> None:
        with Simulator(directory=directory) as gateway:
            assert await asyncio.to_thread(place, gateway)

    asyncio.run(run())


def test_without_a_directory_its_files_are_temporary_and_private() -> None:
    with Simulator() as gateway:
        folder = gateway.directory
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert gateway.ca.is_file()
    assert not folder.exists()


def test_it_ends_when_the_block_raises(directory: Path) -> None:
    with pytest.raises(RuntimeError, match="mine"), Simulator(directory=directory) as gateway:
        raise RuntimeError("mine")
    with pytest.raises(ConfigurationError, match="not running"):
        gateway.deliver_now()


def test_both_doors_are_on_loopback_only(directory: Path) -> None:
    others = {
        info[4][0]
        for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        if not str(info[4][0]).startswith("127.")
    }
    with Simulator(directory=directory) as gateway:
        for host in others:
            for url in (gateway.base_url, gateway.payer_url):
                with socket.socket() as probe:
                    probe.settimeout(5)
                    assert probe.connect_ex((str(host), int(url.rpartition(":")[2]))) != 0


@pytest.mark.parametrize("mode", ["direct", "institution", "service_provider"])
@pytest.mark.parametrize("other", ["direct", "institution", "service_provider"])
def test_merchants_of_every_mode_pay_and_refund(directory: Path, mode: str, other: str) -> None:
    with Simulator(directory=directory, mode=mode, clock=ManualClock(NOW), deliver=False) as gateway:
        merchant = gateway.merchant_for(other)
        assert merchant.mode == other
        assert gateway.merchant_for(other) is merchant
        assert (merchant is gateway.merchant) == (mode == other)
        more: dict[str, Any] = {"product_id": "P-1"} if other != "institution" else {}
        place(gateway, "T-1", merchant, **more)
        gateway.pay("T-1")
        with client_of(gateway, merchant) as client:
            refund = client.refund(
                out_trade_no="T-1", out_refund_no="R-1", total_fee=100, refund_fee=40, refund_fee_type="HKD"
            )
        assert refund["refund_fee"] == "40"


@pytest.mark.parametrize("region", ["global", "mainland"])
@pytest.mark.parametrize("sign_type", ["MD5", "HMAC-SHA256"])
def test_regions_and_algorithms_are_settings(directory: Path, region: str, sign_type: str) -> None:
    with Simulator(directory=directory, region=region, sign_type=sign_type) as gateway:
        assert gateway.merchant.sign_type == sign_type
        assert place(gateway, fee_type="CNY" if region == "mainland" else "HKD")["prepay_id"]


def test_settings_replace_the_default_merchant(tmp_path: Path) -> None:
    settings = {"appid": "wx1", "mch_id": "1900007777", "sub_mch_id": "1900007778", "api_key": "k" * 32}
    with Simulator(directory=tmp_path / "new", settings=settings) as gateway:
        assert (gateway.merchant.mch_id, gateway.merchant.api_key.reveal()) == ("1900007777", "k" * 32)
        assert place(gateway)["prepay_id"]


def test_a_payment_is_notified_without_being_asked(directory: Path) -> None:
    with endpoint() as (url, bodies, arrived), Simulator(directory=directory) as gateway:
        place(gateway, notify_url=url)
        gateway.pay("T-1")
        assert arrived.wait(10)
        with client_of(gateway) as client:
            event = client.open_notification(bodies[0])
        assert event.kind == "payment"
        assert event.fields["out_trade_no"] == "T-1"


def test_with_deliver_off_nothing_is_sent_until_asked(directory: Path) -> None:
    with (
        endpoint() as (url, bodies, _arrived),
        Simulator(directory=directory, clock=ManualClock(NOW), deliver=False) as gateway,
    ):
        place(gateway, notify_url=url)
        gateway.pay("T-1")
        assert bodies == []
        assert gateway.deliver_now() == 1
        assert len(bodies) == 1
        assert gateway.deliver_now() == 0
        (notification,) = gateway.gateway.notifications()
        assert notification.state == "delivered"


def test_virtual_time_runs_the_whole_schedule_at_once(directory: Path) -> None:
    with Simulator(directory=directory, clock=ManualClock(NOW), deliver=False) as gateway:
        place(gateway)  # nobody listens at its notify_url
        gateway.pay("T-1")
        attempts, begin = 0, gateway.clock.time()
        while (due := gateway.gateway.next_notification_at()) is not None:
            gateway.advance(max(0.0, due - gateway.clock.time()))
            attempts += gateway.deliver_now()
        assert attempts == 16  # at once, then the fifteen of the schedule
        assert gateway.clock.time() - begin == 24 * 3600 + 4 * 60


def test_advancing_the_clock_wakes_the_background_delivery(directory: Path) -> None:
    with endpoint() as (url, _bodies, arrived), Simulator(directory=directory) as gateway:
        gateway.faults.add("late_notification", seconds=3600)
        place(gateway, notify_url=url)
        gateway.pay("T-1")
        assert not arrived.is_set()
        gateway.advance(3600)
        assert arrived.wait(10)


def test_a_clock_that_stands_by_itself_cannot_be_advanced(directory: Path) -> None:
    with (
        Simulator(directory=directory, clock=Clock()) as gateway,
        pytest.raises(ConfigurationError, match="ManualClock"),
    ):
        gateway.advance(1)


def test_a_shifted_clock_runs_on() -> None:
    clock = ShiftedClock()
    before, monotonic = clock.time(), clock.monotonic()
    clock.advance(1000)
    assert clock.time() >= before + 1000
    assert clock.monotonic() >= monotonic + 1000


def test_orders_and_due_notifications_survive_a_restart(directory: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gateway.sqlite'}"
    settings = {"api_key": "k" * 32}
    clock = ManualClock(NOW)
    with endpoint() as (address, bodies, _arrived):
        with Simulator(directory=directory, database_url=url, settings=settings, clock=clock, deliver=False) as gateway:
            place(gateway, notify_url=address)
            gateway.pay("T-1")
        with Simulator(directory=directory, database_url=url, settings=settings, clock=clock, deliver=False) as gateway:
            assert [order.state for order in gateway.gateway.orders()] == ["SUCCESS"]
            assert gateway.deliver_now() == 1
        assert len(bodies) == 1


def test_the_settings_file_is_private_and_makes_a_merchant_that_can_call(directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "simulator.toml"
    with Simulator(directory=directory) as gateway:
        gateway.write_settings(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        if sys.version_info < (3, 11):
            pytest.importorskip("tomli", reason="Python 3.10 reads TOML with tomli")
        merchant = Merchant.from_config(path)
        assert (merchant.mch_id, merchant.mode, merchant.sign_type) == ("1900000109", "institution", "HMAC-SHA256")
        assert place(gateway, merchant=merchant)["prepay_id"]


@pytest.mark.parametrize(
    "host",
    ["api.mch.weixin.qq.com", "apihk.mch.weixin.qq.com", "API.MCH.WEIXIN.QQ.COM.", "api.wechatpay.cn", "x.tenpay.com"],
)
def test_s8_it_does_not_start_in_the_name_of_a_production_host(host: str) -> None:
    with pytest.raises(ConfigurationError, match="production"):
        Simulator(host=host)


def test_s8_it_does_not_start_over_a_real_merchants_certificate(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.simulator.test_certificates import issued_by

    (tmp_path / "apiclient_cert.pem").write_bytes(issued_by("Tenpay.com")[0].public_bytes(Encoding.PEM))
    with pytest.raises(ConfigurationError, match="real merchant"), Simulator(directory=tmp_path):
        pass


@pytest.mark.parametrize(
    "arguments",
    [
        {"region": "moon"}, {"mode": "agent"}, {"sign_type": "SHA1"}, {"port": -1}, {"port": 65536}, {"port": True},
        {"payer_port": "80"}, {"settings": {"key": "x"}}, {"notify": ["everywhere"]},
    ],
)  # fmt: skip
def test_a_wrong_setting_is_a_configuration_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Simulator(**arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"host": "203.0.113.77"}, {"database_url": "nonsense"}, {"settings": {"api_key": "short"}},
        {"settings": {"appid": "no appid"}}, {"settings": {"mch_id": "1900009999"}},
    ],
)  # fmt: skip
def test_a_start_that_fails_is_a_configuration_error_and_leaves_nothing(
    directory: Path, arguments: dict[str, Any]
) -> None:
    before = set(threading.enumerate())
    with pytest.raises(ConfigurationError), Simulator(directory=directory, **arguments):
        pass
    assert set(threading.enumerate()) == before


def test_the_package_face_is_lazy_and_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from wxpay_v2 import simulator

    assert set(simulator.__all__) <= set(dir(simulator))
    with pytest.raises(AttributeError):
        simulator.Nothing  # noqa: B018
    monkeypatch.delitem(vars(simulator), "Simulator", raising=False)
    monkeypatch.delitem(sys.modules, "wxpay_v2.simulator.running")
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    for name in ("app", "notifier", "guard", "payer", "controls"):
        monkeypatch.delitem(sys.modules, f"wxpay_v2.simulator.{name}", raising=False)
    with pytest.raises(MissingExtra, match=r"wxpay-v2\[simulator\]"):
        simulator.Simulator  # noqa: B018
