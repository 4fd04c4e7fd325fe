"""Seal and unseal a message: signed XML out, verified fields in. One pair for client, simulator and sidecar."""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.v2 import signature, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.v2.signature import Signer

__all__ = ["seal", "unseal"]


def seal(fields: Mapping[str, str], signer: Signer) -> bytes:
    """Return *fields* as signed XML, ``sign`` last; sorted by name where none is empty.

    Empty values are written but not signed.
    Raises InvalidRequest, naming the field, for what XML cannot carry unchanged.
    """
    text, pick, order = signature.plan(tuple(fields))
    try:
        values = pick(fields)
        joined = "".join(values)
    except TypeError:
        return _seal_carefully(fields, signer)
    if "" in values or not xml.plain(joined) or "sign" in fields:
        return _seal_carefully(fields, signer)
    # What is signed and what is written come from the same values, in the same order.
    return (xml.template((*order, "sign")) % (*values, signer.digest(text % values))).encode()


def _seal_carefully(fields: Mapping[str, str], signer: Signer) -> bytes:
    sealed = {**fields, "sign": ""}
    try:
        sealed["sign"] = signer.sign(sealed)
    except InvalidRequest:
        sealed["sign"] = ""  # what cannot be signed cannot be written either, and write() names the field
    return xml.write(sealed)


def unseal(body: bytes, signer: Signer) -> dict[str, str]:
    """Return the verified fields of *body*, ``sign`` included: what was checked is what is handed out.

    Raises Malformed for what is not a message, SignatureInvalid for a missing or wrong signature.
    """
    fields = xml.read(body)
    signer.check(fields)
    return fields
