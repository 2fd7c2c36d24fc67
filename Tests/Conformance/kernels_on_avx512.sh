#!/usr/bin/env bash
# The AVX-512 kernels beside the portable ones: on this processor where it has AVX-512, else on the Skylake-X of the emulator Bochs, as the
# only program of a Linux that boots there (a minute).
#
#   apt-get install bochs bochs-term isolinux syslinux-common xorriso cpio       (Debian 12: 2.7+dfsg-4, 6.04, 1.5.4)
#   apt-get download linux-image-6.1.0-56-cloud-amd64 && dpkg -x linux-image-*.deb kernel
#   Tests/Conformance/kernels_on_avx512.sh kernel/boot/vmlinuz-*
#
# Linux is told not to use the compacted form of XSAVE, whose size Bochs 2.7 reports wrongly.
set -euo pipefail
kernel=${1:+$(realpath "$1")}
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=(-O2 -std=c11 -Wall -Wextra -Werror -ISources/Bridges/CKernels/include)
"${CLANG:-clang}" -static "${flags[@]}" Sources/Bridges/CKernels/*.c Tests/Conformance/kernels/compare.c -lm -o "$scratch/compare"
if grep -qw avx512bw /proc/cpuinfo; then
  "$scratch/compare" avx512
  exit
fi
[ -n "$kernel" ] || { echo "usage: $0 KERNEL" >&2; exit 2; }

mkdir "$scratch/image" "$scratch/disk"
cp "$scratch/compare" "$scratch/image/compare"
cat > "$scratch/init.c" <<'END'
// The first process: mounts nothing, runs the comparison, writes the outcome to the console, switches the machine off.
#include <fcntl.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    execl("/compare", "compare", "avx512", NULL);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("exit status %d\n", WEXITSTATUS(status));
  fflush(stdout);
  sleep(1);
  reboot(RB_POWER_OFF);
}
END
"${CLANG:-clang}" -static -O2 "$scratch/init.c" -o "$scratch/image/init"
(cd "$scratch/image" && find . | cpio --quiet -o -H newc) > "$scratch/disk/root.cpio"
cp "$kernel" "$scratch/disk/linux"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$scratch/disk"
cat > "$scratch/disk/isolinux.cfg" <<'END'
default linux
label linux
  kernel linux
  append initrd=root.cpio console=ttyS0 quiet noxsaves clearcpuid=xsavec
END
xorrisofs -quiet -o "$scratch/disk.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$scratch/disk" 2> /dev/null
cat > "$scratch/bochsrc" <<END
cpu: model=corei7_skylake_x, ips=100000000
memory: guest=512, host=512
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0-master: type=cdrom, path=$scratch/disk.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$scratch/console
clock: sync=none
display_library: term
log: $scratch/bochs.log
panic: action=fatal
END
# Bochs wants a terminal to draw on, and its debugger a word to go on.
echo continue > "$scratch/commands"
TERM=xterm timeout 1500 script -qfec "bochs -q -f $scratch/bochsrc -rc $scratch/commands" /dev/null > "$scratch/bochs.out" 2>&1 < /dev/null || true
tr -d '\r' < "$scratch/console"
grep -q "exit status 0" "$scratch/console"
