"""A statement of API v3 Global -> the statement of API v2 Global: 38 columns with Chinese headings -> 35 with English.

Columns are found by their headings. A cell is what stands between comma and back-tick, so a comma in it stays where it
is. Amounts are decimals of the main unit on both sides; what is added is added as whole numbers.
Source: https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_6.shtml
"""

from __future__ import annotations

from operator import itemgetter

from wxpay_v2.errors import Malformed, quoted
from wxpay_v2.requirement import Row
from wxpay_v2.statement_stream import INFLATED_PER_READ, RATIO, blocks, prove_utf8
from wxpay_v2.upgrade.rules import DOCUMENTED, INFERRED
from wxpay_v2.v2.statement_values import DECIMALS, units

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.statement_stream import Source

__all__ = ["COLUMNS", "HEADINGS", "LOST", "Column", "Rendering"]

_SEPARATOR = b",`"
_END = b"\r\n"
_BOM = b"\xef\xbb\xbf"

# API v3's, in their order.
HEADINGS = (
    "交易时间", "公众账号ID", "商户号", "子商户号", "设备号", "微信订单号", "商户订单号", "用户标识", "交易类型",
    "交易状态", "付款银行", "充值券币种", "充值券金额", "优惠券币种", "优惠券金额", "微信退款单号", "商户退款单号",
    "退款类型", "退款状态", "商品名称", "商户数据包", "手续费", "费率", "标价币种", "订单金额(标价币种)",
    "用户支付币种", "用户支付金额", "结算币种", "应结订单金额", "支付汇率", "退款汇率", "申请退款金额",
    "用户退款币种", "用户退款金额", "退款结算币种", "退款应结订单金额", "充值券退款金额", "优惠券退款金额",
)  # fmt: skip


class Column(Row):
    """A column of v2's statement. heading: v2's. sources: v3's headings; two are added up. basis: of the pairing."""

    __slots__ = ("basis", "heading", "sources")
    heading: str
    sources: tuple[str, ...]
    basis: str

    def __init__(self, heading: str, *sources: str, basis: str = DOCUMENTED) -> None:
        self._fill(heading=heading, sources=sources, basis=basis)


_COUPON, _COUPON_BACK = "Coupon amount", "Coupon refund amount"
_RATE, _RATE_BACK = "Exchange rate", "Refund exchange rate"
_CURRENCY_BACK = "Refund currency type"
_TOTAL, _BACK, _FEE = "Total amount(total_fee)", "Refund amount(refund_fee)", "Fee"

# v2's, in their order.
COLUMNS: tuple[Column, ...] = (
    Column("Transaction time", "交易时间"),
    Column("Official account ID(appid)", "公众账号ID"),
    Column("Vendor ID(mch_id)", "商户号"),
    Column("Sub vendor ID(sub_mch_id)", "子商户号"),
    Column("Device ID(device_info)", "设备号"),
    Column("Wechat order number(transaction_id)", "微信订单号"),
    Column("Vendor order number(out_transaction_id)", "商户订单号"),
    Column("User tag(openid)", "用户标识"),
    Column("Transaction type(trade_type)", "交易类型"),
    Column("Transaction status(trade_state)", "交易状态"),
    Column("Payment bank(bank_type)", "付款银行"),
    Column("Currency type(fee_type)", "标价币种"),
    Column(_TOTAL, "订单金额(标价币种)"),
    Column(_COUPON, "充值券金额", "优惠券金额", basis=INFERRED),
    Column("Wechat refund number(refund_id)", "微信退款单号"),
    Column("Vendor refund number(out_refund_no)", "商户退款单号"),
    Column(_BACK, "申请退款金额", basis=INFERRED),
    Column(_COUPON_BACK, "充值券退款金额", "优惠券退款金额", basis=INFERRED),
    Column("Refund type", "退款类型"),
    Column("Refund status(refund_status_$n)", "退款状态"),
    Column("Product name", "商品名称"),
    Column("Vendor's data package(attach)", "商户数据包"),
    Column(_FEE, "手续费"),
    Column("Rate", "费率"),
    Column("Payment Currency type(cash_fee_type)", "用户支付币种"),
    Column("Cash payment amount(cash_fee)", "用户支付金额"),
    Column("Settlement currency type", "结算币种"),
    Column("Settlement currency amount", "应结订单金额", basis=INFERRED),
    Column(_RATE, "支付汇率"),
    Column(_RATE_BACK, "退款汇率"),
    Column("Payers refund amount", "用户退款金额"),
    Column("Payers refund currency type", "用户退款币种"),
    Column(_CURRENCY_BACK, "标价币种", basis=INFERRED),
    Column("Refund settlement currency type", "退款结算币种"),
    Column("Refund settlement amount", "退款应结订单金额"),
)

# Columns that stay empty in some rows, with the reason.
LOST = {
    _RATE: "API v3 tells the settlement's rate where price and settlement are in two currencies, not the payment's",
    _RATE_BACK: "API v3 tells the settlement's rate where price and settlement are in two currencies, not the refund's",
    _COUPON: "the two kinds of coupons of a payment are in two currencies; v2 has one amount for both",
    _COUPON_BACK: "the two kinds of coupons of a refund are in two currencies; v2 has one amount for both",
}

# The summary: v2's Global one was never seen; sums are told only where all rows have one currency.
_COUNT = "Total transactions"
_SUMS = {
    "Total amount": _TOTAL, "Total refund amount": _BACK, "Total coupon refund amount": _COUPON_BACK, "Total fee": _FEE,
}  # fmt: skip
_PLACE = {column.heading: place for place, column in enumerate(COLUMNS)}


