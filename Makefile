# Everything here needs only Python (3.11 or later) and make.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
RUN     := $(BIN)/neocloud-mc
INSTALL := -m pip --disable-pip-version-check install

# Two stages, in the versions of .lock: what running needs, then what tests and linters need.
INSTALLED := $(VENV)/.installed
READY     := $(VENV)/.ready

# Two processes; the tests of a file share what they set up, so that they stay together.
PYTEST := -m pytest --numprocesses 2 --dist loadfile -m "not slow"

# Tests and benchmarks share one compiled kernel in the tree; `make run` uses the user's cache.
CACHE  := NUMBA_CACHE_DIR=$(CURDIR)/.cache

SCENARIO ?= @neoclouds
PATHS    ?= 1_000_000
STRESS_PATHS ?= 100_000
PICTURED := @2025-06/neoclouds

.DEFAULT_GOAL := help
.PHONY: help run stress test test-latest test-oldest test-slow coverage mutations lint format \
	bench vintages record golden lock clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-zA-Z%/._-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | \
		awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

$(INSTALLED): .lock/run.txt pyproject.toml
	@echo "setting up $(VENV): what running needs, 330 MB (about 15 s)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) --require-hashes --requirement .lock/run.txt
	$(BIN)/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(READY): $(INSTALLED) .lock/dev.txt
	@echo "adding to $(VENV): what tests and linters need, 1.2 GB (about 45 s)"
	$(BIN)/python $(INSTALL) --require-hashes --requirement .lock/dev.txt
	@touch $@

run: $(INSTALLED) ## default probabilities of the six systems, from 1,000,000 joint paths
	$(RUN) run $(SCENARIO) --paths $(PATHS)

stress: $(INSTALLED) ## the six systems in every stress of scenarios/stress, on the same draws
	$(RUN) compare $(SCENARIO) --with '@stress/*' --paths $(STRESS_PATHS) --summary

test: lint ## lint, then every test but the slow ones
	$(CACHE) $(BIN)/python $(PYTEST)

test-latest: ## the tests with the newest version of every library, as of today
	$(PYTHON) -m venv --clear $(VENV)-latest
	$(VENV)-latest/bin/python $(INSTALL) --editable '.[test]'
	$(CACHE) $(VENV)-latest/bin/python $(PYTEST)

test-oldest: ## the tests with the oldest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear $(VENV)-oldest
	$(VENV)-oldest/bin/python $(INSTALL) uv
	$(VENV)-oldest/bin/uv pip install --python $(VENV)-oldest/bin/python \
		--resolution lowest-direct --editable '.[test]'
	$(CACHE) $(VENV)-oldest/bin/python $(PYTEST)

test-slow: $(READY) ## the tests that take minutes
	$(CACHE) $(BIN)/python -m pytest -m slow

coverage: $(READY) ## lines of the mechanisms that the checks reach, compilation off
	$(BIN)/python -m tests.coverage

mutations: $(READY) ## break the economics in small ways; the tests must notice each
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

vintages: $(INSTALLED) ## the tables of `docs vintages`: June 2025 and June 2026 side by side
	$(CACHE) $(BIN)/python -m tests.vintages

# Those who can fail for themselves: guaranteed vehicles fall with their owners.
MOVED := coreweave coreweave_ddtl_4 coreweave_oem nebius nebius_vineland nscale nscale_texas \
	nscale_north_carolina lambda lambda_gpu_bond lambda_anthropic crusoe xai_vci_1 xai_vci_2

record: vintages ## the validation record and the effect of every assumption, for the docs
	$(CACHE) $(RUN) verify @neoclouds @2025-06/neoclouds --format markdown \
		--output neocloud_mc/docs/validation.md
	$(CACHE) $(RUN) sensitivity @neoclouds $(foreach issuer,$(MOVED),--measure $(issuer).pd.60) \
		--paths 2_000 --format markdown --output neocloud_mc/docs/assumptions.md

golden: $(READY) ## rewrite tests/golden, scenarios/schema.json, what README.md and docs print
	$(CACHE) $(BIN)/python -m tests.golden
	$(RUN) schema --output scenarios/schema.json
	$(CACHE) $(RUN) plot $(PICTURED) --what pd --paths 100_000 --output neocloud_mc/docs/pd.svg
	$(CACHE) $(BIN)/python -m tests.readme
	$(CACHE) $(BIN)/python -m tests.session

# A batch: results/NAME.json for any scenarios/NAME.yaml, made again only when that file or one
# that it extends has changed; of a stress, that of SCENARIO under it. The list of files is kept
# beside the result, as a make rule; names reach the shell in its environment, where they are
# nothing but names.
results/%.json: export scenario = $<
results/%.json: export base = $(if $(filter stress/%,$*),$(SCENARIO))
results/%.json: export result = $@
results/%.json: export rule = $(@:.json=.d)
LAID := $${base:+"$$base" --with} "$$scenario"
results/%.json: scenarios/%.yaml | $(INSTALLED) ## the JSON result of scenarios/%.yaml
	@mkdir -p "$$(dirname "$$result")"
	@$(RUN) show $(LAID) --quiet --rule "$$result" --output "$$rule"
	$(RUN) run $(LAID) --paths $(PATHS) --format json --output "$$result"

-include $(wildcard results/*.d results/*/*.d)

REQUIRES := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])
LOCK = $(VENV)-lock/bin/uv pip compile pyproject.toml $(VENV)-lock/build.in --quiet --upgrade \
	--universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

lock: ## write .lock anew: the newest versions that go together, with hashes
	$(PYTHON) -m venv --clear $(VENV)-lock
	$(VENV)-lock/bin/python $(INSTALL) uv
	$(PYTHON) -c '$(REQUIRES)' > $(VENV)-lock/build.in
	$(LOCK) --extra dev --output-file .lock/dev.txt
	$(LOCK) --constraint .lock/dev.txt --output-file .lock/run.txt

clean: ## remove the virtual environments, caches and results
	rm -rf $(VENV) $(VENV)-* .cache results build dist *.egg-info .pytest_cache .mypy_cache
	rm -rf .ruff_cache .import_linter_cache .hypothesis
