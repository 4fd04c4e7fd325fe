"""Statements: of API v3 Global in the answer itself, of the mainland by an address that lives for a while.

A file that waits to be downloaded is a record of kind "bill_file" under the token of its address.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from wxpay_v2.clock import BEIJING, parse_day
from wxpay_v2.operation import HOSTS
from wxpay_v2.operation import MAINLAND as HOME
from wxpay_v2.simulator import statements, statements_v3
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing
from wxpay_v2.simulator.effects.statements import READY_HOUR
from wxpay_v2.simulator.trades import trades
from wxpay_v2.simulator.v3 import keys
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented
from wxpay_v2.simulator.v3.replies import File

__all__ = ["GLOBAL", "LIFE", "MAINLAND", "download", "fund_flow", "statement", "sub_merchant_fund_flow", "trade_bill"]

KIND = "bill_file"
LIFE = 300.0
"""Seconds that the address of a bill lives."""

_PATH = "/v3/billdownload/file"
_FIRST_DAY = date(2013, 1, 1)  # before there was a gateway


def statement(call: Call, book: Book, setting: Setting) -> File:
    """Return the statement of a day, from 10:00 of the next one on; of all sub-merchants unless one is named."""
    day = _day(call, book, "date")
    made = trades(book, call.mch_id, call.sub_mch_id, day, day)
    if not made:
        raise Refusal("NO_STATEMENT_EXIST")
    text = statements_v3.write(made, currency=call.account.currency)
    kind = "text/csv; charset=utf-8"
    if call.text("Accept-Encoding"):
        packed = gzip.compress(text, mtime=0)
        return File(packed, kind, plain=text, digest=True, headers={"Content-Encoding": "gzip"})
    return File(text, kind, digest=True)


def trade_bill(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the address of a day's bill, and its digest."""
    day, kind = _day(call, book, "bill_date"), call.text("bill_type", "ALL")
    made = [one for one in trades(book, call.mch_id, call.sub_mch_id, day, day) if kind in ("ALL", one.state)]
    if not made:
        raise Refusal("NO_STATEMENT_EXIST")
    return _offer(call, book, statements.write(made, kind, region=HOME, currency=call.account.currency))


def fund_flow(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the address of a day's fund flow, and its digest."""
    return _offer(call, book, _flow(call, book))


def sub_merchant_fund_flow(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the address of a day's fund flow of a sub-merchant: one file, encrypted, and its key for the merchant."""
    if call.text("algorithm") != "AEAD_AES_256_GCM":
        raise Refusal(documented(call.operation, "INVALID_REQUEST"), "this algorithm needs keys of another kind")
    text, key = _flow(call, book), secrets.token_hex(16)
    sealed = keys.sealed(_packed(call, text), key.encode(), "")
    offer = _offer(call, book, text, base64.b64decode(sealed["ciphertext"]))
    part = {"bill_sequence": 1, **offer, "encrypt_key": call.encrypted(key), "nonce": sealed["nonce"]}
    return {"download_bill_count": 1, "download_bill_list": [part]}


def download(call: Call, book: Book, setting: Setting) -> File:
    """Return the file of an address, to the merchant that asked for it, while the address lives."""
    record = book.records.referred(KIND, call.text("token"))
    if record is not None and record.mch_id != call.mch_id:
        raise Refusal("NO_AUTH", "another merchant asked for this address")
    if record is None or book.now > record.created + LIFE:
        raise Refusal("INVALID_REQUEST", "the address does not live any more")
    return File(base64.b64decode(record.data["file"]), record.data["kind"])


def _day(call: Call, book: Book, name: str) -> date:
    """Return the day of a statement, which is made by now. Raises Refusal."""
    day, now = parse_day(call.text(name)), beijing(book.now)
    if day > now.date():
        raise Refusal.of_field(call.operation, f"/{name}", "has not begun")
    if now < datetime(day.year, day.month, day.day, READY_HOUR, tzinfo=BEIJING) + timedelta(days=1):
        raise Refusal("STATEMENT_CREATING")
    return day


def _flow(call: Call, book: Book) -> bytes:
    """Return the fund flow of the call's day. Trades move money on the account BASIC only. Raises Refusal."""
    day = _day(call, book, "bill_date")
    made = trades(book, call.mch_id, call.sub_mch_id, _FIRST_DAY, day) if day > _FIRST_DAY else []
    since = datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp()
    text = statements.write_flow(made, since=since) if call.text("account_type", "BASIC") == "BASIC" else None
    if text is None:
        raise Refusal("NO_STATEMENT_EXIST")
    return text


def _packed(call: Call, text: bytes) -> bytes:
    return gzip.compress(text, mtime=0) if call.text("tar_type") == "GZIP" else text


def _offer(call: Call, book: Book, text: bytes, data: bytes = b"") -> dict[str, Any]:
    """Keep a file under a new address, and return what is told of it. data: what is sent, by default *text*."""
    packed = call.text("tar_type") == "GZIP"
    token = secrets.token_urlsafe(48)
    kind = "application/x-gzip" if packed else "text/plain; charset=utf-8"
    kept = {"file": base64.b64encode(data or _packed(call, text)).decode(), "kind": kind}
    book.records.put(KIND, call.mch_id, token, "OFFERED", kept, reference=token)
    query = urlencode({"token": token, **({"tartype": "gzip"} if packed else {})})
    return {
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(text, usedforsecurity=False).hexdigest(),
        "download_url": f"{HOSTS[HOME][0]}{_PATH}?{query}",
    }


GLOBAL = {"statements": statement}
MAINLAND = {
    "bill_trade": trade_bill,
    "bill_fund_flow": fund_flow,
    "bill_sub_merchant_fund_flow": sub_merchant_fund_flow,
    "bill_download": download,
}
