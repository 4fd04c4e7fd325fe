"""Simulator: the gateway behind real sockets, in a thread of its own, for as long as a ``with`` block lasts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import string
import tempfile
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, quoted
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import DIRECT, GLOBAL, HMAC_SHA256, INSTITUTION, MAINLAND, MD5, SERVICE_PROVIDER
from wxpay_v2.secret import Secret
from wxpay_v2.simulator import certificates
from wxpay_v2.simulator.accounts import CERTIFICATES, CHANGE_OVER, PUBLIC_KEY
from wxpay_v2.simulator.app import Server
from wxpay_v2.simulator.gateway import Account, Gateway
from wxpay_v2.simulator.guard import is_loopback
from wxpay_v2.simulator.notifier import networks
from wxpay_v2.simulator.v3 import keys
from wxpay_v2.simulator.v3.keys import NOTICE
from wxpay_v2.v3.account import V3Account

if TYPE_CHECKING:
    from wxpay_v2.simulator.faults import Faults
    from wxpay_v2.simulator.gateway import OrderView

__all__ = ["ShiftedClock", "Simulator"]

_PRODUCTION = ("weixin.qq.com", "tenpay.com", "wechatpay.cn", "wechatpay.com")
_DEFAULTS = {"appid": "wx8888888888888888", "mch_id": certificates.MCH_ID, "sub_mch_id": "1900000110"}
# What API v3 asks for and calls of API v2 do not hold.
_SHOP = {
    "merchant_category_code": "5411", "store_id": "S1", "store_name": "Example Shop",
    "store_address": "1 Example Road, Hong Kong",
}  # fmt: skip
_OTHERS = {DIRECT: "1900000209", INSTITUTION: "1900000309", SERVICE_PROVIDER: "1900000409"}


class ShiftedClock(Clock):
    """The machine's clock, moved on as often as asked: `advance`."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._lock = threading.Lock()

    def time(self) -> float:
        return super().time() + self._shift

    def monotonic(self) -> float:
        return super().monotonic() + self._shift

    def advance(self, seconds: float) -> None:
        """Move on by *seconds*."""
        with self._lock:
            self._shift += seconds


