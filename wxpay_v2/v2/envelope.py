"""Seal and unseal a message: signed XML out, verified fields in. One pair for client, simulator and sidecar."""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest
from wxpay_v2.v2 import signature, xml
from wxpay_v2.validation import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wxpay_v2.v2.signature import Signer

    Frame = tuple[list[str], Callable[[Mapping[str, str]], tuple[str, ...]], list[str]]

__all__ = ["seal", "unseal"]


def seal(fields: Mapping[str, str], signer: Signer) -> bytes:
    """Return *fields* as signed XML, ``sign`` last; sorted by name where none is empty.

    Empty values are written but not signed.
    Raises InvalidRequest, naming the field, for what XML cannot carry unchanged.
    """
    text, pick, message = _frames.get((*fields,)) or _frame(tuple(fields))
    try:
        values = pick(fields)
        joined = "".join(values)
    except TypeError:
        return _seal_carefully(fields, signer)
    usual = joined.isascii() and joined.isprintable()
    if not (usual or plain(joined)) or "]]>" in joined or not all(values):
        return _seal_carefully(fields, signer)
    # What is signed and what is written come from the same values, in the same order.
    text, message = text.copy(), message.copy()
    text[1::2] = values
    message[1::2] = (*values, signer.digest("".join(text)))
    return "".join(message).encode()


# The text to sign and the message in pieces between the values, and how to pick these, per set of names. The caller
# chooses the names here, not the network.
_frames: dict[tuple[str, ...], Frame] = {}
_FRAMES_KEPT = 512


def _frame(names: tuple[str, ...]) -> Frame:
    text, pick, order = signature.plan(names)
    if len(_frames) >= _FRAMES_KEPT:
        _frames.clear()
    first, *others = xml.template((*order, "sign")).split("%s")
    message = [first, *(piece for other in others for piece in ("", other))]
    _frames[names] = frame = (text, pick, message)
    return frame


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
