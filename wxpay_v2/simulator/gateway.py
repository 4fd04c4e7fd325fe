"""The gateway without a socket: what merchants call, what the payer does, what is notified. Everything by its clock."""

from __future__ import annotations

import inspect
import secrets
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from wxpay_v2.clock import Clock
from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.simulator import canned, effects, notices, product_code, protocol, rates, replies
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import MICROPAY, Book
from wxpay_v2.simulator.effects import Setting, combined_orders, payment
from wxpay_v2.simulator.exchange import Answer, Exchange
from wxpay_v2.simulator.faults import AFTER, Fault, Faults
from wxpay_v2.simulator.ledger import Ledger
from wxpay_v2.simulator.protocol import NotUnderstood, Refusal
from wxpay_v2.simulator.states import NOTPAY, USERPAYING, NotPayable
from wxpay_v2.simulator.tables import orders as order_table
from wxpay_v2.simulator.v3.keys import NOTICE, Platform
from wxpay_v2.simulator.v3.service import Service
from wxpay_v2.simulator.v3.views import PREFIXES
from wxpay_v2.simulator.views import NotificationView, OrderView, PendingNotification, RefundView
from wxpay_v2.v2 import catalogue, xml

__all__ = [
    "Account", "Answer", "Exchange", "Gateway", "NotificationView", "OrderView", "PendingNotification", "RefundView",
]  # fmt: skip

T = TypeVar("T")

CODE_SECONDS = 60.0
_PREFIXES = {rates.MAINLAND: ("10", "11", "12", "13", "14"), rates.HONGKONG: ("15",)}
_WHY_NOT = {
    "SUCCESS": "it is paid", "REFUND": "it was paid, and refunded", "CLOSED": "it is closed",
    "REVOKED": "it was reversed", "PAYERROR": "its payment failed; the shop must charge anew",
}  # fmt: skip
_PROXY_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"
_HTML = {"Content-Type": "text/html"}


class Gateway:
    """The gateway. Safe for threads; several may share one database.

    database_url: of SQLAlchemy; "sqlite://" is in memory. clock: a ManualClock for virtual time. accounts: the
    merchants it knows at first. refund_delay: seconds until a refund reaches the payer; at once by default, which
    is at the next call or `tick`, so that the notification follows the answer. directory: with the platform's
    certificate (see certificates.FILES); without one it is made when API v3 is first called.
    """

    def __init__(
        self,
        database_url: str = "sqlite://",
        *,
        clock: Clock | None = None,
        accounts: Sequence[Account] = (),
        refund_delay: float = 0.0,
        directory: Path | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.faults = Faults()
        self.ledger = Ledger(database_url)
        self._accounts: dict[str, Account] = {}
        self._setting = Setting(self.faults, refund_delay, self._accounts.get)
        self._platform = Platform(self.clock.time, directory)
        self._v3 = Service(
            self._platform, self._setting, time=self.clock.time, run=self._run, accounts=lambda: self.accounts,
            acts_for=self._acts_for, tick=self.tick,
        )  # fmt: skip
        self._closing = weakref.finalize(self, self.ledger.close)
        for account in accounts:
            self.add_account(account)

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The merchants it knows, by mch_id."""
        return self._accounts.copy()

    def add_account(self, account: Account) -> None:
        """Know *account* from now on; another of the same mch_id is replaced."""
        self._accounts[account.mch_id] = account

    def close(self) -> None:
        """Close the database."""
        self._closing()

    # What merchants call

    def handle(self, exchange: Exchange) -> Answer:
        """Answer one request, whatever it is. Its effect is committed before the answer is returned."""
        if exchange.path.startswith(PREFIXES):
            return self._v3.handle(exchange)
        operation = catalogue.by_path(exchange.path)
        if operation is None:
            return Answer(404, b"", dict(_HTML))
        fault = self.faults.take(operation.name, "reset", "html")
        if fault is not None:
            return Answer(502, _PROXY_PAGE, dict(_HTML), action="reset" if fault.name == "reset" else "send")
        self.tick()
        call = None
        try:
            accounts = self.accounts
            call = protocol.authenticate(exchange, operation, accounts)
            protocol.check(call, accounts, exchange.peer_certificate, self._acts_for)
            if self.faults.take(operation.name, "system_error"):
                raise Refusal("SYSTEMERROR")
            answer = self._carry_out(call)
        except (NotUnderstood, Refusal) as error:
            return replies.refused(call, operation, error)
        fault = self.faults.take(operation.name, *(name for name in AFTER if name != "delay"))
        if fault is not None:
            answer = _spoilt(answer, call, fault)
        delay = self.faults.take(operation.name, "delay")
        return answer if delay is None else replace(answer, delay=delay.seconds)

    def _carry_out(self, call: protocol.Call) -> Answer:
        effect = effects.effects().get(call.operation.name)
        if effect is None:
            return replace(replies.answer(call, canned.answer(call, self.clock.time())), canned=True)
        return replies.answer(call, self._run(lambda book: effect(call, book, self._setting)))

    def _acts_for(self, account: Account, sub_mch_id: str) -> bool:
        """Say whether *account* has taken the sub-merchant on through the gateway itself."""
        return bool(
            self._run(lambda book: book.records.referred("sub_merchant", sub_mch_id, mch_id=account.mch_id) is not None)
        )

    # The keys of API v3

    @property
    def platform(self) -> Platform:
        """The keys that sign answers and notifications of API v3."""
        return self._platform

    def rotate_platform_certificate(self, after: float = NOTICE) -> str:
        """List one more platform certificate, which signs *after* seconds from now on. Return its serial number."""
        return self._platform.rotate(after)

    # What the payer does

    def scan(self, code_url: str, *, ask: product_code.Ask | None = None, payer: str = "payer") -> OrderView:
        """Return the order behind the text of a QR code. Raises NotPayable when there is none.

        ask: posts a message to an address and returns the answer's body; with it the code of a product (Native mode 1)
        is scanned too: the merchant is asked at its scan_url, and answers with the order it has placed. payer: who.
        """
        if product_code.is_product(code_url):
            return self._scan_product(code_url, ask, payer)
        found = self._orders(order_table.c.code_url == code_url) if code_url else []
        if not found:
            raise NotPayable("there is no order behind this code")
        return found[0]

    def _scan_product(self, code_url: str, ask: product_code.Ask | None, payer: str) -> OrderView:
        account, product_id, body = product_code.question(code_url, self.accounts, payer)
        if ask is None:
            raise NotPayable("this is the code of a product, and nobody is here to ask its merchant")
        prepay_id = product_code.read_answer(ask(account.scan_url, body), account)
        found = self._orders(order_table.c.mch_id == account.mch_id, order_table.c.prepay_id == prepay_id)
        if not found or found[0].fields.get("product_id") != product_id:
            raise NotPayable("the merchant's answer names no order for this product")
        return found[0]

    def order(self, mch_id: str, out_trade_no: str) -> OrderView:
        """Return an order. Raises NotPayable when there is none."""
        self.tick()
        return self._run(lambda book: _the_order(book, out_trade_no, mch_id))

    def orders(self) -> list[OrderView]:
        """Return every order, oldest first."""
        return self._orders()

    def refunds(self) -> list[RefundView]:
        """Return every refund, oldest first."""
        self.tick()
        return self._run(lambda book: book.refunds())

    def pay(
        self, out_trade_no: str, *, mch_id: str | None = None, wallet: str = rates.MAINLAND, payer: str = "payer",
        coupons: Sequence[tuple[str, int]] = (),
    ) -> OrderView:  # fmt: skip
        """Let the payer pay, with the password where one is asked for, and queue the notification.

        mch_id: whose order, where several merchants use the number. wallet: "mainland" pays in CNY, "hongkong" in HKD;
        payer: who; both are settled by the payment code of a quick pay, and the payer by openid in JSAPI orders. The
        sub-orders of a combined order are paid together, by the number of any of them or of the combined order.
        coupons: prepaid ones, ids and the amounts they pay of it; the payer pays the rest in the price's currency.
        Raises NotPayable with a reason; InvalidRequest for another wallet and coupons that do not fit.
        """
        _check_wallet(wallet)

        def work(book: Book) -> OrderView:
            order = _payable(book, out_trade_no, mch_id)
            self._account(order.mch_id)
            return payment.pay_and_notify(order, book, self._setting, wallet=wallet, payer=payer, coupons=coupons)

        self.tick()
        return self._run(work)

    def cancel(self, out_trade_no: str, *, mch_id: str | None = None) -> OrderView:
        """Let the payer refuse: a quick pay fails (PAYERROR), any other order waits on (NOTPAY). Raises NotPayable."""

        def work(book: Book) -> OrderView:
            order = _payable(book, out_trade_no, mch_id)
            if order.state == NOTPAY:
                return order
            return book.change(order, "decline" if order.trade_type == MICROPAY else "cancel", queries_left=0)

        self.tick()
        return self._run(work)

    def ask_password(self, out_trade_no: str, *, mch_id: str | None = None) -> OrderView:
        """Let the payer's app ask for the password: USERPAYING until `pay` or `cancel`. Raises NotPayable."""

        def work(book: Book) -> OrderView:
            order = _payable(book, out_trade_no, mch_id)
            return order if order.state == USERPAYING else book.change(order, "ask_password")

        self.tick()
        return self._run(work)

    def new_payment_code(
        self,
        *,
        wallet: str = rates.MAINLAND,
        needs_password: bool = False,
        payer: str = "payer",
        balance: int | None = None,
        refuses: str = "",
    ) -> str:
        """Return the payment code a virtual payer shows: 18 digits, good for one minute and one payment.

        wallet: "mainland" (10 to 14) or "hongkong" (15). balance: what the payer has, in the wallet's smallest unit;
        None for enough. refuses: an err_code of quick pay that every charge of the code is answered with.
        Raises InvalidRequest.
        """
        _check_wallet(wallet)
        code = secrets.choice(_PREFIXES[wallet]) + f"{secrets.randbelow(10**16):016d}"
        return self._credential(code, wallet, needs_password, payer, balance, refuses)

    def new_face_code(
        self, *, wallet: str = rates.MAINLAND, payer: str = "payer", balance: int | None = None, refuses: str = ""
    ) -> str:
        """Return what a terminal's SDK gives for the face of a virtual payer. As `new_payment_code`, no password."""
        _check_wallet(wallet)
        return self._credential(secrets.token_hex(16), wallet, False, payer, balance, refuses)

    def _credential(
        self, code: str, wallet: str, needs_password: bool, payer: str, balance: int | None, refuses: str
    ) -> str:
        if refuses and catalogue.find("micropay").error(refuses) is None:
            raise InvalidRequest(f"quick pay has no err_code {quoted(refuses)}")
        self._run(
            lambda book: book.add_code(
                auth_code=code, wallet=wallet, payer=payer, needs_password=needs_password, refuses=refuses,
                balance=balance, expires_at=book.now + CODE_SECONDS,
            )
        )  # fmt: skip
        return code

    def act(self, name: str, /, **arguments: Any) -> Any:
        """Do what a person or the platform does in a family: ``act("open_red_pack", mch_id=..., mch_billno=...)``.

        The acts are those of `effects.acts`; what one tells is returned, as JSON takes it. Raises NotPayable with a
        reason, InvalidRequest for another name or other arguments.
        """
        work = effects.acts().get(name)
        if work is None:
            raise InvalidRequest(f"there is no act {quoted(name)}", remedy=f"there are {', '.join(effects.acts())}")
        try:
            inspect.signature(work).bind(None, None, **arguments)
        except TypeError as error:
            raise InvalidRequest(f"{name}: {error}") from None
        self.tick()
        return self._run(lambda book: work(book, self._setting, **arguments))

    def tick(self) -> None:
        """Let what is due by the clock happen: orders end, refunds reach their payers and are notified."""

        def work(book: Book) -> None:
            book.expire()
            for due, order in book.due_refunds():
                refund = self._finish(book, due, order)
                account = self._accounts.get(order.mch_id)
                if account is not None:
                    notices.queue_refund(book, account, order, refund, self.faults)
            for record in book.records.due(*effects.due()):
                effects.due()[record.kind](record, book, self._setting)

        self._run(work)

    def _finish(self, book: Book, due: RefundView, order: OrderView) -> RefundView:
        """Let a refund reach its payer, or not, where a fault says so."""
        name = "refund_create" if "document" in due.fields else "refund"
        fault = self.faults.take(name, "refund_abnormal", "refund_closed")
        if fault is None:
            return book.finish_refund(due, order)
        return book.fail_refund(due, order, closed=fault.name == "refund_closed")

    # What is notified

    def due_notifications(self) -> list[PendingNotification]:
        """Return what is to be sent now, longest due first."""
        return [self._with_headers(one) for one in self._run(notices.due)]

    def pending_notification(self, id: int) -> PendingNotification | None:
        """Return the notification of that id to be sent once more, whatever became of it; None when there is none."""
        one = next((one for one in self.notifications() if one.id == id), None)
        if one is None:
            return None
        pending = PendingNotification(
            one.id, one.kind, one.out_trade_no, one.url, one.body, len(one.attempts) + 1, mch_id=one.mch_id,
            protocol=one.protocol, forged=one.forged,
        )  # fmt: skip
        return self._with_headers(pending)

    def _with_headers(self, one: PendingNotification) -> PendingNotification:
        return one if one.protocol == notices.V2 else replace(one, headers=lambda: self._v3.notification_headers(one))

    def next_notification_at(self) -> float | None:
        """Return when the next attempt is due, in Unix seconds; None when nothing waits."""
        return self._run(notices.next_at)

    def notification_delivered(self, id: int, *, status: int, body: bytes) -> None:
        """Take note of an answer. A right one (see notices.py) ends it; any other begins the next interval."""
        self._run(lambda book: notices.answered(book, id, status, body, ""))

    def notification_failed(self, id: int, reason: str) -> None:
        """Take note that no answer came, and why; the next interval begins."""
        self._run(lambda book: notices.answered(book, id, None, b"", reason or "no answer"))

    def notifications(self) -> list[NotificationView]:
        """Return every notification with its attempts, oldest first."""
        return self._run(notices.views)

    def _run(self, work: Callable[[Book], T]) -> T:
        return self.ledger.run(work, self.clock.time())

    def _orders(self, *conditions: object) -> list[OrderView]:
        self.tick()
        return self._run(lambda book: book.orders(*conditions))  # type: ignore[arg-type]

    def _account(self, mch_id: str) -> Account:
        account = self._accounts.get(mch_id)
        if account is None:
            raise NotPayable(f"merchant {mch_id} of this order is not known", remedy="add its Account to the gateway")
        return account


def _spoilt(answer: Answer, call: protocol.Call, fault: Fault) -> Answer:
    """Return *answer* as *fault* makes it."""
    if fault.name in ("lost_reply", "hang"):
        return replace(answer, action="reset" if fault.name == "lost_reply" else "hang")
    if fault.name == "truncated":
        return replace(answer, body=answer.body[: len(answer.body) // 2])
    if fault.name == "system_error_after":
        return replies.refused(call, call.operation, Refusal("SYSTEMERROR"))
    if not answer.body.endswith(b"</sign></xml>"):  # sealed with sign last, or not signed at all
        return answer
    fields = xml.read(answer.body)
    sign = fields.pop("sign")
    if fault.name == "wrong_sign":
        fields["sign"] = ("0" if sign[0] != "0" else "1") + sign[1:]
    return replace(answer, body=xml.write(fields))


def _the_order(book: Book, out_trade_no: str, mch_id: str | None) -> OrderView:
    """Return the order of that number. Raises NotPayable when there is none, or several of several merchants."""
    found = [one for one in book.orders_numbered(out_trade_no) if mch_id in (None, one.mch_id)]
    found = found or combined_orders.sub_orders(book, out_trade_no, mch_id)[:1]
    if not found:
        raise NotPayable(f"there is no order {quoted(out_trade_no)}")
    if len(found) > 1:
        raise NotPayable(f"several merchants have an order {quoted(out_trade_no)}", remedy="say which mch_id")
    return found[0]


def _payable(book: Book, out_trade_no: str, mch_id: str | None) -> OrderView:
    order = _the_order(book, out_trade_no, mch_id)
    if order.state not in (NOTPAY, USERPAYING):
        raise NotPayable(f"order {order.out_trade_no} cannot be paid: {_WHY_NOT[order.state]}")
    return order


def _check_wallet(wallet: str) -> None:
    if wallet not in rates.WALLETS:
        raise InvalidRequest(f"wallet must be mainland or hongkong, got {quoted(wallet)}")
