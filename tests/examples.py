"""Hypothesis strategies made from the catalogue's rows: a new operation is tested the day its row is written.

`examples` draws the fields a caller gives, `messages` the whole message that is signed, `replies` what a gateway
answers to it. All values are text as on the wire, valid by the row; `text` alone draws the odd ones too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from wxpay_v2.documentation import sent_by_caller
from wxpay_v2.operation import (
    ABSENT,
    AMOUNT,
    BOOL,
    DATE,
    DIRECT,
    ENUM,
    FILE,
    INSTITUTION,
    INT,
    JSON,
    LIST,
    OBJECT,
    SERVICE_PROVIDER,
    TIME,
    Field,
    Operation,
)

__all__ = [
    "IDS", "MODES", "caller", "each", "examples", "files", "least", "messages", "modes", "replies", "text",
    "usual_mode", "value",
]  # fmt: skip

MODES = (DIRECT, INSTITUTION, SERVICE_PROVIDER)

IDS = {
    "appid": "wx8888888888888888",
    "mch_id": "1900000109",
    "sub_appid": "wx9999999999999999",
    "sub_mch_id": "1900000110",
}
"""The ids that examples carry, by the merchant's attribute."""
each = settings(max_examples=200 if settings().max_examples >= 1000 else 2 if settings().derandomize else 4)
"""How often a test that runs for every one of the operations draws an example."""
WECOM_SECRET = "a secret of WeCom, not as long as a key"
# What the client adds itself: hashes of files, WeCom's signature.
_ADDED = ("media_hash", "workwx_sign")

_TAKES_TROUBLE = ("]]>", "<![CDATA[", "&amp;", "&", "<", ">", "=", "%s", "%%", "{}", " ", "\t", "\n", "中", "\u00a0")
_LETTERS = st.characters(
    min_codepoint=0x20,
    max_codepoint=0xFFFD,
    exclude_categories=("Cs", "Cc"),
    exclude_characters=[chr(code) for code in range(0xFDD0, 0xFDF0)],
    include_characters="\t\n",
)
_LONGEST = 24
_FAMILY = 3
_FIRST, _LAST = datetime(2015, 1, 1), datetime(2037, 12, 31)  # noqa: DTZ001 - Hypothesis adds the zone itself


def text(max_size: int = _LONGEST, min_size: int = 1) -> st.SearchStrategy[str]:
    """Text that v2's XML can carry: no control characters but TAB and LF, nothing beyond the BMP, all else."""
    plain = st.text(_LETTERS, min_size=min_size, max_size=max_size)
    return st.one_of(plain, st.builds(_mixed, plain, st.sampled_from(_TAKES_TROUBLE), st.just(max_size)))


def _mixed(plain: str, trouble: str, max_size: int) -> str:
    half = len(plain) // 2
    return (plain[:half] + trouble + plain[half:])[:max_size]


def _number(row: Field, largest: int) -> st.SearchStrategy[str]:
    least = row.min if row.min is not None else 0
    most = row.max if row.max is not None and row.kind == INT else largest
    return st.integers(least, max(most, least)).map(str)


def _moment(row: Field) -> st.SearchStrategy[str]:
    form = "%Y-%m-%d %H:%M:%S" if "-" in row.format else "%Y%m%d%H%M%S"
    return st.datetimes(_FIRST, _LAST).map(lambda moment: moment.strftime(form))


def _json(row: Field) -> st.SearchStrategy[str]:
    """A JSON text of the row's inner fields, few enough of them for the row's length."""
    inner = _object(row.fields) if row.fields else st.dictionaries(st.sampled_from("abc"), text(8), max_size=2)
    longest = row.max or 6000
    return (
        inner.map(lambda found: json.dumps(found, ensure_ascii=False, separators=(",", ":")))
        .map(lambda found: found if len(found) <= longest else "{}")
        .filter(lambda found: len(found) <= longest)
    )


