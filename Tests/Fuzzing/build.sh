#!/usr/bin/env bash
# Compiles the Cedar modules, the properties and the driver for libFuzzer with the address sanitizer.
#   build.sh FOLDER   puts the program `fuzz` and what it is made of there
# The package manager only builds what tokens need of other packages: an executable of its own brings a `main`, which
# libFuzzer has already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
flags=(-O -whole-module-optimization -parse-as-library -swift-version 6 -package-name verdict -I "$out" -module-cache-path
       "$out/cache" -sanitize=fuzzer,address -assert-config Debug -g -enable-upcoming-feature ExistentialAny
       -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature MemberImportVisibility)
# The modules of other packages, without the sanitizer; those of this package are found in front of them.
packages="$out/package"
${SWIFT:-swift} build -c release --package-path "$here/../.." --scratch-path "$packages" --target OpenIDConnect
flags+=(-I "$packages/release/Modules")
foreign=()
for map in "$packages"/checkouts/{swift-crypto,Yams}/Sources/*/include/module.modulemap; do
  flags+=(-Xcc "-fmodule-map-file=$map" -Xcc -I -Xcc "$(dirname "$map")")
done
for name in Crypto CryptoExtras CryptoBoringWrapper CCryptoBoringSSL CCryptoBoringSSLShims CXKCP CXKCPShims SwiftASN1 \
  Yams CYaml; do
  while IFS= read -r object; do foreign+=("$object"); done < <(find "$packages/release/$name.build" -name '*.o' | sort)
done
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
for room in StrictJSON CedarSyntax CedarModel CedarSchema CedarEngine Documents JOSE Identity OpenIDConnect; do
  module "$room" "$here/../../Sources/$room"
done
module FuzzProperties "$here/Properties"
module FuzzDriver "$here/Driver"
# The linker of the toolchain warns about symbols of the sanitizer's own.
${SWIFTC:-swiftc} -sanitize=fuzzer,address -o "$out/fuzz" "${objects[@]}" "${foreign[@]}" -lstdc++ 2> >(grep -v 'warning: Cannot export local symbol' >&2)
