"""A day's trades with differences planted in the merchant's records, written as a statement and as records.

Beside it a reconciler in plain Python, which knows nothing of ours: it splits lines, counts and compares.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.v2.test_statement import HEADERS, SUMMARIES
from wxpay_v2.upgrade.statement_columns import COLUMNS, HEADINGS

PLACES = {"JPY": 0, "KWD": 3}
BODIES = ("tea", "tea, large", "`autumn` tea", 'a "quoted" \\ tea', "=1+1", "茶,大杯, 少冰", "")
FIELDS = (
    "out_trade_no", "transaction_id", "out_refund_no", "amount", "currency", "status", "fee", "time",
)  # fmt: skip


@dataclass(frozen=True)
class Trade:
    """One row on either side. amount: smallest unit; fee: decimal text of the main unit; state: SUCCESS, REFUND, ..."""

    kind: str
    number: str
    transaction_id: str
    amount: int
    currency: str
    state: str
    fee: str
    time: str = "2026-03-01 10:00:00"
    order: str = ""
    body: str = ""

    @property
    def places(self) -> int:
        return PLACES.get(self.currency, 2)

    @property
    def main(self) -> str:
        """The amount as a statement has it: at least two decimals."""
        return f"{Decimal(self.amount).scaleb(-self.places):.{max(2, self.places)}f}"


def trades(count: int, seed: int, currencies: Sequence[str] = ("CNY",), refunds: bool = True) -> list[Trade]:
    dice = random.Random(seed)
    made = []
    for n in range(count):
        kind = "refund" if refunds and dice.random() < 0.3 else "payment"
        currency = dice.choice(currencies)
        amount = dice.randint(1, 5) * 1000 if currency == "KWD" else dice.randint(1, 99999)
        made.append(Trade(
            kind, f"{'R' if kind == 'refund' else 'T'}-{seed}-{n}", f"4200{n:024d}", amount, currency, "SUCCESS",
            f"{dice.randint(0, 99) / 100:.2f}", f"2026-03-01 10:{n % 60:02d}:{dice.randint(0, 59):02d}",
            f"T-{seed}-{n}", dice.choice(BODIES),
        ))  # fmt: skip
    return made


def spoilt(rows: list[Trade], seed: int, share: float = 0.4) -> list[Trade]:
    """Return *rows* as records in which some are wrong, doubled, gone or too many."""
    dice = random.Random(seed)
    kept: list[Trade] = []
    for row in rows:
        if dice.random() >= share:
            kept.append(row)
            continue
        for change in dice.sample(CHANGES, dice.choice((1, 1, 2))):
            row = change(row)
        kept += [] if row.state == "GONE" else [replace(row, state="SUCCESS")] * 2 if row.state == "TWICE" else [row]
    kept += [replace(row, number=f"X{row.number}") for row in dice.sample(rows, min(3, len(rows)))]
    dice.shuffle(kept)
    return kept


CHANGES: list[Callable[[Trade], Trade]] = [
    lambda row: replace(row, state="GONE"),
    lambda row: replace(row, state="TWICE"),
    lambda row: replace(row, amount=row.amount + 1000),
    lambda row: replace(row, currency="USD" if row.currency != "USD" else "HKD") if row.places == 2 else row,
    lambda row: replace(row, state="NOTPAY" if row.kind == "payment" else "PROCESSING"),
    lambda row: replace(row, fee=f"{Decimal(row.fee) + Decimal('0.01'):.2f}"),
    lambda row: replace(row, transaction_id=f"9{row.transaction_id[1:]}"),
]


def statement_of(rows: Sequence[Trade], kind: str = "ALL", *, end: str = "\r\n", bom: bool = True) -> bytes:
    """Return *rows* as a statement of *kind*; "v3" for API v3 Global."""
    header = ",".join(HEADINGS) if kind == "v3" else HEADERS[kind]
    lines = [header, *(_line(row, header.split(","), kind) for row in rows)]
    if kind != "v3":
        lines += _summary(rows, kind)
    return (("\ufeff" if bom else "") + end.join(lines) + end).encode()


def _line(row: Trade, header: list[str], kind: str) -> str:
    back = row.kind == "refund"
    price, zero = row.main, "0.00"
    reversal = row.kind == "reversal"
    fee = f"-{row.fee}" if back or reversal else row.fee
    english = {column.heading: column.sources[0] for column in COLUMNS}
    cells = {
        "交易时间": row.time, "公众账号ID": "wx8888888888888888", "商户号": "1900000109",
        "微信订单号": row.transaction_id,
        "商户订单号": row.order or row.number, "交易类型": "NATIVE",
        "交易状态": "REVOKED" if reversal else "REFUND" if back else row.state, "货币种类": row.currency,
        "标价币种": row.currency, "商品名称": row.body, "手续费": fee + "000", "返还手续费": row.fee, "费率": "0.60%",
        "微信退款单号": f"50{row.number}" if back else "0", "商户退款单号": row.number if back else "0",
        "退款状态": row.state if back else "", "申请退款金额": price if back or reversal else zero,
        "退款金额": price if back else zero,
        **dict.fromkeys(
            ("总金额", "订单金额", "应结订单金额", "订单金额(标价币种)"), zero if back or reversal else price
        ),
        **dict.fromkeys(("充值券退款金额", "代金券或立减优惠退款金额", "代金券金额"), zero),
    }  # fmt: skip
    return "`" + ",`".join(cells.get(english.get(text, text) if kind == "global" else text, "") for text in header)


def _summary(rows: Sequence[Trade], kind: str) -> list[str]:
    if kind == "global":
        return ["Total transactions", f"`{len(rows)}.0"]
    paid = sum((Decimal(row.main) for row in rows if row.kind == "payment"), Decimal("0.00"))
    back = sum((Decimal(row.main) for row in rows if row.kind != "payment"), Decimal("0.00"))
    settled_back = sum((Decimal(row.main) for row in rows if row.kind == "refund"), Decimal("0.00"))
    fees = sum((Decimal(row.fee) * (1 if row.kind == "payment" else -1) for row in rows), Decimal("0.00"))
    sums = {
        "总交易单数": f"{len(rows)}.0", "应结订单总金额": paid, "订单总金额": paid, "总交易额": paid,
        "退款总金额": settled_back,
        "申请退款总金额": back, "总退款金额": back, "手续费总金额": fees,
    }  # fmt: skip
    texts = SUMMARIES[kind].split(",")
    return [",".join(texts), "`" + ",`".join(str(sums.get(text, "0.00")) for text in texts)]


def records_of(rows: Sequence[Trade], *, major: bool = False) -> bytes:
    """Return *rows* as the merchant's CSV. major: amounts as decimals of the main unit."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    writer.writerows(cells(row, major=major) for row in rows)
    return out.getvalue().encode()


