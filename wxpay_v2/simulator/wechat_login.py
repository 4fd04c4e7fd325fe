"""A stand-in for the login of an official account, by which a shop learns the payer's openid before it orders.

The addresses are those of the real one, on this host: send the payer to ``/connect/oauth2/authorize``, and change the
code that comes back for an openid at ``/sns/oauth2/access_token``. Nobody is asked anything.
Source: https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from wxpay_v2.simulator.effects.common import openid_of
from wxpay_v2.simulator.guard import is_loopback
from wxpay_v2.simulator.presentation import page

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account

__all__ = ["WeChatLogin"]

_CODES_KEPT = 1000
_PAYER_LIMIT = 64


class WeChatLogin:
    """The handlers. payer: who holds the phone; another name has another openid. accounts: the merchants, by mch_id."""

    def __init__(self, accounts: Callable[[], Mapping[str, Account]]) -> None:
        self.payer = "payer"
        self._accounts = accounts
        self._codes: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the stand-in."""
        return [
            web.get("/connect/oauth2/authorize", self.authorize),
            web.get("/sns/oauth2/access_token", self.access_token),
        ]

    def set_payer(self, name: object) -> None:
        """Let *name* hold the phone from now on. Raises ValueError."""
        if not isinstance(name, str) or not 0 < len(name) <= _PAYER_LIMIT:
            raise ValueError(f"a payer's name is a text of 1 to {_PAYER_LIMIT} characters")
        self.payer = name

    async def authorize(self, request: web.Request) -> web.Response:
        """Send the browser back to the shop's page with a code."""
        query = request.query
        appid, address = query.get("appid", ""), query.get("redirect_uri", "")
        problem = ""
        if query.get("response_type") != "code":
            problem = "response_type must be code."
        elif not self._knows(appid):
            problem = "No merchant here has this appid."
        elif not _is_local(address):
            problem = "redirect_uri must be a page of this machine."
        if problem:
            return page("error.html", 400, title="WeChat does not log in here", problem=problem)
        code = secrets.token_urlsafe(24)
        self._codes[code] = (appid, openid_of(self.payer, appid))
        if len(self._codes) > _CODES_KEPT:
            self._codes.popitem(last=False)
        joint = "&" if urlsplit(address).query else "?"
        raise web.HTTPFound(f"{address}{joint}{urlencode({'code': code, 'state': query.get('state', '')})}")

    async def access_token(self, request: web.Request) -> web.Response:
        """Change a code for the payer's openid, once."""
        query = request.query
        if query.get("grant_type") != "authorization_code":
            return _failure(40002, "invalid grant_type")
        if not self._knows(query.get("appid", "")):
            return _failure(40013, "invalid appid")
        if not query.get("secret"):
            return _failure(41004, "appsecret missing")
        appid, openid = self._codes.pop(query.get("code", ""), ("", ""))
        if appid != query["appid"]:
            return _failure(40029, "invalid code")
        told = {
            "access_token": secrets.token_urlsafe(32), "expires_in": 7200, "refresh_token": secrets.token_urlsafe(32),
            "openid": openid, "scope": "snsapi_base",
        }  # fmt: skip
        return web.json_response(told)

    def _knows(self, appid: str) -> bool:
        return any(appid == one.appid or appid in one.sub_appids for one in self._accounts().values())


def _is_local(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "") and "#" not in address
    except ValueError:
        return False


def _failure(code: int, says: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": says})
