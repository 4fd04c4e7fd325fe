from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wxpay_v2.cli.upgrade_code import upgrade_code
from wxpay_v2.errors import WXPayError
from wxpay_v2.migration.codemod import FACE, NATIVE, Change, Upgrade, rewrite, upgrade
from wxpay_v2.migration.fixers import FIXERS

BEFORE = "from wechatpy.pay import WeChatPay\n"
AFTER = "from wxpay_v2.compat.wechatpy.pay import WeChatPay\n"
UNREAD = "upgrade-code.unreadable"


def one(source: bytes, level: str = FACE) -> Upgrade:
    return rewrite({PurePosixPath("pay.py"): source}, level)


# What it leaves alone.


@pytest.mark.parametrize("level", [FACE, NATIVE])
@pytest.mark.parametrize("source", [b"", b"\n", b"x = 1", b"import os\r\n", b"\xff\xfe", b"def (:\n", b"\0"])
def test_what_does_not_speak_of_payments_is_not_even_read(source: bytes, level: str) -> None:
    assert one(source, level) == Upgrade((), (), 1)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"print 'wechatpy'\n", "cannot read it: "),
        (b"import wechatpy\nexcept:\n", "in line 2"),
        (b"# wechatpy\nx = '\xff'\n", "cannot read it"),
        (b"# coding: klingon\nimport wechatpy\n", "cannot read it"),
        (b"# \xff\nimport wechatpy\n", "cannot read it"),
        (b"import wechatpy\n\0", "cannot read it"),
        (b"import wechatpy\nx = " + b"(" * 3000 + b")" * 3000, "cannot read it"),
        (b"import wechatpy\nx = " + b"[" * 90 + b"]" * 90, "nested too deeply"),
        (b"import wechatpy\nx = " + b" and ".join([b"x"] * 20_000), "nested too deeply"),
        (b"import wechatpy\n\x0cx = 1\n", "form feed"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_left(source: bytes, why: str) -> None:
    result = one(source)
    assert result.changes == ()
    assert [(finding.id, finding.place) for finding in result.findings] == [(UNREAD, "pay.py")]
    assert why in result.findings[0].message


def test_a_file_that_cannot_be_read_does_not_hold_the_others_back() -> None:
    result = rewrite({PurePosixPath("a.py"): b"print 'wechatpy'", PurePosixPath("b.py"): BEFORE.encode()})
    assert [str(change.path) for change in result.changes] == ["b.py"]
    assert [finding.id for finding in result.findings] == [UNREAD]


# What it rewrites: nothing but what the fixers say.


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE.encode(), AFTER.encode()),
        (BEFORE.strip().encode(), AFTER.strip().encode()),
        (b"\xef\xbb\xbf" + BEFORE.encode(), b"\xef\xbb\xbf" + AFTER.encode()),
        (
            b"x = 1\r\n" + BEFORE.encode() + b"\r\ny = '''\r\n\n'''  \r\n",
            b"x = 1\r\n" + AFTER.encode() + b"\r\ny = '''\r\n\n'''  \r\n",
        ),
        (
            "# -*- coding: gbk -*-\nx = '支付'\n".encode("gbk") + BEFORE.encode(),
            "# -*- coding: gbk -*-\nx = '支付'\n".encode("gbk") + AFTER.encode(),
        ),
        (
            b"\x0c\n" + BEFORE.encode() + b"if 1:\n\t  \n\tx  =  ( 1,)  # \xe8\x8c\xb6\n    \n\n\t",
            b"\x0c\n" + AFTER.encode() + b"if 1:\n\t  \n\tx  =  ( 1,)  # \xe8\x8c\xb6\n    \n\n\t",
        ),
    ],
)  # fmt: skip
def test_every_other_byte_is_kept(before: bytes, after: bytes) -> None:
    result = one(before)
    (change,) = result.changes
    assert change.after == after
    assert one(change.after).changes == ()


@given(st.lists(st.sampled_from([
    "x = 1", "# 茶", "", "    ", "if x:\n    y = (\n        1,  # a\n\n    )",
    '"""\n doc\n"""', "@f\nasync def g(a, /, *b: int) -> 'c': return a",
    "class A: pass; x = 2", "with a as b, \\\n     c:\n\tpass", "x = f'{y!r:>{z}}'", "match x:\n  case [1, *_]: pass",
]), max_size=12), st.sampled_from(["\n", "\r\n"]))  # fmt: skip
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_stands_around_it_is_kept(lines: list[str], end: str) -> None:
    for place in (0, len(lines)):
        text = end.join([*lines[:place], BEFORE.strip(), *lines[place:]]).replace("\r\n", "\n").replace("\n", end)
        (change,) = one(text.encode()).changes
        assert change.after.decode() == text.replace("wechatpy.pay", "wxpay_v2.compat.wechatpy.pay")


def test_fixers_of_calls_run_only_when_asked_for_and_before_those_of_imports() -> None:
    source = BEFORE + "\npay = WeChatPay(A, B, C)\npay.order.close('T-1')\n"
    (face,), (native,) = one(source.encode()).changes, one(source.encode(), NATIVE).changes
    assert face.after.decode() == source.replace("wechatpy", "wxpay_v2.compat.wechatpy")
    assert b"wechatpy" not in native.after
    assert b"pay.close_order(out_trade_no='T-1')" in native.after


