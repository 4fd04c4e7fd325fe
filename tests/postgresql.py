"""A PostgreSQL server for one test run: fresh data, a socket in a private folder, no port, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = "postgres"


def unavailable() -> str:
    """Why no server can be run here; "" when one can."""
    if not (_program("initdb") and _program("pg_ctl")):
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and subprocess.run(["id", USER], capture_output=True, check=False).returncode:
        return f"PostgreSQL does not run as root, and there is no user {USER} to run it as"
    return ""


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Yield the SQLAlchemy URL of a running server with one empty database. durable: it waits for the disk."""
    user = USER if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="wxpay-pg-") as folder:
        data = f"{folder}/data"
        if user:
            shutil.chown(folder, user)
        run: dict[str, Any] = {"user": user, "cwd": folder, "check": True, "capture_output": True}
        subprocess.run(
            [_program("initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], **run
        )
        options = f"-c listen_addresses= -c unix_socket_directories={folder}{'' if durable else ' -c fsync=off'}"
        control = [_program("pg_ctl"), "-D", data, "-w", "-t", "60", "-l", f"{folder}/log"]
        subprocess.run([*control, "-o", options, "start"], **run)
        try:
            yield f"postgresql+psycopg://{USER}@/{USER}?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **run)


def _program(name: str) -> str:
    """Where the program is, "" when it is nowhere. Debian keeps it out of PATH, in a folder per version: the newest."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    return shutil.which(name) or (str(versions[-1]) if versions else "")
