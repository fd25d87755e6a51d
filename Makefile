# The work on Linklog, by name. Needs Go; test-kafka and chaos also need Java and Maven, test-sdk Node, Python and Ruby.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

tool := go tool -modfile=.ci/tools.mod
buf := go tool -modfile=.ci/buf.mod buf

# What `buf breaking` compares with: the last release, before the first one the commit before this one.
BASE ?= $(shell git describe --tags --abbrev=0 2>/dev/null || git rev-parse --verify --quiet HEAD~1)
FUZZTIME ?= 10s
PKG ?= ./...
ARGS ?=

.PHONY: help
help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-12s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/linklog
	CGO_ENABLED=0 go build -trimpath -o bin/linklog ./cmd/linklog

.PHONY: run
run: build ## Run everything in one process (ARGS="--data DIR …")
	bin/linklog dev $(ARGS)

.PHONY: test
test: ## Run all tests under the race detector (PKG=./domain/... for some)
	go test -race -timeout 15m $(ARGS) $(PKG)

.PHONY: test-kafka
test-kafka: PKG = ./adapters/kafka/... ./commands/... ./cmd/...
# What is only about pages, answers and files says nothing new there.
test-kafka: SKIP = ^Test(Dashboard|VisitInABrowser|Guides|Guide.*|Help|Documents|Completion.*|Remote.*|Import|Export|Cities|.*ByHand|.*OfOperators|ErasedAccountLeavesNothing|Logos.*|Native|Maintenance|EveryDialect.*|RulesPass.*|WhatOneSays.*|LinkPackAlone.*|Plans.*|Origins.*|DomainChangesHands)$$
test-kafka: ## Run the tests that talk to Kafka on a real Apache Kafka
	deploy/kafka/run.sh go test -race -count=1 -p 1 -timeout 15m -skip '$(SKIP)' $(ARGS) $(PKG)

.PHONY: test-sdk
test-sdk: build ## Test the SDKs, each against a Linklog that it starts
	cd schemas/sdk/typescript && npm install --no-audit --no-fund --silent && npm test
	cd schemas/sdk/python && PYTHONPATH=src python3 -W error -m unittest discover -s tests
	cd schemas/sdk/ruby && ruby -w test/all.rb

.PHONY: chaos
chaos: ## Kill processes and a real Apache Kafka at random under load and compare all accounts (SEEDS=50)
	CHAOS_SEEDS=$(or $(SEEDS),50) deploy/kafka/run.sh --stopped go test -race -count=1 -timeout 90m -run '^TestChaos$$' -v ./cmd/linklog

.PHONY: bench
bench: build ## Measure the product from outside (ARGS="--only redirects")
	go run ./cmd/bench $(ARGS)

.PHONY: fuzz
fuzz: ## Fuzz everything that parses, FUZZTIME each (FUZZTIME=1m)
	@grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -r -n1 dirname | sort -u | while read -r dir; do \
		for f in $$(go test -list '^Fuzz' "$$dir" | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) "$$dir" || exit 1; \
		done; \
	done

.PHONY: lint
lint: ## Look for mistakes
	$(tool) golangci-lint config verify
	$(tool) golangci-lint run $(PKG)

.PHONY: format
format: ## Lay out the code and sort its imports
	$(tool) golangci-lint fmt $(PKG)

.PHONY: generate
generate: ## Generate code from the schemas and the dashboard's templates
	$(buf) generate schemas --template schemas/buf.gen.yaml
	$(tool) templ generate -path adapters/web -include-version=false -log-level warn

.PHONY: sdk
sdk: ## Generate the SDKs from the native API's document
	go run ./schemas/sdk/generate

.PHONY: verify
verify: verify-generated verify-schemas verify-modules ## See that what is generated, promised and required agrees

.PHONY: verify-generated
verify-generated: generate sdk
	@git diff --exit-code -- schemas adapters/web && test -z "$$(git status --porcelain -- schemas adapters/web | tee /dev/stderr)"

.PHONY: verify-schemas
verify-schemas:
	$(buf) lint schemas
	@if git cat-file -e '$(BASE):schemas/buf.yaml' 2>/dev/null; then \
		set -x; $(buf) breaking schemas --against '.git#ref=$(BASE),subdir=schemas'; \
	else echo "no earlier schemas to compare with"; fi

.PHONY: verify-modules
verify-modules:
	go vet $(PKG)
	go mod tidy -diff
	go mod verify

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin
