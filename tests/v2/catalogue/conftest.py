"""Where the reference files are, when they are there at all."""

from __future__ import annotations

import os
from pathlib import Path

_TOLD = os.environ.get("WXPAY_V2_REFERENCE")
REFERENCE = Path(_TOLD or Path(__file__).resolve().parents[4] / "shared" / "reference") / "v2"

# The rows were made from these files, and on a machine that has them they are compared. No user has them: there the
# comparison is not collected, which is no skip. A path that was told and does not exist is collected, and fails.
collect_ignore = [] if _TOLD or REFERENCE.is_dir() else ["test_reference.py"]
