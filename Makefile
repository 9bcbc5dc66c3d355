# Each target sets up what it needs. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header \
	--universal --python-version 3.11

export PIP_DISABLE_PIP_VERSION_CHECK := 1

STAGE ?= dev

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(READY) ## Start the portal with a demonstration organisation (PORT=8000)
	@$(BIN)/python -m local

.PHONY: test
test: lint browser ## Check everything: style, types, layers and all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: lint
lint: $(READY) ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(READY) ## Put the code in its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(READY) ## Measure cold starts, pages and growth; figures also in build/bench.json
	@$(BIN)/python -m bench

.PHONY: messages
messages: $(READY) ## Bring the translators' catalogues up to date with what the code says
	$(BIN)/python -m infra.messages

.PHONY: pictures
pictures: $(READY) browser ## Take the pictures of docs/pictures anew, from the running portal
	$(BIN)/python -m tests.browser.pictures

.PHONY: package
package: $(READY) ## Build the package and its template into build/STAGE (STAGE=dev)
	@$(BIN)/python -m infra.build $(STAGE) $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

.PHONY: deploy
deploy: $(READY) ## Put the portal into an AWS account (STAGE=dev MAIL_FROM=…; docs/operations.md)
	@$(BIN)/python -m infra.deploy $(STAGE)

.PHONY: doctor
doctor: $(READY) ## Say what an AWS account lacks, and what to do (STAGE=dev)
	@$(BIN)/python -m infra.doctor $(STAGE)

.PHONY: history
history: $(READY) ## Show what was deployed, and when (STAGE=dev)
	@$(BIN)/python -m infra.rollback $(STAGE) --list

.PHONY: rollback
rollback: $(READY) ## Bring the version before back (STAGE=dev TO=version)
	@$(BIN)/python -m infra.rollback $(STAGE)

.PHONY: restore
restore: $(READY) ## Restore the table into a new one, and compare (STAGE=dev AT=moment COPY=name FINISH=1)
	@$(BIN)/python -m infra.restore $(STAGE) $(if $(AT),--at $(AT)) $(if $(COPY),--to $(COPY)) $(if $(FINISH),--finish)

.PHONY: put-back
put-back: $(READY) ## Bring records of a restored table back (STAGE=dev COPY=name EXACTLY=1)
	@$(BIN)/python -m infra.returning $(STAGE) $(COPY) $(if $(EXACTLY),--exactly)

.PHONY: redrive
redrive: $(READY) ## Give a function again what it could not do; or count (STAGE=dev QUEUE=outbox)
	@$(BIN)/python -m infra.redrive $(STAGE) $(QUEUE)

.PHONY: lock
lock: $(READY) ## Pin what requirements*.in ask for, with hashes
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

.PHONY: audit
audit: $(READY) ## Ask the public list of known faults about the pinned libraries (needs the network)
	$(BIN)/uvx pip-audit==2.10.1 --requirement requirements.txt --require-hashes --disable-pip
	$(BIN)/uvx pip-audit==2.10.1 --requirement requirements-dev.txt --require-hashes --disable-pip

.PHONY: clean
clean: ## Remove what was built or cached; the data of `make run` (.local) stay
	rm -rf build vendor .chalice/deployments .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# A Chromium for the browser tests: one that is there, else Debian's, else Playwright's own.
.PHONY: browser
browser: $(READY)
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium && exit 0; \
	fi; \
	$(BIN)/playwright install chromium

# The virtual environment, brought up to date when the pinned requirements changed.
$(READY): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, but there is no $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, but $(PYTHON) is older: try make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Foyer needs into $(VENV); this takes a minute, once." >&2
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@
