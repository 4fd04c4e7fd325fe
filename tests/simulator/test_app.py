"""The gateway behind real TLS, called by `requests` and by raw sockets; nothing of ours on the client's side."""

from __future__ import annotations

import gzip
import logging
import secrets
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from wxpay_v2 import Client, ManualClock
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.simulator import Simulator, app, certificates, faults
from wxpay_v2.simulator.controls import Controls
from wxpay_v2.v2 import envelope, xml
from wxpay_v2.v2.signature import Signer

ORDER = {
    "body": "Tea", "total_fee": "100", "fee_type": "HKD", "trade_type": "NATIVE", "spbill_create_ip": "203.0.113.7",
    "notify_url": "http://127.0.0.1:9/paid",
}  # fmt: skip


@pytest.fixture(scope="module")
def throwaway(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, certificates.Authority]:
    directory = tmp_path_factory.mktemp("app") / "certificates"
    return directory, certificates.write(directory)


@pytest.fixture
def gateway(throwaway: tuple[Path, certificates.Authority]) -> Iterator[Simulator]:
    with Simulator(directory=throwaway[0], clock=ManualClock(1_790_000_000), deliver=False) as running:
        yield running


@pytest.fixture
def client(gateway: Simulator) -> Iterator[Client]:
    with Client(gateway.merchant, base_url=gateway.base_url, verify=gateway.ca) as made:
        yield made


def sealed(gateway: Simulator, fields: dict[str, str]) -> bytes:
    merchant = gateway.merchant
    ids = {"appid": merchant.appid, "mch_id": merchant.mch_id, "sub_mch_id": merchant.sub_mch_id}
    common = {"nonce_str": secrets.token_hex(16), "sign_type": merchant.sign_type}
    return envelope.seal({**ids, **common, **fields}, Signer(merchant.api_key, merchant.sign_type))


def post(gateway: Simulator, path: str, fields: dict[str, str], **more: Any) -> dict[str, str]:
    with requests.post(
        gateway.base_url + path, sealed(gateway, fields), verify=gateway.ca, timeout=10, **more
    ) as reply:
        assert reply.status_code == 200
        return xml.read(reply.content)


def paid(gateway: Simulator, out_trade_no: str = "T-1") -> None:
    assert post(gateway, "/pay/unifiedorder", {**ORDER, "out_trade_no": out_trade_no})["result_code"] == "SUCCESS"
    gateway.pay(out_trade_no)


REFUND = {
    "out_trade_no": "T-1",
    "out_refund_no": "R-1",
    "total_fee": "100",
    "refund_fee": "40",
    "refund_fee_type": "HKD",
}


def pair(directory: Path, issued: certificates.Issued) -> tuple[str, str]:
    (directory / "cert.pem").write_bytes(issued.pem)
    (directory / "key.pem").write_bytes(issued.key_pem())
    return str(directory / "cert.pem"), str(directory / "key.pem")


def test_an_order_needs_no_client_certificate(gateway: Simulator) -> None:
    reply = post(gateway, "/pay/unifiedorder", {**ORDER, "out_trade_no": "T-1"})
    assert reply["code_url"].startswith("weixin://wxpay/bizpayurl")


def test_a_refund_goes_through_with_the_merchants_certificate(gateway: Simulator) -> None:
    paid(gateway)
    own = (str(gateway.directory / "apiclient_cert.pem"), str(gateway.directory / "apiclient_key.pem"))
    reply = post(gateway, "/secapi/pay/refund", REFUND, cert=own)
    assert reply["result_code"] == "SUCCESS"
    assert reply["refund_fee"] == "40"


def refused(gateway: Simulator, **more: Any) -> None:
    """The refund is refused before it has an effect, however the refusal is worded."""
    body = sealed(gateway, REFUND)
    with requests.post(gateway.base_url + "/secapi/pay/refund", body, verify=gateway.ca, timeout=10, **more) as reply:
        assert b"refund_id" not in reply.content
        assert b"<result_code><![CDATA[SUCCESS]]>" not in reply.content
    assert gateway.gateway.refunds() == []


def test_a_refund_without_a_certificate_is_refused(gateway: Simulator) -> None:
    paid(gateway)
    refused(gateway)


def test_a_refund_with_another_merchants_certificate_is_refused(
    gateway: Simulator, throwaway: tuple[Path, certificates.Authority], tmp_path: Path
) -> None:
    paid(gateway)
    refused(gateway, cert=pair(tmp_path, throwaway[1].merchant("1900009999")))


