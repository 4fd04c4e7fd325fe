#!/usr/bin/env bash
# environment.sh FOLDER LOCK [EXTRAS]: a virtual environment in FOLDER with the versions of requirements/LOCK.txt,
# and, when EXTRAS are named, this package in editable mode. Writes FOLDER/LOCK.stamp last, so that a broken run is repeated.
#
# PYTHON chooses the interpreter. LOCKED=no takes the newest versions that setup.cfg allows, for an index that lacks the
# locked files or to see what tomorrow brings.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
folder=$1 lock=$2 extras=${3:-}

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

interpreter() {
    if [ -n "${PYTHON:-}" ]; then
        suitable "$PYTHON" && { echo "$PYTHON"; return; }
        echo "PYTHON=$PYTHON is not Python 3.10 or newer: $("$PYTHON" --version 2>&1 || true)" >&2
        return 1
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python3.10 python; do
        suitable "$candidate" && { echo "$candidate"; return; }
    done
    echo "No Python 3.10 or newer found (python3 is: $(python3 --version 2>&1 || true))." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2
    return 1
}

# An environment whose interpreter was removed, or that broke half-way, is made anew.
if ! suitable "$folder/bin/python" || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(interpreter)
    echo "Making $folder with $("$python" --version)"
    if ! "$python" -m venv --clear "$folder"; then
        echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi

pip() { "$folder/bin/python" -m pip "$@"; }

trap 'echo "If your package index lacks a locked file: make LOCKED=no ... takes the newest versions instead." >&2' ERR

echo "Installing into $folder (the first time takes a minute)"
if [ "${LOCKED:-yes}" = no ] && [ -n "$extras" ]; then
    pip install --quiet --upgrade --editable ".[$extras]"
else
    pip install --quiet --require-hashes -r "requirements/$lock.txt"
    # No build isolation: what builds the package is locked like everything else.
    [ -z "$extras" ] || pip install --quiet --no-deps --no-build-isolation --editable .
fi
touch "$folder/$lock.stamp"
