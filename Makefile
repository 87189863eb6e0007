# Everything from a fresh clone: make demo, make test. Needs git, make, Python 3.11 or newer and npm.
.POSIX:
.PHONY: help setup setup-app demo demo-reset test test-fast test-long check bench bench-quick lock chromium diagrams pictures
PY = .venv/bin/python
RUN = .venv/bin/casework-audit
# What Python and pytest have read once they keep, whatever the machine says elsewhere: reading the tests takes ten seconds.
PYTEST = PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist loadgroup -q

help: ## list what there is to run
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: .venv/dev.ok static/vendor/MANIFEST.json ## install everything, tests and checks included
setup-app: .venv/app.ok static/vendor/MANIFEST.json ## install what the application needs

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

demo: setup-app ## set up and run the demonstration; again: resume it
	@$(RUN) demo

demo-reset: setup-app ## start the demonstration over
	@$(RUN) demo --reset

chromium: ## install the browser of the tests
	@sh tools/chromium.sh

test: setup chromium ## the whole suite, in a real browser and on a real PostgreSQL too
	@$(PYTEST)

test-fast: setup ## the tests without browser, PostgreSQL and servers
	@$(PYTEST) -m "not browser and not postgres and not served"

test-long: setup ## what needs hours: moves, kills, races, draws, attacks, mutations; CASEWORK_AUDIT_LONG=0.1: a tenth
	@$(PY) -m tools.long_tests

check: setup ## lint, types, rooms, migrations, diagrams
	@.venv/bin/ruff check -q .
	@.venv/bin/ruff format -q --check .
	@$(PY) -m tools.check_house
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }
	@$(PY) -m tools.check_migrations
	@$(PY) -m tools.diagrams --check
	@echo "All checks passed."

.bench-venv/bench.ok: requirements/bench.lock | .venv/bin/python
	@sh tools/bench_venv.sh
	@touch $@

bench: setup .bench-venv/bench.ok ## measure speed against ceilings (docs/benchmarks.md), some half an hour
	@$(PY) -m benchmarks

bench-quick: setup ## the same in two minutes, without the largest sizes: before and after every change
	@$(PY) -m benchmarks --quick

diagrams: setup ## write docs/states.md from the tables of moves
	@$(PY) -m tools.diagrams

pictures: setup chromium ## take the guides' pictures from the demonstration
	@$(PY) -m tools.pictures

lock: setup ## resolve requirements/*.in anew into lock files
	@.venv/bin/pip install -q pip-tools
	@for name in app dev bench; do .venv/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --allow-unsafe --strip-extras -o requirements/$$name.lock requirements/$$name.in; done
