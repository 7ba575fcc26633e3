#!/usr/bin/env bash
# Runs every test that has been built, and ends with the failures alone: a long log is where they get lost.
#
# The listener's tests come last and by themselves. They watch clocks of fractions of a second, which the corpora and
# the programs that other tests start would hold up for minutes on two cores.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for choice in --skip --filter; do
  ${SWIFT:-swift} test --skip-build "$choice" '^GatewaysTests\.' 2>&1 | tee -a "$log" || status=1
done

if [ $status != 0 ]; then
  echo
  echo "error: these failed:"
  # A message may go on in lines of its own, up to the next mark.
  awk '/^(◇|✔|✘|➜|↳) / { shown = 0 }
       /recorded an issue|^[^ ]+:[0-9]+: error: |^error: |Fatal error:|Exited with/ { shown = 12 }
       shown > 0 { print "  " $0; shown-- }' "$log" | head -200
fi
exit $status
