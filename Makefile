# The few commands that a person needs. Each says what it does and how long its stages took.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_COLOR ?= auto
export YES

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: ## From nothing to a healthy cluster of one node (NAME=minos, NODES=vm|container).
	@hack/up cluster

.PHONY: down
down: ## Remove the cluster.
	@hack/up down

.PHONY: env
env: ## Print how a shell reaches the cluster: eval "$$(make -s env)".
	@hack/up env

.PHONY: image
image: ## Build everything and compose the image, in out/.
	@hack/up image

.PHONY: release
release: ## The same as it is shipped, optimized for size, in out/release/.
	@hack/up --release image

.PHONY: host
host: ## Check this host and install what it lacks (Debian packages; asks first, YES=1 does not).
	@hack/host test

.PHONY: setup
setup: ## The set-up test: what a bare Debian 12 needs before it can build (takes root).
	@hack/bare setup

.PHONY: fresh
fresh: ## The whole of `make up` in a bare Debian 12, with the time of each stage (takes root).
	@hack/bare fresh

.PHONY: check
check: ## The inner loop: format, repository rules, lints, unit tests.
	cargo fmt --all --check
	cargo xtask check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo test --locked --workspace --quiet

.PHONY: e2e
e2e: ## The whole system in virtual machines, with its assertions.
	@hack/up e2e

.PHONY: fuzz
fuzz: ## Fuzz with coverage, ten minutes for each target.
	@hack/fuzz

.PHONY: bench
bench: ## Measure what is shipped against the budgets; writes bench/results.
	@hack/up --release bench

.PHONY: test
test: ## Everything that has to pass, cheap failures first: check, set-up, some fuzzing, e2e.
	@hack/host test
	@hack/bare check
	$(MAKE) check
	@hack/bare setup
	@hack/fuzz --seconds 10
	$(MAKE) e2e
