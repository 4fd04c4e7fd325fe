"""The configuration, read setting by setting, so that everything that is wrong with it is told at once.

`Merchant.from_config` and `V3Account.from_config` stop at the first fault; what they take and refuse is the same.
"""

from __future__ import annotations

import inspect
import os
import stat
from typing import Any, NamedTuple

from wxpay_v2 import configuration
from wxpay_v2.certificate import read_material
from wxpay_v2.errors import ConfigurationError
from wxpay_v2.merchant import Merchant
from wxpay_v2.migration.finding import BLOCKER, WARNING, Finding
from wxpay_v2.secret import Secret
from wxpay_v2.v3.account import V3Account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["MERCHANT", "V3", "Checked", "Settings", "place"]

MERCHANT, V3 = "[merchant]", "[v3]"

_SECRETS = ("api_key", "password", "next_password", "wecom_secret", "api_v3_key")
_PATHS = ("certificate", "private_key", "next_certificate", "next_private_key", "platform_keys")
_NOT_TEXT = ("platform_keys", "codepay", "over_v2", "strict")
_NEEDED = {MERCHANT: ("appid", "mch_id", "api_key"), V3: ("serial_no", "private_key", "api_v3_key")}
_KINDS = {MERCHANT: (Merchant, "merchant", "WXPAY_V2_"), V3: (V3Account, "v3", "WXPAY_V2_V3_")}
_LARGEST = 1 << 20


class Checked(NamedTuple):
    """What one check found. title: what was looked at. told: what is well, or why it was not tried, in words."""

    title: str
    findings: list[Finding]
    told: str = ""
    tried: bool = True


def place(table: str, name: str) -> str:
    """Return how a finding names the setting *name*."""
    return f"{table} {name}"


