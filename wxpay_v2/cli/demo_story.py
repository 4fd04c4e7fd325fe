"""What the demo does, step by step, and how a step is shown."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from decimal import Decimal

import segno
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wxpay_v2 import Client, ConfigurationError, ManualClock, OutcomeUnknown, Refused, WXPayError, flows
from wxpay_v2.call import Request, Response
from wxpay_v2.cli.demo_endpoint import Endpoint
from wxpay_v2.money import parse_decimal
from wxpay_v2.secret import redacted
from wxpay_v2.session import Session
from wxpay_v2.simulator import Simulator
from wxpay_v2.v2 import catalogue, doctor
from wxpay_v2.v2.protocol import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rich.console import Console

__all__ = ["Story"]

_PAYER: dict[str, Any] = {"spbill_create_ip": "203.0.113.7"}
_SHOWN = (
    "result_code", "err_code", "trade_state", "code_url", "transaction_id", "total_fee", "fee_type", "cash_fee",
    "cash_fee_type", "refund_id", "refund_fee", "refund_status_0", "refund_status", "recall",
)  # fmt: skip


class _Recorder:
    """A transport that shows the first request of a step before it is sent, and counts the others."""

    def __init__(self, session: Session, show: Callable[[Request], None]) -> None:
        self._session = session
        self._show = show
        self.requests = 0

    def __call__(self, request: Request) -> Response:
        self.requests += 1
        if self.requests == 1:
            self._show(request)
        return self._session(request)

    def close(self) -> None:
        self._session.close()


class Story:
    """The main job, told on *console*. Use as a context manager; `tell` returns how many steps went wrong."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.failed = 0
        self.number = 0
        self._stack = ExitStack()

    def __enter__(self) -> Story:
        enter = self._stack.enter_context
        self.clock = ManualClock(time.time())
        with self.console.status("starting the gateway simulator"):
            self.simulator = enter(Simulator(mode="institution", clock=self.clock, deliver=False))
            self.endpoint = enter(Endpoint())
        merchant = self.simulator.merchant
        session = Session(lambda: merchant.certificate, verify=self.simulator.ca)
        self.recorder = _Recorder(session, self.signed)
        self.client = enter(
            Client(merchant, base_url=self.simulator.base_url, transport=self.recorder, clock=self.clock)
        )
        self.endpoint.client = self.client
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.close()

    def tell(self) -> int:
        merchant = self.simulator.merchant
        assert merchant.certificate is not None  # noqa: S101 - the simulator hands one over
        self.console.print(
            Panel(
                f"gateway   {self.simulator.base_url}  (TLS, client certificate where an operation needs one)\n"
                f"payer     {self.simulator.payer_url}\n"
                f"shop      {self.endpoint.url}\n"
                f"merchant  institution {merchant.mch_id}, sub-merchant {merchant.sub_mch_id}, {merchant.sign_type}\n"
                f"key pair  {merchant.certificate!r}",
                title="wxpay-v2 demo",
                expand=False,
            )
        )
        for step in (
            self.order, self.payment, self.query, self.refund, self.refund_notification, self.refund_query,
            self.statement, self.quick_pay, self.quick_pay_reversed, self.no_certificate, self.forged, self.lost_reply,
        ):  # fmt: skip
            step()
        if not self.failed:
            self.console.print(f"\n[bold green]{self.number} steps, all as they should be.[/]")
        return self.failed

    # What a step looks like

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self.number += 1
        self.recorder.requests = 0
        self.console.print(f"\n[bold]{self.number:>2}  {title}[/]")
        started = time.perf_counter()
        try:
            yield
        except (WXPayError, AssertionError) as error:
            self.failed += 1
            self.console.print(Text(f"    WRONG  {error!r}", style="bold red"))
        requests = f", {self.recorder.requests} requests" if self.recorder.requests > 1 else ""
        self.say("took", f"{(time.perf_counter() - started) * 1e3:.1f} ms{requests}", style="dim")

    def signed(self, request: Request) -> None:
        fields = {name: f"{value[:4]}..." if name == "nonce_str" else value for name, value in request.fields.items()}
        self.say("signed", doctor.masked_text(fields), style="dim")

    def say(self, label: str, text: str, style: str = "") -> None:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=10, justify="right", style="cyan")
        table.add_column(overflow="fold")
        table.add_row(label, Text(text, style=style))
        self.console.print(table)

    def answer(self, fields: dict[str, str]) -> None:
        shown = redacted({name: fields[name] for name in _SHOWN if fields.get(name)})
        self.say("answer", "  ".join(f"{name}={value}" for name, value in shown.items()))

    def expect(self, told: bool, what: str) -> None:
        if not told:
            raise AssertionError(what)

    # The steps

    def order(self) -> None:
        with self.step("A Native order over 12.50 HKD, as an institution"):
            order = self.client.unified_order(
                body="Milk tea & cake", out_trade_no="DEMO-1", total_fee=1250, fee_type="HKD", trade_type="NATIVE",
                product_id="tea", notify_url=self.endpoint.url, **_PAYER,
            )  # fmt: skip
            self.answer(order)
            link = self.client.cashier.native(order)
            self.console.print(Text(_qr(link)), soft_wrap=True)
            self.say("shop shows", link)

    def payment(self) -> None:
        with self.step("The payer scans and pays; the notification is verified and answered"):
            self.simulator.pay("DEMO-1")
            self.simulator.deliver_now()
            event = self.endpoint.events[-1]
            self.answer(event.fields)
            payment = event.paid(out_trade_no="DEMO-1", total_fee=1250, fee_type="HKD")
            self.say("proves", f"{payment!r}")
            self.say("replied", event.reply().body.decode())

    def query(self) -> None:
        with self.step("The order is queried"):
            result = self.client.order_query(out_trade_no="DEMO-1")
            self.answer(result)
            self.expect(result["trade_state"] == "SUCCESS", "the order is not paid")
            self.say("typed", f"time_end {result.typed['time_end']}, total_fee {result.typed['total_fee']!r}")

    def refund(self) -> None:
        with self.step("4.00 HKD are refunded, over mutual TLS"):
            result = self.client.refund(
                out_trade_no="DEMO-1", out_refund_no="DEMO-1-R", total_fee=1250, refund_fee=400,
                refund_fee_type="HKD", notify_url=self.endpoint.url,
            )  # fmt: skip
            self.answer(result)
            self.say("note", "taken in, not refunded yet: the query or the notification tells", style="dim")

    def refund_notification(self) -> None:
        with self.step("The refund notification is decrypted"):
            before = len(self.endpoint.events)
            self.simulator.gateway.tick()
            self.simulator.deliver_now()
            self.expect(len(self.endpoint.events) == before + 1, "no refund notification came")
            event = self.endpoint.events[-1]
            self.answer(event.fields)
            self.say("note", "encrypted but not signed: a hint, so it is confirmed by a query", style="dim")

    def refund_query(self) -> None:
        with self.step("The refund is queried"):
            result = self.client.refund_query(out_refund_no="DEMO-1-R")
            self.answer(result)
            self.expect(result["refund_status_0"] == "SUCCESS", "the refund is not done")

    def statement(self) -> None:
        with self.step("Next day, 10:30 in Beijing: the statement is downloaded and totalled"):
            day = self.clock.now().date()
            self._tomorrow()
            rows = flows.statement(self.client, bill_date=day)
            table = Table("time", "order", "state", "amount", "refund", box=None, padding=(0, 2, 0, 4))
            paid = refunded = Decimal()
            for row in rows:
                table.add_row(
                    row["trade_time"], row["out_trade_no"], row["trade_state"], row["total_fee"], row["refund_fee"]
                )
                paid += parse_decimal(row["total_fee"])
                refunded += parse_decimal(row["refund_fee"])
            self.console.print(table)
            self.say(
                "totals", f"{rows.totals['count']} rows as its summary says: paid {paid} HKD, refunded {refunded} HKD"
            )
            self.expect((paid, refunded) == (Decimal("12.50"), Decimal("4.00")), "the totals are wrong")

    def quick_pay(self) -> None:
        with self.step("Quick pay that needs a password: charged once, then queried"):
            code = self.simulator.gateway.new_payment_code(needs_password=True)
            states: list[str] = []

            def on_state(state: str) -> None:
                states.append(state)
                if states.count("USERPAYING") == 2:
                    self.simulator.pay("DEMO-2")  # the payer types the password

            outcome = flows.quick_pay(
                self.client, body="Tea", out_trade_no="DEMO-2", total_fee=800, fee_type="HKD", auth_code=code,
                on_state=on_state, **_PAYER,
            )  # fmt: skip
            self.say("states", " > ".join(states))
            self.say("outcome", f"{outcome!r}")
            self.expect(bool(outcome), "quick pay was not paid")

    def quick_pay_reversed(self) -> None:
        with self.step("Quick pay whose password never comes: reversed after 30 s of virtual time"):
            code = self.simulator.gateway.new_payment_code(needs_password=True)
            began, states = self.clock.time(), list[str]()
            outcome = flows.quick_pay(
                self.client, body="Tea", out_trade_no="DEMO-3", total_fee=800, fee_type="HKD", auth_code=code,
                on_state=states.append, **_PAYER,
            )  # fmt: skip
            self.say("states", " > ".join(states))
            self.say("outcome", f"{outcome!r}, after {self.clock.time() - began:.0f} s")
            self.expect(not outcome, "quick pay was not reversed")

    def no_certificate(self) -> None:
        with self.step("The same refund without the certificate is refused"):
            merchant = self.simulator.merchant
            kept, merchant.certificate = merchant.certificate, None
            try:
                self.client.refund(out_trade_no="DEMO-1", out_refund_no="DEMO-1-S", total_fee=1250, refund_fee=400)
            except ConfigurationError as error:
                self.say("here", f"{error}")
            finally:
                merchant.certificate = kept
            try:
                self._without_certificate()
            except (Refused, OutcomeUnknown) as error:
                self.say("gateway", f"{error}")
            else:
                self.expect(False, "the gateway took a refund without a certificate")

    def forged(self) -> None:
        with self.step("A forged notification is refused"):
            self.client.unified_order(
                body="Tea", out_trade_no="DEMO-4", total_fee=500, fee_type="HKD", trade_type="NATIVE",
                product_id="tea", notify_url=self.endpoint.url, **_PAYER,
            )  # fmt: skip
            self.simulator.faults.add("forged_notification", times=1)
            self.simulator.pay("DEMO-4")
            self.simulator.deliver_now()
            self.expect(len(self.endpoint.refused) == 1, f"{len(self.endpoint.refused)} notifications were refused")
            self.say("refused", f"{self.endpoint.refused[0]!r}")
            self.say("accepted", f"{self.endpoint.events[-1].fields['out_trade_no']}: the genuine one beside it")

    def lost_reply(self) -> None:
        with self.step("A lost reply ends in OutcomeUnknown; the query resolves it"):
            self.simulator.faults.add("lost_reply", operation="refund", times=3)
            try:
                self.client.refund(out_trade_no="DEMO-4", out_refund_no="DEMO-4-R", total_fee=500, refund_fee=500)
            except OutcomeUnknown as unknown:
                self.say("unknown", f"{unknown}")
                self.simulator.faults.clear()
                self.simulator.gateway.tick()
                result = getattr(self.client, unknown.query)(out_refund_no=unknown.numbers["out_refund_no"])
                self.answer(result)
                self.expect(result["refund_fee_0"] == "500", "the refund was made more or less than once")
            else:
                self.expect(False, "the lost reply went unnoticed")

    def _without_certificate(self) -> None:
        """Send a sealed refund over a connection that presents no certificate, to hear what the gateway says."""
        asked = {"out_trade_no": "DEMO-1", "out_refund_no": "DEMO-1-S", "total_fee": 1250, "refund_fee": 400}
        protocol = Protocol(self.client.merchant, self.client.region, self.clock.now, loopback=True)
        request = protocol.request(catalogue.find("refund"), asked, "0" * 32)
        request.certificate = False
        request = request.sent_to(self.simulator.base_url, (3.0, 10.0))
        protocol.open_reply(request, self.recorder(request))

    def _tomorrow(self) -> None:
        now = self.clock.now()
        seconds = 86400 - (now.hour * 3600 + now.minute * 60 + now.second) + 10.5 * 3600
        self.clock.advance(seconds)


def _qr(link: str) -> str:
    """Return *link* as a QR code of half blocks, four characters in."""
    rows = [list(row) for row in segno.make(link, error="m", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return "\n".join(
        "    " + "".join(blocks[(int(bool(upper)), int(bool(lower)))] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
