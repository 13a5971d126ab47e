# What to do with the project; `make help` lists it. Every target sets up what it needs first.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
# What Python compiled is kept, whatever the shell says: without it every start of a test or a service compiles everything.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
RUN := .venv/.set-up-run
DEV := .venv/.set-up-dev
SOURCES := pyproject.toml requirements.in tools/setup.sh tools/assets.py tools/script_checkers.py tools/kubernetes_programs.py .python-version

.PHONY: help demo up down test test-all test-alone test-deploy coverage check faults faults-prove format bench performance docs manifests requirements sbom licences audit pin-images env clean prometheus rabbitmq

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(RUN): requirements-local.txt $(SOURCES)
	@tools/setup.sh run
	@touch $@

$(DEV): requirements-dev.txt $(SOURCES)
	@tools/setup.sh dev
	@touch $@ $(RUN)

rabbitmq:
	@tools/setup.sh rabbitmq

prometheus:
	@tools/setup.sh prometheus

demo: $(RUN) rabbitmq ## play a whole assessment and a retrospective check with a simulated customs
	@$(PYTHON) -m deploy.demo $(ARGS)

up: $(RUN) rabbitmq ## start the system until Ctrl-C (DETACH=1 returns when everything is ready; WITHOUT=portal leaves a service out)
	@$(PYTHON) -m deploy.local.up $(if $(filter-out 0,$(DETACH)),start,run) $(WITHOUT)

down: $(RUN) ## stop what `make up` started
	@$(PYTHON) -m deploy.local.down

# Each worker has servers and services of its own, and waits for them a third of its time: so there is one more than cores.
WORKERS := -n $(shell cores=$$(nproc); echo $$((cores < 4 ? cores + 1 : 4))) --dist loadfile --no-loadscope-reorder

test: $(DEV) rabbitmq prometheus ## run the test suite against real servers (ARGS="-k name" for some of it)
	@$(PYTHON) -m pytest $(or $(ARGS),$(WORKERS))

test-all: $(DEV) rabbitmq prometheus ## the same, with the checks over more data and pictures of the pages (build/screens)
	@FAS_TEST_ALL=1 $(PYTHON) -m pytest $(or $(ARGS),$(WORKERS))

test-alone: $(DEV) rabbitmq prometheus ## what needs the machine for itself: two versions, eight processes of each service, alerts (10 minutes)
	@FAS_TEST_ALONE=1 $(PYTHON) -m pytest $(or $(ARGS),tests/faults/test_side_by_side.py tests/flow/test_alerts_fire.py)

test-deploy: $(DEV) ## build the image and run the Compose file on a container engine of its own, as root (10 minutes; ARGS=check)
	@$(PYTHON) -m deploy.tests $(ARGS)

coverage: $(DEV) rabbitmq prometheus ## run the tests, and print how much of the product they ran (ARGS as for test)
	@$(PYTHON) -m tools.coverage_report $(or $(ARGS),$(WORKERS))

check: $(DEV) ## formatter, linter, type checker, import rules, container files
	@tools/check.sh

format: $(DEV) ## put the code into its format, and mend what the linter can
	@$(PYTHON) -m ruff check -q --fix; $(PYTHON) -m ruff format -q
	@.local/script-checkers/biome/package/biome check --write --log-level=error services/portal/static biome.json jsconfig.json

bench: $(DEV) rabbitmq ## run the benchmarks, one JSON object a measurement (15 minutes; ARGS="b" for a part, ARGS="--quick" to try)
	@$(PYTHON) -m tests.bench $(ARGS)

performance: $(DEV) ## write docs/performance.md from the results of `make bench`
	@$(PYTHON) -m tests.bench.report

faults: $(DEV) rabbitmq ## break the running system in every way, count, and write docs/reliability.md (about two hours)
	@$(PYTHON) -m tests.faults $(ARGS); status=$$?; $(PYTHON) -m tests.faults.report; exit $$status

faults-prove: $(DEV) rabbitmq ## take each protection out, and see that the fault rig misses it
	@$(PYTHON) -m pytest tests/faults -m slow -s $(ARGS)

docs: $(DEV) ## generate the documents that are made from the code
	@$(PYTHON) -m tools.documents $(ARGS)

manifests: $(DEV) ## write the manifests of deploy/kubernetes from the chart in deploy/helm
	@$(PYTHON) -m tools.manifests

COMPILE = UV_CUSTOM_COMPILE_COMMAND="make requirements" .venv/bin/uv pip compile --quiet --universal \
	--generate-hashes --no-emit-index-url --python-version 3.13 $(if $(UPGRADE),--upgrade)

requirements: $(DEV) ## pin the packages again (UPGRADE=1 takes the newest)
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-local.in -c requirements.txt -o requirements-local.txt
	@$(COMPILE) requirements-dev.in -c requirements-local.txt -o requirements-dev.txt
	@$(COMPILE) requirements-build.in -c requirements-dev.txt -o requirements-build.txt
	@$(COMPILE) requirements-supply.in -o requirements-supply.txt

SUPPLY := .local/supply/.set-up

$(SUPPLY): $(DEV) requirements-supply.txt
	@.venv/bin/uv venv --quiet --clear --python $(PYTHON) .local/supply
	@.venv/bin/uv pip install --quiet --python .local/supply/bin/python --require-hashes -r requirements-supply.txt
	@touch $@

sbom: $(SUPPLY) ## write what the image is made of to build/sbom.cdx.json (CycloneDX)
	@$(PYTHON) -m tools.supply sbom

licences: $(DEV) ## list the licence of everything that goes into the image
	@$(PYTHON) -m tools.supply licences

audit: $(SUPPLY) ## compare the pinned packages with the known faults (status 2 where the list can't be reached)
	@$(PYTHON) -m tools.supply audit

pin-images: ## look up the digests of the images that docker compose takes, and write them into .env (MIRROR=registry to take them from)
	@deploy/pin-images.sh .env $(MIRROR)

env: ## write .env with a fresh secret for each user of docker compose; what is there stays
	@deploy/compose-env.sh

clean: ## remove the environment, local data, logs and caches (the system must be down)
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m deploy.local.down; fi
	@rm -rf .venv .local build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