def test_what_is_not_understood_still_moves_to_the_face() -> None:
    result = one((BEFORE + "\nuse(WeChatPay)\n").encode(), NATIVE)
    assert [change.after.decode() for change in result.changes] == [AFTER + "\nuse(WeChatPay)\n"]
    assert [finding.id for finding in result.findings] == ["upgrade-code.wechatpy.class"]


@pytest.mark.parametrize("level", [FACE, NATIVE])
def test_a_second_run_changes_nothing(level: str) -> None:
    files = {
        PurePosixPath(f"{fixer.name}_{number}/settings.py"): example.before.encode()
        for fixer in FIXERS
        for number, example in enumerate(fixer.examples)
        if "python-weixin" not in example.title
    }
    first = rewrite(files, level)
    assert first.changes
    again = rewrite({**files, **{change.path: change.after for change in first.changes}}, level)
    assert again.changes == ()


# Files on a disk.


def test_folders_are_walked_as_git_sees_them(tmp_path: Path) -> None:
    for name in ("shop/a.py", "shop/b.pyw", "shop/c.txt", "old/d.py", "venv/e.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BEFORE)
    (tmp_path / "venv/pyvenv.cfg").touch()
    (tmp_path / ".gitignore").write_text("old/\n")
    read: list[str] = []
    result = upgrade([tmp_path], watch=lambda path: read.append(path.name))
    assert [change.path.name for change in result.changes] == ["a.py", "b.pyw"] == read
    assert result.read == 2


def test_a_file_of_the_repository_that_was_not_given_and_imports_the_library_is_told(tmp_path: Path) -> None:
    for name, text in {"a.py": BEFORE, "b.py": f"if x:\n    {BEFORE}", "c.py": "# wechatpy\n", "d.py": AFTER}.items():
        (tmp_path / name).write_text(text)
    assert upgrade([tmp_path / "a.py"]).findings == ()  # no repository: nobody knows where the project ends
    (tmp_path / ".git").mkdir()
    (finding,) = upgrade([tmp_path / "a.py"]).findings
    assert (finding.id, Path(finding.place).name) == ("upgrade-code.left_out", "b.py")
    assert upgrade([tmp_path]).findings == ()


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.py").write_text(BEFORE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    (finding,) = upgrade([tmp_path]).findings
    assert (finding.id, finding.message) == (UNREAD, "cannot be read: Permission denied")


def test_a_diff_is_one_that_patch_takes(tmp_path: Path) -> None:
    source = "\ufeff" + BEFORE.strip() + "\r\nx = '\u2028\x0c茶'\r\n" + "y = 1\n" * 9 + BEFORE.strip()
    (change,) = rewrite({PurePosixPath("shop/pay.py"): source.encode()}).changes
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/pay.py").write_bytes(change.before)
    diff = change.diff()
    assert diff.startswith("--- a/shop/pay.py\n+++ b/shop/pay.py\n@@ ")
    assert diff.endswith("\\ No newline at end of file\n")
    subprocess.run(["git", "apply", "-p1", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "shop/pay.py").read_bytes() == change.after


def test_a_diff_reads_the_files_own_encoding() -> None:
    source = "# coding: gbk\n# 支付\n".encode("gbk") + BEFORE.encode()
    (change,) = one(source).changes
    assert " # 支付\n" in change.diff()


def test_a_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "pay.py"
    path.write_text(BEFORE)
    path.chmod(0o750)
    (tmp_path / "link.py").symlink_to(path)
    (change,) = upgrade([tmp_path / "link.py"]).changes
    change.write()
    assert path.read_text() == AFTER
    assert path.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "link.py").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link.py", "pay.py"]


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "pay.py"
    path.write_text("mine")
    with pytest.raises(WXPayError, match="changed meanwhile"):
        Change(path, BEFORE.encode(), AFTER.encode()).write()
    assert path.read_text() == "mine"


def test_a_file_that_is_read_only_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "pay.py"
    path.write_text(BEFORE)
    path.chmod(0o444)
    with pytest.raises(WXPayError, match="read-only"):
        Change(path, BEFORE.encode(), AFTER.encode()).write()
    assert (path.read_text(), os.listdir(tmp_path)) == (BEFORE, ["pay.py"])


def test_a_file_keeps_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "chown", lambda name, user, group: given.append((user, group)))
    path = tmp_path / "pay.py"
    path.write_text(BEFORE)
    about = path.stat()
    Change(path, BEFORE.encode(), AFTER.encode()).write()
    assert given == [(about.st_uid, about.st_gid)]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "pay.py"
    path.write_text(BEFORE)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WXPayError, match="No space left"):
        Change(path, BEFORE.encode(), AFTER.encode()).write()
    assert path.read_text() == BEFORE
    assert os.listdir(tmp_path) == ["pay.py"]


def test_a_key_in_the_code_stays_out_of_the_report(tmp_path: Path) -> None:
    key = "192006250b4c09247ec02edce69f6a2d"
    (tmp_path / "settings.py").write_text(f'WECHAT_MCH_ID = "1900000109"\nWECHAT_API_KEY = "{key}"\n')
    (tmp_path / "shop.py").write_text(f"{BEFORE}\nKEYS = ['{key}', '1{key[1:-1]}!']  # {'A' * 64}\n")
    for level in ("face", "native"):
        page = tmp_path / "page.html"
        arguments = [str(tmp_path), "--check", "--to", level]
        told = CliRunner().invoke(upgrade_code, [*arguments, "--json"]).stdout
        CliRunner().invoke(upgrade_code, [*arguments, "--html", str(page)])
        assert "'***'" in told
        assert not any(text in told + page.read_text() for text in (key, key[1:-1], "A" * 64))