class Rendering:
    """One v3 statement on its way to v2's form, line by line.

    source: as of `wxpay_v2.v2.statement.read`. states: the trade states of the rows to keep, () for all.
    Iterate `chunks` once; then `count` is the number of rows kept, and `lost` has the columns of `LOST` that were left
    empty somewhere.
    """

    def __init__(self, source: Source, states: tuple[str, ...] = ()) -> None:
        self.count = 0
        self.lost: dict[str, str] = {}
        self._source = source
        self._states = frozenset(state.encode() for state in states)
        self._sums = dict.fromkeys(_SUMS.values(), 0)
        self._currencies: set[bytes] = set()

    def chunks(self) -> Iterator[bytes]:
        """Yield v2's statement: its heading, its rows, and the summary of the rows it has.

        Raises Malformed for what is no statement of API v3, or one whose end does not fit its rows.
        """
        lines = self._lines()
        _, heading = next(lines, (1, b""))
        place = _places(heading)
        pick = itemgetter(*(place[column.sources[0]] for column in COLUMNS))
        yield _BOM + ",".join(column.heading for column in COLUMNS).encode() + _END
        for seen, (number, line) in enumerate(lines):
            if not line.startswith(b"`"):
                self._compare(number, line, lines, seen)
                break
            cells = line[1:].split(_SEPARATOR)
            if len(cells) != len(place):
                raise Malformed(f"line {number} of the statement has {len(cells)} cells, its heading {len(place)}")
            if not self._states or cells[place["交易状态"]] in self._states:
                yield self._row(list(pick(cells)), cells, place)
        yield self._summary()

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield the lines that are not empty, with their number."""
        number = 0
        for block in blocks(self._source, INFLATED_PER_READ, RATIO):
            prove_utf8(block, number + 1)
            for line in block[:-1].split(b"\n"):
                number += 1
                line = line.removesuffix(b"\r")
                if line.strip():
                    yield number, line

    def _row(self, ours: list[bytes], theirs: list[bytes], place: dict[str, int]) -> bytes:
        self.count += 1
        price, settled = theirs[place["标价币种"]], theirs[place["结算币种"]] or theirs[place["退款结算币种"]]
        if price != settled:
            for heading in (_RATE, _RATE_BACK):
                self._leave_out(heading, ours)
        for heading in (_COUPON, _COUPON_BACK):
            first, second = (theirs[place[name]] for name in COLUMNS[_PLACE[heading]].sources)
            if units(first) and units(second) and theirs[place["充值券币种"]] != theirs[place["优惠券币种"]]:
                self._leave_out(heading, ours)
            elif units(second):
                ours[_PLACE[heading]] = _amount(units(first) + units(second), max(_decimals(first), _decimals(second)))
        if theirs[place["交易状态"]] == b"SUCCESS":
            ours[_PLACE[_CURRENCY_BACK]] = b""
        self._currencies.add(price)
        if units(ours[_PLACE[_FEE]]):  # in the settlement's currency
            self._currencies.add(settled)
        for name, currency in (("充值券退款金额", "充值券币种"), ("优惠券退款金额", "优惠券币种")):
            if units(theirs[place[name]]):
                self._currencies.add(theirs[place[currency]] or price)
        for heading in self._sums:
            self._sums[heading] += units(ours[_PLACE[heading]])
        return b"`" + _SEPARATOR.join(ours) + _END

    def _leave_out(self, heading: str, ours: list[bytes]) -> None:
        if ours[_PLACE[heading]]:
            ours[_PLACE[heading]] = b""
            self.lost[heading] = LOST[heading]

    def _compare(self, number: int, line: bytes, lines: Iterator[tuple[int, bytes]], seen: int) -> None:
        """Hold v3's own summary, where there is one, against the number of rows."""
        _, cells = next(lines, (0, b""))
        if not cells.startswith(b"`") or next(lines, None) is not None:
            raise Malformed(f"line {number} of the statement is neither a row nor the end: {quoted(line.decode())}")
        if units(cells[1:].split(_SEPARATOR)[0]) != seen * 10**DECIMALS:
            raise Malformed(
                f"the statement's summary tells another number of rows than its {seen}",
                remedy="download it again; book nothing of it",
            )

    def _summary(self) -> bytes:
        headings, cells = [_COUNT], [f"{self.count}.0".encode()]
        if len(self._currencies) == 1:
            for heading, column in _SUMS.items():
                headings.append(heading)
                cells.append(_amount(self._sums[column], 5 if column == _FEE else 2))
        return ",".join(headings).encode() + _END + b"`" + _SEPARATOR.join(cells) + _END


def _places(heading: bytes) -> dict[str, int]:
    """Return where each of v3's columns stands. Raises Malformed when one is missing or stands twice."""
    half_width = str.maketrans("\uff08\uff09", "()")
    texts = [text.strip(" `").translate(half_width) for text in heading.decode().split(",")]
    place = {text: at for at, text in enumerate(texts)}
    missing = [name for name in HEADINGS if name not in place]
    if missing or len(place) != len(texts):
        raise Malformed(
            f"no statement of API v3: its heading lacks {quoted(', '.join(missing))}"
            if missing
            else "no statement of API v3: a heading stands twice",
            remedy="check that this is a statement of /v3/global/statements, from its first line on",
        )
    return place


def _decimals(cell: bytes) -> int:
    return len(cell.partition(b".")[2])


def _amount(value: int, decimals: int) -> bytes:
    """Return *value*, in units of 10^-8, with at least *decimals* decimals and no digit lost."""
    digits = str(abs(value)).rjust(DECIMALS + 1, "0")
    whole, fraction = digits[:-DECIMALS], digits[-DECIMALS:].rstrip("0").ljust(decimals, "0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}".encode()
