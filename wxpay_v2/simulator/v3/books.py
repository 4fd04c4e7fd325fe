"""Operations that both versions have, carried out once: by the effect of API v2, on the books that are common.

So what one version began the other goes on with, and a number used in the one is used in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.simulator import effects
from wxpay_v2.simulator import protocol as v2
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, in_v3
from wxpay_v2.v2 import catalogue

__all__ = ["carry_out"]


def carry_out(call: Call, book: Book, setting: Setting, name: str, fields: Mapping[str, str]) -> Mapping[str, Any]:
    """Carry API v2's operation *name* out for the merchant of *call* and return what it tells.

    fields: under the names of API v2, without the numbers of the merchant; empty ones are left out. Raises Refusal in
    the codes of *call*.
    """
    row = catalogue.find(name)
    ids = {
        "mch_id": call.mch_id, "appid": call.account.appid, "sub_mch_id": call.sub_mch_id,
        "sub_appid": call.text("sub_appid"),
    }  # fmt: skip
    told = {**{row.ids.get(one, one): text for one, text in ids.items()}, **fields}
    own = v2.Call(call.account, row, {one: text for one, text in told.items() if text}, HMAC_SHA256)
    try:
        with in_v3(call.operation):
            return effects.effects()[name](own, book, setting)  # type: ignore[return-value]
    except v2.NotUnderstood as error:
        raise Refusal("PARAM_ERROR", str(error), status=400) from None
