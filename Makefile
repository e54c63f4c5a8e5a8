# Two commands to begin with: `make demo` to look around, `make test` to work on it. Each sets up what it needs first.
.DEFAULT_GOAL := help
.PHONY: help demo setup test test-long lint rules bench lock audit sbom
BIN := .venv/bin
ARGS ?=
# Otherwise each of the hundreds of processes that the tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make demo    look around in a made-up hiring round   (ARGS=\"--port 9000\" for options)"
	@echo "make setup   prepare the checkout for working on it"
	@echo "make test    the tests                               (ARGS=\"tests/rubrics -k spread\" for some)"
	@echo "make test-long   those that take long: PostgreSQL for all, other screens, whole installations, workers that are killed"
	@echo "make lint    style, types, and which part may use which"
	@echo "make bench   what pages, exports and PDFs cost"
	@echo "make audit   whether a dependency has a known weakness (asks a database on the network)"
	@echo "make sbom    sbom.json: the dependencies of an installation, as CycloneDX"
	@echo "make lock    requirements.lock and requirements-run.lock anew, after a change to the dependencies in pyproject.toml"

demo:
	@tools/setup.sh run
	@$(BIN)/screening demo $(ARGS)

setup:
	@tools/setup.sh

test: setup
	$(BIN)/pytest -n auto --dist loadgroup -m "not long" $(ARGS)

test-long: setup
	$(BIN)/pytest -n auto --dist loadgroup -m long $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy screening rubrics reports
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --severity-level medium screening rubrics reports

# Rules of this house alone. A tool of its own, as it wants other versions of what we lock.
rules: setup
	$(BIN)/uv tool run --from semgrep==1.182.0 semgrep scan --config tools/rules.yml --error --strict --metrics=off \
		--disable-version-check --quiet .

bench: setup
	$(BIN)/python -m bench $(ARGS)

lock: setup
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --quiet -o requirements.lock
	echo hatchling | $(BIN)/uv pip compile pyproject.toml - --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --quiet -c requirements.lock -o requirements-run.lock

# Strict: without it a database that cannot be reached would pass for one that knows of nothing.
audit: setup
	$(BIN)/uv tool run --from pip-audit==2.10.1 pip-audit --strict --require-hashes --disable-pip -r requirements-run.lock

sbom: setup
	$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements-run.lock --pyproject pyproject.toml \
		--output-reproducible -o sbom.json
