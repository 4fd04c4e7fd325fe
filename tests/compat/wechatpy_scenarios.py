"""What is done with wechatpy, the real one and ours: calls over `responses`, notifications, the library's own face.

Arguments and results are JSON, so that a scenario runs in another process as well (see tests/compat/real.py).
"""

from __future__ import annotations

import importlib
import inspect
import pickle
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import responses

from tests.fixtures import APPID, KEY, MCH_ID, sign

HOST = "https://api.mch.weixin.qq.com/"
NEW = ("nonce_str", "sign", "timestamp", "request_serial")
OLD_NAMES = ("WeChatException", "WeChatClientException", "WeChatPayException", "InvalidSignatureException",
             "InvalidAppIdException", "InvalidMchIdException", "RequestException", "Timeout", "ConnectionError",
             "ValueError", "KeyError", "AttributeError", "TypeError")  # fmt: skip
PRIVATE = {"_http", "_request", "_handle_result", "_fetch_sandbox_api_key", "_sandbox_api_key", "_using_pkcs12_cert"}
READ = ("errcode", "errmsg", "return_code", "result_code", "return_msg")


def part(library: Any, name: str) -> Any:
    """The module *name* (``pay.api.order``) of the library."""
    return importlib.import_module(f"{library.__name__}.{name}")


def client(library: Any, **settings: Any) -> Any:
    return library.WeChatPay(**{"appid": APPID, "api_key": KEY, "mch_id": MCH_ID, **settings})


def outcome(work: Callable[[], Any]) -> dict[str, Any]:
    """The value that *work* returns, or the exception: which of the known kinds it is, and what its users read."""
    try:
        value = work()
    except Exception as error:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        told: dict[str, Any] = {"error": sorted(kinds & set(OLD_NAMES))}
        if "WeChatException" in kinds:
            told["attributes"] = {name: getattr(error, name) for name in READ if hasattr(error, name)}
            told["holds"] = [
                name for name in ("client", "request", "response") if getattr(error, name, None) is not None
            ]
        return told
    return {"value": value, "type": "dict" if isinstance(value, dict) else type(value).__name__}


def fields_of(body: Any) -> dict[str, str]:
    text = body if isinstance(body, bytes) else str(body).encode()
    return {child.tag: child.text or "" for child in ElementTree.fromstring(text)}  # noqa: S314 - our own bytes


def written(fields: dict[str, str]) -> str:
    return "<xml>" + "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in fields.items()) + "</xml>"


def signed(fields: dict[str, str], key: str = KEY, sign_type: str = "MD5") -> str:
    return written({**fields, "sign": sign(fields, key, sign_type)})


@contextmanager
def gateway(reply: Any, status: int = 200) -> Iterator[list[Any]]:
    """Answer every call with *reply*, a text, or a dict that is signed as the request is; the requests are kept."""
    asked: list[Any] = []

    def answer(request: Any) -> tuple[int, dict[str, str], Any]:
        asked.append(request)
        if isinstance(reply, dict):
            sent = fields_of(request.body) if request.body else {}
            return status, {}, signed(reply, sign_type=sent.get("sign_type") or "MD5")
        return status, {}, reply

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        for method in (responses.POST, responses.GET):
            mocked.add_callback(method, re.compile("https://.*"), callback=answer)
        yield asked


def wire(request: Any) -> dict[str, Any]:
    """What went out: address, fields without what is new every time, whether the signature holds, the form."""
    body = request.body
    told: dict[str, Any] = {"method": request.method, "url": request.url.partition("?")[0]}
    if body:
        fields = fields_of(body)
        told["signed"] = fields["sign"] == sign(fields, KEY, fields.get("sign_type") or "MD5")
        told["names"] = list(fields)
        told["fields"] = {name: text for name, text in fields.items() if name not in NEW}
        told["content_type"] = request.headers.get("Content-Type")
        told["start"], told["end"] = body[:6].decode(), body[-6:].decode()
    return told


