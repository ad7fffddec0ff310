# The two commands of the README, and what they stand on. Everything needed is installed by them.
VENV ?= .venv
RUNFORM := $(VENV)/bin/runform

.PHONY: demo test test-all test-portable lint setup setup-test bench faults fuzz soak audit clean

## Watch the shipped clip live: a window where there is a screen, else under a virtual one, else in the terminal.
demo: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(RUNFORM) live --source demo --config configs/demo.toml --record sessions; \
	elif command -v xvfb-run >/dev/null; then xvfb-run -a -s "-screen 0 1280x720x24" $(RUNFORM) live --source demo --config configs/demo.toml --record sessions; \
	else $(RUNFORM) live --source demo --config configs/demo.toml --no-window --record sessions; fi

setup:
	@.ci/setup.sh run

## All checks and tests that fit into some minutes.
# Quick tests run side by side. Those of real processes and windows run one after the other: they are about time.
QUICK := not slow and not window and not network and not soak and not fuzz
test: setup-test lint
	@$(VENV)/bin/python -m pytest -n 2 -m "$(QUICK)"
	@$(VENV)/bin/python -m pytest -m "not soak and not fuzz and not ($(QUICK))"

## Three minutes live: nothing grows. An hour: runform bench --soak 60
soak: setup-test
	@$(VENV)/bin/python -m pytest tests/end_to_end/test_soak.py

## Known vulnerabilities of the locked packages. It asks pypi.org, so it is no part of the tests.
audit: setup-test
	@$(VENV)/bin/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip install --quiet pip-audit
	@$(VENV)/audit/bin/pip-audit --no-deps --disable-pip -r .ci/locks/run.txt
	@$(VENV)/audit/bin/pip-audit --no-deps --disable-pip -r .ci/locks/test.txt

## All tests, those that take minutes too.
test-all: setup-test lint
	@$(VENV)/bin/python -m pytest -m "not fuzz"

## 10,000 damaged files for the readers of everything, and what each reader did (some minutes).
fuzz: setup-test
	@$(VENV)/bin/python -m tests.fuzz --cases 10000

## The same tests with only what every system has: what Windows and macOS do is tried on Linux (RUNFORM_PORTABLE=1).
test-portable: setup-test
	@RUNFORM_PORTABLE=1 $(VENV)/bin/python -m pytest -n 2 -m "$(QUICK)"
	@RUNFORM_PORTABLE=1 $(VENV)/bin/python -m pytest -m "not soak and not fuzz and not network and not ($(QUICK))"

## Two hundred random faults on live sessions, and what each of them cost (about an hour).
faults: setup-test
	@$(VENV)/bin/python -m tests.faults.bench --faults 200

setup-test:
	@.ci/setup.sh test

lint: setup-test
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo >/dev/null || $(VENV)/bin/lint-imports

bench: setup
	@if [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] && command -v xvfb-run >/dev/null; then \
	xvfb-run -a -s "-screen 0 1280x720x24" $(RUNFORM) bench --live; else $(RUNFORM) bench --live; fi

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
