#!/usr/bin/env bash
# Measures the p99 of POST /v1/decide at half of its greatest throughput and a constant rate, while one policy is
# changed and reloaded every five seconds and every decision adds a line to an access log, against the same listener
# with a constant answer of the same size at the same rate. Rounds alternate; the goal is a p99 of at most 250 us above
# that of the constant answer. Needs curl and a release build (`make build`).
#
#   Benchmarks/latency.sh [rounds, default 5] [seconds per measurement, default 10] [requests a second]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} seconds=${2:-10} rate=${3:-}
verdict=${VERDICT:-$(swift build -c release --show-bin-path)/verdict}
[ -x "$verdict" ] || { echo "error: run 'make build' first" >&2; exit 2; }

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
decide=http://127.0.0.1:18292/t/acme/v1/decide
operations=http://127.0.0.1:18293
constant=http://127.0.0.1:18294/t/acme/v1/decide

cp -r Policies "$work/Policies"
echo "token-for-the-benchmark" >"$work/token"
# Questions of one shape about many resources: more than the server recalls, so that they are read.
for number in $(seq 4000); do
  echo '{"principal": {"type": "User", "id": "ada", "roles": ["editor"], "attributes": {"department": "engineering"}}, "action": {"id": "dashboard:edit"}, "resource": {"type": "Dashboard", "id": "d-'$number'", "attributes": {"tenant": "acme", "sensitivity": "confidential", "owner": "sre", "tags": ["checkout", "latency"]}}, "context": {"mfa_verified": true, "network_zone": "vpn", "source_ip": {"__extn": {"fn": "ip", "arg": "10.1.2.3"}}}}'
done >"$work/requests"
head -1 "$work/requests" >"$work/request"

"$verdict" serve --policies "$work/Policies" --port 18292 --operations-port 18293 --threads 1 \
  --admin-token-file "$work/token" --access-log "$work/access.log" 2>"$work/serve.log" &
pids+=($!)
for _ in $(seq 100); do curl -sf "$operations/health/ready" >/dev/null && break; sleep 0.1; done
answer=$(curl -s "$decide" -H 'Content-Type: application/json' --data-binary "@$work/request")
echo "$answer" | grep -q '"decision":"allow"' || { echo "error: unexpected answer $answer" >&2; exit 1; }
"$verdict" bench listener --port 18294 --bytes ${#answer} 2>"$work/constant.log" &
pids+=($!)
for _ in $(seq 100); do grep -q 'constant answers' "$work/constant.log" && break; sleep 0.1; done

measure() { "$verdict" bench http --url "$1" --requests "$work/requests" --duration "$2" "${@:3}"; }
if [ -z "$rate" ]; then
  measure "$decide" 2 >/dev/null
  greatest=$(measure "$decide" 5 | awk '/^throughput/ {print $2}')
  rate=$((greatest / 2))
  echo "greatest throughput $greatest a second, measured at $rate"
fi

# The condition never holds, so that answers stay the same.
(
  for number in $(seq 100000); do
    sleep 5
    echo "@id(\"bench\") permit (principal, action == Traceo::Action::\"metrics:read\", resource)" \
      "when { context has mfa_method && context.mfa_method == \"none-$number\" };" \
      >"$work/Policies/traceo/policies/bench.cedar"
    curl -s -o /dev/null -w '%{http_code}\n' -X POST -H 'Authorization: Bearer token-for-the-benchmark' \
      "$operations/v1/admin/reload" >>"$work/reloads"
  done
) &
pids+=($!)

microseconds() { awk -v name="$1" '{for (i = 1; i < NF; i++) if ($i == name) print $(i + 1)}' "$work/out"; }
printf '%-9s %10s %10s %10s %10s %12s\n' answer p50 p90 p99 p99.9 'failed'
for round in $(seq "$rounds"); do
  for kind in constant decide; do
    url=${!kind}
    measure "$url" "$seconds" --rate "$rate" >"$work/out"
    failed=$(awk '/^answers/ {gsub(/[^0-9 ]/, ""); print $(NF - 1) + $NF}' "$work/out")
    printf '%-9s %10s %10s %10s %10s %12s\n' $kind "$(microseconds p50)" "$(microseconds p90)" "$(microseconds p99)" \
      "$(microseconds p99.9)" "$failed"
    microseconds p99 >>"$work/$kind.p99"
  done
done

median() { sort -n "$1" | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }
awk -v decide="$(median "$work/decide.p99")" -v constant="$(median "$work/constant.p99")" 'BEGIN {
  printf "median p99: decide %.0f us, constant %.0f us, difference %.0f us (goal: at most 250)\n",
    decide, constant, decide - constant}'
echo "reloads: $(grep -c 200 "$work/reloads" || true) replaced, $(grep -vc 200 "$work/reloads" || true) refused;" \
  "access log: $(wc -l <"$work/access.log") lines"
