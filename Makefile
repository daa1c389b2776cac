# All a newcomer needs: `make run` and `make test`. Both want Python 3.11 or newer and make, nothing else.
# The first use installs the pinned packages into .venv; later ones only when a lock file has changed.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
RUN := .venv/installed-run
DEV := .venv/installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL_ISSUER := $(PIP) install --no-deps --no-build-isolation --editable .
ARGS ?=
# One more than two cores can serve: some tests wait, for a page that saves by itself or for a process that is killed.
WORKERS ?= 3

# Compiled modules are kept, whatever the environment says: every process of the tests would compile them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check lint format tour bench bench-pages lock clean
.DELETE_ON_ERROR:

help:
	@echo 'make run     the service with demo people on http://localhost:8000 (PORT, PUBLIC_URL, DATA_DIR change that)'
	@echo 'make test    all tests; ARGS="-k status" picks some'
	@echo 'make check   format, lint, types and floors, then all tests'
	@echo 'make tour    one badge from evidence to verified, over HTTP'
	@echo 'make bench   our speed beside that of others, in one run; ARGS="--readme README.md" puts it there'
	@echo 'make bench-pages  size and speed of every page with 10,000 submissions'
	@echo 'make format  put the code into its format'
	@echo 'make lock    choose new versions of all packages'
	@echo 'make clean   remove what make has made, but not data/'

run: $(RUN)
	@case "$${PUBLIC_URL:-http://localhost}" in \
		http://localhost* | http://127.* | http://\[::1\]*) DEMO="$${DEMO:-on}" ;; \
	esac; \
	exec env DEMO="$${DEMO:-}" $(BIN)/python -m issuer serve

test: $(DEV)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: lint test

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

tour: $(DEV)
	$(BIN)/python tests/tour.py

bench: $(DEV)
	PYTHONPATH=tests/support $(BIN)/python -m tests.bench --out build/bench.json $(ARGS)

bench-pages: $(DEV)
	PYTHONPATH=tests/support $(BIN)/python -m tests.bench.pages $(ARGS)

# Universal: the same lock serves every supported Python, x86_64 and aarch64; versions and hashes, no addresses.
COMPILE := build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build pyproject.toml
lock:
	@$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install --upgrade uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

$(RUN): requirements.lock pyproject.toml | $(BIN)/pip
	@echo 'Installing the packages that the service needs into .venv'
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(INSTALL_ISSUER)
	@touch $@

$(DEV): requirements.lock requirements-dev.lock pyproject.toml | $(BIN)/pip
	@echo 'Installing the packages that service and tests need into .venv'
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@$(INSTALL_ISSUER)
	@touch $@ $(RUN)

$(BIN)/pip:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) cannot make virtual environments: install its venv package' >&2; \
		echo '(Debian and Ubuntu: apt-get install python3-venv; Fedora has it already).' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