def _object(rows: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    def inner(row: Field) -> st.SearchStrategy[Any]:
        if row.kind == OBJECT:
            return _object(row.fields)
        if row.kind == LIST:
            return st.lists(_object(row.fields), min_size=1, max_size=2)
        return value(row, longest=8)

    needed = {row.name: inner(row) for row in rows if row.required.kind == "always"}
    others = {row.name: inner(row) for row in rows if row.required.kind != "always" and row.kind not in (OBJECT, LIST)}
    return st.fixed_dictionaries(needed, optional=others)


# What the rules of access let through; beside them the row's own limits hold as well.
_H5 = '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"Shop"}}'
_BY_RULE = {
    "notify_url": st.sampled_from(["https://shop.example/pay", "http://pay.shop.example:8080/notify/v2"]),
    "openid": st.from_regex(re.compile("o[0-9A-Za-z_-]{27}", re.ASCII), fullmatch=True),
    "sub_openid": st.from_regex(re.compile("o[0-9A-Za-z_-]{27}", re.ASCII), fullmatch=True),
    "auth_code": st.from_regex(re.compile("1[0-5][0-9]{16}", re.ASCII), fullmatch=True),
    "ip": st.sampled_from(["203.0.113.7", "198.51.100.23"]),
    "currency": st.sampled_from(["HKD", "USD", "JPY", "CNY"]),
    "payment_directory": st.just("https://shop.example/pay/"),
    "scene_info": st.just(_H5),
    "time_start": st.datetimes(_FIRST, datetime(2030, 1, 1)).map(lambda at: at.strftime("%Y%m%d%H%M%S")),  # noqa: DTZ001
    "time_expire": st.datetimes(datetime(2036, 1, 1), _LAST).map(lambda at: at.strftime("%Y%m%d%H%M%S")),  # noqa: DTZ001
}


@cache
def value(row: Field, *, longest: int = _LONGEST) -> st.SearchStrategy[str]:
    """Valid texts for *row*, at most *longest* characters (whole where a pattern or an enumeration says so)."""
    if row.rule in _BY_RULE and row.kind not in (ENUM, AMOUNT):
        return _BY_RULE[row.rule]
    if row.pattern:
        limit = row.max or longest
        return st.from_regex(re.compile(row.pattern, re.ASCII), fullmatch=True).filter(
            lambda found: len(found) <= limit
        )
    if row.kind == ENUM:
        return st.sampled_from(row.values)
    if row.kind == INT:
        return _number(row, 999_999)
    if row.kind == AMOUNT:
        return _number(row, 9_999_999_999)
    if row.kind == BOOL:
        return st.sampled_from(["true", "false"])
    if row.kind == TIME:
        return _moment(row)
    if row.kind == DATE:
        return st.dates(date(2015, 1, 1), date(2037, 12, 31)).map(lambda day: day.strftime("%Y%m%d"))
    if row.kind in (JSON, LIST, OBJECT):
        return _json(row)
    if row.kind == FILE:
        raise AssertionError("a file is no text: see `files`")
    return text(min(row.max or longest, longest))


def _applies(row: Field, mode: str, region: str) -> bool:
    return (not row.modes or mode in row.modes) and (not row.regions or region in row.regions)


def _missing(rows: list[Field], fields: Mapping[str, str], mode: str) -> list[str]:
    """Return the names of fields of which one must be added, for the first requirement that is not met."""
    for row in rows:
        need = row.required
        if fields.get(row.name):
            continue
        jsapi = fields.get("trade_type") == "JSAPI" and not fields.get("sub_openid")
        if need.kind == "always" or (row.rule == "openid" and jsapi) or (need.kind == "modes" and mode in need.names):
            return [row.name]
        if need.kind == "when" and (fields.get(need.names[0]) or ABSENT) in need.values:
            return [row.name]
        if need.kind == "one of" and not any(fields.get(name) for name in need.names):
            if need.condition and fields.get(need.condition[0]) not in need.condition[1:]:
                continue
            return [name for name in need.names if any(other.name == name for other in rows)]
    return []


@st.composite
def _chosen(draw: st.DrawFn, rows: list[Field], mode: str) -> dict[str, str]:
    """Some of *rows* with values, and all that are required, in the order of the rows."""
    by_name = {row.name: row for row in rows}
    optional = [row.name for row in rows if row.required.kind != "always"]
    wanted = draw(st.lists(st.sampled_from(optional), unique=True, max_size=4)) if optional else []
    fields = {name: draw(value(by_name[name])) for name in wanted}
    while names := _missing(rows, fields, mode):
        name = names[0] if len(names) == 1 else draw(st.sampled_from(names))
        fields[name] = draw(value(by_name[name]))
    if "refund_fee" in fields and "total_fee" in fields:  # no more is refunded than was paid
        fields["refund_fee"] = min(fields["refund_fee"], fields["total_fee"], key=int)
    return {row.name: fields[row.name] for row in rows if row.name in fields}


def examples(operation: Operation, *, mode: str = "", region: str = "") -> st.SearchStrategy[dict[str, str]]:
    """Valid fields of a call as its caller gives them: without ids, nonce and signature, and without files.

    mode, region: of the caller; the operation's own by default.
    """
    mode, region = mode or usual_mode(operation), region or operation.regions[0]
    rows = [row for row in sent_by_caller(operation) if _applies(row, mode, region) and row.kind != FILE]
    return _chosen([row for row in rows if row.name not in (*_ADDED, *operation.supplied)], mode)


def least(operation: Operation, **known: Any) -> dict[str, Any]:
    """The fewest fields a caller can give: the same ones every time, *known* where the operation has them."""
    mode, region = usual_mode(operation), operation.regions[0]
    rows = [row for row in sent_by_caller(operation) if _applies(row, mode, region) and row.name not in _ADDED]
    fields: dict[str, Any] = {row.name: known[row.name] for row in rows if row.name in known}
    by_name = {row.name: row for row in rows}
    while names := _missing(rows, fields, mode):
        fields[names[0]] = _plain(by_name[names[0]])
    return {**fields, **files(operation)}


def _plain(row: Field) -> Any:
    if row.rule in _PLAIN_BY_RULE:
        return _PLAIN_BY_RULE[row.rule]
    if row.kind == FILE:
        return b"\x89PNG"
    by_kind = {
        ENUM: row.values[:1], INT: (str(row.min or 1),), AMOUNT: ("100",), BOOL: ("true",), DATE: ("20240229",),
        JSON: (json.dumps(_plain_object(row.fields)),), OBJECT: ("{}",), LIST: ("[]",),
        TIME: ("2024-02-29 12:00:00" if "-" in row.format else "20240229120000",),
    }  # fmt: skip
    return by_kind[row.kind][0] if row.kind in by_kind else "1" * min(row.max or 8, 8)


def _plain_object(rows: tuple[Field, ...]) -> dict[str, Any]:
    def inner(row: Field) -> Any:
        if row.kind == LIST:
            return [_plain_object(row.fields)]
        return _plain_object(row.fields) if row.kind in (OBJECT, JSON) else _plain(row)

    return {row.name: inner(row) for row in rows if row.required.kind == "always"}


_PLAIN_BY_RULE = {
    "notify_url": "https://shop.example/pay", "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "ip": "203.0.113.7",
    "sub_openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "auth_code": "134567890123456789", "currency": "HKD",
    "payment_directory": "https://shop.example/pay/", "time_start": "20240229120000", "time_expire": "20360229120000",
}  # fmt: skip


def modes(operation: Operation) -> list[str]:
    """The modes in which a merchant of `IDS` can make the call: where a sub-merchant is needed, not the direct one."""
    needed = any(row.name == "sub_mch_id" and row.required.kind == "always" for row in operation.request)
    return [mode for mode in operation.modes if mode != DIRECT or not needed]


def usual_mode(operation: Operation) -> str:
    """Institution mode, which sends most ids, where the operation is available in it."""
    return INSTITUTION if INSTITUTION in operation.modes else modes(operation)[-1]


def files(operation: Operation) -> dict[str, bytes]:
    """The files a call of *operation* carries, by field: a picture of no size."""
    return {row.name: b"\x89PNG\r\n\x1a\n" for row in operation.request if row.kind == FILE}


def caller(operation: Operation, *, mode: str = "", **changes: Any) -> dict[str, Any]:
    """Arguments of a Merchant that may make the call: ids, mode, and the keys it needs besides the API key."""
    mode = mode or usual_mode(operation)
    ids = {name: IDS[name] for name in IDS if mode != DIRECT or not name.startswith("sub_")}
    return {**ids, "mode": mode, "wecom_secret": WECOM_SECRET, "sandbox": operation.sandbox, **changes}


def _ids(operation: Operation, mode: str) -> dict[str, str]:
    def sent(attribute: str, wire: str) -> bool:
        row = operation.field(wire)
        applies = row is None or not row.modes or mode in row.modes
        return applies and (mode != DIRECT or not attribute.startswith("sub_"))

    return {wire: IDS[attribute] for attribute, wire in operation.ids.items() if sent(attribute, wire)}


@st.composite
def messages(draw: st.DrawFn, operation: Operation, *, mode: str = "", region: str = "") -> dict[str, str]:
    """The whole request as it is signed: ids and nonce_str, without ``sign`` and sign_type."""
    mode = mode or usual_mode(operation)
    nonce = {"nonce_str": draw(st.from_regex("[0-9a-f]{32}", fullmatch=True))} if operation.nonce else {}
    return {
        **operation.supplied,
        **_ids(operation, mode),
        **nonce,
        **draw(examples(operation, mode=mode, region=region)),
    }


@st.composite
def replies(
    draw: st.DrawFn,
    operation: Operation,
    *,
    about: Mapping[str, str] | None = None,
    mode: str = "",
    region: str = "",
) -> dict[str, str]:
    """A reply that says SUCCESS, without ``sign``; {} where success is a statement and not XML.

    about: the request's fields; what the reply repeats of them is equal. Every row of a success is drawn or left out,
    the required ones are always there; families such as ``coupon_fee_$n`` come 0 to 3 times, without gaps.
    """
    if operation.response_format != "xml":
        return {}
    mode, region = mode or usual_mode(operation), region or operation.regions[0]
    fields: dict[str, str] = {}
    repeated = {**(about or {}), "return_code": "SUCCESS", "result_code": "SUCCESS"}
    counts = {"$n": draw(st.integers(0, _FAMILY)), "$m": draw(st.integers(0, _FAMILY))}
    rows = [
        row
        for row in operation.response
        if row.name not in ("sign", "sign_type")
        and "failure" not in row.when
        and "FAIL" not in row.when
        and _applies(row, mode, region)
    ]
    optional = [row.name for row in rows if row.required.kind != "always" and row.name not in repeated]
    chosen = draw(st.sets(st.sampled_from(optional), max_size=6)) if optional else set()
    for row in rows:
        if row.name in optional and row.name not in chosen:
            continue
        for name in _indexed(row.name, counts):
            drawn = repeated.get(name)
            fields[name] = drawn if drawn is not None else draw(value(row))
    return fields


def _indexed(name: str, counts: Mapping[str, int]) -> list[str]:
    names = [name]
    for letter in ("$n", "$m"):
        if letter in name:
            names = [one.replace(letter, str(index)) for one in names for index in range(counts[letter])]
    return names
