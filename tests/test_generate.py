"""What is generated from the catalogue is fresh, and says what the rows say."""

from __future__ import annotations

import ast
import keyword
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docutils.core import publish_string
from docutils.writers.html5_polyglot import Writer

import wxpay_v2
from tests.fixtures import Script, client
from wxpay_v2 import generate
from wxpay_v2.aio import AsyncClient
from wxpay_v2.client import Client, Core
from wxpay_v2.documentation import docstring, sent_by_caller
from wxpay_v2.operation import ALWAYS, ENUM
from wxpay_v2.v2 import catalogue

PACKAGE = Path(wxpay_v2.__file__).parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


def classes(file: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def functions(node: ast.ClassDef) -> dict[str, Function]:
    return {child.name: child for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))}


CLASSES = {**classes("client.pyi"), **classes("aio.pyi")}
METHODS = {kind: functions(CLASSES[kind]) for kind in ("Client", "AsyncClient")}


def test_the_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().err == ""
    assert generate.client_stub() == (PACKAGE / "client.pyi").read_text(encoding="utf-8")
    assert generate.async_stub() == (PACKAGE / "aio.pyi").read_text(encoding="utf-8")


def test_the_chinese_readme_lists_every_operation() -> None:
    told = (PACKAGE.parent / "README.zh.rst").read_text(encoding="utf-8")
    assert generate.operations_table(chinese=True) in told


def test_readme_lists_every_operation() -> None:
    text = (PACKAGE.parent / "README.rst").read_text(encoding="utf-8")
    assert generate.operations_table() in text


def test_a_stale_file_is_told_and_written(tmp_path: Path) -> None:
    """In a copy of the package, so that the real files are not touched."""
    copy = tmp_path / "wxpay_v2"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "simulator", "cli"))
    (copy / "client.pyi").write_text("stale", encoding="utf-8")
    (copy / "aio.pyi").unlink()
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
    assert "aio.pyi is stale" in checked.stderr
    assert (copy / "client.pyi").read_text(encoding="utf-8") == "stale", "a check changes nothing"
    assert run().returncode == 0
    assert (copy / "client.pyi").read_text(encoding="utf-8") == generate.client_stub()
    assert (copy / "aio.pyi").read_text(encoding="utf-8") == generate.async_stub()
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("Before\n") and text.endswith("After\n")
    assert generate.operations_table() in text
    assert "stale" not in text
    assert run("--check").returncode == 0


# The static face and the living one.


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_the_stub_has_the_methods_of_the_catalogue_and_of_the_class(kind: type) -> None:
    methods = METHODS[kind.__name__]
    public = {name for name in vars(kind) if not name.startswith("_")}
    assert {name for name in methods if not name.startswith("_")} == public
    assert set(catalogue.NAMES) <= set(methods)
    awaited = {name for name in catalogue.NAMES if isinstance(methods[name], ast.AsyncFunctionDef)}
    assert awaited == (set(catalogue.NAMES) if kind is AsyncClient else set())


def test_the_stub_has_the_attributes_of_the_core() -> None:
    assert {name for name in vars(Core) if not name.startswith("__")} <= set(functions(CLASSES["Core"]))
    fields = {node.target.id for node in CLASSES["Core"].body if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    assert fields == set(vars(Core(client(Script([])).merchant)))


@pytest.mark.parametrize("kind", [Core, Client, AsyncClient])
def test_the_stubs_signatures_are_those_of_the_code(kind: type) -> None:
    stub = functions(CLASSES[kind.__name__])
    for name, node in functions(classes("aio.py" if kind is AsyncClient else "client.py")[kind.__name__]).items():
        if name != "__repr__":
            assert type(node) is type(stub[name])
            assert ast.unparse(node.args) == ast.unparse(stub[name].args), name
            assert node.returns is not None
            assert ast.unparse(node.returns) == ast.unparse(stub[name].returns), name  # type: ignore[arg-type]


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_a_stub_method_has_the_fields_of_its_row(name: str) -> None:
    row, node = catalogue.find(name), METHODS["Client"][name]
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
    awaited = METHODS["AsyncClient"][name]
    assert ast.unparse(awaited).removeprefix("async ") == ast.unparse(node)


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
        "client.no_such_call()\n"
        "from wxpay_v2 import AsyncClient, AsyncSession\n"
        "async def sell(session: AsyncSession) -> None:\n"
        "    async with AsyncClient(Merchant('wx1', '1', 'k'), session=session, on_unknown=print) as shop:\n"
        "        paid: Result = await shop.order_query(out_trade_no='T-1')\n"
        "        lost: Result = shop.order_query(out_trade_no='T-1')\n"
        "        await shop.refund(total_fee=100, refund_fee=40)\n"
        "        await shop.carry(shop.steps(1, {}))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache"),
         "--follow-imports", "silent", "--no-error-summary", str(program)],
        cwd=PACKAGE.parent, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error: " in line]
    assert lines == [6, 7, 8, 9, 14, 15, 16], done.stdout + done.stderr


# The README's table.


def test_the_table_is_a_simple_table_with_a_heading_per_family() -> None:
    lines = generate.operations_table().splitlines()
    rule = lines[0]
    assert lines[2] == lines[-1] == rule
    assert set(rule) == {"=", " "}
    starts = [index for index in range(len(rule)) if rule[index] == "=" and (index == 0 or rule[index - 1] == " ")]
    body = lines[3:-1]
    headings = [number for number, line in enumerate(body) if line.startswith("**")]
    assert headings[0] == 0
    assert all(body[number + 1] == "-" * len(rule) for number in headings)
    rows = [line for number, line in enumerate(body) if not {number, number - 1} & set(headings)]
    assert len(rows) == len(catalogue.NAMES)
    names = []
    for line in rows:
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        row = catalogue.find(cells[0].strip("`"))
        names.append(row.name)
        assert cells == [f"``{row.name}``", f"``{row.path}``", "yes" if row.certificate else "", row.title]
        for start in starts[1:]:
            assert line[start - 1 : start] in ("", " ")
    families = [catalogue.family(name) for name in names]
    assert names == sorted(catalogue.NAMES, key=lambda name: families.index(catalogue.family(name)))
    assert len(headings) == len(set(families))


def test_the_table_is_read_by_docutils() -> None:
    settings = {"report_level": 1, "halt_level": 1, "output_encoding": "unicode"}
    page = publish_string(generate.operations_table(), writer=Writer(), settings_overrides=settings)
    assert page.count("<tr>") == 1 + len(catalogue.NAMES) + page.count('colspan="4"')
    for family in ("Quick pay", "Sub-merchants", "WeCom"):
        assert f"<strong>{family}</strong>" in page
