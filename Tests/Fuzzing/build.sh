#!/usr/bin/env bash
# Compiles the Cedar modules, the properties and the driver for libFuzzer with the address sanitizer.
#   build.sh FOLDER   puts the program `fuzz` and what it is made of there
# The package manager is not used: an executable of its own brings a `main`, which libFuzzer has already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
flags=(-O -whole-module-optimization -parse-as-library -swift-version 6 -package-name verdict -I "$out" -module-cache-path
       "$out/cache" -sanitize=fuzzer,address -assert-config Debug -g -enable-upcoming-feature ExistentialAny
       -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility)
objects=()
module() { # NAME FOLDER
  objects+=("$out/$1.o")
  if [ -f "$out/$1.o" ] && [ -z "${rebuild:-}" ] && [ -z "$(find "$2" -name '*.swift' -newer "$out/$1.o" | head -1)" ]; then
    return
  fi
  # Modules further down depend on this one.
  rebuild=yes
  echo "fuzz: compiling $1"
  ${SWIFTC:-swiftc} "${flags[@]}" -module-name "$1" -emit-module -emit-module-path "$out/$1.swiftmodule" \
    -c -o "$out/$1.o" $(find "$2" -name '*.swift' | sort)
}
for room in StrictJSON CedarSyntax CedarModel CedarSchema CedarEngine; do
  module "$room" "$here/../../Sources/$room"
done
module FuzzProperties "$here/Properties"
module FuzzDriver "$here/Driver"
# The linker of the toolchain warns about symbols of the sanitizer's own.
${SWIFTC:-swiftc} -sanitize=fuzzer,address -o "$out/fuzz" "${objects[@]}" 2> >(grep -v 'warning: Cannot export local symbol' >&2)
