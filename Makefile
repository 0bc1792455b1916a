# Every target sets up what it needs: a fresh machine has only python3, make and git.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SOA ?=
ALL ?=
DIST ?=

.PHONY: demo test lint docs site dist installed coverage acceptance bench clean

$(VENV)/core: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/test: $(VENV)/core
	$(BIN)/python -m pip install --quiet --group test
	touch $@

$(VENV)/lint: $(VENV)/test
	$(BIN)/python -m pip install --quiet --group lint
	touch $@

$(VENV)/docs: $(VENV)/core
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

# In quotes, because names of files have blanks in them.
demo: $(VENV)/core
	$(BIN)/python examples/demo.py $(if $(ALL),--all )$(if $(SOA),'$(subst ','\'',$(SOA))')

# Slow tests are left out: `make test` is for every change, `make coverage` for all of them.
test: $(VENV)/test
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/python tools/doors.py --check

docs: $(VENV)/docs
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

# The documentation, and beside it the page that makes a report in the visitor's browser; needs npm.
site: docs
	$(BIN)/python tools/site_page.py --docs docs/_build/html

dist: $(VENV)/test
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist

# Tests of a built distribution with `src/` out of the way: DIST=dist/..., or a wheel built for the occasion.
installed:
	$(PYTHON) tools/installed.py $(if $(DIST),--dist $(DIST))

# The same with slow tests, and the branches that they reach.
coverage:
	$(PYTHON) tools/installed.py --coverage --env .venv-coverage $(if $(DIST),--dist $(DIST))

# What needs other people's tools, each in an environment of its own.
acceptance:
	$(PYTHON) tests/acceptance/run.py

# Goals as ratios of one run; no gate, because a busy machine misses them.
bench: $(VENV)/core
	$(BIN)/python bench/run.py

clean:
	rm -rf $(VENV) .venv-* docs/_build docs/notebooks/*.ipynb dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
