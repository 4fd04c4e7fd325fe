"""What opens the payer's cashier: the part that does not depend on how a protocol signs.

Whatever the payer's device reports back is a hint: query the order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy

from wxpay_v2 import address
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Self

    from wxpay_v2.clock import Clock
    from wxpay_v2.merchant import Merchant

    Order = Mapping[str, str] | str

__all__ = ["BaseCashier", "checked_appid"]

_APPID = re.compile(r"[0-9A-Za-z_]{1,32}", re.ASCII)
_PREPAY_ID = re.compile(r"[0-9A-Za-z_\-=]{1,64}", re.ASCII)


class BaseCashier:
    """Makes what the payer's side needs, for the orders of one merchant.

    Every method takes the Result of unified_order (or, where one suffices, the prepay_id alone), so that app id,
    algorithm and order cannot disagree. prepay_id and code_url live 2 hours, mweb_url 5 minutes.
    """

    def __init__(self, merchant: Callable[[], Merchant], clock: Clock, nonce: Callable[[], str]) -> None:
        self._merchant = merchant
        self._clock = clock
        self._nonce = nonce

    def saying(self, timestamp: int | None = None, nonce: str | None = None) -> Self:
        """Return a cashier that says these, Unix seconds and a text, instead of the time and a nonce of its own."""
        made = copy(self)
        if timestamp is not None:
            made._clock = ManualClock(float(timestamp))
        if nonce is not None:
            made._nonce = lambda: nonce
        return made

    def jsapi(self, order: Order, *, appid: str | None = None, jssdk: bool = False) -> dict[str, str]:
        """Return the parameters of WeixinJSBridge's getBrandWCPayRequest for a page inside WeChat.

        The page lies in a registered payment directory. appid: the official account the page belongs to, the
        merchant's by default; the sub_appid when the order was placed with sub_openid. jssdk: name the time
        ``timestamp``, as wx.chooseWXPay takes it (it is signed as ``timeStamp`` all the same).
        """
        fields = self._page(order, checked_appid(appid) or self._merchant().appid)
        if jssdk:
            fields["timestamp"] = fields.pop("timeStamp")
        return fields

    def mini_program(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        """Return the parameters of wx.requestPayment; appId is signed and not among them.

        No payment directory is needed; in institution mode the order names the payer by sub_openid. appid: the mini
        program's, by default the sub_appid where the merchant has one, else its appid.
        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter7_2.shtml
        """
        merchant = self._merchant()
        fields = self._page(order, checked_appid(appid) or merchant.sub_appid or merchant.appid)
        del fields["appId"]
        return fields

    def app(self, order: Order, *, appid: str | None = None) -> dict[str, str]:
        """Return the fields of the OpenSDK's PayReq (``packageValue`` on Android is ``package`` here).

        The app is registered on the WeChat Open Platform with its bundle id, or its package name and the MD5 of the
        certificate it is signed with; WeChat answers -1 for an app that differs. appid: the app's, by default the
        sub_appid where the merchant has one, else its appid.
        Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter6_3.shtml
        """
        merchant = self._merchant()
        fields = {
            "appid": checked_appid(appid) or merchant.sub_appid or merchant.appid,
            "partnerid": self._partner(merchant),
            "prepayid": _prepay_id(order),
            "package": "Sign=WXPay",
            "noncestr": self._nonce(),
            "timestamp": str(int(self._clock.time())),
        }
        fields["sign"] = self._sign_app(fields)
        return fields

    def native(self, order: Mapping[str, str]) -> str:
        """Return the link to show as a QR code (mode 2: one code for one order), unchanged. Valid 2 hours."""
        return _link(order, "code_url", "NATIVE", "weixin://")

    def h5(self, order: Mapping[str, str], *, redirect_url: str | None = None, domains: Iterable[str] = ()) -> str:
        """Return the address to send the payer's browser to. Valid 5 minutes.

        The page that sends the payer there lies on a domain registered for H5 payment, and so does redirect_url,
        where the payer comes back to; returning does not mean paid. domains: the registered ones, such as
        ``shop.example``; where they are given, a redirect_url elsewhere is refused. They must be equal to the letter:
        a subdomain is another domain.
        Sources: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/H5Payment/chapter8_1.shtml,
        https://pay.weixin.qq.com/doc/v3/merchant/4013287193
        """
        link = _link(order, self._h5_name(order), "MWEB", "http")
        if redirect_url is None:
            return link
        _check_way_back(redirect_url, _domains(domains))
        from urllib.parse import quote

        try:
            return f"{link}&redirect_url={quote(redirect_url, safe='')}"
        except UnicodeEncodeError:
            raise InvalidRequest("redirect_url holds a lone surrogate") from None

    def _page(self, order: Order, appid: str) -> dict[str, str]:
        fields = {
            "appId": appid,
            "timeStamp": str(int(self._clock.time())),
            "nonceStr": self._nonce(),
            "package": f"prepay_id={_prepay_id(order)}",
        }
        fields["signType"], fields["paySign"] = self._sign_page(fields)
        return fields

    def _sign_page(self, fields: dict[str, str]) -> tuple[str, str]:
        """Return signType and paySign of *fields*, the camel-case ones without signType."""
        raise NotImplementedError  # pragma: no cover

    def _sign_app(self, fields: dict[str, str]) -> str:
        """Return the sign of *fields*, the lower-case ones."""
        raise NotImplementedError  # pragma: no cover

    def _partner(self, merchant: Merchant) -> str:
        """Return whose number an app names as partnerid."""
        raise NotImplementedError  # pragma: no cover

    def _h5_name(self, order: Mapping[str, str]) -> str:
        return "mweb_url"


def checked_appid(given: str | None) -> str | None:
    """Return *given*. Raises InvalidRequest for what is no app id."""
    if given is not None and not (isinstance(given, str) and _APPID.fullmatch(given)):
        raise InvalidRequest(f"not an app id: {quoted(given)}")
    return given


def _domains(given: Iterable[str]) -> list[str]:
    try:
        domains = [given] if isinstance(given, str) else list(given)
    except TypeError:
        raise InvalidRequest(f"domains must be a list of domains, got {type(given).__name__}") from None
    for domain in domains:
        ascii_domain = address.in_ascii(domain) if isinstance(domain, str) else ""
        if not ascii_domain or "/" in domain or address.kind_of(ascii_domain) != address.PUBLIC:
            raise InvalidRequest(
                f"not a domain registered for H5 payment: {quoted(domain)}",
                remedy="give it as on the merchant platform, without https:// and path, such as shop.example",
            )
    return domains


def _check_way_back(redirect_url: object, domains: list[str]) -> None:
    if not isinstance(redirect_url, str) or not redirect_url.startswith(("https://", "http://")):
        encoded = isinstance(redirect_url, str) and redirect_url.lower().startswith(("https%3a", "http%3a"))
        raise InvalidRequest(
            f"redirect_url must be an absolute http(s) address, got {quoted(redirect_url)}",
            remedy="give it plain: it is url-encoded here" if encoded else "give the whole address",
        )
    url = address.split(redirect_url)
    host = url.host if url is not None and url.user_info is None else ""  # a browser may take the user for the host
    if domains and address.in_ascii(host) not in map(address.in_ascii, domains):
        raise InvalidRequest(
            f"redirect_url leads to {quoted(host)}, which is not among the domains registered for H5 payment",
            remedy=f"lead the payer back to {' or '.join(domains)}, or register the domain",
        )


def _prepay_id(order: Order) -> str:
    prepay_id = order if isinstance(order, str) else _member(order, "prepay_id")
    if not isinstance(prepay_id, str) or not _PREPAY_ID.fullmatch(prepay_id):
        raise InvalidRequest(
            f"not a prepay_id: {quoted(prepay_id)}", remedy="give the Result of unified_order, or its prepay_id"
        )
    return prepay_id


def _link(order: Mapping[str, str], name: str, trade_type: str, scheme: str) -> str:
    link = _member(order, name)
    if not isinstance(link, str) or not link.startswith(scheme):
        raise InvalidRequest(f"the order has no {name}", remedy=f"place it with trade_type={trade_type}")
    return link


def _member(order: object, name: str) -> object:
    return order.get(name) if isinstance(order, Mapping) else None
