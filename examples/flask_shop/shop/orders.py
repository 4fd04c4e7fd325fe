"""The shop's own books, in SQLAlchemy Core: what was ordered, for how much, and what became of it."""

from __future__ import annotations

import secrets
import time
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    insert,
    select,
    update,
)

WAITING, PAID, REFUNDING, REFUNDED, CLOSED = "waiting", "paid", "refunding", "refunded", "closed"
JSAPI, NATIVE = "JSAPI", "NATIVE"


class Product(NamedTuple):
    """price: in the smallest unit of its currency."""

    id: str
    name: str
    about: str
    price: int
    currency: str


PRODUCTS = {
    one.id: one
    for one in (
        Product("tea", "Oolong tea", "High mountain, spring picking. 250 g.", 12800, "HKD"),
        Product("pot", "Porcelain pot", "Holds four cups. Dishwasher? Please do not.", 25800, "HKD"),
    )
}

metadata = MetaData()
orders = Table(
    "orders",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("product", String(32), nullable=False),
    Column("total_fee", Integer, nullable=False),
    Column("fee_type", String(3), nullable=False),
    Column("trade_type", String(8), nullable=False),
    Column("openid", String(128), nullable=False, default=""),
    Column("state", String(16), nullable=False, default=WAITING),
    Column("prepay_id", String(64), nullable=False, default=""),
    Column("code_url", String(128), nullable=False, default=""),
    Column("transaction_id", String(32), nullable=False, default=""),
    Column("placed_at", Float(53), nullable=False),
)


class Orders:
    """Reads and writes orders. Every change of state is one conditional UPDATE, so that late news changes nothing."""

    def __init__(self, database_url: str) -> None:
        self._engine: Engine = create_engine(database_url)
        metadata.create_all(self._engine)

    def place(self, product: Product, trade_type: str, openid: str) -> str:
        """Keep a new order and return its number. It is on disk before the gateway hears of it."""
        number = f"S{time.strftime('%Y%m%d', time.gmtime())}{secrets.token_hex(8)}"
        with self._engine.begin() as connection:
            connection.execute(
                insert(orders).values(
                    number=number, product=product.id, total_fee=product.price, fee_type=product.currency,
                    trade_type=trade_type, openid=openid, placed_at=time.time(),
                )
            )  # fmt: skip
        return number

    def find(self, number: str) -> Row | None:
        with self._engine.begin() as connection:
            return connection.execute(select(orders).where(orders.c.number == number)).one_or_none()

    def newest(self, count: int = 50) -> list[Row]:
        with self._engine.begin() as connection:
            return list(connection.execute(select(orders).order_by(orders.c.placed_at.desc()).limit(count)))

    def waiting(self) -> list[Row]:
        with self._engine.begin() as connection:
            return list(connection.execute(select(orders).where(orders.c.state == WAITING)))

    def opened(self, number: str, prepay_id: str, code_url: str) -> None:
        """Keep what the gateway gave for the order."""
        with self._engine.begin() as connection:
            connection.execute(
                update(orders).where(orders.c.number == number).values(prepay_id=prepay_id, code_url=code_url)
            )

    def change(self, number: str, before: str, after: str) -> bool:
        """Move an order on. Returns False when it was in another state."""
        with self._engine.begin() as connection:
            return move(connection, number, before, after)


def move(connection: Connection, number: str, before: str, after: str, **values: str) -> bool:
    """Move an order on within a transaction of somebody else's."""
    here = (orders.c.number == number, orders.c.state == before)
    return connection.execute(update(orders).where(*here).values(state=after, **values)).rowcount == 1
