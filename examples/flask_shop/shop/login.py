"""Who is the payer? Inside WeChat the official account tells: a silent redirect, a code, an openid.

Source: https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import requests
from flask import Blueprint, abort, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

login = Blueprint("login", __name__)


@login.get("/login")
def begin() -> Response:
    """Send the browser to WeChat, which sends it back with a code."""
    settings = current_app.extensions["settings"]
    session["state"] = secrets.token_urlsafe(16)
    query = {
        "appid": settings.merchant.appid,
        "redirect_uri": settings.url + url_for("login.back"),
        "response_type": "code",
        "scope": "snsapi_base",
        "state": session["state"],
    }
    return redirect(f"{settings.authorize_url}?{urlencode(query)}#wechat_redirect")


@login.get("/login/back")
def back() -> Response:
    """Change the code for the payer's openid."""
    settings = current_app.extensions["settings"]
    expected = session.pop("state", "")
    if not expected or not secrets.compare_digest(expected, request.args.get("state", "")):
        abort(400, "This login did not begin here.")
    query = {
        "appid": settings.merchant.appid,
        "secret": settings.app_secret,
        "code": request.args.get("code", ""),
        "grant_type": "authorization_code",
    }
    try:
        told = requests.get(settings.token_url, query, timeout=10).json()
    except requests.RequestException:
        abort(502, "WeChat does not answer. Please try again.")
    if "openid" not in told:
        abort(502, f"WeChat did not log you in: {told.get('errmsg', 'no openid')}")
    session["openid"] = told["openid"]
    return redirect(url_for("pages.shop"))
