# `make dashboard`, `make share` and `make test` work from a bare clone: each makes .venv, installs, and does its job.

PYTHON ?= python3
BIN := .venv/bin
FOUND_CHROMIUM := $(shell command -v chromium chromium-browser google-chrome 2>/dev/null | head -1)
export CHARSCOPE_CHROMIUM ?= $(FOUND_CHROMIUM)
BROWSER := dashboard/browser
NEW_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b > 18) ? 0 : 1)
NODE := $(shell command -v npm >/dev/null 2>&1 && node -e '$(NEW_ENOUGH)' 2>/dev/null && echo found)
NO_NODE := No Node.js from 20.19 on with npm found:

# The tests run in parts, three at once and the longest first, and each reports at its end: one that waits for a browser
# leaves its processor to the others. Threads of OpenMP that wait for each other give the processor back soon: the other
# parts need it.
PARTS := test-app test-analysis test-models test-rest test-pages
$(PARTS): export GOMP_SPINCOUNT ?= 1000
FOLDERS := tests/browser tests/analysis tests/corpora tests/models tests/lessons

.PHONY: dashboard share test $(PARTS) campaign bench lint test-browser lint-browser clean

dashboard: .venv/installed
	$(BIN)/streamlit run streamlit_app.py

share: .venv/installed
	$(BIN)/python -m dashboard share

test: .venv/installed-dev test-browser
	@test -n "$(CHARSCOPE_CHROMIUM)" || echo "No Chromium found: browser tests are skipped. Get one: apt-get install chromium, or .venv/bin/playwright install chromium and set CHARSCOPE_CHROMIUM."
	@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,--jobs=3) --keep-going $(PARTS)

test-app: PART := tests/browser -m app
test-pages: PART := tests/browser -m "not app"
test-analysis: PART := tests/analysis tests/corpora
test-models: PART := tests/models tests/lessons
test-rest: PART := $(FOLDERS:%=--ignore=%)
$(PARTS):
	@log=$$(mktemp); $(BIN)/python -m pytest --durations=15 --durations-min=5 $(PART) >$$log 2>&1; code=$$?; cat $$log; rm $$log; exit $$code

test-browser:
ifdef NODE
	node --test --test-reporter=dot $(BROWSER)/tests/*.test.js
else
	@echo "$(NO_NODE) the tests of $(BROWSER)/ that need no browser are skipped."
endif

# Thousands of hostile inputs, kills and full disks, and fifty sessions at once: see docs/reliability.md.
INPUTS ?= 10000
KILLS ?= 300
DISKS ?= 200
campaign: .venv/installed-dev
	$(BIN)/python -m tests.reliability.campaign --inputs $(INPUTS) --kills $(KILLS) --disks $(DISKS) $(JSON:%=--json %)
	$(BIN)/python -m benchmarks.bench_sessions

bench: .venv/installed-dev
	@for benchmark in benchmarks/bench_*.py; do $(BIN)/python -m benchmarks.$$(basename $$benchmark .py) || exit 1; done

lint: .venv/installed-dev lint-browser
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

ifdef NODE
lint-browser: $(BROWSER)/node_modules/installed
	cd $(BROWSER) && npx eslint . && npx tsc
else
lint-browser:
	@echo "$(NO_NODE) eslint and tsc are skipped."
endif

$(BROWSER)/node_modules/installed: $(BROWSER)/package-lock.json
	cd $(BROWSER) && npm ci --silent --no-audit --no-fund
	touch $@

clean:
	rm -rf .venv $(BROWSER)/node_modules

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Wanted Python 3.11 or newer, got $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 2)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
