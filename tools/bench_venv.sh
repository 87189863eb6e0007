# Installs what the benchmarks compare with into .bench-venv, every package checked against its hash; the product needs none of it.
set -eu
if command -v uv >/dev/null; then
  [ -x .bench-venv/bin/python ] || uv venv -q --python .venv/bin/python .bench-venv
  VIRTUAL_ENV=.bench-venv uv pip install -q --require-hashes -r requirements/bench.lock
else
  [ -x .bench-venv/bin/python ] || .venv/bin/python -m venv .bench-venv
  .bench-venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.lock
fi
