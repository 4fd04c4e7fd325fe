"""``wxpay-v2 simulator``: the gateway on this machine, until Ctrl-C."""

from __future__ import annotations

import json
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wxpay_v2.errors import ConfigurationError, quoted

if TYPE_CHECKING:
    from wxpay_v2.simulator import Simulator

__all__ = ["simulator"]

_SETTINGS = ("appid", "mch_id", "api_key", "sub_mch_id", "sub_appid", "api_v3_key")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="For merchants (https); 0 finds a free one.")
@click.option("--payer-port", type=click.IntRange(0, 65535), default=0, help="For people (http); 0 finds a free one.")
@click.option("--data", metavar="FILE_OR_URL", help="Where orders live: a SQLite file or any SQLAlchemy URL.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A simulator.toml.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where certificates and simulator.toml are kept; without it they go when the simulator ends.",
)
@click.option("--region", type=click.Choice(["global", "mainland"]), default="global", show_default=True)
@click.option(
    "--mode", type=click.Choice(["direct", "institution", "service_provider"]), help="By default institution."
)
@click.option("--sign-type", type=click.Choice(["MD5", "HMAC-SHA256"]), help="By default HMAC-SHA256.")
@click.option(
    "--v3-keys",
    type=click.Choice(["certificates", "public_key", "change_over"]),
    default="certificates",
    show_default=True,
    help="What signs the answers of API v3.",
)
@click.option(
    "--payment-directory", multiple=True, metavar="URL", help="Pages that may open the cashier; default: all."
)
@click.option("--notify", multiple=True, metavar="NETWORK", help="Notifications may go there too, e.g. 10.1.0.0/16.")
@click.option("--show-key", is_flag=True, help="Print the API keys; otherwise they only stand in simulator.toml.")
@click.option("--quiet", is_flag=True, help="No line per call.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line when ready, and no line per call.")
def simulator(
    port: int, payer_port: int, data: str | None, config: Path | None, directory: Path | None, region: str,
    mode: str | None, sign_type: str | None, v3_keys: str, notify: tuple[str, ...], payment_directory: tuple[str, ...],
    show_key: bool, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run the gateway simulator on loopback until Ctrl-C.

    Merchants call it over https with the certificates it writes; people look at orders, pay and cancel over http.
    Its merchant, keys included, is written to simulator.toml, which Merchant.from_config and V3Account.from_config
    read. With --directory (or --config) the next run knows the same merchant.

    \b
    Example: wxpay-v2 simulator --port 8443 --data gateway.sqlite --directory ./throwaway
    """
    from wxpay_v2.simulator import Simulator

    if config is None and directory is not None and (directory / "simulator.toml").is_file():
        config = directory / "simulator.toml"
    known = _read(config) if config is not None else {"mode": "institution", "sign_type": "HMAC-SHA256"}
    if directory is None and known.get("certificate"):
        directory = Path(known["certificate"]).parent
    if not (as_json or quiet):
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    with (
        _signals(signal.SIGINT, signal.SIGTERM) as wait_for_signal,
        Simulator(
            database_url=_database(data),
            directory=directory,
            settings={name: known[name] for name in _SETTINGS if known.get(name)},
            port=port,
            payer_port=payer_port,
            region=region,
            mode=mode or known["mode"],
            sign_type=sign_type or known["sign_type"],
            notify=notify,
            payment_directories=payment_directory,
            v3_keys=v3_keys,
        ) as running,
    ):
        settings = running.directory / "simulator.toml"
        running.write_settings(settings)
        _tell(running, settings, show_key=show_key, as_json=as_json)
        wait_for_signal()


@contextmanager
def _signals(*numbers: int) -> Iterator[Callable[[], None]]:
    """Hand over a function that waits for one of the signals *numbers*; those that come sooner are not lost.

    A lock would not do: the system may hand a signal to any thread, and the main one, waiting, would never hear of it.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    handlers = {number: signal.signal(number, lambda *_: None) for number in numbers}
    descriptor = signal.set_wakeup_fd(told.fileno())

    def wait() -> None:
        while heard.recv(1)[0] not in numbers:
            continue

    try:
        yield wait
    finally:
        signal.set_wakeup_fd(descriptor)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        heard.close()
        told.close()


def _database(data: str | None) -> str:
    """Return the SQLAlchemy URL that *data* means: a URL as it is, a path as a SQLite file."""
    if data is None:
        return "sqlite://"
    return data if "://" in data else f"sqlite:///{Path(data).absolute()}"


def _read(path: Path) -> dict[str, str]:
    """Return the [merchant] table of *path* with Merchant's defaults, and the API v3 key of its [v3] table.

    The certificate must be a throwaway one.
    """
    from wxpay_v2.merchant import settings_from
    from wxpay_v2.simulator import certificates
    from wxpay_v2.v3.account import settings_from as v3_settings_from

    table: dict[str, str] = settings_from(path)
    certificate = table.get("certificate")
    if certificate is not None:
        folder = Path(certificate).parent
        if not folder.is_dir():
            raise ConfigurationError(f"{quoted(str(folder))} does not exist, but the configuration names it")
        certificates.refuse_real(folder, password=table.get("mch_id", ""))
    mode = "institution" if table.get("sub_mch_id") else "direct"
    api_v3_key = v3_settings_from(path).get("api_v3_key", "")
    return {"mode": mode, "sign_type": "MD5", **table, "api_v3_key": api_v3_key}


def _tell(running: Simulator, settings: Path, *, show_key: bool, as_json: bool) -> None:
    merchant = running.merchant
    facts = {
        "base_url": running.base_url,
        "payer_url": running.payer_url,
        "appid": merchant.appid,
        "mch_id": merchant.mch_id,
        "sub_mch_id": merchant.sub_mch_id,
        "mode": merchant.mode,
        "sign_type": merchant.sign_type,
        "serial_no": running.v3_account.serial_no,
        "directory": str(running.directory),
        "ca": str(running.ca),
        "settings": str(settings),
    }
    if show_key:
        facts["api_key"] = merchant.api_key.reveal()
        api_v3_key = running.gateway.accounts[merchant.mch_id].api_v3_key
        facts["api_v3_key"] = api_v3_key.reveal() if api_v3_key is not None else ""
    if as_json:
        click.echo(json.dumps(facts))
        return
    from rich.console import Console

    names = {
        "base_url": "merchants call",
        "payer_url": "people look at",
        "ca": "trust",
        "serial_no": "serial number",
        "settings": "merchant, keys",
        "directory": "certificates",
    }
    console = Console()
    console.print("[bold]Gateway simulator[/bold], until Ctrl-C. No real money moves here.")
    for name, value in facts.items():
        if value:
            console.print(f"  {names.get(name, name):<17}{value}", soft_wrap=True, markup=False, highlight=False)
