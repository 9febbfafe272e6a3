#!/usr/bin/env bash
# Runs every fuzz target (docs/fuzz.md) for a while; stops at the first that fails.
#
#   scripts/fuzz.sh [seconds] [target...]     60 seconds each, all targets
#
# Needs cargo-fuzz and a nightly toolchain; not part of `make test`.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

secondi=${1:-60}
[[ "$secondi" =~ ^[1-9][0-9]*$ ]] || { echo "usage: scripts/fuzz.sh [seconds] [target...]" >&2; exit 2; }
shift || true
bersagli=("$@")
if [[ ${#bersagli[@]} -eq 0 ]]; then
    mapfile -t bersagli < <(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"/\1/p' Cargo.toml)
fi

for t in "${bersagli[@]}"; do
    case "$t" in
        busta | messaggi | simulatore) dizionario=xml ;;
        json | pendenza | modifiche | anagrafica | ente | gettone | moduli) dizionario=json ;;
        loghi) dizionario=xml ;;
        modelli) dizionario=modelli ;;
        *) dizionario=testi ;;
    esac
    opzioni=(-s none)
    # The feature that the target asks for in Cargo.toml.
    serve=$(sed -n "/^path = \"fuzz_targets\/$t\.rs\"/{n;s/^required-features = \[\"\(.*\)\"\]/\1/p}" Cargo.toml)
    if [[ -n "$serve" ]]; then opzioni+=(--features "$serve"); fi
    mkdir -p "corpus/$t"
    printf '\n== %s, %s s\n' "$t" "$secondi"
    # Our crates forbid unsafe code: the sanitizers of memory would only slow it down.
    cargo +nightly fuzz run --fuzz-dir . "${opzioni[@]}" "$t" "corpus/$t" "semi/$t" -- \
        -dict="dizionari/$dizionario.dict" -max_total_time="$secondi" -max_len=8192 -timeout=5 \
        -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1
done
printf '\n== no crash\n'
