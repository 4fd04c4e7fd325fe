"""wxpay-v2 replay"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from wxpay_v2.cli.inputs import config_option
from wxpay_v2.cli.reports import report_options, show
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.recordings import requests
from wxpay_v2.migration.replay import Summary, Taker, Work
from wxpay_v2.migration.replay import replay as replayed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.client import Client
    from wxpay_v2.operation import Operation

__all__ = ["replay"]

# Codes of API v3 that speak of the request's form; all others are of the business (there is no such order, ...).
_OF_THE_FORM = ("PARAM_ERROR", "SIGN_ERROR", "NO_AUTH")


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG...", type=click.Path(exists=True, allow_dash=True))
@config_option
@click.option("--region", type=click.Choice(["global", "mainland"]), default="global", show_default=True)
@click.option("--simulator", is_flag=True, help="Have the simulator take each request, too.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True), help="A verdict for each request, as JSON lines."
)
@report_options
def replay(
    logs: tuple[str, ...], config: str | None, region: str, simulator: bool, jobs: int, out: str | None,
    as_json: bool, html: str | None,
) -> None:  # fmt: skip
    """Put recorded v2 requests through the translation to API v3: a verdict for each, a summary by operation.

    LOG: files or folders of XML messages, logs that hold them, JSON lines, gzip; - for standard input. Nothing is sent
    anywhere. The [v3] table of the configuration supplies what v2 never had. No value of a request is printed.

    Exits 1 when a request is refused.

    \b
    Examples:
      wxpay-v2 replay requests.log --config merchant.toml
      wxpay-v2 replay logs/ --region mainland --simulator --jobs 4 --html replay.html
    """
    work = Work(config, region, simulated if simulator else None)
    summary, started = Summary(), time.monotonic()
    console = Console(stderr=True)
    recorded = (one for log in logs for one in requests(log))
    verdicts = track(
        replayed(recorded, work, jobs=jobs), "Replaying", console=console, transient=True,
        disable=not console.is_terminal,
    )  # fmt: skip
    try:
        with open(out or os.devnull, "w", encoding="utf-8") as file:
            for one in verdicts:
                summary.add(one)
                if out:
                    file.write(json.dumps(one.as_dict(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise ConfigurationError(f"the verdicts cannot be written: {error.strerror}") from None
    report = summary.report(", ".join(logs), time.monotonic() - started)
    show(report, as_json=as_json, html=html)
    sys.exit(report.exit_status)


def simulated(region: str) -> Taker:
    """Return a gateway of this process's own, which says whether it takes a request's form."""
    import atexit

    from wxpay_v2.client import Client
    from wxpay_v2.simulator import Simulator
    from wxpay_v2.simulator.transport import transport

    gateway = Simulator(region=region, deliver=False).__enter__()
    atexit.register(gateway.__exit__, None, None, None)
    clients: dict[str, Client] = {}

    def client(mode: str) -> Client:
        if mode not in clients:
            account = gateway.v3_account_for(mode)
            account.codepay = True
            clients[mode] = Client(
                gateway.merchant_for(mode), region=region, transport=transport(gateway.gateway), upgrade=account,
                clock=gateway.clock, retry=1,
            )  # fmt: skip
        return clients[mode]

    def check(row: Operation, fields: Mapping[str, str]) -> str:
        provider = "service_provider" if region == "mainland" else "institution"
        mode = provider if fields.get("sub_mch_id") else "direct"
        return _asked(client(mode), row, fields)

    client("direct")
    return Taker(check, gateway.v3_account_for("direct"))


def _asked(client: Client, row: Operation, fields: Mapping[str, str]) -> str:
    from wxpay_v2.errors import NotSent, OutcomeUnknown, Refused
    from wxpay_v2.upgrade.answer import LostFieldWarning

    own = ({*row.ids.values()} - {"sub_appid"}) | {"sign", "sign_type", "nonce_str", "sub_mch_id"}
    given = {name: text for name, text in fields.items() if name not in own}
    try:
        with warnings.catch_warnings():  # what is lost is in the report
            warnings.simplefilter("ignore", LostFieldWarning)
            prepared = client.protocol.prepare(row, given, os.urandom(16).hex())
            client.carry(client.protocol.carry(prepared, client.retry, client.routes))
    except NotSent as error:
        return f"it would not be sent: {error.message}"
    except (Refused, OutcomeUnknown) as error:
        code = _code(error.response.body if error.response is not None else b"")
        if code in _OF_THE_FORM or (not code and isinstance(error, OutcomeUnknown)):
            return f"the simulator answers {code or 'nothing that can be read'}: {error.message}"
    return ""


def _code(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, str) else "none"
