"""The endpoint as a Flask view: ``app.add_url_rule("/wxpay/notify", view_func=view(endpoint))``."""

from __future__ import annotations

from wxpay_v2.adapters.endpoint import MAX_BYTES, Endpoint
from wxpay_v2.errors import MissingExtra

try:
    from flask import Response, request
    from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
except ModuleNotFoundError:
    raise MissingExtra("the Flask view needs Flask", remedy="pip install 'wxpay-v2[flask]'") from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["view"]


def view(endpoint: Endpoint, name: str = "wxpay_notify") -> Callable[[], Response]:
    """Return a view that reads the raw body and answers as the gateway wants to be answered. name: of Flask's endpoint.

    With Flask-WTF say ``csrf.exempt(notify)`` of what this returns.
    """

    def notify() -> Response:
        request.max_content_length = MAX_BYTES  # of this request only
        try:
            # get_data knows a body that a before_request hook has read already.
            body = request.get_data(parse_form_data=False) if request.method == "POST" else b""
        except (ClientDisconnected, OSError, RequestEntityTooLarge) as error:
            answer = endpoint.refuse(f"the body cannot be read: {type(error).__name__}")
        else:
            answer = endpoint.handle(request.method, body, dict(request.headers))
        return Response(answer.body, status=answer.status, headers=list(answer.headers))

    notify.__name__ = name
    notify.methods = ("POST",)  # type: ignore[attr-defined]  # what add_url_rule goes by when it is told nothing
    notify.provide_automatic_options = False  # type: ignore[attr-defined]
    return notify
