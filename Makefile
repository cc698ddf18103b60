# The few commands that a person needs. Each says what it does and how long its stages took.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_COLOR ?= auto

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: host
host: ## Install what this host lacks (Debian packages).
	@hack/host

.PHONY: check
check: ## The inner loop: format, repository rules, lints, unit tests.
	cargo fmt --all --check
	cargo xtask check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo test --locked --workspace

.PHONY: test
test: host ## Everything that has to pass.
	$(MAKE) check
