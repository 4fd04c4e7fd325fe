#!/usr/bin/env bash
# peers.sh: the libraries whose faces compat/ has, each into a folder of its own: .peers/NAME-VERSION. The tests run
# them in processes of their own, beside ours.
#
# PYTHON is the interpreter whose pip installs them (default: .venv's, else python3). What is there already is left
# alone. Under CI=true whatever cannot be had is an error; elsewhere the tests that need it are skipped and say why.
set -uo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-}
[ -n "$python" ] || { [ -x .venv/bin/python ] && python=.venv/bin/python || python=python3; }
failed=0
wanted=$(mktemp)
trap 'rm -rf "$wanted" .peers/.new-$$' EXIT

while read -r requirement; do
    case $requirement in '' | '#'*) continue ;; esac
    pinned=${requirement%% *}
    folder=.peers/${pinned/==/-}
    [ -d "$folder" ] && continue
    echo "Installing $pinned into $folder"
    mkdir -p .peers
    echo "$requirement" >"$wanted"
    # Into a new folder that is moved last, so that a broken run is repeated. Some exist as source only.
    if "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes \
        --target ".peers/.new-$$" -r "$wanted" </dev/null; then
        mv ".peers/.new-$$" "$folder"
    else
        rm -rf ".peers/.new-$$"
        echo "peers: $pinned could not be installed; what is compared with it is skipped" >&2
        [ "${CI:-false}" != true ] || failed=1
    fi
done <requirements/peers.txt
exit $failed
