# `make` lists what there is. Every target sets itself up in .venv and needs Python 3.11+ alone.

PYTHON ?= python3
PORT ?= 8000
# Further words for pytest: make test ARGS="tests/engine -x"
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --no-input
RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp

.DEFAULT_GOAL := help
.PHONY: help demo test serve bench lint format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## lets scripted callers through a sample menu and checks what was kept
	@$(RUN) -m project.demo

test: $(DEVELOPMENT) ## the suite: on SQLite, and on PostgreSQL and Redis if they answer
	@$(RUN) -m tests.run $(ARGS)

serve: $(RUNTIME) ## leaves the site running; CALLERS=10 has so many scripted callers call it
	@exec env PORT="$(PORT)" CALLERS="$(CALLERS)" RESET_PASSWORD="$(RESET_PASSWORD)" \
		$(RUN) -m project.serve

bench: $(RUNTIME) ## what it costs, against floors measured beside it; make bench ARGS=webhook
	@$(RUN) -m benchmarks $(ARGS)

lint: $(DEVELOPMENT) ## style, types, layers, migrations
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" .ci/lint

format: $(DEVELOPMENT) ## rewrites the code in the house's style
	@$(RUN) -m ruff check --quiet --fix-only .
	@$(RUN) -m ruff format .

clean: ## removes everything that these targets made, the site's database too
	rm -rf $(VENV) build dist *.egg-info demo-output staticfiles media db.sqlite3*
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt | $(VENV)/made.stamp
	@echo "Installing requirements.txt into $(VENV) ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(VENV)/made.stamp
	@echo "Installing requirements-dev.txt into $(VENV) ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $(RUNTIME) $@

$(VENV)/made.stamp:
	@.ci/make-venv $(VENV) $(PYTHON)