class Simulator:
    """A WeChat Pay gateway on this machine; use it as a context manager.

    host: to bind to, loopback unless told otherwise. port, payer_port: 0 for a free one. region: "global" or
    "mainland". database_url: any SQLAlchemy URL; by default in memory. clock: a ManualClock for virtual time; by
    default the machine's, which `advance` moves on. directory: where throwaway certificates are or are to be
    written; by default a temporary one. mode: of `merchant`: "direct", "institution" or "service_provider".
    sign_type: "MD5" or "HMAC-SHA256". deliver: send notifications as they fall due, else only `deliver_now` does.
    settings: appid, mch_id, api_key, sub_mch_id, sub_appid or api_v3_key of `merchant` where the defaults do not do.
    v3_keys: what answers of API v3 are signed with: "certificates", "public_key", or "change_over", where the request's
    Wechatpay-Serial chooses.
    payment_directories: from which pages the stand-in for WeChat's browser pays; none: all of this machine.
    notify: networks beside loopback that notifications may go to, such as ``10.1.0.0/16``.

    Raises ConfigurationError for a production host, for a directory that holds a real merchant's certificate, and
    for a port that is taken.
    """

    base_url: str
    """Where merchants call: ``https://localhost:PORT``."""
    payer_url: str
    """Where people look: ``http://127.0.0.1:PORT``."""
    directory: Path
    """Where the certificate files are."""
    ca: Path
    """The CA that a client trusts: ``Client(verify=...)``."""
    merchant: Merchant
    """Ready for a Client: ids, key and certificate that this gateway knows."""
    gateway: Gateway

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        payer_port: int = 0,
        region: str = GLOBAL,
        database_url: str = "sqlite://",
        clock: Clock | None = None,
        directory: str | os.PathLike[str] | None = None,
        mode: str = INSTITUTION,
        sign_type: str = HMAC_SHA256,
        deliver: bool = True,
        settings: Mapping[str, str] | None = None,
        notify: Sequence[str] = (),
        payment_directories: Sequence[str] = (),
        v3_keys: str = CERTIFICATES,
    ) -> None:
        _one_of("v3_keys", v3_keys, CERTIFICATES, PUBLIC_KEY, CHANGE_OVER)
        _one_of("region", region, GLOBAL, MAINLAND)
        _one_of("mode", mode, DIRECT, INSTITUTION, SERVICE_PROVIDER)
        _one_of("sign_type", sign_type, MD5, HMAC_SHA256)
        for name, value in (("port", port), ("payer_port", payer_port)):
            if type(value) is not int or not 0 <= value <= 65535:
                raise ConfigurationError(f"{name} must be from 0 to 65535, got {quoted(value)}")
        if host.lower().rstrip(".").endswith(_PRODUCTION):
            raise ConfigurationError(f"{quoted(host)} is a production host; the simulator does not speak in its name")
        unknown = sorted(set(settings or {}) - {*_DEFAULTS, "api_key", "api_v3_key", "sub_appid"})
        if unknown:
            raise ConfigurationError(f"unknown settings: {', '.join(unknown)}")
        self.clock = clock if clock is not None else ShiftedClock()
        self._host, self._port, self._payer_port = host, port, payer_port
        self._region, self._mode, self._sign_type = region, mode, sign_type
        self._database_url = database_url
        self._wanted = directory
        self._deliver = deliver
        self._settings = dict(settings or {})
        self._notify = networks(notify)
        self._payment_directories = tuple(payment_directories)
        self._stack = ExitStack()
        self._v3_keys = v3_keys
        self._others: dict[str, Merchant] = {}
        self._v3_accounts: dict[str, V3Account] = {}

    def __enter__(self) -> Simulator:
        with ExitStack() as stack:
            wanted = self._wanted or stack.enter_context(tempfile.TemporaryDirectory(prefix="wxpay_v2-simulator-"))
            self.directory = Path(wanted)
            self._write_certificates()
            self.ca = self.directory / "rootca.pem"
            self.gateway = Gateway(self._database_url, clock=self.clock, directory=self.directory)
            stack.callback(self.gateway.close)
            self.merchant = self._known(self._mode, self._settings, self.directory)
            self._thread = _ServerThread(
                lambda: Server(
                    self.gateway, self.directory, host=self._host, port=self._port, payer_port=self._payer_port,
                    deliver=self._deliver, allowed=self._notify,
                    payment_directories=self._payment_directories,
                )
            )  # fmt: skip
            stack.callback(self._thread.stop)
            self._server = self._thread.launch()
            host = "localhost" if is_loopback(self._host) or self._host in ("0.0.0.0", "::") else self._host  # noqa: S104
            self.base_url = f"https://{host}:{self._server.port}"
            people = "127.0.0.1" if host == "localhost" else host
            self.payer_url = f"http://{people}:{self._server.payer_port}"
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def faults(self) -> Faults:
        """What is to go wrong: ``faults.add("lost_reply", operation="refund", times=1)``."""
        return self.gateway.faults

    def pay(self, out_trade_no: str, *, coupons: Sequence[tuple[str, int]] = ()) -> OrderView:
        """The payer pays. Returns the order; its notification goes out as `deliver` says. Raises NotPayable.

        coupons: prepaid ones, ids and the amounts they pay; the payer pays the rest.
        """
        order = self.gateway.pay(out_trade_no, coupons=coupons)
        self._thread.wake()
        return order

    def advance(self, seconds: float) -> None:
        """Move the gateway's clock on; what falls due by it happens. Raises ConfigurationError for a fixed clock."""
        advance = getattr(self.clock, "advance", None)
        if advance is None:
            raise ConfigurationError("this clock cannot be moved", remedy="use ManualClock, or none at all")
        advance(seconds)
        self.gateway.tick()
        self._thread.wake()

    def deliver_now(self) -> int:
        """Send every notification that is due by the gateway's clock, wait for the answers, return their number."""
        return self._thread.deliver_now()

    def merchant_for(self, mode: str) -> Merchant:
        """Return a merchant in access mode *mode* that this gateway knows; `merchant` itself for its own mode."""
        _one_of("mode", mode, DIRECT, INSTITUTION, SERVICE_PROVIDER)
        if mode == self._mode:
            return self.merchant
        if mode not in self._others:
            self._others[mode] = self._known(mode, {"mch_id": _OTHERS[mode]}, None)
        return self._others[mode]

    @property
    def v3_account(self) -> V3Account:
        """What `merchant` calls API v3 with: ``Client(gateway.merchant, upgrade=gateway.v3_account)``."""
        return self.v3_account_for(self._mode)

    def v3_account_for(self, mode: str) -> V3Account:
        """Return what `merchant_for` of *mode* calls API v3 with; the same one every time."""
        self.merchant_for(mode)
        return self._v3_accounts[mode]

    def rotate_platform_certificate(self, after: float = NOTICE) -> str:
        """List one more platform certificate, which signs *after* seconds from now on. Return its serial number."""
        return self.gateway.rotate_platform_certificate(after)

    def write_settings(self, path: str | os.PathLike[str]) -> None:
        """Write *path*, a TOML file of mode 0600 for the from_config of Merchant and of V3Account, keys included.

        It serves as WXPAY_V2_UPGRADE, too.
        """
        merchant = self.merchant
        values = {
            "appid": merchant.appid, "mch_id": merchant.mch_id, "api_key": merchant.api_key.reveal(),
            "sub_mch_id": merchant.sub_mch_id, "sub_appid": merchant.sub_appid, "sign_type": merchant.sign_type,
            "mode": merchant.mode,
            "certificate": str((self.directory / "apiclient_cert.pem").resolve()),
            "private_key": str((self.directory / "apiclient_key.pem").resolve()),
        }  # fmt: skip
        places = {
            "region": self._region,
            "base_url": self.base_url,
            "payer_url": self.payer_url,
            "ca": str(self.ca.resolve()),
        }
        lines = ["# Written by the gateway simulator. The key and the certificate open nothing else.", "[merchant]"]
        lines += [f"{name} = {_toml(value)}" for name, value in values.items() if value]
        lines += ["", "[v3]", *(f"{name} = {_toml(value)}" for name, value in self._v3_settings().items())]
        if self._v3_keys != CERTIFICATES:
            public = self.gateway.platform.public_key()
            certificates.write_private(self.directory / "wechatpay_public_key.pem", public.pem)
            place = _toml(str((self.directory / "wechatpay_public_key.pem").resolve()))
            lines += ["", "[v3.platform_keys]", f"{public.serial} = {place}"]
        upgraded = {
            "mch_id": merchant.mch_id,
            "region": self._region,
            "base_url": self.base_url,
            "verify": places["ca"],
        }
        lines += ["", "[upgrade]", *(f"{name} = {_toml(value)}" for name, value in upgraded.items())]
        lines += ["", "[simulator]", *(f"{name} = {_toml(value)}" for name, value in places.items()), ""]
        certificates.write_private(Path(path), "\n".join(lines).encode())

    def _v3_settings(self) -> dict[str, str]:
        account = self.gateway.accounts[self.merchant.mch_id]
        key = account.api_v3_key
        return {
            "serial_no": keys.registered(account.certificates[0])[0],
            "private_key": str((self.directory / "apiclient_key.pem").resolve()),
            "api_v3_key": key.reveal() if key is not None else "",
            **_SHOP,
        }

    def _write_certificates(self) -> None:
        mch_id = self._settings.get("mch_id", certificates.MCH_ID)
        if self.directory.is_dir():
            certificates.refuse_real(self.directory, password=mch_id)
            if certificates.is_complete(self.directory):
                return
        hosts = certificates.LOOPBACK if is_loopback(self._host) else (*certificates.LOOPBACK, self._host)
        certificates.write(self.directory, mch_id, hosts=hosts)

    def _known(self, mode: str, settings: Mapping[str, str], directory: Path | None) -> Merchant:
        """Return a merchant, after the gateway got to know it; its certificate from *directory*, or a new one."""
        values = {**_DEFAULTS, **settings}
        if mode == DIRECT:
            values = {name: value for name, value in values.items() if not name.startswith("sub_")}
        certificate: Path | bytes
        private_key: Path | bytes
        if directory is not None:
            certificate, private_key = directory / "apiclient_cert.pem", directory / "apiclient_key.pem"
        else:
            authority = certificates.Authority()
            issued = authority.merchant(values["mch_id"])
            self._server.context.load_verify_locations(cadata=authority.pem.decode())
            certificate, private_key = issued.pem, issued.key_pem()
        v3_key = Secret(values.get("api_v3_key") or new_api_key())
        pem = certificate if isinstance(certificate, bytes) else certificate.read_bytes()
        merchant = Merchant(
            values["appid"],
            values["mch_id"],
            Secret(values.get("api_key") or new_api_key()),
            sub_mch_id=values.get("sub_mch_id"),
            sub_appid=values.get("sub_appid"),
            sign_type=self._sign_type,
            mode=mode,
            certificate=certificate,
            private_key=private_key,
        )
        self.gateway.add_account(
            Account(
                appid=merchant.appid,
                mch_id=merchant.mch_id,
                api_key=merchant.api_key,
                sign_type=merchant.sign_type,
                sub_merchants=(merchant.sub_mch_id,) if merchant.sub_mch_id else (),
                sub_appids=(merchant.sub_appid,) if merchant.sub_appid else (),
                region=self._region,
                currency="HKD" if self._region == GLOBAL else "CNY",
                certificate_serial=merchant.certificate.serial if merchant.certificate is not None else None,
                mode=mode,
                api_v3_key=v3_key,
                certificates=(pem,),
                v3_keys=self._v3_keys,
            )
        )
        public = self.gateway.platform.public_key() if self._v3_keys != CERTIFICATES else None
        self._v3_accounts[mode] = V3Account(
            serial_no=keys.registered(pem)[0],
            private_key=private_key,
            api_v3_key=v3_key,
            platform_keys={public.serial: public.pem} if public is not None else None,
            **_SHOP,
        )
        return merchant


