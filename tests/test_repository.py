"""What is committed: no secret, no trace of a machine, and papers that agree with one another."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

import wxpay_v2

ROOT = Path(__file__).resolve().parents[1]

BINARY = {".gif", ".gz", ".ico", ".jpg", ".png", ".zip"}
# Kinds of file that hold a key and nothing else. Certificates and keys for tests are made by the tests.
KEY_FILES = {".jks", ".key", ".keystore", ".p12", ".p8", ".pfx"}
# The words alone are no key (they are searched for, and quoted in errors): a key has base64 after them.
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n|\\r|['\"+])*([A-Za-z0-9+/=]{40,}|Proc-Type:)")
# A path of somebody's machine. In a test, /tmp may be a name like any other; in what is shipped it is a mistake.
MACHINE_PATHS = re.compile(r"(?<![\w.*~-])/(?:work|root|home/\w+|Users/\w+|var/folders)/")
TEMPORARY_PATHS = re.compile(r"(?<![\w.*~-])/(?:var/)?tmp/")

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="this is no git checkout, and that is what is read",
)


@cache
def committed() -> tuple[Path, ...]:
    """Every file of the repository, and every new one that git would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def texts() -> dict[str, str]:
    """Text files by name from the root; a file that is neither UTF-8 nor of a BINARY kind fails here."""
    found = {}
    for path in committed():
        if path.suffix not in BINARY:
            try:
                found[path.relative_to(ROOT).as_posix()] = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError as error:
                pytest.fail(f"{path.relative_to(ROOT)} is not UTF-8: {error}")
    return found


def places(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """``file:line`` of every match of *pattern*."""
    return [
        f"{name}:{texts()[name].count(chr(10), 0, match.start()) + 1}"
        for name in names
        for match in pattern.finditer(texts()[name])
    ]


def test_no_private_key_is_committed():
    assert [path.name for path in committed() if path.suffix in KEY_FILES] == []
    assert places(PRIVATE_KEY, list(texts())) == []


def test_no_path_of_a_machine_is_committed():
    assert places(MACHINE_PATHS, list(texts())) == []
    shipped = [name for name in texts() if not name.startswith("tests/")]
    assert places(TEMPORARY_PATHS, shipped) == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64,
        "-----BEGIN " + "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED",
        'KEY = "-----BEGIN ' + 'EC PRIVATE KEY-----\\n" "' + "M" * 64,
    ],
)
def test_a_private_key_would_be_found(text):
    assert PRIVATE_KEY.search(text)


@pytest.mark.parametrize("text", ["-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----\n" + "A" * 64])
def test_what_is_no_private_key_is_left_alone(text):
    assert not PRIVATE_KEY.search(text)


@pytest.mark.parametrize("text", [f'"/{"work"}/x"', f" /{'root'}/.x", f"=/{'home'}/me/x", f"file:///{'tmp'}/x"])
def test_a_path_of_a_machine_would_be_found(text):
    assert MACHINE_PATHS.search(text) or TEMPORARY_PATHS.search(text)


def test_certs_holds_nothing_but_its_instructions():
    assert {name for name in texts() if name.startswith("certs/")} == {"certs/.gitignore", "certs/README.rst"}


def test_text_files_are_tidy():
    untidy = [
        f"{name}:{number}"
        for name, text in texts().items()
        for number, line in enumerate(text.split("\n"), 1)
        if line != line.rstrip(" \t\r")
    ]
    assert untidy == [], "trailing blanks or carriage returns"
    assert [name for name, text in texts().items() if text and not text.endswith("\n")] == [], "no newline at the end"


def test_the_version_is_stated_once_and_agrees():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    assert setup["metadata"]["version"] == "attr: wxpay_v2.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", wxpay_v2.__version__)


def test_the_changelog_begins_with_unreleased_and_knows_every_tag():
    changelog = texts()["CHANGELOG.md"]
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.search(r"^## Unreleased\n(?:.*\n)*?- \S", changelog, re.MULTILINE)
    tags = subprocess.run(["git", "tag", "--list", "v*"], cwd=ROOT, capture_output=True, text=True, check=True)
    released = {heading.split()[0] for heading in headings[1:]}
    assert {tag.removeprefix("v") for tag in tags.stdout.split()} <= released


def test_make_targets_named_in_the_papers_exist():
    targets = set(re.findall(r"^([a-z][a-z-]*):", texts()["Makefile"], re.MULTILINE))
    papers = ["README.rst", "CONTRIBUTING.rst", ".ci/run", *(name for name in texts() if name.startswith("docs/"))]
    call = re.compile(r"(?:``|^    (?:\$ )?|^run )make (?:--?[a-z-]+ )*([a-z]+)", re.MULTILINE)
    named = {target for name in papers for target in call.findall(texts()[name])}
    assert {"demo", "test", "check", "bench", "docs"} <= targets
    assert {"demo", "test", "check"} <= named <= targets
    phony = re.search(r"^\.PHONY: (.+)$", texts()["Makefile"], re.MULTILINE)
    assert phony is not None
    assert set(phony.group(1).split()) == targets


def test_the_core_needs_four_packages():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    required = re.findall(r"^[A-Za-z0-9_.-]+", setup["options"]["install_requires"], re.MULTILINE)
    assert sorted(required) == ["cryptography", "lxml", "requests", "xmltodict"]


@pytest.mark.parametrize("lock", ["demo", "dev", "bench"])
def test_every_locked_version_carries_hashes_and_no_address(lock):
    text = texts()[f"requirements/{lock}.txt"]
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z]+\])?==[0-9][^ ]*( ; .+)? \\\n", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_the_npm_lock_carries_hashes_and_no_registry():
    lock = texts()["tests/peers/npm/package-lock.json"]
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