@pytest.mark.parametrize("kind", ["another CA", "self-signed", "expired"])
def test_a_certificate_that_is_not_trusted_breaks_the_handshake(
    gateway: Simulator, throwaway: tuple[Path, certificates.Authority], tmp_path: Path, kind: str
) -> None:
    paid(gateway)
    authority = throwaway[1]
    issued = {
        "another CA": lambda: certificates.Authority().merchant(),
        "self-signed": lambda: authority.merchant(self_signed=True),
        "expired": lambda: authority.merchant(expired=True),
    }[kind]()
    with pytest.raises(requests.ConnectionError):
        refused(gateway, cert=pair(tmp_path, issued))
    assert gateway.gateway.refunds() == []


def test_a_self_signed_certificate_works_where_it_is_the_merchants_own(tmp_path: Path) -> None:
    certificates.write(tmp_path / "old", self_signed=True)
    with Simulator(directory=tmp_path / "old", clock=ManualClock(1_790_000_000), deliver=False) as gateway:
        paid(gateway)
        own = (str(gateway.directory / "apiclient_cert.pem"), str(gateway.directory / "apiclient_key.pem"))
        assert post(gateway, "/secapi/pay/refund", REFUND, cert=own)["result_code"] == "SUCCESS"


def test_the_library_refunds_over_mutual_tls(gateway: Simulator, client: Client) -> None:
    paid(gateway)
    refund = client.refund(out_trade_no="T-1", out_refund_no="R-1", total_fee=100, refund_fee=40, refund_fee_type="HKD")
    assert refund["refund_fee"] == "40"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(("version", "spoken"), [("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_s6_nothing_below_tls_1_2_is_spoken(gateway: Simulator, version: str, spoken: bool) -> None:
    context = ssl.create_default_context(cafile=gateway.ca)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion[version]
    with socket.create_connection(("127.0.0.1", int(gateway.base_url.rpartition(":")[2])), timeout=10) as plain:
        if spoken:
            with context.wrap_socket(plain, server_hostname="localhost") as secured:
                assert secured.version() == version.replace("_", ".")
        else:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname="localhost")


def test_a_directory_without_certificates_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="certs DIR"):
        app.server_context(tmp_path)


def test_s3_1_a_body_over_the_limit_is_refused_and_never_an_order(gateway: Simulator) -> None:
    body = sealed(gateway, {**ORDER, "out_trade_no": "T-1"}) + b" " * (1 << 20)
    with requests.post(gateway.base_url + "/pay/unifiedorder", body, verify=gateway.ca, timeout=10) as reply:
        assert xml.read(reply.content)["return_code"] == "FAIL"
    assert gateway.gateway.orders() == []


def test_a_body_just_under_the_limit_is_read(gateway: Simulator) -> None:
    body = sealed(gateway, {**ORDER, "out_trade_no": "T-1"})
    body += b" " * ((1 << 20) - len(body))
    with requests.post(gateway.base_url + "/pay/unifiedorder", body, verify=gateway.ca, timeout=10) as reply:
        assert xml.read(reply.content)["result_code"] == "SUCCESS"


@pytest.mark.parametrize("body", [b"", b"hello", b"<xml>", b"\xff\xfe", b"<!DOCTYPE x><xml/>"])
def test_no_body_makes_the_server_fail(gateway: Simulator, body: bytes) -> None:
    with requests.post(gateway.base_url + "/pay/unifiedorder", body, verify=gateway.ca, timeout=10) as reply:
        assert reply.status_code < 500


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/pay/../pay/unifiedorder", "/%2e%2e/%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_no_path_and_no_method_makes_the_server_fail(gateway: Simulator, method: str, path: str) -> None:
    with requests.request(method, gateway.base_url + path, verify=gateway.ca, timeout=10) as reply:
        assert reply.status_code < 500


@pytest.mark.parametrize("name", ["reset", "lost_reply"])
def test_a_reset_breaks_the_connection_with_or_without_the_effect(gateway: Simulator, name: str) -> None:
    gateway.faults.add(name)
    with pytest.raises(requests.ConnectionError):
        post(gateway, "/pay/unifiedorder", {**ORDER, "out_trade_no": "T-1"})
    assert len(gateway.gateway.orders()) == (1 if name == "lost_reply" else 0)
    assert post(gateway, "/pay/unifiedorder", {**ORDER, "out_trade_no": "T-2"})["result_code"] == "SUCCESS"


def test_a_hanging_answer_ends_when_the_client_leaves(gateway: Simulator) -> None:
    gateway.faults.add("hang")
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            gateway.base_url + "/pay/unifiedorder", sealed(gateway, {**ORDER, "out_trade_no": "T-1"}),
            verify=gateway.ca, timeout=(5, 0.3),
        )  # fmt: skip
    assert len(gateway.gateway.orders()) == 1