class _ServerThread:
    """A thread whose event loop runs one server."""

    def __init__(self, make: Callable[[], Server]) -> None:
        self._make = make
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._server: Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="wxpay_v2-simulator", daemon=True)

    def launch(self) -> Server:
        """Start, and return the server once it listens. Raises what kept it from listening."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self._running()[0]

    def stop(self) -> None:
        """End, and wait until every socket is closed."""
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ended by itself
                self._running()[1].call_soon_threadsafe(self._end.set)
            self._thread.join()

    def wake(self) -> None:
        server, loop = self._running()
        loop.call_soon_threadsafe(server.notifier.wake)

    def deliver_now(self) -> int:
        server, loop = self._running()
        return asyncio.run_coroutine_threadsafe(server.notifier.deliver_now(), loop).result()

    def _running(self) -> tuple[Server, asyncio.AbstractEventLoop]:
        if self._server is None or self._loop is None or not self._thread.is_alive():
            raise ConfigurationError("the simulator is not running", remedy="use it inside its with block")
        return self._server, self._loop

    def _run(self) -> None:
        try:
            _run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = self._make()
        try:
            await server.start()
            self._server = server
            self._ready.set()
            await self._end.wait()
        finally:
            await server.stop()


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run *coroutine* in an event loop of its own: uvloop's where it is installed, which takes less of the machine."""
    if find_spec("uvloop") is None:
        asyncio.run(coroutine)
        return
    import uvloop

    uvloop.run(coroutine)


def new_api_key() -> str:
    """Return a random API key: 32 letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))


def _toml(text: str) -> str:
    """Return *text* as a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 32 or ord(one) == 127 else one for one in escaped) + '"'


def _one_of(name: str, value: object, *allowed: str) -> None:
    if value not in allowed:
        raise ConfigurationError(f"{name} must be one of {', '.join(allowed)}, got {quoted(value)}")
