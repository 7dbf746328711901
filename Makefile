# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SOURCE ?= washpo
WORKERS ?= 2
BENCH ?= line
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --no-header --no-annotate

.PHONY: demo test crawl serve bench lint types imports requirements clean

demo: .venv/.run
	$(BIN)/newscrawl demo

crawl: .venv/.run
	$(BIN)/newscrawl crawl $(SOURCE)

serve: .venv/.run
	$(BIN)/newscrawl serve $(if $(DEMO),--demo)

# Two workers: much of the suite waits for other processes.
test: lint types imports
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

# One benchmark: line (the full line against Scrapy alone), diff, extract, recheck, claim or web.
bench: .venv/.bench
	PYTHONPATH=. $(BIN)/python benchmarks/$(BENCH)_bench.py $(BENCH_ARGS)

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test
	$(BIN)/mypy

imports: .venv/.test
	$(BIN)/lint-imports

.venv/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newscrawl needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@

.venv/.bench: .venv/.test benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.txt
	@touch $@

# Recompile the pinned requirements from the ranges in pyproject.toml.
requirements: .venv/.run
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --extra build -o requirements.txt pyproject.toml
	$(COMPILE) --extra build --extra test -c requirements.txt -o tests/requirements.txt pyproject.toml
	$(COMPILE) --extra build --extra bench -c requirements.txt -o benchmarks/requirements.txt pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
