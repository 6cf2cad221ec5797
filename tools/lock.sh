#!/bin/sh
# Lock the dependencies: hashes for every platform and Python, and no index address in the file.
set -eu
cd "$(dirname "$0")/.."
common="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --extra postgres --extra redis"
.venv/bin/uv pip compile $common pyproject.toml -o requirements.lock "$@"
.venv/bin/uv pip compile $common --group test --group lint pyproject.toml -o requirements-dev.lock "$@"
! grep -n '://' requirements.lock requirements-dev.lock
