#!/bin/sh
# Makes the checkout ready: a Python environment in .venv with exactly the packages of requirements.lock, and the system's libraries.
# Run it as often as you like; what is there already is left alone.
#
#   tools/setup.sh         everything, for working on the project (also Chromium, poppler, nginx and strace, for the tests)
#   tools/setup.sh run     what the program itself needs
set -eu
cd "$(dirname "$0")/.."

scope=${1:-all}
venv=.venv
stamp=$venv/setup-stamp
uv_version=0.13.9

say() { printf '%s\n' "$*"; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

case $scope in
    all | run) ;;
    *) stop "say nothing (everything) or: run" ;;
esac

if command -v apt-get >/dev/null 2>&1; then system=debian
elif command -v brew >/dev/null 2>&1; then system=homebrew
elif command -v dnf >/dev/null 2>&1; then system=fedora
elif command -v pacman >/dev/null 2>&1; then system=arch
else system=other
fi

browser=chromium
# There the package of that name is called differently.
if grep -qs '^ID=ubuntu' /etc/os-release; then browser=chromium-browser; fi

# Sets `admin` to the word that makes a command run as root; fails where that would need a password.
may_install() {
    admin=
    [ "$(id -u)" = 0 ] && return 0
    admin="sudo -n"
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    $admin apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    # The list of packages may be empty or too old.
    # shellcheck disable=SC2086
    $admin apt-get update -qq >/dev/null && $admin apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# --- Python -------------------------------------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

no_python() {
    case $system in
        debian) stop "Python 3.11 or newer is needed. Run: sudo apt-get install -y python3 python3-venv   (or name one: PYTHON=/path/to/python3 make setup)" ;;
        homebrew) stop "Python 3.11 or newer is needed. Run: brew install python@3.13" ;;
        *) stop "Python 3.11 or newer is needed. Install it, or name one: PYTHON=/path/to/python3 make setup" ;;
    esac
}

make_venv() {
    python=$(find_python) || no_python
    say "Making $venv with $("$python" --version) ..."
    "$python" -m venv "$venv" >/dev/null 2>&1 && return 0
    rm -rf "$venv"
    [ "$system" = debian ] || stop "$python cannot make environments (its module venv is missing or broken)."
    may_install || stop "$python cannot make environments. Run: sudo apt-get install -y python3-venv"
    apt_install python3-venv || stop "python3-venv could not be installed. Run: apt-get update && apt-get install -y python3-venv"
    "$python" -m venv "$venv" || stop "$python cannot make environments, even with python3-venv."
}

fingerprint() { cat requirements.lock pyproject.toml tools/setup.sh | cksum; }

if [ ! -x "$venv/bin/screening" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$(fingerprint)" ]; then
    if [ ! -x "$venv/bin/python" ] || ! is_new_enough "$venv/bin/python"; then
        rm -rf "$venv"
        make_venv
    fi
    say "Installing the packages of requirements.lock ..."
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version" || stop "uv could not be installed. Is there a network?"
    VIRTUAL_ENV=$PWD/$venv "$venv/bin/uv" pip install --quiet --require-hashes -r requirements.lock
    # hatchling is in the lock: nothing else is fetched for building.
    VIRTUAL_ENV=$PWD/$venv "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e .
    fingerprint >"$stamp"
fi

# --- System libraries: text layout for the PDFs; for the tests also a browser and tools that look into PDFs and processes -----------

has_layout() {
    "$venv/bin/python" - <<'PYTHON' >/dev/null 2>&1
import ctypes
import os
import sys

names = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
if sys.platform == "darwin":
    folders = ("/opt/homebrew/lib", "/usr/local/lib")
    sys.exit(not all(any(os.path.exists(f"{folder}/lib{name}.0.dylib") for folder in folders) for name in names))
for name in names:
    ctypes.CDLL(f"lib{name}.so.0")
PYTHON
}

has_browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    [ -d "/Applications/Chromium.app" ] || [ -d "/Applications/Google Chrome.app" ]
}

missing=
need() {
    case $system in
        debian) missing="$missing $1" ;;
        homebrew) missing="$missing $2" ;;
        fedora) missing="$missing $3" ;;
        arch) missing="$missing $4" ;;
        *) missing="$missing $1" ;;
    esac
}

look() {
    missing=
    has_layout || need "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" "pango" "pango harfbuzz" "pango"
    [ "$scope" = run ] && return 0
    has_browser || need "$browser" "chromium" "chromium" "chromium"
    command -v pdftoppm >/dev/null 2>&1 || need "poppler-utils" "poppler" "poppler-utils" "poppler"
    # A queue that wakes workers; the tests start one of their own.
    command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1 ||
        need "redis-server" "redis" "valkey" "valkey"
    # The proxy of the documented deployment; the tests start one with that configuration.
    command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || need "nginx-light" "nginx" "nginx" "nginx"
    # Shows what the process that sets documents asks of the system; there is none for macOS.
    [ "$system" = homebrew ] || command -v strace >/dev/null 2>&1 || need "strace" "" "strace" "strace"
}

# The one line for somebody who has to type it.
by_hand() {
    case $system in
        debian) say "sudo apt-get install -y$missing" ;;
        homebrew) say "brew install$missing" ;;
        fedora) say "sudo dnf install -y$missing" ;;
        arch) say "sudo pacman -S --needed$missing" ;;
        *) say "(with your system's packager)$missing" ;;
    esac
}

look
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    case $system in
        debian) ! may_install || { say "Installing$missing ..."; apt_install $missing || true; } ;;
        homebrew) say "Installing$missing ..."; brew install --quiet $missing || true ;;
    esac
    look
fi
if [ -n "$missing" ]; then
    say "Still needed from your system; run:" >&2
    by_hand >&2
    # Without them the program runs; PDFs say what is missing.
    [ "$scope" = run ] || exit 1
fi
