"""The mapping is compared where the reference lies beside the project, or where WXPAY_V2_REFERENCE says."""

from __future__ import annotations

import os
from pathlib import Path

_TOLD = os.environ.get("WXPAY_V2_REFERENCE", "")
MAPPING = Path(_TOLD or Path(__file__).resolve().parents[3] / "shared" / "reference") / "v3" / "mapping.md"

# Without it there is nothing to compare with; naming the folder and not having it is a mistake.
collect_ignore = [] if _TOLD or MAPPING.is_file() else ["test_mapping_rows.py"]
