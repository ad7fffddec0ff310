#!/usr/bin/env bash
# Everything that `make demo` (run) or `make test` (test) needs: system packages, a virtual environment from the lock, the
# program itself, and its kernels compiled, so that the first run does not stall. Doing it again costs nothing.
#
#     .ci/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
for_what=${1:-run}
environment=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

# -- system packages: graphics for the window; a virtual screen and a sound server for machines without ------------------
packages="python3-venv libgl1 libegl1 libgl1-mesa-dri"
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$for_what" = test ]; then packages="$packages xvfb xauth"; fi
if [ "$for_what" = test ]; then packages="$packages pulseaudio pulseaudio-utils xdotool"; fi
missing=""
if command -v dpkg-query >/dev/null; then
  for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
fi
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo"; else root="none"; fi
  if [ "$root" = none ]; then
    say "system packages are missing; install them with: sudo apt-get install -y$missing"
  else
    say "installing system packages:$missing"
    $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null ||
      say "system packages could not be installed; try: sudo apt-get install -y$missing"
  fi
fi

# -- Python -------------------------------------------------------------------------------------------------------------
python=""
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  say "Python 3.11 or newer is needed; install it with: sudo apt-get install -y python3 python3-venv"
  exit 2
fi
[ -x "$environment/bin/python" ] || "$python" -m venv "$environment"
wanted=$(cat ".ci/locks/$for_what.txt" pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat "$environment/.installed-$for_what" 2>/dev/null)" != "$wanted" ]; then
  say "installing the locked packages (some minutes the first time) ..."
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r ".ci/locks/$for_what.txt"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  printf '%s' "$wanted" > "$environment/.installed-$for_what"
fi
# Compiled for Python too, also where the environment tells Python to write nothing of that beside the sources while it runs.
"$environment/bin/python" -m compileall -q runform_live || true
"$environment/bin/python" -m runform_live.gait.compile
