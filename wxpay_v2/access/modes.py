"""Which access mode and region an operation is for, and what serves elsewhere in its place.

Direct: the merchant calls for itself. Institution and (common) service provider: the caller's own appid, mch_id and
API key, with the sub-merchant named by sub_mch_id; a sub-merchant's own key signs nothing.
Source: https://pay.weixin.qq.com/doc/global/v2/en/4013662673
"""

from __future__ import annotations

from wxpay_v2.errors import quoted
from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.access.rule import Case
    from wxpay_v2.operation import Operation

__all__ = ["foreign", "unavailable"]

# What serves in the region that lacks an operation, by the first part of its name; the first match counts.
_INSTEAD: dict[str, tuple[tuple[str, str], ...]] = {
    GLOBAL: (
        ("refund_query_v2", "use refund_query"),
        ("refund_v2", "use refund"),
        ("download_fund_flow", "use settlement_query and download_bill"),
        ("auth_code_to_openid", "use the openid in the reply of micropay"),
        ("facepay", "use micropay"),
        ("sandbox", "use the simulator: the global gateway has no sandbox"),
        ("customs_", "use customs declaration of API v3 (/global/v3/customs/orders)"),
        ("get_certificates", "use the certificates of API v3"),
        ("profit_sharing", "use profit sharing of API v3"),
        ("micro_applyment", "use add_institution_sub"),
        ("sub_mch_manage", "use add_institution_sub"),
    ),
    MAINLAND: (
        ("settlement_query", "use download_fund_flow"),
        ("query_exchange_rate", "mainland orders are priced and settled in CNY"),
        ("", "sub-merchants of the mainland are onboarded with sub_mch_manage or on the platform"),
    ),
}
_DIRECT_FORMS = {"partner_": "", "transit_partner_": "transit_", "vehicle_partner_": "vehicle_"}


def unavailable(operation: Operation, mode: str, region: str) -> Iterator[Fault]:
    """Yield why *operation* cannot be called in *mode* and *region*."""
    if region not in operation.regions:
        yield Fault(
            "mode.region",
            "",
            f"this operation is not available in region {region}, only in region {' and '.join(operation.regions)}",
            _instead(operation.name, region) or f'make the Client with region="{operation.regions[0]}"',
        )
    if mode not in operation.modes:
        yield Fault(
            "mode.operation",
            "",
            f"this operation is not available in {_mode(mode)} mode, only in {_modes(operation.modes)} mode",
            _direct_form(operation.name, mode) or _as(operation.modes),
        )


def foreign(case: Case, names: frozenset[str], mch_id: str) -> Iterator[Fault]:
    """Yield the ids that the caller's mode does not send. mch_id: the wire name of the id that the key belongs to."""
    for name in case.wire:
        row = case.operation.field(name) if name in names else None
        if row is not None:
            yield Fault(
                "mode.field",
                name,
                f"{name} is not sent in {_mode(case.mode)} mode, only in {_modes(row.modes)} mode",
                f"leave it out, or {_as(row.modes)}",
            )
    given = case.wire.get(mch_id, case.merchant.mch_id)
    if given != case.merchant.mch_id:
        yield Fault(
            "mode.mch_id",
            mch_id,
            f"{mch_id} is {quoted(given)}, but the key that signs belongs to {case.merchant.mch_id}",
            "an institution or service provider signs with its own key and names the sub-merchant in sub_mch_id",
        )


def _mode(mode: str) -> str:
    return mode.replace("_", " ")


def _modes(modes: tuple[str, ...]) -> str:
    return " or ".join(map(_mode, modes))


def _as(modes: tuple[str, ...]) -> str:
    if modes == (DIRECT,):
        return "make the Merchant without sub_mch_id"
    named = " or ".join(f'mode="{mode}"' for mode in modes if mode in (INSTITUTION, SERVICE_PROVIDER))
    return f"make the Merchant with {named}, if it is one"


def _instead(name: str, region: str) -> str:
    return next((words for start, words in _INSTEAD.get(region, ()) if name.startswith(start)), "")


def _direct_form(name: str, mode: str) -> str:
    for start, direct in _DIRECT_FORMS.items():
        if mode == DIRECT and name.startswith(start):
            return f"use {direct}{name.removeprefix(start)}"
    return ""
