# Paraphe. `make` alone prints what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# The first interpreter that is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export PYTHONPATH :=
export AWS_EC2_METADATA_DISABLED := true
export SAM_CLI_TELEMETRY := 0

##@ Start here
.PHONY: help setup demo run
help:  ## Print this
	@awk 'BEGIN { FS = ":.*## " } \
	/^##@ / { printf "\n%s\n", substr($$0, 5) } \
	/^[a-z-]+:.*## / { printf "  \033[1mmake %-12s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev  ## Install everything into .venv (pinned and hashed); a second run is instant

demo: $(VENV)/.local  ## One signature request, from upload to signed PDF, on an embedded AWS
	@$(PY) -m infra.local.demo

run: $(VENV)/.local  ## The platform to click through; state is kept in .local/run
	@$(PY) -m infra.local.run

##@ Check
.PHONY: test prerequisites lint format unit coverage integration browser pictures judge bench cost soak
test: prerequisites lint unit  ## Everything below but judge, bench, cost and soak; installs what it needs where it may
	@$(MAKE) -j2 --output-sync=target integration browser  # they mostly wait: side by side
	@$(PYTHON) -m infra.local.prerequisites --report

prerequisites:  ## The judges of our PDFs and a browser: installed on Debian and Ubuntu, named elsewhere
	@test -n '$(PYTHON)' || { echo 'Paraphe needs Python 3.11 or newer on PATH (or: make PYTHON=/path/to/python).' >&2; exit 1; }
	@$(PYTHON) -m infra.local.prerequisites

lint: $(VENV)/.dev  ## Style, types, import rules, prose, dead names, template, state machine
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=functions:layers/core/src $(VENV)/bin/lint-imports --config import_rules.toml
	@$(PY) -m infra.prose
	@$(VENV)/bin/vulture
	@$(VENV)/bin/cfn-lint --non-zero-exit-code warning -t infra/template.yaml
	@AWS_DEFAULT_REGION=eu-west-3 $(VENV)/bin/sam validate --lint -t infra/template.yaml

format: $(VENV)/.dev  ## Format the code and fix what can be fixed
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

unit: $(VENV)/.dev  ## Rules and use cases, no sockets
	@$(PY) -m pytest tests/unit -n 2 --ignore tests/unit/requests/inspection $(ARGS)
	@$(PY) -m pytest tests/unit/requests/inspection -n 2 $(ARGS)  # apart: a large parent would count into its children's memory

coverage: $(VENV)/.dev  ## Which lines and branches the unit tests reach; fails under the floor in pyproject.toml
	@$(PY) -m pytest tests/unit -n 2 --ignore tests/unit/requests/inspection -q --no-header --durations=0 --durations-min=60 \
	  --cov --cov-report=term:skip-covered $(ARGS)

integration: $(VENV)/.dev  ## The deployed template on an embedded AWS
	@$(PY) -m pytest tests/integration $(ARGS)

browser: $(VENV)/.dev  ## The signers' pages in Chromium
	@$(PY) -m pytest tests/browser $(ARGS)

pictures: $(VENV)/.dev  ## Draw the pictures of the README anew, from a test run
	@PARAPHE_PICTURES=1 $(PY) -m pytest tests/browser/test_pictures.py $(ARGS)

judge: $(VENV)/.dev  ## Signed files of every kind before EU DSS (Java 17, Maven) and the other judges
	@$(PYTHON) -m infra.local.prerequisites --judge
	@$(PY) -m pytest tests/judge $(ARGS)
	@$(PYTHON) -m infra.local.prerequisites --report

bench: $(VENV)/.dev  ## Import times, signing times, sizes
	@$(PY) -m tests.benchmarks $(ARGS)

cost: $(VENV)/.local  ## What a request and an idle month cost at AWS's list prices; fails over the budget
	@$(PY) -m infra.cost

soak: $(VENV)/.dev  ## Requests without end, until Ctrl-C or ARGS="--minutes N"; before: broken files (FUZZ="--minutes N"), 10,000 API calls (CALLS="--calls N")
	@$(PY) -m tests.fuzz.pades $(FUZZ)
	@PYTHONPATH=functions:layers/core/src $(PY) -m tests.benchmarks.contract_soak $(CALLS)
	@$(PY) -m tests.benchmarks.soak $(ARGS)

##@ Ship
.PHONY: generate examples build lock clean
generate: $(VENV)/.dev  ## Write what is made: template, workflow, import rules, openapi.json, API reference, lists in docs/RULES.md
	@$(PY) -m infra.generate
	@$(PY) -m infra.openapi
	@$(PY) -m infra.reference
	@$(PY) -m infra.rules

examples: $(VENV)/.dev  ## The examples of the API's reference, from calls in memory
	@PYTHONPATH=functions:layers/core/src $(PY) -m tests.support.api_examples
	@$(MAKE) generate

build: $(VENV)/.dev  ## What `sam deploy` uploads, for arm64, into build/; prints sizes; no AWS account needed
	@$(PY) -m infra.build

lock: $(VENV)/.uv  ## Resolve requirements/*.in anew (UPGRADE=1 for the newest versions)
	@$(PY) -m infra.lock $(if $(UPGRADE),--upgrade)

clean:  ## Remove what was built, measured or run; keeps .venv
	@rm -rf build out .local .aws-sam .cache/judge .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------- installation
# Debian keeps venv's pip apart (python3-venv). Without it: a pip or a uv that is already there does as well.
$(VENV)/.uv: requirements/uv.txt
	@test -n '$(PYTHON)' || { echo 'Paraphe needs Python 3.11 or newer on PATH (or: make PYTHON=/path/to/python).' >&2; exit 1; }
	@if ! $(UV) --version >/dev/null 2>&1; then \
	  test -x $(PY) || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV); \
	  if $(PY) -m pip --version >/dev/null 2>&1; then \
	    $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt; \
	  elif $(PYTHON) -m pip --python $(PY) --version >/dev/null 2>&1; then \
	    $(PYTHON) -m pip --python $(PY) install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt; \
	  elif command -v uv >/dev/null; then \
	    uv pip install -q --python $(PY) --require-hashes -r requirements/uv.txt; \
	  else \
	    rm -rf $(VENV); \
	    echo 'This Python can not install packages. On Debian and Ubuntu: sudo apt-get install python3-venv' >&2; exit 1; \
	  fi; \
	fi
	@touch $@

$(VENV)/.local: $(VENV)/.uv requirements/local.txt requirements/core-nodeps.txt pyproject.toml
	@echo 'Installing what the platform needs ...'
	@$(UV) pip install -q --python $(PY) --require-hashes -r requirements/local.txt
	@$(UV) pip install -q --python $(PY) --require-hashes --no-deps -r requirements/core-nodeps.txt
	@$(UV) pip install -q --python $(PY) --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.local requirements/dev.txt
	@echo 'Installing the tools for checks and tests ...'
	@$(UV) pip install -q --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@
