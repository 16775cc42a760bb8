# Two commands do everything on a fresh machine: `make demo` and `make test`. Both set up .venv from the lock file by themselves.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: demo test check lint types contracts bench lock clean

demo: $(READY)
	$(BIN)/leadbridge demo

test: $(READY)
	$(BIN)/python -m pytest

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
