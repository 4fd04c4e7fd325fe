"""Orders, refunds and notifications in words and figures for people, and the templates that show them.

What merchants and payers wrote (body, attach, addresses) is hostile and leaves the templates escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import jinja2
import segno
from aiohttp import web
from markupsafe import Markup

from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.money import main_units
from wxpay_v2.simulator import rates

if TYPE_CHECKING:
    from wxpay_v2.simulator.views import NotificationView, OrderView, RefundView

    T = TypeVar("T")

__all__ = [
    "POLICY", "STATES", "WALLETS", "Page", "code_svg", "moment", "money", "newest", "page", "path", "resource",
    "script", "shown", "shown_notification", "shown_refund",
]  # fmt: skip

SHOWN = 100
"""Rows of each table, newest first."""

_TEMPLATES = files("wxpay_v2.simulator") / "templates"


def resource(name: str) -> str:
    """Return the text of a file beside the templates."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


_STYLE = resource("style.css")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy of a page without scripts."""

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("wxpay_v2.simulator"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["style"] = Markup(_STYLE)  # noqa: S704 - a file of this package

_SAYS = {
    "NOTPAY": "waits for the payer",
    "USERPAYING": "waits for the password",
    "SUCCESS": "",
    "REFUND": "paid, then refunded",
    "CLOSED": "closed, nobody can pay it",
    "REVOKED": "reversed by the shop",
    "PAYERROR": "the payment failed",
}
STATES = tuple(_SAYS)
_TONES = {
    "SUCCESS": "good", "NOTPAY": "wait", "USERPAYING": "wait", "delivered": "good", "waiting": "wait",
    "PAYERROR": "bad", "given up": "bad",
}  # fmt: skip
_PAY = ("pay", "Pay", "go")
_ACTIONS = {
    "NOTPAY": (_PAY, ("password", "Ask for password", ""), ("cancel", "Cancel", "stop")),
    "USERPAYING": (("pay", "Enter password", "go"), ("cancel", "Refuse", "stop")),
}
WALLETS = {rates.MAINLAND: "Mainland", rates.HONGKONG: "Hong Kong"}


class Page(web.Response):
    """An answer that may ask for a looser seal than guard.py's; `unseal` in payer.py gives it.

    policy: another Content-Security-Policy, or "". framed: the policy names who may frame it. shared: a page of another
    origin may load it.
    """

    policy = ""
    framed = False
    shared = False


def page(name: str, status: int = 200, problem: str = "", **facts: Any) -> Page:
    """Return the template *name*, filled with *facts*. problem: what went wrong, said on top."""
    text = _ENVIRONMENT.get_template(name).render(problem=problem, **facts)
    return Page(text=text, status=status, content_type="text/html")


def script(text: str) -> Page:
    """Return *text* as a script."""
    return Page(text=text, content_type="text/javascript", charset="utf-8")


def shown(order: OrderView) -> dict[str, Any]:
    """Return what the pages say about *order*."""
    currency, figure = money(order.total_fee, order.fee_type)
    actions = _ACTIONS.get(order.state, ())
    return {
        "amount": f"{currency} {figure}",
        "currency": currency,
        "figure": figure,
        "wallets": _wallets(order) if actions else [],
        "cash": " ".join(money(order.cash_fee, order.cash_fee_type)) if order.cash_fee_type else "",
        "refunded": " ".join(money(order.refunded, order.fee_type)) if order.refunded else "",
        "state": order.state,
        "says": _SAYS.get(order.state, ""),
        "tone": _TONES.get(order.state, ""),
        "actions": actions,
        "path": path(order),
        "placed": moment(order.placed_at),
        "expires": moment(order.expires_at) if actions else "",
        "mch_id": order.mch_id,
        "sub_mch_id": order.sub_mch_id,
        "appid": order.appid,
        "body": order.body,
        "attach": order.attach,
        "out_trade_no": order.out_trade_no,
        "transaction_id": order.transaction_id,
        "trade_type": order.trade_type,
        "code_url": order.code_url,
    }


def shown_refund(refund: RefundView, order: OrderView | None) -> dict[str, str]:
    """Return what the pages say about *refund*, which is of *order*."""
    currency = order.fee_type if order is not None else "CNY"
    return {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": order.out_trade_no if order is not None else "",
        "mch_id": refund.mch_id,
        "amount": " ".join(money(refund.refund_fee, currency)),
        "status": refund.status,
        "taken": moment(refund.taken_at),
        "succeeded": moment(refund.succeeded_at) if refund.succeeded_at is not None else "",
        "tone": "good" if refund.status == "SUCCESS" else "wait",
    }


def shown_notification(one: NotificationView) -> dict[str, Any]:
    """Return what the pages say about a notification and its attempts."""
    return {
        "id": one.id,
        "kind": ("forged " if one.forged else "") + one.kind,
        "mch_id": one.mch_id,
        "out_trade_no": one.out_trade_no,
        "number": one.out_refund_no or one.out_trade_no,
        "url": one.url,
        "state": one.state,
        "tone": _TONES.get(one.state, ""),
        "queued": moment(one.queued_at),
        "next": moment(one.next_at) if one.next_at is not None else "",
        "attempts": [
            {
                "made": moment(attempt.made_at),
                "status": "" if attempt.status is None else str(attempt.status),
                "says": attempt.reason or "accepted",
                "answer": attempt.answer,
                "tone": "bad" if attempt.reason else "good",
            }
            for attempt in one.attempts
        ],
    }


def code_svg(link: str) -> Markup | None:
    """Return the QR code of *link* as an inline SVG image; None without a link."""
    if not link:
        return None
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        border=0, omitsize=True, svgclass=None, lineclass=None, title="QR code of the order", dark="#111714"
    )
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - drawn by segno, the link is only dots


def path(order: OrderView) -> str:
    """Return where the payer's page of *order* is."""
    return f"/pay/{quote(order.mch_id, safe='')}/{quote(order.out_trade_no, safe='')}"


def newest(rows: Sequence[T]) -> list[T]:
    """Return the rows that a table shows, newest first. They have an ``id``."""
    return sorted(rows, key=lambda row: row.id, reverse=True)[:SHOWN]  # type: ignore[attr-defined]


def moment(seconds: float) -> str:
    """Return Unix *seconds* as Beijing time for people."""
    return f"{datetime.fromtimestamp(int(seconds), BEIJING):%Y-%m-%d %H:%M:%S}"


def money(amount: int, currency: str) -> tuple[str, str]:
    """Return the currency and *amount*, smallest units, in its main unit."""
    try:
        return currency, f"{main_units(amount, currency):,f}"
    except InvalidRequest:
        return currency, str(amount)


def _wallets(order: OrderView) -> list[tuple[str, str, str]]:
    """Return the wallets *order* can be paid from: name, words, and the amount that would leave it."""
    found = []
    for wallet in (order.wallet,) if order.wallet else tuple(rates.WALLETS):
        currency = rates.WALLETS[wallet]
        try:
            amount = rates.convert(order.total_fee, order.fee_type, currency)
        except KeyError:
            continue
        found.append((wallet, f"{WALLETS[wallet]} wallet", " ".join(money(amount, currency))))
    return found
