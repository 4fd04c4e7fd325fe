"""Who calls and who pays: the ids that every family's rows share."""

from __future__ import annotations

from wxpay_v2.operation import DIRECT, INSTITUTION, SERVICE_PROVIDER
from wxpay_v2.upgrade.rules import Said, drop, move, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["ANSWERED", "BODY", "ECHOED", "ENVELOPE", "FOR_OTHERS", "NUMBERS_ONLY", "PAYER", "PAYER_ANSWERED", "SUBJECT"]

FOR_OTHERS = (INSTITUTION, SERVICE_PROVIDER)
_SIGNED = "API v3 signs the whole request in a header"
_MESSAGE = "part of v2's own envelope; the answer's RSA signature was verified instead"

# v2's envelope: nothing of it travels.
ENVELOPE: tuple[Rule, ...] = (
    drop("nonce_str", _SIGNED, harmless=True),
    drop("sign_type", _SIGNED, harmless=True),
    drop("version", "v2's own; API v3 has its version in the path", harmless=True),
)

# Ids in the body, all of them.
BODY: tuple[Rule, ...] = (
    move("appid", "appid", modes=(DIRECT,)),
    move("mch_id", "mchid", modes=(DIRECT,)),
    move("appid", "sp_appid", modes=FOR_OTHERS),
    move("mch_id", "sp_mchid", modes=FOR_OTHERS),
    move("sub_appid", "sub_appid", modes=FOR_OTHERS),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)

# Merchant numbers without the appids.
NUMBERS_ONLY: tuple[Rule, ...] = (
    drop("appid", "this call takes no appid in API v3", harmless=True),
    drop("sub_appid", "this call takes no appid in API v3", harmless=True),
    move("mch_id", "mchid", modes=(DIRECT,)),
    move("mch_id", "sp_mchid", modes=FOR_OTHERS),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)

# The signer is the subject: only the sub-merchant is named.
SUBJECT: tuple[Rule, ...] = (
    drop("appid", "this call takes no appid in API v3", harmless=True),
    drop("sub_appid", "this call takes no appid in API v3", harmless=True),
    drop("mch_id", "the Authorization header names the merchant", harmless=True),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)

PAYER: tuple[Rule, ...] = (
    move("openid", "payer.openid", modes=(DIRECT,)),
    move("openid", "payer.sp_openid", modes=FOR_OTHERS),
    move("sub_openid", "payer.sub_openid", modes=FOR_OTHERS),
)

PAYER_ANSWERED: tuple[Rule, ...] = (
    move("openid", "payer.openid", modes=(DIRECT,)),
    move("openid", "payer.sp_openid", modes=FOR_OTHERS),
    move("sub_openid", "payer.sub_openid", modes=FOR_OTHERS),
    drop("is_subscribe", "API v3 does not tell whether the payer follows the account"),
    drop("sub_is_subscribe", "API v3 does not tell whether the payer follows the account"),
)


def echo(name: str) -> Rule:
    """Return the rule that answers with the request's own *name*."""
    return supply(name, Said(field=name), "told again from the request, as v2 does", basis="inferred")


_STATED = "API v3 answers with an HTTP status instead"
_CODES: tuple[Rule, ...] = (
    supply("return_code", Said("SUCCESS"), _STATED, basis="inferred"),
    supply("return_msg", Said("OK"), _STATED, basis="inferred"),
    supply("result_code", Said("SUCCESS"), _STATED, basis="inferred"),
    drop("nonce_str", _MESSAGE),
    drop("sign", _MESSAGE),
    drop("err_code", "an answer that succeeds has none", harmless=True),
    drop("err_code_des", "an answer that succeeds has none", harmless=True),
)

# Where the answer names no ids: the request's.
ECHOED: tuple[Rule, ...] = (*_CODES, echo("appid"), echo("mch_id"), echo("sub_appid"), echo("sub_mch_id"))

# Where it may: the answer's, which are compared with the request's, else the request's.
ANSWERED: tuple[Rule, ...] = (
    *ECHOED,
    move("appid", "appid", modes=(DIRECT,)),
    move("mch_id", "mchid", modes=(DIRECT,)),
    move("appid", "sp_appid", modes=FOR_OTHERS),
    move("mch_id", "sp_mchid", modes=FOR_OTHERS),
    move("sub_appid", "sub_appid", modes=FOR_OTHERS),
    move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
)
