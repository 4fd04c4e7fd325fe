"""Old names of modules are found at ours; the rest of the old package stays as it is."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

import wxpay_v2.compat.tolerance
from wxpay_v2 import ConfigurationError
from wxpay_v2.compat import __main__, aliases, install

FACE = aliases.Face(
    {"oldpay.pay": "wxpay_v2.compat.tolerance", "oldpay.v2": "wxpay_v2.v2"},
    {"oldpay": "wxpay_v2.compat", "oldpay.settings": "wxpay_v2.compat.settings"},
)


@pytest.fixture(autouse=True)
def face(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(aliases.FACES, "oldpay", FACE)
    modules, finders = dict(sys.modules), list(sys.meta_path)
    yield
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if name not in modules]:
        del sys.modules[name]


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real package, installed: it has a pay module of its own, and another part."""
    package = tmp_path / "oldpay"
    package.mkdir()
    (package / "__init__.py").write_text("from oldpay.pay import Tolerance\n")
    (package / "pay.py").write_text("class Tolerance: real = True\n")
    (package / "other.py").write_text("real = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return tmp_path


def test_the_old_name_is_our_module(real: Path) -> None:
    with install("oldpay"):
        import oldpay.pay  # type: ignore[import-not-found]
        from oldpay import Tolerance

        assert oldpay.pay is wxpay_v2.compat.tolerance
        assert Tolerance is wxpay_v2.compat.tolerance.Tolerance
        assert oldpay.__file__ == str(real / "oldpay" / "__init__.py")
    assert wxpay_v2.compat.tolerance.__spec__ is not None
    assert wxpay_v2.compat.tolerance.__spec__.name == "wxpay_v2.compat.tolerance"


def test_modules_below_are_found_below_ours(real: Path) -> None:
    with install("oldpay"):
        signature = importlib.import_module("oldpay.v2.signature")
        assert signature is importlib.import_module("wxpay_v2.v2.signature")
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("oldpay.v2.nothing")


def test_other_parts_of_the_real_package_stay_as_they_are(real: Path) -> None:
    with install("oldpay"):
        assert importlib.import_module("oldpay.other").real
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("oldpay.settings")


def test_an_editable_install_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Editable(MetaPathFinder):
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
            return ModuleSpec("oldpay", None, is_package=True) if name == "oldpay" else None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Editable()])
    with install("oldpay"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("oldpay.settings")


def test_without_the_real_package_ours_stands_for_all_of_it() -> None:
    with install("oldpay"):
        settings = importlib.import_module("oldpay.settings")
        assert settings is importlib.import_module("wxpay_v2.compat.settings")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("oldpay")


def test_it_refuses_when_the_real_one_is_loaded_already(real: Path) -> None:
    importlib.import_module("oldpay.other")
    with pytest.raises(ConfigurationError, match="oldpay is loaded already"):
        install("oldpay")


def test_twice_is_once(real: Path) -> None:
    first = install("oldpay")
    importlib.import_module("oldpay.pay")
    assert install("oldpay") is first
    first.remove()
    assert "oldpay.pay" not in sys.modules


@pytest.mark.parametrize("name", ["requests", "", None, "oldpay.pay"])
def test_what_has_no_face_is_told(name: str) -> None:
    with pytest.raises(ConfigurationError, match="there is no face"):
        install(name)


def test_a_module_of_ours_that_breaks_says_so_itself(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (real / "broken_face.py").write_text("import nothing_of_the_kind\n")
    monkeypatch.setitem(aliases.FACES, "oldpay", aliases.Face({"oldpay.pay": "broken_face"}, {}))
    with install("oldpay"), pytest.raises(ModuleNotFoundError, match="nothing_of_the_kind"):
        importlib.import_module("oldpay.pay")


def test_a_script_is_run_as_it_is_with_its_own_arguments(tmp_path: Path) -> None:
    script = tmp_path / "shop.py"
    script.write_text(
        "import sys\nfrom wechatpy.pay import WeChatPay\nprint(WeChatPay.__module__, sys.argv[1:], __name__)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "wxpay_v2.compat", str(script), "--as", "x", "--", "-m"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert ran.stdout.startswith("wxpay_v2.compat.wechatpy.")
    assert ran.stdout.endswith("['--as', 'x', '--', '-m'] __main__\n")


def test_a_folder_is_run_by_its_main_and_its_exit_is_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__main__.py").write_text("import sys\nfrom oldpay.pay import Tolerance\nsys.exit(7)\n")
    monkeypatch.setattr(sys, "argv", ["before"])
    with pytest.raises(SystemExit) as left:
        __main__.main(["--as", "oldpay", str(tmp_path), "--", "-m"])
    assert left.value.code == 7
    assert sys.argv == [str(tmp_path), "--", "-m"]


def test_a_script_that_is_not_there_is_wrong_use() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "wxpay_v2.compat", "/nowhere/shop.py"], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert ran.returncode == 2
    assert "there is no script" in ran.stderr
