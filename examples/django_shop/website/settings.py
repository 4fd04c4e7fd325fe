"""Django's settings, and the shop's: one TOML file for WeChat Pay, a few variables for the rest.

SHOP_CONFIG names the file. Its ``[merchant]`` table is that of Merchant.from_config. A ``[simulator]`` table, as the
simulator writes it, makes the shop pay there; without one it pays at the real gateway, in the region of ``[shop]``.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

BASE_DIR = Path(__file__).resolve().parent.parent

SHOP_CONFIG = Path(os.environ["SHOP_CONFIG"])
_tables = tomllib.loads(SHOP_CONFIG.read_text(encoding="utf-8"))
SIMULATOR: dict[str, str] = _tables.get("simulator", {})
REGION: str = SIMULATOR.get("region") or _tables.get("shop", {}).get("region", "global")
# Where the payers, and the gateway's notifications, come to. Its directory is registered as a payment directory.
SHOP_URL = os.environ.get("SHOP_URL", "http://127.0.0.1:8000").rstrip("/")
# Of the official account, for the login; the simulator takes any.
SHOP_APP_SECRET = os.environ.get("SHOP_APP_SECRET", "any, for the simulator" if SIMULATOR else "")
SHOP_OFFICE_PASSWORD = os.environ.get("SHOP_OFFICE_PASSWORD", "")
SHOP_DATABASE = Path(os.environ.get("SHOP_DATABASE", BASE_DIR / "shop.sqlite"))

SECRET_KEY = os.environ.get("SHOP_SECRET_KEY") or secrets.token_hex(32)
DEBUG = bool(SIMULATOR)  # nobody develops against real money
ALLOWED_HOSTS = [urlsplit(SHOP_URL).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [SHOP_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SHOP_URL.startswith("https:")

INSTALLED_APPS = ["django.contrib.sessions", "django.contrib.staticfiles", "shop"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
ROOT_URLCONF = "website.urls"
WSGI_APPLICATION = "website.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request", "shop.views.common"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SHOP_DATABASE,
        # Two requests that both read first and then write would lose to each other; this one waits instead.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 3},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {name: {"handlers": ["console"], "level": "INFO"} for name in ("shop", "wxpay_v2")},
}
