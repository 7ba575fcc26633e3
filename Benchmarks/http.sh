#!/usr/bin/env bash
# Measures POST /v1/decide of the example application against a constant answer of the same size from the same
# listener, in one run, with wrk on one thread and keep-alive. `again` is one question asked over and over, which the
# server need not read again; `new` are questions about a resource of another id each, none asked before, and `mixed`
# the same in two shapes in turn, so that none is like the one before it. Needs wrk, curl and a release build (`make
# build`).
#
# Machines are noisy: they take turns in short rounds, and every figure is the median of the rounds.
#
#   Benchmarks/http.sh [rounds, default 7] [seconds per measurement, default 2]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-7} seconds=${2:-2}
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
cat >"$work/other.json" <<'JSON'
{"resource": {"id": "d-4711", "type": "Metric", "attributes": {"sensitivity": "internal", "tenant": "acme"}},
 "action": {"id": "metrics:read"}, "principal": {"id": "bob", "type": "User", "roles": ["viewer"]}}
JSON
cat >"$work/post.lua" <<LUA
local function parts(path)
  local file = io.open(path); local body = file:read("*a"); file:close()
  return {body:match("^(.*d%-)4711(.*)$")}
end
local one, other = parts("$work/body.json"), parts("$work/other.json")
local number = os.time() % 100000 * 10000000
wrk.method = "POST"; wrk.headers["Content-Type"] = "application/json"
function init(arguments) kind = arguments[1] end
function request()
  number = number + 1
  local shape = kind == "mixed" and number % 2 == 0 and other or one
  local id = (kind == "new" or kind == "mixed") and number or 4711
  return wrk.format(nil, nil, nil, shape[1] .. id .. shape[2])
end
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
median() { sort -n | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'; }
ticks=$(getconf CLK_TCK)

# One measurement: the rate, the p50 and p99 in microseconds, and the CPU time of a request in microseconds.
measure() {
  local kind=$1 connections=$2 url pid before after
  [ "$kind" = constant ] && { url="http://127.0.0.1:$constant/t/acme/v1/decide"; pid=${pids[1]}; } \
                         || { url="http://127.0.0.1:$port/t/acme/v1/decide"; pid=${pids[0]}; }
  before=$(cpu "$pid")
  wrk -t1 -c"$connections" -d"${seconds}s" --latency -s "$work/post.lua" "$url" -- "$kind" >"$work/out"
  after=$(cpu "$pid")
  if grep -q 'Non-2xx' "$work/out"; then cat "$work/out" >&2; exit 1; fi
  awk -v cpu=$((after - before)) -v ticks="$ticks" '
    function us(text) { return text ~ /ms$/ ? text * 1000 : text ~ /us$/ ? text + 0 : text * 1000000 }
    /50%/ {p50 = us($2)} /99%/ {p99 = us($2)} /requests in/ {n = $1} /Requests\/sec/ {rate = $2}
    END {print rate, p50, p99, cpu / ticks * 1e6 / n}' "$work/out"
}

for kind in again new mixed constant; do measure $kind 1 >/dev/null; done
printf '%-10s %4s %12s %12s %10s %10s %14s\n' answer conn 'requests/s' 'of constant' 'p50 us' 'p99 us' 'CPU us/request'
for connections in 1 16 32; do
  rm -f "$work"/*.figures
  for _ in $(seq "$rounds"); do
    for kind in again new mixed constant; do measure $kind $connections >>"$work/$kind.figures"; done
  done
  for kind in again new mixed constant; do
    paste "$work/$kind.figures" "$work/constant.figures" | awk '{print 100 * $1 / $5}' >"$work/share.figures"
    column() { cut -d' ' -f"$1" "$work/$kind.figures" | median; }
    printf '%-10s %4d %12.0f %10.0f %% %10.0f %10.0f %14.1f\n' $kind $connections "$(column 1)" \
      "$(median <"$work/share.figures")" "$(column 2)" "$(column 3)" "$(column 4)"
  done
done