def test_a_hanging_answer_does_not_keep_the_simulator_from_ending(
    throwaway: tuple[Path, certificates.Authority],
) -> None:
    with Simulator(directory=throwaway[0], clock=ManualClock(1_790_000_000), deliver=False) as gateway:
        gateway.faults.add("hang")
        body = sealed(gateway, {**ORDER, "out_trade_no": "T-1"})
        context = ssl.create_default_context(cafile=gateway.ca)
        plain = socket.create_connection(("127.0.0.1", int(gateway.base_url.rpartition(":")[2])), timeout=10)
        connection = context.wrap_socket(plain, server_hostname="localhost")
        head = f"POST /pay/unifiedorder HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        while not gateway.gateway.orders():
            pass
    with connection, pytest.raises(OSError):
        if connection.recv(1) == b"":
            raise ConnectionResetError


def test_a_delay_is_waited_for(gateway: Simulator) -> None:
    gateway.faults.add("delay", seconds=0.2)
    with requests.post(
        gateway.base_url + "/pay/unifiedorder", sealed(gateway, {**ORDER, "out_trade_no": "T-1"}),
        verify=gateway.ca, timeout=10,
    ) as reply:  # fmt: skip
        assert reply.elapsed.total_seconds() >= 0.2


def test_s7_the_access_log_has_the_path_and_nothing_that_was_sent(
    gateway: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = sealed(gateway, {**ORDER, "out_trade_no": "T-1", "body": "canary-goods"})
    requests.post(gateway.base_url + "/pay/unifiedorder?canary-query", body, verify=gateway.ca, timeout=10).close()
    lines = [record.getMessage() for record in caplog.records if record.name == "wxpay_v2.simulator"]
    assert any("POST '/pay/unifiedorder': 200" in line for line in lines)
    everything = "\n".join(lines)
    for canary in ("canary", gateway.merchant.api_key.reveal()):
        assert canary not in everything


def test_a_path_cannot_forge_a_line_of_the_log(gateway: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "wxpay_v2.simulator")
    requests.post(gateway.base_url + "/pay%0Aforged%1b[2J", b"", verify=gateway.ca, timeout=10).close()
    assert not any("\n" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)


def test_a_connection_is_kept_and_its_answers_are_not_held_back(gateway: Simulator) -> None:
    with requests.Session() as session:
        for number in range(3):
            body = sealed(gateway, {**ORDER, "out_trade_no": f"T-{number}"})
            session.post(gateway.base_url + "/pay/unifiedorder", body, verify=gateway.ca, timeout=10).close()
        server = gateway._server._runners[0].server
        assert server is not None
        (connection,) = server.connections
        assert connection.transport is not None
        peer = connection.transport.get_extra_info("socket")
        assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_compressed_body_is_not_inflated(gateway: Simulator) -> None:
    body = gzip.compress(sealed(gateway, {**ORDER, "out_trade_no": "T-1"}))
    headers = {"Content-Encoding": "gzip"}
    with requests.post(
        gateway.base_url + "/pay/unifiedorder", body, headers=headers, verify=gateway.ca, timeout=10
    ) as reply:
        assert xml.read(reply.content)["return_code"] == "FAIL"
    assert gateway.gateway.orders() == []


def test_the_documentation_names_every_fault_and_every_control() -> None:
    docs = Path(__file__).parents[2] / "docs"
    text = "".join((docs / name).read_text(encoding="utf-8") for name in ("simulator.rst", "howto/checkout.rst"))
    controls = Controls(None, None, None, None, None)._named  # type: ignore[arg-type]
    assert [name for name in (*faults.NAMES, *controls) if f"``{name}``" not in text] == []


def test_a_taken_port_is_a_configuration_error(
    gateway: Simulator, throwaway: tuple[Path, certificates.Authority]
) -> None:
    taken = int(gateway.base_url.rpartition(":")[2])
    with pytest.raises(ConfigurationError, match="port"), Simulator(directory=throwaway[0], port=taken):
        pass
