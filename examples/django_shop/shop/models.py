"""The shop's own books: what was ordered, for how much, and what became of it."""

from __future__ import annotations

import secrets
import time
from typing import NamedTuple

from django.db import models

from wxpay_v2.money import main_units

JSAPI, NATIVE = "JSAPI", "NATIVE"


class Product(NamedTuple):
    """price: in the smallest unit of its currency."""

    id: str
    name: str
    about: str
    price: int
    currency: str

    @property
    def amount(self) -> str:
        return f"{self.currency} {main_units(self.price, self.currency):,f}"


PRODUCTS = {
    one.id: one
    for one in (
        Product("tea", "Oolong tea", "High mountain, spring picking. 250 g.", 12800, "HKD"),
        Product("pot", "Porcelain pot", "Holds four cups. Dishwasher? Please do not.", 25800, "HKD"),
    )
}


def new_number() -> str:
    return f"S{time.strftime('%Y%m%d', time.gmtime())}{secrets.token_hex(8)}"


class Order(models.Model):
    """An order. total_fee: in the smallest unit of fee_type. placed_at: Unix seconds."""

    class State(models.TextChoices):
        WAITING = "waiting"
        PAID = "paid"
        REFUNDING = "refunding"
        REFUNDED = "refunded"
        CLOSED = "closed"

    number = models.CharField(max_length=32, primary_key=True, default=new_number)
    product_id = models.CharField(max_length=32)
    total_fee = models.PositiveIntegerField()
    fee_type = models.CharField(max_length=3)
    trade_type = models.CharField(max_length=8)
    openid = models.CharField(max_length=128, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    prepay_id = models.CharField(max_length=64, blank=True)
    code_url = models.CharField(max_length=128, blank=True)
    transaction_id = models.CharField(max_length=32, blank=True)
    placed_at = models.FloatField(default=time.time)

    class Meta:
        ordering = ("-placed_at",)

    def __str__(self) -> str:
        return self.number

    @classmethod
    def place(cls, product: Product, trade_type: str, openid: str) -> Order:
        """Keep a new order. It is on disk before the gateway hears of it."""
        return cls.objects.create(
            product_id=product.id, total_fee=product.price, fee_type=product.currency, trade_type=trade_type,
            openid=openid,
        )  # fmt: skip

    @property
    def product(self) -> Product:
        return PRODUCTS[self.product_id]

    @property
    def amount(self) -> str:
        return f"{self.fee_type} {main_units(self.total_fee, self.fee_type):,f}"

    @property
    def refund_number(self) -> str:
        """One per order, so that a second click is the same refund."""
        return f"{self.number}R"

    def move(self, before: State, after: State, **values: str) -> bool:
        """Move on with one conditional UPDATE. Returns False when the order was in another state: late news."""
        here = Order.objects.filter(number=self.number, state=before)
        return here.update(state=after, **values) == 1
