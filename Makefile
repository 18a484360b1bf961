# The commands of this repository. `make help` lists them.
#
# Installing uses uv where it is on PATH, else venv and pip; both take the
# versions named in constraints.txt. A second run installs nothing again. Tests that
# sign with `ssh-keygen` (openssh-client) are skipped where it is not installed.

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
RUN_TIME := .venv/.installed
DEV := .venv/.installed-dev
BENCH := .venv/.installed-bench

PROSE := README.md SECURITY.md $(wildcard CHANGELOG.md CONTRIBUTING.md docs)
CHECKED := src tests benchmarks examples tools
SPELLED := src tests benchmarks examples tools policies threat_models watch raid Makefile $(PROSE)

# What `make fault` goes by: random kills, one bit or cut in so many, parts to run.
ROUNDS ?= 1000
STEP ?= 1
CORES ?= 2
ONLY ?=
REPORT ?= docs/fault-report.md

# The code that decides has no untested branch; the whole, faces included, has few.
DECIDING := base model signing tlog policy threats pdp matters pip ledger gate raid
comma := ,
empty :=
space := $(empty) $(empty)
GATED := $(subst $(space),$(comma),$(DECIDING:%=src/ringwall/%/*))

# $(call install,REQUIREMENT)
ifneq ($(UV),)
new_venv = "$(UV)" venv --quiet --python "$(PYTHON)" .venv
install = "$(UV)" pip install --quiet --python $(BIN)/python -c constraints.txt -e "$(1)"
else
new_venv = "$(PYTHON)" -m venv .venv
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	-c constraints.txt -e "$(1)"
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench fault clean constraints

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 20

demo: $(RUN_TIME) ## install what is needed and show ringwall at work in a folder of its own
	@$(BIN)/ringwall demo

test: $(DEV) ## everything a change has to pass: the checks, every test, the coverage gates
	@$(MAKE) --no-print-directory check
	@echo "== pytest"
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses=2 --dist=worksteal --quiet
	@$(BIN)/coverage combine --quiet
	@echo "== coverage of the code that decides (100 %), then of everything (95 %)"
	@$(BIN)/coverage report --include='$(GATED)' --fail-under=100 --show-missing
	@$(BIN)/coverage report --fail-under=95 --format=total || { $(BIN)/coverage report; exit 1; }

check: $(DEV) ## style, types, layers and spelling; runs no test
	@echo "== ruff check"
	@$(BIN)/ruff check --quiet $(CHECKED)
	@echo "== ruff format"
	@$(BIN)/ruff format --quiet --check $(CHECKED)
	@echo "== mypy"
	@$(BIN)/mypy
	@echo "== lint-imports"
	@$(BIN)/lint-imports --no-cache
	@echo "== codespell"
	@$(BIN)/codespell $(SPELLED)

bench: $(DEV) $(BENCH) ## run each program in benchmarks/ in turn
	@for program in benchmarks/[a-z]*.py; do \
		echo "== $$program"; \
		$(BIN)/python -m "benchmarks.$$(basename "$$program" .py)" || exit 1; \
	done

fault: $(DEV) ## put the ledger through every fault and write docs/fault-report.md (ROUNDS=100 STEP=50 ONLY=kills)
	@$(BIN)/python -m tests.fault.campaign --rounds $(ROUNDS) --step $(STEP) \
		--cores $(CORES) --only "$(ONLY)" --report $(REPORT)

clean: ## remove what builds, tests and tools leave behind; .venv stays
	rm -rf build dist htmlcov mutants .coverage .coverage.* .benchmarks .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name .venv -prune -o -name .git -prune -o -name __pycache__ -exec rm -rf {} +

constraints: ## write constraints.txt anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --upgrade --all-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o constraints.txt

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "ringwall needs Python 3.11 or newer, and \`$(PYTHON)\` is not;" \
			"name another one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "== making .venv"
	@rm -rf .venv
	@$(new_venv)

$(RUN_TIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing ringwall into .venv"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || test -n "$(UV)" || $(BIN)/python -m ensurepip >/dev/null
	@$(call install,.)
	@touch $@

$(BENCH): $(DEV)
	@echo "== installing what the benchmarks compare with"
	@$(call install,.[dev,bench])
	@touch $@

# What tests need contains what running needs, so `make demo` has nothing left to do.
$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing ringwall and its development tools into .venv"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || test -n "$(UV)" || $(BIN)/python -m ensurepip >/dev/null
	@$(call install,.[dev])
	@touch $(RUN_TIME) $@
