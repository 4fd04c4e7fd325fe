"""The script that drafts rows from reference files."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from wxpay_v2.operation import Operation

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "rows_from_reference.py"
ERRORS = """
errors:
- {code: SIGNERROR, means: wrong, remedy: check the key, retry: false, operations: [send], outcome: not done}
- {code: LOST, means: lost, remedy: query, retry: true, operations: [send], outcome: unknown}
"""
SEND = """
operation: send
title: Send
chinese: 发送
method: POST
path: /pay/send
hosts: [api.mch.weixin.qq.com, api2.mch.weixin.qq.com]
certificate: required
sign_types: [HMAC-SHA256]
regions: [mainland]
modes: [direct, service_provider]
request_format: xml
response_format: xml
signed_response: false
request:
- {name: mchid, type: string, max: 32, required: true, means: merchant}
- {name: nonce_str, type: string, max: 32, required: true, means: random}
- {name: number, type: string, pattern: '[0-9]{1,32} (older pages also letters)', required: one of two, means: a}
- {name: other, type: string, max: 32, required: one of two, means: unquoted, with a comma}
- {name: how, type: enum, values: [FAST, SLOW], required: true, means: speed}
- {name: who, type: string, required: 'how FAST, or whom', means: x}
- {name: whom, type: string, required: 'how FAST, or who', means: x}
- {name: why, type: string, required: SLOW, means: reason}
- {name: sub_mch_id, type: string, max: 32, required: service_provider, modes: [service_provider], means: sub-merchant}
- {name: amount, type: int, min: 1, max: 10, unit: smallest currency unit, required: order is split, means: how much}
- {name: list, type: json, required: false, means: l, fields: [{name: n, type: int, required: true, means: n}]}
response:
- {name: return_code, type: enum, values: [SUCCESS, FAIL], max: 16, required: true, when: always, means: x}
- {name: return_msg, type: string, max: 128, required: false, when: always, means: x}
errors:
- {code: SIGNERROR, means: wrong, remedy: check the key, retry: false}
- {code: LOST, means: lost, remedy: query, retry: true}
- {code: UNHEARD, means: unheard of, remedy: wait, retry: false}
limits: []
notes: [a note]
sources: [somewhere/else:file]
confidence: secondary
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rows_from_reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "errors.yaml").write_text(ERRORS, encoding="utf-8")
    (tmp_path / "send.yaml").write_text(SEND, encoding="utf-8")
    return tmp_path


@pytest.fixture
def row(script: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> Operation:
    assert script.main([str(folder), "send"]) == 0
    namespace: dict[str, object] = {}
    exec(capsys.readouterr().out, namespace)  # noqa: S102
    operation = namespace["SEND"]
    assert isinstance(operation, Operation)
    return operation


def test_the_printed_source_is_the_row(row: Operation) -> None:
    assert (row.name, row.path, row.certificate) == ("send", "/pay/send", True)
    assert (row.nonce, row.sign_type_field, row.result_code, row.signed_response) == (True, False, False, False)
    assert row.hosts == ()
    assert row.ids == {"mch_id": "mchid", "sub_mch_id": "sub_mch_id"}
    assert (row.confidence, row.errors_confidence) == ("secondary", "secondary")


def test_a_draft_keeps_the_safe_defaults(row: Operation) -> None:
    assert row.repeat == "once"
    assert row.moves_money


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mchid", "always"),
        ("number", "one of number, other"),
        ("who", "one of who, whom when how is FAST"),
        ("why", "when how is SLOW"),
        ("sub_mch_id", "in service provider mode"),
        ("amount", "order is split"),
        ("list", "optional"),
    ],
)
def test_a_requirement_in_words_becomes_a_condition(row: Operation, name: str, words: str) -> None:
    field = row.field(name)
    assert field is not None
    assert field.required.words == words


def test_what_the_yaml_says_in_passing_is_kept(row: Operation) -> None:
    number, other, amount, nested = (row.field(name) for name in ("number", "other", "amount", "list"))
    assert number and other and amount and nested
    assert (number.pattern, number.doubt) == ("[0-9]{1,32}", "older pages also letters")
    assert other.means == "unquoted, with a comma"
    assert (amount.kind, amount.min, amount.max) == ("amount", 1, None)
    assert nested.fields[0].name == "n"


def test_an_error_without_an_outcome_is_unknown(row: Operation) -> None:
    assert {error.code: error.outcome for error in row.errors} == {
        "SIGNERROR": "not done",
        "LOST": "unknown",
        "UNHEARD": "unknown",
    }


def test_what_a_row_cannot_say_is_told(script: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.main([str(folder), "send"])
    told = capsys.readouterr().err
    assert "send: amount: max 10 of a number, of digits or of value?" in told
    assert "send: no outcome known for UNHEARD" in told
    assert "set by hand: repeat" in told


def test_without_names_the_script_explains_itself(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["somewhere"]) == 2
    assert "REFERENCE_DIR" in capsys.readouterr().err


def test_the_script_is_where_the_tests_look() -> None:
    assert SCRIPT.is_file(), sys.path