def cells(row: Trade, *, major: bool = False) -> list[str]:
    fee = row.fee if major else f"{Decimal(row.fee).scaleb(row.places):f}"
    state = "REVOKED" if row.kind == "reversal" else row.state
    return [
        row.order or row.number if row.kind == "refund" else row.number, row.transaction_id,
        row.number if row.kind == "refund" else "", row.main if major else str(row.amount), row.currency, state, fee,
        row.time,
    ]  # fmt: skip


def expected(
    statement: bytes, records: Sequence[Trade], *, of: Sequence[str] = ("payment", "refund")
) -> Counter[tuple[str, str, str]]:
    """Return (class, kind, number) of every difference, found the slow way. No reversals."""
    left: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    lines = statement.decode("utf-8-sig").split("\r\n")
    at = {text: place for place, text in enumerate(lines[0].split(","))}
    for line in lines[1:]:
        found = line[1:].split(",`")
        if not line.startswith("`") or len(found) != len(at):
            continue
        row = _read(found, at)
        left[row.kind, row.number].append(row)
    right: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    for row in records:
        right[row.kind, row.number].append(row)
    told: Counter[tuple[str, str, str]] = Counter()
    for kind, number in left.keys() | right.keys():
        if kind not in of:
            continue
        ours, theirs = (sorted(side.get((kind, number), ()), key=_order) for side in (left, right))
        told["duplicate_in_statement", kind, number] += max(len(ours) - 1, 0)
        told["duplicate_in_records", kind, number] += max(len(theirs) - 1, 0)
        for name in _differences(ours[:1], theirs[:1]):
            told[name, kind, number] += 1
    return +told


def _order(row: Trade) -> tuple[object, ...]:
    return (Decimal(row.main), row.currency, row.state, Decimal(row.fee), row.transaction_id, row.time)


def _differences(ours: list[Trade], theirs: list[Trade]) -> list[str]:
    if not theirs:
        return ["missing_in_records"]
    if not ours:
        return [] if theirs[0].state == "NOTPAY" else ["missing_in_statement"]
    one, other = ours[0], theirs[0]
    same = one.currency == other.currency
    return [
        *["amount"] * (same and one.amount != other.amount), *["currency"] * (not same),
        *["status"] * (one.state != other.state), *["fee"] * (same and Decimal(one.fee) != Decimal(other.fee)),
        *["transaction_id"] * (one.transaction_id != other.transaction_id),
    ]  # fmt: skip


def _read(found: list[str], at: dict[str, int]) -> Trade:
    def cell(*names: str) -> str:
        return next(found[at[name]] for name in names if name in at)

    back = cell("交易状态", "Transaction status(trade_state)") == "REFUND"
    currency = cell("货币种类", "标价币种", "Currency type(fee_type)")
    paid = ("订单金额", "总金额", "订单金额(标价币种)", "Total amount(total_fee)")
    refunded = ("申请退款金额", "Refund amount(refund_fee)", "退款金额")
    amount = Decimal(cell(*(refunded if back else paid))).scaleb(PLACES.get(currency, 2))
    assert amount == int(amount)
    number = (
        cell("商户退款单号", "Vendor refund number(out_refund_no)")
        if back
        else cell("商户订单号", "Vendor order number(out_transaction_id)")
    )
    state = cell("退款状态", "Refund status(refund_status_$n)") if back else "SUCCESS"
    return Trade(
        "refund" if back else "payment", number, cell("微信订单号", "Wechat order number(transaction_id)"), int(amount),
        currency, state, f"{abs(Decimal(cell('手续费', '返还手续费', 'Fee'))):.2f}",
        cell("交易时间", "Transaction time"),
    )  # fmt: skip
