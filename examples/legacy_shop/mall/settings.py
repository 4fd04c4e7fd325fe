"""
Django settings of the mall.

What differs from host to host stands in an ini file, SHOP_CONFIG: the merchant in [merchant], and, for development,
where the stand-in of the gateway is in [simulator].
"""

import configparser
import os

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

config = configparser.ConfigParser(interpolation=None)
config.read(os.environ.get("SHOP_CONFIG", os.path.join(BASE_DIR, "shop.ini")))


def option(section, name, default=""):
    return config.get(section, name, fallback=default).strip('"')


SITE_URL = os.environ.get("SHOP_URL", "http://127.0.0.1:8000")

WECHAT = {
    "APPID": option("merchant", "appid"),
    "APPSECRET": option("merchant", "appsecret", "secret"),
    "MCH_ID": option("merchant", "mch_id"),
    "API_KEY": option("merchant", "api_key"),
    "MCH_CERT": option("merchant", "certificate"),
    "MCH_KEY": option("merchant", "private_key"),
    "NOTIFY_URL": SITE_URL + "/wechat/notify/",
    "REFUND_NOTIFY_URL": SITE_URL + "/wechat/refund_notify/",
    "API_BASE_URL": option("simulator", "base_url", "https://api.mch.weixin.qq.com").rstrip("/") + "/",
    "BACKUP_API_BASE_URL": option("simulator", "base_url", "https://api2.mch.weixin.qq.com").rstrip("/") + "/",
    "SIMULATOR": option("simulator", "payer_url"),
}

SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "change me")
DEBUG = bool(WECHAT["SIMULATOR"])
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shop",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "mall.urls"
WSGI_APPLICATION = "mall.wsgi.application"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "shop.views.common",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", os.path.join(BASE_DIR, "mall.sqlite3")),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"shop": {"handlers": ["console"], "level": "INFO"}},
}
