#!/usr/bin/env bash
# lock.sh: renew requirements/*.txt, for every Python from 3.10 on and every platform, each file with its hashes.
#
# One file per purpose. Markers choose among versions where the newest one has left an older Python behind. The locks
# agree with one another, because the small ones are resolved under the big one; setuptools is in them because the
# package is built without isolation.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv-lock/bin/uv ] || { "${PYTHON:-python3}" -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }

compile() {
    local name=$1
    shift
    .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" --output-file "requirements/$name.txt" "$@"
}

extras() { printf -- '--extra %s ' "$@"; }

rm -f requirements/{dev,demo,bench}.txt
# shellcheck disable=SC2046
compile dev setup.cfg requirements/build.in $(extras async cli simulator booking django flask parquet telemetry migration spark dev)
# shellcheck disable=SC2046
compile demo setup.cfg requirements/build.in $(extras cli simulator) --constraint requirements/dev.txt
# shellcheck disable=SC2046
compile bench setup.cfg benchmarks/requirements.txt $(extras async cli simulator) --constraint requirements/demo.txt
