#!/usr/bin/env bash
# test_dependencies.sh: what a few tests need from outside Python: a headless Chromium with its driver (the payer's
# page), a PostgreSQL server (the ledger on another database), Java (Apache Spark), and an npm client (someone
# else's code against ours).
#
# Installs only what is missing. System packages need root and apt-get; elsewhere the tests that need them are skipped
# and say why. Under CI=true whatever cannot be had is an error, because there a skip is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
strict=${CI:-false}
failed=0

give_up() {
    echo "test_dependencies: $1" >&2
    [ "$strict" != true ] || failed=1
}

has() { command -v "$1" >/dev/null 2>&1; }
has_chromium() { has chromium || has chromium-browser || has google-chrome; }
has_postgresql() { has initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; }

missing=()
has_chromium || missing+=(chromium)
has chromedriver || missing+=(chromium-driver)
has_postgresql || missing+=(postgresql)
has node || missing+=(nodejs)
has npm || has node || missing+=(npm)
has java || missing+=(default-jre-headless)

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && has apt-get; then
        echo "Installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        { apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            give_up "apt-get could not install ${missing[*]}"
        }
        rm -f "$log"
    else
        give_up "not installed: ${missing[*]} (not root on a Debian-like machine); the tests that need them are skipped"
    fi
fi

# The client is installed from a lock whose entries carry hashes and no registry, so any registry will do.
peers=tests/peers/npm
if ! cmp -s $peers/package-lock.json .npm-peers/package-lock.json || [ ! -d .npm-peers/node_modules ]; then
    if has npm; then
        rm -rf .npm-peers && mkdir .npm-peers && cp $peers/package.json .npm-peers/
        if (cd .npm-peers && cp ../$peers/package-lock.json . && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null); then
            :
        else
            rm -rf .npm-peers
            give_up "npm could not install wechatpay-axios-plugin; its tests are skipped"
        fi
    else
        give_up "npm is not installed; the tests of wechatpay-axios-plugin are skipped"
    fi
fi
exit $failed
