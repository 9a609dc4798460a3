# The loop of development; CI runs the same words.

SWIFT ?= swift
# What building, the demo and the tests need from Debian.
BUILD_PACKAGES := pkg-config libgit2-dev libyaml-dev libcurl4-openssl-dev git ca-certificates
DEMO_PACKAGES := prometheus
BENCH_PACKAGES := python3 python3-ruamel.yaml
TEST_PACKAGES := openssh-server openssh-client nginx-light fcgiwrap openssl python3 python3-yaml
# Warnings are errors for everybody who works on the code.
test check soak record: export HEADGATE_STRICT = 1

.DEFAULT_GOAL := help
.PHONY: help setup build test check format demo demo-pr soak bench record clean

help: ## Show these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing
	@.ci/setup $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(TEST_PACKAGES)
	@command -v $(SWIFT) >/dev/null || { echo "There is no Swift toolchain in PATH: see https://www.swift.org/install"; exit 1; }

build: ## Build the programs
	@.ci/setup $(BUILD_PACKAGES)
	$(SWIFT) build

test: setup ## Run every test
	$(SWIFT) build --build-tests
	@SWIFT=$(SWIFT) .ci/test

check: setup ## Lint the format and hold the architecture; warnings are errors
	$(SWIFT) format lint --strict --recursive Sources Tests policies Package.swift
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter ArchitectureTests

format: ## Format the code
	$(SWIFT) format --in-place --recursive Sources Tests policies Package.swift

demo: ## Play three releases against a simulated cluster and a real Prometheus
	@.ci/setup $(BUILD_PACKAGES) $(DEMO_PACKAGES)
	$(SWIFT) build --product headgate
	$(SWIFT) build --product headgate-simulator
	.build/debug/headgate-simulator demo

demo-pr: ## Take a release through staging and production by pull requests; DEMO_FLAGS=--auto plays the person too
	@.ci/setup $(BUILD_PACKAGES) $(DEMO_PACKAGES)
	$(SWIFT) build --product headgate
	$(SWIFT) build --product headgate-simulator
	.build/debug/headgate-simulator demo-pr $(DEMO_FLAGS)

soak: setup ## Run the long random tests with their full numbers
	$(SWIFT) build --build-tests
	HEADGATE_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter 'Planner|Serial|CrashTests|PropertyTests|FuzzTests|OperatingCharacteristics'

bench: ## Time the editor, the index and the judges, and show how often the judges are right
	@.ci/setup $(BUILD_PACKAGES) $(BENCH_PACKAGES)
	$(SWIFT) build -c release --product headgate-bench
	.build/release/headgate-bench $(BENCH_FLAGS)

record: setup ## Write the golden files anew from what the programs print today
	$(SWIFT) build --build-tests
	HEADGATE_RECORD=1 $(SWIFT) test --skip-build --filter 'ReportTests|CommandTests' || true

clean: ## Remove what was built
	rm -rf .build
