#!/usr/bin/env bash
# The NEON kernels, compiled for 64-bit ARM and run by an emulator, beside this machine's portable kernels.
#
#   apt-get install gcc-aarch64-linux-gnu qemu-user      (Debian 12: 12.2.0-14 and 7.2; clang and lld are those of the Swift toolchain)
#   Tests/Conformance/kernels_on_arm.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sources=(Sources/Bridges/CKernels/*.c Tests/Conformance/kernels/compare.c)
flags=(-O2 -std=c11 -Wall -Wextra -Werror -ISources/Bridges/CKernels/include)
clang=${CLANG:-clang}
"$clang" "${flags[@]}" "${sources[@]}" -lm -o "$scratch/here"
"$clang" --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -L/usr/aarch64-linux-gnu/lib -fuse-ld=lld -static \
  "${flags[@]}" "${sources[@]}" -lm -o "$scratch/arm"
"$scratch/here" --write "$scratch/reference"
qemu-aarch64 "$scratch/arm" neon "$scratch/reference"
