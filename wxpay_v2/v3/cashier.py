"""Parameters that open the payer's cashier for an order of API v3: signed with the merchant's RSA key.

JSAPI and mini program sign appId, timeStamp, nonceStr and package, an app appid, timestamp, noncestr and the bare
prepay_id: four lines, each with its line end. signType is RSA and not signed; an app sends none.
Sources: https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_25.shtml,
https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_29.shtml
"""

from __future__ import annotations

from collections.abc import Mapping

from wxpay_v2.cashier import BaseCashier
from wxpay_v2.errors import InvalidRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from wxpay_v2.clock import Clock
    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v3.signature import Signer

__all__ = ["Cashier"]

RSA = "RSA"


class Cashier(BaseCashier):
    """What `BaseCashier` makes, signed with RSA. An order may be a v2 Result or an answer of v3 (h5_url)."""

    def __init__(
        self, merchant: Callable[[], Merchant], signer: Callable[[], Signer], clock: Clock, nonce: Callable[[], str]
    ) -> None:
        super().__init__(merchant, clock, nonce)
        self._signer = signer

    def native_product(self, product_id: str) -> NoReturn:
        """Refuse: API v3 has no printed QR codes of products."""
        raise InvalidRequest(
            "native_product is of API v2 only: v3 has no QR code that stands for a product",
            remedy="place an order and show the code of cashier.native, or keep a client without the upgrade for it",
        )

    def red_pack(self, package: str, *, appid: str | None = None) -> NoReturn:
        """Refuse: red packs are of API v2."""
        raise InvalidRequest(
            "red_pack is of API v2 only: v3 has no red packs, and theirs is signed with the API v2 key",
            remedy="keep a client without the upgrade for red packs",
        )

    def _sign_page(self, fields: dict[str, str]) -> tuple[str, str]:
        return RSA, self._sign(fields, "appId", "timeStamp", "nonceStr", "package")

    def _sign_app(self, fields: dict[str, str]) -> str:
        return self._sign(fields, "appid", "timestamp", "noncestr", "prepayid")

    def _sign(self, fields: dict[str, str], *names: str) -> str:
        return self._signer().sign("".join(f"{fields[name]}\n" for name in names).encode())

    def _partner(self, merchant: Merchant) -> str:
        return merchant.mch_id

    def _h5_name(self, order: Mapping[str, str]) -> str:
        return "h5_url" if isinstance(order, Mapping) and "h5_url" in order else "mweb_url"
