"""A tea shop that takes WeChat Pay, in Flask. Begin with payments.py."""

from __future__ import annotations

import time

import click
from flask import Flask

from wxpay_v2.adapters.flask import view

from . import settings
from .login import login
from .orders import Orders
from .pages import check_token, pages
from .payments import Payments


def create_app() -> Flask:
    """Return the shop, set up by the environment: see settings.py."""
    told = settings.load()
    orders = Orders(told.database_url)
    payments = Payments(told, orders)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=told.secret_key, SESSION_COOKIE_SAMESITE="Lax")
    app.config["SESSION_COOKIE_SECURE"] = told.url.startswith("https:")
    app.extensions.update(settings=told, orders=orders, payments=payments)
    app.before_request(check_token)
    app.register_blueprint(pages)
    app.register_blueprint(login)
    app.add_url_rule("/wxpay/notify", view_func=view(payments.endpoint))
    app.cli.add_command(_ask(payments))
    return app


def _ask(payments: Payments) -> click.Command:
    @click.command("ask")
    def ask() -> None:
        """Ask the gateway, until Ctrl-C, about orders whose notification does not come."""
        last = 0.0
        while True:
            now = time.time()
            payments.ask_about_all(last, now)
            last = now
            time.sleep(5)

    return ask