class Settings:
    """What the TOML file at *path* says, and the environment where it is silent. Keys are Secrets.

    tables: the settings of MERCHANT and V3 by name, those that can be used at all. findings: of the reading itself.
    readable: False when there is nothing to look at. merchant, account: what the library makes of it, None where it
    refuses.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.findings: list[Finding] = []
        self.tables: dict[str, dict[str, Any]] = {MERCHANT: {}, V3: {}}
        self.readable = True
        self._materials: dict[str, bytes | None] = {}
        self._faulty: set[str] = set()  # files that were told of
        self._using: list[str] = []  # the settings that name them
        self.merchant: Merchant | None = None
        self.account: V3Account | None = None
        try:
            told = configuration.tables(self.path)
        except ConfigurationError as error:
            self.readable = False
            self._note("unreadable", self.path, error)
            return
        for table in self.tables:
            self._read(table, told)
        self._look_at_mode()

    def text(self, table: str, name: str) -> str:
        """Return the setting, "" where there is none."""
        value = self.tables[table].get(name)
        return value if isinstance(value, str) else ""

    def secret(self, table: str, name: str) -> Secret | None:
        """Return the key, None where there is none."""
        value = self.tables[table].get(name)
        return value if isinstance(value, Secret) else None

    def password(self, name: str) -> str:
        """Return the password of a certificate, the mch_id where none is set."""
        told = self.secret(MERCHANT, name)
        return told.reveal() if told is not None else self.text(MERCHANT, "mch_id")

    def material(self, table: str, name: str) -> bytes | None:
        """Return what the file at the setting's path holds, or the PEM it is; None when it cannot be read.

        A key that others can read is told, and read all the same.
        """
        given = self.text(table, name)
        if not given or "-----BEGIN " in given:
            return given.encode("ascii", "replace") or None
        if given not in self._materials:
            self._materials[given] = self._file(place(table, name), given)
        if given in self._faulty:
            self._using.append(place(table, name))
        return self._materials[given]

    def build(self, findings: Iterable[Finding]) -> None:
        """Make the merchant and the account as the library does; its refusals that nothing else tells are findings.

        findings: of the checks of single settings.
        """
        told = [finding.place for finding in (*self.findings, *findings) if finding.level == BLOCKER] + self._using
        for table in self.tables:
            try:
                if table == MERCHANT:
                    self.merchant = Merchant.from_config(self.path)
                else:
                    self.account = V3Account.from_config(self.path)
            except ConfigurationError as error:
                if not any(known.startswith(table) for known in told):
                    self._note("refused", table, error)

    def _read(self, table: str, told: Mapping[str, Any]) -> None:
        kind, section, prefix = _KINDS[table]
        names = [*inspect.signature(kind).parameters]
        found: dict[str, Any] = {name: text for name in names if (text := os.environ.get(prefix + name.upper()))}
        if "platform_keys" in found:
            found["platform_keys"] = _listed(found["platform_keys"])
        given = told.get(section, {})
        if not isinstance(given, dict):
            self._found("not_a_table", table, "this must be a table of settings", f"write [{section}] above them")
            given = {}
        for name, value in given.items():
            if name not in names:
                self._found("unknown", place(table, name), "there is no such setting", "remove it, or mend its name")
            elif not isinstance(value, str) and (table == MERCHANT or name not in _NOT_TEXT):
                self._found(
                    "not_text", place(table, name), f"this must be a text, not a {type(value).__name__}",
                    "put it between quotation marks",
                )  # fmt: skip
            else:
                found[name] = self._absolute(value) if name in _PATHS else value
        known = {*found, *given}
        missing = [name for name in _NEEDED[table] if not (found.get(name) or (name in given and name not in found))]
        if not known:
            self._found(
                "missing", table, f"nothing is set: {', '.join(missing)}", "see Account Settings > API Security"
            )
            missing = []
        for name in missing:
            self._found("missing", place(table, name), "this is not set", f"set it here, or as {prefix}{name.upper()}")
        for name in _SECRETS:
            if isinstance(found.get(name), str) and found[name]:
                found[name] = Secret(found[name])
        self.tables[table] = found

    def _absolute(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._absolute(item) for item in value]
        if isinstance(value, dict):
            return {name: self._absolute(item) for name, item in value.items()}
        is_path = isinstance(value, str) and value and "-----BEGIN " not in value
        return configuration.absolute(self.path, value) if is_path else value

    def _file(self, where: str, path: str) -> bytes | None:
        try:
            return read_material(path, "this file")
        except ConfigurationError as error:
            refused = error
        self._faulty.add(path)
        try:
            if os.path.isfile(path) and os.path.getsize(path) <= _LARGEST:
                with open(path, "rb") as file:
                    data = file.read(_LARGEST)
                self.findings.append(
                    Finding("readiness.key_file.exposed", BLOCKER, where, refused.message, refused.remedy)
                )
                return data
        except OSError:
            pass
        self.findings.append(Finding("readiness.file.unreadable", BLOCKER, where, refused.message, refused.remedy))
        return None

    def _look_at_mode(self) -> None:
        holds_key = any(isinstance(value, Secret) for table in self.tables.values() for value in table.values())
        if os.name != "posix" or not holds_key:
            return
        mode = stat.S_IMODE(os.stat(self.path).st_mode)
        if mode & 0o077:
            message = f"the file holds keys and others can read it (mode {mode:04o})"
            self.findings.append(Finding("readiness.settings.exposed", WARNING, self.path, message, "chmod 600"))

    def _found(self, what: str, where: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(f"readiness.settings.{what}", BLOCKER, where, message, hint))

    def _note(self, what: str, where: str, error: ConfigurationError) -> None:
        self._found(what, where, error.message, error.remedy)


def _listed(text: str) -> Any:
    """Return what the environment's WXPAY_V2_V3_PLATFORM_KEYS lists: paths, or ids of public keys with their paths."""
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    pairs = [entry.partition("=") for entry in entries]
    named = any(entry.startswith("PUB_KEY_ID_") for entry in entries)
    return {name.strip(): path.strip() for name, _, path in pairs} if named else entries
