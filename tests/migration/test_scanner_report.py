from __future__ import annotations

import json
import os

import pytest

from tests.pages import blocks
from wxpay_v2.migration.scanner import scan
from wxpay_v2.migration.scanning import sarif
from wxpay_v2.migration.scanning.summary import BY_FILE, BY_OPERATION, report

KEY = "192006250b4c09247ec02edce69f6a2d"


@pytest.fixture
def found(tmp_path):
    (tmp_path / "a b.py").write_text(
        f"from wechatpy.pay import WeChatPay\nmch_key = '{KEY}'\npay = WeChatPay('wx1', '{KEY}', '1')\n"
        f"pay.transfer.transfer('{KEY}', 1, 'x')\npay.order.query('1'); pay.order.query('2')\n"
        f"pay.parse_payment_result('{KEY}')\n"
    )
    (tmp_path / "z.php").write_text(
        f"<?php // wechat\npost('https://api.mch.weixin.qq.com/pay/orderquery', '{KEY}');\n"
        "post('https://api.mch.weixin.qq.com/pay/nothingknown');\n"
    )
    (tmp_path / "old.py").write_text("print 'wechat'\n")
    return scan([tmp_path])


def test_no_key_that_stands_beside_a_call_is_told(found, tmp_path):
    told = report(found)
    for text in (told.json(), told.html(), json.dumps(sarif.document(found, root=tmp_path))):
        assert KEY not in text


def test_the_report_tells_what_becomes_of_each_operation(found):
    told = report(found, subject="src")
    assert told.exit_status == 1 and told.subject == "src"
    figures = {one.label: one.value for one in told.figures}
    assert figures["places"] == 6
    assert [figures[name] for name in ("refused", "unknown", "carried with losses", "carried")] == [1, 1, 3, 1]
    assert [figures[f"of effort {size}"] for size in "SML"] == [3, 1, 2]
    assert [one.id for one in told.findings] == [
        "scan.refused.transfers",
        "scan.unknown",
        "scan.losses.order_query",
        "scan.unread",
    ]
    assert "device_info" in told.findings[2].message and "a b.py:5" in told.findings[2].place
    assert [row[:3] for row in told.tables[0].rows] == [
        ("transfers", 1, "refused"), ("unknown: https://api.mch.weixin.qq.com/pay/nothingknown", 1, "unknown"),
        ("order_query", 3, "carried with losses"), ("payment notification", 1, "carried"),
    ]  # fmt: skip


def test_places_are_grouped_by_file_or_operation(found):
    by_file, by_operation = (
        [(row[0].rsplit("/", 1)[1], row[1]) for row in report(found, by=by).tables[1].rows]
        for by in (BY_FILE, BY_OPERATION)
    )
    assert [place.split(":")[:2] for place, _ in by_file] == [
        ["a b.py", "4"], ["a b.py", "5"], ["a b.py", "5"], ["a b.py", "6"], ["z.php", "2"], ["z.php", "3"],
    ]  # fmt: skip
    assert [name.split(":")[0] for _, name in by_operation] == [
        "transfers", "unknown", "order_query", "order_query", "order_query", "payment notification",
    ]  # fmt: skip


def test_a_code_base_without_v2_has_nothing_in_the_way(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    told = report(scan([tmp_path]))
    assert told.exit_status == 0 and not told.findings and not told.tables


def test_programs_get_every_column(found):
    call = report(found).as_dict()["facts"]["calls"][2]
    assert call.keys() == {
        "file", "line", "column", "kind", "library", "operation", "fate", "reason", "remedy", "fields_lost", "effort",
        "text", "certain",
    }  # fmt: skip
    assert (call["operation"], call["fate"], call["effort"], call["text"]) == ("transfers", "refused", "L", "transfer")


# SARIF 2.1.0: the properties that an object of each kind must have, and the values that are allowed.
_REQUIRED = {"log": {"version", "runs"}, "run": {"tool"}, "driver": {"name"}, "rule": {"id"}, "result": {"message"}}
_LEVELS = {"none", "note", "warning", "error"}


def test_sarif_has_the_required_structure(found, tmp_path):
    log = json.loads(json.dumps(sarif.document(found, root=tmp_path)))
    assert log.keys() >= _REQUIRED["log"] and log["version"] == "2.1.0" and log["$schema"].endswith("2.1.0.json")
    (run,) = log["runs"]
    assert run.keys() >= _REQUIRED["run"] and run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert driver.keys() >= _REQUIRED["driver"]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.keys() >= _REQUIRED["rule"] and rule["defaultConfiguration"]["level"] in _LEVELS
        assert rule["shortDescription"]["text"]
    assert len(run["results"]) == 6
    for result in run["results"]:
        assert result.keys() >= _REQUIRED["result"] and result["message"]["text"] and result["level"] in _LEVELS
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        _check(result["locations"][0])
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    for notification in invocation["toolExecutionNotifications"]:
        assert notification["message"]["text"] and notification["level"] in _LEVELS
        _check(notification["locations"][0])


def _check(location):
    place = location["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert " " not in uri and "\\" not in uri and not uri.startswith("/")
    assert place["artifactLocation"].get("uriBaseId") == "%SRCROOT%" or uri.startswith("file:///")
    region = place["region"]
    assert all(isinstance(value, int) and value >= 1 for value in region.values())
    assert region.get("endColumn", 2) >= region.get("startColumn", 1)


def test_sarif_marks_the_call_itself(found, tmp_path):
    results = sarif.document(found, root=tmp_path)["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert places[0]["artifactLocation"]["uri"] == "a%20b.py"
    assert places[0]["region"] == {"startLine": 4, "startColumn": 14, "endColumn": 22}
    assert results[0]["level"] == "error" and "lost:" in results[1]["message"]["text"]


def test_the_fingerprint_of_a_place_outlives_lines_above_it(tmp_path):
    def fingerprints(text: str) -> list[str]:
        (tmp_path / "a.py").write_text(text)
        results = sarif.document(scan([tmp_path]), root=tmp_path)["runs"][0]["results"]
        return [result["partialFingerprints"]["place/v1"] for result in results]

    text = "a = 'https://api.mch.weixin.qq.com/pay/orderquery'\nb = 'https://api.mch.weixin.qq.com/pay/orderquery'\n"
    assert fingerprints(text) == fingerprints("\n\n" + text)
    assert len(set(fingerprints(text))) == 2


def test_the_page_shows_what_is_found(tmp_path, monkeypatch, capsys):
    code, program = blocks("docs/howto/scan.rst", "python")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "till.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    row = next(row for row in report(scan(["src"])).tables[1].rows)
    (shown,) = blocks("docs/howto/scan.rst", "text")
    assert shown.split() == " ".join((os.path.basename(row[0]), *row[1:])).split()
    exec(compile(program, "scan.rst", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.splitlines()[-1] == "src/till.py 10 refund carried with losses S"
