#!/usr/bin/env bash
# Fuzzes the C boundary of SAML with libFuzzer and the address sanitizer, leaks included.
#   fuzz.sh FOLDER [SEEDS]   the program is built and kept in FOLDER; SEEDS is a folder with messages, ours by default
# FUZZ_SECONDS bounds the time (60), FUZZ_RUNS the number of executions (no bound).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../../..
out=$(mkdir -p "$1" && cd "$1" && pwd)
seeds=${2:-$top/Tests/SAMLVectorTests/Fixtures/cases}
clang=$(dirname "$(readlink -f "$(command -v "${SWIFTC:-swiftc}")")")/clang
mkdir -p "$out/keys" "$out/corpus" "$out/findings"
if [ ! -f "$out/keys/private.pem" ]; then
  openssl genrsa -out "$out/keys/private.pem" 2048 2>/dev/null
  openssl rsa -in "$out/keys/private.pem" -pubout -outform DER -out "$out/keys/public.der" 2>/dev/null
fi
# shellcheck disable=SC2046
"$clang" -g -O1 -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined \
  -I"$top/Sources/CXMLSec" -I"$top/Sources/CXMLSec/include" $(pkg-config --cflags xmlsec1-openssl) \
  "$here/driver.c" "$top"/Sources/CXMLSec/*.c $(pkg-config --libs xmlsec1-openssl) -o "$out/fuzz"
FUZZ_KEYS=$out/keys nice -n 15 "$out/fuzz" -max_total_time="${FUZZ_SECONDS:-60}" -runs="${FUZZ_RUNS:--1}" \
  -max_len=16384 -timeout=10 -rss_limit_mb=2048 -dict="$here/saml.dict" -print_final_stats=1 \
  -artifact_prefix="$out/findings/" "$out/corpus" "$seeds"
