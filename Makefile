# make demo, make test, make check, make bench, make docs: each builds what it needs, from nothing but Python >= 3.10,
# make and a package index, and only what changed since the last time.
#
#   PYTHON=python3.12 make test      another interpreter than the first suitable one, after make clean
#   make test ARGS="-k refund -x"    arguments for pytest
#   make test WORKERS=0              one process, for a debugger
#   make test LOCKED=no              the newest versions setup.cfg allows instead of the locked ones

LOCKED ?= yes
# One more than there are cores: tests that wait for a browser, a database or a process leave theirs idle.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The tests start many processes: what one has compiled the next need not.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo test fuzz system check style types generated docs format bench lock clean
METADATA = setup.cfg pyproject.toml wxpay_v2/__init__.py
INSTALL = tools/environment.sh

help:
	@echo "make demo    the main job against the simulator, over real mutual TLS"
	@echo "make test    the whole test suite"
	@echo "make check   style, types, generated files, documentation"
	@echo "make fuzz    two million mutated messages"
	@echo "make bench   side by side with other libraries"
	@echo "make docs    the documentation, into docs/_build/html"
	@echo "make format  rewrite the source in the house style"
	@echo "make lock    renew the locked versions in requirements/"
	@echo "make clean   remove everything the other targets made"

demo: .venv/demo.stamp
	.venv/bin/wxpay-v2 demo
	.venv/bin/wxpay-v2 demo --upgrade

test: .venv/dev.stamp system
	.venv/bin/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal $(ARGS)

# Two million mutated notifications, replies and statements, on all cores.
fuzz: .venv/dev.stamp
	WXPAY_V2_FUZZ=$${WXPAY_V2_FUZZ:-2000000} .venv/bin/python -m pytest -n 0 tests/test_fuzz.py $(ARGS)

system: .venv/dev.stamp
	@tools/test_dependencies.sh
	@PYTHON=.venv/bin/python tools/peers.sh

check: style types generated docs

style: .venv/dev.stamp
	.venv/bin/ruff check --output-format concise .
	.venv/bin/ruff format --check .

types: .venv/dev.stamp
	.venv/bin/mypy

generated: .venv/dev.stamp
	.venv/bin/python -m wxpay_v2.generate --check

format: .venv/dev.stamp
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/python -m wxpay_v2.generate

docs: .venv/dev.stamp
	.venv/bin/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

# The package is not installed here: what is measured is the source as it lies, without an import hook in the way.
bench: .venv-bench/bench.stamp
	PYTHONPATH=. .venv-bench/bin/python benchmarks/run.py $(ARGS)

lock:
	tools/lock.sh

.venv/demo.stamp: requirements/demo.txt $(METADATA)
	@LOCKED=$(LOCKED) $(INSTALL) .venv demo cli,simulator

.venv/dev.stamp: requirements/dev.txt $(METADATA)
	@LOCKED=$(LOCKED) $(INSTALL) .venv dev async,cli,simulator,booking,django,flask,parquet,telemetry,migration,spark,dev

.venv-bench/bench.stamp: requirements/bench.txt
	@LOCKED=$(LOCKED) $(INSTALL) .venv-bench bench

clean:
	rm -rf .venv .venv-bench .venv-lock .npm-peers .peers build dist docs/_build docs/_generated *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find wxpay_v2 tests benchmarks tools docs -name __pycache__ -type d -prune -exec rm -rf {} +
