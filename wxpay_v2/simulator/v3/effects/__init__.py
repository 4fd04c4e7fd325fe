"""What each operation of API v3 does to the books, one module per family, both regions together.

An effect is a function ``name(call, book, setting)``, called within one transaction with an authenticated, checked
call: ``call.document`` is what the request says, as one object (path, query and body together, JSON values, sensitive
fields decrypted), ``call.text("amount.currency")`` a text in it, ``call.account`` the merchant, ``call.region`` whose
API it is, ``call.operation`` the row. It returns what is answered, and what it did is committed:

* an object, which is a 200; names that the row does not list are a mistake and fail, None and "" are left out, and so
  is what the row has for other modes;
* None, which is a 204; `replies.Pending` around an object, which is a 202; `replies.File`, a download.

Or it raises `Refusal`, and nothing was done: ``Refusal("ORDER_NOT_EXIST")``, status and words from the row;
``Refusal.of_field(call.operation, "/amount/total", "is not the order's")`` for a PARAM_ERROR; ``documented(row,
*codes)`` picks the code that the row has. Ledger functions of the effects of API v2 refuse in its err_codes; within
``with in_v3(call.operation):`` these become the codes of the row.

How one is added: put a module here with the tables ``GLOBAL`` and ``MAINLAND``, from the names of operations (those of
`wxpay_v2.v3.catalogue`) to their effects; either may be left out. A module of this package is found by being here. ::

    GLOBAL = {"settlements": settlements}
    MAINLAND = {"bill_trade": bill, "bill_fund_flow": bill}

An operation without an effect is answered by `wxpay_v2.simulator.v3.canned`.

Where orders and refunds are concerned: `common` finds the order of a call and keeps a request, and `messages` (beside
this package) says what is told of an order, in queries and notifications. What an order or a refund of API v3 was asked
with is kept in its ``fields``, under the names of API v2, so that both versions read it, and whole under ``document``.
So ``"document" in order.fields`` says which version made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.v3 import canned
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.replies import Outcome
from wxpay_v2.v3 import catalogue

__all__ = ["Effect", "effects"]

Effect = Callable[[Call, Book, Setting], Outcome]


@cache
def effects(region: str) -> Mapping[str, Effect]:
    """Return the effect of every operation of *region*, by the operation's name."""
    found: dict[str, Effect] = {}
    for module in _modules():
        for name, effect in getattr(module, region.upper(), {}).items():
            if name not in catalogue.NAMES[region] or found.setdefault(name, effect) is not effect:
                raise AssertionError(f"{module.__name__}: {name} of {region} is no operation, or has two effects")
    return {**dict.fromkeys(catalogue.NAMES[region], canned.answer), **found}


def _modules() -> list[ModuleType]:
    return [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
