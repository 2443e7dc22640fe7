# Jasmine. `make help` lists what there is. Needs Python 3.11 or newer with venv, and the package index.

PYTHON ?= python3
VENV := .venv
IN := $(VENV)/bin/
MANAGE := $(IN)python manage.py
JASMINE_FIELDCASES ?= ../shared/fieldcases
export JASMINE_FIELDCASES
JASMINE_VECTORS ?= ../shared/vectors

.DEFAULT_GOAL := help
.PHONY: run fresh test check faults attacks mutants bench evaluate messages lock clean help

run: $(VENV)/locked ## the site with a practice community, on http://localhost:8000 (PORT=8001 for another)
	@$(MANAGE) set_up
	@$(MANAGE) demo
	@exec $(MANAGE) serve

fresh: $(VENV)/locked ## the site for a real organisation: unmarked and empty
	@$(MANAGE) set_up --for-real
	@exec $(MANAGE) serve

test: $(VENV)/locked-dev ## the whole suite, on the database and Redis that the environment names
	@$(MANAGE) messages --compile --json >/dev/null
	@$(IN)pytest -n auto $(TESTS)

check: $(VENV)/locked-dev ## format, lint, types, floors, migrations, catalogues, deployment, pages, compose file
	$(IN)ruff format --check .
	$(IN)ruff check .
	$(IN)mypy
	$(IN)lint-imports --no-cache
	$(MANAGE) makemigrations --check --dry-run --skip-checks
	$(MANAGE) messages --check
	.ci/check-deploy
	$(IN)djlint --quiet --lint templates
	$(IN)check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

faults: $(VENV)/locked-dev ## the long runs: 200 kills at random moments of whatever must survive them, 1,000,000 forgeries
	@JASMINE_FAULTS=$(or $(KILLS),200) JASMINE_FUZZ=$(or $(FORGERIES),1000000) $(IN)pytest -n auto \
		tests/faults tests/crypto/test_hostile.py

attacks: $(VENV)/locked-dev ## every way in that must fail, tried on sites that run (part of `make test` too)
	@$(IN)pytest -n auto tests/attacks

mutants: $(VENV)/locked-dev ## change the sealing line by line: do its tests notice? (docs/mutants.md; a quarter of an hour)
	@rm -rf mutants
	@JASMINE_VECTORS=$(abspath $(JASMINE_VECTORS)) $(IN)mutmut run
	@$(IN)mutmut results

bench: $(VENV)/locked ## how quick it is here: sealing beside Fernet, the check beside plain columns (BENCH="check --reports 50000")
	@$(MANAGE) bench $(BENCH)

evaluate: $(VENV)/locked ## judge the check on the field cases (JASMINE_FIELDCASES=folder)
	@$(MANAGE) evaluate_checks --reports $(JASMINE_FIELDCASES)/reports.jsonl \
		--queries $(JASMINE_FIELDCASES)/queries.jsonl --as-of $(or $(AS_OF),2026-11-16)

messages: $(VENV)/locked ## bring the catalogues up to date with the code and the pages
	@$(MANAGE) messages

lock: $(VENV)/locked-dev ## pin what requirements*.in ask for, with hashes (UPGRADE=--upgrade: the newest)
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

clean: ## remove what can be made again; what is kept (var/) stays
	rm -rf $(VENV) mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

# --- the environment --------------------------------------------------------------------------------------

# uv, where it can be had, is ten times quicker than pip. Both keep to the hashes.
UV = test -x $(IN)uv || { sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt >$(VENV)/uv.txt \
	&& $(IN)pip install --quiet --require-hashes -r $(VENV)/uv.txt; }
INSTALL = { $(UV); } && $(IN)uv pip install --quiet --python $(IN)python --require-hashes -r $< \
	|| $(IN)pip install --quiet --require-hashes -r $<

# For every Python from 3.11 on: 3.11.2, which Debian has, needs a package that 3.11.3 does not.
LOCK = $(IN)uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Jasmine needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/locked: requirements.txt | $(VENV)/bin/python
	@$(INSTALL)
	@touch $@

$(VENV)/locked-dev: requirements-dev.txt $(VENV)/locked
	@$(INSTALL)
	@touch $@
