# Forum Industriepolitik. `make` alone lists the targets.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run setup check test test-sqlite test-slow test-postgres test-browser lint format bench migration messages lock wheel clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp  ## Run the demo on 127.0.0.1:8000 (PORT=…, DATA=folder)
	@FORUM_DATA="$(DATA)" FORUM_NOW="$${FORUM_NOW-2017-08-17T10:00}" FORUM_BASE_URL="$${FORUM_BASE_URL-http://127.0.0.1:$(PORT)}" $(BIN)/python -m forum run --port $(PORT)

setup: $(VENV)/dev.stamp  ## Install all that development needs

lint: $(VENV)/dev.stamp  ## ruff, mypy, import contracts, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

test-sqlite: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m "not browser and not slow" -n 2

test-slow: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m "slow and not browser" -n 2

check: lint test-sqlite  ## Lint and the suite on SQLite (about three minutes on two idle cores)

test-postgres: $(VENV)/dev.stamp
	TEST_ENGINE=postgresql $(BIN)/python -m pytest -m "not browser" -n 2

test-browser: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m browser

test: check test-slow test-postgres test-browser  ## All that CI runs: check, PostgreSQL, Chromium

format: $(VENV)/dev.stamp  ## Format and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp  ## Measure, each figure beside the limit of the same run
	$(BIN)/python -m tools.bench

migration: $(VENV)/dev.stamp  ## Write a migration from the models: make migration m="what changes"
	$(BIN)/flask --app wsgi db migrate -m "$(m)"

lock: $(VENV)/dev.stamp  ## Lock the dependencies anew, with hashes and without addresses
	tools/lock.sh

wheel: $(VENV)/dev.stamp  ## Build the wheel: templates, static files, content, migrations inside
	$(BIN)/python -m hatchling build -t wheel

clean:  ## Remove what was built; the data folder stays
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
