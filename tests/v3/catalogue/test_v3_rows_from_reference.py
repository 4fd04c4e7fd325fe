"""The script that drafts rows of API v3 from reference files."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from wxpay_v2.v3.operation import V3Operation

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "v3_rows_from_reference.py"
SEND = """
operation: send
title: Send
chinese: 发送
api: v3-global
method: POST
path: /v3/global/send/{out_trade_no}
hosts: [apihk.mch.weixin.qq.com]
regions: [global]
modes: [direct, institution]
request_format: json
response_format: json
success_status: 200
request:
- {name: Wechatpay-Serial, in: header, type: string, required: true, means: serial}
- {name: out_trade_no, in: path, type: string, min_length: 6, max: 32, required: true, means: number}
- {name: mchid, type: string, max: 32, required: direct, modes: [direct], means: merchant number}
- {name: id, type: string, required: one of id and other, means: a}
- {name: other, type: string, max: 8, max_from: mainland-v3, required: one of id and other, means: b}
- {name: how, type: enum, values: [FAST, SLOW], required: true, means: speed}
- {name: why, type: string, encrypted: RSA-OAEP, required: when how is SLOW, means: reason}
- {name: sub, type: string, required: when the moon is full, means: c}
- {name: day, type: string, format: yyyyMMdd, max: 8, required: true, means: day}
- {name: rows, type: array, max_items: 50, required: true, means: r, fields: [
    {name: n, type: int, unit: fen, required: true, means: n}]}
- {name: words, type: array, items: string, required: false, means: words}
- {name: size, type: uint64, required: false, means: of no kind that is known}
response:
- {name: Wechatpay-Signature, in: header, type: string, when: success, means: signature}
- {name: at, type: datetime, format: "RFC 3339, yyyy-MM-dd", max: 64, when: paid, always: true, means: time}
- {name: sub_mchid, type: string, when: success, always: institution, modes: [institution], means: sub-merchant}
- {name: (body), type: csv, when: success, means: text}
errors:
- {code: SURE, status: 400, means: m, remedy: r, retry: false, basis: documented}
- {code: SYSTEM_ERROR, status: 500, means: m, remedy: r, retry: true, basis: inferred, status_basis: guessed}
- {code: USERPAYING, status: 202, means: m, remedy: r, retry: true, basis: secondary}
limits: []
notes: [a note that is so long that it does not fit a line of the source any more and has to be broken into several]
sources: [somewhere/else:file]
confidence: documented
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("v3_rows_from_reference", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "global"
    folder.mkdir()
    (folder / "send.yaml").write_text(SEND, encoding="utf-8")
    return folder


@pytest.fixture
def row(script: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> V3Operation:
    assert script.main([str(folder), "send"]) == 0
    namespace: dict[str, Any] = {}
    exec(capsys.readouterr().out, namespace)  # noqa: S102
    operation = namespace["SEND"]
    assert isinstance(operation, V3Operation)
    return operation


def test_the_printed_source_is_the_row(row: V3Operation) -> None:
    assert (row.name, row.path, row.success, row.hosts) == ("send", "/v3/global/send/{out_trade_no}", (200,), ())
    assert (row.in_path, row.in_header, row.in_query) == (("out_trade_no",), ("Wechatpay-Serial",), ())
    assert row.sensitive == ("why",)
    assert [field.name for field in row.response] == ["at", "sub_mchid"]
    assert row.notes[0].endswith("has to be broken into several")
    assert (row.confidence, row.errors_confidence) == ("documented", "secondary")


def test_a_draft_keeps_the_safe_defaults(row: V3Operation) -> None:
    assert row.repeat == "once"
    assert row.moves_money


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Wechatpay-Serial", "when a field is encrypted"),
        ("out_trade_no", "always"),
        ("mchid", "in direct mode"),
        ("id", "one of id, other"),
        ("why", "when how is SLOW"),
        ("sub", "when the moon is full"),
        ("words", "optional"),
    ],
)
def test_a_requirement_in_words_becomes_a_condition(row: V3Operation, name: str, words: str) -> None:
    field = row.field(name)
    assert field is not None
    assert field.required.words == words


def test_limits_formats_and_doubts_are_kept(row: V3Operation) -> None:
    number, other, day, rows, words = (row.field(name) for name in ("out_trade_no", "other", "day", "rows", "words"))
    assert number and other and day and rows and words
    assert (number.min, number.max, number.pattern) == (6, 32, r"[0-9A-Za-z_\-|*@]+")
    assert "mainland" in other.doubt
    assert (day.kind, day.format, day.max) == ("date", "yyyyMMdd", None)
    assert (rows.max, rows.fields[0].kind, rows.fields[0].unit) == (50, "amount", "fen")
    assert words.item == "text"
    at, sub_mchid = row.response
    assert (at.format, at.when, at.required.kind) == ("RFC 3339", "paid", "always")
    assert (sub_mchid.when, sub_mchid.required.names) == ("", ("institution",))


def test_an_error_tells_its_outcome_and_its_doubts(row: V3Operation) -> None:
    sure, system, typing = row.errors
    assert (sure.outcome, sure.repeat, sure.doubt) == ("not done", False, "")
    assert (system.outcome, system.repeat) == ("unknown", True)
    assert system.doubt == "carried over from API v3 of the mainland; its status is a guess"
    assert (typing.outcome, typing.repeat, typing.status) == ("unknown", False, 202)


def test_what_a_row_cannot_say_is_told(script: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.main([str(folder), "send"])
    told = capsys.readouterr().err
    assert "send: size is of type uint64" in told
    assert "set by hand: repeat" in told


def test_without_names_the_script_explains_itself(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["somewhere"]) == 2
    assert "REFERENCE_DIR" in capsys.readouterr().err
