"""What the shop is told: one TOML file for WeChat Pay, a few variables for the rest.

SHOP_CONFIG names the file. Its ``[merchant]`` table is that of Merchant.from_config. A ``[simulator]`` table, as the
simulator writes it, makes the shop pay there; without one it pays at the real gateway, in the region of ``[shop]``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wxpay_v2 import Client, Merchant

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib


@dataclass(frozen=True)
class Settings:
    """simulator: its people's address, "" at the real gateway. app_secret: of the official account, for the login."""

    client: Client = field(repr=False)
    url: str
    database_url: str
    simulator: str
    app_secret: str = field(repr=False)
    secret_key: str = field(repr=False)
    office_password: str = field(repr=False)

    @property
    def merchant(self) -> Merchant:
        return self.client.merchant

    @property
    def notify_url(self) -> str:
        """Where the gateway tells of payments: reachable from the Internet, without a query."""
        return f"{self.url}/wxpay/notify"

    @property
    def authorize_url(self) -> str:
        return f"{self.simulator or 'https://open.weixin.qq.com'}/connect/oauth2/authorize"

    @property
    def token_url(self) -> str:
        return f"{self.simulator or 'https://api.weixin.qq.com'}/sns/oauth2/access_token"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this process. Raises ConfigurationError or KeyError at the start, never at a payment."""
    path = Path(environment["SHOP_CONFIG"])
    with path.open("rb") as file:
        tables: dict[str, Any] = tomllib.load(file)
    simulator = tables.get("simulator", {})
    client = Client(
        Merchant.from_config(path),
        region=simulator.get("region") or tables.get("shop", {}).get("region", "global"),
        base_url=simulator.get("base_url"),
        verify=simulator.get("ca"),
    )
    return Settings(
        client=client,
        url=environment.get("SHOP_URL", "http://127.0.0.1:5000").rstrip("/"),
        database_url=environment.get("SHOP_DATABASE", "sqlite:///shop.sqlite"),
        simulator=simulator.get("payer_url", ""),
        app_secret=environment.get("SHOP_APP_SECRET", "any, for the simulator" if simulator else ""),
        secret_key=environment.get("SHOP_SECRET_KEY") or secrets.token_hex(32),
        office_password=environment.get("SHOP_OFFICE_PASSWORD", ""),
    )
