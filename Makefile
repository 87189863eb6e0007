# Everything from a fresh clone: make demo, make test. Needs git, make, Python 3.11 or newer and npm.
.POSIX:
.PHONY: setup setup-app demo demo-reset test test-fast check bench lock chromium diagrams pictures
PY = .venv/bin/python
RUN = .venv/bin/casework-audit

setup: .venv/dev.ok static/vendor/MANIFEST.json
setup-app: .venv/app.ok static/vendor/MANIFEST.json

.venv/bin/python:
	@echo "Making a Python environment in .venv."
	@python=$$(command -v python3.11 || command -v python3); \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }; \
	if command -v uv >/dev/null; then uv venv -q --python "$$python" .venv; \
	else "$$python" -m venv .venv || { echo "On Debian or Ubuntu: sudo apt install python3.11-venv"; exit 1; }; fi

.venv/app.ok: requirements/app.lock pyproject.toml | .venv/bin/python
	@echo "Installing what the application needs from PyPI, each package checked against its hash."
	@sh tools/install.sh requirements/app.lock
	@touch $@

.venv/dev.ok: requirements/dev.lock .venv/app.ok
	@echo "Installing what the tests and checks need."
	@sh tools/install.sh requirements/dev.lock
	@touch $@

static/vendor/MANIFEST.json: package-lock.json tools/vendor_assets.py tools/vendor_assets.json | .venv/bin/python
	@echo "Fetching GOV.UK Frontend and MoJ Frontend from npm, each package checked against its hash."
	@sh tools/fetch_assets.sh
	@$(PY) -m tools.vendor_assets

demo: setup-app
	@$(RUN) demo

demo-reset: setup-app
	@$(RUN) demo --reset

chromium:
	@sh tools/chromium.sh

test: setup chromium
	@$(PY) -m pytest -n 2 --dist loadgroup -q

test-fast: setup
	@$(PY) -m pytest -n 2 --dist loadgroup -q -m "not browser and not postgres and not served"

check: setup
	@.venv/bin/ruff check -q .
	@.venv/bin/ruff format -q --check .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }
	@$(PY) -m tools.check_migrations
	@$(PY) -m tools.diagrams --check
	@echo "All checks passed."

.bench-venv/bench.ok: requirements/bench.lock | .venv/bin/python
	@sh tools/bench_venv.sh
	@touch $@

# Long, and only for looking: some half an hour, no part of check or test. `python -m benchmarks --write` also writes the table.
bench: setup-app .bench-venv/bench.ok
	@$(PY) -m benchmarks

diagrams: setup
	@$(PY) -m tools.diagrams

pictures: setup chromium
	@$(PY) -m tools.pictures

lock: setup
	@.venv/bin/pip install -q pip-tools
	@for name in app dev bench; do .venv/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --allow-unsafe --strip-extras -o requirements/$$name.lock requirements/$$name.in; done
