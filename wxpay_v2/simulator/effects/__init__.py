"""What each operation does to the books, one module per family of the catalogue.

An effect is called within one transaction with an authenticated, checked call. It returns the answer's fields beside
the head (or a statement's bytes), and what it did is committed; or it raises `Refusal`, and nothing was done.

Where the reference is silent
-----------------------------

The pages and the public code we know do not say what the gateway answers in these cases. The simulator accepts what it
could only refuse by guessing, and never invents a code: every err_code is one that the operation's row documents.

Accepted, although a page names the limit:

* close_order sooner than 5 minutes after the order, reverse sooner than 15 s after the quick pay;
* a 51st part refund, two part refunds within a minute, several refunds of one payer at a time, any rate of calls;
* statements older than 3 months; settlement queries for more than 10 records;
* APP orders without sub_appid in institution mode; orders without product_id;
* a notify_url with a query string, or one that is no address: the notification then fails;
* operations in a region or access mode that their row does not list;
* Hong Kong wallets (codes beginning 15) everywhere; payments of any amount without a password.

Refused, with a code that we chose among the documented ones:

* the order number of another order: OUT_TRADE_NO_USED (INVALID_REQUEST is documented for it as well);
* a sub_mch_id that is not the caller's: NOAUTH, else PARAM_ERROR or INVALID_REQUEST;
* a refund over the rest: ERROR; of an unpaid order: INVALID_REQUEST, of one that waits for the password:
  ORDER_NOT_READY; with another total_fee than the order's: PARAM_ERROR;
* the same out_refund_no with other amounts: REFUND_FEE_MISMATCH, with anything else changed: INVALID_REQUEST;
* reverse of an order that is not there: INVALID_REQUEST, of a refunded one: TRADE_ERROR;
* close of a closed order: ORDERCLOSED (success is documented as well), of a quick pay order: TRADE_STATE_ERROR;
* a payment code that another merchant has asked an openid for: AUTH_CODE_ERROR;
* a currency without a rate, and a rate of tomorrow: PARAM_ERROR;
* a client certificate that is missing or another merchant's: return_msg, not CERT_ERROR. What nginx says there is
  not in the reference;
* what is refused before it is a call, where no Chinese text is known: return_msg is the name of the documented code.

Chosen:

* err_code_des and trade_state_desc are our words. bank_type is OTHERS.
* A quick pay that waits for the password is revoked by the gateway after 45 s. USERPAYING of another order comes only
  when its payer's page asks for the password.
* A refused quick pay (NOTENOUGH, a used code, ...) leaves no order behind.
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

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import orders, quick_pay, refunds, statements, tools
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call

__all__ = ["EFFECTS", "Effect", "Setting"]

Effect = Callable[[Call, Book, Setting], Mapping[str, str] | bytes]

EFFECTS: dict[str, Effect] = {
    "unified_order": orders.unified_order,
    "order_query": orders.order_query,
    "close_order": orders.close_order,
    "micropay": quick_pay.micropay,
    "reverse": quick_pay.reverse,
    "auth_code_to_openid": quick_pay.auth_code_to_openid,
    "refund": refunds.refund,
    "refund_query": refunds.refund_query,
    "download_bill": statements.download_bill,
    "settlement_query": statements.settlement_query,
    "query_exchange_rate": tools.query_exchange_rate,
    "report": tools.report,
    "short_url": tools.short_url,
}
