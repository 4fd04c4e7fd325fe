"""Real names: the payer's consent on a page, a token for the code it gives, and whether the person is who it says.

What is true of a person is what `people.set_person` says; of whom nobody has said anything, everything is true.
get_real_name_info, whose answer is encrypted for the merchant's certificate, is not played.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.canned import way_back
from wxpay_v2.simulator.effects import people
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.replies import Page

__all__ = ["auth_index", "get_access_token", "real_name_auth"]

CODE, TOKEN = "identity_code", "identity_token"
CODE_SECONDS, TOKEN_SECONDS, REFRESH_SECONDS = 300.0, 7200.0, 30 * 86400.0
GIVEN, USED = "GIVEN", "USED"


def auth_index(call: Call, book: Book, setting: Setting) -> Page:
    """Let the payer who opens the page agree, and send him back with a code that is good for five minutes."""
    forward = way_back(call)
    code = parse_qs(urlsplit(forward).query).get("code", [""])[-1]
    known = book.records.get(CODE, call.account.mch_id, code) if code else None
    if code and known is None:
        book.records.put(CODE, call.account.mch_id, code, GIVEN, {"until": book.now + CODE_SECONDS})
    elif known is not None:
        book.records.transition(known, (GIVEN, USED), GIVEN, until=book.now + CODE_SECONDS)
    return Page(call.operation.title, ("Agreed.",), forward)


def get_access_token(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Change a code for a token, once."""
    mch_id, openid = call.account.mch_id, call.fields["openid"]
    code = book.records.get(CODE, mch_id, call.fields["code"]) if len(call.fields["code"]) <= 128 else None
    if code is None or code.state != GIVEN or code.data["until"] < book.now:
        refusal(call.operation, "the code is none of the page's, used or expired", "PARAM_ERROR")
    book.records.transition(code, GIVEN, USED)
    token = secrets.token_hex(32)
    book.records.put(TOKEN, mch_id, token, GIVEN, {"openid": openid, "until": book.now + TOKEN_SECONDS})
    return {
        "access_token": token,
        "access_token_expire_in": str(int(TOKEN_SECONDS)),
        "refresh_token": secrets.token_hex(32),
        "refresh_token_expire_in": str(int(REFRESH_SECONDS)),
    }


def real_name_auth(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Say whether openid, name and document are one person's; V_OP_NA where the payer has given no consent."""
    fields = call.fields
    token = book.records.get(TOKEN, call.account.mch_id, fields["access_token"])
    told = {"openid": fields["openid"], "access_token": fields["access_token"]}
    if token is None or token.data["until"] < book.now or token.data["openid"] != fields["openid"]:
        return {**told, "verify_openid": "V_OP_NA"}
    person = people.facts(book, fields["openid"])
    named = person.get("real_name", fields["real_name"]) == fields["real_name"]
    document = person.get("cred_id", fields["cred_id"]) == fields["cred_id"]
    return {
        **told,
        "verify_openid": "V_OP_NM_MA" if named else "V_OP_NM_UM",
        "verify_real_name": "V_NM_ID_MA" if named and document else "V_NM_ID_UM",
        "bind_bankcard": "NO" if person.get("verified") is False else "YES",
    }
