"""Every case. A new file of cases is imported here, in the order in which they build on each other."""

from __future__ import annotations

from tests.corpus import payments, reading, refunds, replies, signatures, statements, writing
from tests.corpus.case import CASES, Case

__all__ = ["CASES", "Case"]

FILES = (reading, signatures, payments, refunds, replies, writing, statements)
