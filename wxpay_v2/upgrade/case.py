"""Case: one v2 call on its way to API v3 and back."""

from __future__ import annotations

from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, MAINLAND, SERVICE_PROVIDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Operation
    from wxpay_v2.upgrade.rules import Step, Target
    from wxpay_v2.v3.account import V3Account

__all__ = ["Case", "chosen", "mode_of"]


def mode_of(merchant: Merchant, region: str) -> str:
    """Return the access mode in the words of API v3's rows: institutions are a global word, partners a mainland one."""
    mode = merchant.mode_in(region)
    if mode == DIRECT:
        return mode
    return {GLOBAL: INSTITUTION, MAINLAND: SERVICE_PROVIDER}[region]


class Case:
    """What a rule may look at.

    operation: v2's row. fields: the v2 request's, as text. merchant, region, account: whose, where, and what API v3
    needs. mode: as in v3's rows. target: the v3 call. document: of the answer, once there is one. answer: the v2
    fields of it so far. lost: names of request fields that nobody will see any more, with the reason.
    """

    __slots__ = (
        "account", "answer", "document", "fields", "lost", "memo", "merchant", "mode", "operation", "region", "target",
    )  # fmt: skip

    def __init__(
        self,
        operation: Operation,
        fields: Mapping[str, str],
        merchant: Merchant,
        region: str,
        account: V3Account,
        target: str = "",
        mode: str = "",
    ) -> None:
        self.operation = operation
        self.fields = fields
        self.merchant = merchant
        self.region = region
        self.account = account
        self.mode = mode or mode_of(merchant, region)
        self.target = target
        self.document: Mapping[str, Any] = {}
        self.answer: dict[str, str] = {}
        self.lost: dict[str, str] = {}
        self.memo: dict[str, Any] = {}

    def due(self, steps: Sequence[Step]) -> list[Step]:
        """Return those of *steps* whose target fits the request."""
        return [step for step in steps if self.meets(step.target.when)]

    def meets(self, when: tuple[str, ...]) -> bool:
        """Return True when the request fits: (field, values), or (field,) for its mere presence; () always."""
        if not when:
            return True
        value = self.fields.get(when[0])
        return bool(value) and (len(when) == 1 or value in when[1:])


def chosen(case: Case, targets: tuple[Target, ...]) -> Target | None:
    """Return the first of *targets* that fits *case*, None without one."""
    for target in targets:
        if target.fits(case.region, case.mode) and case.meets(target.when):
            return target
    return None
