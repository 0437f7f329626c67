# Everything a person does with this project. `make` alone explains the targets.
# Needs Python 3.11 or newer and GNU Make 3.81 or newer; Linux and macOS.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
CODE := domain projections crm api tests

# Overridable: make run PYTHON=/path/to/python3.12 (used when .venv is made; `make clean` first
# to change the Python of an existing one).
PYTHON ?=
# Overridable: make test ARGS="tests/test_house.py -k docstring"
ARGS ?=
# Overridable: make lock UPGRADE=--upgrade (all), or UPGRADE="--upgrade-package fastapi" (one).
UPGRADE ?=

# Tests marked slow take minutes: run in CI, and by hand with CRM_SLOW=1.
SLOW := $(if $(filter true,$(CI))$(filter 1,$(CRM_SLOW)),,-m "not slow")

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: help run test lint bench lock clean

help: ## say what each target does
	@echo "Usage: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Options: PYTHON=python3.12 (which Python makes .venv), ARGS='...' (more for pytest or"
	@echo "the benchmarks), CRM_SLOW=1 (slow tests too), UPGRADE=--upgrade (newest versions for lock)."

run: $(VENV)/.ready ## start the CRM with sample data; the first time makes .venv
	@$(BIN)/crm demo
	@exec $(BIN)/crm serve

test: $(VENV)/.ready-dev ## run the tests (slow ones only with CI=true or CRM_SLOW=1)
	$(BIN)/python -m pytest $(SLOW) $(ARGS)

lint: $(VENV)/.ready-dev ## check style, format, types and who imports whom
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev ## run the benchmarks
	$(BIN)/python -m tests.bench $(ARGS)

# UV_NO_CONFIG: a personal configuration must not decide what everybody installs.
LOCK := UV_NO_CONFIG=1 $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --annotation-style line \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml --extra build

# Not of .ready-dev: what pyproject.toml names anew is in no lock yet.
$(BIN)/uv:
	@$(MAKE) $(VENV)/.ready-dev

lock: $(BIN)/uv ## write both lock files from pyproject.toml
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraints requirements.lock --output-file requirements-dev.lock
	@if grep -nE '://|^-|@ |file:' requirements.lock requirements-dev.lock; then \
		echo "lock: the lines above name an address or a path of this machine" >&2; exit 1; fi

clean: ## remove .venv and everything a tool made; the stored data stays
	rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis .schemathesis
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# ------------------------------------------------------------------------------ how .venv is made
# .ready and .ready-dev are stamps: made again when their lock or pyproject.toml changes. The dev
# lock holds everything of the run-time lock in the same versions, so both live in one .venv, the
# second install only adds, and neither removes anything. The locks are whole, so pip installs what
# they name and resolves nothing (--no-deps): left to resolve, older pips ask for the newest
# release of a package another wants with an extra, lock or no lock. `pip check` then says whether
# anything is missing.

# A .venv whose Python has gone (moved, upgraded away) is made again, so its stamps say nothing.
GONE := $(shell test -x $(BIN)/python || rm -f $(VENV)/.ready $(VENV)/.ready-dev)

$(BIN)/python:
	@py="$(PYTHON)"; \
	new_enough() { command -v "$$1" >/dev/null 2>&1 && \
		"$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
	if [ -n "$$py" ]; then \
		new_enough "$$py" || { \
			echo "PYTHON=$$py is not a Python 3.11 or newer." >&2; exit 1; }; \
	else \
		for name in python3.13 python3.12 python3.11 python3 python; do \
			if new_enough "$$name"; then py="$$name"; break; fi; \
		done; \
	fi; \
	if [ -z "$$py" ]; then \
		echo "Python 3.11 or newer is needed and none was found: install it, or say where it is with PYTHON=/path/to/python3." >&2; \
		exit 1; \
	fi; \
	if ! "$$py" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		v=$$("$$py" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$py has no venv module: run 'apt-get install python$$v-venv' (Debian, Ubuntu) and call make again." >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$py" --version); this is done once and takes about a minute."; \
	"$$py" -m venv --clear $(VENV)

$(VENV)/.ready: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing requirements.lock into $(VENV)"
	@$(PIP) --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@

$(VENV)/.ready-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "Installing requirements-dev.lock into $(VENV)"
	@$(PIP) --no-deps --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check --disable-pip-version-check
	@touch $(VENV)/.ready $@
