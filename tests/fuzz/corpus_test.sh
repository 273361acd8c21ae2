#!/bin/sh
# The replay $1 of a target fails without a corpus, so that a folder that was
# renamed or emptied is no test that passes.
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
for folder in "$empty" "$empty/absent"; do
  out=$("$1" "$folder" 2>&1)
  code=$?
  if [ $code -ne 1 ] || [ "$out" != "expected files in $folder, found none" ]; then
    echo "$folder: expected exit 1 and a reason, found exit $code: $out"
    exit 1
  fi
done
