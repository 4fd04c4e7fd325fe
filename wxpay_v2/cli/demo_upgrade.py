"""The demo with ``--upgrade``: the same script over API v2 and over API v3, the answers side by side."""

from __future__ import annotations

import json
import time
import warnings
from contextlib import ExitStack

from rich.panel import Panel
from rich.table import Table

from wxpay_v2 import Client, ManualClock, OutcomeUnknown, Refused, flows
from wxpay_v2.cli.demo_endpoint import Endpoint
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.money import parse_decimal
from wxpay_v2.secret import redacted
from wxpay_v2.simulator import Simulator
from wxpay_v2.upgrade import LostFieldWarning, translate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from rich.console import Console

__all__ = ["Comparison"]

_V2, _V3 = "A", "B"
# What the gateway makes anew for every order or message: compared by being there, not by its value.
_OWN = ("transaction_id", "refund_id", "prepay_id", "code_url", "nonce_str", "sign", "refund_id_0")
_PLACED: dict[str, Any] = {
    "body": "Milk tea & cake", "total_fee": 1250, "fee_type": "HKD", "trade_type": "NATIVE", "product_id": "tea",
    "device_info": "POS-1", "attach": "table=7", "spbill_create_ip": "203.0.113.7",
}  # fmt: skip


class Comparison:
    """Two clients of one merchant, one over each version. Use as a context manager; `tell` returns the failures.

    A difference is a failure unless the field is one that API v3 cannot give; those are told with the reason.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.failed = self.compared = self.number = 0
        self.lost: dict[str, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Comparison:
        enter = self._stack.enter_context
        enter(warnings.catch_warnings())
        warnings.simplefilter("ignore", LostFieldWarning)  # told in the tables instead
        self.clock = ManualClock(time.time())
        with self.console.status("starting the gateway simulator"):
            self.simulator = enter(Simulator(mode="institution", clock=self.clock, deliver=False))
        self.clients: dict[str, Client] = {}
        self.endpoints: dict[str, Endpoint] = {}
        for version, upgrade in ((_V2, None), (_V3, self.simulator.v3_account)):
            client = Client(
                self.simulator.merchant, base_url=self.simulator.base_url, verify=self.simulator.ca, clock=self.clock,
                upgrade=upgrade,
            )  # fmt: skip
            self.clients[version] = enter(client)
            self.endpoints[version] = enter(Endpoint())
            self.endpoints[version].client = client
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.close()

    def tell(self) -> int:
        """Run the script; return how many answers differ without a reason."""
        merchant = self.simulator.merchant
        self.console.print(
            Panel(
                f"gateway   {self.simulator.base_url}  (API v2 and v3 on the same books)\n"
                f"merchant  institution {merchant.mch_id}, sub-merchant {merchant.sub_mch_id}\n"
                f"API v3    {self.simulator.v3_account!r}",
                title="wxpay-v2 demo --upgrade",
                expand=False,
            )
        )
        for step in (
            self.translated, self.order, self.payment, self.query, self.refund, self.refund_notification,
            self.refund_query, self.quick_pay, self.refusals, self.statement, self.not_carried,
        ):  # fmt: skip
            self.number += 1
            step()
        self._sum_up()
        return self.failed

    # The steps

    def translated(self) -> None:
        self._title("What an order of API v2 becomes; nothing is sent")
        account = self.simulator.v3_account
        fields = {**_PLACED, "out_trade_no": "DEMO-1", "notify_url": "https://shop.example/pay"}
        told = translate("unified_order", fields, self.simulator.merchant, account=account)
        self.console.print(f"    {told.method} {told.target}", highlight=False)
        self.console.print_json(json.dumps(json.loads(told.body)), indent=None)
        self._expect(told.carried, "the order cannot be carried")

    def order(self) -> None:
        self._title("A Native order over 12.50 HKD, as an institution")
        self._both(
            lambda client, version: client.unified_order(
                out_trade_no=f"DEMO-1{version}", notify_url=self.endpoints[version].url, **_PLACED
            )
        )

    def payment(self) -> None:
        self._title("The payer pays: v2 notifies in XML, v3 in JSON, the shop's handler sees one event")
        for version in self.clients:
            self.simulator.pay(f"DEMO-1{version}")
        self.simulator.deliver_now()
        told = {version: endpoint.events[-1] for version, endpoint in self.endpoints.items()}
        self._compare({version: event.fields for version, event in told.items()})
        for version, event in told.items():
            payment = event.paid(out_trade_no=f"DEMO-1{version}", total_fee=1250, fee_type="HKD")
            self._expect(payment.total_fee == 1250, "the payment is not proven")
            replied = event.reply()
            self.console.print(
                f"    {_name(version)} is answered {replied.status} {replied.body.decode()}", style="dim"
            )

    def query(self) -> None:
        self._title("The order is queried")
        self._both(lambda client, version: client.order_query(out_trade_no=f"DEMO-1{version}"))

    def refund(self) -> None:
        self._title("4.00 HKD are refunded")
        self._both(
            lambda client, version: client.refund(
                out_trade_no=f"DEMO-1{version}", out_refund_no=f"DEMO-1{version}-R", total_fee=1250, refund_fee=400,
                refund_fee_type="HKD", notify_url=self.endpoints[version].url,
            )
        )  # fmt: skip

    def refund_notification(self) -> None:
        self._title("The refund notification")
        self.simulator.gateway.tick()
        self.simulator.deliver_now()
        self._compare({version: endpoint.events[-1].fields for version, endpoint in self.endpoints.items()})

    def refund_query(self) -> None:
        self._title("The refunds of the order are queried")
        self._both(lambda client, version: client.refund_query(out_trade_no=f"DEMO-1{version}"))

    def quick_pay(self) -> None:
        self._title("Quick pay with a password: the same flow, the same states")
        states: dict[str, list[str]] = {}
        for version, client in self.clients.items():
            seen = states[version] = []

            def on_state(state: str, seen: list[str] = seen, number: str = f"DEMO-2{version}") -> None:
                seen.append(state)
                if seen.count("USERPAYING") == 2:
                    self.simulator.pay(number)

            code = self.simulator.gateway.new_payment_code(needs_password=True)
            outcome = flows.quick_pay(
                client, body="Tea", out_trade_no=f"DEMO-2{version}", total_fee=800, fee_type="HKD", auth_code=code,
                spbill_create_ip="203.0.113.7", on_state=on_state,
            )  # fmt: skip
            self._expect(bool(outcome), "quick pay was not paid")
            self.console.print(f"    {_name(version)} {' > '.join(seen)}", style="dim")
        self._expect(states[_V2] == states[_V3], "the flows went different ways")

    def refusals(self) -> None:
        self._title("What is refused is refused alike")
        calls: dict[str, Callable[[Client, str], object]] = {
            "an unknown order": lambda client, version: client.order_query(out_trade_no="NOBODY-KNOWS"),
            "closing a paid order": lambda client, version: client.close_order(out_trade_no=f"DEMO-1{version}"),
            "a payment code nobody has": lambda client, version: client.micropay(
                body="Tea", out_trade_no=f"DEMO-3{version}", total_fee=1, fee_type="HKD",
                auth_code="134567890123456789", spbill_create_ip="203.0.113.7",
            ),
        }  # fmt: skip
        for what, call in calls.items():
            told: dict[str, str] = {}
            for version, client in self.clients.items():
                try:
                    call(client, version)
                except (Refused, OutcomeUnknown) as error:
                    told[version] = f"{type(error).__name__} {error.err_code}"
            same = told.get(_V2) == told.get(_V3)
            self.console.print(f"    {what}: {told.get(_V2)}{'' if same else f', over v3 {told.get(_V3)}'}")
            self._expect(same, f"{what} is refused in two ways")

    def statement(self) -> None:
        self._title("Next day: one statement holds the orders of both versions, whichever asks for it")
        day = self.clock.now().date()
        now = self.clock.now()
        self.clock.advance(86400 - (now.hour * 3600 + now.minute * 60 + now.second) + 10.5 * 3600)
        read: dict[str, list[tuple[str, str, str]]] = {}
        for version, client in self.clients.items():
            rows = flows.statement(client, bill_date=day)
            read[version] = [
                (row["out_trade_no"], str(parse_decimal(row["total_fee"])), row["refund_fee"]) for row in rows
            ]
            self.console.print(
                f"    {_name(version)} {len(read[version])} rows, headed {', '.join(rows.names[:3])}, ..."
            )
        self._expect(sorted(read[_V2]) == sorted(read[_V3]), "the two statements differ")

    def not_carried(self) -> None:
        self._title("What API v3 cannot do is said before anything is sent")
        try:
            self.clients[_V3].query_exchange_rate(fee_type="USD", date="20260301")
        except InvalidRequest as error:
            self.console.print(f"    {error}", soft_wrap=True)
        else:
            self._expect(False, "a call without an equivalent went through")

    # What a step looks like

    def _title(self, title: str) -> None:
        self.console.print(f"\n[bold]{self.number:>2}  {title}[/]")

    def _both(self, call: Callable[[Client, str], Mapping[str, str]]) -> None:
        self._compare({version: call(client, version) for version, client in self.clients.items()})

    def _compare(self, told: Mapping[str, Mapping[str, str]]) -> None:
        """Lay two answers side by side: what differs, and what only one of them says."""
        v2, v3 = (dict(told[version]) for version in (_V2, _V3))
        losses: Mapping[str, str] = getattr(told[_V3], "losses", {})
        table = Table("field", "over v2", "over v3", "", box=None, padding=(0, 2, 0, 0), show_edge=False)
        shown = {version: redacted(fields) for version, fields in ((_V2, v2), (_V3, v3))}
        same = 0
        for name in sorted(v2.keys() | v3.keys()):
            self.compared += 1
            if name in v2 and name in v3 and (name in _OWN or _plain(v2[name]) == _plain(v3[name])):
                same += 1
                continue
            why = losses.get(name) or losses.get(f"{name.rstrip('0123456789').rstrip('_')}_$n", "")
            if name in v2 and name not in v3 and why:
                self.lost[name] = why
                table.add_row(name, shown[_V2][name], "-", f"[yellow]lost:[/] {why}")
            elif name not in v2:
                table.add_row(name, "-", shown[_V3][name], "[cyan]more than v2 says[/]")
            else:
                self.failed += 1
                table.add_row(name, shown[_V2][name], shown[_V3].get(name, "-"), "[bold red]DIFFERENT[/]")
        self.console.print(f"    {same} fields are the same: {', '.join(sorted(v2.keys() & v3.keys()))}", style="dim")
        if table.row_count:
            self.console.print(table)

    def _expect(self, told: bool, what: str) -> None:
        if not told:
            self.failed += 1
            self.console.print(f"    [bold red]WRONG[/]  {what}")

    def _sum_up(self) -> None:
        self.console.print(
            f"\n{self.compared} fields compared, {len(self.lost)} kinds of field lost, {self.failed} wrong."
        )
        if not self.failed:
            self.console.print(f"[bold green]{self.number} steps: over API v3 the same, but for what is named.[/]")


def _name(version: str) -> str:
    return "API v2" if version == _V2 else "API v3"


def _plain(text: str) -> str:
    """Return *text* without the letter that tells the two orders apart."""
    return text.replace(f"DEMO-1{_V3}", f"DEMO-1{_V2}").replace(f"DEMO-2{_V3}", f"DEMO-2{_V2}")
