"""python -m wxpay_v2: the same commands as ``wxpay-v2``."""

from __future__ import annotations

from wxpay_v2.cli import main

if __name__ == "__main__":
    main()
