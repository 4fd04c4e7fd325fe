"""Every row of API v3's catalogue is answered: the least document that it allows, and what it refuses."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fixtures import APPID, MCH_ID, SUB_MCH_ID
from tests.simulator.v3.client import Merchant, Reply, encrypted
from tests.simulator.v3.test_media import form
from tests.v3.catalogue.documents import least, needed
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.simulator.v3 import canned
from wxpay_v2.simulator.v3.effects import effects
from wxpay_v2.simulator.v3.refusal import STATUSES
from wxpay_v2.v3 import catalogue
from wxpay_v2.v3.operation import V3Operation

OWN = {
    "mchid": MCH_ID, "sp_mchid": MCH_ID, "combine_mchid": MCH_ID, "appid": APPID, "sp_appid": APPID,
    "combine_appid": APPID, "sub_mchid": SUB_MCH_ID, "currency": "CNY",
}  # fmt: skip
MODES = {GLOBAL: (DIRECT, INSTITUTION), MAINLAND: (DIRECT, SERVICE_PROVIDER)}

CASES = [
    (row, mode)
    for region, modes in MODES.items()
    for row in catalogue.every(region)
    for mode in modes
    if mode in row.modes or (mode == INSTITUTION and SERVICE_PROVIDER in row.modes)
]
every = pytest.mark.parametrize(
    ("row", "mode"), CASES, ids=[f"{row.regions[0]}-{row.name}-{mode}" for row, mode in CASES]
)


def pkcs1(plain: str, pem: bytes) -> str:
    public = x509.load_pem_x509_certificate(pem).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    return base64.b64encode(public.encrypt(plain.encode(), padding.PKCS1v15())).decode()


@contextmanager
def merchant_of(row: V3Operation, mode: str) -> Iterator[Merchant]:
    merchant = Merchant(mode, row.regions[0])
    yield merchant
    merchant.close()


@pytest.fixture(scope="module")
def refused() -> Iterator[Callable[[V3Operation, str], Merchant]]:
    """As `merchant_of`, one for all whose calls are refused and so leave nothing behind for the next test."""
    with ExitStack() as stack:
        known: dict[tuple[str, str], Merchant] = {}

        def find(row: V3Operation, mode: str) -> Merchant:
            who = (mode, row.regions[0])
            if who not in known:
                known[who] = stack.enter_context(merchant_of(row, mode))
            return known[who]

        yield find


def document(row: V3Operation, mode: str, merchant: Merchant) -> dict[str, Any]:
    """The least document, of this merchant."""
    told = own(least(row.request, mode))
    for dotted in row.sensitive:
        seal(told, dotted.split("."), merchant, row)
    return told


def own(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: OWN.get(name, own(one)) for name, one in told.items()}
    return [own(one) for one in told] if isinstance(told, list) else told


def seal(told: Any, names: list[str], merchant: Merchant, row: V3Operation) -> None:
    name, inner = names[0].removesuffix("[]"), told.get(names[0].removesuffix("[]"))
    if len(names) > 1:
        for one in inner if isinstance(inner, list) else [inner] if inner else []:
            seal(one, names[1:], merchant, row)
    elif inner is not None:
        pem = merchant.gateway.platform.signing().pem
        told[name] = pkcs1(inner, pem) if row.name == "customs_verify_certificate" else encrypted(inner, pem)


def send(merchant: Merchant, row: V3Operation, told: dict[str, Any]) -> Reply:
    """Send *told* as its row has it, and hold the answer against the rules of signatures."""
    told = dict(told)
    headers = {name: told.pop(name) for name in row.in_header if name in told}
    if row.sensitive:
        headers["Wechatpay-Serial"] = merchant.gateway.platform.signing().serial
    if row.request_format != "multipart":
        return ask(merchant, row, told, headers)
    data = told.get("file", b"")
    meta = told.get("meta")
    if isinstance(meta, dict):
        meta = {**meta, "filename": "a.png", "sha256": hashlib.sha256(data).hexdigest()}
    text = json.dumps(meta).encode()
    own_headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Authorization": merchant.authorization(row.method, row.path, text),
    }
    reply = merchant.send(merchant.exchange(row.method, row.path, form(text, data), own_headers))
    merchant.verify(reply)
    return reply


def ask(merchant: Merchant, row: V3Operation, told: dict[str, Any], headers: dict[str, str]) -> Reply:
    path = row.path
    for name in row.in_path:
        path = path.replace(f"{{{name}}}", str(told.pop(name)))
    names = list(told) if row.request_format == "query" else [one for one in row.in_query if one in told]
    query = urlencode({name: told.pop(name) for name in names})
    body = b"" if row.request_format == "query" else json.dumps(told).encode()
    target = f"{path}?{query}" if query else path
    reply = merchant.send(merchant.exchange(row.method, target, body, headers))
    if row.signed_response or reply.status >= 400:
        merchant.verify(reply)
    return reply


@every
def test_the_least_document_is_answered_and_signed(row: V3Operation, mode: str) -> None:
    with merchant_of(row, mode) as merchant:
        reply = send(merchant, row, document(row, mode, merchant))
        if reply.status < 300:
            assert reply.status in row.success
            if row.response_format == "json":
                assert not {one.name for one in needed(row.response, mode)} - reply.told.keys()
                assert reply.told.keys() <= {one.name for one in row.response}
        else:
            listed = row.error(reply.code)
            assert listed is not None or reply.code in STATUSES
            assert reply.code != "SYSTEM_ERROR" and not reply.field
            assert reply.status == (listed.status if listed is not None and listed.status else STATUSES[reply.code])


@every
def test_a_required_field_that_is_missing_is_refused_by_pointer(
    refused: Callable[[V3Operation, str], Merchant], row: V3Operation, mode: str
) -> None:
    merchant = refused(row, mode)
    whole = document(row, mode, merchant)
    for one in needed(row.request, mode):
        if one.name in (*row.in_path, "file"):
            continue
        reply = send(merchant, row, {name: value for name, value in whole.items() if name != one.name})
        assert (reply.status, reply.code) == (400, "PARAM_ERROR"), one.name
        assert reply.field.strip("/").split("/")[0] == one.name


def test_an_operation_without_an_effect_answers_the_same_every_time() -> None:
    row = catalogue.find(GLOBAL, "papay_sign_h5")
    with merchant_of(row, INSTITUTION) as merchant:
        told = document(row, INSTITUTION, merchant)
        one, same = (send(merchant, row, told) for _ in range(2))
        other = send(merchant, row, {**told, "out_contract_code": "other"})
        assert one.status == 200 and one.body == same.body != other.body


def test_the_catalogue_has_no_row_without_an_effect() -> None:
    for region in MODES:
        assert effects(region).keys() == set(catalogue.NAMES[region])
    assert effects(GLOBAL)["papay_sign_h5"] is canned.answer
    assert effects(MAINLAND)["bill_trade"] is not canned.answer
