"""What is generated from the catalogue is fresh, and says what the rows say."""

from __future__ import annotations

import ast
import keyword
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import wxpay_v2
from tests.fixtures import Script, client
from wxpay_v2 import generate
from wxpay_v2.client import Client, Core
from wxpay_v2.documentation import docstring, sent_by_caller
from wxpay_v2.operation import ALWAYS, ENUM
from wxpay_v2.v2 import catalogue

PACKAGE = Path(wxpay_v2.__file__).parent
STUB = ast.parse((PACKAGE / "client.pyi").read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
METHODS = {node.name: node for node in CLASSES["Client"].body if isinstance(node, ast.FunctionDef)}


def test_the_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().err == ""
    assert generate.client_stub() == (PACKAGE / "client.pyi").read_text(encoding="utf-8")


def test_readme_lists_every_operation() -> None:
    text = (PACKAGE.parent / "README.rst").read_text(encoding="utf-8")
    assert generate.operations_table() in text


def test_a_stale_file_is_told_and_written(tmp_path: Path) -> None:
    """In a copy of the package, so that the real files are not touched."""
    copy = tmp_path / "wxpay_v2"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "simulator", "cli"))
    (copy / "client.pyi").write_text("stale", encoding="utf-8")
    readme = tmp_path / "README.rst"
    readme.write_text("Before\n\n.. operations: begin\nstale\n.. operations: end\n\nAfter\n", encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "wxpay_v2.generate", *arguments],
            cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    checked = run("--check")
    assert checked.returncode == 1
    assert "client.pyi is stale" in checked.stderr and "README.rst is stale" in checked.stderr
    assert (copy / "client.pyi").read_text(encoding="utf-8") == "stale", "a check changes nothing"
    assert run().returncode == 0
    assert (copy / "client.pyi").read_text(encoding="utf-8") == generate.client_stub()
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("Before\n") and text.endswith("After\n")
    assert generate.operations_table() in text
    assert "stale" not in text
    assert run("--check").returncode == 0


# The static face and the living one.


def test_the_stub_has_the_methods_of_the_catalogue_and_of_the_class() -> None:
    public = {name for name in vars(Client) if not name.startswith("_")}
    assert {name for name in METHODS if not name.startswith("_")} == public
    assert set(catalogue.NAMES) <= set(METHODS)
    core = {node.name for node in CLASSES["Core"].body if isinstance(node, ast.FunctionDef)}
    assert {name for name in vars(Core) if not name.startswith("__")} <= core
    fields = {node.target.id for node in CLASSES["Core"].body if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    assert fields == set(vars(Core(client(Script([])).merchant)))


@pytest.mark.parametrize("kind", [Core, Client])
def test_the_stubs_signatures_are_those_of_the_code(kind: type) -> None:
    source = ast.parse((PACKAGE / "client.py").read_text(encoding="utf-8"))
    (code,) = (node for node in source.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    stub = {node.name: node for node in CLASSES[kind.__name__].body if isinstance(node, ast.FunctionDef)}
    for node in code.body:
        if isinstance(node, ast.FunctionDef) and node.name != "__repr__":
            assert ast.unparse(node.args) == ast.unparse(stub[node.name].args), node.name
            assert node.returns is not None
            assert ast.unparse(node.returns) == ast.unparse(stub[node.name].returns), node.name  # type: ignore[arg-type]


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_a_stub_method_has_the_fields_of_its_row(name: str) -> None:
    row, node = catalogue.find(name), METHODS[name]
    fields = {field.name: field for field in sent_by_caller(row)}
    defaults = dict(zip((argument.arg for argument in node.args.kwonlyargs), node.args.kw_defaults, strict=True))
    assert set(defaults) == set(fields)
    assert [argument.arg for argument in node.args.args] == ["self"]
    assert node.args.kwarg is not None and node.args.kwarg.arg == "more"
    for argument in node.args.kwonlyargs:
        field = fields[argument.arg]
        assert argument.arg.isidentifier() and not keyword.iskeyword(argument.arg)
        assert (defaults[argument.arg] is None) is (field.required is ALWAYS)
        annotation = ast.unparse(argument.annotation)  # type: ignore[arg-type]
        assert annotation.endswith("| None") is (field.required is not ALWAYS)
        if field.kind == ENUM:
            for value in field.values:
                assert repr(value) in annotation
        elif "dict" not in annotation:
            assert "str" in annotation
    returns = ast.unparse(node.returns)  # type: ignore[arg-type]
    assert returns == "Result"
    assert ast.get_docstring(node) == docstring(row)


def test_mypy_takes_right_calls_and_refuses_wrong_ones(tmp_path: Path) -> None:
    program = tmp_path / "shop.py"
    program.write_text(
        "from wxpay_v2 import Client, Merchant, Result\n"
        "client = Client(Merchant('wx1', '1', 'k'))\n"
        "found: Result = client.order_query(out_trade_no='T-1')\n"
        "client.order_query(out_trade_no='T-1', a_new_field='1')\n"
        "client.refund(out_refund_no='R-1', total_fee=100, refund_fee='40')\n"
        "client.refund(total_fee=100, refund_fee=40)\n"
        "client.order_query('T-1')\n"
        "client.download_bill(bill_date='20240229', tar_type='ZIP')\n"
        "client.no_such_call()\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache"),
         "--follow-imports", "silent", "--no-error-summary", str(program)],
        cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line]
    assert lines == [6, 7, 8, 9], done.stdout + done.stderr


# The README's table.


def test_the_table_is_a_simple_table_of_restructured_text() -> None:
    lines = generate.operations_table().splitlines()
    rule = lines[0]
    assert lines[2] == lines[-1] == rule
    assert set(rule) == {"=", " "}
    starts = [index for index in range(len(rule)) if rule[index] == "=" and (index == 0 or rule[index - 1] == " ")]
    assert len(lines) == 4 + len(catalogue.NAMES)
    for line, row in zip(lines[3:-1], catalogue.operations(), strict=True):
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        assert cells[0] == f"``{row.name}``"
        assert cells[1] == f"``{row.path}``"
        assert cells[3] == ("yes" if row.certificate else "")
        assert cells[-1] == row.title
        for start in starts[1:]:
            assert line[start - 1 : start] in ("", " ")
