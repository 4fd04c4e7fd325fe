"""Notifications of products beyond payments and refunds: signed, and in the same queue."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from wxpay_v2.secret import Secret
from wxpay_v2.simulator import notices
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.v2 import envelope
from wxpay_v2.v2.signature import Signer

__all__ = ["queue"]


def queue(
    book: Book,
    setting: Setting,
    account: Account,
    kind: str,
    number: str,
    url: str,
    message: Mapping[str, str],
    sign_type: str,
) -> None:
    """Queue *message*, without its empty fields, to *url*, if any. kind: of the catalogue. number: what it is about."""
    told = {name: text for name, text in message.items() if text}
    about: Any = SimpleNamespace(mch_id=account.mch_id, out_trade_no=number)
    notices.queue(
        book, kind, about, "", url, setting.faults,
        lambda: envelope.seal(told, account.signer(sign_type)),
        lambda: envelope.seal(told, Signer(Secret(secrets.token_hex(16)), sign_type)),
    )  # fmt: skip
