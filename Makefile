# Two commands do everything on a fresh machine: `make demo` and `make test`. Both set up .venv from the lock file by themselves.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: demo test torture sizes mutations pictures check lint types contracts bench lock clean

demo: $(READY)
	$(BIN)/leadbridge demo

# The tests wait more than they compute: two for each processor, at most eight, since each may grow to 2 GB. Who is done takes over from others.
TESTERS ?= $(shell $(PYTHON) -c "import os; print(min(8, 2 * (os.cpu_count() or 1)))")
# Bytecode is kept even where the shell forbids it: each tester collects everything, and each process that a test begins imports it anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY)
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal

# Kills, faults and chance; the figures go into docs/reliability.md. So many on each database, beginning with this seed, none begun after so long.
POINT ?= 250
RANDOM ?= 5000
SEED ?= 1
MINUTES ?= 240
WORKERS ?= 2
TORTURE = $(BIN)/python tests/torture/run.py
BOTH = --database both --workers $(WORKERS) --seed $(SEED) --minutes $(MINUTES)
torture: $(READY) sizes
	$(TORTURE) kills --a-point $(POINT) $(BOTH)
	$(TORTURE) migrations --a-point $(POINT) $(BOTH)
	$(TORTURE) bulk --a-point $(POINT) $(BOTH)
	$(TORTURE) ends --trials $(POINT) $(BOTH)
	$(TORTURE) alone --chapters 8 $(BOTH)
	$(TORTURE) pairs --chapters 64 --database sqlite --workers $(WORKERS) --minutes $(MINUTES)
	$(TORTURE) random --trials $(RANDOM) $(BOTH)
	$(TORTURE) report

# Tests that are small in `make test`, at the size the list of failures asks.
SIZED = tests/torture/test_in_numbers.py tests/torture/test_backfills.py tests/stages/test_sqlite_file.py
sizes: $(READY)
	FULL_SIZE=1 $(BIN)/python -m pytest -s -n 0 $(SIZED)
	FULL_SIZE=1 $(BIN)/python -m pytest -s -n 0 tests/connectors/hubspot/test_hubspot_changes.py tests/journeys/test_journey_troubles.py -k "late or by_the_sweep"

# Each guard is switched off in a copy; the test named for it must go red.
mutations: $(READY)
	$(BIN)/python tests/torture/mutations.py

# The pictures of the documentation, from the code as it is.
PICTURED = larkspurfreight.com
pictures: $(READY)
	$(BIN)/leadbridge demo --folder var/pictures --picture docs/demo.svg
	$(BIN)/leadbridge handoffs show $(PICTURED) --home var/pictures --svg docs/handoff-chart.svg --picture docs/handoff-brief.svg
	$(BIN)/leadbridge sandbox stop --home var/pictures

check: lint types contracts

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks

# Every package with its hash; nothing is taken that the lock file does not name.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('leadbridge needs Python 3.11 or newer, this is ' + sys.version.split()[0]) if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# For maintainers: needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-header --extra dev --python-version 3.11 pyproject.toml --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --constraint requirements.lock pyproject.toml --output-file requirements-runtime.lock
	echo hatchling | uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --constraint requirements.lock - --output-file requirements-build.lock

clean:
	rm -rf $(VENV) demo dist .pytest_cache .mypy_cache .ruff_cache
