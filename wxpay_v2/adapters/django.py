"""The endpoint as a Django view: ``path("wxpay/notify", view(endpoint))``."""

from __future__ import annotations

from wxpay_v2.adapters.endpoint import MAX_BYTES, Endpoint
from wxpay_v2.errors import MissingExtra

try:
    from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        connections,
        transaction,
    )
    from django.http import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        HttpRequest,
        HttpResponse,
    )
    from django.views.decorators.csrf import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        csrf_exempt,
    )
except ModuleNotFoundError:
    raise MissingExtra("the Django view needs Django", remedy="pip install 'wxpay-v2[django]'") from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    View = Callable[[HttpRequest], HttpResponse]

__all__ = ["view"]


def view(endpoint: Endpoint) -> View:
    """Return a view that reads the raw body, needs no CSRF token, and answers as the gateway wants to be answered.

    It is left out of ATOMIC_REQUESTS: what a handler did by the ORM would be committed after the booking, or never.
    """

    def notify(request: HttpRequest) -> HttpResponse:
        try:
            # Not request.body: it refuses by settings of the site, and reads whatever length those allow.
            body = request.read(MAX_BYTES + 1) if request.method == "POST" else b""
        except OSError as error:
            answer = endpoint.refuse(f"the body cannot be read: {type(error).__name__}")
        else:
            answer = endpoint.handle(request.method, body, request.headers)
        return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))

    exempt: View = csrf_exempt(notify)
    for alias in connections:
        exempt = transaction.non_atomic_requests(using=alias)(exempt)
    return exempt
