"""Exchange rates of the simulator: one fixed table, so that a test can name the amount a payer pays.

A rate is an int, the main units of one currency per main unit of another times 10^8, as on the wire: 6.5 is 650000000.
A mainland wallet pays in CNY, a Hong Kong wallet in HKD, whatever the price currency is.
"""

from __future__ import annotations

from wxpay_v2 import money

__all__ = ["CNY_PER_UNIT", "FEE_RATE", "HONGKONG", "MAINLAND", "WALLETS", "convert", "fee", "rate"]

SCALE = 10**8

FEE_PER_MILLION, FEE_RATE = 6000, "0.60%"

MAINLAND, HONGKONG = "mainland", "hongkong"
WALLETS = {MAINLAND: "CNY", HONGKONG: "HKD"}

# CNY per main unit, times 10^8. Round numbers near those of 2024; they never change.
CNY_PER_UNIT: dict[str, int] = {
    "CNY": 1_00000000, "AUD": 4_70000000, "BND": 5_30000000, "CAD": 5_20000000, "CHF": 8_10000000,
    "DKK": 1_04000000, "EUR": 7_80000000, "GBP": 9_20000000, "HKD": 92000000, "IDR": 45000, "JPY": 4800000,
    "KRW": 530000, "KWD": 23_50000000, "MOP": 89000000, "MYR": 1_60000000, "NOK": 66000000, "NZD": 4_30000000,
    "PHP": 12500000, "RUB": 8000000, "SEK": 68000000, "SGD": 5_30000000, "THB": 20000000, "TWD": 22000000,
    "USD": 7_20000000, "VND": 29000, "ZAR": 39000000,
}  # fmt: skip


def rate(price: str, paid: str) -> int:
    """Return the units of currency *paid* per unit of currency *price*, times 10^8. Raises KeyError."""
    return CNY_PER_UNIT[price] * SCALE // CNY_PER_UNIT[paid]


def convert(amount: int, price: str, paid: str) -> int:
    """Return *amount* (smallest unit of *price*) in the smallest unit of *paid*, half up; what is not 0 stays not 0.

    Raises KeyError for a currency that is not in the table.
    """
    if price == paid:
        return amount
    numerator = amount * rate(price, paid) * _minor(paid)
    denominator = SCALE * _minor(price)
    return max((2 * numerator + denominator) // (2 * denominator), min(amount, 1))


def _minor(currency: str) -> int:
    units: int = 10 ** money.decimals(currency)
    return units


def fee(amount: int) -> int:
    """Return the gateway's fee for *amount*, in its smallest unit, half up: 0.60% of every trade."""
    return (2 * amount * FEE_PER_MILLION + 10**6) // (2 * 10**6)
