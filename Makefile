# The one door. `make demo` shows the main job on real mail, `make test` proves it; both set the machine up first.

.PHONY: help demo test unit build judge fuzz bench linear image man format generate tsan clean

RELEASE = swift build -c release --explicit-target-dependency-import-check error

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

demo: ## set up, build, send real mail through Transom and show what the webhook got
	@scripts/setup build
	@scripts/demo

test: ## set up, build once, run every check and test (what CI runs)
	@scripts/setup
	@scripts/test

unit: ## the quick part: debug build and unit tests
	@scripts/setup
	swift test --disable-xctest --explicit-target-dependency-import-check error --skip IntegrationTests

build: ## the release binary, .build/release/transom
	@scripts/setup build
	$(RELEASE) --product transom

judge: ## the judges of $$TRANSOM_JUDGES at full scale
	@scripts/setup
	$(RELEASE) --product transom
	@scripts/judge full

fuzz: ## build the fuzzers and run each for SECONDS (60)
	@scripts/setup
	@scripts/fuzz $${SECONDS_EACH:-60}

bench: ## throughput, latency and memory beside Postfix's smtp-sink, TLS beside openssl s_server
	@scripts/setup bench
	$(RELEASE) --product transom
	@Benchmarks/run
	@Benchmarks/connections

linear: ## twice the size of a hostile message takes at most 2.2 times the instructions
	@scripts/setup bench
	$(RELEASE) --product transom
	@Benchmarks/MIME/linear

image: ## prove the Dockerfile's package list in a bare Debian folder
	@scripts/setup bench
	@scripts/check-image

man: build ## write the man pages into .build/man
	@scripts/man-pages .build/release/transom .build/man
	@echo "man -l .build/man/transom.1"

format: ## write the sources the way swift-format wants them
	swift format --in-place --recursive --configuration .swift-format Sources Tests Package.swift

generate: ## write the generated pages of docs/ anew
	@scripts/generate

tsan: ## unit tests under the thread sanitizer
	swift test --disable-xctest --sanitize thread --scratch-path .build-tsan --skip IntegrationTests

clean: ## remove what was built
	rm -rf .build .build-tsan .build-fuzz
