# Everything here needs only Python (3.11 or later) and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
RUN    := $(BIN)/neocloud-mc

# Tests and benchmarks share one compiled kernel in the tree; `make run` uses the user's cache.
CACHE  := NUMBA_CACHE_DIR=$(CURDIR)/.cache

SCENARIO ?= scenarios/neoclouds.yaml
PATHS    ?= 1_000_000
SHIPPED  := $(filter-out %/market.yaml %/customers.yaml,$(wildcard scenarios/*.yaml))
STRESS_PATHS ?= 100_000

.DEFAULT_GOAL := help
.PHONY: help record run stress test test-slow coverage mutations lint format bench golden clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-zA-Z%/._-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
		awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(READY) ## default probabilities of the six systems, from 1,000,000 joint paths
	$(RUN) run $(SCENARIO) --paths $(PATHS)

stress: $(READY) ## the six systems in every stress of scenarios/stress, on the same draws
	$(RUN) compare scenarios/neoclouds.yaml scenarios/stress/*.yaml --paths $(STRESS_PATHS) \
		--summary

test: lint ## lint, then every test but the slow ones
	$(CACHE) $(BIN)/python -m pytest -m "not slow"

test-slow: $(READY) ## the tests that take minutes
	$(CACHE) $(BIN)/python -m pytest -m slow

coverage: $(READY) ## lines of the mechanisms that the checks reach, compilation off
	$(BIN)/python -m tests.coverage

mutations: $(READY) ## break the economics in 178 small ways; the tests must notice each
	$(BIN)/python -m tests.mutations

lint: $(READY) ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## put the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## speed of the kernel, as a table
	$(CACHE) $(BIN)/python -m tests.benchmarks

record: $(READY) ## the validation record and the effect of every assumption, for the docs
	$(CACHE) $(RUN) verify $(SHIPPED) --format markdown --output neocloud_mc/docs/validation.md
	$(CACHE) $(RUN) sensitivity scenarios/neoclouds.yaml --paths 20_000 --format markdown \
		--output neocloud_mc/docs/assumptions.md

golden: $(READY) ## rewrite tests/golden, scenarios/schema.json and the printed blocks of README.md
	$(CACHE) $(BIN)/python -m tests.golden
	$(RUN) schema --output scenarios/schema.json
	$(CACHE) $(BIN)/python -m tests.readme

# A batch: results/NAME.json for any scenarios/NAME.yaml, made again only when that file or one
# that it extends has changed. The list of files is kept beside the result, as a make rule.
results/%.json: scenarios/%.yaml | $(READY) ## the JSON result of scenarios/%.yaml
	@mkdir -p $(@D)
	$(RUN) run $< --paths $(PATHS) --format json --output $@
	@$(RUN) show $< --files | sed 's|^|$@: |' > $(@:.json=.d)

-include $(wildcard results/*.d)

clean: ## remove the virtual environment, caches and results
	rm -rf $(VENV) .cache results build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis
