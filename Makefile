# The loop of development; CI runs the same words.

SWIFT ?= swift
# What building, the demo and the tests need from Debian.
BUILD_PACKAGES := pkg-config libgit2-dev libyaml-dev libcurl4-openssl-dev git ca-certificates
DEMO_PACKAGES := prometheus
TEST_PACKAGES := openssh-server openssh-client nginx-light fcgiwrap openssl python3 python3-yaml
PACKAGES := $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(TEST_PACKAGES)

# Warnings are errors for everybody who works on the code.
test check soak record: export HEADGATE_STRICT = 1

.DEFAULT_GOAL := help
.PHONY: help setup build test check format demo soak record clean

help: ## Show these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing
	@missing="$$(for p in $(PACKAGES); do dpkg -s "$$p" >/dev/null 2>&1 || echo "$$p"; done | tr '\n' ' ')"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then SUDO=; elif command -v sudo >/dev/null 2>&1; then SUDO="sudo"; else \
	    echo "These packages are missing; install them as root: apt-get install $$missing"; exit 1; fi; \
	  echo "Installing: $$missing"; \
	  $$SUDO apt-get update -q >/dev/null && \
	  printf '#!/bin/sh\nexit 101\n' > .policy-rc.d && chmod 755 .policy-rc.d && \
	  { [ -e /usr/sbin/policy-rc.d ] || { $$SUDO cp .policy-rc.d /usr/sbin/policy-rc.d && touch .policy-placed; }; }; \
	  $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing >/dev/null; status=$$?; \
	  [ ! -e .policy-placed ] || $$SUDO rm -f /usr/sbin/policy-rc.d; rm -f .policy-rc.d .policy-placed; exit $$status; \
	fi
	@command -v $(SWIFT) >/dev/null 2>&1 || { echo "There is no Swift toolchain in PATH: https://www.swift.org/install"; exit 1; }

build: setup ## Build the programs
	$(SWIFT) build

test: setup ## Run every test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

check: setup ## Lint the format and hold the architecture; warnings are errors
	$(SWIFT) format lint --strict --recursive Sources Tests policies Package.swift
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter ArchitectureTests

format: ## Format the code
	$(SWIFT) format --in-place --recursive Sources Tests policies Package.swift

demo: setup ## Play three releases against a simulated cluster and a real Prometheus
	$(SWIFT) build --product headgate
	$(SWIFT) build --product headgate-simulator
	.build/debug/headgate-simulator demo

soak: setup ## Run the long random tests with their full numbers
	$(SWIFT) build --build-tests
	HEADGATE_SOAK=1 $(SWIFT) test --skip-build

record: setup ## Write the golden files anew from what the programs print today
	$(SWIFT) build --build-tests
	HEADGATE_RECORD=1 $(SWIFT) test --skip-build --filter 'ReportTests|CommandTests' || true

clean: ## Remove what was built
	rm -rf .build
