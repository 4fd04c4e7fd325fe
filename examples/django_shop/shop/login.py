"""Who is the payer? Inside WeChat the official account tells: a silent redirect, a code, an openid.

Source: https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from __future__ import annotations

from urllib.parse import urlencode

import requests
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.views.decorators.http import require_GET

from shop.payments import client

AUTHORIZE = f"{settings.SIMULATOR.get('payer_url', 'https://open.weixin.qq.com')}/connect/oauth2/authorize"
TOKEN = f"{settings.SIMULATOR.get('payer_url', 'https://api.weixin.qq.com')}/sns/oauth2/access_token"


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to WeChat, which sends it back with a code."""
    request.session["state"] = get_random_string(24)
    query = {
        "appid": client.merchant.appid,
        "redirect_uri": settings.SHOP_URL + reverse("login_back"),
        "response_type": "code",
        "scope": "snsapi_base",
        "state": request.session["state"],
    }
    return redirect(f"{AUTHORIZE}?{urlencode(query)}#wechat_redirect")


@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Change the code for the payer's openid."""
    expected = request.session.pop("state", "")
    if not expected or not constant_time_compare(expected, request.GET.get("state", "")):
        return HttpResponse("This login did not begin here.", status=400)
    query = {
        "appid": client.merchant.appid,
        "secret": settings.SHOP_APP_SECRET,
        "code": request.GET.get("code", ""),
        "grant_type": "authorization_code",
    }
    try:
        told = requests.get(TOKEN, query, timeout=10).json()
    except requests.RequestException:
        return HttpResponse("WeChat does not answer. Please try again.", status=502)
    if "openid" not in told:
        return HttpResponse("WeChat did not log you in.", status=502)
    request.session["openid"] = told["openid"]
    return redirect("shop")
