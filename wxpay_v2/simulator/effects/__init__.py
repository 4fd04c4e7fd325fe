"""What each operation does to the books, one module per family of the catalogue.

An effect is the function of the operation's name. It is called within one transaction with an authenticated, checked
call. It returns the answer's fields beside the head (or a statement's bytes, or a `Page`), and what it did is
committed; or it raises `Refusal`, and nothing was done. An operation without one is answered by
`wxpay_v2.simulator.canned`.

A module of this package is found by being here. What it lists in ``__all__`` under the name of an operation is that
operation's effect. More names, where a module lists them: ``DUE``, from a kind of `records` to what the gateway
does by itself with each record whose time has come; ``on_payment``, called for every order right after its payment;
``ACTS``, from a name to what a person or the platform does: ``work(book, setting, **arguments)``.

Where the reference is silent
-----------------------------

The pages and the public code we know do not say what the gateway answers in these cases. The simulator accepts what it
could only refuse by guessing, and never invents a code: every err_code is one that the operation's row documents. Of an
operation whose pages list no codes at all (face payment, deposits, ...) it is one of the operation it is like.

Accepted, although a page names the limit:

* close_order sooner than 5 minutes after the order, reverse sooner than 15 s after the quick pay;
* a 51st part refund, two part refunds within a minute, several refunds of one payer at a time, any rate of calls;
* statements older than 3 months; settlement queries for more than 10 records;
* APP orders without sub_appid in institution mode; orders without product_id;
* a notify_url with a query string, or one that is no address: the notification then fails;
* a deposit that is consumed whole or not at all, and one that is refunded before it is consumed;
* profit sharing without the gateway's fee taken off first, any openid as a receiver, the removal of none;
* Hong Kong wallets (codes beginning 15) everywhere; payments of any amount without a password.

Refused, with a code that we chose among the documented ones:

* an operation in a region or access mode that its row does not list: NOAUTH, where that is not documented return_msg;
* the order number of another order: OUT_TRADE_NO_USED (INVALID_REQUEST is documented for it as well);
* a sub_mch_id that is not the caller's: NOAUTH, else PARAM_ERROR or INVALID_REQUEST;
* a refund over the rest: ERROR; of an unpaid order: INVALID_REQUEST, of one that waits for the password:
  ORDER_NOT_READY; with another total_fee than the order's: PARAM_ERROR;
* the same out_refund_no with other amounts: REFUND_FEE_MISMATCH, with anything else changed: INVALID_REQUEST;
* reverse of an order that is not there: INVALID_REQUEST, of a refunded one: TRADE_ERROR;
* close of a closed order: ORDERCLOSED (success is documented as well), of a quick pay order: TRADE_STATE_ERROR;
* a payment code that another merchant has asked an openid for: AUTH_CODE_ERROR;
* a currency without a rate, and a rate of tomorrow: PARAM_ERROR;
* a combined order under a number that was used, is paid, or holds a number that was used: INVALID_REQUEST; sub-orders
  of a merchant that is not known here, and a close that does not name them all: PARAM_ERROR;
* the sharing of an order placed without profit_sharing, of one that is finished or was paid back, to a receiver that
  was not added, and more returned than was shared: INVALID_REQUEST; a number that is none: PARAM_ERROR; the sharing of
  an order in its first minute: ORDER_NOT_READY;
* the refund of money that receivers have: NOTENOUGH, the reversal: TRADE_ERROR;
* a deposit consumed twice with different amounts, over what is left, or unpaid: INVALID_REQUEST;
* a face that is none: AUTH_CODE_INVALID, used: AUTH_CODE_ERROR, another payer's: BUYER_MISMATCH;
* a client certificate that is missing or another merchant's: return_msg, not CERT_ERROR. What nginx says there is
  not in the reference;
* what is refused before it is a call, where no Chinese text is known: return_msg is the name of the documented code.

Chosen:

* err_code_des and trade_state_desc are our words. bank_type is OTHERS.
* A quick pay that waits for the password is revoked by the gateway after 45 s. USERPAYING of another order comes only
  when its payer's page asks for the password.
* A refused quick pay (NOTENOUGH, a used code, ...) leaves no order behind.
* Orders paid by face are of trade_type FACEPAY. A face never asks for a password.
* Sub-orders of a combined order are paid together and never alone, and notified once, to the combining merchant.
* What is not consumed of a deposit goes back at once, as a refund that is not notified; trade_state stays SUCCESS.
* A sharing, and a return, is done at once. What was returned can be shared again. 30% is the largest part of an order.
* A refund reaches the payer `refund_delay` seconds after it is taken in, and never fails.
* The statement of a day is there from 10:00 of the next (it is made from 9:00 on). A refund stands on the day it was
  taken in, dated by it; a reversed payment stands twice, as SUCCESS and as REVOKED, the second without refund numbers.
  The fee is 0.60% of every trade and is given back with it, negative. The summary of a global statement is a count.
* settlement_query: trades of a day are settled on the next; date_start and date_end are days of settlement. An answer
  has one flat record, the one at `offset`, because nested records cannot be signed; record_num is "1", or "0" past
  the last one. Go on with the next offset until it is "0".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.replies import Outcome
from wxpay_v2.simulator.views import OrderView
from wxpay_v2.v2 import catalogue

__all__ = ["Act", "Due", "Effect", "Paid", "Setting", "acts", "due", "effects", "on_payment"]

Effect = Callable[[Call, Book, Setting], Outcome]
Due = Callable[[Record, Book, Setting], object]
Paid = Callable[[OrderView, Book, Setting], object]
Act = Callable[..., Any]


@cache
def effects() -> Mapping[str, Effect]:
    """Return the effect of every operation that has one, by the operation's name."""
    found: dict[str, Effect] = {}
    for module in _modules():
        for name in module.__all__:
            if name in catalogue.NAMES and found.setdefault(name, getattr(module, name)) is not getattr(module, name):
                raise AssertionError(f"{name} has two effects, one in {module.__name__}")
    return found


@cache
def due() -> Mapping[str, Due]:
    """Return what the gateway does by itself with a record whose time has come, by the record's kind."""
    return {kind: work for module in _modules() if "DUE" in module.__all__ for kind, work in module.DUE.items()}


@cache
def on_payment() -> tuple[Paid, ...]:
    """Return what is to be done after an order's payment."""
    return tuple(module.on_payment for module in _modules() if "on_payment" in module.__all__)


@cache
def acts() -> Mapping[str, Act]:
    """Return what people and the platform do in the families, by name."""
    return {name: work for module in _modules() if "ACTS" in module.__all__ for name, work in module.ACTS.items()}


def _modules() -> list[ModuleType]:
    return [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
