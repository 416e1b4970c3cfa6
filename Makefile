# From a fresh clone with Python 3.11: `make run` starts the desk, `make test` tests it.
VENV ?= .venv
PY := $(VENV)/bin/python
EXPORT := $(VENV)/bin/uv export --quiet --frozen --format requirements-txt --no-emit-project --no-header

.PHONY: run test crash-test bench fuzz lint types css screenshots lock help

run: ## Install what is missing and run the whole desk until Ctrl-C (HOST, PORT)
	@bin/install requirements.lock
	@exec $(PY) manage.py up

test: ## Install what is missing and run the test suite (ARGS="-k signals")
	@bin/install requirements-dev.lock
	@exec $(PY) -m pytest -n auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder -rs $(ARGS)

crash-test: ## Kill, cut and break the desk and a naive sender 50 times (SEED=, SIZE=, KILLS=, SHAPES=)
	@bin/install requirements-dev.lock
	@exec $(PY) -m tests.crash $(if $(SEED),--seed $(SEED)) $(if $(SIZE),--size $(SIZE)) \
	  $(if $(KILLS),--kills $(KILLS)) $(if $(SHAPES),--shapes "$(SHAPES)")

bench: ## Time the desk beside its peers: all of docs/performance.md, or WHAT=backtest, sweep, minute, latest, ... (ARGS=, DATA=)
	@bin/install requirements-dev.lock
	@$(VENV)/bin/uv pip install --quiet --system-certs --python $(PY) --require-hashes -r tests/bench/requirements.lock
	@VENV=var/peers bin/install tests/bench/peers.lock
	@exec env $(if $(DATA),DATA="$(DATA)") $(PY) -m tests.bench $(WHAT) $(ARGS)

fuzz: ## Ask every operation of the API 20,000 times with schemathesis (needs DATABASE_URL, REDIS_URL; ARGS="--cases 1000 --seed 2")
	@bin/install requirements-dev.lock
	@exec $(PY) -m tests.fuzz $(ARGS)

lint: ## Style, format, import floors and unsafe calls
	@bin/install requirements-dev.lock
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive .

types: ## mypy in strict mode
	@bin/install requirements-dev.lock
	$(VENV)/bin/mypy .

css: ## Build static/css from assets/ (needs Node; the built file is committed)
	npm --prefix assets install --no-package-lock --no-audit --no-fund
	npm --prefix assets run build

screenshots: ## Pictures of every page, light and dark, wide and on a phone, into var/screenshots/ (needs Chromium)
	@bin/install requirements-dev.lock
	$(PY) -m pytest -q tests/browser/screenshots.py
	@ls var/screenshots

lock: ## Resolve pyproject.toml again and write the lock files, without any index address
	@bin/install requirements-dev.lock
	$(VENV)/bin/uv lock --quiet
	$(EXPORT) --no-dev -o requirements.lock
	$(EXPORT) -o requirements-dev.lock
	$(EXPORT) --only-group ci -o .ci/requirements.lock
	$(EXPORT) --only-group bench -o tests/bench/requirements.lock
	$(VENV)/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url tests/bench/peers.in -o tests/bench/peers.lock
	! grep -l '://' requirements.lock requirements-dev.lock .ci/requirements.lock tests/bench/requirements.lock tests/bench/peers.lock

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8
