"""``python manage.py ask``: the worker beside the web server."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from shop import payments


class Command(BaseCommand):
    help = "Ask the gateway, until Ctrl-C, about orders whose notification does not come."

    def handle(self, *args: Any, **options: Any) -> None:
        last = 0.0
        while True:
            now = time.time()
            payments.ask_about_all(last, now)
            last = now
            time.sleep(5)
