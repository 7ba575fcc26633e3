#!/usr/bin/env bash
# Fuzzes each target, two at a time, and reports executions and edges.
#   fuzz.sh FOLDER [TARGET...]   the program is built and kept there, with what the runs found
# FUZZ_SECONDS bounds the time of each target (60), FUZZ_RUNS the number of executions (no bound).
# Exits with 1 when a target failed; the input is in FOLDER/findings/TARGET.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
seconds=${FUZZ_SECONDS:-60}
runs=${FUZZ_RUNS:--1}
"$here/build.sh" "$out"
targets=("$@")
[ $# -gt 0 ] || targets=(policy-text policy-json round-trip formatter schema-text schema-json data evaluation token)

run() { # TARGET
  local dictionary=cedar
  case $1 in
    policy-json | schema-json | data | token) dictionary=$1 ;;
    schema-text) dictionary=cedarschema ;;
  esac
  mkdir -p "$out/corpus/$1" "$out/findings/$1"
  # A trap must end the program at once: the interactive backtrace of Swift would wait.
  ASAN_OPTIONS=malloc_context_size=1:quarantine_size_mb=8:detect_leaks=0 SWIFT_BACKTRACE=enable=no FUZZ_TARGET=$1 \
    nice -n 15 "$out/fuzz" -max_total_time="$seconds" -runs="$runs" -max_len=2048 \
    -timeout=10 -rss_limit_mb=3072 -dict="$here/Dictionaries/$dictionary.dict" -print_final_stats=1 \
    -artifact_prefix="$out/findings/$1/" "$out/corpus/$1" "$here/Seeds/$1" >"$out/$1.log" 2>&1
}

failed=0
report() { # TARGET STATUS
  local executions edges
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$1.log")
  edges=$(grep -o 'cov: [0-9]*' "$out/$1.log" | tail -1 | cut -d' ' -f2)
  echo "fuzz: $1: ${executions:-?} executions, ${edges:-?} edges$([ "$2" = 0 ] || echo ", FAILED, see $out/$1.log")"
  [ "$2" = 0 ] || failed=1
}

index=0
while [ $index -lt ${#targets[@]} ]; do
  pair=("${targets[@]:index:2}")
  processes=()
  for target in "${pair[@]}"; do
    run "$target" &
    processes+=($!)
  done
  for number in "${!pair[@]}"; do
    status=0
    wait "${processes[$number]}" || status=$?
    report "${pair[$number]}" "$status"
  done
  index=$((index + 2))
done
exit $failed
