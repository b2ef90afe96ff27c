# `make demo` shows the whole loop, `make test` checks everything, `make serve` is for clicking through.
# Both set up what they need: a virtual environment in .venv and the packages in apt-packages*.txt.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PORT ?= 8000
CORPUS ?= ../shared/corpus
export PYTHONUNBUFFERED := 1

# The order of the steps matters, and each uses both cores by itself.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help packages packages-dev packages-long setup setup-dev database demo serve test test-long lint messages \
	bench-corpus bench-reading bench-search bench-portal shots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

# --- set-up ---------------------------------------------------------------------------------------

# $(1): files that list Debian packages. Chromium is left out where CHROMIUM_PATH names another one.
define install_packages
	@if ! command -v dpkg-query >/dev/null; then \
	  echo "Not a Debian system: see README.md for the packages, and set CHROMIUM_PATH."; exit 0; fi; \
	missing=""; for p in $$(grep -hv '^#' $(1)); do \
	  [ "$$p" = chromium ] && [ -n "$$CHROMIUM_PATH" ] && continue; \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else \
	  echo "These packages are missing and may not be installed by this user. Run, then try again:"; \
	  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$$missing"; exit 1; fi; \
	echo "Installing Debian packages:$$missing"; \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get update -q && \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends$$missing
endef

# $(1): a requirements file.
define install_requirements
	@echo "Installing $(1) into $(VENV)"
	@if command -v uv >/dev/null; then \
	  { [ -x $(RUN) ] || uv venv -q --seed --python $(PYTHON) $(VENV); } && uv pip install --python $(RUN) -r $(1); \
	else \
	  { [ -x $(RUN) ] || $(PYTHON) -m venv $(VENV); } && $(RUN) -m pip install --disable-pip-version-check -r $(1); \
	fi
endef

packages: ## install the Debian packages that the programs need
	$(call install_packages,apt-packages.txt)

packages-dev:
	$(call install_packages,apt-packages.txt apt-packages-dev.txt)

packages-long:
	$(call install_packages,apt-packages-long.txt)

$(VENV)/requirements.done: requirements.txt
	$(call install_requirements,requirements.txt)
	@touch $@

$(VENV)/requirements-dev.done: requirements.txt requirements-dev.txt
	$(call install_requirements,requirements-dev.txt)
	@touch $@ $(VENV)/requirements.done

CATALOGUES := $(wildcard portal/locale/*/LC_MESSAGES/*.po portal/wagtail_words/*/LC_MESSAGES/*.po)
var/messages.done: $(CATALOGUES)
	@mkdir -p var
	@for po in $(CATALOGUES); do msgfmt -o "$${po%.po}.mo" "$$po" || exit 1; done
	@touch $@

setup: packages $(VENV)/requirements.done var/messages.done ## virtual environment, packages, message catalogues

setup-dev: packages-dev $(VENV)/requirements-dev.done var/messages.done

database: setup
	@$(RUN) manage.py migrate
	@$(RUN) manage.py ensure_groups
	@$(RUN) manage.py ensure_references
	@$(RUN) manage.py ensure_schedules

# --- the programs ---------------------------------------------------------------------------------

demo: export AUDIT_ALLOW_LOOPBACK = true
demo: database ## the whole loop on a sample county, ending with a summary
	@$(RUN) manage.py demo

serve: export AUDIT_ALLOW_LOOPBACK = true
serve: database ## portal, queue worker and the sample's outside sites, until Ctrl-C
	@$(RUN) manage.py serve --port $(PORT)

# --- checks ---------------------------------------------------------------------------------------

test: setup-dev lint ## every check and every test but the long ones
	@$(VENV)/bin/pytest -n 2 --dist worksteal -m "not long"

test-long: setup-dev packages-long ## the tests that take longer than the others together
	@$(VENV)/bin/pytest -n 2 --dist worksteal -m long

lint: setup-dev ## ruff, import rules, types, system checks, migrations
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	DJANGO_SETTINGS_MODULE=portal.settings.test $(RUN) manage.py check
	DJANGO_SETTINGS_MODULE=portal.settings.test $(RUN) manage.py makemigrations --check --dry-run

messages: setup-dev ## collect new strings into the catalogues
	@$(RUN) manage.py makemessages --all --ignore .venv --ignore var --no-location --no-wrap

# --- benches --------------------------------------------------------------------------------------

bench-corpus: setup-dev ## the real audit over labelled real pages: CORPUS=path
	@$(RUN) -m tests.bench.bench_corpus --corpus "$(CORPUS)"

# A corpus that is named has to be there; the one beside the project is used when it is.
bench-reading: setup-dev ## page reading beside other readers: CORPUS=path, WRONG=1 lists the pages read wrongly
	@$(RUN) -m tests.bench.bench_reading $(if $(WRONG),--wrong) \
	  $(if $(filter-out file,$(origin CORPUS))$(wildcard $(CORPUS)),--corpus "$(CORPUS)")

bench-search: setup-dev ## how well and how fast the staff search answers, engine beside engine
	@$(RUN) -m tests.bench.bench_search

bench-portal: setup-dev ## the portal's pages under load, against a bare Wagtail; BENCH="--articles 5000" for a small one
	@$(RUN) -m tests.bench.bench_portal $(BENCH)

shots: setup-dev ## screenshots of every page and admin screen into var/shots
	@$(VENV)/bin/pytest tests/shots

clean: ## remove what the programs made: database, index, runs, evidence, papers
	rm -rf var media/runs media/evidence media/papers media/uploads
