#!/bin/sh
# run_with_fixtures.sh TEST FOLDER...: runs a test of captures that others made
# and that may not be copied here. Where a folder is absent, ctest lists the
# test as skipped (exit 77) instead of passed.
set -eu
test=$1
shift
for folder in "$@"; do
  if [ ! -d "$folder" ]; then
    echo "SKIPPED: expected captures in $folder, found no folder"
    exit 77
  fi
done
exec "$test"
