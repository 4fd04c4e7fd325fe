"""The how-to page about statements: its examples, run as they stand."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from tests.corpus import statements
from tests.pages import blocks, commands, run
from wxpay_v2 import Client, Merchant
from wxpay_v2.call import Request, Response
from wxpay_v2.cli.statement import statement
from wxpay_v2.result import Result

PAGE = "docs/howto/statements.rst"
ME = Merchant("wx8888888888888888", "1900000109", "192006250b4c09247ec02edce69f6a2d")
SUCCESS = b"<result_code>SUCCESS</result_code>"
REPLIES = {
    "/pay/downloadbill": statements.PACKED,
    "/pay/settlementquery": statements.NESTED.replace(b"<record_num>", SUCCESS + b"<record_num>"),
    "/billcommentsp/batchquerycomment": statements.COMMENTS,
}


def send(request: Request) -> Response:
    return Response(200, REPLIES[request.path])


@pytest.fixture
def client() -> Client:
    return Client(ME, transport=send)


def test_a_statement_is_downloaded_and_one_is_read_from_its_file(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("20260301.csv.gz").write_bytes(gzip.compress(statements.PLAIN))
    download, file, proven, _, _ = blocks(PAGE, "python")
    names = run(download, {"client": client})
    assert names["row"]["out_trade_no"] == "T-2"
    names = run(file + proven, {})
    assert (names["income"], names["rows"].totals["total_fee"]) == (Decimal("3.00"), Decimal("3.00"))
    assert names["rows"].unproven == ("coupon_fee",)


def test_settlements_and_comments_are_read(client: Client) -> None:
    _, _, _, settlements, comments = blocks(PAGE, "python")
    names = run(settlements, {"client": client})
    assert names["record"]["fbatchno"] == "2026112100002"
    without_certificate = SimpleNamespace(batch_query_comment=lambda **fields: Result({}, raw=statements.COMMENTS))
    names = run(comments, {"comments": names["comments"], "client": without_certificate})
    assert (names["row"]["stars"], names["page"].totals["offset"]) == ("1", 100)


def test_the_commands_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("20260301.csv.gz").write_bytes(statements.PACKED)
    for arguments in commands(PAGE):
        arguments = arguments[: arguments.index(">")] if ">" in arguments else arguments
        assert arguments[0] == "statement"
        result = CliRunner().invoke(statement, arguments[1:])
        assert result.exit_code == 0, result.output
    assert Path("rows.parquet").stat().st_size > 1000
