#!/usr/bin/env bash
# Measures POST /v1/decide of the example application against a constant answer of the same size from the same
# listener, in one run, with wrk on one thread and keep-alive. Needs wrk, curl and a release build (`make build`).
#
#   Benchmarks/http.sh [seconds per measurement, default 10]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
command -v wrk >/dev/null || { echo "error: install wrk (apt-get install wrk)" >&2; exit 2; }
verdict="$(swift build -c release --show-bin-path)/verdict"
[ -x "$verdict" ] || { echo "error: run 'make build' first" >&2; exit 2; }

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT
port=18280
constant=18282

cat >"$work/body.json" <<'JSON'
{"principal": {"type": "User", "id": "ada", "roles": ["editor"], "attributes": {"department": "engineering"}},
 "action": {"id": "dashboard:edit"},
 "resource": {"type": "Dashboard", "id": "d-4711",
  "attributes": {"tenant": "acme", "sensitivity": "confidential", "owner": "sre", "tags": ["checkout", "latency"]}},
 "context": {"mfa_verified": true, "network_zone": "vpn", "source_ip": {"__extn": {"fn": "ip", "arg": "10.1.2.3"}}}}
JSON
cat >"$work/post.lua" <<LUA
local file = io.open("$work/body.json"); wrk.body = file:read("*a"); file:close()
wrk.method = "POST"; wrk.headers["Content-Type"] = "application/json"
LUA

"$verdict" serve --policies Policies --port $port --operations-port 0 --threads 1 2>"$work/serve.log" &
pids+=($!)
for _ in $(seq 100); do grep -q 'decisions on' "$work/serve.log" && break; sleep 0.1; done
answer=$(curl -s "http://127.0.0.1:$port/t/acme/v1/decide" -H 'Content-Type: application/json' --data-binary "@$work/body.json")
echo "$answer" | grep -q '"decision":"allow"' || { echo "error: unexpected answer $answer" >&2; exit 1; }
"$verdict" bench listener --port $constant --bytes ${#answer} 2>"$work/constant.log" &
pids+=($!)
for _ in $(seq 100); do grep -q 'constant answers' "$work/constant.log" && break; sleep 0.1; done

cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; }
ticks=$(getconf CLK_TCK)
printf '%-10s %4s %12s %10s %10s %14s\n' answer conn 'requests/s' p50 p99 'CPU us/request'
for connections in 1 16 32; do
  for kind in decide constant; do
    [ $kind = decide ] && { url="http://127.0.0.1:$port/t/acme/v1/decide"; pid=${pids[0]}; } \
                       || { url="http://127.0.0.1:$constant/t/acme/v1/decide"; pid=${pids[1]}; }
    wrk -t1 -c1 -d1s -s "$work/post.lua" "$url" >/dev/null
    before=$(cpu "$pid")
    wrk -t1 -c$connections -d${seconds}s --latency -s "$work/post.lua" "$url" >"$work/out"
    after=$(cpu "$pid")
    if grep -q 'Non-2xx' "$work/out"; then cat "$work/out"; exit 1; fi
    awk -v kind=$kind -v c=$connections -v cpu=$((after - before)) -v ticks="$ticks" '
      /50%/ {p50=$2} /99%/ {p99=$2} /requests in/ {n=$1} /Requests\/sec/ {rate=$2}
      END {printf "%-10s %4d %12s %10s %10s %14.1f\n", kind, c, rate, p50, p99, cpu / ticks * 1e6 / n}' "$work/out"
  done
done
