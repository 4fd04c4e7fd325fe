"""Requests of API v2 as a shop's log has them: made by dice, valid by the rows, for either region and access mode.

``python -m tests.migration.traffic 100000 requests.log`` writes such a log.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator

from tests.fixtures import KEY, signed
from wxpay_v2.v2 import catalogue

__all__ = ["log", "requests"]

APPID, SUB_APPID, MCH_ID, SUB_MCH_ID = "wx8888888888888888", "wx9999999999999999", "1900000109", "1900000110"
_TRADES = ("NATIVE", "JSAPI", "APP", "MWEB")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_WORDS = ("Tea", "茶叶", "Milk tea & cake", "Ünïcode, with `ticks`", "<b>", "a;b=c", "Café", "红 包")


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(count))


def _token(dice: random.Random, least: int = 8, most: int = 32) -> str:
    return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(least, most)))


def _order(dice: random.Random, currency: str) -> dict[str, str]:
    told = {
        "body": " ".join(dice.choices(_WORDS, k=dice.randint(1, 4))), "out_trade_no": _token(dice),
        "total_fee": str(dice.randint(1, 10_000_000)), "fee_type": currency, "spbill_create_ip": "203.0.113.7",
    }  # fmt: skip
    if dice.random() < 0.5:
        told["attach"] = dice.choice(_WORDS)
    if dice.random() < 0.3:
        told["device_info"] = _token(dice, 1, 20)
    if dice.random() < 0.2:
        told["goods_tag"] = _token(dice, 1, 32)
    return told


def _unified(dice: random.Random, currency: str, sub: bool) -> dict[str, str]:
    told = _order(dice, currency)
    trade = dice.choice(_TRADES)
    if (sub and dice.random() < 0.5) or (trade == "APP" and sub):
        told["sub_appid"] = SUB_APPID
    told |= {"trade_type": trade, "notify_url": "https://shop.example/pay"}
    if trade == "JSAPI":
        told["sub_openid" if "sub_appid" in told else "openid"] = "o" + _token(dice, 27, 27)
    if trade == "NATIVE":
        told["product_id"] = _token(dice, 1, 32)
    if trade == "MWEB":
        told["scene_info"] = json.dumps(
            {"h5_info": {"type": "Wap", "wap_url": "https://shop.example", "wap_name": "Tea House"}}
        )
    if dice.random() < 0.2:
        told["time_expire"] = "20991231235959"
    if dice.random() < 0.1:
        told["limit_pay"] = "no_credit"
    return told


def _named(dice: random.Random) -> dict[str, str]:
    if dice.random() < 0.3:
        return {"transaction_id": "4200000" + _digits(dice, 21)}
    return {"out_trade_no": _token(dice)}


def _refund(dice: random.Random, currency: str) -> dict[str, str]:
    total = dice.randint(1, 10_000_000)
    told = {
        **_named(dice), "out_refund_no": _token(dice, 8, 64), "total_fee": str(total),
        "refund_fee": str(dice.randint(1, total)), "refund_fee_type": currency,
    }  # fmt: skip
    if dice.random() < 0.5:
        told["refund_desc"] = dice.choice(_WORDS[:3])
    return told


def _refund_query(dice: random.Random, region: str) -> dict[str, str]:
    kind = dice.randrange(4)
    if kind == 0 or region == "mainland":  # where API v3 asks by no other number
        return {"out_refund_no": _token(dice, 8, 64)}
    if kind == 1:
        return {"refund_id": "500000" + _digits(dice, 22)}
    return _named(dice)


def requests(
    count: int, *, seed: int = 1, region: str = "global", providers: float = 0.5
) -> Iterator[tuple[str, dict[str, str]]]:
    """Return *count* requests as (path, fields), ids included. providers: the part that is for a sub-merchant."""
    dice = random.Random(seed)
    currency = "HKD" if region == "global" else "CNY"
    for _ in range(count):
        sub = dice.random() < providers
        made = dice.choices(
            ("unified_order", "order_query", "close_order", "micropay", "reverse", "refund", "refund_query",
             "download_bill"),
            (30, 25, 5, 15, 5, 10, 8, 2),
        )[0]  # fmt: skip
        if made == "unified_order":
            fields = _unified(dice, currency, sub)
        elif made == "micropay":
            fields = {**_order(dice, currency), "auth_code": f"1{dice.randint(0, 5)}{_digits(dice, 16)}"}
        elif made == "refund":
            fields = _refund(dice, currency)
        elif made == "refund_query":
            fields = _refund_query(dice, region)
        elif made == "download_bill":
            fields = {"bill_date": f"202603{dice.randint(1, 28):02}", "bill_type": "ALL"}
        elif made == "close_order" or (made == "reverse" and region == "mainland"):
            fields = {"out_trade_no": _token(dice)}
        else:
            fields = _named(dice)
        ids = {"appid": APPID, "mch_id": MCH_ID, **({"sub_mch_id": SUB_MCH_ID} if sub else {})}
        yield catalogue.find(made).path, {**ids, "nonce_str": _token(dice, 32, 32), **fields}


def log(count: int, *, seed: int = 1, region: str = "global") -> Iterator[bytes]:
    """Return the same as lines of a log."""
    for path, fields in requests(count, seed=seed, region=region):
        yield (
            f"2026-03-01 12:00:00 INFO POST https://api.mch.weixin.qq.com{path} ".encode() + signed(fields, KEY) + b"\n"
        )


if __name__ == "__main__":
    with open(sys.argv[2], "wb") as file:
        file.writelines(log(int(sys.argv[1]), region=(sys.argv[3:] or ["global"])[0]))
