from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from wxpay_v2.errors import ConfigurationError
from wxpay_v2.migration.sources import walk


def plant(root: Path, files: Iterable[str]) -> None:
    for name in files:
        path, _, text = name.partition("=")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def found(root: Path, *paths: str, suffixes: Iterable[str] = ()) -> list[str]:
    return [str(path.relative_to(root)) for path in walk([root / path for path in paths or ("",)], set(suffixes))]


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no"):
        list(walk([tmp_path / "nothing"]))


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, ["a/x.py", "b/y.py"])
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    missed: list[tuple[Path, OSError]] = []
    told = walk([tmp_path], missed=lambda path, error: missed.append((path, error)))
    assert [path.name for path in told] == ["y.py"]
    assert [(path.name, error.strerror) for path, error in missed] == [("a", "Permission denied")]


def test_files_come_in_the_order_of_their_names_each_once(tmp_path: Path) -> None:
    plant(tmp_path, ["b.py", "a/z.py", "a/b.PY", "a.txt", "c.py"])
    assert found(tmp_path) == ["a/b.PY", "a/z.py", "a.txt", "b.py", "c.py"]
    assert found(tmp_path, suffixes=[".py"]) == ["a/b.PY", "a/z.py", "b.py", "c.py"]
    assert found(tmp_path, "a", "a/z.py", "a.txt", "a.txt") == ["a/b.PY", "a/z.py", "a.txt"]


def test_folders_of_tools_and_environments_are_skipped_but_not_when_named(tmp_path: Path) -> None:
    plant(
        tmp_path,
        [
            ".git/x",
            "node_modules/x",
            "env/pyvenv.cfg",
            "env/lib/x",
            "lib/site-packages/x",
            "__pycache__/x",
            "y",
            ".github/x",
        ],
    )
    assert found(tmp_path) == [".github/x", "y"]
    assert found(tmp_path, "node_modules", "env") == ["node_modules/x", "env/lib/x", "env/pyvenv.cfg"]


def test_a_gitignore_is_honoured_and_the_inner_one_wins(tmp_path: Path) -> None:
    plant(
        tmp_path,
        [
            ".git/info/exclude=secret.py\n", ".gitignore=*.log\nbuild/\n/top.py\n!keep.log\n", "a.log", "keep.log",
            "build/x.py", "src/build/y.py", "top.py", "src/top.py", "secret.py", "src/.gitignore=*.tmp\n!b.log\n",
            "src/b.log", "src/c.tmp", "src/c.log", "src/d.py",
        ],
    )  # fmt: skip
    tidy = [name for name in found(tmp_path) if not name.endswith(".gitignore")]
    assert tidy == ["keep.log", "src/b.log", "src/d.py", "src/top.py"]
    assert found(tmp_path, "src", suffixes=[".py"]) == ["src/d.py", "src/top.py"]
    assert found(tmp_path, "build", "a.log") == ["build/x.py", "a.log"]


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    plant(tmp_path, ["a/x.py"])
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "a/loop").symlink_to("..")
    (tmp_path / "y.py").symlink_to("a/x.py")
    assert found(tmp_path) == ["a/x.py"]
    assert found(tmp_path, "y.py", "a") == ["y.py"]
