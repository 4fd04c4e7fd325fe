"""Money: every movement is one posting, out of one account and into another, so that none comes or goes.

An account is a text. `fund(mch_id, name)` is what a merchant has and pays from (transfers, red packs, deposits): its
balance is kept, and never falls below zero. Any other account is known by its postings alone: `payer_account`,
`merchant_account` (what the merchant's orders brought in and have not given back), TRANSIT (refunds on their way) and
BANK (where top-ups come from, withdrawals go to, and currencies are changed), COUPONS (which pays for coupons). ::

    book.funds.open(mch_id, currency="CNY", amount=100_000_00)           # once, however often it is called
    book.funds.move("transfer", fund(mch_id), payer_account(openid), 300, "CNY", record=record)    # or NotEnough
    book.funds.move("red_pack", fund(mch_id), fund(mch_id, "red_packs"), 300, "CNY", record=record)    # set aside
    book.funds.balance(mch_id)

The audit proves that every balance is what its postings make, that none is negative, and that orders have moved what
their states say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from wxpay_v2.simulator.queries import Access, Insertion, Query, given
from wxpay_v2.simulator.tables import balances, postings

if TYPE_CHECKING:
    from wxpay_v2.simulator.records import Record
    from wxpay_v2.simulator.views import OrderView

__all__ = [
    "BANK",
    "BASIC",
    "COUPONS",
    "TRANSIT",
    "Funds",
    "NotEnough",
    "fund",
    "merchant_account",
    "payer_account",
    "place",
]

BANK, COUPONS, TRANSIT = "bank", "coupons", "transit"
BASIC = "basic"
"""The account a merchant pays from unless it says otherwise."""

_FUND = "fund:"

_IS = (
    balances.c.mch_id == given("whose"),
    balances.c.account == given("name"),
    balances.c.currency == given("of"),
)
_BALANCE = Query(select(balances.c.amount).where(*_IS))
_ADD = Query(
    update(balances)
    .where(*_IS, balances.c.amount + given("more") >= 0)
    .values(amount=balances.c.amount + given("more"))
)
_ENTER, _POST = Insertion(balances), Insertion(postings)


class NotEnough(Exception):
    """A merchant's account has less than is to leave it. Stays inside the simulator: the effect names the err_code."""


def merchant_account(mch_id: str, sub_mch_id: str) -> str:
    return f"merchant:{mch_id}:{sub_mch_id}"


def payer_account(openid: str) -> str:
    return f"payer:{openid}"


def fund(mch_id: str, name: str = BASIC) -> str:
    """Return the merchant's own account of that name: "basic", "operation", "fees", or one that a family sets aside."""
    return f"{_FUND}{mch_id}:{name}"


def place(account: str) -> tuple[str, str] | None:
    """Return mch_id and name of a `fund`, None for any other account."""
    if not account.startswith(_FUND):
        return None
    mch_id, _, name = account[len(_FUND) :].partition(":")
    return mch_id, name


class Funds:
    """Movements of money in one transaction. now: Unix seconds of everything written in it."""

    def __init__(self, access: Access, now: float) -> None:
        self._access = access
        self._now = now

    def balance(self, mch_id: str, name: str = BASIC, *, currency: str = "CNY") -> int:
        """Return what is in the merchant's own account, in the smallest unit; 0 where there never was any."""
        row = self._access.row(_BALANCE, whose=mch_id, name=name, of=currency)
        return 0 if row is None else row[0]

    def open(self, mch_id: str, name: str = BASIC, *, currency: str = "CNY", amount: int = 0) -> None:
        """Open the merchant's own account with *amount* out of the bank, unless it was opened or used before."""
        if self._access.row(_BALANCE, whose=mch_id, name=name, of=currency) is None:
            self._access.send(_ENTER, mch_id=mch_id, account=name, currency=currency, amount=0)
            self.move("opening", BANK, fund(mch_id, name), amount, currency)

    def move(
        self,
        kind: str,
        source: str,
        target: str,
        amount: int,
        currency: str,
        *,
        order: OrderView | None = None,
        record: Record | None = None,
    ) -> None:
        """Move *amount*, in the smallest unit, from *source* to *target*; 0 moves nothing. order, record: what for.

        Raises NotEnough when *source* is a merchant's own account and has less: then nothing was written.
        """
        if type(amount) is not int or amount < 0 or source == target:
            raise AssertionError(f"{kind} cannot move {amount!r} from {source} to {target}")
        if not amount:
            return
        giver, taker = place(source), place(target)
        if giver is not None and taker is not None and taker < giver:
            self._add(*taker, currency, 0)  # whoever moves between these two locks them in the same order
        if giver is not None and not self._add(*giver, currency, -amount):
            raise NotEnough(f"{source} has less than {amount} {currency}")
        if taker is not None and not self._add(*taker, currency, amount):
            self._access.send(_ENTER, mch_id=taker[0], account=taker[1], currency=currency, amount=amount)
        self._access.send(
            _POST, kind=kind, order_id=None if order is None else order.id,
            record_id=None if record is None else record.id, source=source, target=target, currency=currency,
            amount=amount, moved_at=self._now,
        )  # fmt: skip

    def _add(self, mch_id: str, name: str, currency: str, amount: int) -> bool:
        """Add *amount* where the account exists and does not fall below 0; say whether it did."""
        return bool(self._access.change(_ADD, whose=mch_id, name=name, of=currency, more=amount))
