# Every target sets up what it needs: a fresh machine has only python3, make and git.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SOA ?=

.PHONY: demo test lint docs bench clean

$(VENV)/core: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

$(VENV)/docs: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

demo: $(VENV)/core
	$(BIN)/python examples/demo.py $(SOA)

test: $(VENV)/dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

docs: $(VENV)/docs
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/dev
	$(BIN)/python bench/run.py

clean:
	rm -rf $(VENV) docs/_build dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
