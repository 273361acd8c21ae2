#!/usr/bin/env bash
# scripts/bench and scripts/test answer --help and refuse what they do not know
# before they install or build anything: here a cmake or a setup fails.
set -u
cd "$1" || exit 2
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
for tool in cmake dpkg-query; do
  printf '#!/bin/sh\necho "%s was run" >&2\nexit 99\n' $tool >"$empty/$tool"
  chmod +x "$empty/$tool"
done
export PATH="$empty:$PATH"
faults=0

# expect CODE TEXT COMMAND...
expect() {
  local code=$1 text=$2 found out
  shift 2
  out=$("$@" 2>&1)
  found=$?
  if [ $found -ne "$code" ] || [[ $out != *"$text"* ]]; then
    printf '%s: expected exit %d and "%s", found exit %d:\n%s\n' \
      "$*" "$code" "$text" $found "$out"
    faults=1
  fi
}

for script in scripts/bench scripts/test; do
  expect 0 "  $script" $script --help
  expect 2 'unknown argument --bogus' $script --bogus
done
expect 2 'at most one NAME' scripts/bench memory start
expect 2 'expected seconds per target' scripts/test --fuzz
expect 2 'unknown fuzz target nope' scripts/test --fuzz 1 nope
expect 2 'unknown argument twice' scripts/test --asan twice
exit $faults
