# make serve   build the server and answer decisions about the example application on port 8180
# make test    build everything and run every test
# make differential  compare with the Rust engine on CASES (20000) random cases of a SEED (1)
# make fuzz    fuzz the readers and writers of hostile input, FUZZ_SECONDS (60) each or FUZZ_RUNS executions
# make fuzz-saml  fuzz the C boundary of SAML, and run it on threads under the thread sanitizer
# make sanitize-saml  run the tests of SAML, its messages included, under the address and the thread sanitizer
# make saml-peers  judge SAML messages by other implementations too: minted anew, or those of the folder MESSAGES
# make bench   measure the compiled engine and loading, and check the budgets of the engine
# make bench-peers   compare it with Rust Cedar and cedarling, which are installed into .venv
# make bench-issuers   rotate the keys of ISSUERS (10000) under load, with outages and unknown keys; takes 15 minutes
# make bench-saml    compare the verification of a SAML response with python-xmlsec, which is installed into .venv
# make bench-http    compare POST /v1/decide with a constant answer of the same listener: throughput and CPU (needs wrk)
# make bench-latency  the same for the p99 at half of the greatest throughput, while a policy changes every 5 seconds
#
# All install the system packages they need (Debian; with sudo unless run as root) and say what they do.

SWIFT ?= swift
# What the Swift toolchain, the build and the tests need beyond a bare Debian 12.
PACKAGES := binutils ca-certificates curl git libc6-dev libcurl4 libedit2 libgcc-12-dev libpython3.11 libsqlite3-0 \
            libssl-dev libstdc++-12-dev libxml2-dev libxmlsec1-dev libz3-4 pkg-config python3 python3-venv tzdata xz-utils zlib1g-dev
PORT ?= 8180
OPERATIONS_PORT ?= 8181
SEED ?= 1
CASES ?= 20000
ISSUERS ?= 10000

.PHONY: help setup peers bench-tools build serve test differential fuzz fuzz-saml sanitize-saml saml-peers budgets bench \
        bench-build bench-peers bench-issuers bench-saml bench-http bench-latency format lint clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

setup:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "error: no Swift toolchain; install Swift 6.3 or later from https://www.swift.org/install/linux/"; exit 1; }
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "setup: installing system packages:$$missing"; \
	  root=""; [ "$$(id -u)" = 0 ] || root=sudo; \
	  $$root apt-get update -qq && \
	  $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: setup
	@echo "build: compiling the server (release)"
	@$(SWIFT) build -c release --product verdict

serve: build
	@echo "serve: decisions on http://127.0.0.1:$(PORT), health on http://127.0.0.1:$(OPERATIONS_PORT)"
	@exec "$$($(SWIFT) build -c release --show-bin-path)/verdict" serve --policies Policies \
	  --port $(PORT) --operations-port $(OPERATIONS_PORT)

# What tests are checked against, in an environment of their own: validators for the published formats, and the Rust
# engine for Cedar.
peers: setup
	@if ! cmp -s Tests/requirements.txt .venv/installed.txt; then \
	  echo "setup: installing the Python packages that tests use into .venv"; \
	  python3 -m venv --clear .venv && .venv/bin/pip install -q --disable-pip-version-check -r Tests/requirements.txt && \
	  cp Tests/requirements.txt .venv/installed.txt; \
	fi

test: peers
	@echo "test: compiling and running every test"
	@$(SWIFT) build --build-tests
	@SWIFT="$(SWIFT)" VERDICT_PYTHON="$(CURDIR)/.venv/bin/python" Tests/run.sh

differential: peers
	@echo "differential: compiling"
	@$(SWIFT) build -c release --product DifferentialPeer
	@.venv/bin/python Tests/Differential/differential.py --seed $(SEED) --cases $(CASES) \
	  --peer "$$($(SWIFT) build -c release --show-bin-path)/DifferentialPeer"

fuzz: setup
	@Tests/Fuzzing/fuzz.sh .build/fuzz $(FUZZ_TARGETS)

# The C boundary of SAML: hostile messages with the address sanitizer, and threads with the thread sanitizer.
fuzz-saml: setup
	@Tests/Fuzzing/Messages/fuzz.sh .build/fuzz-saml
	@Tests/Fuzzing/Messages/threads.sh .build/threads-saml