def calls(library: Any, asked: list[list[Any]], **settings: Any) -> list[Any]:
    """Make each of the calls [group, method, arguments, reply]; what went out, and what came of it."""
    pay = client(library, **settings)
    found = []
    for group, method, arguments, reply in asked:
        guessed = mock.patch(f"{library.__name__}.pay.api.withhold.get_external_ip", return_value="203.0.113.9")
        with guessed, mock.patch("time.time", return_value=1893456000.0), gateway(reply) as requests:
            told = outcome(lambda: getattr(getattr(pay, group), method)(**arguments))  # noqa: B023 - at once
        found.append([[wire(one) for one in requests], told])
    return found


def replies(library: Any, told: list[list[Any]], **settings: Any) -> list[Any]:
    """Query an order once for each [reply, status]; what came of it."""
    pay = client(library, **settings)
    found = []
    for reply, status in told:
        with gateway(reply, status):
            found.append(outcome(lambda: pay.order.query(out_trade_no="T-1")))
    return found


def failures(library: Any) -> list[Any]:
    """What a lost connection and a timeout come to."""
    import requests

    pay = client(library)
    found = []
    for error in (requests.ConnectTimeout("t"), requests.ReadTimeout("t"), requests.ConnectionError("c")):
        with responses.RequestsMock() as mocked:
            mocked.add(responses.POST, f"{HOST}pay/orderquery", body=error)
            found.append(outcome(lambda: pay.order.query(out_trade_no="T-1")))
    return found


def notices(library: Any, method: str, messages: list[str], **settings: Any) -> list[Any]:
    """Open each message; what came of it."""
    pay = client(library, **settings)
    return [outcome(lambda: getattr(pay, method)(message)) for message in messages]  # noqa: B023 - at once


def functions(library: Any, asked: list[list[Any]]) -> list[Any]:
    """Call functions of ``pay`` and ``pay.utils``: [name, arguments]; bytes as text."""
    found = []
    for name, arguments in asked:
        home = part(library, "pay.utils")
        told = outcome(lambda: getattr(home, name)(*arguments))  # noqa: B023 - at once
        if isinstance(told.get("value"), bytes):
            told["value"] = told["value"].decode()
        found.append(told)
    return found


def surface(library: Any) -> dict[str, Any]:
    """Every public name of the payment part: methods with their arguments, attributes of a client, functions."""
    pay = client(library)
    found: dict[str, Any] = {}
    base = part(library, "pay").BaseWeChatPayAPI
    for name in sorted({name for name in dir(pay) if not name.startswith("_")} | PRIVATE):
        if not hasattr(pay, name):
            continue
        if isinstance(getattr(pay, name), base):
            group = getattr(pay, name)
            for method in dir(group):
                if not method.startswith("_") and callable(inspect.getattr_static(type(group), method)):
                    found[f"{name}.{method}"] = arguments_of(getattr(group, method))
        else:
            found[name] = arguments_of(getattr(pay, name)) if callable(getattr(pay, name)) else None
    for module in ("pay.utils", "exceptions"):
        home = part(library, module)
        for name, value in vars(home).items():
            if getattr(value, "__module__", "") == home.__name__ and name != "both":
                found[f"{module}.{name}"] = arguments_of(value)
    found["crypto.WeChatRefundCrypto.decrypt_message"] = arguments_of(
        part(library, "crypto").WeChatRefundCrypto.decrypt_message
    )
    return found


def arguments_of(function: Any) -> list[list[Any]]:
    """The arguments of *function* that can be given by position, with their defaults; then ``**``."""
    told: list[list[Any]] = []
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self":
            told.append([one.name, None if one.default is one.empty else repr(one.default)])
        elif one.kind is one.VAR_KEYWORD:
            told.append(["**", None])
    return told


