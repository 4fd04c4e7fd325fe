"""What the tests of WXPay, weixin-python and wechat-pay-sdk share: a gateway, the wire, and results made comparable.

Parts of it run inside the real package's process too: see `tests.compat.real`.
"""

from __future__ import annotations

import os
import pickle
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests
import responses

from tests.fixtures import KEY, sign
from wxpay_v2.compat.settings import Settings
from wxpay_v2.simulator import Simulator

NOTIFY_URL = "https://127.0.0.1/pay"
GATEWAY = "https://api.mch.weixin.qq.com"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
# Differ from call to call, whoever makes it.
VOLATILE = frozenset(
    ("sign", "nonce_str", "prepay_id", "code_url", "transaction_id", "time_end", "timeStamp", "nonceStr", "package",
     "paySign", "mweb_url", "openid")
)  # fmt: skip
DOCUMENT = Path(__file__).parents[2] / "docs" / "compat_others.rst"


def simulator(directory: Path) -> Simulator:
    """A gateway of a merchant in the mainland who signs with MD5, as these libraries do."""
    return Simulator(directory=directory, region="mainland", mode="direct", sign_type="MD5", deliver=False)


def given(gateway: Simulator) -> dict[str, str]:
    """What a scenario needs of *gateway*, as JSON."""
    return {
        "appid": gateway.merchant.appid, "mch_id": gateway.merchant.mch_id, "key": gateway.merchant.api_key.reveal(),
        "base_url": gateway.base_url, "ca": str(gateway.ca),
        "cert": str(gateway.directory / "apiclient_cert.pem"), "cert_key": str(gateway.directory / "apiclient_key.pem"),
    }  # fmt: skip


def over_v3(gateway: Simulator) -> Settings:
    return Settings(
        gateway.v3_account, region="mainland", base_url=gateway.base_url, verify=str(gateway.ca), clock=gateway.clock
    )


@contextmanager
def trusting(ca: str) -> Iterator[None]:
    """As a shop behind a company's proxy does: requests' own variable names the CAs."""
    before = os.environ.get("REQUESTS_CA_BUNDLE")
    os.environ["REQUESTS_CA_BUNDLE"] = ca
    try:
        yield
    finally:
        if before is None:
            del os.environ["REQUESTS_CA_BUNDLE"]
        else:
            os.environ["REQUESTS_CA_BUNDLE"] = before


def outcome(call: Callable[[], Any], prefix: str = "", kinds: tuple[type, ...] = ()) -> dict[str, Any]:
    """What *call* returned or raised, comparable: numbers that begin with *prefix* are everyone's.

    kinds: the library's exceptions; those of requests are looked at too.
    """
    try:
        result = call()
    except Exception as error:
        network = (requests.RequestException, requests.ConnectionError, requests.Timeout, ValueError)
        return {
            "raised": [kind.__name__ for kind in (*kinds, *network) if isinstance(error, kind)],
            "text": str(error) if kinds and isinstance(error, kinds) else "",
        }
    return {"returned": shape(result, prefix)}


def shape(result: Any, prefix: str = "") -> Any:
    """*result* as JSON, without what differs from call to call."""
    if isinstance(result, Mapping):
        return {
            name: "*" if name in VOLATILE or name.startswith(("refund_id", "refund_success_time")) else
            shape(value, prefix) for name, value in sorted(result.items())
        }  # fmt: skip
    if isinstance(result, str):
        return re.sub(f"^{prefix}", "", result) if prefix else result
    return result if isinstance(result, (bool, int, type(None))) else type(result).__name__


@contextmanager
def answering(*paths: str, **fields: str) -> Iterator[responses.RequestsMock]:
    """The gateway's *paths* answer a signed success with *fields*."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        for path in paths:
            wire.post(f"{GATEWAY}/{path}", callback_body(**fields))
        yield wire


def callback_body(**fields: str) -> bytes:
    return signed(**{"return_code": "SUCCESS", "result_code": "SUCCESS", "nonce_str": "n", **fields})


def signed(key: str = KEY, **fields: str) -> bytes:
    """A signed message, by an independent hand."""
    return unsigned(**fields, sign=sign(fields, key))


def paid(**fields: str) -> dict[str, str]:
    """What a payment notification has to have, and *fields*."""
    return {"return_code": "SUCCESS", "result_code": "SUCCESS", "out_trade_no": "T1", "total_fee": "100",
            "transaction_id": "42", "time_end": "20300101000000", **fields}  # fmt: skip


def unsigned(**fields: str) -> bytes:
    root = ElementTree.Element("xml")
    for name, text in fields.items():
        ElementTree.SubElement(root, name).text = text
    return ElementTree.tostring(root, encoding="utf-8")


def sent(wire: responses.RequestsMock) -> list[dict[str, Any]]:
    """What went out: the path, and the fields as another reader reads them; a repeated one is a list."""
    told = []
    for call in wire.calls:
        body = call.request.body
        fields: dict[str, Any] = {}
        for child in ElementTree.fromstring(body if isinstance(body, bytes) else (body or "").encode()):  # noqa: S314
            text = child.text or ""
            fields[child.tag] = text if child.tag not in fields else [fields[child.tag], text]
        told.append({"path": (call.request.url or "").removeprefix(GATEWAY), "fields": fields})
    return told


def without_dice(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """*told* without nonces and signatures; where one signed with the nonce, both differ each time."""
    return [
        {**one, "fields": {name: text for name, text in one["fields"].items() if name not in ("nonce_str", "sign")}}
        for one in told
    ]


def soon() -> date:
    """A day until which a tolerance may last."""
    return datetime.now(timezone.utc).date() + timedelta(days=30)


def unpickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def verdicts(section: str) -> dict[str, str]:
    """The table of *section* in docs/compat_others.rst: name -> verdict."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith(".. _compat-"):
            inside = line == f".. _compat-{section}:"
        if inside:
            row = re.fullmatch(r"``([^`]+)``\s{2,}(same|closed hole|missing)(\s.*)?", line)
            if row:
                rows[row[1]] = row[2]
    return rows
