#!/usr/bin/env bash
# Runs a command that sees an emulated guest's devices at their real places. Nobody else sees them. Needs root.
#
#   at_real_paths.sh TEE_EMULATOR KEYS_DIR [EMULATOR OPTION...] -- COMMAND...
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  exec unshare --mount --propagation private bash "$0" --inside "$@"
fi
shift
emulator=("$1" --keys "$2")
shift 2
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  emulator+=("$1")
  shift
done
[ $# -gt 1 ] || {
  echo 'at_real_paths: expected -- COMMAND' >&2
  exit 2
}
shift

work=$(mktemp -d)
pid=''
stop() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  # The mounts go with the namespace.
  umount -l "$work/dev" 2>/dev/null || true
  rm -f "$work/log"
  rmdir "$work/mount" "$work/dev" "$work" 2>/dev/null || true
}
trap stop EXIT
mkdir "$work/mount" "$work/dev"
"${emulator[0]}" "$work/mount" "${emulator[@]:1}" 2>"$work/log" &
pid=$!
for _ in $(seq 600); do
  [ -e "$work/mount/control" ] && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.05
done
[ -e "$work/mount/control" ] || {
  echo "at_real_paths: tee_emulator did not mount: $(cat "$work/log")" >&2
  exit 1
}

# A tmpfs with the real devices in it, since /dev is the same everywhere.
mount -t tmpfs tmpfs "$work/dev"
for device in null zero full random urandom tty fuse shm pts; do
  [ -e "/dev/$device" ] || continue
  if [ -d "/dev/$device" ]; then
    mkdir "$work/dev/$device"
  else
    touch "$work/dev/$device"
  fi
  mount --rbind "/dev/$device" "$work/dev/$device"
done
# show FILE PLACE: what the mount has of it.
show() {
  [ -e "$work/mount/$1" ] || return 0
  if [ -d "$work/mount/$1" ]; then
    mkdir -p "$2"
  else
    mkdir -p "$(dirname "$2")"
    touch "$2"
  fi
  mount --bind "$work/mount/$1" "$2"
}
for place in /sys/kernel /sys/firmware /sys/devices/virtual/misc; do
  mount -t tmpfs tmpfs "$place"
done
show sev-guest "$work/dev/sev-guest"
show tdx_guest "$work/dev/tdx_guest"
show tsm /sys/kernel/config/tsm
show measurements /sys/devices/virtual/misc/tdx_guest/measurements
show CCEL /sys/firmware/acpi/tables/CCEL
show CCEL.data /sys/firmware/acpi/tables/data/CCEL
mount --rbind "$work/dev" /dev

"$@"
