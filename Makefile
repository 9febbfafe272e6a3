# The commands of this repository. `make help` lists them.

CARGO ?= cargo
TARGET = $(or $(CARGO_TARGET_DIR),target)
# Arguments: make run ARGS='--database postgres://...', make bench ARGS='--veloce'
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test fmt lint bench torture

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: ## build and start the sandbox: the gateway with a simulated pagoPA and a demo body
	@sh scripts/prepara.sh costruzione
	$(CARGO) build --locked --profile sandbox --bin govpay -p govpay-server
	exec $(TARGET)/sandbox/govpay sandbox $(ARGS)

test: ## check format and lints, run all tests on SQLite, on a private PostgreSQL and in a browser
	@sh scripts/prepara.sh prove
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) test --workspace --locked
	cd browser && npm ci --prefer-offline --no-audit --no-fund
	cd browser && GOVPAY_BIN="$(abspath $(TARGET))/debug/govpay" npm test

fmt: ## format the sources
	$(CARGO) fmt --all

lint: ## clippy alone, as `make test` runs it
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

bench: ## measure the gateway beside pgbench (about 40 minutes), results also in bench/results.md
	@sh scripts/prepara.sh prove
	$(CARGO) build --locked --release -p govpay-server --bin govpay -p govpay-bench --bin govpay-bench
	$(TARGET)/release/govpay-bench --risultati bench/results.md $(ARGS)

.PHONY: guida
guida: ## rewrite the examples and the tables of the guides in docs/
	GOVPAY_AGGIORNA_GUIDA=1 $(CARGO) test --locked -p govpay-server --test guida dice_il_vero

torture: ## kill, starve and attack the gateway for about half an hour, then look for what it lost (ARGS='--solo sqlite')
	@sh scripts/prepara.sh prove
	$(CARGO) build --locked -p govpay-server --bin govpay -p govpay-tortura --bin govpay-tortura
	GOVPAY_BIN="$(abspath $(TARGET))/debug/govpay" $(TARGET)/debug/govpay-tortura $(ARGS)
