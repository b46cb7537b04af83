# Everything a newcomer needs, one command each. Rust, a C compiler and make are expected; the commands find or fetch the rest.

SHELL := /bin/bash
export RUST_BACKTRACE ?= 0
# Tests wait for disks and sockets more than they compute.
export RUST_TEST_THREADS ?= 6

.PHONY: run test check test-sqlite test-postgres test-docs clients openapi examples bench fuzz soak licenses audit lint-contract clean

## Build, create ./data/chot.db with demo data, and serve on 127.0.0.1:8080.
run:
	cargo build --bin chot
	cargo run --quiet --bin chot -- demo
	cargo run --quiet --bin chot -- serve

## Formatting, lints, and every test: on SQLite, and on a real PostgreSQL.
test: check test-sqlite test-postgres

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings

test-sqlite:
	cargo build --workspace --quiet
	CHOT_TEST_DATABASE=sqlite cargo test --workspace --quiet

test-postgres:
	CHOT_TEST_DATABASE=postgres scripts/with-postgres.sh cargo test --quiet --workspace --test it

## Swagger UI of the demo, used in a real browser.
test-docs:
	cargo build --workspace --quiet
	scripts/test-docs.sh

## A TypeScript and a Python client, generated, compiled and run against the demo.
clients:
	cargo build --workspace --quiet
	scripts/clients.sh

## Write the published contract anew from the code.
openapi:
	cargo run --quiet --bin chot -- openapi > openapi/openapi.json.new
	mv openapi/openapi.json.new openapi/openapi.json

## Record real requests and answers of the demo anew as the examples of the contract, and write it.
examples:
	CHOT_RECORD_EXAMPLES=$(CURDIR)/crates/api/src/openapi/examples.json cargo test --workspace --test it -- contract::story::the_story_of_the_demo
	$(MAKE) openapi

## Speed, memory and start-up, in release, on both databases; rewrites tests/bench/RESULTS.md.
bench:
	scripts/bench.sh

## A minute of seeded, property-based fuzzing of the contract.
fuzz:
	cargo build --quiet --bin chot
	scripts/fuzz.sh

## What takes long, on both databases: a thousand nights in which workers die, servers killed again and again while they work, and floods.
soak: export CHOT_NIGHTS ?= 1000
soak: export CHOT_KILLS ?= 20
soak: export CHOT_FLOOD ?= 200
soak:
	cargo build --workspace --quiet
	cargo test --quiet --workspace --test it -- robustness::nights robustness::kills robustness::floods
	CHOT_TEST_DATABASE=postgres scripts/with-postgres.sh cargo test --quiet --workspace --test it -- robustness::nights robustness::kills robustness::floods

## Licences and sources of all dependencies.
licenses:
	scripts/licenses.sh

## Known vulnerabilities of dependencies; wants the network.
audit:
	scripts/audit.sh

## Linters of the contract; they want Node.
lint-contract:
	scripts/lint-contract.sh

clean:
	cargo clean
	rm -rf data
