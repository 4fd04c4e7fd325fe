"""The rules of access: what the gateway would refuse, or take and never answer, said before anything is sent.

`check` holds a request against the operation's rows and against these rules; every fault carries the id of its rule,
such as "notify_url.loopback". Which rule a field is held to stands in the catalogue (`Field.rule`).
"""

from __future__ import annotations

from wxpay_v2.access.checking import check
from wxpay_v2.access.windows import check_refund_time, check_reverse_time, refund_deadline

__all__ = ["check", "check_refund_time", "check_reverse_time", "refund_deadline"]
