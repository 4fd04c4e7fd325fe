"""Quick pay (micropay) and reverse.

Source: https://pay.weixin.qq.com/doc/global/v3/en (quick pay), mainland: payment code
"""

from __future__ import annotations

from wxpay_v2.operation import DIRECT, GLOBAL, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.upgrade.identity import BODY, ECHOED, ENVELOPE, NUMBERS_ONLY, echo
from wxpay_v2.upgrade.orders import _SHARED_FIRST, INVOICE, PAID, PRICE, SETTINGS, SHARED
from wxpay_v2.upgrade.rules import INFERRED, NoEquivalent, Target, Upgrade, drop, move, refuse, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wxpay_v2.upgrade.case import Case

__all__ = ["MICROPAY", "REVERSE"]

_NO_TIMES = "a quick pay of API v3 has neither beginning nor end; the payment code lives a minute"

CODEPAY_OFF = NoEquivalent(
    "micropay",
    "official guidance and software in production disagree whether mainland quick pay is open in API v3 (codepay)",
    "set V3Account(codepay=True) once your account manager confirms it, or keep micropay and reverse on v2",
)


def _store(case: Case) -> str | None:
    return case.account.store_id or None


MICROPAY = Upgrade(
    "micropay",
    family="quick pay",
    unless=(MAINLAND, "codepay", CODEPAY_OFF),
    targets=(
        Target("micropay", regions=(GLOBAL,)),
        Target("codepay", regions=(MAINLAND,), modes=(DIRECT,)),
        Target("partner_codepay", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,)),
    ),
    before=(_SHARED_FIRST,),
    request=(
        *BODY, *ENVELOPE, *(rule for rule in SETTINGS if rule.v2 != "limit_pay"), *PRICE, *SHARED, *INVOICE,
        move("limit_pay", regions=(GLOBAL,)),
        refuse("limit_pay", "mainland quick pay over API v3 cannot rule out credit cards", regions=(MAINLAND,)),
        move("auth_code", "payer.auth_code"),
        move("spbill_create_ip", "scene_info.device_ip", basis=INFERRED),
        drop("time_start", _NO_TIMES),
        drop("time_expire", _NO_TIMES),
        refuse("deposit", "deposits are another product in API v3", when=("deposit", "Y")),
        drop("deposit", "no deposit is what API v3 does anyway", harmless=True),
        supply("trade_type", lambda case: "MICROPAY", "API v3 Global wants it said", regions=(GLOBAL,)),
        supply("scene_info.store_info.id", _store, "mainland quick pay over API v3 wants the shop's number",
               setting="store_id", regions=(MAINLAND,)),
    ),
    answer=(*PAID, echo("device_info")),
)  # fmt: skip

REVERSE = Upgrade(
    "reverse",
    family="reverse",
    unless=(MAINLAND, "codepay", CODEPAY_OFF),
    targets=(
        Target("reverse_by_id", regions=(GLOBAL,), when=("transaction_id",)),
        Target("reverse_by_out_trade_no", regions=(GLOBAL,), when=("out_trade_no",)),
        Target("codepay_reverse", regions=(MAINLAND,), modes=(DIRECT,), when=("out_trade_no",)),
        Target("partner_codepay_reverse", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,), when=("out_trade_no",)),
    ),
    otherwise=NoEquivalent(
        "", "mainland API v3 reverses by the merchant's own number only", "call reverse with out_trade_no"
    ),
    request=(
        *ENVELOPE,
        *(rule for rule in NUMBERS_ONLY if rule.v2 not in ("appid", "sub_appid")),
        move("appid", "appid", regions=(MAINLAND,), modes=(DIRECT,)),
        move("appid", "sp_appid", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,)),
        move("sub_appid", "sub_appid", regions=(MAINLAND,), modes=(SERVICE_PROVIDER,)),
        drop("appid", "this call takes no appid in API v3 Global", regions=(GLOBAL,), harmless=True),
        drop("sub_appid", "this call takes no appid in API v3 Global", regions=(GLOBAL,), harmless=True),
        move("transaction_id", regions=(GLOBAL,)),
        drop("transaction_id", "mainland API v3 reverses by out_trade_no", regions=(MAINLAND,), harmless=True),
        drop("out_trade_no", "one number is named; transaction_id wins, as in v2", when=("transaction_id",),
             regions=(GLOBAL,), harmless=True),
        move("out_trade_no"),
    ),
    answer=(*ECHOED, supply("recall", lambda case: "N", "API v3 says no more when it is done", basis=INFERRED)),
)  # fmt: skip
