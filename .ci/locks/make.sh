#!/usr/bin/env bash
# Write the locks anew from pyproject.toml: exact versions with checksums, for every Python that is supported.
set -euo pipefail
cd "$(dirname "$0")/../.."
compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$@"; }
printf 'hatchling==1.27.0\neditables==0.5\n' > .ci/locks/build.in
compile pyproject.toml .ci/locks/build.in -o .ci/locks/run.txt
compile pyproject.toml --extra test .ci/locks/build.in -o .ci/locks/test.txt
rm .ci/locks/build.in