def late_certificates(library: Any, certificate: list[str]) -> list[Any]:
    """A subclass in wechat-django's way: properties before __init__, `_request` overridden, certificates late."""
    log: list[Any] = []

    class Till(library.WeChatPay):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            log.append("init")
            super().__init__(appid=APPID, api_key=KEY, mch_id=MCH_ID)

        @property
        def shop(self) -> str:
            log.append("shop")
            return "tea"

        def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
            log.append([method, url_or_endpoint, sorted(kwargs), sorted(kwargs["data"])])
            self.mch_cert, self.mch_key = certificate
            try:
                return super()._request(method, url_or_endpoint, **kwargs)
            finally:
                self.mch_cert = self.mch_key = None

    pay = Till()
    seen: list[Any] = []

    class Wire:
        """What replaces `_http`."""

        def request(self, method: str, url: str, **kwargs: Any) -> Any:
            import requests

            seen.append([method, url, kwargs.get("cert"), "timeout" in kwargs])
            made = requests.Response()
            made.status_code = 200
            made._content = signed({"return_code": "SUCCESS", "result_code": "SUCCESS"}).encode()
            return made

    pay._http = Wire()
    result = pay.order.close("T-1")
    return [log, seen, result["result_code"], pay.mch_cert]


def mutated(library: Any) -> list[Any]:
    """The dict that is given is the one that ids and nonce are added to; None leaves the nonce out."""
    pay = client(library, sub_mch_id="1900000110")
    found = []
    for data in ({"out_trade_no": "T-1"}, {"mchid": "1", "nonce_str": None}):
        with gateway({"return_code": "SUCCESS", "result_code": "SUCCESS"}) as requests:
            pay.post("pay/closeorder", data=data)
        found.append([sorted(data), sorted(fields_of(requests[0].body))])
    return found


def based(library: Any) -> list[Any]:
    """API_BASE_URL of a client's class, of a group, and the sandbox switched on later."""
    pay_class = type("Elsewhere", (library.WeChatPay,), {"API_BASE_URL": "https://one.example/"})
    pay = pay_class(APPID, KEY, MCH_ID)
    urls = []
    with gateway({"return_code": "SUCCESS", "result_code": "SUCCESS", "sandbox_signkey": KEY}) as requests:
        pay.order.close("T-1")
        type(pay.order).API_BASE_URL = "https://two.example/"
        try:
            pay.order.close("T-1")
        finally:
            del type(pay.order).API_BASE_URL
        pay.sandbox = True
        pay.order.close("T-1")
        pay.order.close("T-1")
    urls = [one.url for one in requests]
    return [urls, pay.sandbox_api_key == KEY]


def patched(library: Any) -> Any:
    """A test that patches the module's function, as wechat-django's do."""
    pay = client(library)
    with mock.patch(f"{library.__name__}.pay.calculate_signature", return_value="S"):
        told = pay.parse_payment_result(written({"total_fee": "1", "coupon_fee": "2", "a": "", "sign": "S"}))
        with gateway("") as requests:
            outcome(lambda: pay.order.close("T-1"))
    return [told, list(told), fields_of(requests[0].body)["sign"]]


def pickled(library: Any) -> list[bool]:
    """Whether a client, and an exception of its, show the key in print, in vars and in a pickle."""
    pay = client(library)
    with gateway({"return_code": "SUCCESS", "result_code": "FAIL", "err_code": "ORDERNOTEXIST"}):
        try:
            pay.order.query(out_trade_no="T-1")
        except Exception as caught:
            error = caught
    found = []
    for show in (repr, lambda one: repr(vars(one)), pickle.dumps):
        for one in (pay, error):
            try:
                text: Any = show(one)
            except TypeError:
                text = ""
            found.append(KEY in (text.decode("latin-1") if isinstance(text, bytes) else text))
    return found


def at_gateway(library: Any, where: dict[str, Any], steps: list[list[Any]]) -> list[Any]:
    """Call a running gateway over TLS: [group or "", method, arguments] one after another; what came of each."""
    pay = client(
        library, appid=where["appid"], api_key=where["api_key"], mch_id=where["mch_id"], mch_cert=where["certificate"],
        mch_key=where["key"],
    )  # fmt: skip
    pay.API_BASE_URL = where["base_url"] + "/"
    pay._http.verify = where["ca"]
    with pay._http:
        return [
            outcome(lambda: getattr(getattr(pay, group) if group else pay, method)(**arguments))  # noqa: B023 - at once
            for group, method, arguments in steps
        ]
