from __future__ import annotations

import os
import subprocess

import pytest

from wxpay_v2.errors import ConfigurationError, InvalidRequest
from wxpay_v2.migration.scanner import examine, scan
from wxpay_v2.migration.scanning.fates import (
    CARRIED,
    EFFORTS,
    REFUSED,
    UNKNOWN,
    WITH_LOSSES,
    effort,
    fate_of,
)
from wxpay_v2.migration.scanning.site import CALL, CASHIER, CLIENT, CONFIGURATION, ENDPOINT, NOTIFICATION, Site
from wxpay_v2.upgrade import catalogue as upgrade_catalogue
from wxpay_v2.upgrade import losses
from wxpay_v2.upgrade.rules import NoEquivalent
from wxpay_v2.v2 import catalogue

URL = "url = 'https://api.mch.weixin.qq.com/pay/unifiedorder'\n"


def site(operation: str, kind: str = CALL, library: str = "") -> Site:
    return Site("a.py", 1, 1, 2, kind, library, operation, "x")


def lines(result):
    return [(os.path.basename(call.site.path), call.site.line) for call in result.calls]


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="there is no"):
        scan([tmp_path / "nothing"])


def test_another_region_or_mode_is_refused(tmp_path):
    with pytest.raises(InvalidRequest, match="no region"):
        scan([tmp_path], region="mars")
    with pytest.raises(InvalidRequest, match="no region"):
        scan([tmp_path], mode="indirect")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.py", b"wechat = 1\n\0" * 10, None),  # binary
        ("a.py", b"wechat \xff\xff = (", "not Python 3"),
        ("a.py", b"wechat = '''", "not Python 3"),
        ("a.py", b"wechat = " + b"(" * 5000, "not Python 3"),
        ("a.py", b"wechat = " + b"-" * 100_000 + b"1", "not Python 3"),
        ("a.php", b"wechat " + b"\x80\xff" * 9, "encoding is unknown"),
        ("a.js", b"var wechat;" + b"x" * 3000, "lines of more than 2000 characters"),
        ("a.js", b"wechat" * (1 << 20), "larger than 4 MiB"),
    ],
)
def test_bad_files_are_told_and_never_end_a_scan(tmp_path, name, data, reason):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.py").write_text(URL)
    result = scan([tmp_path])
    assert lines(result) == [("good.py", 1)]
    assert any(reason in one.reason for one in result.unread) if reason else not result.unread


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    assert [one.severe for one in examine(str(tmp_path / "gone.py")).unread] == [True]
    os.mkfifo(tmp_path / "pipe.py")
    assert "no regular file" in scan([tmp_path / "pipe.py"]).unread[0].reason


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert [one.reason for one in scan([tmp_path]).unread] == ["cannot be read: Permission denied"]


def test_loops_of_symbolic_links_end(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.py").write_text(URL)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    assert lines(scan([tmp_path, tmp_path / "a"])) == [("x.py", 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path, encoding):
    (tmp_path / "A.java").write_bytes(
        '// 微信\nString u = "https://api.mch.weixin.qq.com/pay/unifiedorder";\n'.encode(encoding)
    )
    result = scan([tmp_path])
    assert lines(result) == [("A.java", 2)] and not result.unread


def test_lines_are_counted_as_editors_do(tmp_path):
    (tmp_path / "a.php").write_bytes(
        b"<?php // wechat\r\n\r\n\x0c'https://api.mch.weixin.qq.com/pay/unifiedorder';\r\n"
    )
    assert lines(scan([tmp_path])) == [("a.php", 3)]


def test_what_others_made_is_left_out(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("built/\n*.min.js\n")
    (tmp_path / "composer.json").write_text("{}")
    for name in ("built/a.py", "node_modules/x/a.py", "vendor/x/y/a.py", ".git/a.py", "app/vendor/a.py", "app/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(URL)
    (tmp_path / "x.min.js").write_text(URL)
    told = [os.path.relpath(call.site.path, tmp_path) for call in scan([tmp_path]).calls]
    assert told == [os.path.join("app", "a.py"), os.path.join("app", "vendor", "a.py")]


def test_several_processes_find_the_same(tmp_path):
    for number in range(80):
        (tmp_path / f"a{number:02}.py").write_text(URL)
        (tmp_path / f"b{number:02}.js").write_text(URL)
    told: list[tuple[int, int]] = []
    one = scan([tmp_path])
    two = scan([tmp_path], jobs=2, progress=lambda done, total: told.append((done, total)))
    assert one.calls == two.calls and len(two.calls) == 160 and two.lines == 160
    assert told[0] == (1, 160) and told[-1] == (160, 160)


@pytest.mark.parametrize("operation", catalogue.NAMES)
@pytest.mark.parametrize("region", ["global", "mainland"])
def test_a_fate_is_what_the_upgrade_says(operation, region):
    fate = fate_of(site(operation), region=region)
    row = upgrade_catalogue.find(operation)
    if isinstance(row, NoEquivalent):
        assert (fate.verdict, fate.reason, fate.remedy, fate.lost) == (REFUSED, row.reason, row.remedy, ())
    elif fate.verdict == REFUSED:
        assert fate.reason and not any(not one.regions or region in one.regions for one in row.targets if not one.modes)
    else:
        told = losses(operation, region=region)
        assert dict(fate.lost) == {name: why for name, why in told.items() if name not in ("sign", "nonce_str")}
        assert fate.verdict == (WITH_LOSSES if fate.lost else CARRIED)


def test_an_operation_of_one_region_is_refused_in_the_other():
    assert fate_of(site("combined_order"), region="global").verdict == REFUSED
    assert fate_of(site("combined_order"), region="mainland").verdict == WITH_LOSSES
    assert fate_of(site("query_institution_sub"), mode="direct").verdict == REFUSED
    assert fate_of(site("query_institution_sub"), mode="institution").verdict == WITH_LOSSES
    assert fate_of(site("download_fund_flow"), region="mainland").verdict == CARRIED


@pytest.mark.parametrize(
    ("place", "verdict", "size"),
    [
        (site("", CONFIGURATION), "", ""),
        (site("", CLIENT, "wechatpy"), "", ""),
        (site("", ENDPOINT), UNKNOWN, "L"),
        (site("transfers", CALL, "wechatpy"), REFUSED, "L"),
        (site("order_query", CALL, "wechatpy"), WITH_LOSSES, "S"),
        (site("order_query", CALL, "python-weixin"), WITH_LOSSES, "M"),
        (site("order_query", ENDPOINT), WITH_LOSSES, "M"),
        (site("payment", NOTIFICATION, "pywxpay"), CARRIED, "S"),
        (site("", CASHIER, "WxJava"), CARRIED, "M"),
    ],
)
def test_effort_follows_its_rule(place, verdict, size):
    fate = fate_of(place)
    assert fate.verdict == verdict and effort(place, fate) == size
    assert size in ("", *EFFORTS)
