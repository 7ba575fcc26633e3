#!/usr/bin/env bash
# Runs verification on several threads under the thread sanitizer.
#   threads.sh FOLDER   the program is built and kept in FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../../..
out=$(mkdir -p "$1" && cd "$1" && pwd)
clang=$(dirname "$(readlink -f "$(command -v "${SWIFTC:-swiftc}")")")/clang
# The sanitizer of the toolchain knows Dispatch and wants it.
libraries=$(dirname "$(dirname "$clang")")/lib/swift/linux
set_=$top/Tests/SAMLVectorTests/Fixtures
# shellcheck disable=SC2046
"$clang" -g -O1 -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsanitize=thread -I"$top/Sources/CXMLSec/include" \
  $(pkg-config --cflags xmlsec1-openssl) "$here/threads.c" "$top"/Sources/CXMLSec/*.c \
  $(pkg-config --libs xmlsec1-openssl) -L"$libraries" -Wl,-rpath,"$libraries" -ldispatch -lBlocksRuntime -lpthread -o "$out/threads"
openssl x509 -in "$set_/keys/idp.crt" -outform DER -out "$out/idp.der"
TSAN_OPTIONS=exitcode=66 nice -n 10 "$out/threads" "$out/idp.der" "$set_"/cases/*.xml
