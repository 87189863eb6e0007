# Installs a lock file into .venv, every package checked against its hash, and the command casework-audit.
set -eu
if command -v uv >/dev/null; then
  VIRTUAL_ENV=.venv uv pip install -q --require-hashes -r "$1"
  VIRTUAL_ENV=.venv uv pip install -q --no-deps --no-build-isolation -e .
else
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
fi
