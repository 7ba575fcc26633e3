#!/usr/bin/env bash
# Measures reloading under load: wrk with 16 connections against POST /v1/decide, first undisturbed, then with the
# policies changed and reloaded every second, every other time to a broken bundle. Counts requests that failed.
# Needs wrk, curl and a release build (`make build`).
#
#   Benchmarks/reload.sh [seconds per run, default 60]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
command -v wrk >/dev/null || { echo "error: install wrk (apt-get install wrk)" >&2; exit 2; }
verdict="$(swift build -c release --show-bin-path)/verdict"
[ -x "$verdict" ] || { echo "error: run 'make build' first" >&2; exit 2; }

work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
cp -r Policies "$work/Policies"
echo "token-for-the-benchmark" >"$work/token"
cat >"$work/post.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"principal": {"type": "User", "id": "ada", "roles": ["viewer"]}, "action": {"id": "metrics:read"},
  "resource": {"type": "Metric", "id": "cpu", "attributes": {"tenant": "acme", "sensitivity": "internal"}}}]]
local bad = 0
function response(status, headers, body)
  if status ~= 200 or not body:find('"decision":"allow"', 1, true) then bad = bad + 1; wrk.thread:set("bad", bad) end
end
local threads = {}
function setup(thread) table.insert(threads, thread); thread:set("bad", 0) end
function done(summary, latency, requests)
  local failed = 0
  for _, thread in ipairs(threads) do failed = failed + thread:get("bad") end
  local e = summary.errors
  io.write(string.format("requests %d failed %d p50 %.0f us p99 %.0f us\n", summary.requests,
    failed + e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
LUA

"$verdict" serve --policies "$work/Policies" --port 18290 --operations-port 18291 --threads 1 \
  --admin-token-file "$work/token" 2>"$work/log" &
server=$!
for _ in $(seq 100); do grep -q 'decisions on' "$work/log" && break; sleep 0.1; done
run() { wrk -t1 -c16 -d"${1}s" -s "$work/post.lua" http://127.0.0.1:18290/t/acme/v1/decide | grep '^requests'; }
reload() { curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Authorization: Bearer token-for-the-benchmark' \
  http://127.0.0.1:18291/v1/admin/reload; }

run 2 >/dev/null
echo "undisturbed:     $(run "$seconds")"
(
  good=0 bad=0
  for n in $(seq $((seconds - 1))); do
    sleep 1
    if [ $((n % 2)) = 0 ]; then
      rm -f "$work/Policies/traceo/policies/broken.cedar"
      echo "// change $n" >>"$work/Policies/traceo/policies/network_zone.cedar"
      [ "$(reload)" = 200 ] && good=$((good + 1))
    else
      echo "permit (principal" >"$work/Policies/traceo/policies/broken.cedar"
      [ "$(reload)" = 409 ] && bad=$((bad + 1))
    fi
  done
  echo "reloads: $good replaced, $bad refused"
) >"$work/reloads" &
echo "while reloading: $(run "$seconds")"
wait %2 2>/dev/null || true
cat "$work/reloads"
