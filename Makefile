# Longtail. `make` alone prints what there is; every target works on a fresh machine without root.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help
help: # Print this list
	@grep -E '^[a-z-]+:.*#' Makefile | sed -E 's/:[^#]*#/:\t/' | expand -t 12

.PHONY: install
install: .venv/installed # Make .venv with everything for running and testing

.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Longtail needs Python 3.11.2 or newer as '$(PYTHON)'; name another with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing; Debian has it in the package python3-venv" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@# The build backend warns of every editable installation, which would only worry a newcomer.
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: install # Serve the knowledge base (port 8000) and the bot's playground (port 3000) with sample data
	@sh run.sh

.PHONY: test
test: install # Run the whole suite
	@# A file of tests stays in one process, and each process starts a PostgreSQL of its own: no more than four.
	@# By number of tests, as xdist would have it, the few long stories in a browser would come last and alone.
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: coverage
coverage: install # Run the whole suite and say which branches it never takes; that takes twice as long
	$(MAKE) test ARGS="--cov --cov-report=term:skip-covered $(ARGS)"

.PHONY: check
check: install # Lint, formatting, types, import contracts, the shipped content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tiering check content
	$(BIN)/kb check content

.PHONY: bench
bench: install # Measure speed and quality against baselines in the same run
	$(BIN)/python -m bench $(ARGS)

.PHONY: lock
lock: install # Resolve requirements.lock anew, for the oldest Python we support
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --no-annotate --allow-unsafe --output-file requirements.lock pyproject.toml

.PHONY: clean
clean: # Remove what make made, the record in var/ included
	rm -rf .venv var build *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
