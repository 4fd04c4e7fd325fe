from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from wxpay_v2.certificate import Certificate
from wxpay_v2.cli.certs import certs
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.simulator import certificates


def run(*arguments: object) -> str:
    result = CliRunner().invoke(certs, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_table_names_every_file_and_no_key(tmp_path: Path) -> None:
    output = run(tmp_path / "new")
    for name in certificates.FILES:
        assert name in output
    assert "PRIVATE KEY" not in output


def test_json_has_paths_purposes_and_ends(tmp_path: Path) -> None:
    answer = json.loads(run(tmp_path / "new", "--json", "--days", 5))
    assert answer["mch_id"] == "1900000109"
    assert set(answer["files"]) == set(certificates.FILES)
    assert answer["files"]["rootca.pem"]["expires"]
    assert answer["files"]["apiclient_key.pem"]["expires"] is None
    for entry in answer["files"].values():
        assert stat.S_IMODE(Path(entry["path"]).stat().st_mode) == 0o600


def test_the_merchant_id_stands_in_the_certificate_and_opens_the_p12(tmp_path: Path) -> None:
    run(tmp_path / "new", "--mch-id", "1900009999")
    loaded = Certificate.load(tmp_path / "new" / "apiclient_cert.p12", password="1900009999")
    assert loaded.mch_id == "1900009999"


def test_the_second_run_is_refused_and_force_replaces(tmp_path: Path) -> None:
    run(tmp_path / "new")
    before = (tmp_path / "new" / "apiclient_cert.pem").read_bytes()
    with pytest.raises(ConfigurationError, match="--force"):
        run(tmp_path / "new")
    assert (tmp_path / "new" / "apiclient_cert.pem").read_bytes() == before
    run(tmp_path / "new", "--force")
    assert (tmp_path / "new" / "apiclient_cert.pem").read_bytes() != before


@pytest.mark.parametrize("arguments", [(), ("--days", "0"), ("--days", "many")])
def test_wrong_use_exits_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    directory = [str(tmp_path / "new")] if arguments else []
    result = CliRunner().invoke(certs, [*directory, *arguments])
    assert result.exit_code == 2
    assert not (tmp_path / "new").exists()


def test_help_has_an_example() -> None:
    assert "wxpay-v2 certs" in run("--help")
