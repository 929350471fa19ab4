# Commands that build on one virtual environment. `make run` and `make test` set it up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup run test test-long bench ui check format lock clean

help:
	@echo "make run        the main job on the bundled replica sites"
	@echo "make test       all quick tests"
	@echo "make test-long  kills, fuzzing and backfills by the dozen"
	@echo "make bench      speed, each figure beside a named peer"
	@echo "make ui         Dagster's web interface on http://127.0.0.1:3000"
	@echo "make check      style and types"

setup: $(STAMP)

# The lock pins versions and hashes of everything; pip checks each file against them.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

run: $(STAMP)
	$(BIN)/gongkai demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-long: $(STAMP)
	$(BIN)/python -m pytest -m long --timeout 3600

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks

ui: $(STAMP)
	$(BIN)/gongkai ui

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Needs the `uv` command; the lock names no index.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --all-extras --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info
