# `make gaps` and `make test` set up whatever is missing and run. `make help` lists the rest.
# Needed on the machine: Python 3.11 or newer, git and make. Another Python: make PYTHON=python3.12 gaps

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEEL_VENV := .venv-wheel
WHEEL_BIN := $(WHEEL_VENV)/bin
PIP := -m pip -qq --disable-pip-version-check
PIP_TOOLS := pip-tools==7.6.2
CODE := api graph ingest tests

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help gaps serve test check pytest long format install docs wheel wheel-test audit sbom lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

gaps: $(VENV)/.installed  ## the main job: load the data, derive the gaps in interchangeability and print them
	@$(BIN)/stanagraph release build
	@echo
	@$(BIN)/stanagraph gaps

serve: build/.documentation  ## start the HTTP service
	@$(BIN)/stanagraph serve

test: check pytest  ## make check, then the tests, without those that take minutes

check: $(VENV)/.installed  ## format, lint, types and the directions of imports
	@echo "ruff format --check" && $(BIN)/ruff format --quiet --check . || { echo "make format mends this" >&2; exit 1; }
	@echo "ruff check" && $(BIN)/ruff check --quiet .
	@echo "mypy --strict" && $(BIN)/mypy --no-error-summary $(CODE)
	@echo "lint-imports" && out=$$($(BIN)/lint-imports 2>&1) || { echo "$$out"; exit 1; }

pytest: build/.documentation  ## only the tests, without make check
	@echo "pytest" && $(BIN)/pytest --numprocesses auto -m "not long"

long: build/.documentation  ## the tests that take minutes: builds that are killed, starved and damaged
	@echo "pytest -m long" && $(BIN)/pytest --numprocesses auto -m long

format: $(VENV)/.installed  ## format the code and mend what ruff can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

install: $(VENV)/.installed  ## only set up .venv

docs: build/.documentation  ## generate the documentation of the ontology into build/documentation

wheel: build/.documentation  ## build the wheel into dist/
	@echo "Building the wheel" && rm -rf dist
	@$(BIN)/python $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

# The tests run from their own folder, without any source root on the path: what they import is the wheel.
wheel-test: wheel $(WHEEL_VENV)/.dependencies  ## run the tests against the installed wheel
	@echo "Installing the wheel into $(WHEEL_VENV)"
	@$(WHEEL_BIN)/python $(PIP) install --no-deps --force-reinstall dist/*.whl
	@echo "pytest, against the installed wheel"
	@cd tests && STANAGRAPH_TEST_INSTALLED=1 STANAGRAPH_HOME="$(CURDIR)/$(WHEEL_VENV)/home" \
		"$(CURDIR)/$(WHEEL_BIN)/pytest" --numprocesses auto .

# --strict: a dependency that nobody could look up is not a dependency without known holes.
audit: $(VENV)/.installed  ## look up the locked dependencies among known vulnerabilities (asks PyPI)
	@echo "pip-audit" && $(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.lock

sbom: $(VENV)/.installed  ## write what the locked dependencies are into dist/stanagraph.cdx.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file dist/stanagraph.cdx.json
	@echo "dist/stanagraph.cdx.json"

lock: $(VENV)-lock/.installed  ## resolve the dependencies again into requirements.lock
	@echo "Resolving the dependencies"
	@CUSTOM_COMPILE_COMMAND="make lock" $(VENV)-lock/bin/pip-compile --quiet --upgrade --extra dev --extra docs --extra otel --all-build-deps --allow-unsafe --generate-hashes \
		--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file requirements.lock pyproject.toml

clean:  ## remove everything that make created
	@rm -rf $(VENV) $(WHEEL_VENV) $(VENV)-lock .stanagraph build dist .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis

# Folders are listed too: one is newer when a file in it has come or gone.
DOCUMENTED = ontology queries api/stanagraph/api/documentation api/stanagraph/api/server/templates/atlas.css \
	graph/stanagraph/graph/names.py graph/stanagraph/graph/catalogue.py
build/.documentation: $(VENV)/.installed $(shell find $(DOCUMENTED) -name __pycache__ -prune -o -print)
	@echo "Generating the documentation of the ontology into build/documentation"
	@$(BIN)/stanagraph ontology docs >/dev/null
	@touch $@

# Set-up. Each stamp is newer than what it was made from, so a second run has nothing to do.

$(VENV)/.installed: $(VENV)/.dependencies pyproject.toml
	@echo "Installing stanagraph into $(VENV)"
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# setuptools goes first: it builds the one dependency that is published as source only.
$(VENV)/.dependencies $(WHEEL_VENV)/.dependencies: requirements.lock
	@command -v $(PYTHON) >/dev/null || { \
		echo "Stanagraph needs Python 3.11 or newer, and there is no $(PYTHON). Name yours: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Stanagraph needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Creating $(@D) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(@D) || { \
		echo "Could not create $(@D). On Debian and Ubuntu, the package python3-venv is needed." >&2; exit 1; }
	@echo "Installing the locked dependencies into $(@D) (about a minute)"
	@sed -n '/^setuptools==/,/# via/p' requirements.lock > $(@D)/setuptools.lock
	@$(@D)/bin/python $(PIP) install --require-hashes -r $(@D)/setuptools.lock
	@$(@D)/bin/python $(PIP) install --require-hashes --no-build-isolation -r requirements.lock
	@touch $@

$(VENV)-lock/.installed: Makefile
	@echo "Creating $(VENV)-lock with $(PIP_TOOLS)"
	@$(PYTHON) -m venv --clear $(VENV)-lock
	@$(VENV)-lock/bin/python $(PIP) install $(PIP_TOOLS)
	@touch $@