# Swift and C together; with VERDICT_VECTORS, the published messages too. Each sanitizer builds everything anew. Leaks are
# for fuzz-saml to find: making keys and reading empty files leaks in the libraries that the tests use.
sanitize-saml: setup
	@set -e; for sanitizer in address thread; do \
	  echo "sanitize-saml: compiling for the $$sanitizer sanitizer"; \
	  ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=$$sanitizer --scratch-path .build/sanitize-$$sanitizer --filter '^SAML(Vector)?Tests'; \
	done

# The same messages by ours, python3-saml and pysaml2, which asks the program xmlsec1.
saml-peers: build
	@if ! cmp -s Tests/SAMLVectorTests/requirements.txt .venv-saml/installed.txt; then \
	  command -v xmlsec1 >/dev/null || { \
	    root=""; [ "$$(id -u)" = 0 ] || root=sudo; \
	    $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends xmlsec1 >/dev/null; }; \
	  echo "setup: installing python3-saml and pysaml2 into .venv-saml"; \
	  python3 -m venv --clear .venv-saml && \
	  .venv-saml/bin/pip install -q --disable-pip-version-check -r Tests/SAMLVectorTests/requirements.txt && \
	  cp Tests/SAMLVectorTests/requirements.txt .venv-saml/installed.txt; \
	fi
	@$(SWIFT) build -c release --product MessageMint
	@set -e; bin=$$($(SWIFT) build -c release --show-bin-path); work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	messages="$(MESSAGES)"; \
	[ -n "$$messages" ] || { messages="$$work/messages"; "$$bin/MessageMint" "$$messages"; }; \
	"$$bin/verdict" conformance saml --vectors "$$messages" --results "$$work/results"; \
	.venv-saml/bin/python Tests/SAMLVectorTests/peers.py "$$messages" "$$work/results"

bench-build: setup
	@echo "bench: compiling the benchmarks (release)"
	@$(SWIFT) build -c release --package-path Benchmarks

# The counts that no machine may exceed.
budgets: bench-build
	@"$$($(SWIFT) build -c release --package-path Benchmarks --show-bin-path)/Benchmarks" budgets

bench: bench-build
	@$(SWIFT) build -c release --product LoadTimes
	@set -e; program="$$($(SWIFT) build -c release --package-path Benchmarks --show-bin-path)/Benchmarks"; \
	for what in budgets workloads series compile; do echo "bench: $$what"; "$$program" $$what; done
	@echo "bench: loading"; "$$($(SWIFT) build -c release --show-bin-path)/LoadTimes"

bench-tools: peers
	@if ! cmp -s Benchmarks/requirements.txt .venv/bench.txt; then \
	  echo "setup: installing what benchmarks compare with into .venv"; \
	  .venv/bin/pip install -q --disable-pip-version-check -r Benchmarks/requirements.txt && \
	  cp Benchmarks/requirements.txt .venv/bench.txt; \
	fi

# A response that is verified by ours alone, by both verifiers, from memory, and by python-xmlsec.
bench-saml: bench-tools build
	@.venv/bin/python Benchmarks/saml.py "$$($(SWIFT) build -c release --show-bin-path)/verdict"

# With VERDICT_BENCH, its files are compared besides the workloads of our own.
bench-peers: bench-tools bench-build build
	@set -e; program="$$($(SWIFT) build -c release --package-path Benchmarks --show-bin-path)/Benchmarks"; \
	work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; "$$program" write "$$work"; \
	files="$$work/*.json"; \
	if [ -n "$$VERDICT_BENCH" ]; then \
	  for name in gdrive-5-0 gdrive-50-0 github-5-0 github-50-0 tinytodo-5-0 tinytodo-50-0 gdrive-templates-50; do \
	    files="$$files $$VERDICT_BENCH/$$name.json"; \
	  done; \
	fi; \
	.venv/bin/python Benchmarks/peers.py "$$program" $$files
	@.venv/bin/python Benchmarks/tokens.py "$$($(SWIFT) build -c release --show-bin-path)/verdict"

# With VERDICT_VECTORS, the issuers are those of tinyidp there instead of our own.
bench-issuers: bench-tools build
	@.venv/bin/python Benchmarks/issuers.py "$$($(SWIFT) build -c release --show-bin-path)/verdict" --issuers $(ISSUERS)

bench-http: build
	@Benchmarks/http.sh

bench-latency: build
	@Benchmarks/latency.sh

format:
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

lint:
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

clean:
	@rm -rf .build
