# Everything a newcomer needs, one command each. Rust, a C compiler and make are expected; the commands find or fetch the rest.

SHELL := /bin/bash
export RUST_BACKTRACE ?= 0
# Tests wait for disks and sockets more than they compute.
export RUST_TEST_THREADS ?= 6

.PHONY: run test check test-sqlite test-postgres test-docs clients openapi examples problems bench fuzz soak licenses audit lint-contract clean

## Build, load the demo into ./data/demo-icheck the first time, and serve it on 127.0.0.1:8080. PLAYBOOK=suno shows another way of selling.
PLAYBOOK ?= icheck
run: export CHOT_DATABASE_URL ?= sqlite://data/demo-$(PLAYBOOK)/chot.db
run: export CHOT_ATTACHMENTS ?= data/demo-$(PLAYBOOK)/attachments
run:
	@echo "The first build takes about 4 minutes on two cores, the demo ten seconds more."
	cargo build --bin chot
	@target/debug/chot demo --playbook $(PLAYBOOK)
	@target/debug/chot serve --demo

## Formatting, lints, and every test: on SQLite, and on a real PostgreSQL.
test:
	@echo "Two cores need about 10 minutes the first time for lints and build, and 7 minutes for the tests on each database."
	@scripts/test.sh format lint build rules sqlite postgres

check:
	@scripts/test.sh format lint

test-sqlite:
	@scripts/test.sh build rules sqlite

test-postgres:
	@scripts/test.sh build postgres

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
	CHOT_RECORD_EXAMPLES=$(CURDIR)/crates/api/src/web/openapi/examples.json cargo test --workspace --test it -- contract::story::the_story_of_the_demo
	$(MAKE) openapi

## Record anew which problems each operation answers, by all tests on both databases, and write the contract. With TESTS=NAME, add what the
## tests whose path contains NAME meet on SQLite.
CODES := crates/api/src/web/openapi/problems.json
problems: export CHOT_RECORD_PROBLEMS := $(CURDIR)/target/problems.json
problems:
	cargo build --workspace --all-targets
	$(if $(TESTS),cp $(CODES),echo '{}' >) $(CHOT_RECORD_PROBLEMS)
	cargo test --workspace --test it -- $(TESTS)
	$(if $(TESTS),,CHOT_TEST_DATABASE=postgres scripts/with-postgres.sh cargo test --workspace --test it)
	mv $(CHOT_RECORD_PROBLEMS) $(CODES)
	$(MAKE) openapi

## Speed, memory and start-up, in release, on both databases; rewrites tests/bench/RESULTS.md.
bench:
	scripts/bench.sh

## A minute of seeded, property-based fuzzing of the contract.
fuzz:
	cargo build --quiet --bin chot
	scripts/fuzz.sh

## What takes long, on both databases: a thousand nights in which workers die; servers killed, and told to stop, again and again while they
## work; a full disk, a read-only database, a table locked for a minute; floods.
SOAK := $(addprefix robustness::,floods kills nights outages shutdown small_disk)
soak: export CHOT_NIGHTS ?= 1000
soak: export CHOT_KILLS ?= 20
soak: export CHOT_FLOOD ?= 200
soak: export CHOT_LOCKED_SECONDS ?= 60
soak:
	cargo build --workspace
	cargo test --workspace --test it -- $(SOAK)
	CHOT_TEST_DATABASE=postgres scripts/with-postgres.sh cargo test --workspace --test it -- $(SOAK)

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
