# All commands of this repository. They run cargo and the programs in scripts/.

CARGO ?= cargo

.PHONY: help build install uninstall demo test fuzz bench soak mutants lint docs check platforms package

help: ## Prints this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

build: ## Builds target/release/terraform-provider-ecr and ecr-sandbox
	@command -v $(CARGO) >/dev/null || { echo '$(CARGO) is missing. Install Rust with rustup (https://rustup.rs), then open a new terminal' >&2; exit 1; }
	$(CARGO) build --release --locked

install: build ## Installs the provider for `terraform init` and `tofu init`, and ecr-sandbox in ~/.local/bin
	@scripts/install

uninstall: ## Removes the files that `make install` installed, and nothing else
	@scripts/install --uninstall

demo: ## Runs the main job with real Terraform and ecr-sandbox, without an AWS account
	@CARGO='$(CARGO)' scripts/demo

test: ## Runs every test, also with real Terraform. Downloads programs into .tools/. ONLY=name picks tests
	@CARGO='$(CARGO)' exec scripts/test '$(ONLY)'

# `make test` runs the same fuzz targets, with a few hundred inputs each.
SECONDS ?= 60
fuzz: ## Runs every fuzz target for a minute each, or for SECONDS=...
	@CARGO='$(CARGO)' scripts/fuzz $(SECONDS)

bench: build ## Measures the performance budgets; PEER=path of a hashicorp/aws, RUNS=15, CHECK=1 to fail if a budget is missed
	@CARGO='$(CARGO)' PEER='$(PEER)' RUNS='$(RUNS)' CHECK='$(CHECK)' scripts/bench

soak: build ## Opens a day of tokens in one process, in four minutes, and checks memory, files, threads, identities and secrets. SEED=number repeats a run, OPENS=100000
	@CARGO='$(CARGO)' SEED='$(SEED)' OPENS='$(OPENS)' scripts/soak

mutants: ## Changes the sources in one place at a time, and lists the changes that no test of the crate notices. SHARD=0/20 picks a twentieth
	@CARGO='$(CARGO)' scripts/mutants $(SHARD)

lint: ## Checks format, clippy, rustdoc, the language of comments and pages, and cargo-deny and actionlint if they are installed
	@scripts/differential_test.py
	@scripts/pictures_test.py
	@scripts/prose_test.py
	@scripts/refresh_lists_test.py
	@scripts/release_test.py
	@scripts/results_test.py
	@scripts/search_test.py
	@scripts/suite_test.py
	@scripts/prose
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --locked
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny check bans licenses sources; \
	else echo 'NOT RUN: cargo deny check (cargo-deny is not installed)' >&2; fi
	@if command -v actionlint >/dev/null; then actionlint; \
	else echo 'NOT RUN: actionlint (it is not installed)' >&2; fi

docs: ## Regenerates the protocol code, and schemas and examples in docs/. Fails if a file has changed and must be committed
	$(CARGO) test --workspace --test generated --test docs --locked --no-fail-fast

check: lint test ## Runs lint and test, as .ci/run does

platforms: ## Builds for other platforms, runs what was built under emulators, and prints a table. Takes more than an hour. ONLY=name picks rows
	@CARGO='$(CARGO)' scripts/platforms $(ONLY)

package: ## Builds the release files of this platform in dist/. TARGET=x86_64-unknown-linux-musl, say, picks another platform
	@CARGO='$(CARGO)' scripts/package $(if $(TARGET),--target $(TARGET))
